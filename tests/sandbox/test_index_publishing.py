"""Trusted publishing on the embedded index: audience, identity token, minting, burning, publishers."""

from __future__ import annotations

import base64
import json
import time
from typing import TYPE_CHECKING

import pytest

from pilotage.sandbox.index import Fault, FaultKind, Index, Publisher
from sandbox.index_client import SDIST, WHEEL, Client, open_index

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MINT = "_/oidc/mint-token"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    index = Index(tmp_path)
    index.add_project("demo-pkg")
    index.add_publisher("demo-pkg", "octo/demo", workflow="release.yml", environment="pypi")
    with open_index(index) as client:
        yield client


def ask_identity(client: Client, audience: str = "pypi") -> str:
    """Ask the runner's side as the documentation says: append the audience, send the request token."""
    response = client.session.get(
        f"{client.endpoint.identity_url}&audience={audience}",
        headers={"Authorization": f"Bearer {client.index.request_token}"},
        timeout=10,
    )
    value = response.json()["value"]
    assert isinstance(value, str)
    return value


def read_claims(token: str) -> dict[str, str | int]:
    payload = token.split(".")[1]
    claims: dict[str, str | int] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims


def mint(client: Client, **claims: str | int) -> str:
    """Mint a token for the claims; return it, or the code of the refusal."""
    client.index.claims.update(claims)
    response = client.post(MINT, {"token": ask_identity(client)})
    value = response.json()
    if response.status_code == 200:
        return str(value["token"])
    assert (response.status_code, value["message"]) == (422, "Token request failed")
    return str(value["errors"][0]["code"])


def test_the_audience_is_told_to_everybody(client: Client) -> None:
    response = client.get("_/oidc/audience")
    assert (response.status_code, response.json()) == (200, {"audience": "pypi"})


def test_an_identity_token_carries_github_s_claims(client: Client) -> None:
    token = ask_identity(client, "sigstore")
    claims = read_claims(token)
    now = time.time()
    assert token.count(".") == 2
    assert claims["aud"] == "sigstore"
    assert claims["iss"] == "https://token.actions.githubusercontent.com"
    assert {name: claims[name] for name in client.index.claims} == client.index.claims
    assert {"sub", "repository_owner_id", "workflow_ref", "job_workflow_ref", "ref", "jti"} <= set(claims)
    assert int(claims["nbf"]) <= now < int(claims["exp"])
    assert read_claims(ask_identity(client))["jti"] != claims["jti"]


@pytest.mark.parametrize("authorization", ["", "Bearer wrong", "Basic runner-request-token"])
def test_the_runner_gives_identity_only_to_the_job(client: Client, authorization: str) -> None:
    response = client.get("oidc/token?audience=pypi", authorization=authorization)
    assert response.status_code == 401


def test_a_minted_token_uploads_to_its_project_only(client: Client) -> None:
    client.index.clock = lambda: 1_700_000_000.0
    response = client.post(MINT, {"token": ask_identity(client)})
    value = response.json()
    assert (response.status_code, value["success"], value["expires"]) == (200, True, 1_700_000_900)
    assert value["token"].startswith("pypi-")
    assert client.upload(SDIST, b"one", token=value["token"]).status_code == 200
    other = client.upload("other-1.0.tar.gz", b"two", token=value["token"], name="other")
    assert (other.status_code, other.reason) == (
        403,
        "Invalid API Token: OIDC-scoped token is not valid for project: 'other'",
    )


def test_a_minted_token_dies_after_fifteen_minutes(client: Client) -> None:
    token = mint(client)
    later = time.time() + 901
    client.index.clock = lambda: later
    assert client.upload(token=token).reason == "Invalid API Token: token is expired"


def test_one_workflow_may_serve_several_projects(client: Client) -> None:
    client.index.add_publisher("Second.One", "Octo/Demo", workflow="release.yml", environment="PyPI")
    client.index.add_publisher("third", "octo/demo", workflow="other.yml")
    token = mint(client)
    assert client.index.tokens[token].projects == frozenset({"demo-pkg", "second-one"})


def test_the_old_address_mints_too(client: Client) -> None:
    response = client.post("_/oidc/github/mint-token", {"token": ask_identity(client)})
    assert response.json()["success"] is True


