"""What a pattern becomes: a flat program of steps, with jumps relative to where they stand."""

from __future__ import annotations

import re  # noqa: TC003 - msgspec reads annotations at run time
from typing import TypeAlias

import msgspec


class Character(msgspec.Struct, frozen=True):
    """Take one character.

    Args:
        atom: A pattern of `re` for exactly one character: it cannot take long.
    """

    atom: re.Pattern[str]


class Fork(msgspec.Struct, frozen=True):
    """Go on at one place, and at another where that leads nowhere."""

    first: int
    second: int


class Jump(msgspec.Struct, frozen=True):
    """Go on at another place."""

    by: int


class Place(msgspec.Struct, frozen=True):
    """Ask where we are.

    Args:
        kind: `start`, `end`, `word` (a word's edge) or `inside` (no edge).
        is_ascii: Whether only ASCII letters and digits make words.
    """

    kind: str
    is_ascii: bool = False


class Look(msgspec.Struct, frozen=True):
    """Ask whether something follows, without taking it.

    Args:
        program: What is looked for.
        is_wanted: Whether it must follow, or must not.
    """

    program: tuple[Step, ...]
    is_wanted: bool


Step: TypeAlias = "Character | Fork | Jump | Place | Look"
Program: TypeAlias = tuple[Step, ...]


def choose(first: Program, second: Program) -> Program:
    """Give the program that does one thing or the other."""
    return (Fork(1, len(first) + 2), *first, Jump(len(second) + 1), *second)


def maybe(program: Program) -> Program:
    """Give the program that does a thing once or not at all."""
    return (Fork(1, len(program) + 1), *program)


def loop(program: Program) -> Program:
    """Give the program that does a thing any number of times."""
    return (Fork(1, len(program) + 2), *program, Jump(-len(program) - 1))


def size(program: Program) -> int:
    """Count the steps of a program, those of what it looks for included."""
    return sum(1 + (size(step.program) if isinstance(step, Look) else 0) for step in program)
