"""The styles of notes: how each looks, and that foreign text stays text in all of them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pilotage.domains.notes import NOTHING, render_notes, render_release_body
from pilotage.domains.notes.collation import collation_key
from pilotage.domains.notes.wrapping import wrap_entry
from pilotage.domains.rst import escape_rst, underline
from pilotage.model.change import Change
from pilotage.model.commit import Author
from pilotage.model.config import ChangeType, Config
from pilotage.model.notes import NotesData, NotesStyle

URL = "https://github.example/o/r"
A, B, C = "a" * 40, "b" * 40, "c" * 40
MARKDOWN = [style for style in NotesStyle if style.is_markdown]


def data(*changes: Change, url: str = URL, messages: dict[str, str] | None = None, **types: ChangeType) -> NotesData:
    table = Config(extend_types=types).types
    return NotesData("1.3.0", "v1.3.0", "2026-11-20", "v1.2.0", url, changes, table, messages=messages or {})


FEATURE = Change(A, "feat", "add `x_y`", scope=("api", "cli"), pull_request=12, references=(12, 9, 8))
BREAK = Change(B, "fix", "repair #3", breaking=True, breaking_notes=("gone (#4)",), upgrade_path="## Do\n\nthis")


def test_the_style_of_release_please() -> None:
    assert render_notes(data(BREAK, FEATURE), style=NotesStyle.RELEASE_PLEASE) == (
        f"## [1.3.0]({URL}/compare/v1.2.0...v1.3.0) (2026-11-20)\n\n\n"
        "### ⚠ BREAKING CHANGES\n\n"
        f"* gone ([#4]({URL}/issues/4))\n\n  ##### Do\n\n  this\n\n"
        "### Features\n\n"
        f"* **api,cli:** add `x_y` ([#12]({URL}/issues/12)) ([aaaaaaa]({URL}/commit/{A})), "
        f"refs [#9]({URL}/issues/9) [#8]({URL}/issues/8)\n\n\n"
        "### Bug Fixes\n\n"
        f"* repair [#3]({URL}/issues/3) ([bbbbbbb]({URL}/commit/{B}))"
    )


def test_the_style_of_release_please_without_an_address() -> None:
    assert render_notes(data(FEATURE, url=""), style=NotesStyle.RELEASE_PLEASE) == (
        "## 1.3.0 (2026-11-20)\n\n\n### Features\n\n* **api,cli:** add `x_y` (#12) (aaaaaaa), refs #9 #8"
    )


def test_the_style_of_keep_a_changelog() -> None:
    other = Change(C, "sec", "close a hole", scope=("*",))
    notes = render_notes(
        data(other, BREAK, FEATURE, Change(C, "perf", "hurry"), sec=ChangeType("patch", "security")),
        style=NotesStyle.KEEP_A_CHANGELOG,
    )
    assert notes == (
        "## [1.3.0] - 2026-11-20\n\n"
        "### Added\n\n"
        f"- **api, cli:** add `x_y` ([#12]({URL}/pull/12), [#9]({URL}/issues/9), [#8]({URL}/issues/8))\n\n"
        f"### Changed\n\n- hurry ([ccccccc]({URL}/commit/{C}))\n\n"
        f"### Fixed\n\n- **Breaking:** gone ([#4]({URL}/issues/4)) ([bbbbbbb]({URL}/commit/{B}))\n\n"
        "  ##### Do\n\n  this\n\n"
        f"### Security\n\n- close a hole ([ccccccc]({URL}/commit/{C}))\n\n"
        f"[1.3.0]: {URL}/compare/v1.2.0...v1.3.0"
    )


def test_a_first_version_of_keep_a_changelog_leads_to_its_release() -> None:
    first = NotesData("0.1.0", "v0.1.0", "2026-11-20", "", URL)
    assert render_notes(first, style=NotesStyle.KEEP_A_CHANGELOG).endswith(f"\n\n[0.1.0]: {URL}/releases/tag/v0.1.0")
    assert render_notes(data(url=""), style=NotesStyle.KEEP_A_CHANGELOG) == f"## 1.3.0 - 2026-11-20\n\n{NOTHING}"


@pytest.mark.parametrize(
    ("kind", "heading"),
    [
        ("feat", "Added"),
        ("fix", "Fixed"),
        ("revert", "Removed"),
        ("deprecate", "Deprecated"),
        ("removed", "Removed"),
        ("docs", "Changed"),
    ],
)
def test_keep_a_changelog_has_a_place_for_each_type(kind: str, heading: str) -> None:
    table = {kind: ChangeType("patch")} | Config().types
    version = NotesData("1.3.0", "v1.3.0", "2026-11-20", changes=(Change(A, kind, "x"),), types=table)
    notes = render_release_body(version, style=NotesStyle.KEEP_A_CHANGELOG)
    assert notes.splitlines()[0] == f"### {heading}"


def test_the_style_of_commitizen() -> None:
    quiet = Change(C, "chore", "sweep", breaking=True)
    notes = render_notes(
        data(quiet, BREAK, FEATURE, sec=ChangeType("patch", "Safety"), x=ChangeType()), style=NotesStyle.COMMITIZEN
    )
    assert notes == (
        "## v1.3.0 (2026-11-20)\n\n"
        "### BREAKING CHANGE\n\n- sweep\n- gone (#4)\n\n  ##### Do\n\n  this\n\n"
        "### Feat\n\n- **api,cli**: add `x_y` (#12)\n\n"
        "### Fix\n\n- repair #3"
    )


def test_commitizen_uses_the_headings_that_the_repository_chose() -> None:
    body = render_release_body(
        data(Change(A, "fix", "x"), Change(B, "sec", "y"), fix=ChangeType("patch", "Repairs"), sec=ChangeType("patch")),
        style=NotesStyle.COMMITIZEN,
    )
    assert body == "### Repairs\n\n- x\n\n### Sec\n\n- y"


def test_a_component_s_tag_is_not_commitizen_s_heading() -> None:
    notes = render_notes(NotesData("1.3.0", "demo-v1.3.0", "2026-11-20"), style=NotesStyle.COMMITIZEN)
    assert notes == f"## 1.3.0 (2026-11-20)\n\n{NOTHING}"


def test_the_style_of_python_semantic_release() -> None:
    assert render_notes(data(BREAK, FEATURE), style=NotesStyle.SEMANTIC_RELEASE) == (
        "## v1.3.0 (2026-11-20)\n\n"
        f"### Bug Fixes\n\n- Repair [#3]({URL}/issues/3)\n  ([`bbbbbbb`]({URL}/commit/{B}))\n\n"
        f"### Features\n\n- **api, cli**: Add `x_y` ([#12]({URL}/pull/12),\n  [`aaaaaaa`]({URL}/commit/{A}))\n\n"
        f"### Breaking Changes\n\n- Gone ([#4]({URL}/issues/4))\n\n  ##### Do\n\n  this"
    )


def test_the_style_of_python_semantic_release_in_restructured_text() -> None:
    notes = render_notes(data(BREAK, FEATURE), style=NotesStyle.SEMANTIC_RELEASE_RST)
    assert notes == (
        ".. _changelog-v1.3.0:\n\nv1.3.0 (2026-11-20)\n===================\n\n"
        "Bug Fixes\n---------\n\n* Repair #3 (`bbbbbbb`_)\n\n"
        "Features\n--------\n\n* **api, cli**: Add ``x_y`` (`PR#12`_, `aaaaaaa`_)\n\n"
        "Breaking Changes\n----------------\n\n* Gone (#4)\n\n"
        f".. _PR#12: {URL}/pull/12\n.. _aaaaaaa: {URL}/commit/{A}\n.. _bbbbbbb: {URL}/commit/{B}"
    )
    assert render_release_body(data(FEATURE), style=NotesStyle.SEMANTIC_RELEASE_RST).startswith("### Features")
    assert "(PR#12, aaaaaaa)" in render_notes(data(FEATURE, url=""), style=NotesStyle.SEMANTIC_RELEASE_RST)


def test_release_please_s_style_keeps_the_words_of_the_commits() -> None:
    messages = {
        A: "feat(api, cli): add  x_y (#1) (#12)\n\nRelease-As: 1.3.0",
        B: "chore: sweep\n\nRelease-As: 1.3.0",
        C: "fix: something else",
    }
    changes = (
        Change(A, "feat", "add  x_y", scope=("api", "cli"), pull_request=12),
        Change(B, "chore", "sweep"),
        Change(C, "fix", "what the pull request says", pull_request=5),
    )
    body = render_release_body(data(*changes, messages=messages, url=""), style=NotesStyle.RELEASE_PLEASE)
    assert body == (
        "### Features\n\n* **api, cli:** add  x_y (#1) (#12) (aaaaaaa)\n\n\n"
        "### Bug Fixes\n\n* what the pull request says (#5) (ccccccc)\n\n\n"
        "### Miscellaneous Chores\n\n* sweep (bbbbbbb)"
    )


def test_release_please_s_style_keeps_lists_in_the_first_paragraph_of_a_break() -> None:
    text = "one\ntwo\n* a <b>\n- c\n\nlater"
    body = render_release_body(
        data(Change(A, "wip", "x", breaking=True, breaking_notes=(text,)), url=""), style=NotesStyle.RELEASE_PLEASE
    )
    assert body == ("### ⚠ BREAKING CHANGES\n\n* one two\n    * a &lt;b&gt;\n    - c\n\n### wip\n\n* x (aaaaaaa)")


def test_release_please_s_style_links_people_and_leaves_teams_and_packages() -> None:
    subject = "thank @ann, @o/team, @Bob and a@b in `@c`"
    line = render_release_body(data(Change(A, "fix", subject)), style=NotesStyle.RELEASE_PLEASE).splitlines()[-1]
    assert line.startswith("* thank [@ann](https://github.example/ann), @&#8203;o/team, @&#8203;Bob and a@b in `")


@pytest.mark.parametrize("style", list(NotesStyle))
def test_those_who_are_thanked_are_named_in_every_style(style: NotesStyle) -> None:
    ann, bob = Author("Ann", "ann"), Author("Bob *B*")
    change = Change(A, "feat", "x", pull_request=12, author=ann)
    notes = NotesData(
        "1.3.0", "v1.3.0", "2026-11-20", "", "", (change,), new_contributors=(ann, Author("")), contributors=(ann, bob)
    )
    text = render_notes(notes, style=style)
    assert "made their first contribution" in text
    assert "Contributors\n" in text
    assert "Bob \\*B\\*." in text
    assert text.count("first contribution in #12") == int(style.is_markdown)


@pytest.mark.parametrize("style", list(NotesStyle))
def test_nothing_to_name_is_said_in_every_style(style: NotesStyle) -> None:
    assert (
        render_notes(data(), style=style)
        .removesuffix(f"[1.3.0]: {URL}/compare/v1.2.0...v1.3.0")
        .rstrip()
        .endswith(NOTHING)
    )
    assert render_release_body(data(), style=style) == NOTHING


HOSTILE = st.text(st.sampled_from("`*_[]()<>!#@&;:-+=~|\\/. \n\t\r\x00\u202e\u2028ab1")) | st.sampled_from(
    [
        *("<script>alert(1)</script>", "`<script>`", "<!-- x -->", "<img src=x onerror=y>", "a\n\n## b", "``` \n* c"),
        *("](x)", ".. raw:: html", ":raw:`x`", "|x|", "`x`_", "x_", "1. x", "A. x", "- - x", "===", "x\n===", "::"),
        "[a](http://b.c)",
    ]
)
CHANGES = st.builds(
    Change,
    st.text("abcdef0123456789", min_size=40, max_size=40),
    st.sampled_from(["feat", "fix", "chore", "unheard-of", "docs"]),
    HOSTILE,
    scope=st.lists(HOSTILE, max_size=2).map(tuple),
    breaking=st.booleans(),
    breaking_notes=st.lists(HOSTILE, max_size=2).map(tuple),
    upgrade_path=st.just("") | HOSTILE,
    pull_request=st.none() | st.integers(1, 99),
    references=st.lists(st.integers(1, 99), max_size=2).map(tuple),
    author=st.builds(Author, HOSTILE, st.sampled_from(["", "ann", "x[bot]", "a/../b"])),
)


@pytest.mark.parametrize("style", MARKDOWN)
@given(changes=st.lists(CHANGES, max_size=4), url=st.sampled_from(["", URL]))
def test_hostile_text_makes_no_html_no_image_and_no_link_of_its_own(
    style: NotesStyle, changes: list[Change], url: str
) -> None:
    text = render_notes(data(*changes, url=url, messages={c.sha: f"feat: {c.subject}" for c in changes}), style=style)
    tokens = MarkdownIt("commonmark", {"html": True}).parse(text)
    inline = [one for token in tokens for one in token.children or ()]
    assert not [one.type for one in (*tokens, *inline) if one.type.startswith(("html", "image"))]
    targets = [str(one.attrGet("href")) for one in inline if one.type == "link_open"]
    known = ("https://github.example/", "http://b.c")
    assert not [target for target in targets if not target.startswith(known)]
    assert not [one for one in tokens if one.type == "heading_open" and one.level == 0 and one.tag == "h1"]


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        (".. raw:: html", "\\.. raw:: html"),
        (":raw:`x`", "\\:raw:\\ ``x``"),
        ("|x| *y* z_ __init__ a_b", "\\|x\\| \\*y\\* z\\_ \\_\\_init\\_\\_ a_b"),
        ("use `code_x`s and `", "use ``code_x``\\ s and \\`"),
        ("1. one", "\\1. one"),
        ("iv) one", "\\iv) one"),
        ("- one", "\\- one"),
        (">>> one", "\\>>> one"),
        ("a\\b", "a\\\\b"),
        ("plain words", "plain words"),
    ],
)
def test_restructured_text_shows_foreign_text_as_it_is(text: str, escaped: str) -> None:
    assert escape_rst(text) == escaped


def test_an_underline_is_as_wide_as_its_title() -> None:
    assert [underline(title, "-") for title in ("abc", "\u6f22", "")] == ["---", "--", "-"]


@pytest.mark.parametrize("style", list(NotesStyle))
@pytest.mark.parametrize("unit", ["`", "@a- ", "[x](\n"])
def test_the_time_is_linear_in_the_text(style: NotesStyle, unit: str) -> None:
    seconds = []
    for size in (20_000, 200_000):
        text = (unit * size)[:size]
        change = Change(A, "feat", text, breaking=True, breaking_notes=(text,), upgrade_path=text)
        started = time.process_time()
        render_notes(data(change), style=style)
        seconds.append(time.process_time() - started)
    # Ten times the text costs about ten times as much; a hundred times would be quadratic.
    assert seconds[1] < 40 * seconds[0] + 1


@pytest.mark.parametrize(
    "words",
    [
        ["_a", "-a", "(a", "[a", "*a", "#a", "`a", "0", "1", "10", "2", "a", "A", "á", "ab", "b", "B", "ß", "z", "я"],
        ["a b", "a-b", "a.b", "a1", "ab"],
        ["re-use", "re:use", "résumé", "reuse"],
    ],
)
def test_texts_sort_as_localecompare_sorts_them(words: list[str]) -> None:
    assert sorted(set(words), key=collation_key) == words


def test_what_cannot_be_seen_does_not_sort() -> None:
    assert collation_key("a\u200bb\x00") == collation_key("ab")
    assert collation_key("\u0301a") == collation_key("a")
    assert collation_key("a\u00a0b") < collation_key("a_b") < collation_key("a\U0001f600b") < collation_key("a0b")


def test_an_entry_is_broken_at_blanks_and_never_before_a_marker() -> None:
    assert wrap_entry("aa bb cc dd", width=5) == "aa bb\n  cc\n  dd"
    assert wrap_entry("aaaa bbbb - - - # 1. === > cccc", width=6) == "aaaa\n  bbbb - - - # 1. === >\n  cccc"
    assert wrap_entry("") == ""
