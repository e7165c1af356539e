from __future__ import annotations

import re
import time

import msgspec
import pytest

from pilotage.domains.announced import mark_announced
from pilotage.domains.announcement import (
    LONGEST,
    cut_lines,
    describe_announcement,
    list_links,
    read_announcement,
    render_message,
    render_title,
)
from pilotage.domains.notes import render_notes
from pilotage.model.announcement import Announcement, Target
from pilotage.model.change import Change
from pilotage.model.commit import Author
from pilotage.model.notes import NotesData, NotesStyle
from pilotage.model.remote import Release
from pilotage.model.secret import Secret

REPOSITORY = "https://github.com/acme/demo"
PAGE = f"{REPOSITORY}/releases/tag/v2.0.0"
MARKDOWN_STYLES = [style for style in NotesStyle if style.is_markdown]
STEPS = "## Steps\n\n1. Replace the call:\n\n   ```python\n   # the new one\n   post()\n   ```\n\n2. Done."
LONG = "the call named send is gone for good and every caller has to use the one that is named post in all places"


def announced(body: str, *, is_prerelease: bool = False) -> Announcement:
    release = Release(1, "v2.0.0", "v2.0.0", body, is_draft=False, is_prerelease=is_prerelease, url=PAGE)
    return read_announcement(
        release,
        project="demo",
        version="2.0.0",
        repository="acme/demo",
        repository_url=REPOSITORY,
        index_pages=[("PyPI", "https://pypi.org/project/demo/2.0.0/")],
    )


def change(letter: str, subject: str, **more: object) -> Change:
    return msgspec.convert({"sha": letter * 40, "subject": subject, "type": "feat"} | more, Change)


def notes(style: NotesStyle, *changes: Change) -> str:
    data = NotesData(
        "2.0.0",
        "v2.0.0",
        "2026-11-22",
        previous_tag="v1.0.0",
        repository_url=REPOSITORY,
        changes=changes,
        new_contributors=(Author("Ann", login="ann"),),
    )
    return render_notes(data, style=style)


BROKEN = (
    change("a", "drop send", breaking=True, breaking_notes=(LONG,), upgrade_path=STEPS, pull_request=5, scope=("api",)),
    change("b", "require Python 3.11", breaking=True, type="refactor"),
    change("c", "close the file", type="fix", pull_request=6),
)


def plain(markdown: str) -> str:
    """Take marks and links away: styles decorate differently."""
    return re.sub(r"\(?\[[^\]]*\]\([^)]*\)\)?|[*`]|,", "", markdown).strip(" ()")


@pytest.mark.parametrize("style", MARKDOWN_STYLES)
def test_breaking_changes_are_found_in_every_style(style: NotesStyle) -> None:
    breaking = [plain(text).casefold() for text in announced(notes(style, *BROKEN)).breaking]
    assert sorted(breaking) == [f"api: {LONG}", "require python 3.11"]


@pytest.mark.parametrize("style", MARKDOWN_STYLES)
def test_the_upgrade_path_is_found_in_every_style_with_its_code(style: NotesStyle) -> None:
    assert announced(notes(style, *BROKEN)).upgrade_path == (
        "##### Steps\n\n1. Replace the call:\n\n   ```python\n   # the new one\n   post()\n   ```\n\n2. Done."
    )


@pytest.mark.parametrize("style", MARKDOWN_STYLES)
def test_the_summary_says_the_rest_in_every_style(style: NotesStyle) -> None:
    summary = announced(notes(style, *BROKEN)).summary
    assert "lose the file" in summary
    assert f"{REPOSITORY}/commit/" not in summary
    assert "Steps" not in summary
    assert "first contribution" not in summary
    assert "2.0.0" not in summary


@pytest.mark.parametrize("style", [style for style in MARKDOWN_STYLES if style is not NotesStyle.COMMITIZEN])
def test_the_page_that_compares_is_found(style: NotesStyle) -> None:
    links = style in {NotesStyle.PILOTAGE, NotesStyle.RELEASE_PLEASE, NotesStyle.KEEP_A_CHANGELOG}
    assert announced(notes(style, *BROKEN)).compare_url == (f"{REPOSITORY}/compare/v1.0.0...v2.0.0" if links else "")


@pytest.mark.parametrize("style", MARKDOWN_STYLES)
def test_a_release_that_breaks_nothing_says_so_by_silence(style: NotesStyle) -> None:
    told = announced(notes(style, BROKEN[2]))
    assert (told.breaking, told.upgrade_path) == ((), "")


