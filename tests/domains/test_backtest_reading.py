from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pilotage.domains.backtest.reading import read_past_changes
from pilotage.domains.backtest.releasecommit import Hand, is_release_commit, read_hand
from pilotage.model.commit import Commit
from pilotage.model.config import Config
from pilotage.model.translation import Quirks
from pilotage.model.version import Version

if TYPE_CHECKING:
    from pilotage.model.change import Changes

A, B = "a" * 40, "b" * 40
COUNT = Config(reverts="count")
PSR = Quirks(only_types=("feat", "fix", "chore"), exact_case=True, messages="paragraphs")
PSR_7 = Quirks(only_types=("feat", "fix", "chore"), exact_case=True, messages="first-line")
CZ = Quirks(exact_case=True, messages="every-line")
SR = Quirks(exact_case=True, messages="first-line")


def titles(changes: Changes) -> list[str]:
    return [f"{change.type}{'!' if change.breaking else ''}: {change.subject}" for change in changes.changes]


def read(message: str, tool: str, quirks: Quirks, *, config: Config = COUNT) -> list[str]:
    return titles(read_past_changes([Commit(A, message, parents=(B,))], config, tool=tool, quirks=quirks))


def test_our_own_releases_are_read_as_every_release_is() -> None:
    commits = [Commit(B, 'Revert "feat: x"'), Commit(A, "feat: x")]
    assert titles(read_past_changes(commits, Config(), tool="pilotage", quirks=Quirks())) == []


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("feat: x\n\nfix: y", ["feat: x", "fix: y"]),
        ("chore: x\n\nfeat: y\nfix: z", ["chore: x", "feat: y", "fix: z"]),
        ("chore: x\n\nfeat: y\n\nSource: https://example.org/ is where it comes from\nand goes on", ["chore: x"]),
        ("chore: x\n\nBEGIN_NESTED_COMMIT\nfeat: y\nEND_NESTED_COMMIT\nmore words", ["chore: x", "feat: y"]),
        ("Merge pull request #1 from o/b\n\nfeat: y", ["feat: y"]),
        ("Merge pull request #1 from o/b\n\nfeat!: y", []),
        ("Merge branch 'b'", []),
        ("Feat: x", ["fix: x"]),
        ("FEATURE!: x", ["fix!: x"]),
        ("Fix: x", ["fix: x"]),
        ("feature: x", ["feature: x"]),
        ("some words", []),
    ],
)
def test_release_please_reads_closing_paragraphs_and_merged_titles(message: str, expected: list[str]) -> None:
    assert read(message, "release-please", Quirks()) == expected


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("fix: x\n\n* feat: y\n\n* words", ["fix: x", "feat: y"]),
        ("fix: x\n\n- feat: y", ["fix: x", "feat: y"]),
        ("fix: x\n\nfeat: y", ["fix: x", "feat: y"]),
        ("docs!: x", []),
        ("Feat: x", []),
    ],
)
def test_python_semantic_release_reads_the_list_of_a_squash(message: str, expected: list[str]) -> None:
    assert read(message, "python-semantic-release", PSR) == expected


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("fix: x\n\nfeat: y", ["fix: x"]),
        ("\n\nfix: x\r\n\r\nBREAKING CHANGE: z", ["fix!: x"]),
        ("docs: x\n\nBREAKING CHANGE: z", []),
    ],
)
def test_older_python_semantic_release_reads_the_first_line_and_breaks(message: str, expected: list[str]) -> None:
    assert read(message, "python-semantic-release", PSR_7) == expected


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("chore: x\nfeat(api): y", ["chore: x", "feat: y"]),
        ("some words\n\nBREAKING CHANGE: y", ["!: y"]),
        ("fix: x\nBREAKING-CHANGE: ", ["fix: x", "!: BREAKING-CHANGE: "]),
        ("Merge pull request #1 from o/b\n\nfeat!: y", ["feat!: y"]),
        ("FEAT: x\n- feat: y", []),
    ],
)
def test_commitizen_reads_every_line(message: str, expected: list[str]) -> None:
    assert read(message, "commitizen", CZ) == expected


def test_commitizen_knows_which_commits_it_could_not_read() -> None:
    found = read_past_changes([Commit(A, "some words")], COUNT, tool="commitizen", quirks=CZ)
    assert [(one.sha, one.header, one.reason) for one in found.unread] == [(A, "some words", "not-conventional")]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("feat: x", ["feat: x"]),
        ("Require more\n\nBREAKING CHANGE: y", ["!: Require more"]),
        ("Require more\n\nSome words.", []),
        ("fix: x\n\nfeat: y", ["fix: x"]),
    ],
)
def test_semantic_release_reads_breaks_of_any_message(message: str, expected: list[str]) -> None:
    assert read(message, "semantic-release", SR) == expected


def test_a_mark_that_the_tool_does_not_know_hides_the_message() -> None:
    assert read("feat!: x", "semantic-release", Quirks(reads_mark=False, messages="first-line")) == []


@pytest.mark.parametrize(
    ("title", "version"),
    [
        ("chore(main): release 1.2.3 (#12)", "1.2.3"),
        ("chore: release main", "1.2.3"),
        ("release(pkg): 1.2.3", "1.2.3"),
        ("bump: version 1.2.2 → 1.2.3", "1.2.3"),
        ("1.2.3", "1.2.3"),
        ("Release v1.2.3", "1.2.3"),
        ("Bump version: 1.0.0b1 → 1.0.0", "1.0.0"),
        ("Merge pull request #9 from o/release-1.2.3", "1.2.3"),
        ("chore(release): 1.2.3-rc.1 [skip ci]", "1.2.3rc1"),
        ("docs: changelog of 1.2.3", "1.2.3"),
    ],
)
def test_a_commit_that_only_names_the_version_is_the_release(title: str, version: str) -> None:
    assert is_release_commit(Commit(A, title), Version(version))


@pytest.mark.parametrize(
    "title",
    ["feat: greet, as in 1.2.3", "fix: x", "chore!: drop what 1.2.3 had", "Release v1.2.2", "update", "x 1.2.3.4.5x"],
)
def test_a_commit_that_changes_something_is_no_release_commit(title: str) -> None:
    assert not is_release_commit(Commit(A, title), Version("1.2.3"))


@pytest.mark.parametrize(
    ("message", "tool", "is_sure"),
    [
        ("chore(main): release 1.2.3", "release-please", True),
        ("chore: release 1.2.3", "release-please", False),
        ("release(pkg): 1.2.3", "release-please", False),
        ("Merge pull request #1\n\nrelease-please--branches--main", "release-please", True),
        ("1.2.3\n\nAutomatically generated by python-semantic-release", "python-semantic-release", True),
        ("bump: version 1.0.0 → 1.1.0", "commitizen", True),
        ("chore(release): 1.2.3 [skip ci]\n\nnotes", "semantic-release", False),
        ("Release 1.2.3", "", False),
    ],
)
def test_a_release_commit_shows_the_hand_of_its_tool(message: str, tool: str, *, is_sure: bool) -> None:
    assert read_hand(Commit(A, message)) == Hand(tool, is_sure=is_sure)


def test_a_megabyte_of_numbers_is_read_in_no_time() -> None:
    commit = Commit(A, "1.1" * 300_000 + "\n" + "* feat\n" * 100_000)
    assert not is_release_commit(commit, Version("1.2.3"))
    assert read(commit.message, "release-please", Quirks()) == []
