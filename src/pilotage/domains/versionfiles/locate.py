"""Where values that a parser reads stand in the text, found by asking the parser itself.

A scan gives every quoted run of characters that could be a wanted value. In a copy each of them gets a name of its own;
the names that the parser then reads at the wanted keys tell which runs are the real ones. Two parses whatever the
number of values, no second grammar, and no span that the parser has not confirmed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from pilotage.domains.versionfiles.place import Place, render_text
from pilotage.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Keys = tuple[str | int, ...]
"""The way to a value: names of tables and objects, indices of arrays."""

Span = tuple[int, int]

_QUOTE = re.compile(r"[\"']")


def read_at(data: object, keys: Keys) -> object:
    """Give the value at some keys; None when there is none."""
    for key in keys:
        if isinstance(key, int):
            data = cast("list[object]", data)[key] if isinstance(data, list) and key < len(data) else None
        else:
            data = cast("dict[str, object]", data).get(key) if isinstance(data, dict) else None
    return data


def locate_strings(
    text: str, wanted: Sequence[tuple[Keys, str]], *, parse: Callable[[str], object]
) -> list[Span | None]:
    """Find the spans of strings, without their quotes.

    Args:
        text: The file's text.
        wanted: The keys and the value of each string, as `parse` reads it.
        parse: Parses the text; raises ConfigError when it cannot.

    Returns:
        The span of each string; None for one that is written with escapes or over several lines.
    """
    spans = _find_quoted(text, {value for _, value in wanted if value})
    names = {f"pilotage{number}": span for number, span in enumerate(spans)}
    copy = render_text(text, [Place("", start, end, "", 0) for start, end in spans], names)
    try:
        data = parse(copy)
    except ConfigError:  # a "value" such as `, x = ` between two strings was taken for a string
        return [None] * len(wanted)
    return [names.get(found) if isinstance(found := read_at(data, keys), str) else None for keys, _ in wanted]


def _find_quoted(text: str, values: set[str]) -> list[Span]:
    """Find each run between two neighbouring quotes of one kind that is one of the values.

    Runs do not overlap: of two inside each other it is the outer one, as in `"a; python_version < '3.12'"`.
    """
    spans: list[Span] = []
    opened: dict[str, int] = {}
    longest = max(map(len, values), default=0)
    for match in _QUOTE.finditer(text):
        quote, at = match[0], match.start()
        start = opened.get(quote, -1)
        opened[quote] = at + 1
        if start >= 0 and at - start <= longest and text[start:at] in values:
            while spans and spans[-1][0] >= start:
                spans.pop()
            if not spans or spans[-1][1] <= start:
                spans.append((start, at))
    return spans
