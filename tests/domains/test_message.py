from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domains.title_verdicts import read_verdicts
from pilotage.domains.message import read_header, read_message, render_header, render_message, split_suffix
from pilotage.model.change import Footer, Message

LENIENT = {
    112: "the header is valid; a missing blank line must not cost a release its break",
    113: "the header is valid; a missing blank line must not cost a release its change",
}
DECIDED = {
    18: None,  # BREAKING-CHANGE is a footer's token, not a type
    33: "minor",  # padding around a scope says nothing
    38: "minor",
    54: None,  # a type is one word
    55: "none",
    60: "none",
    65: "none",
    66: "none",
    68: "none",
    69: None,  # no space after the first colon
    108: "minor",  # rule 12: a break has a colon
    111: "major",  # the text of a break may begin on the next line
    116: "major",  # nobody's break is lost to a missing blank line
    125: "minor",  # one message; the further headers are split off before (read_changes)
    126: "minor",
    127: "minor",
    135: "minor",
    136: "minor",
}

words = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters='():!,"[]'), min_size=1, max_size=8)
phrases = st.lists(words, min_size=1, max_size=4).map(" ".join)
tokens = st.sampled_from(["Refs", "Closes", "Reviewed-by", "BREAKING CHANGE", "BREAKING-CHANGE", "Release-As"])
messages = st.builds(
    Message,
    type=words,
    subject=phrases,
    scope=st.lists(words, max_size=3).map(tuple),
    is_marked=st.booleans(),
    pull_request=st.none() | st.integers(0, 10**9),
    body=st.lists(phrases.map("Prose: {}".format), max_size=3)
    .map("\n\n".join)
    .map(lambda text: text and f"{text}\n\n."),
    footers=st.lists(st.builds(Footer, tokens, phrases), max_size=4).map(tuple),
)


def spec_bump(message: Message) -> str:
    return "major" if message.is_breaking else {"feat": "minor", "fix": "patch"}.get(message.type.lower(), "none")


def test_every_tricky_message_is_read_as_the_specification_says() -> None:
    wrong = {}
    for row in read_verdicts():
        message = read_message(row.message)
        found = spec_bump(message) if message else None
        wanted = DECIDED[row.number] if "?" in (row.spec, row.bump) and row.number in DECIDED else row.bump
        if row.spec == "bad" and row.number not in LENIENT:
            wanted = None
        if found != wanted and row.number not in LENIENT:
            wrong[row.number] = (row.message, wanted, found)
    assert wrong == {}


def test_a_missing_blank_line_costs_neither_the_change_nor_its_break() -> None:
    plain = read_message("feat: add x\nbody")
    marked = read_message("feat: add x\nBREAKING CHANGE: y is gone")
    assert plain == Message("feat", "add x", body="body")
    assert marked == Message("feat", "add x", footers=(Footer("BREAKING CHANGE", "y is gone"),))


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("feat: add x", Message("feat", "add x")),
        ("Feat(API)!: add x", Message("Feat", "add x", ("API",), is_marked=True)),
        ("feat(a,b): x", Message("feat", "x", ("a", "b"))),
        ("feat( a , b ,): x", Message("feat", "x", ("a", "b"))),
        ("feat(ui/button): x", Message("feat", "x", ("ui/button",))),
        ("feat(a:b): x", Message("feat", "x", ("a:b",))),
        ("feat:  x  ", Message("feat", "x")),
        ("feat: x (#12)", Message("feat", "x", pull_request=12)),
        ("feat: x (#12) (#345)", Message("feat", "x", pull_request=345)),
        ("feat: x (#12)  (#345)", Message("feat", "x", pull_request=345)),
        ("feat: (#12)", Message("feat", "(#12)")),
        ("feat: x(#12)", Message("feat", "x(#12)")),
        ("feat: x (#)", Message("feat", "x (#)")),
        ("feat: x (#1a)", Message("feat", "x (#1a)")),
        ("feat: x (#٣)", Message("feat", "x (#٣)")),
        ("feat: x (#12345678901)", Message("feat", "x (#12345678901)")),
        ("feat: x (y)", Message("feat", "x (y)")),
        ("feat(a): b (c): d", Message("feat", "b (c): d", ("a",))),
        ("fix: \u202e\x00", Message("fix", "\u202e\x00")),
        ("特性: x", Message("特性", "x")),
    ],
)
def test_a_header_is_read_part_by_part(header: str, expected: Message) -> None:
    assert read_header(header) == expected


