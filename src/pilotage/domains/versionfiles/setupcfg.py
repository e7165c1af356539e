"""setup.cfg: the version in `[metadata]`, as setuptools reads it.

The place is a span of the text, proven with configparser, which setuptools uses too; so spacing, `:` for `=`,
indentation and a comment behind the value stay as they are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.domains.versionfiles.place import BOM, Declared, Place, find_spans, line_of
from pilotage.domains.versionfiles.pointed import point_at_attribute, point_at_file
from pilotage.errors import ConfigError
from pilotage.model.version import read_version

if TYPE_CHECKING:
    from configparser import RawConfigParser

PATH = "setup.cfg"
_TABLE = "[metadata]"


def read_setup_cfg(text: str, path: str = PATH) -> Declared:
    """Read the name of the package and the place of its version, or where `attr:` and `file:` point at.

    Raises:
        ConfigError: The text is not an INI file, or the version is not PEP 440.
    """
    name, written = _read(text, path)
    if written is None:
        return Declared(name)
    if written.startswith(("attr:", "file:")):
        folder = path.rpartition("/")[0]
        pointer = (
            point_at_file(written.removeprefix("file:"), folder=folder)
            if written.startswith("file:")
            else point_at_attribute(written.removeprefix("attr:"), folder=folder, root=_package_root(text, path))
        )
        dynamic = f"{path} {_TABLE} version = {written}"
        return Declared(name, dynamic=dynamic, pointers=(pointer,) if pointer else ())
    version = _without_comment(written)
    read_version(version, place=f"{path}: {_TABLE} version")
    candidate = re.compile(
        rf"^[ \t]*(?i:version)[ \t]*[=:]\s*(?P<version>{re.escape(version)})(?!\S)", flags=re.MULTILINE
    )
    span = find_spans(text, candidate, lambda copy: [_without_comment(_read(copy, path)[1] or "")])[0]
    if span is None:
        raise ConfigError(
            f"{path}: {_TABLE} version is {version!r}, written in a way that cannot be edited in place",
            hint=f"Write it on one line: version = {version}",
        )
    return Declared(name, (Place(path, *span, version, line_of(text, span[0]), _TABLE),))


def _package_root(text: str, path: str) -> str:
    """Give the folder of the top packages: the line `= src` of `[options] package_dir`."""
    written = parse_setup_cfg(text, path).get("options", "package_dir", fallback="") or ""
    return next((line.strip()[1:].strip() for line in written.splitlines() if line.strip().startswith("=")), "")


def _without_comment(value: str) -> str:
    match = re.fullmatch(r"(\S+)\s+[#;].*", value)
    return match[1] if match else value


def parse_setup_cfg(text: str, path: str) -> RawConfigParser:
    """Parse a setup.cfg.

    Raises:
        ConfigError: The text is not an INI file; the message names the line.
    """
    import configparser  # noqa: PLC0415 - only a repository with a setup.cfg pays for its import

    parser = configparser.RawConfigParser()
    try:
        parser.read_string(text.removeprefix(BOM), source=path)
    except (configparser.DuplicateOptionError, configparser.DuplicateSectionError) as exc:
        raise _broken(path, exc.lineno or 1, str(exc)) from exc
    except configparser.MissingSectionHeaderError as exc:
        raise _broken(path, exc.lineno, "a key stands before the first [section]") from exc
    except configparser.ParsingError as exc:
        number, found = exc.errors[0]
        raise _broken(path, number, f"expected key = value, found {found}") from exc
    return parser


def _read(text: str, path: str) -> tuple[str, str | None]:
    parser = parse_setup_cfg(text, path)
    return (
        parser.get("metadata", "name", fallback="").strip(),
        value.strip() if (value := parser.get("metadata", "version", fallback=None)) is not None else None,
    )


def _broken(path: str, line: int, found: str) -> ConfigError:
    return ConfigError(
        f"{path} is not an INI file: line {line}, column 1: {found[:200]}", hint="Mend the file at that place."
    )
