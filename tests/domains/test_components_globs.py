"""Globs of paths: what they match, and that none of them takes long."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotage.domains.components.globs import is_loose_match, read_glob
from pilotage.errors import ConfigError


def matches(glob: str, path: str) -> bool:
    return read_glob(glob, place="here").is_match(path)


@pytest.mark.parametrize(
    ("glob", "path", "expected"),
    [
        ("packages/*", "packages/a", True),
        ("packages/*", "packages/a/b", False),
        ("packages/*", "packages", False),
        ("./packages/*/", "packages/a", True),
        ("packages/**", "packages/a", True),
        ("packages/**", "packages/a/b/c", True),
        ("packages/**", "packages", False),
        ("**", "a/b", True),
        ("**/a", "a", True),
        ("**/a", "x/y/a", True),
        ("**/a", "x/a/y", False),
        ("libs/**/x", "libs/x", True),
        ("libs/**/x", "libs/1/2/x", True),
        ("libs/**/x/**/y", "libs/x/x/1/x/2/y", True),
        ("libs/**/x/**/y", "libs/1/y", False),
        ("libs/*/x?", "libs/one/x2", True),
        ("libs/*/x?", "libs/one/x", False),
        ("packages/[ab]", "packages/a", True),
        ("packages/[!ab]", "packages/a", False),
        ("packages/[!ab]", "packages/c", True),
        ("packages/[]]", "packages/]", True),
        ("packages/[a]*[b]", "packages/axb", True),
        ("packages/{a,b}", "packages/a", False),
        ("Packages/*", "packages/a", False),
        ("*.md", "README.md", True),
        ("*.md", "docs/README.md", False),
        ("a.b", "aXb", False),
        ("a\nb*", "a\nbc", True),
        ("*", ".hidden", True),
    ],
)
def test_a_glob_matches_name_by_name(glob: str, path: str, expected: bool) -> None:
    assert matches(glob, path) is expected


@pytest.mark.parametrize(
    ("glob", "path", "expected"),
    [
        ("docs", "docs/a/b.md", True),
        ("docs/", "docs/a.md", True),
        ("docs", "docs", True),
        ("docs", "docs2/a.md", False),
        ("docs/*", "docs/a/b.md", True),
        ("docs/**", "docs/a/b.md", True),
        ("docs/*.md", "docs/a/b.md", False),
        ("**/tests", "a/tests/b/c.py", True),
    ],
)
def test_a_glob_of_a_folder_takes_what_lies_in_it(glob: str, path: str, expected: bool) -> None:
    assert read_glob(glob, place="here").is_over(path) is expected


@pytest.mark.parametrize(
    ("glob", "anchor"),
    [("a/b/*", "a/b"), ("a/b", "a"), ("a", ""), ("**/x", ""), ("a/**", "a"), ("x*/b", "")],
)
def test_a_glob_knows_the_folder_that_all_it_matches_lies_below(glob: str, anchor: str) -> None:
    assert read_glob(glob, place="here").anchor == anchor


@pytest.mark.parametrize(
    ("glob", "problem"),
    [
        ("", "names nothing"),
        ("./", "names nothing"),
        ("/etc/*", "absolute"),
        ("~/x", "absolute"),
        ("C:/x", "absolute"),
        ("a\\b", "backslash"),
        ("a\0b", "zero byte"),
        ("!docs/**", "exclamation"),
        ("a/../b", "leaves the folder"),
        ("src/**.py", "does not stand alone"),
        ("a/[bc", "not closed"),
        ("a/[!]", "not closed"),
        ("a/[b][c", "not closed"),
    ],
)
def test_a_glob_that_cannot_be_meant_is_refused_with_its_place(glob: str, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem) as error:
        read_glob(glob, place="[tool.pilotage] exclude-paths")
    assert error.value.message.startswith("[tool.pilotage] exclude-paths: ")
    assert error.value.hint


def test_a_wildcard_of_a_loose_glob_stands_for_slashes_too() -> None:
    assert is_loose_match("packages/d*", "packages/deep/c")
    assert not is_loose_match("packages/d*", "other/deep")


@pytest.mark.parametrize("glob", ["*a" * 300 + "b", "**/a/" * 300 + "b", "[a-z]*" * 300 + "!"])
def test_no_glob_takes_for_ever(glob: str) -> None:
    path = "/".join(["a" * 200] * 300) if "/" not in glob else "/".join(["a"] * 5_000)
    reader = read_glob(glob, place="here")
    assert not reader.is_over(path)
    assert not is_loose_match(glob, "a" * 20_000)


NAMES = st.text("ab*", min_size=1, max_size=4).filter(lambda name: "**" not in name)


def slow_match(items: list[str], names: list[str]) -> bool:
    """Say the same as the matcher in the simplest way that is right."""
    if not items:
        return not names
    if items[0] == "**":
        least = 1 if len(items) == 1 else 0
        return any(slow_match(items[1:], names[count:]) for count in range(least, len(names) + 1))
    return bool(names) and slow_name(items[0], names[0]) and slow_match(items[1:], names[1:])


def slow_name(item: str, name: str) -> bool:
    if not item:
        return not name
    if item[0] == "*":
        return any(slow_name(item[1:], name[count:]) for count in range(len(name) + 1))
    return bool(name) and item[0] == name[0] and slow_name(item[1:], name[1:])


@settings(deadline=None)
@given(st.lists(NAMES | st.just("**"), min_size=1, max_size=5), st.lists(st.text("ab", min_size=1), min_size=1))
def test_the_fast_matcher_says_what_the_simple_one_says(items: list[str], names: list[str]) -> None:
    collapsed = [one for index, one in enumerate(items) if items[index : index + 2] != ["**", "**"]]
    assert matches("/".join(items), "/".join(names)) is slow_match(collapsed, names)
