from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domains.downstream_files import MEGABYTE, SHA, WANTED, summary
from pilotage.domains.downstream.lockfile import read_lock
from pilotage.errors import ConfigError
from pilotage.model.downstream import Reference, Standing

ENTRY = '[[package]]\nname = "{name}"\nversion = "{version}"\n{source}\n'
UV_SOURCE = 'source = { registry = "https://example.org/simple" }'
POETRY_SOURCE = '\n[package.source]\ntype = "{kind}"\nurl = "x"\n'


def entry(name: str, version: str, source: str = UV_SOURCE) -> str:
    return ENTRY.format(name=name, version=version, source=source)


@pytest.mark.parametrize(
    ("path", "command"),
    [
        ("uv.lock", "uv lock --upgrade-package demo-kit"),
        ("a/poetry.lock", "poetry update demo-kit"),
        ("pdm.lock", "pdm update demo-kit"),
        ("a/b/pylock.dev.toml", "the tool that wrote it"),
    ],
)
def test_an_older_version_is_locked_and_says_what_brings_it_up_to_date(path: str, command: str) -> None:
    text = entry("other", "1.0") + entry("demo-kit", "1.2.3")
    name = path.rpartition("/")[2]
    why = f"{command} brings it up to date"
    assert read_lock(path, text, WANTED) == [Reference(path, 7, Standing.LOCKED, "1.2.3", name, why=why)]


@pytest.mark.parametrize(("version", "standing"), [("2.0.0", Standing.CURRENT), ("2.0.1", Standing.AHEAD)])
def test_a_lock_that_needs_nothing_says_nothing(version: str, standing: Standing) -> None:
    text = entry("Demo_Kit", version)
    assert read_lock("uv.lock", text, WANTED) == [Reference("uv.lock", 3, standing, version, "uv.lock")]


def test_each_version_is_told_once() -> None:
    text = "\ufeff" + entry("demo-kit", "1.0") + entry("demo-kit", "1.1") + entry("demo-kit", "1.0")
    references = read_lock("uv.lock", text.replace("\n", "\r\n"), WANTED)
    assert summary(references) == [(3, "locked", "1.0"), (7, "locked", "1.1")]


def test_a_commit_of_a_repository_counts_by_its_version() -> None:
    text = entry("demo-kit", "1.0", f'source = {{ git = "https://github.com/acme/demo-kit?rev=v1.0#{SHA}" }}')
    assert summary(read_lock("uv.lock", text, WANTED)) == [(3, "locked", "1.0")]
    text = entry("demo-kit", "1.0", POETRY_SOURCE.format(kind="git"))
    assert summary(read_lock("poetry.lock", text, WANTED)) == [(3, "locked", "1.0")]


@pytest.mark.parametrize(
    "text",
    [
        entry("demo-kit", "1.0", 'source = { editable = "." }'),
        entry("demo-kit", "1.0", 'source = { virtual = "x" }'),
        entry("demo-kit", "1.0", 'path = "./x"'),
        entry("demo-kit", "1.0", POETRY_SOURCE.format(kind="directory")),
        entry("demo-kit", "1.0", '[packages.directory]\npath = "x"').replace("[[package]]", "[[packages]]"),
        '[[package]]\nname = "demo-kit"\n\n[package.x]\nversion = "1.0"\n',
        '[[package]]\nversion = "1.0"\n',
        entry("demo-kit-extra", "1.0"),
        'version = 1\n[package]\nname = "demo-kit"\nversion = "1.0"\n',
        "",
        "\x00",
    ],
)
def test_what_comes_from_a_folder_or_is_another_package_counts_for_nothing(text: str) -> None:
    assert read_lock("uv.lock", text, WANTED) == []


@pytest.mark.parametrize("path", ["uv.lock", "Pipfile.lock", "conda-lock.yml"])
def test_a_merge_that_was_not_finished_is_told_with_its_line(path: str) -> None:
    text = entry("x", "1") + "<<<<<<< HEAD\n" + entry("demo-kit", "1.0") + "=======\n>>>>>>> main\n"
    with pytest.raises(ConfigError, match=rf"^{path} line 5: a merge was not finished there$"):
        read_lock(path, text, WANTED)


