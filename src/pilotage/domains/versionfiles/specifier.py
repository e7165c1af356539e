"""Version specifiers of requirements, PEP 440's and Poetry's: does a version satisfy one, and what makes it do so.

Only the versions of a specifier change, never its operators, commas or blanks.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from pilotage.model.version import Version

Policy = Literal["needed", "always"]
"""When a lower bound is raised: when the version does not satisfy the specifier, or always. A pin always is."""

_CLAUSE = re.compile(
    r"(?P<operator>===|==|~=|!=|<=|>=|<|>|\^|~|=)?[ \t]*(?P<version>[vV]?[0-9][0-9A-Za-z.!+*-]*|\*)", flags=re.ASCII
)
_BETWEEN = re.compile(r"[ \t]*(?:,[ \t]*)?")
_RANGES = frozenset({">=", ">", "<", "<=", "~=", "^", "~"})
_WILDCARD = ".*"


class _Clause(msgspec.Struct, frozen=True):
    operator: str
    version: str
    span: tuple[int, int]


def raise_specifier(specifier: str, version: Version, *, policy: Policy = "needed") -> str | None:
    """Give the specifier that a release of the required package asks for.

    A pin (`==1.2.3`, Poetry's `1.2.3`) follows the version. A range stays as long as the version satisfies it; else its
    lower bound becomes the version, and an upper bound is moved by as much as the same spelling allows: `>=1.2,<2`
    becomes `>=2.0.0,<3` for 2.0.0, `^1.2` becomes `^2.0.0`, `~=1.2` becomes `~=2.0`.

    Args:
        specifier: The specifier as written; "" for none.
        version: The version that was released.
        policy: Whether a range that the version satisfies gets it as its lower bound too.

    Returns:
        The specifier, the same text when nothing is to be done; None when no rule leads to one that the version
        satisfies (`!=2.0`, alternatives with `||`) or when the text is no specifier.
    """
    clauses = _read_clauses(specifier)
    if clauses is None:
        return specifier if is_satisfied(specifier, version) else None
    satisfied = is_satisfied(specifier, version)
    raised, end = "", 0
    for clause in clauses:
        start, stop = clause.span
        raised += specifier[end:start] + _follow(clause, version, satisfied=satisfied, policy=policy)
        end = stop
    raised += specifier[end:]
    return raised if is_satisfied(raised, version) else None


def is_satisfied(specifier: str, version: Version) -> bool:
    """Tell whether a version, be it a pre-release, satisfies a specifier; one that cannot be read never is."""
    return any(_is_satisfied(part, version) for part in specifier.split("||"))


def _is_satisfied(specifier: str, version: Version) -> bool:
    clauses = _read_clauses(specifier)
    if clauses is None:
        return False
    try:
        clear = ",".join(_spell(clause) for clause in clauses if clause.version != "*")
        return SpecifierSet(clear).contains(version, prereleases=True)
    except (InvalidSpecifier, ValueError):
        return False


def _read_clauses(specifier: str) -> list[_Clause] | None:
    clauses, at = [], _BETWEEN.match(specifier, 0).end()  # type: ignore[union-attr]  # it matches the empty text
    while at < len(specifier):
        match = _CLAUSE.match(specifier, at)
        if match is None or not _is_version(match["version"]):
            return None
        clauses.append(_Clause(match["operator"] or "", match["version"], match.span("version")))
        at = _BETWEEN.match(specifier, match.end()).end()  # type: ignore[union-attr]  # as above
    return clauses


def _is_version(text: str) -> bool:
    try:
        return text == "*" or bool(Version(text.removesuffix(_WILDCARD)))
    except ValueError:  # as in read_version
        return False


def _spell(clause: _Clause) -> str:
    """Spell a clause as PEP 440 does: Poetry's caret and tilde become two bounds."""
    if clause.operator not in {"", "=", "^", "~"}:
        return clause.operator + clause.version
    if clause.operator in {"", "="} or clause.version.endswith(_WILDCARD):
        return f"=={clause.version}"
    version = Version(clause.version)
    if clause.operator == "~":
        kept = min(len(version.release), 2)
    else:
        kept = next((place + 1 for place, number in enumerate(version.release) if number), len(version.release))
    return f">={version},<{_successor(version, kept)}"


def _successor(version: Version, kept: int) -> str:
    """Give the first version after all those that share the first numbers with this one."""
    numbers = (*version.release, 0, 0, 0)[:kept]
    return (f"{version.epoch}!" if version.epoch else "") + ".".join(map(str, (*numbers[:-1], numbers[-1] + 1)))


def _follow(clause: _Clause, version: Version, *, satisfied: bool, policy: Policy) -> str:
    """Give the version that a clause names from now on."""
    written = clause.version
    if written == "*" or clause.operator == "!=":
        return written
    if written.endswith(_WILDCARD):
        return written if satisfied else _truncated(version, written.count(".")) + _WILDCARD
    if clause.operator in _RANGES:
        stays = satisfied and (policy == "needed" or clause.operator in {"<", "<="})
        return written if stays else _move(clause, version)
    return written if Version(written) == version and clause.operator != "===" else str(version)


def _move(clause: _Clause, version: Version) -> str:
    """Give the bound of a range that begins at the version, or ends after it."""
    if clause.operator in {"<", "<="}:
        return _upper(clause, version)
    if clause.operator in {"~=", "~"}:
        return _truncated(version, max(clause.version.count(".") + 1, len(clause.operator)))
    return clause.version if clause.operator == ">" and Version(clause.version) < version else str(version)


def _upper(clause: _Clause, version: Version) -> str:
    """Move an upper bound above the version when it is not, in the precision that it is written in."""
    bound = Version(clause.version)
    if SpecifierSet(clause.operator + clause.version).contains(version, prereleases=True):
        return clause.version
    if clause.operator == "<=":
        return str(version)
    numbers = bound.release
    kept = max((place + 1 for place, number in enumerate(numbers) if number), default=1)
    return ".".join([_successor(version, kept), *["0"] * (len(numbers) - kept)])


def _truncated(version: Version, count: int) -> str:
    """Give the first numbers of a version, with what makes it a pre-release, so that the version is not below it."""
    numbers = (*version.release, 0, 0, 0)[:count]
    shortened = (f"{version.epoch}!" if version.epoch else "") + ".".join(map(str, numbers))
    if version >= Version(shortened):
        return shortened
    return shortened + "".join(map(str, version.pre or ())) + (f".dev{version.dev}" if version.dev is not None else "")
