"""The words of shell commands, with their places, as far as installing a package goes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.downstream.mapped import MappedText, Stretch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_VARIABLE = r"\$\{\{[^{}\n]*\}\}|\$\{(?:\$\{[^{}\n]*\}|[^{}\n])*+\}"


_LONGEST = 20_000
"""A longer word asks for no package."""


class Word(msgspec.Struct, frozen=True):
    """A word of a command, as it is written.

    Args:
        raw: The characters, with quotes.
        start: Where they begin in the file.
        is_cut: Whether `<` or `>` follows at once, which the shell takes for itself.
    """

    raw: str
    start: int
    is_cut: bool = False


class Shell:
    """How commands are written: with what character a line is continued.

    Args:
        escape: That character; with any other than a backslash, a backslash is a character like others.
    """

    def __init__(self, escape: str = "\\") -> None:
        mark = re.escape(escape)
        self.gap = rf"{mark}[ \t]*\r?\n(?:[ \t]*(?:#[^\n]*)?\r?\n)*+"
        """The end of a line that goes on, with the comments and empty lines that follow it."""
        backslash = r"\\." if escape == "\\" else r"\\"
        plain = r"[^\s;&|()<>\"'$\\" + ("" if escape == "\\" else mark) + "]"
        self._token = re.compile(
            rf"(?P<blank>[^\S\n]+|{self.gap})|(?P<end>[\n;&|()])|(?P<redirect>[<>]+&?)|(?P<comment>\#[^\n]*)"
            rf"|(?P<word>(?:{plain}++|{self.gap}|{backslash}|{_VARIABLE}|\"(?:[^\"\\]|\\.)*+\"?|'[^']*+'?"
            rf"|[^\s;&|()<>])++)",
            flags=re.DOTALL,
        )
        self._blanks = re.compile(
            rf"(?:\s|{self.gap})++|(?P<word>(?:{plain}++|{self.gap}|{backslash}|{_VARIABLE}"
            rf"|\"(?:[^\"\\]|\\.)*+\"?|'[^']*+'?|[^\s])++)",
            flags=re.DOTALL,
        )
        spelled = (
            rf"(?P<gap>{self.gap})|(?P<escaped>\\.)" if escape == "\\" else rf"(?P<gap>{self.gap})|(?P<escaped>(?!))"
        )
        variable = rf"(?P<variable>{_VARIABLE}|\$[A-Za-z_][A-Za-z0-9_]*)"
        self._quoted = re.compile(
            rf"{spelled}|(?P<quote>\")|(?P<single>(?!))|{variable}|(?P<plain>[^\\\"${mark}]++|.)", flags=re.DOTALL
        )
        self._bare = re.compile(
            rf"{spelled}|(?P<quote>\")|'(?P<single>[^']*+)'?|{variable}|(?P<plain>[^\\\"'${mark}]++|.)", flags=re.DOTALL
        )

    def read_words(self, text: str, offset: int) -> list[Word]:
        """Split a text at its blanks, as an instruction other than `RUN` is split.

        Args:
            text: The text.
            offset: Where it begins in the file.
        """
        return [Word(one["word"], offset + one.start()) for one in self._blanks.finditer(text) if one["word"]]

    def read_commands(self, text: str, offset: int) -> Iterator[list[Word]]:
        """Split a text into commands; what is redirected and comments are no words of them.

        Args:
            text: The text.
            offset: Where it begins in the file.
        """
        words: list[Word] = []
        is_target = False
        for match in self._token.finditer(text):
            if match["end"]:
                yield words
                words, is_target = [], False
            elif match["redirect"]:
                is_target = True
                _cut_last(words, offset + match.start())
            elif match["word"] and is_target:
                is_target = False
            elif match["word"]:
                words.append(Word(match["word"], offset + match.start()))
        yield words

    def spell(self, word: Word, resolve: Callable[[str, int], list[Stretch]]) -> MappedText:
        """Give what the shell makes of a word, without quotes and with the values of variables.

        Args:
            word: The word.
            resolve: Gives the stretches for a variable as it is written, `$X` or `${X:-1.2}`, and its index.
        """
        stretches: list[Stretch] = []
        at, is_quoted, length = 0, False, len(word.raw)
        while length < _LONGEST and (match := (self._quoted if is_quoted else self._bare).match(word.raw, at)):
            at = match.end()
            if match["quote"]:
                is_quoted = not is_quoted
            elif match["variable"]:
                resolved = resolve(match["variable"], word.start + match.start())
                length += sum(len(stretch.text) for stretch in resolved)
                stretches += resolved
            elif match["gap"] is None:
                group = next(name for name in ("escaped", "single", "plain") if match[name] is not None)
                skipped = 1 if group == "escaped" else 0
                written = match[group][skipped:]
                stretches += [Stretch(written, word.start + match.start(group) + skipped)] if written else []
        return MappedText(stretches if length < _LONGEST else ())


def _cut_last(words: list[Word], index: int) -> None:
    """Say of the word that ends where a redirection begins that it is cut; the number of a stream is no word."""
    if words and words[-1].start + len(words[-1].raw) == index:
        last = words.pop()
        words += [] if last.raw.isdigit() else [Word(last.raw, last.start, is_cut=True)]
