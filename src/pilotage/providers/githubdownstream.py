"""The repositories that use the package, on GitHub: many are found and watched in one request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pilotage.errors import RemoteError
from pilotage.model.downstream import Found, Sight
from pilotage.model.remote import WorkflowRun
from pilotage.providers import downstreamqueries as queries
from pilotage.providers.downstreamlook import look_inside
from pilotage.providers.downstreamtree import Bounds, list_files
from pilotage.providers.githubanswers import Oid, PageInfo, read_answer
from pilotage.providers.githubcall import GitHubCall, GitHubRefusalError
from pilotage.providers.githubpermissions import explain_graphql
from pilotage.providers.githubworkflows import GitHubWorkflows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
AT_ONCE = 50
"""How many repositories one request asks for."""

_TOO_MUCH = re.compile(r"resource limits", re.IGNORECASE)
"""How GitHub says that a query needs more of its time than one may have."""

_MOST_NODES = 100
"""How many nodes GitHub gives in one request."""


class _Tip(msgspec.Struct, frozen=True):
    oid: str
    tree: Oid | None = None


class _Branch(msgspec.Struct, frozen=True):
    name: str
    target: _Tip | None = None


class _Repository(msgspec.Struct, frozen=True):
    id: str
    nameWithOwner: str  # noqa: N815 - GitHub's name
    isArchived: bool  # noqa: N815 - GitHub's name
    isDisabled: bool  # noqa: N815 - GitHub's name
    isLocked: bool  # noqa: N815 - GitHub's name
    branch: _Branch | None = None


class _Named(msgspec.Struct, frozen=True):
    nameWithOwner: str  # noqa: N815 - GitHub's name


class _Results(msgspec.Struct, frozen=True):
    repositoryCount: int  # noqa: N815 - GitHub's name
    nodes: list[_Named | None]
    pageInfo: PageInfo  # noqa: N815 - GitHub's name


class _Suite(msgspec.Struct, frozen=True):
    status: str
    conclusion: str | None = None


class _Run(msgspec.Struct, frozen=True):
    databaseId: int  # noqa: N815 - GitHub's name
    event: str
    url: str
    createdAt: str  # noqa: N815 - GitHub's name
    checkSuite: _Suite  # noqa: N815 - GitHub's name


class GitHubDownstream:
    """The repositories that use the package, all those of one GitHub.

    Args:
        call: Sends the requests.
    """

    def __init__(self, call: GitHubCall) -> None:
        self._call = call

    def find(self, names: Sequence[str], *, refs: Mapping[str, str]) -> dict[str, Found]:
        """Look up repositories by their names: one request for fifty, more when GitHub finds that too much for one.

        One that is not there, that the token may not see, or that has another name by now is found with a problem;
        the others are none the worse for it.

        Args:
            names: `OWNER/NAME` each.
            refs: For some of them the branch that is meant; for the others it is the default branch.

        Returns:
            What was found, by the names as they were asked for.

        Raises:
            RemoteError: GitHub refused the whole or stayed out of reach.
        """
        asked = list(dict.fromkeys(names))
        parts = [asked[start : start + AT_ONCE] for start in range(0, len(asked), AT_ONCE)]
        return {name: found for part in parts for name, found in self._find(part, refs)}

    def _find(self, names: list[str], refs: Mapping[str, str]) -> list[tuple[str, Found]]:
        branches = [refs.get(name, "").removeprefix("refs/heads/") for name in names]
        variables: dict[str, object] = {}
        for i, (name, branch) in enumerate(zip(names, branches, strict=True)):
            variables[f"o{i}"], _, variables[f"n{i}"] = name.partition("/")
            variables |= {f"b{i}": f"refs/heads/{branch}"} if branch else {}
        text = queries.render_find([bool(branch) for branch in branches])
        try:
            data, closed = self._call.query_parts(text, variables)
        except GitHubRefusalError as refusal:
            if len(names) == 1 or not _TOO_MUCH.search(refusal.said):
                raise
            middle = len(names) // 2
            return self._find(names[:middle], refs) + self._find(names[middle:], refs)
        return [
            (name, _read_found(name, data.get(f"r{i}"), branch=branch, said=closed.get(f"r{i}", "")))
            for i, (name, branch) in enumerate(zip(names, branches, strict=True))
        ]

    def search(self, query: str, *, most: int = 1000) -> tuple[str, ...]:
        """Search for repositories, archived ones included: one request for a hundred that are found.

        Source: https://docs.github.com/search-github/searching-on-github/searching-for-repositories

        Args:
            query: The search in GitHub's syntax.
            most: How many it may find; GitHub itself never shows more than a thousand.

        Returns:
            Their names, in GitHub's order.

        Raises:
            RemoteError: It finds more, or GitHub refused or stayed out of reach.
        """
        names: dict[str, None] = {}
        after: str | None = None
        while True:
            answer = self._call.query(queries.SEARCH, {"query": query, "after": after})
            page = read_answer(answer.get("search"), _Results, place="a search")
            if page.repositoryCount > most:
                raise RemoteError(
                    f"the search {query[:100]!r} finds {page.repositoryCount} repositories, and {most} is the most",
                    hint="Narrow it: name the owner (org:NAME), a topic (topic:NAME) or a language.",
                )
            names |= dict.fromkeys(node.nameWithOwner for node in page.nodes if node is not None)
            if not page.pageInfo.hasNextPage:
                return tuple(names)
            after = page.pageInfo.endCursor

    def look(
        self, found: Found, *, is_relevant: Callable[[str], bool], branch: str, most_files: int, most_bytes: int
    ) -> Sight:
        """Look at a repository: two requests.

        It is one more where its tree is too large for one, for each four megabytes more, and for each file above half
        a megabyte, of which three are read.

        The runs of its workflows are not looked at. Texts have the line ends that they have there.

        Args:
            found: The repository, without a problem.
            is_relevant: Tells by its path whether a file may name the package.
            branch: Our branch.
            most_files: How many files are read; those of the upper folders come first.
            most_bytes: The most bytes of one of them.

        Raises:
            RemoteError: GitHub refused or stayed out of reach.
        """
        if not found.tree:
            return Sight(found)  # it has no commits, and so no files
        bounds = Bounds(most_files, most_bytes)
        listing = list_files(self._call, found.name, found.tree, is_relevant=is_relevant, bounds=bounds)
        return look_inside(self._call, found, listing, branch=branch)

    def watch_runs(
        self, node_ids: Sequence[str], *, known: Mapping[str, tuple[str, int]] | None = None
    ) -> dict[str, WorkflowRun]:
        """Look how far runs are, in whatever repositories they run: one request for a hundred.

        GraphQL shows a run by its checks, which in a private repository an app may read with `checks: read` only, and
        a fine-grained token often not at all. One that it does not show is asked for by itself where it is known, one
        request each.

        Args:
            node_ids: Their node ids (`WorkflowRun.node_id`).
            known: By node id the repository, `OWNER/NAME`, and the number of a run.

        Returns:
            Them by node id, on which ref and commit they run left empty; one that is gone is missing, as is one that
            is not shown and not known.

        Raises:
            RemoteError: GitHub refused the whole or stayed out of reach.
        """
        asked = list(dict.fromkeys(node_ids))
        parts = [asked[start : start + _MOST_NODES] for start in range(0, len(asked), _MOST_NODES)]
        seen = dict(pair for part in parts for pair in self._watch(part))
        for node_id in asked:
            if node_id not in seen and known is not None and node_id in known:
                repository, number = known[node_id]
                if run := GitHubWorkflows(self._call, repository=repository).find_run(number):
                    seen[node_id] = run
        return seen

    def _watch(self, node_ids: Sequence[str]) -> Iterator[tuple[str, WorkflowRun]]:
        data, _ = self._call.query_parts(queries.RUNS, {"ids": list(node_ids)})
        nodes = read_answer(data.get("nodes") or [], list[dict[str, object] | None], place="runs")
        for node_id, node in zip(node_ids, nodes, strict=False):  # without any node there is nothing to tell
            if node:  # a node of another kind shows none of what was asked
                run = read_answer(node, _Run, place="a run")
                suite = run.checkSuite
                yield (
                    node_id,
                    WorkflowRun(
                        id=run.databaseId,
                        event=run.event,
                        ref="",
                        commit="",
                        is_done=suite.status == "COMPLETED",
                        conclusion=(suite.conclusion or "").lower(),
                        url=run.url,
                        created_at=run.createdAt,
                        node_id=node_id,
                    ),
                )


def _read_found(name: str, node: object, *, branch: str, said: str) -> Found:
    if said or node is None:
        return Found(name, problem=_explain(said, is_there=node is not None))
    seen = read_answer(node, _Repository, place=name)
    if seen.nameWithOwner.casefold() != name.casefold():
        return Found(name, seen.id, problem=f"is called {seen.nameWithOwner} now: correct the name")
    is_archived = seen.isArchived or seen.isDisabled or seen.isLocked
    if branch and seen.branch is None:
        return Found(seen.nameWithOwner, seen.id, is_archived=is_archived, problem=f"has no branch {branch}")
    tip = seen.branch.target if seen.branch is not None else None
    return Found(
        seen.nameWithOwner,
        seen.id,
        branch=seen.branch.name if seen.branch is not None else "",
        head=tip.oid if tip is not None else "",
        tree=tip.tree.oid if tip is not None and tip.tree is not None else "",
        is_archived=is_archived,
    )


def _explain(said: str, *, is_there: bool) -> str:
    hint = explain_graphql(said)
    if hint or is_there:
        return f"{said}: {hint}" if hint else said
    told = f" ({said})" if said and not said.startswith("Could not resolve") else ""
    return (
        f"no such repository for this token{told}: check the name, and that the app or the fine-grained token that "
        "this token is of has been given this repository"
    )
