from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotage.errors import UsageError
from pilotage.model.plan import Plan
from pilotage.model.step import Notice, Step

STEPS: st.SearchStrategy[Step] = st.one_of(*(st.from_type(kind) for kind in Step.__args__))
PLANS = st.from_type(Plan)
"""Every kind of step and notice with any text in every field."""

EMPTY = '{"branch":"main","format":1,"head":"abc","notices":[],"repository":"acme/demo","steps":[]}\n'


@given(PLANS)
def test_a_plan_is_read_back_as_it_was_written(plan: Plan) -> None:
    if plan.format == 1:
        assert Plan.from_json(plan.to_json(), place="plan.json") == plan


@given(st.lists(STEPS, max_size=5), st.lists(st.from_type(Notice), max_size=2))
def test_every_kind_of_step_is_read_back_as_it_was_written(steps: list[Step], notices: list[Notice]) -> None:
    plan = Plan("acme/demo", "main", "abc", tuple(steps), tuple(notices))
    read = Plan.from_json(plan.to_json(), place="plan.json")
    assert (read, [type(step) for step in read.steps]) == (plan, [type(step) for step in steps])


def test_a_plan_has_one_spelling() -> None:
    assert Plan("acme/demo", "main", "abc").to_json() == EMPTY


@given(PLANS)
def test_the_spelling_has_sorted_keys_and_one_line(plan: Plan) -> None:
    text = plan.to_json()
    canonical = json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert (json.loads(canonical), list(json.loads(text))) == (json.loads(text), sorted(json.loads(text)))
    assert text.count("\n") == 1


@given(PLANS)
def test_the_digest_is_that_of_exactly_the_text(plan: Plan) -> None:
    assert plan.digest == hashlib.sha256(plan.to_json().encode()).hexdigest()


def test_another_plan_has_another_digest() -> None:
    assert Plan("acme/demo", "main", "abc").digest != Plan("acme/demo", "main", "abd").digest


@pytest.mark.parametrize("text", ['{"format":2}', EMPTY.replace('"format":1', '"format":2')])
def test_a_plan_of_another_format_is_named_as_such(text: str) -> None:
    with pytest.raises(UsageError, match=r"^plan\.json: a plan of format 2, expected 1$") as caught:
        Plan.from_json(text, place="plan.json")
    assert "pilotage plan --out FILE" in caught.value.hint


GARBAGE = {
    "nothing": "",
    "no JSON": "steps:",
    "a list": "[]",
    "no format": "{}",
    "no steps' world": '{"format":1}',
    "an unknown step": EMPTY.replace("[]}", '[{"step":"delete-everything"}]}'),
    "a step without its fields": EMPTY.replace("[]}", '[{"step":"create-tag","tag":"v1"}]}'),
    "a wrong type": EMPTY.replace("[]}", '[{"step":"create-tag","tag":"v1","commit":7}]}'),
    "a bottomless pit": '{"format":1,"x":' + "[" * 100_000,
}


@pytest.mark.parametrize("what", GARBAGE)
def test_garbage_is_no_plan(what: str) -> None:
    with pytest.raises(UsageError, match=r"^plan\.json: not a plan: .") as caught:
        Plan.from_json(GARBAGE[what], place="plan.json")
    assert "pilotage plan --out FILE" in caught.value.hint