def test_an_identity_token_is_good_once(client: Client) -> None:
    token = ask_identity(client)
    assert client.post(MINT, {"token": token}).status_code == 200
    again = client.post(MINT, {"token": token})
    assert (again.status_code, again.json()["errors"][0]["code"]) == (422, "invalid-reuse-token")


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"iss": "https://elsewhere.example"}, "invalid-payload"),
        ({"aud": "testpypi"}, "invalid-token"),
        ({"exp": 1}, "invalid-token"),
        ({"nbf": 99_999_999_999}, "invalid-token"),
        ({"exp": "soon"}, "invalid-token"),
        ({"jti": ""}, "invalid-reuse-token"),
        ({"repository": "octo/fork"}, "invalid-publisher"),
        ({"environment": "testing"}, "invalid-publisher"),
        ({"job_workflow_ref": "octo/demo/.github/workflows/other.yml@refs/heads/main"}, "invalid-publisher"),
        ({"job_workflow_ref": "octo/shared/.github/workflows/release.yml@refs/heads/main"}, "invalid-publisher"),
    ],
)
def test_claims_that_do_not_fit_are_refused_with_their_code(
    client: Client, claims: dict[str, str | int], code: str
) -> None:
    before = set(client.index.tokens)
    assert mint(client, **claims) == code
    assert set(client.index.tokens) == before


@pytest.mark.parametrize(
    "body", [{}, {"token": 1}, {"token": "no-jwt"}, {"token": "a.b.c"}, {"token": "a.W10.c"}, "text"]
)
def test_a_body_that_is_no_identity_token_is_an_invalid_payload(client: Client, body: object) -> None:
    response = client.post(MINT, body)
    assert (response.status_code, response.json()["errors"][0]["code"]) == (422, "invalid-payload")


def test_trusted_publishing_can_be_off(client: Client) -> None:
    client.index.trusted_publishing = False
    assert client.get("_/oidc/audience").status_code == 403
    assert mint(client) == "not-enabled"


def test_a_publisher_without_environment_takes_any(client: Client) -> None:
    client.index.publishers[:] = [Publisher("demo-pkg", "octo/demo", "release.yml")]
    assert mint(client, environment="whatever").startswith("pypi-")


def test_a_pending_publisher_creates_the_project_at_the_first_mint(client: Client) -> None:
    client.index.publishers.clear()
    client.index.add_pending_publisher("New.Project", "octo/demo", workflow="release.yml")
    client.index.add_pending_publisher("new-project", "octo/late", workflow="release.yml")
    token = mint(client)
    assert client.index.world() == {"demo-pkg": [], "new-project": []}
    assert client.index.publishers == [Publisher("New.Project", "octo/demo", "release.yml")]
    assert client.index.pending == []
    assert client.upload("new_project-1.0.tar.gz", b"one", token=token, name="New.Project").status_code == 200
    assert mint(client).startswith("pypi-")


def test_a_pending_publisher_does_not_reserve_the_name(client: Client) -> None:
    client.index.publishers.clear()
    client.index.add_pending_publisher("new-project", "octo/demo", workflow="release.yml")
    client.index.add_project("new-project")
    assert mint(client) == "invalid-pending-publisher"
    assert mint(client) == "invalid-publisher"


def test_a_burnt_token_uploads_no_more(client: Client) -> None:
    token = mint(client)
    assert client.upload(SDIST, b"one", token=token).status_code == 200
    assert client.post("_/oidc/burn-token", {"token": token}).status_code == 202
    assert client.upload(WHEEL, b"two", token=token).status_code == 403
    assert client.post("_/oidc/burn-token", {"token": token}).status_code == 202


def test_burning_needs_a_token(client: Client) -> None:
    assert client.post("_/oidc/burn-token", {}).status_code == 422


def test_an_outage_answers_no_json_and_the_identity_stays_good(client: Client) -> None:
    client.index.faults.append(Fault(FaultKind.NOT_JSON, match="mint-token"))
    token = ask_identity(client)
    outage = client.post(MINT, {"token": token})
    assert (outage.status_code, outage.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert client.post(MINT, {"token": token}).status_code == 200
