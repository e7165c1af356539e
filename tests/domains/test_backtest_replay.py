from __future__ import annotations

import pytest

from domains.backtest_world import World, decided, rules_of
from pilotage.domains.backtest.replay import find_obvious_skip, position_of_rules
from pilotage.domains.backtest.report import build_report, build_row
from pilotage.domains.backtest.rules import BY_HAND, Rules
from pilotage.domains.backtest.verdict import is_single_step
from pilotage.model.config import ChangeType, Config
from pilotage.model.translation import Quirks, TranslatedComponent
from pilotage.model.version import Version

RP = "release-please"


@pytest.mark.parametrize(
    ("messages", "shipped", "expected"),
    [
        (["fix: x"], "1.0.1", "1.0.1"),
        (["fix: x", "feat: y"], "1.1.0", "1.1.0"),
        (["feat!: x"], "2.0.0", "2.0.0"),
        (["feat: x"], "1.0.1", "1.1.0"),
        (["fix: x", "chore(main): release 1.0.1"], "1.0.1", "1.0.1"),
        (["docs: x"], "1.0.1", "None"),
        (["chore: x\n\nRelease-As: 3.0.0"], "3.0.0", "3.0.0"),
        (["fix: x\n\nRelease-As: 0.5.0"], "1.0.1", "1.0.1"),
        (["fix: x\n\nRelease-As: soon"], "1.0.1", "1.0.1"),
        (["feat: x", 'Revert "feat: x"', "fix: y"], "1.0.1", "1.0.1"),
        (["some words"], "1.0.1", "[no-conventional-commit]"),
        (["fix: x"], "1.5.0", "[not-a-single-step]"),
        (["fix: x"], "1.0.0.post1", "[not-a-single-step]"),
    ],
)
def test_a_release_is_decided_from_its_own_commits(messages: list[str], shipped: str, expected: str) -> None:
    assert decided(messages, shipped) == expected


@pytest.mark.parametrize(
    ("quirks", "messages", "previous", "expected"),
    [
        (Quirks(always_bump="minor"), ["fix: x"], "1.0.0", "1.1.0"),
        (Quirks(always_bump="minor"), ["feat!: x"], "1.0.0", "1.1.0"),
        (Quirks(breaking_bump="minor"), ["feat!: x"], "1.0.0", "1.1.0"),
        (Quirks(release_as="4.0.0"), ["fix: x"], "1.0.0", "4.0.0"),
        (Quirks(leaves_zero=True), ["fix: x"], "0.4.0", "1.0.0"),
        (Quirks(leaves_zero=True), ["docs: x"], "0.4.0", "None"),
        (Quirks(any_commit=True), ["docs: x"], "1.0.0", "1.0.1"),
        (Quirks(tame_types=("docs",)), ["docs!: x", "fix: y"], "1.0.0", "1.0.1"),
    ],
)
def test_the_quirks_of_the_tool_of_the_day_hold(
    quirks: Quirks, messages: list[str], previous: str, expected: str
) -> None:
    rules = rules_of(Config(major_on_zero=True), tool=RP, quirks=quirks)
    shipped = "1.0.0" if previous == "0.4.0" else "2.0.0"
    assert decided(messages, shipped, rules=rules, previous=previous) == expected


def test_types_count_as_the_configuration_of_the_day_says() -> None:
    rules = rules_of(Config(extend_types={"docs": ChangeType("minor", "Docs")}))
    assert decided(["docs: x"], "1.1.0", rules=rules) == "1.1.0"


@pytest.mark.parametrize(
    ("late", "expected"),
    [("docs: y", "1.1.0"), ("fix: y", "1.1.0"), ("feat: y", "1.1.0"), ("feat!: y", "2.0.0")],
)
def test_the_end_of_pre_releases_keeps_their_number_as_far_as_it_holds(late: str, expected: str) -> None:
    world = World([late, "feat: x", "chore: start"], {"v1.0.0": 2, "v1.1.0rc1": 1, "v1.1.0": 0})
    found = world.replay("v1.1.0")
    assert found.verdict is not None
    assert str(found.verdict.version) == expected


@pytest.mark.parametrize(
    ("tool", "expected"),
    [("commitizen", "1.1.0"), ("python-semantic-release", "2.0.0"), ("semantic-release", "2.0.0")],
)
def test_each_tool_ends_pre_releases_in_its_own_way(tool: str, expected: str) -> None:
    world = World(["fix: y", "feat!: x", "chore: start"], {"v1.0.0": 2, "v1.1.0rc1": 1, "v2.0.0": 0})
    found = world.replay("v2.0.0", rules_of(tool=tool))
    assert found.verdict is not None
    assert str(found.verdict.version) == expected


