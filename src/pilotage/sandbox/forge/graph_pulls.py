"""What hangs on a GraphQL node of a pull request: its commits, files and comments, and where its head is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pilotage.sandbox.forge.changes import list_changes
from pilotage.sandbox.forge.graph_actors import actor_node
from pilotage.sandbox.forge.graph_connections import connection
from pilotage.sandbox.forge.history import between, merge_base
from pilotage.sandbox.forge.shapes import Links, node_id, repository_id, stable_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphql import GraphQLResolveInfo

    from pilotage.sandbox.forge.call import Call
    from pilotage.sandbox.forge.changes import FileChange
    from pilotage.sandbox.forge.objects import CommitObject
    from pilotage.sandbox.forge.shapes import JsonObject
    from pilotage.sandbox.forge.state import Comment, PullRequest

_CHANGE_TYPES: Final = {"removed": "DELETED"}


def pull_lists(call: Call, pull: PullRequest, commit_node: Callable[[Call, CommitObject], JsonObject]) -> JsonObject:
    """Give the lists of a pull request as resolvers: commits and comments oldest first, files by path.

    Args:
        call: The request.
        pull: The pull request.
        commit_node: Spells a commit.
    """
    git = call.realm.git

    def commits(_info: object, **arguments: object) -> JsonObject:
        def node(commit: CommitObject) -> JsonObject:
            url = call.links.html(f"pull/{pull.number}/commits/{commit.oid}")
            own = {"id": node_id("PURC", f"{pull.number}_{commit.oid}"), "url": url}
            return own | {"commit": commit_node(call, commit)}

        return connection(between(git, pull.base_sha, pull.head_sha), node, arguments, name="commits")

    def files(_info: object, **arguments: object) -> JsonObject:
        base = merge_base(git, pull.base_sha, pull.head_sha) or pull.base_sha
        return connection(list_changes(git, base, pull.head_sha), _file_node, arguments, name="files")

    return {"commits": commits, "files": files, "comments": comments_field(call, pull.number)}


def comments_field(call: Call, number: int) -> Callable[..., JsonObject]:
    """Give the comments on a pull request or an issue as a resolver, oldest first."""

    def comments(_info: object, **arguments: object) -> JsonObject:
        found = [comment for comment in call.listing.view.state.comments if comment.number == number]
        order = arguments.get("orderBy")
        if isinstance(order, dict):
            found.sort(key=lambda comment: (comment.updated_at, comment.id), reverse=order["direction"] == "DESC")
        return connection(found, lambda comment: _comment_node(call, comment), arguments, name="comments")

    return comments


def head_fields(call: Call, pull: PullRequest) -> JsonObject:
    """Spell where the head of a pull request is; the repository is null once it is deleted."""
    fork = call.realm.fork(pull.fork) if pull.fork else None

    def repository(info: GraphQLResolveInfo[object]) -> object:
        if fork is None:
            owner, name = call.realm.state.owner, call.realm.state.name
            return None if pull.fork else info.root_value["repository"](info, owner=owner, name=name)
        own = Links(call.links.server, fork.full_name)
        return repository_name(call, own) | {"isFork": True}

    return {
        "isCrossRepository": bool(pull.fork),
        "maintainerCanModify": fork is not None,
        "headRepository": repository,
        "headRepositoryOwner": actor_node(call, call.realm.head_owner(pull)),
    }


def repository_name(call: Call, links: Links) -> JsonObject:
    """Spell who a repository is: its names, owner and address."""
    owner, _, name = links.full_name.partition("/")
    return {
        "__typename": "Repository",
        "id": repository_id(links.full_name),
        "databaseId": stable_id(links.full_name) >> 1,  # GraphQL's Int has 31 bits
        "name": name,
        "nameWithOwner": links.full_name,
        "owner": actor_node(call, owner),
        "url": links.html(),
        "isFork": False,
        "isPrivate": call.realm.state.settings.private,
    }


def _file_node(change: FileChange) -> JsonObject:
    kind = _CHANGE_TYPES.get(change.status, change.status.upper())
    return {"path": change.path, "changeType": kind, "additions": change.additions, "deletions": change.deletions}


def _comment_node(call: Call, comment: Comment) -> JsonObject:
    return {
        "__typename": "IssueComment",
        "id": node_id("IC", comment.id),
        "databaseId": comment.id,
        "body": comment.body,
        "url": call.links.html(f"pull/{comment.number}#issuecomment-{comment.id}"),
        "author": actor_node(call, comment.author),
        "viewerDidAuthor": comment.author == call.viewer.login,
        "isMinimized": False,
        "createdAt": comment.created_at,
        "updatedAt": comment.updated_at,
    }
