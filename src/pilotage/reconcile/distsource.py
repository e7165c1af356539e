"""Where a release's files come from: the build of an earlier job, the release itself, or a build of the tag's commit.

Files that may have been sent somewhere are never built again: the release keeps them, and every later run takes them
from there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.publishflow import is_whole
from pilotage.domains.sums import SUMS, render_sums
from pilotage.errors import ConfigError, ConflictError
from pilotage.model.config import Config  # noqa: TC001 - msgspec reads annotations at run time
from pilotage.model.dist import Dist, DistManifest, DistName, is_project, read_release
from pilotage.model.remote import spell_asset
from pilotage.model.version import Version  # noqa: TC001 - same
from pilotage.providers.distfile import read_digests, read_dists
from pilotage.providers.manifest import MANIFEST, read_manifest, write_manifest
from pilotage.reconcile.tree import Tree  # noqa: TC001 - same

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pilotage.model.remote import Release
    from pilotage.providers.githubassets import GitHubAssets


_LARGEST_MANIFEST = 1024 * 1024
"""In bytes: some thousand files."""


class Wanted(msgspec.Struct, frozen=True):
    """Whose files are wanted.

    Args:
        tree: The package at the tag's commit.
        tag: The tag.
        version: The version.
        config: The repository's configuration there.
        templates: The texts of the templates that it names, by path.
    """

    tree: Tree
    tag: str
    version: Version
    config: Config
    templates: dict[str, str] = {}


class DistSource:
    """The files of one release.

    Args:
        wanted: Whose files are wanted.
        release: The GitHub release; None when there is none.
        assets: Fetches the release's files.
        given: The folder with the files of an earlier job; None for none.
        work: A folder of this run alone.
        build: Builds the tag's commit into a folder.

    Attributes:
        is_kept: Whether the files that were fetched are the release's own, which are attached already.
    """

    def __init__(
        self,
        wanted: Wanted,
        *,
        release: Release | None,
        assets: GitHubAssets,
        given: Path | None,
        work: Path,
        build: Callable[[Path], object],
    ) -> None:
        self._wanted = wanted
        self._release = release
        self._assets = assets
        self._given = given
        self._folder = given or work / "dist"
        self._build = build
        self.is_kept = False

    def peek(self) -> tuple[Dist, ...] | None:
        """Give the built files without fetching or building any; None when only a build can tell.

        Raises:
            ConflictError: They are of another commit, project or version than the tag.
            UsageError: The given folder holds no built files.
        """
        if self._given is not None:
            manifest = read_manifest(self._given)
            if manifest is None:
                return self._check_release(read_dists(self._given))
            return self._check(manifest, place=str(self._given / MANIFEST))
        return self._listed() or self._kept_files()

    def _listed(self) -> tuple[Dist, ...]:
        """Give the built files by what GitHub says of the release's, without fetching any; empty when it cannot tell.

        It says whether anything is missing anywhere; what is sent is read from the manifest.
        """
        release = self._release
        if release is None or not is_whole(release, MANIFEST):
            return ()
        named = [asset for asset in release.files if asset.name.endswith((".whl", ".tar.gz"))]
        if not all(asset.sha256 and self._is_ours(asset.name) for asset in named):
            return ()
        return tuple(sorted((Dist(a.name, a.sha256, a.size) for a in named), key=lambda dist: dist.name))

    def _is_ours(self, name: str) -> bool:
        try:
            found = DistName.parse(name)
        except ConfigError:
            return False
        project = self._wanted.tree.project.name
        return found.version == self._wanted.version and (not project or is_project(found.project, project))

    def _kept_files(self) -> tuple[Dist, ...] | None:
        manifest = self._kept_manifest()
        return None if manifest is None else manifest.files

    def fetch(self, *, kinds: tuple[str, ...]) -> Path:
        """Give the folder with the files, fetched or built, and with what is attached beside them.

        Args:
            kinds: What is attached to the release.

        Raises:
            CheckError: The build failed.
            ConflictError: What was fetched is not what the release's manifest says.
            RemoteError: The files cannot be fetched.
        """
        if self._given is None:
            manifest = self._kept_manifest()
            if manifest is not None:
                self._download(manifest)
                self.is_kept = True
                return self._folder
            self._build(self._folder)
        self.complete(kinds=kinds)
        return self._folder

    def complete(self, *, kinds: tuple[str, ...]) -> None:
        """Write beside the files of the folder what is attached along with them, where another tool built them.

        Args:
            kinds: What is attached to the release.

        Raises:
            ConflictError: The files are of another project or version than the tag.
        """
        if kinds and read_manifest(self._folder) is None:
            commit, version = self._wanted.tree.commit, self._wanted.version
            dists = self._check_release(read_dists(self._folder))
            project, _ = read_release(tuple(dist.name for dist in dists))
            write_manifest(self._folder, project=project, version=version, commit=commit)
        if "sums" in kinds and not (self._folder / SUMS).exists():
            text = render_sums(read_dists(self._folder))
            draft = self._folder / f".{SUMS}.new"
            draft.write_text(text, encoding="ascii", newline="\n")
            draft.replace(self._folder / SUMS)  # takes the place of a link, and never writes through one

    def _kept_manifest(self) -> DistManifest | None:
        """Give what the release's own manifest says; None when its set of files is not whole."""
        release = self._release
        if release is None or not is_whole(release, MANIFEST):
            return None
        manifest = self._read_kept(release)
        self._check(manifest, place=f"release {release.tag}: {MANIFEST}")
        there = {asset.name for asset in release.files if asset.is_whole}
        return manifest if all(spell_asset(dist.name) in there for dist in manifest.files) else None

    def _read_kept(self, release: Release) -> DistManifest:
        path = self._folder / MANIFEST
        asset = next(asset for asset in release.files if asset.name == MANIFEST)
        if asset.size > _LARGEST_MANIFEST:
            raise _no_manifest(release, f"it has {asset.size} bytes")
        if not path.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            self._assets.download(asset, path)
        try:
            manifest = msgspec.json.decode(path.read_bytes(), type=DistManifest)
            read_release(tuple(dist.name for dist in manifest.files))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ConfigError) as exc:
            raise _no_manifest(release, str(exc)) from exc
        return manifest

    def _download(self, manifest: DistManifest) -> None:
        assets = {asset.name: asset for asset in (self._release.files if self._release else ())}
        for dist in manifest.files:
            path = self._folder / dist.name
            self._assets.download(assets[spell_asset(dist.name)], path)
            sha256, _, size = read_digests(path)
            if (sha256, size) != (dist.sha256, dist.size):
                raise ConflictError(
                    f"release {self._wanted.tag}: {dist.name} has sha256 {sha256}, its {MANIFEST} says {dist.sha256}",
                    hint="Somebody changed a file of the release. Nothing was sent. Find out who before anything else.",
                )

    def _check(self, manifest: DistManifest, *, place: str) -> tuple[Dist, ...]:
        commit = self._wanted.tree.commit
        if manifest.commit != commit:
            raise ConflictError(
                f"{place} is of commit {manifest.commit[:10]}, but the tag {self._wanted.tag} is {commit[:10]}",
                hint="Publish the files that were built from the tag's own commit.",
            )
        return self._check_release(manifest.files)

    def _check_release(self, dists: tuple[Dist, ...]) -> tuple[Dist, ...]:
        project, version = read_release(tuple(dist.name for dist in dists))
        name = self._wanted.tree.project.name
        if version != self._wanted.version or (name and not is_project(project, name)):
            raise ConflictError(
                f"the built files are {project} {version}, but {self._wanted.tag} is {name} {self._wanted.version}",
                hint="Publish the files that were built from the tag's own commit.",
            )
        return dists


def _no_manifest(release: Release, why: str) -> ConfigError:
    return ConfigError(
        f"release {release.tag}: its {MANIFEST} is no manifest of format 1: {why}",
        hint="Delete the release's files if none of them has been published anywhere, and run again.",
    )


def list_files(folder: Path, *, kinds: tuple[str, ...]) -> tuple[Dist, ...]:
    """List what is attached to a release, in the order of the attaching: the manifest is the last.

    Args:
        folder: The folder with the built files.
        kinds: What is attached, as `[tool.pilotage.publish] assets` names it.
    """
    if not kinds:
        return ()
    paths: list[Path] = []
    if "dists" in kinds:
        paths += [folder / dist.name for dist in read_dists(folder)]
    if "sbom" in kinds:
        paths += sorted(folder.glob("*.cdx.json"))
    if "sums" in kinds:
        paths.append(folder / SUMS)
    return tuple(_describe(path) for path in (*paths, folder / MANIFEST))


def _describe(path: Path) -> Dist:
    sha256, _, size = read_digests(path)
    return Dist(path.name, sha256, size)
