"""The backtest on real release histories: it decides as the tools of the day did, and says why where it does not."""

from __future__ import annotations

import pytest

from benchmarks.replay import DATA, Score, measure, names
from pilotage.domains.backtest.causes import CAUSES

SMALL = (
    "amannn__action-semantic-pull-request",
    "espressif__idf-build-apps",
    "googleapis__mcp-toolbox-sdk-python",
    "googleapis__proto-plus-python",
    "launchdarkly__python-server-sdk-ai",
    "open-feature__python-sdk-contrib",
    "supabase__storage-py",
)
"""One or two of each tool, with one and with several packages."""


@pytest.fixture(scope="module", params=SMALL)
def score(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Score:
    name = str(request.param)
    if name not in names():
        pytest.skip(f"the recorded history {name} is not beside the checkout ({DATA.parent.name}/{DATA.name})")
    return measure(name, tmp_path_factory.mktemp("replay"))


def test_it_decides_at_least_as_many_releases_right_as_a_simple_rule(score: Score) -> None:
    assert score.right >= score.baseline


def test_it_decides_every_release_that_can_be_predicted(score: Score) -> None:
    assert score.decided == score.predictable


def test_every_disagreement_has_a_known_cause_with_its_evidence(score: Score) -> None:
    assert [str(row["why"]) for row in score.missed if not _is_explained(str(row["why"]))] == []


def _is_explained(why: str) -> bool:
    cause, _, evidence = why.partition(": ")
    return cause in CAUSES and bool(evidence)
