"""Versions, bumps and tags.

A version is a PEP 440 version (`packaging.version.Version`), compared as such and never as text.
"""

from __future__ import annotations

import enum
import re

import msgspec
from packaging.version import Version

from pilotage.errors import ConfigError

__all__ = ["Bump", "TagFormat", "Version", "read_version"]


_NOT_A_REF = re.compile(r"[\x00-\x20\x7f~^:?*\[\\{}]|\.\.|@\{|//|^[/.-]|/\.|\.lock(?:/|$)|[/.]$")
"""What `git check-ref-format` refuses in a tag's name."""


class Bump(enum.StrEnum):
    """How far a change moves the version, in rising order."""

    NONE = "none"
    PATCH = "patch"
    MINOR = "minor"
    MAJOR = "major"

    @property
    def rank(self) -> int:
        """Give the position in rising order, from 0 (none) to 3 (major)."""
        return list(Bump).index(self)

    @classmethod
    def highest(cls, *bumps: Bump) -> Bump:
        """Return the farthest of some bumps, none when there are none."""
        return max(bumps, key=lambda bump: bump.rank, default=cls.NONE)


def read_version(text: str, *, place: str) -> Version:
    """Read a PEP 440 version.

    Args:
        text: The version as written.
        place: Where it stands, for the error's text: `pyproject.toml: [project] version`.

    Raises:
        ConfigError: The text is not a PEP 440 version.
    """
    try:
        return Version(text)
    except ValueError:  # InvalidVersion is one; a number of thousands of digits is another
        raise ConfigError(
            f"{place}: {text[:100]!r} is not a version",
            hint="Write a PEP 440 version, such as 1.4.0 or 2.0.0rc1.",
        ) from None


class TagFormat(msgspec.Struct, frozen=True):
    """How a version is spelled as a git tag: `v{version}`.

    Args:
        prefix: The text before the version.
        suffix: The text after the version.
    """

    prefix: str
    suffix: str = ""

    @classmethod
    def parse(cls, text: str, *, name: str = "") -> TagFormat:
        """Read a format such as `v{version}` or `{name}-v{version}`.

        Raises:
            ConfigError: `{version}` does not stand in it exactly once, or the tag would not be a git ref name.
        """
        filled = text.replace("{name}", name)
        before, placeholder, after = filled.partition("{version}")
        if not placeholder or _NOT_A_REF.search(f"{before}0{after}"):
            raise ConfigError(
                f"[tool.pilotage] tag-format: {text!r} does not make a git tag",
                hint="Use {version} once, as in v{version}, and only characters that git allows in a ref.",
            )
        return cls(before, after)

    def render(self, version: Version | str) -> str:
        """Spell the tag of a version."""
        return f"{self.prefix}{version}{self.suffix}"

    def read(self, tag: str) -> Version | None:
        """Read the version out of a tag; None when the tag is not one of this format."""
        if not tag.startswith(self.prefix) or not tag.endswith(self.suffix):
            return None
        text = tag[len(self.prefix) : len(tag) - len(self.suffix)]
        try:
            return Version(text) if re.fullmatch(r"[0-9][0-9A-Za-z.!+_-]*", text) else None
        except ValueError:  # as in read_version
            return None
