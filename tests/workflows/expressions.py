"""Expressions of workflows, evaluated as GitHub does: https://docs.github.com/actions/reference/evaluate-expressions.

Only what our own conditions use; an unknown word is an error, so that nothing is evaluated by accident.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Value = object

_TOKEN = re.compile(r"\s*(?:('(?:[^']|'')*')|(\d+)|([A-Za-z_][\w-]*)|(\|\||&&|==|!=|[!().,\[\]]))")


class Expression:
    """One expression.

    Args:
        text: It, with or without `${{ }}`.
        contexts: What `github`, `needs`, `inputs` and so on hold.
        functions: The status functions, by name.
    """

    def __init__(
        self, text: str, contexts: Mapping[str, Value], functions: Mapping[str, Callable[[], bool]] | None = None
    ) -> None:
        self._contexts = contexts
        self._functions = functions or {}
        self._tokens = _split(text.strip().removeprefix("${{").removesuffix("}}").strip())
        self._at = 0

    def evaluate(self) -> Value:
        value = self._either()
        assert self._at == len(self._tokens), f"{self._tokens[self._at :]} is left over"
        return value

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self, expected: str = "") -> str:
        token = self._peek()
        assert token, "the expression ends too early"
        assert not expected or token == expected, f"{expected} expected, not {token}"
        self._at += 1
        return token

    def _either(self) -> Value:
        value = self._both()
        while self._peek() == "||":
            self._take()
            other = self._both()
            value = value if is_true(value) else other
        return value

    def _both(self) -> Value:
        value = self._compared()
        while self._peek() == "&&":
            self._take()
            other = self._compared()
            value = other if is_true(value) else value
        return value

    def _compared(self) -> Value:
        value = self._negated()
        while self._peek() in ("==", "!="):
            is_equal = self._take() == "=="
            value = _is_same(value, self._negated()) is is_equal
        return value

    def _negated(self) -> Value:
        if self._peek() == "!":
            self._take()
            return not is_true(self._negated())
        return self._reached()

    def _reached(self) -> Value:
        value = self._first()
        while self._peek() in (".", "["):
            if self._take() == ".":
                name = self._take()
                value = value.get(name) if isinstance(value, dict) else None
                continue
            index = self._either()
            self._take("]")
            value = value[index] if isinstance(value, list) and isinstance(index, int) and index < len(value) else None
        return value

    def _first(self) -> Value:
        token = self._take()
        if token == "(":  # noqa: S105 - a parenthesis is no secret
            value = self._either()
            self._take(")")
            return value
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        if token.isdigit():
            return int(token)
        if token in ("true", "false"):
            return token == "true"  # noqa: S105 - a word of the language
        return self._call(token) if self._peek() == "(" else self._contexts[token]

    def _call(self, name: str) -> Value:
        self._take("(")
        arguments: list[Value] = []
        while self._peek() != ")":
            arguments.append(self._either())
            if self._peek() == ",":
                self._take()
        self._take(")")
        if name in self._functions:
            return self._functions[name]()
        if name == "contains":
            place, wanted = arguments
            return str(wanted).lower() in str(place or "").lower()
        assert name == "fromJSON", f"{name} is not known"
        result: Value = json.loads(str(arguments[0]))
        return result


def is_true(value: Value) -> bool:
    """Tell what counts as true: all but false, 0, the empty string and nothing."""
    return value not in (None, False, 0, "")


def _is_same(one: Value, other: Value) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return one.lower() == other.lower()
    return (one or 0) == (other or 0)


def _split(text: str) -> list[str]:
    tokens, at = [], 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        assert found, f"cannot be read: {text[at:]!r}"
        tokens.append(found[0].strip())
        at = found.end()
    return tokens
