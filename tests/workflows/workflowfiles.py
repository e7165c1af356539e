"""The action, the workflows and the examples of this repository, read as records."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import msgspec
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
ACTION = ROOT / "action.yml"
SELF_ACTION = ROOT / ".github" / "actions" / "run" / "action.yml"
OURS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
EXAMPLES = sorted((ROOT / "examples").glob("*/.github/workflows/*.yml"))
WORKFLOWS = [*OURS, *EXAMPLES]
CALLED = [ROOT / ".github" / "workflows" / name for name in ("pr-title.yml", "release.yml", "build.yml")]


class Input(msgspec.Struct, forbid_unknown_fields=True):
    description: str
    type: str = "string"
    default: str | int | bool | None = None
    required: bool = False


class Output(msgspec.Struct, forbid_unknown_fields=True):
    description: str
    value: str = ""


class Secret(msgspec.Struct, forbid_unknown_fields=True):
    description: str
    required: bool = False


class Surface(msgspec.Struct):
    """What a called workflow takes and gives."""

    inputs: dict[str, Input] = {}
    outputs: dict[str, Output] = {}
    secrets: dict[str, Secret] = {}


class Runs(msgspec.Struct, forbid_unknown_fields=True):
    using: str
    image: str
    args: list[str] = []


class Action(msgspec.Struct):
    name: str
    description: str
    inputs: dict[str, Input]
    outputs: dict[str, Output]
    runs: Runs


class Step(msgspec.Struct):
    name: str = ""
    id: str = ""
    uses: str = ""
    run: str = ""
    condition: str = msgspec.field(name="if", default="")
    given: dict[str, str | int | bool] = msgspec.field(name="with", default_factory=dict)
    env: dict[str, str] = {}


class Concurrency(msgspec.Struct, rename="kebab", forbid_unknown_fields=True):
    group: str
    cancel_in_progress: bool


class Job(msgspec.Struct, rename="kebab"):
    name: str = ""
    uses: str = ""
    needs: str | list[str] = []
    condition: str = msgspec.field(name="if", default="")
    given: dict[str, str | int | bool] = msgspec.field(name="with", default_factory=dict)
    secrets: dict[str, str] = {}
    permissions: dict[str, str] | None = None
    outputs: dict[str, str] = {}
    steps: list[Step] = []
    timeout_minutes: int | None = None
    concurrency: Concurrency | None = None
    environment: str = ""

    @property
    def needed(self) -> list[str]:
        return [self.needs] if isinstance(self.needs, str) else self.needs


class Workflow(msgspec.Struct):
    name: str
    on: dict[str, object]
    permissions: dict[str, str] | None = None
    concurrency: Concurrency | None = None
    jobs: dict[str, Job] = {}

    @property
    def surface(self) -> Surface:
        return msgspec.convert(self.on.get("workflow_call") or {}, Surface)

    @property
    def asked(self) -> dict[str, Input]:
        """What a person who starts it is asked for."""
        return msgspec.convert(self.on.get("workflow_dispatch") or {}, Surface).inputs


def read_workflow(text: str) -> Workflow:
    return msgspec.convert(YAML(typ="safe", pure=True).load(text), Workflow)


@cache
def read_action(path: Path = ACTION) -> Action:
    return msgspec.convert(YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")), Action)


@cache
def read_called(path: Path) -> Workflow:
    return read_workflow(path.read_text(encoding="utf-8"))


def show(path: Path) -> str:
    """Name a file in a test's id."""
    return path.relative_to(ROOT).as_posix()


def expressions_of(text: str) -> list[str]:
    """List what stands between `${{` and `}}`, and what stands bare behind an `if:`."""
    return re.findall(r"\$\{\{(.*?)\}\}", text, re.DOTALL) + re.findall(
        r"^\s*(?:- )?if: (?!\$|>)(.+)$", text, re.MULTILINE
    )
