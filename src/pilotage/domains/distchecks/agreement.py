"""The rule that the files of a release need the same: Requires-Python, Requires-Dist, Provides-Extra."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from pilotage.domains.distchecks.needs import read_need
from pilotage.domains.distchecks.table import make_finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pilotage.domains.distchecks.examined import Examined
    from pilotage.model.distcontents import Finding

_Field = Literal["Requires-Python", "Requires-Dist", "Provides-Extra"]
_FIELDS: tuple[_Field, ...] = ("Requires-Python", "Requires-Dist", "Provides-Extra")


def check_agreement(dists: Sequence[Examined]) -> Iterator[Finding]:
    """Check that wheels say what the sdist promised (PEP 643), and what the first wheel says."""
    read = [dist for dist in dists if dist.contents.metadata is not None]
    wheels = [dist for dist in read if dist.is_wheel]
    for sdist in read:
        if not sdist.is_sdist or not sdist.knows_dynamic:
            continue
        dynamic = {field.lower() for field in sdist.raw.get("dynamic", [])}
        fixed = [field for field in _FIELDS if field.lower() not in dynamic]
        for wheel in wheels:
            for field in fixed:
                if difference := _compare(sdist, wheel, field):
                    yield make_finding("D105", wheel.contents.name, f"{field} is not the sdist's: {difference}")
    for wheel in wheels[1:]:
        for field in _FIELDS:
            if difference := _compare(wheels[0], wheel, field):
                # Allowed, but resolvers that read one wheel take it for all.
                message = f"{field} is not that of {wheels[0].contents.name}: {difference}"
                yield make_finding("D105", wheel.contents.name, message, severity="warning")


def _compare(one: Examined, other: Examined, field: _Field) -> str:
    left, right = _read(one, field), _read(other, field)
    more, less = sorted(right - left), sorted(left - right)
    return "; ".join([*(f"it adds {text}" for text in more[:3]), *(f"it lacks {text}" for text in less[:3])])


def _read(dist: Examined, field: _Field) -> frozenset[str]:
    if field == "Requires-Python":
        text = dist.raw.get("requires_python")
        return frozenset([_spell_specifier(text)] if text else [])
    if field == "Requires-Dist":
        return frozenset(map(_spell_requirement, dist.raw.get("requires_dist", [])))
    return frozenset(map(canonicalize_name, dist.raw.get("provides_extra", [])))


def _spell_specifier(text: str) -> str:
    try:
        return str(SpecifierSet(text))
    except (InvalidSpecifier, ValueError):
        return text


def _spell_requirement(text: str) -> str:
    requirement = read_need(text)
    if requirement is None:
        return text
    requirement.name = canonicalize_name(requirement.name)
    if requirement.url:
        requirement.url = "URL"  # it may carry a password, and is shown
    return str(requirement)
