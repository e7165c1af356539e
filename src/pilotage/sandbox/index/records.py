"""What the embedded index remembers: files, projects, tokens and publishers, as frozen records."""

from __future__ import annotations

import msgspec


class Publisher(msgspec.Struct, frozen=True):
    """A GitHub workflow that a project trusts.

    Args:
        project: The project's name, as a person typed it.
        repository: `owner/name` on GitHub.
        workflow: The workflow's file name, such as `release.yml`.
        environment: The environment that the job must run in; empty when any will do.
    """

    project: str
    repository: str
    workflow: str
    environment: str = ""


class TokenScope(msgspec.Struct, frozen=True):
    """What an upload token is good for.

    Args:
        projects: Normalised names of the projects it may upload to; None for an account-wide token.
        expires: Unix time from which it is refused; None for never.
        publisher: The publisher it was minted for; None when a person made it.
    """

    projects: frozenset[str] | None = None
    expires: float | None = None
    publisher: Publisher | None = None


class StoredFile(msgspec.Struct, frozen=True):
    """One file of a project.

    Args:
        name: The file name.
        version: The version as its release spells it.
        kind: `sdist` or `bdist_wheel`.
        sha256: Digest of the content, lower-case hex; so are the next two.
        blake2: BLAKE2b with 32 bytes; it also names the place on disk.
        md5: As the legacy JSON still shows it.
        size: In bytes.
        uploaded_at: ISO 8601 with microseconds, UTC.
        requires_python: The form's field; None when it was empty.
        yanked: The reason (possibly empty); None when the file is not yanked.
        metadata_sha256: Digest of the wheel's METADATA; None when there is none to serve.
        provenance: The PEP 740 provenance object as JSON text; None without attestations.
    """

    name: str
    version: str
    kind: str
    sha256: str
    blake2: str
    md5: str
    size: int
    uploaded_at: str
    requires_python: str | None = None
    yanked: str | None = None
    metadata_sha256: str | None = None
    provenance: str | None = None

    @property
    def path(self) -> str:
        """The path below `/files/`, made of the digest, as on PyPI."""
        return f"{self.blake2[:2]}/{self.blake2[2:4]}/{self.blake2[4:]}/{self.name}"


class Project(msgspec.Struct, frozen=True):
    """One project as its listing shows it.

    Args:
        name: The normalised name.
        status: `active`, `archived`, `quarantined` or `deprecated` (PEP 792).
        serial: The number of the last change.
        versions: Every release, also those whose files were all deleted (PEP 700).
        files: In the order of upload.
    """

    name: str
    status: str = "active"
    serial: int = 0
    versions: tuple[str, ...] = ()
    files: tuple[StoredFile, ...] = ()
