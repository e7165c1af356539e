"""A plan: steps in the order of their effect, with one spelling, so that it can be reviewed and applied elsewhere."""

from __future__ import annotations

import hashlib

import msgspec

from pilotage.errors import UsageError
from pilotage.model.step import Notice, Step


class Plan(msgspec.Struct, frozen=True):
    """What is to be done, and on which state of the world that was decided.

    Args:
        repository: `owner/name`.
        branch: The target branch.
        head: The commit that the target branch pointed at; empty when the steps do not depend on it.
        steps: The steps; a finished world has none.
        notices: What people must know.
        format: The number of this machine format.
    """

    repository: str
    branch: str
    head: str
    steps: tuple[Step, ...] = ()
    notices: tuple[Notice, ...] = ()
    format: int = 1

    def to_json(self) -> str:
        """Spell the plan in its one way: sorted keys, no spaces, one line end at the end."""
        return msgspec.json.encode(self, order="sorted").decode() + "\n"

    @property
    def digest(self) -> str:
        """Give the SHA-256 of exactly the text of `to_json`, lower-case hex."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    @classmethod
    def from_json(cls, text: str, *, place: str) -> Plan:
        """Read a plan back.

        Args:
            text: What `to_json` wrote.
            place: Where it was read, for the error's text.

        Raises:
            UsageError: The text is no plan, or one of another format.
        """
        try:
            found = msgspec.json.decode(text, type=_Format).format
            if found != cls.format_number():
                raise UsageError(
                    f"{place}: a plan of format {found}, expected {cls.format_number()}",
                    hint="Make it anew with this version of Pilotage: pilotage plan --out FILE",
                )
            return msgspec.json.decode(text, type=cls)
        except (msgspec.MsgspecError, RecursionError) as error:
            raise UsageError(f"{place}: not a plan: {error}", hint="Make one with: pilotage plan --out FILE") from error

    @staticmethod
    def format_number() -> int:
        """Give the number of the format that this version writes and reads."""
        return 1


class _Format(msgspec.Struct):
    """What every format of a plan says, so that another one is named before its fields are read."""

    format: int
