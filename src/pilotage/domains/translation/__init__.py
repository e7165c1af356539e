"""Other release tools' configurations, translated into ours: `pilotage config --from` and `pilotage backtest`.

Texts in, records out: the caller reads the files that `is_candidate` names (and then those of `find_named_paths`, which
a workflow names), asks `detect_tools` whose configuration is in force, and `translate` what it means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.translation.commitizen import translator as commitizen
from pilotage.domains.translation.detection import TOOLS, detect_tools
from pilotage.domains.translation.folders import find_folders, is_nested, translate_folders
from pilotage.domains.translation.pythonsemanticrelease import translator as psr
from pilotage.domains.translation.releaseplease import translator as releaseplease
from pilotage.domains.translation.releaseplease.setup import APP_PATHS, CONFIG, MANIFEST, find_named
from pilotage.domains.translation.render import render_translation, render_unmatched
from pilotage.domains.translation.semanticrelease import translator as semanticrelease
from pilotage.domains.translation.workflows import is_workflow
from pilotage.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pilotage.model.translation import Translation

__all__ = [
    "CANDIDATE_PATHS",
    "LOCK_PATHS",
    "TOOLS",
    "detect_tools",
    "find_named_paths",
    "is_candidate",
    "render_translation",
    "render_unmatched",
    "translate",
]

CANDIDATE_PATHS: tuple[str, ...] = tuple(
    sorted(
        {CONFIG, MANIFEST, *APP_PATHS, *psr.FILES, *semanticrelease.FILES, *semanticrelease.CODE_FILES}
        | set(commitizen.FILES)
    )
)
"""Every path that may hold a known tool's configuration; workflows, whose names vary, are not among them."""

LOCK_PATHS: tuple[str, ...] = ("uv.lock", "poetry.lock", "pdm.lock")
"""Files that may say which version of a tool is in use; large ones, for a caller that looks at one commit only."""


_IN_FOLDERS = {
    psr.TOOL: (psr.find_table, psr.translate),
    commitizen.TOOL: (commitizen.find_table, commitizen.translate),
}
"""The tools that are run in each package's folder."""


def is_candidate(path: str) -> bool:
    """Tell whether a file may hold a known tool's configuration or run the tool."""
    return path in CANDIDATE_PATHS or is_workflow(path) or is_nested(path)


def find_named_paths(files: Mapping[str, str]) -> tuple[str, ...]:
    """Give the further paths that the files name as holding configuration: a manifest under another name.

    Raises:
        ConfigError: The file that names them cannot be understood.
    """
    return tuple(path for path in find_named(files) if path not in CANDIDATE_PATHS)


def translate(tool: str, files: Mapping[str, str], *, path: str = ".") -> Translation:
    """Translate a tool's configuration.

    Args:
        tool: One of `TOOLS`.
        files: The texts of the repository's files by path.
        path: The folder in which the tool is run; release-please and semantic-release run in the root.

    Raises:
        UsageError: There is no such tool.
        ConfigError: There is no configuration of it, a file cannot be understood, or a value cannot be used.
    """
    if tool == releaseplease.TOOL:
        return releaseplease.translate(files)
    if tool in _IN_FOLDERS:
        find_table, translate_one = _IN_FOLDERS[tool]
        folders = find_folders(files, find_table) if path == "." else ()
        return translate_folders(files, folders, translate_one) if folders else translate_one(files, path)
    if tool == semanticrelease.TOOL:
        return semanticrelease.translate(files)
    raise UsageError(f"{tool[:100]!r} is no known tool", hint=f"Known here: {', '.join(TOOLS)}.")
