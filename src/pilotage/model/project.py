"""What a repository at one commit says about itself."""

from __future__ import annotations

import msgspec


class Project(msgspec.Struct, frozen=True):
    """A package as its files describe it.

    Args:
        name: The distribution's name; empty when no file names it.
        version: The version as written; None when it is dynamic (read from the tag when the package is built).
        source: The place that holds the version: `pyproject.toml [project]`, `pyproject.toml [tool.poetry]`,
            `setup.cfg [metadata]`; or, for a dynamic version, the place that says so.
    """

    name: str
    version: str | None
    source: str


class FileEdit(msgspec.Struct, frozen=True):
    """A file with its new content.

    Args:
        path: The path in the repository, with `/`.
        text: The whole new content; line ends as they shall be written.
    """

    path: str
    text: str
