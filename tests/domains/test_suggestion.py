from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotage.domains.suggestion.nearest import find_nearest
from pilotage.domains.title import check_title
from pilotage.model.config import ChangeType, Config, Scope, TitleRules

CONFIG = Config()
pieces = st.sampled_from(
    [
        "feat",
        "Fix",
        "fxi",
        "(",
        ")",
        "ui",
        "!",
        ":",
        "\uff1a",
        " ",
        "  ",
        "[WIP] ",
        "[A-1] ",
        "✨",
        ":bug:",
        "Add x",
        "Revert ",
        '"',
    ]
)
titles = st.lists(pieces, max_size=9).map("".join) | st.text(max_size=40)


def suggest(title: str, config: Config) -> str | None:
    return check_title(title, config).suggestion


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Feat: x", "feat: x"),
        ("FEAT(UI): x", "feat(UI): x"),
        ("feat:x", "feat: x"),
        ("feat : x", "feat: x"),
        ("  feat:   x   y ", "feat: x y"),
        ("feat (ui): x", "feat(ui): x"),
        ("feat!(api): x", "feat(api)!: x"),
        ("feat !!: x", "feat!: x"),
        ("feat(): x", "feat: x"),
        ("feat( ui ,, api ): x", "feat(ui,api): x"),
        ("feat(my scope): x", "feat(my-scope): x"),
        ("feat(a)(b)(a): x", "feat(a,b): x"),
        ("feat(a(b)): x", "feat(a,b): x"),
        ("feat(ui: x", "feat(ui): x"),
        ("feat[ui]: x", "feat(ui): x"),
        ("feat(ui) add x", "feat(ui): add x"),
        ("feat! add x", "feat!: add x"),
        ("fix the x", "fix: the x"),
        ("feat\uff1ax", "feat: x"),
        ("feat: a\u202eb\u200b", "feat: ab"),
        ("feat:\u00a0x", "feat: x"),
        ("feature: x", "feat: x"),
        ("bugfix(ui): x", "fix(ui): x"),
        ("Hotfix: x", "fix: x"),
        ("doc: x", "docs: x"),
        ("tests: x", "test: x"),
        ("perfs: x", "perf: x"),
        ("dependencies: x", "deps: x"),
        ("refactoring: x", "refactor: x"),
        ("fxi: x", "fix: x"),
        ("refcator: x", "refactor: x"),
        ("✨ feat: x", "feat: x"),
        ("✨ add x", "feat: add x"),
        ("✨: x", "feat: x"),
        ("♻️ Python 3 only", "refactor: Python 3 only"),
        (":bug: crash on start", "fix: crash on start"),
        ("💥 feat: drop x", "feat!: drop x"),
        ("[JIRA-1] feat: x", "feat: x [JIRA-1]"),
        ("[JIRA-1] feat: x (#12)", "feat: x [JIRA-1] (#12)"),
        ("JIRA-1: feat: x", "feat: x [JIRA-1]"),
        ("[skip ci] fix: x", "fix: x"),
        ("[WIP] feat: x", "feat: x"),
        ("WIP: feat: x", "feat: x"),
        ("wip: add x", "feat: add x"),
        ("squash! feat: x", "feat: x"),
        ("ui: add x", "feat(ui): add x"),
        ('Revert "feat: x"', "revert: feat: x"),
        ('Revert "feat: x" (#3)', "revert: feat: x (#3)"),
        ('Revert "Revert "feat: x""', "revert: revert: feat: x"),
        ('Reapply "feat: x"', "revert: revert: feat: x"),
        ("Bump x from 1.0 to 2.0", "deps: bump x from 1.0 to 2.0"),
        ("Update dependency x to v2", "deps: update dependency x to v2"),
        ("[pre-commit.ci] pre-commit autoupdate", "deps: pre-commit autoupdate [pre-commit.ci]"),
        ("Add x.", "feat: add x."),
        ("Bump version to 1.4.1", "chore: bump version to 1.4.1"),
        ("release(sdk): 1.2.3", "chore(sdk): 1.2.3"),
        ("[docs] spaces after links", "docs: spaces after links"),
        ("[Bugfix] [A-1] feat: x", "feat: x [A-1]"),
        ("area: fix: x", "fix: x"),
        ("Fix crash", "fix: crash"),
        ("Fix up the crash", "fix: fix up the crash"),
        ("Update docs", "docs: update docs"),
        ("Add tests for x", "test: add tests for x"),
        ("Improve import performance", "perf: improve import performance"),
        ("Rename x", "refactor: rename x"),
        ("Update x", "chore: update x"),
    ],
)
def test_a_title_is_corrected(title: str, expected: str) -> None:
    assert suggest(title, CONFIG) == expected


@pytest.mark.parametrize(
    "title",
    [
        "",
        "x",
        "Fix",
        "wip: x",
        "WIP: WIP: WIP: WIP: feat: x",
        "feat:",
        "feat: (#12)",
        "✨",
        "my type: x",
        "api: x",
        "BREAKING CHANGE: x",
        "Merge branch 'x'",
        "1.2.3",
        "Drop x",
        "area(sdk): fix: x",
        "area: remove x",
        "\u200b",
        "feat: x",
        "Feat: " + "x" * 1000,
    ],
)
def test_nothing_is_suggested_where_nothing_is_known_or_needed(title: str) -> None:
    assert suggest(title, CONFIG) is None


def test_a_suggestion_keeps_the_configured_rules() -> None:
    config = Config(
        extend_types={"sec": ChangeType("patch")},
        scopes=("api", Scope("Client")),
        title=TitleRules(require_scope=True, max_length=20),
    )
    assert suggest("SEC(client): x", config) == "sec(Client): x"
    assert suggest("feat(aip): x", config) == "feat(api): x"
    assert suggest("api: add x", config) == "feat(api): add x"
    assert suggest("feat(web): x", config) is None
    assert suggest("Feat: x", config) is None
    assert suggest("Feat(api): a long subject", config) is None


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("feat", "feat"),
        ("feta", "feat"),
        ("fea", "feat"),
        ("ui", ""),
        ("xx", ""),
        ("refractor", "refactor"),
        ("bat", ""),
    ],
)
def test_the_nearest_word_is_one_that_cannot_be_mistaken(word: str, expected: str) -> None:
    assert find_nearest(word, ["ci", "feat", "refactor", "bar", "baz"]) == expected


@given(titles)
def test_a_suggestion_is_accepted_and_needs_none_itself(title: str) -> None:
    suggestion = suggest(title, CONFIG)
    if suggestion is not None:
        assert check_title(suggestion, CONFIG).ok
        assert suggest(suggestion, CONFIG) is None
        assert not check_title(title, CONFIG).ok


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Added x", "feat: added x"),
        ("Adds x", "feat: adds x"),
        ("Introducing x", "feat: introducing x"),
        ("Fixing x", "fix: fixing x"),
        ("Resolves x", "fix: resolves x"),
        ("Updated x", "chore: updated x"),
        ("Bumps x from 1 to 2", "deps: bumps x from 1 to 2"),
        ("bump: version 1.3.0 → 1.4.0", "chore: version 1.3.0 → 1.4.0"),
        ("Addition of x", None),
        ("Fixture for x", None),
    ],
)
def test_a_verb_tells_the_type_in_each_of_its_forms(title: str, expected: str | None) -> None:
    assert expected == suggest(title, CONFIG)
