"""Maintenance branches: the range of versions that a branch's name stands for, and what would leave it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pilotage.errors import ConfigError, ConflictError

if TYPE_CHECKING:
    from collections.abc import Collection

    from pilotage.model.version import Version

__all__ = ["Range", "read_range", "refuse_overtaking"]

_NAME = re.compile(r"(?:^|[/_-])v?([0-9]{1,9}(?:\.[0-9]{1,9})?)((?:\.[xX*])*)$")
_FULL = 3


class Range(msgspec.Struct, frozen=True):
    """The versions of a maintenance branch: all that begin with some numbers.

    Args:
        numbers: One number or two.
    """

    numbers: tuple[int, ...]

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.numbers))}.*"

    def __contains__(self, version: Version) -> bool:
        return (*version.release, 0, 0)[: len(self.numbers)] == self.numbers


def read_range(branch: str) -> Range | None:
    """Read the range out of a branch's name; None when the name holds none.

    `1.x`, `1.4.x`, `v1.x`, `1.x.x` and `1.4` stand alone or after `/`, `-` or `_`: `release/1.x`, `stable-1.4`. A name
    such as `release/1.4.2` means one version and is no range.
    """
    found = _NAME.search(branch)
    if found is None:
        return None
    numbers = tuple(map(int, found[1].split(".")))
    if len(numbers) + len(found[2]) // 2 > _FULL or not (found[2] or len(numbers) > 1):
        return None
    return Range(numbers)


def refuse_overtaking(
    version: Version, current: Version | None, *, branch: str, known: Collection[Version], cause: str
) -> None:
    """Refuse a version that a maintenance branch may not have.

    Its range is that of its name, and it ends before the lowest version, pre-releases too, that exists of a higher
    minor line than the branch's last release: what was released after the branch left the line is not overtaken.

    Args:
        version: What would come next.
        current: The last release on the branch; None when there is none.
        branch: The branch's name.
        known: Every version that exists; a version among them is refused too.
        cause: Why it would be that version, for the error: `a feature (1a2b3c4d5e)`.

    Raises:
        ConfigError: The branch's name does not tell a range.
        ConflictError: The version is outside of the range, or overtakes one that exists.
    """
    wanted = read_range(branch)
    if wanted is None:
        raise ConfigError(
            f"[tool.pilotage.channels] {branch[:100]!r} is a maintenance branch, and its name does not tell which"
            " versions it maintains",
            hint="Name it after its line, such as 1.x, 1.4.x or release/1.4.x.",
        )
    after = f" after {current}" if current is not None else ""
    if version not in wanted or (current is not None and version.epoch != current.epoch):
        raise ConflictError(
            f"maintenance branch {branch}: {cause}{after} makes {version}, which is not one of {wanted}",
            hint="Release that change from the default branch and revert it here, or ask for a version of the line by a"
            " commit with a Release-As footer.",
        )
    higher = [one for one in known if one == version or (current is not None and _minor(one) > _minor(current))]
    lowest = min(higher, default=None)
    if lowest is not None and version >= lowest:
        raise ConflictError(
            f"maintenance branch {branch}: {cause}{after} makes {version}, but {lowest} exists on another branch and"
            " may not be overtaken",
            hint=f"Merge what was released last of {wanted} into this branch, or bring only fixes here: they stay below"
            f" {lowest}.",
        )


def _minor(version: Version) -> tuple[int, ...]:
    return (version.epoch, *(*version.release, 0)[:2])
