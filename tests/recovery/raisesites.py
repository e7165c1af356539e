"""Every error and every conflict that the program can end with, read out of its source as people would see it."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pilotage import errors

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path(__file__).resolve().parents[2] / "src" / "pilotage"
GAP = "…"
"""What stands where the program puts something in."""

_CODES = {
    name: kind.exit_code
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.PilotageError)
}
_DERIVED = {
    "LostError": 5,
    "GitHubRefusalError": 5,
    "ImmutableReleaseError": 5,
    "UnclearAnswerError": 5,
    "RefMissingError": 2,
    "CommandError": 2,
    "CommandMissingError": 2,
    "CommandTimeoutError": 2,
    "ApiSourceError": 2,
}
"""The subclasses, with the codes that they inherit (`test_recovery_page` checks them)."""


@dataclass(frozen=True)
class Site:
    """One place that raises, or that yields a conflict.

    Args:
        place: The file below src/pilotage.
        code: The exit code that the program ends with.
        words: The message; what is put in is `…`.
        hint: The hint, likewise.
    """

    place: str
    code: int
    words: str
    hint: str


def read_sites() -> list[Site]:
    """Read every site whose message says something by itself, in the order of the files."""
    files = sorted(path for path in SOURCE.rglob("*.py") if "sandbox" not in path.parts)
    sites = [site for path in files for site in _read_file(path)]
    return [site for site in sites if len(site.words.replace(GAP, " ").split()) > 1]


def derived_codes() -> dict[str, int]:
    """Give the subclasses of the tree's classes with the codes that are written down for them."""
    return dict(_DERIVED)


def _read_file(path: Path) -> Iterator[Site]:
    codes = {**_CODES, **_DERIVED}
    place = path.relative_to(SOURCE).as_posix()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = {
        node.targets[0].id: _text(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    for call in [node for node in ast.walk(tree) if isinstance(node, ast.Call)]:
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        arguments = list(call.args)
        if name == "Notice" and arguments and _text(arguments[0]) == "conflict":
            hint = _text(arguments[2]) if len(arguments) > 2 else ""
            yield Site(place, 3, _text(arguments[1]), hint)
        elif name == "Finding" and len(arguments) == 4 and _text(arguments[1]) == "error":
            yield Site(place, 2, _text(arguments[2]), _text(arguments[3]))
        elif name in codes and arguments:
            (hinted,) = [k.value for k in call.keywords if k.arg == "hint"][:1] or [ast.Constant("")]
            named = constants.get(hinted.id, "") if isinstance(hinted, ast.Name) else ""
            yield Site(place, codes[name], _text(arguments[0]), named or _text(hinted))


def _text(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(_text(value) for value in values)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _text(left) + _text(right)
        case ast.Subscript(value=value):
            return _text(value)
        case _:
            return GAP
