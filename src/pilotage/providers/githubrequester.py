"""PyGithub's own connection, with everything switched off that we decide ourselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage import __version__

if TYPE_CHECKING:
    from github.Requester import Requester

    from pilotage.model.secret import Secret


def open_requester(api_url: str, token: Secret) -> Requester:
    """Open a connection that neither waits nor tries again by itself."""
    import github  # noqa: PLC0415 - half a second of imports that only a run with a remote needs

    client = github.Github(
        base_url=api_url,
        auth=github.Auth.Token(token.reveal()) if token.reveal() else None,
        timeout=15,
        retry=None,
        seconds_between_requests=0,
        seconds_between_writes=0,
        user_agent=f"pilotage/{__version__}",
        lazy=True,
    )
    return client.requester
