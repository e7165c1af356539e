"""What versions and specifiers mean for a release."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotage.domains.downstream.judging import judge_specifier, judge_version
from pilotage.domains.versionfiles.specifier import is_satisfied, raise_specifier
from pilotage.model.downstream import Standing, Wanted
from pilotage.model.version import Version


def wanted(version: str = "1.4.0") -> Wanted:
    return Wanted("demo", Version(version), f"v{version}")


@pytest.mark.parametrize("specifier", ["", " ", "*"])
def test_no_specifier_takes_any_version(specifier: str) -> None:
    assert judge_specifier(specifier, wanted()) == Standing.UNPINNED


@pytest.mark.parametrize(
    "specifier",
    [
        ">=1.2",
        ">= 1.2 , < 2",
        "~=1.2",
        "^1.2",
        "~1.4",
        "==1.*",
        "== 1.4.*",
        "!=1.3",
        "<2",
        ">=1.2,<2,",
        "^1 || ^3",
        "1.*",
        "1.3 || 1.4",
        ">=1.2 <2",
        "^1,!=1.3.1",
    ],
)
def test_a_range_that_the_version_satisfies_admits_it(specifier: str) -> None:
    assert judge_specifier(specifier, wanted()) == Standing.ADMITS


@pytest.mark.parametrize("specifier", ["==1.4.0", "===1.4.0", "=1.4.0", "1.4.0", "==1.4", "== v1.4", "===1.4"])
def test_a_pin_to_the_version_is_current(specifier: str) -> None:
    assert judge_specifier(specifier, wanted()) == Standing.CURRENT


def test_a_pin_with_an_exclusion_is_still_a_pin() -> None:
    assert judge_specifier("==1.4.0,!=1.3", wanted()) == Standing.CURRENT
    assert judge_specifier("==1.3.9,!=1.3", wanted()) == Standing.EXACT


@pytest.mark.parametrize("specifier", ["==1.3.9", "===1.3.9", "=1.3", "1.4.0rc1", "==1.4.0.dev1", "== 1"])
def test_a_pin_to_an_older_version_is_exact(specifier: str) -> None:
    assert judge_specifier(specifier, wanted()) == Standing.EXACT


@pytest.mark.parametrize(
    "specifier", ["<1.4", "==1.3.*", "~=1.3.0", "^0.9", "~1.3", "!=1.4.0", "^1.0,<1.4", ">=1,<1.2"]
)
def test_a_range_that_the_version_does_not_satisfy_excludes_it(specifier: str) -> None:
    assert judge_specifier(specifier, wanted()) == Standing.EXCLUDES


def test_alternatives_are_ahead_only_together() -> None:
    assert judge_specifier("^0.9 || ^2", wanted()) == Standing.EXCLUDES
    assert judge_specifier("^2 || ^3", wanted()) == Standing.AHEAD


@pytest.mark.parametrize(
    "specifier",
    [">=1.5", ">1.4.0", "~=1.5", "^2", "~2", "==2.*", "2.*", "==1.4.1", "1.10", ">=2,<3", "===1.5", "<3,>1.9"],
)
def test_what_asks_for_something_newer_is_ahead(specifier: str) -> None:
    assert judge_specifier(specifier, wanted()) == Standing.AHEAD


@pytest.mark.parametrize(
    "specifier",
    [
        "latest",
        "git+https://x",
        ">=",
        "==1.2.*.*",
        "~=1",
        ">=1.2.*",
        "==x",
        "1.2;",
        "||",
        ">=1,,<2",
        "@1.2",
        "1.4.0 x",
        ">=1" + ",>=1" * 1000,
        "==" + "9" * 5000,
        "1.2 |\n1.3",
        "1*2",
        "^x",
    ],
)
def test_what_is_no_specifier_is_unclear(specifier: str) -> None:
    assert judge_specifier(specifier, wanted()) == Standing.UNCLEAR


def test_a_pin_that_contradicts_itself_excludes() -> None:
    assert judge_specifier("==1.4.0,!=1.4.0", wanted()) == Standing.EXCLUDES


@pytest.mark.parametrize(
    ("specifier", "standing"),
    [
        ("==2.0.0rc1", Standing.CURRENT),
        (">=1.9", Standing.ADMITS),
        (">=1.9,<2", Standing.EXCLUDES),
        (">=2.0", Standing.AHEAD),
        ("==2.0", Standing.AHEAD),
        ("==2.0.*", Standing.ADMITS),
        ("==1.9", Standing.EXACT),
    ],
)
def test_a_pre_release_is_judged_as_pep_440_orders_it(specifier: str, standing: Standing) -> None:
    assert judge_specifier(specifier, wanted("2.0.0rc1")) == standing


@pytest.mark.parametrize(
    ("text", "standing"),
    [
        ("1.4.0", Standing.CURRENT),
        ("v1.4", Standing.CURRENT),
        ("1.4.0rc1", Standing.EXACT),
        ("1.4.0.post1", Standing.AHEAD),
        ("1!0.1", Standing.AHEAD),
        ("main", Standing.UNCLEAR),
        ("", Standing.UNCLEAR),
        ("9" * 5000, Standing.UNCLEAR),
    ],
)
def test_a_version_is_compared_and_not_read_as_text(text: str, standing: Standing) -> None:
    assert judge_version(text, wanted()) == standing


_VERSIONS = st.from_regex(r"(?:0|1|2)(?:\.[0-3]){0,3}(?:rc1|\.post1|\.dev1)?", fullmatch=True)
_CLAUSES = st.tuples(st.sampled_from(["==", ">=", "<", "<=", ">", "!=", "~=", "^", "~", "", "="]), _VERSIONS).map(
    "".join
)


@given(st.lists(_CLAUSES, min_size=1, max_size=3).map(",".join), _VERSIONS)
def test_judging_agrees_with_what_the_version_satisfies(specifier: str, version: str) -> None:
    standing = judge_specifier(specifier, wanted(version))
    if is_satisfied(specifier, Version(version)):
        assert standing in {Standing.ADMITS, Standing.CURRENT}
    else:
        assert standing in {Standing.EXACT, Standing.EXCLUDES, Standing.AHEAD, Standing.UNCLEAR}


@given(st.lists(_CLAUSES, min_size=1, max_size=3).map(",".join), _VERSIONS)
def test_what_was_raised_asks_for_nothing_more(specifier: str, version: str) -> None:
    raised = raise_specifier(specifier, Version(version))
    if raised is not None:
        assert judge_specifier(raised, wanted(version)) in {Standing.ADMITS, Standing.CURRENT}


@given(st.text(), st.text(alphabet="<>=~^!|*,. v0123456789\t"))
def test_any_text_is_judged(text: str, specifier: str) -> None:
    assert judge_specifier(text, wanted()) in Standing
    assert judge_specifier(specifier, wanted()) in Standing
    assert judge_version(text, wanted()) in Standing


def test_a_megabyte_is_judged_at_once() -> None:
    begin = time.perf_counter()
    for text in (">=1," * 250_000, "|" * 1_000_000, " " * 1_000_000 + "x", "1" * 1_000_000):
        assert judge_specifier(text, wanted()) == Standing.UNCLEAR
        assert judge_version(text, wanted()) == Standing.UNCLEAR
    assert time.perf_counter() - begin < 2
