from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from pilotage.errors import PilotageError, RemoteError, UsageError
from pilotage.model.announcement import Message, Target
from pilotage.model.patience import Patience
from pilotage.model.publishrules import AnnounceRules
from pilotage.model.secret import Secret
from pilotage.model.step import Notice
from pilotage.providers.announcetargets import Targets, read_targets
from pilotage.providers.http import Wire, open_session
from pilotage.providers.httpmessage import LostError
from pilotage.providers.notify import _run_bounded, deliver, send
from providers.scriptedserver import Reply, serve_script

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HOOK = "https://hooks.slack.com/services/T0001/B0002/hushhushhush"
BOT = "xoxb-1234-1234-hushhushhush"
DISCORD = "discord://123456789/hushhushhush"
CHANNEL = AnnounceRules(slack_channel="#releases")


def apprise_target(url: str, key: str = "json") -> Target:
    return Target(key, "apprise", Secret(url))


def failure(act: Callable[[], None]) -> PilotageError:
    with pytest.raises(PilotageError) as caught:
        act()
    assert "hush" not in f"{caught.value.message} {caught.value.hint}", "a secret got out"
    return caught.value


def free_port() -> int:
    with socket.socket() as own:
        own.bind(("127.0.0.1", 0))
        return int(own.getsockname()[1])


def targets(rules: AnnounceRules | None = None, **environment: str) -> Targets:
    named = {f"PILOTAGE_{name}": value for name, value in environment.items()}
    found = read_targets(named, rules or AnnounceRules())
    assert "hush" not in repr(found), "a secret got out"
    return found


def keys(found: Targets) -> list[tuple[str, str]]:
    assert found.mistakes == ()
    return [(target.key, target.kind) for target in found.found]


def test_a_message_reaches_a_service_that_speaks_json() -> None:
    with serve_script(Reply()) as script:
        send(apprise_target(script.url.replace("http", "json") + "/hushhush"), "demo 1.4.0", "**fly**\n\n* now")
    told = json.loads(script.asked[0].body)
    assert (script.asked[0].method, script.asked[0].path, len(script.asked)) == ("POST", "/hushhush", 1)
    assert (told["title"], told["message"]) == ("demo 1.4.0", "**fly**\n\n* now")


def test_a_service_of_html_gets_html() -> None:
    with serve_script(Reply()) as script:
        send(apprise_target(script.url.replace("http", "json") + "/?format=html"), "demo", "**fly** a &lt; b")
    message = json.loads(script.asked[0].body)["message"]
    assert "<strong>fly</strong> a &lt; b" in message


def test_a_message_reaches_a_service_that_speaks_xml() -> None:
    with serve_script(Reply()) as script:
        send(apprise_target(script.url.replace("http", "xml") + "/"), "demo <1.4.0>", "a & b")
    assert b"<Subject>demo &lt;1.4.0&gt;</Subject><Message>a &amp; b</Message>" in script.asked[0].body


def test_a_text_that_is_too_long_stays_one_message() -> None:
    with serve_script(Reply()) as script:
        send(apprise_target(script.url.replace("http", "json")), "demo", "x" * 40_000)
    assert len(script.asked) == 1
    assert 30_000 < len(json.loads(script.asked[0].body)["message"]) <= 32_768


def test_a_refusal_is_told_with_its_reason_and_without_the_address(capfd: pytest.CaptureFixture[str]) -> None:
    with serve_script(Reply(500, b"no hushhush")) as script:
        error = failure(lambda: send(apprise_target(script.url.replace("http", "json") + "/hushhush"), "t", "m"))
    assert isinstance(error, RemoteError)
    assert error.message.startswith("json: the message was not taken: Failed to send JSON POST notification")
    assert "error=500" in error.message
    assert len(script.asked) == 1
    assert capfd.readouterr() == ("", "")


def test_a_service_out_of_reach_is_an_error_that_hides_the_address() -> None:
    error = failure(
        lambda: send(apprise_target(f"json://hushuser:hushpass@127.0.0.1:{free_port()}/hushpath"), "t", "m")
    )
    assert isinstance(error, RemoteError)
    assert error.message.startswith("json: the message was not taken: ")


def test_an_address_that_apprise_does_not_know_is_told_by_its_key() -> None:
    error = failure(lambda: send(apprise_target("discord://hushhushhush", "discord"), "t", "m"))
    assert isinstance(error, UsageError)
    assert error.message.startswith("discord: apprise does not know the address: ")
    assert failure(lambda: send(apprise_target("hush://x"), "t", "m")).exit_code == 2


