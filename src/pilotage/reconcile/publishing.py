"""Publishing a folder of built files: observe the index, plan, upload what is absent, verify."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

import msgspec

from pilotage.domains.publish import Outcome, PublishPlan, plan_uploads
from pilotage.errors import UsageError
from pilotage.model.dist import Dist, PublishSnapshot, read_release
from pilotage.model.indexaddress import IndexAddress
from pilotage.model.secret import Credentials, Secret
from pilotage.model.step import Result, UploadFile
from pilotage.providers.actions import Runner
from pilotage.providers.distfile import read_dists
from pilotage.providers.http import open_session
from pilotage.providers.identity import IdentitySource
from pilotage.providers.index import Index
from pilotage.providers.manifest import read_manifest
from pilotage.providers.oidc import TrustedPublishing
from pilotage.providers.upload import apply_upload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    import requests

    from pilotage.reconcile.bootstrap import Surroundings


class FileReport(msgspec.Struct, frozen=True):
    """One file, as CONTRACT section 1 spells it."""

    name: str
    sha256: str
    size: int
    state: Literal["uploaded", "present"]


class PublishReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a publish came to.

    Args:
        outcome: `published`, `resumed` or `already-there`.
        verified: Whether the index was seen to hold every file with our bytes.
        warnings: What people should know.
    """

    format: int = 1
    project: str
    version: str
    index: str
    outcome: str
    files: tuple[FileReport, ...]
    verified: bool
    warnings: tuple[str, ...] = ()


class Publisher:
    """Publishes folders of built files on one index.

    Args:
        surroundings: Where the command stands.
        index: The index's name or URL.
        tell: Hears what happens, a line at a time.
    """

    def __init__(self, surroundings: Surroundings, *, index: str, tell: Callable[[str], None]) -> None:
        self._surroundings = surroundings
        self._address = IndexAddress.parse(index)
        self._index = index
        self._tell = tell

    def plan(self, folder: Path) -> tuple[UploadFile, ...]:
        """Plan the uploads of a folder; needs no credentials for an index that shows its files to everybody.

        Raises:
            ConflictError: The index contradicts the files.
            RemoteError: What the index holds cannot be known.
        """
        dists, _, _ = read_folder(folder)
        with self._open() as index:
            plan = self._decide(index, dists)
        return tuple(UploadFile(self._index, dist.name, dist.sha256, dist.size) for dist in plan.uploads)

    def publish(self, folder: Path) -> PublishReport:
        """Put the absent files of a folder on the index, and verify that all of them are there.

        Raises:
            ConflictError: The index contradicts the files; nothing was sent.
            RemoteError: What the index holds cannot be known, or it refused a file. A run again sends what is missing.
            UsageError: There are no credentials for what must be sent.
        """
        dists, project, version = read_folder(folder)
        with self._open() as index:
            plan = self._decide(index, dists)
            for present in plan.present:
                self._tell(f"unchanged: {present.name} is on {self._address.name} with these bytes")
            if plan.uploads:
                with self._signed(index):
                    for dist in plan.uploads:
                        result = apply_upload(index, folder / dist.name, dist)
                        self._tell(f"{result.value}: {dist.name} on {self._address.name}")
            verified = plan.outcome is Outcome.ALREADY_THERE or index.verify(
                project, dists, patience=self._surroundings.verify_patience
            )
        late = () if verified else (f"{self._address.name} does not show every file yet; its uploads were accepted",)
        return PublishReport(
            project=project,
            version=version,
            index=self._address.name,
            outcome=plan.outcome.value,
            files=_list_files(dists, plan),
            verified=verified,
            warnings=(*plan.warnings, *late),
        )

    def upload(self, folder: Path, step: UploadFile) -> Result:
        """Put one planned file on the index.

        Raises:
            UsageError: The folder does not hold the planned bytes.
        """
        found = {dist.name: dist for dist in read_folder(folder)[0]}.get(step.name)
        if found != Dist(step.name, step.sha256, step.size):
            raise UsageError(
                f"{folder / step.name}: not the file that was planned (sha256 {step.sha256[:12]}…)",
                hint="Give the folder of the same build with --dist; never build again for a plan.",
            )
        with self._open() as index, self._signed(index):
            return apply_upload(index, folder / step.name, found)

    def _decide(self, index: Index, dists: tuple[Dist, ...]) -> PublishPlan:
        project, version = read_release(tuple(dist.name for dist in dists))
        remote = index.observe_files(project, dists)
        return plan_uploads(PublishSnapshot(project, version, dists, remote, self._address))

    @contextmanager
    def _open(self) -> Iterator[Index]:
        with open_session() as session:
            session.hooks["response"].append(self._trace)
            yield Index(
                self._address,
                credentials=read_credentials(self._surroundings.environment),
                session=session,
                patience=self._surroundings.patience,
            )

    def _trace(self, response: requests.Response, **_: object) -> None:
        self._surroundings.trace(f"{response.request.method} {response.url}: HTTP {response.status_code}")

    @contextmanager
    def _signed(self, index: Index) -> Iterator[None]:
        """Give the index what uploads are signed with: a token, else one minted for this job and burnt at the end."""
        runner = Runner(self._surroundings.environment, write_line=self._tell)
        if index.credentials is not None:
            runner.mask(index.credentials.password.reveal())
            yield
            return
        identity = read_identity(self._surroundings.environment)
        if identity is None:
            raise UsageError(
                f"there are no credentials for {self._address.name}",
                hint="In GitHub Actions give the job `permissions: id-token: write` (trusted publishing); elsewhere "
                "set PILOTAGE_INDEX_TOKEN, or the input index-token.",
            )
        exchange = TrustedPublishing(self._address, wire=index.wire, mask=lambda secret: runner.mask(secret.reveal()))
        minted = exchange.mint(identity)
        index.credentials = minted.credentials
        try:
            yield
        finally:
            index.credentials = None
            if not exchange.burn(minted):
                self._tell(f"warning: {self._address.name} did not take its token back; it ends by itself in minutes")


