"""Escaping, judged by a CommonMark parser that lets HTML through."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pilotage.domains.markdown import clean_line, defuse_block, escape_line

URL = "https://github.example/o/r"
PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
MENTION = re.compile(r"(?<![A-Za-z0-9])@[A-Za-z0-9]")

HOSTILE = st.lists(
    st.sampled_from(
        [
            *(
                "`",
                "``",
                "```",
                "~~~",
                "*",
                "**",
                "_",
                "__",
                "~~",
                "[",
                "]",
                "(",
                ")",
                "!",
                "]:",
                "\\",
                "|",
                "&",
                ";",
                ":",
            ),
            *("<", ">", "<b>", "</b>", "<script>", "<!--", "-->", "<!-- x -->", "&lt;", "&#64;", "&commat;", "<a@b.c>"),
            *(
                "@",
                "@user",
                "#",
                "#12",
                "o/r#3",
                "# ",
                "## x",
                "- ",
                "+ ",
                "1. ",
                "12) ",
                "> ",
                "---",
                "===",
                "-",
                "|---|",
            ),
            *(
                " ",
                "  ",
                "    ",
                "\t",
                "\u202e",
                "\u200b",
                "\x00",
                "\r",
                "a",
                "word",
                "é",
                "1",
                "=",
                "https://x.org/a_b",
                ".",
            ),
        ]
    ),
    max_size=14,
).map("".join)
LINES = st.lists(HOSTILE, max_size=8).map("\n".join)


def inline(markdown: str) -> list[tuple[str, str]]:
    """Give the inline tokens of a text that must be one list of one paragraph."""
    tokens = PARSER.parse(f"* {markdown}")
    shape = [token.type for token in tokens]
    paragraph = ["paragraph_open", "inline", "paragraph_close"] if len(shape) > 4 else []
    assert shape == ["bullet_list_open", "list_item_open", *paragraph, "list_item_close", "bullet_list_close"]
    return [(one.type, one.content) for token in tokens for one in token.children or ()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("add a `Path` argument", "add a `Path` argument"),
        ("keep `dict[str, list<int>]` & more", "keep `dict[str, list<int>]` &amp; more"),
        ("a <b> tag", "a &lt;b&gt; tag"),
        ("thank @user, not a@b.c", "thank @&#8203;user, not a@b.c"),
        ("thank @org/team", "thank @&#8203;org/team"),
        ("close #12 and #13.", f"close [#12]({URL}/issues/12) and [#13]({URL}/issues/13)."),
        ("like other/repo#12", "like other/repo#&#8203;12"),
        ("no issue: #0 #a #12a", "no issue: #0 #a #12a"),
        ("!#12", f"\\![#12]({URL}/issues/12)"),
        ("rename my_long_name", "rename my_long_name"),
        ("call __init__ and *args", "call \\_\\_init\\_\\_ and \\*args"),
        ("half a ` tick", "half a \\` tick"),
        ("``` a`<b> ``` b", "``` a`<b> ``` b"),
        ("``` fence", "\\`\\`\\` fence"),
        ("a [link](x) and ~~this~~", "a \\[link\\](x) and \\~\\~this\\~\\~"),
        ("back\\slash", "back\\\\slash"),
        ("see https://x.org/a_b/@user, there", "see <https://x.org/a_b/@user>, there"),
        ("hide `<!-- this -->`", "hide \\`&lt;!-- this --&gt;\\`"),
        ("no `</script>`", "no \\`&lt;/script&gt;\\`"),
        ("# heading", "\\# heading"),
        ("#1st", "#1st"),
        ("- item", "\\- item"),
        ("+ item", "\\+ item"),
        ("---", "\\---"),
        ("--flag", "--flag"),
        ("1. one", "1\\. one"),
        ("12) one", "12\\) one"),
        ("1.5 times", "1.5 times"),
        ("two\nlines\tand\u2028more", "two lines and more"),
        ("bi\u202edi\x00 zero\u200bwidth \ud800", "bidi zerowidth"),
        ("family \U0001f468\u200d\U0001f469", "family \U0001f468\u200d\U0001f469"),
    ],
)
def test_a_line_shows_its_text_and_does_nothing_else(text: str, expected: str) -> None:
    assert expected == escape_line(text, repository_url=URL)


def test_without_a_repository_an_issue_is_not_linked() -> None:
    assert escape_line("close #12") == "close #12"


@given(HOSTILE | st.text())
def test_an_escaped_line_is_one_paragraph_of_plain_text_code_and_links(text: str) -> None:
    kinds = {kind for kind, _ in inline(escape_line(text, repository_url=URL))}
    assert kinds <= {"text", "code_inline", "link_open", "link_close", "text_special"}


@given(HOSTILE.filter(lambda text: "https" not in text and "`" not in text))
def test_an_escaped_line_is_read_as_the_words_that_were_written(text: str) -> None:
    shown = "".join(content for _, content in inline(escape_line(text, repository_url=URL)))
    assert clean_line(text) == shown.replace("\u200b", "")


@given(HOSTILE | st.text())
def test_an_escaped_line_notifies_nobody(text: str) -> None:
    shown = [content for kind, content in inline(escape_line(text, repository_url=URL)) if kind != "code_inline"]
    assert not MENTION.search(re.sub(r"https?://\S+", "", "".join(shown)))


@given(HOSTILE | st.text())
def test_an_escaped_line_is_one_line_without_markers(text: str) -> None:
    line = escape_line(text, repository_url=URL)
    assert line.splitlines() in ([line], [])
    assert not re.search(r"<!--|-->|<script", line, re.IGNORECASE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Use `new()`.\n\n- a **bold** step\n  - nested", "Use `new()`.\n\n- a **bold** step\n  - nested"),
        ("```python\nif a < b:\n    pass\n```", "```python\nif a < b:\n    pass\n```"),
        ("```html\n<!-- x -->\n```", "```html\n&lt;!-- x --&gt;\n```"),
        ("``` a`<b> ```\n<b>", "``` a`<b> ```\n&lt;b>"),
        ("~~~\n<b>", "~~~\n<b>\n~~~"),
        ("- a\n  ```\n<b>\n\n      ```\nend", "- a\n  ```\n  <b>\n\n  ```\nend"),
        ("    ```\n<b>", "    \\`\\`\\`\n&lt;b>"),
        ("- ~~~\n  <b>", "- \\~~\\~\n  &lt;b>"),
        ("## Title\n> # deep", "##### Title\n> #### deep"),
        ("#### low\n#no", "###### low\n#no"),
        ("Title\n====\nOther\n-----\nx\n-", "Title\n\\====\nOther\n***\nx\n\\-"),
        ("[a]: https://x.org\n[^1]: note", "[a]\\: https://x.org\n[^1]\\: note"),
        ("<b>x</b> \\<i> `<u>`", "&lt;b>x&lt;/b> &lt;i> `<u>`"),
        ("a \\` `<b>` \\` `<i>", "a \\` `<b>` \\` \\`&lt;i>"),
        ("| `a|<b>` |", "| \\`a|&lt;b>\\` |"),
        ("@user \\@user &#64;user &commat;user", "@&#8203;user \\@&#8203;user &amp;#64;user &amp;commat;user"),
        ("o/r#1 r\\#1 #1 \\#1", "o/r#&#8203;1 r\\#&#8203;1 #1 \\#1"),
        ("[t](https://x.org/@user)", "[t](https://x.org/%40user)"),
        ("https://x.org/&#64;user", "https://x.org/&amp;#64;user"),
        ("bi\u202edi  \r\n\tx", "bidi\n    x"),
        ("\n\n", ""),
    ],
)
def test_a_block_stays_markdown_that_does_not_reach_beyond_itself(text: str, expected: str) -> None:
    assert expected == defuse_block(text)


@given(LINES | st.text())
def test_a_defused_block_stays_inside_its_list_item(text: str) -> None:
    nested = "\n".join(f"  {line}".rstrip() for line in defuse_block(text).split("\n"))
    state: dict[str, object] = {}
    tokens = PARSER.parse(f"* entry\n\n{nested}\n\n* next ([#1](x))\n", state)
    kinds = [token.type for token in tokens] + [one.type for token in tokens for one in token.children or ()]
    assert not [kind for kind in kinds if kind.startswith("html")]
    assert [token.type for token in tokens if token.level == 0] == ["bullet_list_open", "bullet_list_close"]
    assert sum(token.type == "list_item_open" and token.level == 1 for token in tokens) == 2
    assert not [token.tag for token in tokens if token.type == "heading_open" and token.tag < "h4"]
    assert not state.get("references")


@given(LINES)
def test_a_defused_block_notifies_nobody_and_holds_no_marker(text: str) -> None:
    block = defuse_block(text)
    shown = [
        one.content for token in PARSER.parse(block) for one in token.children or () if one.type.startswith("text")
    ]
    assert not [content for content in shown if MENTION.search(content)]
    assert "<!--" not in re.sub(r"`[^`]*`", "", block)


@pytest.mark.parametrize(
    "piece", ["`", "``` ", "` `` ", "_a", "@", "#1", "https://", "http://,,", "> ", "1. ", "\\", "<!--"]
)
def test_escaping_is_linear(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    start = time.process_time()
    escape_line(text)
    defuse_block(text)
    assert time.process_time() - start < 10
