"""Workflow files in the repository, and the rules of starting one.

Source: https://docs.github.com/rest/actions/workflows#create-a-workflow-dispatch-event
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from pilotage.sandbox.forge.refusals import not_found, unprocessable
from pilotage.sandbox.forge.runs import COMPLETED, QUEUED, Run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pilotage.sandbox.forge.realm import Realm

FOLDER: Final = ".github/workflows"
_DISPATCH: Final = "workflow_dispatch"
_MAX_INPUTS: Final = 25


@dataclass(frozen=True, slots=True)
class Workflow:
    """A workflow that GitHub knows.

    Args:
        id: Its number.
        file: Its file's name below `.github/workflows`.
        name: What its file calls it, else its path.
    """

    id: int
    file: str
    name: str

    @property
    def path(self) -> str:
        """Give its file's path."""
        return f"{FOLDER}/{self.file}"


def list_workflows(realm: Realm) -> list[Workflow]:
    """Give the workflows that stand on the default branch, and those that ran, by their file's name."""
    at = realm.git.branch(realm.state.default_branch)
    files = set(_files(realm, at) if at else ()) | {run.workflow for run in realm.state.runs}
    return [_workflow(realm, file) for file in sorted(files)]


def find_workflow(realm: Realm, which: str) -> Workflow:
    """Give a workflow by its number or its file's name.

    Raises:
        Refusal: 404 when GitHub knows none.
    """
    found = next((w for w in list_workflows(realm) if which in {str(w.id), w.file}), None)
    if found is None:
        raise not_found()
    return found


def dispatch(realm: Realm, workflow: Workflow, *, ref: str, inputs: Mapping[str, object], actor: str) -> Run:
    """Start a workflow on a branch or tag.

    Raises:
        Refusal: 422 when there is no such ref, it cannot be dispatched there, or the inputs are not its own.
    """
    name = _find_ref(realm, ref)
    commit = realm.git.resolve_commit(name or "")
    if name is None or commit is None:
        raise unprocessable(f"No ref found for: {ref}")
    declared = _read_inputs(realm, commit.oid, workflow)
    strange = [key for key in inputs if key not in declared]
    if strange:
        raise unprocessable(f"Unexpected inputs provided: {json.dumps(strange)}")
    lacking = next((key for key, is_needed in declared.items() if is_needed and not inputs.get(key)), None)
    if lacking is not None:
        raise unprocessable(f"Required input '{lacking}' not provided")
    if len(inputs) > _MAX_INPUTS:
        raise unprocessable(f"Invalid request.\n\nNo more than {_MAX_INPUTS} properties are allowed.")
    run = add_run(realm, workflow.file, commit.oid, event=_DISPATCH, branch=name.split("/", 2)[2], actor=actor)
    run.inputs = dict(inputs)
    if realm.state.runs_take == 0:
        run.finish(realm.state.runs_end, now=realm.now())
    return run


def add_run(realm: Realm, file: str, sha: str, *, event: str, branch: str, actor: str) -> Run:
    """Add a run that waits for its start."""
    number = 1 + sum(run.workflow == file for run in realm.state.runs)
    now = realm.now()
    run = Run(realm.state.next_id(), number, file, event, branch, sha, actor, now, now, QUEUED)
    realm.state.runs.append(run)
    return run


def is_like(run: Run, wanted: Mapping[str, str]) -> bool:
    """Tell whether a run passes the filters of a listing.

    Args:
        run: The run.
        wanted: The query: `branch`, `event`, `head_sha`, `actor`, `status` (a status or a conclusion), `created`.
    """
    plain = {"branch": run.head_branch, "event": run.event, "head_sha": run.head_sha, "actor": run.actor}
    if any(name in wanted and wanted[name] != value for name, value in plain.items()):
        return False
    if wanted.get("status", run.status) not in {run.status, run.conclusion if run.status == COMPLETED else ""}:
        return False
    return _is_within(run.created_at, wanted.get("created", ""))


def _is_within(moment: str, span: str) -> bool:
    """Read GitHub's search syntax for dates: `>=X`, `>X`, `<=X`, `<X`, `X..Y` with `*` for no bound, or a prefix."""
    first, dots, last = span.partition("..")
    if dots:
        return (first == "*" or moment >= first) and (last == "*" or moment[: len(last)] <= last)
    for sign, passes in _SIGNS.items():
        if span.startswith(sign):
            bound = span.removeprefix(sign)
            return passes(moment[: len(bound)], bound)
    return moment.startswith(span)


_SIGNS: Final = {">=": str.__ge__, "<=": str.__le__, ">": str.__gt__, "<": str.__lt__}


def _workflow(realm: Realm, file: str) -> Workflow:
    ids = realm.state.workflow_ids
    if file not in ids:
        ids[file] = realm.state.next_id()
    at = realm.git.branch(realm.state.default_branch)
    name = _read(realm, at, file).get("name") if at else None
    return Workflow(ids[file], file, str(name or f"{FOLDER}/{file}"))


def _files(realm: Realm, oid: str) -> list[str]:
    folder = realm.git.entry(realm.git.need_commit(oid).tree, FOLDER)
    rows = realm.git.objects.tree(folder.oid) if folder is not None else None
    return [name for name in rows or {} if name.endswith((".yml", ".yaml"))]


def _find_ref(realm: Realm, ref: str) -> str | None:
    names = (ref,) if ref.startswith("refs/") else (f"refs/heads/{ref}", f"refs/tags/{ref}")
    return next((name for name in names if realm.git.refs.read(name) is not None), None)


def _read_inputs(realm: Realm, oid: str, workflow: Workflow) -> dict[str, bool]:
    """Give the inputs of a workflow as it is in a commit, and of each whether it must be given."""
    events = _read(realm, oid, workflow.file).get("on")
    names = events if isinstance(events, list | dict) else [events]
    if _DISPATCH not in names:
        raise unprocessable("Workflow does not have 'workflow_dispatch' trigger")
    declared = _object(_object(_object(events).get(_DISPATCH)).get("inputs"))
    rows = {name: _object(row) for name, row in declared.items()}
    return {name: row.get("required") is True and "default" not in row for name, row in rows.items()}


def _read(realm: Realm, oid: str, file: str) -> dict[str, object]:
    entry = realm.git.entry(realm.git.need_commit(oid).tree, f"{FOLDER}/{file}")
    data = realm.git.read_blob(entry.oid) if entry is not None else None
    try:
        return _object(YAML(typ="safe", pure=True).load(io.BytesIO(data or b"")))
    except YAMLError:
        return {}


def _object(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}
