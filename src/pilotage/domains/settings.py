"""The configuration read from pyproject.toml: each error names the place, what was found and what to do."""

from __future__ import annotations

import json
import re
import tomllib
import types
from typing import TYPE_CHECKING, Literal, TypeAlias, Union, get_args, get_origin

import msgspec

from pilotage.errors import ConfigError
from pilotage.model.config import DEFAULT_TYPES, Config, TitleRules, VersionFile
from pilotage.model.downstreamrules import DownstreamRules
from pilotage.model.publishrules import PublishRules
from pilotage.model.version import TagFormat, read_version

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["ROOT", "fields_of", "read_config", "read_own_table"]

_Table: TypeAlias = dict[str, object]

ROOT = "tool.pilotage"

_NOUNS: dict[object, str] = {
    bool: "a boolean",
    int: "an integer",
    str: "a string",
    list: "an array",
    tuple: "an array",
    dict: "a table",
}


def read_config(pyproject_text: str | None, *, path: str = "pyproject.toml") -> Config:
    """Read `[tool.pilotage]`; every key may be left out, and so may the table and the file.

    A key that a row of `extend-types` leaves out keeps the value of the default table.

    Args:
        pyproject_text: The file's text; None when there is no file.
        path: What the file is called in errors.

    Raises:
        ConfigError: The text is not TOML, a key is unknown, or a value cannot be used.
    """
    table = read_own_table(pyproject_text, path)
    _check(table, Config, place=_Place(path, ROOT))
    config = msgspec.convert(_with_default_rows(table), Config)
    _check_values(config, path)
    return config


class _Place(msgspec.Struct, frozen=True):
    """Where a value stands: the file, the table, the key."""

    path: str
    table: str
    key: str = ""

    def __str__(self) -> str:
        return f"{self.path}: [{self.table}] {self.key}".rstrip()

    def below(self, key: str) -> _Place:
        """Give the place of a key in the value that stands here."""
        shown = key if re.fullmatch(r"[A-Za-z0-9_-]{1,100}", key) else _shown(key)
        return _Place(self.path, self.dotted, shown)

    def item(self, index: int) -> _Place:
        """Give the place of an item of the array that stands here."""
        return _Place(self.path, self.table, f"{self.key}[{index}]")

    @property
    def dotted(self) -> str:
        """Give the table and the key in one."""
        return f"{self.table}.{self.key}" if self.key else self.table


def read_own_table(text: str | None, path: str) -> _Table:
    """Read the text as TOML and give the table of this tool, empty when there is none."""
    try:
        value: object = tomllib.loads((text or "").removeprefix("\ufeff"))
    except (ValueError, RecursionError) as exc:  # also numbers too long, arrays too deep
        problem = exc if isinstance(exc, ValueError) else "nested too deeply"
        raise ConfigError(f"{path}: not TOML: {problem}", hint="Correct the file at that place.") from exc
    trail = []
    for key in ("tool", "pilotage"):
        trail.append(key)
        value = value.get(key, {}) if isinstance(value, dict) else value
        if not isinstance(value, dict):
            raise ConfigError(f"{path}: {'.'.join(trail)} is {_noun(value)}, expected a table", hint=f"Write [{ROOT}].")
    return value if isinstance(value, dict) else {}


def _check(value: object, kind: object, *, place: _Place) -> None:
    """Hold a value against a type of the records, the innermost first, so that an error names the exact place."""
    kind = _without_none(kind)
    if isinstance(value, dict) and (record := _record_in(kind)):
        known = {field.encode_name: field.type for field in msgspec.structs.fields(record)}
        for key, one in value.items():
            if key not in known:
                raise _unknown(place.below(key), key, known)
            _check(one, known[key], place=place.below(key))
    elif isinstance(value, dict) and get_origin(kind) is dict:
        for key, one in value.items():
            _check(one, get_args(kind)[1], place=place.below(key))
    elif isinstance(value, list) and get_origin(kind) is tuple:
        for index, one in enumerate(value):
            _check(one, get_args(kind)[0], place=place.item(index))
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as exc:
        hint = "Run `pilotage config --schema` to see what may stand there."
        raise ConfigError(f"{place} {_problem(value, kind, exc)}", hint=hint) from exc


def _without_none(kind: object) -> object:
    """Give what may stand in the file for a value that may be left out: TOML has no null."""
    members = [one for one in get_args(kind) if one is not types.NoneType]
    is_optional = get_origin(kind) in (Union, types.UnionType) and len(members) < len(get_args(kind))
    return members[0] if is_optional and len(members) == 1 else kind


def _record_in(kind: object) -> type[msgspec.Struct] | None:
    """Give the record that a type is or allows."""
    members = get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)
    return next((one for one in members if isinstance(one, type) and issubclass(one, msgspec.Struct)), None)