GENERATED = f"""<!-- Release notes generated using configuration in .github/release.yml at main -->

## What's Changed
### Breaking Changes 🛠
* Drop send by @ann in {REPOSITORY}/pull/5
### Other Changes
* feat(api)!: drop more by @bo in {REPOSITORY}/pull/7
* fix: close the file by @bo in {REPOSITORY}/pull/8

## New Contributors
* @bo made their first contribution in {REPOSITORY}/pull/7

**Full Changelog**: {REPOSITORY}/compare/v1.0.0...v2.0.0
"""


def test_githubs_own_notes_are_read() -> None:
    told = announced(GENERATED)
    assert told.breaking == (
        f"Drop send by @ann in {REPOSITORY}/pull/5",
        f"feat(api)!: drop more by @bo in {REPOSITORY}/pull/7",
    )
    assert told.compare_url == f"{REPOSITORY}/compare/v1.0.0...v2.0.0"
    assert told.summary == (
        f"**Other Changes**\n\n* feat(api)!: drop more by @bo in {REPOSITORY}/pull/7\n"
        f"* fix: close the file by @bo in {REPOSITORY}/pull/8"
    )
    assert told.notes.startswith("## What's Changed")


@pytest.mark.parametrize(
    "body",
    ["* **BREAKING:** gone", "- **Breaking Change**: gone", "* [breaking] gone", "1. Breaking changes: gone"],
)
def test_an_entry_that_says_breaking_breaks(body: str) -> None:
    assert announced(f"### Changed\n\n{body}").breaking == ("gone",)


@pytest.mark.parametrize(
    "body",
    [
        "Breaking: a paragraph",
        "* breaking news",
        "* fix: a!: b",
        "### Breaking changes\n\nNone.",
        "## Breaking\n\n- n/a",
    ],
)
def test_what_only_sounds_like_it_breaks_nothing(body: str) -> None:
    assert announced(body).breaking == ()


def test_a_section_of_breaking_changes_holds_its_own_sections() -> None:
    body = "## Breaking changes\n\n### API\n\n- gone\n\n### CLI\n\n- away\n\n## Features\n\n- new"
    told = announced(body)
    assert told.breaking == ("gone", "away")
    assert told.summary == "**Features**\n\n* new"


def test_an_upgrade_path_that_people_wrote_as_a_section_counts_too() -> None:
    body = f"Foreword\n\n## Upgrade path\n\n### First\n\nRun it.\n\n{notes(NotesStyle.PILOTAGE, *BROKEN)}"
    told = announced(body)
    assert told.upgrade_path.endswith("2. Done.\n\n### First\n\nRun it.")
    assert told.summary.startswith("Foreword\n\n**Features**")


def test_long_notes_are_cut_to_their_first_entries() -> None:
    told = announced("### A\n\n" + "* x\n" * 7 + "\n### B\n\n" + "* y\n" * 8 + "\n### C\n\n* z\n")
    assert told.summary == "**A**\n\n" + "\n".join(["* x"] * 7) + "\n\n**B**\n\n* y\n* y\n* y\n\n… and 6 more"


def test_a_long_entry_loses_its_end() -> None:
    assert announced("* " + "word " * 200).summary == "* " + "word " * 119 + "word …"
    assert announced("* " + "w" * 900).summary == "* " + "w" * 600 + " …"


def test_paragraphs_and_code_of_a_foreword_are_kept() -> None:
    assert announced("Hello.\n\n```sh\nrun\n```\n\n- a\n").summary == "Hello.\n\n```sh\nrun\n```\n\n* a"


def test_the_hidden_line_of_those_who_know_is_not_told() -> None:
    body = notes(NotesStyle.PILOTAGE, *BROKEN)
    assert announced(mark_announced(body, "slack")) == announced(body)


def test_line_ends_do_not_matter() -> None:
    body = notes(NotesStyle.PILOTAGE, *BROKEN)
    assert announced(body.replace("\n", "\r\n")) == announced(body)
    assert announced(body.replace("\n", "\r")) == announced(body)


def test_a_release_in_no_known_repository_has_no_page_that_compares() -> None:
    release = Release(1, "v1", "v1", "https://x/compare/a...b", is_draft=False)
    assert read_announcement(release, project="demo", version="1").compare_url == ""
    assert announced(f"{REPOSITORY}/compare/").compare_url == ""


def test_the_title_names_project_and_version() -> None:
    assert render_title(announced("")) == "demo 2.0.0"
    assert render_title(announced("", is_prerelease=True)) == "demo 2.0.0 (pre-release)"