def test_a_service_that_never_ends_is_left_behind() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"json://127.0.0.1:{silent.getsockname()[1]}/?rto=1.5&cto=1.5"
        start = time.monotonic()
        error = failure(lambda: send(apprise_target(url), "t", "m", seconds=0.2))
        assert time.monotonic() - start < 1.4
        time.sleep(2)  # the thread ends within apprise's own time-out, before its socket is closed
    assert isinstance(error, LostError)
    assert "unknown" in error.message


def test_a_service_that_fails_in_apprise_itself_is_an_error() -> None:
    def break_down() -> bool:
        raise RuntimeError("hushhush")

    with pytest.raises(RemoteError) as caught:
        _run_bounded(break_down, 5.0, apprise_target("json://localhost"))
    assert caught.value.message == "json: apprise failed (RuntimeError)"


def test_apprise_says_nothing_to_anybody() -> None:
    program = (
        "import logging; logging.basicConfig(level=logging.DEBUG)\n"
        "from pilotage.providers.notify import find_kind, send\n"
        "from pilotage.model.announcement import Target\n"
        "from pilotage.model.secret import Secret\n"
        "from pilotage.errors import UsageError\n"
        "assert find_kind('discord://hushhushhush') == ''\n"
        "try:\n"
        "    send(Target('d', 'apprise', Secret('discord://hushhushhush')), 't', 'm')\n"
        "except UsageError as exc: print(exc)\n"
    )
    told = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=True)
    assert "discord" in told.stdout.casefold()
    assert "hush" not in f"{told.stdout}{told.stderr}"
    assert told.stderr == ""


def test_without_the_extra_there_is_a_clear_word(tmp_path: Path) -> None:
    (tmp_path / "apprise.py").write_text("raise ImportError('none')")
    program = (
        "from pilotage.providers.announcetargets import read_targets\n"
        "from pilotage.model.publishrules import AnnounceRules\n"
        "from pilotage.errors import UsageError\n"
        f"urls = 'json://a json://b {HOOK}'\n"
        "found = read_targets({'PILOTAGE_ANNOUNCE_URLS': urls}, AnnounceRules())\n"
        "print([target.key for target in found.found])\n"
        "for notice in found.mistakes: print(notice.text, '|', notice.hint)\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{program}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == (
        "['slack']\n"
        "PILOTAGE_ANNOUNCE_URLS: announcing over other services than Slack needs apprise | "
        "Install it: pip install 'pilotage[announce]'\n"
    )


