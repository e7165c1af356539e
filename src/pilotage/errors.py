"""Every error that Pilotage raises on purpose: one tree, one exit code per class.

A message says what, where, what was found and what was expected; the hint says the next action.
The exit codes are part of the contract of the command line.
"""

from __future__ import annotations

from typing import ClassVar


class PilotageError(Exception):
    """A failure that a person can act on.

    Args:
        message: What went wrong, where, what was found and what was expected.
        hint: The next action, in the imperative; empty when the message already says it.
    """

    exit_code: ClassVar[int] = 70

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class CheckError(PilotageError):
    """What was checked is not all right: a bad title, a failed rehearsal."""

    exit_code = 1


class UsageError(PilotageError):
    """The command was called with something that cannot work here."""

    exit_code = 2


class ConfigError(PilotageError):
    """The configuration or a file that Pilotage reads cannot be understood."""

    exit_code = 2


class ConflictError(PilotageError):
    """The world contradicts the plan: a tag elsewhere, other bytes under the same name."""

    exit_code = 3


class DriftError(PilotageError):
    """The base moved between looking and acting: run again."""

    exit_code = 4


class RemoteError(PilotageError):
    """A remote refused or is out of reach; what it holds is unknown, which is never "absent"."""

    exit_code = 5
