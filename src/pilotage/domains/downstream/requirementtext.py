"""A requirement as PEP 508 and pip write it, and what it means for the release."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.domains.downstream.gitreference import read_git
from pilotage.domains.downstream.meaning import is_wanted, read_specifier

if TYPE_CHECKING:
    from pilotage.domains.downstream.meaning import Meaning
    from pilotage.model.downstream import Wanted

_REQUIREMENT = re.compile(
    r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)[ \t]*(?:\[[^\[\]\n]*\][ \t]*)?"
    r"(?:(?P<url>@[ \t]*(?=[^\s=]))|(?:\([ \t]*)?(?P<specifier>[^;()#@\[\]\n]*))",
    flags=re.ASCII,
)
"""PEP 508 up to its marker: `name[extra] (>=1.2, <2)`, or up to its URL: `name @ `."""

_EDITABLE = re.compile(r"[ \t]*(?:-e|--editable)(?:[ \t]*=[ \t]*|[ \t]+)")
_ADDRESS = re.compile(r"[ \t]*(?:[a-z+]{2,10}://|git\+|git@)", flags=re.IGNORECASE)


def read_requirement(text: str, wanted: Wanted) -> Meaning | None:
    """Read a requirement: a name and a specifier, a name and a URL, or a URL alone, with what else they may have.

    Args:
        text: The requirement on one line: `demo[extra] (>=1.2, <2) ; python_version > "3"`, `demo @ git+https://…`,
            `-e git+https://…#egg=demo`.
        wanted: The release.

    Returns:
        What it means; None when it asks for something else.
    """
    editable = _EDITABLE.match(text)
    if editable or _ADDRESS.match(text):
        found = read_git(text[editable.end() :], wanted) if editable else read_git(text, wanted)
        return found.shift(editable.end()) if found and editable else found
    start = len(text) - len(text.lstrip(" \t\ufeff"))
    match = _REQUIREMENT.match(text, start)
    if match is None or not is_wanted(match["name"], wanted):
        return None
    if match["url"]:
        found = read_git(text[match.end() :], wanted, is_named=True)
        return found.shift(match.end()) if found else None
    return read_specifier(match["specifier"].rstrip(), wanted).shift(match.start("specifier"))
