"""One release on its way out: what is missing is looked up, planned and done; a run again goes on where it stopped."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.publishflow import plan_publish
from pilotage.domains.release import sort_releases
from pilotage.errors import CheckError, ConfigError, RemoteError, UsageError
from pilotage.model.plan import Plan
from pilotage.model.publishscene import IndexUploads, PublishScene
from pilotage.model.step import Announce, AttachFile, Notice, PublishRelease, Result, StartWorkflow, UploadFile
from pilotage.providers.distfile import read_dists
from pilotage.providers.manifest import MANIFEST
from pilotage.reconcile.distsource import DistSource, Wanted, list_files
from pilotage.reconcile.foldercheck import check_folder
from pilotage.reconcile.publishing import Publisher, open_publishers
from pilotage.reconcile.publishoutcome import Published
from pilotage.reconcile.releasehands import ReleaseHands
from pilotage.reconcile.telling import Telling
from pilotage.reconcile.train import raise_conflicts
from pilotage.reconcile.words import describe_step
from pilotage.reconcile.workflows import Workflows, read_own_workflow

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pilotage.model.dist import Dist
    from pilotage.model.remote import Release
    from pilotage.model.step import Step
    from pilotage.reconcile.apply import Outcome
    from pilotage.reconcile.bootstrap import Connection


class PublishOptions(msgspec.Struct, frozen=True):
    """What somebody asked for beside the configuration.

    Args:
        indexes: The indexes, in the order of their uploads; those of the configuration when empty.
        dist: The folder with the files of an earlier job; None when there is none.
    """

    indexes: tuple[str, ...] = ()
    dist: Path | None = None


def read_options(
    environment: Mapping[str, str], *, indexes: tuple[str, ...] = (), dist: Path | None = None
) -> PublishOptions:
    """Read what somebody asked for: on the command line, else by the action's inputs `index` and `dist`."""
    given = environment.get("INPUT_DIST", "").strip()
    return PublishOptions(
        indexes or tuple(environment.get("INPUT_INDEX", "").split()), dist or (Path(given) if given else None)
    )


