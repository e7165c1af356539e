"""Repositories that use the package are found and searched for, held against scripted answers."""

from __future__ import annotations

import pytest

from pilotage.errors import RemoteError
from pilotage.model.downstream import Found
from pilotage.providers.githubcall import GitHubRefusalError
from pilotage.providers.githubdownstream import AT_ONCE, GitHubDownstream
from providers.downstreamscript import HEAD, TREE, error, parts, text, variables
from providers.githubscript import Answer, serve_answers

FOUND = Found("acme/flow", "R_1", branch="main", head=HEAD, tree=TREE)
GONE = "Could not resolve to a Repository with the name 'acme/x'."


def repository(name: str, **more: object) -> dict[str, object]:
    tip = {"name": "main", "target": {"oid": HEAD, "tree": {"oid": TREE}}}
    flags = dict.fromkeys(("isArchived", "isDisabled", "isLocked"), False)
    return {"id": "R_1", "nameWithOwner": name, **flags, "branch": tip, **more}


def find(answer: Answer, *names: str, **refs: str) -> list[Found]:
    with serve_answers(answer) as script:
        found = GitHubDownstream(script.call()).find(names, refs={"acme/flow": refs["ref"]} if refs else {})
        assert list(found) == list(dict.fromkeys(names))
        return list(found.values())


def test_repositories_are_found_with_the_tip_of_their_default_branch() -> None:
    assert find(parts(r0=repository("acme/flow")), "acme/flow") == [FOUND]


def test_a_repository_is_named_as_github_spells_it() -> None:
    assert find(parts(r0=repository("acme/flow")), "Acme/Flow") == [FOUND]


def test_a_branch_that_is_named_is_asked_for_in_full() -> None:
    with serve_answers(parts(r0=repository("acme/flow"), r1=repository("acme/tool"))) as script:
        refs = {"acme/tool": "refs/heads/maint/1", "acme/other": "x"}
        GitHubDownstream(script.call()).find(["acme/flow", "acme/tool"], refs=refs)
        assert variables(script) == {
            "o0": "acme",
            "n0": "flow",
            "o1": "acme",
            "n1": "tool",
            "b1": "refs/heads/maint/1",
        }
        assert (text(script).count("defaultBranchRef"), text(script).count("ref(qualifiedName: $b1)")) == (1, 1)


def test_fifty_repositories_are_one_request_and_none_is_asked_for_twice() -> None:
    names = [f"acme/r{i}" for i in range(AT_ONCE + 1)]
    first = {f"r{i}": repository(name) for i, name in enumerate(names[:-1])}
    with serve_answers(parts(**first), parts(r0=repository(names[-1]))) as script:
        found = GitHubDownstream(script.call()).find([*names, names[0]], refs={})
        assert [found[name].name for name in names] == names
        assert (len(found), len(script.questions), len(variables(script))) == (50 + 1, 2, 2)


def test_nothing_to_find_is_no_request() -> None:
    with serve_answers() as script:
        assert GitHubDownstream(script.call()).find([], refs={}) == {}


@pytest.mark.parametrize("flag", ["isArchived", "isDisabled", "isLocked"])
def test_a_repository_in_which_nothing_can_change_is_told(flag: str) -> None:
    (found,) = find(parts(r0=repository("acme/flow", **{flag: True})), "acme/flow")
    assert (found.is_archived, found.problem) == (True, "")


def test_one_that_is_not_there_is_a_problem_of_its_own() -> None:
    answer = parts(error("r1", GONE), r0=repository("acme/flow"), r1=None)
    flow, gone = find(answer, "acme/flow", "acme/x")
    assert (flow, gone.name, gone.head) == (FOUND, "acme/x", "")
    assert gone.problem.startswith("no such repository for this token: check the name, and that the app")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Resource protected by organization SAML enforcement. You must grant", "single sign-on"),
        ("Although you appear to have the correct authorization, acme has an IP allow list enabled", "allow list"),
        ("Resource not accessible by personal access token", "Grant `contents: write`"),
        ("Not today", "no such repository for this token (Not today): check"),
    ],
)
def test_one_that_is_closed_says_what_github_says_and_what_to_do(said: str, words: str) -> None:
    flow, closed = find(
        parts(error("r1", said, "FORBIDDEN"), r0=repository("acme/flow"), r1=None), "acme/flow", "acme/x"
    )
    assert (flow.problem, said in closed.problem, words in closed.problem) == ("", True, True)


def test_null_without_a_word_is_a_repository_that_is_not_there() -> None:
    (gone,) = find(parts(r0=None), "acme/x")
    assert gone.problem.startswith("no such repository for this token: check the name")


def test_a_repository_of_which_a_part_is_closed_is_not_taken_for_an_empty_one() -> None:
    denied = {"type": "FORBIDDEN", "path": ["r0", "branch"], "message": "No contents for you"}
    (found,) = find(parts(denied, r0=repository("acme/flow", branch=None)), "acme/flow")
    assert found == Found("acme/flow", problem="No contents for you")


