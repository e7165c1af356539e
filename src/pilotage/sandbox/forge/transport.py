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
from pilotage.sandbox.forge.frozen import closed_tags
from pilotage.sandbox.forge.git import git_environment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from werkzeug.wrappers import Request as WebRequest

    from pilotage.sandbox.forge.forge import Forge
    from pilotage.sandbox.forge.log import Request

_CHUNK: Final = 65536
_PUSH: Final = "git-receive-pack"


def answer_git(forge: Forge, web: WebRequest, request: Request) -> Response:
    """Answer one request of a git client; a push takes the forge's lock and then settles the pull requests."""
    viewer = forge.viewer(parse_token(web.headers.get("Authorization", "")))
    if viewer is None:
        return Response("Authentication required.", 401, {"WWW-Authenticate": 'Basic realm="GitHub"'})
    request.login = viewer.login
    name = f"/{forge.realm.state.full_name}"
    path = web.path.removeprefix(f"{name}.git").removeprefix(name)
    if not web.path.startswith(name) or not path.startswith("/"):
        return Response("Repository not found.", 404)
    if request.operation != _PUSH:
        return _run_backend(forge, web, path, viewer.login)
    if not viewer.may("contents", "write"):
        return Response(f"Permission to {forge.realm.state.full_name}.git denied to {viewer.login}.", 403)
    with forge.lock:
        closed = closed_tags(forge.realm) if web.method == "POST" else ()  # they are shown, so that equal ones pass
        response = _run_backend(forge, web, path, viewer.login, closed=closed)
        response.set_data(response.get_data())  # the push is done when its report has been read
        forge.realm.settle()
    return response


def _run_backend(forge: Forge, web: WebRequest, path: str, login: str, *, closed: tuple[str, ...] = ()) -> Response:
    git_dir = forge.realm.git.git_dir
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
    for number, tag in enumerate(closed):
        variables |= {f"GIT_CONFIG_KEY_{number}": "receive.hideRefs", f"GIT_CONFIG_VALUE_{number}": f"refs/tags/{tag}"}
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
