"""Answers GraphQL requests: graphql-core executes them on the forge's part of GitHub's schema."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from graphql import GraphQLError, build_schema, execute_sync, parse, validate
from graphql.language import OperationDefinitionNode

from pilotage.sandbox.forge.call import Answer
from pilotage.sandbox.forge.graph_mutations import mutation_root
from pilotage.sandbox.forge.graph_root import query_root
from pilotage.sandbox.forge.refusals import Refusal
from pilotage.sandbox.forge.schema import SDL

if TYPE_CHECKING:
    from graphql import DocumentNode, GraphQLSchema

    from pilotage.sandbox.forge.call import Visit
    from pilotage.sandbox.forge.shapes import JsonObject


def answer_graphql(visit: Visit) -> Answer:
    """Execute the request's query; errors go into the answer, with status 200, as GitHub does."""
    query = visit.body.text("query") or ""
    try:
        document, problems = _prepare(query)
    except GraphQLError as exc:
        return Answer({"errors": [_error(exc)]})
    if problems:
        return Answer({"errors": [_error(problem) for problem in problems]})
    variables = visit.body.inner("variables")
    result = execute_sync(
        _schema(),
        document,
        root_value=query_root(visit) | mutation_root(visit),
        variable_values=dict(variables.values) if variables else {},
        operation_name=visit.body.text("operationName"),
    )
    answer: JsonObject = {"data": result.data}
    if result.errors:
        answer["errors"] = [_error(problem) for problem in result.errors]
    return Answer(answer)


def operation_name(body: object) -> str:
    """Give the name of the operation that a request asks for; its kind when it has no name."""
    query = body.get("query") if isinstance(body, dict) else None
    try:
        document = _prepare(query if isinstance(query, str) else "")[0]
    except GraphQLError:
        return ""
    wanted = body.get("operationName") if isinstance(body, dict) else None
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    names = [node.name.value if node.name else node.operation.value for node in operations]
    return wanted if isinstance(wanted, str) and wanted else (names[0] if names else "")


@functools.cache
def _schema() -> GraphQLSchema:
    return build_schema(SDL)


@functools.lru_cache(maxsize=256)
def _prepare(query: str) -> tuple[DocumentNode, list[GraphQLError]]:
    document = parse(query)
    return document, validate(_schema(), document)


def _error(problem: GraphQLError) -> JsonObject:
    shape: JsonObject = {"message": problem.message}
    cause = problem.original_error
    if isinstance(cause, Refusal):
        kinds = {404: "NOT_FOUND", 403: "FORBIDDEN"}
        shape = {"type": kinds.get(cause.status, "UNPROCESSABLE"), "message": _words(cause)}
    if problem.path:
        shape["path"] = list(problem.path)
    if problem.locations:
        shape["locations"] = [{"line": place.line, "column": place.column} for place in problem.locations]
    return shape


def _words(refusal: Refusal) -> str:
    inner = [str(error["message"]) for error in refusal.errors if "message" in error]
    return inner[0] if inner else refusal.message
