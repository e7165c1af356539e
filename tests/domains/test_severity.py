"""The configured severity of a rule."""

from __future__ import annotations

import pytest

from pilotage.domains.settings import read_config
from pilotage.domains.severity import apply_severities
from pilotage.errors import ConfigError
from pilotage.model.title import Problem

FOUND = (Problem("M003", "merge", 0, 0, "warning"), Problem("A002", "api", 0, 0, "warning"))


def weighed(table: str) -> list[tuple[str, str]]:
    config = read_config(f"[tool.pilotage.title]\nseverity = {{ {table} }}\n")
    return [(problem.rule, problem.severity) for problem in apply_severities(FOUND, config)]


def test_a_rule_keeps_its_own_severity_where_none_is_configured() -> None:
    assert weighed("") == [("M003", "warning"), ("A002", "warning")]


def test_a_rule_can_be_made_an_error_a_warning_or_be_switched_off_by_id_and_by_slug() -> None:
    assert weighed('M003 = "error", api-unbroken = "off"') == [("M003", "error")]
    assert weighed('other-merges = "warn", A002 = "error"') == [("M003", "warning"), ("A002", "error")]


def test_a_rule_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ConfigError):
        weighed('M999 = "off"')
