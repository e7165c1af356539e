"""Judges requests and answers of the forge by GitHub's own descriptions (OpenAPI and GraphQL schema)."""

from __future__ import annotations

import functools
import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from graphql import GraphQLError, build_schema, parse, validate
from graphql.execution.values import get_variable_values
from graphql.language import OperationDefinitionNode
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012, Schema

from sandbox.githubextra import EXTRA_PATHS, EXTRA_SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graphql import DocumentNode, GraphQLSchema

    from pilotage.sandbox.forge import Request

DATA: Final = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "github"
_ERRORS: Final = ("basic-error", "validation-error")
_HTML_STATUS: Final = 500


class OfficialApi:
    """GitHub's description of its API, read once.

    Args:
        rest: The OpenAPI document, with `nullable` made JSON Schema.
    """

    def __init__(self, rest: dict[str, object]) -> None:
        self._rest = rest
        resource: Resource[Schema] = DRAFT202012.create_resource(rest)
        self._registry = Registry[Schema]().with_resource("urn:github", resource)

    def check(self, request: Request) -> list[str]:
        """Give what GitHub's description has against a request and its answer; nothing when all is well.

        A cut request is judged without its answer; an answer of 5xx is a fault's, not GitHub's API.
        """
        if request.kind == "graphql":
            return check_graphql(request.body)
        if request.kind == "git" or not request.operation:
            return []
        path = request.operation.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")
        operation = self._operation(request)
        if operation is None:
            return [f"{request.method} {request.operation}: no such operation"]
        pointer = f"/paths/{path}/{request.method.lower()}"
        found = [*self._check_query(request, operation), *self._check_body(request, operation, pointer)]
        if 0 < request.status < _HTML_STATUS:
            found += self._check_answer(request, operation, pointer)
        return [f"{request.method} {request.path} ({request.status}): {problem}" for problem in found]

    def check_component(self, name: str, value: object) -> list[str]:
        """Give what the schema of a component has against a value."""
        return self._validate(f"/components/schemas/{name}", value)

    def _operation(self, request: Request) -> dict[str, object] | None:
        path = _object(_object(self._rest["paths"]).get(request.operation))
        return _object(path[request.method.lower()]) if request.method.lower() in path else None

    def _check_query(self, request: Request, operation: dict[str, object]) -> Iterable[str]:
        known = {str(parameter["name"]): parameter for parameter in self._parameters(operation)}
        for name in request.query:
            if name not in known or known[name]["in"] != "query":
                yield f"unknown query parameter {name}"

    def _parameters(self, operation: dict[str, object]) -> Iterable[dict[str, object]]:
        components = _object(_object(self._rest["components"])["parameters"])
        for row in _rows(operation.get("parameters")):
            yield _object(components[str(row["$ref"]).rpartition("/")[2]]) if "$ref" in row else row

    def _check_body(self, request: Request, operation: dict[str, object], pointer: str) -> Iterable[str]:
        described = _object(operation.get("requestBody"))
        if "application/json" not in _object(described.get("content")):
            return []
        if request.body is None:
            return ["a body is required"] if described.get("required") else []
        if request.operation.endswith("/labels") and isinstance(request.body, list):
            return []  # GitHub takes a bare array of names, as PyGithub sends it; the description forgot it
        schema = f"{pointer}/requestBody/content/application~1json/schema"
        return self._validate(schema, request.body, is_strict=True)

    def _check_answer(self, request: Request, operation: dict[str, object], pointer: str) -> Iterable[str]:
        response = _object(_object(operation["responses"]).get(str(request.status)))
        if request.status >= 400:
            problems = [self.check_component(name, request.answer) for name in _ERRORS]
            return [] if any(not found for found in problems) else problems[0]
        if not response:
            return ["this status is not described"]
        if "application/json" not in _object(response.get("content")):
            return [] if request.answer is None else ["an answer without a body is described"]
        schema = f"{pointer}/responses/{request.status}/content/application~1json/schema"
        return self._validate(schema, request.answer)

    def _validate(self, pointer: str, value: object, *, is_strict: bool = False) -> list[str]:
        schema: dict[str, object] = {"$ref": f"urn:github#{pointer}"}
        if is_strict:
            schema["unevaluatedProperties"] = False
        judge = Draft202012Validator(schema, registry=self._registry)
        return [f"{error.json_path}: {error.message[:200]}" for error in judge.iter_errors(value)]


@functools.cache
def official_api() -> OfficialApi:
    """Read GitHub's description of its API, or skip the test when it is not beside the checkout."""
    described = json.loads(_read("openapi-slice.json").read_text())
    described["paths"] = EXTRA_PATHS | described["paths"]
    described["components"]["schemas"] = EXTRA_SCHEMAS | described["components"]["schemas"]
    return OfficialApi(_object(_convert(described)))


@functools.cache
def official_schema() -> GraphQLSchema:
    """Read GitHub's GraphQL schema, or skip the test when it is not beside the checkout."""
    with gzip.open(_read("schema.graphql.gz"), "rt", encoding="utf-8") as stream:
        return build_schema(stream.read(), assume_valid=True)


def read_webhook(name: str) -> dict[str, object]:
    """Read one of GitHub's example payloads, or skip the test when it is not beside the checkout."""
    return _object(json.loads(_read(f"webhooks/{name}.json").read_text()))


def check_graphql(body: object) -> list[str]:
    """Give what GitHub's schema has against a GraphQL request: its query and its variables."""
    values = _object(body)
    variables = json.dumps(values.get("variables") or {}, sort_keys=True)
    return list(_check_query(str(values.get("query", "")), variables))


@functools.lru_cache(maxsize=1024)
def _check_query(query: str, variables: str) -> tuple[str, ...]:
    try:
        document = parse(query)
    except GraphQLError as exc:
        return (exc.message,)
    found = [error.message for error in validate(official_schema(), document)]
    return tuple(found or _check_variables(document, json.loads(variables)))


def _check_variables(document: DocumentNode, variables: dict[str, object]) -> list[str]:
    found: list[str] = []
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            result = get_variable_values(official_schema(), node.variable_definitions or (), variables)
            found += [error.message for error in result] if isinstance(result, list) else []
            known = {definition.variable.name.value for definition in node.variable_definitions or ()}
            found += [f"unknown variable {name}" for name in variables if name not in known]
    return found


def _read(name: str) -> Path:
    path = DATA / name
    if not path.exists():
        pytest.skip("GitHub's API descriptions (../shared/data/github) are not beside this checkout")
    return path


def _convert(value: object) -> object:
    if isinstance(value, list):
        return [_convert(item) for item in value]
    if not isinstance(value, dict):
        return value
    plain = {key: _convert(item) for key, item in value.items() if not (key == "nullable" and item is True)}
    return {"anyOf": [plain, {"type": "null"}]} if value.get("nullable") is True else plain


def _object(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _rows(value: object) -> list[dict[str, object]]:
    return value if isinstance(value, list) else []
