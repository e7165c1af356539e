"""Changelogs in the styles of others: recognised, kept up, and read back."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotage.domains.changelog import insert_section, read_newest_version, read_notes, read_section, read_section_date
from pilotage.domains.changelog.style import check_style, choose_style, recognise_style
from pilotage.domains.notes import render_notes
from pilotage.domains.rst import convert_rst
from pilotage.errors import ConfigError
from pilotage.model.change import Change
from pilotage.model.config import NotesRules
from pilotage.model.notes import NotesData, NotesStyle
from pilotage.model.version import Version

URL = "https://github.example/o/r"
V = Version("1.2.0")
KEPT = "## [1.2.0] - 2026-11-22\n\n### Added\n\n- new\n\n[1.2.0]: https://x.org/compare/v1.1.0...v1.2.0"


def put(text: str | None, section: str, style: NotesStyle) -> str:
    return insert_section(text, section, version=V, style=style)


@pytest.mark.parametrize(
    ("text", "style"),
    [
        (
            "# Changelog\n\n## [1.0.0](u/compare/a...b) (2026-01-01)\n\n\n### Features\n\n* x\n",
            NotesStyle.RELEASE_PLEASE,
        ),
        ("### [1.0.1](u/compare/a...b) (2026-01-01)\r\n\r\n\r\n### Bug Fixes\r\n", NotesStyle.RELEASE_PLEASE),
        (
            f"## 1.0.0 (2026-01-01)\n\n### Features\n\n- x ([#1](u/issues/1)) ([aaaaaaa](u/commit/{'a' * 40}))\n",
            NotesStyle.RELEASE_PLEASE,
        ),
        (
            f"## 1.0.0 (2026-01-01)\n\n### Features\n\n* x ([#1](u/pull/1)) ([aaaaaaa](u/commit/{'a' * 40}))\n",
            NotesStyle.PILOTAGE,
        ),
        ("# Changelog\n\n## [Unreleased]\n\n### Added\n\n- x\n", NotesStyle.KEEP_A_CHANGELOG),
        ("## [1.0.0] - 2026-01-01\n\n### Added\n\n- x\n", NotesStyle.KEEP_A_CHANGELOG),
        ("## [1.0.0](u) - 2026-01-01\n", NotesStyle.KEEP_A_CHANGELOG),
        ("## v1.0.0 (2026-01-01)\n\n### Feat\n\n- x\n", NotesStyle.COMMITIZEN),
        ("# C\n\n<!-- version list -->\n\n## v1.0.0 (2026-01-01)\n", NotesStyle.SEMANTIC_RELEASE),
        (
            f"## v1.0.0 (2026-01-01)\n### Feature\n* x ([`aaaaaaa`](u/commit/{'a' * 40}))\n",
            NotesStyle.SEMANTIC_RELEASE,
        ),
        (".. _changelog:\n\nv1.0.0 (2026-01-01)\n===================\n", NotesStyle.SEMANTIC_RELEASE_RST),
        ("# Changelog\n\n## 1.0.0\n\n* x\n\n## [0.9.0] - 2026-01-01\n", NotesStyle.KEEP_A_CHANGELOG),
        ("# Changelog\n\n## 1.0.0 (2026-01-01)\n\n* x\n", None),
        ("## 1.0.0 (2026-01-01)\n\n### Added\n\n- x\n", None),
        ("", None),
    ],
)
def test_a_style_is_recognised_by_the_newest_sections(text: str, style: NotesStyle | None) -> None:
    assert recognise_style(text) == style


def test_a_file_that_nobody_recognises_gets_our_own_style() -> None:
    chosen = [choose_style("auto", path="CHANGELOG.md", text=text) for text in (None, "", "# Changelog\n")]
    assert chosen == [NotesStyle.PILOTAGE] * 3
    assert choose_style("auto", path="docs/CHANGELOG.RST", text=None) is NotesStyle.SEMANTIC_RELEASE_RST


def test_a_configured_style_wins_over_the_file() -> None:
    assert choose_style("commitizen", path="c.md", text="## [1.0.0] - 2026-01-01\n") is NotesStyle.COMMITIZEN
    assert choose_style("python-semantic-release", path="c.rst", text=None) is NotesStyle.SEMANTIC_RELEASE_RST


def test_a_markdown_style_in_restructured_text_is_an_error() -> None:
    with pytest.raises(ConfigError, match=r"style is commitizen, which is Markdown, but changelog-path is C\.rst"):
        check_style(NotesRules(style="commitizen"), path="C.rst")
    check_style(NotesRules(), path="C.rst")


def test_what_is_unreleased_moves_into_the_section() -> None:
    text = (
        "# Changelog\n\n## [Unreleased]\n\nA word first.\n\n### Added\n\n- by hand\n\n### Removed\n\n- old\n\n"
        "## [1.1.0] - 2026-01-01\n\n- x\n\n"
        "[unreleased]: https://x.org/compare/v1.1.0...HEAD\n[1.1.0]: https://x.org/compare/v1.0.0...v1.1.0\n"
    )
    assert put(text, KEPT, NotesStyle.KEEP_A_CHANGELOG) == (
        "# Changelog\n\n## [Unreleased]\n\n"
        "## [1.2.0] - 2026-11-22\n\nA word first.\n\n### Added\n\n- by hand\n- new\n\n### Removed\n\n- old\n\n"
        "## [1.1.0] - 2026-01-01\n\n- x\n\n"
        "[unreleased]: https://x.org/compare/v1.2.0...HEAD\n"
        "[1.2.0]: https://x.org/compare/v1.1.0...v1.2.0\n"
        "[1.1.0]: https://x.org/compare/v1.0.0...v1.1.0\n"
    )


def test_an_empty_unreleased_block_stays_and_line_ends_follow_the_file() -> None:
    text = "# C\r\n\r\n## [Unreleased]\r\n\r\n## [1.1.0] - 2026-01-01\r\n\r\n- x\r\n"
    assert put(text, KEPT, NotesStyle.KEEP_A_CHANGELOG) == (
        "# C\r\n\r\n## [Unreleased]\r\n\r\n## [1.2.0] - 2026-11-22\r\n\r\n### Added\r\n\r\n- new\r\n\r\n"
        "## [1.1.0] - 2026-01-01\r\n\r\n- x\r\n\r\n[1.2.0]: https://x.org/compare/v1.1.0...v1.2.0\r\n"
    )
    theirs = text.replace("d]\r\n", "d]\r\n\r\n- mine\r\n", 1)
    moved = put(theirs, KEPT, NotesStyle.KEEP_A_CHANGELOG)
    assert "## [Unreleased]\r\n\r\n## [1.2.0] - 2026-11-22\r\n\r\n- mine\r\n\r\n### Added" in moved
    assert "\n" not in moved.replace("\r\n", "")


def test_a_new_changelog_to_keep_has_links() -> None:
    made = put(None, KEPT, NotesStyle.KEEP_A_CHANGELOG)
    assert made.startswith("# Changelog\n\n")
    assert made.endswith(
        "## [Unreleased]\n\n## [1.2.0] - 2026-11-22\n\n### Added\n\n- new\n\n"
        "[unreleased]: https://x.org/compare/v1.2.0...HEAD\n[1.2.0]: https://x.org/compare/v1.1.0...v1.2.0\n"
    )
    first = put(None, KEPT.replace("compare/v1.1.0...", "releases/tag/"), NotesStyle.KEEP_A_CHANGELOG)
    assert first.endswith("- new\n\n[1.2.0]: https://x.org/releases/tag/v1.2.0\n")


def test_the_link_of_a_version_is_replaced_and_no_other() -> None:
    text = "## [1.2.0] - 2026-01-01\n\n- x\n\n[Unreleased]: https://x.org/tree/main\n[1.2.0]: https://old\n[1.1.0]: https://y\n"
    assert put(text, KEPT, NotesStyle.KEEP_A_CHANGELOG).partition("\n\n[")[2] == (
        "Unreleased]: https://x.org/tree/main\n[1.2.0]: https://x.org/compare/v1.1.0...v1.2.0\n[1.1.0]: https://y\n"
    )


def test_a_section_without_a_link_leaves_the_links_alone() -> None:
    text = "# C\n\n## 1.1.0 - 2026-01-01\n\n- x\n\n[1.1.0]: https://y\n"
    section = "## 1.2.0 - 2026-11-22\n\n- new"
    assert put(text, section, NotesStyle.KEEP_A_CHANGELOG) == text.replace("## 1.1.0", f"{section}\n\n## 1.1.0")


def test_a_heading_beside_unreleased_is_not_the_block() -> None:
    text = "# C\n\n## What is unreleased\n\n- x\n\n## [1.1.0] - 2026-01-01\n"
    assert "- x\n\n## [1.2.0]" in put(text, KEPT, NotesStyle.KEEP_A_CHANGELOG)


@pytest.mark.parametrize("after", ["", "## v1.1.0 (2026-01-01)\n\n- x\n", "Text.\n"])
def test_a_section_goes_below_the_version_list(after: str) -> None:
    head = "# CHANGELOG\n\nWords.\n\n<!-- version list -->\n\n"
    section = "## v1.2.0 (2026-11-22)\n\n- new"
    gap = "\n" if after else ""
    assert put(head + after, section, NotesStyle.SEMANTIC_RELEASE) == f"{head}{section}\n{gap}{after}"


RST = """.. _changelog:

