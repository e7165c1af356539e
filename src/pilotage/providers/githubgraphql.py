"""What an answer of GraphQL means: data, errors of single fields beside good data, limits, or a refusal.

GitHub answers with status 200 in all these cases.
Source: https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
"""

from __future__ import annotations

import time

import msgspec

from pilotage.providers.githuberrors import GitHubRefusalError, LimitedError, UnclearAnswerError
from pilotage.providers.githubpermissions import explain_graphql
from pilotage.providers.githubrefusal import LIMITED, MINUTE, SAID, read_limit

_CLOSED = frozenset({"NOT_FOUND", "FORBIDDEN"})
"""The types of errors that are about one thing which this token is not shown, and about nothing else."""

_FAILED = "Something went wrong while executing your query"
"""How GitHub says that it failed or took too long; what a mutation did until then is unknown."""


class GraphError(msgspec.Struct, frozen=True):
    """One error of an answer.

    Args:
        type: GitHub's word for its kind; "" when it does not say.
        field: The first part of the path to what it is about, an alias or field of the query; "" for the whole.
        said: GitHub's message.
    """

    type: str
    field: str
    said: str


def read_data(
    url: str, headers: dict[str, str], answer: object, *, may_part: bool
) -> tuple[dict[str, object], dict[str, str]]:
    """Read the data of an answer, and what GitHub has against single fields of it.

    Args:
        url: Where the answer came from.
        headers: Its headers; names in lower case.
        answer: Its decoded body.
        may_part: Whether single fields may be missing because they are not there or closed to the token.

    Returns:
        The data, and GitHub's words by field; there are none of these unless `may_part`.

    Raises:
        GitHubRefusalError: The answer holds other errors.
        UnclearAnswerError: It is no answer of GraphQL.
        LimitedError: A limit was reached.
    """
    if not isinstance(answer, dict):
        raise UnclearAnswerError(f"{url}: the answer is no JSON object")
    errors = _read_errors(answer.get("errors"))
    said = "; ".join(error.said for error in errors)[:SAID]
    if any(error.type == "RATE_LIMITED" for error in errors):
        # The same limit as a refusal of REST, in an answer of status 200 with the same headers.
        raise LimitedError(read_limit(LIMITED[1], headers, said, now=time.time()) or MINUTE, said)
    if any(not error.type and error.said.startswith(_FAILED) for error in errors):
        raise UnclearAnswerError(f"{url}: GraphQL: {said}", hint="Run again later; Pilotage goes on where it stopped.")
    data = answer.get("data")
    is_partial = may_part and isinstance(data, dict) and all(e.field and e.type in _CLOSED for e in errors)
    if errors and not is_partial:
        raise GitHubRefusalError(f"{url}: GraphQL: {said}", status=200, said=said, hint=explain_graphql(said))
    if not isinstance(data, dict):
        raise UnclearAnswerError(f"{url}: the answer holds no data")
    return data, {error.field: error.said for error in reversed(errors)}


def _read_errors(found: object) -> list[GraphError]:
    if not found:
        return []
    return [_read_error(error) for error in (found if isinstance(found, list) else [found])]


def _read_error(error: object) -> GraphError:
    if not isinstance(error, dict):
        return GraphError("", "", str(error))
    path = error.get("path")
    field = str(path[0]) if isinstance(path, list) and path else ""
    return GraphError(str(error.get("type") or ""), field, " ".join(str(error.get("message", error)).split()))
