"""What is inside a built file, and what the checks before an upload say about it."""

from __future__ import annotations

from typing import Literal

import msgspec

from pilotage.model.version import Version


class SecretSighting(msgspec.Struct, frozen=True):
    """A place that holds what looks like a secret; the secret itself is nowhere.

    Args:
        line: The number of its line, from 1.
        what: What it looks like: `a private key`, `a PyPI token`.
    """

    line: int
    what: str


class DistMember(msgspec.Struct, frozen=True):
    """One entry of an archive.

    Args:
        path: Its path as the archive spells it; bytes that are not UTF-8 as surrogates.
        size: Its size in bytes, unpacked.
        kind: What it is; `other` are devices, pipes and the like.
        target: Where a link points to, as written.
        is_executable: Whether its owner may run it.
        digests: Its digests by the name of their algorithm, as RECORD spells them (URL-safe base64 without padding);
            only members of wheels have some.
        sightings: What in it looks like a secret.
    """

    path: str
    size: int = 0
    kind: Literal["file", "dir", "symlink", "hardlink", "other"] = "file"
    target: str = ""
    is_executable: bool = False
    digests: dict[str, str] = {}
    sightings: tuple[SecretSighting, ...] = ()


class DistContents(msgspec.Struct, frozen=True, kw_only=True):
    """One built file as it was read.

    Args:
        name: The file name.
        size: Its size in bytes.
        sha256: Its digest, lower-case hex.
        members: What is in it, in the archive's order; not everything when `damage` or `excess` says why.
        metadata: The bytes of METADATA or PKG-INFO; None when there is none.
        record: The bytes of a wheel's RECORD; None when there is none.
        wheel: The bytes of a wheel's WHEEL; None when there is none.
        damage: Why the archive cannot be read to its end; empty when it can.
        excess: Which bound it goes beyond, so that it was not unpacked; empty when none.
    """

    name: str
    size: int
    sha256: str = ""
    members: tuple[DistMember, ...] = ()
    metadata: bytes | None = None
    record: bytes | None = None
    wheel: bytes | None = None
    damage: str = ""
    excess: str = ""


class RenderedReadme(msgspec.Struct, frozen=True):
    """What became of a description when it was rendered as PyPI does.

    Args:
        state: Whether it can be shown; `unchecked` when the renderer is not installed.
        line: The line of the description that cannot be rendered, from 1; 0 when it cannot be told.
        trouble: What the renderer says about it.
    """

    state: Literal["fine", "broken", "unchecked"]
    line: int = 0
    trouble: str = ""


class CheckTerms(msgspec.Struct, frozen=True):
    """What built files are held against.

    Args:
        tag_version: The version of the release; None when only the files can tell.
        is_public: Whether they go to PyPI or TestPyPI, whose limits then are errors.
        allow_files: Globs of members that the checks of their content let pass; an archive's own name lets its
            size pass.
    """

    tag_version: Version | None = None
    is_public: bool = True
    allow_files: tuple[str, ...] = ()


class Finding(msgspec.Struct, frozen=True):
    """One thing that is wrong with built files.

    Args:
        rule: The rule's id, which never changes its meaning: `D501`.
        severity: Whether it keeps the files here.
        place: The file, and the member in it: `demo-1.0.tar.gz: demo-1.0/.env`.
        message: What was found, and what was expected.
        hint: The next action.
    """

    rule: str
    severity: Literal["error", "warning"]
    place: str
    message: str
    hint: str


class DistReport(msgspec.Struct, frozen=True):
    """What the checks of a folder came to.

    Args:
        contents: The files, sorted by name.
        findings: All that is wrong with them: errors first, then by rule and place.
    """

    contents: tuple[DistContents, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Give what keeps the files from leaving."""
        return tuple(finding for finding in self.findings if finding.severity == "error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """Give what people should look at."""
        return tuple(finding for finding in self.findings if finding.severity == "warning")
