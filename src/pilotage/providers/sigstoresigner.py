"""Signing with Sigstore: a short-lived certificate for the job's identity, an entry of the public log for each file.

Needs the extra `attestations`; only `attestation` imports it.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Self, TypeVar
from urllib.parse import urlsplit

import msgspec
import requests
from pypi_attestations import Attestation, Distribution
from sigstore.errors import Error as SigstoreError
from sigstore.models import ClientTrustConfig
from sigstore.oidc import IdentityToken
from sigstore.sign import Signer, SigningContext

from pilotage.errors import ConfigError, RemoteError
from pilotage.model.indexaddress import is_loopback
from pilotage.providers.attestationcheck import verify_attestation
from pilotage.providers.http import open_session
from pilotage.providers.httpmessage import render_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pilotage.model.claims import Claims
    from pilotage.model.dist import Dist
    from pilotage.model.patience import Patience
    from pilotage.model.secret import Secret

T = TypeVar("T")

_TOO_MANY_REQUESTS, _SERVER_ERROR = 429, 500


class _Said(msgspec.Struct):
    message: str = ""


class SigstoreSigner:
    """One identity with its certificate, which is asked for with the first signature and good for ten minutes.

    Args:
        config: What is trusted, and where the services are.
        identity: The job's identity.
        claims: What it says.
        patience: How often a service is asked.
        sleep: Waits some seconds.
    """

    def __init__(
        self,
        config: ClientTrustConfig,
        identity: Secret,
        *,
        claims: Claims,
        patience: Patience,
        sleep: Callable[[float], None],
    ) -> None:
        self._root = config.trusted_root
        # A PEP 740 attestation has no room for a signed time, which entries of Rekor's second version need.
        config.force_tlog_version = 1
        self._config = config
        self._identity = identity
        self._claims = claims
        self._waits = patience.waits()
        self._sleep = sleep
        self._sessions: list[requests.Session] = []
        self._signer: Signer | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for session in self._sessions:
            session.close()

    def sign(self, dist: Dist) -> str:
        """Sign one file, and return its attestation as JSON.

        Raises:
            RemoteError: A service refused, or is out of reach.
        """
        return self._persist(lambda: self._sign_once(dist))

    def verify(self, dist: Dist, attestation: str) -> None:
        """Verify an attestation without asking anybody.

        Raises:
            RemoteError: It does not prove that this workflow published this file.
        """
        verify_attestation(dist, attestation, claims=self._claims, root=self._root)

    def _sign_once(self, dist: Dist) -> str:
        if self._signer is None:
            self._signer = Signer(IdentityToken(self._identity.reveal()), self._open_context())
        return Attestation.sign(self._signer, Distribution(name=dist.name, digest=dist.sha256)).model_dump_json()

    def _open_context(self) -> SigningContext:
        services = self._config.signing_config
        fulcio, rekor = services.get_fulcio(), services.get_tlogs()[0]
        # Sigstore's own sessions have no time-outs, and would put a netrc file's credentials above the identity.
        fulcio.session = self._open_session(fulcio.session)
        self._open_session(rekor.log.session)  # type: ignore[attr-defined]  # the first version's client has it
        return SigningContext(fulcio=fulcio, rekor=rekor, trusted_root=self._root)

    def _open_session(self, session: requests.Session) -> requests.Session:
        bounded = open_session()
        session.adapters = bounded.adapters
        session.auth = bounded.auth
        self._sessions.append(session)
        return session

    def _persist(self, act: Callable[[], T]) -> T:
        while True:
            try:
                return act()
            except Exception as exc:  # Sigstore's clients raise many kinds, most of them private
                wait = next(self._waits, None) if _is_passing(exc) else None
                if wait is None:
                    raise RemoteError(
                        f"Sigstore made no attestation: {_describe(exc, self._identity)}",
                        hint='Run again later, or set attestations = "off" in [tool.pilotage.publish].',
                    ) from exc
            self._sleep(wait)


def open_signer(
    trust: Path | None, identity: Secret, *, claims: Claims, patience: Patience, sleep: Callable[[float], None]
) -> SigstoreSigner:
    """Open a signer for one identity.

    Args:
        trust: The trust configuration of a private Sigstore, JSON; None for the public one, whose configuration is
            brought up to date over the network.
        identity: The job's identity.
        claims: What it says.
        patience: How often a service is asked.
        sleep: Waits some seconds.

    Raises:
        ConfigError: The trust configuration cannot be read, or would send the identity in the clear.
        RemoteError: The public Sigstore's configuration cannot be had.
    """
    return SigstoreSigner(_read_config(trust), identity, claims=claims, patience=patience, sleep=sleep)


def _read_config(trust: Path | None) -> ClientTrustConfig:
    if trust is None:
        try:
            return ClientTrustConfig.production()
        except Exception as exc:
            raise RemoteError(
                f"the public Sigstore's configuration cannot be had: {render_line(str(exc)) or type(exc).__name__}",
                hint='Run again later, or set attestations = "off" in [tool.pilotage.publish].',
            ) from exc
    try:
        config = ClientTrustConfig.from_json(trust.read_text(encoding="utf-8"))
        url = config.signing_config.get_fulcio().url
    except (OSError, ValueError, SigstoreError) as exc:
        raise ConfigError(
            f"{trust}: not the trust configuration of a Sigstore (JSON, ClientTrustConfig)",
            hint="Check PILOTAGE_SIGSTORE_TRUST_CONFIG, or leave it out to use the public Sigstore.",
        ) from exc
    parts = urlsplit(url)
    if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
        raise ConfigError(
            f"{trust}: {render_line(url)} would get the job's identity in the clear",
            hint="Give the authority's https address; plain http is only for this very machine.",
        )
    return config


def _walk(exc: BaseException) -> Iterator[BaseException]:
    found: BaseException | None = exc
    while found is not None:
        yield found
        found = found.__cause__ or found.__context__


def _find(exc: BaseException) -> requests.RequestException | None:
    return next((each for each in _walk(exc) if isinstance(each, requests.RequestException)), None)


def _is_passing(exc: BaseException) -> bool:
    """Say whether another try may help: nobody answered, or a service has trouble of its own."""
    found = _find(exc)
    if found is None:
        return False
    status = found.response.status_code if found.response is not None else _SERVER_ERROR
    return status == _TOO_MANY_REQUESTS or status >= _SERVER_ERROR


def _describe(exc: BaseException, identity: Secret) -> str:
    """Return one safe line on what went wrong, with the service's own words where there are any."""
    found = _find(exc)
    text = str(exc) or type(exc).__name__
    if found is not None:
        url = getattr(found.request, "url", None) or ""
        text = f"{urlsplit(url).netloc} gave no answer: {type(found).__name__}"
        if found.response is not None:
            said = _Said()
            with contextlib.suppress(msgspec.MsgspecError, UnicodeDecodeError):
                said = msgspec.json.decode(found.response.content, type=_Said)
            text = f"{urlsplit(url).netloc} answered {found.response.status_code} {said.message}"
    return render_line(text.replace(identity.reveal(), str(identity)))
