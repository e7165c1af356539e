"""Index clients against a scripted server, and the pages that it gives."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pilotage.errors import RemoteError
from pilotage.model.indexaddress import IndexAddress
from pilotage.model.patience import Patience
from pilotage.model.secret import Credentials, Secret
from pilotage.providers.http import open_session
from pilotage.providers.index import Index
from providers.scriptedserver import Reply, Script, serve_script

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pilotage.model.dist import IndexProject

JSON_TYPE = "application/vnd.pypi.simple.v1+json"
SHA = "a" * 64
BUSY = Reply(503, b"busy")
CREDENTIALS = Credentials("__token__", Secret("hünter2"))


def page(*files: Mapping[str, object], **more: object) -> Reply:
    content = {"meta": {"api-version": "1.4"}, "name": "my-pkg", "files": files, **more}
    return Reply(200, json.dumps(content).encode(), {"Content-Type": JSON_TYPE})


def html(text: str) -> Reply:
    return Reply(200, text.encode(), {"Content-Type": "text/html; charset=utf-8"})


def open_index(
    script: Script, waits: list[float], *, credentials: Credentials | None = None, attempts: int = 3
) -> Index:
    address = IndexAddress.parse(f"{script.url}/legacy/")
    patience = Patience(attempts=attempts, first_wait=1.0, longest_wait=8.0)
    return Index(address, credentials=credentials, session=open_session(), patience=patience, sleep=waits.append)


def observe(*replies: Reply, waits: list[float] | None = None) -> IndexProject:
    with serve_script(*replies) as script:
        return open_index(script, [] if waits is None else waits).observe_project("My.Pkg")


def refusal(*replies: Reply, waits: list[float] | None = None) -> RemoteError:
    with pytest.raises(RemoteError) as caught:
        observe(*replies, waits=waits)
    return caught.value
