"""release-please's pattern of the release pull request's title as a template."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.title import check_title
from pilotage.domains.translation.typetable import is_type, row_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pilotage.domains.translation.notes import Notes
    from pilotage.domains.translation.table import Table
    from pilotage.model.config import Config

__all__ = ["with_title"]

_KEY = "pull-request-title-pattern"
_FIELDS = {
    "scope": "({{ branch }})",
    "component": "{% if component %} {{ component }}{% endif %}",
    "version": "{{ version }}",
    "branch": "{{ branch }}",
}
_EXAMPLE = {"scope": "(main)", "component": " demo", "version": "1.2.3", "branch": "main"}
_FIELD = re.compile(r"\$\{(scope|component|version|branch)\}")
_TYPE = re.compile(r"[^(!:]*")


def with_title(config: Config, tables: Iterable[Table], notes: Notes) -> Config:
    """Give the configuration with the title's template.

    A title's type that the table of types does not have is added: it releases nothing. A pattern whose titles the
    gate would refuse is noted instead.

    Args:
        config: The translated configuration.
        tables: Those that may hold the pattern, a package's own before the shared one.
        notes: Where to say what has no equivalent.
    """
    given = [table for table in tables if table.text(_KEY)]
    if not given:
        return config
    pattern = given[0].text(_KEY)
    is_close = any(table.flag("component-no-space") for table in given)
    fields, example = dict(_FIELDS), dict(_EXAMPLE)
    if is_close:
        fields["component"], example["component"] = "{{ component }}", "demo"
    name = (_TYPE.match(_filled(pattern, example)) or [""])[0]
    titled = config
    if is_type(name) and name not in config.types:
        types = {**config.extend_types, name: row_of(name, "none")}
        titled = msgspec.structs.replace(config, extend_types=types)
    is_plain = "{" not in _FIELD.sub("", pattern) and "\n" not in pattern
    if not is_plain or not check_title(_filled(pattern, example), titled).ok:
        notes.add(given[0].name_of(_KEY), pattern, "such a title would be refused: `pilotage title` reads it too")
        return config
    rules = msgspec.structs.replace(config.notes, pull_request_title=_filled(pattern, fields))
    return msgspec.structs.replace(titled, notes=rules)


def _filled(pattern: str, fields: dict[str, str]) -> str:
    return _FIELD.sub(lambda match: fields[match[1]], pattern)
