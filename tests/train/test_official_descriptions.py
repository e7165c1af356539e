"""Every request that the train sends, and every answer that it gets, is as GitHub's own descriptions say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pilotage.errors import PilotageError
from pilotage.reconcile.bootstrap import Surroundings
from pilotage.reconcile.runevent import run_event
from pilotage.sandbox.forge.access import Permission
from sandbox.githubschema import official_api
from train.harness import HASTY, STAGES, WITHDRAWN, Bench

if TYPE_CHECKING:
    from pathlib import Path

    from pilotage.sandbox.forge.forge import Endpoint, Forge


def findings(forge: Forge) -> list[str]:
    """Judge the whole log of a forge."""
    api = official_api()
    requests = [request for request in forge.log if request.kind != "git"]
    assert requests
    return [f"{r.method} {r.path}: {finding}" for r in requests for finding in api.check(r)]


@pytest.mark.parametrize("train", [STAGES, WITHDRAWN], ids=["released", "withdrawn"])
def test_the_release_flows_speak_as_github_describes(tmp_path: Path, train: tuple[object, ...]) -> None:
    bench = Bench(tmp_path)
    stages = STAGES if train is STAGES else WITHDRAWN
    with bench.world(bench.start()) as (forge, endpoint):
        for stage in stages:
            stage.act(forge)
            bench.run(endpoint)
        assert findings(forge) == []


def test_the_check_of_pull_requests_and_the_publishing_speak_as_github_describes(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with bench.world(bench.start()) as (forge, endpoint):
        forge.push("main", {"demo/__init__.py": "def greet():\n    return 1\n"}, "feat: api")
        number = forge.open_pull_request(
            "topic", "Feat : more", files={"demo/__init__.py": "def wave():\n    return 1\n"}
        )
        send(bench, endpoint, "pull_request", forge.event_pull_request(number, "opened"))
        forge.edit_pull_request(number, title="feat!: more")
        send(bench, endpoint, "pull_request", forge.event_pull_request(number, "edited"))
        forge.queue_pull_request(number)
        send(bench, endpoint, "merge_group", forge.event_merge_group(number))
        forge.tokens["reader"] = Permission.READ
        bench.token = "reader"  # noqa: S105 - the embedded forge alone knows it
        send(
            bench,
            endpoint,
            "push",
            forge.event_push("0" * 40, forge.realm.git.refs.read("refs/heads/main") or "", "main"),
        )
        assert {request.status for request in forge.log} >= {200, 201, 403}
        assert findings(forge) == []


def send(bench: Bench, endpoint: Endpoint, name: str, payload: object) -> None:
    """Run an event; how it ends is told elsewhere."""
    here = Surroundings(bench._clone, bench.surroundings(endpoint).environment, patience=HASTY)
    try:
        run_event(here, name=name, text=json.dumps(payload), place="event.json", tell=lambda _: None)
    except PilotageError:
        return
