"""GraphQL's connections: pages of nodes with cursors."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Final

from pilotage.sandbox.forge.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import TypeVar

    from pilotage.sandbox.forge.shapes import JsonObject

    _Item = TypeVar("_Item")

_MAX: Final = 100


def connection(
    items: Sequence[_Item], node: Callable[[_Item], JsonObject], arguments: Mapping[str, object], *, name: str
) -> JsonObject:
    """Cut a page out of all items.

    Args:
        items: All of them, in order.
        node: Spells one.
        arguments: `first` or `last`, `after`, `before`.
        name: The field's name, for the message.

    Raises:
        Refusal: as GitHub, when neither `first` nor `last` is given, or one is over 100.
    """
    first, last = arguments.get("first"), arguments.get("last")
    if first is None and last is None:
        raise Refusal(422, f"You must provide a `first` or `last` value to properly paginate the `{name}` connection.")
    size = first if isinstance(first, int) else last if isinstance(last, int) else 0
    if not 0 <= size <= _MAX:
        message = f"Requesting {size} records on the `{name}` connection exceeds the `first` limit of {_MAX} records."
        raise Refusal(422, message)
    start = _position(arguments.get("after"), default=0)
    end = min(_position(arguments.get("before"), default=len(items) + 1) - 1, len(items))
    if first is not None:
        end = min(start + size, end)
    else:
        start = max(end - size, start)
    page = list(items[start:end])
    info = {
        "startCursor": _cursor(start + 1) if page else None,
        "endCursor": _cursor(start + len(page)) if page else None,
        "hasNextPage": end < len(items),
        "hasPreviousPage": start > 0,
    }
    return {"nodes": [node(item) for item in page], "pageInfo": info, "totalCount": len(items)}


def read_order(arguments: Mapping[str, object]) -> tuple[str, str] | None:
    """Give the field and the direction of `orderBy`; None when it is not given."""
    order = arguments.get("orderBy")
    return (str(order["field"]), str(order["direction"])) if isinstance(order, dict) else None


def _cursor(position: int) -> str:
    return base64.b64encode(f"cursor:{position}".encode()).decode()


def _position(cursor: object, *, default: int) -> int:
    if cursor is None:
        return default
    try:
        return int(base64.b64decode(str(cursor)).decode().removeprefix("cursor:"))
    except (binascii.Error, UnicodeDecodeError, ValueError) as exc:
        raise Refusal(422, f"`{cursor}` does not appear to be a valid cursor.") from exc
