from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domains.merge_world import MESSAGES, REBASE, SQUASH, URL, base, commits, preview, rules_of
from pilotage.domains.mergepreview import preview_merge
from pilotage.domains.mergerules import MERGE_RULES
from pilotage.domains.title import check_title
from pilotage.domains.titlebody import add_body
from pilotage.model.commit import Commit
from pilotage.model.config import BreakingRules, Config
from pilotage.model.history import Baseline
from pilotage.model.line import Line
from pilotage.model.mergepreview import MergeBase
from pilotage.model.project import Project
from pilotage.model.pullcontext import MergeSettings, PullContext
from pilotage.model.version import Version

OVERRIDE = "BEGIN_COMMIT_OVERRIDE\nfeat!: all new\nEND_COMMIT_OVERRIDE"

lines = st.sampled_from(
    [
        *(
            "feat: a",
            "fix(x)!: b",
            "BREAKING CHANGE: c",
            "BREAKING CHANGES: d",
            "* feat!: e",
            "Release-As: 9.0",
            "w",
            "",
        ),
        *(
            "run(x(y))",
            "Release-As: next",
            "```",
            "<!--",
            "BEGIN_NESTED_COMMIT",
            "END_NESTED_COMMIT",
            "BREAKING-CHANGE #1",
        ),
        *("BEGIN_COMMIT_OVERRIDE", 'Revert "feat: a"', f"This reverts commit {'a' * 40}.", "Refs #12", "---------"),
    ]
)
texts = st.lists(lines, max_size=8).map("\n".join) | st.text(max_size=40)
branches = st.lists(st.builds(Commit, st.sampled_from(["b" * 40, "c" * 40]), texts), max_size=3).map(tuple)
contexts = st.builds(
    PullContext,
    title=lines | st.text(max_size=20),
    body=texts,
    number=st.integers(0, 5),
    commits=branches,
    settings=st.builds(MergeSettings),
)


def test_a_feature_shows_its_version_and_its_line_in_the_notes() -> None:
    main = preview("feat(api): add x", "Text.").main
    assert (main.bump, main.current, main.next, main.obstacle) == ("minor", "1.4.2", "1.5.0", "")
    link = f"[#12]({URL}/pull/12)"
    assert main.notes == f"### Features\n\n* **api:** add x ({link}) by [@ann](https://github.com/ann)"


def test_nothing_is_linked_where_the_page_is_unknown() -> None:
    notes = preview("feat: add x", onto=base(web_url="")).main.notes
    assert notes == "### Features\n\n* add x (#12) by ann"


def test_a_commit_that_exists_is_linked() -> None:
    main = preview("x", branch=commits("fix: a"), settings=REBASE).main
    assert f"([aaaaaaa]({URL}/commit/{'a' * 40}))" in main.notes


def test_a_change_that_releases_nothing_has_no_next_version() -> None:
    main = preview("docs: tell more").main
    assert (main.bump, main.next) == ("none", None)
    assert main.notes.startswith("### Documentation")


def test_what_is_unreleased_counts_for_the_next_version_and_not_for_the_bump() -> None:
    main = preview("fix: a", onto=base(*commits("feat: b"))).main
    assert (main.bump, main.next, len(main.changes)) == ("patch", "1.5.0", 1)


def test_taking_back_something_unreleased_releases_it_no_more() -> None:
    main = preview('revert: "feat: b"', onto=base(*commits("feat: b", "fix: c"))).main
    assert (main.changes, main.bump, main.next, main.notes) == ((), "none", "1.4.3", "")


def test_a_first_release_has_no_version_before() -> None:
    main = preview("feat: a", onto=base(released="")).main
    assert (main.current, main.next) == (None, "0.1.0")


def test_what_ends_pre_releases_is_measured_from_the_last_full_release() -> None:
    onto = msgspec.structs.replace(
        base(*commits("fix: c"), released="1.5.0rc1"),
        project=Project("demo", "1.5.0rc1", "pyproject.toml [project]"),
        line=Line(branch="main", full=Baseline("v1.4.2", "f" * 40, Version("1.4.2"))),
        full_commits=commits("fix: c", "feat: b"),
    )
    assert preview("feat!: a", onto=onto).main.next == "2.0.0"
    assert preview("fix: a", onto=onto).main.next == "1.5.0"


