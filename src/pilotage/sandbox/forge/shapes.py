"""The addresses of the forge, and the objects that stand in nearly every answer: users and the repository."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pilotage.sandbox.forge.realm import Realm
    from pilotage.sandbox.forge.state import Fork

JsonObject = dict[str, object]

_PLAIN: Final = (
    *("forks", "teams", "hooks", "events", "tags", "languages", "stargazers", "contributors", "subscribers"),
    *("subscription", "merges", "downloads", "deployments"),
)
_TEMPLATES: Final = {
    "keys": "keys{/key_id}",
    "collaborators": "collaborators{/collaborator}",
    "issue_events": "issues/events{/number}",
    "assignees": "assignees{/user}",
    "branches": "branches{/branch}",
    "blobs": "git/blobs{/sha}",
    "git_tags": "git/tags{/sha}",
    "git_refs": "git/refs{/sha}",
    "trees": "git/trees{/sha}",
    "statuses": "statuses/{sha}",
    "commits": "commits{/sha}",
    "git_commits": "git/commits{/sha}",
    "comments": "comments{/number}",
    "issue_comment": "issues/comments{/number}",
    "contents": "contents/{+path}",
    "compare": "compare/{base}...{head}",
    "archive": "{archive_format}{/ref}",
    "issues": "issues{/number}",
    "pulls": "pulls{/number}",
    "milestones": "milestones{/number}",
    "notifications": "notifications{?since,all,participating}",
    "labels": "labels{/name}",
    "releases": "releases{/id}",
}


@dataclass(frozen=True, slots=True)
class Links:
    """Where things are, as absolute addresses on the forge's own host.

    Args:
        server: Such as `http://127.0.0.1:8080`, without a slash at the end.
        full_name: `OWNER/NAME`.
    """

    server: str
    full_name: str

    def api(self, path: str = "") -> str:
        """Give an address below the repository's REST address."""
        return f"{self.server}/api/v3/repos/{self.full_name}{'/' if path else ''}{path}"

    def html(self, path: str = "") -> str:
        """Give the address of a page below the repository's."""
        return f"{self.server}/{self.full_name}{'/' if path else ''}{path}"


def stable_id(text: str) -> int:
    """Give a number that belongs to a name (users have no record of their own)."""
    return zlib.crc32(text.encode())


def node_id(kind: str, number: int | str) -> str:
    """Spell a GraphQL id, such as `PR_7`."""
    return f"{kind}_{number}"


def repository_id(full_name: str) -> str:
    """Spell the GraphQL id of a repository."""
    return node_id("R", stable_id(full_name))


def user_shape(links: Links, login: str) -> JsonObject:
    """Spell a simple user; a login that ends in `[bot]` is a bot."""
    api = f"{links.server}/api/v3/users/{login}"
    return {
        "login": login,
        "id": stable_id(login),
        "node_id": node_id("U", stable_id(login)),
        "avatar_url": f"{links.server}/avatars/{login}",
        "gravatar_id": "",
        "url": api,
        "html_url": f"{links.server}/{login}",
        "followers_url": f"{api}/followers",
        "following_url": f"{api}/following{{/other_user}}",
        "gists_url": f"{api}/gists{{/gist_id}}",
        "starred_url": f"{api}/starred{{/owner}}{{/repo}}",
        "subscriptions_url": f"{api}/subscriptions",
        "organizations_url": f"{api}/orgs",
        "repos_url": f"{api}/repos",
        "events_url": f"{api}/events{{/privacy}}",
        "received_events_url": f"{api}/received_events",
        "type": "Bot" if login.endswith("[bot]") else "User",
        "site_admin": False,
    }


def repository_shape(realm: Realm, links: Links) -> JsonObject:
    """Spell the repository as it stands in webhook payloads and inside pull requests."""
    state = realm.state
    addresses = {f"{name}_url": links.api(name) for name in _PLAIN}
    addresses |= {f"{name}_url": links.api(path) for name, path in _TEMPLATES.items()}
    open_issues = sum(pull.is_open for pull in state.pulls) + sum(issue.is_open for issue in state.issues)
    return addresses | {
        "id": stable_id(state.full_name),
        "node_id": repository_id(state.full_name),
        "name": state.name,
        "full_name": state.full_name,
        "private": state.settings.private,
        "owner": user_shape(links, state.owner),
        "html_url": links.html(),
        "description": state.settings.description or None,
        "fork": False,
        "url": links.api(),
        "created_at": state.created_at,
        "updated_at": state.created_at,
        "pushed_at": state.created_at,
        "git_url": f"git:{links.html().partition(':')[2]}.git",
        "ssh_url": f"git@127.0.0.1:{state.full_name}.git",
        "clone_url": f"{links.html()}.git",
        "svn_url": links.html(),
        "homepage": None,
        "language": None,
        "mirror_url": None,
        "license": None,
        "size": 0,
        "forks": 0,
        "forks_count": 0,
        "stargazers_count": 0,
        "watchers": 0,
        "watchers_count": 0,
        "open_issues": open_issues,
        "open_issues_count": open_issues,
        "has_issues": state.settings.has_issues,
        "has_projects": True,
        "has_downloads": True,
        "has_wiki": True,
        "has_pages": False,
        "has_discussions": False,
        "archived": state.settings.archived,
        "disabled": state.settings.disabled,
        "is_template": False,
        "topics": list(state.settings.topics),
        "visibility": "private" if state.settings.private else "public",
        "web_commit_signoff_required": False,
        "custom_properties": {},
        "default_branch": state.default_branch,
    }


def fork_shape(realm: Realm, fork: Fork, links: Links) -> JsonObject:
    """Spell a fork as it stands inside pull requests; it has the repository's settings, and its own addresses."""
    own = Links(links.server, fork.full_name)
    names: JsonObject = {
        "id": stable_id(fork.full_name),
        "node_id": repository_id(fork.full_name),
        "name": fork.name,
        "full_name": fork.full_name,
        "owner": user_shape(own, fork.owner),
        "ssh_url": f"git@127.0.0.1:{fork.full_name}.git",
        "fork": True,
        "open_issues": 0,
        "open_issues_count": 0,
        "has_issues": False,
    }
    return repository_shape(realm, own) | names


def full_repository_shape(realm: Realm, links: Links, *, is_writer: bool) -> JsonObject:
    """Spell the repository as `GET /repos/{owner}/{repo}` does, with its merge settings."""
    settings = realm.state.settings
    return repository_shape(realm, links) | {
        "network_count": 0,
        "subscribers_count": 0,
        "permissions": {"admin": False, "maintain": False, "push": is_writer, "triage": is_writer, "pull": True},
        "allow_squash_merge": settings.allow_squash_merge,
        "allow_merge_commit": settings.allow_merge_commit,
        "allow_rebase_merge": settings.allow_rebase_merge,
        "delete_branch_on_merge": settings.delete_branch_on_merge,
        "squash_merge_commit_title": settings.squash_merge_commit_title,
        "squash_merge_commit_message": settings.squash_merge_commit_message,
        "merge_commit_title": "MERGE_MESSAGE",
        "merge_commit_message": "PR_TITLE",
    }
