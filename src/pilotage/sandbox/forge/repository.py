"""A bare git repository: revisions, trees, files and commits, with as few subprocesses as can be."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pilotage.sandbox.forge.objects import TREE_MODE, CommitObject, Entry, ObjectStore, Signature
from pilotage.sandbox.forge.refs import RefStore

if TYPE_CHECKING:
    from pilotage.sandbox.forge.changes import FileChange

SHA: Final = re.compile(r"[0-9a-f]{40}")
_CONFIG: Final = """\
[core]
\trepositoryformatversion = 0
\tbare = true
\tfsync = none
[receive]
\tunpackLimit = 20000
\tautogc = false
\thideRefs = refs/pull
[gc]
\tauto = 0
[http]
\treceivepack = true
[uploadpack]
\tallowFilter = true
\tallowAnySHA1InWant = true
[transfer]
\tadvertiseSID = false
"""


@dataclass(frozen=True, slots=True)
class Draft:
    """A commit that is to be made.

    Args:
        tree: The tree's id.
        parents: The parents' ids.
        message: The whole message.
        author: Who wrote it.
        committer: Who committed it; the author when None.
        signature: The signature's text; empty for an unsigned commit.
    """

    tree: str
    parents: tuple[str, ...]
    message: str
    author: Signature
    committer: Signature | None = None
    signature: str = ""


class Repository:
    """A bare repository on disk.

    Args:
        git_dir: Its folder, `NAME.git`; made when it does not exist.
        default_branch: What HEAD points at in a new repository.
    """

    def __init__(self, git_dir: Path, *, default_branch: str = "main") -> None:
        self.git_dir = git_dir
        if not (git_dir / "HEAD").exists():
            for folder in ("objects/info", "objects/pack", "refs/heads", "refs/tags"):
                (git_dir / folder).mkdir(parents=True, exist_ok=True)
            (git_dir / "HEAD").write_text(f"ref: refs/heads/{default_branch}\n")
            (git_dir / "config").write_text(_CONFIG)
        self.objects = ObjectStore(git_dir)
        self.refs = RefStore(git_dir)
        self.ranges: dict[tuple[str, str], tuple[CommitObject, ...]] = {}
        self.compared: dict[tuple[str, str], tuple[FileChange, ...]] = {}

    def resolve(self, revision: str) -> str | None:
        """Give the object that a full sha, a full ref name, a branch, a tag or `HEAD` names; None when none does."""
        if SHA.fullmatch(revision):
            return revision if self.objects.read(revision) is not None else None
        if revision == "HEAD":
            revision = (self.git_dir / "HEAD").read_text().removeprefix("ref: ").strip()
        for name in (revision, f"refs/heads/{revision}", f"refs/tags/{revision}", f"refs/{revision}"):
            oid = self.refs.read(name)
            if oid is not None:
                return oid
        return None

    def resolve_commit(self, revision: str) -> CommitObject | None:
        """Give the commit that a revision names, through annotated tags; None when it names no commit."""
        oid = self.resolve(revision)
        while oid is not None:
            tag = self.objects.tag(oid) if self.objects.commit(oid) is None else None
            if tag is None:
                return self.objects.commit(oid)
            oid = tag.target
        return None

    def branch(self, name: str) -> str | None:
        """Give the commit id at a branch; None when there is no such branch."""
        return self.refs.read(f"refs/heads/{name}")

    def need_commit(self, oid: str) -> CommitObject:
        """Give a commit that must exist.

        Raises:
            KeyError: when it does not.
        """
        commit = self.objects.commit(oid)
        if commit is None:
            raise KeyError(oid)
        return commit

    def entry(self, tree: str, path: str) -> Entry | None:
        """Give what stands at a path of a tree (the tree itself for an empty path); None when nothing does."""
        at = Entry(TREE_MODE, tree)
        for part in path.split("/") if path else ():
            found = (self.objects.tree(at.oid) or {}).get(part) if at.kind == "tree" else None
            if found is None:
                return None
            at = found
        return at

    def files(self, tree: str, prefix: str = "", *, has_folders: bool = False) -> dict[str, Entry]:
        """Give all files below a tree by their full path, with the folders between them when wanted."""
        found: dict[str, Entry] = {}
        for name, entry in (self.objects.tree(tree) or {}).items():
            if entry.kind == "tree":
                found |= {prefix + name: entry} if has_folders else {}
                found |= self.files(entry.oid, f"{prefix}{name}/", has_folders=has_folders)
            else:
                found[prefix + name] = entry
        return found

    def read_blob(self, oid: str) -> bytes | None:
        """Give a file's content; None when the id is unknown or names something else."""
        found = self.objects.read(oid)
        return found[1] if found is not None and found[0] == "blob" else None

    def edit_tree(self, tree: str | None, changes: dict[str, Entry | None]) -> str:
        """Store a tree with changes: paths to entries, None removes; an emptied folder disappears."""
        rows = dict((self.objects.tree(tree) or {}) if tree else {})
        inner: dict[str, dict[str, Entry | None]] = {}
        for path, entry in changes.items():
            name, slash, rest = path.partition("/")
            if slash:
                inner.setdefault(name, {})[rest] = entry
            elif entry is None:
                rows.pop(name, None)
            else:
                rows[name] = entry
        for name, below in inner.items():
            at = rows.get(name)
            oid = self.edit_tree(at.oid if at is not None and at.kind == "tree" else None, below)
            if self.objects.tree(oid):
                rows[name] = Entry(TREE_MODE, oid)
            elif name in rows and rows[name].kind == "tree":
                del rows[name]
        return self.objects.write_tree(rows)

    def edit_files(self, tree: str | None, files: dict[str, str | bytes | None]) -> str:
        """Store a tree with these files written (text as UTF-8; a file keeps its mode) or, for None, removed."""
        changes: dict[str, Entry | None] = {}
        for path, content in files.items():
            if content is None:
                changes[path] = None
                continue
            at = self.entry(tree, path) if tree else None
            mode = at.mode if at is not None and at.kind == "blob" else "100644"
            data = content.encode() if isinstance(content, str) else content
            changes[path] = Entry(mode, self.objects.write("blob", data))
        return self.edit_tree(tree, changes)

    def make_commit(self, draft: Draft) -> str:
        """Store a commit and give its id; no ref moves."""
        committer = draft.committer or draft.author
        made = CommitObject("", draft.tree, draft.parents, draft.author, committer, draft.message, draft.signature)
        return self.objects.write_commit(made)

    def copy(self, target: Path) -> None:
        """Copy the repository; objects never change, so they are linked where the file system can."""
        ignore = shutil.ignore_patterns("*.lock", "tmp_*", "hooks", "logs")
        shutil.copytree(self.git_dir / "objects", target / "objects", copy_function=_link, ignore=ignore)
        shutil.copytree(self.git_dir / "refs", target / "refs", ignore=ignore)
        for name in ("HEAD", "config", "packed-refs"):
            if (self.git_dir / name).exists():
                shutil.copyfile(self.git_dir / name, target / name)


def _link(source: str, target: str) -> None:
    try:
        Path(target).hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)
