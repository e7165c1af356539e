"""A stand-in of Fulcio and of its certificate log: short-lived certificates for GitHub's identities.

Sources: Fulcio's API and its page of object identifiers, RFC 6962 (signed certificate timestamps).
The identity tokens' signatures are not looked at, as with the embedded index: nothing here leaves the loopback.
"""

from __future__ import annotations

import base64
import hashlib
import struct
from datetime import UTC, datetime, timedelta

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

GITHUB = "https://github.com"
LIFE = timedelta(minutes=10)
_SCT_LIST = x509.ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")
_FULCIO = "1.3.6.1.4.1.57264.1"


class RefusedError(Exception):
    """What a service answers with a status of its own."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


def read_identity(token: str) -> dict[str, object]:
    """Read the claims of an identity token for Sigstore; RefusedError for another one."""
    try:
        payload = token.split(".")[1]
        claims = msgspec.json.decode(
            base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)), type=dict[str, object]
        )
    except (IndexError, ValueError) as exc:
        raise RefusedError(400, "There was an error processing the identity token") from exc
    if claims.get("aud") != "sigstore":
        raise RefusedError(400, "There was an error processing the identity token: audience")
    return claims


def public_bytes(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Give a key's public half as a SubjectPublicKeyInfo, DER."""
    return key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def key_id(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Give the name that logs know a key by (RFC 6962, section 3.2)."""
    return hashlib.sha256(public_bytes(key)).digest()


class Authority:
    """A certificate authority and the log that its certificates stand in.

    Args:
        now: The time of the certificates.
    """

    def __init__(self, now: datetime) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.log_key = ec.generate_private_key(ec.SECP256R1())
        self.now = now.replace(microsecond=0)
        self.root = self._make_root()

    def _make_root(self) -> x509.Certificate:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "stand-in")])
        usage = x509.KeyUsage(
            digital_signature=False,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=True,
            crl_sign=True,
            encipher_only=False,
            decipher_only=False,
        )
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.now - timedelta(days=1))
            .not_valid_after(self.now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), critical=False)
            .sign(self.key, hashes.SHA256())
        )

    def issue(self, request: str, token: str) -> list[str]:
        """Issue a certificate for a request (PEM, base64) and an identity; the chain as PEM, the leaf first."""
        claims = read_identity(token)
        asked = x509.load_pem_x509_csr(base64.b64decode(request))
        builder = self._describe(asked, claims)
        # The log signs the certificate as it is without the log's own word (RFC 6962, section 3.2).
        unlogged = builder.sign(self.key, hashes.SHA256()).tbs_certificate_bytes
        word = x509.UnrecognizedExtension(_SCT_LIST, self._log(unlogged))
        leaf = builder.add_extension(word, critical=False).sign(self.key, hashes.SHA256())
        return [each.public_bytes(serialization.Encoding.PEM).decode() for each in (leaf, self.root)]

    def _describe(self, asked: x509.CertificateSigningRequest, claims: dict[str, object]) -> x509.CertificateBuilder:
        usage = x509.KeyUsage(
            digital_signature=True,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=False,
            crl_sign=False,
            encipher_only=False,
            decipher_only=False,
        )
        name = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(f"{GITHUB}/{claims['job_workflow_ref']}")])
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([]))
            .issuer_name(self.root.subject)
            .public_key(asked.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.now)
            .not_valid_after(self.now + LIFE)
            .add_extension(usage, critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
            .add_extension(name, critical=True)
        )
        for number, text in _read_extensions(claims).items():
            value = x509.UnrecognizedExtension(x509.ObjectIdentifier(f"{_FULCIO}.{number}"), _encode_text(text))
            builder = builder.add_extension(value, critical=False)
        return builder

    def _log(self, unlogged: bytes) -> bytes:
        """Return the list of one signed certificate timestamp for a certificate, as its extension holds it."""
        when = int(self.now.timestamp()) * 1000
        entry = key_id(self.key) + struct.pack("!I", len(unlogged))[1:] + unlogged
        signed = struct.pack("!BBQH", 0, 0, when, 1) + entry + struct.pack("!H", 0)
        signature = self.log_key.sign(signed, ec.ECDSA(hashes.SHA256()))
        word = struct.pack("!B32sQHBBH", 0, key_id(self.log_key), when, 0, 4, 3, len(signature)) + signature
        words = struct.pack("!H", len(word)) + word
        return _encode(0x04, struct.pack("!H", len(words)) + words)


def _read_extensions(claims: dict[str, object]) -> dict[int, str]:
    found = {
        8: claims["iss"],
        9: f"{GITHUB}/{claims['job_workflow_ref']}",
        12: f"{GITHUB}/{claims['repository']}",
        13: claims.get("sha", "0" * 40),
        14: claims["ref"],
        16: f"{GITHUB}/{claims['repository_owner']}",
        17: claims["repository_owner_id"],
        18: f"{GITHUB}/{claims['workflow_ref']}",
        20: claims["event_name"],
    }
    return {number: str(text) for number, text in found.items()}


def _encode_text(text: str) -> bytes:
    return _encode(0x0C, text.encode())


def _encode(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def make_authority() -> Authority:
    """Make an authority whose certificates are good now."""
    return Authority(datetime.now(UTC))
