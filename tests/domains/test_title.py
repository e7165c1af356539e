from __future__ import annotations

import gzip
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domains.title_verdicts import SHARED, read_verdicts
from pilotage.domains.message import read_message
from pilotage.domains.title import check_title
from pilotage.domains.titlereport import render_title_report
from pilotage.domains.titlerules import RULES
from pilotage.model.config import ChangeType, Config, Scope, TitleRules
from pilotage.model.title import Problem, TitleReport

CONFIG = Config()
STRICTER = {
    22: "two spaces after the colon: tools trim differently",
    24: "a space at the end: commitlint refuses it",
    32: "a scope without a word is none (the table agrees)",
    48: "a type in upper case: release-please bumps it as unknown",
    49: "a type in upper case: release-please bumps it as unknown",
    50: "an unknown type: half of the tools read it as a feature, half as nothing",
    51: "an unknown type",
    52: "an unknown type",
    53: "an unknown type",
    56: "an unknown type",
    57: "an unknown type",
    63: "a ticket is no type",
    80: "a character that nobody sees turns the text around",
}
BODY_ONLY = {
    112: "the title is fine; only the body lacks a blank line",
    113: "the title is fine; only the body lacks a blank line",
}
UNDECIDED = {
    18: False,  # a footer's token is no type
    33: False,  # padded scope
    38: False,  # a scope of two words
    54: False,  # a type of two words
    55: False,  # unknown types
    60: False,
    65: False,
    66: False,
    68: False,
    69: False,
}
_CHARACTERS = "feat fix(ui,)!!:: #12[]\u00a0\u200b\uff1aA✨\t"
near_titles = st.text(st.sampled_from(_CHARACTERS), max_size=24) | st.text(max_size=40)


def rules_of(title: str, config: Config = CONFIG) -> list[str]:
    return [problem.rule for problem in check_title(title, config).problems]


def test_the_gate_agrees_with_the_specification_or_is_stricter_for_a_reason() -> None:
    wrong = {}
    for row in read_verdicts():
        found = check_title(row.message.partition("\n")[0].rstrip("\r"), CONFIG).ok
        wanted = UNDECIDED.get(row.number, True) if row.spec == "?" else row.spec == "ok"
        wanted = (wanted or row.number in BODY_ONLY) and row.number not in STRICTER
        if found != wanted:
            wrong[row.number] = (row.message, wanted)
    assert wrong == {}


@pytest.mark.parametrize(
    ("title", "places"),
    [
        ("Add x", [("T001", 0, 5)]),
        ("", [("T001", 0, 0)]),
        ("feat", [("T001", 0, 4)]),
        ("my type: x", [("T001", 0, 7)]),
        (": x", [("T001", 0, 0)]),
        ("!: x", [("T001", 0, 1)]),
        ("feat (ui): x", [("T002", 4, 5)]),
        ("feat(ui) ! : x", [("T002", 8, 9), ("T002", 10, 11)]),
        ("feat  (a): x", [("T002", 4, 6)]),
        ("feat\uff1ax", [("T003", 4, 5), ("T004", 5, 5)]),
        ("feat:x", [("T004", 5, 5)]),
        ("feat:  x", [("T004", 5, 7)]),
        ("feat:\tx", [("T004", 5, 6), ("T032", 5, 6)]),
        ("feat:\u00a0x", [("T004", 5, 6), ("T032", 5, 6)]),
        ("feat:", [("T005", 5, 5)]),
        ("feat: ", [("T005", 5, 5), ("T030", 5, 6)]),
        ("feat: (#12)", [("T005", 6, 11)]),
        ("feat(a)(b): x", [("T006", 7, 10)]),
        ("feat(a(b)): x", [("T006", 4, 10)]),
        ("feat(): (): x", [("T010", 5, 5)]),
        ("feat(a: x", [("T007", 4, 5)]),
        ("feat!(a): x", [("T008", 4, 5)]),
        ("feat!!: x", [("T008", 5, 6)]),
        ("feat(a)b: x", [("T008", 7, 8)]),
        ("feat( ): x", [("T010", 5, 6)]),
        ("feat(a,,b): x", [("T010", 7, 7)]),
        ("feat( a,b ): x", [("T011", 5, 7), ("T011", 8, 10)]),
        ("feat(a,  b): x", [("T011", 7, 10)]),
        ("feat(a b): x", [("T012", 5, 8)]),
        ("Feat: x", [("T020", 0, 4)]),
        ("feet: x", [("T021", 0, 4)]),
        (" feat: x ", [("T030", 0, 1), ("T030", 8, 9)]),
        ("  ", [("T001", 2, 2), ("T030", 0, 2)]),
        ("feat: a  b", [("T031", 7, 9)]),
        ("Add  x", [("T001", 0, 6), ("T031", 3, 5)]),
        ("feat: a\u202e\u200bb\x00", [("T032", 7, 9), ("T032", 10, 11)]),
        ("feat: a\u3164", [("T032", 7, 8)]),
        ("feat: a\u200d", [("T032", 7, 8)]),
        ("feat: é\U000e0101", [("T032", 7, 8)]),
        ("feat: \ud800", [("T032", 6, 7)]),
        ('Revert "feat: x"', [("T040", 0, 16)]),
        ('Reapply "feat: x"', [("T040", 0, 17)]),
        ("Merge branch 'a: b'", [("T040", 0, 19)]),
        ("[WIP] feat: x", [("T041", 0, 5)]),
        ("fixup! feat: x", [("T041", 0, 6)]),
        ("wip feat: x", [("T041", 0, 3)]),
        ("✨ feat: x", [("T042", 0, 1)]),
        (":bug: [A-1] BC-2: feat: x", [("T042", 0, 5), ("T042", 6, 11), ("T042", 12, 17)]),
    ],
)
def test_every_problem_is_found_with_its_place(title: str, places: list[tuple[str, int, int]]) -> None:
    found = [(problem.rule, problem.start, problem.end) for problem in check_title(title, CONFIG).problems]
    assert sorted(found) == sorted(places)


