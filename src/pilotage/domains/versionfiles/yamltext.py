"""YAML with places: the nodes of a file, with the index of each scalar in its text.

ruamel.yaml reads the file and marks its nodes; nothing is constructed from them and nothing is written with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import Node, ScalarNode, SequenceNode

from pilotage.domains.versionfiles.place import BOM
from pilotage.errors import ConfigError

if TYPE_CHECKING:
    from pilotage.domains.versionfiles.locate import Keys, Span


class YamlFile:
    """A YAML file: its documents as data in which each scalar is its text, and where those texts stand.

    Args:
        text: The file's text.
        path: Its path, for the error.

    Raises:
        ConfigError: The text is not YAML.
    """

    def __init__(self, text: str, path: str) -> None:
        self._text = text
        self._offset = len(text) - len(text.removeprefix(BOM))
        self._nodes = _compose(text.removeprefix(BOM), path)
        self.documents: list[object] = [_read(node, {}) for node in self._nodes]

    def span(self, document: int, keys: Keys) -> Span | None:
        """Give where the scalar at some keys stands, without quotes; None when it is written with escapes or folded."""
        node = self._nodes[document]
        for key in keys:
            node = _children(node)[key]
        if not isinstance(node, ScalarNode) or not node.value:
            return None
        quote = node.style if node.style in {"'", '"'} else ""
        # Counted from the end: an anchor or a tag stands in front of the text.
        end = node.end_mark.index + self._offset - len(quote)
        start = end - len(node.value)
        opened = self._text[start - 1 : start] == quote if quote else node.style is None
        return (start, end) if opened and self._text[start:end] == node.value else None


def _children(node: Node) -> dict[str | int, Node]:
    if isinstance(node, SequenceNode):
        return dict(enumerate(node.value))
    return {key.value: value for key, value in node.value if isinstance(key, ScalarNode)}


def _read(node: Node, seen: dict[int, object]) -> object:
    """Give a node as data; an alias gives the same object, so that a file of aliases does not grow."""
    if isinstance(node, ScalarNode):
        return node.value
    if id(node) in seen:
        return seen[id(node)]
    children = _children(node)
    if isinstance(node, SequenceNode):
        listed: list[object] = []
        seen[id(node)] = listed
        listed += [_read(child, seen) for child in children.values()]
        return listed
    table: dict[str | int, object] = {}
    seen[id(node)] = table
    table |= {key: _read(child, seen) for key, child in children.items()}
    return table


def _compose(text: str, path: str) -> list[Node]:
    yaml = YAML(typ="safe", pure=True)
    yaml.composer.warn_double_anchors = False  # YAML allows it, and the words of a warning would be the file's
    try:
        return list(yaml.compose_all(text))
    except YAMLError as exc:
        found = str(exc).splitlines()[0]
        if isinstance(exc, MarkedYAMLError) and exc.problem_mark is not None:
            mark = exc.problem_mark
            found = f"line {mark.line + 1}, column {mark.column + 1}: {exc.problem}"
        raise ConfigError(f"{path} is not YAML: {found}", hint="Mend the file at that place.") from exc
    except RecursionError as exc:
        raise ConfigError(f"{path} is nested too deeply to be read", hint="Flatten it.") from exc
