"""Moments as clients write them."""

from __future__ import annotations

from datetime import UTC, datetime

from pilotage.sandbox.forge.refusals import Refusal


def parse_moment(text: str) -> int:
    """Read an ISO 8601 moment as seconds since the epoch; without a zone it is UTC.

    Raises:
        Refusal: 422 when it is none.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as exc:
        raise Refusal(422, f"Invalid request.\n\n{text!r} is not a valid date-time.") from exc
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
