"""Channels of pre-releases, by the words that other tools have for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from pilotage.domains.channels import check_channels
from pilotage.errors import ConfigError
from pilotage.model.config import Config

if TYPE_CHECKING:
    from pilotage.domains.translation.notes import Notes

__all__ = ["Channel", "add_channel", "read_channel"]

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


def add_channel(found: dict[str, Channel], name: str, channel: Channel, *, place: str, notes: Notes) -> None:
    """Add a branch to the channels; one that `[tool.pilotage.channels]` does not take is noted instead."""
    if name in found:
        return
    try:
        check_channels(Config(channels={**found, name: channel}), place)
    except ConfigError as exc:
        notes.add(place, name, exc.message.removeprefix(f"{place}: "))
    else:
        found[name] = channel
