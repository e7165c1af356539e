"""Speak to a remote over git: fetch just what is asked for, into places that nobody else uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.errors import UsageError
from pilotage.providers.gitcommand import GitCommand, RefMissingError
from pilotage.providers.gitshallow import read_cut

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pilotage.providers.gitlocal import LocalGit

TREES_ONLY = "--filter=blob:none"
"""What tells which files each commit touches, without their contents."""

COMMITS_ONLY = "--filter=tree:0"
"""Files are fetched by git itself when they are asked for; the history needs none."""

_QUIETLY = (
    "--quiet",
    "--no-tags",
    "--refmap=",  # no remote-tracking ref moves along
    "--no-write-fetch-head",
    "--no-auto-maintenance",
    "--recurse-submodules=no",
)


def fetch(git: LocalGit, remote: str, options: Sequence[str], refspecs: Sequence[str]) -> None:
    """Fetch refspecs from a remote, without tags, FETCH_HEAD or submodules."""
    url = url_of(git, remote)
    git.lazy_url = url
    git.run("fetch", *_QUIETLY, *options, "--end-of-options", remote, *refspecs, url=url)


def url_of(git: LocalGit, remote: str) -> str:
    """Give the URL of a remote that is given by name or by URL.

    Raises:
        UsageError: There is no remote of that name.
    """
    if "://" in remote or "/" in remote or ":" in remote:
        return remote
    url = git.remote_url(remote)
    if url is None:
        raise UsageError(
            f"{git.path}: there is no remote {remote!r}", hint=f"Add it with `git remote add {remote} URL`."
        )
    return url


def default_branch(git: LocalGit, remote: str) -> str:
    """Ask a remote for its default branch; the contract is that of `Git.default_branch`."""
    lines = git.text("ls-remote", "--symref", "--end-of-options", remote, "HEAD", url=url_of(git, remote))
    target = lines.partition("\t")[0].removeprefix("ref: ")
    return target.removeprefix("refs/heads/") if target.startswith("refs/heads/") else ""


def fetch_branch(git: LocalGit, branch: str, remote: str) -> str:
    """Fetch the head of one branch; the contract is that of `Git.fetch_branch`."""
    ref = f"refs/pilotage/heads/{branch}"
    # In a shallow clone a depth would cut the history at the branch's head, also where it is longer already; without
    # one the history up to the cut may come along, so it comes without its files. A full clone stays a full clone.
    options = [COMMITS_ONLY] if read_cut(git) else []
    fetch(git, remote, options, [f"+refs/heads/{branch}:{ref}"])
    return git.text("rev-parse", "--verify", "--end-of-options", f"{ref}^{{commit}}")


def fetch_tag(git: LocalGit, tag: str, remote: str) -> bool:
    """Fetch one tag, in a shallow clone without its history; False when the remote does not have it."""
    options = [COMMITS_ONLY, "--depth=1"] if read_cut(git) else []
    try:
        fetch(git, remote, options, [f"refs/tags/{tag}:refs/tags/{tag}"])
    except RefMissingError:
        return False
    return True


def fetch_commits(git: LocalGit, shas: Sequence[str], remote: str) -> None:
    """Fetch commits by their ids with their folders, but not their files; nothing when all of them are here.

    A remote gives any commit that one of its refs contains (GitHub does), the heads of pull requests included.
    """
    missing = [sha for sha in shas if git.resolve(sha) is None]
    if missing:
        options = ["--filter=blob:none", "--depth=1"] if read_cut(git) else ["--filter=blob:none"]
        fetch(git, remote, options, missing)


def list_remote_tags(git: LocalGit, remote: str, pattern: str) -> dict[str, str]:
    """List tags of a remote; the contract is that of `Git.list_remote_tags`."""
    ref = f"refs/tags/{pattern}"
    lines = git.text("ls-remote", "--tags", "--end-of-options", remote, ref, f"{ref}^{{}}", url=url_of(git, remote))
    tags: dict[str, str] = {}
    for line in sorted(lines.splitlines(), key=lambda line: line.endswith("^{}")):
        sha, _, name = line.partition("\t")
        tags[name.removeprefix("refs/tags/").removesuffix("^{}")] = sha
    return tags


def clone_history(seat: GitCommand, url: str, into: Path, branch: str) -> None:
    """Make a bare clone of one branch's last commit, without its files; `seat` is where git runs meanwhile."""
    arguments = ("--quiet", "--bare", "--depth=1", "--no-tags", "--single-branch", COMMITS_ONLY, f"--branch={branch}")
    seat.run("clone", *arguments, "--end-of-options", url, str(into), url=url)