@pytest.mark.parametrize(
    "title",
    [
        "feat: add x",
        "feat(ui)!: add x",
        "feat(a,b): x",
        "feat(a, b): x",
        "feat(@org/pkg): x",
        "feat: Add x.",
        "feat: x (#123)",
        "feat: 👩\u200d💻 and ☎\ufe0f",
        "feat: \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "revert: feat: x",
        "deps: bump x from 1 to 2",
        "fix: #123",
    ],
)
def test_a_good_title_has_no_problem_and_needs_no_suggestion(title: str) -> None:
    report = check_title(title, CONFIG)
    assert (report.ok, report.problems, report.suggestion) == (True, (), None)


def test_all_problems_are_told_at_once_in_their_order() -> None:
    assert rules_of(" [WIP] Feat (a )!! :x\u200b ") == [
        "T030",
        "T041",
        "T020",
        "T002",
        "T011",
        "T008",
        "T002",
        "T004",
        "T032",
        "T030",
    ]


def test_the_report_is_the_documented_line_of_json() -> None:
    report = check_title("feat(api, cli)!: drop x (#3)", CONFIG)
    assert json.loads(msgspec.json.encode(report)) == {
        "title": "feat(api, cli)!: drop x (#3)",
        "ok": True,
        "type": "feat",
        "scope": ["api", "cli"],
        "breaking": True,
        "subject": "drop x",
        "bump": "major",
        "problems": [],
        "suggestion": None,
    }


def test_an_unreadable_title_has_no_type() -> None:
    problem = Problem("T004", "Put exactly one space after the colon.", 5, 5)
    assert check_title("feat:x", CONFIG) == TitleReport("feat:x", ok=False, problems=(problem,), suggestion="feat: x")


@pytest.mark.parametrize(
    ("title", "change_type", "bump"),
    [("fix: x", "fix", "patch"), ("feat: x", "feat", "minor"), ("docs: x", "docs", "none"), ("FIX: x", "fix", "patch")],
)
def test_the_type_and_the_bump_are_those_of_the_release(title: str, change_type: str, bump: str) -> None:
    report = check_title(title, CONFIG)
    assert (report.type, report.bump) == (change_type, bump)


def test_a_configured_type_is_known_as_it_is_spelled() -> None:
    config = Config(extend_types={"JIRA": ChangeType("patch"), "wip": ChangeType()})
    assert (check_title("JIRA: x", config).type, check_title("JIRA: x", config).bump) == ("JIRA", "patch")
    assert rules_of("jira: x", config) == ["T020"]
    assert rules_of("wip: x", config) == []


