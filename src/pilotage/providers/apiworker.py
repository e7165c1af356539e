"""Read two sides of a package with griffe and tell how their public APIs differ; runs as a process of its own.

A process, because only that bounds what hostile sources cost: it can be stopped, has its own memory limit and no
secrets in its environment, and takes nothing down with it when the parser crashes. It imports nothing of what it reads.
"""

from __future__ import annotations

import contextlib
import gc
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pilotage.model.api import ApiChange, ApiCompared, ApiNotCompared

if TYPE_CHECKING:
    from collections.abc import Iterator

    import griffe

_SHORT = 80


class Request(msgspec.Struct, frozen=True):
    """What to compare.

    Args:
        base: The folder with the sources of the base, at their import paths.
        head: The folder of the head.
        names: The public top-level packages and modules of either side.
        memory: The most bytes of address space; 0 for no limit.
    """

    base: str
    head: str
    names: tuple[str, ...]
    memory: int = 0


def compare_sides(request: Request) -> ApiCompared | ApiNotCompared:
    """Compare two folders of sources.

    Files are named from the import root. A source that cannot be parsed and is the same on both sides is left out.
    """
    base, head = Path(request.base).resolve(), Path(request.head).resolve()
    try:
        with warnings.catch_warnings(action="ignore"):  # strangers' invalid escapes are no news
            for side, folder, other in (("head", head, base), ("base", base, head)):
                if reason := _find_unreadable(folder, other):
                    return ApiNotCompared(f"in the {side}, {reason}")
            return _compare(base, head, request.names)
    except (RecursionError, MemoryError) as exc:
        return ApiNotCompared(f"the sources are nested too deeply or too large ({type(exc).__name__})")


def answer(data: bytes) -> bytes:
    """Answer a request with a report, both JSON."""
    request = msgspec.json.decode(data, type=Request)
    _bound_memory(request.memory)
    return msgspec.json.encode(compare_sides(request))


