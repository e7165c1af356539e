"""A look at a repository that uses the package, held against scripted answers: what is odd, large, closed or ours."""

from __future__ import annotations

import base64

import pytest

from pilotage.errors import RemoteError
from pilotage.model.downstream import Found, Sight
from pilotage.providers.githubdownstream import GitHubDownstream
from providers.downstreamscript import HEAD, OURS, TREE, parts, text, variables
from providers.githubscript import Answer, GitHubScript, serve_answers

FOUND = Found("acme/flow", "R_1", branch="main", head=HEAD, tree=TREE)
BRANCH = "pilotage/update-demo"


def row(path: str, size: int, mode: str = "100644") -> dict[str, object]:
    kind = {"040000": "tree", "160000": "commit"}.get(mode, "blob")
    return {"path": path, "mode": mode, "type": kind, "sha": path.ljust(40, "0"), "size": size}


def tree(*rows: dict[str, object], truncated: bool = False) -> Answer:
    return Answer(content={"sha": TREE, "url": "", "tree": list(rows), "truncated": truncated})


def blob(content: str | None, **more: object) -> dict[str, object]:
    return {"text": content, "isBinary": False, "isTruncated": False, **more}


def sight(**more: object) -> Answer:
    pulls: dict[str, object] = {kind: {"nodes": []} for kind in ("open", "closed", "merged")}
    return parts(repository={"branch": None, **pulls, **more})


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


def test_a_repository_without_commits_holds_nothing_and_is_not_asked() -> None:
    with serve_answers() as script:
        empty = Found("acme/flow", "R_1")
        seen = GitHubDownstream(script.call()).look(empty, is_relevant=bool, branch=BRANCH, most_files=1, most_bytes=1)
        assert (seen, script.questions) == (Sight(empty), [])


def test_what_is_too_large_is_told_and_not_asked_for() -> None:
    seen, script = look(tree(row("a.txt", 11), row("c.txt", 10)), sight(b0=blob("0123456789")), size=10)
    assert (list(seen.files), seen.unread) == (["c.txt"], ("a.txt: larger than 10 bytes",))
    assert "b1" not in variables(script)


@pytest.mark.parametrize(
    ("path", "target", "is_read"),
    [
        ("docs/c.txt", "../a.txt", True),
        ("docs/c.txt", "./big.txt", True),
        ("c.txt", "docs/big.txt", True),
        ("docs/c.txt", "a.txt", False),
        ("docs/c.txt", "../../a.txt", False),
        ("docs/c.txt", "/a.txt", False),
        ("c.txt", "notes", False),
        ("c.txt", "c.txt", False),
    ],
)
def test_a_link_is_passed_over_where_its_target_is_a_file_that_matters(
    path: str, target: str, *, is_read: bool
) -> None:
    rows = [row("a.txt", 1), row(path, len(target), "120000"), row("docs/big.txt", 99)]
    seen, _ = look(tree(*rows), sight(b0=blob("a"), b1=blob(target), u1=blob(target), branch=our_branch()), size=20)
    assert (list(seen.files), seen.update_branch and list(seen.update_branch.files)) == (["a.txt"], [])
    told = () if is_read else (f"{path}: a symbolic link to what is not read",)
    assert seen.unread == ("docs/big.txt: larger than 20 bytes", *told)


@pytest.mark.parametrize(
    ("paths", "left"),
    [
        (["z.txt", "a/b.txt", "a/a/a.txt"], "a/a/a.txt: only 2 files of a repository are read"),
        (
            ["a/b.txt", "a/a/a.txt", "z.txt", "a/b/a.txt"],
            "a/a/a.txt and 1 more: only 2 files of a repository are read",
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
        (blob(None, isBinary=True, isTruncated=True), "not a text"),
        (None, "GitHub does not show it"),
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


@pytest.mark.parametrize(("head", "is_spent"), [(OURS, True), (HEAD, False)])
def test_our_branch_is_spent_when_just_this_commit_of_it_was_merged(head: str, *, is_spent: bool) -> None:
    merged = {"nodes": [{"headRefOid": "e" * 40}, {"headRefOid": head}]}
    seen, _ = look(tree(), sight(branch=our_branch(), merged=merged))
    assert seen.update_branch is not None
    assert seen.update_branch.is_spent is is_spent


def test_without_our_branch_nothing_is_spent() -> None:
    seen, _ = look(tree(), sight(merged={"nodes": [{"headRefOid": OURS}]}))
    assert seen.update_branch is None


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


def whole(data: bytes, encoding: str = "base64") -> Answer:
    content = base64.encodebytes(data).decode() if encoding == "base64" else data.decode()
    return Answer(content={"content": content, "encoding": encoding, "sha": "x", "size": len(data)})


def test_files_that_graphql_cuts_are_read_by_themselves_and_so_many_of_them() -> None:
    cut = {f"b{i}": blob("é" * 9, isTruncated=True) for i in range(4)}
    seen, script = look(
        tree(*[row(f"{letter}.lock.txt", 600_000) for letter in "abcd"], row("e.txt", 1)),
        sight(**cut, b4=blob("e"), branch=our_branch(), u0=blob("é" * 9, isTruncated=True), u4=blob("E")),
        *[whole("é\r\n".encode() * 100), whole("é".encode("latin-1")), whole(b"plain", "utf-8")],
    )
    assert seen.files == {"a.lock.txt": "é\r\n" * 100, "c.lock.txt": "plain", "e.txt": "e"}
    assert list(seen.modes) == ["a.lock.txt", "c.lock.txt", "e.txt"]
    assert seen.unread == ("b.lock.txt: not UTF-8", "d.lock.txt: GitHub does not show it whole")
    assert script.asked[2:] == [f"GET /repos/acme/flow/git/blobs/{row(f'{x}.lock.txt', 0)['sha']}" for x in "abc"]
    assert seen.update_branch is not None
    assert seen.update_branch.files == {"e.txt": "E"}


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