@pytest.mark.parametrize(
    "odd",
    [
        {"message": "It went wrong"},
        {"type": "RESOURCE_LIMITS_EXCEEDED", "path": ["r0"], "message": "Resource limits for this query exceeded."},
        {"type": "NOT_FOUND", "message": "nowhere"},
        {"type": "INSUFFICIENT_SCOPES", "path": ["r0"], "message": "scopes"},
        "odd",
    ],
)
def test_other_errors_are_errors_of_the_whole(odd: object) -> None:
    answer = Answer(content={"data": {"r0": None}, "errors": [odd]})
    with serve_answers(answer) as script, pytest.raises(GitHubRefusalError, match="GraphQL: "):
        GitHubDownstream(script.call()).find(["acme/x"], refs={})


def test_another_error_about_several_is_not_asked_for_in_halves() -> None:
    answer = Answer(content={"data": {"r0": None}, "errors": [{"message": "It went wrong"}]})
    with serve_answers(answer) as script:
        with pytest.raises(GitHubRefusalError, match="It went wrong"):
            GitHubDownstream(script.call()).find(["acme/x", "acme/y"], refs={})
        assert len(script.questions) == 1


def test_a_request_that_is_too_much_for_github_is_made_in_halves() -> None:
    limit = {"type": "RESOURCE_LIMITS_EXCEEDED", "path": ["r0"], "message": "Resource limits for this query exceeded."}
    names = ["acme/a", "acme/b", "acme/c"]
    with serve_answers(
        *[parts(limit, r0=None), parts(r0=repository("acme/a")), parts(limit, r0=None)],
        *[parts(r0=repository("acme/b")), parts(r0=repository("acme/c"))],
    ) as script:
        found = GitHubDownstream(script.call()).find(names, refs={"acme/c": "main"})
        assert [(name, one.name) for name, one in found.items()] == [(name, name) for name in names]
        assert variables(script) == {"o0": "acme", "n0": "c", "b0": "refs/heads/main"}


def test_a_query_that_githubs_clock_cut_off_is_asked_again() -> None:
    failed = {"message": "Something went wrong while executing your query. This may be the result of a timeout"}
    with serve_answers(parts(failed), parts(r0=repository("acme/flow"))) as script:
        assert GitHubDownstream(script.call()).find(["acme/flow"], refs={}) == {"acme/flow": FOUND}
        assert script.waits == [1]


def test_no_data_beside_closed_parts_is_a_refusal_and_not_an_empty_answer() -> None:
    answer = Answer(content={"data": None, "errors": [error("r0", GONE)]})
    with serve_answers(answer) as script, pytest.raises(GitHubRefusalError, match="Could not resolve"):
        GitHubDownstream(script.call()).find(["acme/x"], refs={})


def test_a_limit_beside_data_is_waited_for() -> None:
    limited = Answer(content={"data": {"r0": None}, "errors": [error("r0", "slow down", "RATE_LIMITED")]})
    with serve_answers(limited, parts(r0=repository("acme/flow"))) as script:
        assert GitHubDownstream(script.call()).find(["acme/flow"], refs={}) == {"acme/flow": FOUND}
        assert script.waits == [60]


def test_a_renamed_repository_is_a_problem_since_the_list_names_repositories() -> None:
    (found,) = find(parts(r0=repository("other/flux")), "acme/flow")
    assert (found.name, found.head, found.problem) == ("acme/flow", "", "is called other/flux now: correct the name")


@pytest.mark.parametrize("branch", [None, {"name": "main", "target": None}])
def test_an_empty_repository_has_no_head_and_no_problem(branch: object) -> None:
    (found,) = find(parts(r0=repository("acme/flow", branch=branch)), "acme/flow")
    assert (found.head, found.tree, found.problem) == ("", "", "")


def test_a_named_branch_that_is_not_there_is_a_problem() -> None:
    (found,) = find(parts(r0=repository("acme/flow", branch=None)), "acme/flow", ref="maint")
    assert (found.problem, found.branch) == ("has no branch maint", "")


def results(count: int, *names: str | None, after: str | None = None) -> Answer:
    nodes = [None if name is None else {"nameWithOwner": name} for name in names]
    page = {"hasNextPage": after is not None, "endCursor": after}
    return parts(search={"repositoryCount": count, "nodes": nodes, "pageInfo": page})


def test_a_search_gives_the_names_of_all_pages_in_githubs_order() -> None:
    with serve_answers(results(4, "acme/b", None, "acme/a", after="x"), results(4, "acme/a", "acme/c")) as script:
        assert GitHubDownstream(script.call()).search("org:acme") == ("acme/b", "acme/a", "acme/c")
        assert [variables(script, i)["after"] for i in (0, 1)] == [None, "x"]
        assert variables(script)["query"] == "org:acme"


@pytest.mark.parametrize(("count", "most"), [(1001, 1000), (3, 2)])
def test_a_search_that_finds_too_many_is_never_cut(count: int, most: int) -> None:
    with (
        serve_answers(results(count, "acme/a", after="x")) as script,
        pytest.raises(RemoteError, match=f"finds {count} repositories, and {most} is the most") as caught,
    ):
        GitHubDownstream(script.call()).search("topic:x", most=most)
    assert "org:NAME" in caught.value.hint


def test_a_search_may_find_just_as_many() -> None:
    with serve_answers(results(2, "acme/a", "acme/b")) as script:
        assert len(GitHubDownstream(script.call()).search("topic:x", most=2)) == 2
