"""Python source as data: names and keywords that are given a literal text. It is parsed, never executed."""

from __future__ import annotations

import ast
import re
import warnings
from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.versionfiles.place import BOM

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pilotage.domains.versionfiles.locate import Span

_LITERAL = re.compile(r"[rRuU]?(?P<quote>\"\"\"|'''|\"|')(?P<value>[^\\\n]*)(?P=quote)")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")


class Literal(msgspec.Struct, frozen=True):
    """A text that the source gives.

    Args:
        value: The text.
        span: Where it stands, without its quotes; None when it is written with escapes or in several pieces.
    """

    value: str
    span: Span | None


class Source:
    """A module's source.

    Args:
        text: The file's text; what is no Python, or too deeply nested, is read as an empty module.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._offset = len(text) - len(text.removeprefix(BOM))
        self._lines: list[tuple[int, str]] = []
        self._module = _parse(text.removeprefix(BOM))

    def find_assigned(self, name: str) -> Literal | None:
        """Find the literal that a module-level name is assigned; None unless it is assigned once, and a literal."""
        values = [value for names, value in self._assignments() if name in names]
        return self.read(values[0]) if len(values) == 1 else None

    def find_origin(self, name: str) -> str:
        """Find the module that a module-level name is imported from, as written: `._version`; "" when there is none."""
        for node in self._module.body:
            if isinstance(node, ast.ImportFrom) and any((a.asname or a.name) == name == a.name for a in node.names):
                return "." * node.level + (node.module or "")
        return ""

    def find_calls(self, name: str) -> list[ast.Call]:
        """Find the calls of a function, by its last name: `setup(…)` and `setuptools.setup(…)`."""
        calls = (node for node in ast.walk(self._module) if isinstance(node, ast.Call))
        return [
            call
            for call in calls
            if (isinstance(call.func, ast.Name) and call.func.id == name)
            or (isinstance(call.func, ast.Attribute) and call.func.attr == name)
        ]

    def find_paths(self) -> list[str]:
        """Find the texts that may be paths: those joined by `os.path.join(…)` or `/` first, then each by itself."""
        nodes = list(ast.walk(self._module))
        joined = ["/".join(_texts(node.args)) for node in nodes if isinstance(node, ast.Call)]
        joined += ["/".join(_divided(node)) for node in nodes if isinstance(node, ast.BinOp)]
        return list(dict.fromkeys([*joined, *(text for node in nodes for text in _texts([node]))]))

    def read(self, node: ast.expr) -> Literal | None:
        """Read a text that a node gives by itself, or by a module-level name; None for everything else."""
        if isinstance(node, ast.Name):
            return next(
                (self.read(value) for names, value in self._assignments() if node.id in names and not _is_name(value)),
                None,
            )
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            return None
        start, end = self._index(node.lineno, node.col_offset), self._index(node.end_lineno, node.end_col_offset)
        match = _LITERAL.fullmatch(self._text, start, end)
        return Literal(node.value, match.span("value") if match and match["value"] == node.value else None)

    def _assignments(self) -> Iterator[tuple[set[str], ast.expr]]:
        for node in self._module.body:
            if isinstance(node, ast.Assign):
                yield {target.id for target in node.targets if isinstance(target, ast.Name)}, node.value
            elif isinstance(node, ast.AnnAssign) and node.value and isinstance(node.target, ast.Name):
                yield {node.target.id}, node.value

    def _index(self, line: int | None, column: int | None) -> int:
        """Turn a line and a column in UTF-8 bytes into an index of the text."""
        if not self._lines:
            matches = _LINE.finditer(self._text, self._offset)
            self._lines = [(match.start(), match[0]) for match in matches]
        start, text = self._lines[(line or 1) - 1]
        return start + len(text.encode()[: column or 0].decode(errors="replace"))


def _texts(nodes: Sequence[ast.AST]) -> list[str]:
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def _divided(node: ast.expr) -> list[str]:
    """Give the texts of `a / "b" / "c"`."""
    parts: list[str] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        parts = _texts([node.right]) + parts
        node = node.left
    return _texts([node]) + parts


def _is_name(node: ast.expr) -> bool:
    return isinstance(node, ast.Name)


def _parse(text: str) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a wrong escape in somebody's string is not our business
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module(body=[], type_ignores=[])
