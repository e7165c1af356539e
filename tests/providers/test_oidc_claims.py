"""The common mistakes of trusted publishing, explained over the wire before a token is asked for; no secret told."""

from __future__ import annotations

import base64
import json
import traceback
from typing import TYPE_CHECKING

import msgspec
import pytest

from pilotage.domains.identity import Expected, diagnose_identity, refuse_identity, render_publisher
from pilotage.errors import ConfigError, PilotageError, RemoteError
from pilotage.model.claims import GITHUB_ISSUER, Claims
from pilotage.model.indexaddress import IndexAddress
from pilotage.model.patience import Patience
from pilotage.model.secret import Secret
from pilotage.providers.http import Wire, open_session
from pilotage.providers.identity import IdentitySource, ask_identity
from pilotage.providers.oidc import MintedToken, TrustedPublishing
from pilotage.sandbox.index import Fault, FaultKind, Index
from providers.scriptedserver import Reply, Script, serve_script

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pilotage.sandbox.index import IndexEndpoint

WORKFLOW = "octo/my-pkg/.github/workflows/release.yml@refs/heads/main"
CLAIMS: dict[str, str | int] = {
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
EXPECTED = Expected(index="the index", is_public=True, environment="pypi", repository="octo/my-pkg", project="my-pkg")


@pytest.fixture
def embedded(tmp_path: Path) -> Index:
    index = Index(tmp_path / "world")
    index.claims = dict(CLAIMS)
    index.add_pending_publisher("my-pkg", "octo/my-pkg", workflow="release.yml", environment="pypi")
    return index


@pytest.fixture
def endpoint(embedded: Index) -> Iterator[IndexEndpoint]:
    with embedded.serve() as served:
        yield served


class Job:
    """A publish job that examines its identity as the release flow does."""

    def __init__(self, upload_url: str, source: IdentitySource, expected: Expected = EXPECTED) -> None:
        self.masked: list[str] = []
        self.warned: list[str] = []
        self.source = source
        self.expected = expected
        self.wire = Wire(open_session(), Patience(attempts=3, first_wait=0.0, longest_wait=1.0))
        self.publishing = TrustedPublishing(
            IndexAddress.parse(upload_url), wire=self.wire, mask=lambda secret: self.masked.append(secret.reveal())
        )

    def mint(self) -> MintedToken:
        return self.publishing.mint(self.source, examine=self._examine)

    def refusal(self) -> PilotageError:
        with pytest.raises(PilotageError) as caught:
            self.mint()
        return caught.value

    def _examine(self, claims: Claims) -> str:
        self.warned += [finding.rule for finding in refuse_identity(diagnose_identity(claims, self.expected))]
        return render_publisher(claims, self.expected.project)


def open_job(embedded: Index, endpoint: IndexEndpoint, expected: Expected = EXPECTED) -> Job:
    return Job(endpoint.upload_url, IdentitySource(endpoint.identity_url, Secret(embedded.request_token)), expected)


def mints(embedded: Index) -> int:
    return sum(call.path.endswith("mint-token") for call in embedded.log)


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"job_workflow_ref": "acme/flows/.github/workflows/publish.yml@refs/tags/v1"}, "of another repository"),
        ({"job_workflow_ref": "octo/my-pkg/.github/workflows/publish.yml@refs/heads/main"}, "of this repository"),
        ({"environment": ""}, "runs in no environment, expected pypi"),
        ({"environment": "testing"}, "runs in the environment testing, expected pypi"),
        ({"repository": "fork/my-pkg"}, "belongs to fork/my-pkg, but this job runs for octo/my-pkg"),
        ({"iss": "https://ghe.example/_services/token"}, "was issued by https://ghe.example/_services/token"),
        ({"iss": f"{GITHUB_ISSUER}/acme"}, f"was issued by {GITHUB_ISSUER}/acme"),
        ({"event_name": "pull_request_target"}, "was started by pull_request_target"),
    ],
)
def test_a_common_mistake_is_explained_and_no_token_is_asked_for(
    embedded: Index, endpoint: IndexEndpoint, claims: dict[str, str | int], words: str
) -> None:
    embedded.claims |= claims
    error = open_job(embedded, endpoint).refusal()
    assert (type(error), words in error.message, bool(error.hint)) == (ConfigError, True, True)
    assert mints(embedded) == 0


def test_a_right_job_gets_a_token_and_no_warning(embedded: Index, endpoint: IndexEndpoint) -> None:
    job = open_job(embedded, endpoint)
    assert (job.mint().secret.reveal() in embedded.tokens, job.warned) == (True, [])


def test_a_first_release_with_a_pending_publisher_is_warned_once_and_goes_on(
    embedded: Index, endpoint: IndexEndpoint
) -> None:
    embedded.faults.append(Fault(FaultKind.SERVER_ERROR, match="mint-token"))
    job = open_job(embedded, endpoint, msgspec.structs.replace(EXPECTED, is_new_project=True))
    assert (job.mint().secret.reveal() in embedded.tokens, job.warned) == (True, ["pending-publisher"])
    assert mints(embedded) == 2


def test_a_first_release_without_one_is_shown_what_to_type(embedded: Index, endpoint: IndexEndpoint) -> None:
    embedded.pending.clear()
    error = open_job(embedded, endpoint).refusal()
    assert "invalid-publisher" in error.message
    assert error.hint.endswith(
        "For this job the publisher must say:\n  PyPI Project Name: my-pkg\n  Owner: octo\n"
        "  Repository name: my-pkg\n  Workflow name: release.yml\n  Environment name: pypi"
    )


