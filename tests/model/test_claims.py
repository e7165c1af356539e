"""What is read out of a job's claims."""

from __future__ import annotations

import pytest

from pilotage.model.claims import Claims

WORKFLOW = "octo/my-pkg/.github/workflows/release.yml@refs/heads/main"


@pytest.mark.parametrize(
    ("caller", "called", "expected"),
    [(WORKFLOW, WORKFLOW, False), (WORKFLOW, "octo/other@v1", True), ("", WORKFLOW, False), (WORKFLOW, "", False)],
)
def test_a_reusable_workflow_is_told_by_two_claims(caller: str, called: str, expected: bool) -> None:
    assert Claims(workflow_ref=caller, job_workflow_ref=called).is_reusable is expected


@pytest.mark.parametrize(
    ("ref", "expected"),
    [
        (WORKFLOW, "release.yml"),
        ("o/r/.github/workflows/a b.yaml@refs/tags/v1@2", "a b.yaml"),
        ("o/r/elsewhere/x.yml@refs/heads/main", ""),
        ("", ""),
    ],
)
def test_a_publisher_s_form_asks_for_the_workflow_s_file_name(ref: str, expected: str) -> None:
    assert Claims(workflow_ref=ref).workflow_file == expected


def test_a_repository_is_an_owner_and_a_name() -> None:
    claims = Claims(repository="octo/my-pkg", job_workflow_ref="Other/Flows/.github/workflows/x.yml@v1")
    assert (claims.repository_name, claims.job_workflow_repository) == ("my-pkg", "Other/Flows")
    assert (Claims().repository_name, Claims().job_workflow_repository) == ("", "")
