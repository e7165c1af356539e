"""Which major version of python-semantic-release a repository uses: its rules changed from one to the next.

A pin is the best evidence (a workflow's `uses:` or `pip install`, a lock file, a requirement), then keys that only some
versions know. Without any of them it stays unknown.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.domains.translation.workflows import find_runs, find_uses

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["find_major"]

_PACKAGE = "python-semantic-release"
_REQUIREMENT = re.compile(rf"{_PACKAGE}[\"']?[ ]*(?:\(|=[ ]*[\"'])?[ ]*(==|~=|>=|\^|~)?[ ]*v?([0-9]{{1,3}})(?![0-9])")
_LOCKED = re.compile(rf'name = "{_PACKAGE}"\nversion = "([0-9]{{1,3}})\.')
_REQUIREMENT_FILES = ("pyproject.toml", "requirements.txt", "requirements-dev.txt", "requirements/dev.txt", "setup.cfg")

_ONLY_7 = frozenset(
    {
        "branch",
        "changelog_components",
        "changelog_placeholder",
        "changelog_sections",
        "check_build_status",
        "commit_subject",
        "dist_path",
        "fix_tag",
        "github_token_var",
        "gitlab_token_var",
        "hvcs",
        "ignore_token_for_push",
        "include_additional_files",
        "major_emoji",
        "major_tag",
        "minor_emoji",
        "minor_tag",
        "parser_angular_allowed_types",
        "parser_angular_default_level_bump",
        "parser_angular_minor_types",
        "parser_angular_patch_types",
        "patch_emoji",
        "patch_without_tag",
        "pre_commit_command",
        "prerelease_tag",
        "pypi_pass_var",
        "pypi_token_var",
        "pypi_user_var",
        "remove_dist",
        "repository",
        "repository_url",
        "tag_commit",
        "upload_to_pypi",
        "upload_to_pypi_glob_patterns",
        "upload_to_release",
        "upload_to_repository",
        "use_only_cwd_commits",
        "use_textual_changelog_sections",
        "version_pattern",
        "version_source",
        "version_variable",
    }
)
_SINCE_8 = frozenset(
    {
        "branches",
        "commit_parser_options",
        "publish",
        "remote",
        "version_variables",
        "assets",
    }
)
_SINCE_9 = frozenset(
    {
        "allow_zero_version",
        "no_git_verify",
        "build_command_env",
        "repo_dir",
    }
)
_SINCE_10 = frozenset(
    {
        "signoff_commit",
        "add_partial_tags",
    }
)


def find_major(files: Mapping[str, str], keys: Iterable[str]) -> tuple[int | None, str]:
    """Find the major version.

    Args:
        files: The texts by path.
        keys: The keys of the tool's own table.

    Returns:
        The number with where it was found, or None with "" when nothing tells it.
    """
    for use in find_uses(files, _PACKAGE):
        if use.version and use.action.endswith(f"/{_PACKAGE}"):
            return int(use.version.split(".")[0]), f"{use.path} line {use.line}"
    for run in find_runs(files, _PACKAGE):
        if match := _REQUIREMENT.search(run.text):
            return int(match[2]), run.path
    for path in ("uv.lock", "poetry.lock", "pdm.lock"):
        if match := _LOCKED.search(files.get(path, "")):
            return int(match[1]), path
    if (major := _read_keys(frozenset(keys))) is not None:
        return major, "the keys of its table"
    for path in _REQUIREMENT_FILES:
        if match := _REQUIREMENT.search(files.get(path, "")):
            return int(match[2]), path
    return None, ""


def _read_keys(keys: frozenset[str]) -> int | None:
    """Give the newest version that must be in use; 7 only when no newer one can be."""
    if keys & _SINCE_10:
        return 10
    if keys & _SINCE_9:
        return 9
    if keys & _SINCE_8:
        return 8
    return 7 if keys & _ONLY_7 else None
