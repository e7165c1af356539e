"""A table that says where a package comes from: `{ git = "…", tag = "v1.2.3" }` of uv, Poetry and Pipenv."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.downstream.gitreference import is_released_repository, judge_branch, judge_ref, read_git
from pilotage.domains.downstream.meaning import Meaning
from pilotage.model.downstream import Standing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pilotage.model.downstream import Wanted

_ADDRESSES = ("url", "file")
_FOLDERS = ("path", "workspace")


def read_source(table: Mapping[str, object], wanted: Wanted) -> tuple[str, Meaning] | None:
    """Read a table of the package.

    Args:
        table: Its keys: `git` with `tag`, `rev`, `ref` or `branch`; `url`, `file`, `path`, `workspace`.
        wanted: The release.

    Returns:
        The key whose text has the meaning, and the meaning; None when it comes from an index as all do.
    """
    if "git" in table:
        return _read_git_table(table, wanted)
    for key in _ADDRESSES:
        if isinstance(url := table.get(key), str):
            return key, read_git(url, wanted, is_named=True) or _refuse(f"the address of its {key}")
    for key in _FOLDERS:
        if table.get(key):
            return key, _refuse("a folder" if key == "path" else "the workspace")
    return None


def _read_git_table(table: Mapping[str, object], wanted: Wanted) -> tuple[str, Meaning]:
    address = table["git"]
    if not isinstance(address, str) or not is_released_repository(address, wanted):
        return "git", _refuse("elsewhere than the released repository")
    for key in ("tag", "rev", "ref"):
        if isinstance(ref := table.get(key), str):
            return key, judge_ref(ref, wanted)
    branch = table.get("branch")
    return "git", judge_branch(branch if isinstance(branch, str) else "")


def _refuse(origin: str) -> Meaning:
    return Meaning(Standing.UNCLEAR, why=f"it comes from {origin}: nothing to do")
