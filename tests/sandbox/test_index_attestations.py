"""What attestations the embedded index takes from whom, with PyPI's texts."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING

import pytest
import requests

from pilotage.sandbox.index import Index, Publisher, TokenScope
from pilotage.sandbox.index.attested import PROVENANCE, PUBLISH, read_claim
from sandbox.index_client import JSON, WHEEL, Client, make_wheel, open_index, refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PUBLISHER = Publisher("demo-pkg", "octo/demo", "release.yml")
REPOSITORY = "https://github.com/octo/demo"
WORKFLOW = f"{REPOSITORY}/.github/workflows/release.yml@refs/heads/main"
MINTED = "minted"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with open_index(Index(tmp_path)) as client:
        client.index.tokens[MINTED] = TokenScope(frozenset({"demo-pkg"}), publisher=PUBLISHER)
        yield client


def encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


def make_certificate(repository: str = REPOSITORY, workflow: str = WORKFLOW) -> bytes:
    """Make the part of a certificate that the index reads: two of Fulcio's claims."""
    return b"before" + render_claim(12, repository) + render_claim(18, workflow) + b"after"


def render_claim(number: int, text: str) -> bytes:
    content = text.encode()
    assert len(content) < 126
    value = bytes([0x04, len(content) + 2, 0x0C, len(content)]) + content
    return bytes.fromhex("060a2b0601040183bf3001") + bytes([number]) + value


def attest(
    name: str = WHEEL,
    content: bytes = b"one",
    *,
    predicate: str = PUBLISH,
    certificate: bytes = make_certificate(),
    subjects: int = 1,
    kind: str = "https://in-toto.io/Statement/v1",
    signature: str = "c2ln",
) -> dict[str, object]:
    subject = {"name": name, "digest": {"sha256": hashlib.sha256(content).hexdigest()}}
    statement = {"_type": kind, "subject": [subject] * subjects, "predicateType": predicate, "predicate": None}
    return {
        "version": 1,
        "verification_material": {"certificate": encode(certificate), "transparency_entries": [{}]},
        "envelope": {"statement": encode(json.dumps(statement).encode()), "signature": signature},
    }


def upload(client: Client, *attestations: object, content: bytes = b"one", token: str = MINTED) -> requests.Response:
    return client.upload(WHEEL, content, token=token, attestations=json.dumps(attestations))


def test_attestations_become_the_file_s_provenance(client: Client) -> None:
    content = make_wheel()
    both = [attest(content=content), attest(content=content, predicate=PROVENANCE)]
    assert upload(client, *both, content=content).status_code == 200
    file = client.get("simple/demo-pkg/", accept=JSON).json()["files"][0]
    provenance = requests.get(file["provenance"], timeout=10).json()
    publisher = {"kind": "GitHub", "repository": "octo/demo", "workflow": "release.yml", "environment": None}
    assert provenance == {"version": 1, "attestation_bundles": [{"publisher": publisher, "attestations": both}]}
    assert "data-provenance" in client.get("simple/demo-pkg/").text


PREFIX = "Invalid attestations supplied during upload: "
FAILED = f"{PREFIX}Could not verify the uploaded artifact using the included attestation: Verification failed: "
MALFORMED = f"{PREFIX}Malformed attestations: "


def change(part: str, name: str, value: object) -> dict[str, object]:
    attestation = json.loads(json.dumps(attest()))
    (attestation[part] if part else attestation)[name] = value
    return dict(attestation)


@pytest.mark.parametrize(
    ("attestations", "reason"),
    [
        ([], f"{MALFORMED}an empty attestation set is not permitted"),
        ([attest(), attest()], f"{PREFIX}Multiple attestations for the same file with the same predicate type"),
        ([attest(), attest(), attest()], f"{PREFIX}A maximum of 2 attestations per file are supported"),
        ([change("", "version", 2)], MALFORMED),
        ([change("verification_material", "transparency_entries", [])], MALFORMED),
        ([change("verification_material", "certificate", "%")], MALFORMED),
        ([change("verification_material", "more", 1)], MALFORMED),
        ([change("envelope", "statement", "%%%")], MALFORMED),
        ([change("envelope", "statement", "W10=")], MALFORMED),
        ([change("envelope", "more", 1)], MALFORMED),
        ([{"version": 1}], MALFORMED),
        ([attest(signature="")], f"{FAILED}DSSE: invalid signature"),
        ([attest(subjects=2)], f"{FAILED}too many subjects in statement"),
        ([attest(subjects=0)], f"{FAILED}too many subjects in statement"),
        ([attest(kind="https://in-toto.io/Statement/v0.1")], f"{FAILED}invalid statement"),
        ([attest("other.whl")], f"{FAILED}subject does not match distribution name: other.whl != {WHEEL}"),
        ([attest(content=b"two")], f"{FAILED}subject does not match distribution digest"),
        ([attest(predicate="https://example.org/x")], f"{FAILED}unknown attestation type: https://example.org/x"),
        ([attest(certificate=b"")], f"{FAILED}Certificate's OIDCSourceRepositoryURI does not match"),
        (
            [attest(certificate=make_certificate("https://github.com/octo/fork"))],
            f"{FAILED}Certificate's OIDCSourceRepositoryURI does not match",
        ),
        (
            [attest(certificate=make_certificate(workflow=WORKFLOW.replace("release", "other")))],
            f"{FAILED}Certificate's Build Config URI does not match expected Trusted Publisher",
        ),
    ],
)
def test_attestations_that_do_not_fit_are_refused(client: Client, attestations: list[object], reason: str) -> None:
    status, said = refusal(upload(client, *attestations))
    assert (status, said.startswith(reason)) == (400, True), said
    assert client.index.world() == {}


@pytest.mark.parametrize("text", ["no json", "{}", "null", "", '"x"', "[[]]"])
def test_a_field_that_is_no_list_of_attestations_is_refused(client: Client, text: str) -> None:
    status, said = refusal(client.upload(WHEEL, b"one", token=MINTED, attestations=text))
    assert (status, said.startswith(MALFORMED)) == (400, True)


def test_attestations_need_trusted_publishing(client: Client) -> None:
    assert refusal(client.upload(WHEEL, b"one", attestations=json.dumps([attest()]))) == (
        400,
        f"{PREFIX}Attestations are only supported when using Trusted Publishing",
    )


def test_attestations_of_a_file_that_is_there_are_dropped(client: Client) -> None:
    client.upload(WHEEL, b"one")
    assert upload(client, attest()).status_code == 200
    assert client.get(f"integrity/demo-pkg/1.0/{WHEEL}/provenance").status_code == 404


@pytest.mark.parametrize(
    ("tail", "expected"),
    [
        (b"\x04\x03\x0c\x01a", "a"),
        (b"\x04\x81\x83\x0c\x81\x80" + b"a" * 128, "a" * 128),
        (b"\x04\x82\x01\x04\x0c\x82\x01\x00" + b"a" * 256 + b"more", "a" * 256),
        (b"\x05\x03\x0c\x01a", ""),
        (b"\x04\x03\x0d\x01a", ""),
        (b"\x04", ""),
        (b"", ""),
        (b"\x04\x02\x0c\x00", ""),
    ],
)
def test_a_claim_is_a_text_in_an_octet_string(tail: bytes, expected: str) -> None:
    assert read_claim(b"x" + bytes.fromhex("060a2b0601040183bf300112") + tail, 18) == expected