def test_the_end_of_pre_releases_may_ask_for_a_version() -> None:
    tags = {"v1.0.0": 2, "v1.1.0rc1": 1, "v3.0.0": 0}
    found = World(["fix: y\n\nRelease-As: 3.0.0", "feat: x", "chore: start"], tags).replay("v3.0.0")
    assert found.agrees
    assert found.verdict is not None
    assert found.verdict.release_as == "3.0.0"


def test_versions_by_the_calendar_follow_the_day_of_the_release() -> None:
    rules = rules_of(Config(versioning="calver:YYYY.MM.MICRO"))
    world = World(["feat: x", "chore: start"], {"v2026.1.0": 1, "v2026.4.0": 0})
    found = world.replay("v2026.4.0", rules, today="2026-04-02")
    assert found.agrees
    quiet = World(["docs: x", "chore: start"], {"v2026.1.0": 1, "v2026.4.0": 0}).replay("v2026.4.0", rules)
    assert (quiet.skipped, quiet.agrees) == ("", False)


def test_a_version_that_does_not_fit_the_calendar_is_told() -> None:
    rules = rules_of(Config(versioning="calver:YYYY.MM.MICRO"))
    found = World(["feat: x", "chore: start"], {"v1.0.0": 1, "v1.1.0": 0}).replay("v1.1.0", rules, today="2026-04-02")
    assert found.skipped == "configuration-unreadable"
    assert "does not fit the scheme" in found.detail


TWO = Rules(
    RP,
    (
        TranslatedComponent("a", "packages/a", Config(tag_format="a-v{version}")),
        TranslatedComponent("b", "packages/b", Config(tag_format="b-v{version}")),
    ),
)
A_FILE, B_FILE = ("packages/a/x.py",), ("packages/b/x.py",)


def two(*messages: tuple[str, tuple[str, ...]], tag: str = "a-v1.1.0") -> World:
    return World([*messages, ("chore: start", ("x",))], {"a-v1.0.0": len(messages), tag: 0})


def test_by_hand_nothing_is_decided_from_words_alone() -> None:
    assert decided(["some words"], "1.0.1", rules=BY_HAND) == "[no-conventional-commit]"
    assert decided(["some words", "docs: x"], "1.0.1", rules=BY_HAND) == "1.0.1"


def test_a_component_is_decided_by_the_commits_that_touch_it() -> None:
    found = two(("feat: x", A_FILE), ("feat!: y", B_FILE), ("fix: z", ())).replay("a-v1.1.0", TWO)
    assert found.agrees
    assert [commit.message for commit in found.commits] == ["feat: x", "fix: z"]
    assert [commit.message for commit in found.elsewhere] == ["feat!: y"]


def test_a_component_that_no_commit_touches_is_not_decided() -> None:
    assert two(("feat: x", B_FILE)).replay("a-v1.1.0", TWO).skipped == "no-commit-touches-component"


def test_linked_components_move_together() -> None:
    linked = Rules(RP, TWO.components, (("a", "b"),))
    assert two(("feat: x", B_FILE)).replay("a-v1.1.0", linked).agrees


@pytest.mark.parametrize("tag", ["c-v1.0.0", "v1.0.0"])
def test_a_tag_of_no_known_component_is_not_decided(tag: str) -> None:
    world = World([("feat: x", A_FILE), ("chore: start", ())], {tag: 1, tag.replace("1.0.0", "1.1.0"): 0})
    found = world.replay(tag.replace("1.0.0", "1.1.0"), TWO)
    assert (found.skipped, found.detail) == ("component-not-configured", "release-please knows a, b")


def test_a_component_is_known_by_its_name_or_folder_too() -> None:
    for tag in ("a@1.0.0", "A==1.0.0"):
        world = World([("feat: x", A_FILE), ("chore: start", ())], {tag: 1, tag.replace("1.0.0", "1.1.0"): 0})
        assert world.replay(tag.replace("1.0.0", "1.1.0"), TWO).agrees


def test_a_component_whose_tags_cannot_be_spelled_is_known_by_its_name() -> None:
    odd = Rules(RP, (TranslatedComponent("a", "packages/a", Config(tag_format="")), TWO.components[1]))
    assert two(("feat: x", A_FILE)).replay("a-v1.1.0", odd).agrees


