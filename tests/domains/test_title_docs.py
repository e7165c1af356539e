"""docs/title-rules.md says what the code does."""

from __future__ import annotations

import re

import pytest

from domains.test_title import STRICTER
from domains.title_docs import BEGIN, END, EXAMPLES, PAGE, check_example, render_rules
from domains.title_verdicts import read_verdicts
from pilotage.domains.apirules import API_RULES
from pilotage.domains.breakingrules import BREAKING_RULES
from pilotage.domains.mergerules import MERGE_RULES
from pilotage.domains.message import read_header
from pilotage.domains.settings import read_config
from pilotage.domains.title import check_title
from pilotage.domains.titlerules.table import RULES, find_rule
from pilotage.model.config import Config

TEXT = PAGE.read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(.+)` \| (T\d{3}) \| (.+) \|$", re.MULTILINE)
ROWS = [(found[1], found[2]) for found in ROW.finditer(TEXT)]


def test_the_table_of_rules_is_the_codes() -> None:
    assert TEXT.partition(BEGIN)[2].partition(END)[0] == f"\n{render_rules()}\n"
    assert list(EXAMPLES) == list(RULES)


@pytest.mark.parametrize("rule", list(RULES))
def test_an_example_breaks_one_rule_and_no_other(rule: str) -> None:
    assert {problem.rule for problem in check_example(rule).problems} == {rule}


def test_a_rule_is_found_by_its_id_and_by_its_name() -> None:
    assert [find_rule(slug) for slug, _ in RULES.values()] == list(RULES)
    assert [find_rule(rule) for rule in RULES] == list(RULES)
    assert find_rule("T999") == ""


def test_the_configuration_that_is_shown_is_the_default_one() -> None:
    block = TEXT.partition("```toml\n")[2].partition("```")[0]
    assert read_config(block) == Config()
    shown = set(re.findall(r"^([a-z-]+) = ", block, re.MULTILINE))
    known = {name.replace("_", "-") for name in Config().title.__struct_fields__} - {"severity"}
    assert shown - {"scopes"} == known


@pytest.mark.parametrize(("shown", "rule"), ROWS)
def test_where_the_gate_is_stricter_the_named_rule_refuses(shown: str, rule: str) -> None:
    title = re.sub(r"⟨U\+([0-9A-F]+)⟩", lambda match: chr(int(match[1], 16)), shown)
    assert rule in {problem.rule for problem in check_title(title, Config()).problems}


def test_every_stricter_verdict_of_the_tricky_messages_has_its_rule_in_the_table() -> None:
    named = {rule for _, rule in ROWS}
    rows = {row.number: row.message.partition("\n")[0] for row in read_verdicts()}
    unnamed = {
        number: rows[number]
        for number in STRICTER
        if read_header(rows[number]) and not named & {one.rule for one in check_title(rows[number], Config()).problems}
    }
    assert unnamed == {}


def test_the_rules_about_the_merge_the_api_and_breaks_are_on_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for rule, (slug, promise) in (MERGE_RULES | API_RULES | BREAKING_RULES).items():
        assert f"| {rule} | `{slug}` | {promise} |" in page
