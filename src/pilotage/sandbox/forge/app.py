"""The forge's front door: counts, logs, strikes with faults, and hands each request to REST, GraphQL or git."""

from __future__ import annotations

import contextlib
import json
import socket
import time
import traceback
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from werkzeug.wrappers import Request as WebRequest
from werkzeug.wrappers import Response

from pilotage.sandbox.forge import (
    rest_actions,
    rest_deployments,
    rest_git,
    rest_issues,
    rest_pulls,
    rest_releases,
    rest_repository,
)
from pilotage.sandbox.forge.access import Permission, Viewer, parse_token
from pilotage.sandbox.forge.addresses import GRAPHQL, REST, STORAGE, UPLOADS
from pilotage.sandbox.forge.call import Answer, Call, Visit
from pilotage.sandbox.forge.faults import Fault, FaultKind
from pilotage.sandbox.forge.graphql import answer_graphql, operation_name
from pilotage.sandbox.forge.protection import check_archive
from pilotage.sandbox.forge.refusals import Refusal, not_found
from pilotage.sandbox.forge.routing import Match, Router
from pilotage.sandbox.forge.transport import answer_git

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIEnvironment

    from pilotage.sandbox.forge.log import Kind, Request
    from pilotage.sandbox.forge.site import Site

_ROUTER: Final = Router(
    rest_actions.routes,
    rest_deployments.routes,
    rest_git.routes,
    rest_issues.routes,
    rest_pulls.routes,
    rest_releases.routes,
    rest_repository.routes,
)
_LIMIT: Final = 5000
_HTML: Final = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n"
_BEFORE: Final = {FaultKind.LOST_BEFORE, FaultKind.DEAD_BEFORE}
_CUTTING: Final = _BEFORE | {FaultKind.LOST_AFTER, FaultKind.DEAD_AFTER}
_SECONDARY: Final = (
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. "
    "If you reach out to GitHub Support for help, please include the request ID."
)


