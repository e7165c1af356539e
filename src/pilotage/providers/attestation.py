"""Attestations (PEP 740): signed statements that this very job published these very files.

Only PyPI's own predicate, publish/v1, is made. SLSA provenance would state how a file was built, and the publish job
cannot know that: it gets the files from the job that built them, which is the one to attest it (GitHub's own
attestations do). Everything of Sigstore is imported when something is signed: it is the extra `attestations`.
"""

from __future__ import annotations

import base64
import contextlib
import importlib.util
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pilotage.errors import RemoteError
from pilotage.providers.distfile import check_unchanged, read_digests
from pilotage.providers.identity import read_claims

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pilotage.model.dist import Dist
    from pilotage.model.indexaddress import IndexAddress
    from pilotage.model.patience import Patience
    from pilotage.model.secret import Secret
    from pilotage.providers.identity import IdentitySource
    from pilotage.providers.sigstoresigner import SigstoreSigner

AUDIENCE = "sigstore"
"""Whom a job's identity is for when Sigstore makes a certificate of it."""

SUFFIX = ".publish.attestation"
"""What is appended to a file's name for its attestation: PyPI's tools know it, and uv uploads what it finds so."""

_EXTRA = ("pypi_attestations", "sigstore")
_LARGEST = 1024 * 1024


class _Subject(msgspec.Struct):
    name: str
    digest: dict[str, str]


class _Statement(msgspec.Struct):
    subject: list[_Subject]


class _Envelope(msgspec.Struct):
    statement: str


class _Attestation(msgspec.Struct):
    envelope: _Envelope


class Attester:
    """Signs built files with a job's identity.

    Args:
        trust: The trust configuration of a private Sigstore, JSON; None for the public one.
        patience: How often Sigstore is asked.
        sleep: Waits some seconds.
    """

    def __init__(self, trust: Path | None, *, patience: Patience, sleep: Callable[[float], None] = time.sleep) -> None:
        self._trust = trust
        self._patience = patience
        self._sleep = sleep

    def sign(self, folder: Path, dists: Iterable[Dist], identity: Secret) -> dict[str, str]:
        """Sign files, verify what was made, and write each attestation beside its file: all of them or none is sent.

        Each signature is a public log entry for ever, so only what will be sent should be given, and an attestation
        that lies beside its file already is used when it verifies as this very workflow's. It is written again
        otherwise. A folder that cannot be written to is no hindrance.

        Args:
            folder: Where the files are.
            dists: The files.
            identity: The job's identity for the audience `sigstore`.

        Returns:
            By file name what the upload form's field `attestations` takes: a JSON array.

        Raises:
            ConflictError: A file is not what the plan says.
            ConfigError: The trust configuration cannot be read.
            RemoteError: Sigstore is out of reach or refused, or what it made does not verify.
        """
        remove_stale(folder)
        chosen = tuple(dists)
        for dist in chosen:
            check_unchanged(folder / dist.name, dist)
        if not chosen:
            return {}
        # imported here: the extra takes half a second and may be missing where nothing is signed
        from pilotage.providers.sigstoresigner import open_signer  # noqa: PLC0415

        claims = read_claims(identity)
        with open_signer(self._trust, identity, claims=claims, patience=self._patience, sleep=self._sleep) as signer:
            return {dist.name: f"[{_attest(signer, folder / dist.name, dist)}]" for dist in chosen}


def _attest(signer: SigstoreSigner, path: Path, dist: Dist) -> str:
    place = path.with_name(f"{path.name}{SUFFIX}")
    with contextlib.suppress(OSError, UnicodeDecodeError, RemoteError):
        found = place.read_text(encoding="utf-8")
        signer.verify(dist, found)
        return found
    made = signer.sign(dist)
    signer.verify(dist, made)
    with contextlib.suppress(OSError):
        draft = path.with_name(f".{place.name}.new")
        draft.write_text(made, encoding="utf-8")
        draft.replace(place)
    return made


def read_trust(environment: Mapping[str, str]) -> Path | None:
    """Read where the trust configuration of a private Sigstore is; None when the public one is used.

    `PILOTAGE_SIGSTORE_TRUST_CONFIG` is the path of a ClientTrustConfig (sigstore's protobuf-specs) as JSON.
    """
    path = environment.get("PILOTAGE_SIGSTORE_TRUST_CONFIG", "").strip()
    return Path(path) if path else None


def find_attester(
    address: IndexAddress,
    *,
    source: IdentitySource | None,
    has_token: bool,
    is_required: bool,
    trust: Path | None,
    patience: Patience,
) -> Attester | str:
    """Find who can sign what goes on an index, or say in one sentence why nobody can.

    Args:
        address: The index.
        source: Where the job asks for its identity; None when it has none.
        has_token: Whether uploads are signed with a token that a person made.
        is_required: Whether the configuration insists: then also an index is tried that is not PyPI's.
        trust: The trust configuration of a private Sigstore (`PILOTAGE_SIGSTORE_TRUST_CONFIG`); None for the public.
        patience: How often Sigstore is asked.
    """
    is_public = address.name in {"pypi", "testpypi"}
    if has_token:
        return f"{address.name} takes attestations with trusted publishing only, and uploads have an API token"
    if source is None:
        return "the job has no identity to sign with: give it `permissions: id-token: write`"
    if is_public and trust is not None:
        return f"{address.name} trusts the public Sigstore only, and PILOTAGE_SIGSTORE_TRUST_CONFIG names another one"
    if not is_public and trust is None and not is_required:
        return (
            f"only PyPI is known to take attestations, not {address.name}; "
            'set attestations = "required" to send them nevertheless'
        )
    if not all(importlib.util.find_spec(name) for name in _EXTRA):
        return "the extra for it is not installed: pip install 'pilotage[attestations]'"
    return Attester(trust, patience=patience)


def remove_stale(folder: Path) -> tuple[str, ...]:
    """Remove attestations that are not of the present files, and return their names, sorted.

    An attestation whose statement names the present file and its digest stays: somebody made it for these bytes.
    Whatever else has the suffix can only do harm: other tools upload it, and the index refuses the file with it.
    """
    removed = []
    for place in sorted(folder.glob(f"*{SUFFIX}")):
        if place.is_file() and not _is_of_present(place):
            place.unlink()
            removed.append(place.name)
    return tuple(removed)


def _is_of_present(place: Path) -> bool:
    path = place.with_name(place.name.removesuffix(SUFFIX))
    if not path.is_file() or place.stat().st_size > _LARGEST:
        return False
    try:
        attestation = msgspec.json.decode(place.read_bytes(), type=_Attestation)
        statement = msgspec.json.decode(base64.b64decode(attestation.envelope.statement), type=_Statement)
    except (ValueError, msgspec.MsgspecError):
        return False
    return statement.subject == [_Subject(path.name, {"sha256": read_digests(path)[0]})]
