"""Which release tools a repository uses.

A tool that a workflow runs is in use; a table alone may be left over, or may serve another purpose (commitizen's often
only checks messages). So the evidence has two grades:

1. a workflow runs the tool (its action, or its command), or the GitHub app of release-please is configured;
2. there is a configuration: release-please-config.json, `[tool.semantic_release]`, semantic-release's own files or its
   name in package.json, `[tool.commitizen]`.

Within a grade the order is that of `TOOLS`: commitizen is the last.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.domains.translation.commitizen import translator as commitizen
from pilotage.domains.translation.folders import find_folders
from pilotage.domains.translation.pythonsemanticrelease import translator as psr
from pilotage.domains.translation.releaseplease import translator as releaseplease
from pilotage.domains.translation.releaseplease.setup import APP_PATHS, CONFIG, MANIFEST, find_action
from pilotage.domains.translation.semanticrelease import translator as semanticrelease
from pilotage.domains.translation.workflows import find_runs, find_uses
from pilotage.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["TOOLS", "detect_tools"]

TOOLS = (releaseplease.TOOL, psr.TOOL, semanticrelease.TOOL, commitizen.TOOL)

_NODE_RUN = re.compile(r"(?:npx|yarn|pnpm|npm|bunx?)\b[^\n]*\bsemantic-release\b")
_PSR_RUN = re.compile(r"\bsemantic-release\b[^\n]*\b(?:publish|version)\b")
_CZ_RUN = re.compile(r"\bcz\b[^\n]*\bbump\b")


def detect_tools(files: Mapping[str, str]) -> tuple[str, ...]:
    """Tell which tools' configuration is in force, the one in use first.

    A file that cannot be understood is passed over when a workflow runs another tool.

    Args:
        files: The texts of a repository's files by path; those that `is_candidate` names are enough.

    Raises:
        ConfigError: A file that tells it cannot be understood.
    """
    found: list[tuple[int, int, str]] = []
    problems: list[ConfigError] = []
    for position, (tool, grade_of) in enumerate(zip(TOOLS, _GRADES, strict=True)):
        try:
            grade = grade_of(files)
        except ConfigError as exc:
            problems.append(exc)
        else:
            found += [(grade, position, tool)] if grade else []
    if problems and not any(grade == _IN_USE for grade, _, _ in found):
        raise problems[0]
    return tuple(tool for _, _, tool in sorted(found))


def _grade_rp(files: Mapping[str, str]) -> int:
    if find_action(files) is not None or any(path in files for path in APP_PATHS):
        return 1
    return 2 if CONFIG in files or MANIFEST in files else 0


def _grade_psr(files: Mapping[str, str]) -> int:
    is_run = any(use.action.endswith("/python-semantic-release") for use in find_uses(files, "python-semantic-release"))
    if not find_folders(files, psr.find_table):
        return 0
    is_run = is_run or any(
        _PSR_RUN.search(run.text) and not _NODE_RUN.search(run.text) for run in find_runs(files, "semantic-release")
    )
    return 1 if is_run else 2


def _grade_sr(files: Mapping[str, str]) -> int:
    is_run = any(_NODE_RUN.search(run.text) for run in find_runs(files, "semantic-release"))
    is_run = is_run or any(
        use.action.endswith(("/semantic-release-action", "/semantic-release"))
        for use in find_uses(files, "semantic-release")
        if not use.action.startswith("python-semantic-release/")
    )
    is_there = (
        semanticrelease.find_table(files) is not None
        or semanticrelease.is_named(files)
        or any(path in files for path in semanticrelease.CODE_FILES)
    )
    return 0 if not is_there else 1 if is_run else 2


def _grade_cz(files: Mapping[str, str]) -> int:
    if not find_folders(files, commitizen.find_table):
        return 0
    is_run = any(True for _ in find_uses(files, "commitizen-action"))
    is_run = is_run or any(_CZ_RUN.search(run.text) for run in find_runs(files, "cz"))
    return 1 if is_run else 2


_IN_USE = 1
_GRADES = (_grade_rp, _grade_psr, _grade_sr, _grade_cz)
"""How strong the evidence for each of `TOOLS` is; 0 for none."""
