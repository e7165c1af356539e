"""Versions by the calendar."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domains.branch_world import line, next_of, propose
from pilotage.domains.calver import check_versioning, read_scheme
from pilotage.errors import ConfigError
from pilotage.model.config import Config
from pilotage.model.version import Bump, Version


def calver(scheme: str, *, initial_version: str = "0.1.0") -> Config:
    return Config(versioning=f"calver:{scheme}", tag_format="v{version}", initial_version=initial_version)


@pytest.mark.parametrize(
    ("scheme", "expected"),
    [
        ("YYYY.MM.MICRO", "2026.4.0"),
        ("YYYY.0M.MICRO", "2026.4.0"),  # PEP 440 writes 2026.04.0 as 2026.4.0
        ("YYYY.0M.PATCH", "2026.4.0"),
        ("YY.MM.MICRO", "26.4.0"),
        ("0Y.0M.MICRO", "26.4.0"),
        ("YYYY.MM.DD", "2026.4.5"),
        ("YYYY.0M.0D", "2026.4.5"),
        ("YYYY.WW.MICRO", "2026.14.0"),
        ("YY.0W.MICRO", "26.14.0"),
        ("YYYY.MINOR.MICRO", "2026.0.0"),
        ("MAJOR.YYYY.MICRO", "0.2026.0"),
        ("YYYY", "2026"),
        ("YYYY.MM.WW.MICRO", "2026.4.14.0"),
    ],
)
def test_a_first_release_is_that_of_its_day(scheme: str, expected: str) -> None:
    on = line(today="2026-04-05")
    assert next_of(propose("feat: x", last=None, on=on, config=calver(scheme))) == expected


@pytest.mark.parametrize(
    ("scheme", "last", "message", "today", "expected"),
    [
        ("YYYY.MM.MICRO", "2026.11.0", "fix: x", "2026-11-30", "2026.11.1"),
        ("YYYY.MM.MICRO", "2026.11.0", "feat!: x", "2026-11-30", "2026.11.1"),
        ("YYYY.MM.MICRO", "2026.11", "fix: x", "2026-11-30", "2026.11.1"),
        ("YYYY.0M.MICRO", "2026.04.9", "fix: x", "2026-04-30", "2026.4.10"),
        ("YYYY.MM.MICRO", "2026.11.7", "fix: x", "2026-12-01", "2026.12.0"),
        ("YYYY.MM.MICRO", "2026.11.7", "fix: x", "2027-01-01", "2027.1.0"),
        ("YYYY.MM.MICRO", "2026.12.0", "fix: x", "2026-11-22", "2026.12.1"),  # never back
        ("YYYY.MM.MICRO", "1!2026.11.7", "fix: x", "2026-12-01", "1!2026.12.0"),
        ("YYYY.MM.DD", "2026.11.21", "fix: x", "2026-11-22", "2026.11.22"),
        ("YYYY.MM.DD.MICRO", "2026.11.22", "fix: x", "2026-11-22", "2026.11.22.1"),
        ("YYYY.WW.MICRO", "2026.52.3", "fix: x", "2026-12-31", "2026.53.0"),
        ("YYYY.WW.MICRO", "2026.53.3", "fix: x", "2027-01-01", "2027.1.0"),
        ("YYYY.WW.MICRO", "2026.1.3", "fix: x", "2026-01-07", "2026.1.4"),
        ("YYYY.WW.MICRO", "2026.1.3", "fix: x", "2026-01-08", "2026.2.0"),
        ("YY.MINOR.MICRO", "26.1.2", "feat: x", "2026-11-22", "26.2.0"),
        ("YY.MINOR.MICRO", "26.1.2", "fix: x", "2026-11-22", "26.1.3"),
        ("YY.MINOR.MICRO", "26.1.2", "feat!: x", "2026-11-22", "26.2.0"),
        ("YY.MINOR.MICRO", "25.1.2", "fix: x", "2026-11-22", "26.0.0"),
        ("YY.MINOR", "26.1", "fix: x", "2026-11-22", "26.2"),
        ("YYYY.MAJOR", "2026.1", "fix: x", "2026-11-22", "2026.2"),
        ("MAJOR.YYYY.MICRO", "3.2026.2", "feat!: x", "2026-11-22", "4.2026.0"),
        ("MAJOR.YYYY.MICRO", "3.2026.2", "feat: x", "2026-11-22", "3.2026.3"),
        ("MAJOR.YYYY.MICRO", "3.2025.2", "feat!: x", "2026-11-22", "4.2026.0"),
        ("MAJOR.YYYY.MICRO", "3.2025.2", "feat: x", "2026-11-22", "3.2026.0"),
        ("MAJOR.YYYY", "3.2025", "fix: x", "2026-11-22", "3.2026"),
        ("MAJOR.YYYY", "3.2026", "fix: x", "2026-11-22", "4.2026"),
        ("YYYY.MM.MICRO", "2026.11.0", "chore: x", "2026-12-01", None),
    ],
)
def test_a_new_period_begins_at_zero_and_the_same_one_counts_on(
    scheme: str, last: str, message: str, today: str, expected: str | None
) -> None:
    assert next_of(propose(message, last=last, on=line(today=today), config=calver(scheme))) == expected


def test_two_releases_in_a_period_without_a_counter_ask_for_one() -> None:
    with pytest.raises(ConfigError) as caught:
        propose("fix: x", last="2026.11.22", config=calver("YYYY.MM.DD"), on=line())
    assert caught.value.message == (
        "[tool.pilotage] versioning: calver:YYYY.MM.DD has no version after 2026.11.22 before the next period begins, "
        "and there is something to release"
    )
    assert caught.value.hint == "Add a counter: calver:YYYY.MM.DD.MICRO"


@pytest.mark.parametrize(
    ("scheme", "last"),
    [
        ("YYYY.MM.MICRO", "1.4.0"),
        ("YYYY.MM.MICRO", "2026.13.0"),
        ("YYYY.MM.MICRO", "2026.11.0.5"),
        ("YYYY.MM.MICRO", "2026"),
        ("YY.MM.MICRO", "2026.11.0"),
        ("YYYY.MM.DD", "2026.2.40"),
    ],
)
def test_a_version_of_another_scheme_is_an_error_that_names_both(scheme: str, last: str) -> None:
    with pytest.raises(ConfigError) as caught:
        propose("fix: x", last=last, config=calver(scheme), on=line())
    assert caught.value.message == f"version {last} does not fit the scheme calver:{scheme}"
    assert "Release-As: " in caught.value.hint


def test_a_project_moves_to_the_calendar_by_asking_for_its_first_version() -> None:
    message = "fix: x\n\nRelease-As: 2026.11.0"
    assert next_of(propose(message, last="1.4.0", config=calver("YYYY.MM.MICRO"), on=line())) == "2026.11.0"


def test_a_version_that_is_asked_for_must_be_of_the_scheme() -> None:
    with pytest.raises(
        ConfigError, match=r"^input release-as: 3000\.0: 3000\.0 does not fit the scheme calver:YYYY\.MM"
    ):
        propose("fix: x", last="2026.11.0", config=calver("YYYY.MM.MICRO"), on=line(asked="3000.0"))


@pytest.mark.parametrize(
    ("last", "full", "today", "expected"),
    [
        ("2026.11.0", None, "2026-11-22", "2026.11.1rc1"),
        ("2026.10.4", None, "2026-11-22", "2026.11.0rc1"),
        ("2026.11.0rc1", "2026.10.4", "2026-11-22", "2026.11.0rc2"),
        ("2026.11.0rc2", "2026.10.4", "2026-12-01", "2026.12.0rc1"),
    ],
)
def test_channels_combine_with_the_calendar(last: str, full: str | None, today: str, expected: str) -> None:
    on = line("rc", f"2026.10.4 {last}", today=today)
    proposal = propose("fix: x", last=last, full=full, before=("fix: w",), on=on, config=calver("YYYY.MM.MICRO"))
    assert next_of(proposal) == expected


@pytest.mark.parametrize(("today", "expected"), [("2026-11-22", "2026.11.0"), ("2026-12-01", "2026.12.0")])
def test_a_candidate_by_the_calendar_ends_in_its_full_release(today: str, expected: str) -> None:
    on = line("", "2026.10.4 2026.11.0rc2", today=today)
    config = calver("YYYY.MM.MICRO")
    assert next_of(propose(last="2026.11.0rc2", full="2026.10.4", before=("fix: w",), on=on, config=config)) == expected
    assert next_of(propose("fix: x", last="2026.11.0rc2", on=on, config=config)) == expected


def test_a_maintenance_branch_stays_in_its_period() -> None:
    on = line("maintenance", "2026.4.2 2026.11.0", branch="2026.4.x")
    assert next_of(propose("fix: x", last="2026.4.2", on=on, config=calver("YYYY.MM.MICRO"))) == "2026.4.3"


@pytest.mark.parametrize(
    ("scheme", "last", "known", "expected"),
    [
        ("YYYY.MM.MICRO", "2026.11.0", "2026.11.0 2026.11.1 2026.11.4", "2026.11.5"),
        ("YYYY.MM.MICRO", "2026.10.0", "2026.11.0", "2026.11.1"),
        ("YYYY.MM.MICRO", "2026.10.0", "2026.11.0rc1 1!2026.11.7 3.0 2027.1.0 9999.99", "2026.11.0"),
        ("YY.MINOR.MICRO", "26.1.0", "26.1.4 26.3.0", "26.1.5"),
        ("MAJOR.YYYY", "3.2025", "3.2027", "3.2026"),
    ],
)
def test_a_version_of_the_period_that_another_branch_made_is_passed_over(
    scheme: str, last: str, known: str, expected: str
) -> None:
    assert next_of(propose("fix: x", last=last, on=line("", known), config=calver(scheme))) == expected


def test_a_version_raised_by_hand_is_the_least_that_comes_next_by_the_calendar_too() -> None:
    config = calver("YYYY.MM.MICRO")
    assert next_of(propose("fix: x", last="2026.10.0", written="2027.1.0", on=line(), config=config)) == "2027.1.0"
    assert (
        next_of(propose("fix: x", last="2026.10.0", written="2027.1.0rc1", on=line(), config=config)) == "2027.1.0rc1"
    )


def test_an_initial_version_by_the_calendar_is_taken_for_the_first_release() -> None:
    config = calver("YYYY.MM.MICRO", initial_version="2026.1.0")
    assert next_of(propose("feat: x", last=None, config=config, on=line())) == "2026.1.0"


def test_without_a_day_there_is_no_version_by_the_calendar() -> None:
    with pytest.raises(ConfigError, match=r"^the day of the release is '', which is not a date such as 2026-11-22$"):
        propose("feat: x", last=None, config=calver("YYYY.MM.MICRO"), on=line(today=""))


@pytest.mark.parametrize(
    ("versioning", "found"),
    [
        ("pep440", "versioning: 'pep440' is not a scheme"),
        ("calver", "versioning: 'calver' is not a scheme"),
        ("calver:", "versioning: 'calver:': '' is not a token of a format"),
        ("calver:YYYY.mm", "versioning: 'calver:YYYY.mm': 'mm' is not a token of a format"),
        ("calver:YYYY0M0D", "versioning: 'calver:YYYY0M0D': 'YYYY0M0D' is not a token of a format"),
        ("calver:YYYY-MM", "versioning: 'calver:YYYY-MM': 'YYYY-MM' is not a token of a format"),
        ("calver:YYYY.MM.MM", "versioning: 'calver:YYYY.MM.MM': a token stands in it twice"),
        ("calver:YYYY.MM.0M", "versioning: 'calver:YYYY.MM.0M': a token stands in it twice"),
        ("calver:MAJOR.MINOR", "versioning: 'calver:MAJOR.MINOR': the year does not lead the date"),
        ("calver:MM.MICRO", "versioning: 'calver:MM.MICRO': the year does not lead the date"),
        ("calver:MM.YYYY", "versioning: 'calver:MM.YYYY': the year does not lead the date"),
        ("calver:YYYY.DD.MM", "versioning: 'calver:YYYY.DD.MM': its versions would not rise with the days"),
        ("calver:YYYY.DD", "versioning: 'calver:YYYY.DD': its versions would not rise with the days"),
        ("calver:YYYY.YY", "versioning: 'calver:YYYY.YY': its versions would not rise with the days"),
        ("calver:YYYY.WW.MM", "versioning: 'calver:YYYY.WW.MM': its versions would not rise with the days"),
        (
            "calver:YYYY.MICRO.MINOR",
            "versioning: 'calver:YYYY.MICRO.MINOR': a finer counter stands before a coarser one",
        ),
    ],
)
def test_a_scheme_that_cannot_work_is_refused_with_its_place(versioning: str, found: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check_versioning(Config(versioning=versioning), "conf.toml", table="tool.pilotage.components.a")
    assert caught.value.message == f"conf.toml: [tool.pilotage.components.a] {found}"
    assert caught.value.hint


@pytest.mark.parametrize(
    ("config", "found"),
    [
        (Config(versioning="calver:YYYY", major_on_zero=True), "major-on-zero contradicts versioning = 'calver:YYYY'"),
        (Config(versioning="calver:YYYY", patch_on_zero=True), "patch-on-zero contradicts versioning = 'calver:YYYY'"),
        (
            Config(versioning="calver:YYYY.MM", initial_version="1.0.0"),
            "initial-version 1.0.0 does not fit versioning = 'calver:YYYY.MM'",
        ),
    ],
)
def test_a_key_that_contradicts_the_scheme_is_refused(config: Config, found: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check_versioning(config, "pyproject.toml")
    assert caught.value.message == f"pyproject.toml: [tool.pilotage] {found}"


@pytest.mark.parametrize("versioning", ["semver", "calver:YYYY.MM.MICRO", "calver:0Y.0M.0D.PATCH", "calver:YYYY.MINOR"])
def test_a_scheme_that_works_passes(versioning: str) -> None:
    check_versioning(Config(versioning=versioning), "pyproject.toml")


SCHEMES = ("YYYY.MM.MICRO", "YY.0M.0D.MICRO", "YYYY.WW.PATCH", "MAJOR.YYYY.MM.MICRO", "YY.MINOR.MICRO", "YYYY.MINOR")
DAYS = st.dates(dt.date(2001, 1, 1), dt.date(2150, 12, 31))
BUMPS = st.sampled_from([Bump.PATCH, Bump.MINOR, Bump.MAJOR])


@given(st.sampled_from(SCHEMES), DAYS, st.lists(st.tuples(DAYS, BUMPS, st.booleans()), max_size=8))
def test_versions_by_the_calendar_rise_whatever_the_clock_says_and_stay_of_their_scheme(
    text: str, start: dt.date, steps: list[tuple[dt.date, Bump, bool]]
) -> None:
    scheme = read_scheme(f"calver:{text}")
    current = scheme.first(start.isoformat())
    for day, bump, is_frozen in steps:
        version = scheme.follow(current, bump, today=day.isoformat(), is_frozen=is_frozen)
        assert version > current
        assert scheme.is_of(version)
        assert version == Version(str(version))
        current = version


@given(st.sampled_from(["YYYY.MM.DD", "YY.WW", "YYYY.MM.MICRO", "YYYY.MM.WW"]), DAYS, DAYS)
def test_a_later_day_never_has_a_lower_first_version(text: str, one: dt.date, other: dt.date) -> None:
    scheme = read_scheme(f"calver:{text}")
    days = sorted([one, other])
    versions = [scheme.first(day.isoformat()) for day in days]
    assert versions == sorted(versions)