@pytest.mark.parametrize(
    "header",
    [
        "",
        "feat",
        "feat:x",
        "feat:\tx",
        "feat: ",
        "feat:\u00a0x",
        "feat : x",
        "feat (a): x",
        "feat!(a): x",
        "feat!!: x",
        "feat(): x",
        "feat( ): x",
        "feat(,): x",
        "feat(a)(b): x",
        "feat(a(b)): x",
        "feat(a: x",
        " feat: x",
        "!: x",
        ": x",
        "(a): x",
        "my type: x",
        "BREAKING CHANGE: x",
        "BREAKING-CHANGE: x",
    ],
)
def test_what_breaks_a_rule_is_no_header(header: str) -> None:
    assert read_header(header) is None


def test_blank_lines_around_a_message_say_nothing() -> None:
    assert read_message("\n  \r\n\nfeat: x\n\nbody\n\n\n") == Message("feat", "x", body="body")


@pytest.mark.parametrize("text", ["", "\n\n", "\r", "\0", "no header\n\nfeat: x"])
def test_a_message_without_a_header_is_none(text: str) -> None:
    assert read_message(text) is None


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_make_no_difference(end: str) -> None:
    text = end.join(["feat: x", "", "one", "two", "", "BREAKING CHANGE: y", "  more", "Refs #12"])
    assert read_message(text) == Message(
        "feat", "x", body="one\ntwo", footers=(Footer("BREAKING CHANGE", "y\n  more"), Footer("Refs", "#12"))
    )


@pytest.mark.parametrize(
    ("lines", "body", "footers"),
    [
        ("Refs: #1\nCloses #2", "", [("Refs", "#1"), ("Closes", "#2")]),
        ("Note: prose\n\nmore prose", "Note: prose\n\nmore prose", []),
        ("prose\nRefs: #1", "prose\nRefs: #1", []),
        ("prose\n\nRefs: #1\n\nSigned-off-by: A", "prose", [("Refs", "#1"), ("Signed-off-by", "A")]),
        ("Refs: #1\n\n---------\n\nCo-authored-by: A", "---------", [("Refs", "#1"), ("Co-authored-by", "A")]),
        ("BREAKING CHANGE: y\n\nmore\n\nBy: Z", "", [("BREAKING CHANGE", "y\n\nmore"), ("By", "Z")]),
        ("By: Z\n\nBREAKING CHANGE: y", "", [("By", "Z"), ("BREAKING CHANGE", "y")]),
        ("text\nBREAKING CHANGE: y", "text", [("BREAKING CHANGE", "y")]),
        ("text\nBREAKING-CHANGE: y", "text", [("BREAKING-CHANGE", "y")]),
        ("BREAKING-CHANGE: y\n\n---------\n\nBy: Z", "---------", [("BREAKING-CHANGE", "y"), ("By", "Z")]),
        ("BREAKING CHANGE: y\n\n* fix: z\n\n* q", "* fix: z\n\n* q", [("BREAKING CHANGE", "y")]),
        ("BREAKING CHANGE: y\n* foo: z", "", [("BREAKING CHANGE", "y\n* foo: z")]),
        ("BREAKING CHANGE:\n- a\n- b", "", [("BREAKING CHANGE", "- a\n- b")]),
        ("BREAKING CHANGE:", "BREAKING CHANGE:", []),
        ("BREAKING CHANGE: \n\n## List", "BREAKING CHANGE:\n\n## List", []),
        ("BREAKING CHANGE:\nRefs: #1", "BREAKING CHANGE:", [("Refs", "#1")]),
        ("BREAKING CHANGE:y", "BREAKING CHANGE:y", []),
        ("BREAKING CHANGE #12", "BREAKING CHANGE #12", []),
        ("BREAKING CHANGES: y", "BREAKING CHANGES: y", []),
        ("breaking change: y", "breaking change: y", []),
        ("breaking-change: y", "", [("breaking-change", "y")]),
        ("* BREAKING CHANGE: y", "* BREAKING CHANGE: y", []),
        ("## BREAKING CHANGE: y", "## BREAKING CHANGE: y", []),
        ("```py\nclass A(B):\n```\n\nBREAKING CHANGE: y", "```py\nclass A(B):\n```", [("BREAKING CHANGE", "y")]),
        ("foo(bar: nope", "foo(bar: nope", []),
        ("TABLE(RESULT('x')) works", "TABLE(RESULT('x')) works", []),
        ("see https://e.example: foo", "see https://e.example: foo", []),
    ],
)
def test_a_body_is_parted_from_its_footers(lines: str, body: str, footers: list[tuple[str, str]]) -> None:
    expected = Message("fix", "x", body=body, footers=tuple(Footer(*pair) for pair in footers))
    assert read_message(f"fix: x\n\n{lines}") == expected


