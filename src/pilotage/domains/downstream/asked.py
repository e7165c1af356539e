"""A word of a command that asks for the package: what it means, and where that can be changed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.downstream.condaspec import read_conda_spec
from pilotage.domains.downstream.meaning import Meaning, is_wanted, read_specifier
from pilotage.domains.downstream.requirementtext import read_requirement
from pilotage.model.downstream import Standing

if TYPE_CHECKING:
    from pilotage.domains.downstream.mapped import MappedText, Stretch
    from pilotage.model.downstream import Wanted

_NAMED = re.compile(r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(?P<extras>\[[^\[\]]*\])?", re.ASCII)
_VERSION_AT = re.compile(r"@[ \t]*(?P<asked>[~^<>=!*]*[ \t]*[0-9*][^/:@]*|latest)", re.ASCII)
_ADDRESS = re.compile(r"git\+|://|^git@")
_OLDER = frozenset({Standing.EXACT, Standing.EXCLUDES})


class Asked(msgspec.Struct, frozen=True):
    """What a word asks for.

    Args:
        meaning: What it means; its changes are places of the file.
        held: What gives the version there, with its place; None when the word says it itself.
    """

    meaning: Meaning
    held: Stretch | None = None


def read_asked(word: MappedText, wanted: Wanted, *, is_conda: bool = False) -> Asked | None:
    """Read a word of a command that installs.

    Args:
        word: The word, as the shell makes it.
        wanted: The release.
        is_conda: Whether it is written as conda does.

    Returns:
        What it asks for; None when it is something else.
    """
    first = _find_first(word.text)
    meaning = read_conda_spec(word.text, wanted) if is_conda else _read(word.text, wanted)
    missing = [(at, stretch) for at, stretch in word.missing() if at >= first]
    if meaning is None or _is_named_by_missing(word):
        return None
    if missing:
        return _read_missing([stretch for _, stretch in missing])
    held = next((stretch for _, stretch in word.over(first, len(word.text)) if stretch.holder), None)
    if meaning.changes:
        places = [word.locate(change, keeps_v=not _is_address(word.text)) for change in meaning.changes]
        if any(place is None for place in places):
            meaning = meaning.freeze("it is put together from pieces that do not stand in one place")
        else:
            changes = tuple(change for place in places for change in place or ())
            meaning = msgspec.structs.replace(meaning, changes=changes)
    if held and held.is_argument and meaning.standing in _OLDER:
        meaning = msgspec.structs.replace(meaning, standing=Standing.ARGUMENT)
    return Asked(meaning, held)


def _is_address(text: str) -> bool:
    return _ADDRESS.search(text) is not None


def _is_named_by_missing(word: MappedText) -> bool:
    """Tell whether a part of the name itself is missing."""
    match = _NAMED.match(word.text)
    return match is not None and not _is_address(word.text) and any(at < match.end("name") for at, _ in word.missing())


def _find_first(text: str) -> int:
    """Give the index from which a word says which version; what is missing before it is another matter."""
    if _is_address(text):
        return text.rfind("@") + 1
    match = _NAMED.match(text)
    return match.end() if match else 0


def _read(text: str, wanted: Wanted) -> Meaning | None:
    named = _NAMED.match(text)
    at = _VERSION_AT.fullmatch(text, named.end()) if named else None
    if named is None or at is None:
        return read_requirement(text, wanted)
    if not is_wanted(named["name"], wanted):
        return None
    asked = "" if at["asked"] == "latest" else at["asked"]
    return read_specifier(asked, wanted).shift(at.start("asked"))


def _read_missing(missing: list[Stretch]) -> Asked:
    unknown = next((stretch for stretch in missing if not stretch.is_argument), None)
    if unknown is None:
        why = f"{missing[0].holder} has no default: a rebuild is given its value"
        return Asked(Meaning(Standing.ARGUMENT, why=why), missing[0])
    return Asked(Meaning(Standing.UNCLEAR, unknown.holder, why="its value is not set in this file"))
