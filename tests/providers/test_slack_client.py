from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING

import pytest

from pilotage.errors import PilotageError, RemoteError, UsageError
from pilotage.model.announcement import Message, Target
from pilotage.model.patience import Patience
from pilotage.model.secret import Secret
from pilotage.providers.http import Wire, open_session
from pilotage.providers.httpmessage import LostError
from pilotage.providers.slack import is_safe_url, post_to_slack
from providers.scriptedserver import Reply, Script, serve_script

if TYPE_CHECKING:
    from collections.abc import Callable

BLOCKS: tuple[dict[str, object], ...] = ({"type": "header", "text": {"type": "plain_text", "text": "demo 1.4.0"}},)
MESSAGE = Message("demo 1.4.0", "**fly**", BLOCKS, "demo 1.4.0 ⚠️")
OK = Reply(200, b"ok")
TOKEN = "xoxb-1234-hush-hush"  # noqa: S105 - none
PATH = "/services/T0001/B0002/hushhushhush"


class Poster:
    """Posts to a scripted Slack, and remembers how long it waited."""

    def __init__(self, patience: Patience | None = None) -> None:
        self.waits: list[float] = []
        bounds = patience or Patience(attempts=3, first_wait=1.0, longest_wait=30.0)
        self.wire = Wire(open_session(), bounds, sleep=self.waits.append)

    def webhook(self, url: str, message: Message = MESSAGE) -> None:
        post_to_slack(self.wire, Target("slack", "slack-webhook", Secret(url)), message)

    def app(self, script: Script) -> None:
        target = Target("slack:#releases", "slack-app", Secret(TOKEN), "#releases", f"{script.url}/api/")
        post_to_slack(self.wire, target, MESSAGE)


def failure(act: Callable[[], None]) -> PilotageError:
    with pytest.raises(PilotageError) as caught:
        act()
    told = f"{caught.value.message} {caught.value.hint}"
    assert "hush" not in told, "a secret got out"
    assert caught.value.__cause__ is None, "the cause may name the address"
    return caught.value


def free_port() -> int:
    with socket.socket() as own:
        own.bind(("127.0.0.1", 0))
        return int(own.getsockname()[1])


def test_a_webhook_gets_text_and_blocks_and_unfurls_nothing() -> None:
    with serve_script(OK) as script:
        Poster().webhook(f"{script.url}{PATH}")
    assert [(asked.method, asked.path) for asked in script.asked] == [("POST", PATH)]
    assert script.asked[0].headers["content-type"] == "application/json; charset=utf-8"
    assert json.loads(script.asked[0].body) == {
        "text": "demo 1.4.0 ⚠️",
        "blocks": list(BLOCKS),
        "unfurl_links": False,
        "unfurl_media": False,
    }


def test_an_app_posts_to_its_channel_with_its_token_in_a_header() -> None:
    with serve_script(Reply(200, b'{"ok": true, "ts": "1.2", "channel": "C1"}')) as script:
        Poster().app(script)
    asked = script.asked[0]
    assert (asked.method, asked.path) == ("POST", "/api/chat.postMessage")
    assert asked.headers["authorization"] == f"Bearer {TOKEN}"
    assert json.loads(asked.body) == {
        "channel": "#releases",
        "text": "demo 1.4.0 ⚠️",
        "blocks": list(BLOCKS),
        "unfurl_links": False,
        "unfurl_media": False,
        "parse": "none",
        "link_names": False,
    }


def test_a_message_without_blocks_is_its_title() -> None:
    with serve_script(OK) as script:
        Poster().webhook(f"{script.url}{PATH}", Message("demo 1.4.0", "text"))
    assert json.loads(script.asked[0].body) == {"text": "demo 1.4.0", "unfurl_links": False, "unfurl_media": False}


def test_a_compatible_service_may_answer_with_no_content() -> None:
    with serve_script(Reply(204)) as script:
        Poster().webhook(f"{script.url}{PATH}")
    assert len(script.asked) == 1


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("invalid_auth", "PILOTAGE_SLACK_TOKEN"),
        ("not_authed", "PILOTAGE_SLACK_TOKEN"),
        ("token_revoked", "PILOTAGE_SLACK_TOKEN"),
        ("channel_not_found", "slack-channel"),
        ("not_in_channel", "/invite"),
        ("is_archived", "archived"),
        ("missing_scope", "chat:write"),
        ("msg_blocks_too_long", "too long"),
        ("restricted_action", "administrators"),
    ],
)
def test_what_slack_refuses_is_explained(code: str, word: str) -> None:
    with serve_script(Reply(200, json.dumps({"ok": False, "error": code}).encode())) as script:
        error = failure(lambda: Poster().app(script))
    assert isinstance(error, UsageError)
    assert error.message == f"slack:#releases: Slack refuses the message: {code}"
    assert word in error.hint
    assert len(script.asked) == 1


def test_what_an_app_lacks_is_named() -> None:
    with serve_script(Reply(200, b'{"ok": false, "error": "missing_scope", "needed": "chat:write"}')) as script:
        assert failure(lambda: Poster().app(script)).message.endswith("missing_scope, needed: chat:write")


