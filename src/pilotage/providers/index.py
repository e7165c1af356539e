"""A package index: its Simple interface for looking, its upload endpoint (PyPI's, that all others copy) for acting."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from pilotage.errors import ConflictError, RemoteError
from pilotage.model.dist import Dist, DistName, IndexFile, IndexProject, Presence
from pilotage.model.indexaddress import is_loopback
from pilotage.model.patience import Patience
from pilotage.providers.distfile import DistMetadata, check_unchanged
from pilotage.providers.http import Wire
from pilotage.providers.httpmessage import Answer, GarbledError, LostError, Request, render_line
from pilotage.providers.listing import observe_listing
from pilotage.providers.multipart import MultipartForm
from pilotage.providers.uploadanswer import UploadAnswer, Verdict, read_upload_answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    import requests

    from pilotage.model.indexaddress import IndexAddress
    from pilotage.model.secret import Credentials, Secret

MAX_DOWNLOAD = 1024 * 1024 * 1024
"""The largest file that is fetched only to be hashed, in bytes."""

VERIFY_PATIENCE = Patience(attempts=16, first_wait=2.0, longest_wait=30.0)
"""How long a fresh upload may stay unseen: about six minutes, since PyPI's pages are cached for up to ten."""

_OK = 200
_AGREEING = 2
_EXCERPT = 4096
_ACCEPT_ANSWER = "text/plain, application/json;q=0.5, */*;q=0.1"
"""PyPI answers in HTML unless something else is preferred; a page could also be a proxy's."""


class Index:
    """One package index.

    Args:
        address: Where it is.
        credentials: Who we are there; None for reading alone. They go to the index's two origins, and reading PyPI
            needs none.
        session: From `open_session`.
        patience: How often a read is tried.
        sleep: Waits some seconds.
    """

    def __init__(
        self,
        address: IndexAddress,
        *,
        credentials: Credentials | None,
        session: requests.Session,
        patience: Patience,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.address = address
        self.credentials = credentials
        self.wire = Wire(session, patience, sleep=sleep)
        self._newest: dict[str, int] = {}

    def observe_project(self, name: str) -> IndexProject:
        """Read what the index says about a project.

        Raises:
            RemoteError: It cannot be known: the index is out of reach, wants other credentials, or makes no sense.
        """
        return self._observe(self.wire, name)

    def observe_files(self, name: str, dists: Iterable[Dist]) -> IndexProject:
        """Read a project, and hash each file of ours that the index names without a digest.

        Raises:
            RemoteError: As in `observe_project` and `hash_remote`.
        """
        return self._hash_missing(self.observe_project(name), dists)

    def hash_remote(self, file: IndexFile, limit: int) -> IndexFile:
        """Fetch a file and give it the digest of what came.

        Args:
            file: The file, with its URL.
            limit: The largest size in bytes.

        Raises:
            RemoteError: It is larger, or did not come whole.
        """
        parts = urlsplit(file.url)
        if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
            raise RemoteError(f"{file.name}: {render_line(file.url)} has no TLS", hint="Its digest stays unknown.")
        request = Request(
            url=file.url,
            headers={"Accept-Encoding": "identity"},
            auth=self._login_to_read(file.url),
            limit=limit,
            keep=_EXCERPT,
        )
        sha256, size = self.wire.read(
            request, lambda answer: _read_digest(answer, request), what=f"the file {file.name}"
        )
        return msgspec.structs.replace(file, sha256=sha256, size=size)

    def upload(
        self,
        path: Path,
        dist: Dist,
        metadata: DistMetadata,
        *,
        attestations: str = "",
        progress: Callable[[int], None] | None = None,
    ) -> UploadAnswer:
        """Send a file, once. An unclear answer is LATER: look by digest before sending again (`apply_upload`).

        Source: PyPI's documentation, Upload API

        Args:
            path: The file.
            dist: What the plan says about it.
            metadata: What it says about itself.
            attestations: A JSON array of attestation objects (PEP 740); empty for none.
            progress: Hears how many bytes of the file were sent.

        Raises:
            ConflictError: The file on disk is not the one that `dist` describes.
        """
        name = DistName.parse(dist.name)
        fields = [
            (":action", "file_upload"),
            ("protocol_version", "1"),
            ("filetype", name.kind),
            ("pyversion", name.pyversion),
            ("sha256_digest", dist.sha256),
            ("blake2_256_digest", check_unchanged(path, dist)),
            *metadata.fields,
            *([("attestations", attestations)] if attestations else []),
        ]
        form = MultipartForm(fields, name="content", path=path, size=dist.size, progress=progress)
        request = Request(
            method="POST",
            url=self.address.upload_url,
            headers={"Content-Type": form.content_type, "Accept": _ACCEPT_ANSWER},
            auth=self._login(),
            data=form,
        )
        try:
            answer = self.wire.send(request)
        except LostError as exc:
            return UploadAnswer(Verdict.LATER, exc.message)
        return read_upload_answer(answer, *request.secrets)

    def verify(self, name: str, dists: Iterable[Dist], *, patience: Patience = VERIFY_PATIENCE) -> bool:
        """Wait until two answers in a row show all the files with their digests.

        A page that is older than one seen before, by the index's own serial, does not count.

        Returns:
            Whether they did within the patience. If not, the uploads were still accepted: a warning, no failure.

        Raises:
            ConflictError: The index shows other bytes under one of the names.
        """
        wanted = tuple(dists)
        once = Wire(self.wire.session, Patience(attempts=1, longest_wait=patience.longest_wait), sleep=self.wire.sleep)
        agreeing = 0
        for wait in (0.0, *patience.waits()):
            self.wire.sleep(wait)
            agreeing = agreeing + 1 if self._shows(once, name, wanted) else 0
            if agreeing == _AGREEING:
                return True
        return False

    def _shows(self, wire: Wire, name: str, wanted: tuple[Dist, ...]) -> bool:
        try:
            project = self._hash_missing(self._observe(wire, name), wanted)
            found = {dist.name: project.compare(dist) for dist in wanted}
        except RemoteError:
            return False
        wrong = sorted(each for each, presence in found.items() if presence is Presence.DIFFERENT)
        if wrong:
            raise ConflictError(
                f"{self.address.name} shows other bytes than were uploaded under {', '.join(wrong)}",
                hint="Compare the digests on the index with those of the build; yank the release if they are not ours.",
            )
        is_older = project.serial is not None and project.serial < self._newest[project.name]
        return not is_older and all(presence is Presence.SAME for presence in found.values())

    def _hash_missing(self, project: IndexProject, dists: Iterable[Dist]) -> IndexProject:
        ours = {dist.name for dist in dists}
        files = tuple(
            self.hash_remote(file, MAX_DOWNLOAD) if file.name in ours and not file.sha256 else file
            for file in project.files
        )
        return msgspec.structs.replace(project, files=files)

    def _observe(self, wire: Wire, name: str) -> IndexProject:
        project = observe_listing(wire, self.address, name, login=self._login_to_read)
        self._newest[project.name] = max(self._newest.get(project.name, 0), project.serial or 0)
        return project

    def _login_to_read(self, url: str) -> tuple[str, Secret] | None:
        return self._login() if self.address.is_trusted_to_read(url) else None

    def _login(self) -> tuple[str, Secret] | None:
        return (self.credentials.user, self.credentials.password) if self.credentials else None


def _read_digest(answer: Answer, request: Request) -> tuple[str, int]:
    if answer.status != _OK:
        raise GarbledError(answer.render(*request.secrets))
    return answer.sha256, answer.size
