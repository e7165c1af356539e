"""Which files of a repository may ask for a package, by their paths, and what reads each of them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from pilotage.domains.components.globs import PathGlob, read_glob
from pilotage.domains.downstream.dockerfile import read_dockerfile
from pilotage.domains.downstream.environmentfile import read_environment
from pilotage.domains.downstream.lockfile import read_lock
from pilotage.domains.downstream.pipfile import read_pipfile
from pilotage.domains.downstream.plainfile import read_plain
from pilotage.domains.downstream.pyprojectfile import read_pyproject
from pilotage.domains.downstream.requirementsfile import read_requirements
from pilotage.domains.downstream.setupfile import read_setup
from pilotage.domains.downstream.workflowfile import read_workflow

if TYPE_CHECKING:
    from collections.abc import Callable

    from pilotage.model.downstream import Reference, Wanted

    Reader = Callable[[str, str, Wanted], list[Reference]]

_FOREIGN = frozenset({"node_modules", ".venv", "venv", "site-packages", "vendor", "third_party", ".git", ".tox"})
"""Folders of what others wrote."""

_READERS: tuple[tuple[re.Pattern[str], Reader], ...] = tuple(
    (re.compile(rf"(?:.*/)?(?:{names})", re.IGNORECASE | re.DOTALL), reader)
    for names, reader in (
        (r"pyproject\.toml", read_pyproject),
        (r"setup\.(?:cfg|py)", read_setup),
        (r"Pipfile", read_pipfile),
        (r"(?:uv|poetry|pdm|Pipfile)\.lock|pylock(?:\.[^/]*)?\.toml|(?:[^/]*[.-])?conda-lock\.ya?ml", read_lock),
        (
            r"requirements/(?:[^/]+/)?[^/]+\.(?:txt|in)|[^/]*requirements[^/]*\.(?:txt|in)|constraints[^/]*\.(?:txt|in)",
            read_requirements,
        ),
        (r"(?:Dockerfile|Containerfile)(?:\.[^/]*)?|[^/]*\.(?:Dockerfile|Containerfile)", read_dockerfile),
        (r"(?:environment|conda)[^/]*\.ya?ml", read_environment),
    )
)
_WORKFLOW = re.compile(r"\.github/workflows/[^/]+\.ya?ml")
_LINES_OF_DOCKER = re.compile(r"\ufeff?(?:[ \t]*(?:#[^\n]*)?\r?\n)*+[ \t]*(?:FROM|ARG)[ \t]", re.IGNORECASE)


def is_relevant(path: str, extra: tuple[str, ...]) -> bool:
    """Tell whether a file of a repository is worth reading.

    Args:
        path: Its path.
        extra: Globs of other files that are, as the configuration names them.

    Raises:
        ConfigError: One of the globs is none.
    """
    if any(name in _FOREIGN for name in path.split("/")[:-1]):
        return False
    return _find_reader(path) is not None or any(glob.is_match(path) for glob in _read_globs(extra))


def reader_of(path: str, text: str) -> Reader:
    """Give what reads a file: by its name; by its first instruction when that is of a Dockerfile; else what finds pins.

    Args:
        path: Its path.
        text: Its text.
    """
    reader = _find_reader(path)
    if reader is not None:
        return reader
    if path.lower().endswith((".txt", ".in")):
        return read_requirements
    return read_dockerfile if _LINES_OF_DOCKER.match(text) else read_plain


def _find_reader(path: str) -> Reader | None:
    if _WORKFLOW.fullmatch(path):
        return read_workflow
    return next((reader for pattern, reader in _READERS if pattern.fullmatch(path)), None)


@lru_cache(maxsize=100)
def _read_globs(globs: tuple[str, ...]) -> tuple[PathGlob, ...]:
    return tuple(read_glob(glob, place="[tool.pilotage.downstream] files") for glob in globs)
