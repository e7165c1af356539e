"""A component: one package of a repository, with a version, tags and notes of its own."""

from __future__ import annotations

import msgspec

from pilotage.model.config import Config
from pilotage.model.project import Project


class Component(msgspec.Struct, frozen=True):
    """A package as the files of one commit show it.

    Args:
        name: Its name; None for a repository that is released as one.
        path: Its folder, with `/` and without one at the end; "." for the root.
        config: The configuration that holds for it, its paths seen from the repository's root.
        project: What its files say.
        paths: Globs of files outside its folder that count for it too.
        exclude_paths: Globs of files that do not count for it.
        depends_on: The names of components whose release asks for one of this one.
    """

    name: str | None
    path: str
    config: Config
    project: Project
    paths: tuple[str, ...] = ()
    exclude_paths: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    skip: bool = False
