"""Rules about members' paths and links: unpacking an archive writes into its own folder, and the same everywhere."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from pilotage.domains.distchecks.table import make_finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilotage.domains.distchecks.examined import Examined
    from pilotage.model.distcontents import DistMember, Finding

_ABSOLUTE = re.compile(r"[/\\]|[A-Za-z]:")
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))


def check_paths(dist: Examined) -> Iterator[Finding]:
    """Check each member's path and kind."""
    for member in dist.contents.members:
        path = member.path
        if not path or _ABSOLUTE.match(path) or ".." in path.split("/"):
            yield make_finding("D401", dist.place(path), "its path leaves the archive's folder")
        if "\\" in path or not path.isascii() or not path.isprintable():
            yield from _check_characters(dist, path)
        if member.kind == "other":
            yield make_finding("D405", dist.place(path), "it is a device, a pipe or the like")
        elif member.kind in ("symlink", "hardlink"):
            yield from _check_link(dist, member)


def check_twins(dist: Examined) -> Iterator[Finding]:
    """Check that paths are unique, on every system."""
    seen: set[str] = set()
    folded: dict[str, str] = {}
    for member in dist.files():
        path = member.path
        if path in seen:
            yield make_finding("D406", dist.place(path), "there are two members of this path")
            continue
        seen.add(path)
        twin = folded.setdefault(unicodedata.normalize("NFC", path).casefold(), path)
        if twin != path:
            yield make_finding("D407", dist.place(path), f"it differs from {twin} in case only")


def _check_characters(dist: Examined, path: str) -> Iterator[Finding]:
    odd = next((one for one in path if one == "\\" or unicodedata.category(one) in _UNSEEN), "")
    if odd:
        name = "a backslash" if odd == "\\" else f"the character U+{ord(odd):04X}"
        yield make_finding("D402", dist.place(path), f"its path holds {name}")


def _check_link(dist: Examined, member: DistMember) -> Iterator[Finding]:
    place = dist.place(member.path)
    if _is_leaving(member):
        yield make_finding("D403", place, f"the link points out of the archive: {member.target}")
    elif dist.is_wheel:
        yield make_finding("D404", place, f"it is a link to {member.target}")


def _is_leaving(member: DistMember) -> bool:
    if _ABSOLUTE.match(member.target):
        return True
    folder = member.path.split("/")[:-1] if member.kind == "symlink" else []
    depth = sum(1 for part in folder if part not in ("", "."))
    for part in member.target.split("/"):
        if part == "..":
            depth -= 1
        elif part not in ("", "."):
            depth += 1
        if depth < 0:
            return True
    return False
