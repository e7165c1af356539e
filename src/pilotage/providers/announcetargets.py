"""Read from the environment whom to tell about a release. What is wrong there is a warning, never a failure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pilotage.errors import UsageError
from pilotage.model.announcement import SLACK_API, Target
from pilotage.model.secret import Secret
from pilotage.model.step import Notice
from pilotage.providers.notify import find_kind
from pilotage.providers.slack import is_safe_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pilotage.model.publishrules import AnnounceRules

URLS, WEBHOOK, TOKEN, API_URL = (
    "PILOTAGE_ANNOUNCE_URLS",
    "PILOTAGE_SLACK_WEBHOOK",
    "PILOTAGE_SLACK_TOKEN",
    "PILOTAGE_SLACK_API_URL",
)

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]{0,20})://", re.IGNORECASE)
_CHANNEL = re.compile(r"#?([^\s<>#@,/]{1,80})")
_CHANNEL_ID = re.compile(r"[CGD][A-Z0-9]{7,20}")
_HOOK = re.compile(r"https://hooks\.slack(?:-gov)?\.com/services/[^\s/?]+/[^\s/?]+/[^\s/?]+/?")
_SLACK_HOOK = re.compile(r"slack://(?:[^\s/@]+@)?(T[A-Za-z0-9]+)/(B[A-Za-z0-9]+)/([A-Za-z0-9]+)/?")
_SLACK_APP = re.compile(r"slack://(?:[^\s/@]+@)?(xox[a-z]-[A-Za-z0-9-]+)(?:/(?:#|%23)?([^\s/?#@+&%]+))?/?")


class Targets(NamedTuple):
    """Whom to tell.

    Args:
        found: The targets, each once, in the order in which they are told.
        mistakes: What cannot be used, without any secret.
    """

    found: tuple[Target, ...]
    mistakes: tuple[Notice, ...]


class _MistakeError(Exception):
    """What is wrong with one variable."""

    def __init__(self, text: str, hint: str) -> None:
        super().__init__(text)
        self.notice = Notice("warning", text, hint)


def read_targets(environment: Mapping[str, str], rules: AnnounceRules) -> Targets:
    """Read whom to tell.

    Args:
        environment: Holds `PILOTAGE_SLACK_WEBHOOK`, `PILOTAGE_SLACK_TOKEN`, `PILOTAGE_SLACK_API_URL`, and
            `PILOTAGE_ANNOUNCE_URLS` with URLs between white space. The caller masks them.
        rules: The channel of a Slack app.
    """
    found: list[Target] = []
    mistakes: list[Notice] = []
    seen: set[tuple[Secret, str]] = set()
    counted: dict[str, int] = {}
    for read in _list_readers(environment, rules):
        try:
            target = read.read()
        except _MistakeError as mistake:
            mistakes += [mistake.notice] if mistake.notice not in mistakes else []
            continue
        if (target.secret, target.channel) in seen:
            continue
        seen.add((target.secret, target.channel))
        number = counted[target.key] = counted.get(target.key, 0) + 1
        found.append(target if number == 1 else _number(target, number))
    return Targets(tuple(found), tuple(mistakes))


def _number(target: Target, number: int) -> Target:
    return Target(f"{target.key}:{number}", target.kind, target.secret, target.channel, target.api_url)


class _Reader(NamedTuple):
    """One variable, or one word of it, that names a target."""

    place: str
    value: str
    channel: str
    api_url: str

    def read(self) -> Target:
        """Read the target; raises _MistakeError."""
        if self.place == WEBHOOK:
            if not is_safe_url(self.value):
                raise _MistakeError(
                    f"{WEBHOOK} is not an address of https",
                    "Give the webhook's whole URL: https://hooks.slack.com/services/…, or a compatible service's.",
                )
            return Target("slack", "slack-webhook", Secret(self.value))
        if self.place == TOKEN:
            return self._app(self.value, self.channel)
        return self._read_url()

    def _read_url(self) -> Target:
        if _HOOK.fullmatch(self.value):
            return Target("slack", "slack-webhook", Secret(self.value))
        if hook := _SLACK_HOOK.fullmatch(self.value):
            address = f"https://hooks.slack.com/services/{hook[1]}/{hook[2]}/{hook[3]}"
            return Target("slack", "slack-webhook", Secret(address))
        if app := _SLACK_APP.fullmatch(self.value):
            return self._app(app[1], app[2] or self.channel)
        try:
            kind = find_kind(self.value)
        except UsageError as exc:
            raise _MistakeError(f"{self.place}: {exc.message}", exc.hint) from None
        if not kind:
            scheme = _SCHEME.match(self.value)
            shown = f"{scheme[1]}://…" if scheme else "one without ://"
            raise _MistakeError(
                f"{self.place}: apprise knows no such address: {shown}",
                "https://appriseit.com/services/ shows how the address of each service is written.",
            )
        return Target(kind, "apprise", Secret(self.value))

    def _app(self, token: str, channel: str) -> Target:
        if not token.isascii() or not token.isprintable() or " " in token:
            raise _MistakeError(f"{self.place} is not a token of Slack", "Give the Bot User OAuth Token (xoxb-…).")
        name = _CHANNEL.fullmatch(channel.strip())
        if name is None:
            told = f"names no channel that could be one: {channel[:80]!r}" if channel else "needs a channel"
            raise _MistakeError(
                f"{self.place}: a Slack app {told}",
                'Write [tool.pilotage.announce] slack-channel = "#releases", or the channel\'s ID.',
            )
        if not is_safe_url(self.api_url):
            raise _MistakeError(
                f"{API_URL} is not an address of https", "Take it away; https://slack.com/api/ is built in."
            )
        shown = name[1] if _CHANNEL_ID.fullmatch(name[1]) else f"#{name[1]}"
        return Target(f"slack:{shown}", "slack-app", Secret(token), shown, f"{self.api_url.rstrip('/')}/")


def _list_readers(environment: Mapping[str, str], rules: AnnounceRules) -> Iterator[_Reader]:
    api_url = environment.get(API_URL, "").strip() or SLACK_API
    for place in (WEBHOOK, TOKEN):
        if value := environment.get(place, "").strip():
            yield _Reader(place, value, rules.slack_channel, api_url)
    for word in environment.get(URLS, "").split():
        yield _Reader(URLS, word, rules.slack_channel, api_url)
