"""git's smart HTTP: git's own CGI program answers, streamed both ways.

Source: git-http-backend(1), gitprotocol-v2(5).
"""

from __future__ import annotations

import subprocess
import threading
import zlib
from typing import TYPE_CHECKING, Final

from werkzeug.wrappers import Response

from pilotage.sandbox.forge.access import parse_token
from pilotage.sandbox.forge.git import git_environment
from pilotage.sandbox.forge.protection import closed_refs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from werkzeug.wrappers import Request as WebRequest

    from pilotage.sandbox.forge.log import Request
    from pilotage.sandbox.forge.realm import Realm
    from pilotage.sandbox.forge.site import Site

_CHUNK: Final = 65536
_PUSH: Final = "git-receive-pack"


def answer_git(site: Site, web: WebRequest, request: Request) -> Response:
    """Answer one request of a git client; a push takes the site's lock and then settles the pull requests."""
    owner, _, rest = web.path.removeprefix("/").partition("/")
    short, slash, path = rest.partition("/")
    realm = site.find(f"{owner}/{short.removesuffix('.git')}")
    token = parse_token(web.headers.get("Authorization", ""))
    viewer = site.viewer(token, realm.state.full_name if realm is not None else "")
    if viewer is None:
        return Response("Authentication required.", 401, {"WWW-Authenticate": 'Basic realm="GitHub"'})
    request.login = viewer.login
    if realm is None or not slash or not viewer.is_admitted:
        return Response("Repository not found.", 404)
    if request.operation != _PUSH:
        return _run_backend(realm, web, f"/{path}", viewer.login)
    if not viewer.may("contents", "write"):
        return Response(f"Permission to {realm.state.full_name}.git denied to {viewer.login}.", 403)
    if realm.state.settings.archived:
        return Response("ERROR: This repository was archived so it is read-only.", 403)
    with site.lock:
        closed = closed_refs(realm) if web.method == "POST" else ()  # they are shown, so that equal ones pass
        response = _run_backend(realm, web, f"/{path}", viewer.login, closed=closed)
        response.set_data(response.get_data())  # the push is done when its report has been read
        realm.settle()
    return response


def _run_backend(realm: Realm, web: WebRequest, path: str, login: str, *, closed: tuple[str, ...] = ()) -> Response:
    git_dir = realm.git.git_dir
    variables = {
        "GIT_PROJECT_ROOT": str(git_dir),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": path,
        "QUERY_STRING": web.query_string.decode(),
        "REQUEST_METHOD": web.method,
        "CONTENT_TYPE": web.headers.get("Content-Type", ""),
        "REMOTE_USER": login,
        "REMOTE_ADDR": "127.0.0.1",
        "GIT_PROTOCOL": web.headers.get("Git-Protocol", ""),
        "GIT_CONFIG_COUNT": str(len(closed)),
    }
    for number, name in enumerate(closed):
        variables |= {f"GIT_CONFIG_KEY_{number}": "receive.hideRefs", f"GIT_CONFIG_VALUE_{number}": name}
    process = subprocess.Popen(
        ["git", "http-backend"],
        env=git_environment() | variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    feeder = threading.Thread(target=_feed, args=(process, _read_body(web)), daemon=True)
    feeder.start()
    status, headers = _read_head(process)
    return Response(_stream(process, feeder), status, headers)


def _read_body(web: WebRequest) -> Iterator[bytes]:
    unzip = zlib.decompressobj(31) if web.headers.get("Content-Encoding") == "gzip" else None
    while chunk := web.stream.read(_CHUNK):
        yield unzip.decompress(chunk) if unzip else chunk


def _feed(process: subprocess.Popen[bytes], chunks: Iterable[bytes]) -> None:
    if process.stdin is None:  # pragma: no cover - it was asked for as a pipe
        return
    try:
        with process.stdin as stdin:
            for chunk in chunks:
                stdin.write(chunk)
    except (ConnectionError, ValueError):
        return  # the backend had enough, or the client went away: its answer tells


def _read_head(process: subprocess.Popen[bytes]) -> tuple[int, list[tuple[str, str]]]:
    status, headers = 200, []
    while process.stdout is not None and (line := process.stdout.readline().strip()):
        name, _, value = line.decode("latin-1").partition(": ")
        if name == "Status":
            status = int(value.split(" ", 1)[0])
        else:
            headers.append((name, value))
    return status, headers


def _stream(process: subprocess.Popen[bytes], feeder: threading.Thread) -> Iterator[bytes]:
    try:
        while process.stdout is not None and (chunk := process.stdout.read1(_CHUNK)):  # type: ignore[attr-defined]  # a buffered pipe
            yield chunk
    finally:
        if process.stdout is not None:
            process.stdout.close()
        process.wait()
        feeder.join()
