"""Git's objects: loose ones are read and written directly, packed ones come from one `git cat-file`.

Nearly every request of the forge touches a handful of objects; a subprocess for each would cost more than
the rest of the request. Objects never change, so what was parsed once stays parsed.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import threading
import weakref
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pilotage.sandbox.forge.git import git_environment

if TYPE_CHECKING:
    from pathlib import Path

ZERO: Final = "0" * 40
TREE_MODE: Final = "40000"
SIGNATURE: Final = "-----BEGIN PGP SIGNATURE-----\n\nc2FuZGJveA==\n-----END PGP SIGNATURE-----"


@dataclass(frozen=True, slots=True)
class Signature:
    """Who and when, as a commit or a tag carries it.

    Args:
        name: The person's name.
        email: The address, without angle brackets.
        seconds: Seconds since the epoch.
        offset: The time zone, such as `+0000`.
    """

    name: str
    email: str
    seconds: int
    offset: str = "+0000"

    def line(self) -> str:
        """Spell it as git's header value; characters that git gives a meaning are dropped."""
        drop = str.maketrans("", "", "<>\n\0")
        return f"{self.name.translate(drop)} <{self.email.translate(drop)}> {self.seconds} {self.offset}"


@dataclass(frozen=True, slots=True)
class CommitObject:
    """A commit as git stores it; `signature` is empty for an unsigned one."""

    oid: str
    tree: str
    parents: tuple[str, ...]
    author: Signature
    committer: Signature
    message: str
    signature: str = ""


@dataclass(frozen=True, slots=True)
class TagObject:
    """An annotated tag as git stores it."""

    oid: str
    target: str
    target_kind: str
    name: str
    tagger: Signature
    message: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a tree: git's mode (`100644`, `40000`, …) and the object's id."""

    mode: str
    oid: str

    @property
    def kind(self) -> str:
        """Say `tree`, `commit` (a submodule) or `blob`."""
        return {TREE_MODE: "tree", "160000": "commit"}.get(self.mode, "blob")


class ObjectStore:
    """The objects of one bare repository.

    Args:
        git_dir: The bare repository.
    """

    def __init__(self, git_dir: Path) -> None:
        self._git_dir = git_dir
        self._commits: dict[str, CommitObject] = {}
        self._trees: dict[str, dict[str, Entry]] = {}
        self._sizes: dict[str, int] = {}
        self._packed: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def read(self, oid: str) -> tuple[str, bytes] | None:
        """Give an object's kind and content; None when the repository does not hold it."""
        if len(oid) != len(ZERO) or not oid.isalnum():
            return None
        try:
            raw = zlib.decompress((self._git_dir / "objects" / oid[:2] / oid[2:]).read_bytes())
        except FileNotFoundError:
            return self._read_packed(oid)
        header, _, data = raw.partition(b"\0")
        return header.split(b" ")[0].decode(), data

    def write(self, kind: str, data: bytes) -> str:
        """Store an object and give its id; storing it again changes nothing."""
        raw = b"%s %d\0%s" % (kind.encode(), len(data), data)
        oid = hashlib.sha1(raw, usedforsecurity=False).hexdigest()
        path = self._git_dir / "objects" / oid[:2] / oid[2:]
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            draft = path.with_name(f"tmp_obj_{oid}_{threading.get_ident()}")
            draft.write_bytes(zlib.compress(raw, 1))
            draft.replace(path)
        return oid

    def commit(self, oid: str) -> CommitObject | None:
        """Give a commit; None when the id is unknown or names something else."""
        known = self._commits.get(oid)
        if known is None:
            found = self.read(oid)
            if found is None or found[0] != "commit":
                return None
            known = self._commits[oid] = parse_commit(oid, found[1])
        return known

    def tree(self, oid: str) -> dict[str, Entry] | None:
        """Give a tree's rows by name; None when the id is unknown or names something else."""
        known = self._trees.get(oid)
        if known is None:
            found = self.read(oid)
            if found is None or found[0] != "tree":
                return None
            known = self._trees[oid] = _parse_tree(found[1])
        return known

    def size(self, oid: str) -> int:
        """Give the size of an object's content; 0 for an unknown id, such as a submodule's."""
        if oid not in self._sizes:
            found = self.read(oid)
            self._sizes[oid] = len(found[1]) if found is not None else 0
        return self._sizes[oid]

    def tag(self, oid: str) -> TagObject | None:
        """Give an annotated tag; None when the id is unknown or names something else."""
        found = self.read(oid)
        return parse_tag(oid, found[1]) if found is not None and found[0] == "tag" else None

    def write_tree(self, rows: dict[str, Entry]) -> str:
        """Store a tree of these rows."""
        # git sorts folders as if their names ended with a slash
        ordered = sorted(rows.items(), key=lambda row: row[0].encode() + (b"/" if row[1].kind == "tree" else b""))
        data = b"".join(b"%s %s\0%s" % (e.mode.encode(), n.encode(), bytes.fromhex(e.oid)) for n, e in ordered)
        return self.write("tree", data)

    def write_commit(self, commit: CommitObject) -> str:
        """Store a commit (its `oid` is not looked at) and give its id."""
        lines = [f"tree {commit.tree}", *(f"parent {oid}" for oid in commit.parents)]
        lines += [f"author {commit.author.line()}", f"committer {commit.committer.line()}"]
        if commit.signature:
            lines.append("gpgsig " + commit.signature.replace("\n", "\n "))
        return self.write("commit", ("\n".join(lines) + "\n\n" + commit.message).encode())

    def write_tag(self, tag: TagObject) -> str:
        """Store an annotated tag (its `oid` is not looked at) and give its id."""
        header = f"object {tag.target}\ntype {tag.target_kind}\ntag {tag.name}\ntagger {tag.tagger.line()}\n\n"
        return self.write("tag", (header + tag.message).encode())

    def _read_packed(self, oid: str) -> tuple[str, bytes] | None:
        if not any((self._git_dir / "objects" / "pack").glob("*.pack")):
            return None
        with self._lock:
            if self._packed is None:
                self._packed = subprocess.Popen(
                    ["git", f"--git-dir={self._git_dir}", "cat-file", "--batch"],
                    env=git_environment(),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                )
                weakref.finalize(self, _end, self._packed)
            return _ask(self._packed, oid)