def test_the_message_says_links_then_what_breaks_then_the_way_then_the_rest() -> None:
    body = "### BREAKING CHANGE\n\n* gone\n\n  Use new.\n\n### Features\n\n* new"
    assert render_message(announced(body)) == (
        "demo 2.0.0",
        (
            f"[Release notes]({PAGE}) · [PyPI](https://pypi.org/project/demo/2.0.0/)\n\n"
            "**⚠️ Breaking changes**\n\n* gone\n\n**Upgrade path**\n\nUse new.\n\n**Features**\n\n* new"
        ),
    )


def test_what_is_unknown_is_left_out_of_the_message() -> None:
    bare = Announcement(project="demo", version="1", tag="v1", release_url="")
    assert list_links(bare) == []
    assert render_message(bare) == ("demo 1", "")


def test_templates_take_the_place_of_title_and_text() -> None:
    assert render_message(announced(""), title="Out!", markdown="Get it") == ("Out!", "Get it")


def test_a_title_notifies_nobody_either() -> None:
    assert render_message(announced(""), title="@everyone: out")[0] == "@\u200beveryone: out"


def test_a_long_message_is_cut_where_services_end() -> None:
    body = "### Breaking\n\n" + "".join(f"* gone {'x' * 300} {number}\n" for number in range(30))
    _, text = render_message(announced(body))
    assert len(text) <= LONGEST
    assert text.endswith("\n…")


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("short", "short"),
        ("one line and\nanother that is too long for it", "one line and\n…"),
        ("x" * 40, "x" * 23 + "\n…"),
        ("a\n```\ncode\nmore and more code\n```", "a\n```\ncode\n```\n…"),
        ("a\n~~~\ncode\nmore and more code\n~~~", "a\n~~~\ncode\n~~~\n…"),
    ],
)
def test_markdown_is_cut_at_the_end_of_a_line(text: str, want: str) -> None:
    assert cut_lines(text, 30) == want


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("@everyone", "@\u200beveryone"),
        ("hi@here now", "hi@\u200bhere now"),
        ("`@channel`", "`@\u200bchannel`"),
        ("<@123> <@!4> <@&5>", "<@\u200b123> <@\u200b!4> <@\u200b&5>"),
        ("@&#8203;ann", "@\u200bann"),
        ("by @ann", "by @\u200bann"),
        ("`@decorated`", "`@decorated`"),
        ("```\n@decorated\n@all\n```\n@x", "```\n@decorated\n@\u200ball\n```\n@\u200bx"),
        ("me@example.org https://medium.example/@me", "me@example.org https://medium.example/@me"),
    ],
)
def test_nobody_is_notified(text: str, want: str) -> None:
    assert render_message(announced(""), title=text.split("\n", 1)[0], markdown=text)[1] == want


def test_a_template_sees_every_field_as_plain_data() -> None:
    told = announced("## Upgrade path\n\nRun it.\n\n### Breaking\n\n- gone", is_prerelease=True)
    described = describe_announcement(told)
    assert msgspec.json.decode(msgspec.json.encode(described)) == described
    assert described == {
        "format": 1,
        "project": "demo",
        "version": "2.0.0",
        "tag": "v2.0.0",
        "release_url": PAGE,
        "notes": told.notes,
        "summary": told.summary,
        "index_pages": [{"name": "PyPI", "url": "https://pypi.org/project/demo/2.0.0/"}],
        "breaking": ["gone"],
        "upgrade_path": "Run it.\n\n### Breaking\n\n- gone",
        "prerelease": True,
        "repository": "acme/demo",
        "repository_url": REPOSITORY,
        "compare_url": "",
    }


def test_a_body_longer_than_github_takes_takes_no_longer_than_it_must() -> None:
    for unit in ("* x `a` (#1)\n", "* [a](", "@here ", "`", "### Breaking\n* x\n", "* a!: b\n", "([abcdef1](x "):
        start = time.process_time()
        render_message(announced(unit * (150_000 // len(unit))))
        assert time.process_time() - start < 10, unit


@pytest.mark.parametrize("key", ["", "a b", "<a>", "k" * 101])
def test_a_target_has_a_key_that_a_release_can_remember(key: str) -> None:
    with pytest.raises(ValueError, match="a target's key"):
        Target(key, "apprise", Secret("json://localhost"))


def test_a_target_never_shows_its_secret() -> None:
    assert "hush" not in repr(Target("slack", "slack-app", Secret("hush"), "#releases"))
