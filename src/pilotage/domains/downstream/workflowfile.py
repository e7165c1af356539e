"""GitHub's workflow files: what their `run:` scripts install. They are read and never edited."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.domains.downstream.commandreader import CommandReader
from pilotage.domains.downstream.mapped import Stretch
from pilotage.domains.downstream.shellwords import Shell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilotage.model.downstream import Reference, Wanted

_LINE = re.compile(
    r"(?P<blanks>[ \t]*)(?P<dash>(?:-[ \t]+)*)(?P<key>(?:run|\"run\"|'run')[ \t]*:(?=[ \t\r\n]|\Z))?[ \t]*"
    r"(?P<rest>[^\r\n]*)\r?\n?"
)
_BLOCK = re.compile(r"(?P<kind>[|>])[0-9+-]*(?:[ \t]+#.*)?[ \t]*")
_FOLDED = re.compile(r"(?<!\n)\n(?![ \t]*\r?\n)")


def read_workflow(path: str, text: str, wanted: Wanted) -> list[Reference]:
    """Read the places of a workflow file that install the package.

    Only the scripts of `run:` are looked at; values of actions, such as `demo-version: 1.2`, are not guessed. A
    workflow is never edited: a token needs a permission of its own for that, and it is code that runs with secrets.

    Args:
        path: The file's path.
        text: Its text.
        wanted: The release.
    """
    reader = CommandReader(
        path, text, wanted, spelling=Shell(), resolve=_leave_open, frozen="workflow files are not edited"
    )
    for start, end, is_folded in _find_scripts(text):
        script = text[start:end]
        reader.read_script(_FOLDED.sub(" ", script) if is_folded else script, start, above=start)
    return list(dict.fromkeys(reader.references))


def _leave_open(written: str, index: int) -> list[Stretch]:  # noqa: ARG001 - the shape that spelling asks for
    return [Stretch("", -1, written[:100])]


def _find_scripts(text: str) -> Iterator[tuple[int, int, bool]]:
    """Give where the scripts of `run:` begin and end, by the indentation of lines, and whether their lines are one."""
    start, indent, is_folded = -1, -1, False
    for match in _LINE.finditer(text):
        column = len(match["blanks"])
        if start >= 0 and column <= indent and not match[0].isspace():
            yield start, match.start(), is_folded
            start = -1
        if start < 0 and match["key"]:
            indent = column + len(match["dash"])
            block = _BLOCK.fullmatch(match["rest"])
            is_folded = block is None or block["kind"] == ">"
            quoted = 1 if match["rest"].startswith(("'", '"')) else 0
            start = match.end() if block else match.start("rest") + quoted
