"""Pipfile: the packages of all its categories."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from pilotage.domains.downstream.foreigntoml import locate_foreign, parse_foreign_toml
from pilotage.domains.downstream.meaning import is_wanted, read_specifier
from pilotage.domains.downstream.sheet import Sheet
from pilotage.domains.downstream.sourcetable import read_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilotage.domains.downstream.meaning import Meaning
    from pilotage.domains.versionfiles.locate import Keys
    from pilotage.model.downstream import Reference, Wanted

_OTHERS = frozenset({"source", "requires", "pipenv", "scripts"})


def read_pipfile(path: str, text: str, wanted: Wanted) -> list[Reference]:
    """Read the places of a Pipfile that ask for the package, in the order of its lines.

    Args:
        path: The file's path.
        text: Its text.
        wanted: The release.

    Raises:
        ConfigError: The text is not TOML.
    """
    data = parse_foreign_toml(text, path)
    found = list(_read_packages(data, wanted))
    starts = locate_foreign(text, path, data, [keys for keys, _ in found])
    sheet = Sheet(path, text, wanted)
    references = [
        sheet.refer(meaning, start, f"[{keys[0]}]") for (keys, meaning), start in zip(found, starts, strict=True)
    ]
    return sorted(references, key=lambda reference: reference.line)


def _read_packages(data: dict[str, object], wanted: Wanted) -> Iterator[tuple[Keys, Meaning]]:
    for category, packages in data.items():
        if category in _OTHERS or not isinstance(packages, dict):
            continue
        for name, value in cast("dict[str, object]", packages).items():
            if is_wanted(name, wanted):
                yield from _read_package((category, name), value, wanted)


def _read_package(keys: Keys, value: object, wanted: Wanted) -> Iterator[tuple[Keys, Meaning]]:
    if isinstance(value, str):
        yield keys, read_specifier(value, wanted)
        return
    table = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    source = read_source(table, wanted)
    if source is not None:
        yield (*keys, source[0]), source[1]
        return
    version = table.get("version")
    yield (*keys, "version"), read_specifier(version if isinstance(version, str) else "", wanted)