def test_a_break_is_a_mark_or_a_footer() -> None:
    texts = [
        "feat: x",
        "feat!: x",
        "feat: x\n\nBREAKING CHANGE: y",
        "feat: x\n\nBREAKING-CHANGE: y",
        "x: BREAKING CHANGE: y",
    ]
    assert [(read_message(text) or Message("", "")).is_breaking for text in texts] == [False, True, True, True, False]


@given(messages)
def test_a_rendered_message_is_read_back(message: Message) -> None:
    assert read_message(render_message(message)) == message
    assert read_header(render_header(message)) == Message(
        message.type, message.subject, message.scope, is_marked=message.is_marked, pull_request=message.pull_request
    )


@given(st.text() | st.text(st.sampled_from("feat(): \n#!12B,-")))
def test_any_text_is_read_without_an_error_and_once_rendered_means_the_same(text: str) -> None:
    message = read_message(text)
    if message is not None and not message.body and not message.footers:
        assert read_message(render_message(message)) == message


@given(st.text(st.sampled_from(" (#)12a")))
def test_a_suffix_comes_off_once_and_for_all(text: str) -> None:
    bare, number = split_suffix(f"x{text}")
    assert split_suffix(bare) == (bare, None)
    assert (number is None) == (bare == f"x{text}")


MEGABYTE = 1 << 20


@pytest.mark.parametrize(
    "text",
    [
        "(" * MEGABYTE,
        "feat" + "(" * MEGABYTE,
        "feat(" + "a," * (MEGABYTE // 2),
        "feat(" + "a," * (MEGABYTE // 2) + "): x",
        "feat" * (MEGABYTE // 4),
        "feat: x" + " (#1)" * (MEGABYTE // 5),
        "feat: x" + " (#1)" * (MEGABYTE // 5) + ".",
        "feat: " + " " * MEGABYTE + "x",
        "feat: x\n\n" + "key: value\n" * (MEGABYTE // 11) + "prose",
        "feat: x\n\n" + "key: value\n\n" * (MEGABYTE // 12) + "prose",
        "feat: x\n\n" + "BREAKING CHANGE: y\n" * (MEGABYTE // 19),
        "feat: x\n\n" + "BREAKING CHANGE:\n" * (MEGABYTE // 17),
        "feat: x\n\n" + "BREAKING-CHANGE" * (MEGABYTE // 15),
        "feat: x\n\n" + "a-" * (MEGABYTE // 2),
        "feat: x\n\n" + "\n" * MEGABYTE,
        "\n" * MEGABYTE,
        "\r" * MEGABYTE,
        "\0" * MEGABYTE,
    ],
    ids=range(18),
)
def test_a_hostile_megabyte_is_read_to_the_end(text: str) -> None:
    message = read_message(text)
    assert (message is None) == (not text.startswith("feat: ") and not text.endswith("): x"))
