"""Values that must not be shown: a password, a token."""

from __future__ import annotations

import hmac
from typing import NoReturn

import msgspec

_SHOWN = "***"


class Secret:
    """Hold a text that prints as `***` in every form: str, repr, format, f-string, traceback.

    It cannot be pickled nor encoded (msgspec and json refuse it), and is compared in constant time.
    """

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value

    def reveal(self) -> str:
        """Return the text itself: for the place that sends it, never for one that shows it."""
        return self.__value

    def __repr__(self) -> str:
        return _SHOWN

    def __format__(self, _spec: str) -> str:
        return _SHOWN

    def __bool__(self) -> bool:
        return bool(self.__value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self.__value.encode(), other.__value.encode())

    def __hash__(self) -> int:
        return hash((Secret, self.__value))

    def __reduce__(self) -> NoReturn:
        msg = "a Secret cannot be pickled or copied"
        raise TypeError(msg)


class Credentials(msgspec.Struct, frozen=True):
    """Who we are on an index.

    Args:
        user: The user's name; `__token__` for PyPI's tokens.
        password: The password or token.
    """

    user: str
    password: Secret