def parse_commit(oid: str, data: bytes) -> CommitObject:
    """Read a commit object's text."""
    head, _, message = data.decode("utf-8", "replace").partition("\n\n")
    fields: dict[str, list[str]] = {}
    key = ""
    for line in head.split("\n"):
        if line.startswith(" "):
            fields[key][-1] += "\n" + line[1:]
            continue
        key, _, value = line.partition(" ")
        fields.setdefault(key, []).append(value)
    return CommitObject(
        oid=oid,
        tree=fields["tree"][0],
        parents=tuple(fields.get("parent", ())),
        author=_parse_signature(fields["author"][0]),
        committer=_parse_signature(fields["committer"][0]),
        message=message,
        signature="".join(fields.get("gpgsig", ())),
    )


def parse_tag(oid: str, data: bytes) -> TagObject:
    """Read a tag object's text."""
    head, _, message = data.decode("utf-8", "replace").partition("\n\n")
    fields = dict(line.partition(" ")[::2] for line in head.split("\n"))
    tagger = _parse_signature(fields.get("tagger", "unknown <> 0 +0000"))
    return TagObject(oid, fields["object"], fields["type"], fields["tag"], tagger, message)


def _parse_signature(text: str) -> Signature:
    name, _, rest = text.partition(" <")
    email, _, when = rest.rpartition("> ")
    seconds, _, offset = when.partition(" ")
    return Signature(name, email, int(seconds), offset)


def _parse_tree(data: bytes) -> dict[str, Entry]:
    rows: dict[str, Entry] = {}
    at = 0
    while at < len(data):
        end = data.index(b"\0", at)
        mode, _, name = data[at:end].partition(b" ")
        rows[os.fsdecode(name)] = Entry(mode.decode(), data[end + 1 : end + 21].hex())
        at = end + 21
    return rows


def _ask(process: subprocess.Popen[bytes], oid: str) -> tuple[str, bytes] | None:
    if process.stdin is None or process.stdout is None:  # pragma: no cover - both were asked for as pipes
        return None
    process.stdin.write(oid.encode() + b"\n")
    process.stdin.flush()
    header = process.stdout.readline().split()
    if header[-1] == b"missing":
        return None
    data = process.stdout.read(int(header[2]) + 1)
    return header[1].decode(), data[:-1]


def _end(process: subprocess.Popen[bytes]) -> None:
    process.communicate()
