"""Read the whole history of a repository in one pass of git."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.providers.gitshallow import read_cut, shallow_error
from pilotage.providers.versiontags import VersionTags

if TYPE_CHECKING:
    from pilotage.model.version import TagFormat, Version
    from pilotage.providers.gitcommand import GitCommand

# Sha, parents, author's name by .mailmap, committer's time, whole message.
_FORMAT = "--format=tformat:%H%x00%P%x00%aN%x00%ct%x00%B"
_FIELDS = 5


def read_whole_log(git: GitCommand, head: str) -> list[tuple[str, str, str, str, str]]:
    """Read all commits that a commit contains, no parent before its child.

    Returns:
        For each its full id, its parents' ids with blanks between, the author's name, the committer's time in seconds
        since 1970, and the message without the line ends at its end.

    Raises:
        UsageError: This clone is shallow, so a part of the history is missing.
    """
    if read_cut(git):
        raise shallow_error(git, "the whole history")
    plain = ("--encoding=UTF-8", "--no-color", "--no-show-signature", "--no-patch")
    out = git.run("log", "-z", "--topo-order", _FORMAT, *plain, "--end-of-options", head, "--")
    fields = out.decode("utf-8", "replace").split("\0")
    messages = [message.rstrip("\n") for message in fields[4::_FIELDS]]
    return list(
        zip(fields[0::_FIELDS], fields[1::_FIELDS], fields[2::_FIELDS], fields[3::_FIELDS], messages, strict=False)
    )


class AllVersionTags(VersionTags):
    """The tags of one format, all of them read at once."""

    def read_all(self) -> dict[str, tuple[Version, str]]:
        """Give the release at each commit that has one: the highest version where a commit has several."""
        places: dict[str, str] = {}
        for line in self._listing.decode("utf-8", "surrogateescape").splitlines():
            sha, _, ref = line.partition(" refs/tags/")
            # the line of an annotated tag's commit follows that of the tag itself
            places[ref.removesuffix("^{}")] = sha
        found: dict[str, tuple[Version, str]] = {}
        for tag, sha in places.items():
            version = self._format.read(tag)
            if version is not None and self._least <= len(version.release) <= self._most:
                found[sha] = max(found.get(sha, (version, tag)), (version, tag))
        return found


def read_releases(git: GitCommand, tag_format: TagFormat) -> dict[str, tuple[Version, str]]:
    """Give the release at each commit that a tag of the format points at, whatever branch it is on."""
    return AllVersionTags(git.ask("show-ref", "--tags", "--dereference") or b"", tag_format).read_all()
