"""REST: the repository, its branches, commits, comparisons, files and dispatches.

Source: https://docs.github.com/rest/repos, https://docs.github.com/rest/commits
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final

from pilotage.sandbox.forge.call import Answer, Call
from pilotage.sandbox.forge.changes import commit_changes, list_changes
from pilotage.sandbox.forge.history import between, merge_base, walk
from pilotage.sandbox.forge.lookup import pulls_of_commit
from pilotage.sandbox.forge.refusals import Refusal, invalid, not_found
from pilotage.sandbox.forge.routing import REPOSITORY, Routes
from pilotage.sandbox.forge.shapes import full_repository_shape
from pilotage.sandbox.forge.shapes_git import commit_shape, file_shape
from pilotage.sandbox.forge.shapes_pulls import pull_shape
from pilotage.sandbox.forge.state import Dispatch

if TYPE_CHECKING:
    from pilotage.sandbox.forge.objects import CommitObject, Entry

routes: Final = Routes()
LIMIT: Final = 5000
_MAX_FILES: Final = 300


@routes.add("GET", REPOSITORY)
def read_repository(call: Call) -> Answer:
    """Get the repository with its settings."""
    return Answer(full_repository_shape(call.realm, call.links, is_writer=call.viewer.is_writer))


@routes.add("GET", REPOSITORY + "/branches/{branch}")
def read_branch(call: Call, branch: str) -> Answer:
    """Get a branch with its commit."""
    oid = call.realm.git.branch(branch)
    if oid is None:
        raise Refusal(404, "Branch not found")
    api = call.links.api(f"branches/{branch}")
    shape = {
        "name": branch,
        "commit": commit_shape(call.realm.git.need_commit(oid), call.links),
        "_links": {"self": api, "html": call.links.html(f"tree/{branch}")},
        "protected": False,
        "protection": {
            "enabled": False,
            "required_status_checks": {"enforcement_level": "off", "contexts": [], "checks": []},
        },
        "protection_url": f"{api}/protection",
    }
    return Answer(shape)


@routes.add("GET", REPOSITORY + "/commits")
def list_commits(call: Call) -> Answer:
    """List commits from a branch, tag or sha backwards, newest first; `path` keeps those that touch it."""
    start = _need_commit(call, call.query.get("sha") or call.realm.state.default_branch)
    path = call.query.get("path", "")
    found = [commit for commit in walk(call.realm.git, start.oid) if not path or _touches(call, commit, path)]
    return call.page(found, lambda commit: commit_shape(commit, call.links))


@routes.add("GET", REPOSITORY + "/commits/{ref}")
def read_commit(call: Call, ref: str) -> Answer:
    """Get a commit with the files that it changed."""
    commit = _need_commit(call, ref, status=422)
    changes = commit_changes(call.realm.git, commit)
    counts = (sum(c.additions for c in changes), sum(c.deletions for c in changes))
    extra = {
        "stats": {"additions": counts[0], "deletions": counts[1], "total": sum(counts)},
        "files": [file_shape(change, commit.oid, call.links) for change in changes[:_MAX_FILES]],
    }
    return Answer(commit_shape(commit, call.links) | extra)


@routes.add("GET", REPOSITORY + "/commits/{commit_sha}/pulls")
def list_commit_pulls(call: Call, commit_sha: str) -> Answer:
    """List the pull requests that brought a commit, or that carry it now."""
    commit = _need_commit(call, commit_sha, status=422)
    return call.page(pulls_of_commit(call.realm, commit.oid), lambda p: pull_shape(call.realm, p, call.links))


@routes.add("GET", REPOSITORY + "/compare/{basehead}")
def compare(call: Call, basehead: str) -> Answer:
    """Compare two commits: what `head` has since it left `base`."""
    left, dots, right = basehead.partition("...")
    if not dots:
        raise not_found()
    base, head = _need_commit(call, left), _need_commit(call, right)
    common = merge_base(call.realm.git, base.oid, head.oid)
    if common is None:
        raise Refusal(404, f"No common ancestor between {left} and {right}.")
    ahead = between(call.realm.git, base.oid, head.oid)
    behind = len(between(call.realm.git, head.oid, base.oid))
    rows, headers = call.slice(ahead) if "page" in call.query or "per_page" in call.query else (ahead[:250], {})
    changes = list_changes(call.realm.git, common, head.oid)[:_MAX_FILES]
    html = call.links.html(f"compare/{basehead}")
    status = {(False, False): "identical", (True, False): "ahead", (False, True): "behind"}
    shape = {
        "url": call.links.api(f"compare/{basehead}"),
        "html_url": html,
        "permalink_url": html,
        "diff_url": f"{html}.diff",
        "patch_url": f"{html}.patch",
        "base_commit": commit_shape(base, call.links),
        "merge_base_commit": commit_shape(call.realm.git.need_commit(common), call.links),
        "status": status.get((bool(ahead), bool(behind)), "diverged"),
        "ahead_by": len(ahead),
        "behind_by": behind,
        "total_commits": len(ahead),
        "commits": [commit_shape(commit, call.links) for commit in rows],
        "files": [file_shape(change, head.oid, call.links) for change in changes],
    }
    return Answer(shape, headers=headers)


@routes.add("GET", REPOSITORY + "/contents/{path}")
def read_contents(call: Call, path: str) -> Answer:
    """Get a file with its content, or the rows of a folder."""
    ref = call.query.get("ref") or call.realm.state.default_branch
    commit = call.realm.git.resolve_commit(ref)
    if commit is None:
        raise Refusal(404, f"No commit found for the ref {ref}")
    path = path.strip("/")
    entry = call.realm.git.entry(commit.tree, path)
    if entry is None:
        raise not_found()
    if entry.kind == "tree":
        rows = (call.realm.git.objects.tree(entry.oid) or {}).items()
        return Answer([_content(call, f"{path}/{n}".strip("/"), e, ref) for n, e in sorted(rows)])
    data = call.realm.git.read_blob(entry.oid) or b""
    file = {"content": base64.encodebytes(data).decode(), "encoding": "base64"}
    return Answer(_content(call, path, entry, ref) | file)


@routes.add("POST", REPOSITORY + "/dispatches")
def dispatch_repository(call: Call) -> Answer:
    """Record a repository dispatch."""
    name, payload = call.body.need("event_type"), call.body.inner("client_payload")
    values = dict(payload.values) if payload else {}
    if not name or len(name) > 100 or len(values) > 10:  # noqa: PLR2004 - GitHub's documented limits
        raise invalid("RepositoryDispatch", "invalid", field="event_type" if len(values) <= 10 else "client_payload")  # noqa: PLR2004 - same
    call.realm.state.dispatches.append(Dispatch("repository_dispatch", name, "", values))
    return Answer(status=204)


def _need_commit(call: Call, revision: str, *, status: int = 404) -> CommitObject:
    commit = call.realm.git.resolve_commit(revision)
    if commit is None:
        raise Refusal(status, f"No commit found for SHA: {revision}") if status != 404 else not_found()  # noqa: PLR2004 - HTTP's number
    return commit


def _touches(call: Call, commit: CommitObject, path: str) -> bool:
    git = call.realm.git
    before = {git.entry(git.need_commit(oid).tree, path) for oid in commit.parents} or {None}
    return git.entry(commit.tree, path) not in before


def _content(call: Call, path: str, entry: Entry, ref: str) -> dict[str, object]:
    api, html = call.links.api(f"contents/{path}?ref={ref}"), call.links.html(f"blob/{ref}/{path}")
    kind = "dir" if entry.kind == "tree" else "file"
    blob = call.links.api(f"git/{entry.kind}s/{entry.oid}")
    return {
        "name": path.rpartition("/")[2],
        "path": path,
        "sha": entry.oid,
        "size": len(call.realm.git.read_blob(entry.oid) or b""),
        "url": api,
        "html_url": html,
        "git_url": blob,
        "download_url": None if kind == "dir" else call.links.html(f"raw/{ref}/{path}"),
        "type": kind,
        "_links": {"self": api, "git": blob, "html": html},
    }
