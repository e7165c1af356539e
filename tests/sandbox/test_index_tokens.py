"""Who may upload to the embedded index."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests

from pilotage.sandbox.index import Index, TokenScope
from sandbox.index_client import WHEEL, Client, open_index, refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with open_index(Index(tmp_path)) as client:
        yield client


@pytest.mark.parametrize("token", [None, "pypi-unknown"])
def test_nobody_uploads_without_a_known_token(client: Client, token: str | None) -> None:
    status, reason = refusal(client.upload(token=token))
    assert (status, reason.partition(" See ")[0]) == (403, "Invalid or non-existent authentication information.")


def test_passwords_and_broken_credentials_are_refused(client: Client) -> None:
    url = client.endpoint.upload_url
    password = requests.post(url, auth=("octo", "secret"), timeout=10)
    assert refusal(password)[1].startswith("Username/Password authentication is no longer supported.")
    broken = requests.post(url, headers={"Authorization": "Basic ***"}, timeout=10)
    assert refusal(broken)[1].startswith("Invalid or non-existent authentication information.")
    assert [password.status_code, broken.status_code] == [403, 403]


def test_an_expired_token_is_refused(client: Client) -> None:
    client.index.clock = lambda: 1000.0
    client.index.tokens["short"] = TokenScope(expires=1001)
    assert client.upload(token="short").status_code == 200  # noqa: S106 (good on loopback only)
    client.index.clock = lambda: 1001.0
    assert refusal(client.upload(WHEEL, token="short")) == (  # noqa: S106
        403,
        "Invalid API Token: token is expired",
    )


def test_a_token_of_another_project_is_refused(client: Client) -> None:
    client.index.tokens["mine"] = TokenScope(frozenset({"demo-pkg"}))
    client.index.tokens["other"] = TokenScope(frozenset({"other"}))
    assert client.upload(token="mine").status_code == 200  # noqa: S106 (good on loopback only)
    assert refusal(client.upload(WHEEL, token="other")) == (  # noqa: S106
        403,
        "Invalid API Token: project-scoped token is not valid for project: 'demo-pkg'",
    )
