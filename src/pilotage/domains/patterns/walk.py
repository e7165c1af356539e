"""Walk through a pattern's program along a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.patterns.program import Character, Fork, Jump, Look
from pilotage.errors import ConfigError

if TYPE_CHECKING:
    from pilotage.domains.patterns.program import Place, Program

LONGEST_TEXT = 500
"""No longer text is matched by any pattern; a title on GitHub has 256 characters at most."""
_MOST_STEPS = 500_000


def walk(program: Program, text: str, *, pattern: str) -> bool:
    """Tell whether a program takes the whole text.

    Raises:
        ConfigError: It takes more than half a million steps: only looking ahead from within a repetition can.
    """
    return len(text) <= LONGEST_TEXT and _Walk(text, pattern).is_reached(program, 0, is_whole=True)


class _Walk:
    """One walk along one text: what was looked for already, and the steps that are left."""

    def __init__(self, text: str, pattern: str) -> None:
        self._text = text
        self._pattern = pattern
        self._looked: dict[tuple[int, int], bool] = {}
        self._left = _MOST_STEPS

    def is_reached(self, program: Program, start: int, *, is_whole: bool) -> bool:
        """Tell whether the program's end is reached from a position, and the text's end with it where asked."""
        todo = [(0, start)]
        seen: set[tuple[int, int]] = set()
        while todo:
            end = self._follow(program, todo.pop(), todo=todo, seen=seen)
            if end == len(self._text) or (end is not None and not is_whole):
                return True
        return False

    def _follow(
        self, program: Program, here: tuple[int, int], *, todo: list[tuple[int, int]], seen: set[tuple[int, int]]
    ) -> int | None:
        """Go on as long as there is a way, leave the other ways to do, and give where in the text the end is reached.

        All that multiplies ways is a fork, so a fork is taken once at each place of the text.
        """
        index, position = here
        while index < len(program):
            self._spend()
            step = program[index]
            if isinstance(step, Character):
                if position == len(self._text) or not step.atom.match(self._text[position]):
                    return None
                index, position = index + 1, position + 1
            elif isinstance(step, Fork):
                if (index, position) in seen:
                    return None
                seen.add((index, position))
                todo.append((index + step.second, position))
                index += step.first
            elif isinstance(step, Jump):
                index += step.by
            elif self._is_so(step, position):
                index += 1
            else:
                return None
        return position

    def _is_so(self, step: Place | Look, position: int) -> bool:
        if isinstance(step, Look):
            return self._is_followed(step, position) == step.is_wanted
        if step.kind in ("start", "end"):
            return position == (0 if step.kind == "start" else len(self._text))
        before = position > 0 and _is_word(self._text[position - 1], step)
        after = position < len(self._text) and _is_word(self._text[position], step)
        return (before != after) == (step.kind == "word")

    def _is_followed(self, step: Look, position: int) -> bool:
        key = (id(step), position)
        if key not in self._looked:
            self._looked[key] = self.is_reached(step.program, position, is_whole=False)
        return self._looked[key]

    def _spend(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise ConfigError(
                f"the pattern {self._pattern[:200]!r} takes too many steps",
                hint="Take a look-ahead out of a repetition, or write the pattern in a simpler way.",
            )


def _is_word(character: str, place: Place) -> bool:
    return character == "_" or (character.isalnum() and (character.isascii() or not place.is_ascii))
