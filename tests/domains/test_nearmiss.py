from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotage.domains.message import read_message
from pilotage.domains.nearmiss import NearMiss, find_near_misses

pieces = st.sampled_from(
    [
        *("BREAKING", "Breaking", "breaking", " ", "-", "_", "CHANGE", "change", "s", ":", "**", "## ", "* ", "- [x] "),
        *("> ", "- [ ] ", "```", "~~~", "<!--", "-->", "\n", "\r\n", "\n\n", "x", "none", "⚠️ ", "—", "    "),
    ]
)
bodies = st.lists(pieces, max_size=30).map("".join)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("BREAKING CHANGES: the option is gone", "has the plural"),
        ("Breaking change - the option is gone", "is not in capitals"),
        ("Breaking change — the option is gone", "is not in capitals"),
        ("breaking change: the option is gone", "is not in capitals"),
        ("Breaking Change: the option is gone", "is not in capitals"),
        ("breaking changes: the option is gone", "has the plural"),
        ("Breaking change -", "is not in capitals"),
        ("BREAKING CHANGE the option is gone", "has no colon after the words"),
        ("BREAKING CHANGE #12", "has no colon after the words"),
        ("BREAKING CHANGE - the option is gone", "has no colon after the words"),
        ("BREAKING CHANGE", "has no colon after the words"),
        ("BREAKING CHANGE:the option is gone", "has no space after the colon"),
        ("BREAKING_CHANGE: the option is gone", "has something else than a blank between the words"),
        ("BREAKINGCHANGE: the option is gone", "has something else than a blank between the words"),
        ("* BREAKING CHANGE: the option is gone", "is a list item"),
        ("- **BREAKING CHANGE**: the option is gone", "is a list item"),
        ("1. BREAKING CHANGE: the option is gone", "is a list item"),
        ("- [x] Breaking change (a feature that makes others stop to work)", "is a list item"),
        ("[X] Breaking change", "begins with a box"),
        ("- Breaking change", "is a list item"),
        ("## Breaking change: the option is gone", "is a heading"),
        ("**BREAKING CHANGE:** the option is gone", "begins with emphasis"),
        ("**Breaking change** in the command line", "begins with emphasis"),
        ("⚠️ BREAKING CHANGE: the option is gone", "begins with an emoji"),
        (":boom: BREAKING CHANGE: the option is gone", "begins with an emoji"),
        ("  BREAKING CHANGE: the option is gone", "begins with a blank"),
        ("## Breaking change", "is a heading"),
        ("## Breaking changes\n\nThe option is gone.", "is a heading"),
        ("### ⚠ BREAKING CHANGES\n\n* the option is gone", "is a heading"),
        ("Breaking change?\n\nYes", "is not in capitals"),
        ("Breaking changes:\n- the option is gone", "has the plural"),
        ("breaking change:\nthe option is gone", "is not in capitals"),
        ("Breaking change.", "is not in capitals"),
    ],
)
def test_what_only_people_read_as_a_break_is_named(line: str, reason: str) -> None:
    assert (NearMiss(3, reason),) == find_near_misses(f"Text.\n\n{line}")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "BREAKING CHANGE: the option is gone",
        "BREAKING-CHANGE: the option is gone",
        "BREAKING CHANGE:\nthe option is gone",
        "BREAKING-CHANGE #12",
        "Breaking changes are announced in the documentation.",
        "- breaking change detection is better now",
        "this is a\nbreaking change\nfor nobody",
        "Breaking changesets: none of them",
        "Breaking change-log entries: gone",
        "This is no breaking change: nobody used it.",
        "`BREAKING CHANGE:` is the footer's name",
    ],
)
def test_a_footer_and_running_prose_are_no_near_miss(body: str) -> None:
    assert find_near_misses(body) == ()


@pytest.mark.parametrize(
    "body",
    [
        "```\nBREAKING CHANGES: x\n```",
        "~~~text\nBREAKING CHANGES: x\n```\nBREAKING CHANGES: y\n~~~~",
        "- ```\n  BREAKING CHANGES: x\n  ```",
        "```\nBREAKING CHANGES: x\n```` not the end\nBREAKING CHANGES: x",
        "<!--\nBREAKING CHANGES: x\n-->",
        "text <!-- a --> and <!-- b\nBREAKING CHANGES: x\nc --> d <!--\nBREAKING CHANGES: x",
        "<!-- ```\n-->\n> BREAKING CHANGES: x",
        "  > ## Breaking change",
    ],
)
def test_code_comments_and_quotes_announce_nothing(body: str) -> None:
    assert find_near_misses(body) == ()


@pytest.mark.parametrize(
    "body",
    [
        "- [ ] Breaking change",
        "- [ ] Bug fix\n- [ ] BREAKING CHANGE: what breaks",
        "## Breaking changes\n\nNone",
        "## Breaking changes\n\n- no.\n\n## Tests",
        "## Breaking changes\n\n_N/A_",
        "## Breaking changes\n\nNone that I know of.",
        "## Breaking changes\n\n<!-- what breaks -->\n\n## Tests\n",
        "## Tests\n\nmany\n\n## Breaking changes\n",
        "Breaking change: no",
        "Breaking changes: no breaking changes",
        "BREAKING CHANGE? No",
        "Breaking change? No",
        "**Breaking change**: none",
    ],
)
def test_a_template_that_is_not_filled_in_announces_nothing(body: str) -> None:
    assert find_near_misses(body) == ()


def test_lines_are_counted_as_they_stand_in_the_body() -> None:
    body = "<!--\r\n-->\r\n```\r\nx\r\n```\r\n> y\r\nBREAKING CHANGES: a\rBREAKING CHANGES: b"
    assert [miss.line for miss in find_near_misses(body)] == [7, 8]


@given(bodies)
def test_a_line_that_makes_a_release_breaking_is_never_called_a_near_miss(body: str) -> None:
    lines = body.replace("\r\n", "\n").split("\n")
    for miss in find_near_misses(body):
        message = read_message(f"fix: a\n\n{lines[miss.line - 1]}\nx")
        assert message is not None
        assert not message.is_breaking


@pytest.mark.parametrize(
    "text",
    [
        *("<!--" * 250_000, "`" * 1_000_000, "breaking change " * 60_000, " " * 1_000_000, "- [x] " * 160_000),
        *("## Breaking change\n\n\n" * 45_000, "**" * 500_000, "breaking changes:" + "-" * 1_000_000),
        *("#" * 1_000_000, "~" * 1_000_000, "\n" * 200_000 + "Breaking change", ":a" * 500_000, "```\n" * 250_000),
        "<!-- -->" * 125_000,
    ],
    ids=range(14),
)
def test_a_megabyte_is_read_in_one_go(text: str) -> None:
    """Linear time: anything quadratic would take minutes here."""
    assert len(find_near_misses(text)) in (0, 1, 45_000)
