"""What is told about a release that is out, and whom."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from pilotage.model.secret import Secret

SLACK_API = "https://slack.com/api/"
"""Slack's Web API (https://docs.slack.dev/apis/web-api)."""

_KEY = re.compile(r"[^\s<>]{1,100}")


class Announcement(msgspec.Struct, frozen=True, kw_only=True):
    """What is told about one release. Its texts may hold words of strangers; whoever shows them escapes them.

    Args:
        project: The package's name.
        version: The version, as PEP 440 spells it.
        tag: Its tag.
        release_url: The release's page.
        notes: The release's body, Markdown, without hidden comments.
        summary: The notes in short, Markdown: without what `breaking` and `upgrade_path` tell.
        index_pages: The pages of the version on the indexes that it went to: name and URL.
        breaking: What breaks users, one line of Markdown each.
        upgrade_path: What users must do, Markdown; "" when nobody wrote it down.
        is_prerelease: Whether the release is marked as a pre-release.
        repository: `owner/name`.
        repository_url: The repository's page.
        compare_url: The page that compares with the release before; "" when unknown.
    """

    project: str
    version: str
    tag: str
    release_url: str
    notes: str = ""
    summary: str = ""
    index_pages: tuple[tuple[str, str], ...] = ()
    breaking: tuple[str, ...] = ()
    upgrade_path: str = ""
    is_prerelease: bool = False
    repository: str = ""
    repository_url: str = ""
    compare_url: str = ""


class Message(msgspec.Struct, frozen=True):
    """One announcement, ready to be sent.

    Args:
        title: One line of plain text.
        markdown: The text below it, Markdown.
        blocks: The same for Slack: blocks of its Block Kit, ready for JSON.
        text: What Slack shows in a notification, mrkdwn.
    """

    title: str
    markdown: str
    blocks: tuple[dict[str, object], ...] = ()
    text: str = ""


class Target(msgspec.Struct, frozen=True):
    """One place where people are told.

    Args:
        key: Its public name, by which a release remembers that it was told there: `slack`, `slack:#releases`,
            `discord:2`. No white space, no angle brackets, no secret.
        kind: Who sends: a webhook of Slack or of a service that is compatible, an app of Slack, or apprise.
        secret: The webhook's URL, the app's token, apprise's URL.
        channel: The channel that a Slack app writes to.
        api_url: The root of the Web API for a Slack app, with a `/` at the end.
    """

    key: str
    kind: Literal["slack-webhook", "slack-app", "apprise"]
    secret: Secret
    channel: str = ""
    api_url: str = SLACK_API

    def __post_init__(self) -> None:
        if not _KEY.fullmatch(self.key):
            msg = f"a target's key is up to 100 characters without white space and angle brackets, not {self.key!r}"
            raise ValueError(msg)