def test_a_commit_that_touches_only_what_is_excluded_is_passed_over() -> None:
    rules = rules_of(Config(exclude_paths=("docs",)))
    world = World([("feat: x", ("docs/a.md",)), ("fix: y", ("a.py",)), ("chore: z", ())], {"v1.0.0": 2, "v1.0.1": 0})
    assert world.replay("v1.0.1", rules).agrees


@pytest.mark.parametrize(
    ("messages", "tags", "tag", "expected"),
    [
        (["feat: x"], {"v1.0.0": 0}, "v1.0.0", "first-release"),
        (["feat: x", "fix: y"], {"v1.0.0": 1, "v1.1.0rc1": 0}, "v1.1.0rc1", "prerelease"),
        (["feat: x", "fix: y"], {"v1.0.0": 1, "v0.9.0": 0}, "v0.9.0", "version-not-above-previous"),
        (["Release 1.0.1", "fix: y"], {"v1.0.0": 1, "v1.0.1": 0}, "v1.0.1", "no-commits"),
        (["fix: y"], {"v1.0.0": 0, "v1.0.1": 0}, "v1.0.1", "no-commits"),
        (["fix: x", "fix: y"], {"v1.0.0": 1, "v1.0.1": 0}, "v1.0.1", ""),
    ],
)
def test_some_releases_nobody_can_decide(messages: list[str], tags: dict[str, int], tag: str, expected: str) -> None:
    world = World(messages, tags)
    assert find_obvious_skip(world.lineage, world.step(tag)) == expected


def test_the_rules_are_those_before_the_release_commit() -> None:
    world = World(["Release 1.1.0", "feat: x", "Release 1.0.0"], {"v1.0.0": 2, "v1.1.0": 0})
    assert position_of_rules(world.lineage, world.step("v1.1.0")) == 1
    assert position_of_rules(world.lineage, world.step("v1.0.0")) == 2


def test_the_rules_of_a_tag_on_an_ordinary_commit_are_its_own() -> None:
    world = World(["feat: x", "fix: y"], {"v1.0.0": 1, "v1.1.0": 0})
    assert position_of_rules(world.lineage, world.step("v1.1.0")) == 0


@pytest.mark.parametrize(
    ("current", "shipped", "expected"),
    [
        ("1.2.3", "1.2.4", True),
        ("1.2.3", "1.3.0", True),
        ("1.2.3", "2.0.0", True),
        ("1.2.3", "2.1.0", False),
        ("1.2.3", "1.2.5", False),
        ("1.2", "1.3", True),
        ("1.2", "1.2.1", True),
        ("1.2.3.4", "1.2.4.0", True),
        ("1.2.3", "1.2.3.1", False),
        ("1.2.3", "1!2.0.0", False),
        ("1.2.3", "1.2.4.post1", False),
    ],
)
def test_a_single_step_raises_one_number(current: str, shipped: str, *, expected: bool) -> None:
    assert is_single_step(Version(current), Version(shipped)) is expected


def test_the_report_is_the_contracts() -> None:
    world = World(["feat: x", "docs: y", "fix: z", "fix: a"], {"v1.0.0": 3, "v1.0.1": 2, "v1.0.2": 1, "v1.1.0": 0})
    rows = [build_row(world.replay(tag), why) for tag, why in (("v1.1.0", ""), ("v1.0.2", "forced-release: x"))]
    rows.append(build_row(world.replay("v1.0.1", TWO), ""))
    report = build_report(rows)

    assert (report.format, report.releases, report.decided, report.agreed) == (1, 3, 2, 1)
    assert [(row.tag, row.previous, row.shipped, row.decided, row.agrees) for row in report.rows] == [
        ("v1.1.0", "1.0.2", "1.1.0", "1.1.0", True),
        ("v1.0.2", "1.0.1", "1.0.2", None, False),
        ("v1.0.1", "1.0.0", "1.0.1", None, False),
    ]
    assert [(row.component, row.skipped, row.why, row.changes) for row in report.rows] == [
        (None, None, None, 1),
        (None, None, "forced-release: x", 1),
        (None, "component-not-configured", "release-please knows a, b", 0),
    ]


def test_the_first_release_follows_nothing() -> None:
    row = build_row(World(["fix: x"], {"v1.0.0": 0}).replay("v1.0.0", TWO), "")
    assert row.previous == ""
    with pytest.raises(ValueError, match="follows nothing"):
        World(["fix: x"], {"v1.0.0": 0}).replay("v1.0.0")
