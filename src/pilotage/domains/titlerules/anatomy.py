"""Take a title apart as far as it goes, also where it breaks the rules: each part with its place."""

from __future__ import annotations

import re
from itertools import pairwise

import msgspec

from pilotage.domains.patterns import is_named

COLONS = ":\uff1a\ufe55\u2236\ua789"
"""The colon and the characters that only look like one."""

_TOKEN = re.compile(
    rf"(?P<blank>\s+)|(?P<mark>!)|(?P<scope>\([^()]*\))|(?P<word>[^\s()!{COLONS}]+)|(?P<paren>[()])|(?P<colon>[{COLONS}])"
)
_BLANKS = re.compile(r"\s*")
_DECORATION = re.compile(
    r"""
      (?P<wip>(?i:\[(?:wip|draft|do\ not\ merge|dnm)\]|wip(?=\s)))
    | (?P<autosquash>(?:fixup|squash|amend)!(?=\s))
    | \[(?P<tag>[^\[\]]{1,80})\]:?
    | (?P<ticket>[A-Z][A-Z0-9]{1,9}-[0-9]{1,9})(?::(?=\s)|(?=\s))
    | (?P<gitmoji>:[a-zA-Z0-9_+-]{1,40}:)
    | (?P<emoji>[\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff][\ufe0e\ufe0f\u200d\U0001f3fb-\U0001f3ff]*)
    """,
    re.VERBOSE,
)


class Token(msgspec.Struct, frozen=True):
    """A piece of a title.

    Args:
        kind: `blank`, `mark`, `scope`, `word` or `paren` in a prefix; `wip`, `autosquash`, `tag`, `ticket`, `gitmoji`
            or `emoji` before it.
        text: What it says: for a scope what is in the parentheses, for a tag what is in the brackets.
        start: Where it begins in the title.
        end: Where it ends.
    """

    kind: str
    text: str
    start: int
    end: int


class Anatomy(msgspec.Struct, frozen=True):
    """The parts of a title.

    Args:
        title: The whole.
        decorations: What stands before the type and does not belong there.
        start: Where the title proper begins.
        head: What stands before the colon; empty when there is no colon.
        colon: Where the colon, or what looks like one, stands; -1 when there is none.
        subject_start: Where the subject begins: behind the colon and blanks.
        end: Where the title ends, without trailing blanks.
        has_prefix: Whether what stands before the colon is meant as a type, and is not the beginning of a sentence.
        suffix: What GitHub will append to the title when it merges, such as ` (#12)`; empty when that is not known.
    """

    title: str
    decorations: tuple[Token, ...]
    start: int
    head: tuple[Token, ...]
    colon: int
    subject_start: int
    end: int
    has_prefix: bool
    suffix: str = ""

    @property
    def subject(self) -> str:
        """Give the text behind the colon, without blanks around it."""
        return self.title[self.subject_start : self.end]

    def tokens(self, kind: str) -> list[Token]:
        """Give the tokens of one kind before the colon."""
        return [token for token in self.head if token.kind == kind]


def read_anatomy(title: str, *, number: int = 0, types: tuple[str, ...] = ()) -> Anatomy:
    """Take a title apart. Nothing is refused: a title without a colon has an empty head.

    Args:
        title: The title.
        number: The pull request's number; 0 when it is not known.
        types: Types that look like a ticket where one is configured, as names or `/…/`.
    """
    decorations, start = _read_decorations(title, types)
    end = max(start, len(title.rstrip()))
    head, colon = _read_head(title, start)
    subject_start = _skip_blanks(title, colon + 1) if colon >= 0 else start
    suffix = f" (#{number})" if number else ""
    if title.endswith(suffix):
        suffix = ""
    kinds = [token.kind for token in head]
    has_prefix = kinds[:1] == ["word"] and ("blank", "word") not in pairwise(kinds)
    return Anatomy(title, decorations, start, head, colon, min(subject_start, end), end, has_prefix, suffix)


def _read_decorations(title: str, types: tuple[str, ...]) -> tuple[tuple[Token, ...], int]:
    found: list[Token] = []
    position = _skip_blanks(title, 0)
    while match := _DECORATION.match(title, position):
        kind = match.lastgroup or ""
        if kind == "ticket" and is_named(match[kind], types):
            break
        found.append(Token(kind, match[kind], match.start(), match.end()))
        position = _skip_blanks(title, match.end())
    return tuple(found), position


def _read_head(title: str, start: int) -> tuple[tuple[Token, ...], int]:
    head: list[Token] = []
    for match in _TOKEN.finditer(title, start):
        kind = match.lastgroup or ""
        if kind == "colon":
            return tuple(head), match.start()
        text = match[0][1:-1] if kind == "scope" else match[0]
        head.append(Token(kind, text, match.start(), match.end()))
    return (), -1


def _skip_blanks(title: str, position: int) -> int:
    match = _BLANKS.match(title, position)
    return match.end() if match else position
