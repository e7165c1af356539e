"""Finding secrets in text: only forms that cannot be mistaken, so that a finding is worth a look.

Every pattern begins with a literal text and has a bounded length, so the search is linear.
"""

from __future__ import annotations

import re

from pilotage.model.distcontents import SecretSighting

_MOST = 5
_HEAD = 8192
_BODY = re.compile(rb"[A-Za-z0-9+/=]{40}")
_BODY_WITHIN = 400
_DISTINCT = 10
_EXAMPLE = b"EXAMPLE"

_PATTERNS: tuple[tuple[bytes, re.Pattern[bytes], str], ...] = (
    (b"PRIVATE KEY", re.compile(rb"-----BEGIN [A-Z0-9 ]{0,20}PRIVATE KEY(?: BLOCK)?-----"), "a private key"),
    (b"pypi-AgE", re.compile(rb"(?<![\w-])pypi-AgE[A-Za-z0-9_-]{50,400}"), "a PyPI token"),
    (b"github_pat_", re.compile(rb"(?<!\w)github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}(?!\w)"), "a GitHub token"),
    (b"gh", re.compile(rb"(?<!\w)gh[pousr]_[A-Za-z0-9]{36,255}(?!\w)"), "a GitHub token"),
    (b"glpat-", re.compile(rb"(?<![\w-])glpat-[A-Za-z0-9_-]{20,60}(?![\w-])"), "a GitLab token"),
    (b"xox", re.compile(rb"(?<!\w)xox[abeoprs]-[0-9]{8,20}-[A-Za-z0-9-]{20,200}"), "a Slack token"),
    (
        b"hooks.slack.com",
        re.compile(rb"hooks\.slack\.com/services/T[A-Z0-9]{6,14}/B[A-Z0-9]{6,14}/[A-Za-z0-9]{20,40}"),
        "a Slack webhook",
    ),
    (b"A", re.compile(rb"(?<![A-Za-z0-9/+])A(?:KIA|SIA)[A-Z2-7]{16}(?![A-Za-z0-9/+])"), "an AWS access key"),
    (b"npm_", re.compile(rb"(?<!\w)npm_[A-Za-z0-9]{36}(?!\w)"), "an npm token"),
    (b"_authToken", re.compile(rb"_authToken ?= ?[A-Za-z0-9_-]{20,200}"), "an npm token"),
    (b"sk_live_", re.compile(rb"(?<!\w)sk_live_[A-Za-z0-9]{24,120}(?!\w)"), "a Stripe key"),
)
"""A text without which a pattern cannot be there, the pattern, and what it finds."""


def find_secrets(head: bytes) -> tuple[SecretSighting, ...]:
    """Find secrets in the beginning of a file; binary files are passed over.

    Placeholders are none: the samples of documentation end in EXAMPLE or repeat a few characters.
    """
    if b"\0" in head[:_HEAD]:
        return ()
    found = sorted(
        {
            (head.count(b"\n", 0, start) + 1, what)
            for needle, pattern, what in _PATTERNS
            if needle in head
            for start in _find(head, pattern)
        }
    )
    return tuple(SecretSighting(line, what) for line, what in found[:_MOST])


def _find(head: bytes, pattern: re.Pattern[bytes]) -> list[int]:
    starts: list[int] = []
    for match in pattern.finditer(head):
        if _is_real(head, match):
            starts.append(match.start())
            if len(starts) == _MOST:
                break
    return starts


def _is_real(head: bytes, match: re.Match[bytes]) -> bool:
    text = match[0]
    if text.startswith(b"-----"):
        return _BODY.search(head, match.end(), match.end() + _BODY_WITHIN) is not None
    return not text.endswith(_EXAMPLE) and len(set(text)) > _DISTINCT
