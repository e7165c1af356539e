from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec
import pytest

from domains.merge_world import base, pull
from pilotage.domains.breakingrules import BREAKING_RULES, check_breaking
from pilotage.domains.mergepreview import preview_merge
from pilotage.domains.settings import read_config
from pilotage.domains.settingstext import render_config
from pilotage.errors import ConfigError
from pilotage.model.change import Change
from pilotage.model.config import BreakingRules, Config

if TYPE_CHECKING:
    from pilotage.model.title import Problem


def test_the_rules_are_read_in_the_spelling_of_the_file() -> None:
    config = read_config(
        "[tool.pilotage.breaking]\n"
        "require = 'both'\nrequire-level = 'warn'\nupgrade-path = 'required'\nrelease-pending-first = 'error'\n"
        "approval-label = 'breaking: approved'\napproval-level = 'warn'\nfreeze = 'error'\n"
    )
    assert config.breaking == BreakingRules("both", "warn", "required", "error", "breaking: approved", "warn", "error")
    assert config == read_config(render_config(config))


def test_what_is_left_out_has_a_level_that_refuses_nothing_but_an_unannounced_break() -> None:
    assert read_config("").breaking == BreakingRules("either", "error", "optional", "warn", "", "error", "off")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("requires = 'mark'", "[tool.pilotage.breaking] requires is unknown"),
        (
            "freeze = true",
            '[tool.pilotage.breaking] freeze is "True", expected one of "error", "warn", "off"',
        ),
        (
            "upgrade-path = 'error'",
            '[tool.pilotage.breaking] upgrade-path is "error", expected one of "required", "warn", "optional"',
        ),
    ],
)
def test_a_rule_that_does_not_exist_is_refused(line: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_config(f"[tool.pilotage.breaking]\n{line}")
    assert caught.value.message == f"pyproject.toml: {message}"


def find(
    title: str = "feat!: drop x",
    body: str = "",
    *,
    rules: BreakingRules,
    labels: tuple[str, ...] = (),
    pending: tuple[Change, ...] = (),
    url: str = "",
) -> tuple[Problem, ...]:
    context = msgspec.structs.replace(pull(title, body), labels=labels)
    config = Config(breaking=rules)
    outcome = preview_merge(context, config=config, base=base()).main
    return check_breaking(context, outcome, config=config, pending=pending, release_pr_url=url)


def found(problems: tuple[Problem, ...]) -> list[tuple[str, str]]:
    assert all((problem.start, problem.end) == (0, 0) for problem in problems)
    return [(problem.rule, problem.severity) for problem in problems]


STRICT = BreakingRules("both", "error", "required", "error", "breaking: approved", "error", "error")
FEATURE = Change("a" * 40, "feat", "add y", pull_request=7)


def test_a_change_that_breaks_nothing_is_held_to_no_rule() -> None:
    assert find("feat: add x", rules=STRICT, pending=(FEATURE,)) == ()


def test_every_rule_is_told_at_once_in_the_order_of_the_ids() -> None:
    problems = find(rules=STRICT, pending=(FEATURE,))
    assert found(problems) == [(rule, "error") for rule in BREAKING_RULES]


def test_every_rule_can_be_a_warning() -> None:
    rules = BreakingRules("both", "warn", "warn", "warn", "breaking: approved", "warn", "warn")
    assert found(find(rules=rules, pending=(FEATURE,))) == [(rule, "warning") for rule in BREAKING_RULES]


def test_every_rule_can_be_off() -> None:
    rules = BreakingRules("both", "off", "optional", "off", "breaking: approved", "off", "off")
    assert find(rules=rules, pending=(FEATURE,)) == ()


@pytest.mark.parametrize("title", ["feat!: drop x", "feat: drop x"])
@pytest.mark.parametrize("body", ["BREAKING CHANGE: y", ""])
def test_either_announcement_is_enough_by_default(title: str, body: str) -> None:
    assert find(title, body, rules=BreakingRules()) == ()


MARK = "Announce the breaking change where this repository asks for it: put `!` before the colon of the title."
FOOTER = (
    "Announce the breaking change where this repository asks for it: write `BREAKING CHANGE: ` and what breaks at the "
    "start of a line that gets into the commit."
)


@pytest.mark.parametrize(
    ("require", "title", "body", "messages"),
    [
        ("mark", "feat!: a", "", []),
        ("mark", "feat: a", "BREAKING CHANGE: b", [MARK]),
        ("footer", "feat!: a", "", [FOOTER]),
        ("footer", "feat: a", "BREAKING CHANGE: b", []),
        ("both", "feat!: a", "", [FOOTER]),
        ("both", "feat: a", "BREAKING CHANGE: b", [MARK]),
        ("both", "feat!: a", "BREAKING CHANGE: b", []),
    ],
)
def test_a_break_is_announced_where_it_is_required(
    require: Literal["mark", "footer", "both"], title: str, body: str, messages: list[str]
) -> None:
    assert messages == [one.message for one in find(title, body, rules=BreakingRules(require))]


@pytest.mark.parametrize(
    ("body", "is_enough"),
    [
        ("## Upgrade path\n\nCall y.", True),
        ("### upgrade path:\nCall y.\n## Tests", True),
        ("", False),
        ("## Upgrade path\n\n<!-- what users must do -->\n\n## Tests\n\nmany", False),
        ("Upgrade path: call y", False),
    ],
)
def test_an_upgrade_path_has_content(body: str, is_enough: bool) -> None:
    problems = find(body=body, rules=BreakingRules(upgrade_path="required"))
    assert found(problems) == ([] if is_enough else [("B002", "error")])


def test_what_is_waiting_is_listed_with_the_way_to_release_it() -> None:
    pending = (
        FEATURE,
        Change("b" * 40, "docs", "tell of y"),
        *(Change(f"{number}" * 40, "fix", f"mend {number}") for number in range(6)),
    )
    (problem,) = find(rules=BreakingRules(), pending=pending, url="https://github.com/acme/tool/pull/9")
    assert (problem.rule, problem.severity) == ("B003", "warning")
    assert problem.message == (
        "Release what is waiting and breaks nothing before this is merged, or its users get it only with the break: "
        "#7 feat: add y; fix: mend 0; fix: mend 1; fix: mend 2; fix: mend 3; and 2 more (merge "
        "https://github.com/acme/tool/pull/9)."
    )


def test_without_a_release_pull_request_the_message_says_so() -> None:
    (problem,) = find(rules=BreakingRules(), pending=(FEATURE,))
    assert problem.message.endswith(": #7 feat: add y (no release pull request is open yet).")


def test_where_a_break_is_waiting_already_another_one_may_join_it() -> None:
    pending = (FEATURE, Change("b" * 40, "fix", "drop z", breaking=True))
    assert find(rules=STRICT, body="## Upgrade path\n\nx\n\nBREAKING CHANGE: y", pending=pending)[0].rule == "B004"


def test_what_releases_nothing_does_not_wait() -> None:
    assert find(rules=BreakingRules(), pending=(Change("b" * 40, "docs", "tell of y"),)) == ()


def test_a_hostile_subject_is_shown_on_one_line() -> None:
    pending = (Change("a" * 40, "feat", "x\n::error::y\u202e" + "z" * 1000),)
    (problem,) = find(rules=BreakingRules(), pending=pending)
    assert "\n" not in problem.message
    assert "\u202e" not in problem.message
    assert len(problem.message) < 400


@pytest.mark.parametrize(
    ("labels", "rules_found"),
    [((), ["B004"]), (("bug",), ["B004"]), (("Breaking: Approved",), []), (("breaking: approved", "bug"), [])],
)
def test_a_break_needs_its_label(labels: tuple[str, ...], rules_found: list[str]) -> None:
    problems = find(rules=BreakingRules(approval_label="breaking: approved"), labels=labels)
    assert [problem.rule for problem in problems] == rules_found
    assert all(problem.message.endswith("the label breaking: approved is missing.") for problem in problems)


def test_a_freeze_stops_every_break() -> None:
    problems = find(rules=BreakingRules(freeze="error"), labels=("breaking: approved",))
    assert found(problems) == [("B005", "error")]