def test_an_unknown_refusal_is_told_as_it_is_but_for_the_secret() -> None:
    body = json.dumps({"ok": False, "error": f"odd {TOKEN}"}).encode()
    with serve_script(Reply(200, body)) as script:
        error = failure(lambda: Poster().app(script))
    assert isinstance(error, RemoteError)
    assert error.message == "slack:#releases: Slack refuses the message: odd ***"


@pytest.mark.parametrize("reply", [Reply(200, b"<html>login"), Reply(200, b"[]"), Reply(404, b'{"ok": true}')])
def test_an_answer_of_something_else_is_no_success(reply: Reply) -> None:
    with serve_script(reply) as script:
        error = failure(lambda: Poster().app(script))
    assert isinstance(error, RemoteError)
    assert f"answers {reply.status}" in error.message
    assert len(script.asked) == 1


@pytest.mark.parametrize(
    ("status", "code"),
    [(404, "no_service"), (403, "invalid_token"), (410, "channel_is_archived"), (403, "action_prohibited")],
)
def test_a_webhook_that_is_gone_is_explained(status: int, code: str) -> None:
    with serve_script(Reply(status, code.encode())) as script:
        error = failure(lambda: Poster().webhook(f"{script.url}{PATH}"))
    assert isinstance(error, UsageError)
    assert error.message == f"slack: {status}, {code}"
    assert error.hint


def test_what_a_webhook_says_is_told_without_the_secret() -> None:
    with serve_script(Reply(400, f"bad {PATH} or hushhushhush".encode())) as script:
        error = failure(lambda: Poster().webhook(f"{script.url}{PATH}"))
    assert error.message == "slack: answers 400: bad *** or ***"


def test_a_redirect_is_not_followed() -> None:
    with serve_script(Reply(302, headers={"Location": "/elsewhere"})) as script:
        error = failure(lambda: Poster().webhook(f"{script.url}{PATH}"))
    assert error.message == "slack: answers 302"
    assert len(script.asked) == 1


@pytest.mark.parametrize("status", [500, 503])
def test_a_server_error_is_not_sent_again(status: int) -> None:
    with serve_script(Reply(status, b"rollup_error"), OK) as script:
        error = failure(lambda: Poster().webhook(f"{script.url}{PATH}"))
    assert isinstance(error, RemoteError)
    assert error.message == f"slack: answers {status}"
    assert "next run" in error.hint
    assert len(script.asked) == 1


def test_an_answer_that_breaks_off_is_unknown_and_not_sent_again() -> None:
    with serve_script(Reply(0), OK) as script:
        error = failure(lambda: Poster().webhook(f"{script.url}{PATH}"))
    assert isinstance(error, LostError)
    assert error.message.startswith("slack: no whole answer (")
    assert len(script.asked) == 1


def test_a_rate_limit_is_waited_for() -> None:
    poster = Poster()
    with serve_script(Reply(429, headers={"Retry-After": "7"}), Reply(429), OK) as script:
        poster.webhook(f"{script.url}{PATH}")
    assert poster.waits == [7.0, 2.0]
    assert len(script.asked) == 3


def test_a_rate_limit_beyond_the_patience_is_an_error() -> None:
    with serve_script(Reply(429, headers={"Retry-After": "31"})) as script:
        error = failure(lambda: Poster().app(script))
    assert isinstance(error, RemoteError)
    assert error.message == "slack:#releases: takes no message now (429) and asks to wait 31 s"
    assert len(script.asked) == 1


def test_a_rate_limit_without_end_is_an_error() -> None:
    poster = Poster()
    with serve_script(Reply(429)) as script:
        error = failure(lambda: poster.webhook(f"{script.url}{PATH}"))
    assert error.message == "slack: takes no message now (429)"
    assert (len(script.asked), poster.waits) == (3, [1.0, 2.0])


def test_a_service_that_cannot_be_reached_is_tried_again() -> None:
    poster = Poster()
    error = failure(lambda: poster.webhook(f"http://127.0.0.1:{free_port()}{PATH}"))
    assert isinstance(error, RemoteError)
    assert not isinstance(error, LostError)
    assert error.message == "slack: out of reach (ConnectionRefusedError)"
    assert poster.waits == [1.0, 2.0]


def test_a_server_without_tls_gets_nothing() -> None:
    with serve_script(OK) as script:
        error = failure(lambda: Poster().webhook(f"{script.url.replace('http', 'https')}{PATH}"))
    assert "SSLError" in error.message
    assert script.asked == []


@pytest.mark.parametrize(
    "url",
    ["http://hooks.slack.com/services/T/B/hush", "ftp://a/hush", "https://u:hush@a.example/x", "https:///hush",
     "https://[hush", "https://a.example:hush/", "https://a.example/hu sh", "https://a.example/hush\n", "hush"],
)  # fmt: skip
def test_a_secret_is_sent_over_tls_only(url: str) -> None:
    assert not is_safe_url(url)
    assert isinstance(failure(lambda: Poster().webhook(url)), UsageError)


@pytest.mark.parametrize("url", ["https://chat.example/hooks/x", "http://localhost:8065/hooks/x", "http://[::1]/x"])
def test_compatible_services_and_this_machine_are_fine(url: str) -> None:
    assert is_safe_url(url)
