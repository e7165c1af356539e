"""The requirements in the source of a setup.py: it is parsed, never executed."""

from __future__ import annotations

import ast
import re
import warnings
from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.versionfiles.place import BOM
from pilotage.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEYS = frozenset({"install_requires", "extras_require", "setup_requires", "tests_require"})
_LITERAL = re.compile(r"[rRuU]?(?P<quote>\"\"\"|'''|\"|')(?P<value>[^\\\r\n]*)(?P=quote)")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")


class Literal(msgspec.Struct, frozen=True):
    """A text in the source.

    Args:
        value: The text.
        start: Where it stands, without its quote; None when it is written with escapes, or in several pieces.
        holder: The argument that it is given for; "" for one that stands elsewhere.
    """

    value: str
    start: int | None
    holder: str = ""


class Requirements(msgspec.Struct, frozen=True):
    """What a setup.py requires.

    Args:
        literals: The texts that setup() is given as requirements.
        others: The texts elsewhere, but those that setup() is given for something else.
        is_computed: Whether some of the requirements are computed.
    """

    literals: tuple[Literal, ...]
    others: tuple[Literal, ...]
    is_computed: bool


def find_requirements(text: str, path: str) -> Requirements:
    """Find the texts that setup() is given as requirements: literals, in lists, tables and names of the module.

    Raises:
        ConfigError: The text is no Python 3.
    """
    module = _parse(text, path)
    assigned = _read_assignments(module)
    roots, passed = _find_roots(module)
    literals: dict[int, tuple[str, ast.Constant]] = {}
    is_computed = False
    pending, seen = list(roots), set[str]()
    for holder, node in pending:  # grows while it is read
        parts = _parts(node)
        if isinstance(node, ast.Dict):
            passed |= {id(key) for key in node.keys}
        if isinstance(node, ast.Constant):
            literals.setdefault(id(node), (holder, node))
        elif isinstance(node, ast.Name) and node.id in assigned:
            fresh = [] if node.id in seen else assigned[node.id]
            pending += [(holder, value) for value in fresh]
            seen.add(node.id)
        elif parts is None:
            is_computed = True
        else:
            pending += [(holder, part) for part in parts]
    others = [node for node in _walk_texts(module) if id(node) not in literals and id(node) not in passed]
    source = _Places(text)
    given = sorted(literals.values(), key=lambda found: (found[1].lineno, found[1].col_offset))
    return Requirements(
        tuple(source.read(node, holder) for holder, node in given),
        tuple(source.read(node, "") for node in others),
        is_computed,
    )


def _parse(text: str, path: str) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a wrong escape in somebody's string is not our business
            return ast.parse(text.removeprefix(BOM))
    except SyntaxError as exc:
        raise ConfigError(f"{path} is no Python 3: line {exc.lineno or 1}: {exc.msg}", hint="Mend the file.") from exc
    except (ValueError, RecursionError, MemoryError) as exc:
        raise ConfigError(f"{path} is no Python 3 that can be read", hint="Mend the file.") from exc


def _read_assignments(module: ast.Module) -> dict[str, list[ast.expr]]:
    """Give what the names of the module are assigned, or have added with `+=`."""
    assigned: dict[str, list[ast.expr]] = {}
    for node in module.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign) else None
        for target in targets:
            if value is not None and isinstance(target, ast.Name):
                assigned.setdefault(target.id, []).append(value)
    return assigned


def _find_roots(module: ast.Module) -> tuple[list[tuple[str, ast.expr]], set[int]]:
    """Give the arguments with requirements, and the texts of all others of setup(), which are passed over."""
    roots: list[tuple[str, ast.expr]] = []
    passed: set[int] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Dict):  # of `setup(**arguments)`
            roots += [
                (name, value) for key, value in zip(node.keys, node.values, strict=True) if (name := _read_key(key))
            ]
        elif isinstance(node, ast.Call) and _name_function(node) == "setup":
            roots += [(word.arg, word.value) for word in node.keywords if word.arg in _KEYS]
            others = [word.value for word in node.keywords if word.arg and word.arg not in _KEYS]
            passed |= {id(text) for value in others for text in _walk_texts(value)}
    return roots, passed


def _read_key(key: ast.expr | None) -> str:
    """Give the argument that a key of a table names; "" for every other key."""
    return str(key.value) if isinstance(key, ast.Constant) and key.value in _KEYS else ""


def _name_function(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _parts(node: ast.expr) -> list[ast.expr] | None:
    """Give what an expression puts together; None when it computes something."""
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return node.elts
    if isinstance(node, ast.Dict):
        return node.values
    if isinstance(node, ast.Starred):
        return [node.value]
    return [node.left, node.right] if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) else None


def _walk_texts(node: ast.AST) -> Iterator[ast.Constant]:
    return (one for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str))


class _Places:
    """Turns lines and columns in UTF-8 bytes into indices of the text, at the cost of one pass over it."""

    def __init__(self, text: str) -> None:
        self._text = text
        offset = len(text) - len(text.removeprefix(BOM))
        self._lines = [match.span() for match in _LINE.finditer(text, offset)]
        self._columns: dict[int, list[int]] = {}

    def read(self, node: ast.Constant, holder: str) -> Literal:
        """Read a text and where it stands."""
        start = self._index(node.lineno, node.col_offset)
        end = self._index(node.end_lineno or node.lineno, node.end_col_offset or 0)
        value = str(node.value)
        match = _LITERAL.fullmatch(self._text, start, end)
        return Literal(value, match.start("value") if match and match["value"] == value else None, holder)

    def _index(self, line: int, column: int) -> int:
        start, end = self._lines[line - 1]
        if line not in self._columns:
            text = self._text[start:end]
            self._columns[line] = [] if text.isascii() else _count_bytes(text)
        columns = self._columns[line]
        return start + (columns[column] if columns else column)


def _count_bytes(text: str) -> list[int]:
    """Give the index of the character for each byte of a text in UTF-8, and for its end."""
    return [*(index for index, character in enumerate(text) for _ in character.encode()), len(text)]
