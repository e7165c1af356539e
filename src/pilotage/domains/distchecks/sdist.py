"""Rules about the shape of an sdist (https://packaging.python.org/en/latest/specifications/source-distribution-format/)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.utils import InvalidSdistFilename, parse_sdist_filename

from pilotage.domains.distchecks.table import make_finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilotage.domains.distchecks.examined import Examined
    from pilotage.model.distcontents import Finding


def check_shape(dist: Examined) -> Iterator[Finding]:
    """Check the top folder, and that the sdist can be built."""
    if not dist.is_sdist or not dist.is_whole or dist.name is None:
        return
    place = dist.contents.name
    if not dist.folder:
        found = ", ".join(dist.folders[:5]) or "none"
        yield make_finding("D301", place, f"expected one folder at its top, found {found}")
        return
    if not _is_release(dist.folder, place):
        yield make_finding("D301", place, f"its folder {dist.folder} is of another project or version")
    files = {member.path.removeprefix("./") for member in dist.files()}
    if not files & {f"{dist.folder}/pyproject.toml", f"{dist.folder}/setup.py"}:
        yield make_finding("D302", place, "there is neither pyproject.toml nor setup.py")


def _is_release(folder: str, file: str) -> bool:
    try:
        return parse_sdist_filename(f"{folder}.tar.gz") == parse_sdist_filename(file)
    except InvalidSdistFilename:
        return False
