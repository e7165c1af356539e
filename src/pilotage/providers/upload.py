"""One upload: how a file is put on an index safely, however often it is tried."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, assert_never

from pilotage.errors import ConflictError, RemoteError
from pilotage.model.dist import NEVER_REBUILD, Dist, DistName, Presence, render_difference
from pilotage.model.step import Result
from pilotage.providers.distfile import check_unchanged, read_metadata
from pilotage.providers.uploadanswer import UploadAnswer, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pilotage.providers.index import Index

__all__ = ["Verdict", "apply_upload"]


def apply_upload(
    index: Index,
    path: Path,
    dist: Dist,
    *,
    attestations: str = "",
    progress: Callable[[int], None] | None = None,
) -> Result:
    """Put a file on an index: look, act, look again. Safe to repeat at any moment.

    Args:
        index: The index, with credentials.
        path: The file.
        dist: What the plan says about it.
        attestations: A JSON array of attestation objects for it (PEP 740); empty for none.
        progress: Hears how many bytes of the file were sent, from 0 again each time that it is sent.

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
    doubted = 0
    while True:
        answer = index.upload(path, dist, metadata, attestations=attestations, progress=progress)
        match answer.verdict:
            case Verdict.ACCEPTED:
                if _is_confirmed(index, project, dist, answer):
                    return Result.DONE
                doubted += 1
                _refuse_second_page(index, dist, answer, doubted)
            case Verdict.REFUSED:
                return _accept_refusal(index, project, dist, answer)
            case Verdict.CONFLICT:
                return _settle(index, project, dist, answer)
            case Verdict.LATER:  # it may have arrived: only a look that does not find it lets the file be sent again
                has_time = _wait(index, waits, answer)
                if _look(index, project, dist) is Presence.SAME:
                    return Result.DONE
                if not has_time:
                    raise _give_up(index, dist, answer)
            case _:
                assert_never(answer.verdict)


def _wait(index: Index, waits: Iterator[float], answer: UploadAnswer) -> bool:
    """Wait before the next try, as long as the index asks; False when there is none within the patience."""
    wait = next(waits, None)
    if wait is None or answer.wait > index.wire.patience.longest_wait:
        return False
    index.wire.sleep(max(wait, answer.wait))
    return True


def _give_up(index: Index, dist: Dist, answer: UploadAnswer) -> RemoteError:
    wished = f" (it asks to wait {answer.wait:.0f} s)" if answer.wait else ""
    return RemoteError(
        f"{index.address.name} did not take {dist.name} now{wished}: {answer.text}",
        hint="Run again later: files that are there stay, and only the absent ones are sent.",
    )


def _refuse_second_page(index: Index, dist: Dist, answer: UploadAnswer, doubted: int) -> None:
    """Let the file be sent once more: a proxy's page may come in between, but not twice."""
    if doubted == 1:
        return
    raise RemoteError(
        f"{index.address.name} answers the upload of {dist.name} with a web page and does not show the file: "
        f"{answer.text}",
        hint=f"Check that {index.address.upload_url} takes uploads and is no page for people. If it is right, run "
        "again in ten minutes: what arrived will be seen by then.",
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
        with suppress(RemoteError):
            if _look(index, project, dist) is Presence.SAME:
                return True
    return not answer.is_page


def _accept_refusal(index: Index, project: str, dist: Dist, answer: UploadAnswer) -> Result:
    """Believe a refusal, unless it is a foreign index's way to say that the very file is there by now."""
    if answer.is_doubtful:
        with suppress(RemoteError):
            if _look(index, project, dist) is Presence.SAME:
                return Result.UNCHANGED
    raise RemoteError(f"{index.address.name} refused {dist.name}: {answer.text}", hint=answer.hint)


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
