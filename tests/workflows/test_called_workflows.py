"""The workflows that others call, and what docs/action.md says of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from pilotage.reconcile.outputs import NAMES
from workflows.workflowfiles import CALLED, ROOT, read_action, read_called, show

if TYPE_CHECKING:
    from pathlib import Path

PAGE = (ROOT / "docs" / "action.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", CALLED, ids=show)
def test_the_page_lists_what_a_workflow_takes_and_gives(path: Path) -> None:
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{path.name}` | `") and line.count("|") == 5)
    inputs, secrets, outputs = (re.findall(r"`([\w-]+)`", cell) for cell in row.split("|")[2:5])
    surface = read_called(path).surface
    assert sorted(inputs) == sorted(surface.inputs)
    assert sorted(secrets) == sorted(surface.secrets)
    assert sorted(outputs) == sorted(surface.outputs)


@pytest.mark.parametrize("path", CALLED, ids=show)
def test_the_page_lists_the_permissions_that_a_workflow_asks_for(path: Path) -> None:
    listed = dict(re.findall(rf"^\| `{path.name}` \| `([a-z-]+): (read|write)` \|", PAGE, re.MULTILINE))
    jobs = read_called(path).jobs.values()
    assert [job.permissions for job in jobs] == [listed]


@pytest.mark.parametrize("path", CALLED, ids=show)
def test_what_a_workflow_takes_is_typed_and_has_a_default(path: Path) -> None:
    surface = read_called(path).surface
    assert {one.type for one in surface.inputs.values()} <= {"string", "boolean", "number"}
    assert all(one.default is not None for one in surface.inputs.values())
    assert not any(secret.required for secret in surface.secrets.values())


@pytest.mark.parametrize("path", CALLED, ids=show)
def test_an_input_has_the_default_of_the_action_s_input(path: Path) -> None:
    action = read_action().inputs
    surface = read_called(path).surface
    same = {name: one.default for name, one in surface.inputs.items() if name in action}
    assert same == {name: _typed(action[name].default, like=value) for name, value in same.items()}


def _typed(default: object, *, like: object) -> object:
    return default == "true" if isinstance(like, bool) else default or ""


def test_a_release_gives_all_that_later_jobs_may_ask_for() -> None:
    of_titles = {"title-ok", "type", "scope", "breaking", "suggestion"}
    of_users = {name for name in NAMES if name.startswith("downstream")}
    assert set(read_called(CALLED[1]).surface.outputs) == set(NAMES) - of_titles - of_users - {"published", "plan"}


@pytest.mark.parametrize("path", CALLED, ids=show)
def test_each_group_of_runs_is_one_that_no_caller_has(path: Path) -> None:
    for job in read_called(path).jobs.values():
        assert job.concurrency
        assert job.concurrency.group.startswith(f"pilotage-{'title' if path.stem == 'pr-title' else path.stem}-")


@pytest.mark.parametrize("path", CALLED, ids=show)
def test_a_called_workflow_names_no_repository_but_foreign_ones(path: Path) -> None:
    uses = re.findall(r"uses: *(\S+)", path.read_text(encoding="utf-8"))
    assert "$/.github/actions/run" in uses
    assert not any(one.startswith(("./", "OWNER")) for one in uses)
