"""Who may upload to the embedded index, and what attestations it takes from whom."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING

import pytest
import requests

from pilotage.sandbox.index import Index, Publisher, TokenScope
from sandbox.index_client import JSON, WHEEL, Client, make_wheel, open_index, refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PUBLISHER = Publisher("demo-pkg", "octo/demo", "release.yml")


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with open_index(Index(tmp_path)) as client:
        yield client


def attestation(name: str, content: bytes) -> str:
    subject = {"name": name, "digest": {"sha256": hashlib.sha256(content).hexdigest()}}
    statement = base64.b64encode(json.dumps({"subject": [subject]}).encode()).decode()
    return json.dumps([{"version": 1, "envelope": {"statement": statement, "signature": ""}}])


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


def test_attestations_become_the_file_s_provenance(client: Client) -> None:
    client.index.tokens["minted"] = TokenScope(frozenset({"demo-pkg"}), publisher=PUBLISHER)
    content = make_wheel()
    text = attestation(WHEEL, content)
    assert client.upload(WHEEL, content, token="minted", attestations=text).status_code == 200  # noqa: S106
    file = client.get("simple/demo-pkg/", accept=JSON).json()["files"][0]
    provenance = requests.get(file["provenance"], timeout=10).json()
    publisher = {"kind": "GitHub", "repository": "octo/demo", "workflow": "release.yml", "environment": None}
    assert provenance == {
        "version": 1,
        "attestation_bundles": [{"publisher": publisher, "attestations": json.loads(text)}],
    }
    assert "data-provenance" in client.get("simple/demo-pkg/").text


@pytest.mark.parametrize(
    "text",
    [
        "no json",
        "{}",
        "[]",
        '[{"version": 1, "envelope": {"statement": "%%%"}}]',
        attestation(WHEEL, b"other bytes"),
        attestation("other.whl", b"one"),
    ],
)
def test_attestations_that_do_not_fit_are_refused(client: Client, text: str) -> None:
    client.index.tokens["minted"] = TokenScope(frozenset({"demo-pkg"}), publisher=PUBLISHER)
    status, reason = refusal(client.upload(WHEEL, b"one", token="minted", attestations=text))  # noqa: S106
    assert (status, reason.partition(":")[0]) == (400, "Invalid attestations supplied during upload")
    assert client.index.world() == {}


def test_attestations_need_trusted_publishing(client: Client) -> None:
    assert refusal(client.upload(WHEEL, b"one", attestations=attestation(WHEEL, b"one"))) == (
        400,
        "Invalid attestations supplied during upload: Attestations are only supported when using Trusted Publishing",
    )


def test_attestations_of_a_file_that_is_there_are_dropped(client: Client) -> None:
    client.upload(WHEEL, b"one")
    client.index.tokens["minted"] = TokenScope(frozenset({"demo-pkg"}), publisher=PUBLISHER)
    again = client.upload(WHEEL, b"one", token="minted", attestations=attestation(WHEEL, b"one"))  # noqa: S106
    assert again.status_code == 200
    assert client.get(f"integrity/demo-pkg/1.0/{WHEEL}/provenance").status_code == 404
