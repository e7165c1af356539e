"""The table of types, so that it says of each type what another tool does with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from pilotage.model.config import DEFAULT_TYPES, ChangeType

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["BumpName", "build_rows", "is_type", "row_of"]

BumpName: TypeAlias = Literal["none", "patch", "minor", "major"]

_TYPE = re.compile(r"[a-z][a-z0-9_-]{0,99}")


def is_type(name: str) -> bool:
    """Tell whether the table can hold a type of this name."""
    return _TYPE.fullmatch(name) is not None


def row_of(name: str, bump: BumpName, *, section: str = "", hidden: bool | None = None) -> ChangeType:
    """Build a type's row.

    Args:
        name: The type.
        bump: How far it moves the version.
        section: Its heading; that of the default table when left out, else the type's name.
        hidden: Whether notes leave it out; as in the default table when left out, and for a type that is not there,
            when it moves nothing.
    """
    known = DEFAULT_TYPES.get(name)
    if hidden is None:
        hidden = known.hidden and bump == "none" if known else bump == "none"
    return ChangeType(bump, section or (known.section if known else name.capitalize()), hidden=hidden)


def build_rows(rows: Mapping[str, ChangeType]) -> dict[str, ChangeType]:
    """Give what differs from the default table: the rows given, and for the types left out that they move nothing."""
    gone = {
        name: msgspec.structs.replace(row, bump="none", hidden=True)
        for name, row in DEFAULT_TYPES.items()
        if name not in rows
    }
    return {name: row for name, row in {**gone, **rows}.items() if DEFAULT_TYPES.get(name) != row}
