"""Webhook payloads of what happened, in GitHub's shape.

Source: https://docs.github.com/webhooks/webhook-events-and-payloads
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.sandbox.forge.changes import commit_changes
from pilotage.sandbox.forge.history import between, is_contained
from pilotage.sandbox.forge.mergequeue import MergeQueue, find_group
from pilotage.sandbox.forge.objects import ZERO
from pilotage.sandbox.forge.shapes import Links, repository_shape, user_shape
from pilotage.sandbox.forge.shapes_actions import run_shape, workflow_shape
from pilotage.sandbox.forge.shapes_git import login_of, moment
from pilotage.sandbox.forge.shapes_pulls import full_pull_shape
from pilotage.sandbox.forge.shapes_releases import release_shape
from pilotage.sandbox.forge.times import parse_moment
from pilotage.sandbox.forge.workflows import find_workflow

if TYPE_CHECKING:
    from pilotage.sandbox.forge.objects import CommitObject
    from pilotage.sandbox.forge.shapes import JsonObject


class Events(MergeQueue):
    """Spells events; addresses in them are those of the last server, or of a port-less one before any."""

    @property
    def links(self) -> Links:
        """Give the addresses that stand in events."""
        return Links(self.site.server, self.realm.state.full_name)

    def event_pull_request(
        self, number: int, action: str, *, changes: JsonObject | None = None, sender: str = "octocat"
    ) -> JsonObject:
        """Spell a `pull_request` event (`opened`, `edited`, `synchronize`, `closed`, …) of the present state."""
        with self.lock:
            pull = self.pull_request(number)
            event: JsonObject = {
                "action": action,
                "number": number,
                "pull_request": full_pull_shape(self.realm, pull, self.links),
            }
            if changes is not None:
                event["changes"] = changes
            if action == "synchronize":
                event |= {"before": self.realm.git.need_commit(pull.head_sha).parents[0], "after": pull.head_sha}
            return event | self._ends(sender)

    def event_push(self, before: str, after: str, branch: str, *, sender: str = "octocat") -> JsonObject:
        """Spell a `push` event of a branch; 40 zeros stand for "did not exist" and "was deleted"."""
        with self.lock:
            git, end = self.realm.git, self._ends(sender)
            commits = () if after == ZERO else self._pushed(before, after)
            head = None if after == ZERO else self._pushed_commit(git.need_commit(after))
            repository = end["repository"]
            if isinstance(repository, dict):
                # GitHub's push events count these moments in seconds
                moments = {name: parse_moment(str(repository[name])) for name in ("created_at", "pushed_at")}
                extra = {"stargazers": 0, "master_branch": self.realm.state.default_branch}
                owner = user_shape(self.links, self.realm.state.owner)
                owner |= {"name": self.realm.state.owner, "email": None}
                end["repository"] = repository | moments | extra | {"owner": owner}
            return {
                "ref": f"refs/heads/{branch}",
                "before": before,
                "after": after,
                **end,
                "pusher": {"name": sender, "email": f"{sender}@users.noreply.github.com"},
                "created": before == ZERO,
                "deleted": after == ZERO,
                "forced": ZERO not in {before, after} and not is_contained(git, before, after),
                "base_ref": None,
                "compare": self.links.html(f"compare/{before[:12]}...{after[:12]}"),
                "commits": [self._pushed_commit(commit) for commit in commits],
                "head_commit": head,
            }

    def event_release(self, release_id: int, action: str, *, sender: str = "octocat") -> JsonObject:
        """Spell a `release` event (`published`, `created`, `edited`, …) of the present state."""
        with self.lock:
            release = release_shape(self.release(release_id), self.links)
            return {"action": action, "release": release, **self._ends(sender)}

    def event_merge_group(self, number: int, *, sender: str = "octocat") -> JsonObject:
        """Spell the `merge_group` event that asks for checks of the group which a pull request waits in.

        Raises:
            Refusal: 404 when it waits in none.
        """
        with self.lock:
            waiting = find_group(self.realm, number)
            head = self._pushed_commit(self.realm.git.need_commit(waiting.head_sha))
            plain = {name: head[name] for name in ("id", "tree_id", "message", "timestamp")}
            people = {name: _without_login(head[name]) for name in ("author", "committer")}
            group = {
                "head_sha": waiting.head_sha,
                "head_ref": waiting.ref,
                "base_sha": waiting.base_sha,
                "base_ref": f"refs/heads/{waiting.base}",
                "head_commit": plain | people,
            }
            return {"action": "checks_requested", "merge_group": group, **self._ends(sender)}

    def event_workflow_dispatch(
        self, workflow: str = ".github/workflows/release.yml", *, inputs: JsonObject | None = None
    ) -> JsonObject:
        """Spell a `workflow_dispatch` event on the default branch."""
        with self.lock:
            ref = f"refs/heads/{self.realm.state.default_branch}"
            return {"inputs": inputs, "ref": ref, "workflow": workflow, **self._ends("octocat")}

    def event_workflow_run(self, run_id: int, action: str = "completed") -> JsonObject:
        """Spell a `workflow_run` event (`completed`, `requested`, `in_progress`) of a run as it stands."""
        with self.lock:
            run = self.run(run_id)
            workflow = workflow_shape(self.realm, find_workflow(self.realm, run.workflow), self.links)
            told = run_shape(self.realm, run, self.links)
            return {"action": action, "workflow_run": told, "workflow": workflow, **self._ends(run.actor)}

    def _ends(self, sender: str) -> JsonObject:
        return {"repository": repository_shape(self.realm, self.links), "sender": user_shape(self.links, sender)}

    def _pushed(self, before: str, after: str) -> tuple[CommitObject, ...]:
        if self.realm.git.objects.commit(before) is not None:
            return between(self.realm.git, before, after)
        return (self.realm.git.need_commit(after),)

    def _pushed_commit(self, commit: CommitObject) -> JsonObject:
        changes = commit_changes(self.realm.git, commit)
        people: JsonObject = {}
        for role, signature in (("author", commit.author), ("committer", commit.committer)):
            person: JsonObject = {"name": signature.name, "email": signature.email}
            login = login_of(signature)
            people[role] = person | ({"username": login} if login else {})
        return {
            "id": commit.oid,
            "tree_id": commit.tree,
            "distinct": True,
            "message": commit.message,
            "timestamp": moment(commit.committer),
            "url": self.links.html(f"commit/{commit.oid}"),
            **people,
            "added": [change.path for change in changes if change.status in {"added", "renamed"}],
            "removed": [
                change.previous or change.path for change in changes if change.status in {"removed", "renamed"}
            ],
            "modified": [change.path for change in changes if change.status in {"modified", "changed"}],
        }


def _without_login(person: object) -> JsonObject:
    return {name: value for name, value in person.items() if name != "username"} if isinstance(person, dict) else {}
