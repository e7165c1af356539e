"""Why a repository failed, in the words of its row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.errors import CheckError, ConfigError, ConflictError, DriftError, RemoteError, UsageError
from pilotage.providers.githubcall import GitHubRefusalError

if TYPE_CHECKING:
    from pilotage.model.secret import Secret

Failure = CheckError | ConfigError | ConflictError | DriftError | RemoteError | UsageError
FAILURES = (CheckError, ConfigError, ConflictError, DriftError, RemoteError, UsageError)
"""What stops one repository and no other."""


def hide(text: str, *secrets: Secret) -> str:
    """Take secrets out of what is shown: rows are written where no runner masks what an answer repeats of them."""
    for secret in filter(None, secrets):
        text = text.replace(secret.reveal(), str(secret))
    return text


def explain(error: Failure) -> str:
    """Say on a row why a repository failed: what to do comes first, and requests are for the log."""
    if not isinstance(error, GitHubRefusalError):
        return f"{error.message} {error.hint}".strip()
    said = f"GitHub said: {error.said}" if error.said else f"GitHub answered {error.status}"
    return f"{error.hint} {said}".strip()
