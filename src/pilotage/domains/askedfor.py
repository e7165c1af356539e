"""The input `release-as`: which package shall get which version, kept in the release pull request until it is out.

A version that was asked for once must survive the next push, whose run has no such input: so it stands in a hidden line
of the pull request's body, where the world shows it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.errors import UsageError
from pilotage.model.version import Version

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_LINE = re.compile(r"^<!-- pilotage:release-as ([^\n]{1,2000}) -->$", re.MULTILINE)
_SEPARATOR = re.compile(r"[\s,]+")
NOTHING = "auto"
"""What the input says to take an earlier wish back."""


def read_asked(text: str) -> dict[str, str]:
    """Read the input: `2.0.0`, or `NAME==2.0.0` for each of several packages, apart by blanks or commas.

    Returns:
        The version as written, by the package's name; "" names the only package. An earlier wish is taken back by
        `auto`, or `NAME==auto`.

    Raises:
        UsageError: A part is not of this form, or a package is named twice.
    """
    asked: dict[str, str] = {}
    for part in filter(None, _SEPARATOR.split(text.strip())):
        name, separator, version = part.rpartition("==")
        if not version or (separator and not name) or name in asked:
            raise UsageError(
                f"input release-as: {part[:100]!r} is not of the form VERSION or NAME==VERSION, or comes twice",
                hint="Write 2.0.0, or NAME==2.0.0 for each package of a repository with several.",
            )
        asked[name] = version
    return asked


def refuse_strangers(asked: Mapping[str, str], names: Collection[str]) -> None:
    """Refuse a wish for a package that is not there.

    Args:
        asked: What the input asks for.
        names: The packages' names; "" is the only package of a repository that is released as one.

    Raises:
        UsageError: A wish names no package, or none where there are several.
    """
    known = ", ".join(sorted(filter(None, names)))
    for name, version in asked.items():
        if name in names:
            continue
        if not name:
            raise UsageError(
                f"input release-as: {version[:100]!r} names no package, and there are several here",
                hint=f"Write NAME=={version[:100]} with one of: {known}.",
            )
        hint = f"Known here: {known}." if known else "Write the version alone: the repository is released as one."
        raise UsageError(f"input release-as: there is no package {name[:100]!r} here", hint=hint)


def read_kept(body: str) -> dict[str, str]:
    """Read what an earlier run was asked for, from the body of the release pull request; a broken line says nothing."""
    found = _LINE.search(body)
    try:
        return read_asked(found[1]) if found else {}
    except UsageError:
        return {}


def render_kept(asked: Mapping[str, str]) -> str:
    """Render the hidden line that keeps what was asked for; empty when nothing was."""
    parts = [f"{name}=={version}" if name else version for name, version in sorted(asked.items())]
    return f"<!-- pilotage:release-as {' '.join(parts)} -->" if parts else ""


def choose_asked(given: Mapping[str, str], kept: Mapping[str, str], *, name: str, current: str) -> str:
    """Choose the version that is asked for one package: what this run is given, else what is kept and not yet out.

    Args:
        given: The input of this run.
        kept: What the release pull request keeps.
        name: The package's name; "" for the only one.
        current: The last release; "" before the first.
    """
    if name in given:
        return "" if given[name] == NOTHING else given[name]
    text = kept.get(name, "")
    try:
        is_ahead = bool(text) and (not current or Version(text) > Version(current))
    except ValueError:
        return ""
    return text if is_ahead else ""
