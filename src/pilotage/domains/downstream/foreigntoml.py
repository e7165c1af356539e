"""TOML that strangers wrote: read in linear time, whatever it holds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.domains.versionfiles.locate import locate_strings, read_at
from pilotage.domains.versionfiles.place import line_of
from pilotage.domains.versionfiles.tomltext import parse_toml
from pilotage.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotage.domains.versionfiles.locate import Keys

_QUOTED = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|#[^\n]*")
_MOST_DOTS = 200


def parse_foreign_toml(text: str, path: str) -> dict[str, object]:
    """Parse a TOML file, as `parse_toml` does, with every way of its being broken told as one.

    Raises:
        ConfigError: The text is not TOML, is nested too deeply, or holds a number that nobody can read.
    """
    _check_dots(text, path)
    try:
        return parse_toml(text, path)
    except ValueError as exc:  # tomllib lets it pass for a number of thousands of digits
        raise ConfigError(f"{path} is not TOML: {exc}", hint="Mend the file.") from exc


def locate_foreign(text: str, path: str, data: dict[str, object], keys: Sequence[Keys]) -> list[int | None]:
    """Give where the texts at some keys of a file begin; None for one that is written otherwise, or is no text."""
    if not keys:  # as in most files: that saves reading them once more
        return []
    values = [value if isinstance(value := read_at(data, way), str) else "" for way in keys]
    spans = locate_strings(
        text, list(zip(keys, values, strict=True)), parse=lambda copy: parse_foreign_toml(copy, path)
    )
    return [span[0] if span else None for span in spans]


def _check_dots(text: str, path: str) -> None:
    """Refuse keys of hundreds of parts: the time to read one grows with their number's square."""
    at = 0
    for line in text.split("\n"):
        if line.count(".") > _MOST_DOTS and _QUOTED.sub("", line).count(".") > _MOST_DOTS:
            raise ConfigError(
                f"{path} is nested too deeply to be read: line {line_of(text, at)}", hint="Shorten its keys."
            )
        at += len(line) + 1