class PublishRun:
    """The publishing of one release.

    Args:
        connection: The clone and its repository.
        wanted: The release.
        options: What somebody asked for.
        build: Builds the tag's commit into a folder.
        tell: Hears what happens, a line at a time.
    """

    def __init__(
        self,
        connection: Connection,
        wanted: Wanted,
        *,
        options: PublishOptions,
        build: Callable[[Path], object],
        tell: Callable[[str], None],
    ) -> None:
        self._connection = connection
        self._wanted = wanted
        self._build = build
        self._tell = tell
        self._given = options.dist
        self._config = wanted.tree.config
        self._rules = self._config.publish
        self._release = self._find_release()
        self._publishers = self._open_publishers(options)
        self._dists: tuple[Dist, ...] = ()
        poll = connection.surroundings.poll
        self._workflows = Workflows(connection.github.workflows, rules=self._rules, poll=poll, tell=tell)
        project = wanted.tree.project.name or ""
        pages = tuple(page for publisher in self._publishers for page in publisher.pages(project, wanted.version))
        self._telling = Telling(connection, wanted, pages=pages, tell=tell)

    def plan(self) -> Plan:
        """Plan what is missing; changes nothing, and builds nothing.

        Raises:
            ConflictError: The files at hand are not this release's, or an index contradicts them.
            RemoteError: What is there cannot be known.
        """
        with tempfile.TemporaryDirectory(prefix="pilotage-dist-") as work:
            dists = self._source(Path(work)).peek() if self._needs_files else ()
            if dists is not None:
                return self._plan(self._look(dists, files=self._given_files()))
            notices = self._plan(self._look((), files=())).notices
        # nothing is planned: what follows the files would else be done without them
        notice = Notice("info", f"{self._wanted.tag} is to be built before it can be told what is missing where", _GIVE)
        return Plan(self._connection.repository, branch="", head="", steps=(), notices=(notice, *notices))

    def run(self) -> Published:
        """Do what is missing.

        Raises:
            CheckError: A workflow before it failed, the build failed, or the files are not fit to be published.
            ConflictError: The files at hand are not this release's, or an index contradicts them.
            RemoteError: What is there cannot be known, or a remote refused. A run again goes on.
        """
        with tempfile.TemporaryDirectory(prefix="pilotage-dist-") as work:
            source = self._source(Path(work))
            if self._given is not None:
                source.complete(kinds=self._rules.asset_kinds)
            dists = source.peek() if self._needs_files else ()
            folder: Path | None = None
            scene = None if dists is None else self._look(dists, files=self._given_files())
            if scene is not None:
                self._refuse(scene)  # before any workflow is started, and anything is fetched
                if not _sends(self._plan(scene)):
                    return self._apply(scene, folder)
            folder, scene = self._prepare(source, scene)
            self._refuse(scene)
            return self._apply(scene, folder)

    def _refuse(self, scene: PublishScene) -> None:
        """Refuse what cannot come to its end, before anything is done."""
        raise_conflicts(self._plan(scene))
        for publisher, index in zip(self._publishers, scene.indexes, strict=False):
            if index.uploads:
                publisher.expect_credentials()

    @property
    def _needs_files(self) -> bool:
        return bool(self._publishers or self._rules.asset_kinds)

    @property
    def _waits_for_people(self) -> bool:
        return self._release is not None and self._release.is_draft and self._config.release == "draft"

    def _find_release(self) -> Release | None:
        releases = self._connection.github.releases
        found = sort_releases(releases.list_for(self._wanted.tag))
        return found[0] if found else releases.find_published(self._wanted.tag)  # the list ends after a hundred

    def _open_publishers(self, options: PublishOptions) -> tuple[Publisher, ...]:
        if self._waits_for_people:
            return ()
        names = options.indexes or self._rules.index_names
        return open_publishers(self._connection.surroundings, names, rules=self._rules, tell=self._tell)

    def _source(self, work: Path) -> DistSource:
        return DistSource(
            self._wanted,
            release=self._release,
            assets=self._connection.github.assets,
            given=self._given,
            work=work,
            build=self._build,
        )

    def _given_files(self) -> tuple[Dist, ...]:
        """List what an earlier job built for the release; what the release itself keeps needs no attaching.

        A folder that another tool built has no manifest before the first run with it, and a plan writes none.
        """
        if self._given is None or not (self._given / MANIFEST).exists():
            return ()
        return list_files(self._given, kinds=self._rules.asset_kinds)

    def _prepare(self, source: DistSource, scene: PublishScene | None) -> tuple[Path | None, PublishScene]:
        """Hold the release until all before it is well, and bring its files here."""
        if scene is None:
            for publisher in self._publishers:
                publisher.refuse_closed(self._wanted.tree.project.name, self._wanted.version)
        self._workflows.ensure_succeeded(
            commit=self._wanted.tree.commit,
            tag=self._wanted.tag,
            version=str(self._wanted.version),
            own=read_own_workflow(self._connection.surroundings.environment),
        )
        if not self._needs_files:
            return None, scene or self._look((), files=())
        folder = source.fetch(kinds=self._rules.asset_kinds)
        if scene is not None:  # what was built just now was checked where it was built
            check_folder(
                folder,
                self._publishers,
                surroundings=self._connection.surroundings,
                rules=self._rules,
                version=self._wanted.version,
                tell=self._tell,
            )
        dists = read_dists(folder)
        files = () if source.is_kept else list_files(folder, kinds=self._rules.asset_kinds)
        if scene is not None and dists == self._dists:  # each index looks again itself before it gets anything
            return folder, msgspec.structs.replace(scene, files=files)
        return folder, self._look(dists, files=files)

    def _look(self, dists: tuple[Dist, ...], *, files: tuple[Dist, ...]) -> PublishScene:
        self._dists = dists
        indexes = tuple(
            IndexUploads(publisher.index, publisher.decide(dists).uploads) for publisher in self._publishers if dists
        )
        return PublishScene(
            tag=self._wanted.tag,
            version=str(self._wanted.version),
            mode=self._config.release,
            release=self._release,
            files=files,
            indexes=indexes,
            targets=self._telling.targets,
            told=self._telling.told(self._release),
            followers=() if self._waits_for_people else self._workflows.observe_followers(tag=self._wanted.tag),
        )

    def _plan(self, scene: PublishScene) -> Plan:
        found = (*plan_publish(scene), *self._telling.mistakes)
        return Plan(
            self._connection.repository,
            branch="",
            head="",
            steps=tuple(item for item in found if not isinstance(item, Notice)),
            notices=tuple(item for item in found if isinstance(item, Notice)),
        )

    def hands(self, folder: Path | None, *, kind: type[ReleaseHands] = ReleaseHands) -> ReleaseHands:
        """Give what the steps of this release need.

        Args:
            folder: The folder with its files; None where none are sent.
            kind: How its steps are applied.
        """
        return kind(
            self._connection.github,
            release=self._release,
            folder=folder,
            publishers=self._publishers,
            workflows=self._workflows,
            telling=self._telling,
        )

    def _apply(self, scene: PublishScene, folder: Path | None) -> Published:
        plan = self._plan(scene)
        hands = self.hands(folder)
        try:
            done = self._apply_steps(plan, hands)
        except BaseException:
            for warning in hands.warnings:
                self._tell(f"warning: {warning}")
            raise
        return Published(
            tag=self._wanted.tag,
            commit=self._wanted.tree.commit,
            version=str(self._wanted.version),
            release=hands.release,
            reports=tuple(hands.report(publisher, self._dists) for publisher in self._publishers if self._dists),
            plan=plan,
            done=done,
            warnings=hands.warnings,
        )

    def _apply_steps(self, plan: Plan, hands: ReleaseHands) -> tuple[tuple[Step, Outcome], ...]:
        applier = self._connection.applier("", hands=hands)
        done: list[tuple[Step, Outcome]] = []
        failed: CheckError | ConfigError | RemoteError | UsageError | None = None
        for step in plan.steps:
            try:
                outcome = applier.apply(step)
            except (CheckError, ConfigError, RemoteError, UsageError) as error:
                if not isinstance(step, StartWorkflow):
                    raise
                failed = failed or error  # the workflows after it are started all the same
                continue
            is_refused = isinstance(step, AttachFile | Announce) and outcome.result is Result.UNCHANGED
            if not is_refused and not isinstance(step, UploadFile):  # a warning says it, the index has said it
                self._tell(f"{outcome.result.value}: {describe_step(step)}")
            done.append((step, outcome))
        if failed is not None:
            raise failed
        return tuple(done)


_GIVE = "Give the files of a ready build with --dist."


def _sends(plan: Plan) -> bool:
    """Tell whether a plan sends anything out: then all before it must be well."""
    return any(isinstance(step, AttachFile | UploadFile | PublishRelease) for step in plan.steps)