def _bound_memory(most: int) -> None:
    if most:
        with contextlib.suppress(ImportError):  # Windows has none
            import resource  # noqa: PLC0415 -- same

            hard = resource.getrlimit(resource.RLIMIT_AS)[1]
            resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _find_unreadable(folder: Path, other: Path) -> str:
    """Say which source that the other side has not got cannot be parsed: griffe would take it for absent."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        data = path.read_bytes()
        twin = other / path.relative_to(folder)
        if not (twin.is_file() and twin.read_bytes() == data) and (reason := _parse_error(data)):
            return f"{path.relative_to(folder).as_posix()}{reason}"
    return ""


def _parse_error(data: bytes) -> str:
    version = f"Python {sys.version_info.major}.{sys.version_info.minor}"
    try:
        compile(data.decode("utf-8-sig"), "source", "exec", flags=0x400, dont_inherit=True)  # ast.PyCF_ONLY_AST
    except UnicodeDecodeError:
        return " is not UTF-8"
    except (SyntaxError, ValueError) as exc:
        line, said = (exc.lineno, exc.msg) if isinstance(exc, SyntaxError) else (0, str(exc))
        return f":{line or 0} is not valid in {version} ({said})"
    return ""


def _compare(base: Path, head: Path, names: tuple[str, ...]) -> ApiCompared | ApiNotCompared:
    import griffe  # noqa: PLC0415 -- an extra, and only this process needs it

    try:
        old, new = _load(base), _load(head)
        breaks: list[ApiChange] = []
        additions: list[ApiChange] = []
        for name in names:
            if name in old and name in new:
                breaks += [
                    _read_break(found, base, head) for found in griffe.find_breaking_changes(old[name], new[name])
                ]
                additions += [_read_object(item, head, "added") for item in _find_additions(old[name], new[name])]
            elif name in old:
                breaks.append(_read_object(old[name], base, "removed", side="base"))
            elif name in new:
                additions.append(_read_object(new[name], head, "added"))
    except griffe.GriffeError as exc:
        # Paths of this machine are no one's business.
        said = str(exc).replace(f"{base}/", "").replace(f"{head}/", "")
        return ApiNotCompared(f"griffe cannot read the sources ({' '.join(said.split())[:200]})")
    return ApiCompared(tuple(sorted(names)), _sort(breaks), _sort(additions))


def _sort(changes: list[ApiChange]) -> tuple[ApiChange, ...]:
    unique = dict.fromkeys(changes)
    return tuple(sorted(unique, key=lambda change: (change.file, change.line, change.path, change.kind)))


def _load(folder: Path) -> dict[str, griffe.Object | griffe.Alias]:
    """Load all that stands in a folder, also private packages: public names may be defined there."""
    import griffe  # noqa: PLC0415 -- as above

    loader = griffe.GriffeLoader(
        # griffe's own static reading of dataclasses; nothing that a project could name.
        extensions=griffe.load_extensions(),
        search_paths=[folder],
        allow_inspection=False,
        force_inspection=False,
        store_source=False,
    )
    loaded = {name: loader.load(name, try_relative_path=False) for name in sorted({p.stem for p in folder.iterdir()})}
    loader.resolve_aliases(implicit=False, external=False)
    return loaded


def _find_additions(
    old: griffe.Object | griffe.Alias, new: griffe.Object | griffe.Alias
) -> Iterator[griffe.Object | griffe.Alias]:
    """Find public members that are new, or were private; special methods come with the class."""
    known = old.all_members
    for name, member in new.members.items():
        if not member.is_public or (name.startswith("__") and name.endswith("__")):
            continue
        before = known.get(name)
        if before is None or not before.is_public:
            yield member
        elif not member.is_alias and not before.is_alias and member.kind is before.kind and _has_members(member):
            yield from _find_additions(before, member)


def _has_members(member: griffe.Object | griffe.Alias) -> bool:
    return member.is_module or member.is_class


def _read_object(item: griffe.Object | griffe.Alias, folder: Path, event: str, *, side: str = "head") -> ApiChange:
    kind = "object" if item.is_alias else item.kind.value.replace(" ", "-")
    file, line = _place(item, folder)
    return ApiChange(f"{kind}-{event}", item.path, file, line, side="base" if side == "base" else "head")


def _read_break(found: griffe.Breakage, base: Path, head: Path) -> ApiChange:
    import griffe  # noqa: PLC0415 -- as above

    is_removed = found.kind is griffe.BreakageKind.OBJECT_REMOVED
    file, line = _place(found.obj, base if is_removed else head)
    path = found.obj.path if found.obj.is_alias else found.obj.canonical_path
    parameter = next((v for v in (found.old_value, found.new_value) if isinstance(v, griffe.Parameter)), None)
    old, new = ("", "") if is_removed else (_shorten(found, found.old_value), _shorten(found, found.new_value))
    return ApiChange(
        found.kind.name.lower().replace("_", "-"),
        path if parameter is None else f"{path}({parameter.name})",
        file,
        line,
        old,
        new,
        "base" if is_removed else "head",
    )


def _shorten(found: griffe.Breakage, value: object) -> str:
    """Show a value in a few characters; a parameter shows what changed of it."""
    import griffe  # noqa: PLC0415 -- as above

    match value:
        case griffe.Parameter():
            shown = {
                griffe.BreakageKind.PARAMETER_CHANGED_KIND: value.kind.value if value.kind else "",
                griffe.BreakageKind.PARAMETER_CHANGED_DEFAULT: str(value.default),
            }.get(found.kind, "")
        case griffe.Kind():
            shown = value.value
        case list():
            shown = ", ".join(str(item) for item in value) or "none"
        case _:
            shown = "" if value is None else str(value)
    return shown if len(shown) <= _SHORT else f"{shown[: _SHORT - 1]}…"


def _place(item: griffe.Object | griffe.Alias, folder: Path) -> tuple[str, int]:
    """Tell where an object stands; an alias stands where it is imported."""
    import griffe  # noqa: PLC0415 -- as above

    holder: griffe.Object | griffe.Alias | None = item
    if isinstance(item, griffe.Alias):  # asked for its own line, it would look for its target
        line, holder = item.alias_lineno, item.parent
    else:
        line = item.lineno
    path = None if holder is None else holder.filepath
    first = path[0] if isinstance(path, list) else path
    return ("" if first is None else first.relative_to(folder).as_posix()), line or 0


if __name__ == "__main__":
    # Nearly all that is made here lives to the end: looking for garbage often costs a third of the time.
    gc.set_threshold(100_000)
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read()))