=========
CHANGELOG
=========

..
    version list

.. _changelog-v1.1.0:

v1.1.0 (2026-01-01)
===================

Features
--------

* Old (`PR#1`_)

3.12 support
~~~~~~~~~~~~

.. _PR#1: https://x.org/pull/1

.. _changelog-v1.0.0:

v1.0.0 (2025-01-01)
===================

* First
"""
RST_SECTION = (
    ".. _changelog-v1.2.0:\n\nv1.2.0 (2026-11-22)\n===================\n\nFeatures\n--------\n\n* New (`aaaaaaa`_)\n\n"
    ".. _aaaaaaa: https://x.org/commit/aaaaaaa"
)


def test_a_section_goes_into_restructured_text_with_its_anchor() -> None:
    made = put(RST, RST_SECTION, NotesStyle.SEMANTIC_RELEASE_RST)
    assert made == RST.replace(".. _changelog-v1.1.0:", f"{RST_SECTION}\n\n.. _changelog-v1.1.0:")
    assert put(made, RST_SECTION, NotesStyle.SEMANTIC_RELEASE_RST) == made
    assert read_section(made, V) == RST_SECTION.split("=\n\n", 1)[1]
    assert read_newest_version(made) == V
    assert put(None, RST_SECTION, NotesStyle.SEMANTIC_RELEASE_RST).endswith(f"version list\n\n{RST_SECTION}\n")


def test_a_section_of_restructured_text_is_shown_as_markdown() -> None:
    section = (
        "Features\n--------\n\n* **api**: Add ``x_y``\\ s (`PR#1`_, `abcdef1`_, `nowhere`_)\n\n"
        "Odd\n~~~\n\n* a\\_b <b> @ann [x](y) `z\n\n"
        ".. _PR#1: https://x.org/pull/1\n.. _abcdef1: https://x.org/commit/abcdef1"
    )
    text = RST.replace(".. _changelog-v1.1.0:", f"v1.2.0 (2026-11-22)\n====\n\n{section}\n\n.. _changelog-v1.1.0:")
    assert read_notes(text, V) == (
        "### Features\n\n* **api**: Add `x_y`s ([PR#1](https://x.org/pull/1), [abcdef1](https://x.org/commit/abcdef1), "
        "nowhere)\n\n#### Odd\n\n* a\\_b &lt;b&gt; @&#8203;ann \\[x\\](y) \\`z"
    )
    assert read_notes(text, Version("7")) is None
    assert read_notes("## 1.2.0\n\n* <b>\n", V) == "* <b>"


def test_a_section_of_restructured_text_ends_above_the_next_anchor() -> None:
    assert read_section(RST, Version("1.1.0")) == (
        "Features\n--------\n\n* Old (`PR#1`_)\n\n3.12 support\n~~~~~~~~~~~~\n\n.. _PR#1: https://x.org/pull/1"
    )
    assert read_section(RST, Version("1.0")) == "* First"
    assert read_section_date(RST, Version("1.0")) == "2025-01-01"


def test_a_version_inside_a_section_of_restructured_text_sinks() -> None:
    section = RST_SECTION + "\n\nv1.1.0 (2026-01-01)\n-------------------\n\n* x"
    made = put(RST, section, NotesStyle.SEMANTIC_RELEASE_RST)
    assert "\n\n**v1.1.0 (2026-01-01)**\n\n* x\n\n.. _changelog-v1.1.0:" in made
    assert read_section(made, Version("1.1.0")) == read_section(RST, Version("1.1.0"))


UNDERLINED = """---
version: 9.9.9
---

