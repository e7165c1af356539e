"""Post a message to Slack: by an incoming webhook, or as an app by the Web API.

Slack offers nothing by which a message that is sent twice would be shown once. So a message is sent again only where it
cannot have arrived: the connection never stood, or Slack said "not now" (429). What is unclear is said, not repeated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec
import requests
import urllib3

from pilotage.errors import RemoteError, UsageError
from pilotage.model.indexaddress import is_loopback
from pilotage.providers.httpmessage import Answer, LostError, Request, read_retry_after, render_line

if TYPE_CHECKING:
    from pilotage.model.announcement import Message, Target
    from pilotage.providers.http import Wire

_ANSWER_LIMIT = 256 * 1024
_TOO_MANY_REQUESTS, _SERVER_ERROR = 429, 500
_APP_HINT = "Give PILOTAGE_SLACK_TOKEN the Bot User OAuth Token (xoxb-…) of an app that is installed in the workspace."
_WEBHOOK_HINT = "Make a new webhook (the app's page, Incoming Webhooks) and put its URL into the secret."

_HINTS = {
    # the Web API: https://docs.slack.dev/reference/methods/chat.postMessage#errors
    "invalid_auth": _APP_HINT,
    "not_authed": _APP_HINT,
    "account_inactive": _APP_HINT,
    "token_revoked": _APP_HINT,
    "token_expired": _APP_HINT,
    "not_allowed_token_type": _APP_HINT,
    "missing_scope": "Give the app the bot scope chat:write and install it again.",
    "no_permission": "Give the app the bot scope chat:write and install it again.",
    "channel_not_found": "Correct [tool.pilotage.announce] slack-channel (a name with #, or the channel's ID), and "
    "invite the app to the channel if it is private.",
    "not_in_channel": "Invite the app to the channel (/invite @APP), or give it the bot scope chat:write.public.",
    "is_archived": "The channel is archived. Name another one in [tool.pilotage.announce] slack-channel.",
    "restricted_action": "The workspace lets only some people post there. Ask its administrators.",
    "ekm_access_denied": "The workspace's administrators have suspended posting. Ask them.",
    "msg_too_long": "The text is too long for Slack. Let [tool.pilotage.announce] template write less.",
    "msg_blocks_too_long": "The text is too long for Slack. Let [tool.pilotage.announce] template write less.",
    # webhooks: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling-errors
    "no_service": _WEBHOOK_HINT,
    "no_service_id": _WEBHOOK_HINT,
    "no_team": _WEBHOOK_HINT,
    "no_active_hooks": _WEBHOOK_HINT,
    "invalid_token": _WEBHOOK_HINT,
    "team_disabled": "The workspace is switched off. Take the webhook out of the secret.",
    "user_not_found": _WEBHOOK_HINT,
    "channel_is_archived": "The channel is archived. " + _WEBHOOK_HINT,
    "action_prohibited": "The workspace's administrators have restricted the webhook. Ask them.",
    "posting_to_general_channel_denied": "Only some people may post to this channel. Make a webhook for another one.",
}


class _Said(msgspec.Struct):
    """What the Web API answers: 200 in any case, and `ok`."""

    ok: bool
    error: str = ""
    needed: str = ""


def is_safe_url(url: str) -> bool:
    """Say whether a secret may be sent to an address: https, or http on this very machine; no user in it."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not host or "@" in parts.netloc or not url.isprintable() or " " in url:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))


def post_to_slack(wire: Wire, target: Target, message: Message) -> None:
    """Post a message, once.

    Args:
        wire: The session with its bounds.
        target: A webhook, or an app with its channel.
        message: With blocks and text.

    Raises:
        UsageError: Slack refuses it for a reason that a person can set right.
        LostError: There was no whole answer: whether the message is there is unknown.
        RemoteError: Slack cannot take it now, is out of reach, or answers something else.
    """
    payload: dict[str, object] = {
        "text": message.text or message.title,
        "blocks": list(message.blocks),
        "unfurl_links": False,
        "unfurl_media": False,
    }
    if not message.blocks:
        del payload["blocks"]
    headers = {"Content-Type": "application/json; charset=utf-8", "Accept": "*/*"}
    if target.kind == "slack-app":
        url = f"{target.api_url}chat.postMessage"
        headers["Authorization"] = f"Bearer {target.secret.reveal()}"
        payload |= {"channel": target.channel, "parse": "none", "link_names": False}
    else:
        url = target.secret.reveal()
    if not is_safe_url(url):
        raise UsageError(f"{target.key}: the address is none of https", hint=_WEBHOOK_HINT)
    request = Request(
        url=url,
        method="POST",
        headers=headers,
        data=msgspec.json.encode(payload),
        limit=_ANSWER_LIMIT,
        keep=_ANSWER_LIMIT,
    )
    answer = _send(wire, request, target)
    if target.kind == "slack-app":
        _check_api(answer, target)
    else:
        _check_webhook(answer, target)


