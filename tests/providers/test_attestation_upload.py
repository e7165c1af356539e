"""From a job's identity to a provenance on the index: the real libraries against the embedded index and a Sigstore."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests
from pypi_attestations import Provenance
from sigstore.models import ClientTrustConfig

from pilotage.model.indexaddress import IndexAddress
from pilotage.model.patience import Patience
from pilotage.model.secret import Secret
from pilotage.providers.attestation import AUDIENCE, Attester, find_attester
from pilotage.providers.attestationcheck import verify_attestation
from pilotage.providers.http import Wire, open_session
from pilotage.providers.identity import IdentitySource, ask_identity
from pilotage.providers.oidc import TrustedPublishing
from pilotage.sandbox.index import Index
from providers.distfiles import make_wheel
from sandbox.index_client import JSON, Client, open_index, refusal
from sigstore_standin.server import Sigstore, serve_sigstore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pilotage.model.dist import Dist


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    index = Index(tmp_path / "index")
    index.add_pending_publisher("my-pkg", "octo/demo", workflow="release.yml", environment="pypi")
    with open_index(index) as client:
        yield client


@pytest.fixture
def sigstore() -> Iterator[Sigstore]:
    with serve_sigstore() as served:
        yield served


class Job:
    """A publish job with an identity, a private Sigstore and one built file."""

    def __init__(self, folder: Path, client: Client, sigstore: Sigstore) -> None:
        self.client = client
        self.trust = folder / "trust.json"
        self.trust.write_text(sigstore.render_trust())
        self.path, self.dist = make_wheel(folder)
        self.masked: list[str] = []
        self.wire = Wire(open_session(), Patience(1))
        self.address = IndexAddress.parse(client.endpoint.upload_url)
        self.source = IdentitySource(client.endpoint.identity_url, Secret(client.index.request_token))

    def sign(self) -> str:
        attester = find_attester(
            self.address,
            source=self.source,
            has_token=False,
            is_required=False,
            trust=self.trust,
            patience=Patience(1),
        )
        assert isinstance(attester, Attester)
        identity, _ = ask_identity(self.source, AUDIENCE, wire=self.wire, mask=self._mask)
        return attester.sign(self.path.parent, (self.dist,), identity)[self.dist.name]

    def upload(self, text: str) -> requests.Response:
        exchange = TrustedPublishing(self.address, wire=self.wire, mask=self._mask)
        token = exchange.mint(self.source, examine=lambda _: "")
        try:
            return self.client.upload(
                self.path.name,
                self.path.read_bytes(),
                token=token.secret.reveal(),
                name="my-pkg",
                version="1.0",
                attestations=text,
            )
        finally:
            assert exchange.burn(token)

    def _mask(self, secret: Secret) -> None:
        self.masked.append(secret.reveal())


@pytest.fixture
def job(tmp_path: Path, client: Client, sigstore: Sigstore) -> Job:
    return Job(tmp_path, client, sigstore)


def read_provenance(client: Client, dist: Dist) -> Provenance:
    files = client.get("simple/my-pkg/", accept=JSON).json()["files"]
    (found,) = (file for file in files if file["filename"] == dist.name)
    return Provenance.model_validate_json(requests.get(found["provenance"], timeout=10).content)


def test_an_index_s_provenance_verifies_as_this_workflow_s(job: Job) -> None:
    assert job.upload(job.sign()).status_code == 200
    (bundle,) = read_provenance(job.client, job.dist).attestation_bundles
    (attestation,) = bundle.attestations
    _, claims = ask_identity(job.source, AUDIENCE, wire=job.wire, mask=lambda _: None)
    root = ClientTrustConfig.from_json(job.trust.read_text()).trusted_root
    verify_attestation(job.dist, attestation.model_dump_json(), claims=claims, root=root)
    assert bundle.publisher.model_dump() == {
        "kind": "GitHub",
        "repository": "octo/demo",
        "workflow": "release.yml",
        "environment": "pypi",
    }


def test_the_two_identities_of_a_job_and_its_token_are_masked(job: Job) -> None:
    job.upload(job.sign())
    assert len(set(job.masked)) == 3


def test_an_attestation_of_another_workflow_is_refused_by_the_index(job: Job) -> None:
    workflow = "octo/demo/.github/workflows/other.yml@refs/heads/main"
    right = dict(job.client.index.claims)
    job.client.index.claims |= {"workflow_ref": workflow, "job_workflow_ref": workflow}
    text = job.sign()
    job.client.index.claims = right
    status, reason = refusal(job.upload(text))
    assert (status, "does not match expected Trusted Publisher" in reason) == (400, True)


def test_an_attestation_of_another_file_is_refused_by_the_index(job: Job) -> None:
    text = job.sign()
    job.path.write_bytes(job.path.read_bytes() + b" ")
    status, reason = refusal(job.upload(text))
    assert (status, reason.endswith("subject does not match distribution digest")) == (400, True)
