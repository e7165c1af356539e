"""What attestations the embedded index takes with a file (PEP 740), as strictly as it can without a Sigstore library.

Source: PyPI's upload API page, its server's order of checks and its texts. Signatures, chains and log proofs are not
looked at here: the uploader's tests verify them with the real library.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import msgspec

from pilotage.sandbox.index.wire import RefusalError

if TYPE_CHECKING:
    from pilotage.sandbox.index.form import Upload
    from pilotage.sandbox.index.records import Publisher, TokenScope

PUBLISH, PROVENANCE = "https://docs.pypi.org/attestations/publish/v1", "https://slsa.dev/provenance/v1"
_PREDICATES = (PUBLISH, PROVENANCE)
_STATEMENT = "https://in-toto.io/Statement/v1"
_PREFIX = "Invalid attestations supplied during upload:"
_SOURCE_REPOSITORY, _BUILD_CONFIG = 12, 18
_GITHUB = "https://github.com"


class _Material(msgspec.Struct, forbid_unknown_fields=True):
    certificate: str
    transparency_entries: list[dict[str, object]]


class _Envelope(msgspec.Struct, forbid_unknown_fields=True):
    statement: str
    signature: str


class _Attestation(msgspec.Struct):
    version: int
    verification_material: _Material
    envelope: _Envelope


class _Subject(msgspec.Struct):
    name: str
    digest: dict[str, str]


class _Statement(msgspec.Struct):
    kind: str = msgspec.field(name="_type")
    subject: list[_Subject]
    predicate_type: str = msgspec.field(name="predicateType")


def check_attestations(upload: Upload, scope: TokenScope) -> str | None:
    """Check the form's `attestations`; return the file's provenance as JSON, None when there are none.

    RefusalError (400) with PyPI's text at the first fault.
    """
    text = upload.fields.get("attestations")
    if text is None:
        return None
    if scope.publisher is None:
        raise _refuse("Attestations are only supported when using Trusted Publishing")
    seen: set[str] = set()
    for attestation in _parse(text):
        predicate = _check(attestation, upload, scope.publisher)
        if predicate in seen:
            raise _refuse(
                f"Multiple attestations for the same file with the same predicate type ({predicate}) are not supported"
            )
        seen.add(predicate)
    publisher = {
        "kind": "GitHub",
        "repository": scope.publisher.repository,
        "workflow": scope.publisher.workflow,
        "environment": scope.publisher.environment or None,
    }
    bundle = {"publisher": publisher, "attestations": json.loads(text)}
    return json.dumps({"version": 1, "attestation_bundles": [bundle]})


def _parse(text: str) -> list[_Attestation]:
    try:
        attestations = msgspec.json.decode(text, type=list[_Attestation])
    except (ValueError, msgspec.MsgspecError) as exc:
        raise _refuse(f"Malformed attestations: {exc}") from exc
    if not attestations:
        raise _refuse("Malformed attestations: an empty attestation set is not permitted")
    if any(each.version != 1 or not each.verification_material.transparency_entries for each in attestations):
        raise _refuse("Malformed attestations: version 1 with at least one transparency entry is expected")
    if len(attestations) > len(_PREDICATES):
        raise _refuse(f"A maximum of {len(_PREDICATES)} attestations per file are supported")
    return attestations


def _check(attestation: _Attestation, upload: Upload, publisher: Publisher) -> str:
    """Check one attestation, and return what kind of statement it is."""
    try:
        statement = msgspec.json.decode(_decode(attestation.envelope.statement), type=_Statement)
        certificate = _decode(attestation.verification_material.certificate)
        signature = _decode(attestation.envelope.signature)
    except (ValueError, msgspec.MsgspecError) as exc:
        raise _refuse(f"Malformed attestations: {exc}") from exc
    _check_certificate(certificate, publisher)
    if not signature:
        raise _fail("DSSE: invalid signature")
    if statement.kind != _STATEMENT:
        raise _fail("invalid statement")
    if len(statement.subject) != 1:
        raise _fail("too many subjects in statement (must be exactly one)")
    subject = statement.subject[0]
    if subject.name != upload.filename:
        raise _fail(f"subject does not match distribution name: {subject.name} != {upload.filename}")
    if subject.digest.get("sha256") != upload.digests.sha256:
        raise _fail("subject does not match distribution digest")
    if statement.predicate_type not in _PREDICATES:
        raise _fail(f"unknown attestation type: {statement.predicate_type}")
    return statement.predicate_type


def _check_certificate(certificate: bytes, publisher: Publisher) -> None:
    """Compare the certificate's repository and workflow with the publisher that the token was minted for."""
    if read_claim(certificate, _SOURCE_REPOSITORY) != f"{_GITHUB}/{publisher.repository}":
        raise _fail("Certificate's OIDCSourceRepositoryURI does not match")
    workflow = f"{_GITHUB}/{publisher.repository}/.github/workflows/{publisher.workflow}@"
    if not read_claim(certificate, _BUILD_CONFIG).startswith(workflow):
        raise _fail(
            "Certificate's Build Config URI does not match expected Trusted Publisher "
            f"({publisher.workflow} @ {publisher.repository})"
        )


def read_claim(certificate: bytes, number: int) -> str:
    """Read one of Fulcio's claims (1.3.6.1.4.1.57264.1.NUMBER) out of a certificate in DER; "" when it has none.

    The extension is an identifier followed by an octet string that holds a UTF-8 string, each with its length
    (Fulcio's page of object identifiers; X.690).
    """
    identifier = bytes.fromhex("060a2b0601040183bf3001") + bytes([number])
    at = certificate.find(identifier)
    if at < 0:
        return ""
    octets = _read_value(certificate[at + len(identifier) :], 0x04)
    return _read_value(octets, 0x0C).decode("utf-8", "replace")


def _read_value(data: bytes, tag: int) -> bytes:
    """Read the value of an expected tag; empty when the tag is another."""
    if data[:1] != bytes([tag]) or not data[1:]:
        return b""
    size, start = data[1], 2
    if size & 0x80:
        start += size & 0x7F
        size = int.from_bytes(data[2:start], "big")
    return data[start : start + size]


def _decode(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _refuse(text: str) -> RefusalError:
    return RefusalError(400, f"{_PREFIX} {text}")


def _fail(text: str) -> RefusalError:
    return _refuse(
        f"Could not verify the uploaded artifact using the included attestation: Verification failed: {text}"
    )
