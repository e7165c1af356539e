"""The files of a repository that may name the package, by its tree, and those that only REST shows whole."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec

from pilotage.providers.githubanswers import read_answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from pilotage.providers.githubcall import GitHubCall

_PLAIN = frozenset({"100644", "100755"})
_LINK = "120000"
"""Git's mode of a symbolic link, whose text is where it points to."""


_MOST_NAMED = 20
"""How many large files are named, each by itself."""


class Bounds(msgspec.Struct, frozen=True):
    """How much of a repository is read.

    Args:
        files: The most files.
        bytes: The most bytes of one of them.
        whole: The most bytes of all of them together.
    """

    files: int
    bytes: int
    whole: int = 8_000_000


class Entry(msgspec.Struct, frozen=True):
    """A row of a tree; other kinds than files have no size."""

    path: str
    mode: str
    sha: str
    size: int = 0

    @property
    def is_link(self) -> bool:
        """Tell whether it is a symbolic link."""
        return self.mode == _LINK


class Listing(msgspec.Struct, frozen=True):
    """What of a tree is to be read.

    Args:
        entries: The files and links, those of the upper folders first.
        unread: What is not read, and why: `name: why`.
        known: All plain files that matter, those that are not read included.
    """

    entries: tuple[Entry, ...]
    unread: tuple[str, ...]
    known: frozenset[str] = frozenset()


class _Tree(msgspec.Struct, frozen=True):
    tree: list[Entry]
    truncated: bool = False


def list_files(
    call: GitHubCall, repository: str, tree: str, *, is_relevant: Callable[[str], bool], bounds: Bounds
) -> Listing:
    """List the files of a tree that may name the package: one request, two for a tree that GitHub does not show whole.

    Source: https://docs.github.com/rest/git/trees#get-a-tree

    Args:
        call: Sends the requests.
        repository: `OWNER/NAME`.
        tree: The tree's id.
        is_relevant: Tells by its path whether a file may name the package.
        bounds: How much is read.
    """
    path = f"/repos/{quote(repository)}/git/trees/{quote(tree)}"
    seen = read_answer(call.read(path, parameters={"recursive": 1}), _Tree, place="git/trees")
    entries, unread = seen.tree, []
    if seen.truncated:
        # What is left out may stand anywhere; the top folder is where most of what matters stands.
        top = read_answer(call.read(path), _Tree, place="git/trees")
        entries = list({entry.path: entry for entry in (*seen.tree, *top.tree)}.values())
        unread.append("the repository: it has more files than GitHub lists, and what it left out was not read")
    return choose_files([entry for entry in entries if is_relevant(entry.path)], bounds=bounds, unread=unread)


def choose_files(entries: list[Entry], *, bounds: Bounds, unread: list[str]) -> Listing:
    """Choose what is read: files and links that are not too large, the upper folders first, so much and no more.

    Args:
        entries: The rows of a tree that matter by their paths; folders and submodules among them are passed over.
        bounds: How much is read.
        unread: What is known not to be read already.
    """
    kept = [entry for entry in entries if entry.mode in _PLAIN or entry.is_link]
    kept.sort(key=lambda entry: (entry.path.count("/"), entry.path))
    small = [entry for entry in kept if entry.size <= bounds.bytes]
    large = [entry for entry in kept if entry.size > bounds.bytes]
    unread = [*unread, *(f"{entry.path}: larger than {bounds.bytes} bytes" for entry in large[:_MOST_NAMED])]
    unread += _say_left(large[_MOST_NAMED:], f"larger than {bounds.bytes} bytes")
    chosen: list[Entry] = []
    room = bounds.whole
    for entry in small[: bounds.files]:
        if entry.size <= room:
            chosen.append(entry)
            room -= entry.size
    heavy = [entry for entry in small[: bounds.files] if entry not in chosen]
    unread += _say_left(small[bounds.files :], f"only {bounds.files} files of a repository are read")
    unread += _say_left(heavy, f"only {bounds.whole} bytes of a repository are read")
    known = frozenset(entry.path for entry in kept if not entry.is_link)
    return Listing(tuple(chosen), tuple(unread), known)


def _say_left(left: list[Entry], why: str) -> list[str]:
    others = f" and {len(left) - 1} more" if len(left) > 1 else ""
    return [f"{left[0].path}{others}: {why}"] if left else []


class _Blob(msgspec.Struct, frozen=True):
    content: str
    encoding: str


def read_large(call: GitHubCall, repository: str, entry: Entry) -> str | None:
    """Read a file that GraphQL cuts, which it does from half a megabyte on: one request; None when it is no UTF-8.

    Source: https://docs.github.com/rest/git/blobs#get-a-blob

    Args:
        call: Sends the requests.
        repository: `OWNER/NAME`.
        entry: The file.
    """
    answer = call.read(f"/repos/{quote(repository)}/git/blobs/{quote(entry.sha)}")
    blob = read_answer(answer, _Blob, place="git/blobs")
    try:
        data = base64.b64decode(blob.content) if blob.encoding == "base64" else blob.content.encode()
        return data.decode("utf-8")
    except ValueError:
        return None
