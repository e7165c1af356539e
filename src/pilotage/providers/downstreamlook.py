"""One look at a repository that may use the package: the files that may name it, our branch, its pull requests."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

import msgspec

from pilotage.model.downstream import Found, Sight
from pilotage.model.remote import PullRequest, ReleaseBranch
from pilotage.providers import downstreamqueries as queries
from pilotage.providers.downstreampulls import list_our_pulls
from pilotage.providers.downstreamtree import read_large
from pilotage.providers.githubanswers import BranchRef, PullNode, Pulls, read_answer
from pilotage.providers.githublook import read_repository

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pilotage.providers.downstreamtree import Entry, Listing
    from pilotage.providers.githubcall import GitHubCall

MOST_ASKED = 4_000_000
"""How many bytes of files one request asks for; with those of our branch it is about twice as much."""


MOST_CUT = 3
"""How many files that one request cuts are asked for by themselves."""


class _Blob(msgspec.Struct, frozen=True):
    text: str | None = None
    isBinary: bool | None = None  # noqa: N815 - GitHub's name
    isTruncated: bool = False  # noqa: N815 - GitHub's name


class _Message(msgspec.Struct, frozen=True):
    message: str


class _Commit(msgspec.Struct, frozen=True):
    commit: _Message


class _Commits(msgspec.Struct, frozen=True):
    nodes: list[_Commit]


class _Closed(PullNode, frozen=True, kw_only=True):
    commits: _Commits


class _ClosedPulls(msgspec.Struct, frozen=True):
    nodes: list[_Closed]


class _Merged(msgspec.Struct, frozen=True):
    headRefOid: str  # noqa: N815 - GitHub's name


class _MergedPulls(msgspec.Struct, frozen=True):
    nodes: list[_Merged]


class _Head(msgspec.Struct, frozen=True):
    """What an answer shows beside files: our branch and its pull requests."""

    ref: BranchRef | None = None
    open: PullRequest | None = None
    closed: PullRequest | None = None
    closed_message: str = ""
    is_spent: bool = False
    is_crowded: bool = False


class _Texts:
    """The texts as they come in.

    Args:
        listing: Which files are read.

    Attributes:
        files: Those of the repository's branch, by path.
        ours: Those of our branch.
        unread: What could not be read, and why.
        cut: The files that GraphQL does not show whole.
    """

    def __init__(self, listing: Listing) -> None:
        self.cut: list[Entry] = []
        self.files: dict[str, str] = {}
        self.ours: dict[str, str] = {}
        self.unread = list(listing.unread)
        self._known = listing.known

    def take(self, data: Mapping[str, object], part: Sequence[Entry]) -> None:
        """Take what an answer holds of some files."""
        for i, entry in enumerate(part):
            blob, own = (_read_blob(data.get(f"{kind}{i}")) for kind in "bu")
            if blob is not None and blob.isTruncated and not blob.isBinary:
                self.cut.append(entry)
                continue
            if why := _judge(blob, entry.size):
                self.unread.append(f"{entry.path}: {why}")
                continue
            text = (blob and blob.text) or ""
            if entry.is_link:
                self._follow(entry, text)
                continue
            self.files[entry.path] = text
            if own is not None:
                # One that cannot be read there shows no change of ours.
                self.ours[entry.path] = text if own.text is None or own.isTruncated else own.text

    def complete(self, call: GitHubCall, repository: str) -> None:
        """Read what was cut, each file by one request; our branch is taken to have the same text of it."""
        for entry in self.cut[:MOST_CUT]:
            text = read_large(call, repository, entry)
            if text is None:
                self.unread.append(f"{entry.path}: not UTF-8")
            else:
                self.files[entry.path] = text
        self.unread += [f"{entry.path}: GitHub does not show it whole" for entry in self.cut[MOST_CUT:]]

    def _follow(self, link: Entry, text: str) -> None:
        """Pass over a link to a file that matters by itself; what any other one leads to is not known."""
        target = posixpath.normpath(posixpath.join(posixpath.dirname(link.path), text))
        if target not in self._known:
            self.unread.append(f"{link.path}: a symbolic link to what is not read")


def look_inside(call: GitHubCall, found: Found, listing: Listing, *, branch: str) -> Sight:
    """Look at the files of a repository, at our branch and at its pull requests.

    It is one request, one more for many bytes, and one for each large file; two more where strangers have opened many
    pull requests from branches of the same name.

    Args:
        call: Sends the requests.
        found: The repository.
        listing: Which files are read.
        branch: Our branch.

    Raises:
        RemoteError: GitHub refused or stayed out of reach, or shows no such repository.
    """
    owner, _, name = found.name.partition("/")
    place: dict[str, object] = {"owner": owner, "name": name}
    texts = _Texts(listing)
    first, *rest = split_files(listing.entries)
    ours = f"refs/heads/{branch}"
    names = {"branch": ours, "head": branch, "base": found.branch} | _name_files(first, revision=ours)
    text = queries.render_look(len(first), is_first=True, has_branch=True)
    data = read_repository(call.query(text, place | names), found.name)
    texts.take(data, first)
    head = _read_head(data)
    if head.is_crowded:
        own = list_our_pulls(call, found.name, branch=branch, base=found.branch)
        head = msgspec.structs.replace(head, open=own.open, closed=own.closed, closed_message=own.closed_message)
    for part in rest:
        # By its commit: should our branch move meanwhile, all its texts are of one commit still.
        revision = head.ref.target.oid if head.ref is not None else ""
        text = queries.render_look(len(part), is_first=False, has_branch=bool(revision))
        answer = call.query(text, place | _name_files(part, revision=revision))
        texts.take(read_repository(answer, found.name), part)
    texts.complete(call, found.name)
    return Sight(
        found,
        files=texts.files,
        modes={entry.path: entry.mode for entry in listing.entries if entry.path in texts.files},
        unread=tuple(texts.unread),
        update_branch=_describe(branch, head, texts.ours, base=found.head),
        open_pull=head.open,
        closed_pull=head.closed,
        closed_message=head.closed_message,
    )


def split_files(entries: Sequence[Entry]) -> list[tuple[Entry, ...]]:
    """Split files into parts of which each has room in one request; at least one part, which may be empty."""
    parts: list[list[Entry]] = [[]]
    room = MOST_ASKED
    for entry in entries:
        if entry.size > room and parts[-1]:
            parts.append([])
            room = MOST_ASKED
        parts[-1].append(entry)
        room -= entry.size
    return [tuple(part) for part in parts]


def _name_files(part: Sequence[Entry], *, revision: str) -> dict[str, object]:
    found: dict[str, object] = {f"b{i}": entry.sha for i, entry in enumerate(part)}
    return found | ({f"u{i}": f"{revision}:{entry.path}" for i, entry in enumerate(part)} if revision else {})


def _read_blob(node: object) -> _Blob | None:
    return read_answer(node, _Blob, place="a file") if node is not None else None


def _judge(blob: _Blob | None, size: int) -> str:
    """Say why a file cannot be read; nothing when it can."""
    if blob is None:
        return "GitHub does not show it"
    if blob.isBinary or (blob.text is None and size):
        return "not a text"
    # GitHub turns other encodings into UTF-8, or bytes into marks: written back, the file would be another.
    return "" if len((blob.text or "").encode(errors="replace")) == size else "not UTF-8"


def _read_head(data: Mapping[str, object]) -> _Head:
    ref = read_answer(data["branch"], BranchRef, place="our branch") if data.get("branch") else None
    opened = read_answer(data.get("open"), Pulls, place="pull requests").nodes
    closed = read_answer(data.get("closed"), _ClosedPulls, place="closed pull requests").nodes
    merged = read_answer(data.get("merged"), _MergedPulls, place="merged pull requests").nodes
    last = next((pull for pull in closed if not pull.isCrossRepository), None)
    is_crowded = any(_is_crowded(pulls) for pulls in (opened, closed))
    return _Head(
        ref=ref,
        open=next((pull.to_record() for pull in opened if not pull.isCrossRepository), None),
        closed=last.to_record() if last is not None else None,
        closed_message="\n\n".join(node.commit.message for node in reversed(last.commits.nodes)) if last else "",
        is_spent=any(ref is not None and pull.headRefOid == ref.target.oid for pull in merged),
        is_crowded=is_crowded,
    )


def _is_crowded(pulls: Sequence[PullNode]) -> bool:
    """Tell whether strangers' pull requests leave no room for ours: as many as were asked for, and all from forks."""
    return len(pulls) >= queries.MOST_PULLS and all(pull.isCrossRepository for pull in pulls)


def _describe(name: str, head: _Head, files: dict[str, str], *, base: str) -> ReleaseBranch | None:
    if head.ref is None:
        return None
    target = head.ref.target
    parents = tuple(parent.oid for parent in target.parents.nodes) if target.parents is not None else ()
    return ReleaseBranch(
        name=name,
        head=target.oid,
        tree=target.tree.oid if target.tree is not None else "",
        parents=parents,
        message=target.message,
        files=files,
        base=base if base in parents else "",
        is_spent=head.is_spent,
    )
