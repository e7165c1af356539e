"""From method and path to a handler, with the official templates as the routes' names."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilotage.sandbox.forge.access import Level
    from pilotage.sandbox.forge.call import Answer

Handler = Callable[..., "Answer"]
REPOSITORY: Final = "/repos/{owner}/{repo}"
_NUMBERS: Final = frozenset(
    {"pull_number", "issue_number", "release_id", "asset_id", "comment_id", "run_id", "deployment_id"}
)
_WITH_SLASHES: Final = frozenset({"ref", "path", "tag", "basehead", "branch", "name"})


_PERMISSIONS: Final = (
    ("/immutable-releases", "administration"),
    ("/actions/", "actions"),
    ("/merge", "contents"),
    ("/pulls", "pull_requests"),
    ("/issues/", "pull_requests"),
    ("/labels", "pull_requests"),
    ("/deployments", "deployments"),
)
"""By a part of the template: what a token needs; `contents` for all else."""
_ISSUES: Final = frozenset({"/issues", "/issues/{issue_number}"})
"""What is about issues alone; comments and labels are about pull requests too."""


@dataclass(frozen=True, slots=True)
class Route:
    """One operation: its method, official template, handler, and whether it changes anything."""

    method: str
    template: str
    handler: Handler

    @property
    def is_write(self) -> bool:
        """Tell whether it needs a token that may write."""
        return self.method != "GET"

    @property
    def permission(self) -> str:
        """Give the permission that a token needs for it, in the name of GitHub's API."""
        if self.template.removeprefix(REPOSITORY) in _ISSUES:
            return "issues"
        return next((name for part, name in _PERMISSIONS if part in self.template), "contents")

    @property
    def level(self) -> Level:
        """Give the level at which the permission is needed."""
        return "write" if self.is_write else "read"


@dataclass(frozen=True, slots=True)
class Match:
    """A route with the values of its template."""

    route: Route
    values: dict[str, str | int]


class Routes:
    """A table of routes, filled by decorators."""

    def __init__(self) -> None:
        self._routes: list[Route] = []

    def add(self, method: str, path: str) -> Callable[[Handler], Handler]:
        """Register a handler for a method and an official path template, `/repos/{owner}/{repo}/…` or another."""

        def register(handler: Handler) -> Handler:
            self._routes.append(Route(method, path, handler))
            return handler

        return register

    @property
    def all(self) -> tuple[Route, ...]:
        """Give the routes in the order of their registration."""
        return tuple(self._routes)


class Router:
    """Finds routes.

    Args:
        tables: The tables of routes.
    """

    def __init__(self, *tables: Routes) -> None:
        rules = [rule for table in tables for route in table.all for rule in _rules(route)]
        self._adapter = Map(rules, strict_slashes=False, merge_slashes=False, redirect_defaults=False).bind("forge")

    def find(self, method: str, path: str) -> Match | None:
        """Give the route of a request and the values in its path; None when there is none."""
        try:
            route, values = self._adapter.match(path, method=method)
        except HTTPException:
            return None
        return Match(route, dict(values)) if isinstance(route, Route) and route.method == method else None


def _rules(route: Route) -> Iterator[Rule]:
    yield Rule(_pattern(route.template), methods=[route.method], endpoint=route)
    if route.template.endswith("/{path}"):  # an empty path names the folder at the top
        top = route.template.removesuffix("/{path}")
        yield Rule(_pattern(top), methods=[route.method], endpoint=route, defaults={"path": ""})


def _pattern(template: str) -> str:
    def convert(found: re.Match[str]) -> str:
        name = found[1]
        kind = "int:" if name in _NUMBERS else "path:" if name in _WITH_SLASHES else ""
        return f"<{kind}{name}>"

    return re.sub(r"\{(\w+)\}", convert, template)
