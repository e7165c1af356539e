"""Workflows of GitHub Actions: the steps that run a release tool, with their pins and inputs.

Only the steps that name a tool are read as YAML, so that a long workflow costs little and a mistake elsewhere in it
says nothing about its releases.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.translation.sources import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Run", "Use", "find_runs", "find_uses", "is_workflow"]

_FOLDER = ".github/workflows/"
_USES = re.compile(
    r"""(?P<indent>[ ]*)(?P<dash>-[ ]+)?["']?uses["']?[ ]*:[ ]*["']?(?P<action>[\w.-]+/[\w.-]+)(?:/[\w./-]*)?"""
    r"""@(?P<ref>[^\s"'#]+)["']?[ \t]*(?:#[ \t]*(?P<comment>.*))?"""
)
_VERSION = re.compile(r"v?(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?(?![\w.])")


class Use(msgspec.Struct, frozen=True):
    """A step that runs an action.

    Args:
        path: The workflow.
        line: The number of its line.
        action: `owner/name`, in lower case.
        version: The version that it is pinned to, `10.5` for `@v10.5` and for `@<sha> # v10.5`; "" when unknown.
        step: The text of the step, as YAML.
    """

    path: str
    line: int
    action: str
    version: str
    step: str

    def read_inputs(self) -> dict[str, object]:
        """Read what stands under `with`.

        Raises:
            ConfigError: The step is not YAML.
        """
        inputs = read_yaml(self.step, f"{self.path} line {self.line}").table("with")
        return {key: inputs.raw(key) for key in inputs}


class Run(msgspec.Struct, frozen=True):
    """A line of a workflow that is no comment.

    Args:
        path: The workflow.
        text: The line, trimmed.
    """

    path: str
    text: str


def is_workflow(path: str) -> bool:
    """Tell whether a path is that of a workflow."""
    return path.startswith(_FOLDER) and path.endswith((".yml", ".yaml")) and path.count("/") == _FOLDER.count("/")


def find_uses(files: Mapping[str, str], word: str) -> Iterator[Use]:
    """Find the steps that run an action whose name contains a word."""
    for path, text in sorted(files.items()):
        if not is_workflow(path) or word not in text.lower():
            continue
        lines = text.splitlines()
        for number, line in enumerate(lines):
            match = _USES.match(line.rstrip())
            if match and word in match["action"].lower():
                version = _read_pin(match["ref"]) or _read_pin(match["comment"] or "")
                yield Use(path, number + 1, match["action"].lower(), version, _cut_step(lines, number, match))


def find_runs(files: Mapping[str, str], word: str) -> Iterator[Run]:
    """Find the lines that contain a word, comments and steps that run actions left out."""
    for path, text in sorted(files.items()):
        if not is_workflow(path) or word not in text:
            continue
        for line in text.splitlines():
            bare = line.strip()
            if word in bare and not bare.startswith("#") and not _USES.match(line.rstrip()):
                yield Run(path, bare)


def _read_pin(text: str) -> str:
    match = _VERSION.match(text.strip())
    return ".".join(part for part in match.groups() if part) if match else ""


def _cut_step(lines: list[str], number: int, match: re.Match[str]) -> str:
    """Give the step that the line belongs to as a mapping."""
    start, indent = _find_step(lines, number, match)
    end = number + 1
    while end < len(lines) and (not lines[end].strip() or _indent(lines[end]) > indent):
        end += 1
    return "\n".join([" " * (indent + 1) + lines[start][indent + 1 :], *lines[start + 1 : end]])


def _find_step(lines: list[str], number: int, match: re.Match[str]) -> tuple[int, int]:
    """Find the line where the step begins, and the indentation of its dash."""
    column = len(match["indent"])
    if match["dash"]:
        return number, column
    for start in range(number - 1, -1, -1):
        line = lines[start]
        if line.strip().startswith("- ") and _indent(line) < column:
            return start, _indent(line)
        if line.strip() and not line.strip().startswith("#") and _indent(line) < column:
            break
    return number, column - 1


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
