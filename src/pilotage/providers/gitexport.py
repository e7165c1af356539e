"""Lay out a commit in a folder of its own, for builds: the user's checkout is only read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.errors import UsageError
from pilotage.providers.gitcommand import GitCommand
from pilotage.providers.gitshallow import read_cut

if TYPE_CHECKING:
    from pathlib import Path

    from pilotage.providers.gitlocal import LocalGit


def export(git: LocalGit, sha: str, into: Path, tag: str) -> None:
    """Lay out a commit; the contract is that of `Git.export`."""
    if into.exists() and any(into.iterdir()):
        raise UsageError(f"{into}: the folder for the export is not empty", hint="Name a new folder.")
    into.mkdir(parents=True, exist_ok=True)
    # No `git clone`: its server side refuses a repository of another user, as the checkout is in a container.
    # A new repository that borrows the objects needs no server side.
    GitCommand(into).run(
        "init", "--quiet", "--template=", f"--object-format={git.text('rev-parse', '--show-object-format')}"
    )
    copy = GitCommand(into, token=git.token)
    alternates = into / ".git" / "objects" / "info" / "alternates"
    alternates.parent.mkdir(exist_ok=True)
    objects = (git.path / git.text("rev-parse", "--git-path", "objects")).resolve()
    alternates.write_text(f"{objects}\n", encoding="utf-8", errors="surrogateescape")
    cut = read_cut(git)
    if cut:
        (into / ".git" / "shallow").write_text("".join(f"{edge}\n" for edge in sorted(cut)), encoding="ascii")
    _let_fetch(git, copy)
    _copy_tags(git, copy, sha, tag)
    # A first checkout without its tree ends well and empty: read all trees before, so that a missing one is an error.
    copy.run("ls-tree", "-r", "--name-only", sha)
    copy.run("-c", "core.hooksPath=/dev/null", "-c", "core.autocrlf=false", "checkout", "--quiet", "--detach", sha)


def _let_fetch(git: LocalGit, copy: GitCommand) -> None:
    """Let the copy of a partial clone fetch the files that the clone lacks."""
    promisor = git.ask("config", "--name-only", "--get-regexp", r"^remote\..*\.promisor$")
    if promisor is None:
        return
    name = promisor.decode().splitlines()[0].removeprefix("remote.").removesuffix(".promisor")
    url = git.remote_url(name) or name
    for key, value in (
        ("core.repositoryformatversion", "1"),
        ("remote.origin.url", url),
        ("remote.origin.promisor", "true"),
        ("remote.origin.partialclonefilter", "blob:none"),
    ):
        copy.run("config", key, value)
    copy.lazy_url = url


def _copy_tags(git: LocalGit, copy: GitCommand, sha: str, tag: str) -> None:
    """Give the copy the tags of the original, and one more at the commit when it is not among them."""
    listing = git.ask("show-ref", "--tags") or b""
    refs = dict(line.split(b" ", 1)[::-1] for line in listing.splitlines())
    if tag:
        refs.setdefault(f"refs/tags/{tag}".encode("utf-8", "surrogateescape"), sha.encode())
    copy.run("update-ref", "--stdin", input=b"".join(b"create %s %s\n" % item for item in refs.items()))
