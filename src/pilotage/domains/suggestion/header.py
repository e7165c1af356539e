"""Repair a title that has a prefix or a decoration, and give one to a title that has none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.domains.message import render_header, split_suffix
from pilotage.domains.suggestion.nearest import find_nearest
from pilotage.domains.suggestion.words import ALIASES, infer_type, is_breaking_emoji, make_subject, read_emoji
from pilotage.domains.titlerules.anatomy import Anatomy, Token, read_anatomy
from pilotage.domains.titlerules.scopes import normalise, read_scope_names
from pilotage.model.change import Message

if TYPE_CHECKING:
    from pilotage.model.config import Config

_BRACKETS = re.compile(r"([^\[\]]+)\[([^\[\]]+)\]")
_NO_COLON = re.compile(r"([a-zA-Z]+)(?:\(([^()]+)\))?(!)?(\s+)(\S.*)")
_SKIPS = ("skip ci", "ci skip", "no ci")
_DEEPEST = 3


def repair_header(text: str, config: Config, *, depth: int = 0) -> str:
    """Give the header that a title was meant to be; empty when that cannot be told."""
    anatomy = read_anatomy(text)
    message = _read_prefix(anatomy, config) or _read_sentence(anatomy, config)
    if message is None and _has_inner_title(anatomy) and depth < _DEEPEST:
        return repair_header(anatomy.subject, config, depth=depth + 1)
    return render_header(_add_decorations(message, anatomy, config)) if message else ""


def _has_inner_title(anatomy: Anatomy) -> bool:
    """Tell whether a title stands behind a prefix that says nothing, as in `WIP: feat: x`."""
    is_unfinished = anatomy.has_prefix and anatomy.head[0].text.lower() == "wip"
    return is_unfinished or (len(anatomy.head) == 1 and read_anatomy(anatomy.subject).has_prefix)


def _read_prefix(anatomy: Anatomy, config: Config) -> Message | None:
    if not anatomy.has_prefix or not anatomy.subject:
        return None
    word, *names = [token.text for token in anatomy.head if token.kind in ("word", "scope")]
    if brackets := _BRACKETS.fullmatch(word):
        word, names = brackets[1], [brackets[2], *names]
    scope = _read_scope(",".join(names), config)
    is_marked = bool(anatomy.tokens("mark"))
    change_type = find_type(word, config)
    if change_type:
        return Message(change_type, anatomy.subject, scope, is_marked=is_marked)
    inferred = "" if read_anatomy(anatomy.subject).has_prefix else infer_type(anatomy.subject)
    if inferred in config.types and not scope and word.isalnum() and word.lower() != "wip":
        subject = make_subject(anatomy.subject, inferred)
        return Message(inferred, subject, _read_scope(word, config), is_marked=is_marked)
    return None


def _read_sentence(anatomy: Anatomy, config: Config) -> Message | None:
    if anatomy.has_prefix:
        return None
    is_bare = not anatomy.head and anatomy.colon >= 0
    text = anatomy.subject if is_bare else anatomy.title[anatomy.start : anatomy.end]
    match = _NO_COLON.fullmatch(text)
    if match and (match[2] or match[3] or match[1] in config.types) and (known := find_type(match[1], config)):
        return Message(known, match[5], _read_scope(match[2] or "", config), is_marked=bool(match[3]))
    decorated = next(filter(None, (_read_decoration(token, config) for token in anatomy.decorations)), "")
    change_type = decorated or infer_type(text)
    if not text or change_type not in config.types:
        return None
    return Message(change_type, make_subject(text, change_type))


def _add_decorations(message: Message, anatomy: Anatomy, config: Config) -> Message:
    """Keep what stood before the type: tickets and tags behind the subject, a breaking emoji as the mark."""
    tags = [token for token in anatomy.decorations if token.kind in ("ticket", "tag")]
    kept = [token.text for token in tags if token.text not in _SKIPS and not _read_decoration(token, config)]
    breaks = any(is_breaking_emoji(token.text) for token in anatomy.decorations)
    bare, _ = split_suffix(message.subject)
    subject = " ".join((bare, *(f"[{text.strip()}]" for text in kept))) + message.subject[len(bare) :]
    return Message(message.type, subject, message.scope, is_marked=message.is_marked or breaks)


def _read_decoration(token: Token, config: Config) -> str:
    """Give the type that an emoji or a tag such as `[docs]` stands for; empty when none."""
    if token.kind != "tag":
        return read_emoji(token.text)
    lower = token.text.lower()
    change_type = ALIASES.get(lower, lower)
    return change_type if change_type in config.types else ""


def find_type(word: str, config: Config) -> str:
    """Give the configured type that a word stands for: by its case, another name, or a slip of the pen; else empty."""
    spelled = {name.lower(): name for name in config.types}
    lower = word.lower()
    alias = ALIASES.get(lower, "")
    return spelled.get(lower) or spelled.get(alias) or spelled.get(find_nearest(lower, spelled), "")


def _read_scope(text: str, config: Config) -> tuple[str, ...]:
    names = ("-".join(part.split()) for part in text.split(","))
    known = {normalise(name).casefold(): name for name in read_scope_names(config)}
    return tuple(dict.fromkeys(_find_scope(name, known) for name in names if name))


def _find_scope(name: str, known: dict[str, str]) -> str:
    folded = normalise(name).casefold()
    return known.get(folded) or known.get(find_nearest(folded, known), name)
