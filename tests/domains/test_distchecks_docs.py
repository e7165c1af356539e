"""docs/build-checks.md says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from domains.distchecks_docs import BEGIN, END, PAGE, render_rules
from pilotage.domains.distchecks import RULES

TEXT = PAGE.read_text(encoding="utf-8")
SOURCE = Path(__file__).resolve().parents[2] / "src" / "pilotage" / "domains" / "distchecks"


def test_the_page_s_table_is_the_code_s() -> None:
    assert TEXT.partition(BEGIN)[2].partition(END)[0] == f"\n{render_rules()}\n"


def test_every_rule_is_used_and_every_used_rule_is_on_the_page() -> None:
    code = "".join(path.read_text() for path in SOURCE.glob("*.py") if path.name != "table.py")
    assert set(re.findall(r'"(D\d{3})"', code)) == set(RULES)


def test_names_of_rules_are_unique_and_ids_in_order() -> None:
    assert len({row.slug for row in RULES.values()}) == len(RULES)
    assert list(RULES) == sorted(RULES)


def test_every_rule_says_what_to_do() -> None:
    assert [rule for rule, row in RULES.items() if not row.hint.endswith((".", "'"))] == []