def test_a_version_that_cannot_be_told_is_not_guessed() -> None:
    main = preview("feat: a", onto=base(*commits("fix: b\n\nRelease-As: 1.0.0"))).main
    assert (main.current, main.next) == ("1.4.2", None)
    assert main.obstacle.startswith("commit aaaaaaaaaa, footer Release-As: 1.0.0: ")
    broken = MergeBase(Project("tool", "one", "pyproject.toml [project]"))
    assert preview("feat: a", onto=broken).main.obstacle == "pyproject.toml [project]: 'one' is not a version"


def test_each_allowed_way_has_its_outcome() -> None:
    found = preview("fix: a", branch=commits("feat: b", "c"), settings=MergeSettings(is_known=True))
    assert [(one.merge.way, one.bump, one.next) for one in found.outcomes] == [
        ("squash", "patch", "1.4.3"),
        ("merge", "minor", "1.5.0"),
        ("rebase", "minor", "1.5.0"),
    ]


@pytest.mark.parametrize(
    ("title", "body", "announced"),
    [
        ("feat: a", "", (False, False, False)),
        ("feat!: a", "", (True, True, False)),
        ("feat: a", "BREAKING CHANGE: b", (True, False, True)),
        ("feat!: a", "BREAKING CHANGE: b", (True, True, True)),
        ("feat: a", OVERRIDE, (True, True, False)),
        ("feat!: a", "fix: b\n\nBREAKING CHANGE: c", (True, False, False)),
    ],
)
def test_a_break_is_seen_as_the_commit_announces_it(title: str, body: str, announced: tuple[bool, ...]) -> None:
    main = preview(title, body).main
    assert announced == (main.is_breaking, main.is_marked, main.is_noted)


def test_bringing_back_a_break_counts_as_marked() -> None:
    title = 'Revert "Revert "feat!: a""'
    main = preview(title).main
    assert (main.is_breaking, main.is_marked, main.is_noted) == (True, True, False)


def test_a_merge_commit_whose_branch_is_unknown_says_nothing() -> None:
    settings = MergeSettings(is_known=True, squash=False, rebase=False)
    main = preview("feat!: a", settings=settings).main
    assert (main.merge.way, main.merge.is_complete, main.bump) == ("merge", False, "none")


def test_a_rebase_whose_commits_are_unknown_says_nothing() -> None:
    found = preview("feat!: a", settings=REBASE)
    assert (found.main.merge.commits, found.main.bump, rules_of(found)) == ((), "none", ["M003"])


@given(contexts, branches)
def test_no_pull_request_makes_a_preview_raise(context: PullContext, unreleased: tuple[Commit, ...]) -> None:
    found = preview_merge(context, config=Config(), base=base(*unreleased))
    assert found.main == found.outcomes[0]
    assert {problem.rule for problem in found.problems} <= set(MERGE_RULES)


@pytest.mark.parametrize(
    "body",
    [
        *("x(" * 500_000, "x(\n" * 100_000, "* feat!: a\n" * 30_000, "feat!: a\n\n" * 10_000),
        *("BREAKING CHANGES: a\n" * 20_000, "Release-As: 1\n" * 20_000, "a" * 1_000_000 + "("),
    ],
    ids=range(7),
)
def test_a_huge_body_is_previewed_in_one_go(body: str) -> None:
    """Linear time: anything quadratic would take minutes here."""
    assert len(preview("fix: a", body).problems) <= 5 * len(MERGE_RULES)


def test_a_pull_request_with_nothing_doubtful_has_no_problem() -> None:
    body = "Reads `x(y)` once.\n\nCloses #7\nRelease-As: 2.0.0"
    assert preview("feat!: a", f"{body}\n\n## Breaking change\n\nYes.").problems == ()


# M001


def only(message: str) -> tuple[list[str], str]:
    settings = msgspec.structs.replace(SQUASH, squash_title="COMMIT_OR_PR_TITLE")
    found = preview("feat: a", branch=commits(message), settings=settings)
    return rules_of(found), found.problems[0].message if found.problems else ""


def test_the_only_commit_has_the_title_that_a_squash_takes_from_it() -> None:
    assert only("feat: a\n\nbody") == ([], "")
    assert "that line differs from the title" in only("feat: b")[1]
    assert "that line has no type that a release reads" in only("wip")[1]
    assert only("wip")[0] == ["M001"]
    assert preview("feat: a", branch=commits("wip")).problems == ()


