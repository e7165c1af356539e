"""What two states of a package's public API differ in, in three answers: compared, not compared, nothing to compare."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec


class ApiChange(msgspec.Struct, frozen=True):
    """One public object that was removed, changed in a way that breaks its users, or added.

    Everything in it but `kind` and `side` is a stranger's text: show it with `safetext`.

    Args:
        kind: What happened, such as `object-removed`, `parameter-changed-default`, or `function-added`.
        path: The object's dotted path; a parameter's name follows in parentheses.
        file: The file that holds it, from the root of the repository.
        line: The line in that file, from 1; 0 when unknown.
        old: What it was, in short; empty where the kind says it all.
        new: What it is.
        side: Whose file and line these are: what was removed stands only in the base.
    """

    kind: str
    path: str
    file: str
    line: int
    old: str = ""
    new: str = ""
    side: Literal["base", "head"] = "head"


class ApiCompared(msgspec.Struct, frozen=True, tag="compared"):
    """Both sides were read.

    Args:
        packages: The top-level packages and modules that were compared, sorted.
        breaks: What breaks users, by file and line.
        additions: What is new, by file and line; of a new module or class only itself.
        skipped: How many files of the packages were left out on both sides: symbolic links, submodules, names that
            no file system or no import accepts.
    """

    packages: tuple[str, ...]
    breaks: tuple[ApiChange, ...] = ()
    additions: tuple[ApiChange, ...] = ()
    skipped: int = 0


class ApiNotCompared(msgspec.Struct, frozen=True, tag="not-compared"):
    """There is something to compare and it could not be done: whether the API broke is unknown.

    Args:
        reason: Why, as a clause without a full stop; it may quote a stranger's file name.
    """

    reason: str


class ApiNothingToCompare(msgspec.Struct, frozen=True, tag="nothing"):
    """There is no difference to look for.

    Args:
        because: Either side has no package, or all files of the packages are the same.
    """

    because: Literal["no-package", "same-files"]


ApiReport: TypeAlias = ApiCompared | ApiNotCompared | ApiNothingToCompare
"""The answer to "is the public API of the head still that of the base?"."""
