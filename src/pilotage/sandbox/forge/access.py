"""Tokens: who calls, and what they may do."""

from __future__ import annotations

import base64
import binascii
import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Level = Literal["none", "read", "write"]

ACTIONS_BOT: Final = "github-actions[bot]"


class Permission(enum.Enum):
    """What a token may do.

    `NO_PULL_REQUESTS` is WRITE in a repository whose setting "Allow GitHub Actions to create and approve pull
    requests" is off.
    """

    READ = "read"
    WRITE = "write"
    NO_PULL_REQUESTS = "no-pull-requests"


_RANK: Final = {"none": 0, "read": 1, "write": 2}


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who calls.

    Args:
        login: The login behind the token.
        permission: What the token may do in general.
        limits: What it may do at the most with what a single permission of GitHub's is about, by the permission's name.
        level: What it may do at the most in the repository that it looks at.
    """

    login: str
    permission: Permission
    limits: Mapping[str, Level] = field(default_factory=dict)
    level: Level = "write"

    @property
    def is_admitted(self) -> bool:
        """Tell whether the viewer may know that the repository is there."""
        return self.level != "none"

    @property
    def is_writer(self) -> bool:
        """Tell whether the viewer may change the repository (and so sees drafts)."""
        return self.permission is not Permission.READ and self.level == "write"

    def may(self, name: str, level: Level) -> bool:
        """Tell whether the viewer has a permission, such as `actions`, at a level; an app is never an administrator."""
        general: Level = "write" if self.is_writer else "read"
        if name == "administration" and self.is_app:
            general = "none"
        return _RANK[level] <= min(_RANK[general], _RANK[self.limits.get(name, "write")])

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
