"""Which files of a tree are the sources of its public packages: src layout, flat layout, hints of the build backend."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_NOT_SHIPPED = frozenset(
    (
        *(
            "asv_bench",
            "bench",
            "benchmark",
            "benchmarks",
            "bin",
            "build",
            "ci",
            "conf",
            "debian",
            "dist",
            "doc",
            "docs",
        ),
        *("documentation", "example", "examples", "fabfile", "hooks", "htmlcov", "noxfile", "notebooks", "scripts"),
        *("setup", "site", "tasks", "test", "tests", "tool", "tools", "vendor", "versioneer"),
    )
)
_SUFFIX = re.compile(r"\.pyi?\Z")


class Selection(msgspec.Struct, frozen=True):
    """The sources of the packages of one side.

    Args:
        names: The public top-level packages and modules, sorted.
        files: Where each source stands (from the tree's root), by where it stands below the import root.
        skipped: How many entries of the packages cannot be sources.
    """

    names: tuple[str, ...]
    files: Mapping[str, str]
    skipped: int


class Tree(msgspec.Struct, frozen=True):
    """The files of one side.

    Args:
        paths: Ordinary Python files by their path from the root, with what identifies their content.
        odd: Entries that are never read: symbolic links, submodules, hostile names.
        settings: The text of `pyproject.toml`; empty when there is none.
    """

    paths: Mapping[str, str]
    odd: Sequence[str] = ()
    settings: str = ""


def select_sides(base: Tree, head: Tree, wanted: Sequence[str] | None) -> tuple[Selection, Selection]:
    """Choose the sources to compare.

    What the base publishes is looked for anywhere in the head: its author cannot hide a package by other settings.

    Args:
        base: The base.
        head: The head.
        wanted: The import names of the packages; None finds them: those that the build backend or the project's name
            names, else all but tests, docs, examples and private ones.
    """
    old, new = _Layout(base), _Layout(head)
    names = set(wanted) if wanted is not None else {*old.choose(), *new.choose()}
    return old.select(names), new.select(names)


def select_tree(tree: Tree, wanted: Sequence[str] | None) -> Selection:
    """Choose the sources of one side, as `select_sides` does."""
    layout = _Layout(tree)
    return layout.select(set(wanted) if wanted is not None else layout.choose())


class _Layout:
    """Where the top-level packages and modules of one side stand."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        roots, self.hinted, self.project = _read_settings(tree.settings)
        self.folders: dict[str, str] = {}
        """The import root of each package or module by its name; the first root that has it wins."""
        self.is_nested: set[str] = set()
        """Packages without `__init__`: namespaces, or folders of scripts."""
        self.is_module: set[str] = set()
        for root in dict.fromkeys((*roots, "src/", "")):
            self._scan(root, {known.split("/", 1)[0] for known in (*roots, "src/") if known and not root})

    def _scan(self, root: str, inner: set[str]) -> None:
        packages, nested, modules = set(), set(), set()
        for path in self.tree.paths:
            if not path.startswith(root):
                continue
            top, *rest = path[len(root) :].split("/")
            name = top if rest else _SUFFIX.sub("", top)
            if not name.isidentifier():
                continue
            if not rest:
                modules.add(name)
            elif len(rest) == 1 and rest[0] in {"__init__.py", "__init__.pyi"}:
                packages.add(name)
            else:
                nested.add(name)
        for name in sorted((packages | nested | modules) - self.folders.keys()):
            if name in inner and name not in packages:
                continue
            self.folders[name] = root
            if name not in packages:
                (self.is_nested if name in nested else self.is_module).add(name)

    def choose(self) -> set[str]:
        """Choose the packages that the project publishes."""
        if hinted := self.hinted & self.folders.keys():
            return hinted
        if named := self._named():
            return named
        public = {name for name in self.folders if not name.startswith("_") and name not in _NOT_SHIPPED}
        inner = {name for name in public if self.folders[name]}
        return inner or public - self.is_nested - self.is_module

    def _named(self) -> set[str]:
        """Find what is named like the project: `a-b` is `a_b`, or `a/b` in the namespace `a`."""
        flat = self.project.replace("-", "_")
        first = self.project.split("-", 1)[0]
        same = {name for name in self.folders if name.lower() == flat and name not in self.is_nested}
        spaces = {name for name in self.is_nested if name.lower() == first and first != self.project}
        return same or spaces

    def select(self, names: set[str]) -> Selection:
        """Collect the sources of some packages, and of the private ones beside them, which they may re-export."""
        chosen = {name for name in names if name in self.folders}
        roots = {self.folders[name] for name in chosen}
        private = {name for name, root in self.folders.items() if name.startswith("_") and root in roots} - {"__init__"}
        homes = {name: self.folders[name] for name in chosen | (private - self.is_nested)}
        files: dict[str, str] = {}
        places = set(homes.values())
        for path in sorted(self.tree.paths):
            inner = next((path[len(root) :] for root in places if _is_in(path, root, homes)), None)
            if inner is not None and _is_api(inner):
                files[inner] = path
        safe = _drop_case_clashes(files)
        odd = sum(any(path.startswith(f"{root}{name}/") for name, root in homes.items()) for path in self.tree.odd)
        return Selection(tuple(sorted(chosen)), safe, odd + len(files) - len(safe))


def _is_in(path: str, root: str, homes: Mapping[str, str]) -> bool:
    if not path.startswith(root):
        return False
    top, _, rest = path[len(root) :].partition("/")
    return homes.get(top if rest else _SUFFIX.sub("", top)) == root


def _is_api(path: str) -> bool:
    """Tell whether other code may import a file: tests and scripts inside a package are not its API."""
    *folders, name = path.split("/")
    stem = _SUFFIX.sub("", name)
    return (
        all(part.isidentifier() for part in (*folders, stem))
        and not (len(folders) > 1 and "tests" in folders[1:])
        and stem not in {"conftest", "__main__"}
        and not stem.startswith("test_")
    )


def _drop_case_clashes(files: Mapping[str, str]) -> dict[str, str]:
    """Leave out files that some file systems would write over another one."""
    spelled: dict[str, str] = {}
    kept: dict[str, str] = {}
    for path, source in files.items():
        parts = path.split("/")
        prefixes = ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
        if all(spelled.get(prefix.casefold(), prefix) == prefix for prefix in prefixes):
            spelled |= {prefix.casefold(): prefix for prefix in prefixes}
            kept[path] = source
    return kept


def _read_settings(text: str) -> tuple[list[str], set[str], str]:
    """Read where the build backend looks for packages: import roots, packages, the project's normalised name."""
    import tomllib  # noqa: PLC0415 -- only a comparison of APIs reads this file here

    try:
        data: object = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return [], set(), ""
    setuptools = ("tool", "setuptools")
    roots = [
        *_texts(_dig(data, *setuptools, "packages", "find", "where")),
        *_texts(_dig(data, *setuptools, "package-dir", "")),
        *_texts(_dig(data, "tool", "uv", "build-backend", "module-root")),
        *_texts(_dig(data, "tool", "pdm", "build", "package-dir")),
    ]
    packages = [
        *_texts(_dig(data, *setuptools, "packages")),
        *_texts(_dig(data, "tool", "hatch", "build", "targets", "wheel", "packages")),
        *_texts(_dig(data, "tool", "flit", "module", "name")),
    ]
    parents = [package.rpartition("/")[0] for package in packages]
    name = next(iter([*_texts(_dig(data, "project", "name")), *_texts(_dig(data, "tool", "poetry", "name"))]), "")
    tops = {package.rpartition("/")[2].split(".", 1)[0] for package in packages}
    return [*_roots([*roots, *parents])], tops, re.sub(r"[-_.]+", "-", name).lower()


def _roots(folders: Iterable[str]) -> Iterable[str]:
    for folder in folders:
        plain = folder.removeprefix("./").strip("/")
        if plain and plain != "." and ".." not in plain.split("/"):
            yield f"{plain}/"


def _dig(data: object, *keys: str) -> object:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
