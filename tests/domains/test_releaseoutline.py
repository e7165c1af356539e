from __future__ import annotations

import time

import pytest

from pilotage.domains.releaseoutline import Entry, Part, read_outline
from pilotage.domains.upgradepath import drop_comments


def entries(body: str) -> tuple[Entry, ...]:
    return tuple(entry for part in read_outline(body) for entry in part.entries)


def test_headings_and_lists_are_read_in_their_order() -> None:
    body = "Big one.\n\n## 1.4.0 ##\n\n### Features\n\n* fly\n* swim\n\n### Fixes\n- sink\n"
    assert read_outline(body) == (
        Part(0, "", (Entry("Big one.", is_listed=False),)),
        Part(2, "1.4.0", ()),
        Part(3, "Features", (Entry("fly"), Entry("swim"))),
        Part(3, "Fixes", (Entry("sink"),)),
    )


def test_a_wrapped_entry_is_one_line() -> None:
    assert entries("- one\n  two\nthree\n- four") == (Entry("one two three"), Entry("four"))


def test_what_stands_indented_after_a_blank_line_is_below_the_entry() -> None:
    body = "* one\n\n  # Steps\n\n  1. do\n\n     ```sh\n     run\n     ```\n\n* two\n\nafter"
    assert entries(body) == (
        Entry("one", "# Steps\n\n1. do\n\n   ```sh\n   run\n   ```"),
        Entry("two"),
        Entry("after", is_listed=False),
    )


def test_a_list_right_below_an_entry_stays_a_list() -> None:
    assert entries("* one\n    - a\n      b\n    - c") == (Entry("one\n  - a b\n  - c"),)


def test_a_fence_right_below_an_entry_is_below_it() -> None:
    assert entries("* one\n  ```\n  # x\n  ```\n* two") == (Entry("one", "```\n# x\n```"), Entry("two"))


def test_a_fenced_block_is_an_entry_as_it_is() -> None:
    assert entries("```py\n# no heading\n\n* no entry\n```\ntext") == (
        Entry("```py\n# no heading\n\n* no entry\n```", is_listed=False),
        Entry("text", is_listed=False),
    )


def test_a_fence_ends_a_paragraph() -> None:
    assert entries("text\n~~~\n```\n~~~ \nmore\nwords") == (
        Entry("text", is_listed=False),
        Entry("~~~\n```\n~~~", is_listed=False),
        Entry("more words", is_listed=False),
    )


def test_paragraphs_are_parted_by_blank_lines_rules_and_definitions() -> None:
    body = "one\ntwo\n\nthree\n***\nfour\n[1.4.0]: https://example.org/compare\n- - -\nfive"
    assert [entry.text for entry in entries(body)] == ["one two", "three", "four", "five"]


def test_tags_that_only_lay_out_are_not_words() -> None:
    assert entries("<details><summary>demo 1.0</summary>\n\n* x<br/>y\n\n<p>\n</p>\n</details>") == (
        Entry("demo 1.0", is_listed=False),
        Entry("x y"),
    )


def test_comments_are_not_shown_and_an_open_one_hides_the_rest() -> None:
    assert drop_comments("a<!-- b -->c<!-- d") == "ac"
    assert read_outline("<!-- only -->\n") == ()


@pytest.mark.parametrize(
    "unit", ["* ", "- - ", "<!--", "```\n", "# ", "[x]: ", "<p ", "  - a\n", "* a\n\n  b\n", "\n", "1."]
)
def test_a_long_body_takes_no_longer_than_it_must(unit: str) -> None:
    start = time.process_time()
    read_outline(unit * (300_000 // len(unit)))
    assert time.process_time() - start < 10
