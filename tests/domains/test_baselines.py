"""What a branch's commits follow, out of the tags."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotage.domains.baselines import Baselines, choose_baselines, read_known, read_releases
from pilotage.model.history import Baseline
from pilotage.model.version import TagFormat, Version


def tag(text: str) -> Baseline:
    return Baseline(f"v{text}", text, Version(text))


@pytest.mark.parametrize(
    ("reached", "last", "full"),
    [
        ("", None, None),
        ("1.4.0", "1.4.0", "1.4.0"),
        ("1.5.0rc2 1.5.0rc1 1.4.0", "1.5.0rc2", "1.4.0"),
        ("1.4.1 1.5.0rc2 1.4.0", "1.5.0rc2", "1.4.1"),  # the default branch was merged into the channel
        ("1.5.0.dev3 1.4.0", "1.5.0.dev3", "1.4.0"),
        ("1.4.0.post1 1.4.0", "1.4.0.post1", "1.4.0.post1"),
        ("0.1.0rc1", "0.1.0rc1", None),
    ],
)
def test_the_highest_of_any_kind_and_the_highest_full_release_are_chosen(
    reached: str, last: str | None, full: str | None
) -> None:
    wanted = Baselines(tag(last) if last else None, tag(full) if full else None)
    assert choose_baselines(map(tag, reached.split())) == wanted


def test_a_tag_that_spells_no_version_is_passed_over() -> None:
    assert choose_baselines([Baseline("nightly", "a", None), tag("1.0")]) == Baselines(tag("1.0"), tag("1.0"))


def test_of_two_spellings_of_a_version_the_first_is_taken() -> None:
    one, other = Baseline("v1.0", "a", Version("1.0")), Baseline("v1.0.0", "a", Version("1.0.0"))
    assert choose_baselines([one, other]) == Baselines(one, one)


@given(st.permutations(["1.5.0rc2", "1.5.0rc1", "1.4.0", "1.4.1", "2.0.0.dev1"]))
def test_the_order_of_the_tags_does_not_matter(texts: list[str]) -> None:
    assert choose_baselines(map(tag, texts)) == Baselines(tag("2.0.0.dev1"), tag("1.4.1"))


def test_known_versions_are_read_rising_and_once() -> None:
    tags = ("v1.10.0", "v1.9.0", "v1.9", "v2.0.0rc1", "nightly", "v", "vv1.0", "other-v1.0.0", "v1.x", "v1.0-bad-", "")
    assert read_known(tags, TagFormat("v")) == tuple(map(Version, ("1.9.0", "1.10.0", "2.0.0rc1")))
    assert read_known(("a-1.0-z", "1.0"), TagFormat("a-", "-z")) == (Version("1.0"),)


def test_versions_below_the_first_number_of_the_least_are_left_out() -> None:
    tags = ("0.9.0", "1.4.0", "1.5.0", "2.0", "1!0.1", "99999999999.0")
    known = read_known(tags, TagFormat(""), least=Version("1.5.0"))
    assert known == tuple(map(Version, ("1.4.0", "1.5.0", "2.0", "1!0.1")))
    assert read_known(("2.0", "1!0.1", "1!1.0"), TagFormat(""), least=Version("1!1.0")) == (Version("1!1.0"),)


def test_a_release_keeps_its_tag_as_it_is_written() -> None:
    tags = ("v2026.04.0", "v1.4", "v1.4.0", "v1.4.0.0", "v1.4.1", "v1")
    found = read_releases(tags, TagFormat("v"))
    assert [(str(version), tag) for version, tag in found.items()] == [
        ("1", "v1"),
        ("1.4.0.0", "v1.4.0.0"),
        ("1.4.1", "v1.4.1"),
        ("2026.4.0", "v2026.04.0"),
    ]
