from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from domains.backtest_world import World, rules_of
from pilotage.domains.backtest.causes import CAUSES, find_cause
from pilotage.domains.backtest.evidence import list_changes, list_commits, tally
from pilotage.domains.backtest.realnotes import RealNotes, read_real_notes
from pilotage.domains.backtest.skips import SKIPS
from pilotage.model.change import Change
from pilotage.model.commit import Commit
from pilotage.model.config import Config
from pilotage.model.translation import Quirks
from pilotage.model.version import Bump

if TYPE_CHECKING:
    from pilotage.domains.backtest.rules import Rules

FEATURES = "### Features\n\n* greet people\n"
FIXES = "### Bug Fixes\n\n* greet people\n"
BREAKING = "### ⚠ BREAKING CHANGES\n\n* greet people\n"


def why(
    messages: list[str], shipped: str, notes: str | None = None, *, previous: str = "1.0.0", rules: Rules | None = None
) -> str:
    world = World([*reversed(messages), "chore: start"], {f"v{previous}": len(messages), f"v{shipped}": 0})
    replayed = world.replay(f"v{shipped}", rules)
    assert not replayed.skipped
    return find_cause(replayed, None if notes is None else read_real_notes(notes))


@pytest.mark.parametrize(
    ("messages", "shipped", "notes", "expected"),
    [
        (
            ["feat: greet people"],
            "1.0.1",
            FEATURES,
            (
                "number-by-hand: 0000001 feat: greet people asks for a minor, the notes have 'Features', "
                "and the number is a patch"
            ),
        ),
        (
            ["feat: greet people", "feat(cli): say hello", "feat: wave", "docs: x"],
            "1.0.1",
            None,
            (
                "number-by-hand: 0000002 feat: wave, 0000003 feat(cli): say hello and 1 more ask for a minor, "
                "the number is a patch"
            ),
        ),
        (
            ["feat: greet people"],
            "1.0.1",
            "* greet people\n",
            "number-by-hand: 0000001 feat: greet people asks for a minor, the notes list it, and the number is a patch",
        ),
        (
            ["feat: wave a flag", "fix: greet people"],
            "1.0.1",
            FIXES,
            (
                "not-in-notes: 0000002 feat: wave a flag asks for a minor, and the notes list none of it: left out by "
                "hand, or merged too late for them"
            ),
        ),
        (
            ["fix: greet people"],
            "1.1.0",
            FIXES,
            (
                "number-by-hand: the commits ask for a patch at most (fix 1), the notes have no more than 'Bug Fixes', "
                "and the number is a minor"
            ),
        ),
        (
            ["fix: greet people"],
            "2.0.0",
            "",
            (
                "number-by-hand: the commits ask for a patch at most (fix 1), the notes say no more, "
                "and the number is a major"
            ),
        ),
        (
            ["fix: greet people"],
            "1.1.0",
            None,
            "number-by-hand: the commits ask for a patch at most (fix 1), the number is a minor",
        ),
        (
            ["fix: greet people"],
            "1.1.0",
            FEATURES,
            "override: the notes have 'Features', the commits ask for a patch at most (fix 1), the number is a minor",
        ),
        (
            ["docs: x", "chore: y", "some words"],
            "1.0.1",
            FIXES,
            "override: the notes have 'Bug Fixes', none of 3 commits releases anything (chore 1, docs 1, other 1)",
        ),
        (
            ["docs: x"],
            "1.0.1",
            "",
            "forced-release: none of 1 commit releases anything (docs 1), and the notes are empty",
        ),
        (
            ["docs: x"],
            "1.0.1",
            "### Documentation\n\n* x\n",
            "forced-release: none of 1 commit releases anything (docs 1), and the notes list 1 item of it",
        ),
        (["docs: x"], "1.0.1", None, "forced-release: none of 1 commit releases anything (docs 1)"),
        (
            ["chore: x", "features for everybody"],
            "1.1.0",
            None,
            (
                "unread-commit: none of 2 commits releases anything (chore 1, other 1), and one that cannot be read "
                "looks like more: 0000001 features for everybody"
            ),
        ),
        (
            ["fix: x", "Drop all\n\nThis is a breaking change."],
            "2.0.0",
            None,
            (
                "unread-commit: the commits ask for a patch at most (fix 1, other 1), and 0000001 Drop all looks like "
                "more; the number is a major"
            ),
        ),
        (
            ["fix: x\n\nRelease-As: 1.2.0"],
            "1.1.0",
            None,
            "release-as: 1.2.0 was asked for in a commit or the configuration, 1.1.0 was made",
        ),
    ],
)
def test_a_disagreement_has_a_cause_with_its_evidence(
    messages: list[str], shipped: str, notes: str | None, expected: str
) -> None:
    assert why(messages, shipped, notes) == expected


