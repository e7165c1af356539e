"""A stand-in of Rekor (version 1): a log of envelopes, a Merkle tree with signed checkpoints.

Sources: Rekor's OpenAPI description, RFC 6962 (the tree), the transparency-dev checkpoint format, RFC 8785.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from sigstore_standin.authority import RefusedError, key_id

ORIGIN = "stand-in - 1"


class _Signature(msgspec.Struct):
    sig: str


class _Envelope(msgspec.Struct):
    payload: str
    signatures: list[_Signature]


class _Content(msgspec.Struct):
    envelope: str
    verifiers: list[str]


class _Spec(msgspec.Struct, rename="camel"):
    proposed_content: _Content


class _Proposed(msgspec.Struct, rename="camel"):
    kind: str
    api_version: str
    spec: _Spec


class TransparencyLog:
    """A log with one tree.

    Attributes:
        leaves: The canonical body of every entry so far.
    """

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.leaves: list[bytes] = [b"the first entry", b"the second entry", b"the third entry"]

    def add(self, body: bytes, *, when: int) -> dict[str, object]:
        """Add a proposed entry, and answer as Rekor does."""
        try:
            proposed = msgspec.json.decode(body, type=_Proposed)
            envelope = msgspec.json.decode(proposed.spec.proposed_content.envelope, type=_Envelope)
        except msgspec.MsgspecError as exc:
            raise RefusedError(400, f"invalid entry: {exc}") from exc
        if (proposed.kind, proposed.api_version) != ("dsse", "0.0.1"):
            raise RefusedError(400, "this log takes envelopes only")
        canonical = _encode_entry(proposed.spec.proposed_content, envelope)
        self.leaves.append(canonical)
        index = len(self.leaves) - 1
        leaves = [hashlib.sha256(b"\0" + leaf).digest() for leaf in self.leaves]
        root = _hash_tree(leaves)
        text, log_id = base64.b64encode(canonical).decode(), key_id(self.key).hex()
        promise = _canonical({"body": text, "integratedTime": when, "logID": log_id, "logIndex": index})
        return {
            secrets.token_hex(40): {
                "body": text,
                "integratedTime": when,
                "logID": log_id,
                "logIndex": index,
                "verification": {
                    "signedEntryTimestamp": base64.b64encode(self._sign(promise)).decode(),
                    "inclusionProof": {
                        "logIndex": index,
                        "treeSize": len(leaves),
                        "rootHash": root.hex(),
                        "hashes": [each.hex() for each in _prove(leaves, index)],
                        "checkpoint": self._render_checkpoint(len(leaves), root),
                    },
                },
            }
        }

    def _render_checkpoint(self, size: int, root: bytes) -> str:
        note = f"{ORIGIN}\n{size}\n{base64.b64encode(root).decode()}\n"
        signature = base64.b64encode(key_id(self.key)[:4] + self._sign(note.encode())).decode()
        return f"{note}\n\u2014 stand-in {signature}\n"

    def _sign(self, data: bytes) -> bytes:
        return self.key.sign(data, ec.ECDSA(hashes.SHA256()))


def _encode_entry(content: _Content, envelope: _Envelope) -> bytes:
    payload = base64.b64decode(envelope.payload)
    return _canonical(
        {
            "apiVersion": "0.0.1",
            "kind": "dsse",
            "spec": {
                "envelopeHash": _name_digest(content.envelope.encode()),
                "payloadHash": _name_digest(payload),
                "signatures": [
                    {"signature": each.sig, "verifier": verifier}
                    for each, verifier in zip(envelope.signatures, content.verifiers, strict=True)
                ],
            },
        }
    )


def _name_digest(data: bytes) -> dict[str, str]:
    return {"algorithm": "sha256", "value": hashlib.sha256(data).hexdigest()}


def _canonical(value: dict[str, object]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _split(size: int) -> int:
    """Give the largest power of two below a size."""
    return 1 << ((size - 1).bit_length() - 1)


def _hash_tree(leaves: list[bytes]) -> bytes:
    if len(leaves) == 1:
        return leaves[0]
    middle = _split(len(leaves))
    return hashlib.sha256(b"\1" + _hash_tree(leaves[:middle]) + _hash_tree(leaves[middle:])).digest()


def _prove(leaves: list[bytes], index: int) -> list[bytes]:
    """Give the path from a leaf to the root, the lowest neighbour first (RFC 6962, section 2.1.1)."""
    if len(leaves) == 1:
        return []
    middle = _split(len(leaves))
    if index < middle:
        return [*_prove(leaves[:middle], index), _hash_tree(leaves[middle:])]
    return [*_prove(leaves[middle:], index - middle), _hash_tree(leaves[:middle])]