def test_slack_alone_does_not_import_apprise() -> None:
    program = (
        "import sys\n"
        "from pilotage.providers.announcetargets import read_targets\n"
        "from pilotage.model.publishrules import AnnounceRules\n"
        f"read_targets({{'PILOTAGE_ANNOUNCE_URLS': {HOOK!r}}}, AnnounceRules())\n"
        "print('apprise' in sys.modules)\n"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout == "False\n"


def test_each_kind_of_target_gets_the_message() -> None:
    message = Message("demo", "**fly**", ({"type": "divider"},), "demo")
    wire = Wire(open_session(), Patience(attempts=1))
    with serve_script(Reply(200, b'{"ok": true}')) as script:
        deliver(wire, Target("slack", "slack-webhook", Secret(f"{script.url}/hook")), message)
        deliver(wire, Target("slack:#a", "slack-app", Secret(BOT), "#a", f"{script.url}/"), message)
        deliver(wire, apprise_target(script.url.replace("http", "json") + "/json"), message)
    assert [asked.path for asked in script.asked] == ["/hook", "/chat.postMessage", "/json"]


def test_an_empty_environment_names_nobody() -> None:
    assert targets() == ((), ())
    assert targets(SLACK_WEBHOOK=" ", SLACK_TOKEN="", ANNOUNCE_URLS="\n") == ((), ())


def test_slack_is_named_by_webhook_and_by_app() -> None:
    found = targets(CHANNEL, SLACK_WEBHOOK=HOOK, SLACK_TOKEN=BOT)
    assert keys(found) == [("slack", "slack-webhook"), ("slack:#releases", "slack-app")]
    assert [target.secret.reveal() for target in found.found] == [HOOK, BOT]
    assert (found.found[1].channel, found.found[1].api_url) == ("#releases", "https://slack.com/api/")


@pytest.mark.parametrize(
    ("channel", "shown"),
    [("releases", "#releases"), ("#releases", "#releases"), ("C0123ABCDE", "C0123ABCDE"), (" #a-b.c ", "#a-b.c")],
)
def test_a_channel_is_named_or_numbered(channel: str, shown: str) -> None:
    target = targets(AnnounceRules(slack_channel=channel), SLACK_TOKEN=BOT).found[0]
    assert (target.key, target.channel) == (f"slack:{shown}", shown)


def test_the_web_api_may_be_elsewhere() -> None:
    found = targets(CHANNEL, SLACK_TOKEN=BOT, SLACK_API_URL="https://slack-gov.com/api")
    assert found.found[0].api_url == "https://slack-gov.com/api/"


@pytest.mark.parametrize(
    ("url", "want"),
    [
        (HOOK, ("slack", "slack-webhook", HOOK, "")),
        (HOOK.replace(".com", "-gov.com"), None),
        ("slack://T0001/B0002/hushhushhush", ("slack", "slack-webhook", HOOK, "")),
        ("slack://bot@T0001/B0002/hushhushhush/", ("slack", "slack-webhook", HOOK, "")),
        (f"slack://{BOT}/#general", ("slack:#general", "slack-app", BOT, "#general")),
        (f"slack://{BOT}", ("slack:#releases", "slack-app", BOT, "#releases")),
    ],
)
def test_slack_among_the_addresses_is_told_in_blocks_too(url: str, want: tuple[str, str, str, str] | None) -> None:
    target = targets(CHANNEL, ANNOUNCE_URLS=url).found[0]
    want = want or ("slack", "slack-webhook", url, "")
    assert (target.key, target.kind, target.secret.reveal(), target.channel) == want


def test_a_slack_address_with_more_to_it_is_left_to_apprise() -> None:
    assert keys(targets(ANNOUNCE_URLS=f"slack://{BOT}/#a/#b")) == [("slack", "apprise")]


def test_several_of_a_kind_are_numbered_in_their_order() -> None:
    urls = f"{DISCORD} {DISCORD}2\nmailto://u:hush@gmail.com\thttps://discord.com/api/webhooks/123456/hushhushhush3"
    assert [key for key, _ in keys(targets(ANNOUNCE_URLS=urls))] == ["discord", "discord:2", "mailto", "discord:3"]


def test_the_same_target_is_told_once() -> None:
    assert len(targets(CHANNEL, SLACK_WEBHOOK=HOOK, ANNOUNCE_URLS=f"{HOOK} {DISCORD} {DISCORD}").found) == 2


@pytest.mark.parametrize(
    ("environment", "text"),
    [
        ({"SLACK_WEBHOOK": "http://hooks.slack.com/hush"}, "PILOTAGE_SLACK_WEBHOOK is not an address of https"),
        ({"SLACK_TOKEN": "hush hush"}, "PILOTAGE_SLACK_TOKEN is not a token of Slack"),
        ({"SLACK_TOKEN": "hüsh"}, "PILOTAGE_SLACK_TOKEN is not a token of Slack"),
        ({"SLACK_TOKEN": BOT}, "PILOTAGE_SLACK_TOKEN: a Slack app needs a channel"),
        ({"ANNOUNCE_URLS": f"slack://{BOT}"}, "PILOTAGE_ANNOUNCE_URLS: a Slack app needs a channel"),
        ({"ANNOUNCE_URLS": "http://h.example/hush"}, "PILOTAGE_ANNOUNCE_URLS: apprise knows no such address: http://…"),
        ({"ANNOUNCE_URLS": "hush"}, "PILOTAGE_ANNOUNCE_URLS: apprise knows no such address: one without ://"),
        ({"ANNOUNCE_URLS": "discord://hush"}, "PILOTAGE_ANNOUNCE_URLS: apprise knows no such address: discord://…"),
    ],
)
def test_a_mistake_is_a_warning_without_the_secret(environment: dict[str, str], text: str) -> None:
    found = read_targets({f"PILOTAGE_{name}": value for name, value in environment.items()}, AnnounceRules())
    assert "hush" not in repr(found)
    assert found.found == ()
    assert [(notice.level, notice.text) for notice in found.mistakes] == [("warning", text)]
    assert found.mistakes[0].hint


def test_mistakes_beyond_the_addresses_are_warnings_too() -> None:
    odd = targets(AnnounceRules(slack_channel="a b"), SLACK_TOKEN=BOT)
    assert odd.mistakes[0].text == "PILOTAGE_SLACK_TOKEN: a Slack app names no channel that could be one: 'a b'"
    clear = targets(CHANNEL, SLACK_TOKEN=BOT, SLACK_API_URL="http://slack.com/api/")
    assert clear.mistakes == (
        Notice(
            "warning",
            "PILOTAGE_SLACK_API_URL is not an address of https",
            "Take it away; https://slack.com/api/ is built in.",
        ),
    )


def test_one_mistake_keeps_nobody_from_the_others() -> None:
    found = targets(SLACK_WEBHOOK=HOOK, SLACK_TOKEN=BOT, ANNOUNCE_URLS=f"foo://hush {DISCORD}")
    assert [target.key for target in found.found] == ["slack", "discord"]
    assert len(found.mistakes) == 2
