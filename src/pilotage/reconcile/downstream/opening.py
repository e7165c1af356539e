"""The release that goes out to the repositories that use it: which one, since when, and what its notes say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.announced import strip_announced
from pilotage.domains.versionfiles.place import normalise_name
from pilotage.errors import ConfigError, UsageError
from pilotage.model.downstream import Note, Rollout, Wanted
from pilotage.model.downstreamrules import DownstreamRules  # noqa: TC001 - msgspec reads annotations at run time
from pilotage.model.remote import Release  # noqa: TC001 - same
from pilotage.model.version import TagFormat
from pilotage.reconcile import distsource  # noqa: TC001 - same
from pilotage.reconcile.releasing import find_wanted
from pilotage.reconcile.tree import SPELLINGS, read_start, read_tree

if TYPE_CHECKING:
    from pilotage.model.version import Version
    from pilotage.reconcile.bootstrap import Connection
    from pilotage.reconcile.tree import Tree


class Opened(msgspec.Struct, frozen=True):
    """A release, and the repositories that it shall reach.

    Args:
        rollout: The release.
        rules: What the head of the release branch says of the repositories.
        wanted: The package at the tag; None for a version that is not tagged yet.
        release: The GitHub release; None for one that is not published.
        is_superseded: Whether a newer release of the package is published, which reaches them instead.
    """

    rollout: Rollout
    rules: DownstreamRules
    wanted: distsource.Wanted | None = None
    release: Release | None = None
    is_superseded: bool = False


def open_release(connection: Connection, tag: str | None) -> Opened:
    """Look up a release that is to reach the repositories that use it.

    The configuration is that of the branch's head, so that a list that was corrected after the release holds.

    Args:
        connection: The clone and its repository.
        tag: The release's tag; None for the newest published release, pre-releases apart. A tag that is not there
            yet gives a preview.

    Raises:
        ConfigError: What users require the package by cannot be told.
        UsageError: There is no such release, or it is none of this repository's.
    """
    rules = read_rules(connection)
    releases = connection.github.list_published()
    chosen = tag or _newest(releases, connection.repository)
    known = {release.tag for release in releases}
    if tag is not None and tag not in known and connection.github.tag_commit(tag) is None:
        return _open_preview(connection, tag, rules=rules, releases=releases)
    wanted = find_wanted(connection, chosen)
    if wanted is None:
        raise UsageError(
            f"{chosen[:100]!r} is not the tag of a release of this repository",
            hint="Its tag-format says how tags are spelled: pilotage config.",
        )
    tag_format, _ = _read_spelling(wanted.tree, chosen)
    versions = {found: one.tag for one in releases if not one.is_prerelease and (found := tag_format.read(one.tag))}
    newest = max(versions, default=wanted.version)
    if tag is None and newest > wanted.version:  # what was published last is a release of an older line
        return open_release(connection, versions[newest])
    release = next((one for one in releases if one.tag == chosen), None)
    rollout = _describe(
        connection,
        name=_name_package(rules, wanted.tree),
        version=wanted.version,
        tag_format=tag_format,
        releases=releases,
    )
    rollout = msgspec.structs.replace(
        rollout, since=release.published_at if release else "", url=release.url if release else ""
    )
    return Opened(rollout, rules, wanted, release, is_superseded=newest > wanted.version)


def is_overtaken(connection: Connection, rollout: Rollout) -> bool:
    """Tell whether a newer release of the package, which is no pre-release, has been published by now: one request."""
    tag_format = TagFormat(rollout.wanted.tag_prefix, rollout.wanted.tag_suffix)
    known = [tag_format.read(one.tag) for one in connection.github.list_published() if not one.is_prerelease]
    return any(version > rollout.wanted.version for version in known if version is not None)


def _name_package(rules: DownstreamRules, tree: Tree) -> str:
    """Give the name that users require the package by.

    Raises:
        ConfigError: No file names it, and the configuration does not either; or the two differ.
    """
    name = rules.package or tree.project.name
    if not name:
        raise ConfigError(
            f"no file at {tree.commit[:10]} names the package, so nobody's requirement of it can be told",
            hint="Name it in [tool.pilotage.downstream] package.",
        )
    if tree.project.name and normalise_name(name) != normalise_name(tree.project.name):
        raise ConfigError(
            f"[tool.pilotage.downstream] package is {name!r}, but the release is one of {tree.project.name!r}",
            hint="Take package out: it is for a package whose files do not name it.",
        )
    return name


def _newest(releases: tuple[Release, ...], repository: str) -> str:
    found = next((release.tag for release in releases if not release.is_prerelease), "")
    if not found:
        raise UsageError(
            f"{repository} has no published release yet",
            hint="Name a version to see what it would mean: pilotage plan downstream --tag v1.0.0",
        )
    return found


def read_rules(connection: Connection) -> DownstreamRules:
    """Read what the head of the default branch says of the repositories that use the package.

    That of another branch that releases does not count: whoever may push there shall not reach farther by that alone.
    """
    head = connection.git.fetch_branch(connection.default_branch or connection.branch, remote=connection.remote)
    return read_start(connection.git, head, config_path=connection.surroundings.config_path).config.downstream


def _open_preview(connection: Connection, tag: str, *, rules: DownstreamRules, releases: tuple[Release, ...]) -> Opened:
    head = connection.git.fetch_branch(connection.branch, remote=connection.remote)
    tree = read_tree(connection.git, head, config_path=connection.surroundings.config_path)
    tag_format, version = _read_spelling(tree, tag)
    if version is None:
        raise UsageError(
            f"{connection.repository}: there is no tag {tag[:100]!r}, and it is not spelled as its tags are",
            hint=f"Name a release, or for a preview a version that is to come, such as {tag_format.render('2.0.0')}.",
        )
    name = _name_package(rules, tree)
    rollout = _describe(connection, name=name, version=version, tag_format=tag_format, releases=releases)
    return Opened(rollout, rules)


def _read_spelling(tree: Tree, tag: str) -> tuple[TagFormat, Version | None]:
    """Give the spelling that a tag is in, and its version; the usual spelling and None for none."""
    spellings = (tree.config.tag_format,) if tree.config.tag_format else SPELLINGS
    formats = [TagFormat.parse(spelling, name=tree.project.name) for spelling in spellings]
    return next(((one, found) for one in formats if (found := one.read(tag)) is not None), (formats[0], None))


def _describe(
    connection: Connection, *, name: str, version: Version, tag_format: TagFormat, releases: tuple[Release, ...]
) -> Rollout:
    host = connection.surroundings.server_url.partition("://")[2]
    notes = [
        Note(found, strip_announced(one.body), one.url)
        for one in releases
        if (found := tag_format.read(one.tag)) is not None and found <= version
    ]
    return Rollout(
        wanted=Wanted(
            package=normalise_name(name),
            version=version,
            tag=tag_format.render(version),
            tag_prefix=tag_format.prefix,
            tag_suffix=tag_format.suffix,
            repository=f"{host}/{connection.repository}".lower(),
        ),
        package=name,
        repository=connection.repository,
        web_url=connection.github.web_url,
        notes=tuple(sorted(notes, key=lambda note: note.version, reverse=True)),
    )
