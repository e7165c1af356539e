"""One upload: what an index's answer means, and how a file is put there safely, however often it is tried.

Indexes agree on no status for "this name is taken" (200, 400, 403 and 409 are in use), so a conflict is only ever a
reason to look again, by digest.
"""

from __future__ import annotations

import enum
import re
from typing import TYPE_CHECKING

import msgspec

from pilotage.errors import ConflictError, RemoteError
from pilotage.model.dist import NEVER_REBUILD, Dist, DistName, Presence, render_difference
from pilotage.model.step import Result
from pilotage.providers.distfile import check_unchanged, read_metadata

if TYPE_CHECKING:
    from pathlib import Path

    from pilotage.model.secret import Secret
    from pilotage.providers.httpmessage import Answer
    from pilotage.providers.index import Index

_TAKEN = re.compile(
    r"already exist|already been used|previously used|only one sdist|overwrit|not allow updat", re.IGNORECASE
)
"""How PyPI, Artifactory and Nexus say that a name is taken."""
_PAUSED = re.compile(r"read-only|temporarily disabled", re.IGNORECASE)
_SUCCESS = range(200, 300)
_UNAUTHORIZED, _FORBIDDEN, _CONFLICT = 401, 403, 409
_LATER = (408, 425, 429)
_SERVER_ERROR = 500


class Verdict(enum.StrEnum):
    """What an index's answer to an upload means."""

    ACCEPTED = "accepted"
    CONFLICT = "conflict"
    LATER = "later"
    REFUSED = "refused"


class UploadAnswer(msgspec.Struct, frozen=True):
    """An index's answer to an upload.

    Args:
        verdict: What it means.
        text: What it said, on one safe line.
        hint: The next action when it is refused.
        is_page: Whether it is an HTML page, which may also be a proxy's that has passed nothing on.
    """

    verdict: Verdict
    text: str
    hint: str = ""
    is_page: bool = False


def read_upload_answer(answer: Answer, *secrets: Secret) -> UploadAnswer:
    """Read what an answer to an upload means."""
    said = f"{answer.reason} {answer.body[:4096].decode('utf-8', 'replace')}"
    text = answer.render(*secrets)
    if answer.status in _SUCCESS:
        return UploadAnswer(Verdict.ACCEPTED, text, is_page="html" in answer.headers.get("content-type", ""))
    if answer.status >= _SERVER_ERROR or answer.status in _LATER:
        return UploadAnswer(Verdict.LATER, text)
    if answer.status == _FORBIDDEN and _PAUSED.search(said):
        return UploadAnswer(Verdict.LATER, text)
    if answer.status == _CONFLICT or (answer.status in {400, _FORBIDDEN} and _TAKEN.search(said)):
        return UploadAnswer(Verdict.CONFLICT, text)
    return UploadAnswer(Verdict.REFUSED, text, _explain(answer.status))


def _explain(status: int) -> str:
    if status in {_UNAUTHORIZED, _FORBIDDEN}:
        return (
            "Check that the token or the trusted publisher is for this project on this index. A first release needs "
            "a pending publisher or a token for the whole account."
        )
    if status in {404, 405}:
        return "Check the upload address: there is nothing that takes files."
    if status in range(300, 400):
        return "Give the upload address that the redirect names; an upload is never sent on to another address."
    return "Read the index's own words: it found fault with the file or its metadata."


def apply_upload(index: Index, path: Path, dist: Dist) -> Result:
    """Put a file on an index: look, act, look again. Safe to repeat at any moment.

    Args:
        index: The index, with credentials.
        path: The file.
        dist: What the plan says about it.

    Returns:
        DONE when this call put it there, UNCHANGED when it was there with the same bytes.

    Raises:
        ConflictError: The index has other bytes under the name, or takes it no more; or the file changed on disk.
        RemoteError: The index refused it, or gave no clear answer within the patience.
    """
    project = DistName.parse(dist.name).project
    check_unchanged(path, dist)
    if _look(index, project, dist) is Presence.SAME:
        return Result.UNCHANGED
    metadata = read_metadata(path)
    waits = index.wire.patience.waits()
    doubted = False
    while True:
        answer = index.upload(path, dist, metadata)
        match answer.verdict:
            case Verdict.ACCEPTED:
                if doubted or _is_confirmed(index, project, dist, answer):
                    return Result.DONE
                doubted = True  # once more: an index that did take it answers the same bytes without a change
                continue
            case Verdict.REFUSED:
                raise RemoteError(f"{index.address.name} refused {dist.name}: {answer.text}", hint=answer.hint)
            case Verdict.CONFLICT:
                return _settle(index, project, dist, answer)
        # Unclear: it may have arrived. Only a look that does not find it lets the file be sent again.
        wait = next(waits, None)
        if wait is not None:
            index.wire.sleep(wait)
        if _look(index, project, dist) is Presence.SAME:
            return Result.DONE
        if wait is None:
            raise RemoteError(
                f"{index.address.name} did not take {dist.name} now: {answer.text}",
                hint="Run again later: files that are there stay, and only the absent ones are sent.",
            )


def _look(index: Index, project: str, dist: Dist) -> Presence:
    remote = index.observe_files(project, (dist,))
    presence = remote.compare(dist)
    if presence is Presence.DIFFERENT:
        there = remote.find(dist.name)
        raise ConflictError(render_difference(dist, there, place=index.address.name), hint=NEVER_REBUILD)
    return presence


def _is_confirmed(index: Index, project: str, dist: Dist, answer: UploadAnswer) -> bool:
    """Look after an accepted upload.

    The answer itself proves it, whatever a stale or failing page says, unless it is a web page: then the file must be
    seen.
    """
    for wait in (0.0, *(index.wire.patience.waits() if answer.is_page else ())):
        index.wire.sleep(wait)
        try:
            if _look(index, project, dist) is Presence.SAME:
                return True
        except RemoteError:
            continue
    return not answer.is_page


def _settle(index: Index, project: str, dist: Dist, answer: UploadAnswer) -> Result:
    """Find out whether a taken name holds our bytes (another run was faster), waiting for a stale page to catch up."""
    for wait in (0.0, *index.wire.patience.waits()):
        index.wire.sleep(wait)
        if _look(index, project, dist) is Presence.SAME:
            return Result.UNCHANGED
    raise ConflictError(
        f"{index.address.name} does not take {dist.name}, and does not show it either: {answer.text}",
        hint="Its name was used by a file that was deleted, or the same bytes have another name there: "
        "raise the version. If it was uploaded a moment ago, run again in ten minutes.",
    )
