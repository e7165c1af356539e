"""A job's identity on GitHub Actions: where it is asked for, and how it is read."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import msgspec

from pilotage.errors import ConfigError, RemoteError
from pilotage.model.claims import Claims
from pilotage.model.indexaddress import is_loopback
from pilotage.model.secret import Secret
from pilotage.providers.httpmessage import Answer, GarbledError, Request, render_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from pilotage.providers.http import Wire

_OK = 200
_REFUSED = (400, 401, 403)
_REFUSED_HINT = (
    "The job's right to an identity is gone or was never given: give the publish job `permissions: id-token: write` "
    "and run it again."
)


class IdentitySource(msgspec.Struct, frozen=True):
    """Where a job of GitHub Actions asks for its identity.

    Args:
        url: The value of `ACTIONS_ID_TOKEN_REQUEST_URL`.
        token: The value of `ACTIONS_ID_TOKEN_REQUEST_TOKEN`.
    """

    url: str
    token: Secret


class _Identity(msgspec.Struct):
    value: str


def ask_identity(
    source: IdentitySource, audience: str, *, wire: Wire, mask: Callable[[Secret], None]
) -> tuple[Secret, Claims]:
    """Ask GitHub for the job's identity for one audience; each call gives a new one.

    Args:
        source: Where to ask.
        audience: Whom it shall be for: what an index answers, or `sigstore`.
        wire: The session with its bounds.
        mask: Hides a secret in the log of the run; called before the identity is used.

    Raises:
        ConfigError: The address has no TLS, or GitHub gives identities for another audience only.
        RemoteError: GitHub is out of reach, or refused.
    """
    parts = urlsplit(source.url)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        raise ConfigError("the address that gives the job its identity has no TLS", hint="Use GitHub's own runner.")

    def understand(answer: Answer) -> Secret:
        if answer.status != _OK:
            said = answer.render(source.token)
            hint = _REFUSED_HINT if answer.status in _REFUSED else "Run again later."
            raise RemoteError(f"{parts.netloc} gave no identity for {render_line(audience)!r}: {said}", hint=hint)
        try:
            return Secret(msgspec.json.decode(answer.body, type=_Identity).value)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as exc:
            # The content may hold the identity, so neither it nor the decoder's words are quoted.
            raise GarbledError("an answer that is not the expected JSON") from exc

    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), ("audience", audience)])
    headers = {"Accept": "application/json", "Authorization": f"Bearer {source.token.reveal()}"}
    request = Request(url=urlunsplit(parts._replace(query=query)), headers=headers)
    try:
        identity = wire.read(request, understand, what="an identity")
    except RemoteError as exc:
        # Not chained: the runner's words may repeat the secret that it was asked with.
        said = exc.message.replace(source.token.reveal(), str(source.token))
        raise RemoteError(said, hint=exc.hint) from None
    mask(identity)
    claims = read_claims(identity)
    if claims.aud and claims.aud != audience:
        raise ConfigError(
            f"the job's identity is for the audience {render_line(claims.aud)}, {render_line(audience)} was asked for",
            hint="Whatever stands between the runner and GitHub changes the audience: use GitHub's own runner, or hand "
            "over an API token (input index-token).",
        )
    return identity, claims


def read_claims(identity: Secret) -> Claims:
    """Read what an identity token (a JWT, RFC 7519) says. Its signature is the index's business.

    Raises:
        RemoteError: It is no JWT.
    """
    try:
        _, payload, _ = identity.reveal().split(".")
        said = msgspec.json.decode(
            base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)), type=dict[str, object]
        )
    except ValueError as exc:
        raise RemoteError("GitHub gave an identity that is no JWT", hint="Run the job again.") from exc
    return Claims(
        **{name: str(said[name]) for name in Claims.__struct_fields__ if isinstance(said.get(name), str | int)}
    )


def render_claims(claims: Claims) -> str:
    """Return the claims as lines for a person who looks for the difference."""
    return "\n".join(
        f"  {name}: {render_line(value)}" for name, value in msgspec.structs.asdict(claims).items() if value
    )
