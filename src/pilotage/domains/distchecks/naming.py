"""Rules about names and versions: of each file, and of all files together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.distchecks.table import RULES, make_finding
from pilotage.model.dist import is_project

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pilotage.domains.distchecks.examined import Examined
    from pilotage.model.dist import DistName
    from pilotage.model.distcontents import CheckTerms, Finding


def check_name(dist: Examined, terms: CheckTerms) -> Iterator[Finding]:
    """Check one file's name and what it says beside the metadata."""
    place = dist.contents.name
    if dist.name is None or not (dist.is_wheel or dist.is_sdist):
        yield make_finding("D001", place, dist.trouble or "it is of a kind that indexes no longer take")
        return
    yield from _check_spelling(dist, dist.name, terms)
    version = dist.name.version
    if version.local is not None:
        weight = RULES["D007"].weigh(is_public=terms.is_public)
        yield make_finding("D007", place, f"its version {version} has a local part", severity=weight)
    if terms.tag_version is not None and version != terms.tag_version:
        yield make_finding("D004", place, f"its name says {version}, expected {terms.tag_version}")


def check_name_in_metadata(dist: Examined, terms: CheckTerms) -> Iterator[Finding]:
    """Check the project and the version that the metadata name."""
    if dist.contents.metadata is None or dist.name is None:
        return
    place, project = dist.contents.name, dist.raw.get("name", "")
    if not is_project(project, dist.name.project):
        yield make_finding("D005", place, f"the metadata inside are of {project or 'no project'}")
    version = dist.version
    if version is None:
        return  # the field's own rule speaks of it
    if version != dist.name.version:
        yield make_finding("D005", place, f"the metadata inside say version {version}")
    if terms.tag_version is not None and version != terms.tag_version:
        yield make_finding("D004", place, f"the metadata inside say {version}, expected {terms.tag_version}")


def check_release(dists: Sequence[Examined]) -> Iterator[Finding]:
    """Check that all files are one release, with one sdist at most."""
    named = [(dist.contents.name, dist.name) for dist in dists if dist.name is not None]
    releases = sorted({(name.project, name.version) for _, name in named})
    if len(releases) > 1:
        found = ", ".join(f"{project} {version}" for project, version in releases)
        yield make_finding("D002", named[0][0], f"the files are of several releases: {found}")
    sdists = [file for file, name in named if name.kind == "sdist"]
    if len(sdists) > 1:
        yield make_finding("D003", sdists[1], f"there are {len(sdists)} sdists: {', '.join(sdists)}")


def _check_spelling(dist: Examined, name: DistName, terms: CheckTerms) -> Iterator[Finding]:
    file = dist.contents.name
    stem = f"{name.project.replace('-', '_')}-{name.version}"
    if dist.is_sdist and file != f"{stem}.tar.gz":
        weight = RULES["D006"].weigh(is_public=terms.is_public)
        yield make_finding("D006", file, f"its normal form is {stem}.tar.gz", severity=weight)
    elif dist.is_wheel and not file.startswith(f"{stem}-"):
        # Indexes still take such wheels: the older specification allowed capitals and dots.
        yield make_finding("D006", file, f"its normal form begins with {stem}-", severity="warning")
