"""Why an index would not trust a job, told from the job's own claims."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotage.domains.identity import (
    Expected,
    Finding,
    diagnose_identity,
    diagnose_missing,
    refuse_identity,
    render_publisher,
)
from pilotage.errors import ConfigError
from pilotage.model.claims import GITHUB_ISSUER, Claims

WORKFLOW = "octo/my-pkg/.github/workflows/release.yml@refs/heads/main"
CLAIMS = Claims(
    iss=GITHUB_ISSUER,
    aud="pypi",
    repository="octo/my-pkg",
    repository_owner="octo",
    repository_owner_id="7",
    workflow_ref=WORKFLOW,
    job_workflow_ref=WORKFLOW,
    ref="refs/heads/main",
    environment="pypi",
    event_name="release",
)
EXPECTED = Expected(
    index="pypi", is_public=True, environment="pypi", repository="octo/my-pkg", project="my-pkg", is_new_project=False
)


def diagnose(expected: Expected = EXPECTED, **claims: str) -> tuple[Finding, ...]:
    return diagnose_identity(msgspec.structs.replace(CLAIMS, **claims), expected)


def only(expected: Expected = EXPECTED, **claims: str) -> Finding:
    (finding,) = diagnose(expected, **claims)
    return finding


def test_a_publish_job_as_it_should_be_has_no_findings() -> None:
    assert diagnose() == ()


def test_names_of_repositories_and_environments_are_compared_without_case() -> None:
    assert diagnose(repository="Octo/My-Pkg", environment="PyPI") == ()


def test_a_called_workflow_of_another_repository_can_never_match() -> None:
    finding = only(job_workflow_ref="octo/flows/.github/workflows/publish.yml@refs/tags/v1")
    assert (finding.rule, finding.level) == ("reusable-workflow", "error")
    assert "octo/flows/.github/workflows/publish.yml@refs/tags/v1 of another repository" in finding.message
    assert f"called by {WORKFLOW}" in finding.message
    assert "no publisher can ever match" in finding.hint
    assert "Move the publish job into release.yml" in finding.hint


def test_a_called_workflow_of_the_same_repository_works_by_accident_only() -> None:
    finding = only(job_workflow_ref="Octo/my-pkg/.github/workflows/publish.yml@refs/heads/main")
    assert (finding.rule, finding.level) == ("reusable-workflow", "error")
    assert "of this repository" in finding.message
    assert ("by accident" in finding.hint, "attestations fail" in finding.hint) == (True, True)


def test_a_caller_without_a_file_name_is_still_told_where_the_job_belongs() -> None:
    assert "into the calling workflow file" in only(workflow_ref="dynamic@v1").hint


def test_a_job_without_its_environment_is_told_the_line_to_add() -> None:
    finding = only(environment="")
    assert (finding.rule, finding.level) == ("environment", "error")
    assert finding.message.startswith("the job runs in no environment, expected pypi")
    assert finding.hint == "Add `environment: pypi` to the publish job."


def test_a_job_in_another_environment_is_told_both_names() -> None:
    finding = only(environment="testing")
    assert finding.message == "the job runs in the environment testing, expected pypi"
    assert finding.hint.startswith("Set the job's `environment: pypi`, or change `environment`")


def test_without_a_configured_environment_any_will_do() -> None:
    anything = msgspec.structs.replace(EXPECTED, environment="")
    assert (diagnose(anything, environment="x"), diagnose(anything, environment="")) == ((), ())


def test_an_identity_of_another_repository_is_an_error() -> None:
    finding = only(repository="fork/my-pkg", job_workflow_ref=WORKFLOW)
    assert (finding.rule, finding.level) == ("repository", "error")
    assert "belongs to fork/my-pkg, but this job runs for octo/my-pkg" in finding.message
    assert "fork" in finding.hint


def test_a_runner_that_does_not_name_its_repository_is_taken_at_its_identity_s_word() -> None:
    assert diagnose(msgspec.structs.replace(EXPECTED, repository=""), repository="some/where") == ()


@pytest.mark.parametrize(
    ("issuer", "shown", "action"),
    [
        ("https://ghe.example/_services/token", "https://ghe.example/_services/token", "repository on github.com"),
        (f"{GITHUB_ISSUER}/acme", f"{GITHUB_ISSUER}/acme", "include_enterprise_slug"),
        ("", "nobody", "repository on github.com"),
    ],
)
def test_a_public_index_takes_identities_of_github_itself_only(issuer: str, shown: str, action: str) -> None:
    finding = only(iss=issuer)
    assert (finding.rule, finding.level) == ("issuer", "error")
    assert f"issued by {shown}, pypi accepts {GITHUB_ISSUER} only" in finding.message
    assert action in finding.hint


def test_an_index_of_one_s_own_may_trust_another_issuer_and_event() -> None:
    own = msgspec.structs.replace(EXPECTED, is_public=False, index="index.example")
    assert diagnose(own, iss="https://ghe.example") == ()
    assert only(own, event_name="pull_request_target").level == "warning"


def test_a_public_index_takes_nothing_from_pull_request_target() -> None:
    finding = only(event_name="pull_request_target")
    assert (finding.rule, finding.level) == ("event", "error")
    assert "pull_request_target" in finding.message


def test_publishing_from_a_pull_request_is_a_warning() -> None:
    finding = only(event_name="pull_request")
    assert (finding.rule, finding.level) == ("event", "warning")
    assert "not merged" in finding.message


def test_a_first_release_is_shown_the_values_of_the_pending_publisher() -> None:
    finding = only(msgspec.structs.replace(EXPECTED, is_new_project=True))
    assert (finding.rule, finding.level) == ("pending-publisher", "warning")
    assert "pypi does not know my-pkg yet" in finding.message
    assert finding.hint.endswith(
        "\n  PyPI Project Name: my-pkg\n  Owner: octo\n  Repository name: my-pkg\n"
        "  Workflow name: release.yml\n  Environment name: pypi"
    )


def test_a_publisher_of_a_job_without_environment_leaves_it_empty() -> None:
    assert render_publisher(Claims(), "x").endswith("Environment name: (leave empty)")


def test_errors_come_before_warnings() -> None:
    new = msgspec.structs.replace(EXPECTED, is_new_project=True)
    found = diagnose(new, event_name="pull_request", environment="", repository="a/b", iss="x")
    rules = [(finding.level, finding.rule) for finding in found]
    assert rules == [
        ("error", "issuer"),
        ("error", "repository"),
        ("error", "environment"),
        ("warning", "event"),
        ("warning", "pending-publisher"),
    ]


def test_all_errors_are_told_at_once_and_warnings_are_given_back() -> None:
    warnings = diagnose(event_name="pull_request")
    assert refuse_identity(warnings) == warnings
    with pytest.raises(ConfigError) as caught:
        refuse_identity(diagnose(environment="", repository="a/b"))
    assert ("belongs to a/b" in caught.value.message, "no environment" in caught.value.message) == (True, True)
    assert "Add `environment: pypi`" in caught.value.hint


def test_outside_of_actions_a_token_is_the_way() -> None:
    finding = diagnose_missing("pypi", is_actions=False)
    assert (finding.rule, finding.message) == ("no-identity", "there are no credentials for pypi")
    assert ("PILOTAGE_INDEX_TOKEN" in finding.hint, "id-token" in finding.hint) == (True, False)


def test_a_job_without_the_permission_is_told_where_it_must_stand() -> None:
    finding = diagnose_missing("pypi", is_actions=True, event_name="release")
    assert (finding.rule, finding.level) == ("no-permission", "error")
    assert "ACTIONS_ID_TOKEN_REQUEST_URL" in finding.message
    assert finding.hint.startswith("Give the publish job `permissions: id-token: write`.")
    for word in ("on the job itself", "caller's job must grant", "fork never gets"):
        assert word in finding.hint


def test_a_pull_request_without_the_permission_may_be_a_fork() -> None:
    finding = diagnose_missing("pypi", is_actions=True, event_name="pull_request")
    assert finding.message.endswith("(the event is pull_request)")
    assert finding.hint.startswith("Publish from a release or a push in the repository itself.")


@given(st.text(), st.text(), st.text())
def test_what_a_stranger_wrote_into_a_claim_stays_on_its_line(one: str, two: str, three: str) -> None:
    found = diagnose(environment=one, repository=two, job_workflow_ref=three)
    assert not [finding for finding in found if "\n" in finding.message or "\r" in finding.message]
    assert len(render_publisher(Claims(environment=one, workflow_ref=two, repository=three), one).split("\n")) == 5
