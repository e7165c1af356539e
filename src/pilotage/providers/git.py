"""The git repository on this machine and its remote: what `LocalGit` reads, and what must be fetched for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pilotage.errors import UsageError
from pilotage.providers import gitexport, githeal, gitremote
from pilotage.providers.gitcommand import GitCommand, Revealable
from pilotage.providers.gitlocal import LocalGit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Git"]


class Git(LocalGit):
    """One git repository on this machine.

    Methods that take a remote accept its name or its URL. They raise `RemoteError` when it refuses, is out of reach
    or does not answer in time, and `UsageError` when there is no remote of that name or no such branch.
    Nothing of the user's is changed by them: no branch, no work tree, no remote-tracking ref, no setting of a full
    clone. A shallow clone gets what it lacks, and becomes a partial clone by it.

    Args:
        path: The work tree, a folder in it, or a bare repository.
        token: What the remote of an `http(s)` URL asks for; it is sent to that remote only.
    """

    @classmethod
    def clone_missing(cls, url: str, into: Path, branch: str, *, token: Revealable | None = None) -> Git:
        """Make a bare clone with the last commit of one branch, where there is no checkout at all.

        Files are fetched when they are read; `ensure_history` adds the commits.

        Args:
            url: The remote.
            into: The folder of the new repository; it must not exist, its parent must.
            branch: The branch.
            token: As for `Git`.
        """
        gitremote.clone_history(GitCommand(into.parent, token=token), url, into, branch)
        git = cls(into, token=token)
        git.lazy_url = url
        return git

    def default_branch(self, remote: str = "origin") -> str:
        """Ask a remote for its default branch, the one that its HEAD points at; "" when it does not say."""
        return gitremote.default_branch(self, remote)

    def fetch_branch(self, branch: str, *, remote: str = "origin") -> str:
        """Fetch the head of one branch, without tags, and give its full id.

        It is kept from git's cleaning by the private ref `refs/pilotage/heads/BRANCH`.

        Raises:
            UsageError: The remote has no such branch.
        """
        return gitremote.fetch_branch(self, branch, remote)

    def list_remote_tags(self, pattern: str = "*", *, remote: str = "origin") -> dict[str, str]:
        """List the tags of a remote whose whole name fits a glob, each with the commit that it points at.

        Git sends all tags and leaves out the others here; to learn about one tag, `ensure_history` asks for it alone.
        """
        return gitremote.list_remote_tags(self, remote, pattern)

    def ensure_history(self, tags: Sequence[str] | str | None, head: str, *, remote: str = "origin") -> None:
        """Fetch what the unreleased history of a commit lacks here: nothing, when nothing is missing.

        A full clone costs no request, unless none of the tags is here. A shallow clone (actions/checkout) gets
        the tag alone, then the commits that `head` has and the tag has not, without their files. When the remote knows
        none of the tags, it gets all commits without files, and the tags that stand on them.

        Args:
            tags: The names that the last release's tag may have, the most probable first; none when unknown.
            head: The full id of a commit that is here.
            remote: Where to fetch from.
        """
        names = [tags] if isinstance(tags, str) else list(tags or ())
        githeal.ensure_history(self, names, head, remote)

    def ensure_complete(self, tags: Sequence[str], head: str, *, remote: str = "origin") -> None:
        """Fetch what the whole history of a commit lacks here, files' contents aside, and the tags that stand on it.

        Which packages commits touch is told by their trees, and each package has a release of its own to begin at.

        Args:
            tags: The tags that are expected; the remote is asked for tags when one of them is missing, and those of
                them that stand elsewhere are fetched too.
            head: The full id of a commit that is here.
            remote: Where to fetch from.
        """
        githeal.ensure_complete(self, tags, head, remote)

    def deepen_until(self, is_enough: Callable[[], bool], head: str, *, remote: str = "origin") -> bool:
        """Fetch older commits of `head` in growing steps until there are enough; False when there are no more."""
        return githeal.deepen_until(self, is_enough, head, remote)

    def export(self, sha: str, into: Path, *, tag: str = "") -> Path:
        """Lay out a commit for a build: a repository of its own, on a detached HEAD, with all tags that are here.

        Backends that read the version from git work in it. It borrows the objects of this repository, so it lives no
        longer than this one. Submodules stay empty; hooks do not run.

        Args:
            sha: The full id of a commit.
            into: A folder that does not exist or is empty.
            tag: A tag that the export shall have at the commit, when this repository has none of that name.

        Returns:
            The folder.

        Raises:
            UsageError: The folder is not empty, or the tag is at another commit.
        """
        known = self.tag_commit(tag) if tag else None
        if known not in (None, sha):
            raise UsageError(
                f"{self.path}: the tag {tag} is at {known}, not at {sha}", hint="Export the commit of the tag."
            )
        gitexport.export(self, sha, Path(into), tag)
        return into
