"""How the repository merges, given by inputs."""

from __future__ import annotations

import pytest

from pilotage.domains.mergeinputs import apply_merge_inputs
from pilotage.errors import ConfigError
from pilotage.model.pullcontext import MergeSettings


def test_inputs_stand_over_what_github_tells() -> None:
    known = MergeSettings(is_known=True, merge=False)
    made = apply_merge_inputs(known, {"squash-title": "commit_or_pr_title", "squash-message": "BLANK", "other": "x"})
    assert made == MergeSettings(is_known=True, merge=False, squash_title="COMMIT_OR_PR_TITLE", squash_message="BLANK")


def test_empty_inputs_change_nothing() -> None:
    assert apply_merge_inputs(MergeSettings(), {"squash-title": " "}) == MergeSettings()


def test_a_value_that_github_does_not_have_is_refused() -> None:
    with pytest.raises(ConfigError) as caught:
        apply_merge_inputs(MergeSettings(), {"squash-message": "everything"})
    assert "squash_message" in caught.value.message
    assert "COMMIT_MESSAGES" in caught.value.hint
