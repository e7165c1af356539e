"""Which permission a refused request lacks, in the words of a workflow's `permissions:`.

GitHub names it in a header of its refusal; where that is missing, the request's own address says it.
Source: https://docs.github.com/rest/authentication/permissions-required-for-github-apps
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_FORBIDDEN, _NOT_FOUND = 403, 404
_SAYING = frozenset({_FORBIDDEN, 409, 422})
"""The statuses of refusals whose words say what stands in the way."""
_HEADER = "x-accepted-github-permissions"
_LACKING = re.compile(r"not accessible|must have admin rights", re.IGNORECASE)
_ONE = re.compile(r"([a-z_]{1,40})=(read|write)", re.ASCII)
_IN_WORKFLOWS = frozenset(
    {"actions", "attestations", "checks", "contents", "deployments", "issues", "packages", "pull_requests", "statuses"}
)
"""What a workflow's own token can be given; for anything else it takes another token."""
_BY_ADDRESS = (
    (re.compile(r"/repos/[^/]+/[^/]+/actions/"), "actions"),
    (re.compile(r"/repos/[^/]+/[^/]+/issues(?:/[0-9]+)?$", re.ASCII), "issues"),
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
_REPOSITORY = re.compile(r"/repos/([^/]+/[^/]+)(?:/|$)")
_GRANTED = "the app or the fine-grained token that this token is of"
_STAYS = "a workflow's own token reaches its own repository only"
_WORDS = (
    (
        re.compile(r"SAML|single sign-on", re.IGNORECASE),
        "Authorise the token for the organisation's single sign-on, or use the token of an app installed there.",
    ),
    (
        re.compile(r"IP allow list", re.IGNORECASE),
        "Let the job run from an address on the organisation's IP allow list, or add the runner's to it.",
    ),
    (
        re.compile(r"forbids access via", re.IGNORECASE),
        "Use the token of an app installed there, or one of a kind that the organisation lets in.",
    ),
    (
        re.compile(r"archived so is read-only", re.IGNORECASE),
        "The repository is archived: unarchive it, or take it off the list.",
    ),
    (
        re.compile(r"rule violations|protected (?:branch|ref)|cannot force-push", re.IGNORECASE),
        "A ruleset or a branch protection there forbids it. Exempt `pilotage/**`, or let this app bypass it.",
    ),
)
"""By what GitHub says: what to do about a refusal that no permission lifts."""


def explain_words(said: str) -> str:
    """Say what to do about what GitHub says stands in the way; nothing when its words are not known."""
    return next((hint for words, hint in _WORDS if words.search(said)), "")


def explain_graphql(said: str) -> str:
    """Say what to do about a refusal of GraphQL, which names neither a permission nor a repository."""
    if hint := explain_words(said):
        return hint
    if not _LACKING.search(said):
        return ""
    return (
        f"Grant {_render(_GRAPHQL)} on that repository (and `actions: write` where workflows are started) to "
        f"{_GRANTED}; {_STAYS}, as far as the job's `permissions` go."
    )


def explain_permission(verb: str, url: str, *, status: int, headers: dict[str, str], said: str, home: str = "") -> str:
    """Say which permission to add when that is what a refusal is about; else say nothing.

    Args:
        verb: The request's method.
        url: Its address.
        status: The refusal's status.
        headers: Its headers; names in lower case.
        said: GitHub's message.
        home: The repository that the token is at home in, `OWNER/NAME`; "" for that of each request.
    """
    if status in _SAYING and (hint := explain_words(said)):
        return hint
    foreign = _read_foreign(url, home)
    if status == _NOT_FOUND:
        return _explain_missing(verb, url, foreign)
    if status != _FORBIDDEN or not _LACKING.search(said):
        return ""
    sets = read_accepted(headers.get(_HEADER, "")) or (_by_address(verb, url),)
    possible = tuple(wanted for wanted in sets if all(name in _IN_WORKFLOWS for name, _ in wanted))
    words = " or ".join(_render(wanted) for wanted in possible or sets)
    if foreign:
        return f"The token may not do this to {foreign}. Grant {words} on it to {_GRANTED}; {_STAYS}."
    if possible:
        return f"The token may not do this. In a workflow, add {words} to the job's `permissions`."
    return f"The token may not do this: it takes {words}, which only an app's or a person's token can have."


def _read_foreign(url: str, home: str) -> str:
    """Give the repository that an address is about when it is another one than the token's own; else ""."""
    there = _REPOSITORY.search(urlsplit(url).path)
    return there[1] if there is not None and home and there[1].casefold() != home.casefold() else ""


def _explain_missing(verb: str, url: str, foreign: str) -> str:
    if foreign:
        return f"Check that it is there, and that {_GRANTED} has been given {foreign}; {_STAYS}."
    return _WORKFLOW_FILES if verb in {"POST", "PATCH"} and _RELEASE.search(urlsplit(url).path) else ""


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
