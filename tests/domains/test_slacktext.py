from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotage.domains.slackinline import escape_text, render_inline, render_link
from pilotage.domains.slacktext import render_mrkdwn, split_mrkdwn

PIECES = [
    "*", "**", "_", "__", "~~", "`", "```", "\n", "\n\n", " ", "a", "<!channel>", "<@U1>", "@here",
    "<https://a.example|b>", "[", "](https://b.example)", "](<https://b.example|c>)", "](x)", "![", "]", "&lt;",
    "&#60;!here&gt;", "\\", "<!--", "-->", "# ", "- ", "> ", "~~~", "https://c.example/?a=1&b=2", "|", "(", ")",
    "&", "<", ">", "@", "&#64;",
]  # fmt: skip
MARKDOWN = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=25).map("".join)
CONTROL = re.compile(r"<([^<>]*)>")


@pytest.mark.parametrize(
    ("markdown", "want"),
    [
        ("**bold** and __bold__", "*bold* and *bold*"),
        ("*italic* and _italic_", "_italic_ and _italic_"),
        ("***both***", "*_both_*"),
        ("**a *b* c**", "*a _b_ c*"),
        ("~~gone~~ ~gone~", "~gone~ ~gone~"),
        ("**api:** drop", "*api:* drop"),
        ("`a < b & c`", "`a &lt; b &amp; c`"),
        ("`` a`b ``", "`a\u02cbb`"),
        ("[notes](https://a.example/x)", "<https://a.example/x|notes>"),
        ('[notes](https://a.example/x "title")', "<https://a.example/x|notes>"),
        ("[notes](<https://a.example/x>)", "<https://a.example/x|notes>"),
        ("[`abc` **b**](https://a.example)", "<https://a.example|abc b>"),
        ("[a](https://a.example/x_(y))", "<https://a.example/x_(y)|a>"),
        ("[a [b](https://a.example) c](https://c.example)", "[a <https://a.example|b> c](<https://c.example>)"),
        ("([#5](https://a.example))", "(<https://a.example|#5>)"),
        ("![logo](https://a.example/l.png)", "<https://a.example/l.png|logo>"),
        ("[![logo](https://a.example/l.png)](https://b.example)", "<https://b.example|logo>"),
        ("[](https://a.example)", "<https://a.example>"),
        ("<https://a.example/?x=1&y=2>", "<https://a.example/?x=1&amp;y=2>"),
        ("see https://a.example/?x=1&y=2.", "see <https://a.example/?x=1&amp;y=2>."),
        ("**see [x](https://a.example) now**", "*see <https://a.example|x> now*"),
        ("# Heading **bold** #", "*Heading bold*"),
        ("#", ""),
        ("#5 is no heading", "#5 is no heading"),
        ("- a\n* b\n+ c\n  - d", "• a\n• b\n• c\n  • d"),
        ("1. a\n2. b", "1. a\n2. b"),
        ("> said\n> - twice", "&gt; said\n&gt; • twice"),
        ("a\n\n---\n\nb\n===\nc", "a\n\nb\nc"),
        ("[1.4.0]: https://a.example/compare\nx", "x"),
        ("```py\nif a < b: # **x**\n```", "```\nif a &lt; b: # **x**\n```"),
        ("~~~\n```\n~~~", "```\n`\u200b``\n```"),
        ("````\n```\n````", "```\n`\u200b``\n```"),
        ("  ```\n  open", "```\n  open\n```"),
        ("a<!-- b -->c <!-- d\ne --> f", "ac\n f"),
        ("```\n<!-- kept -->\n```", "```\n&lt;!-- kept --&gt;\n```"),
        ("<details><summary>demo</summary>", "demo"),
        ("a\n\n\n\nb", "a\n\nb"),
        ("&lt;b&gt; &amp; &copy; &nothing; &#0;", "&lt;b&gt; &amp; © &amp;nothing; \ufffd"),
        ("my_own_name and 2*3*4", "my_own_name and 234"),
        ("a * b * c", "a * b * c"),
        ("*", "*"),
        ("** a **", "** a **"),
        ("a ****b", "a \u200b*\u200b*\u200b*\u200b*\u200bb"),
        ("a&#10;b&nbsp;c&#8238;d", "a b cd"),
        ("\\*not bold\\*", "\u200b*\u200bnot bold\u200b*\u200b"),
        ("an `open span", "an \u200b`\u200bopen span"),
        ("` `", "\u200b`\u200b \u200b`\u200b"),
        ("\x1b```", "\u200b`\u200b`\u200b`\u200b"),
        ("a \\```", "a \u200b`\u200b\u200b`\u200b`\u200b"),
        ("*a **b* c**", "_a \u200b*\u200b*\u200bb_ c\u200b*\u200b*\u200b"),
        ("_a_b", "\u200b_\u200ba_b"),
        ("a] [b](", "a] [b]("),
        ("[a *b](https://a.example) c* d", "<https://a.example|a *b> c\u200b*\u200b d"),
        ("*a [b *c](https://a.example) d*", "_a <https://a.example|b *c> d_"),
    ],
)  # fmt: skip
def test_markdown_becomes_mrkdwn(markdown: str, want: str) -> None:
    assert render_mrkdwn(markdown) == want


