"""The action, its twin for our workflows, the page and the code name the same inputs and outputs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from pilotage.domains.aliases import ALIASES
from pilotage.domains.mergeinputs import INPUTS
from pilotage.reconcile.outputs import NAMES
from workflows.houserules import find_call_problems
from workflows.workflowfiles import ACTION, ROOT, SELF_ACTION, read_action, read_workflow, show

if TYPE_CHECKING:
    from pathlib import Path

PAGE = (ROOT / "docs" / "action.md").read_text(encoding="utf-8")
CONTRACT = {
    *("command", "token", "config", "working-directory", "dry-run", "index", "index-token", "dist", "title"),
    "log-level",
}
"""The inputs that users were promised."""


def inputs_of_code() -> set[str]:
    """List the inputs that the code reads; `INPUT_INDEX_TOKEN` is another spelling of `index-token`."""
    found = {*ALIASES, *INPUTS}
    for path in (ROOT / "src" / "pilotage").rglob("*.py"):
        if "sandbox" not in path.parts:
            text = path.read_text(encoding="utf-8")
            found |= {name.lower().replace("_", "-") for name in re.findall(r'"INPUT_([A-Z][A-Z_-]+)"', text)}
            found |= set(re.findall(r'read_input\("([\w-]+)"\)', text))
    return found


def section(title: str) -> str:
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def named_in_first_cells(text: str) -> list[str]:
    cells = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    return [name for cell in cells for name in re.findall(r"`([\w-]+)`", cell)]


def test_both_actions_have_the_same_inputs_and_outputs() -> None:
    assert read_action(ACTION).inputs == read_action(SELF_ACTION).inputs
    assert read_action(ACTION).outputs == read_action(SELF_ACTION).outputs


@pytest.mark.parametrize("path", [ACTION, SELF_ACTION], ids=show)
def test_nothing_but_a_literal_is_passed_as_an_argument(path: Path) -> None:
    assert read_action(path).runs.args == []
    runs = path.read_text(encoding="utf-8").split("\nruns:")[1]
    assert "${{" not in runs
    assert "entrypoint" not in runs


@pytest.mark.parametrize("path", [ACTION, SELF_ACTION], ids=show)
def test_the_image_is_built_from_the_one_dockerfile(path: Path) -> None:
    assert read_action(path).runs.using == "docker"
    assert (path.parent / read_action(path).runs.image).resolve() == ROOT / "Dockerfile"


def test_the_outputs_are_those_that_every_run_sets() -> None:
    assert set(read_action().outputs) == set(NAMES)


def test_every_input_that_the_code_reads_is_one() -> None:
    assert inputs_of_code() - set(read_action().inputs) == set()


def test_every_input_is_one_that_the_code_reads() -> None:
    assert set(read_action().inputs) - inputs_of_code() == set()


def test_every_input_that_was_promised_is_one() -> None:
    assert set(read_action().inputs) >= CONTRACT | set(ALIASES) | {"release-as", "squash-title", "squash-message"}


def test_only_the_job_s_own_token_is_an_expression() -> None:
    defaults = {name: one.default for name, one in read_action().inputs.items() if "${{" in str(one.default)}
    assert defaults == {"token": "${{ github.token }}"}
    assert not any(one.required for one in read_action().inputs.values())


def test_every_input_and_output_is_described() -> None:
    action = read_action()
    assert [name for name, one in action.inputs.items() if len(one.description) < 10] == []
    assert [name for name, one in action.outputs.items() if len(one.description) < 10] == []


def test_the_page_names_each_input_once() -> None:
    assert sorted(named_in_first_cells(section("Inputs"))) == sorted(read_action().inputs)


def test_the_readme_names_no_other_inputs() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    paragraph = text.split("Inputs are read from")[1].split("Every run sets every output")[0]
    named = set(re.findall(r"`([a-z][a-z-]+)`", paragraph)) - {"auto", "true", "false"}
    assert {"token", "index", "dist"} <= named <= set(read_action().inputs)


def test_the_page_names_each_output_once() -> None:
    assert sorted(named_in_first_cells(section("Outputs"))) == sorted(NAMES)


def test_the_page_gives_the_defaults_that_the_action_has() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \| `([^`]+)` \|", section("Inputs"), re.MULTILINE)
    assert len(rows) == 5
    assert {name: read_action().inputs[name].default for name, _ in rows} == dict(rows)


@pytest.mark.parametrize("path", sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")]), ids=show)
def test_a_workflow_that_a_page_shows_uses_inputs_and_outputs_that_exist(path: Path) -> None:
    for block in re.findall(r"```yaml\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL):
        if block.startswith("name:") and "\njobs:" in block:
            assert find_call_problems(read_workflow(block)) == []


def test_every_page_that_is_linked_is_there() -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", PAGE):
        assert (ROOT / "docs" / target).exists(), target