# M002


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            "Text.\n\nfeat!: b",
            "Line 5 of the commit message makes this a change of level major, and the title says patch",
        ),
        (
            "Text.\n\nfeat: b",
            "Line 5 of the commit message makes this a change of level minor, and the title says patch",
        ),
        (
            OVERRIDE,
            "The override block in the description makes this a change of level major, and the title says patch",
        ),
        (
            "BEGIN_COMMIT_OVERRIDE\nfix: a\n\nBREAKING CHANGE: b",
            "The override block in the description makes this a change of level major, and the title says patch",
        ),
        (
            "BEGIN_COMMIT_OVERRIDE\nfix: a\n\nfeat: b",
            "Line 3 of the override block in the description makes this a change of level minor, and the title",
        ),
    ],
)
def test_a_body_that_changes_the_bump_is_refused(body: str, message: str) -> None:
    (problem,) = preview("fix: a", body).problems
    assert (problem.rule, problem.severity, problem.start, problem.end) == ("M002", "error", 0, 0)
    assert problem.message.startswith(message)
    assert ": let the title say what the whole pull request does" in problem.message


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        (BreakingRules(), ["M002"]),
        (BreakingRules("footer"), []),
        (BreakingRules("both"), []),
        (BreakingRules("mark", "off"), ["M002"]),
    ],
)
def test_a_footer_alone_is_a_hint_unless_a_rule_decides_on_it(rules: BreakingRules, found: list[str]) -> None:
    got = preview("fix: a", "Text.\nBREAKING CHANGE: b", config=Config(breaking=rules))
    assert rules_of(got) == found
    assert [(problem.severity, problem.message[:28]) for problem in got.problems] == [
        ("warning", "Line 4 of the commit message")
    ] * len(found)


def test_a_body_that_agrees_with_the_title_is_fine() -> None:
    assert preview("feat!: a", "fix: b\n\nfeat!: c").problems == ()
    assert rules_of(preview("wip", "fix: b")) == ["M002"]


# M003


def test_other_ways_of_merging_are_named_once_where_they_are_known() -> None:
    (problem,) = preview("fix: a", settings=MergeSettings(is_known=True)).problems
    assert (problem.rule, problem.severity) == ("M003", "warning")
    assert problem.message.startswith("The repository allows merge commits and rebase merging: ")
    (other,) = preview("fix: a", settings=REBASE, branch=commits("fix: a")).problems
    assert other.message.startswith("The repository allows rebase merging: ")
    assert preview("fix: a", settings=MergeSettings()).problems == ()


# M004: what @conventional-commits/parser 0.4.1 was seen to do


@pytest.mark.parametrize(
    "line",
    [
        *("MIN(COALESCE(a, b)) read", "foo(bar", "foo(bar\nbaz)", "`foo(bar(x))`", "foo.bar(x(y))", "foo((x))", "foo("),
        *("text\nfoo(a(b", "Refs: #1\nfoo(bar(x))", "[x](a(b))", "**x**(a(b)", "foo(a\tb", "feat(a(b"),
    ],
)
def test_a_line_at_which_release_please_drops_the_commit_is_named(line: str) -> None:
    (problem,) = preview("fix: a", f"Text.\n\n{line}").problems
    assert (problem.rule, problem.severity) == ("M004", "warning")
    number = 6 if line.startswith(("text", "Refs")) else 5
    assert problem.message.startswith(f"Line {number} of the commit message begins with a word and a parenthesis")


@pytest.mark.parametrize(
    "line",
    [
        *(
            "foo() does x",
            "call foo(bar(x)) y",
            "foo(bar) baz",
            "foo (bar(x))",
            "(foo(bar))",
            "- foo(bar(x",
            "  foo(a(b",
        ),
        *(
            "foo!(bar(x))",
            "foo:(bar(x))",
            "foo()(x(",
            "foo(a)(b(c",
            "foo: x(y(z",
            "\tfoo(a(b",
            "foo)(a(b",
            "foo\u00a0(a(b",
        ),
    ],
)
def test_a_line_that_release_please_reads_is_left_alone(line: str) -> None:
    assert preview("fix: a", f"Text.\n\n{line}").problems == ()


def test_wrapping_can_open_a_parenthesis() -> None:
    body = f"read({'word ' * 20}end)"
    assert rules_of(preview("fix: a", body)) == ["M004"]


# M005


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("1.5.0", []),
        ("1.4.2", ["M005"]),
        ("next", ["M005"]),
        ("2.0.0+local", ["M005"]),
        ("v2.0.0", []),
        ("1.0", ["M005"]),
    ],
)
def test_a_wished_version_is_one_that_can_be_released(value: str, found: list[str]) -> None:
    got = preview("fix: a", f"Text.\n\nRelease-As: {value}")
    assert rules_of(got) == found
    assert bool(got.main.obstacle) == bool(found)
    assert all("name a version above 1.4.2 that" in problem.message for problem in got.problems)


