"""What pyproject.toml says of a package's import packages and of its repository."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.domains.versionfiles.locate import read_at
from pilotage.domains.versionfiles.place import join_path
from pilotage.domains.versionfiles.pyproject import PATH
from pilotage.domains.versionfiles.tomltext import parse_toml, read_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pilotage.domains.versionfiles.locate import Keys

_MOST = 8
"""How many import packages are looked at: each costs a handful of paths."""

_LISTS: tuple[Keys, ...] = (
    ("tool", "hatch", "build", "targets", "wheel", "packages"),
    ("tool", "setuptools", "packages"),
    ("tool", "poetry", "packages"),
)
_REPOSITORY = re.compile(
    r"(?:https?://|git@|ssh://git@)[\w.-]{1,100}[/:](?P<slug>[\w.-]{1,100}/[\w.-]{1,100}?)(?:\.git)?(?:[/#?].*)?",
    flags=re.ASCII | re.DOTALL,
)
_SOURCE_URLS = ("repository", "source", "sourcecode", "github", "code")


def read_pyproject_data(files: Mapping[str, str], folder: str) -> dict[str, object]:
    """Parse the pyproject.toml of a folder; empty where there is none.

    Raises:
        ConfigError: It is not TOML.
    """
    path = join_path(folder, PATH)
    return parse_toml(files[path], path) if path in files else {}


def read_packages(data: dict[str, object], name: str) -> tuple[str, ...]:
    """List the folders that the import packages may have, seen from the package's folder.

    Args:
        data: The content of pyproject.toml; empty where there is none.
        name: The distribution's name.
    """
    plain = name.replace("-", "_").replace(".", "_")
    guessed = [plain, plain.lower(), name.replace("-", "_").replace(".", "/"), name.replace("-", "/").replace(".", "/")]
    found = [*_read_configured(data), *(f"{root}{one}" for one in guessed if one for root in ("src/", ""))]
    return tuple(dict.fromkeys(found))


def read_repositories(data: dict[str, object]) -> tuple[str, ...]:
    """List the repositories that the package names as its own, as `owner/name`."""
    tables = (read_table(data, "project", "urls"), read_table(data, "tool", "poetry", "urls"))
    urls = [
        url for table in tables for label, url in table.items() if re.sub(r"[\s_-]", "", label).lower() in _SOURCE_URLS
    ]
    urls.append(read_at(data, ("tool", "poetry", "repository")))
    matches = (_REPOSITORY.fullmatch(url.strip()) for url in urls if isinstance(url, str))
    return tuple(dict.fromkeys(match["slug"] for match in matches if match))


def _read_configured(data: dict[str, object]) -> list[str]:
    module = read_at(data, ("tool", "flit", "module", "name"))
    backend = read_table(data, "tool", "uv", "build-backend")
    listed = [one for keys in _LISTS for one in _as_list(read_at(data, keys))]
    found = [*_expand(listed[:_MOST]), *_expand([module])]
    for one in _as_list(backend.get("module-name")):
        if isinstance(one, str):
            root = backend.get("module-root", "src")
            found.append(f"{root}/{one.replace('.', '/')}")
    return found[: 2 * _MOST]


def _as_list(value: object) -> list[object]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _expand(listed: list[object]) -> Iterator[str]:
    """Give the folders of packages as written: `src/pkg`, `pkg.sub`, Poetry's `{ include = "pkg", from = "src" }`."""
    for one in listed:
        if isinstance(one, dict):
            include, root = one.get("include"), one.get("from", "")
            if isinstance(include, str) and isinstance(root, str) and "*" not in include:
                yield f"{root}/{include}" if root else include
        elif isinstance(one, str) and "/" in one:
            yield one.strip("/")
        elif isinstance(one, str):
            yield from (f"{root}{one.replace('.', '/')}" for root in ("src/", ""))
