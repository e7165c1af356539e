"""Where the sources for a comparison of APIs come from: a commit or a folder, as data, within bounds."""

from __future__ import annotations

import contextlib
import os
import stat
from typing import TYPE_CHECKING

import msgspec

from pilotage.errors import UsageError
from pilotage.providers import gitremote
from pilotage.providers.apipackages import Tree, select_tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from pilotage.providers.git import Git

_SETTINGS = "pyproject.toml"
_MOST_ENTRIES = 200_000
_LONGEST_PATH = 1000
_LONGEST_NAME = 240
_BLOBS_AT_ONCE = 2_000
_LINK, _SUBMODULE = b"120000", b"160000"


class Limits(msgspec.Struct, frozen=True):
    """How much one comparison may cost; the sizes are those of one side, in bytes."""

    files: int = 2_000
    total: int = 20_000_000
    one: int = 1_000_000
    seconds: float = 60.0
    memory: int = 2_000_000_000


LIMITS = Limits()


class ApiSourceError(UsageError):
    """The sources cannot be compared; the message says why, as a clause."""


def observe_tree(git: Git, commit: str) -> Tree:
    """List the Python files of a commit by blob id, with one call of git; nothing is checked out.

    Args:
        git: The repository.
        commit: The full id of a commit that is here.
    """
    paths: dict[str, str] = {}
    odd: list[str] = []
    for entry in git.run("ls-tree", "-r", "-z", "--full-tree", "--end-of-options", commit).split(b"\0"):
        head, _, name = entry.partition(b"\t")
        mode, _, ids = head.partition(b" ")
        path = name.decode("utf-8", "replace")
        if mode in {_LINK, _SUBMODULE} or (path.endswith((".py", ".pyi")) and not _is_safe(path)):
            odd.append(path)
        elif path.endswith((".py", ".pyi")):
            paths[path] = ids.partition(b" ")[2].decode()
    settings = git.read_files(commit, [_SETTINGS]).get(_SETTINGS, b"")
    return Tree(paths, odd, _settings_text(settings))


def observe_folder(folder: Path) -> Tree:
    """List the Python files of a folder; symbolic links are not followed.

    Raises:
        ApiSourceError: There are too many files, or it cannot be read.
    """
    paths: dict[str, str] = {}
    odd: list[str] = []
    for path, mode in _walk(folder):
        if stat.S_ISLNK(mode) or (path.endswith((".py", ".pyi")) and not (stat.S_ISREG(mode) and _is_safe(path))):
            odd.append(path)
        elif path.endswith((".py", ".pyi")):
            paths[path] = path
    settings = b""
    with contextlib.suppress(FileNotFoundError):
        settings = _read_plain(folder / _SETTINGS, LIMITS.one)
    return Tree(paths, odd, _settings_text(settings))


def extract_python(
    git: Git, commit: str, into: Path, *, packages: Sequence[str] | None = None, limits: Limits = LIMITS
) -> int:
    """Write the sources of a commit's packages, and `pyproject.toml`, into a folder: what `compare_api` reads.

    Args:
        git: The repository.
        commit: The full id of a commit that is here.
        into: A folder that is empty or does not exist.
        packages: The import names; None finds them.
        limits: The bounds.

    Returns:
        How many entries of the packages were left out: symbolic links, submodules, hostile names.

    Raises:
        ApiSourceError: The sources are larger than the bounds.
    """
    tree = observe_tree(git, commit)
    chosen = select_tree(tree, packages)
    files = {path: path for path in chosen.files.values()}
    fetch_missing(git, [commit], {tree.paths[path] for path in files})
    write_blobs(git, tree, files, into, limits=limits)
    if tree.settings:
        (into / _SETTINGS).write_text(tree.settings, "utf-8")
    return chosen.skipped


def fetch_missing(git: Git, commits: Sequence[str], blobs: AbstractSet[str]) -> None:
    """Fetch with one request the blobs that a partial clone lacks; git alone would ask for one after the other.

    Args:
        git: The repository; nothing is done in a full clone.
        commits: The commits that hold the blobs.
        blobs: The ids.

    Raises:
        RemoteError: The remote refused or is out of reach.
    """
    promisors = git.ask("config", "--name-only", "--get-regexp", r"^remote\..*\.promisor$")
    if promisors is None:
        return
    trees = [f"{commit}^{{tree}}" for commit in commits]
    listed = git.text("rev-list", "--objects", "--missing=print", "--no-object-names", "--end-of-options", *trees)
    missing = sorted(blobs & {line[1:] for line in listed.splitlines() if line.startswith("?")})
    remote = promisors.decode().splitlines()[0].removeprefix("remote.").removesuffix(".promisor")
    for at in range(0, len(missing), _BLOBS_AT_ONCE):
        gitremote.fetch(git, remote, ["--filter=blob:none"], missing[at : at + _BLOBS_AT_ONCE])