@pytest.mark.parametrize(
    ("messages", "shipped", "config", "expected"),
    [
        (
            ["feat!: x"],
            "0.5.0",
            Config(major_on_zero=True),
            "leaves-zero: the rules in force make 1.0.0 of 0000001 feat!: x asks for a major, 0.5.0 was made",
        ),
        (["fix: x"], "1.0.0", Config(), "leaves-zero: the commits ask for a patch at most (fix 1), and 1.0.0 was made"),
    ],
)
def test_leaving_zero_is_a_persons_choice(messages: list[str], shipped: str, config: Config, expected: str) -> None:
    assert why(messages, shipped, previous="0.4.0", rules=rules_of(config)) == expected


def test_a_quirk_may_ask_where_no_change_does() -> None:
    rules = rules_of(tool="commitizen", quirks=Quirks(any_commit=True))
    assert why(["docs: x"], "1.1.0", rules=rules).startswith("number-by-hand: the commits ask for a patch at most")


@pytest.mark.parametrize(
    ("late", "pre", "shipped", "expected"),
    [
        (
            "feat!: x",
            "1.1.0rc1",
            "1.1.0",
            "pre-release: 1.1.0rc1 had decided 1.1.0, and since then 0000001 feat!: x asks",
        ),
        ("fix: x", "2.0.0rc1", "1.0.1", "pre-release: 2.0.0rc1 before it leads to 2.0.0, 1.0.1 was made"),
    ],
)
def test_pre_releases_may_have_decided_another_number(late: str, pre: str, shipped: str, expected: str) -> None:
    world = World([late, "feat: y", "chore: start"], {"v1.0.0": 2, f"v{pre}": 1, f"v{shipped}": 0})
    assert find_cause(world.replay(f"v{shipped}"), None).startswith(expected)


def test_what_was_not_decided_has_no_cause() -> None:
    world = World(["some words", "chore: start"], {"v1.0.0": 1, "v1.0.1": 0})
    assert find_cause(world.replay("v1.0.1"), None) == ""


@pytest.mark.parametrize(
    ("section", "level", "heading", "items"),
    [
        ("### Features\n* a\n", Bump.MINOR, "Features", 1),
        ("### Feat\n- a\n### Fix\n- b\n", Bump.MINOR, "Feat", 2),
        ("**Bug fixes:**\n\n+ a", Bump.PATCH, "Bug fixes:", 1),
        ("#### 💥 Breaking Changes ####\n", Bump.MAJOR, "💥 Breaking Changes", 0),
        ("✨ Features\n----------\n* a\n", Bump.MINOR, "✨ Features", 1),
        ("Added\n~~~~~\n", Bump.MINOR, "Added", 0),
        ("### Chores\n* a feature of speech\n", Bump.NONE, "", 1),
        ("", Bump.NONE, "", 0),
    ],
)
def test_the_notes_say_what_the_release_was(section: str, level: Bump, heading: str, items: int) -> None:
    found = read_real_notes(section)
    assert (found.level, found.heading, found.items) == (level, heading, items)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (Change("abcdef1" + "0" * 33, "feat", "x"), True),
        (Change("f" * 40, "feat", "Greet  people"), True),
        (Change("f" * 40, "feat", "people"), False),
        (Change("f" * 40, "feat", "greet animals"), False),
    ],
)
def test_notes_name_a_change_by_its_commit_or_its_words(change: Change, *, expected: bool) -> None:
    assert RealNotes("* greet\n  people ([abcdef1](x))", Bump.NONE, "", 1).names(change) is expected


def test_evidence_is_short_and_safe() -> None:
    commits = [
        Commit("a" * 40, f"feat: {'x' * 200}\n\nbody"),
        Commit("b" * 40, "::error::x\x1b[0m"),
        Commit("c" * 40, "c"),
    ]
    assert list_commits(commits) == f"aaaaaaa feat: {'x' * 54}…, bbbbbbb ⟨U+003A⟩:error::x⟨U+001B⟩[0m and 1 more"
    assert list_changes([Change("a" * 40, "", "all", breaking=True)]) == "aaaaaaa all"
    twice = [Change("b" * 40, "feat", "x"), Change("a" * 40, "feat", "x"), Change("c" * 40, "feat", "y")]
    assert list_changes(twice) == "bbbbbbb feat: x, ccccccc feat: y"
    messages = [f"t{number}: x" for number in range(7)]
    assert tally([Commit("a" * 40, message) for message in messages]) == "t0 1, t1 1, t2 1, t3 1, t4 1, …"


def test_every_id_is_documented() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "backtest.md").read_text(encoding="utf-8")
    missing = [name for name in (*CAUSES, *SKIPS) if f"| `{name}` |" not in text]
    assert missing == []
