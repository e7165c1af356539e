"""A token for GitHub before its first use: one that no header can carry would be quoted by an HTTP library's error."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.errors import UsageError

if TYPE_CHECKING:
    from pilotage.model.secret import Secret

_TOKEN = re.compile(r"[!-~]*")


def check_token(token: Secret) -> Secret:
    """Give the token back when a header can carry it; an empty one stands for none.

    Raises:
        UsageError: It holds a blank, a line break, or anything else beside visible ASCII.
    """
    if not _TOKEN.fullmatch(token.reveal()):
        raise UsageError(
            "the token for GitHub holds a blank, a line break or another character that no token has",
            hint="Pass it alone and on one line: as the input `token` or in GITHUB_TOKEN.",
        )
    return token
