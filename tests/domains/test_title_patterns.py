from __future__ import annotations

import contextlib
import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotage.domains.patterns import is_match, is_named, read_pattern_name
from pilotage.errors import ConfigError

ATOMS = st.sampled_from(["a", "b", "B", ".", r"\d", r"\w", r"\W", "[ab]", "[^a]", r"[\d-]", r"\.", "é", " ", r"\x61"])
PLACES = st.sampled_from(["^", "$", r"\b"])
TIMES = st.sampled_from(["*", "+", "?", "{2}", "{1,}", "{,2}", "{1,3}", "*?", "+?", "??", "{0}"])
TEXTS = st.text(st.sampled_from("abB1 é-.\n"), max_size=8)


def _combine(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    group = st.tuples(st.sampled_from(["(", "(?:", "(?=", "(?!", "(?P<n>"]), inner).map(
        lambda pair: f"{pair[0]}{pair[1]})"
    )
    return st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map("|".join),
        group,
        st.tuples(st.sampled_from(["(", "(?:"]), inner, TIMES).map(lambda parts: f"{parts[0]}{parts[1]}){parts[2]}"),
    )


PATTERNS = st.recursive(ATOMS | PLACES | st.tuples(ATOMS, TIMES).map("".join), _combine, max_leaves=8)


@given(st.sampled_from(["", "(?i)", "(?a)", "(?is)"]), PATTERNS, TEXTS)
def test_a_pattern_means_what_it_means_in_python(flags: str, pattern: str, text: str) -> None:
    pattern = (
        flags + pattern.replace("P<n>", ":").replace("??:", "?:") if pattern.count("P<n>") > 1 else flags + pattern
    )
    expected = re.compile(pattern.replace("$", r"\Z")).fullmatch(text) is not None
    assert expected == is_match(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("", "", True),
        ("a|b", "ab", False),
        ("^a|b$", "ax", False),
        ("^(?![A-Z]).+$", "add x", True),
        ("^(?![A-Z]).+$", "Add x", False),
        (r"JIRA-\d+", "JIRA-12", True),
        (r"JIRA-\d+", "JIRA-12x", False),
        (r"(?<key>[A-Z]+)-\d+", "AB-1", True),
        ("(?i)api", "API", True),
        (r"(?a)\w+", "über", False),
        (r"(?a)\bb\B.", "bé", False),
        (r".*\bb\B.", "bé", True),
        ("a$", "a\n", False),
        (r"\Aa\Z", "a", True),
        ("a{", "a{", True),
        ("a{}", "a{}", True),
        ("a{,}", "a{,}", True),
        ("[]a]+", "]a", True),
        ("(?:)", "", True),
        ("(a|)*b", "aab", True),
        (".*", "x" * 500, True),
        (".*", "x" * 501, False),
    ],
)
def test_a_pattern_matches_the_whole_text_or_does_not(pattern: str, text: str, *, expected: bool) -> None:
    assert expected == is_match(pattern, text)


@pytest.mark.parametrize(
    "pattern",
    [
        *(
            "(",
            "(a",
            "a)",
            "[a",
            "*a",
            "a**",
            "a*+",
            "a++",
            "^*",
            r"\b+",
            "a{3,1}",
            r"(a)\1",
            r"\0",
            r"\q",
            "\\",
            "[b-a]",
        ),
        *("(?<=a)b", "(?<!a)b", "(?>a)", "(?P=n)", "(?(1)a)", "(?m)a", "(?#c)", "a(?i)b", "[[a]", "(?", "(?P<1>a)"),
        *("a{1001}", "(?:a{100}){100}", "(?:a{0,100}){0,100}", "a|" * 501, "a" * 1001, "(" * 40 + ")" * 40),
        *("a{0,999}", "|" * 600, "(?=" + "a" * 990 + ")" + "b" * 8 + "{3}"),
    ],
)
def test_what_cannot_be_bounded_or_read_is_refused_with_the_pattern_and_a_hint(pattern: str) -> None:
    with pytest.raises(ConfigError) as caught:
        is_match(pattern, "a")
    assert caught.value.message.startswith(f"the pattern {pattern[:200]!r} cannot be used: at ")
    assert caught.value.hint.startswith("Patterns are regular expressions without ")


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+b",
        "(a|a)*b",
        "(a*)*b",
        "(?:(?:(?:a*)*)*)*b",
        "(a|aa)+b",
        "(.*)(.*)(.*)(.*)b",
        "(?:a?){200}a{200}b",
        "(?:(?=a*b)a)*",
    ],
)
def test_an_evil_pattern_ends(pattern: str) -> None:
    assert not is_match(pattern, "a" * 499)


def test_a_pattern_that_looks_ahead_without_end_is_an_error_and_not_a_hang() -> None:
    pattern = "(?:(?=(?:.*a.*|.*a.*|.*a.*|.*a.*|.*a.*)z).|.)*b"
    with pytest.raises(ConfigError, match="takes too many steps"):
        is_match(pattern, "a" * 500)


def test_a_look_ahead_is_answered_once_for_each_place() -> None:
    assert is_match("(?:(?=a)a|(?=a)a)*(?!a)b", "a" * 20 + "b")
    assert not is_match("(?:|x?)(?=a)b", "ab")
    assert is_match("(?:(?:(?=a)|(?!b))(?=a)a)*", "aaa")


@pytest.mark.parametrize(
    ("name", "expected"), [("api", ""), ("/a.c/", "a.c"), ("//", ""), ("/", ""), ("/a", ""), ("a/", ""), ("a/b", "")]
)
def test_a_name_between_slashes_is_a_pattern(name: str, expected: str) -> None:
    assert expected == read_pattern_name(name)


def test_a_text_is_named_by_a_name_or_by_a_pattern() -> None:
    names = ("a.c", r"/x-\d+/")
    assert [is_named(text, names) for text in ("a.c", "abc", "x-1", "x-1y", r"/x-\d+/")] == [
        True,
        False,
        True,
        False,
        True,
    ]


@given(st.text(st.sampled_from(string.punctuation + "aAbdwsxuP019é\n"), max_size=12), TEXTS)
def test_any_pattern_is_read_or_refused(pattern: str, text: str) -> None:
    with contextlib.suppress(ConfigError):
        assert is_match(pattern, text) in {True, False}
