"""Trusted publishing: a job's identity is exchanged for an upload token of some minutes, on any index that can.

The exchange is PyPI's (its documentation, Trusted Publishers, Internals; and PEP 807): ask the index for its
audience, GitHub for an identity token for it, the index for an upload token; give that back when it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

import msgspec

from pilotage.errors import ConfigError, RemoteError
from pilotage.model.secret import Credentials, Secret
from pilotage.providers.httpmessage import Answer, GarbledError, LostError, Request, render_line
from pilotage.providers.identity import IdentitySource, ask_identity, render_claims

if TYPE_CHECKING:
    from collections.abc import Callable

    from pilotage.model.claims import Claims
    from pilotage.model.indexaddress import IndexAddress
    from pilotage.providers.http import Wire

T = TypeVar("T")

_OK, _ACCEPTED, _FORBIDDEN, _NOT_FOUND, _UNPROCESSABLE = 200, 202, 403, 404, 422
_JSON = {"Accept": "application/json", "Content-Type": "application/json"}

RENEWAL = 300
"""Seconds before its end from which a token is not used for a further file (PyPI's live 900)."""

_NO_IDENTITY = (
    "Give the publish job `permissions: id-token: write`. A pull request from a fork never gets an identity: publish "
    "from a release or a push in the repository itself."
)
_NO_EXCHANGE = "Check the index's address. An index without trusted publishing takes a token (input index-token)."

_HINTS = {
    "invalid-publisher": "Register exactly these claims as a trusted publisher of the project (in its settings, under "
    "Publishing; before a first release, in your account's): owner, repository, the workflow's file name and the "
    "environment (empty there means any).",
    "invalid-pending-publisher": "Somebody else made a project of this name first. Choose another name, or become a "
    "maintainer of that project and add the publisher there.",
    "not-enabled": "The index has switched trusted publishing off. Try later, or use a token (input index-token).",
    "invalid-reuse-token": "The identity was used already. Run the job again; it gets a new one.",
    "invalid-token": "The index does not accept this identity: check that the job runs on GitHub itself (not on an "
    "Enterprise server) and that the index is the one that was meant.",
    "invalid-payload": "The index could not read the identity, or does not know its issuer: it must be GitHub itself, "
    "not an Enterprise server.",
}


class MintedToken(msgspec.Struct, frozen=True):
    """An upload token.

    Args:
        secret: The token.
        expires: When it ends, in Unix seconds; 0 when the index does not say.
    """

    secret: Secret
    expires: int

    @property
    def credentials(self) -> Credentials:
        """Give what an upload with this token is signed with."""
        return Credentials("__token__", self.secret)

    def is_stale(self, now: float) -> bool:
        """Say whether a new token should be minted before the next file; never so when the end is not known.

        Args:
            now: The time in Unix seconds.
        """
        return bool(self.expires) and now >= self.expires - RENEWAL


class _Audience(msgspec.Struct):
    audience: str


class _Minted(msgspec.Struct):
    token: str
    expires: int = 0


class _Fault(msgspec.Struct):
    code: str = ""
    description: str = ""


class _Faults(msgspec.Struct):
    errors: list[_Fault]
    message: str = ""


class TrustedPublishing:
    """The exchange with one index.

    Args:
        address: The index.
        wire: The session with its bounds.
        mask: Hides a secret in the log of the run; called before the secret is used.
    """

    def __init__(self, address: IndexAddress, *, wire: Wire, mask: Callable[[Secret], None]) -> None:
        self._address = address
        self._wire = wire
        self._mask = mask

    def mint(self, source: IdentitySource | None, *, examine: Callable[[Claims], str]) -> MintedToken:
        """Exchange the job's identity for an upload token.

        Args:
            source: Where to ask for the identity; None when the job has none.
            examine: Looks at the identity before the index does, and raises what is certain to be refused
                (`domains.identity`). Returns what a publisher of this job must say, for the text of a refusal.

        Raises:
            ConfigError: The job has no identity, stands in a reusable workflow, or the index knows no publisher for
                it. All that a person can set right is named.
            RemoteError: The index or GitHub is out of reach, or the index does no trusted publishing.
        """
        if source is None:
            raise ConfigError(f"publishing on {self._address.name} needs an identity of this job", hint=_NO_IDENTITY)
        audience = self._ask_audience()
        waits = self._wire.patience.waits()
        advice: str | None = None
        while True:
            identity, claims = ask_identity(source, audience, wire=self._wire, mask=self._mask)
            if advice is None:
                advice = examine(claims)
            # An identity is good for one try, so each try asks for a new one.
            said = self._try_to_mint(identity, claims, advice)
            if isinstance(said, MintedToken):
                return said
            wait = next(waits, None)
            if wait is None:
                raise RemoteError(
                    f"{self._address.name} gave no upload token: {said}", hint="Nothing was uploaded. Run again later."
                )
            self._wire.sleep(wait)

    def burn(self, token: MintedToken) -> bool:
        """Give a token back, so that it is worth nothing from now on. Returns whether the index said so; never raises.

        An index that cannot do it lets the token end by itself, some minutes later.
        """
        try:
            return self._post("burn-token", token.secret).status == _ACCEPTED
        except RemoteError:
            return False

    def _ask_audience(self) -> str:
        def understand(answer: Answer) -> str:
            if answer.status in {_FORBIDDEN, _NOT_FOUND}:
                does = (
                    "has switched trusted publishing off"
                    if answer.status == _FORBIDDEN
                    else "does no trusted publishing"
                )
                raise RemoteError(
                    f"{self._address.name} {does}: {answer.render()}",
                    hint="Use a token instead (input index-token).",
                )
            return _decode(answer, _Audience).audience

        request = Request(url=f"{self._address.exchange_url}audience", headers={"Accept": "application/json"})
        return self._wire.read(request, understand, what="its audience")

    def _try_to_mint(self, identity: Secret, claims: Claims, advice: str) -> MintedToken | str:
        """Return the token, or what was said when another try may help."""
        try:
            answer = self._post("mint-token", identity)
        except LostError as exc:
            return exc.message
        try:
            if answer.status == _OK:
                minted = _decode(answer, _Minted)
                token = MintedToken(Secret(minted.token), minted.expires)
                self._mask(token.secret)
                return token
            if answer.status == _UNPROCESSABLE:
                # An index may repeat what it was given.
                body = answer.body.replace(identity.reveal().encode(), str(identity).encode())
                raise _explain(self._address.name, msgspec.json.decode(body, type=_Faults), claims, advice)
        except (GarbledError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return f"{answer.status} {render_line(answer.reason)}, and no JSON"
        return answer.render(identity)

    def _post(self, name: str, token: Secret) -> Answer:
        body = msgspec.json.encode({"token": token.reveal()})
        url = f"{self._address.exchange_url}{name}"
        return self._wire.send(Request(method="POST", url=url, headers=_JSON, data=body))


def _decode(answer: Answer, shape: type[T]) -> T:
    if answer.status != _OK:
        raise RemoteError(f"{urlsplit(answer.url).netloc} answered {answer.render()}", hint=_NO_EXCHANGE)
    try:
        return msgspec.json.decode(answer.body, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as exc:
        # The content may hold a token, so it is not quoted.
        raise GarbledError("an answer that is not the expected JSON") from exc


def _explain(place: str, faults: _Faults, claims: Claims, advice: str) -> ConfigError:
    said = "; ".join(f"{fault.code}: {render_line(fault.description)}" for fault in faults.errors) or faults.message
    codes = [fault.code for fault in faults.errors]
    hints = [_HINTS[code] for code in codes if code in _HINTS] or ["Compare the claims with the project's publisher."]
    if advice and "invalid-publisher" in codes:
        hints.append(f"For this job the publisher must say:\n{advice}")
    return ConfigError(
        f"{place} gave no upload token ({render_line(said)}). This job's claims:\n{render_claims(claims)}",
        hint=" ".join(hints),
    )
