"""A project as its files describe it, and one edit of all of them."""

import subprocess
import sys

import pytest

from pilotage.domains.versionfiles.project import VERSION_FILES, edit_version, paths_to_read, read_project
from pilotage.errors import ConfigError
from pilotage.model.config import Config
from pilotage.model.project import FileEdit, Project
from pilotage.model.version import Version

PYPROJECT = '[project]\nname = "x"\nversion = "1.2.3"\n'
DIFFER = "two places differ: pyproject.toml line 3 ([project] version) says 1.2.3"
DYNAMIC = '[project]\nname = "x"\ndynamic = ["version"]\n'


def test_the_files_to_read_are_the_known_ones_the_marked_ones_and_the_changelog() -> None:
    assert VERSION_FILES == ("pyproject.toml", "setup.cfg", "setup.py")
    assert paths_to_read(Config()) == (*VERSION_FILES, "CHANGELOG.md")
    assert paths_to_read(Config(version_files=("a.py", "setup.cfg"), changelog_path="")) == (*VERSION_FILES, "a.py")


@pytest.mark.parametrize(
    ("files", "project"),
    [
        ({"pyproject.toml": PYPROJECT}, Project("x", "1.2.3", "pyproject.toml [project]")),
        (
            {"pyproject.toml": "[tool.poetry]\nname='x'\nversion='1.0'"},
            Project("x", "1.0", "pyproject.toml [tool.poetry]"),
        ),
        (
            {"pyproject.toml": DYNAMIC + "[tool.poetry]\nversion='1.0'"},
            Project("x", "1.0", "pyproject.toml [tool.poetry]"),
        ),
        ({"setup.cfg": "[metadata]\nname = x\nversion = 1.0\n"}, Project("x", "1.0", "setup.cfg [metadata]")),
        (
            {"pyproject.toml": "[build-system]\n", "setup.cfg": "[metadata]\nname = x\nversion = 1.0\n"},
            Project("x", "1.0", "setup.cfg [metadata]"),
        ),
        ({"pyproject.toml": DYNAMIC}, Project("x", None, "pyproject.toml [project] dynamic")),
        (
            {"pyproject.toml": "[build-system]\n", "setup.cfg": "[metadata]\nversion = attr: x.v\n"},
            Project("", None, "setup.cfg [metadata] version = attr: x.v"),
        ),
        (
            {"pyproject.toml": PYPROJECT, "setup.cfg": "[metadata]\nname = y\nversion = v1.2.3.0\n"},
            Project("x", "1.2.3", "pyproject.toml [project]"),
        ),
    ],
)
def test_a_project_is_read_from_the_first_place_that_has_it(files: dict[str, str], project: Project) -> None:
    assert read_project(files) == project


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "there is no pyproject.toml and no setup.cfg here"),
        (
            {"pyproject.toml": "[project]\nname = 'x'\n"},
            "no version is declared in pyproject.toml ([project] or [tool.poetry]), setup.cfg ([metadata]) or setup.py",
        ),
        (
            {"pyproject.toml": PYPROJECT + "[tool.poetry]\nversion = '1.2.4'\n"},
            f"{DIFFER}, pyproject.toml line 5 ([tool.poetry] version) says 1.2.4",
        ),
        (
            {"pyproject.toml": PYPROJECT, "setup.cfg": "[metadata]\nversion = 2.0\n"},
            f"{DIFFER}, setup.cfg line 2 ([metadata] version) says 2.0",
        ),
        (
            {"pyproject.toml": PYPROJECT, "f": "\n1.2.4 # x-pilotage-version"},
            f"{DIFFER}, f line 2 says 1.2.4",
        ),
        (
            {"pyproject.toml": PYPROJECT, "f": "v2 # x-pilotage-major"},
            f"{DIFFER}, f line 1 says 2",
        ),
        (
            {"pyproject.toml": DYNAMIC, "f": "1.0 # x-pilotage-version\n2.0 # x-pilotage-version"},
            "two places differ: f line 1 says 1.0, f line 2 says 2.0",
        ),
        (
            {"pyproject.toml": PYPROJECT, "g": ""},
            "f stands in [tool.pilotage] version-files, but there is no such file",
        ),
    ],
)
def test_files_that_give_no_one_version_are_an_error(files: dict[str, str], message: str) -> None:
    config = Config(version_files=("f",) if {"f", "g"} & set(files) else ())

    with pytest.raises(ConfigError) as caught:
        read_project(files, config=config)

    assert caught.value.message == message
    assert caught.value.hint


