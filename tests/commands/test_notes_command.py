"""`pilotage notes`: of what is not released yet, and of a past release."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from commands.cliruns import run
from commands.packages import package

if TYPE_CHECKING:
    from pathlib import Path

CHANGELOG = """# Changelog

## [1.2.0](https://forge.example/compare) (2026-01-02)

### Features

* greet people

## 1.1.0 (2026-01-01)

* begin
"""


def test_the_notes_of_the_unreleased_changes(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo")
    repo.commit("feat: greet people (#7)")
    repo.commit("chore: sweep")
    done = run("notes", "--json", "--repo", repo.path)
    assert isinstance(done.json, dict)
    notes = str(done.json.pop("notes"))
    assert (done.code, done.err) == (0, "")
    assert done.json["version"] == "1.3.0"
    assert "### Features" in notes
    assert "greet people" in notes
    assert "sweep" not in notes


def test_people_get_the_markdown_itself(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo")
    repo.commit("fix: close the door")
    done = run("notes", "--repo", repo.path)
    assert re.match(r"## \[?1\.2\.1", done.out)
    assert "close the door" in done.out


def test_nothing_to_release_has_no_notes(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo")
    done = run("notes", "--json", "--repo", repo.path)
    assert done.json == {"version": None, "tag": None, "notes": "", "components": [], "format": 1}


@pytest.mark.parametrize("tag", ["v1.2.0", "1.2.0"])
def test_a_past_releases_notes_are_those_that_were_written_down(tmp_path: Path, tag: str) -> None:
    repo = package(tmp_path / "demo", tag="")
    repo.commit("chore(release): 1.2.0", files={"CHANGELOG.md": CHANGELOG}, tag=tag)
    repo.commit("chore: forget", files={"CHANGELOG.md": "# Changelog\n"})
    done = run("notes", "--tag", tag, "--json", "--repo", repo.path)
    assert isinstance(done.json, dict)
    assert (done.code, done.json["tag"], done.json["version"]) == (0, tag, "1.2.0")
    assert str(done.json["notes"]).strip().endswith("* greet people")
    assert run("notes", "--tag", tag, "--repo", repo.path).out.strip() == str(done.json["notes"]).strip()


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("v9.9.9", "--tag 'v9.9.9': no such tag here"),
        ("nightly", "not spelled as [tool.pilotage] tag-format says (v{version})"),
        ("v1.0.0", "CHANGELOG.md at v1.0.0: no section for 1.0.0"),
        ("\x1b[31m", "--tag '\\x1b[31m': no such tag here"),
    ],
)
def test_notes_that_cannot_be_shown_say_why(tmp_path: Path, tag: str, words: str) -> None:
    repo = package(tmp_path / "demo")
    repo.commit("chore: log", files={"CHANGELOG.md": CHANGELOG}, tag="nightly")
    repo.git("tag", "v1.0.0")
    done = run("notes", "--tag", tag, "--json", "--repo", repo.path)
    assert (done.code, done.out) == (2, "")
    assert words in done.err
    assert len(done.err.splitlines()) == 2


def test_a_package_without_a_changelog_has_no_past_notes(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo", table='[tool.pilotage]\nchangelog-path = ""\n')
    done = run("notes", "--tag", "v1.2.0", "--repo", repo.path)
    assert (done.code, "the changelog at v1.2.0: no section for 1.2.0" in done.err) == (2, True)
