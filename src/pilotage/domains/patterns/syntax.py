"""Read a pattern: what Python and JavaScript write alike, without what cannot be bounded."""

from __future__ import annotations

import re
import warnings

from pilotage.domains.patterns.program import Character, Look, Place, Program, choose, loop, maybe, size
from pilotage.errors import ConfigError

_LARGEST = 1000
_DEEPEST = 30
_FLAGS = re.compile(r"\(\?([ais]{1,3})\)")
_OPEN = re.compile(r"\((?:\?(?:(:)|(=)|(!)|P?<([A-Za-z_]\w*)>))?")
_TIMES = re.compile(r"(\*|\+|\?)|\{([0-9]{1,6})?(,)?([0-9]{1,6})?\}")
_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[dDwWsSnrtfv]|[^a-zA-Z0-9])")
_CLASS = re.compile(r"\[\^?\]?(?:[^\]\\]|\\.)*\]", re.DOTALL)
_PLACES = {"^": "start", "$": "end", r"\A": "start", r"\Z": "end", r"\b": "word", r"\B": "inside"}


def parse_pattern(pattern: str) -> Program:
    r"""Read a pattern as a program.

    It may hold characters, `.`, classes, escapes (`\d`, `\w`, `\s`, `\b` …), groups, alternatives, repetitions, `^`
    and `$`, look-aheads, and the flags `a`, `i` and `s` at its start. Capturing makes no difference. `$` is the end
    of the text, as in JavaScript: before a final line feed it does not match.

    Raises:
        ConfigError: It holds something else (look-behinds, back-references, possessive repetitions), or more than
            1000 steps.
    """
    return _Reader(pattern).read()


class _Reader:
    """Where the reading of one pattern has come to."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._position = 0
        self._depth = 0
        self._flags = re.NOFLAG

    def read(self) -> Program:
        """Read it all."""
        if len(self._pattern) > _LARGEST:
            raise self._refuse(f"more than {_LARGEST} characters")
        if match := self._take(_FLAGS):
            for letter in match[1]:
                self._flags |= {"a": re.ASCII, "i": re.IGNORECASE, "s": re.DOTALL}[letter]
        program = self._read_choice()
        if self._position < len(self._pattern):
            raise self._refuse("the parenthesis was not opened")
        return program

    def _read_choice(self) -> Program:
        options = [self._read_sequence()]
        while self._peek() == "|":
            self._position += 1
            options.append(self._read_sequence())
        program = options.pop()
        while options:
            program = self._bound(choose(options.pop(), program))
        return program

    def _read_sequence(self) -> Program:
        parts: list[Program] = []
        while self._peek() not in ("", "|", ")"):
            part, is_place = self._read_item()
            parts.append(self._read_times(part, is_place=is_place))
            self._bound(tuple(step for one in parts for step in one))
        return tuple(step for part in parts for step in part)

    def _read_item(self) -> tuple[Program, bool]:
        """Read one thing that can be repeated, and tell whether it is but a place."""
        text = self._peek()
        if text == "(":
            return self._read_group(), False
        if text == "\\":
            text = self._pattern[self._position : self._position + 2]
        if text in _PLACES:
            self._position += len(text)
            return (Place(_PLACES[text], is_ascii=bool(self._flags & re.ASCII)),), True
        return (Character(self._read_atom()),), False

    def _read_group(self) -> Program:
        match = self._take(_OPEN)
        if match is None or self._peek() == "?":
            raise self._refuse("only (…), (?:…), (?<name>…), (?=…) and (?!…) can be used")
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._refuse(f"groups are nested deeper than {_DEEPEST}")
        program = self._read_choice()
        if self._peek() != ")":
            raise self._refuse("a parenthesis is not closed")
        self._position += 1
        self._depth -= 1
        return (Look(program, is_wanted=bool(match[2])),) if match[2] or match[3] else program

    def _read_atom(self) -> re.Pattern[str]:
        text = self._peek()
        if text in "[\\":
            match = self._take(_CLASS if text == "[" else _ESCAPE)
            if match is None:
                raise self._refuse("the class is not closed" if text == "[" else "the escape means nothing here")
            return self._compile(match[0])
        if text in "*+?":
            raise self._refuse("nothing stands before the repetition")
        self._position += 1
        return self._compile(text if text == "." else re.escape(text))

    def _compile(self, atom: str) -> re.Pattern[str]:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                return re.compile(atom, self._flags)
        except (re.error, FutureWarning) as exc:
            raise self._refuse(str(exc)) from exc

    def _read_times(self, program: Program, *, is_place: bool) -> Program:
        match = self._take(_TIMES)
        if match is None or match[0] in ("{}", "{,}"):
            self._position -= len(match[0]) if match else 0
            return program
        if is_place or self._peek() in ("*", "+"):
            raise self._refuse("this cannot be repeated so")
        if self._peek() == "?":
            self._position += 1
        least = {"*": 0, "+": 1, "?": 0}.get(match[0], int(match[2] or 0))
        most = {"*": None, "+": None, "?": 1}.get(match[0], self._read_most(match, least))
        return self._repeat(program, least, most)

    def _read_most(self, match: re.Match[str], least: int) -> int | None:
        if not match[3]:
            return least
        most = int(match[4]) if match[4] else None
        if most is not None and most < least:
            raise self._refuse("the repetition ends before it begins")
        return most

    def _repeat(self, program: Program, least: int, most: int | None) -> Program:
        if size(program) * max(least, most or 0, 1) > _LARGEST:
            raise self._refuse(f"more than {_LARGEST} steps")
        if most is None:
            return program * least + loop(program)
        tail: Program = ()
        for _ in range(most - least):
            tail = self._bound(maybe(program + tail))
        return program * least + tail

    def _bound(self, program: Program) -> Program:
        if size(program) > _LARGEST:
            raise self._refuse(f"more than {_LARGEST} steps")
        return program

    def _peek(self) -> str:
        return self._pattern[self._position : self._position + 1]

    def _take(self, form: re.Pattern[str]) -> re.Match[str] | None:
        match = form.match(self._pattern, self._position)
        self._position = match.end() if match else self._position
        return match

    def _refuse(self, problem: str) -> ConfigError:
        return ConfigError(
            f"the pattern {self._pattern[:200]!r} cannot be used: at {self._position}: {problem}",
            hint="Patterns are regular expressions without look-behinds, back-references and possessive repetitions.",
        )
