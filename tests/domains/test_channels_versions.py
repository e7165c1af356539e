"""Which version comes next on a branch with a channel, and on the default branch afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domains.branch_world import SOURCE, commits, line, next_of, propose
from pilotage.domains.changes import read_changes
from pilotage.domains.proposal import propose_release
from pilotage.errors import ConfigError, ConflictError
from pilotage.model.config import Config
from pilotage.model.project import Project
from pilotage.model.snapshot import LastRelease
from pilotage.model.version import Version

if TYPE_CHECKING:
    from pilotage.model.line import Channel

BREAK = "feat!: break"


@pytest.mark.parametrize(
    ("channel", "expected"),
    [("a", "1.5.0a1"), ("b", "1.5.0b1"), ("rc", "1.5.0rc1"), ("dev", "1.5.0.dev1")],
)
def test_a_channel_begins_at_one(channel: Channel, expected: str) -> None:
    assert next_of(propose("feat: x", on=line(channel, "1.4.0"))) == expected


@pytest.mark.parametrize(
    ("channel", "last", "new", "before", "known", "expected"),
    [
        ("rc", "1.5.0rc1", "fix: y", "feat: x", "", "1.5.0rc2"),
        ("rc", "1.5.0rc1", "feat: y", "feat: x", "", "1.5.0rc2"),
        ("rc", "1.5.0rc0", "fix: y", "feat: x", "", "1.5.0rc1"),
        ("rc", "1.5.0rc2", BREAK, "feat: x", "", "2.0.0rc1"),
        ("rc", "2.0.0rc1", "feat: y", BREAK, "", "2.0.0rc2"),
        ("rc", "1.4.1rc1", "feat: y", "fix: x", "", "1.5.0rc1"),
        ("rc", "1.5.0rc2", BREAK, "feat: x", "2.0.0rc3", "2.0.0rc4"),
        ("rc", "1.5.0rc2", "fix: y", "feat: x", "1.5.0rc7", "1.5.0rc8"),
        ("rc", "1.5.0rc2", "fix: y", "feat: x", "2.0.0rc1 2.1.0", "1.5.0rc3"),
        ("b", "1.5.0a3", "fix: y", "feat: x", "1.5.0.dev9", "1.5.0b1"),
        ("rc", "1.5.0b3", "fix: y", "feat: x", "", "1.5.0rc1"),
        ("a", "1.5.0.dev3", "fix: y", "feat: x", "", "1.5.0a1"),
        ("dev", "1.5.0.dev3", "fix: y", "feat: x", "", "1.5.0.dev4"),
        ("rc", "1.5.0rc1.post1", "fix: y", "feat: x", "", "1.5.0rc2"),
    ],
)
def test_a_channels_number_follows_what_exists(
    channel: Channel, last: str, new: str, before: str, known: str, expected: str
) -> None:
    proposal = propose(new, last=last, full="1.4.0", before=(before,), on=line(channel, f"1.4.0 {last} {known}"))
    assert next_of(proposal) == expected


@pytest.mark.parametrize(
    ("channel", "last", "known"),
    [("a", "1.5.0b1", ""), ("b", "1.5.0rc1", ""), ("dev", "1.5.0a1", ""), ("a", "1.5.0a1", "1.5.0rc1")],
)
def test_a_channel_never_goes_below_a_later_phase_of_its_target(channel: Channel, last: str, known: str) -> None:
    with pytest.raises(
        ConflictError, match=r"^the next version of this branch would be 1\.5\.0.*, which is below 1\.5"
    ):
        propose("fix: y", last=last, full="1.4.0", before=("feat: x",), on=line(channel, f"1.4.0 {last} {known}"))


def test_a_channel_with_nothing_new_since_its_last_pre_release_releases_nothing() -> None:
    on = line("rc", "1.4.0 1.5.0rc1")
    assert next_of(propose("chore: y", last="1.5.0rc1", full="1.4.0", before=("feat: x",), on=on)) is None


def test_a_channel_ships_what_is_new_since_its_last_pre_release() -> None:
    on = line("rc", "1.4.0 1.5.0rc1")
    proposal = propose("fix: y", last="1.5.0rc1", full="1.4.0", before=("feat: x",), on=on)
    assert [change.subject for change in proposal.changes.changes] == ["y"]
    assert (proposal.previous_tag, proposal.tag, proposal.bump.value) == ("v1.5.0rc1", "v1.5.0rc2", "minor")


@pytest.mark.parametrize(
    ("last", "new", "before", "expected"),
    [
        ("1.5.0rc2", (), ("feat: x",), "1.5.0"),
        ("1.5.0rc2", ("fix: y",), ("feat: x",), "1.5.0"),
        ("1.5.0rc2", ("feat: y",), ("feat: x",), "1.5.0"),
        ("1.5.0rc2", (BREAK,), ("feat: x",), "2.0.0"),
        ("2.0.0b1", ("chore: y",), (BREAK,), "2.0.0"),
        ("2.0.0rc1", ("fix: y",), ("fix: x",), "2.0.0"),  # 2.0.0rc1 was asked for
        ("1.5.0.dev4", (), ("feat: x",), "1.5.0"),
    ],
)
def test_on_the_default_branch_the_pre_releases_end_in_the_full_release(
    last: str, new: tuple[str, ...], before: tuple[str, ...], expected: str
) -> None:
    assert next_of(propose(*new, last=last, full="1.4.0", before=before, on=line("", f"1.4.0 {last}"))) == expected


def test_the_full_release_ships_everything_since_the_full_one_before() -> None:
    proposal = propose("fix: y", last="1.5.0rc1", full="1.4.0", before=("feat: x",), on=line("", "1.4.0 1.5.0rc1"))
    assert [change.subject for change in proposal.changes.changes] == ["y", "x"]
    assert (proposal.previous_tag, proposal.tag) == ("v1.4.0", "v1.5.0")


def test_a_feature_that_was_taken_back_after_its_candidate_still_ends_in_the_announced_version() -> None:
    undo = 'Revert "feat: x"\n\nThis reverts commit 0000000001cccccccccccccccccccccccccccccc.'
    known = line("rc", "1.4.0 1.5.0rc1")
    proposal = propose(undo, last="1.5.0rc1", full="1.4.0", before=("feat: x",), on=known)
    assert next_of(proposal) == "1.5.0rc2"


@pytest.mark.parametrize(
    ("channel", "new", "expected"),
    [("rc", "fix: y", "1.5.1rc1"), ("rc", "feat: y", "1.6.0rc1"), ("", "fix: y", "1.5.1"), ("", "chore: y", None)],
)
def test_a_full_release_made_elsewhere_is_what_new_changes_follow(
    channel: Channel, new: str, expected: str | None
) -> None:
    on = line(channel, "1.4.0 1.5.0rc3 1.5.0")
    assert next_of(propose(new, last="1.5.0rc3", full="1.4.0", before=("feat: x",), on=on)) == expected


def test_a_target_that_the_default_branch_released_meanwhile_is_passed_over() -> None:
    assert next_of(propose("feat: x", on=line("rc", "1.4.0 1.5.0 1.5.1"))) == "1.6.0rc1"


def test_without_a_full_release_the_first_target_is_the_initial_version() -> None:
    assert next_of(propose("feat: x", last=None, on=line("rc"))) == "0.1.0rc1"
    assert next_of(propose("feat: x", last=None, written=None, on=line("rc"))) == "0.1.0rc1"
    second = propose("fix: y", last="0.1.0rc1", full="", before=("feat: x",), on=line("rc", "0.1.0rc1"))
    assert next_of(second) == "0.1.0rc2"
    final = propose(last="0.1.0rc1", full="", before=("feat: x",), on=line("", "0.1.0rc1"))
    assert (next_of(final), final.previous_tag) == ("0.1.0", "")


def test_without_the_last_full_release_a_pre_release_is_followed_by_its_own_numbers() -> None:
    assert next_of(propose("fix: y", last="1.5.0rc1", on=line("rc", "1.5.0rc1"))) == "1.5.0rc2"
    assert next_of(propose(BREAK, last="1.5.0rc1", on=line("rc", "1.5.0rc1"))) == "2.0.0rc1"


@pytest.mark.parametrize(
    ("last", "full", "before", "written", "expected"),
    [
        ("1.4.0", None, (), "2.0.0", "2.0.0rc1"),
        ("1.4.0", None, (), "2.0.0.dev0", "2.0.0rc1"),
        ("1.4.0", None, (), "2.0.0rc3", "2.0.0rc3"),
        ("1.4.0", None, (), "2.0.0b3", "2.0.0rc1"),
        ("1.5.0rc1", "1.4.0", ("feat: x",), "1.6.0", "1.6.0rc1"),
        ("1.5.0rc1", "1.4.0", ("feat: x",), "1.5.0rc4", "1.5.0rc4"),
    ],
)
def test_a_version_raised_by_hand_is_the_least_target_of_a_channel(
    last: str, full: str | None, before: tuple[str, ...], written: str, expected: str
) -> None:
    on = line("rc", f"1.4.0 {last}")
    assert next_of(propose("fix: y", last=last, full=full, before=before, written=written, on=on)) == expected


@pytest.mark.parametrize(
    ("written", "known", "expected"),
    [
        ("1.5.0.dev0", "1.4.0", "1.5.0"),  # what is being worked on, not what to release
        ("2.0.0rc1", "1.4.0", "2.0.0rc1"),
        ("2.0.0rc1", "1.4.0 2.0.0rc1", "2.0.0"),  # a channel's commit that came here squashed, without its tag
        ("2.0.0", "1.4.0 2.0.0", "2.0.1"),
        ("2.0.0+here", "1.4.0", "2.0.0"),
        ("1.3.0", "1.4.0", "1.4.1"),
        (None, "1.4.0", "1.4.1"),
    ],
)
def test_a_version_raised_by_hand_is_the_least_that_comes_next(written: str | None, known: str, expected: str) -> None:
    assert next_of(propose("fix: y", written=written, on=line("", known))) == expected


@pytest.mark.parametrize(
    ("last", "known", "expected"),
    [
        ("1.4.2", "1.4.2", "1.4.2.post1"),
        ("1.4.2.post1", "1.4.2 1.4.2.post1", "1.4.2.post2"),
        ("1.4.2", "1.4.2 1.4.2.post4 1.4.3 1.4.2rc1.post9", "1.4.2.post5"),
        ("1!1.4", "1!1.4.0.post2 1.4.post7", "1!1.4.post3"),
    ],
)
def test_a_post_release_follows_its_full_release(last: str, known: str, expected: str) -> None:
    assert next_of(propose("fix: y", last=last, on=line("post", known))) == expected


def test_a_post_branch_with_nothing_new_releases_nothing() -> None:
    assert next_of(propose("chore: y", on=line("post", "1.4.0"))) is None


@pytest.mark.parametrize(
    ("message", "last", "found"),
    [
        ("feat: y", "1.4.2", "branch post: the minor change 0000000001 does not fit into a post-release of 1.4.2"),
        (BREAK, "1.4.2", "branch post: the breaking change 0000000001 does not fit into a post-release of 1.4.2"),
        (
            "fix: y",
            "1.5.0rc1",
            "branch post: a post-release follows a full release, but the last release is the pre-release 1.5.0rc1",
        ),
        ("fix: y", None, "branch post: a post-release follows a full release, but there is no release"),
    ],
)
def test_what_is_no_correction_of_a_full_release_is_no_post_release(message: str, last: str | None, found: str) -> None:
    with pytest.raises(ConflictError) as caught:
        propose(message, last=last, on=line("post"))
    assert (caught.value.message, bool(caught.value.hint)) == (found, True)


@pytest.mark.parametrize(
    ("message", "last", "known", "expected"),
    [
        ("fix: y", "1.4.0", "1.4.0 1.4.1", "1.4.2"),
        ("fix: y", "1.4.0", "1.4.0 1.4.1 1.4.7", "1.4.8"),
        ("fix: y", "1.4.0", "1.4.0 1.4.7", "1.4.8"),
        ("fix: y", "1.4.0", "1.4.0 1.4.7rc1 1!1.4.9", "1.4.1"),
        ("fix: y", "1.4.0", "1.4.0 1.5.0 2.0.0", "1.4.1"),
        ("feat: y", "1.4.0", "1.4.0 1.4.9 1.5.0 1.6.2", "1.7.0"),
        ("feat: y", "1.4.0", "1.4.0 2.0.0", "1.5.0"),
        (BREAK, "1.4.0", "1.4.0 2.0.0 2.3.0 4.0.0", "3.0.0"),
        ("feat: y", "0.4.0", "0.4.0 0.5.0 1.0.0", "0.6.0"),
        ("fix: y", "1.4", "1.4 1.4.1", "1.4.2"),
        ("feat: y", "1.4", "1.4 1.5", "1.6"),
    ],
)
def test_the_default_branch_takes_no_version_that_another_branch_released_of_its_line(
    message: str, last: str, known: str, expected: str
) -> None:
    assert next_of(propose(message, last=last, on=line("", known))) == expected


@pytest.mark.parametrize(
    ("branch", "message", "last", "known", "expected"),
    [
        ("1.x", "fix: y", "1.6.0", "1.6.0 2.0.0", "1.6.1"),
        ("1.x", "feat: y", "1.6.0", "1.6.0 2.0.0 2.1.0rc1", "1.7.0"),
        ("1.4.x", "fix: y", "1.4.2", "1.4.2 1.5.0 2.0.0", "1.4.3"),
        ("1.4.x", "fix: y", "1.4.2", "1.4.2 1.4.3 1.5.0", "1.4.4"),
        ("release/v1.x", "feat: y", "1.6.0", "", "1.7.0"),
        ("0.x", BREAK, "0.6.0", "1.0.0", "0.7.0"),
        ("stable-1.4", "fix: y", "1.4.2", "1.5.0", "1.4.3"),
        ("1.x", "chore: y", "1.6.0", "", None),
        ("1.x", "fix: y", "1.6.0.post2", "2.0.0", "1.6.1"),
    ],
)
def test_a_maintenance_branch_goes_on_in_its_range(
    branch: str, message: str, last: str, known: str, expected: str | None
) -> None:
    assert next_of(propose(message, last=last, on=line("maintenance", known, branch=branch))) == expected


@pytest.mark.parametrize(
    ("branch", "message", "last", "known", "found"),
    [
        (
            "1.x",
            BREAK,
            "1.6.0",
            "2.0.0",
            "maintenance branch 1.x: the breaking change 0000000001 after 1.6.0 makes 2.0.0, which is not one of 1.*",
        ),
        (
            "1.4.x",
            "feat: y",
            "1.4.2",
            "",
            "maintenance branch 1.4.x: the minor change 0000000001 after 1.4.2 makes 1.5.0, which is not one of 1.4.*",
        ),
        (
            "1.x",
            "feat: y",
            "1.4.0",
            "1.4.0 1.5.0 1.6.0",
            (
                "maintenance branch 1.x: the minor change 0000000001 after 1.4.0 makes 1.5.0, but 1.5.0 exists on "
                "another branch and may not be overtaken"
            ),
        ),
        (
            "1.x",
            "feat: y",
            "1.4.0",
            "1.5.0rc1",
            (
                "maintenance branch 1.x: the minor change 0000000001 after 1.4.0 makes 1.5.0, but 1.5.0rc1 exists on "
                "another branch and may not be overtaken"
            ),
        ),
        (
            "1.x",
            "fix: y",
            "2.0.0",
            "",
            "maintenance branch 1.x: the patch change 0000000001 after 2.0.0 makes 2.0.1, which is not one of 1.*",
        ),
        (
            "1.x",
            "fix: y",
            None,
            "",
            "maintenance branch 1.x: the patch change 0000000001 makes 0.1.0, which is not one of 1.*",
        ),
    ],
)
def test_what_leaves_the_line_of_a_maintenance_branch_is_refused(
    branch: str, message: str, last: str | None, known: str, found: str
) -> None:
    with pytest.raises(ConflictError) as caught:
        propose(message, last=last, on=line("maintenance", known, branch=branch))
    assert (caught.value.message, bool(caught.value.hint)) == (found, True)


def test_a_maintenance_branch_without_a_past_takes_no_version_that_exists() -> None:
    assert next_of(propose("feat: x", last=None, on=line("maintenance", "0.2.0", branch="0.x"))) == "0.1.0"
    with pytest.raises(ConflictError, match=r"makes 0\.1\.0, but 0\.1\.0 exists on another branch"):
        propose("feat: x", last=None, on=line("maintenance", "0.1.0", branch="0.x"))


def test_a_maintenance_branch_stays_in_its_epoch() -> None:
    with pytest.raises(ConflictError, match=r"makes 1!1\.5\.0, which is not one of 1\.\*$"):
        propose("fix: x", on=line("maintenance", branch="1.x", asked="1!1.5.0"))


@pytest.mark.parametrize(("known", "expected"), [("", "0.1.0a1"), ("0.1.0a1", "0.1.0"), ("0.1.0a1 0.1.0", "0.2.0")])
def test_an_initial_version_that_is_a_pre_release_is_made_once(known: str, expected: str) -> None:
    config = Config(tag_format="v{version}", initial_version="0.1.0a1")
    assert next_of(propose("feat: x", last=None, written=None, on=line("", known), config=config)) == expected
    assert next_of(propose("feat: x", last=None, written=None, on=line("rc"), config=config)) == "0.1.0rc1"


@pytest.mark.parametrize(("written", "expected"), [("1.4.2.post1", "1.4.2.post1"), ("1.4.2.post4", "1.4.2.post4")])
def test_a_post_release_raised_by_hand_is_the_least(written: str, expected: str) -> None:
    assert next_of(propose("fix: x", last="1.4.2", written=written, on=line("post"))) == expected


@pytest.mark.parametrize("written", ["1.5.0", "1.4.3.post1"])
def test_another_version_in_the_files_of_a_post_branch_is_refused(written: str) -> None:
    with pytest.raises(ConflictError, match=f"the files have version {written}, which is no post-release of 1\\.4\\.2"):
        propose("fix: x", last="1.4.2", written=written, on=line("post"))


def test_where_nothing_is_released_nothing_moves() -> None:
    on = line("rc", "1.4.0 1.5.0rc1")
    assert propose("chore: y", last="1.5.0rc1", full="1.4.0", before=("feat: x",), on=on).bump.value == "none"


def test_a_maintenance_branch_without_a_range_in_its_name_is_a_configuration_error() -> None:
    with pytest.raises(ConfigError, match=r"^\[tool\.pilotage\.channels\] 'old' is a maintenance branch, and its name"):
        propose("fix: y", on=line("maintenance", branch="old"))


def test_a_maintenance_branch_ends_its_own_pre_releases() -> None:
    on = line("maintenance", "1.4.0 1.4.1rc1", branch="1.4.x")
    assert next_of(propose(last="1.4.1rc1", full="1.4.0", before=("fix: x",), on=on)) == "1.4.1"


def test_left_out_a_line_is_a_default_branch_without_a_past_elsewhere() -> None:
    config = Config(tag_format="v{version}")
    proposal = propose_release(
        read_changes(commits("feat: x"), config),
        project=Project("demo", "1.4.0", SOURCE),
        last_release=LastRelease("1.4.0", "b" * 40, "v1.4.0"),
        config=config,
    )
    assert (proposal.version, proposal.previous_tag) == (Version("1.5.0"), "v1.4.0")
