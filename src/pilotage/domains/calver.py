"""Versions by the calendar: the formats of calver.org, written as PEP 440 normalises them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from pilotage.errors import ConfigError
from pilotage.model.config import Config
from pilotage.model.version import Bump, Version, read_version

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

__all__ = ["PREFIX", "Scheme", "check_versioning", "read_scheme"]

PREFIX = "calver:"

_Dates: TypeAlias = "dict[str, Callable[[dt.date], int]]"

_DATES: _Dates = {
    "YYYY": lambda day: day.year,
    "YY": lambda day: day.year - 2000,
    "MM": lambda day: day.month,
    "WW": lambda day: (day.timetuple().tm_yday - 1) // 7 + 1,
    "DD": lambda day: day.day,
}
"""What each token of a date is. A week is counted from the 1st of January and is never one of another year."""

_BOUNDS = {"YYYY": (1000, 9999), "YY": (0, 999), "MM": (1, 12), "WW": (1, 53), "DD": (1, 31)}

_ORDER = {"YYYY": 0, "YY": 0, "MM": 1, "WW": 2, "DD": 3}

_COUNTERS = {"MAJOR": Bump.MAJOR, "MINOR": Bump.MINOR, "MICRO": Bump.PATCH}

_SPELLINGS = {"0Y": "YY", "0M": "MM", "0W": "WW", "0D": "DD", "PATCH": "MICRO"}
"""Other spellings of a token. PEP 440 drops leading zeros, so 2026.04 is 2026.4 and is written so from the start."""

_HINT = (
    "Use tokens of calver.org, joined by dots: YYYY, YY, 0Y, MM, 0M, WW, 0W, DD, 0D, and the counters MAJOR, MINOR,"
    " MICRO (or PATCH); for example calver:YYYY.MM.MICRO."
)


class Scheme(msgspec.Struct, frozen=True):
    """A format of versions by the calendar.

    A new period sets the counters after its date to 0, as calver.org's example projects do; inside a period the bump
    raises its counter: a break MAJOR, a feature MINOR, anything else MICRO, or the nearest counter that the format has.

    Args:
        text: The format as it is configured, without `calver:`.
        tokens: Its tokens, in one spelling each.
    """

    text: str
    tokens: tuple[str, ...]

    def is_of(self, version: Version) -> bool:
        """Tell whether a version may have been made by this format; counters at the end may be left out."""
        return self._read(version) is not None

    def first(self, today: str) -> Version:
        """Give the first version of a day, its counters at 0."""
        return self._write(self._on(today), epoch=0)

    def follow(self, current: Version, bump: Bump, *, today: str, is_frozen: bool = False) -> Version:
        """Decide the full version that follows another one.

        A version is never set back: while the current one is of a later period than today (a clock was wrong, a person
        was ahead), its period holds.

        Args:
            current: The last release.
            bump: How far the changes go; not none.
            today: The date, ISO 8601, UTC.
            is_frozen: Whether the period of the current version stays: a maintenance branch goes on counting.

        Raises:
            ConfigError: The current version is not of this format, or the period has no counter for another release.
        """
        numbers = self._read(current)
        if numbers is None:
            raise ConfigError(
                f"version {current} does not fit the scheme {PREFIX}{self.text}",
                hint="Change [tool.pilotage] versioning, or move to the scheme by a commit with the footer"
                f" Release-As: {self.first(today)}",
            )
        dates = numbers if is_frozen else max(self._on(today), numbers, key=self._dates_of)
        if current.is_prerelease and self._dates_of(dates) == self._dates_of(numbers):
            return Version(current.base_version)
        raised = self._raise(numbers, dates, bump)
        if raised is None:
            raise ConfigError(
                f"[tool.pilotage] versioning: {PREFIX}{self.text} has no version after {current} before the next"
                " period begins, and there is something to release",
                hint=f"Add a counter: {PREFIX}{self.text}.MICRO",
            )
        return self._write(raised, epoch=current.epoch)

    def pass_over(self, version: Version, bump: Bump, *, known: Collection[Version]) -> Version:
        """Raise a version past the full releases of its period that were made from other branches.

        Raises:
            ConfigError: The period has no counter for another release.
        """
        full = [one for one in known if not one.is_prerelease and one.epoch == version.epoch]
        while rivals := [one for one in full if one >= version and self._shares(one, version)]:
            version = self.follow(max(rivals), bump, today="", is_frozen=True)
        return version

    def _shares(self, one: Version, other: Version) -> bool:
        """Tell whether two versions differ in the last number at most, and that is a counter."""
        pair = self._read(one), self._read(other)
        if pair[0] is None or pair[1] is None:
            return False
        count = len(self.tokens) - (self.tokens[-1] in _COUNTERS)
        return pair[0][:count] == pair[1][:count]

    def _raise(self, old: tuple[int, ...], dates: tuple[int, ...], bump: Bump) -> tuple[int, ...] | None:
        """Raise the first number that moves and begin anew after it; None when none can move."""
        count = len(self.tokens)
        turned = next((i for i in range(count) if self.tokens[i] in _DATES and dates[i] != old[i]), count)
        counter = self._find_counter(bump, must=turned == count)
        if counter is not None and counter < turned:
            start, middle = counter, (old[counter] + 1,)
        elif turned < count:
            start, middle = turned, (dates[turned],)
        else:
            return None
        rest = (dates[i] if self.tokens[i] in _DATES else 0 for i in range(start + 1, count))
        return (*old[:start], *middle, *rest)

    def _find_counter(self, bump: Bump, *, must: bool) -> int | None:
        """Find the counter that a bump raises: its own, or a finer one; a coarser one only where one must move."""
        counters = sorted((_COUNTERS[token].rank, i) for i, token in enumerate(self.tokens) if token in _COUNTERS)
        finer = [i for rank, i in counters if rank <= bump.rank]
        if finer:
            return finer[-1]
        return counters[0][1] if counters and must else None

    def _on(self, today: str) -> tuple[int, ...]:
        day = _read_day(today)
        return tuple(_DATES[token](day) if token in _DATES else 0 for token in self.tokens)

    def _dates_of(self, numbers: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(number for token, number in zip(self.tokens, numbers, strict=True) if token in _DATES)

    def _read(self, version: Version) -> tuple[int, ...] | None:
        """Read the numbers of a version, as many as there are tokens; None when they are not of this format."""
        count = len(self.tokens)
        numbers = (*version.release, *(0 for _ in range(count)))[: max(count, len(version.release))]
        if any(numbers[count:]):
            return None
        bounds = (_BOUNDS.get(token) for token in self.tokens)
        is_of = all(bound is None or bound[0] <= n <= bound[1] for bound, n in zip(bounds, numbers, strict=False))
        return numbers[:count] if is_of else None

    @staticmethod
    def _write(numbers: tuple[int, ...], *, epoch: int) -> Version:
        return Version(f"{epoch}!{'.'.join(map(str, numbers))}")


def read_scheme(versioning: str, *, place: str = "[tool.pilotage] versioning") -> Scheme:
    """Read `calver:` and a format.

    The tokens of the date stand in falling order, the year among them, a day behind its month: a format whose versions
    would not rise with the days is refused.

    Args:
        versioning: The configured value, which begins with `calver:`.
        place: Where it stands, for errors.

    Raises:
        ConfigError: A token is unknown or stands twice, or the versions would not rise.
    """
    if not versioning.startswith(PREFIX):
        raise ConfigError(
            f"{place}: {versioning[:100]!r} is not a scheme",
            hint="Use semver, or calver: and a format, such as calver:YYYY.MM.MICRO.",
        )
    text = versioning.removeprefix(PREFIX)
    tokens = tuple(_SPELLINGS.get(token, token) for token in text.split("."))
    where = f"{place}: {versioning[:100]!r}"
    for token in tokens:
        if token not in _DATES and token not in _COUNTERS:
            raise ConfigError(f"{where}: {token[:50]!r} is not a token of a format", hint=_HINT)
    if len(set(tokens)) < len(tokens):
        raise ConfigError(f"{where}: a token stands in it twice", hint=_HINT)
    dates = [token for token in tokens if token in _DATES]
    order = [_ORDER[token] for token in dates]
    if not order or order[0] != 0:
        raise ConfigError(f"{where}: the year does not lead the date", hint=_HINT)
    if order != sorted(set(order)) or ("DD" in dates and "MM" not in dates):
        raise ConfigError(
            f"{where}: its versions would not rise with the days",
            hint="Put the year first, then the month or the week; a day needs its month before it.",
        )
    counters = [_COUNTERS[token].rank for token in tokens if token in _COUNTERS]
    if counters != sorted(counters, reverse=True):
        raise ConfigError(
            f"{where}: a finer counter stands before a coarser one", hint="MAJOR, MINOR, MICRO is the order."
        )
    return Scheme(text, tokens)


def _read_day(today: str) -> dt.date:
    try:
        return dt.date.fromisoformat(today)
    except ValueError:
        raise ConfigError(
            f"the day of the release is {today[:30]!r}, which is not a date such as 2026-11-22",
            hint="A version by the calendar needs the day on which it is made.",
        ) from None


def check_versioning(config: Config, path: str, *, table: str = "tool.pilotage") -> None:
    """Check the scheme of versions, and that no key contradicts it.

    Args:
        config: What is configured.
        path: What the file is called.
        table: The table that says so, a component's or the repository's.

    Raises:
        ConfigError: The scheme is unknown, its format does not rise with the days, or a key says what it cannot hold.
    """
    if config.versioning == "semver":
        return
    scheme = read_scheme(config.versioning, place=f"{path}: [{table}] versioning")
    for key, is_set in (("major-on-zero", config.major_on_zero), ("patch-on-zero", config.patch_on_zero)):
        if is_set:
            raise ConfigError(
                f"{path}: [{table}] {key} contradicts versioning = {config.versioning!r}",
                hint=f"A version by the calendar has no 0.x: take {key} out.",
            )
    initial = config.initial_version
    if initial != Config().initial_version and not scheme.is_of(read_version(initial, place=f"{path}: [{table}]")):
        raise ConfigError(
            f"{path}: [{table}] initial-version {initial} does not fit versioning = {config.versioning!r}",
            hint="Leave initial-version out: the first version is that of the day.",
        )
