"""GraphQL nodes of git's objects and of pull requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pilotage.sandbox.forge.graph_actors import actor_node
from pilotage.sandbox.forge.graph_connections import connection
from pilotage.sandbox.forge.graph_pulls import head_fields, pull_lists
from pilotage.sandbox.forge.history import walk
from pilotage.sandbox.forge.lookup import pulls_of_commit
from pilotage.sandbox.forge.shapes import node_id, stable_id
from pilotage.sandbox.forge.shapes_git import login_of, moment

if TYPE_CHECKING:
    from pilotage.sandbox.forge.call import Call
    from pilotage.sandbox.forge.objects import CommitObject, Signature, TagObject
    from pilotage.sandbox.forge.shapes import JsonObject
    from pilotage.sandbox.forge.state import PullRequest

_SNIFFED: Final = 8000  # git looks for a zero byte in as many
_MAX_TEXT: Final = 512_000


def object_node(call: Call, oid: str) -> JsonObject | None:
    """Spell any git object by its id; None when there is none."""
    git = call.realm.git
    commit = git.objects.commit(oid)
    if commit is not None:
        return commit_node(call, commit)
    found = git.objects.read(oid)
    if found is None:
        return None
    kind, data = found
    plain = {"__typename": kind.capitalize(), "id": node_id(kind[0].upper(), oid), "oid": oid}
    plain |= {"abbreviatedOid": oid[:7]}
    if kind == "tag":
        tag = git.objects.tag(oid)
        return plain | _tag_fields(call, tag) if tag is not None else None
    return plain | _blob_fields(data) if kind == "blob" else dict(plain)


def commit_node(call: Call, commit: CommitObject) -> JsonObject:
    """Spell a commit."""
    git = call.realm.git
    headline, _, body = commit.message.partition("\n")

    def parents(_info: object, **arguments: object) -> JsonObject:
        return connection(commit.parents, lambda o: commit_node(call, git.need_commit(o)), arguments, name="parents")

    def history(_info: object, *, author: JsonObject | None = None, **arguments: object) -> JsonObject:
        emails = author.get("emails") if author else None
        found = [c for c in walk(git, commit.oid) if not isinstance(emails, list) or c.author.email in emails]
        return connection(found, lambda c: commit_node(call, c), arguments, name="history")

    def associated(_info: object, **arguments: object) -> JsonObject:
        found = pulls_of_commit(call.realm, commit.oid)
        return connection(found, lambda p: pull_node(call, p), arguments, name="associatedPullRequests")

    return {
        "__typename": "Commit",
        "id": node_id("C", commit.oid),
        "oid": commit.oid,
        "abbreviatedOid": commit.oid[:7],
        "url": call.links.html(f"commit/{commit.oid}"),
        "message": commit.message,
        "messageHeadline": headline,
        "messageBody": body.strip("\n"),
        "committedDate": moment(commit.committer),
        "authoredDate": moment(commit.author),
        "author": _person(call, commit.author),
        "committer": _person(call, commit.committer),
        "tree": lambda _info: object_node(call, commit.tree),
        "parents": parents,
        "history": history,
        "associatedPullRequests": associated,
    }


def pull_node(call: Call, pull: PullRequest) -> JsonObject:
    """Spell a pull request."""

    def labels(_info: object, **arguments: object) -> JsonObject:
        return connection(pull.labels, _label, arguments, name="labels")

    plain: JsonObject = {
        "__typename": "PullRequest",
        "id": node_id("PR", pull.id),
        "databaseId": pull.id,
        "number": pull.number,
        "title": pull.title,
        "body": pull.body or "",
        "url": call.links.html(f"pull/{pull.number}"),
        "state": "MERGED" if pull.is_merged else pull.state.upper(),
        "merged": pull.is_merged,
        "mergedAt": pull.merged_at or None,
        "closed": not pull.is_open,
        "isDraft": pull.draft,
        "mergeCommit": lambda _info: object_node(call, pull.merge_commit_sha),
        "headRefName": pull.head,
        "headRefOid": pull.head_sha,
        "baseRefName": pull.base,
        "baseRefOid": pull.base_sha,
        "author": actor_node(call, pull.author),
        "createdAt": pull.created_at,
        "updatedAt": pull.updated_at,
        "labels": labels,
    }
    return plain | head_fields(call, pull) | pull_lists(call, pull, commit_node)


def _blob_fields(data: bytes) -> JsonObject:
    is_binary = b"\0" in data[:_SNIFFED]
    text = None if is_binary else data[:_MAX_TEXT].decode("utf-8", "replace")
    return {"byteSize": len(data), "isBinary": is_binary, "isTruncated": len(data) > _MAX_TEXT, "text": text}


def _label(name: str) -> JsonObject:
    return {"id": node_id("LA", stable_id(name)), "name": name, "color": "ededed"}


def _person(call: Call, signature: Signature) -> JsonObject:
    login = login_of(signature)
    is_user = login is not None and not login.endswith("[bot]")
    return {
        "name": signature.name,
        "email": signature.email,
        "date": moment(signature),
        "user": actor_node(call, login) if login is not None and is_user else None,
    }


def _tag_fields(call: Call, tag: TagObject) -> JsonObject:
    return {
        "name": tag.name,
        "message": tag.message,
        "tagger": _person(call, tag.tagger),
        "target": lambda _info: object_node(call, tag.target),
    }
