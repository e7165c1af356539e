"""Which permission a refused request lacks, in the words of a workflow's `permissions:`.

GitHub names it in a header of its refusal; where that is missing, the request's own address says it.
Source: https://docs.github.com/rest/authentication/permissions-required-for-github-apps
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_FORBIDDEN, _NOT_FOUND = 403, 404
_HEADER = "x-accepted-github-permissions"
_LACKING = re.compile(r"not accessible|must have admin rights", re.IGNORECASE)
_ONE = re.compile(r"([a-z_]{1,40})=(read|write)", re.ASCII)
_IN_WORKFLOWS = frozenset(
    {"actions", "attestations", "checks", "contents", "deployments", "issues", "packages", "pull_requests", "statuses"}
)
"""What a workflow's own token can be given; for anything else it takes another token."""
_BY_ADDRESS = (
    (re.compile(r"/repos/[^/]+/[^/]+/actions/"), "actions"),
    (re.compile(r"/repos/[^/]+/[^/]+/(?:pulls|issues)(?:/|$)"), "pull_requests"),
    (re.compile(r"/repos/[^/]+/[^/]+/"), "contents"),
)
_RELEASE = re.compile(r"/repos/[^/]+/[^/]+/releases(?:/[0-9]+)?$", re.ASCII)
_WORKFLOW_FILES = (
    "GitHub hides why. Either the release or the repository is gone or closed to this token, or the release's commit "
    "has other files below .github/workflows than the default branch: a workflow's own token may never release such a "
    "commit. Bring these files in line, or pass the token of an app with `workflows: write`."
)
"""Source: the description of `POST /repos/{owner}/{repo}/releases`."""
_GRAPHQL = (("contents", "write"), ("pull_requests", "write"))


def explain_permission(verb: str, url: str, *, status: int, headers: dict[str, str], said: str) -> str:
    """Say which permission to add when that is what a refusal is about; else say nothing.

    Args:
        verb: The request's method.
        url: Its address.
        status: The refusal's status.
        headers: Its headers; names in lower case.
        said: GitHub's message.
    """
    if status == _NOT_FOUND and verb in {"POST", "PATCH"} and _RELEASE.search(urlsplit(url).path):
        return _WORKFLOW_FILES
    if status != _FORBIDDEN or not _LACKING.search(said):
        return ""
    sets = read_accepted(headers.get(_HEADER, "")) or (_by_address(verb, url),)
    possible = tuple(wanted for wanted in sets if all(name in _IN_WORKFLOWS for name, _ in wanted))
    words = " or ".join(_render(wanted) for wanted in possible or sets)
    if possible:
        return f"The token may not do this. In a workflow, add {words} to the job's `permissions`."
    return f"The token may not do this: it takes {words}, which only an app's or a person's token can have."


def read_accepted(header: str) -> tuple[tuple[tuple[str, str], ...], ...]:
    """Read GitHub's header: sets of permissions of which one is enough, each permission with its level.

    Sets are separated by `;`, the permissions of one by `,`. What cannot be read is left out.
    """
    sets = []
    for part in header[:1000].split(";"):
        found = [_ONE.fullmatch(word.strip()) for word in part.split(",")]
        row = tuple((each[1], each[2]) for each in found if each is not None)
        if row and len(row) == len(found):
            sets.append(row)
    return tuple(sets)


def _by_address(verb: str, url: str) -> tuple[tuple[str, str], ...]:
    path = urlsplit(url).path
    for pattern, name in _BY_ADDRESS:
        if pattern.search(path):
            return ((name, "read" if verb == "GET" else "write"),)
    return _GRAPHQL


def _render(wanted: tuple[tuple[str, str], ...]) -> str:
    return " and ".join(f"`{name.replace('_', '-')}: {level}`" for name, level in wanted)
