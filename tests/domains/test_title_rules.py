"""The rules that a repository configures: each with its places, and with the title that is suggested instead."""

from __future__ import annotations

import pytest

from pilotage.domains.title import check_pull, check_title
from pilotage.domains.titlereport import render_title_report
from pilotage.model.commit import Commit
from pilotage.model.config import ChangeType, Config, Scope, TitleRules
from pilotage.model.pullcontext import PullContext


def places(title: str, config: Config, *, number: int = 0) -> list[tuple[str, int, int]]:
    report = check_pull(PullContext(title, number=number), config).report
    return [(problem.rule, problem.start, problem.end) for problem in report.problems]


TABLE = Config(
    extend_types={
        "feat": ChangeType("minor", scope="required"),
        "chore": ChangeType("none", scope="forbidden"),
        "docs": ChangeType("none", scope="optional"),
    },
    title=TitleRules(require_scope=True),
)


@pytest.mark.parametrize(
    ("title", "expected", "suggestion"),
    [
        ("feat(api): x", [], None),
        ("feat: x", [("T014", 4, 4)], None),
        ("fix: x", [("T014", 3, 3)], None),
        ("docs: x", [], None),
        ("docs(api): x", [], None),
        ("chore: x", [], None),
        ("chore(api)!: x", [("T015", 5, 10)], "chore!: x"),
        ("Chore(api): x", [("T015", 5, 10), ("T020", 0, 5)], "chore: x"),
    ],
)
def test_each_type_says_whether_a_scope_is_named(
    title: str, expected: list[tuple[str, int, int]], suggestion: str | None
) -> None:
    assert sorted(expected) == sorted(places(title, TABLE))
    assert suggestion == check_title(title, TABLE).suggestion


def test_a_row_can_ask_for_a_scope_where_nothing_else_does() -> None:
    config = Config(extend_types={"sec": ChangeType(scope="required")})
    assert places("sec: x", config) == [("T014", 3, 3)]
    assert places("fix: x", config) == []


@pytest.mark.parametrize(
    ("title", "expected", "suggestion"),
    [
        ("feat(api): x", [], None),
        ("feat(client, PROJ-12): x", [], None),
        ("feat(v3): x", [], None),
        ("feat(v3x): x", [("T013", 5, 8)], None),
        ("feat(proj-12): x", [("T013", 5, 12)], None),
        ("feat(API): x", [("T013", 5, 8)], "feat(api): x"),
        ("feat(cleint): x", [("T013", 5, 11)], "feat(client): x"),
        ("Feat(PROJ-1,aip): x", [("T020", 0, 4), ("T013", 12, 15)], "feat(PROJ-1,api): x"),
    ],
)
def test_scopes_are_names_or_patterns_that_match_as_a_whole(
    title: str, expected: list[tuple[str, int, int]], suggestion: str | None
) -> None:
    config = Config(scopes=("api", Scope("client", ("src/client/**",)), r"/PROJ-\d+/", Scope("/v2|v3/")))
    assert expected == places(title, config)
    assert suggestion == check_title(title, config).suggestion


def test_a_disallowed_scope_is_refused_and_left_out_of_the_suggestion() -> None:
    config = Config(scopes=("api", "release"), title=TitleRules(disallow_scopes=("release", "/[A-Z]+/")))
    assert places("feat(api): x", config) == []
    assert places("feat(release,api): x", config) == [("T016", 5, 12)]
    assert check_title("feat(release,api): x", config).suggestion == "feat(api): x"
    assert check_title("fix(QA): x", config).suggestion == "fix: x"
    needed = Config(title=TitleRules(disallow_scopes=("release",), require_scope=True))
    assert check_title("feat(release): x", needed).suggestion is None


