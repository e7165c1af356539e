"""Read the history at the cost of what is new: the commits of a range, and the nearest release tag."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.model.commit import Author, Commit
from pilotage.providers.gitshallow import read_cut, read_raw_parents, shallow_error
from pilotage.providers.versiontags import VersionTags, is_moving

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from pilotage.model.version import TagFormat, Version
    from pilotage.providers.gitcommand import GitCommand

# Sha, parents, author's name by .mailmap and address as it is (GitHub knows no .mailmap), whole message. Git ends each
# at a NUL and lets none into a field.
_FORMAT = "--format=tformat:%H%x00%P%x00%aN%x00%ae%x00%B"
_FIELDS = 5
_PLAIN = ("--encoding=UTF-8", "--no-color", "--no-show-signature", "--no-patch")


def read_commits(git: GitCommand, base: str | None, head: str, limit: int | None) -> list[Commit]:
    """Read `base..head`; the contract is that of `LocalGit.read_commits`."""
    arguments = ["log", "-z", _FORMAT, *_PLAIN]
    if limit is not None:
        arguments.append(f"--max-count={limit}")
    if base is not None:
        # Never a parent before its child, whatever the clocks said. Over the whole history that would have to be sorted
        # before the first line comes out, so a read from the root keeps git's own order.
        arguments.append("--date-order")
    arguments += ["--end-of-options", head if base is None else f"{base}..{head}", "--"]
    fields = git.run(*arguments).split(b"\0")
    return [_read_commit(fields[at : at + _FIELDS]) for at in range(0, len(fields) - 1, _FIELDS)]


def mend_edge(git: GitCommand, base: str | None, commits: list[Commit], *, is_complete: bool) -> list[Commit]:
    """Give the commits of a shallow clone their real parents.

    Raises:
        UsageError: The range reaches the edge of the clone elsewhere than at its base, so commits may be missing.
    """
    cut = read_cut(git)
    if not cut:
        return commits
    edge = read_raw_parents(git, [commit.sha for commit in commits if commit.sha in cut])
    commits = [
        msgspec.structs.replace(commit, parents=edge[commit.sha]) if commit.sha in edge else commit
        for commit in commits
    ]
    if not is_complete and not is_exact(base, {commit.sha: commit.parents for commit in commits}, cut):
        raise shallow_error(git, "the unreleased commits")
    return commits


def is_exact(base: str | None, parents: Mapping[str, tuple[str, ...]], cut: Collection[str]) -> bool:
    """Tell whether a range, as a shallow clone shows it, is the whole and nothing but the range.

    Args:
        base: Where it begins; None for the root.
        parents: Its commits, each with the parents that it names.
        cut: The commits behind which the clone has nothing.
    """
    if any(parent != base for sha in parents if sha in cut for parent in parents[sha]):
        return False
    # Behind a base that is cut off nothing is known as released: a line that goes on to the root went past it.
    return base not in cut or all(parents.values())


def find_touching(git: GitCommand, base: str | None, head: str, paths: Sequence[str]) -> list[str]:
    """Find commits that touch a path; the contract is that of `LocalGit.first_parent_version_commits`."""
    revisions = head if base is None else f"{base}..{head}"
    literal = [f":(top,literal){path}" for path in paths]
    found = git.text("rev-list", "--first-parent", "--end-of-options", revisions, "--", *literal).split()
    # A commit at the edge of a shallow clone has no parent here and seems to touch everything: ask its real parent.
    edge = read_raw_parents(git, _only(found, read_cut(git)))
    untouched = {
        sha
        for sha, parents in edge.items()
        if parents and git.ask("diff-tree", "--quiet", parents[0], sha, "--", *literal) is not None
    }
    return [sha for sha in found if sha not in untouched]


def find_nearest_tag(git: GitCommand, head: str, tag_format: TagFormat) -> tuple[str, str, Version] | None:
    """Find the last release; the contract is that of `LocalGit.nearest_version_tag`."""
    tags = VersionTags(git.ask("show-ref", "--tags", "--dereference") or b"", tag_format)
    if not tags:
        return None
    cut = read_cut(git)
    found = _walk(git, tags, ["--first-parent", "--end-of-options", head])
    if found is None and cut:
        found = _behind_edge(git, tags, head, cut)
    if found is None:
        found = _walk(git, tags, ["--end-of-options", head])
    if found is None:
        if cut:
            raise shallow_error(git, "the last release")
        return None
    # A release that was made on another branch and merged since then is the later one.
    with git.stream("rev-list", "--end-of-options", f"{found[1]}..{head}") as lines:
        later = [(version, tag, line.strip()) for line in lines for version, tag in tags.at(line.strip())[:1]]
    version, tag, sha = max([*later, (found[2], found[0], found[1].encode())])
    return tag, sha.decode(), version


def _walk(git: GitCommand, tags: VersionTags, revisions: list[str]) -> tuple[str, str, Version] | None:
    """Go back until the first release and stop there; what lies beneath is not read."""
    doubtful: tuple[str, str, Version] | None = None
    with git.stream("rev-list", *revisions) as lines:
        for line in lines:
            sha = line.strip()
            releases = tags.at(sha)
            if not releases:
                continue
            version, tag = releases[0]
            if doubtful is not None and not is_moving(doubtful[2], version):
                break
            found = tag, sha.decode(), version
            if doubtful is not None or not tags.has_longer(version):
                return found
            # `v1.2` above `v1.2.3` moves along with it; above `v1.1.7` it is a release. The next one tells.
            doubtful = found
    return doubtful


def _behind_edge(
    git: GitCommand, tags: VersionTags, head: str, cut: Collection[str]
) -> tuple[str, str, Version] | None:
    """Find the highest release among the commits just behind the edge of a shallow clone."""
    reached = git.text("rev-list", "--end-of-options", head).split()
    behind = {parent for parents in read_raw_parents(git, _only(reached, cut)).values() for parent in parents}
    found = [(version, tag, sha) for sha in behind for version, tag in tags.at(sha.encode())[:1]]
    if not found:
        return None
    version, tag, sha = max(found)
    return tag, sha, version


def _only(shas: Iterable[str], wanted: Collection[str]) -> list[str]:
    return [sha for sha in shas if sha in wanted]


def _read_commit(fields: list[bytes]) -> Commit:
    sha, parents, name, email, message = (field.decode("utf-8", "replace") for field in fields)
    return Commit(sha, message.rstrip("\n"), Author(name), tuple(parents.split()), email=email)
