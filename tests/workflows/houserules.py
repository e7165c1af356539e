"""What we ask of each workflow beyond what linters ask; findings are sentences, so that a test can count on them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workflows.workflowfiles import (
    ROOT,
    SELF_ACTION,
    Input,
    Job,
    Surface,
    Workflow,
    expressions_of,
    read_action,
    read_called,
    read_workflow,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PLACEHOLDER = "0123456789abcdef0123456789abcdef01234567"
_USES = re.compile(r"uses: *(\S+)(?: +# (\S+))?")
_PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")
_OWN = re.compile(rf"OWNER/pilotage(/\.github/workflows/[a-z-]+\.yml)?@{PLACEHOLDER}")
_KNOWN_EVENT_WORDS = {"pull_request.number", "release.assets", "release.prerelease"}
"""What of an event may stand in an expression: no text that a stranger writes."""
_LEVELS = {"none": 0, "read": 1, "write": 2}


def find_problems(text: str, *, is_example: bool) -> list[str]:
    """Find everything that is not as it should be in a workflow.

    Args:
        text: The file's text.
        is_example: Whether users copy it, so that it names us by a placeholder.
    """
    workflow = read_workflow(text)
    rules: tuple[Callable[[], Iterator[str]], ...] = (
        lambda: _check_pins(text, is_example=is_example),
        lambda: _check_permissions(text, workflow),
        lambda: _check_limits(workflow),
        lambda: _check_words(text, workflow),
        lambda: _check_wiring(workflow),
        lambda: iter(find_call_problems(workflow)),
    )
    return [problem for rule in rules for problem in rule()]


def _check_pins(text: str, *, is_example: bool) -> Iterator[str]:
    for uses, comment in _USES.findall(re.sub(r"(?m)^\s*#.*$", "", text)):
        if uses.startswith("$/"):
            if is_example:
                yield f"{uses}: in a copy this is another repository"
            elif not ((ROOT / uses[2:]).is_file() or (ROOT / uses[2:] / "action.yml").is_file()):
                yield f"{uses}: there is no such file"
        elif "OWNER" in uses:
            if not is_example or not _OWN.fullmatch(uses) or comment != "v1":
                yield f"{uses}: not the placeholder"
        elif not _PINNED.fullmatch(uses) or not re.fullmatch(r"v\d+\.\d+\.\d+", comment):
            yield f"{uses}: not pinned by a full SHA with the version in a comment"


def _check_permissions(text: str, workflow: Workflow) -> Iterator[str]:
    if workflow.permissions != {}:
        yield "the top has no `permissions: {}`"
    for name, job in workflow.jobs.items():
        if not job.permissions:
            yield f"{name}: no permissions of its own"
    words = "|".join(sorted({word for job in workflow.jobs.values() for word in job.permissions or ()}))
    for line in text.splitlines():
        if re.match(rf"^ {{6}}(?:{words}): (?:read|write)", line) and not re.search(r" # \w", line):
            yield f"{line.strip()}: not said why"


def _check_limits(workflow: Workflow) -> Iterator[str]:
    for name, job in workflow.jobs.items():
        if job.steps and not job.timeout_minutes:
            yield f"{name}: no time-out"
        concurrency = job.concurrency or workflow.concurrency
        if concurrency is None or concurrency.cancel_in_progress:
            yield f"{name}: its concurrency cancels, or there is none"
        for step in job.steps:
            if step.uses.startswith("actions/checkout@") and step.given.get("persist-credentials") is not False:
                yield f"{name}: a checkout keeps its credentials"


def _check_words(text: str, workflow: Workflow) -> Iterator[str]:
    for name, job in workflow.jobs.items():
        for step in job.steps:
            if "${{" in step.run:
                yield f"{name}: an expression stands in a script"
    for expression in expressions_of(text):
        for path in re.findall(r"github\.event\.([a-z_.]+)", expression):
            if path not in _KNOWN_EVENT_WORDS:
                yield f"github.event.{path}: a stranger's word in an expression"
        if "github.head_ref" in expression:
            yield "github.head_ref: a stranger's word in an expression"


def _check_wiring(workflow: Workflow) -> Iterator[str]:
    surface, asked = workflow.surface, workflow.asked
    for name, job in workflow.jobs.items():
        yield from (f"{name}: needs {one}, which is no job" for one in job.needed if one not in workflow.jobs)
        for text in _texts_of(job):
            yield from (f"{name}: {problem}" for problem in _check_references(text, job, workflow))
            yield from (
                f"{name}: inputs.{one} is not declared"
                for one in re.findall(r"inputs\.([\w-]+)", text)
                if one not in surface.inputs and one not in asked
            )
            yield from (
                f"{name}: secrets.{one} is not declared"
                for one in re.findall(r"secrets\.([\w-]+)", text)
                if surface.outputs and one not in surface.secrets
            )
    for output, one in surface.outputs.items():
        found = re.fullmatch(r"\$\{\{ jobs\.([\w-]+)\.outputs\.([\w-]+) \}\}", one.value)
        if not found or found[2] not in workflow.jobs[found[1]].outputs:
            yield f"output {output}: {one.value} is nobody's"


def _check_references(text: str, job: Job, workflow: Workflow) -> Iterator[str]:
    for kind, one, output in re.findall(r"\b(needs|steps)\.([\w-]+)\.outputs\.([\w-]+)", text):
        if kind == "steps":
            known = _step_outputs(one, job)
        else:
            known = _job_outputs(workflow.jobs[one]) if one in job.needed else set()
        if known is not None and output not in known:
            yield f"{kind}.{one}.outputs.{output} is nobody's"
    for one in re.findall(r"\bneeds\.([\w-]+)\.result", text):
        if one not in job.needed:
            yield f"needs.{one} is not among its needs"


def _step_outputs(wanted: str, job: Job) -> set[str] | None:
    """Give what a step gives; None where only a foreign action knows."""
    step = next((step for step in job.steps if step.id == wanted), None)
    if step is None:
        return set()
    if _names_our_action(step.uses) or "-m pilotage run" in step.run:
        return set(read_action(SELF_ACTION).outputs)
    if step.run:
        literal = set(re.findall(r'echo "([\w-]+)=', step.run))
        return literal | {word for group in re.findall(r"for \w+ in ([\w ]+);", step.run) for word in group.split()}
    return None


def _job_outputs(job: Job) -> set[str]:
    called = _called_by(job.uses)
    return set(called.surface.outputs) if called else set(job.outputs)


def find_call_problems(workflow: Workflow) -> list[str]:
    """Find what does not fit between a workflow and what it uses of ours: the action, or a workflow."""
    problems: list[str] = []
    for name, job in workflow.jobs.items():
        called = _called_by(job.uses)
        if called:
            problems += [f"{name}: {problem}" for problem in _check_call(job, called)]
        for step in job.steps:
            if _names_our_action(step.uses):
                unknown = set(step.given) - set(read_action().inputs)
                problems += [f"{name}: the action has no input {one}" for one in sorted(unknown)]
    return problems


def _check_call(job: Job, called: Workflow) -> Iterator[str]:
    surface: Surface = called.surface
    yield from (f"no input {one} there" for one in sorted(set(job.given) - set(surface.inputs)))
    yield from (f"no secret {one} there" for one in sorted(set(job.secrets) - set(surface.secrets)))
    yield from (f"input {one} is missing" for one in _required(surface.inputs) if one not in job.given)
    asked = {word: level for one in called.jobs.values() for word, level in (one.permissions or {}).items()}
    granted = job.permissions or {}
    for word in sorted(asked | granted):
        if _LEVELS[asked.get(word, "none")] != _LEVELS[granted.get(word, "none")]:
            yield f"grants {word}: {granted.get(word, 'none')}, the called job asks for {asked.get(word, 'none')}"


def _required(inputs: dict[str, Input]) -> list[str]:
    return [name for name, one in inputs.items() if one.required]


def _called_by(uses: str) -> Workflow | None:
    found = re.search(r"\.github/workflows/[a-z-]+\.yml", uses)
    return read_called(ROOT / found[0]) if found and (ROOT / found[0]).is_file() else None


def _names_our_action(uses: str) -> bool:
    return uses == "$/.github/actions/run" or uses.startswith("OWNER/pilotage@")


def _texts_of(job: Job) -> list[str]:
    """List every text of a job that may hold an expression."""
    steps = [
        text
        for step in job.steps
        for text in (step.condition, *map(str, step.given.values()), *step.env.values(), step.run)
    ]
    given = [*map(str, job.given.values()), *job.secrets.values(), *job.outputs.values()]
    group = job.concurrency.group if job.concurrency else ""
    return [job.name, job.condition, job.environment, group, *given, *steps]
