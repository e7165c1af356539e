"""Publishing a folder of built files on one index: observe it, decide, upload what is absent, verify."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec
from packaging.utils import canonicalize_name

from pilotage.domains.indexcredentials import read_credentials
from pilotage.domains.indexes import resolve_index
from pilotage.domains.publish import Outcome, plan_uploads, refuse_closed_project
from pilotage.errors import UsageError
from pilotage.model.dist import Dist, PublishSnapshot, read_release
from pilotage.model.publishrules import PublishRules
from pilotage.model.step import Result, UploadFile
from pilotage.providers.distfile import read_dists
from pilotage.providers.http import open_session
from pilotage.providers.index import Index
from pilotage.providers.manifest import read_manifest
from pilotage.providers.upload import apply_upload
from pilotage.reconcile.bootstrap import open_mask
from pilotage.reconcile.publishreport import PublishReport, list_file_reports
from pilotage.reconcile.signing import SigningIn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import requests
    from packaging.version import Version

    from pilotage.domains.publish import PublishPlan
    from pilotage.model.secret import Credentials
    from pilotage.reconcile.bootstrap import Surroundings
    from pilotage.reconcile.signing import Passage

_NO_RULES = PublishRules()
_PAGES = {"pypi": "https://pypi.org/project/", "testpypi": "https://test.pypi.org/project/"}


class Publisher:
    """Publishes folders of built files on one index.

    Args:
        surroundings: Where the command stands.
        index: The index, as the configuration or the command line names it.
        tell: Hears what happens, a line at a time.
        rules: What the configuration says of publishing.
        is_only: Whether it is the only index of this run: then the token without a name is meant for it.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        *,
        index: str,
        tell: Callable[[str], None],
        rules: PublishRules = _NO_RULES,
        is_only: bool = True,
    ) -> None:
        self.index = index
        self._surroundings = surroundings
        self._tell = tell
        self._rules = rules
        self._address = resolve_index(index, rules, path=surroundings.config_path)
        self._mistake: UsageError | None = None
        self._credentials = self._read_credentials(is_only=is_only)
        self._decided: tuple[tuple[Dist, ...], PublishPlan] | None = None

    @property
    def is_public(self) -> bool:
        """Whether it is PyPI or TestPyPI."""
        return self._address.is_public

    def pages(self, project: str, version: Version) -> tuple[tuple[str, str], ...]:
        """Give the page of a version on the index, with its name; nothing for an index whose pages are not known."""
        root = _PAGES.get(self._address.name, "")
        return ((self._address.name, f"{root}{canonicalize_name(project)}/{version}/"),) if root and project else ()

    def refuse_closed(self, project: str, version: Version) -> None:
        """Refuse, before anything is built, a project that takes no uploads or a version that is burnt.

        Raises:
            ConflictError: It is so.
            RemoteError: It cannot be known.
        """
        with self._open() as index:
            refuse_closed_project(index.observe_project(project), version, self._address.name)

    def decide(self, dists: tuple[Dist, ...]) -> PublishPlan:
        """Decide which of the built files the index lacks; for an index that shows its files needs no credentials.

        Raises:
            ConflictError: The index contradicts the files.
            RemoteError: What the index holds cannot be known.
        """
        with self._open() as index:
            plan = self._decide(index, dists)
        self._decided = (dists, plan)
        return plan

    def expect_credentials(self) -> None:
        """Refuse a job that has nothing to sign in with, before any other index gets something; asks nobody.

        Raises:
            UsageError: There are no credentials, or a mistake is in them.
        """
        signing_in = self._sign_in("")
        if self._credentials is None:
            signing_in.expect_identity()

    def plan(self, folder: Path) -> tuple[UploadFile, ...]:
        """Plan the uploads of a folder.

        Raises:
            ConflictError: The index contradicts the files.
            RemoteError: What the index holds cannot be known.
        """
        plan = self.decide(read_folder(folder)[0])
        return tuple(UploadFile(self.index, dist.name, dist.sha256, dist.size) for dist in plan.uploads)

    def publish(self, folder: Path) -> PublishReport:
        """Put the absent files of a folder on the index, and verify that all of them are there.

        Raises:
            ConfigError: This job cannot be let in.
            ConflictError: The index contradicts the files; nothing was sent.
            RemoteError: What the index holds cannot be known, or it refused a file. A run again sends what is missing.
            UsageError: There are no credentials for what must be sent.
        """
        dists, project, _ = read_folder(folder)
        with self._open() as index:
            plan = self._decide(index, dists)
            for note in plan.notes if plan.uploads else ():
                self._tell(note)
            for present in plan.present:
                self._tell(f"unchanged: {present.name} is on {self._address.name} with these bytes")
            if plan.uploads:
                with self._sign_in(project).open(index, plan, folder) as passage:
                    for dist in plan.uploads:
                        passage.renew()
                        result = self._send(index, folder / dist.name, dist, passage)
                        self._tell(f"{result.value}: {dist.name} on {self._address.name}")
            verified = plan.outcome is Outcome.ALREADY_THERE or index.verify(
                project, dists, patience=self._surroundings.verify_patience
            )
        return self._report(dists, plan, verified=verified)

    def report(self, dists: tuple[Dist, ...]) -> PublishReport:
        """Report on an index that lacks nothing.

        Raises:
            ConflictError: The index contradicts the files.
            RemoteError: What the index holds cannot be known.
        """
        seen, plan = self._decided or ((), None)
        return self._report(dists, plan if plan and seen == dists else self.decide(dists), verified=True)

    def upload(self, folder: Path, step: UploadFile) -> Result:
        """Put one planned file on the index.

        Raises:
            UsageError: The folder does not hold the planned bytes.
        """
        dists, project, _ = read_folder(folder)
        found = {dist.name: dist for dist in dists}.get(step.name)
        if found != Dist(step.name, step.sha256, step.size):
            raise UsageError(
                f"{folder / step.name}: not the file that was planned (sha256 {step.sha256[:12]}…)",
                hint="Give the folder of the same build with --dist; never build again for a plan.",
            )
        with self._open() as index:
            plan = self._decide(index, dists)
            if found not in plan.uploads:
                return Result.UNCHANGED
            alone = msgspec.structs.replace(plan, uploads=(found,))  # only what is sent is attested
            with self._sign_in(project).open(index, alone, folder) as passage:
                return self._send(index, folder / step.name, found, passage)

    def _send(self, index: Index, path: Path, dist: Dist, passage: Passage) -> Result:
        return apply_upload(
            index,
            path,
            dist,
            attestations=passage.attestations.get(dist.name, ""),
            progress=lambda sent: self._surroundings.progress(dist.name, sent, dist.size),
        )

    def _read_credentials(self, *, is_only: bool) -> Credentials | None:
        """Read the credentials; a mistake in them matters only once something is to be sent."""
        environment = self._surroundings.environment
        try:
            found = read_credentials(environment, self._address, is_only=is_only)
        except UsageError as mistake:
            self._mistake = mistake
            return None
        if found is not None:
            open_mask(self._surroundings, self._tell)(found.password.reveal())
        return found

    def _sign_in(self, project: str) -> SigningIn:
        if self._mistake is not None:
            raise self._mistake
        return SigningIn(self._surroundings, self._address, rules=self._rules, project=project, tell=self._tell)

    def _decide(self, index: Index, dists: tuple[Dist, ...]) -> PublishPlan:
        project, version = read_release(tuple(dist.name for dist in dists))
        remote = index.observe_files(project, dists)
        return plan_uploads(PublishSnapshot(project, version, dists, remote, self._address))

    def _report(self, dists: tuple[Dist, ...], plan: PublishPlan, *, verified: bool) -> PublishReport:
        project, version = read_release(tuple(dist.name for dist in dists))
        late = () if verified else (f"{self._address.name} does not show every file yet; its uploads were accepted",)
        return PublishReport(
            project=project,
            version=str(version),
            index=self._address.name,
            outcome=plan.outcome.value,
            files=list_file_reports(dists, plan),
            verified=verified,
            warnings=(*plan.warnings, *late),
        )

    @contextmanager
    def _open(self) -> Iterator[Index]:
        with open_session() as session:
            session.hooks["response"].append(self._trace)
            yield Index(
                self._address,
                credentials=self._credentials,
                session=session,
                patience=self._surroundings.patience,
            )

    def _trace(self, response: requests.Response, **_: object) -> None:
        self._surroundings.trace(f"{response.request.method} {response.url}: HTTP {response.status_code}")


def open_publishers(
    surroundings: Surroundings, names: tuple[str, ...], *, rules: PublishRules, tell: Callable[[str], None]
) -> tuple[Publisher, ...]:
    """Open the indexes that a package goes to, in the order of their uploads."""
    return tuple(Publisher(surroundings, index=name, tell=tell, rules=rules, is_only=len(names) == 1) for name in names)


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
