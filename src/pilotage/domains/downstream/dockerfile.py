"""Dockerfiles: what their `RUN` instructions install, and the `ARG` and `ENV` that say which version.

https://docs.docker.com/reference/dockerfile/
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.domains.downstream.commandreader import CommandReader
from pilotage.domains.downstream.installcommand import is_shell
from pilotage.domains.downstream.instructions import read_escape, read_instructions
from pilotage.domains.downstream.shellwords import Shell, Word
from pilotage.domains.downstream.variables import Variables

if TYPE_CHECKING:
    from pilotage.domains.downstream.instructions import Instruction
    from pilotage.model.downstream import Reference, Wanted

_EXEC = re.compile(r'\s*+(?:--[^\s]++\s++)*+(?P<list>\[\s*+(?:"(?:[^"\\\n]|\\.)*+"\s*+,?\s*+)*+\])\s*', re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*+"', re.DOTALL)


def read_dockerfile(path: str, text: str, wanted: Wanted) -> list[Reference]:
    """Read the places of a Dockerfile that ask for the package.

    A variable's value is that of its last definition before the place, whichever stage that stands in. One that comes
    from an `ARG` is an `argument` when it is older, and so is an `ARG` without a default; that of an `ENV` is edited
    as if it stood in the place itself.

    Args:
        path: The file's path.
        text: Its text.
        wanted: The release.
    """
    return _Dockerfile(path, text, wanted).read()


class _Dockerfile:
    def __init__(self, path: str, text: str, wanted: Wanted) -> None:
        escape = read_escape(text)
        self._text, self._shell = text, Shell(escape)
        self._variables = Variables(self._shell)
        self._reader = CommandReader(path, text, wanted, spelling=self._shell, resolve=self._variables.resolve)
        self._instructions = read_instructions(text, self._shell.gap, escape=escape)

    def read(self) -> list[Reference]:
        for one in self._instructions:
            if one.keyword in {"ARG", "ENV"}:
                self._define(one)
            elif one.keyword == "RUN":
                self._run(one)
        return list(dict.fromkeys(self._reader.references))

    def _define(self, one: Instruction) -> None:
        words = self._shell.read_words(self._text[one.start : one.end], one.start)
        if one.keyword == "ENV" and words and "=" not in words[0].raw:  # `ENV NAME the rest of the line`
            self._variables.define("ENV", words[0].raw, words[1] if len(words) == len(("name", "value")) else None)
            return
        for word in words:
            name, assigned, _ = word.raw.partition("=")
            skipped = len(name) + 1
            value = Word(word.raw[skipped:], word.start + skipped) if assigned else None
            self._variables.define(one.keyword, name, value)

    def _run(self, one: Instruction) -> None:
        text = self._text[one.start : one.end]
        listed = _EXEC.fullmatch(re.sub(self._shell.gap, lambda gap: " " * len(gap[0]), text))
        if listed:
            words = [
                Word(match[0], one.start + match.start()) for match in _STRING.finditer(text, listed.start("list"))
            ]
            self._reader.read_command(words, above=one.begin)
            return
        commands = list(self._shell.read_commands(text, one.start))
        for command in commands:
            self._reader.read_command(command, above=one.begin)
        if is_shell([word for word in commands[-1] if not word.raw.startswith("--")]):
            for start, end in one.bodies:
                self._reader.read_script(self._text[start:end], start, above=start)