def test_scopes_are_held_to_the_configured_ones() -> None:
    config = Config(scopes=("api", Scope("cli"), "u\u0308ber"))
    assert rules_of("feat(api, cli): x", config) == []
    assert rules_of("feat(\u00fcber): x", config) == []
    assert rules_of("feat(API): x", config) == ["T013"]
    assert rules_of("feat(api,web): x", config) == ["T013"]


def test_a_scope_can_be_required() -> None:
    config = Config(title=TitleRules(require_scope=True))
    assert rules_of("feat(a): x", config) == []
    assert [(p.rule, p.start, p.end) for p in check_title("feat!: x", config).problems] == [("T014", 4, 4)]


def test_the_length_counts_code_points_with_the_suffix() -> None:
    config = Config(title=TitleRules(max_length=12))
    assert rules_of("feat: x (#1)", config) == []
    assert [(p.rule, p.start, p.end) for p in check_title("feat: ü (#12)", config).problems] == [("T033", 12, 13)]


@given(near_titles)
def test_an_accepted_title_is_read_alike_by_the_release(title: str) -> None:
    report = check_title(title, CONFIG)
    message = read_message(title)
    if report.ok:
        assert message is not None
        found = (message.type, message.scope, message.is_marked, message.subject, message.body, message.footers)
        assert found == (report.type, report.scope, report.breaking, report.subject, "", ())
        assert title.startswith(f"{message.type}")
        assert f": {message.subject}" in title


@given(near_titles)
def test_problems_lie_inside_the_title_in_their_order(title: str) -> None:
    problems = check_title(title, CONFIG).problems
    assert all(0 <= problem.start <= problem.end <= len(title) and problem.rule in RULES for problem in problems)
    assert list(problems) == sorted(problems, key=lambda problem: problem.start)


@given(near_titles)
def test_a_report_shows_nothing_unseen_and_begins_no_line_with_the_title(title: str) -> None:
    shown = render_title_report(check_title(title, CONFIG))
    assert all(line.startswith(("Title: ", "       ", "Try:   ")) for line in shown.split("\n")[:-1])
    assert not any(character in shown for character in "\u202e\u200b\x00\t\r\x1b")


def test_a_report_points_at_each_problem_and_says_what_to_write() -> None:
    assert render_title_report(check_title("feat (特): a\u202eb e\u0301☎\ufe0f  c", CONFIG)) == (
        "Title: feat (特): a⟨U+202E⟩b e\u0301☎\ufe0f  c\n"
        "           ^\n"
        "       T002 prefix-space: Remove the space: none stands before the colon.\n"
        "                   ^^^^^^^^\n"
        "       T032 invisible: Remove what nobody sees: U+202E.\n"
        "                               ^^\n"
        "       T031 double-space: Put one space here, not several.\n"
        "Try:   feat(特): ab e\u0301☎\ufe0f c\n"
    )


def test_a_report_of_a_good_title_says_what_it_does() -> None:
    assert render_title_report(check_title("feat: x", CONFIG)) == "Title: feat: x\n       ok: feat, bump minor\n"


def test_a_report_of_a_hostile_title_stays_short() -> None:
    shown = render_title_report(check_title("a\u200b" * 1000, CONFIG))
    assert shown.count("\n") == 1 + 2 * 20 + 1
    assert "…\n" in shown
    assert shown.endswith("       and 981 more\n")


def test_real_titles_are_checked_without_an_error_and_good_ones_are_read_alike() -> None:
    path = SHARED / "replay" / "titles.tsv.gz"
    if not path.exists():
        pytest.skip("the real titles are not beside the checkout (../shared/data/replay/titles.tsv.gz)")
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        titles = [line.rstrip("\n").partition("\t")[2] for line in lines][::20]
    reports = [check_title(title, CONFIG) for title in titles]
    wrong = [report.title for report in reports if report.ok and read_message(report.title) is None]
    better = [check_title(report.suggestion, CONFIG) for report in reports if report.suggestion]
    refused = [report for report in better if not report.ok or report.suggestion]
    assert (wrong, refused) == ([], [])
    assert sum(report.ok for report in reports) > len(reports) // 3
