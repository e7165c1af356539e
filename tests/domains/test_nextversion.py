from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotage.domains.nextversion import decide_next_version
from pilotage.errors import ConfigError
from pilotage.model.config import Config
from pilotage.model.version import Bump, Version

ON_ZERO = {
    "plain": Config(),
    "major": Config(major_on_zero=True),
    "patch": Config(patch_on_zero=True),
    "both": Config(major_on_zero=True, patch_on_zero=True),
}


def next_text(current: str | None, bump: str, config: Config | None = None, release_as: str = "") -> str | None:
    version = decide_next_version(
        None if current is None else Version(current), Bump(bump), config=config or Config(), release_as=release_as
    )
    return None if version is None else str(version)


@pytest.mark.parametrize(
    ("current", "bump", "expected"),
    [
        ("1.2.3", "patch", "1.2.4"),
        ("1.2.3", "minor", "1.3.0"),
        ("1.2.3", "major", "2.0.0"),
        ("1.9.0", "patch", "1.9.1"),
        ("2024.10.1", "patch", "2024.10.2"),
        ("1", "patch", "1.0.1"),
        ("1", "minor", "1.1"),
        ("1", "major", "2"),
        ("1.2", "patch", "1.2.1"),
        ("1.2", "minor", "1.3"),
        ("1.2", "major", "2.0"),
        ("1.2.3.4", "patch", "1.2.4"),
        ("1.2.3.4", "minor", "1.3.0"),
        ("1.2.3.4", "major", "2.0.0"),
        ("1!1.2.3", "patch", "1!1.2.4"),
        ("1!1.2.3rc1", "patch", "1!1.2.3"),
    ],
)
def test_a_bump_raises_its_number_and_keeps_the_shape(current: str, bump: str, expected: str) -> None:
    assert expected == next_text(current, bump)


@pytest.mark.parametrize(
    ("current", "bump", "expected"),
    [
        ("1.2.0rc1", "minor", "1.2.0"),  # peers.md 3d: peers answer 0.1.0, 1.0.0, 1.1.0 and an error
        ("1.2.0rc1", "patch", "1.2.0"),
        ("1.2.0rc1", "major", "2.0.0"),
        ("1.2.1rc1", "patch", "1.2.1"),
        ("1.2.1rc1", "minor", "1.3.0"),
        ("2.0.0rc1", "major", "2.0.0"),
        ("2.0.0b1", "patch", "2.0.0"),
        ("1.3.0.dev4", "minor", "1.3.0"),
        ("1.0rc1", "major", "1.0"),
        ("1.2.3.4rc1", "patch", "1.2.3.4"),
        ("1.2.3rc1.post2", "patch", "1.2.3"),
        ("0.3.0rc1", "major", "0.3.0"),
        ("0.3.1rc1", "major", "0.4.0"),
    ],
)
def test_a_prerelease_becomes_final_when_its_numbers_cover_the_bump(current: str, bump: str, expected: str) -> None:
    assert expected == next_text(current, bump)


@pytest.mark.parametrize(
    ("current", "bump", "expected"),
    [
        ("1.2.3.post1", "patch", "1.2.4"),
        ("1.2.3.post1.dev2", "patch", "1.2.4"),
        ("1.2.3+local.5", "minor", "1.3.0"),
        ("1.2.0rc1+local", "minor", "1.2.0"),
    ],
)
def test_post_dev_and_local_parts_are_dropped(current: str, bump: str, expected: str) -> None:
    assert expected == next_text(current, bump)


@pytest.mark.parametrize(("bump", "expected"), [("patch", "0.0.1"), ("minor", "0.1.0"), ("major", "0.1.0")])
def test_a_placeholder_version_of_zeros_is_never_released(bump: str, expected: str) -> None:
    assert expected == next_text("0.0.0.dev0", bump)


@pytest.mark.parametrize(
    ("flags", "bump", "expected"),
    [
        ("plain", "major", "0.4.0"),  # peers.md 3d: two peers answer 1.0.0 by default
        ("plain", "minor", "0.4.0"),
        ("plain", "patch", "0.3.1"),
        ("major", "major", "1.0.0"),
        ("major", "minor", "0.4.0"),
        ("patch", "major", "0.4.0"),
        ("patch", "minor", "0.3.1"),
        ("patch", "patch", "0.3.1"),
        ("both", "major", "1.0.0"),
        ("both", "minor", "0.3.1"),
    ],
)
def test_below_one_the_flags_decide(flags: str, bump: str, expected: str) -> None:
    assert expected == next_text("0.3.0", bump, ON_ZERO[flags])


