"""What can go wrong with a request to GitHub, told apart by whether it had its effect."""

from __future__ import annotations

from pilotage.errors import RemoteError


class GitHubRefusalError(RemoteError):
    """GitHub answered clearly that it will not do it.

    Args:
        status: The HTTP status.
        said: GitHub's message with the messages of its `errors`.
    """

    def __init__(self, message: str, *, status: int, said: str, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.said = said


class UnclearAnswerError(RemoteError):
    """The connection broke or GitHub failed: whether the request had its effect is unknown."""


class LimitedError(Exception):
    """A limit kept the request from being carried out; it is for `GitHubCall` alone, which waits and asks again.

    Args:
        seconds: How long GitHub asks to wait.
        said: GitHub's message.
    """

    def __init__(self, seconds: float, said: str) -> None:
        super().__init__(said)
        self.seconds = seconds
        self.said = said
