from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotage.domains.slackblocks import HEADER_LIMIT, SECTION_LIMIT, compose_message, render_blocks, render_fallback
from pilotage.model.announcement import Announcement

REPOSITORY = "https://github.com/acme/demo"
TOLD = Announcement(
    project="demo",
    version="2.0.0",
    tag="v2.0.0",
    release_url=f"{REPOSITORY}/releases/tag/v2.0.0",
    summary="**Features**\n\n* new",
    index_pages=(("PyPI", "https://pypi.org/project/demo/2.0.0/"),),
    breaking=("**api:** `send()` is gone <!channel>",),
    upgrade_path="Use `post()`.",
    repository="acme/demo",
    repository_url=REPOSITORY,
    compare_url=f"{REPOSITORY}/compare/v1...v2.0.0",
)


class Text(msgspec.Struct, forbid_unknown_fields=True):
    type: str
    text: str
    verbatim: bool | None = None
    emoji: bool | None = None


class Block(msgspec.Struct, forbid_unknown_fields=True):
    type: str
    text: Text | None = None
    elements: list[Text] = []

    @property
    def texts(self) -> list[Text]:
        return [*([self.text] if self.text else []), *self.elements]


def blocks_of(told: Announcement, *, title: str = "demo 2.0.0", markdown: str = "") -> list[Block]:
    return msgspec.convert(render_blocks(told, title=title, markdown=markdown), list[Block])


def shown(blocks: list[Block]) -> list[tuple[str, str]]:
    return [(block.type, text.text) for block in blocks for text in block.texts]


def check_limits(blocks: list[Block]) -> None:
    """Slack's limits (https://docs.slack.dev/reference/block-kit/blocks), and the sum that it takes in all."""
    assert 1 <= len(blocks) <= 50
    for block in blocks:
        assert block.type in {"header", "section", "context"}
        for text in block.texts:
            most = 150 if block.type == "header" else 3000
            assert 1 <= len(text.text) <= most
    assert sum(len(text.text) for block in blocks for text in block.texts) <= 12_000


def test_a_message_says_all_parts_in_their_order() -> None:
    assert shown(blocks_of(TOLD)) == [
        ("header", "demo 2.0.0"),
        (
            "section",
            (
                f"<{REPOSITORY}/releases/tag/v2.0.0|Release notes> · <https://pypi.org/project/demo/2.0.0/|PyPI> · "
                f"<{REPOSITORY}/compare/v1...v2.0.0|All changes>"
            ),
        ),
        ("section", "*⚠️ Breaking changes*\n\n• *api:* `send()` is gone &lt;!channel&gt;"),
        ("section", "*Upgrade path*\n\nUse `post()`."),
        ("section", "*Features*\n\n• new"),
        ("context", f"<{REPOSITORY}|acme/demo> · tag v2.0.0"),
    ]


def test_every_text_is_verbatim_and_the_header_plain() -> None:
    texts = [text for block in blocks_of(TOLD) for text in block.texts]
    assert [(text.type, text.verbatim, text.emoji) for text in texts] == [
        ("plain_text", None, False),
        *[("mrkdwn", True, None)] * 5,
    ]


def test_parts_that_say_nothing_are_no_blocks() -> None:
    bare = Announcement(project="demo", version="1", tag="v1", release_url="")
    assert shown(blocks_of(bare)) == [("header", "demo 2.0.0")]


def test_a_prerelease_says_so_in_the_context() -> None:
    told = msgspec.structs.replace(TOLD, is_prerelease=True, repository="")
    assert shown(blocks_of(told))[-1] == ("context", f"<{REPOSITORY}> · tag v2.0.0 · pre-release")


def test_a_template_takes_the_place_of_all_but_header_and_context() -> None:
    assert shown(blocks_of(TOLD, markdown="**Get** [it](https://a.example)")) == [
        ("header", "demo 2.0.0"),
        ("section", "*Get* <https://a.example|it>"),
        ("context", f"<{REPOSITORY}|acme/demo> · tag v2.0.0"),
    ]


def test_a_long_template_goes_over_several_sections_and_then_ends() -> None:
    blocks = blocks_of(TOLD, markdown="a line of words\n" * 1_000)
    assert [kind for kind, _ in shown(blocks)] == ["header", *["section"] * 5, "context"]
    assert shown(blocks)[-2] == ("section", "…")
    check_limits(blocks)


def test_long_parts_lose_their_ends() -> None:
    long = msgspec.structs.replace(
        TOLD,
        breaking=tuple(f"gone {number} {'x' * 90}" for number in range(500)),
        upgrade_path="do\n" * 9_000,
        summary="* x & y\n" * 9_000,
        index_pages=tuple((f"index {number}", f"https://{number}.example/{'x' * 400}") for number in range(20)),
    )
    blocks = blocks_of(long, title="x" * 500)
    check_limits(blocks)
    assert [text.endswith("\n…") for _, text in shown(blocks)] == [False, False, True, True, True, False]
    assert shown(blocks)[0][1] == "x" * (HEADER_LIMIT - 1) + "…"
    assert shown(blocks)[1][1].endswith("|All changes>")


@pytest.mark.parametrize("title", ["🚀" * 100, "🚀" * 75, "x" * 151, "\u202e"])
def test_a_header_fits_however_its_characters_are_counted(title: str) -> None:
    text = shown(blocks_of(TOLD, title=title))[0][1]
    assert 0 < len(text.encode("utf-16-le")) // 2 <= HEADER_LIMIT


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=400))
@settings(max_examples=50)
def test_whatever_it_says_a_message_stays_within_slacks_limits(title: str, text: str, markdown: str) -> None:
    told = msgspec.structs.replace(TOLD, breaking=(text,), upgrade_path=text, summary=text * 20, repository=text)
    check_limits(blocks_of(told, title=title))
    check_limits(blocks_of(told, title=title, markdown=markdown))


def test_a_notification_shows_the_title_and_warns() -> None:
    assert render_fallback(TOLD, title="demo <2.0.0>") == "demo &lt;2.0.0&gt; ⚠️ breaking changes"
    assert render_fallback(msgspec.structs.replace(TOLD, breaking=()), title="demo") == "demo"


def test_one_message_is_written_for_every_kind_of_target() -> None:
    message = compose_message(TOLD)
    assert (message.title, message.text) == ("demo 2.0.0", "demo 2.0.0 ⚠️ breaking changes")
    assert message.markdown.startswith("[Release notes](")
    assert list(message.blocks) == render_blocks(TOLD, title="demo 2.0.0")


def test_templates_reach_every_kind_of_target() -> None:
    message = compose_message(TOLD, title="Out!", markdown="Get it")
    assert (message.title, message.markdown) == ("Out!", "Get it")
    assert shown(msgspec.convert(list(message.blocks), list[Block]))[:2] == [("header", "Out!"), ("section", "Get it")]


def test_a_section_is_below_slacks_limit() -> None:
    assert SECTION_LIMIT < 3000
