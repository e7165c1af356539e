"""Verifying an attestation (PEP 740) without the network: whose it is, of which bytes, and that the log has it.

Needs the extra `attestations`; only what is imported for signing imports it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from pypi_attestations import Attestation, AttestationType
from sigstore.verify import Verifier, policy

from pilotage.errors import RemoteError
from pilotage.providers.httpmessage import render_line

if TYPE_CHECKING:
    from sigstore.models import TrustedRoot

    from pilotage.model.claims import Claims
    from pilotage.model.dist import Dist

_HOST = "https://github.com"


class _Subject(msgspec.Struct):
    name: str
    digest: dict[str, str]


class _Statement(msgspec.Struct):
    subject: list[_Subject]
    predicate_type: str = msgspec.field(name="predicateType")


def verify_attestation(dist: Dist, attestation: str, *, claims: Claims, root: TrustedRoot) -> None:
    """Verify that an attestation proves: this workflow of this repository published this file.

    Checked are the certificate's chain, its own log entry, its identity (issuer, repository, workflow with its ref, and
    the workflow that the job is written in), the log's proof and promise that the signature is in it, the signature
    itself, and the statement: one subject, with the file's name and digest, and PyPI's publish predicate.

    Args:
        dist: The file.
        attestation: One attestation, JSON.
        claims: What the job's identity says.
        root: Whom to trust.

    Raises:
        RemoteError: It does not prove that; why not is told.
    """
    try:
        bundle = Attestation.model_validate_json(attestation).to_bundle()
        _, payload = Verifier(trusted_root=root).verify_dsse(bundle, _make_policy(claims))
        statement = msgspec.json.decode(payload, type=_Statement)
    except Exception as exc:  # whatever foreign data makes the verifier stumble over: nothing is proven
        raise _refuse(dist, render_line(str(exc)) or type(exc).__name__) from exc
    if statement.subject != [_Subject(dist.name, {"sha256": dist.sha256})]:
        raise _refuse(dist, "it is about another file")
    if statement.predicate_type != AttestationType.PYPI_PUBLISH_V1:
        raise _refuse(dist, f"it states {render_line(statement.predicate_type)}")


def _make_policy(claims: Claims) -> policy.VerificationPolicy:
    return policy.AllOf(
        [
            policy.OIDCIssuerV2(claims.iss),
            policy.OIDCSourceRepositoryURI(f"{_HOST}/{claims.repository}"),
            policy.OIDCBuildConfigURI(f"{_HOST}/{claims.workflow_ref}"),
            policy.Identity(identity=f"{_HOST}/{claims.job_workflow_ref}"),
        ]
    )


def _refuse(dist: Dist, why: str) -> RemoteError:
    return RemoteError(
        f"the attestation of {dist.name} does not verify: {why}",
        hint="It is not sent. Run again; if it stays so, the index would refuse the file with it.",
    )
