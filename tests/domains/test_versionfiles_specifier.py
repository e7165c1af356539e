"""Specifiers: which ones a new version changes, and into what."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from pilotage.domains.versionfiles.specifier import is_satisfied, raise_specifier
from pilotage.model.version import Version


@pytest.mark.parametrize(
    ("specifier", "version", "raised"),
    [
        ("==1.2.3", "1.2.4", "==1.2.4"),
        ("== 1.2.3 , != 1.2.2", "1.2.4", "== 1.2.4 , != 1.2.2"),
        ("===1.2.3", "1.2.4", "===1.2.4"),
        ("==1.2.3", "1.2.4rc1", "==1.2.4rc1"),
        ("1.2.3", "1.2.4", "1.2.4"),
        ("=1.2", "1.3", "=1.3"),
    ],
)
def test_a_pin_follows_the_version(specifier: str, version: str, raised: str) -> None:
    assert raise_specifier(specifier, Version(version)) == raised


@pytest.mark.parametrize(
    ("specifier", "version"),
    [
        ("", "2.0"),
        ("*", "2.0"),
        (">=1.2", "2.0.0"),
        (">1.0", "1.1"),
        ("~=1.2", "1.9.0"),
        ("^1.2", "1.9.0"),
        ("^0.2.3", "0.2.9"),
        ("^0", "0.9"),
        ("^0.0", "0.0.9"),
        ("~1.2", "1.2.9"),
        ("~1", "1.9"),
        (">=1.2,<2", "1.9"),
        ("==1.2.*", "1.2.9"),
        ("^1 || ^2", "2.1"),
        ("== 1.2", "1.2.0"),
        (">=1.2", "1.3rc1"),
    ],
)
def test_what_accepts_the_version_stays_as_it_is(specifier: str, version: str) -> None:
    assert raise_specifier(specifier, Version(version)) == specifier


@pytest.mark.parametrize(
    ("specifier", "version", "raised"),
    [
        (">=1.2,<2", "2.0.0", ">=2.0.0,<3"),
        (">=1.2, <2.0.0", "2.1.0", ">=2.1.0, <3.0.0"),
        (">=1.2 <1.5", "2.1.0", ">=2.1.0 <2.2"),
        (">=1.2,<2", "2.0.0rc1", ">=2.0.0rc1,<3"),
        (">1,<0", "1.5", ">1,<2"),
        (">2", "1.5", "1.5"),
        ("<0.5", "0.5.0", "<0.6"),
        ("<=1.4", "1.5", "<=1.5"),
        ("<1!2", "1!2.1", "<1!3"),
        ("<2,<9", "2.1", "<3,<9"),
        ("~=1.2", "2.3.1", "~=2.3"),
        ("~=1.2.3", "2.3.1", "~=2.3.1"),
        ("~=1.2.3", "2.3", "~=2.3.0"),
        ("~=1.2", "2.0.0rc1", "~=2.0rc1"),
        ("~=1.2", "2.0.0a1.dev3", "~=2.0a1.dev3"),
        ("~=1.2", "1!2.0", "~=1!2.0"),
        ("^1.2", "2.0.0", "^2.0.0"),
        ("^0.2.3", "0.3.0", "^0.3.0"),
        ("^0.0.3", "0.0.4", "^0.0.4"),
        ("~1.2", "1.3.0", "~1.3"),
        ("~1", "2.3.0", "~2"),
        ("==1.2.*", "1.3.0", "==1.3.*"),
        ("1.*", "2.3", "2.*"),
    ],
)
def test_a_range_that_refuses_the_version_is_moved_in_its_own_precision(
    specifier: str, version: str, raised: str
) -> None:
    expected = None if specifier == ">2" else raised  # `>` with the version itself refuses it

    assert raise_specifier(specifier, Version(version)) == expected


@pytest.mark.parametrize(
    ("specifier", "raised"),
    [
        (">=1.2", ">=1.9.1"),
        ("~=1.2", "~=1.9"),
        ("^1.2", "^1.9.1"),
        ("~1.9", "~1.9"),
        (">=1.2,<2", ">=1.9.1,<2"),
        (">1", ">1"),
        ("!=1.3", "!=1.3"),
        ("==1.*", "==1.*"),
    ],
)
def test_the_policy_always_raises_the_lower_bound(specifier: str, raised: str) -> None:
    assert raise_specifier(specifier, Version("1.9.1"), policy="always") == raised


@pytest.mark.parametrize("specifier", ["!=2.0", "^1 || ^3", "nonsense", "==1.x", "==1.2,,", "~=1", "@ x"])
def test_what_no_rule_leads_to_is_none(specifier: str) -> None:
    expected = "~=2.0" if specifier == "~=1" else None  # no specifier of PEP 440, but what is meant is clear

    assert raise_specifier(specifier, Version("2.0")) == expected


numbers = st.lists(st.integers(0, 12), min_size=1, max_size=4).map(lambda parts: ".".join(map(str, parts)))
versions = st.builds(lambda n, s: Version(n + s), numbers, st.sampled_from(["", "", "a1", "rc2", ".post1", ".dev3"]))
clauses = st.builds(
    lambda operator, number: f"{operator}{number}.0" if operator == "~=" else operator + number,
    st.sampled_from(["==", "~=", ">=", "<", "<=", "!=", ">"]),
    numbers,
)


@settings(deadline=None)  # the first example imports, and the machine may be busy
@given(specifier=st.lists(clauses, max_size=3).map(", ".join), version=versions)
def test_what_is_raised_accepts_the_version_and_is_raised_once(specifier: str, version: Version) -> None:
    raised = raise_specifier(specifier, version)

    assert is_satisfied(specifier, version) == SpecifierSet(specifier).contains(version, prereleases=True)
    if raised is not None:
        assert SpecifierSet(raised).contains(version, prereleases=True)
        assert raise_specifier(raised, version) == raised
        if is_satisfied(specifier, version) and "==" not in specifier:
            assert raised == specifier


@pytest.mark.parametrize("text", ["1" * 1_000_000, ">=1," * 20_000, "^1 || " * 20_000, " " * 1_000_000, "1." * 400_000])
def test_a_megabyte_of_specifier_takes_linear_time(text: str) -> None:
    started = time.process_time()

    raise_specifier(text, Version("2.0"))

    assert time.process_time() - started < 10
