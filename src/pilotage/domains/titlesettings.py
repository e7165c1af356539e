"""Refuse values of the title's rules whose type is right and whose text is not, before any title is checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.patterns import is_match, read_pattern_name
from pilotage.domains.titlerules.scopes import read_scope_names
from pilotage.domains.titlerules.table import RULE_IDS, RULES, find_rule
from pilotage.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilotage.model.config import Config

_ROOT = "tool.pilotage"


def check_title_rules(config: Config, path: str) -> None:
    """Check the patterns, the lengths and the rules' names.

    Raises:
        ConfigError: A pattern cannot be used, a length is negative or contradicts the other, or a rule is unknown or
            named twice.
    """
    for place, pattern in _patterns(config):
        try:
            is_match(pattern, "")
        except ConfigError as exc:
            raise ConfigError(f"{path}: {place}: {exc.message}", hint=exc.hint) from exc
    _check_lengths(config, path)
    _check_severity(config, path)


def _patterns(config: Config) -> Iterator[tuple[str, str]]:
    """Give all configured patterns, each with its place."""
    names = {
        f"[{_ROOT}] scopes": tuple(read_scope_names(config)),
        f"[{_ROOT}.title] types": config.title.types,
        f"[{_ROOT}.title] disallow-scopes": config.title.disallow_scopes,
    }
    for place, some in names.items():
        for index, name in enumerate(some):
            if pattern := read_pattern_name(name):
                yield f"{place}[{index}]", pattern
    yield f"[{_ROOT}.title] subject-pattern", config.title.subject_pattern


def _check_lengths(config: Config, path: str) -> None:
    least, most = config.title.min_length, config.title.max_length
    for key, value in (("min-length", least), ("max-length", most)):
        if value < 0:
            raise ConfigError(f"{path}: [{_ROOT}.title] {key} is {value}, expected 0 or more", hint="0 means no limit.")
    if 0 < most < least:
        raise ConfigError(
            f"{path}: [{_ROOT}.title] min-length is {least}, more than max-length, which is {most}",
            hint="Make max-length the larger one.",
        )


def _check_severity(config: Config, path: str) -> None:
    seen: dict[str, str] = {}
    for name in config.title.severity:
        place = f"{path}: [{_ROOT}.title.severity] {name[:60]!r}"
        rule = find_rule(name)
        if not rule:
            raise ConfigError(f"{place} is no rule", hint=_find_near(name))
        if rule in seen:
            raise ConfigError(f"{place} is the same rule as {seen[rule]!r}", hint="Name each rule once.")
        seen[rule] = name


def _find_near(name: str) -> str:
    import difflib  # noqa: PLC0415 - needed on the way to an error only

    near = difflib.get_close_matches(name[:60], [*RULES, *RULE_IDS], n=1)
    return f"Did you mean {near[0]}?" if near else "docs/title-rules.md lists the rules."
