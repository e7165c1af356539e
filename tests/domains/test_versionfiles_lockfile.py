"""Lock files: only the entries of the repository's own packages are places."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pilotage.domains.versionfiles.lockfile import edit_locks, find_entries
from pilotage.model.project import FileEdit
from pilotage.model.version import Version


def entry(name: str, source: str, *, version: str = 'version = "1.0"\n') -> str:
    return f'[[package]]\nname = "{name}"\n{version}source = {{ {source} }}\n'


def found(text: str, name: str, *, path: str = "uv.lock", folder: str = ".") -> list[str]:
    """Return what stands before each place, from its entry's name on."""
    places = find_entries(path, text, {folder: name}).get(folder, [])
    for place in places:
        assert text[place.start : place.end] == place.text
        assert place.line == text[: place.start].count("\n") + 1
    return [text[text.rfind("name", 0, place.start) : place.start] + f"«{place.text}»" for place in places]


@pytest.mark.parametrize("source", ['editable = "."', 'virtual = "."', 'directory = "."', 'editable = "./"'])
@pytest.mark.parametrize("name", ["my-package", "my_package", "My.Package", ""])
def test_the_entry_of_the_locks_own_folder_is_the_projects(source: str, name: str) -> None:
    lock = "version = 1\n\n" + entry("other", 'registry = "simple"') + "\n" + entry("my-package", source)

    assert found(lock, name) == ['name = "my-package"\nversion = "«1.0»']
    assert find_entries("uv.lock", lock, {".": name})["."][0].source == "uv.lock [[package]]"


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("uv.lock", "packages/x"),
        ("uv.lock", "./packages/x"),
        ("packages/x/uv.lock", "."),
        ("packages/y/uv.lock", "../x"),
        ("tools/uv.lock", "../packages/x"),
    ],
)
def test_a_members_folder_is_seen_from_the_lock(path: str, source: str) -> None:
    lock = entry("x", f'editable = "{source}"')

    assert found(lock, "x", path=path, folder="packages/x") == ['name = "x"\nversion = "«1.0»']


@pytest.mark.parametrize(
    "lock",
    [
        "",
        entry("x", 'registry = "simple"'),
        entry("x", 'git = "https://example.org/x?rev=1.0#00"'),
        entry("x", 'editable = "packages/x"'),
        entry("x", 'editable = "../.."'),
        entry("x", 'editable = "."', version=""),
        entry("y", 'editable = "."'),
        '[[manifest.dependency-metadata]]\nname = "x"\nversion = "1.0"\nsource = { editable = "." }\n',
        '[[package]]\nname = "y"\ndependencies = [\n    { name = "x", version = "1.0" },\n]\n',
        entry("x", 'registry = "simple"') + '\n[package.metadata]\nversion = "1.0"\nsource = { editable = "." }\n',
        '[[package]]\nname = "x"\nversion = "1.0"\n\n[package.source]\ntype = "git"\nurl = "."\n',
        '[[package]]\nname = "x"\nversion = "1.0"\n\n[package.source]\ntype = "directory"\n',
    ],
)
def test_no_other_entry_is_the_projects(lock: str) -> None:
    assert found(lock, "x") == []


def test_the_first_entry_of_a_lock_with_crlf_is_found() -> None:
    lock = entry("x", 'editable = "."').replace("\n", "\r\n")

    assert found(lock, "x") == ['name = "x"\r\nversion = "«1.0»']


PYLOCK = """\
lock-version = "1.0"

[[packages]]
name = "x"
version = "1.0"
index = "https://example.org/simple"

[[packages]]
name = "x"
version = "1.0"
directory = { editable = true, path = "packages/x" }

[[packages]]
name = "x"
version = "1.0"
[packages.directory]
path = "packages/x"

[[packages]]
name = "x"
directory = { path = "packages/x" }
"""
POETRY = """\
[[package]]
name = "x"
version = "1.0"
description = ""
files = []
develop = true

[package.dependencies]
y = ">=1.0"

[package.source]
type = "directory"
url = "packages/x"

[[package]]
name = "x"
version = "1.0"

[package.source]
type = "legacy"
url = "https://example.org/simple"

[metadata]
lock-version = "2.1"
"""
PDM = """\
[[package]]
name = "x"
version = "1.0"
path = "./packages/x"
editable = true

[[package]]
name = "x"
version = "1.0"
"""


