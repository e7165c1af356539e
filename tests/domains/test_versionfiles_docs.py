"""docs/version-files.md: its examples and its table of dependents are true."""

import re
from pathlib import Path

import pytest

from pilotage.domains.versionfiles.project import edit_version, read_project
from pilotage.domains.versionfiles.specifier import raise_specifier
from pilotage.model.config import Config
from pilotage.model.version import Version

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "version-files.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"<!-- example: (\S+) -->\n```\w+\n(.*?)```\n", TEXT, flags=re.DOTALL)
DEPENDENTS = re.findall(
    r"^\| (?:Poetry's )?`(?:example)?([^`]+)` \| `?([^|`]+)`? \| `?([^|`]+)`? \|$", TEXT, re.MULTILINE
)


@pytest.mark.parametrize(("path", "text"), EXAMPLES, ids=[path for path, _ in EXAMPLES])
def test_in_an_example_every_line_follows_that_does_not_say_that_it_stays(path: str, text: str) -> None:
    files = {"pyproject.toml": '[project]\nname = "example"\nversion = "1.4.0"\n', path: text}
    config = Config(version_files=() if path == "README.md" else (path,))

    edits = edit_version(
        files, project=read_project(files, config=config), version=Version("1.5.0"), config=config
    )  # fmt: skip

    expected = [line if "stays" in line else line.replace("1.4.0", "1.5.0") for line in text.splitlines()]
    assert {edit.path: edit.text.splitlines() for edit in edits}[path] == expected


@pytest.mark.parametrize(("specifier", "minor", "major"), DEPENDENTS)
def test_a_dependents_requirement_becomes_what_the_table_says(specifier: str, minor: str, major: str) -> None:
    for version, cell in (("1.5.0", minor), ("2.0.0", major)):
        expected = specifier if cell == "stays" else cell.removeprefix("example")
        assert raise_specifier(specifier, Version(version)) == expected


def test_all_examples_are_read() -> None:
    assert (len(EXAMPLES), len(DEPENDENTS)) == (2, 8)