@pytest.mark.parametrize(
    ("title", "expected", "suggestion"),
    [
        ("feature: x", [], None),
        ("JIRA-12: x", [], None),
        ("JIRA-12x: x", [("T021", 0, 8)], None),
        ("feat: x", [("T021", 0, 4)], "feature: x"),
        ("Bug: x", [("T020", 0, 3)], "bug: x"),
        ("bugfix: x", [("T021", 0, 6)], None),
        ("chore: x", [("T021", 0, 5)], None),
    ],
)
def test_types_can_be_listed_anew(title: str, expected: list[tuple[str, int, int]], suggestion: str | None) -> None:
    config = Config(title=TitleRules(types=("feature", "bug", r"/JIRA-\d+/")))
    assert expected == places(title, config)
    assert suggestion == check_title(title, config).suggestion


def test_a_listed_type_is_reported_as_it_is_spelled() -> None:
    config = Config(title=TitleRules(types=(r"/JIRA-\d+/", "fix")))
    assert (check_title("JIRA-1: x", config).type, check_title("JIRA-1: x", config).bump) == ("JIRA-1", "none")
    assert "/JIRA-\\d+/, fix" in check_title("x", config).problems[0].message


@pytest.mark.parametrize(("subject", "is_good"), [("add x", True), ("Add x", False), ("x" * 501, False)])
def test_the_subject_matches_the_pattern_as_a_whole_without_the_suffix(subject: str, *, is_good: bool) -> None:
    config = Config(title=TitleRules(subject_pattern="^(?![A-Z]).+[^)]$"))
    expected = [] if is_good else [("T050", 6, 6 + len(subject))]
    assert expected == places(f"feat: {subject} (#12)", config)


def test_the_patterns_message_quotes_subject_and_title_as_they_are() -> None:
    rules = TitleRules(subject_pattern="[a-z].*", subject_pattern_message="{title}: not {subject} or {x}; {subject}!")
    title = r"feat: {title} \1 $& x (#3)"
    (problem,) = check_title(title, Config(title=rules)).problems
    assert problem.message == rf"{title}: not {{title}} \1 $& x or {{x}}; {{title}} \1 $& x!"


def test_without_a_message_the_pattern_is_shown() -> None:
    (problem,) = check_title("feat: x", Config(title=TitleRules(subject_pattern="[A-Z].*"))).problems
    assert problem.message == "Write the subject so that all of it matches [A-Z].*"


def test_a_quoted_title_is_shown_without_what_a_terminal_would_obey() -> None:
    rules = TitleRules(subject_pattern="[a-z]*", subject_pattern_message="no: {subject}")
    shown = render_title_report(check_title("feat: \x1b[31m\u202e" + "x" * 2000, Config(title=rules)))
    assert "no: ⟨U+001B⟩[31m⟨U+202E⟩xxx" in shown
    assert len(shown) < 2000


def test_no_subject_and_no_prefix_match_no_pattern() -> None:
    config = Config(title=TitleRules(subject_pattern="z", subject_case="sentence", full_stop=True))
    assert [rule for rule, _, _ in places("feat:", config)] == ["T005"]
    assert [rule for rule, _, _ in places("add x.", config)] == ["T001"]


LENGTHS = Config(title=TitleRules(min_length=10, max_length=16))


@pytest.mark.parametrize(
    ("title", "number", "expected"),
    [
        ("feat: abcd", 0, []),
        ("feat: abc", 0, [("T034", 9, 9)]),
        ("feat: abc (#1)", 0, [("T034", 14, 14)]),
        ("feat: abcdefghij", 0, []),
        ("feat: abcdefghijk", 0, [("T033", 16, 17)]),
        ("feat: abcde", 1, []),
        ("feat: abcdef", 1, [("T033", 11, 12)]),
        ("feat: abcde (#1)", 1, []),
        ("feat: abcdefghij", 123456789012, [("T033", 0, 16)]),
    ],
)
def test_the_length_counts_what_github_appends_to_the_longest_and_not_to_the_shortest(
    title: str, number: int, expected: list[tuple[str, int, int]]
) -> None:
    assert expected == places(title, LENGTHS, number=number)


