"""python-semantic-release's groups of branches as channels."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.domains.translation.channels import Channel, add_channel, read_channel

if TYPE_CHECKING:
    from pilotage.domains.translation.notes import Notes
    from pilotage.domains.translation.table import Table

__all__ = ["read_branches"]

_NAME = re.compile(r"[\w./*-]{1,200}", re.ASCII)


def read_branches(table: Table, notes: Notes) -> dict[str, Channel]:
    """Translate the groups that make pre-releases, and further ones that make final versions.

    The first group that makes final versions is the branch that releases anyway.
    """
    branches = table.table("branches")
    found: dict[str, Channel] = {}
    is_main_found = False
    for name in branches:
        group = branches.table(name)
        pattern = group.text("match", "(main|master)")
        is_prerelease = group.flag("prerelease")
        word = group.text("prerelease_token", "rc")
        if not is_prerelease and not is_main_found:
            is_main_found = True
            continue
        channel: Channel | None = read_channel(word) if is_prerelease else "maintenance"
        names = _read_names(pattern)
        if channel is None or not names:
            why = "no branches that can be named" if channel else "no pre-releases of PEP 440"
            notes.add(
                group.place, pattern, f"{why}: `[tool.pilotage.channels]` takes names with *, and a, b, rc or dev"
            )
            continue
        for one in names:
            add_channel(found, one, channel, place=group.place, notes=notes)
    return found


def _read_names(pattern: str) -> tuple[str, ...]:
    """Read a regular expression as names with `*`; empty when it says more than that."""
    bare = pattern.removeprefix("^").removesuffix("$")
    if bare.startswith("(") and bare.endswith(")") and bare.count("(") == 1:
        bare = bare[1:-1]
    bare = bare.replace("\\d+", "*").replace("\\d*", "*").replace(".+", "*").replace(".*", "*").replace("\\.", "\0")
    head, opened, rest = bare.partition("(")
    inner, closed, tail = rest.partition(")")
    parts = [f"{head}{one}{tail}" for one in inner.split("|")] if opened and closed else bare.split("|")
    names = tuple(part.replace("\0", ".") for part in parts)
    return names if all(map(_NAME.fullmatch, names)) else ()
