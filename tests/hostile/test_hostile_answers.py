"""A GitHub, or whoever answers in its place, that answers with what no client expects."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from pilotage.errors import PilotageError, RemoteError
from pilotage.model.secret import Secret
from pilotage.providers.githubtransfer import GitHubTransfer
from pilotage.reconcile.bootstrap import Surroundings
from pilotage.reconcile.runevent import run_event
from providers.githubscript import TOKEN, Answer, GitHubScript, serve_answers
from train.harness import HASTY

if TYPE_CHECKING:
    from pathlib import Path

DEEP = b"[" * 200_000
PULL = {
    "action": "opened",
    "pull_request": {
        "number": 1,
        "title": "feat: greet people",
        "head": {"ref": "topic", "repo": {"full_name": "someone/demo"}},
        "base": {"ref": "main"},
    },
    "repository": {"full_name": "acme/demo", "default_branch": "main"},
}
BODIES: dict[str, bytes] = {
    "html": b"<html><title>Sign in</title></html>",
    "nothing": b"",
    "deep": DEEP,
    "deep and whole": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"data":' * 100_000,
    "a number": b"1",
    "a list": b"[]",
    "a text": b'"x"',
    "null": b"null",
    "no data": b"{}",
    "null data": b'{"data": null}',
    "data of a list": b'{"data": []}',
    "data of other things": b'{"data": {"repository": []}}',
    "data of nothing": b'{"data": {"repository": null}}',
    "errors that are a number": b'{"errors": 5}',
    "errors that are a text": b'{"errors": "no"}',
    "errors of odd things": b'{"errors": [null, 1, {"message": {"a": 1}}, {"type": []}]}',
    "a huge number": b'{"data": ' + b"9" * 10_000 + b"}",
    "not utf-8": b'{"data": "\xff\xfe"}',
    "half a character": b'{"data": {"repository": {"name": "\\ud800"}}}',
    "a command": b'{"errors": [{"message": "x\\n::set-output name=version::9\\r::add-mask::a"}]}',
    "much": b'{"data": {"x": "' + b"x" * 20_000_000 + b'"}}',
}


def check(script: GitHubScript, folder: Path, said: list[str]) -> None:
    """Check a pull request of the scripted GitHub."""
    subprocess.run(["git", "init", "-q", "--bare", str(folder / "clone")], check=True)
    environment = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_REPOSITORY": "acme/demo",
        "GITHUB_API_URL": script.url,
        "GITHUB_GRAPHQL_URL": f"{script.url}/graphql",
        "GITHUB_SERVER_URL": script.url,
        "GITHUB_OUTPUT": str(folder / "outputs"),
        "INPUT_TOKEN": TOKEN,
    }
    here = Surroundings(folder / "clone", environment, patience=HASTY)
    run_event(here, name="pull_request_target", text=json.dumps(PULL), place="event.json", tell=said.append)


@pytest.mark.parametrize("what", BODIES)
def test_an_answer_that_makes_no_sense_ends_with_a_word_and_never_in_a_crash(tmp_path: Path, what: str) -> None:
    said: list[str] = []
    with serve_answers(*[Answer(200, BODIES[what])] * 20) as script:
        with pytest.raises(PilotageError) as caught:
            check(script, tmp_path, said)
        assert len(script.questions) <= 10
    assert caught.value.exit_code == 5
    assert len(caught.value.message) < 2000
    assert TOKEN not in caught.value.message + caught.value.hint


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 418, 422])
@pytest.mark.parametrize("what", ["deep", "html", "a list", "not utf-8", "much"])
def test_a_refusal_that_makes_no_sense_is_a_refusal(tmp_path: Path, status: int, what: str) -> None:
    with serve_answers(*[Answer(status, BODIES[what])] * 20) as script, pytest.raises(RemoteError) as caught:
        check(script, tmp_path, [])
    assert f"HTTP {status}" in caught.value.message
    assert len(caught.value.message) < 2000


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_an_answer_that_leads_to_another_host_gets_no_token_there(tmp_path: Path, status: int, scheme: str) -> None:
    with serve_answers(*[Answer(200, {})] * 9) as thief:
        address = thief.url.replace("127.0.0.1", "localhost").replace("http", scheme)
        lure = Answer(status, b"", headers={"Location": f"{address}/graphql"})
        with serve_answers(*[lure] * 20) as script, pytest.raises(RemoteError):
            check(script, tmp_path, [])
        assert [question for question in thief.questions if TOKEN in str(question.headers)] == []


@pytest.mark.parametrize(
    "url",
    [
        "https://uploads.github.com.evil.example/x",
        "https://uploads.github.com@evil.example/x",
        "https://uploads.github.com:8443/x",
        "http://uploads.github.com/x",
        "https://evil.example/uploads.github.com",
        "https://api.github.com:444/x",
        "//uploads.github.com/x",
        "https:uploads.github.com/x",
        "https://[::1]/x",
        "https://127.0.0.1/x",
        "file:///etc/passwd",
        "",
    ],
)
def test_an_upload_address_that_is_not_github_s_gets_neither_file_nor_token(tmp_path: Path, url: str) -> None:
    file = tmp_path / "demo.whl"
    file.write_bytes(b"bytes")
    transfer = GitHubTransfer("https://api.github.com", token=Secret(TOKEN))
    assert not transfer.is_trusted(url)
    with pytest.raises(RemoteError, match="is no place for the uploads"):
        transfer.send(url, file, content_type="application/zip")
    transfer.close()


@pytest.mark.parametrize(
    "url", ["https://uploads.github.com/x", "https://uploads.github.com:443/x", "https://api.github.com/x"]
)
def test_github_s_own_upload_host_is_known(url: str) -> None:
    assert GitHubTransfer("https://api.github.com", token=Secret(TOKEN)).is_trusted(url)
