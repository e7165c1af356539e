"""Rules about a wheel's own files and what it installs.

Source: https://packaging.python.org/en/latest/specifications/binary-distribution-format/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.metadata import parse_email
from packaging.tags import parse_tag
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import InvalidVersion, Version

from pilotage.domains.distchecks.table import make_finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilotage.domains.distchecks.allowed import Allowed
    from pilotage.domains.distchecks.examined import Examined
    from pilotage.model.distcontents import Finding

_IMPORTABLE = (".py", ".pyi", ".so", ".pyd", ".pth")
_LONGEST_TAG = 255
"""Characters of a compressed tag that is spelled out: it has to fit a file's name."""

_NEVER_TOP = frozenset(
    ("test", "tests", "doc", "docs", "example", "examples", "benchmark", "benchmarks", "src", "build", "dist")
)


def check_dist_info(dist: Examined) -> Iterator[Finding]:
    """Check that there is one .dist-info folder, and that it is the wheel's own."""
    if not dist.is_wheel or not dist.is_whole or dist.name is None:
        return
    if not dist.folder:
        found = ", ".join(dist.folders) or "none"
        yield make_finding("D209", dist.contents.name, f"expected one .dist-info folder, found {found}")
        return
    project, _, version = dist.folder.removesuffix(".dist-info").rpartition("-")
    if canonicalize_name(project) != dist.name.project or not _is_version(version, dist.name.version):
        yield make_finding("D209", dist.contents.name, f"its folder {dist.folder} is of another project or version")


def check_wheel_file(dist: Examined) -> Iterator[Finding]:
    """Check WHEEL: its version, and that its tags are those of the file's name."""
    if not dist.is_wheel or not dist.is_whole or dist.name is None:
        return
    if dist.contents.wheel is None:
        yield make_finding("D207", dist.contents.name, "there is no WHEEL in its .dist-info folder")
        return
    _, fields = parse_email(dist.contents.wheel)  # WHEEL has the format of metadata, with fields of its own
    version = (fields.get("wheel-version") or [""])[0]
    if version.partition(".")[0] != "1":
        yield make_finding("D207", dist.contents.name, f"its Wheel-Version is {version or 'missing'}, expected 1.x")
    named, written = _read_tags(dist.contents.name), {tag for text in fields.get("tag", []) for tag in _spell_tag(text)}
    if named != written:
        found = ", ".join(sorted(written)) or "none"
        message = f"its name says {', '.join(sorted(named))}, WHEEL says {found}"
        yield make_finding("D208", dist.contents.name, message)


def _read_tags(name: str) -> set[str]:
    try:
        return {str(tag) for tag in parse_wheel_filename(name)[3]}
    except InvalidWheelFilename:  # pragma: no cover - its own rule came first
        return set()


def _spell_tag(text: str) -> set[str]:
    tag = text.strip()
    if len(tag) > _LONGEST_TAG:
        return {tag}
    try:
        return {str(one) for one in parse_tag(tag)}
    except ValueError:
        return {tag}


def _is_version(text: str, version: Version) -> bool:
    try:
        return Version(text) == version
    except (InvalidVersion, ValueError):
        return False


def check_installed(dist: Examined, allowed: Allowed) -> Iterator[Finding]:
    """Check what the wheel puts beside other packages."""
    if not dist.is_wheel or not dist.is_whole:
        return
    paths = [member.path for member in dist.files() if not member.path.startswith(f"{dist.folder}/")]
    if not any(path.endswith(_IMPORTABLE) or ".data/" in path for path in paths):
        yield make_finding("D211", dist.contents.name, "it holds nothing that can be imported or run")
    own = dist.name.project if dist.name else ""
    seen: set[str] = set()
    for path in paths:
        top, slash, _ = path.partition("/")
        if slash and top in _NEVER_TOP and top != own and top not in seen and not allowed.is_allowed(dist, path):
            seen.add(top)
            yield make_finding("D212", dist.place(f"{top}/"), f"it installs {top} as a package of everybody")
