"""What conda calls a match specification, `conda-forge::demo=1.2`, and what it means for the release.

https://docs.conda.io/projects/conda/en/stable/user-guide/concepts/pkg-specs.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.domains.downstream.judging import judge_specifier
from pilotage.domains.downstream.meaning import Meaning, is_wanted, read_specifier
from pilotage.model.downstream import Change, Standing

if TYPE_CHECKING:
    from pilotage.model.downstream import Wanted
    from pilotage.model.version import Version

_SPEC = re.compile(
    r"\s*(?:[^\s:]{1,200}::)?(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?P<asked>[^\s].*)?", re.DOTALL
)
_FUZZY = re.compile(r"=\s*(?P<version>[0-9][0-9A-Za-z.!+]*?)(?:\.?\*)?")
_BUILD = re.compile(r"(?:==?)?\s*(?P<version>[0-9][0-9A-Za-z.!+*]*)(?:\s*=\s*|\s+)[A-Za-z0-9_.*]+")
_STAR = re.compile(r"(?<=[0-9])\*$")


def read_conda_spec(text: str, wanted: Wanted) -> Meaning | None:
    """Read a match specification.

    `=1.2` is a range there, all of 1.2; `==1.2` and, after a blank, `1.2` are pins. One that names a build as well is
    that of one version and cannot be edited.

    Returns:
        What it means; None when it is another package's.
    """
    match = _SPEC.fullmatch(text)
    if match is None or not is_wanted(match["name"], wanted):
        return None
    if match["asked"] is None:
        return Meaning(Standing.UNPINNED)
    asked, start = match["asked"].rstrip(), match.start("asked")
    built = _BUILD.fullmatch(asked)
    if built:
        found = _read_asked(f"=={built['version']}", wanted)
        return Meaning(found.standing, asked, found.changes).freeze("it names a build, which belongs to one version")
    return _read_asked(asked, wanted).shift(start)


def _read_asked(asked: str, wanted: Wanted) -> Meaning:
    fuzzy = _FUZZY.fullmatch(asked)
    if fuzzy is None:
        found = read_specifier(_STAR.sub(".*", asked), wanted)
        return Meaning(
            found.standing, asked[:100], tuple(Change(0, len(asked), one.text) for one in found.changes), found.why
        )
    version = fuzzy["version"]
    standing = _judge_prefix(version, wanted)
    if standing == Standing.UNCLEAR:
        return Meaning(standing, asked[:100], why="that is no specifier of versions")
    if standing not in {Standing.EXACT, Standing.EXCLUDES}:
        return Meaning(standing, asked)
    raised = _raise_prefix(version, wanted.version)
    start, end = fuzzy.span("version")
    return Meaning(standing, asked, (Change(start, end, raised),))


def _judge_prefix(version: str, wanted: Wanted) -> Standing:
    """Judge all versions that begin with one; one that is a pre-release, or the like, is meant as it stands."""
    standing = judge_specifier(f"=={version}.*", wanted)
    return judge_specifier(f"=={version}", wanted) if standing == Standing.UNCLEAR else standing


def _raise_prefix(version: str, released: Version) -> str:
    """Give the released version with as many numbers as there were; all of it where that is not fewer."""
    count = version.count(".") + 1
    if count >= len(released.release) or not version.replace(".", "").isdigit():
        return str(released)
    return (f"{released.epoch}!" if released.epoch else "") + ".".join(map(str, released.release[:count]))