Changelog
=========

0.2.0 (unreleased)
------------------

* b

v0.1.0 (2026-01-01)
-------------------

* a

demo 0.0.1
==========

* start
"""


def test_underlined_headings_are_versions() -> None:
    found = [read_section(UNDERLINED, Version(one)) for one in ("0.2.0", "0.1.0", "0.0.1", "9.9.9")]
    assert found == ["* b", "* a", "* start", None]
    section = "## 1.2.0 (2026-11-22)\n\n* new"
    assert put(UNDERLINED, section, NotesStyle.PILOTAGE) == UNDERLINED.replace(
        "0.2.0 (unrel", f"{section}\n\n0.2.0 (unrel"
    )


@pytest.mark.parametrize(
    ("heading", "is_one"),
    [
        ("## demo 1.1.0", True),
        ("## demo 1.1.0 (2026-01-01)", True),
        ("## demo v1.1.0 - 2026-01-01", True),
        ("# demo 1.1.0", True),
        ("### demo 1.1.0 (2026-01-01)", False),
        ("## Python 3.12", False),
        ("## Python 3.12.1 support", False),
        ("## Since 1.1.0 of (2026-01-01)", False),
        ("1.1.0\n-----", True),
        ("demo 1.1\n--------", False),
        ("3.12 support\n------------", False),
        ("1.1.0 [YANKED]\n=====", True),
        ("1.1.0\ntext", False),
        ("1.1.x\n=====", True),
        ("7\n-----", False),
    ],
)
def test_a_name_before_the_version_and_an_underline_make_a_heading(heading: str, is_one: bool) -> None:
    text = f"# Changelog\n\n{heading}\n\n* old\n"
    section = "## 1.2.0 (2026-11-22)\n\n* new"
    place = text.replace(heading, f"{section}\n\n{heading}") if is_one else f"{text}\n{section}\n"
    assert put(text, section, NotesStyle.PILOTAGE) == place


def test_a_front_matter_that_never_ends_is_none() -> None:
    assert read_section("---\n\n## 1.2.0\n\n* x\n", V) == "* x"


def test_an_underlined_version_inside_a_section_sinks() -> None:
    made = put("# C\n", "## 1.2.0\n\n1.0.0\n-----\n\n* x", NotesStyle.PILOTAGE)
    assert made == "# C\n\n## 1.2.0\n\n#### 1.0.0\n\n* x\n"


words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30)
changes = st.lists(
    st.builds(
        Change,
        st.text("abcdef0123456789", min_size=40, max_size=40),
        st.sampled_from(["feat", "fix", "docs", "perf"]),
        words
        | st.sampled_from(["(`abcdef1`)", "## [9.9.9] - 2020-01-01", "v9.9.9 (2020-01-01)", "### Feat", "[`a`](b)"]),
        scope=st.lists(words, max_size=1).map(tuple),
        breaking=st.booleans(),
        pull_request=st.none() | st.integers(1, 99),
    ),
    min_size=1,
    max_size=4,
)


@pytest.mark.parametrize("style", list(NotesStyle))
@given(changes=changes, url=st.sampled_from(["", URL]), previous=st.sampled_from(["", "v1.1.0"]))
def test_what_a_style_writes_is_recognised_as_it_and_read_back(
    style: NotesStyle, changes: list[Change], url: str, previous: str
) -> None:
    notes = render_notes(NotesData("1.2.0", "v1.2.0", "2026-11-22", previous, url, tuple(changes)), style=style)
    path = "C.md" if style.is_markdown else "C.rst"
    made = put(None, notes, style)
    assert choose_style("auto", path=path, text=made) is style
    again = render_notes(NotesData("1.3.0", "v1.3.0", "2026-12-22", "v1.2.0", url, tuple(changes)), style=style)
    twice = insert_section(made, again, version=Version("1.3.0"), style=style)
    assert choose_style("auto", path=path, text=twice) is style
    assert read_section(twice, V) == read_section(made, V)
    assert read_section_date(twice, V) == "2026-11-22"
    assert read_newest_version(twice) == Version("1.3.0")
    assert insert_section(twice, again, version=Version("1.3.0"), style=style) == twice
    body = notes.partition("=\n\n" if not style.is_markdown else "\n")[2].strip()
    definition = f"\n\n[1.2.0]: {URL}" if style is NotesStyle.KEEP_A_CHANGELOG and url else "\0"
    assert read_section(twice, V) == body.rpartition(definition)[0].rstrip() or body


preambles = st.sampled_from(
    [
        "",
        "# Changelog\n\nWords.\n\n",
        "---\ntitle: x\n---\n\n",
        "# C\n\n<!-- version list -->\n\n",
        "# C\n\n## [Unreleased]\n\n",
    ]
)
older = st.sampled_from(
    [
        "## [1.1.0] - 2026-01-01\n\n### Added\n\n- a\n",
        "## v1.1.0 (2026-01-01)\n\n### Feat\n\n- a\n",
        "### [1.1.0](https://x.org/compare/a...b) (2026-01-01)\n\n\n### Bug Fixes\n\n* a\n",
        "1.1.0 (2026-01-01)\n------------------\n\n```\n## 9.9.9\n```\n",
        "## demo 1.1.0\n\n* a\n",
    ]
)
definitions = st.sampled_from(
    ["", "\n[1.1.0]: https://x.org\n", "\n[unreleased]: https://x.org/compare/v1.1.0...HEAD\n[1.1.0]: https://x.org\n"]
)


@pytest.mark.parametrize("style", [style for style in NotesStyle if style.is_markdown])
@given(preamble=preambles, old=older, links=definitions, newline=st.sampled_from(["\n", "\r\n"]))
def test_every_other_byte_stays(style: NotesStyle, preamble: str, old: str, links: str, newline: str) -> None:
    head, tail, end = (part.replace("\n", newline) for part in (preamble, old, links))
    change = Change("a" * 40, "feat", "x")
    notes = render_notes(NotesData("1.2.0", "v1.2.0", "2026-11-22", "v1.1.0", URL, (change,)), style=style)

    made = put(head + tail + end, notes, style)

    assert made.startswith(head)
    inserted, found, rest = made.removeprefix(head).partition(tail)
    assert found == tail
    assert inserted.rstrip() == notes.partition(f"\n\n[1.2.0]: {URL}")[0].replace("\n", newline)
    if style is not NotesStyle.KEEP_A_CHANGELOG:
        assert rest == end
    assert rest.count(f"[1.1.0]: https://x.org{newline}") == bool(links)


@pytest.mark.parametrize(
    "unit", ["[`abcdef1`](", "- x ([abcdef1](u/", "`", "\\", "## 1.0.0\n", "a\n---\n", ".. _a:\n", "[1.0]: x\n"]
)
def test_the_time_of_reading_is_linear_in_the_text(unit: str) -> None:
    seconds = []
    for size in (15_000, 150_000):
        body = (unit * size)[:size]
        text = f"## 1.1.0 (2026-01-01)\n\n{body}"
        started = time.process_time()
        recognise_style(text)
        convert_rst(body)
        put(f"{text}\n[unreleased]: x/compare/{body}\n".replace("```", ""), KEPT, NotesStyle.KEEP_A_CHANGELOG)
        seconds.append(time.process_time() - started)
    # Ten times the text costs about ten times as much; a hundred times would be quadratic.
    assert seconds[1] < 40 * seconds[0] + 1
