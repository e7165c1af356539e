"""The linters find nothing in what we have, and each finds what it is there for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from workflows.linters import (
    lint_action_shape,
    lint_dependabot_shape,
    lint_expressions,
    lint_security,
    lint_workflow_shape,
)
from workflows.workflowfiles import ACTION, ROOT, SELF_ACTION, WORKFLOWS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

DEPENDABOT = ROOT / ".github" / "dependabot.yml"
TITLE = (ROOT / "examples" / "token-only" / ".github" / "workflows" / "pull-requests.yml").read_text(encoding="utf-8")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    return folder / "sample.yml"


def test_zizmor_finds_nothing() -> None:
    assert lint_security([*WORKFLOWS, ACTION, SELF_ACTION, DEPENDABOT]) == ""


def test_actionlint_finds_nothing() -> None:
    assert lint_expressions(WORKFLOWS) == ""


def test_everything_has_the_shape_that_github_describes() -> None:
    assert lint_workflow_shape(WORKFLOWS) == ""
    assert lint_action_shape([ACTION, SELF_ACTION]) == ""
    assert lint_dependabot_shape([DEPENDABOT]) == ""


def test_each_ignore_says_why_in_the_lines_above() -> None:
    assert not (ROOT / ".github" / "zizmor.yml").exists()
    for path in [*WORKFLOWS, ACTION, SELF_ACTION]:
        before, *others = re.split(r"zizmor: ignore|shellcheck disable|actionlint", path.read_text(encoding="utf-8"))
        for other in others:
            assert "The ignore:" in "".join(before.splitlines(keepends=True)[-3:]), path
            before = other


@pytest.mark.parametrize(
    ("lint", "old", "new", "found"),
    [
        (lint_security, "contents: read #", "contents: write-all #", "failed to load|error"),
        (
            lint_security,
            " # one comment about the title; with `read` the job's summary says the same",
            "",
            "undocumented",
        ),
        (lint_security, "permissions: {}\n", "", "excessive-permissions"),
        (lint_security, "@0123456789abcdef0123456789abcdef01234567 # v1", "@v1", "unpinned-uses"),
        (lint_security, "  pull_request:\n", "  pull_request_target:\n", "dangerous-triggers"),
        (lint_security, "runs-on:", "runs-onn:", "failed to load"),
        (lint_expressions, "|| github.ref", "|| inputs.place", "inputs"),
        (lint_expressions, "group: pull-requests-${{", "group: pull-requests-${{ needs.a.outputs.b }}-${{", "needs"),
        (lint_workflow_shape, "timeout-minutes:", "timeout-minute:", "timeout-minute"),
    ],
    ids=range(9),
)
def test_a_workflow_that_was_broken_is_found(
    place: Path, lint: Callable[[Sequence[Path]], str], old: str, new: str, found: str
) -> None:
    assert old in TITLE
    place.write_text(TITLE, encoding="utf-8")
    assert lint([place]) == ""
    place.write_text(TITLE.replace(old, new), encoding="utf-8")
    assert re.search(found, lint([place]))


@pytest.mark.parametrize("script", ["echo $GITHUB_REF", "echo '${{ github.event.pull_request.title }}'"])
def test_a_careless_script_is_found(place: Path, script: str) -> None:
    step = f"      - name: Speak\n        run: {script}\n"
    place.write_text(TITLE + step, encoding="utf-8")
    assert lint_expressions([place])


def test_an_action_without_a_description_is_found(tmp_path: Path) -> None:
    path = tmp_path / "action.yml"
    path.write_text(
        ACTION.read_text(encoding="utf-8").replace("description: >-\n  The release", "note: >-\n  The release")
    )
    assert "description" in lint_action_shape([path])


def test_updates_without_a_cool_down_are_found(tmp_path: Path) -> None:
    path = tmp_path / ".github" / "dependabot.yml"
    path.parent.mkdir()
    path.write_text(re.sub(r" +cooldown:\n.*\n", "", DEPENDABOT.read_text(encoding="utf-8")), encoding="utf-8")
    assert "dependabot-cooldown" in lint_security([path])
