"""REST: git's refs, blobs, trees, commits and tags.

Source: https://docs.github.com/rest/git
"""

from __future__ import annotations

import base64
import binascii
from typing import Final

from pilotage.sandbox.forge.call import Answer, Body, Call
from pilotage.sandbox.forge.history import is_contained
from pilotage.sandbox.forge.objects import SIGNATURE, ZERO, Entry, Signature, TagObject
from pilotage.sandbox.forge.protection import check_rules
from pilotage.sandbox.forge.refs import is_ref_name
from pilotage.sandbox.forge.refusals import Refusal, not_found, unprocessable
from pilotage.sandbox.forge.repository import SHA, Draft, Repository
from pilotage.sandbox.forge.routing import REPOSITORY, Routes
from pilotage.sandbox.forge.shapes import node_id
from pilotage.sandbox.forge.shapes_git import git_commit_shape, ref_shape, tag_shape, tree_shape
from pilotage.sandbox.forge.times import parse_moment

routes: Final = Routes()


@routes.add("GET", REPOSITORY + "/git/ref/{ref}")
def read_ref(call: Call, ref: str) -> Answer:
    """Get one ref by its exact name."""
    oid = call.realm.git.refs.read(f"refs/{ref}")
    if oid is None:
        raise not_found()
    return Answer(_ref(call, f"refs/{ref}", oid))


@routes.add("GET", REPOSITORY + "/git/matching-refs/{ref}")
def list_matching_refs(call: Call, ref: str) -> Answer:
    """List the refs whose names start so."""
    found = [(n, oid) for n, oid in call.realm.git.refs.read_all().items() if n.startswith(f"refs/{ref}")]
    return Answer([_ref(call, name, oid) for name, oid in found])


@routes.add("POST", REPOSITORY + "/git/refs")
def create_ref(call: Call) -> Answer:
    """Create a ref; it must not exist."""
    name, oid = call.body.need("ref"), call.body.need("sha")
    if not is_ref_name(name):
        raise unprocessable(f"{name} is not a valid ref name.")
    _check_target(call.realm.git, name, oid)
    if call.realm.git.refs.read(name) is not None:
        raise unprocessable("Reference already exists")
    check_rules(call.realm.state, name, exists=False, target=oid)
    _move(call, name, oid)
    return Answer(_ref(call, name, oid), 201)


@routes.add("PATCH", REPOSITORY + "/git/refs/{ref}")
def update_ref(call: Call, ref: str) -> Answer:
    """Move a ref; forward only, unless forced."""
    name, oid = f"refs/{ref}", call.body.need("sha")
    before = call.realm.git.refs.read(name)
    if before is None:
        raise unprocessable("Reference does not exist")
    _check_target(call.realm.git, name, oid)
    if not call.body.flag("force") and not is_forward(call.realm.git, before, oid):
        raise unprocessable("Update is not a fast forward")
    check_rules(call.realm.state, name, exists=True, target=oid)
    _move(call, name, oid)
    return Answer(_ref(call, name, oid))


@routes.add("DELETE", REPOSITORY + "/git/refs/{ref}")
def delete_ref(call: Call, ref: str) -> Answer:
    """Delete a ref."""
    if call.realm.git.refs.read(f"refs/{ref}") is None:
        raise unprocessable("Reference does not exist")
    check_rules(call.realm.state, f"refs/{ref}", exists=True, target=ZERO)
    call.realm.git.refs.delete(f"refs/{ref}")
    call.realm.settle()
    return Answer(status=204)


@routes.add("POST", REPOSITORY + "/git/blobs")
def create_blob(call: Call) -> Answer:
    """Store a file's content."""
    content = call.body.need("content")
    data = content.encode()
    if call.body.text("encoding") == "base64":
        try:
            data = base64.b64decode(content)
        except binascii.Error as exc:
            raise unprocessable("content is not valid Base64") from exc
    oid = call.realm.git.objects.write("blob", data)
    return Answer({"sha": oid, "url": call.links.api(f"git/blobs/{oid}")}, 201)


@routes.add("GET", REPOSITORY + "/git/blobs/{file_sha}")
def read_blob(call: Call, file_sha: str) -> Answer:
    """Get a file's content."""
    data = call.realm.git.read_blob(file_sha)
    if data is None:
        raise not_found()
    shape = {
        "sha": file_sha,
        "node_id": node_id("B", file_sha),
        "url": call.links.api(f"git/blobs/{file_sha}"),
        "size": len(data),
        "content": base64.encodebytes(data).decode(),
        "encoding": "base64",
    }
    return Answer(shape)


@routes.add("POST", REPOSITORY + "/git/trees")
def create_tree(call: Call) -> Answer:
    """Store a tree: the base tree's rows with the given ones over them."""
    git, base = call.realm.git, call.body.text("base_tree")
    if base is not None:
        commit = git.objects.commit(base)
        base = commit.tree if commit is not None else base
        if git.objects.tree(base) is None:
            raise unprocessable("base_tree is not a valid tree oid")
    rows = [Body(row) for row in call.body.rows("tree") if isinstance(row, dict)]
    if not rows:
        raise unprocessable("Invalid tree info")
    changes = dict(_tree_change(git, base, row) for row in rows)
    oid = git.edit_tree(base, changes)
    return Answer(_tree(call, oid, is_recursive=False), 201)


