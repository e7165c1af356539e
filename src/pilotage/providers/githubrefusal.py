"""What a refusal of GitHub says: its reason in words, and how long a limit asks to wait."""

from __future__ import annotations

LIMITED = (403, 429)
"""The statuses that a limit may have."""

MINUTE = 60.0
"""Seconds to wait for a limit that does not say how long."""

SAID = 300
"""How many characters of an answer are quoted in an error."""


def read_refusal(decoded: object) -> str:
    """Read GitHub's message and the messages of its `errors` out of a refusal, on one line."""
    if not isinstance(decoded, dict):
        return "no reason given"
    parts = [str(decoded.get("message", ""))]
    errors = decoded.get("errors")
    for error in errors if isinstance(errors, list) else []:
        if isinstance(error, dict):
            parts.append(str(error.get("message") or f"{error.get('field', '')} {error.get('code', '')}"))
        else:
            parts.append(str(error))
    return " ".join("; ".join(part for part in parts if part.strip()).split())[:SAID]


def read_limit(status: int, headers: dict[str, str], said: str, *, now: float) -> float | None:
    """Read how many seconds a limit asks to wait; None when the refusal is no limit.

    Source: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api

    Args:
        status: The HTTP status.
        headers: The headers with lower-case names.
        said: GitHub's message.
        now: Seconds since the epoch.
    """
    if status not in LIMITED:
        return None
    after = headers.get("retry-after", "")
    if after.isdecimal():
        return float(after)
    if headers.get("x-ratelimit-remaining") == "0":
        reset = headers.get("x-ratelimit-reset", "")
        return max(1.0, float(reset) - now) if reset.isdecimal() else MINUTE
    return MINUTE if "rate limit" in said.lower() or status == LIMITED[1] else None