def test_all_sections_of_a_pipfile_lock_are_read() -> None:
    data = {
        "_meta": {"demo-kit": {"version": "==0.1"}},
        "default": {"demo_kit": {"hashes": ["sha256:0"], "version": "==1.2.3"}, "other": {"version": "==1"}},
        "develop": {"demo-kit": {"git": "https://github.com/acme/demo-kit", "ref": SHA}},
        "docs": {"demo-kit": {"path": "."}, "demo.kit": "1"},
        "more": {"Demo-Kit": {"version": "==2.0.0"}},
        "odd": 1,
    }
    text = "\ufeff" + json.dumps(data, indent=4)
    lines = {
        value: number
        for number, line in enumerate(text.split("\n"), 1)
        for value in ("==1.2.3", SHA, "==2.0.0")
        if value in line
    }
    references = read_lock("Pipfile.lock", text, WANTED)
    assert summary(references) == [
        (lines["==1.2.3"], "locked", "1.2.3"),
        (lines[SHA], "locked", SHA),
        (lines["==2.0.0"], "current", "2.0.0"),
    ]
    assert references[0].why == "pipenv update demo-kit brings it up to date"


def test_a_pipfile_lock_with_escapes_is_told_at_its_start() -> None:
    text = '\n{"default": {"demo\\u002dkit": {"version": "=\\u003d1.0"}}}'
    assert summary(read_lock("Pipfile.lock", text, WANTED)) == [(1, "locked", "1.0")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not JSON: Expecting value"),
        ("{", "is not JSON"),
        ("[" * 100_000, "is nested too deeply"),
        ("1" * 5000, "is not JSON"),
        ("[]", "is not a lock: expected an object"),
        ('{"a": "\x00"}', "is not JSON"),
    ],
)
def test_a_broken_pipfile_lock_is_told(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_lock("a/Pipfile.lock", text, WANTED)
    assert caught.value.message.startswith("a/Pipfile.lock ")
    assert message in caught.value.message


def test_the_packages_of_a_conda_lock_are_read() -> None:
    text = """\
version: 1
metadata:
  channels:
  - url: conda-forge
package:
- name: demo-kit
  version: 1.2.3
  manager: conda
  platform: linux-64
  dependencies:
    version: '>=9'
- name: Demo_Kit
  platform: osx-arm64
  dependencies:
    version: '>=9'
  version: '1.2.3'
- name: other
  version: 1.0.0
- name: demo-kit
- name: "demo-kit"
  version: "2.0.0"
"""
    references = read_lock("conda-lock.yml", text, WANTED)
    assert summary(references) == [(7, "locked", "1.2.3"), (21, "current", "2.0.0")]
    assert references[0].why == "conda-lock lock --update demo-kit brings it up to date"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("uv.lock", entry("demo-kit", "1.0") * (MEGABYTE // 90)),
        ("uv.lock", "[[package]]\n" * (MEGABYTE // 12)),
        ("poetry.lock", 'name = "' * (MEGABYTE // 8)),
        ("pdm.lock", "[[package]]\n" + 'name = "demo-kit"\nversion = "1"\n' * (MEGABYTE // 32)),
        ("conda-lock.yml", "- name: demo-kit\n" * (MEGABYTE // 17)),
        ("conda-lock.yml", "- name: demo-kit\n" + "    version: 1\n" * (MEGABYTE // 15)),
        ("a.conda-lock.yaml", " " * MEGABYTE),
        (
            "Pipfile.lock",
            '{"default": {'
            + ",".join(f'"demo{"-" * (n % 9 + 1)}kit": {{"version": "=={n}"}}' for n in range(5_000))
            + "}}",
        ),
        ("Pipfile.lock", json.dumps({str(n): {"demo-kit": {"version": f"=={n}"}} for n in range(5_000)})),
        ("uv.lock", "".join(entry("demo-kit", f"1.{n}", "") for n in range(5_000))),
        ("uv.lock", "=======" * (MEGABYTE // 7)),
    ],
)
def test_a_megabyte_is_read_in_linear_time(path: str, text: str) -> None:
    references = read_lock(path, text, WANTED)
    assert all(not reference.changes for reference in references)
    assert len({reference.before for reference in references}) == len(references)


@given(text=st.text() | st.text('[]packges\n name="demo-kit"version=1.:{}'))
def test_no_text_is_a_surprise(text: str) -> None:
    for path in ("uv.lock", "conda-lock.yml", "Pipfile.lock"):
        with contextlib.suppress(ConfigError):
            assert {reference.changes for reference in read_lock(path, text, WANTED)} <= {()}
