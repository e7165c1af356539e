"""The small cases in which other release tools answer wrongly, each with the right answer (decided without git)."""

from __future__ import annotations

import pytest

from domains.branch_world import line, next_of, propose
from pilotage.domains.title import check_title
from pilotage.model.config import Config


@pytest.mark.parametrize(
    ("last", "messages", "expected"),
    [
        pytest.param("1.2.0rc1", ("feat: b",), "1.2.0", id="a candidate is followed by its full release"),
        pytest.param("1.2.0rc1", ("fix: b",), "1.2.0", id="a candidate and a fix"),
        pytest.param("0.3.0", ("feat!: b",), "0.4.0", id="a break below 1.0"),
        pytest.param("1.0.0", ("Add thing (#12)\n\n* feat: a\n* fix: b",), None, id="a list in a squash is no header"),
        pytest.param("1.2.3", ("fix: b",), "1.2.4", id="a fix"),
        pytest.param("1.0.0", ("fix: b\n\nBREAKING-CHANGE: x",), "2.0.0", id="a footer with a hyphen"),
        pytest.param("1.0.0", ("fix: b\n\nBREAKING CHANGE: x",), "2.0.0", id="a footer with a space"),
        pytest.param(
            "1.0.0",
            ('Revert "feat: b"\n\nThis reverts commit 0000000001cccccccccccccccccccccccccccccc.', "feat: b"),
            None,
            id="a feature and its revert",
        ),
        pytest.param("1.0.0", ("docs: b", "chore: a"), None, id="only chores and docs"),
        pytest.param("1.0.0", ("refactor: b", "ci: a", "build: a", "test: a"), None, id="nothing that users see"),
        pytest.param(None, ("feat: b",), "0.1.0", id="a first release"),
        pytest.param("1.0.0", ("Feat: b",), "1.1.0", id="a type in another case"),
        pytest.param("10.6.1", ("refactor: b",), None, id="a refactoring is no patch"),
        pytest.param("15.34.1", ("feat: b", "fix: a"), "15.35.0", id="a feature among fixes"),
        pytest.param("0.37.10", ("feat: b",), "0.38.0", id="nobody leaves 0.x by surprise"),
        pytest.param("0.37.10", ("feat: b\n\nRelease-As: 1.0.0",), "1.0.0", id="0.x is left on purpose"),
        pytest.param("3.0.0b0", ("feat!: b",), "3.0.0", id="a beta and a break"),
    ],
)
def test_the_right_answer_where_peers_are_wrong(
    last: str | None, messages: tuple[str, ...], expected: str | None
) -> None:
    assert next_of(propose(*messages, last=last)) == expected


def test_a_candidate_on_its_channel_is_followed_by_the_next_one() -> None:
    on = line("rc", "1.1.0 1.2.0rc1")
    assert next_of(propose("feat: b", last="1.2.0rc1", full="1.1.0", before=("feat: a",), on=on)) == "1.2.0rc2"


def test_a_version_on_another_branch_moves_nothing() -> None:
    assert next_of(propose("fix: b", last="1.0.0", on=line("", "1.0.0 2.0.0"))) == "1.0.1"


def test_a_version_in_the_files_beyond_every_tag_leads() -> None:
    assert next_of(propose("feat!: b", last="2.17.0", written="3.0.0b0")) == "3.0.0"
    assert next_of(propose("fix: b", last="2.17.0", written="3.0.0b0")) == "3.0.0b0"


def test_a_pre_release_on_a_channel_named_next_is_not_confused_with_a_stable_one() -> None:
    """22.2.0-next.4 is no PEP 440 version; as 22.2.0rc4 it is followed by rc5, not by 22.2.1 or 13.0.0."""
    on = line("rc", "12.1.0 22.1.0 22.2.0rc4")
    assert next_of(propose("fix: b", last="22.2.0rc4", full="22.1.0", before=("feat: a",), on=on)) == "22.2.0rc5"


@pytest.mark.parametrize("title", ["Add thing (#12)", "Feat: b"])
def test_the_title_gate_stops_what_a_release_would_misread(title: str) -> None:
    assert not check_title(title, Config()).ok
