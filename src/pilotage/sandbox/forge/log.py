"""The requests that reached the forge."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["rest", "graphql", "git", "storage"]


@dataclass(slots=True)
class Request:
    """One request, as it came and as it was answered.

    Args:
        number: Counted from 1 over the forge's life, all kinds together.
        kind: Which of the doors it came to: `storage` is where the content of releases' files lies.
        method: The HTTP method.
        path: The path without the API's prefix, without its query: `/repos/acme/demo/pulls`.
        query: The query's values.
        operation: The official route template (`/repos/{owner}/{repo}/pulls`), the GraphQL operation's name, or
            the git service; empty when no route fits.
        body: The request's JSON; None when there is none.
        status: The status that was answered; 0 when the connection was cut (then see `fault`).
        answer: The JSON answered; None when there is none. It is kept when only the connection was cut.
        fault: The name of the fault that struck; empty for none.
        login: Who called; empty when the token was not known.
    """

    number: int
    kind: Kind
    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    operation: str = ""
    body: object = None
    status: int = 0
    answer: object = None
    fault: str = ""
    login: str = ""
