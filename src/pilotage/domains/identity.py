"""Explain, before an index is asked, why it would not trust a job: from the claims of the job's own identity.

PyPI answers all of these with the same few words, so the causes are told apart here. Sources: PyPI's documentation
(Trusted Publishers: Troubleshooting, Internals) and GitHub's OpenID Connect reference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from pilotage.domains.safetext import show
from pilotage.errors import ConfigError
from pilotage.model.claims import GITHUB_ISSUER, Claims

if TYPE_CHECKING:
    from collections.abc import Iterator

_PERMISSION = (
    "Give the publish job `permissions: id-token: write`. It must stand on the job itself: a job with permissions of "
    "its own takes none from the top of the file. In a reusable workflow the caller's job must grant it too. "
    "A pull request from a fork never gets an identity."
)
_INLINE = (
    "Move the publish job into {caller}, with its own `permissions: id-token: write` and `environment`; planning and "
    "building may stay in the called one. Or hand over an API token (input index-token)."
)


class Finding(msgspec.Struct, frozen=True):
    """Something about a job's identity that an index will mind.

    Args:
        rule: What kind of thing, a stable word.
        level: An `error` is certain to be refused or dangerous; a `warning` may be fine.
        message: What was found, and what was expected.
        hint: The next action.
    """

    rule: str
    level: Literal["error", "warning"]
    message: str
    hint: str


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """What a job's identity is compared with.

    Args:
        index: The index's name, for messages.
        is_public: Whether it is PyPI or TestPyPI, which take GitHub's own identities only.
        environment: The environment of `[tool.pilotage.publish]`; "" for any.
        repository: What the runner says (`GITHUB_REPOSITORY`); "" when it says nothing.
        project: The project that is published.
        is_new_project: Whether the index does not know the project yet.
    """

    index: str
    is_public: bool
    environment: str = ""
    repository: str = ""
    project: str = ""
    is_new_project: bool = False


def diagnose_identity(claims: Claims, expected: Expected) -> tuple[Finding, ...]:
    """Find what an index will mind about a job's identity: errors first, each kind in a fixed order."""
    checks = (_check_issuer, _check_repository, _check_reusable, _check_environment, _check_event, _check_project)
    found = [finding for check in checks for finding in check(claims, expected)]
    return tuple(sorted(found, key=lambda finding: finding.level != "error"))


