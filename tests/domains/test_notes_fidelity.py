"""Notes in release-please's style against those that release-please really wrote."""

from __future__ import annotations

import pytest

from benchmarks.notes_fidelity import HISTORIES, SUBJECT, Verdict, judge_repository, share_determined, share_exact

MISSING = "the release histories are not beside this checkout (../shared/data/replay)"


def judge(name: str) -> list[Verdict]:
    path = HISTORIES / f"{name}.jsonl.gz"
    if not path.exists():
        pytest.skip(MISSING)
    return judge_repository(path)


def test_what_the_commits_determine_is_reproduced_to_the_letter() -> None:
    verdicts = judge(SUBJECT)
    assert len(verdicts) > 100
    assert share_determined(verdicts) >= 0.95, [one for one in verdicts if one.cause]
    # What is left was written by people in the release pull requests: no commit holds their words.
    assert {one.cause for one in verdicts} <= {"", "words", "left-out", "template"}
    assert share_exact(verdicts) >= 0.89


@pytest.mark.parametrize("name", ["open-feature__python-sdk-contrib", "supabase__storage-py", "supabase__realtime-py"])
def test_nothing_is_fitted_to_one_repository(name: str) -> None:
    assert share_exact(judge(name)) >= 0.95
