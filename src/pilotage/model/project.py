"""What a repository at one commit says about itself."""

from __future__ import annotations

import msgspec


class Project(msgspec.Struct, frozen=True):
    """A package as its files describe it.

    Args:
        name: The distribution's name; empty when no file names it.
        version: The version as written; None when it is dynamic (read from the tag when the package is built).
        source: The place that holds the version: `pyproject.toml [project]`, `pyproject.toml [tool.poetry]`,
            `setup.cfg [metadata]`, `setup.py setup()`, `src/example/__about__.py __version__`, `VERSION [file]`; or,
            for a dynamic version, the place that says so.
    """

    name: str
    version: str | None
    source: str

    @property
    def path(self) -> str:
        """Give the path of the file that `source` names, seen from the repository's root."""
        before, bracket, _ = self.source.partition(" [")
        return before if bracket else self.source.rpartition(" ")[0]


class FileEdit(msgspec.Struct, frozen=True):
    """A file with its new content.

    Args:
        path: The path in the repository, with `/`.
        text: The whole new content; line ends as they shall be written.
    """

    path: str
    text: str
