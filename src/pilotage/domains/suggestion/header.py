"""Repair a title that has a prefix or a decoration, and give one to a title that has none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.domains.message import render_header, split_suffix
from pilotage.domains.patterns import is_named
from pilotage.domains.suggestion.files import infer_type_of_files
from pilotage.domains.suggestion.nearest import find_nearest
from pilotage.domains.suggestion.words import ALIASES, infer_type, is_breaking_emoji, make_subject, read_emoji
from pilotage.domains.titlerules.anatomy import Anatomy, Token, read_anatomy
from pilotage.domains.titlerules.scopes import (
    is_disallowed,
    normalise,
    read_plain_scopes,
    read_scope_names,
    read_scope_rule,
)
from pilotage.domains.titlerules.subject import recase, remove_full_stop
from pilotage.domains.titlerules.types import is_known_type, read_type_names
from pilotage.model.change import Message

if TYPE_CHECKING:
    from pilotage.model.config import Config

_BRACKETS = re.compile(r"([^\[\]]+)\[([^\[\]]+)\]")
_NO_COLON = re.compile(r"([a-zA-Z]+)(?:\(([^()]+)\))?(!)?(\s+)(\S.*)")
_SKIPS = ("skip ci", "ci skip", "no ci")
_DEEPEST = 3


def repair_header(text: str, config: Config, *, files: tuple[str, ...] = (), depth: int = 0) -> str:
    """Give the header that a title was meant to be; empty when that cannot be told.

    Args:
        text: The title, its blanks single.
        config: The types, the scopes and what else is asked of a title.
        files: The paths that the change touches; empty when unknown.
        depth: How many prefixes that say nothing were taken off.
    """
    anatomy = read_anatomy(text, types=config.title.types)
    message = _read_prefix(anatomy, config) or _read_sentence(anatomy, config, files)
    if message is None and _has_inner_title(anatomy) and depth < _DEEPEST:
        return repair_header(anatomy.subject, config, files=files, depth=depth + 1)
    return render_header(_polish(_add_decorations(message, anatomy, config), config)) if message else ""


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
    if inferred and is_known_type(inferred, config) and not scope and word.isalnum() and word.lower() != "wip":
        subject = make_subject(anatomy.subject, inferred)
        return Message(inferred, subject, _read_scope(word, config), is_marked=is_marked)
    return None


def _read_sentence(anatomy: Anatomy, config: Config, files: tuple[str, ...]) -> Message | None:
    if anatomy.has_prefix:
        return None
    is_bare = not anatomy.head and anatomy.colon >= 0
    text = anatomy.subject if is_bare else anatomy.title[anatomy.start : anatomy.end]
    match = _NO_COLON.fullmatch(text)
    if match and (match[2] or match[3] or is_known_type(match[1], config)) and (known := find_type(match[1], config)):
        return Message(known, match[5], _read_scope(match[2] or "", config), is_marked=bool(match[3]))
    decorated = next(filter(None, (_read_decoration(token, config) for token in anatomy.decorations)), "")
    change_type = decorated or infer_type_of_files(text, files) or infer_type(text)
    if not text or not change_type or not is_known_type(change_type, config):
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
    return change_type if is_known_type(change_type, config) else ""


def find_type(word: str, config: Config) -> str:
    """Give the configured type that a word stands for: by its case, another name, or a slip of the pen; else empty."""
    if is_known_type(word, config):
        return word
    spelled = {name.lower(): name for name in read_type_names(config)}
    lower = word.lower()
    other = spelled.get(lower) or spelled.get(ALIASES.get(lower, ""))
    longer = [name for name in spelled if ALIASES.get(name) == lower]
    if not other and len(longer) == 1:
        return spelled[longer[0]]
    return other or spelled.get(find_nearest(lower, spelled), "")


def _polish(message: Message, config: Config) -> Message:
    """Give a message its configured looks: no scope where none may be, the subject's case, no full stop."""
    scope = tuple(name for name in message.scope if not is_disallowed(name, config))
    if read_scope_rule(message.type, config) == "forbidden":
        scope = ()
    bare, _ = split_suffix(message.subject)
    subject = bare if config.title.subject_case == "any" else recase(bare, config.title.subject_case)
    if config.title.full_stop:
        subject = remove_full_stop(subject)
    return Message(message.type, subject + message.subject[len(bare) :], scope, is_marked=message.is_marked)


def _read_scope(text: str, config: Config) -> tuple[str, ...]:
    names = ("-".join(part.split()) for part in text.split(","))
    return tuple(dict.fromkeys(_find_scope(name, config) for name in names if name))


def _find_scope(name: str, config: Config) -> str:
    if is_named(normalise(name), tuple(read_scope_names(config))):
        return name
    known = {normalise(plain).casefold(): plain for plain in read_plain_scopes(config)}
    folded = normalise(name).casefold()
    return known.get(folded) or known.get(find_nearest(folded, known), name)
