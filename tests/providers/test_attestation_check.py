"""What an attestation must prove before it is sent, verified offline by the real libraries."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest
from pypi_attestations import Attestation
from sigstore.dsse import DigestSet, StatementBuilder, Subject
from sigstore.models import ClientTrustConfig, TrustedRoot
from sigstore.oidc import IdentityToken
from sigstore.sign import Signer, SigningContext

from pilotage.errors import RemoteError
from pilotage.model.dist import Dist
from pilotage.providers.attestationcheck import verify_attestation
from pilotage.providers.identity import read_claims
from sigstore_standin.server import Sigstore, serve_sigstore
from sigstore_standin.signing import Signing, change_entry, make_identity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def sigstore() -> Iterator[Sigstore]:
    with serve_sigstore() as served:
        yield served


@pytest.fixture
def signing(tmp_path: Path, sigstore: Sigstore) -> Signing:
    return Signing(tmp_path, sigstore)


@pytest.mark.parametrize("part", ["signedEntryTimestamp", "rootHash", "checkpoint", "hashes", "body", "late"])
def test_a_log_s_word_that_does_not_hold_is_never_sent(signing: Signing, part: str) -> None:
    signing.sigstore.tamper = lambda answer: change_entry(answer, part)
    error = signing.refusal()
    assert type(error) is RemoteError
    assert f"the attestation of {signing.dists[0].name} does not verify" in error.message
    assert not list(signing.folder.glob("*.attestation"))


def test_a_certificate_of_an_unknown_authority_is_refused(signing: Signing, tmp_path: Path) -> None:
    with serve_sigstore() as other:
        trust = json.loads(signing.trust.read_text())
        trust["signingConfig"] = json.loads(other.render_trust())["signingConfig"]
        signing.trust.write_text(json.dumps(trust))
        error = signing.refusal()
    assert type(error) is RemoteError
    assert (tmp_path / "trust.json").exists()


CLAIMS = read_claims(make_identity())


def read_root(signing: Signing) -> TrustedRoot:
    return ClientTrustConfig.from_json(signing.trust.read_text()).trusted_root


def sign_statement(signing: Signing, dist: Dist, predicate: str, *more: Dist) -> str:
    """Sign a statement that ours never makes, with the real library."""
    config = ClientTrustConfig.from_json(signing.trust.read_text())
    subjects = [Subject(name=each.name, digest=DigestSet(root={"sha256": each.sha256})) for each in (dist, *more)]
    statement = StatementBuilder().subjects(subjects).predicate_type(predicate).predicate({}).build()
    context = SigningContext.from_trust_config(config)
    bundle = Signer(IdentityToken(make_identity().reveal()), context).sign_dsse(statement)
    return Attestation.from_bundle(bundle).model_dump_json()


PUBLISH = "https://docs.pypi.org/attestations/publish/v1"


def test_a_statement_is_about_one_file_by_name_and_digest(signing: Signing) -> None:
    wheel, sdist = signing.dists
    root = read_root(signing)
    made = sign_statement(signing, wheel, PUBLISH)
    verify_attestation(wheel, made, claims=CLAIMS, root=root)
    for other in (sdist, Dist(wheel.name, "0" * 64, wheel.size), Dist(sdist.name, wheel.sha256, wheel.size)):
        with pytest.raises(RemoteError, match="it is about another file"):
            verify_attestation(other, made, claims=CLAIMS, root=root)


def test_a_statement_about_several_files_is_not_pypi_s(signing: Signing) -> None:
    made = sign_statement(signing, signing.dists[0], PUBLISH, signing.dists[1])
    with pytest.raises(RemoteError, match="it is about another file"):
        verify_attestation(signing.dists[0], made, claims=CLAIMS, root=read_root(signing))


def test_a_statement_of_another_kind_is_not_what_a_publish_job_says(signing: Signing) -> None:
    made = sign_statement(signing, signing.dists[0], "https://slsa.dev/provenance/v1")
    with pytest.raises(RemoteError, match=r"it states https://slsa\.dev/provenance/v1"):
        verify_attestation(signing.dists[0], made, claims=CLAIMS, root=read_root(signing))


def encode(text: bytes) -> str:
    return base64.b64encode(text).decode()


@pytest.mark.parametrize("part", ["statement", "signature", "certificate", "entries", "json"])
def test_an_attestation_with_one_part_of_another_is_no_proof(signing: Signing, part: str) -> None:
    wheel, sdist = signing.dists
    texts = signing.sign()
    (made,), (other,) = json.loads(texts[wheel.name]), json.loads(texts[sdist.name])
    match part:
        case "statement":
            statement = base64.b64decode(made["envelope"]["statement"]).replace(b"null", b"{}")
            made["envelope"]["statement"] = encode(statement)
        case "signature":
            made["envelope"]["signature"] = other["envelope"]["signature"]
        case "certificate":
            signing.attestation_of(wheel).unlink()
            (again,) = json.loads(signing.sign(wheel)[wheel.name])
            made["verification_material"]["certificate"] = again["verification_material"]["certificate"]
        case "entries":
            entries = other["verification_material"]["transparency_entries"]
            made["verification_material"]["transparency_entries"] = entries
        case "json":
            made["verification_material"] = {}
    with pytest.raises(RemoteError, match="does not verify"):
        verify_attestation(wheel, json.dumps(made), claims=CLAIMS, root=read_root(signing))


def test_what_another_sigstore_signed_is_no_proof(signing: Signing) -> None:
    wheel = signing.dists[0]
    made = sign_statement(signing, wheel, PUBLISH)
    with serve_sigstore() as other:
        root = ClientTrustConfig.from_json(other.render_trust()).trusted_root
    with pytest.raises(RemoteError, match="does not verify"):
        verify_attestation(wheel, made, claims=CLAIMS, root=root)


def test_the_public_sigstore_s_own_root_does_not_know_a_stand_in(
    signing: Signing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The root that the library ships is read as it is in production, from a fresh cache and without the network."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    root = ClientTrustConfig.production(offline=True).trusted_root
    wheel = signing.dists[0]
    made = sign_statement(signing, wheel, PUBLISH)
    with pytest.raises(RemoteError, match="does not verify"):
        verify_attestation(wheel, made, claims=CLAIMS, root=root)
