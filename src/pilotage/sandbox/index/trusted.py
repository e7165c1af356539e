"""Trusted publishing on the embedded index, and the runner's side that hands out identity tokens.

Source: PyPI's trusted publishing pages and GitHub's OpenID Connect reference. The identity tokens have GitHub's
claims and the shape of a JWT; their signature is a filler, for nothing here leaves the loopback.
"""

from __future__ import annotations

import base64
import json
import secrets
from typing import TYPE_CHECKING

import msgspec
from packaging.utils import canonicalize_name

from pilotage.sandbox.index.records import Project, Publisher, TokenScope
from pilotage.sandbox.index.wire import Answer, RefusalError, Request, render_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pilotage.sandbox.index.world import World

ISSUER = "https://token.actions.githubusercontent.com"
LIFE = 900
"""Seconds that a minted token lives."""

Claims = dict[str, str | int]


class _TokenBody(msgspec.Struct):
    token: str


class _MintError(Exception):
    def __init__(self, code: str, description: str) -> None:
        super().__init__(description)
        self.code = code
        self.description = description


def answer_identity(world: World, request: Request) -> Answer:
    """Hand out an identity token for `?audience=…`, as GitHub does to a job with `id-token: write`."""
    if request.headers.get("authorization") != f"Bearer {world.request_token}":
        raise RefusalError(401, "Unauthorized")
    now = int(world.clock())
    claims: Claims = {
        "iss": ISSUER,
        "aud": request.query.get("audience", "https://github.com"),
        "jti": secrets.token_hex(16),
        "iat": now,
        "nbf": now - 600,
        "exp": now + 300,
        **world.claims,
    }
    token = render_jwt(claims)
    return render_json({"count": len(token), "value": token})


def answer_audience(world: World, _request: Request) -> Answer:
    """Answer the audience that an identity token must name; 403 when trusted publishing is off."""
    if not world.trusted_publishing:
        return render_json({"message": "Trusted publishing functionality not enabled"}, status=403)
    return render_json({"audience": world.audience})


def answer_mint(world: World, request: Request) -> Answer:
    """Exchange an identity token for an upload token; 422 with PyPI's error codes otherwise."""
    try:
        publisher = _admit(world, request)
    except _MintError as exc:
        errors = [{"code": exc.code, "description": exc.description}]
        return render_json({"message": "Token request failed", "errors": errors}, status=422)
    expires = int(world.clock()) + LIFE
    token = f"pypi-{secrets.token_urlsafe(32)}"
    projects = frozenset(
        canonicalize_name(other.project) for other in world.publishers if _identity(other) == _identity(publisher)
    )
    world.tokens[token] = TokenScope(projects, expires, publisher)
    return render_json({"success": True, "token": token, "expires": expires})


def answer_burn(world: World, request: Request) -> Answer:
    """Forget an upload token; 202 whether it existed or not."""
    try:
        body = msgspec.json.decode(request.body, type=_TokenBody)
    except msgspec.DecodeError as exc:
        return render_json({"message": "Token request failed", "errors": [{"description": str(exc)}]}, status=422)
    world.tokens.pop(body.token, None)
    return Answer(202)


def render_jwt(claims: Mapping[str, object]) -> str:
    """Render claims in the shape of a signed JWT."""
    header = {"typ": "JWT", "alg": "RS256", "kid": "sandbox"}
    return ".".join(_encode(part) for part in (json.dumps(header).encode(), json.dumps(claims).encode(), b"unsigned"))


def _encode(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def _admit(world: World, request: Request) -> Publisher:
    if not world.trusted_publishing:
        raise _MintError("not-enabled", "trusted publishing functionality not enabled")
    claims = _read_claims(request.body)
    if claims.get("iss") != ISSUER:
        raise _MintError("invalid-payload", "unknown trusted publishing issuer")
    if claims.get("aud") != world.audience or not _is_current(claims, world.clock()):
        raise _MintError("invalid-token", "malformed or invalid token")
    identifier = str(claims.get("jti", ""))
    if not identifier or identifier in world.spent:
        raise _MintError("invalid-reuse-token", "invalid token: already used")
    # A server keeps an identifier even when no publisher matches: each JWT is good for one try.
    world.spent.add(identifier)
    if claims.get("event_name") == "pull_request_target":
        raise _MintError(
            "invalid-publisher",
            "valid token, but no corresponding publisher (Publishing from a workflow invoked via "
            "'pull_request_target' is not supported.)",
        )
    _reify_pending(world, claims)
    for publisher in world.publishers:
        if _is_match(publisher, claims):
            return publisher
    raise _MintError(
        "invalid-publisher",
        "valid token, but no corresponding publisher (Publisher with matching claims was not found)",
    )


def _read_claims(body: bytes) -> Claims:
    try:
        token = msgspec.json.decode(body, type=_TokenBody).token
        _, payload, _ = token.split(".")
        claims: Claims = msgspec.json.decode(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)), type=Claims)
    except ValueError as exc:  # also binascii.Error, UnicodeDecodeError and msgspec's DecodeError
        raise _MintError("invalid-payload", f"malformed JWT: {exc}") from exc
    return claims


def _is_current(claims: Claims, now: float) -> bool:
    expires, begins = claims.get("exp", 0), claims.get("nbf", 0)
    return isinstance(expires, int) and isinstance(begins, int) and begins <= now < expires


def _reify_pending(world: World, claims: Claims) -> None:
    publisher = next((pending for pending in world.pending if _is_match(pending, claims)), None)
    if publisher is None:
        return
    world.pending.remove(publisher)
    name = canonicalize_name(publisher.project)
    if name in world.projects:
        raise _MintError("invalid-pending-publisher", "valid token, but project already exists")
    world.replace_project(Project(name))
    world.publishers.append(publisher)
    world.pending[:] = [other for other in world.pending if canonicalize_name(other.project) != name]


def _is_match(publisher: Publisher, claims: Claims) -> bool:
    """Compare as PyPI does: the caller's repository, but the workflow file of `job_workflow_ref`."""
    repository = str(claims.get("repository", ""))
    workflow = f"{repository}/.github/workflows/{publisher.workflow}@"
    environment = str(claims.get("environment", ""))
    return (
        repository.lower() == publisher.repository.lower()
        and str(claims.get("job_workflow_ref", "")).startswith(workflow)
        and publisher.environment.lower() in {"", environment.lower()}
    )


def _identity(publisher: Publisher) -> tuple[str, str, str]:
    return publisher.repository.lower(), publisher.workflow, publisher.environment.lower()