def test_a_workflow_s_renamed_file_is_seen_in_the_form(embedded: Index, endpoint: IndexEndpoint) -> None:
    renamed = WORKFLOW.replace("release.yml", "publish.yaml")
    embedded.claims |= {"workflow_ref": renamed, "job_workflow_ref": renamed}
    assert "\n  Workflow name: publish.yaml\n" in open_job(embedded, endpoint).refusal().hint


def test_another_refusal_does_not_ask_for_a_new_publisher(embedded: Index, endpoint: IndexEndpoint) -> None:
    embedded.add_project("my-pkg")
    error = open_job(embedded, endpoint).refusal()
    assert ("invalid-pending-publisher" in error.message, "must say" in error.hint) == (True, False)


def test_a_further_token_comes_of_a_further_identity(embedded: Index, endpoint: IndexEndpoint) -> None:
    job = open_job(embedded, endpoint)
    tokens = [job.mint().secret.reveal() for _ in range(2)]
    assert (len(set(tokens)), len(set(job.masked)), mints(embedded)) == (2, 4, 2)


def test_a_token_is_renewed_before_it_ends(embedded: Index, endpoint: IndexEndpoint) -> None:
    embedded.clock = lambda: 1_000_000.0
    token = open_job(embedded, endpoint).mint()
    assert token.expires == 1_000_900
    assert [token.is_stale(1_000_000 + late) for late in (0, 599, 600, 900, 9999)] == [False, False, True, True, True]
    assert not MintedToken(Secret("x"), 0).is_stale(1e12)


def test_a_sigstore_identity_is_another_one(embedded: Index, endpoint: IndexEndpoint) -> None:
    job = open_job(embedded, endpoint)
    masked: list[Secret] = []
    identity, claims = ask_identity(job.source, "sigstore", wire=job.wire, mask=masked.append)
    assert (claims.aud, masked) == ("sigstore", [identity])


def jwt(claims: object) -> str:
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"e30.{payload}.signature-of-this-job"


def script_job(script: Script, *replies: Reply) -> Job:
    script.replies[:] = replies
    return Job(f"{script.url}/legacy/", IdentitySource(f"{script.url}/token", Secret("request-token-secret")))


AUDIENCE = Reply(200, b'{"audience": "pypi"}')


def test_an_identity_for_somebody_else_is_never_sent() -> None:
    with serve_script(Reply(404)) as script:
        identity = json.dumps({"value": jwt({**CLAIMS, "aud": "other"})}).encode()
        error = script_job(script, AUDIENCE, Reply(200, identity)).refusal()
    assert (type(error), "for the audience other, pypi was asked for" in error.message) == (ConfigError, True)
    assert [asked.path for asked in script.asked] == ["/_/oidc/audience", "/token?audience=pypi"]


@pytest.mark.parametrize(("status", "hint"), [(400, "id-token: write"), (403, "id-token: write"), (404, "later")])
def test_a_runner_that_gives_no_identity_is_quoted_without_its_secret(status: int, hint: str) -> None:
    with serve_script(Reply(404)) as script:
        job = script_job(script, AUDIENCE, Reply(status, b"no: Bearer request-token-secret"))
        error = job.refusal()
    assert (type(error), f"gave no identity for 'pypi': {status}" in error.message) == (RemoteError, True)
    assert ("no: Bearer ***" in error.message, hint in error.hint) == (True, True)


SHORT = jwt({"aud": "pypi"})
GIVEN = Reply(200, json.dumps({"value": SHORT}).encode())
SECRETS = (SHORT, "request-to", "pypi-minted-secret", "signature-of-this-job")


@pytest.mark.parametrize(
    "replies",
    [
        (AUDIENCE, Reply(500, b"request-token-secret")),
        (AUDIENCE, Reply(200, f'{{"value": 1, "x": "{SHORT}"}}'.encode())),
        (AUDIENCE, Reply(200, f'{{"value": "{SHORT}.more"}}'.encode())),
        (AUDIENCE, Reply(401, b"Bearer request-token-secret is no good")),
        (AUDIENCE, Reply(401, b"x" * 190 + b"request-token-secret")),
        (AUDIENCE, GIVEN, Reply(422, json.dumps({"errors": [{"code": "x", "description": SHORT}]}).encode())),
        (AUDIENCE, GIVEN, Reply(422, json.dumps({"errors": [], "message": SHORT}).encode())),
        (AUDIENCE, *[GIVEN, Reply(422, f"no json {SHORT}".encode())] * 3),
        (AUDIENCE, *[GIVEN, Reply(400, SHORT.encode())] * 3),
        (AUDIENCE, *[GIVEN, Reply(200, b'{"token": ["pypi-minted-secret"]}')] * 3),
        (AUDIENCE, *[GIVEN, Reply(0)] * 3),
    ],
)
def test_no_secret_is_in_an_error_or_in_its_traceback(replies: tuple[Reply, ...]) -> None:
    with serve_script(Reply(404)) as script:
        job = script_job(script, *replies)
        job.expected = Expected(index="the index", is_public=False)
        error = job.refusal()
    told = "\n".join([error.message, error.hint, *traceback.format_exception(error)])
    assert [secret for secret in SECRETS if secret in told] == []