def _send(wire: Wire, request: Request, target: Target) -> Answer:
    """Send until there is an answer that says more than "not now"."""
    waits = wire.patience.waits()
    while True:
        wait = next(waits, None)
        answer, lost = _try_once(wire, request)
        if lost is not None:
            if not _never_stood(lost):
                raise LostError(
                    f"{target.key}: no whole answer ({_name(lost)}), so whether the message is there is unknown",
                    hint="Look there. It is not sent again in this run; the next run tries again.",
                )
            if wait is None:
                raise RemoteError(f"{target.key}: out of reach ({_name(lost)})", hint="The next run tries again.")
        elif answer is not None and answer.status != _TOO_MANY_REQUESTS:
            return answer
        else:
            wished = read_retry_after(answer.headers) if answer is not None else 0.0
            if wait is None or wished > wire.patience.longest_wait:
                asked = f" and asks to wait {wished:.0f} s" if wished else ""
                raise RemoteError(f"{target.key}: takes no message now (429){asked}", hint="The next run tries again.")
            wait = max(wait, wished)
        wire.sleep(wait)


def _try_once(wire: Wire, request: Request) -> tuple[Answer | None, BaseException | None]:
    """Send once; give the answer, or why there is none. The error itself names the address, so it stays here."""
    try:
        return wire.send(request), None
    except LostError as exc:
        return None, exc.__cause__ or exc


def _never_stood(lost: BaseException) -> bool:
    """Say whether the connection failed before anything was sent."""
    if isinstance(lost, (requests.ConnectTimeout, requests.exceptions.SSLError, requests.exceptions.InvalidURL)):
        return True
    reason = getattr(lost.args[0], "reason", None) if lost.args else None
    return isinstance(reason, (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ProxyError))


def _name(lost: BaseException) -> str:
    """Name the kind of failure. Its words may hold the address, which is the secret."""
    while (inner := lost.__cause__ or lost.__context__) is not None:
        lost = inner
    return type(lost).__name__


def _check_webhook(answer: Answer, target: Target) -> None:
    if answer.status // 100 == 2:  # noqa: PLR2004 - all of 2xx: compatible services answer 204 too
        return
    code = answer.body[:200].decode("utf-8", "replace").strip()
    raise _refuse(answer, target, code if code in _HINTS else "")


def _check_api(answer: Answer, target: Target) -> None:
    try:
        said = msgspec.json.decode(answer.body, type=_Said)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        said = None
    if said is None or answer.status // 100 != 2:  # noqa: PLR2004 - all of 2xx
        raise _refuse(answer, target, "")
    if said.ok:
        return
    needed = f", needed: {render_line(said.needed)}" if said.needed else ""
    told = f"{target.key}: Slack refuses the message: {render_line(said.error)}{needed}"
    if said.error in _HINTS:
        raise UsageError(_hide(told, target), hint=_HINTS[said.error])
    raise RemoteError(_hide(told, target), hint="https://docs.slack.dev/reference/methods/chat.postMessage#errors")


def _refuse(answer: Answer, target: Target, code: str) -> UsageError | RemoteError:
    if code:
        return UsageError(f"{target.key}: {answer.status}, {code}", hint=_HINTS[code])
    said = "" if answer.status >= _SERVER_ERROR else render_line(answer.body[:400].decode("utf-8", "replace"))
    told = f"{target.key}: answers {answer.status}" + (f": {said}" if said else "")
    hint = "It is not sent again in this run; the next run tries again."
    return RemoteError(_hide(told, target), hint=hint if answer.status >= _SERVER_ERROR else "Check the address.")


def _hide(text: str, target: Target) -> str:
    """Take the secret out of what the other side said: it may repeat it."""
    secret = target.secret.reveal()
    parts = [secret, urlsplit(secret).path] if target.kind == "slack-webhook" else [secret]
    parts += [part for part in parts[-1].split("/") if len(part) >= 6]  # noqa: PLR2004 - shorter ones are words
    for part in sorted(filter(None, parts), key=len, reverse=True):
        text = text.replace(part, "***") if len(part) > 1 else text
    return text
