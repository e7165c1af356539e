"""conda's environment files: the packages below `dependencies`, and those that pip installs there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from pilotage.domains.downstream.condaspec import read_conda_spec
from pilotage.domains.downstream.meaning import Meaning, is_wanted
from pilotage.domains.downstream.requirementtext import read_requirement
from pilotage.domains.downstream.sheet import Sheet
from pilotage.domains.versionfiles.yamltext import YamlFile
from pilotage.errors import ConfigError
from pilotage.model.downstream import Reference, Standing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilotage.domains.versionfiles.locate import Keys
    from pilotage.model.downstream import Wanted

_LONGEST = 40_000
"""A longer file is none that people write, and YAML takes its time."""

_OPENED = re.compile(r"[\[{]|-[ \t]+(?=-[ \t])")
_MOST_OPENED = 500
"""How many lists and tables may be opened within lines: nesting costs the parser of YAML more than its share."""


def read_environment(path: str, text: str, wanted: Wanted) -> list[Reference]:
    """Read the places of an environment file that ask for the package.

    Args:
        path: The file's path.
        text: Its text.
        wanted: The release.

    Raises:
        ConfigError: The text is not YAML, or too long to be read as such.
    """
    if len(_OPENED.findall(text)) > _MOST_OPENED:
        raise ConfigError(f"{path} is nested too deeply to be read", hint="Flatten it.")
    if len(text) > _LONGEST:
        raise ConfigError(f"{path} has more than {_LONGEST} characters", hint="Split it.")
    sheet, file = Sheet(path, text, wanted), YamlFile(text, path)
    found: dict[Reference, None] = {}
    for document, data in enumerate(file.documents):
        for keys, spec in _read_specs(data):
            is_pip = len(keys) > len(("dependencies", 0))
            meaning = read_requirement(spec, wanted) if is_pip else read_conda_spec(spec, wanted)
            if meaning is not None:
                span = file.span(document, keys)
                holder = "dependencies: pip" if is_pip else "dependencies"
                found[sheet.refer(meaning, span[0] if span else None, holder)] = None
        if isinstance(data, dict) and _is_misplaced(data.get("dependencies"), wanted):
            meaning = Meaning(Standing.UNCLEAR, why="dependencies is not a list")
            found[sheet.refer(meaning, None, "dependencies")] = None
    return list(found)


def _read_specs(data: object) -> Iterator[tuple[Keys, str]]:
    """Give what stands in the lists, and where; a list that stands in several places is read once."""
    listed = data.get("dependencies") if isinstance(data, dict) else None
    seen: set[int] = set()
    for index, one in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(one, str):
            yield ("dependencies", index), one
        nested = one.get("pip") if isinstance(one, dict) else None
        if isinstance(nested, list) and id(nested) not in seen:
            seen.add(id(nested))
            for place, spec in enumerate(cast("list[object]", nested)):
                if isinstance(spec, str):
                    yield ("dependencies", index, "pip", place), spec


def _is_misplaced(found: object, wanted: Wanted) -> bool:
    """Tell whether the package is named where a list should be."""
    if isinstance(found, dict):
        return any(isinstance(name, str) and is_wanted(name, wanted) for name in found)
    return isinstance(found, str) and read_conda_spec(found, wanted) is not None