def test_a_dynamic_project_may_mark_only_numbers() -> None:
    files = {"pyproject.toml": DYNAMIC, "f": "v2 # x-pilotage-major"}

    assert read_project(files, config=Config(version_files=("f",))).version is None


def test_an_edit_changes_each_file_that_carries_the_version() -> None:
    lock = '[[package]]\nname = "x"\nversion = "{}"\nsource = {{ editable = "." }}\n'
    files = {
        "uv.lock": lock.format("1.2.2"),  # it lags behind
        "pyproject.toml": PYPROJECT,
        "setup.cfg": "[metadata]\nname = x\nversion=v1.2.3 ; x\n",
        "src/x/__init__.py": "# x-pilotage-version 1.2.3\r\n(1, #  x-pilotage-major\r\n2) # x-pilotage-minor",
        "CHANGELOG.md": "1.2.3",
    }
    config = Config(version_files=("src/x/__init__.py",))

    edits = edit_version(files, project=read_project(files), version=Version("1.3.0rc1"), config=config)

    assert edits == (
        FileEdit("pyproject.toml", PYPROJECT.replace("1.2.3", "1.3.0rc1")),
        FileEdit("setup.cfg", "[metadata]\nname = x\nversion=1.3.0rc1 ; x\n"),
        FileEdit(
            "src/x/__init__.py",
            "# x-pilotage-version 1.3.0rc1\r\n(1, #  x-pilotage-major\r\n3) # x-pilotage-minor",
        ),
        FileEdit("uv.lock", lock.format("1.3.0rc1")),
    )


def test_the_same_version_in_another_spelling_is_no_edit() -> None:
    files = {"pyproject.toml": PYPROJECT.replace("1.2.3", "v1.2.3-RC.1")}

    assert edit_version(files, project=read_project(files), version=Version("1.2.3rc1"), config=Config()) == ()


def test_a_marked_line_of_pyproject_that_holds_the_version_is_one_place() -> None:
    text = '[project]\nname = "x"\nversion = "v1.2.3"  # x-pilotage-version\n'
    config = Config(version_files=("pyproject.toml", "pyproject.toml"))
    files = {"pyproject.toml": text}

    edits = edit_version(files, project=read_project(files, config=config), version=Version("2.0"), config=config)

    assert edits == (FileEdit("pyproject.toml", text.replace("v1.2.3", "2.0")),)


def test_a_dynamic_project_edits_only_its_marked_files() -> None:
    files = {
        "pyproject.toml": DYNAMIC
        + "[tool.poetry]\nversion = '0.0.0'\n[tool.poetry-dynamic-versioning]\nenable = true\n",
        "setup.cfg": "[metadata]\nversion = attr: x.__version__\n",
        "src/x/__about__.py": "__version__ = '1.2.3'\n",
    }
    config = Config(version_files=("src/x/__about__.py",))
    project = read_project(files, config=config)

    edits = edit_version(files, project=project, version=Version("1.3.0"), config=config)

    assert project.version is None
    assert edits == (FileEdit("src/x/__about__.py", "__version__ = '1.3.0'\n"),)


@pytest.mark.parametrize(
    ("line", "version"),
    [
        ("1.3.0 or 1.2.3", "1.3.0"),
        ("x-1.2.3.tar.gz", "1.3.0+local"),
        ("x-pilotage-start-version\n1.2.3\n3.11\nx-pilotage-end", "3.11"),
    ],
)
def test_an_edit_that_could_not_be_undone_is_refused(line: str, version: str) -> None:
    files = {"pyproject.toml": PYPROJECT, "f": line if "start" in line else f"{line} # x-pilotage-version"}
    config = Config(version_files=("f",))
    project = read_project(files, config=config)

    with pytest.raises(ConfigError, match="f: the version cannot be told from others on its line"):
        edit_version(files, project=project, version=Version(version), config=config)


def test_reading_a_version_imports_no_editor() -> None:
    code = (
        "import sys, pilotage.domains.versionfiles.project as p;"
        f"p.read_project({{'pyproject.toml': {PYPROJECT!r}}});"
        "print(sorted({'tomlkit', 'configupdater', 'configparser', 'requests', 'github', 'jinja2'} & set(sys.modules)))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
