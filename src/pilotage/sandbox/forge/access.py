"""Tokens: who calls, and what they may do."""

from __future__ import annotations

import base64
import binascii
import enum
from dataclasses import dataclass
from typing import Final

ACTIONS_BOT: Final = "github-actions[bot]"


class Permission(enum.Enum):
    """What a token may do.

    `NO_PULL_REQUESTS` is WRITE in a repository whose setting "Allow GitHub Actions to create and approve pull
    requests" is off.
    """

    READ = "read"
    WRITE = "write"
    NO_PULL_REQUESTS = "no-pull-requests"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who calls: the login behind a token, and its permission."""

    login: str
    permission: Permission

    @property
    def is_writer(self) -> bool:
        """Tell whether the viewer may change the repository (and so sees drafts)."""
        return self.permission is not Permission.READ

    @property
    def is_app(self) -> bool:
        """Tell whether an app acts, whose commits GitHub signs."""
        return self.login.endswith("[bot]")


def parse_token(authorization: str) -> str:
    """Read the token from an `Authorization` header: `token X`, `Bearer X` or Basic with it as the password.

    Returns:
        The token; empty when there is none.
    """
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() in {"token", "bearer"}:
        return value.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        user, _, password = base64.b64decode(value).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return password or user
