"""Find the several messages that one squashed commit can carry, by release-please's marks and by blank lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.message import read_header

if TYPE_CHECKING:
    from collections.abc import Collection

_OVERRIDE = ("BEGIN_COMMIT_OVERRIDE", "END_COMMIT_OVERRIDE")
_NESTED = ("BEGIN_NESTED_COMMIT", "END_NESTED_COMMIT")


def read_override(body: str) -> str:
    """Give the message that a pull request's body puts in the commit's place; empty when there is none.

    As in release-please the first block counts, and one without an end reaches to the end of the body.
    """
    return body.partition(_OVERRIDE[0])[2].partition(_OVERRIDE[1])[0].strip()


def split_messages(text: str, types: Collection[str]) -> tuple[str, ...]:
    """Split a commit's message into its messages: first what is outside nested blocks, then each block.

    The outside is split where a header of a known type (as written) follows a blank line or another header.
    A bullet (`* feat: x`) never splits: a squashed branch is spoken for by its title.
    """
    outside, nested = _cut_nested(text.replace("\r\n", "\n").replace("\r", "\n"))
    return (*_split_headers(outside, types), *nested)


def _cut_nested(text: str) -> tuple[str, list[str]]:
    outside: list[str] = []
    nested: list[str] = []
    position = 0
    while True:
        begin = text.find(_NESTED[0], position)
        end = text.find(_NESTED[1], begin) if begin >= 0 else -1
        if end < 0:
            return "".join([*outside, text[position:]]), nested
        outside.append(text[position:begin])
        nested.append(text[begin + len(_NESTED[0]) : end].strip())
        position = end + len(_NESTED[1])


def _split_headers(text: str, types: Collection[str]) -> list[str]:
    messages: list[list[str]] = [[]]
    may_split = False
    for line in text.strip().split("\n"):
        header = read_header(line)
        is_header = header is not None and header.type in types
        if is_header and may_split:
            messages.append([])
        messages[-1].append(line)
        may_split = is_header or not line.strip()
    return ["\n".join(lines) for lines in messages]