@pytest.mark.parametrize(
    ("path", "lock", "lines"),
    [("pylock.toml", PYLOCK, [10, 15]), ("poetry.lock", POETRY, [3]), ("pdm.lock", PDM, [3])],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_other_locks_have_members_too(path: str, lock: str, lines: list[int], newline: str) -> None:
    places = find_entries(path, lock.replace("\n", newline), {"packages/x": "x"})["packages/x"]

    assert [place.line for place in places] == lines


def test_all_members_are_edited_in_one_pass() -> None:
    uv = entry("a", 'editable = "a"') + entry("b", 'virtual = "b"') + entry("c", 'editable = "c"')
    files = {"uv.lock": uv, "poetry.lock": POETRY, "a/uv.lock": entry("a", 'editable = "."'), "a/x.lock": uv}
    versions = {"a": Version("2.0"), "b": Version("1.0.0"), "packages/x": Version("3.0")}

    assert edit_locks(files, versions, names={"a": "A", "b": "b", "packages/x": "x"}) == (
        FileEdit("a/uv.lock", entry("a", 'editable = "."').replace("1.0", "2.0")),
        FileEdit("poetry.lock", POETRY.replace('"1.0"', '"3.0"', 1)),
        FileEdit("uv.lock", uv.replace("1.0", "2.0", 1)),
    )
    assert edit_locks(files, {"a": Version("1.0")}, names={}) == ()


@pytest.mark.parametrize(
    "repeated",
    [
        entry("other", 'registry = "simple"'),
        'name = "x"\n',
        entry("y", 'editable = "."'),
        '[[package]]\nname = "x"\nversion = "1.0"\n',
        '[package.source]\ntype = "directory"\n',
        "directory = { path " * 100 + "\n",
        "[[package]]\n",
    ],
)
def test_a_lock_of_five_megabytes_is_read_in_well_under_a_second(repeated: str) -> None:
    lock = repeated * (5_000_000 // len(repeated)) + "\n" + entry("x", 'editable = "."')
    started = time.process_time()

    assert found(lock, "x") == ['name = "x"\nversion = "«1.0»']
    assert time.process_time() - started < 10


def test_two_hundred_members_of_a_large_lock_take_one_pass() -> None:
    members = {f"packages/m{n}": f"m{n}" for n in range(200)}
    others = entry("other", 'registry = "simple"') * 40_000
    lock = others + "".join(entry(name, f'editable = "{folder}"') for folder, name in members.items())
    started = time.process_time()

    (edit,) = edit_locks({"uv.lock": lock}, dict.fromkeys(members, Version("2.0")), names=members)

    assert edit.text.count('version = "2.0"') == 200
    assert edit.text.replace('"2.0"', '"1.0"') == lock
    assert time.process_time() - started < 5


UV = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.skipif(UV is None, reason="uv is not installed beside Python or on PATH")
def test_uv_accepts_the_edited_lock(tmp_path: Path) -> None:
    uv = UV or ""
    build = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
    manifest = '[project]\nname = "{}"\nversion = "1.2.3"\nrequires-python = ">=3.11"\n'
    root = '[tool.uv.workspace]\nmembers = ["packages/*"]\n[tool.uv.sources]\nmy-a = { workspace = true }\n'
    files = {
        "pyproject.toml": manifest.format("root_pkg") + 'dependencies = ["my-a==1.2.3"]\n' + root,
        "packages/a/pyproject.toml": manifest.format("My_A") + build,
        "packages/b/pyproject.toml": manifest.format("b"),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    subprocess.run([uv, "lock", "--offline", "-q"], cwd=tmp_path, check=True)
    lock = (tmp_path / "uv.lock").read_text()
    new = Version("2.0.0rc1")

    (edit,) = edit_locks(
        {"uv.lock": lock},
        {".": new, "packages/a": new},
        names={".": "root_pkg", "packages/a": "My_A"},
    )

    (tmp_path / "uv.lock").write_text(edit.text)
    for name in ("pyproject.toml", "packages/a/pyproject.toml"):
        (tmp_path / name).write_text(files[name].replace("1.2.3", "2.0.0rc1"))
    subprocess.run([uv, "lock", "--offline", "--check", "-q"], cwd=tmp_path, check=True)
