"""The house rules for workflows: they hold, and each is broken once to see that it would be found."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from workflows.houserules import find_problems
from workflows.workflowfiles import EXAMPLES, ROOT, WORKFLOWS, show

if TYPE_CHECKING:
    from pathlib import Path

SINGLE = "examples/single-package/.github/workflows/release.yml"
TRAIN = ".github/workflows/release-train.yml"
RELEASE = ".github/workflows/release.yml"
BUILD = ".github/workflows/build.yml"


@pytest.mark.parametrize("path", WORKFLOWS, ids=show)
def test_a_workflow_keeps_the_house_rules(path: Path) -> None:
    assert find_problems(path.read_text(encoding="utf-8"), is_example=path in EXAMPLES) == []


def test_each_foreign_action_is_pinned_to_one_commit_everywhere() -> None:
    pins: dict[str, set[str]] = {}
    for path in [*WORKFLOWS, ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        found = re.findall(r"uses: ([\w-]+/[\w-]+)[\w/-]*@([0-9a-f]{40} # \S+)", path.read_text(encoding="utf-8"))
        for action, pin in found:
            pins.setdefault(action, set()).add(pin)
    assert {action: one for action, one in pins.items() if len(one) > 1} == {}
    assert len(pins) > 8


BROKEN = [
    (TRAIN, "docker/login-action@abd2ef45e78c5afb21d64d4ca52ee8550d9572c7", "docker/login-action@v4", "not pinned"),
    (TRAIN, "d4ca52ee8550d9572c7 # v4.5.1", "d4ca52ee8550d9572c7", "not pinned"),
    (TRAIN, "uses: $/.github/workflows/build.yml", "uses: $/.github/workflows/built.yml", "no such file"),
    (SINGLE, "uses: OWNER/pilotage@0123", "uses: OWNER/pilotage@9123", "not the placeholder"),
    (SINGLE, "01234567 # v1", "01234567 # v2", "not the placeholder"),
    (SINGLE, "uses: OWNER/pilotage/.github/workflows/build.yml@", "uses: $/x@", "in a copy this is another repository"),
    (SINGLE, "permissions: {}", "permissions: {contents: read}", "the top has no"),
    (SINGLE, "    permissions:\n      contents: write # the files on the draft\n", "", "no permissions of its own"),
    (SINGLE, " # the files on the draft", "", "not said why"),
    (SINGLE, "    timeout-minutes: 20\n", "", "no time-out"),
    (SINGLE, "cancel-in-progress: false", "cancel-in-progress: true", "cancels"),
    (BUILD, "persist-credentials: false", "persist-credentials: true", "keeps its credentials"),
    (TRAIN, "docker run --rm ", "docker run --rm ${{ github.sha }} ", "stands in a script"),
    (RELEASE, "inputs.config }}", "github.event.head_commit.message }}", "a stranger's word"),
    (RELEASE, "inputs.config }}", "github.head_ref }}", "a stranger's word"),
    (SINGLE, "needs: release", "needs: released", "which is no job"),
    (SINGLE, "needs.release.outputs.upload-needed", "needs.release.outputs.upload_needed", "is nobody's"),
    (SINGLE, "needs: [release, build]", "needs: build", "is nobody's"),
    (TRAIN, "needs: [image, publish]", "needs: image", "is not among its needs"),
    (TRAIN, "steps.action.outputs.digest", "steps.actions.outputs.digest", "is nobody's"),
    (TRAIN, "steps.found.outputs.name", "steps.found.outputs.names", "is nobody's"),
    (RELEASE, "steps.pilotage.outputs.release-pr ", "steps.pilotage.outputs.release_pr ", "is nobody's"),
    (RELEASE, "jobs.release.outputs.tag ", "jobs.release.outputs.tags ", "is nobody's"),
    (RELEASE, "inputs.dry-run", "inputs.dry_run", "is not declared"),
    (RELEASE, "secrets.APP_PRIVATE_KEY", "secrets.APP_KEY", "is not declared"),
    (SINGLE, "      release-as: ${{", "      released-as: ${{", "no input released-as there"),
    (SINGLE, "          command: publish", "          commando: publish", "the action has no input commando"),
    (SINGLE, "      pull-requests: write # the release pull request\n", "", "grants pull-requests: none"),
    (SINGLE, "contents: read # the files of the commit", "contents: write # all", "grants contents: write"),
]


@pytest.mark.parametrize(("name", "old", "new", "found"), BROKEN, ids=range(len(BROKEN)))
def test_a_broken_rule_is_found(name: str, old: str, new: str, found: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert old in text
    problems = find_problems(text.replace(old, new), is_example=name.startswith("examples"))
    assert any(found in problem for problem in problems), problems
