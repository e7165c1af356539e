from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest

from pilotage.errors import ConfigError, PilotageError, RemoteError
from pilotage.model.claims import Claims
from pilotage.model.indexaddress import IndexAddress
from pilotage.model.patience import Patience
from pilotage.model.secret import Secret
from pilotage.model.step import Result
from pilotage.providers.http import Wire, open_session
from pilotage.providers.identity import IdentitySource, read_claims, render_claims
from pilotage.providers.index import Index
from pilotage.providers.oidc import MintedToken, TrustedPublishing
from pilotage.providers.upload import apply_upload
from pilotage.sandbox.index import Fault, FaultKind
from pilotage.sandbox.index import Index as EmbeddedIndex
from providers.distfiles import make_wheel
from providers.scriptedserver import Reply, Script, serve_script

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pilotage.sandbox.index import IndexEndpoint

WORKFLOW = "octo/my-pkg/.github/workflows/release.yml@refs/heads/main"
CLAIMS: dict[str, str] = {
    "sub": "repo:octo/my-pkg:environment:pypi",
    "repository": "octo/my-pkg",
    "repository_owner": "octo",
    "repository_owner_id": "7",
    "workflow_ref": WORKFLOW,
    "job_workflow_ref": WORKFLOW,
    "ref": "refs/heads/main",
    "environment": "pypi",
    "event_name": "release",
}


@pytest.fixture
def embedded(tmp_path: Path) -> EmbeddedIndex:
    index = EmbeddedIndex(tmp_path / "world")
    index.claims = dict(CLAIMS)
    index.add_pending_publisher("my-pkg", "octo/my-pkg", workflow="release.yml", environment="pypi")
    return index


@pytest.fixture
def endpoint(embedded: EmbeddedIndex) -> Iterator[IndexEndpoint]:
    with embedded.serve() as served:
        yield served


class Exchange:
    """The exchange with an index, and what it masked and waited."""

    def __init__(self, upload_url: str) -> None:
        self.masked: list[str] = []
        self.waits: list[float] = []
        wire = Wire(open_session(), Patience(attempts=3, first_wait=1.0, longest_wait=4.0), sleep=self.waits.append)
        self.address = IndexAddress.parse(upload_url)
        self.publishing = TrustedPublishing(
            self.address, wire=wire, mask=lambda secret: self.masked.append(secret.reveal())
        )


def identity_of(embedded: EmbeddedIndex, endpoint: IndexEndpoint) -> IdentitySource:
    return IdentitySource(endpoint.identity_url, Secret(embedded.request_token))


def admit(_: Claims) -> str:
    """Find no fault with an identity; what is found is tested where it is examined."""
    return ""


def mint(embedded: EmbeddedIndex, endpoint: IndexEndpoint) -> MintedToken:
    return Exchange(endpoint.upload_url).publishing.mint(identity_of(embedded, endpoint), examine=admit)


def refusal(embedded: EmbeddedIndex, endpoint: IndexEndpoint) -> PilotageError:
    with pytest.raises(PilotageError) as caught:
        mint(embedded, endpoint)
    return caught.value


def mints(embedded: EmbeddedIndex) -> int:
    return sum(call.path.endswith("mint-token") for call in embedded.log)


def test_a_job_s_identity_becomes_a_token_that_uploads_and_is_burnt(
    embedded: EmbeddedIndex, endpoint: IndexEndpoint, tmp_path: Path
) -> None:
    exchange = Exchange(endpoint.upload_url)
    token = exchange.publishing.mint(identity_of(embedded, endpoint), examine=admit)
    index = Index(exchange.address, credentials=token.credentials, session=open_session(), patience=Patience(1))
    path, dist = make_wheel(tmp_path)
    assert apply_upload(index, path, dist) is Result.DONE
    assert exchange.publishing.burn(token)
    assert token.secret.reveal() not in embedded.tokens
    (tmp_path / "next").mkdir()
    path, dist = make_wheel(tmp_path / "next", "1.1")
    with pytest.raises(RemoteError, match="403"):
        apply_upload(index, path, dist)


