"""GitHub's own generator of release notes: a line for each pull request that a release brings.

Source: https://docs.github.com/repositories/releasing-projects-on-github/automatically-generated-release-notes
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.sandbox.forge.history import ancestors
from pilotage.sandbox.forge.refusals import invalid, not_found
from pilotage.sandbox.forge.releases import latest_release

if TYPE_CHECKING:
    from pilotage.sandbox.forge.realm import Realm
    from pilotage.sandbox.forge.shapes import Links


def generate(realm: Realm, links: Links, *, tag: str, target: str, previous: str) -> tuple[str, str]:
    """Give the name and the body of a release that is not there yet.

    Args:
        realm: The repository.
        links: The addresses to put into the body.
        tag: The release's tag; its commit counts when it is there.
        target: The commit or branch that counts otherwise.
        previous: The tag from which on pull requests count; "" takes that of the latest release.

    Raises:
        Refusal: 404 without a commit, 422 for a previous tag that is not there.
    """
    head = realm.git.resolve_commit(f"refs/tags/{tag}") or realm.git.resolve_commit(target)
    if head is None:
        raise not_found()
    latest = latest_release(realm)
    since = previous or (latest.tag_name if latest and latest.tag_name != tag else "")
    base = realm.git.resolve_commit(f"refs/tags/{since}") if since else None
    if previous and base is None:
        raise invalid("Release", "custom", message="Invalid previous_tag parameter")
    new = ancestors(realm.git, head.oid) - (ancestors(realm.git, base.oid) if base else frozenset())
    pulls = [pull for pull in realm.state.pulls if pull.merge_commit_sha in new and pull.merged_at]
    lines = [f"* {pull.title} by @{pull.author} in {links.html(f'pull/{pull.number}')}" for pull in pulls]
    page = links.html(f"compare/{since}...{tag}") if base else links.html(f"commits/{tag}")
    head_lines = ["## What's Changed", *lines, "", ""] if lines else [""]
    return tag, "\n".join([*head_lines, f"**Full Changelog**: {page}"])