@routes.add("GET", REPOSITORY + "/git/trees/{tree_sha}")
def read_tree(call: Call, tree_sha: str) -> Answer:
    """Get a tree by its id, or the tree of a commit or branch."""
    commit = call.realm.git.resolve_commit(tree_sha)
    oid = commit.tree if commit is not None else tree_sha
    if call.realm.git.objects.tree(oid) is None:
        raise not_found()
    return Answer(_tree(call, oid, is_recursive="recursive" in call.query))


@routes.add("POST", REPOSITORY + "/git/commits")
def create_commit(call: Call) -> Answer:
    """Store a commit; GitHub signs it for an app that leaves author and committer to it."""
    git, body = call.realm.git, call.body
    message, tree = body.need("message"), body.need("tree")
    if git.objects.tree(tree) is None:
        raise unprocessable("Tree SHA does not exist")
    parents = tuple(str(oid) for oid in body.rows("parents"))
    if any(git.objects.commit(oid) is None for oid in parents):
        raise unprocessable("Parent SHA does not exist or is not a commit object")
    author = _person(call, body.inner("author"))
    committer = _person(call, body.inner("committer")) or author
    viewer = call.realm.signature(call.viewer.login)
    is_signed = call.viewer.is_app and author is None and committer is None
    draft = Draft(tree, parents, message, author or viewer, committer or viewer, SIGNATURE if is_signed else "")
    return Answer(git_commit_shape(git.need_commit(git.make_commit(draft)), call.links), 201)


@routes.add("GET", REPOSITORY + "/git/commits/{commit_sha}")
def read_commit(call: Call, commit_sha: str) -> Answer:
    """Get a commit by its full id."""
    commit = call.realm.git.objects.commit(commit_sha)
    if commit is None:
        raise not_found()
    return Answer(git_commit_shape(commit, call.links))


@routes.add("POST", REPOSITORY + "/git/tags")
def create_tag(call: Call) -> Answer:
    """Store an annotated tag; the ref is a request of its own."""
    body = call.body
    oid = body.need("object")
    found = call.realm.git.objects.read(oid)
    if found is None:
        raise unprocessable("Object does not exist")
    tagger = _person(call, body.inner("tagger")) or call.realm.signature(call.viewer.login)
    made = TagObject("", oid, found[0], body.need("tag"), tagger, body.need("message"))
    return Answer(tag_shape(_need_tag(call, call.realm.git.objects.write_tag(made)), call.links), 201)


@routes.add("GET", REPOSITORY + "/git/tags/{tag_sha}")
def read_tag(call: Call, tag_sha: str) -> Answer:
    """Get an annotated tag by its id."""
    return Answer(tag_shape(_need_tag(call, tag_sha), call.links))


def is_forward(git: Repository, before: str, after: str) -> bool:
    """Tell whether moving a ref loses no commit."""
    is_history = git.objects.commit(before) is not None and git.objects.commit(after) is not None
    return is_history and is_contained(git, before, after)


def _check_target(git: Repository, name: str, oid: str) -> None:
    found = git.objects.read(oid) if SHA.fullmatch(oid) else None
    if found is None:
        raise unprocessable("Object does not exist")
    if name.startswith("refs/heads/") and found[0] != "commit":
        raise unprocessable("Reference cannot be updated: the object is not a commit")


def _move(call: Call, name: str, oid: str) -> None:
    if not call.realm.git.refs.write(name, oid):
        raise unprocessable("Reference update failed")
    call.realm.settle()


def _ref(call: Call, name: str, oid: str) -> dict[str, object]:
    found = call.realm.git.objects.read(oid)
    return ref_shape(name, oid, found[0] if found else "commit", call.links)


def _tree_change(git: Repository, base: str | None, row: Body) -> tuple[str, Entry | None]:
    path, mode = row.need("path"), (row.text("mode") or "100644").lstrip("0")
    if row.has("content") == row.has("sha"):
        raise unprocessable("Must supply either tree.sha or tree.content")
    if not path or path.startswith("/") or any(part in {"", ".", "..", ".git"} for part in path.split("/")):
        raise unprocessable("tree.path contains a malformed path component")
    if row.has("content"):
        return path, Entry(mode, git.objects.write("blob", row.need("content").encode()))
    oid = row.text("sha")
    if oid is None:
        if base is None or git.entry(base, path) is None:
            raise Refusal(422, "GitRPC::BadObjectState")
        return path, None
    if mode != "160000" and git.objects.read(oid) is None:
        raise unprocessable(f"tree.sha {oid} is not a valid object")
    return path, Entry(mode, oid)


def _tree(call: Call, oid: str, *, is_recursive: bool) -> dict[str, object]:
    git = call.realm.git
    rows = git.files(oid, has_folders=True) if is_recursive else (git.objects.tree(oid) or {})
    listed, limit = sorted(rows.items()), call.realm.state.settings.tree_limit
    is_cut = is_recursive and len(listed) > limit
    sized = ((path, entry, git.objects.size(entry.oid)) for path, entry in (listed[:limit] if is_cut else listed))
    return tree_shape(oid, sized, call.links, is_cut=is_cut)


def _person(call: Call, body: Body | None) -> Signature | None:
    if body is None:
        return None
    date = body.text("date")
    seconds = parse_moment(date) if date else int(call.realm.clock().timestamp())
    return Signature(body.need("name"), body.need("email"), seconds)


def _need_tag(call: Call, oid: str) -> TagObject:
    tag = call.realm.git.objects.tag(oid)
    if tag is None:
        raise not_found()
    return tag