def write_blobs(git: Git, tree: Tree, files: Mapping[str, str], into: Path, *, limits: Limits) -> None:
    """Write files of a commit, with two calls of git; their sizes are checked before any is read.

    Args:
        git: The repository.
        tree: What `observe_tree` listed.
        files: Paths in the tree, by the path of the file to write.
        into: The folder; it is made.
        limits: The bounds.

    Raises:
        ApiSourceError: The files are larger than the bounds, or git does not have one.
    """
    if len(files) > limits.files:
        raise _too_many(len(files), limits)
    into.mkdir(parents=True, exist_ok=True)
    wanted = "".join(f"{tree.paths[path]}\n" for path in files.values()).encode()
    answers = [line.split() for line in git.run("cat-file", "--batch-check", input=wanted).splitlines()]
    sizes: list[int] = []
    for path, words in zip(files.values(), answers, strict=True):
        sizes.append(_read_size(words, path))
        _check_size(path, sizes, limits)
    data = memoryview(git.run("cat-file", "--batch", input=wanted))
    at = 0
    for target, words, size in zip(files, answers, sizes, strict=True):
        at += len(b" ".join(words)) + 1
        _write(into / target, data[at : at + size])
        at += size + 1


def copy_files(folder: Path, files: Mapping[str, str], into: Path, *, limits: Limits) -> None:
    """Copy files of a folder, by their path in the other one, within the bounds of one side."""
    if len(files) > limits.files:
        raise _too_many(len(files), limits)
    into.mkdir(parents=True, exist_ok=True)
    sizes: list[int] = []
    for target, path in files.items():
        data = _read_plain(folder / path, limits.one + 1)
        sizes.append(len(data))
        _check_size(path, sizes, limits)
        _write(into / target, data)


def _walk(folder: Path) -> Iterator[tuple[str, int]]:
    """Give each entry below a folder that is not a folder itself, with its mode; hidden folders are left out."""
    seen = 0
    waiting = [""]
    while waiting:
        inner = waiting.pop()
        try:
            entries = sorted(os.scandir(folder / inner), key=lambda entry: entry.name)
        except OSError as exc:
            raise ApiSourceError(f"the folder {folder / inner} cannot be read ({exc.strerror})") from exc
        seen += len(entries)
        if seen > _MOST_ENTRIES:
            raise ApiSourceError(f"the folder holds more than {_MOST_ENTRIES:,} files")
        for entry in entries:
            path = f"{inner}{entry.name}"
            if not entry.is_dir(follow_symlinks=False):
                yield path, entry.stat(follow_symlinks=False).st_mode
            elif not entry.name.startswith(".") and entry.name not in {"__pycache__", "node_modules"}:
                waiting.append(f"{path}/")


def _is_safe(path: str) -> bool:
    parts = path.split("/")
    return (
        len(path) <= _LONGEST_PATH
        and path.isprintable()
        and "\\" not in path
        and "\ufffd" not in path
        and not any(part in {"", ".", ".."} or part.casefold() == ".git" or len(part) > _LONGEST_NAME for part in parts)
    )


def _read_plain(path: Path, most: int) -> bytes:
    """Read an ordinary file up to a length, never through a symbolic link and never a device."""
    try:
        number = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        raise
    except OSError as exc:
        raise ApiSourceError(f"{path.name} cannot be read ({exc.strerror})") from exc
    with open(number, "rb") as file:  # noqa: PTH123 -- it is open already: what was looked at is what is read
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise ApiSourceError(f"{path.name} is not a file")
        return file.read(most)


def _settings_text(data: bytes) -> str:
    return "" if len(data) >= LIMITS.one else data.decode("utf-8", "replace")


def _read_size(words: Sequence[bytes], path: str) -> int:
    if len(words) != 3 or words[1] != b"blob":  # noqa: PLR2004 -- id, kind and size: git-cat-file(1), BATCH OUTPUT
        raise ApiSourceError(f"git does not have the content of {path}")
    return int(words[2])


def _check_size(path: str, sizes: Sequence[int], limits: Limits) -> None:
    """Check the last size, and the sum so far; the number of files is bounded, so the sums are cheap."""
    if sizes[-1] > limits.one:
        raise ApiSourceError(f"{path} is larger than {limits.one:,} bytes")
    if sum(sizes) > limits.total:
        raise ApiSourceError(f"the packages hold more than {limits.total:,} bytes of Python")


def _too_many(count: int, limits: Limits) -> ApiSourceError:
    return ApiSourceError(f"the packages hold {count:,} Python files, more than {limits.files:,}")


def _write(path: Path, data: bytes | memoryview) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(data)
