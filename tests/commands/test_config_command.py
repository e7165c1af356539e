"""`pilotage config`: the schema, and the values in effect."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import jsonschema
import pytest

from commands.cliruns import Json, run
from commands.packages import pyproject

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """
changelog-path = "CHANGES.md"
tag-format = "v{version}"
initial-version = "0.1.0"
major-on-zero = true
patch-on-zero = false
versioning = "semver"
release = "published"
release-on = "version"
version-files = ["src/pkg/__about__.py"]
extend-types = { sec = { bump = "patch", section = "Security" }, docs = { hidden = true } }
scopes = ["api", { name = "cli", paths = ["src/pkg/cli/**"] }]
[title]
require-scope = true
max-length = 72
[publish]
index = "testpypi"
"""


def schema() -> dict[str, Json]:
    done = run("config", "--schema")
    assert (done.code, done.err) == (0, "")
    assert isinstance(done.json, dict)
    return done.json


def test_the_schema_is_a_valid_schema() -> None:
    found = schema()
    jsonschema.Draft202012Validator.check_schema(found)
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("table", ["", GOOD], ids=["empty", "all keys of the contract"])
def test_the_schema_accepts_what_pilotage_reads(table: str, tmp_path: Path) -> None:
    assert list(jsonschema.Draft202012Validator(schema()).iter_errors(tomllib.loads(table))) == []
    text = table.replace("[title]", "[tool.pilotage.title]").replace("[publish]", "[tool.pilotage.publish]")
    (tmp_path / "pyproject.toml").write_text(f"[tool.pilotage]\n{text}")
    assert run("config", "--repo", tmp_path).code == 0


@pytest.mark.parametrize(
    "table",
    [
        'changelog-pth = "x"',
        "changelog-path = 1",
        'release = "later"',
        "extend-types = { sec = { bump = 'huge' } }",
        "scopes = [{ paths = ['a'] }]",
        "[title]\nmax-lenght = 72",
        "version-files = 'README.md'",
    ],
)
def test_the_schema_refuses_what_pilotage_refuses(table: str, tmp_path: Path) -> None:
    assert list(jsonschema.Draft202012Validator(schema()).iter_errors(tomllib.loads(table))) != []
    (tmp_path / "pyproject.toml").write_text(f"[tool.pilotage]\n{table.replace('[title]', '[tool.pilotage.title]')}")
    done = run("config", "--repo", tmp_path)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error: pyproject.toml: [tool.pilotage")


def test_each_value_has_its_origin(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(pyproject("1.0.0", table='[tool.pilotage]\nrelease = "published"\n'))
    done = run("config", "--repo", tmp_path)
    assert 'release = "published"  # pyproject.toml' in done.out
    assert 'changelog-path = "CHANGELOG.md"  # default' in done.out
    assert tomllib.loads(done.out)["tool"]["pilotage"]["release"] == "published"


def test_the_machine_format_holds_the_values_that_are_in_effect(tmp_path: Path) -> None:
    done = run("config", "--json", "--repo", tmp_path)
    assert isinstance(done.json, dict)
    assert (done.code, done.json["changelog-path"], done.json["release"]) == (0, "CHANGELOG.md", "draft")
    jsonschema.validate(done.json, schema())


def test_a_configuration_that_is_no_text_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(b"\xff")
    done = run("config", "--json", "--repo", tmp_path)
    assert (done.code, done.out) == (2, "")
    assert "pyproject.toml: cannot be read" in done.err


def test_a_configuration_that_is_no_toml_is_a_configuration_error(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.pilotage\n\x1b[31m")
    done = run("config", "--repo", tmp_path)
    assert (done.code, done.out, "\x1b" in done.err) == (2, "", False)
    assert done.err.startswith("error: pyproject.toml: not TOML: ")


MANIFEST = '{"release-type": "python", "packages": {".": {"component": "tool", "reviewers": ["me"]}}}'


def test_another_tools_configuration_is_printed_as_ours(tmp_path: Path) -> None:
    (tmp_path / "release-please-config.json").write_text(MANIFEST)
    done = run("config", "--from", "release-please", "--repo", tmp_path)
    assert (done.code, tomllib.loads(done.out)["tool"]["pilotage"]["tag-format"]) == (0, "tool-v{version}")
    assert done.err == (
        'no equivalent: release-please-config.json: packages["."] reviewers = ["me"]: '
        "ask for reviews with a CODEOWNERS file\n"
    )
    (tmp_path / "pyproject.toml").write_text(pyproject("1.0.0", table=done.out))
    assert 'tag-format = "tool-v{version}"  # pyproject.toml' in run("config", "--repo", tmp_path).out


def test_the_machine_format_of_a_translation_holds_the_table_as_text_and_as_values(tmp_path: Path) -> None:
    (tmp_path / "release-please-config.json").write_text(MANIFEST)
    done = run("config", "--from", "release-please", "--json", "--repo", tmp_path)
    assert isinstance(done.json, dict)
    assert list(done.json) == ["format", "tool", "source", "toml", "config", "unmatched"]
    assert (done.json["format"], done.json["tool"]) == (1, "release-please")
    assert done.json["unmatched"] == [
        {
            "key": 'release-please-config.json: packages["."] reviewers',
            "value": '["me"]',
            "why": "ask for reviews with a CODEOWNERS file",
        }
    ]
    jsonschema.validate(done.json["config"], schema())


@pytest.mark.parametrize(
    ("tool", "path", "text"),
    [
        ("python-semantic-release", "setup.cfg", "[semantic_release]\ntag_format = x{version}\n"),
        ("commitizen", ".cz.toml", '[tool.commitizen]\ntag_format = "x$version"\n'),
        ("semantic-release", ".releaserc", "tagFormat: x${version}\n"),
    ],
)
def test_each_tools_configuration_is_found(tool: str, path: str, text: str, tmp_path: Path) -> None:
    (tmp_path / path).write_text(text)
    assert 'tag-format = "x{version}"' in run("config", "--from", tool, "--repo", tmp_path).out


def test_files_that_a_workflow_names_are_read(tmp_path: Path) -> None:
    (tmp_path / ".github" / "workflows").mkdir(parents=True)
    step = "- uses: googleapis/release-please-action@v4\n  with: {config-file: a.json, manifest-file: none.json}\n"
    (tmp_path / ".github" / "workflows" / "r.yml").write_text(step)
    (tmp_path / "a.json").write_text(MANIFEST)
    done = run("config", "--from", "release-please", "--repo", tmp_path)
    assert done.out.startswith("# Translated from a.json (release-please).\n")


@pytest.mark.parametrize("tool", ["release-please", "python-semantic-release", "commitizen", "semantic-release"])
def test_where_there_is_nothing_to_translate_the_places_are_named(tool: str, tmp_path: Path) -> None:
    done = run("config", "--from", tool, "--json", "--repo", tmp_path)
    assert (done.code, done.out) == (2, "")
    assert f"no configuration of {tool}: looked for " in done.err


@pytest.mark.parametrize(
    ("path", "content", "problem"),
    [
        ("release-please-config.json", b"{", "release-please-config.json: not JSON: "),
        ("release-please-config.json", b"\xff", "release-please-config.json: cannot be read"),
        (".github/workflows/r.yml", b"- uses: a/release-please-action@v4\n  with: [", "r.yml line 1: not YAML"),
    ],
)
def test_a_broken_file_is_an_error_with_its_place(path: str, content: bytes, problem: str, tmp_path: Path) -> None:
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_bytes(content)
    done = run("config", "--from", "release-please", "--repo", tmp_path)
    assert (done.code, done.out, problem in done.err) == (2, "", True)


def test_an_unknown_tool_is_a_usage_error_that_names_the_known_ones(tmp_path: Path) -> None:
    done = run("config", "--from", "knope", "--repo", tmp_path)
    assert (done.code, done.out, "'release-please', 'python-semantic-release'" in done.err) == (2, "", True)


def test_the_schema_and_a_translation_do_not_go_together() -> None:
    done = run("config", "--schema", "--from", "commitizen")
    assert (done.code, done.out) == (2, "")


def test_packages_in_folders_are_found(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / "packages" / name).mkdir(parents=True)
        table = f'[tool.commitizen]\ntag_format = "{name}-$version"\n'
        (tmp_path / "packages" / name / "pyproject.toml").write_text(table)
    table = tomllib.loads(run("config", "--from", "commitizen", "--repo", tmp_path).out)["tool"]["pilotage"]
    assert {name: rules["path"] for name, rules in table["components"].items()} == {
        "a": "packages/a",
        "b": "packages/b",
    }
