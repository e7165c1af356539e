"""How REST and events spell workflows and their runs."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from pilotage.sandbox.forge.shapes import node_id, repository_shape, user_shape
from pilotage.sandbox.forge.shapes_git import moment
from pilotage.sandbox.forge.workflows import FOLDER, find_workflow

if TYPE_CHECKING:
    from pilotage.sandbox.forge.objects import Signature
    from pilotage.sandbox.forge.realm import Realm
    from pilotage.sandbox.forge.runs import Run
    from pilotage.sandbox.forge.shapes import JsonObject, Links
    from pilotage.sandbox.forge.workflows import Workflow


def workflow_shape(realm: Realm, workflow: Workflow, links: Links) -> JsonObject:
    """Spell a workflow."""
    return {
        "id": workflow.id,
        "node_id": node_id("W", workflow.id),
        "name": workflow.name,
        "path": workflow.path,
        "state": "active",
        "created_at": realm.state.created_at,
        "updated_at": realm.state.created_at,
        "url": links.api(f"actions/workflows/{workflow.id}"),
        "html_url": links.html(f"blob/{realm.state.default_branch}/{quote(workflow.path)}"),
        "badge_url": links.html(f"workflows/{quote(workflow.name)}/badge.svg"),
    }


def run_page(run_id: int, links: Links) -> str:
    """Give the address of a run's page."""
    return links.html(f"actions/runs/{run_id}")


def log_page(run_id: int, links: Links) -> str:
    """Give the address of the log of a run's job, as deployments tell it; empty without a run."""
    return f"{run_page(run_id, links)}/job/{run_id}" if run_id else ""


def run_shape(realm: Realm, run: Run, links: Links) -> JsonObject:
    """Spell a run."""
    workflow = find_workflow(realm, run.workflow)
    commit = realm.git.need_commit(run.head_sha)
    api = links.api(f"actions/runs/{run.id}")
    repository, actor = repository_shape(realm, links), user_shape(links, run.actor)
    return {
        "id": run.id,
        "name": workflow.name,
        "node_id": node_id("WFR", run.id),
        "check_suite_id": run.id,
        "check_suite_node_id": node_id("CS", run.id),
        "head_branch": run.head_branch,
        "head_sha": run.head_sha,
        "path": f"{FOLDER}/{run.workflow}",
        "display_title": commit.message.partition("\n")[0] if run.event == "push" else workflow.name,
        "run_number": run.number,
        "run_attempt": run.attempt,
        "event": run.event,
        "status": run.status,
        "conclusion": run.conclusion or None,
        "workflow_id": workflow.id,
        "url": api,
        "html_url": run_page(run.id, links),
        "pull_requests": [],
        "referenced_workflows": [],
        "created_at": run.created_at,
        "updated_at": run.updated_at,
        "run_started_at": run.created_at,
        "actor": actor,
        "triggering_actor": actor,
        **{f"{name}_url": f"{api}/{name}" for name in ("jobs", "logs", "artifacts", "cancel", "rerun")},
        "check_suite_url": links.api(f"check-suites/{run.id}"),
        "previous_attempt_url": None,
        "workflow_url": links.api(f"actions/workflows/{workflow.id}"),
        "head_commit": {
            "id": commit.oid,
            "tree_id": commit.tree,
            "message": commit.message,
            "timestamp": moment(commit.committer),
            "author": _person(commit.author),
            "committer": _person(commit.committer),
        },
        "repository": repository,
        "head_repository": repository,
    }


def _person(signature: Signature) -> JsonObject:
    return {"name": signature.name, "email": signature.email}
