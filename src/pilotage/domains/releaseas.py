"""A version that a person asks for, by a `Release-As` footer or by the `release-as` input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.errors import ConfigError, ConflictError
from pilotage.model.version import Version, read_version

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["FOOTER", "name_place", "read_release_as", "refuse_taken"]

FOOTER = "commit footer Release-As"


def name_place(*, is_input: bool, commit: str = "") -> str:
    """Name the place that asks: the input, or the footer of a commit where it is known."""
    if is_input:
        return "input release-as"
    return f"commit {commit[:10]}, footer Release-As" if commit else FOOTER


def read_release_as(text: str, current: Version | None, *, place: str = FOOTER) -> Version:
    """Read a version that is asked for and hold it against the one that is out.

    Raises:
        ConfigError: It is not a version, has a local part, or is not above the current one.
    """
    where = f"{place}: {text[:100]}"
    wished = read_version(text, place=place)
    if wished.local is not None:
        raise ConfigError(
            f"{where}: the local part +{wished.local} cannot be released",
            hint="Package indexes take no local versions (PEP 440): leave out everything from the +.",
        )
    if current is not None and wished <= current:
        relation = "is already released" if wished == current else f"is lower than the released version {current}"
        raise ConfigError(f"{where}: {wished} {relation}", hint=_ask_for(f"a version above {current}", place))
    return wished


def refuse_taken(version: Version, known: Collection[Version], *, place: str) -> None:
    """Refuse a version that was released from another branch.

    Raises:
        ConflictError: It is among the known ones.
    """
    if version in known:
        raise ConflictError(
            f"{place}: {version} is taken: a tag of that version exists, on another branch",
            hint=_ask_for("a version that no tag has", place) + " A tag is never moved.",
        )


def _ask_for(what: str, place: str) -> str:
    if place == name_place(is_input=True):
        return f"Run again with {what}, or without the input."
    return f"Ask for {what} in a later commit's Release-As footer: the newest one counts."