@pytest.mark.parametrize(
    ("markdown", "want"),
    [
        ("<!channel>", "&lt;!channel&gt;"),
        ("<!here|here> <!subteam^S1>", "&lt;!here|here&gt; &lt;!subteam^S1&gt;"),
        ("<@U123>", "&lt;@\u200bU123&gt;"),
        ("&lt;!channel&gt; &#60;!channel&#62;", "&lt;!channel&gt; &lt;!channel&gt;"),
        ("@here \\@channel &#64;everyone", "@\u200bhere @\u200bchannel @\u200beveryone"),
        ("`<!channel>`", "`&lt;!channel&gt;`"),
        ("```\n<!channel>\n```", "```\n&lt;!channel&gt;\n```"),
        ("[<!channel>](https://a.example)", "<https://a.example|&lt;!channel&gt;>"),
        ("[x](https://a.example|<!channel>)", "[x](<https://a.example%7C>&lt;!channel&gt;)"),
        ("<https://a.example|click>", "<https://a.example%7Cclick>"),
        ("me@example.org", "me@example.org"),
    ],
)
def test_a_stranger_mentions_nobody(markdown: str, want: str) -> None:
    assert render_mrkdwn(markdown) == want


@pytest.mark.parametrize(
    ("markdown", "want"),
    [
        ("[github.com](https://evil.example)", "github.com (<https://evil.example>)"),
        ("[https://github.com/x](https://evil.example)", "https://github.com/x (<https://evil.example>)"),
        ("[github.com](https://github.com/x)", "<https://github.com/x|github.com>"),
        ("[www.github.com](https://github.com/x)", "<https://github.com/x|www.github.com>"),
        ("[x](https://github.com@evil.example)", "x"),
        ("[x](https://[evil)", "x"),
        ("[x](javascript:alert)", "x"),
        ("[x](docs/notes.md)", "x"),
        ("[x](http://a.example)", "x (http://a.example)"),
        ("http://a.example/x", "http://a.example/x"),
        ("[x](https://a.example/&gt;&lt;|)", "<https://a.example/%3E%3C%7C|x>"),
    ],
)  # fmt: skip
def test_no_link_looks_like_another(markdown: str, want: str) -> None:
    assert render_mrkdwn(markdown) == want


def test_a_long_label_is_cut() -> None:
    assert render_link("https://a.example", "x" * 400) == f"<https://a.example|{'x' * 299}…>"


def test_a_text_is_written_as_it_is() -> None:
    assert escape_text("  a *b*\u202e <c> & d") == "  a *b* &lt;c&gt; &amp; d"


@given(MARKDOWN)
def test_every_control_sequence_is_a_link_that_we_made(markdown: str) -> None:
    for text in (render_mrkdwn(markdown), *split_mrkdwn(markdown, 60)):
        for inside in CONTROL.findall(text):
            assert inside.startswith("https://")
        assert not set("<>") & set(CONTROL.sub("", text))
        assert re.search(r"&(?!amp;|lt;|gt;)", text) is None


@given(MARKDOWN, st.integers(20, 200))
def test_pieces_stay_within_their_limit_and_close_their_fences(markdown: str, limit: int) -> None:
    for piece in split_mrkdwn(markdown, limit):
        assert 0 < len(piece) <= limit
        assert len(re.findall(r"^```", piece, re.MULTILINE)) % 2 == 0


def test_a_fence_goes_on_in_the_next_piece() -> None:
    code = "\n".join(["```", *(f"line {number}" for number in range(6)), "```", "after"])
    assert split_mrkdwn(code, 30) == [
        "```\nline 0\nline 1\nline 2\n```",
        "```\nline 3\nline 4\nline 5\n```",
        "```\n```\nafter",
    ]


def test_a_line_is_cut_neither_in_a_link_nor_in_an_entity() -> None:
    assert split_mrkdwn("ab [x](https://a.example/long)", 30) == ["ab …"]
    assert split_mrkdwn("a" * 17 + "<b>", 30) == ["a" * 17 + "…"]
    assert split_mrkdwn("&lt;" + "a" * 40, 30) == ["&lt;" + "a" * 15 + "…"]


def test_nothing_is_no_piece() -> None:
    assert split_mrkdwn("\n\n---\n", 30) == []


HEAVY = [
    "*", "_ ", "**a ", "[", "]", "![x", "](", "`", "``` ` ", "[a](https://x ", "<!--", "-->", "&#", "<", "\\", "@",
    "![x](https://a.b)", "~~~`", "![![![](u)", "[*](https://a.b/c)", "[x]: ", "https://a.b/(", "- - ", "\n```",
]  # fmt: skip


@pytest.mark.parametrize("unit", HEAVY)
def test_a_long_text_takes_no_longer_than_it_must(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    start = time.process_time()
    render_mrkdwn(text)
    assert time.process_time() - start < 10


@pytest.mark.parametrize("text", ["![x" * 10_000 + "](https://a.b)" * 10_000, "[" * 50_000 + "](u)" * 50_000])
def test_nested_brackets_take_no_longer_than_they_must(text: str) -> None:
    start = time.process_time()
    render_inline(text)
    assert time.process_time() - start < 10


def test_a_megabyte_of_everything_takes_no_longer_than_it_must() -> None:
    text = "".join(HEAVY) * (1_000_000 // len("".join(HEAVY)))
    start = time.process_time()
    assert len(split_mrkdwn(text, 2_400)) > 1
    assert time.process_time() - start < 20
