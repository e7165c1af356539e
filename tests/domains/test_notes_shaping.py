"""What is folded and who is thanked before notes are rendered."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pilotage.domains.notes.folding import fold_dependencies
from pilotage.domains.notes.shaping import shape_notes
from pilotage.model.change import Change
from pilotage.model.commit import Author
from pilotage.model.config import NotesRules
from pilotage.model.notes import NotesData


def updates(*subjects: str, kind: str = "deps") -> tuple[Change, ...]:
    """Make changes, newest first, of pull requests 1, 2, 3…"""
    return tuple(
        Change(f"{number}" * 40, kind, subject, pull_request=number) for number, subject in enumerate(subjects, start=1)
    )


def fold(*subjects: str) -> list[str]:
    """Fold updates and give what is left of their subjects."""
    return [change.subject for change in fold_dependencies(updates(*subjects))]


def test_a_chain_of_updates_becomes_one_that_names_the_others_pull_requests() -> None:
    whole = fold_dependencies(updates("Bump x from 2 to 3", "add y", "bump x from 1.5 to 2", "bump x from 1 to 1.5"))
    assert [(change.subject, change.pull_request, change.references) for change in whole] == [
        ("Bump x from 1 to 3", 1, (3, 4)),
        ("add y", 2, ()),
    ]


def test_updates_without_a_start_follow_each_other() -> None:
    assert fold("update dependency x to v3", "update dependency x to v2") == ["update dependency x to v3"]
    assert fold("update actions/checkout action to v5", "update actions/checkout action to v4") == [
        "update actions/checkout action to v5"
    ]


def test_a_leading_v_is_no_difference() -> None:
    assert fold("bump x from v2 to v3", "bump x from 1 to 2") == ["bump x from 1 to v3"]


def test_only_a_chain_is_folded() -> None:
    for subjects in (
        ("bump x from 4 to 5", "bump x from 1 to 2"),
        ("bump x from 2 to 1", "bump x from 1 to 2"),
        ("bump x from 2 to 3", "bump y from 1 to 2"),
        ("bump x from 2 to 3 in /docs", "bump x from 1 to 2 in /src"),
        ("bump the group with 3 updates", "bump the group with 3 updates"),
        ("update x to v3", "bump x from 1 to 2"),
    ):
        assert fold(*subjects) == list(subjects)


def test_a_gap_starts_a_new_chain() -> None:
    assert fold("bump x from 4 to 5", "bump x from 3 to 4", "bump x from 1 to 2", "bump x from 0 to 1") == [
        "bump x from 3 to 5",
        "bump x from 0 to 2",
    ]


def test_another_type_another_scope_and_a_break_are_never_folded() -> None:
    one, two = updates("bump x from 2 to 3", "bump x from 1 to 2")
    others = (
        Change(two.sha, "chore", two.subject),
        Change(two.sha, two.type, two.subject, scope=("dev",)),
        Change(two.sha, two.type, two.subject, breaking=True),
    )
    assert [len(fold_dependencies((one, other))) for other in others] == [2, 2, 2]


@given(st.lists(st.sampled_from(["bump x from 1 to 2", "bump x from 2 to 3", "bump x from 3 to 1", "update x to 4"])))
def test_no_pull_request_is_lost_by_folding(subjects: list[str]) -> None:
    changes = updates(*subjects)
    folded = fold_dependencies(changes)
    kept = {number for change in folded for number in (change.pull_request, *change.references)}
    assert kept == {change.pull_request for change in changes}
    assert fold_dependencies(changes) == folded


ANN, BOB, BOT = Author("Ann", "ann"), Author("Bob"), Author("dependabot[bot]", "dependabot[bot]")
DATA = NotesData(
    "1.0.0",
    "v1.0.0",
    "2026-11-20",
    changes=tuple(
        Change("a" * 40, "deps", subject, author=author)
        for subject, author in (
            ("update x to 2", BOB),
            ("update x to 1", BOT),
            ("y", ANN),
            ("z", Author("")),
            ("w", BOB),
        )
    ),
    new_contributors=(BOB, BOT),
)


def test_contributors_are_those_that_are_wanted() -> None:
    shaped = {
        wanted: shape_notes(DATA, NotesRules(contributors=wanted, fold_dependencies=False))
        for wanted in ("off", "new", "all")
    }
    assert {wanted: (one.new_contributors, one.contributors) for wanted, one in shaped.items()} == {
        "off": ((), ()),
        "new": ((BOB,), ()),
        "all": ((BOB,), (ANN, BOB)),
    }
    assert shaped["off"].changes == DATA.changes


def test_dependencies_are_folded_unless_they_shall_not_be() -> None:
    assert len(shape_notes(DATA, NotesRules()).changes) == 4
