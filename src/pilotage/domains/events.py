"""Reading of GitHub's event payloads (https://docs.github.com/webhooks/webhook-events-and-payloads)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.errors import UsageError
from pilotage.model.event import (
    Event,
    MergeGroupEvent,
    OtherEvent,
    PushEvent,
    ReconcileEvent,
    ReleaseEvent,
    TitleEvent,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_HEADS = "refs/heads/"


class _Repository(msgspec.Struct):
    full_name: str
    default_branch: str = ""


class _Repo(msgspec.Struct):
    full_name: str


class _Side(msgspec.Struct):
    ref: str
    repo: _Repo | None = None


class _Pull(msgspec.Struct):
    number: int
    title: str
    head: _Side
    base: _Side
    body: str | None = None


class _PullPayload(msgspec.Struct):
    pull_request: _Pull
    repository: _Repository


class _HeadCommit(msgspec.Struct):
    message: str


class _MergeGroup(msgspec.Struct):
    head_commit: _HeadCommit
    base_ref: str
    base_sha: str
    head_ref: str


class _GroupPayload(msgspec.Struct):
    merge_group: _MergeGroup


class _PushPayload(msgspec.Struct):
    ref: str
    after: str
    repository: _Repository
    deleted: bool = False


class _Release(msgspec.Struct):
    tag_name: str


class _ReleasePayload(msgspec.Struct):
    action: str
    release: _Release
    repository: _Repository


class _OptionalRepository(msgspec.Struct):
    repository: _Repository | None = None
    ref: str | None = None


def read_event(name: str, text: str, *, place: str, repository: str = "") -> Event:
    """Read an event.

    Args:
        name: The event's name, as `GITHUB_EVENT_NAME` gives it.
        text: The payload, JSON.
        place: Where it was read, for the error's text.
        repository: `owner/name` that the payload must speak of; empty for any.

    Raises:
        UsageError: The payload is not what this event carries, or speaks of another repository.
    """
    readers: dict[str, Callable[[str], Event]] = {
        "pull_request": _read_pull_request,
        "pull_request_target": _read_pull_request,
        "merge_group": _read_merge_group,
        "push": _read_push,
        "release": _read_release,
    }
    try:
        payload = msgspec.json.decode(text, type=_OptionalRepository)
        found = payload.repository
        if repository and found and found.full_name.lower() != repository.lower():
            raise UsageError(
                f"{place}: the event speaks of {found.full_name!r}, this run is for {repository!r}",
                hint="Give the event of this repository, or set GITHUB_REPOSITORY to the event's.",
            )
        if name in ("workflow_dispatch", "schedule", "repository_dispatch"):
            ref = payload.ref or ""
            branch = ref.removeprefix(_HEADS) if ref.startswith(_HEADS) and name == "workflow_dispatch" else ""
            default = found.default_branch if found else ""
            return msgspec.convert({"name": name, "default_branch": default, "branch": branch}, ReconcileEvent)
        reader = readers.get(name)
        return reader(text) if reader else OtherEvent(name)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise UsageError(
            f"{place}: not the payload of a {name} event: {error}",
            hint="Give the file that GITHUB_EVENT_PATH names, with its event's name.",
        ) from error


def _read_pull_request(text: str) -> Event:
    payload = msgspec.json.decode(text, type=_PullPayload)
    pull = payload.pull_request
    home = pull.head.repo.full_name if pull.head.repo else ""
    return TitleEvent(
        number=pull.number,
        title=pull.title,
        body=(pull.body or "").replace("\r\n", "\n"),
        is_fork=home.lower() != payload.repository.full_name.lower(),
        head_branch=pull.head.ref,
        base_branch=pull.base.ref,
    )


def _read_merge_group(text: str) -> Event:
    group = msgspec.json.decode(text, type=_GroupPayload).merge_group
    base, head = group.base_ref.removeprefix(_HEADS), group.head_ref.removeprefix(_HEADS)
    return MergeGroupEvent(group.head_commit.message, base, base_sha=group.base_sha, head_branch=head)


def _read_push(text: str) -> Event:
    payload = msgspec.json.decode(text, type=_PushPayload)
    branch = payload.ref.removeprefix(_HEADS) if payload.ref.startswith(_HEADS) else ""
    return PushEvent(branch, "" if payload.deleted else payload.after, payload.repository.default_branch)


def _read_release(text: str) -> Event:
    payload = msgspec.json.decode(text, type=_ReleasePayload)
    return ReleaseEvent(payload.action, payload.release.tag_name, payload.repository.default_branch)
