"""pyproject.toml: every place of it that asks for the package, whichever tool reads that."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from pilotage.domains.downstream.foreigntoml import locate_foreign, parse_foreign_toml
from pilotage.domains.downstream.meaning import is_wanted, read_specifier
from pilotage.domains.downstream.requirementtext import read_requirement
from pilotage.domains.downstream.sheet import Sheet
from pilotage.domains.downstream.sourcetable import read_source
from pilotage.domains.versionfiles.locate import read_at
from pilotage.domains.versionfiles.requirementstrings import read_pyproject_requirements
from pilotage.domains.versionfiles.tomltext import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilotage.domains.downstream.meaning import Meaning
    from pilotage.domains.versionfiles.locate import Keys
    from pilotage.model.downstream import Reference, Wanted

_ENVIRONMENTS = ("tool", "hatch", "envs")
_SOURCES = ("tool", "uv", "sources")
_POETRY = ("tool", "poetry")


def read_pyproject(path: str, text: str, wanted: Wanted) -> list[Reference]:
    """Read the places of a pyproject.toml that ask for the package, in the order of its lines.

    Args:
        path: The file's path.
        text: Its text.
        wanted: The release.

    Raises:
        ConfigError: The text is not TOML.
    """
    data = parse_foreign_toml(text, path)
    sheet = Sheet(path, text, wanted)
    found = [*_read_environments(data, wanted), *_read_sources(data, wanted)]
    starts = locate_foreign(text, path, data, [keys for keys, _, _ in found])
    references = [
        sheet.refer(meaning, start, holder) for (_, meaning, holder), start in zip(found, starts, strict=True)
    ]
    for written in read_pyproject_requirements(text, path):
        meaning = _read_written(written.value, written.name, wanted)
        if meaning is not None:
            references.append(sheet.refer(meaning, written.start, written.table))
    return sorted(references, key=lambda reference: reference.line)


def _read_written(value: str, name: str, wanted: Wanted) -> Meaning | None:
    """Read a requirement, or Poetry's specifier; its empty one is that of a table without a version."""
    if not name:
        return read_requirement(value, wanted)
    return read_specifier(value, wanted) if value and is_wanted(name, wanted) else None


def _read_environments(data: dict[str, object], wanted: Wanted) -> Iterator[tuple[Keys, Meaning, str]]:
    for environment in read_table(data, *_ENVIRONMENTS):
        for key in ("dependencies", "extra-dependencies"):
            keys = (*_ENVIRONMENTS, environment, key)
            listed = read_at(data, keys)
            for index, value in enumerate(listed if isinstance(listed, list) else []):
                meaning = read_requirement(value, wanted) if isinstance(value, str) else None
                if meaning is not None:
                    yield (*keys, index), meaning, f"[{'.'.join(keys[:-1])}] {key}"


def _read_sources(data: dict[str, object], wanted: Wanted) -> Iterator[tuple[Keys, Meaning, str]]:
    groups = ((*_POETRY, "group", group, "dependencies") for group in read_table(data, *_POETRY, "group"))
    for keys in (_SOURCES, (*_POETRY, "dependencies"), (*_POETRY, "dev-dependencies"), *groups):
        for name, value in read_table(data, *keys).items():
            if is_wanted(name, wanted):
                for at, table in _read_tables((*keys, name), value):
                    source = read_source(table, wanted)
                    if source is not None:
                        yield (*at, source[0]), source[1], f"[{'.'.join(keys)}]"


def _read_tables(keys: Keys, value: object) -> Iterator[tuple[Keys, dict[str, object]]]:
    """Give a table, or each of a list of tables."""
    if isinstance(value, dict):
        yield keys, cast("dict[str, object]", value)
    elif isinstance(value, list):
        for index, one in enumerate(cast("list[object]", value)):
            if isinstance(one, dict):
                yield (*keys, index), cast("dict[str, object]", one)
