"""What a version, or a specifier, that a repository asks for means for the release that it shall follow."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.specifiers import InvalidSpecifier, Specifier

from pilotage.domains.versionfiles.specifier import is_satisfied
from pilotage.model.downstream import Standing
from pilotage.model.version import Version

if TYPE_CHECKING:
    from pilotage.model.downstream import Wanted

_LONGEST = 500
"""A longer specifier is none that a person wrote."""

_CLAUSE = re.compile(
    r"[ \t]*(?P<operator>===|==|~=|!=|<=|>=|<|>|\^|~|=)?[ \t]*(?P<version>[vV]?[0-9][0-9A-Za-z.!+*-]*|\*)[ \t]*,?",
    flags=re.ASCII,
)
_PINS = frozenset({"===", "==", "=", ""})
_LOWER = frozenset({">=", ">", "~=", "~", "^", *_PINS})
_POETRY = frozenset({"", "=", "^", "~"})
_WILDCARD = ".*"


def judge_version(text: str, wanted: Wanted) -> Standing:
    """Tell what a version as such means: `current`, `exact` (older), `ahead` (newer), `unclear` when it is none.

    Args:
        text: The version as written; a `v` before it counts for nothing.
        wanted: The release.
    """
    found = _read(text)
    if found is None:
        return Standing.UNCLEAR
    return _compare(found, wanted.version)


def judge_specifier(specifier: str, wanted: Wanted) -> Standing:
    """Tell what a specifier means: PEP 440's, Poetry's (`^1.2`, `~1.2`, `1.2.3`, `||`), or `=1.2.3`, which is a pin.

    A pin names one version and is judged as `judge_version` does; `==1.2.*` is a range. A range admits the version, be
    it a pre-release, or is `ahead` when its lower bound lies above it, or else excludes it.

    Args:
        specifier: The specifier as written; "" and `*` stand for any version.
        wanted: The release.
    """
    if specifier.strip() in {"", "*"}:
        return Standing.UNPINNED
    alternatives = [_read_clauses(part) for part in specifier.split("||")] if len(specifier) <= _LONGEST else [None]
    if None in alternatives:
        return Standing.UNCLEAR
    clauses = [clauses for clauses in alternatives if clauses is not None]
    pin = _find_pin(clauses)
    if is_satisfied(specifier, wanted.version):
        return Standing.ADMITS if pin is None else Standing.CURRENT
    if pin is not None:
        standing = _compare(pin, wanted.version)
        is_contradiction = standing == Standing.CURRENT and len(clauses[0]) > 1
        return Standing.EXCLUDES if is_contradiction else standing
    is_ahead = all(any(_is_above(*clause, wanted.version) for clause in part) for part in clauses)
    return Standing.AHEAD if is_ahead else Standing.EXCLUDES


def _compare(found: Version, version: Version) -> Standing:
    if found == version:
        return Standing.CURRENT
    return Standing.EXACT if found < version else Standing.AHEAD


def _read(text: str) -> Version | None:
    try:
        return Version(text)
    except ValueError:  # InvalidVersion is one; a number of thousands of digits is another
        return None


def _read_clauses(text: str) -> list[tuple[str, str]] | None:
    """Give the operators and versions of a specifier; None when it is none."""
    clauses, at = [], 0
    while at < len(text):
        match = _CLAUSE.match(text, at)
        if match is None or not _is_clause(match["operator"] or "", match["version"]):
            return None
        clauses.append((match["operator"] or "", match["version"]))
        at = match.end()
    return clauses or None


def _is_clause(operator: str, version: str) -> bool:
    if operator in _POETRY or version == "*":
        return version == "*" or _read(version.removesuffix(_WILDCARD)) is not None
    try:
        return bool(Specifier(operator + version))
    except InvalidSpecifier:
        return False


def _find_pin(alternatives: list[list[tuple[str, str]]]) -> Version | None:
    """Give the one version that a specifier names; None for a range."""
    pins = [version for operator, version in alternatives[0] if operator in _PINS and "*" not in version]
    return _read(pins[0]) if pins and len(alternatives) == 1 else None


def _is_above(operator: str, bound: str, version: Version) -> bool:
    """Tell whether a clause asks for something newer."""
    found = _read(bound.removesuffix(_WILDCARD)) if operator in _LOWER else None
    return found is not None and (found > version or (operator == ">" and found == version))
