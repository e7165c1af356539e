"""Names of repositories, `OWNER/NAME`: GitHub spells one of them in any case, so they are compared without it."""

from __future__ import annotations

import re

from pilotage.domains.wildcard import is_wildcard_match

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}/[A-Za-z0-9._-]{1,100}", re.ASCII)
_OWNED_GLOB = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}/[A-Za-z0-9._*-]{1,100}", re.ASCII)
_GLOB = re.compile(r"[A-Za-z0-9*][A-Za-z0-9._*-]{0,99}/[A-Za-z0-9._*-]{1,100}", re.ASCII)


def is_name(text: str) -> bool:
    """Tell whether a text can be the name of a repository."""
    return bool(_NAME.fullmatch(text)) and not _is_odd(text)


def is_owned_glob(text: str) -> bool:
    """Tell whether a text is a pattern that names one owner to the letter: `acme/*`, `acme/flow-*`."""
    return bool(_OWNED_GLOB.fullmatch(text)) and not _is_odd(text)


def is_glob(text: str) -> bool:
    """Tell whether a text is a pattern of names: `acme/*`, `*/flow-*`."""
    return bool(_GLOB.fullmatch(text)) and not _is_odd(text)


def _is_odd(text: str) -> bool:
    """Tell whether the name is a folder's own or parent's, or that of a clone: GitHub has none of these."""
    return ".." in text or text.endswith(("/.", ".git"))


def is_match(name: str, glob: str) -> bool:
    """Hold a name against a pattern, part by part, without regard to case; `*` stands for any characters of a part."""
    parts, patterns = name.casefold().split("/"), glob.casefold().split("/")
    return len(parts) == len(patterns) and all(map(is_wildcard_match, parts, patterns))
