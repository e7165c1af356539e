"""How severe a rule is, is the repository's to say."""

from __future__ import annotations

from pilotage.domains.title import check_title
from pilotage.domains.titlereport import render_title_report
from pilotage.model.config import Config, TitleRules


def severities(title: str, **severity: str) -> list[tuple[str, str]]:
    given = {name: value for name, value in severity.items() if value in ("error", "warn", "off")}
    config = Config(title=TitleRules(severity=given))  # type: ignore[arg-type] # the line above holds them to it
    return [(problem.rule, problem.severity) for problem in check_title(title, config).problems]


def test_a_rule_can_be_a_warning_or_off_by_its_id_or_its_name() -> None:
    title = "✨ Feat:x"
    assert severities(title) == [("T042", "error"), ("T020", "error"), ("T004", "error")]
    assert severities(title, T042="warn", T020="error") == [("T042", "warning"), ("T020", "error"), ("T004", "error")]
    assert severities(title, decoration="off", T020="off") == [("T004", "error")]


def test_a_title_with_nothing_but_warnings_is_ok_and_still_gets_a_better_one() -> None:
    report = check_title("✨ feat: x", Config(title=TitleRules(severity={"T042": "warn"})))
    assert (report.ok, report.type, report.suggestion) == (True, None, "feat: x")
    assert render_title_report(report) == (
        "Title: ✨ feat: x\n"
        "       ok: no type that a release reads, bump none\n"
        "       ^^\n"
        "       warning: T042 decoration: Put the type first; this can stand in the subject.\n"
        "Try:   feat: x\n"
    )


def test_a_suggestion_may_have_a_warning_that_nothing_mends() -> None:
    config = Config(title=TitleRules(min_length=30, severity={"min-length": "warn"}))
    assert check_title("Feat: x", config).suggestion == "feat: x"
    assert check_title("feat: x", config).suggestion is None


def test_a_suggestion_with_a_warning_is_given_only_when_it_is_the_last_word() -> None:
    config = Config(title=TitleRules(full_stop=True, severity={"outer-space": "warn"}))
    assert check_title("Feat: x .", config).suggestion is None
    assert check_title("Feat: x . .", config).suggestion is None
