"""Read the whole history of all releases in one pass, and the contents of chosen files in another.

One `git log` gives every commit that a tag contains, with its message, the paths that it changes and the ids of the
files' contents; one `git cat-file --batch` gives the contents. So the cost does not depend on the number of releases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.model.commit import Author, Commit
from pilotage.providers.gitshallow import read_cut, shallow_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pilotage.providers.gitcommand import GitCommand

# Sha, parents, author's name by .mailmap, committer's date, whole message: git lets no NUL into any of them.
_FORMAT = "--format=tformat:%H%x00%P%x00%aN%x00%ct%x00%B"
_FIELDS = 5
_LOG = (
    *("-c", "log.showRoot=true", "log", "-z", _FORMAT),
    *("--tags", "--date-order", "--raw", "--no-abbrev", "--no-renames", "--diff-merges=first-parent"),
    *("--encoding=UTF-8", "--no-color", "--no-show-signature", "--no-ext-diff", "--no-textconv", "--no-relative", "--"),
)
_LINK = b"120000"
_SUBMODULE = b"160000"
_STEP = 1 << 16


class PastCommit(msgspec.Struct, frozen=True):
    """A commit with what it did to the files that were asked for.

    Args:
        commit: The commit, its files included.
        date: The committer's date in seconds since 1970, UTC.
        contents: Path and id of each wanted file that it changes against its first parent; the id is "" where it takes
            the file away or makes it a link.
    """

    commit: Commit
    date: int
    contents: tuple[tuple[str, str], ...] = ()


def read_tags(git: GitCommand) -> dict[str, str]:
    """Give all tags by name, each with the id of the object that it stands for at last.

    What is no UTF-8 in a name becomes U+FFFD.
    """
    listing = git.ask("show-ref", "--tags", "--dereference") or b""
    tags: dict[str, str] = {}
    for line in listing.decode("utf-8", "replace").split("\n")[:-1]:
        sha, _, name = line.partition(" refs/tags/")
        tags[name.removesuffix("^{}")] = sha  # the peeled line follows the tag's own
    return tags


def read_past(
    git: GitCommand, *, is_wanted: Callable[[str], bool], on_progress: Callable[[int], None]
) -> list[PastCommit]:
    """Read every commit that a tag contains, newest first, never a parent before its child.

    Args:
        git: The repository.
        is_wanted: Says of a path whether its contents may be asked for later.
        on_progress: Hears now and then how many commits were read.

    Raises:
        UsageError: There is no repository, it is damaged, or the clone is shallow.
    """
    if read_cut(git):
        raise shallow_error(git, "the past releases")
    past: list[PastCommit] = []
    with git.stream(*_LOG) as lines:
        for fields, entries in _split(lines):
            past.append(_read(fields, entries, is_wanted))
            if not len(past) % 500:
                on_progress(len(past))
    on_progress(len(past))
    return past


def read_contents(git: GitCommand, names: Iterable[str]) -> dict[str, bytes]:
    """Read the contents of files, with one call of git.

    Args:
        git: The repository.
        names: Ids of contents, or `COMMIT:PATH`.

    Returns:
        The contents by name; what is not here, or is no file, is left out.
    """
    wanted = [(name, name.encode("utf-8", "surrogateescape")) for name in dict.fromkeys(names)]
    data = git.run("cat-file", "--batch", "-z", input=b"".join(raw + b"\0" for _, raw in wanted)) if wanted else b""
    contents: dict[str, bytes] = {}
    at = 0
    for name, raw in wanted:
        if data.startswith(missing := raw + b" missing\n", at):
            at += len(missing)
            continue
        end = data.index(b"\n", at)
        _, kind, size = data[at:end].split(b" ")
        at = end + 1 + int(size)
        if kind == b"blob":
            contents[name] = data[end + 1 : at]
        at += 1
    return contents


def _split(chunks: Iterable[bytes]) -> Iterator[tuple[list[bytes], list[bytes]]]:
    """Part the output into commits: five fields, then pairs of what was done to a file and its path."""
    fields: list[bytes] = []
    entries: list[bytes] = []
    for token in _tokens(chunks):
        if len(fields) < _FIELDS:
            fields.append(token)
        elif len(entries) % 2 or token[:1] == b":" or token[:2] == b"\n:":
            entries.append(token)
        else:
            yield fields, entries
            fields, entries = [token], []
    if fields:
        yield fields, entries


def _tokens(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Part the output at its NULs; it comes in pieces that end anywhere."""
    pieces: list[bytes] = []
    size = 0
    for chunk in chunks:
        pieces.append(chunk)
        size += len(chunk)
        if size > _STEP:
            *tokens, rest = b"".join(pieces).split(b"\0")
            yield from tokens
            pieces, size = [rest], len(rest)
    yield from b"".join(pieces).split(b"\0")[:-1]


def _read(fields: list[bytes], entries: list[bytes], is_wanted: Callable[[str], bool]) -> PastCommit:
    sha, parents, name, date, message = (field.decode("utf-8", "replace") for field in fields)
    files = tuple(path.decode("utf-8", "surrogateescape") for path in entries[1::2])
    contents = tuple(
        (path, _content_id(entry)) for path, entry in zip(files, entries[::2], strict=True) if is_wanted(path)
    )
    commit = Commit(sha, message.rstrip("\n"), Author(name), tuple(parents.split()), files=files)
    return PastCommit(commit, int(date), contents)


def _content_id(entry: bytes) -> str:
    """Read `:OLDMODE NEWMODE OLDID NEWID STATUS`."""
    _, mode, _, new, _ = entry.split(b" ")
    return "" if mode in (_LINK, _SUBMODULE) or not new.strip(b"0") else new.decode()