def test_before_a_first_release_any_version_can_be_wished() -> None:
    assert preview("fix: a", "Release-As: 0.0.1", onto=base(released="")).main.next == "0.0.1"
    (problem,) = preview("fix: a", "Release-As: x", onto=base(released="")).problems
    assert "name a version that PEP 440 allows" in problem.message


# M006


def test_a_footer_that_does_not_reach_the_commit_is_named() -> None:
    body = "Text.\r\n\r\nBREAKING CHANGE: the option is gone"
    (problem,) = preview("fix: a", body, settings=MESSAGES, branch=commits("a", "b")).problems
    assert (problem.rule, problem.severity) == ("M006", "warning")
    assert problem.message.startswith("Line 3 of the description announces a breaking change, but ")


@pytest.mark.parametrize(
    ("title", "body", "branch"),
    [
        ("fix!: a", "BREAKING CHANGE: b", commits("a", "b")),
        ("fix: a", "BREAKING CHANGE: b", ()),
        ("fix: a", "Text.", commits("a", "b")),
        ("fix: a", "BREAKING CHANGE: b\n\nBEGIN_COMMIT_OVERRIDE\nfix: a", commits("a", "b")),
    ],
)
def test_a_footer_that_is_not_needed_or_not_known_to_be_lost_is_left_alone(
    title: str, body: str, branch: tuple[Commit, ...]
) -> None:
    assert preview(title, body, settings=MESSAGES, branch=branch).problems == ()


# M007


def test_a_commit_in_the_list_that_says_more_than_the_title_is_named() -> None:
    branch = commits("feat!: a", "fix: b", "feat: c")
    (first, second) = preview("fix: a", settings=MESSAGES, branch=branch).problems
    assert (first.rule, first.severity, second.rule) == ("M007", "warning", "M007")
    assert first.message.startswith("Line 3 of the commit message lists a commit that says more than the title")
    assert second.message.startswith("Line 7 of the commit message")
    assert preview("feat!: a", settings=MESSAGES, branch=branch).problems == ()
    assert preview("fix: a", settings=REBASE, branch=commits("fix: a\n\n* feat!: b")).problems[1:] == ()


# M010


def test_a_near_miss_in_the_description_is_named() -> None:
    (problem,) = preview("fix: a", "Text.\n\n* BREAKING CHANGE: b").problems
    assert (problem.rule, problem.severity) == ("M010", "warning")
    assert problem.message == (
        "Line 3 of the description announces a breaking change that no release reads: it is a list item. Write "
        "`BREAKING CHANGE: ` and what breaks at the start of a line, or put `!` before the colon of the title."
    )
    assert preview("fix!: a", "Text.\n\n* BREAKING CHANGE: b").problems == ()


def test_a_near_miss_in_a_commit_is_named_where_commits_are_released() -> None:
    branch = commits("fix: a\n\nBREAKING CHANGES: b", "c")
    (squash,) = preview("fix: a", settings=MESSAGES, branch=branch).problems
    assert squash.message.startswith("Line 5 of the commit message announces")
    (_, rebase) = preview("fix: a", settings=REBASE, branch=branch).problems
    assert rebase.message.startswith("Line 3 of the message of aaaaaaa announces")


def test_a_merge_commit_that_is_no_change_is_not_looked_at() -> None:
    settings = MergeSettings(is_known=True, squash=False, rebase=False)
    assert rules_of(preview("Breaking changes: run(x(y", settings=settings, branch=commits("fix: b"))) == ["M003"]


def test_a_title_is_the_title_checks_own_business() -> None:
    assert preview("Breaking change: a", settings=MESSAGES, branch=commits("a", "b")).problems == ()


def test_an_override_block_is_read_once() -> None:
    body = "BEGIN_COMMIT_OVERRIDE\nfix: a\n\nBREAKING CHANGES: b\nEND_COMMIT_OVERRIDE"
    assert rules_of(preview("fix: a", body, settings=MESSAGES, branch=commits("a", "b"))) == ["M010"]


def test_five_problems_of_a_rule_are_enough() -> None:
    assert rules_of(preview("fix: a", "run(\n" * 9)) == ["M004"] * 5


# where no more is known


def test_without_more_knowledge_a_footer_in_the_body_breaks() -> None:
    title = check_title("fix: a", Config())
    assert add_body(title, "Text.") == title
    assert add_body(check_title("x", Config()), "BREAKING CHANGE: b").breaking is False
    report = add_body(title, "BREAKING CHANGE: b")
    assert (report.breaking, report.bump) == (True, "major")
