"""One built file with all that its rules need, read once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from packaging.metadata import RawMetadata, parse_email
from packaging.version import InvalidVersion, Version

from pilotage.errors import ConfigError
from pilotage.model.dist import DistName

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilotage.model.distcontents import DistContents, DistMember

LONGEST_VALUE = 20_000
"""Characters of one value that is parsed: longer ones are nobody's, and take parsers more than linear time."""

_FREE = frozenset(("description", "license", "keywords"))
"""Fields of free text."""

_SINCE_DYNAMIC = Version("2.2")
_SINCE_LICENSES = Version("2.4")


class Examined(msgspec.Struct, frozen=True, kw_only=True):
    """One built file, read.

    Args:
        contents: The file as it was read.
        name: What its name says; None when it cannot be read.
        trouble: Why the name cannot be read.
        raw: The metadata's fields; empty when there are none.
        overlong: The fields that have a value too long to be parsed; they are not in `raw`.
        folder: A wheel's .dist-info folder or an sdist's top folder; empty when there is none or more than one.
        folders: All of them.
    """

    contents: DistContents
    name: DistName | None
    trouble: str = ""
    raw: RawMetadata = msgspec.field(default_factory=RawMetadata)
    overlong: tuple[str, ...] = ()
    folder: str = ""
    folders: tuple[str, ...] = ()

    @property
    def is_wheel(self) -> bool:
        """Whether it is a wheel."""
        return self.contents.name.endswith(".whl")

    @property
    def is_sdist(self) -> bool:
        """Whether it is an sdist."""
        return self.contents.name.endswith(".tar.gz")

    @property
    def is_whole(self) -> bool:
        """Whether it was read to its end."""
        return not self.contents.damage and not self.contents.excess

    @property
    def version(self) -> Version | None:
        """Give the version in the metadata; None when there is none that can be read."""
        return _read_version(self.raw.get("version", ""))

    @property
    def knows_dynamic(self) -> bool:
        """Whether the metadata say which of their fields are dynamic (PEP 643)."""
        return self._is_since(_SINCE_DYNAMIC)

    @property
    def knows_licenses(self) -> bool:
        """Whether License-File has the standard's meaning (PEP 639)."""
        return self._is_since(_SINCE_LICENSES)

    def _is_since(self, version: Version) -> bool:
        found = _read_version(self.raw.get("metadata_version", ""))
        return found is not None and found >= version

    def files(self) -> Iterator[DistMember]:
        """Give the members that are files or links to files."""
        return (member for member in self.contents.members if member.kind != "dir")

    def place(self, path: str) -> str:
        """Give the place of a member, for a finding."""
        return f"{self.contents.name}: {path}"


def examine(contents: DistContents) -> Examined:
    """Read a built file's name, metadata and folders."""
    try:
        name, trouble = DistName.parse(contents.name), ""
    except ConfigError as error:
        name, trouble = None, error.message
    raw, overlong = _read_metadata(contents.metadata or b"")
    tops = sorted({member.path.removeprefix("./").partition("/")[0] for member in contents.members} - {"", "."})
    folders = [top for top in tops if top.endswith(".dist-info")] if contents.name.endswith(".whl") else tops
    return Examined(
        contents=contents,
        name=name,
        trouble=trouble,
        raw=raw,
        overlong=overlong,
        folder=folders[0] if len(folders) == 1 else "",
        folders=tuple(folders),
    )


def _read_metadata(content: bytes) -> tuple[RawMetadata, tuple[str, ...]]:
    raw, _ = parse_email(content)
    values: dict[str, object] = {**raw}
    overlong = tuple(sorted(key for key, value in values.items() if key not in _FREE and _is_overlong(value)))
    for key in overlong:
        raw.pop(key, None)  # type: ignore[misc]  # a key that is there
    return raw, overlong


def _is_overlong(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(_is_overlong, value.values()))
    if isinstance(value, list):
        return any(map(_is_overlong, value))
    return len(str(value)) > LONGEST_VALUE


def _read_version(text: str) -> Version | None:
    try:
        return Version(text)
    except (InvalidVersion, ValueError):
        return None