class Door:
    """The WSGI application of one site.

    Args:
        site: What it opens.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, or cut its connection."""
        web = WebRequest(environ)
        if not web.path.startswith(("/api/", STORAGE)):
            return self._git(web, environ, start_response)
        content = web.get_data()
        request = self._request(web, content)
        count = self._site.weather.count_request()
        self._site.call_hook(request)
        fault = self._strike(request, count)
        try:
            broken = fault is not None and fault.kind is FaultKind.BROKEN_UPLOAD
            answer = self._faulty(fault) or self._answer(web, request, content, is_broken=broken)
        except Exception:  # noqa: BLE001 - a bug of the forge must reach the test that met it
            answer = Answer({"message": traceback.format_exc()}, status=500)
        request.answer = answer.body
        if fault is not None and fault.kind in _CUTTING:
            _cut(environ)
        if fault is not None and fault.kind in {FaultKind.SERVER_ERROR_AFTER, FaultKind.BROKEN_UPLOAD}:
            answer = _bad_gateway()
        request.status = answer.status
        response = self._response(answer, count)
        if fault is not None and fault.kind is FaultKind.CUT_BODY:
            response.headers["Content-Length"] = str(len(response.get_data()))
            response.response = _half(response.get_data(), environ)
        return response(environ, start_response)

    def _request(self, web: WebRequest, content: bytes) -> Request:
        kind: Kind = "graphql" if web.path == GRAPHQL else "storage" if web.path.startswith(STORAGE) else "rest"
        prefix = UPLOADS if web.path.startswith(UPLOADS) else REST
        path = web.path if kind == "graphql" else web.path.removeprefix(prefix)
        body = None
        with contextlib.suppress(ValueError):
            body = json.loads(content)
        match = _ROUTER.find(web.method, path) if kind == "rest" else None
        request = self._site.log_request(kind, web.method, path)
        request.query = web.args.to_dict()
        request.body = body
        request.operation = operation_name(body) if kind == "graphql" else match.route.template if match else ""
        return request

    def _strike(self, request: Request, count: int) -> Fault | None:
        """Find out what hits this request, and wait when it is slowness."""
        weather = self._site.weather
        fault = Fault(FaultKind.DEAD_BEFORE) if weather.is_dead else weather.take(request, count)
        if fault is None:
            return None
        request.fault = fault.kind.value
        if fault.kind in {FaultKind.DEAD_BEFORE, FaultKind.DEAD_AFTER}:
            weather.is_dead = True
        if fault.kind is FaultKind.SLOW:
            time.sleep(fault.seconds)
        return fault

    def _faulty(self, fault: Fault | None) -> Answer | None:
        """Give the answer in the place of the effect (status 0: it will be cut); None when the effect happens."""
        kind = fault.kind if fault is not None else None
        if kind in _BEFORE:
            return Answer(status=0)
        if kind is FaultKind.SERVER_ERROR:
            return _bad_gateway()
        if fault is not None and kind is FaultKind.SECONDARY_LIMIT:
            return Answer(Refusal(403, _SECONDARY).body(), 403, {"Retry-After": f"{fault.seconds:g}"})
        if kind is FaultKind.RATE_LIMIT:
            message = "API rate limit exceeded for installation ID 1."
            headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(time.time()) + 1)}
            return Answer(Refusal(403, message).body(), 403, headers)
        return None

    def _viewer(self, request: Request, login: str) -> Viewer:
        if request.kind == "storage":
            if login:
                raise Refusal(400, "Only one auth mechanism allowed")
            return Viewer("", Permission.READ)
        token = parse_token(login)
        viewer = self._site.viewer(token)
        if viewer is None:
            raise Refusal(401, "Bad credentials" if token else "Requires authentication")
        return viewer

    def _answer(self, web: WebRequest, request: Request, content: bytes, *, is_broken: bool) -> Answer:
        login = web.headers.get("Authorization", "")
        try:
            viewer = self._viewer(request, login)
        except Refusal as refusal:
            return _refused(refusal)
        request.login = viewer.login
        with self._site.lock:
            visit = Visit(
                site=self._site,
                token=parse_token(login),
                viewer=viewer,
                server=web.host_url.rstrip("/"),
                url=web.base_url,
                query=request.query,
                content=content,
                content_type=web.mimetype,
                json=request.body,
                accept=web.headers.get("Accept", ""),
                is_broken=is_broken,
            )
            if request.kind == "graphql":
                return answer_graphql(visit)
            try:
                return self._rest(visit, request)
            except Refusal as refusal:
                return _refused(refusal)

    def _rest(self, visit: Visit, request: Request) -> Answer:
        if request.path == "/rate_limit":
            return Answer(_rate_limit(self._site.weather.count))
        if request.kind == "storage":
            name = request.path.removeprefix(STORAGE)
            number = int(name) if name.isdecimal() else 0
            signature = visit.query.get("signature", "")
            return rest_releases.open_storage(self._site.holder(number), number, signature=signature)
        match = _ROUTER.find(request.method, request.path)
        if match is None:
            raise not_found()
        call = visit.enter(self._site.find(f"{match.values.pop('owner')}/{match.values.pop('repo')}"))
        if call is None:
            raise not_found()
        refusal = _check_access(call, match)
        answer = match.route.handler(call, **match.values) if refusal is None else _refused(refusal)
        answer.headers["x-accepted-github-permissions"] = f"{match.route.permission}={match.route.level}"
        return answer

    def _response(self, answer: Answer, count: int) -> Response:
        data = answer.raw
        if data is None:
            data = b"" if answer.body is None else json.dumps(answer.body).encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "x-ratelimit-limit": str(_LIMIT),
            "x-ratelimit-remaining": str(max(_LIMIT - count, 1)),
            "x-ratelimit-used": str(count),
            "x-ratelimit-reset": str(int(time.time()) + 3600),
            "x-ratelimit-resource": "core",
        }
        return Response(data, status=answer.status, headers=headers | answer.headers)

    def _git(self, web: WebRequest, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = self._site.log_request("git", web.method, web.path)
        request.query = web.args.to_dict()
        request.operation = request.query.get("service", web.path.rpartition("/")[2])
        if self._site.weather.is_dead:
            request.fault = FaultKind.DEAD_BEFORE.value
            _cut(environ)
        response = answer_git(self._site, web, request)
        request.status = response.status_code
        return response(environ, start_response)


def _check_access(call: Call, match: Match) -> Refusal | None:
    permission = match.route.permission
    number = match.values.get("issue_number")
    if isinstance(number, int) and call.realm.issue(number) is not None:
        permission = "issues"  # what is written to a pull request by the same route asks for another one
    if not call.viewer.may(permission, match.route.level):
        return Refusal(403, "Resource not accessible by integration")
    if match.route.is_write:
        check_archive(call.realm.state)
    return None


def _refused(refusal: Refusal) -> Answer:
    return Answer(refusal.body(), refusal.status)


def _bad_gateway() -> Answer:
    return Answer(status=HTTPStatus.BAD_GATEWAY, raw=_HTML, headers={"Content-Type": "text/html"})


def _rate_limit(used: int) -> dict[str, object]:
    window = {"limit": _LIMIT, "remaining": max(_LIMIT - used, 0), "reset": int(time.time()) + 3600, "used": used}
    return {"resources": {"core": window, "graphql": window, "search": window}, "rate": window}


def _cut(environ: WSGIEnvironment) -> None:
    """Close the connection under the client.

    Raises:
        ConnectionAbortedError: always; the server drops the connection without a word.
    """
    connection = environ.get("werkzeug.socket")
    if isinstance(connection, socket.socket):
        connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError


def _half(data: bytes, environ: WSGIEnvironment) -> Iterator[bytes]:
    yield data[: len(data) // 2]
    _cut(environ)
