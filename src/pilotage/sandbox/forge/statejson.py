"""A repository's state, to JSON values and back."""

from __future__ import annotations

import dataclasses

from pilotage.sandbox.forge.records import Deployment, DeploymentStatus, Issue
from pilotage.sandbox.forge.runs import Run
from pilotage.sandbox.forge.state import (
    Asset,
    Comment,
    Dispatch,
    Fork,
    MergeGroup,
    PullRequest,
    Release,
    Settings,
    State,
)


def state_to_json(state: State) -> dict[str, object]:
    """Turn a state into JSON values."""
    return dataclasses.asdict(state)


def state_from_json(value: dict[str, object]) -> State:
    """Read a state back from what `state_to_json` gave."""
    return State(
        **{  # type: ignore[arg-type]  # the keys are the fields: state_to_json wrote them
            **value,
            "settings": Settings(**_tuples(_object(value["settings"]))),  # type: ignore[arg-type]  # same
            "pulls": [
                PullRequest(**{**row, "labels": tuple(_list(row["labels"]))})  # type: ignore[arg-type]  # same
                for row in _objects(value["pulls"])
            ],
            "releases": [
                Release(**{**row, "assets": [Asset(**a) for a in _objects(row["assets"])]})  # type: ignore[arg-type]  # same
                for row in _objects(value["releases"])
            ],
            "comments": [Comment(**row) for row in _objects(value["comments"])],  # type: ignore[arg-type]  # same
            "issues": [Issue(**_tuples(row)) for row in _objects(value.get("issues"))],  # type: ignore[arg-type]  # same
            "deployments": [
                Deployment(**{**row, "statuses": [DeploymentStatus(**one) for one in _objects(row["statuses"])]})  # type: ignore[arg-type]  # same
                for row in _objects(value.get("deployments"))
            ],
            "dispatches": [Dispatch(**row) for row in _objects(value["dispatches"])],  # type: ignore[arg-type]  # same
            "forks": [Fork(**row) for row in _objects(value.get("forks"))],  # type: ignore[arg-type]  # same
            "runs": [Run(**row) for row in _objects(value.get("runs"))],  # type: ignore[arg-type]  # same
            "groups": [
                MergeGroup(**_tuples(row))  # type: ignore[arg-type]  # same
                for row in _objects(value.get("groups"))
            ],
        }
    )


def _tuples(row: dict[str, object]) -> dict[str, object]:
    return {key: tuple(cell) if isinstance(cell, list) else cell for key, cell in row.items()}


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []


def _object(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _objects(value: object) -> list[dict[str, object]]:
    return [_object(row) for row in _list(value)]