@pytest.mark.parametrize("flags", list(ON_ZERO))
def test_the_flags_for_zero_do_not_touch_other_versions(flags: str) -> None:
    config = ON_ZERO[flags]
    assert [next_text("1.2.3", "major", config), next_text("1.2.3", "minor", config)] == ["2.0.0", "1.3.0"]


def test_the_first_release_has_the_initial_version() -> None:
    # peers.md 3d: two peers answer 1.0.0 and 1.1.0
    assert next_text(None, "minor") == "0.1.0"
    assert next_text(None, "patch", Config(initial_version="2024.1")) == "2024.1"


@pytest.mark.parametrize("current", [None, "1.0.0", "1.0.0rc1"])
def test_nothing_to_release_is_no_version(current: str | None) -> None:
    # one peer prints the current version instead
    assert next_text(current, "none") is None


def test_an_initial_version_that_is_none_is_an_error() -> None:
    with pytest.raises(ConfigError, match="initial-version: 'one' is not a version"):
        next_text(None, "minor", Config(initial_version="one"))


@pytest.mark.parametrize(
    ("current", "bump", "release_as", "expected"),
    [
        ("1.2.3", "patch", "3.0.0", "3.0.0"),
        ("1.2.3", "none", "1.2.4rc1", "1.2.4rc1"),
        (None, "none", "0.0.1", "0.0.1"),
        ("1.2.3rc1", "none", "1.2.3", "1.2.3"),
        ("2024.1", "none", "1!1.0", "1!1.0"),
    ],
)
def test_release_as_is_taken_instead_of_the_bump(
    current: str | None, bump: str, release_as: str, expected: str
) -> None:
    assert expected == next_text(current, bump, release_as=release_as)


@pytest.mark.parametrize(
    ("release_as", "found"),
    [
        ("next", "commit footer Release-As: 'next' is not a version"),
        ("1.2.2", "commit footer Release-As: 1.2.2: 1.2.2 is lower than the released version 1.2.3"),
        ("1.2.3rc1", "commit footer Release-As: 1.2.3rc1: 1.2.3rc1 is lower than the released version 1.2.3"),
        ("1.2.3", "commit footer Release-As: 1.2.3: 1.2.3 is already released"),
        ("1.2.3.0", "commit footer Release-As: 1.2.3.0: 1.2.3.0 is already released"),
        ("1.2.4+x", "commit footer Release-As: 1.2.4+x: the local part +x cannot be released"),
    ],
)
def test_a_release_as_that_cannot_follow_is_refused(release_as: str, found: str) -> None:
    with pytest.raises(ConfigError) as caught:
        next_text("1.2.3", "minor", release_as=release_as)
    assert found == caught.value.message
    assert caught.value.hint


VERSIONS = st.builds(
    "{}{}{}{}{}".format,
    st.sampled_from(["", "1!"]),
    st.lists(st.integers(0, 20), min_size=1, max_size=5).map(lambda parts: ".".join(map(str, parts))),
    st.sampled_from(["", "a1", "rc2"]),
    st.sampled_from(["", ".post1"]),
    st.sampled_from(["", ".dev3", "+local.1"]),
).map(Version)


@given(VERSIONS, st.sampled_from(["patch", "minor", "major"]), st.sampled_from(list(ON_ZERO)))
def test_the_next_version_is_final_and_above_the_current(current: Version, bump: str, flags: str) -> None:
    version = decide_next_version(current, Bump(bump), config=ON_ZERO[flags])
    assert version is not None
    assert version > current
    assert str(version) == version.base_version
    assert version.epoch == current.epoch


@given(VERSIONS)
def test_a_farther_bump_never_makes_a_lower_version(current: Version) -> None:
    made = [decide_next_version(current, bump, config=Config()) for bump in (Bump.PATCH, Bump.MINOR, Bump.MAJOR)]
    assert made == sorted(version for version in made if version is not None)
