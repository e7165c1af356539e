"""A whole stand-in of Sigstore on loopback: certificates, a log, and the trust configuration that clients need.

with serve_sigstore() as sigstore:
    path.write_text(sigstore.render_trust())
"""

from __future__ import annotations

import base64
import contextlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
from cryptography.hazmat.primitives import serialization

from pilotage.sandbox.index.server import Cut, serve_requests
from pilotage.sandbox.index.wire import Answer, Request, render_json
from sigstore_standin.authority import Authority, RefusedError, key_id, make_authority, public_bytes
from sigstore_standin.transparency import TransparencyLog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cryptography.hazmat.primitives.asymmetric import ec

CERTIFICATES, ENTRIES = "/api/v2/signingCert", "/api/v1/log/entries"


class _Asked(msgspec.Struct, rename="camel"):
    certificate_signing_request: str


@dataclass
class Sigstore:
    """The services, what they were asked, and how they fail.

    Args:
        url: Where they are.
        asked: The path of every request so far.
        faults: What the next requests of a path are answered with instead: a status, or 0 for a cut connection.
        words: What such an answer says.
        tamper: Changes the log's answers.
    """

    url: str = ""
    authority: Authority = field(default_factory=make_authority)
    log: TransparencyLog = field(default_factory=TransparencyLog)
    asked: list[str] = field(default_factory=list)
    faults: dict[str, list[int]] = field(default_factory=dict)
    words: str = "a fault was asked for"
    tamper: Callable[[dict[str, object]], dict[str, object]] | None = None

    def answer(self, request: Request) -> Answer:
        """Answer one request."""
        self.asked.append(request.path)
        faults = self.faults.get(request.path)
        if faults:
            status = faults.pop(0)
            if not status:
                raise Cut
            return render_json({"code": status, "message": self.words}, status=status)
        try:
            return self._route(request)
        except RefusedError as exc:
            return render_json({"code": exc.status, "message": exc.text}, status=exc.status)

    def _route(self, request: Request) -> Answer:
        if request.path == CERTIFICATES:
            asked = msgspec.json.decode(request.body, type=_Asked)
            token = request.headers.get("authorization", "").removeprefix("Bearer ")
            chain = self.authority.issue(asked.certificate_signing_request, token)
            return render_json({"signedCertificateEmbeddedSct": {"chain": {"certificates": chain}}})
        if request.path == ENTRIES:
            entry = self.log.add(request.body, when=int(datetime.now(UTC).timestamp()))
            return render_json(self.tamper(entry) if self.tamper else entry, status=201)
        return render_json({"code": 404, "message": "nothing here"}, status=404)

    def render_trust(self) -> str:
        """Render the trust configuration that a client of these services needs, as JSON."""
        root = base64.b64encode(self.authority.root.public_bytes(serialization.Encoding.DER)).decode()
        valid = {"start": _render_time(self.authority.now - timedelta(days=1))}
        service = {"url": self.url, "majorApiVersion": 1, "validFor": valid, "operator": "stand-in"}
        return json.dumps(
            {
                "mediaType": "application/vnd.dev.sigstore.clienttrustconfig.v0.1+json",
                "trustedRoot": {
                    "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
                    "tlogs": [self._describe_log(self.log.key, valid)],
                    "certificateAuthorities": [
                        {
                            "subject": {"organization": "stand-in", "commonName": "stand-in"},
                            "uri": self.url,
                            "certChain": {"certificates": [{"rawBytes": root}]},
                            "validFor": valid,
                        }
                    ],
                    "ctlogs": [self._describe_log(self.authority.log_key, valid)],
                    "timestampAuthorities": [],
                },
                "signingConfig": {
                    "mediaType": "application/vnd.dev.sigstore.signingconfig.v0.2+json",
                    "caUrls": [service],
                    "oidcUrls": [],
                    "rekorTlogUrls": [service],
                    "rekorTlogConfig": {"selector": "ANY"},
                    "tsaUrls": [],
                    "tsaConfig": {"selector": "ANY"},
                },
            },
            indent=1,
        )

    def _describe_log(self, key: ec.EllipticCurvePrivateKey, valid: dict[str, str]) -> dict[str, object]:
        return {
            "baseUrl": self.url,
            "hashAlgorithm": "SHA2_256",
            "publicKey": {
                "rawBytes": base64.b64encode(public_bytes(key)).decode(),
                "keyDetails": "PKIX_ECDSA_P256_SHA_256",
                "validFor": valid,
            },
            "logId": {"keyId": base64.b64encode(key_id(key)).decode()},
        }


def _render_time(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


@contextlib.contextmanager
def serve_sigstore() -> Iterator[Sigstore]:
    """Serve on a free port of 127.0.0.1 until the block ends."""
    sigstore = Sigstore()
    with serve_requests(sigstore.answer) as port:
        sigstore.url = f"http://127.0.0.1:{port}"
        yield sigstore