def read_folder(folder: Path) -> tuple[tuple[Dist, ...], str, str]:
    """Read a folder of built files: the files, their project and their version.

    Raises:
        UsageError: There are no built files.
        ConfigError: The files are not one release.
        ConflictError: They are not those of the manifest beside them.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder}: no such folder", hint="Build the files first: pilotage build --out dist")
    manifest = read_manifest(folder)
    dists = manifest.files if manifest is not None else read_dists(folder)
    project, version = read_release(tuple(dist.name for dist in dists))
    return dists, project, str(version)


def read_credentials(environment: Mapping[str, str]) -> Credentials | None:
    """Read the index's credentials; None when there are none, then trusted publishing is used."""
    for name in ("INPUT_INDEX-TOKEN", "INPUT_INDEX_TOKEN", "PILOTAGE_INDEX_TOKEN"):
        token = environment.get(name, "").strip()
        if token:
            return Credentials(environment.get("PILOTAGE_INDEX_USER", "") or "__token__", Secret(token))
    return None


def read_identity(environment: Mapping[str, str]) -> IdentitySource | None:
    """Read where this job asks for its identity; None when it has none."""
    url = environment.get("ACTIONS_ID_TOKEN_REQUEST_URL", "")
    token = environment.get("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "")
    return IdentitySource(url, Secret(token)) if url and token else None


def _list_files(dists: tuple[Dist, ...], plan: PublishPlan) -> tuple[FileReport, ...]:
    sent = {dist.name for dist in plan.uploads}
    return tuple(
        FileReport(dist.name, dist.sha256, dist.size, "uploaded" if dist.name in sent else "present") for dist in dists
    )


def render_publish(report: PublishReport) -> str:
    """Render what a publish came to, for people."""
    words = {
        "published": "is published",
        "resumed": "is complete now: what was missing has been sent",
        "already-there": "was there already; nothing was sent",
    }[report.outcome]
    lines = [f"{report.project} {report.version} {words} on {report.index}"]
    lines += [f"  {file.state}: {file.name} ({file.size} bytes, sha256 {file.sha256})" for file in report.files]
    lines.append("  verified: every file is there with these bytes" if report.verified else "  not verified yet")
    lines += [f"  warning: {warning}" for warning in report.warnings]
    return "\n".join(lines)
