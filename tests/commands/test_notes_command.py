"""`pilotage notes`: of what is not released yet, and of a past release."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from commands.cliruns import run
from commands.packages import package, pyproject
from providers.gitrepos import Repo, check_out

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
        ("nightly", "not the tag of a release of a package here"),
        ("\x1b[31m", "--tag '\\x1b[31m': no such tag here"),
    ],
)
def test_notes_that_cannot_be_shown_say_why(tmp_path: Path, tag: str, words: str) -> None:
    repo = package(tmp_path / "demo")
    repo.commit("chore: log", files={"CHANGELOG.md": CHANGELOG}, tag="nightly")
    done = run("notes", "--tag", tag, "--json", "--repo", repo.path)
    assert (done.code, done.out) == (2, "")
    assert words in done.err
    assert len(done.err.splitlines()) == 2


def released(path: Path, *, table: str = '[tool.pilotage]\nchangelog-path = ""\n') -> Repo:
    """Make a repository with releases 1.2.0, 1.3.0rc1, 1.3.0 and 1.4.0, none of which was written down."""
    repo = package(path, table=table)
    for message, version in (
        ("feat: greet people (#7)", "1.3.0rc1"),
        ("fix: greet them again (#8)", "1.3.0"),
        ('Revert "fix: greet them again (#8)"', ""),
        ("chore: sweep", ""),
        ("fix(door): close it\n\nCloses: #9", "1.4.0"),
    ):
        text = pyproject(version, table=table) if version else None
        repo.commit(message, files={"pyproject.toml": text} if text else {}, tag=f"v{version}" if version else "")
    repo.commit("feat: not yet")
    return repo


@pytest.mark.parametrize(
    ("tag", "subjects"),
    [
        ("v1.4.0", ["close it", "fix: greet them again"]),
        ("v1.3.0", ["greet people", "greet them again"]),
        ("v1.3.0rc1", ["greet people"]),
        ("v1.2.0", []),
    ],
)
def test_notes_that_were_not_written_down_come_from_the_commits(tmp_path: Path, tag: str, subjects: list[str]) -> None:
    done = run("notes", "--tag", tag, "--repo", released(tmp_path / "demo").path)
    assert sorted(re.findall(r"^\* (?:\*\*door:\*\* )?([a-z: ]+) \(", done.out, re.MULTILINE)) == subjects
    assert done.code == 0


def test_all_notes_are_those_of_every_past_release(tmp_path: Path) -> None:
    repo = released(tmp_path / "demo")
    repo.git("remote", "add", "origin", "https://github.example/acme/demo.git")
    done = run("notes", "--all", "--json", "--repo", repo.path)
    assert isinstance(done.json, dict)
    rows = done.json["releases"]
    assert isinstance(rows, list)
    kept = [row for row in rows if isinstance(row, dict)]
    assert [row["tag"] for row in kept] == ["v1.4.0", "v1.3.0", "v1.3.0rc1", "v1.2.0"]
    assert (done.json["format"], done.json["style"], kept[0]["date"]) == (1, "pilotage", "2023-11-14")
    assert str(kept[1]["notes"]).startswith(
        "## [1.3.0](https://github.example/acme/demo/compare/v1.2.0...v1.3.0) (2023-11-14)\n\n### Features\n\n* greet"
    )
    text = run("notes", "--all", "--repo", repo.path).out
    assert text == "\n\n".join(str(row["notes"]) for row in kept) + "\n"


@pytest.mark.parametrize(
    ("style", "line"),
    [
        ("release-please", "* **door:** close it ({sha}), refs #9"),
        ("keep-a-changelog", "- **door:** close it ({sha}, #9)"),
        ("commitizen", "- **door**: close it"),
        ("python-semantic-release", "- **door**: Close it (`{sha}`)"),
    ],
)
def test_past_notes_follow_the_style_that_is_asked_for(tmp_path: Path, style: str, line: str) -> None:
    repo = released(tmp_path / "demo")
    sha = repo.sha("v1.4.0")[:7]
    for arguments in (["--all"], ["--tag", "v1.4.0"], ["--from", "v1.3.0", "--to", "v1.4.0"]):
        done = run("notes", *arguments, "--style", style, "--repo", repo.path)
        assert line.format(sha=sha) in done.out.splitlines()


def test_unreleased_notes_follow_the_style_that_is_asked_for(tmp_path: Path) -> None:
    done = run("notes", "--style", "keep-a-changelog", "--repo", released(tmp_path / "demo").path)
    assert re.search(r"^### Added\n\n- not yet ", done.out, re.MULTILINE)


def test_unreleased_notes_follow_the_style_of_the_changelog(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo")
    repo.commit("feat: x", files={"CHANGELOG.md": "# C\n\n## [Unreleased]\n\n## [1.2.0] - 2026-01-02\n\n- a\n"})
    assert run("notes", "--repo", repo.path).out.startswith("## 1.3.0 - 20")


def test_a_range_is_one_release(tmp_path: Path) -> None:
    repo = released(tmp_path / "demo")
    done = run("notes", "--from", "v1.2.0", "--to", "v1.4.0", "--json", "--repo", repo.path)
    assert isinstance(done.json, dict)
    assert {name: done.json[name] for name in ("since", "until", "style", "format")} == {
        "since": "v1.2.0",
        "until": "v1.4.0",
        "style": "pilotage",
        "format": 1,
    }
    notes = str(done.json["notes"])
    assert notes.startswith("## 1.4.0 (2023-11-14)")
    assert "again" not in notes  # what was reverted in the same range is gone
    assert "## Unreleased (2023-11-14)" in run("notes", "--from", "v1.4.0", "--repo", repo.path).out
    assert "greet people" in run("notes", "--to", "v1.3.0", "--repo", repo.path).out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--all", "--tag", "v1.4.0"], "--tag with --all: these ask for different notes"),
        (["--from", "v1.2.0", "--all"], "--from and --to with --all: these ask for different notes"),
        (["--from", "v7"], "--from 'v7': no such tag, branch or commit here"),
        (["--to", "v7"], "--to 'v7': no such tag, branch or commit here"),
    ],
)
def test_a_contradicting_request_is_refused(tmp_path: Path, arguments: list[str], words: str) -> None:
    done = run("notes", *arguments, "--repo", released(tmp_path / "demo").path)
    assert (done.code, done.out) == (2, "")
    assert words in done.err


def test_a_style_that_does_not_fit_the_changelog_is_refused(tmp_path: Path) -> None:
    repo = released(tmp_path / "demo", table='[tool.pilotage]\nchangelog-path = "C.rst"\n')
    done = run("notes", "--all", "--style", "commitizen", "--repo", repo.path)
    assert (done.code, "which is Markdown, but changelog-path is C.rst" in done.err) == (2, True)
    text = run("notes", "--tag", "v1.4.0", "--repo", repo.path).out
    assert text.startswith("### Bug Fixes\n\n- **door**: Close it")


def test_a_full_version_right_above_its_pre_release_begins_at_the_root(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo", "1.0.0rc1", tag="v1.0.0rc1")
    repo.commit("feat: begin", files={"pyproject.toml": pyproject("1.0.0")}, tag="v1.0.0")
    repo.git("tag", "nightly")
    assert "* begin (" in run("notes", "--tag", "v1.0.0", "--repo", repo.path).out
    done = run("notes", "--all", "--json", "--repo", repo.path)
    assert isinstance(done.json, dict)
    rows = done.json["releases"]
    assert isinstance(rows, list)
    assert [row["tag"] for row in rows if isinstance(row, dict)] == ["v1.0.0", "v1.0.0rc1"]


def test_the_whole_history_needs_a_whole_clone(tmp_path: Path) -> None:
    repo = released(tmp_path / "demo")
    shallow = check_out(repo.publish(tmp_path / "bare.git"), tmp_path / "shallow")
    done = run("notes", "--all", "--repo", shallow)
    assert (done.code, done.out) == (2, "")
    assert "shallow" in done.err
