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


def explain(error: Failure, *secrets: Secret) -> str:
    """Say on a row why a repository failed: what to do comes first, and requests are for the log.

    A row is written where no runner masks anything, so that what an answer repeats of a secret is taken out here.

    Args:
        error: What went wrong.
        secrets: What must not be shown.
    """
    text = _tell(error)
    for secret in filter(None, secrets):
        text = text.replace(secret.reveal(), str(secret))
    return text


def _tell(error: Failure) -> str:
    if not isinstance(error, GitHubRefusalError):
        return f"{error.message} {error.hint}".strip()
    said = f"GitHub said: {error.said}" if error.said else f"GitHub answered {error.status}"
    return f"{error.hint} {said}".strip()
