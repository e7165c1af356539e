"""setup.cfg and setup.py: the requirements that setuptools reads there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.domains.downstream.meaning import Meaning
from pilotage.domains.downstream.requirementtext import read_requirement
from pilotage.domains.downstream.setupcalls import find_requirements
from pilotage.domains.downstream.sheet import Sheet
from pilotage.domains.versionfiles.place import line_of
from pilotage.domains.versionfiles.requirementlines import read_setup_cfg_requirements
from pilotage.domains.versionfiles.setupcfg import parse_setup_cfg
from pilotage.errors import ConfigError
from pilotage.model.downstream import Standing

if TYPE_CHECKING:
    from pilotage.model.downstream import Reference, Wanted

_BLANKS = re.compile(r"[^\S\n]{200}")
_COMPUTED = "it stands in code that computes what is required: nothing to do but by hand"


def read_setup(path: str, text: str, wanted: Wanted) -> list[Reference]:
    """Read the places of a setup.cfg or setup.py that ask for the package, in the order of its lines.

    A setup.py is parsed as data and never executed. What it computes is `unclear` where it names the package.

    Args:
        path: The file's path.
        text: Its text.
        wanted: The release.

    Raises:
        ConfigError: The text is no INI file, or no Python 3.
    """
    references = _read_cfg(path, text, wanted) if path.endswith(".cfg") else _read_py(path, text, wanted)
    return sorted(references, key=lambda reference: reference.line)


def _read_cfg(path: str, text: str, wanted: Wanted) -> list[Reference]:
    wide = _BLANKS.search(text)
    if wide:  # the time that configparser takes for a line grows with the square of its blanks
        raise ConfigError(
            f"{path} line {line_of(text, wide.start())}: hundreds of blanks in one line", hint="Remove them."
        )
    parse_setup_cfg(text, path)  # for the error, which names this path
    sheet, references = Sheet(path, text, wanted), []
    for written in read_setup_cfg_requirements(text):
        meaning = read_requirement(written.value, wanted)
        if meaning is not None:
            start = written.start if written.start is not None else _find_once(text, written.value)
            references.append(sheet.refer(meaning, start, written.table))
    return references


def _find_once(text: str, value: str) -> int | None:
    """Find where a value stands that the file does hold; None when that may be in several places."""
    start = text.find(value)
    return start if start == text.rfind(value) else None


def _read_py(path: str, text: str, wanted: Wanted) -> list[Reference]:
    sheet, references = Sheet(path, text, wanted), []
    found = find_requirements(text, path)
    for literal in found.literals:
        lines = [line for line in literal.value.splitlines() if line.strip()]
        start = literal.start if len(lines) == 1 and lines[0] == literal.value else None
        meanings = [meaning for line in lines if (meaning := read_requirement(line, wanted)) is not None]
        references += [sheet.refer(meaning, start, f"setup() {literal.holder}") for meaning in meanings]
    for literal in found.others:
        meaning = read_requirement(literal.value, wanted)
        if meaning is None or meaning.standing == Standing.UNCLEAR:
            continue
        if meaning.before or found.is_computed:  # a name alone may name anything
            unclear = Meaning(Standing.UNCLEAR, meaning.before, why=_COMPUTED)
            references.append(sheet.refer(unclear, literal.start, "setup()"))
    return references
