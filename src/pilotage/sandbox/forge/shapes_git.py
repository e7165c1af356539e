"""How REST spells git's objects."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pilotage.sandbox.forge.shapes import node_id, user_shape
from pilotage.sandbox.forge.state import utc_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pilotage.sandbox.forge.changes import FileChange
    from pilotage.sandbox.forge.objects import CommitObject, Entry, Signature, TagObject
    from pilotage.sandbox.forge.shapes import JsonObject, Links


def moment(signature: Signature) -> str:
    """Spell a signature's time in UTC."""
    return utc_text(datetime.fromtimestamp(signature.seconds, UTC))


def person_shape(signature: Signature) -> JsonObject:
    """Spell who and when."""
    return {"name": signature.name, "email": signature.email, "date": moment(signature)}


def login_of(signature: Signature) -> str | None:
    """Give the account behind an address; None for an address that belongs to none."""
    user, _, host = signature.email.partition("@")
    return user if host == "users.noreply.github.com" else None


def verification_shape(commit: CommitObject) -> JsonObject:
    """Spell whether a commit is signed."""
    signed = bool(commit.signature)
    return {
        "verified": signed,
        "reason": "valid" if signed else "unsigned",
        "signature": commit.signature or None,
        "payload": f"tree {commit.tree}\n" if signed else None,
        "verified_at": moment(commit.committer) if signed else None,
    }


def git_commit_shape(commit: CommitObject, links: Links) -> JsonObject:
    """Spell a commit as the git data routes do."""
    return {
        "sha": commit.oid,
        "node_id": node_id("C", commit.oid),
        "url": links.api(f"git/commits/{commit.oid}"),
        "html_url": links.html(f"commit/{commit.oid}"),
        "author": person_shape(commit.author),
        "committer": person_shape(commit.committer),
        "message": commit.message,
        "tree": {"sha": commit.tree, "url": links.api(f"git/trees/{commit.tree}")},
        "parents": [
            {"sha": oid, "url": links.api(f"git/commits/{oid}"), "html_url": links.html(f"commit/{oid}")}
            for oid in commit.parents
        ],
        "verification": verification_shape(commit),
    }


def commit_shape(commit: CommitObject, links: Links) -> JsonObject:
    """Spell a commit as the commit routes do."""
    author, committer = login_of(commit.author), login_of(commit.committer)
    return {
        "sha": commit.oid,
        "node_id": node_id("C", commit.oid),
        "url": links.api(f"commits/{commit.oid}"),
        "html_url": links.html(f"commit/{commit.oid}"),
        "comments_url": links.api(f"commits/{commit.oid}/comments"),
        "commit": {
            "url": links.api(f"git/commits/{commit.oid}"),
            "author": person_shape(commit.author),
            "committer": person_shape(commit.committer),
            "message": commit.message,
            "comment_count": 0,
            "tree": {"sha": commit.tree, "url": links.api(f"git/trees/{commit.tree}")},
            "verification": verification_shape(commit),
        },
        "author": user_shape(links, author) if author else None,
        "committer": user_shape(links, committer) if committer else None,
        "parents": [
            {"sha": oid, "url": links.api(f"commits/{oid}"), "html_url": links.html(f"commit/{oid}")}
            for oid in commit.parents
        ],
    }


def file_shape(change: FileChange, head: str, links: Links) -> JsonObject:
    """Spell one changed file."""
    shape: JsonObject = {
        "sha": change.oid,
        "filename": change.path,
        "status": change.status,
        "additions": change.additions,
        "deletions": change.deletions,
        "changes": change.additions + change.deletions,
        "blob_url": links.html(f"blob/{head}/{change.path}"),
        "raw_url": links.html(f"raw/{head}/{change.path}"),
        "contents_url": links.api(f"contents/{change.path}?ref={head}"),
    }
    return shape | ({"previous_filename": change.previous} if change.previous else {})


def ref_shape(name: str, oid: str, kind: str, links: Links) -> JsonObject:
    """Spell a ref; `kind` is that of the object it points at."""
    return {
        "ref": name,
        "node_id": node_id("REF", name),
        "url": links.api(f"git/{name}"),
        "object": {"type": kind, "sha": oid, "url": links.api(f"git/{kind}s/{oid}")},
    }


def tag_shape(tag: TagObject, links: Links) -> JsonObject:
    """Spell an annotated tag."""
    return {
        "node_id": node_id("TA", tag.oid),
        "sha": tag.oid,
        "url": links.api(f"git/tags/{tag.oid}"),
        "tag": tag.name,
        "message": tag.message,
        "tagger": person_shape(tag.tagger),
        "object": {
            "type": tag.target_kind,
            "sha": tag.target,
            "url": links.api(f"git/{tag.target_kind}s/{tag.target}"),
        },
        "verification": {
            "verified": False,
            "reason": "unsigned",
            "signature": None,
            "payload": None,
            "verified_at": None,
        },
    }


def tree_shape(oid: str, rows: Iterable[tuple[str, Entry, int]], links: Links, *, is_cut: bool) -> JsonObject:
    """Spell a tree; rows are path, entry and size, and not all of them when it is cut off."""
    return {
        "sha": oid,
        "url": links.api(f"git/trees/{oid}"),
        "truncated": is_cut,
        "tree": [_tree_row(path, entry, size, links) for path, entry, size in rows],
    }


def _tree_row(path: str, entry: Entry, size: int, links: Links) -> JsonObject:
    row: JsonObject = {
        "path": path,
        "mode": entry.mode.zfill(6),
        "type": entry.kind,
        "sha": entry.oid,
        "url": links.api(f"git/{entry.kind}s/{entry.oid}"),
    }
    return row | ({"size": size} if entry.kind == "blob" else {})