def test_both_secrets_are_masked_before_they_are_used(embedded: EmbeddedIndex, endpoint: IndexEndpoint) -> None:
    exchange = Exchange(endpoint.upload_url)
    token = exchange.publishing.mint(identity_of(embedded, endpoint), examine=admit)
    assert (len(exchange.masked), exchange.masked[1]) == (2, token.secret.reveal())
    assert token.expires > 1_700_000_000


def test_a_job_without_an_identity_is_told_of_the_permission_and_of_forks(endpoint: IndexEndpoint) -> None:
    with pytest.raises(ConfigError) as caught:
        Exchange(endpoint.upload_url).publishing.mint(None, examine=admit)
    assert ("id-token: write" in caught.value.hint, "fork" in caught.value.hint) == (True, True)


def test_a_job_without_a_publisher_is_shown_its_claims(embedded: EmbeddedIndex, endpoint: IndexEndpoint) -> None:
    embedded.claims["environment"] = "production"
    error = refusal(embedded, endpoint)
    assert isinstance(error, ConfigError)
    assert error.message.startswith("127.0.0.1:")
    assert "invalid-publisher: valid token, but no corresponding publisher" in error.message
    assert "\n  environment: production" in error.message
    assert f"\n  workflow_ref: {WORKFLOW}" in error.message
    assert error.hint.startswith("Register exactly these claims")
    assert mints(embedded) == 1


def test_a_project_that_somebody_else_made_first_is_explained(embedded: EmbeddedIndex, endpoint: IndexEndpoint) -> None:
    embedded.add_project("my-pkg")
    error = refusal(embedded, endpoint)
    assert ("invalid-pending-publisher" in error.message, "Somebody else" in error.hint) == (True, True)


def test_an_index_that_has_switched_it_off_is_a_remote_error(embedded: EmbeddedIndex, endpoint: IndexEndpoint) -> None:
    embedded.trusted_publishing = False
    error = refusal(embedded, endpoint)
    assert (type(error), "has switched trusted publishing off: 403" in error.message) == (RemoteError, True)


def test_an_index_without_trusted_publishing_is_a_remote_error() -> None:
    with serve_script(Reply(404)) as script, pytest.raises(RemoteError, match="does no trusted publishing: 404"):
        Exchange(f"{script.url}/legacy/").publishing.mint(IdentitySource(script.url, Secret("x")), examine=admit)


def test_a_wrong_request_token_is_a_remote_error(endpoint: IndexEndpoint) -> None:
    with pytest.raises(RemoteError, match="gave no identity for 'pypi': 401"):
        Exchange(endpoint.upload_url).publishing.mint(
            IdentitySource(endpoint.identity_url, Secret("wrong")), examine=admit
        )


@pytest.mark.parametrize(
    "kind", [FaultKind.LOST_AFTER, FaultKind.SERVER_ERROR, FaultKind.NOT_JSON, FaultKind.RATE_LIMIT]
)
def test_an_outage_is_tried_again_with_a_fresh_identity(
    embedded: EmbeddedIndex, endpoint: IndexEndpoint, kind: FaultKind
) -> None:
    embedded.faults.append(Fault(kind, match="mint-token"))
    exchange = Exchange(endpoint.upload_url)
    exchange.publishing.mint(identity_of(embedded, endpoint), examine=admit)
    identities = exchange.masked[:-1][-2:]
    assert (mints(embedded), len(set(identities)), exchange.waits) == (2, 2, [1.0])


def test_a_lasting_outage_ends_with_the_patience(embedded: EmbeddedIndex, endpoint: IndexEndpoint) -> None:
    embedded.faults.append(Fault(FaultKind.SERVER_ERROR, match="mint-token", times=9))
    error = refusal(embedded, endpoint)
    assert ("503" in error.message, mints(embedded)) == (True, 3)


