"""rebuild-image.yml as a whole: which parts run, and that its page says what it takes, gives and says."""

from __future__ import annotations

import re

import pytest

from workflows.expressions import Expression
from workflows.houserules import find_problems
from workflows.jobruns import Ending, ran, run_jobs
from workflows.rebuildimage import WORKFLOW
from workflows.workflowfiles import ROOT

PAGE = (ROOT / "docs" / "rebuild-image.md").read_text(encoding="utf-8")
EVENT = {"event_name": "workflow_dispatch", "event": {}}


@pytest.mark.parametrize(
    ("inputs", "endings", "expected"),
    [
        ({}, {}, ["build"]),
        ({"idle-workflow": "flows.yml"}, {}, ["build", "idle"]),
        ({"idle-environment": "production"}, {}, ["build", "idle"]),
        ({"prune-runner": "flows"}, {}, ["build", "prune"]),
        ({"prune-runner": "flows", "idle-workflow": "flows.yml"}, {}, ["build", "idle", "prune"]),
        ({"prune-runner": "flows", "idle-workflow": "flows.yml"}, {"idle": "failure"}, ["build", "idle"]),
        ({"prune-runner": "flows", "idle-workflow": "flows.yml"}, {"build": "failure"}, ["build"]),
    ],
)
def test_each_part_is_optional_and_follows_a_success(
    inputs: dict[str, str], endings: dict[str, str], expected: list[str]
) -> None:
    every = {name: one.default for name, one in WORKFLOW.surface.inputs.items()} | inputs
    ends = {name: Ending(result=result) for name, result in endings.items()}
    assert ran(run_jobs(WORKFLOW, EVENT, ends, inputs=every)) == expected


def test_what_is_built_alike_waits_for_each_other_and_variants_do_not() -> None:
    def group(job: str, **inputs: str) -> object:
        concurrency = WORKFLOW.jobs[job].concurrency
        assert concurrency
        parts = re.split(r"(\$\{\{.*?\}\})", concurrency.group)
        contexts = {"inputs": {"image": "", "target": "", "build-args": "", **inputs}, "github": {"run_id": "1"}}
        return "".join(str(Expression(part, contexts).evaluate()) if part.startswith("${{") else part for part in parts)

    for job in ("build", "prune"):
        assert group(job) == group(job, version="2")
        assert (
            len({group(job), group(job, image="a"), group(job, target="a"), group(job, **{"build-args": "A=1"})}) == 4
        )
    assert len({group(job) for job in WORKFLOW.jobs}) == 3


def test_no_input_stands_in_a_script_and_each_is_used() -> None:
    text = (ROOT / ".github" / "workflows" / "rebuild-image.yml").read_text(encoding="utf-8")
    assert not any("${{" in one.run for job in WORKFLOW.jobs.values() for one in job.steps)
    assert {name for name in WORKFLOW.surface.inputs if f"inputs.{name}" not in text} == set()
    assert {name for name in WORKFLOW.surface.secrets if f"secrets.{name}" not in text} == set()


def rows_of(title: str) -> list[list[str]]:
    table = PAGE.split(f"\n| {title} |")[1].split("\n\n")[0]
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines() if line.startswith("| `")]


def test_the_page_lists_every_input_with_its_default() -> None:
    rows = [(row[0].strip("`"), row[1].strip("`")) for row in rows_of("input")]
    assert rows == [
        (name, str(one.default).lower() if isinstance(one.default, bool) else str(one.default))
        for name, one in WORKFLOW.surface.inputs.items()
    ]


@pytest.mark.parametrize("kind", ["secret", "output"])
def test_the_page_lists_every(kind: str) -> None:
    expected = WORKFLOW.surface.secrets if kind == "secret" else WORKFLOW.surface.outputs
    assert [row[0].strip("`") for row in rows_of(kind)] == list(expected)


def test_the_page_quotes_what_the_scripts_and_the_command_say() -> None:
    text = "".join(one.run for job in WORKFLOW.jobs.values() for one in job.steps)
    text += (ROOT / "src" / "pilotage" / "commands" / "idle.py").read_text(encoding="utf-8")
    plain = re.sub(r"%q|\$\w+|\{[\w ]+\}", "…", text)
    quotes = [quote for row in rows_of("it says") for quote in re.findall(r"`([^`]+)`", row[0])]
    assert len(quotes) > 10
    assert [quote for quote in quotes if quote not in plain] == []


def test_every_failure_of_a_script_is_on_the_page() -> None:
    said = [
        words for job in WORKFLOW.jobs.values() for one in job.steps for words in re.findall(r"fail ['\"].*", one.run)
    ]
    found = [quote for row in rows_of("it says") for quote in re.findall(r"`([^`]+)`", row[0])]
    quotes = [re.escape(quote).replace("…", ".*") for quote in found]
    assert len(said) > 12
    assert [one for one in said if not any(re.search(quote, one) for quote in quotes)] == []


def test_the_workflow_that_the_page_shows_keeps_the_house_rules() -> None:
    block = next(one for one in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if one.startswith("name:"))
    assert find_problems(block, is_example=True) == []


def test_every_page_that_it_links_is_there() -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", PAGE):
        assert (ROOT / "docs" / target).exists(), target