def _unknown(place: _Place, key: str, known: Iterable[str]) -> ConfigError:
    """Say that a key means nothing here, and which one is near."""
    import difflib  # noqa: PLC0415 - needed on the way to an error only

    near = difflib.get_close_matches(key[:100].replace("_", "-"), known, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"Known here: {', '.join(sorted(known))}."
    return ConfigError(f"{place} is unknown", hint=hint)


def _problem(value: object, kind: object, exc: msgspec.ValidationError) -> str:
    """Say what was found and what is expected."""
    if get_origin(kind) is Literal:
        return f"is {_shown(value)}, expected one of {', '.join(map(_shown, get_args(kind)))}"
    members = get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)
    expected = " or ".join(_NOUNS.get(get_origin(one) or one, "a table") for one in members)
    if _noun(value) not in expected:
        return f"is {_noun(value)}, expected {expected}"
    return f"cannot be used: {exc}"


def _noun(value: object) -> str:
    """Name the TOML type of a value."""
    return _NOUNS.get(type(value), f"a {type(value).__name__}")


def _shown(value: object) -> str:
    """Write a value as one short line."""
    return json.dumps(str(value)[:60])


def _with_default_rows(table: _Table) -> _Table:
    """Fill rows that change a default type with what they leave out."""
    rows = table.get("extend-types", {})
    merged = {
        name: dict(fields_of(DEFAULT_TYPES[name])) | row if name in DEFAULT_TYPES else row
        for name, row in (rows.items() if isinstance(rows, dict) else ())
    }
    return table | {"extend-types": merged}


def _check_values(config: Config, path: str) -> None:
    """Refuse values whose type is right and whose text is not."""
    try:
        TagFormat.parse(config.tag_format or "v{version}", name="name")
    except ConfigError as exc:
        raise ConfigError(f"{path}: {exc.message}", hint=exc.hint) from exc
    read_version(config.initial_version, place=f"{path}: [{ROOT}] initial-version")
    for name in config.extend_types:
        if not re.fullmatch(r"[a-z][a-z0-9_-]*", name):
            raise ConfigError(
                f"{path}: [{ROOT}.extend-types] {_shown(name)} is not a lower-case word",
                hint="Titles are read without regard to case: write the type in lower case, without spaces.",
            )
    _check_several(config, path)
    if config.title != TitleRules() or config.scopes:
        # The rules of titles are a third of what `pilotage next` would import, and it needs none of them.
        from pilotage.domains.titlesettings import check_title_rules  # noqa: PLC0415 - see above

        check_title_rules(config, path)


def _check_several(config: Config, path: str) -> None:
    """Check what only some repositories configure, and only they pay for."""
    schemes = {f"{ROOT}.components.{name}": rules.versioning for name, rules in config.components.items()}
    if config.versioning != "semver" or any(schemes.values()):
        from pilotage.domains.calver import check_versioning  # noqa: PLC0415 - see above

        check_versioning(config, path)
        for table, scheme in schemes.items():
            if scheme is not None:
                check_versioning(msgspec.structs.replace(config, versioning=scheme), path, table=table)
    keyed = {f"{path}: [{ROOT}] version-files": config.version_files}
    keyed |= {
        f"{path}: [{ROOT}.components.{n}] version-files": r.version_files or () for n, r in config.components.items()
    }
    if any(isinstance(one, VersionFile) for files in keyed.values() for one in files):
        from pilotage.domains.versionfiles.keyed import check_version_files  # noqa: PLC0415 - see above

        for where, files in keyed.items():
            check_version_files(files, where=where)
    if config.notes.style != "auto":
        from pilotage.domains.changelog.style import check_style  # noqa: PLC0415 - see above

        check_style(config.notes, path=config.changelog_path)
    if config.channels:
        from pilotage.domains.channels import check_channels  # noqa: PLC0415 - see above

        check_channels(config, path)
    _check_outside(config, path)
    if config.components or config.linked_versions or config.exclude_paths:
        from pilotage.domains.components.checking import check_components  # noqa: PLC0415 - see above

        check_components(config, path)


def _check_outside(config: Config, path: str) -> None:
    """Check what is said of indexes and of other repositories."""
    if config.publish != PublishRules():
        from pilotage.domains.indexes import check_publish_rules  # noqa: PLC0415 - see above

        check_publish_rules(config, path)
    if config.downstream != DownstreamRules():
        from pilotage.domains.downstream.checking import check_downstream_rules  # noqa: PLC0415 - see above

        check_downstream_rules(config, path)


def fields_of(record: msgspec.Struct) -> list[tuple[str, object]]:
    """Give the keys and the values of a record, as the file spells the keys."""
    return [(field.encode_name, getattr(record, field.name)) for field in msgspec.structs.fields(record)]
