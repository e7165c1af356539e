"""What writes, or runs code with the base's rights, refuses to run for a stranger's pull request."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from commands.cliruns import run
from pilotage.errors import UsageError
from pilotage.reconcile.strangers import refuse_strangers

if TYPE_CHECKING:
    from pathlib import Path


def job(folder: Path, event: str, *, head: str = "acme/demo") -> dict[str, str]:
    path = folder / "event.json"
    side = {"ref": "topic", "repo": {"full_name": head}}
    pull = {
        "number": 1,
        "title": "feat: x",
        "body": "",
        "head": side,
        "base": side | {"repo": {"full_name": "acme/demo"}},
    }
    path.write_text(json.dumps({"pull_request": pull, "repository": {"full_name": "acme/demo"}}))
    return {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": event, "GITHUB_EVENT_PATH": str(path)}


@pytest.mark.parametrize(
    ("event", "head", "is_writing", "is_refused"),
    [
        ("pull_request_target", "acme/demo", True, True),
        ("pull_request_target", "acme/demo", False, True),
        ("pull_request", "mallory/demo", True, True),
        ("pull_request", "mallory/demo", False, False),
        ("pull_request", "acme/demo", True, False),
        ("push", "mallory/demo", True, False),
        ("release", "mallory/demo", True, False),
    ],
)
def test_only_events_that_strangers_cause_are_refused(
    tmp_path: Path, event: str, head: str, *, is_writing: bool, is_refused: bool
) -> None:
    environment = job(tmp_path, event, head=head)
    if not is_refused:
        refuse_strangers(environment, verb="publish", is_writing=is_writing)
        return
    with pytest.raises(UsageError, match=f"refuses to run for the event {event}"):
        refuse_strangers(environment, verb="publish", is_writing=is_writing)


def test_off_the_runner_nothing_is_refused(tmp_path: Path) -> None:
    refuse_strangers(job(tmp_path, "pull_request_target") | {"GITHUB_ACTIONS": ""}, verb="publish")


@pytest.mark.parametrize("text", [None, "no json", "{}"])
def test_an_event_that_cannot_be_read_counts_as_a_stranger_s(tmp_path: Path, text: str | None) -> None:
    environment = job(tmp_path, "pull_request")
    path = tmp_path / "event.json"
    path.unlink() if text is None else path.write_text(text)
    with pytest.raises(UsageError):
        refuse_strangers(environment, verb="apply")


@pytest.mark.parametrize("arguments", [("publish",), ("apply", "plan.json"), ("build",)])
def test_the_commands_that_act_refuse_before_they_look_at_anything(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = run(*arguments, env=job(tmp_path, "pull_request_target", head="mallory/demo"))
    assert (done.code, "refuses to run for the event pull_request_target" in done.out) == (2, True)