def test_a_length_with_a_suffix_is_explained() -> None:
    (problem,) = check_pull(PullContext("feat: abcdef", number=1), LENGTHS).report.problems
    assert problem.message == "Shorten the title to 16 characters with (#1); it has 17."


@pytest.mark.parametrize(
    ("case", "subject", "suggestion"),
    [
        ("lower", "Add x", "add x"),
        ("lower", "Don't crash", "don't crash"),
        ("lower", "Élan", "élan"),
        ("sentence", "add x", "Add x"),
        ("sentence", "a new x", "A new x"),
        ("sentence", "élan", "Élan"),
    ],
)
def test_the_first_letter_has_the_configured_case(case: str, subject: str, suggestion: str) -> None:
    config = Config(title=TitleRules(subject_case="lower" if case == "lower" else "sentence"))
    assert places(f"feat: {subject}", config) == [("T051", 6, 7)]
    assert check_title(f"feat: {subject} (#1)", config).suggestion == f"feat: {suggestion} (#1)"
    assert places(f"feat: {subject}", Config()) == []


@pytest.mark.parametrize("case", ["lower", "sentence"])
@pytest.mark.parametrize(
    "subject",
    [
        *(
            "API of x",
            "I am",
            "GitHub",
            "User.hasLiked",
            "user.has_liked",
            "Path(x)",
            "pip_run",
            "x86 only",
            "iPhone",
            "3 x",
        ),
        *("`Code`", "User/x", "user[0]", "ªb", "漢字", "@Name x"),
    ],
)
def test_the_case_of_a_name_is_never_refused(case: str, subject: str) -> None:
    config = Config(title=TitleRules(subject_case="lower" if case == "lower" else "sentence"))
    assert places(f"feat: {subject}", config) == []


@pytest.mark.parametrize(
    ("title", "expected", "suggestion"),
    [
        ("feat: x.", [("T052", 7, 8)], "feat: x"),
        ("feat: x. (#1)", [("T052", 7, 8)], "feat: x (#1)"),
        ("Fix: x.", [("T020", 0, 3), ("T052", 6, 7)], "fix: x"),
        ("feat: x …", [], None),
        ("feat: and so on...", [], None),
        ("feat: .", [("T052", 6, 7)], None),
        ("feat: x .", [("T052", 8, 9)], None),
    ],
)
def test_a_full_stop_can_be_refused(title: str, expected: list[tuple[str, int, int]], suggestion: str | None) -> None:
    config = Config(title=TitleRules(full_stop=True))
    assert expected == places(title, config)
    assert suggestion == check_title(title, config).suggestion
    assert "T052" not in [rule for rule, _, _ in places(title, Config())]


MERGE = Commit("b" * 40, "Merge branch 'main'", parents=("c" * 40, "d" * 40))


@pytest.mark.parametrize(
    ("rule", "headers", "expected"),
    [
        ("off", ["wip"], []),
        ("check", ["wip"], [("T060", 0, 7)]),
        ("check", ["fix: y"], []),
        ("check", [], []),
        ("check", ["wip", "more"], []),
        ("match", ["fix: y\r\n\nwords"], [("T061", 0, 7)]),
        ("match", ["feat: x\r\n\nwords"], []),
        ("match", ["x"], [("T060", 0, 7), ("T061", 0, 7)]),
    ],
)
def test_the_only_commit_can_be_held_to_the_rules(
    rule: str, headers: list[str], expected: list[tuple[str, int, int]]
) -> None:
    rules = TitleRules(single_commit="off" if rule == "off" else "check" if rule == "check" else "match")
    commits = tuple(Commit("a" * 40, header, parents=("e" * 40,)) for header in headers)
    report = check_pull(PullContext("feat: x", commits=(MERGE, *commits)), Config(title=rules)).report
    assert expected == [(problem.rule, problem.start, problem.end) for problem in report.problems]
    assert report.suggestion is None
