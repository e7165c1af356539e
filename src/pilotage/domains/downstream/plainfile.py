"""Files of any kind that the configuration names: `demo==1.2` and addresses of the repository, wherever they stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.domains.downstream.gitreference import read_git
from pilotage.domains.downstream.meaning import is_wanted, read_specifier
from pilotage.domains.downstream.sheet import Sheet

if TYPE_CHECKING:
    from pilotage.model.downstream import Reference, Wanted

_PINNED = re.compile(
    r"(?<![A-Za-z0-9._-])(?P<name>[A-Za-z0-9][A-Za-z0-9._-]{0,200}+)(?:\[[^\[\]\n]{0,200}\])?[ \t]?"
    r"(?P<pin>===?[ \t]?[0-9vV][0-9A-Za-z.!+*]{0,100}+)",
    flags=re.ASCII,
)
_ADDRESS = re.compile(r"git\+[a-z]{2,5}://[^\s\"'<>]{1,500}", flags=re.IGNORECASE)


def read_plain(path: str, text: str, wanted: Wanted) -> list[Reference]:
    """Read the pins of the package and the addresses of its repository in a file of no known kind.

    Args:
        path: The file's path.
        text: Its text.
        wanted: The release.
    """
    sheet, holder = Sheet(path, text, wanted), path.rpartition("/")[2]
    found = [
        sheet.refer(read_specifier(match["pin"], wanted), match.start("pin"), holder)
        for match in _PINNED.finditer(text)
        if is_wanted(match["name"], wanted)
    ]
    for match in _ADDRESS.finditer(text):
        meaning = read_git(match[0], wanted)
        if meaning is not None:
            found.append(sheet.refer(meaning, match.start(), holder))
    return found
