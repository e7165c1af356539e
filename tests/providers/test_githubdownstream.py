"""Repositories that use the package, held against scripted answers: what is odd, closed, large or gone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pilotage.errors import RemoteError
from pilotage.model.downstream import Found, Sight
from pilotage.providers.githubcall import GitHubRefusalError
from pilotage.providers.githubdownstream import AT_ONCE, GitHubDownstream
from providers.githubscript import Answer, GitHubScript, serve_answers

if TYPE_CHECKING:
    from collections.abc import Mapping

HEAD, TREE, OURS = "a" * 40, "b" * 40, "c" * 40
FOUND = Found("acme/flow", "R_1", branch="main", head=HEAD, tree=TREE)
BRANCH = "pilotage/update-demo"
GONE = "Could not resolve to a Repository with the name 'acme/x'."


def repository(name: str, **more: object) -> dict[str, object]:
    tip = {"name": "main", "target": {"oid": HEAD, "tree": {"oid": TREE}}}
    flags = dict.fromkeys(("isArchived", "isDisabled", "isLocked"), False)
    return {"id": "R_1", "nameWithOwner": name, **flags, "branch": tip, **more}


def error(field: str, said: str, kind: str = "NOT_FOUND") -> dict[str, object]:
    return {"type": kind, "path": [field], "message": said}


def parts(*errors: Mapping[str, object], **data: object) -> Answer:
    return Answer(content={"data": data, **({"errors": list(errors)} if errors else {})})


def variables(script: GitHubScript, number: int = -1) -> dict[str, object]:
    found: dict[str, object] = json.loads(script.questions[number].body)["variables"]
    return found


def text(script: GitHubScript, number: int = -1) -> str:
    return str(json.loads(script.questions[number].body)["query"])


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
        assert (len(found), len(script.questions)) == (AT_ONCE + 1, 2)


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
        {"message": "Something went wrong while executing your query."},
        {"type": "NOT_FOUND", "message": "nowhere"},
        {"type": "INSUFFICIENT_SCOPES", "path": ["r0"], "message": "scopes"},
        "odd",
    ],
)
def test_other_errors_are_errors_of_the_whole(odd: object) -> None:
    answer = Answer(content={"data": {"r0": None}, "errors": [odd]})
    with serve_answers(answer) as script, pytest.raises(GitHubRefusalError, match="GraphQL: "):
        GitHubDownstream(script.call()).find(["acme/x"], refs={})


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


def row(path: str, size: int, mode: str = "100644") -> dict[str, object]:
    kind = {"040000": "tree", "160000": "commit"}.get(mode, "blob")
    return {"path": path, "mode": mode, "type": kind, "sha": path.ljust(40, "0"), "size": size}


def tree(*rows: dict[str, object], truncated: bool = False) -> Answer:
    return Answer(content={"sha": TREE, "url": "", "tree": list(rows), "truncated": truncated})


def blob(content: str | None, **more: object) -> dict[str, object]:
    return {"text": content, "isBinary": False, "isTruncated": False, **more}


def sight(**more: object) -> Answer:
    return parts(repository={"branch": None, "open": {"nodes": []}, "closed": {"nodes": []}, **more})


def look(*answers: Answer, files: int = 60, size: int = 1_000_000) -> tuple[Sight, GitHubScript]:
    with serve_answers(*answers) as script:
        seen = GitHubDownstream(script.call()).look(
            FOUND,
            is_relevant=lambda path: path.endswith((".txt", ".toml")),
            branch=BRANCH,
            most_files=files,
            most_bytes=size,
        )
        return seen, script


def test_a_look_is_two_requests_and_gives_relevant_files_with_their_modes() -> None:
    rows = [row("a.txt", 3), row("b.py", 9), row("sub/c.toml", 4, "100755"), row("d.txt", 0, "040000")]
    seen, script = look(
        tree(*rows, row("e.txt", 0, "160000")), sight(b0=blob("a\r\n"), b1=blob("é\n\n"), u0=None, u1=None)
    )
    assert seen == Sight(
        FOUND, files={"a.txt": "a\r\n", "sub/c.toml": "é\n\n"}, modes={"a.txt": "100644", "sub/c.toml": "100755"}
    )
    assert script.asked == [f"GET /repos/acme/flow/git/trees/{TREE}?recursive=1", "POST /graphql"]
    assert variables(script) == {
        "owner": "acme",
        "name": "flow",
        "branch": f"refs/heads/{BRANCH}",
        "head": BRANCH,
        "base": "main",
        "b0": rows[0]["sha"],
        "u0": f"refs/heads/{BRANCH}:a.txt",
        "b1": rows[2]["sha"],
        "u1": f"refs/heads/{BRANCH}:sub/c.toml",
    }


def test_a_repository_without_files_that_matter_still_shows_our_branch() -> None:
    seen, script = look(tree(row("b.py", 9)), sight(branch={"target": {"oid": OURS}}))
    assert (seen.files, seen.update_branch is not None, len(script.questions)) == ({}, True, 2)


def test_a_repository_without_commits_is_told_without_a_request() -> None:
    with serve_answers() as script:
        empty = Found("acme/flow", "R_1")
        seen = GitHubDownstream(script.call()).look(empty, is_relevant=bool, branch=BRANCH, most_files=1, most_bytes=1)
        assert seen == Sight(empty, unread=("the repository: it has no commits",))


def test_what_is_too_large_or_a_link_is_told_and_not_asked_for() -> None:
    seen, script = look(
        tree(row("a.txt", 11), row("b.txt", 3, "120000"), row("c.txt", 10)), sight(b0=blob("0123456789")), size=10
    )
    assert list(seen.files) == ["c.txt"]
    assert seen.unread == ("a.txt: larger than 10 bytes", "b.txt: a symbolic link")
    assert "b1" not in variables(script)


@pytest.mark.parametrize(
    ("paths", "left"),
    [
        (["z.txt", "a/b.txt", "a/a/a.txt"], "a/a/a.txt: only 2 files of a repository are read"),
        (
            ["a/b.txt", "a/a/a.txt", "z.txt", "a/b/a.txt"],
            "a/a/a.txt and 1 more files: only 2 files of a repository are read",
        ),
    ],
)
def test_the_upper_folders_come_first_and_what_is_left_is_told(paths: list[str], left: str) -> None:
    seen, _ = look(tree(*[row(path, 1) for path in paths]), sight(b0=blob("1"), b1=blob("2")), files=2)
    assert (seen.files, seen.unread) == ({"z.txt": "1", "a/b.txt": "2"}, (left,))


def test_of_a_tree_that_is_cut_the_top_folder_is_read_whole_and_the_rest_is_told() -> None:
    seen, script = look(
        tree(row("a/a.txt", 1), row("b.txt", 1), truncated=True),
        tree(row("b.txt", 1), row("z.txt", 1)),
        sight(b0=blob("b"), b1=blob("z"), b2=blob("a")),
    )
    assert seen.files == {"b.txt": "b", "z.txt": "z", "a/a.txt": "a"}
    assert [why.partition(":")[0] for why in seen.unread] == ["the repository"]
    assert script.asked[1] == f"GET /repos/acme/flow/git/trees/{TREE}"


@pytest.mark.parametrize(
    ("node", "why"),
    [
        (blob(None, isBinary=True), "not a text"),
        (blob("abc", isBinary=True), "not a text"),
        (blob(None), "not a text"),
        (blob("ab", isTruncated=True), "GitHub does not show it whole"),
        (None, "GitHub does not show it whole"),
        (blob("é\ufffd"), "not UTF-8"),
        (blob("éé"), "not UTF-8"),
        (blob("\ud800"), "not UTF-8"),
    ],
)
def test_what_is_no_text_is_told_and_never_guessed(node: object, why: str) -> None:
    seen, _ = look(tree(row("a.txt", 3), row("b.txt", 1)), sight(b0=node, b1=blob("b"), u0=blob("abc")))
    assert (seen.files, seen.modes, seen.unread) == ({"b.txt": "b"}, {"b.txt": "100644"}, (f"a.txt: {why}",))


@pytest.mark.parametrize("node", [blob(None, isBinary=None), blob("", isBinary=None)])
def test_an_empty_file_is_a_text(node: object) -> None:
    seen, _ = look(tree(row("a.txt", 0)), sight(b0=node))
    assert (seen.files, seen.unread) == ({"a.txt": ""}, ())


def our_branch(**more: object) -> dict[str, object]:
    known = {"oid": OURS, "message": "build\n\nx", "tree": {"oid": TREE}, "parents": {"nodes": [{"oid": HEAD}]}}
    return {"target": known | more}


def test_our_branch_is_shown_with_its_own_texts() -> None:
    seen, _ = look(
        tree(row("a.txt", 1), row("b.txt", 1), row("c.txt", 1), row("d.txt", 1)),
        sight(
            **{f"b{i}": blob(str(i)) for i in range(4)},
            branch=our_branch(),
            u0=blob("new"),
            u1=None,
            u2=blob("x", isTruncated=True),
            u3=blob(None, isBinary=True),
        ),
    )
    branch = seen.update_branch
    assert branch is not None
    assert (branch.name, branch.head, branch.tree, branch.message) == (BRANCH, OURS, TREE, "build\n\nx")
    assert (branch.parents, branch.base) == ((HEAD,), HEAD)
    assert branch.files == {"a.txt": "new", "c.txt": "2", "d.txt": "3"}


def test_our_branch_on_another_commit_has_no_base() -> None:
    seen, _ = look(tree(), sight(branch=our_branch(parents={"nodes": [{"oid": "d" * 40}]})))
    assert seen.update_branch is not None
    assert (seen.update_branch.parents, seen.update_branch.base) == (("d" * 40,), "")


def pull(number: int, state: str, *, is_foreign: bool = False, messages: tuple[str, ...] = ()) -> dict[str, object]:
    known = {"number": number, "title": "t", "body": "a\r\nb", "state": state, "url": f"u{number}"}
    known |= {"isCrossRepository": is_foreign, "mergeCommit": None, "headRefOid": OURS, "author": None}
    return known | {"commits": {"nodes": [{"commit": {"message": message}} for message in messages]}}


def test_the_open_and_the_last_closed_pull_request_are_those_of_our_own_branch() -> None:
    closed = [pull(9, "CLOSED", is_foreign=True), pull(7, "CLOSED", messages=("ours 1.3", "lock")), pull(5, "CLOSED")]
    seen, _ = look(
        tree(), sight(open={"nodes": [pull(8, "OPEN", is_foreign=True), pull(6, "OPEN")]}, closed={"nodes": closed})
    )
    assert seen.open_pull is not None
    assert seen.closed_pull is not None
    assert (seen.open_pull.number, seen.open_pull.state, seen.open_pull.body) == (6, "open", "a\nb")
    assert (seen.closed_pull.number, seen.closed_pull.state, seen.closed_pull.head) == (7, "closed", OURS)
    assert seen.closed_message == "lock\n\nours 1.3"


def test_pull_requests_of_forks_are_nobodys_business() -> None:
    foreign = {"nodes": [pull(9, "CLOSED", is_foreign=True, messages=("x",))]}
    seen, _ = look(tree(), sight(open=foreign, closed=foreign))
    assert (seen.open_pull, seen.closed_pull, seen.closed_message) == (None, None, "")


LARGE = 1_500_000


@pytest.mark.parametrize(("branch", "asked"), [(None, []), (our_branch(), [f"{OURS}:c.txt"])])
def test_many_bytes_are_asked_for_in_several_requests_of_one_state_of_our_branch(
    branch: object, asked: list[str]
) -> None:
    texts = [blob(letter * LARGE) for letter in "abc"]
    seen, script = look(
        tree(*[row(f"{letter}.txt", LARGE) for letter in "abc"]),
        sight(branch=branch, b0=texts[0], b1=texts[1]),
        parts(repository={"b0": texts[2], "u0": blob("ours") if branch else None}),
        size=LARGE,
    )
    assert [name for name, content in seen.files.items() if len(content) == LARGE] == ["a.txt", "b.txt", "c.txt"]
    assert (len(script.questions), [variables(script)["u0"]] if "u0" in variables(script) else []) == (3, asked)
    assert ("pullRequests" in text(script), "$branch" in text(script)) == (False, False)
    if branch:
        assert seen.update_branch is not None
        assert seen.update_branch.files == {"c.txt": "ours"}


def test_one_file_that_fills_a_request_alone_is_still_asked_for() -> None:
    size = 5_000_000
    seen, script = look(tree(row("a.txt", size)), sight(b0=blob("a" * size)), size=size)
    assert (len(seen.files), len(script.questions)) == (1, 2)


@pytest.mark.parametrize("data", [{"repository": None}, {}])
def test_a_repository_that_is_gone_by_now_is_an_error(data: dict[str, object]) -> None:
    with pytest.raises(RemoteError, match="acme/flow"):
        look(tree(), Answer(content={"data": data}))


def run(number: int, **more: object) -> dict[str, object]:
    suite = {"status": "COMPLETED", "conclusion": "TIMED_OUT", "commit": {"oid": HEAD}, "branch": {"name": "main"}}
    known = {"databaseId": number, "event": "workflow_dispatch", "url": f"u{number}", "createdAt": "2026-01-02"}
    return known | {"checkSuite": suite | more}


def watch(answer: Answer, *ids: str) -> dict[str, tuple[object, ...]]:
    with serve_answers(answer) as script:
        found = GitHubDownstream(script.call()).watch_runs(ids)
        return {key: (one.id, one.is_done, one.conclusion, one.ref, one.node_id) for key, one in found.items()}


def test_runs_of_many_repositories_are_watched_in_one_request_in_the_words_of_rest() -> None:
    second = run(2, status="IN_PROGRESS", conclusion=None, branch=None)
    assert watch(parts(nodes=[run(1), second]), "WFR_1", "WFR_2") == {
        "WFR_1": (1, True, "timed_out", "main", "WFR_1"),
        "WFR_2": (2, False, "", "", "WFR_2"),
    }


def test_a_run_keeps_what_else_is_known_of_it() -> None:
    with serve_answers(parts(nodes=[run(1)])) as script:
        (found,) = GitHubDownstream(script.call()).watch_runs(["WFR_1"]).values()
    assert (found.event, found.commit, found.url, found.created_at) == ("workflow_dispatch", HEAD, "u1", "2026-01-02")


def test_a_run_that_is_gone_or_closed_or_no_run_is_missing_and_the_others_are_not() -> None:
    answer = parts(error("nodes", "gone"), nodes=[None, {}, run(3)])
    assert list(watch(answer, "WFR_1", "X", "WFR_3")) == ["WFR_3"]


def test_no_run_is_shown_when_none_may_be_seen() -> None:
    assert watch(parts(error("nodes", "closed", "FORBIDDEN"), nodes=None), "WFR_1") == {}


def test_a_hundred_runs_are_one_request_and_none_is_none() -> None:
    with serve_answers(parts(nodes=[run(i) for i in range(100)]), parts(nodes=[run(100)])) as script:
        ids = [f"WFR_{i}" for i in range(101)]
        found = GitHubDownstream(script.call()).watch_runs([*ids, ids[0]])
        assert [(key, one.id) for key, one in found.items()] == [(f"WFR_{i}", i) for i in range(101)]
        assert GitHubDownstream(script.call()).watch_runs([]) == {}
        assert len(script.questions) == 2