def refuse_identity(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return the warnings of a diagnosis.

    Raises:
        ConfigError: There are errors; all of them are told at once.
    """
    errors = [finding for finding in findings if finding.level == "error"]
    if errors:
        raise ConfigError(
            "; ".join(finding.message for finding in errors), hint=" ".join(finding.hint for finding in errors)
        )
    return findings


def diagnose_missing(index: str, *, is_actions: bool, event_name: str = "") -> Finding:
    """Explain why a job has no identity to publish with.

    Args:
        index: The index's name.
        is_actions: Whether this is a job of GitHub Actions (`GITHUB_ACTIONS`).
        event_name: What started the workflow (`GITHUB_EVENT_NAME`); "" when unknown.
    """
    if not is_actions:
        return Finding(
            "no-identity",
            "error",
            f"there are no credentials for {index}",
            "Set PILOTAGE_INDEX_TOKEN to an API token of the index. Trusted publishing needs no token, and works in "
            "GitHub Actions only.",
        )
    forks = event_name.startswith("pull_request")
    return Finding(
        "no-permission",
        "error",
        f"this job has no identity to publish on {index} with: GitHub gave it no ACTIONS_ID_TOKEN_REQUEST_URL"
        + (f" (the event is {show(event_name)})" if forks else ""),
        f"{'Publish from a release or a push in the repository itself. ' if forks else ''}{_PERMISSION} "
        "Or hand over an API token (input index-token).",
    )


def render_publisher(claims: Claims, project: str) -> str:
    """Render what to type into an index's form of a trusted publisher for this very job, a line a field."""
    environment = show(claims.environment) if claims.environment else "(leave empty)"
    rows = (
        ("PyPI Project Name", show(project)),
        ("Owner", show(claims.repository_owner)),
        ("Repository name", show(claims.repository_name)),
        ("Workflow name", show(claims.workflow_file)),
        ("Environment name", environment),
    )
    return "\n".join(f"  {name}: {value}" for name, value in rows)


def _check_issuer(claims: Claims, expected: Expected) -> Iterator[Finding]:
    if not expected.is_public or claims.iss == GITHUB_ISSUER:
        return
    if claims.iss.startswith(f"{GITHUB_ISSUER}/"):
        action = "Ask the enterprise's owners to switch the issuer of its own off (include_enterprise_slug)."
    else:
        action = "Publish from a repository on github.com: identities of an Enterprise server are not accepted."
    yield Finding(
        "issuer",
        "error",
        f"the job's identity was issued by {show(claims.iss) or 'nobody'}, "
        f"{expected.index} accepts {GITHUB_ISSUER} only",
        f"{action} Or hand over an API token (input index-token).",
    )


def _check_repository(claims: Claims, expected: Expected) -> Iterator[Finding]:
    if not expected.repository or claims.repository.lower() == expected.repository.lower():
        return
    yield Finding(
        "repository",
        "error",
        f"the job's identity belongs to {show(claims.repository) or 'no repository'}, but this job runs for "
        f"{show(expected.repository)}",
        "Publish from the repository that the publisher names: a fork, or a workflow copied to another repository, "
        "needs a publisher of its own.",
    )


def _check_reusable(claims: Claims, _expected: Expected) -> Iterator[Finding]:
    if not claims.is_reusable:
        return
    elsewhere = claims.job_workflow_repository.lower() != claims.repository.lower()
    if elsewhere:
        why = (
            "PyPI looks for the called file in the calling repository, where it is not, so no publisher can ever match."
        )
    else:
        why = (
            "PyPI does not accept reusable workflows: where the called file is registered it works by accident only, "
            "and attestations fail even then."
        )
    place = "of another repository" if elsewhere else "of this repository"
    yield Finding(
        "reusable-workflow",
        "error",
        f"the publish job is part of the reusable workflow {show(claims.job_workflow_ref)} {place}, "
        f"called by {show(claims.workflow_ref)}",
        f"{why} {_INLINE.format(caller=show(claims.workflow_file) or 'the calling workflow file')}",
    )


def _check_environment(claims: Claims, expected: Expected) -> Iterator[Finding]:
    wanted, found = expected.environment, claims.environment
    # GitHub and PyPI compare the names of environments without case.
    if not wanted or wanted.lower() == found.lower():
        return
    if found:
        message = f"the job runs in the environment {show(found)}, expected {show(wanted)}"
        hint = f"Set the job's `environment: {show(wanted)}`, or change `environment` in [tool.pilotage.publish]."
    else:
        message = f"the job runs in no environment, expected {show(wanted)} ([tool.pilotage.publish] environment)"
        hint = f"Add `environment: {show(wanted)}` to the publish job."
    yield Finding("environment", "error", message, hint)


def _check_event(claims: Claims, expected: Expected) -> Iterator[Finding]:
    if claims.event_name == "pull_request_target" and expected.is_public:
        yield Finding(
            "event",
            "error",
            f"the workflow was started by pull_request_target, from which {expected.index} takes nothing",
            "Publish from a release or a push: in that event a stranger's pull request meets the repository's rights.",
        )
    elif claims.event_name.startswith("pull_request"):
        yield Finding(
            "event",
            "warning",
            f"the workflow was started by {show(claims.event_name)}: what is published was not merged",
            "Publish from a release or a push.",
        )


def _check_project(claims: Claims, expected: Expected) -> Iterator[Finding]:
    if expected.is_new_project:
        yield Finding(
            "pending-publisher",
            "warning",
            f"{expected.index} does not know {show(expected.project)} yet: a first release needs a pending publisher",
            "If there is none, add one on your account's publishing page with exactly these values:\n"
            + render_publisher(claims, expected.project),
        )