def test_giving_a_token_back_never_fails(embedded: EmbeddedIndex, endpoint: IndexEndpoint) -> None:
    embedded.faults.append(Fault(FaultKind.LOST_BEFORE, match="burn-token"))
    embedded.faults.append(Fault(FaultKind.SERVER_ERROR, match="burn-token"))
    exchange, token = Exchange(endpoint.upload_url), MintedToken(Secret("pypi-x"), 0)
    assert [exchange.publishing.burn(token) for _ in range(3)] == [False, False, True]


def jwt(claims: object) -> str:
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"e30.{payload}.x"


def exchange_script(script: Script, *last: Reply) -> None:
    script.replies[:] = [
        Reply(200, b'{"audience": "pypi"}'),
        Reply(200, json.dumps({"value": jwt(CLAIMS)}).encode()),
        *last,
    ]


def test_the_audience_is_added_to_the_address_that_the_runner_gave() -> None:
    with serve_script(Reply(404)) as script:
        exchange_script(script, Reply(200, b'{"token": "pypi-x"}'))
        source = IdentitySource(f"{script.url}/token?api-version=2.0", Secret("request"))
        token = Exchange(f"{script.url}/legacy/").publishing.mint(source, examine=admit)
    assert [(asked.method, asked.path) for asked in script.asked] == [
        ("GET", "/_/oidc/audience"),
        ("GET", "/token?api-version=2.0&audience=pypi"),
        ("POST", "/_/oidc/mint-token"),
    ]
    assert script.asked[1].headers["authorization"] == "Bearer request"
    assert json.loads(script.asked[2].body) == {"token": jwt(CLAIMS)}
    assert token == MintedToken(Secret("pypi-x"), 0)


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        (b'{"errors": [{"code": "new-code", "description": "odd"}]}', "Compare the claims"),
        (b'{"errors": [], "message": "odd"}', "Compare the claims"),
        (b'{"errors": [{"code": "invalid-reuse-token", "description": "odd"}]}', "The identity was used already"),
    ],
)
def test_every_refusal_is_shown_with_a_next_action(body: bytes, hint: str) -> None:
    with serve_script(Reply(404)) as script:
        exchange_script(script, Reply(422, body))
        with pytest.raises(ConfigError) as caught:
            Exchange(f"{script.url}/legacy/").publishing.mint(IdentitySource(script.url, Secret("x")), examine=admit)
    assert ("odd" in caught.value.message, caught.value.hint.startswith(hint)) == (True, True)


@pytest.mark.parametrize("url", ["http://runner.example/token", "ftp://127.0.0.1/", ""])
def test_the_request_token_is_never_sent_without_tls(endpoint: IndexEndpoint, url: str) -> None:
    with pytest.raises(ConfigError, match="no TLS"):
        Exchange(endpoint.upload_url).publishing.mint(IdentitySource(url, Secret("x")), examine=admit)


@pytest.mark.parametrize("text", ["", "a.b", "a.!.c", f"a.{'b' * 7}.c", jwt([]), jwt("x"), "a.é.c"])
def test_an_identity_that_is_no_jwt_is_a_remote_error(text: str) -> None:
    with pytest.raises(RemoteError, match="no JWT"):
        read_claims(Secret(text))


def test_claims_are_read_whatever_else_stands_beside_them() -> None:
    claims = read_claims(Secret(jwt({"repository_owner_id": 7, "repository": "o/r", "aud": ["x"]})))
    assert claims == Claims(repository="o/r", repository_owner_id="7")
    assert render_claims(claims) == "  repository: o/r\n  repository_owner_id: 7"


def test_an_index_refuses_pull_request_target_by_itself_too(embedded: EmbeddedIndex, endpoint: IndexEndpoint) -> None:
    embedded.claims["event_name"] = "pull_request_target"
    error = refusal(embedded, endpoint)
    assert ("'pull_request_target' is not supported" in error.message, embedded.tokens) == (True, {})


def test_an_exchange_that_is_not_well_is_a_remote_error() -> None:
    with serve_script(Reply(410, b"gone")) as script, pytest.raises(RemoteError, match="answered 410 Gone: gone"):
        Exchange(f"{script.url}/legacy/").publishing.mint(IdentitySource(script.url, Secret("x")), examine=admit)
