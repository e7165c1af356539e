"""Requirements that stand on lines of their own: those of setup.cfg and of requirements files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.domains.versionfiles.requirementstrings import Written
from pilotage.domains.versionfiles.setupcfg import PATH, parse_setup_cfg

if TYPE_CHECKING:
    from collections.abc import Iterator

_FILE = re.compile(r"(?:requirements/[^/]+|[^/]*requirements[^/]*|constraints[^/]*)\.(?:txt|in)", flags=re.IGNORECASE)
_LINE = re.compile(r"^\ufeff?[ \t]*(?P<value>[^\s#-][^#\n]*)", flags=re.MULTILINE)
_CFG_LINE = re.compile(r"^(?:[^\s=:#;\[][^=:#\n]*[=:])?[ \t]*(?P<value>[A-Za-z0-9][^#\n]*)", flags=re.MULTILINE)
_KEYS = {("options", "install_requires"), ("options", "setup_requires"), ("options", "tests_require")}
_EXTRAS = "options.extras_require"


def is_requirements_file(name: str, *, path: str) -> bool:
    """Tell whether a file is a requirements file of a folder: `requirements*.txt`, `.in`, or in `requirements/`."""
    prefix = "" if path == "." else f"{path}/"
    return name.startswith(prefix) and _FILE.fullmatch(name, len(prefix)) is not None


def read_requirements_file(text: str) -> list[Written]:
    """Read the requirements of a requirements file.

    Options, paths and URLs are none; nor are pins with hashes: another version would have other ones.
    """
    found = []
    for match in _LINE.finditer(text):
        value = match["value"].rstrip()
        if " --" not in value and not value.endswith("\\"):
            found.append(Written(value, match.start("value"), ""))
    return found


def read_setup_cfg_requirements(text: str) -> list[Written]:
    """Read the requirements of `[options]` and `[options.extras_require]` of a setup.cfg.

    Raises:
        ConfigError: The text is not an INI file.
    """
    found = list(_read_values(text))
    lines = [match.span("value") for match in _CFG_LINE.finditer(text)]
    wanted = {value for _, value in found}
    spans = [(start, start + len(value)) for start, end in lines if (value := text[start:end].rstrip()) in wanted]
    names = {f"pilotage{number}": span[0] for number, span in enumerate(spans)}
    copy, end = [], 0
    for name, (start, stop) in zip(names, spans, strict=True):
        copy += [text[end:start], name]
        end = stop
    places = [names.get(value) for _, value in _read_values("".join([*copy, text[end:]]))]
    return [Written(value, place, table) for (table, value), place in zip(found, places, strict=True)]


def _read_values(text: str) -> Iterator[tuple[str, str]]:
    parser = parse_setup_cfg(text, PATH)
    for section in parser.sections():
        for key, value in parser.items(section):
            if section == _EXTRAS or (section, key) in _KEYS:
                table = f"[{section}] {key}"
                for line in (value or "").splitlines():
                    # What stands behind ` #` is a comment, and the line below the key's own may be empty.
                    if stripped := line.partition(" #")[0].strip():
                        yield table, stripped
