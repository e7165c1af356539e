"""Take out of a text what differs from one play to the next: commits, digests, sizes, ports, days."""

from __future__ import annotations

import hashlib
import re

_MEASURED = re.compile(r"\b[0-9]+ bytes, sha256 (?:[0-9a-f]{64}|[0-9a-f]{12}…)")
_COMMIT = re.compile(r"\b(?=[a-f]*[0-9])[0-9a-f]{10}(?:[0-9a-f]{30})?\b")
_FORGE = re.compile(r"https?://127\.0\.0\.1:[0-9]+(?=/acme/)")
_INDEX = re.compile(r"(?:https?://)?127\.0\.0\.1:[0-9]+")
_DAY = re.compile(r"\b20[0-9]{2}-[0-9]{2}-[0-9]{2}\b")
_DRAFT = re.compile(r"untagged-[0-9a-f]+")

COMMIT = hashlib.sha256(b"any commit").hexdigest()
DAY = "2026-01-31"


def normalise(text: str) -> str:
    """Give a text of one play as every play would write it."""
    text = _MEASURED.sub("… bytes, sha256 …", text)
    text = _COMMIT.sub(lambda found: COMMIT[: len(found[0])], text)
    text = _INDEX.sub("index.example", _FORGE.sub("https://forge.example", text))
    return _DAY.sub(DAY, _DRAFT.sub("untagged-1", text))
