"""Channels of pre-releases, by the words that other tools have for them."""

from __future__ import annotations

from typing import Literal, TypeAlias

__all__ = ["Channel", "read_channel"]

Channel: TypeAlias = Literal["a", "b", "rc", "dev", "post", "maintenance"]

_WORDS: dict[str, Channel] = {
    "a": "a",
    "alpha": "a",
    "b": "b",
    "beta": "b",
    "c": "rc",
    "rc": "rc",
    "pre": "rc",
    "preview": "rc",
    "dev": "dev",
}


def read_channel(word: str) -> Channel | None:
    """Give the channel that a word for pre-releases means; None when PEP 440 has no such pre-releases."""
    return _WORDS.get(word.lower().split(".")[0].rstrip("0123456789"))
