"""What a local git repository holds, read with as few and as short calls of git as possible."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pilotage.errors import UsageError
from pilotage.model.history import Baseline, TagElsewhere
from pilotage.model.version import read_version
from pilotage.providers import githistory, gittrees
from pilotage.providers.gitcommand import GitCommand, Revealable
from pilotage.providers.gitshallow import read_cut, read_raw_parents, shallow_error

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from pilotage.model.commit import Commit
    from pilotage.model.version import TagFormat, Version


class LocalGit(GitCommand):
    """One git repository, read without its remote.

    All methods raise `UsageError` when there is no repository, when git is missing, when a revision that must exist
    does not, and when the repository is damaged; `RemoteError` when git had to ask a remote and got no answer.
    Objects that a partial clone lacks are fetched by git itself.

    Args:
        path: The work tree, a folder in it, or a bare repository.
        token: What the remote of an `http(s)` URL asks for.
    """

    def __init__(self, path: Path, *, token: Revealable | None = None) -> None:
        super().__init__(path, token=token)
        self.complete: set[tuple[str, str]] = set()
        """The ranges (base, head) of a shallow clone that were completed: there "not found" means "not there"."""
        self._tags: dict[str, str] | None = None
        self._contained: set[tuple[str, str]] = set()

    def resolve(self, rev: str) -> str | None:
        """Give the full id of the commit that a revision names, tags peeled; None when nothing has that name."""
        found = self.ask("rev-parse", "--verify", "--quiet", "--end-of-options", f"{rev}^{{commit}}")
        return None if found is None else found.decode().strip()

    def head(self) -> str:
        """Give the full id of the commit that is checked out.

        Raises:
            UsageError: There is no commit yet.
        """
        sha = self.resolve("HEAD")
        if sha is None:
            raise UsageError(f"{self.path}: there is no commit yet", hint="Commit something first.")
        return sha

    def tree_of(self, sha: str) -> str:
        """Give the id of a commit's root tree."""
        return self.text("rev-parse", "--verify", "--end-of-options", f"{sha}^{{tree}}")

    def commit_date(self, sha: str) -> int:
        """Give the committer's date in seconds since 1970, UTC."""
        return int(self.text("log", "-1", "--no-show-signature", "--format=%ct", "--end-of-options", sha, "--"))

    def read_files(self, sha: str, paths: Iterable[str]) -> dict[str, bytes]:
        """Read files of a commit, with one call of git.

        Args:
            sha: The commit.
            paths: Paths from the root of the repository, with `/`.

        Returns:
            The content by path; paths without a file are left out.
        """
        self._expect_lazy_fetch()
        wanted = list(dict.fromkeys(paths))
        names = [f"{sha}^{{commit}}", *(f"{sha}:{path}" for path in wanted)]
        data = self.run("cat-file", "--batch", "-z", input=b"".join(name.encode() + b"\0" for name in names))
        files: dict[str, bytes] = {}
        at = 0
        for name, path in zip(names, ["", *wanted], strict=True):
            missing = name.encode() + b" missing\n"
            if data.startswith(missing, at):
                if not path:
                    raise UsageError(f"{self.path}: there is no commit {sha}", hint="Fetch it, or check its spelling.")
                at += len(missing)
                continue
            end = data.index(b"\n", at)
            _, kind, *size = data[at:end].split(b" ")
            if not size:
                at = end + 1
                continue
            length = int(size[0])
            if path and kind == b"blob":
                files[path] = data[end + 1 : end + 1 + length]
            at = end + 1 + length + 1
        return files

    def list_paths(self, sha: str) -> tuple[str, ...]:
        """List the path of every file of a commit, with `/`."""
        self._expect_lazy_fetch()
        return gittrees.list_paths(self, sha)

    def read_changed_paths(self, shas: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Read which paths commits change, merges against their first parents, with one call of git."""
        self._expect_lazy_fetch()
        return gittrees.read_changed_paths(self, shas)

    def read_object_ids(self, names: Sequence[str]) -> tuple[str, ...]:
        """Give the ids of objects such as `COMMIT:packages/one`, empty where there is none, with one call of git."""
        self._expect_lazy_fetch()
        return gittrees.read_object_ids(self, names)

    def file_modes(self, sha: str, paths: Iterable[str]) -> dict[str, str]:
        """Give git's modes of files of a commit, `120000` for a symbolic link; missing ones are left out."""
        literal = [f":(top,literal){path}" for path in paths]
        listed = self.run("ls-tree", "-z", "--full-tree", "--end-of-options", sha, "--", *literal) if literal else b""
        rows = (row.partition(b"\t") for row in listed.split(b"\0") if row)
        return {path.decode("utf-8", "surrogateescape"): meta.split(b" ")[0].decode() for meta, _, path in rows}

    def is_shallow(self) -> bool:
        """Tell whether a part of the history is missing here."""
        return bool(read_cut(self))

    def is_ancestor(self, ancestor: str, descendant: str) -> bool:
        """Tell whether a commit is, or is contained in, another one. Both are full ids.

        Raises:
            UsageError: This clone is shallow and ends before the answer.
        """
        if ancestor == descendant or (ancestor, descendant) in self._contained:
            return True
        if self.ask("merge-base", "--is-ancestor", "--end-of-options", ancestor, descendant) is not None:
            self._contained.add((ancestor, descendant))
            return True
        cut = read_cut(self)
        if not cut:
            return False
        reached = self.text("rev-list", "--end-of-options", descendant).split()
        edge = read_raw_parents(self, [sha for sha in reached if sha in cut])
        if any(ancestor in parents for parents in edge.values()):
            return True
        # What the ancestor itself is built on cannot have it in its past.
        below = set(self.text("rev-list", "--end-of-options", ancestor).split())
        if edge.keys() - below and (ancestor, descendant) not in self.complete:
            raise shallow_error(self, f"whether {descendant[:12]} contains {ancestor[:12]}")
        return False

    @contextmanager
    def tags_at_once(self) -> Iterator[None]:
        """Read all tags with one call of git and answer from them: for many questions while nobody fetches."""
        listed = self.ask("show-ref", "--tags", "--dereference") or b""
        rows = (line.partition(" refs/tags/") for line in listed.decode("utf-8", "surrogateescape").splitlines())
        every = {name: sha for sha, _, name in rows}
        # An annotated tag's own id is no commit's; its peeled line names the commit.
        annotated = {name.removesuffix("^{}"): sha for name, sha in every.items() if name.endswith("^{}")}
        self._tags = {name: sha for name, sha in every.items() if not name.endswith("^{}")} | annotated
        try:
            yield
        finally:
            self._tags = None

    def tag_names(self) -> tuple[str, ...]:
        """List the names of all tags that are here."""
        listed = self.ask("show-ref", "--tags") or b""
        return tuple(
            line.partition(" refs/tags/")[2] for line in listed.decode("utf-8", "surrogateescape").splitlines()
        )

    def common_ancestor(self, shas: Sequence[str]) -> str | None:
        """Give the best commit that all of some commits contain; None when there is none. At least one full id."""
        found = self.ask("merge-base", "--octopus", "--end-of-options", *shas)
        return None if found is None else found.decode().strip()

    def newest_of(self, shas: Sequence[str]) -> tuple[str, ...]:
        """Give those of some commits, by their full ids, that no other of them contains."""
        if len(shas) < 2:  # noqa: PLR2004 - one is the newest, and git need not be asked
            return tuple(shas)
        return tuple(self.text("merge-base", "--independent", "--end-of-options", *shas).split())

    def first_touching(self, head: str, path: str) -> str:
        """Give the oldest commit on the first-parent line of `head` that touches a folder; empty when none does."""
        return (self.first_parent_version_commits(None, head, (path,)) or [""])[-1]

    def tag_commit(self, tag: str) -> str | None:
        """Give the full id of the commit that a tag points at; None when there is no such tag."""
        if self._tags is not None:
            return self._tags.get(tag)
        sha = self.resolve(f"refs/tags/{tag}")
        if sha is None and self.ask("show-ref", "--verify", "--quiet", f"refs/tags/{tag}") is not None:
            raise UsageError(
                f"{self.path}: the tag {tag} does not point at a commit that can be read",
                hint="Run `git fsck`, or fetch the tag again.",
            )
        return sha

    def remote_url(self, name: str = "origin") -> str | None:
        """Give the URL from which a remote is fetched; None when there is no such remote."""
        url = self.ask("remote", "get-url", name, no=(2, 128))
        return None if url is None else url.decode("utf-8", "surrogateescape").strip()

    def current_branch(self) -> str | None:
        """Give the branch that is checked out; None when HEAD is detached."""
        ref = self.ask("symbolic-ref", "--quiet", "HEAD")
        return None if ref is None else ref.decode("utf-8", "surrogateescape").strip().removeprefix("refs/heads/")

    def read_commits(self, base: str | None, head: str, *, limit: int | None = None) -> list[Commit]:
        """Read the commits that `head` contains and `base` does not, newest first, never a parent before its child.

        Args:
            base: The full id of a commit; None reads from the root.
            head: The full id of a commit.
            limit: The most commits to read; all when left out.

        Returns:
            The commits: names by `.mailmap`; messages as text whatever their encoding (what cannot be read becomes
            U+FFFD), without the line ends at their end.

        Raises:
            UsageError: This clone is shallow and a part of the range is missing.
        """
        commits = githistory.read_commits(self, base, head, limit)
        return githistory.mend_edge(self, base, commits, is_complete=(base, head) in self.complete)

    def first_parent_version_commits(self, base: str | None, head: str, paths: Sequence[str]) -> list[str]:
        """List the commits on the first-parent line of a range that touch one of the paths, newest first.

        Needs the trees of the range: a treeless clone fetches them one by one.
        """
        self._expect_lazy_fetch()
        return githistory.find_touching(self, base, head, paths)

    def nearest_version_tag(self, head: str, tag_format: TagFormat) -> tuple[str, str, Version] | None:
        """Find the last release that a commit contains: tag, commit and version; None when there is none.

        It is the nearest one on the first-parent line, unless a higher version was merged since; without one there,
        the nearest by any parent. Of several on one commit the highest counts. Tags that move (`v1`), of other
        formats or of an unusual length, and those that `head` does not contain, never count.
        Costs one listing of refs and a walk that stops at the release.

        Raises:
            UsageError: This clone is shallow and ends before a release.
        """
        return githistory.find_nearest_tag(self, head, tag_format)

    def baseline(self, head: str, version: str | None, tag_format: TagFormat) -> Baseline | TagElsewhere | None:
        """Find where the unreleased history of a commit begins.

        It stands here and not in a domain because each question is asked only when the one before had no answer:
        the tag of the version in the files costs two short calls however long the history is; only without it are
        all tags listed.

        Args:
            head: The full id of a commit.
            version: The version that the files give at that commit; None when it is dynamic.
            tag_format: How a version is spelled as a tag.

        Returns:
            The last release; `TagElsewhere` when the version's tag is there and `head` does not contain it; None
            before the first release.
        """
        if version is not None:
            known = read_version(version, place="the version in the files")
            for tag in dict.fromkeys((tag_format.render(version), tag_format.render(known))):
                sha = self.tag_commit(tag)
                if sha is not None:
                    is_here = self.is_ancestor(sha, head)
                    return Baseline(tag, sha, known) if is_here else TagElsewhere(tag, sha, head)
        found = self.nearest_version_tag(head, tag_format)
        return None if found is None else Baseline(*found)

    def _expect_lazy_fetch(self) -> None:
        """Let git use the token when it fetches what a partial clone lacks."""
        if self.token is not None and not self.lazy_url:
            self.lazy_url = self.remote_url() or ""
