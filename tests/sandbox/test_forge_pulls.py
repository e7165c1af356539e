"""Pull requests follow their branches, and merges are real."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pilotage.sandbox.forge import Refusal
from pilotage.sandbox.forge.squash import wrap
from sandbox.forgeclient import Client, new_forge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pilotage.sandbox.forge import Forge


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    return new_forge(tmp_path / "forge")


@pytest.fixture
def client(forge: Forge) -> Iterator[Client]:
    with forge.serve() as endpoint:
        yield Client(endpoint)


def _open(forge: Forge, branch: str = "topic", title: str = "feat: a") -> int:
    return forge.open_pull_request(branch, title, "why", files={"a.txt": "a\n"})


def _message(forge: Forge, sha: str) -> str:
    return forge.realm.git.need_commit(sha).message


def _states(forge: Forge) -> list[tuple[str, bool]]:
    return [(pull.state, pull.is_merged) for pull in forge.realm.state.pulls]


def test_a_pull_request_closes_when_its_branch_goes(forge: Forge) -> None:
    _open(forge)
    forge.delete_branch("topic")
    assert _states(forge) == [("closed", False)]


def test_a_pull_request_closes_when_its_branch_is_reset_to_the_base(forge: Forge) -> None:
    _open(forge)
    forge.move_branch("topic", forge.realm.git.branch("main") or "")
    assert _states(forge) == [("closed", False)]


def test_a_pull_request_counts_as_merged_when_its_commits_are_pushed_to_the_base(forge: Forge) -> None:
    _open(forge)
    sha = forge.realm.git.branch("topic") or ""
    forge.move_branch("main", sha)
    assert _states(forge) == [("closed", True)]
    assert forge.pull_request(1).merge_commit_sha == sha


def test_a_pull_request_follows_its_branch(forge: Forge) -> None:
    _open(forge)
    sha = forge.push("topic", {"a.txt": "b\n"}, "fix: b")
    assert (forge.pull_request(1).head_sha, _states(forge)) == (sha, [("open", False)])


def test_a_closed_pull_request_reopens_while_its_branch_still_has_its_commits(forge: Forge) -> None:
    _open(forge)
    forge.close_pull_request(1)
    forge.push("topic", {"b.txt": "b\n"}, "fix: b")
    forge.reopen_pull_request(1)
    assert _states(forge) == [("open", False)]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ("delete", "The topic branch has been deleted."),
        ("rewrite", "The topic branch was force-pushed or recreated."),
        ("merge", "The pull request is already merged."),
        ("contain", "There are no new commits on the topic branch."),
        ("lose", "The side branch has been deleted."),
    ],
)
def test_a_closed_pull_request_stays_closed_when_its_commits_are_lost(forge: Forge, spoil: str, words: str) -> None:
    forge.move_branch("side", forge.realm.git.branch("main") or "")
    forge.open_pull_request("topic", "feat: a", base="side", files={"a.txt": "a\n"})
    if spoil == "merge":
        forge.merge_pull_request(1)
    else:
        forge.close_pull_request(1)
    if spoil == "delete":
        forge.delete_branch("topic")
    if spoil == "rewrite":
        forge.push("topic", {"a.txt": "z\n"}, "feat: other", parents=(forge.realm.git.branch("main") or "",))
    if spoil == "contain":
        forge.move_branch("side", forge.realm.git.branch("topic") or "")
    if spoil == "lose":
        forge.delete_branch("side")
    with pytest.raises(Refusal) as caught:
        forge.reopen_pull_request(1)
    assert caught.value.errors[0]["message"] == f"state cannot be changed. {words}"


def test_a_squash_takes_the_only_commits_title_by_default(forge: Forge) -> None:
    forge.push("topic", {"a.txt": "a\n"}, "fix: in truth\n\nBecause.")
    forge.open_pull_request("topic", "feat: as it is called")
    sha = forge.merge_pull_request(1)
    assert _message(forge, sha) == "fix: in truth (#1)\n\nBecause."
    assert forge.realm.git.branch("main") == sha


def test_a_squash_of_several_commits_lists_them(forge: Forge) -> None:
    _open(forge)
    forge.push("topic", {"a.txt": "b\n"}, "fix: b")
    assert _message(forge, forge.merge_pull_request(1)) == "feat: a (#1)\n\n* feat: a\n\n* fix: b"


def test_a_squash_obeys_the_settings(forge: Forge) -> None:
    forge.realm.state.settings.squash_merge_commit_title = "PR_TITLE"
    forge.realm.state.settings.squash_merge_commit_message = "PR_BODY"
    _open(forge, title="feat: one")
    forge.edit_pull_request(1, title="feat: two", body="word " * 20)
    text = "word word word word word word word word word word word word word word\nword word word word word word"
    assert _message(forge, forge.merge_pull_request(1)) == f"feat: two (#1)\n\n{text}"
    forge.realm.state.settings.squash_merge_commit_message = "BLANK"
    forge.open_pull_request("other", "feat: three", files={"b.txt": "b\n"})
    assert _message(forge, forge.merge_pull_request(2)) == "feat: three (#2)"


def test_wrapping_keeps_lines_and_long_words() -> None:
    address = "https://example.org/" + "x" * 80
    assert wrap(f"one\r\n\r\n- two\n{address}\n") == f"one\n\n- two\n{address}"


def test_a_merge_keeps_what_both_sides_did(forge: Forge) -> None:
    _open(forge)
    before = forge.push("main", {"b.txt": "b\n"}, "fix: b")
    sha = forge.merge_pull_request(1, "merge")
    commit = forge.realm.git.need_commit(sha)
    assert commit.parents == (before, forge.pull_request(1).head_sha)
    assert commit.message == "Merge pull request #1 from acme/topic\n\nfeat: a"
    assert {"a.txt", "b.txt"} <= set(forge.realm.git.files(commit.tree))


def test_a_rebase_puts_each_commit_on_the_base(forge: Forge) -> None:
    _open(forge)
    forge.push("topic", {"a.txt": "b\n"}, "fix: b")
    before = forge.push("main", {"b.txt": "b\n"}, "fix: main")
    sha = forge.merge_pull_request(1, "rebase")
    last = forge.realm.git.need_commit(sha)
    first = forge.realm.git.need_commit(last.parents[0])
    assert [first.message, last.message, first.parents] == ["feat: a", "fix: b", (before,)]
    assert forge.realm.git.read_blob(forge.realm.git.files(last.tree)["a.txt"].oid) == b"b\n"
    assert "b.txt" in forge.realm.git.files(last.tree)


def test_a_rebase_leaves_merge_commits_out(forge: Forge) -> None:
    _open(forge)
    side = forge.push("main", {"b.txt": "b\n"}, "fix: main")
    forge.push("topic", {"b.txt": "b\n"}, "Merge main", parents=(forge.realm.git.branch("topic") or "", side))
    sha = forge.merge_pull_request(1, "rebase")
    assert (_message(forge, sha), forge.realm.git.need_commit(sha).parents) == ("feat: a", (side,))


def test_a_conflict_is_an_error_and_changes_nothing(forge: Forge) -> None:
    forge.open_pull_request("topic", "feat: a", files={"README.md": "one\n"})
    before = forge.push("main", {"README.md": "two\n"}, "fix: other")
    with pytest.raises(Refusal, match="not mergeable"):
        forge.merge_pull_request(1)
    assert (forge.realm.git.branch("main"), _states(forge)) == (before, [("open", False)])


def test_a_merged_branch_is_deleted_when_the_settings_say_so(forge: Forge) -> None:
    forge.realm.state.settings.delete_branch_on_merge = True
    _open(forge)
    forge.merge_pull_request(1)
    assert forge.realm.git.branch("topic") is None


def test_a_merge_through_the_api_takes_its_words(forge: Forge, client: Client) -> None:
    _open(forge)
    body = {"merge_method": "squash", "commit_title": "feat: mine", "commit_message": "text"}
    answer = client.send("PUT", "/pulls/1/merge", body).json()
    assert (_message(forge, answer["sha"]), answer["merged"]) == ("feat: mine\n\ntext", True)


def test_pull_requests_are_found_by_branch_base_and_state(forge: Forge, client: Client) -> None:
    for branch in ("one", "two", "three"):
        _open(forge, branch)
    forge.close_pull_request(2)
    forge.merge_pull_request(3)

    def numbers(query: str) -> list[int]:
        rows = client.get(f"/pulls?{query}")
        assert isinstance(rows, list)
        return [row["number"] for row in rows]

    assert numbers("") == [1]
    assert numbers("state=all") == [3, 2, 1]
    assert numbers("state=closed&direction=asc") == [2, 3]
    assert numbers("state=all&head=acme:two") == [2]
    assert numbers("state=all&head=other:two") == []
    assert numbers("state=all&base=main&sort=updated&direction=desc")[-1] in {1, 2, 3}
    assert numbers("base=other") == []


def test_an_edit_through_the_api_changes_base_and_state(forge: Forge, client: Client) -> None:
    forge.move_branch("side", forge.realm.git.branch("main") or "")
    _open(forge)
    assert client.send("PATCH", "/pulls/1", {"base": "side"}).json()["base"]["ref"] == "side"
    assert client.send("PATCH", "/pulls/1", {"state": "closed"}).json()["state"] == "closed"
    assert client.refusal("PATCH", "/pulls/1", {"base": "main"}) == (422, "Validation Failed | invalid")
    assert client.send("PATCH", "/pulls/1", {"state": "open", "body": "new"}).json()["body"] == "new"


def test_listings_have_pages_with_links(forge: Forge, client: Client) -> None:
    _open(forge)
    for n in range(5):
        forge.comment(1, f"comment {n}")
    path = "/issues/1/comments?per_page=2"
    second = client.send("GET", f"{path}&page=2")
    assert [row["body"] for row in second.json()] == ["comment 2", "comment 3"]
    links = second.links
    assert {name: link["url"].partition("?")[2] for name, link in links.items()} == {
        "prev": "page=1&per_page=2",
        "first": "page=1&per_page=2",
        "next": "page=3&per_page=2",
        "last": "page=3&per_page=2",
    }
    assert links["next"]["url"].startswith(client.endpoint.api_url)
    assert "Link" not in client.send("GET", "/issues/1/comments").headers


def test_comments_and_labels_change_through_the_api(forge: Forge, client: Client) -> None:
    _open(forge)
    made = client.send("POST", "/issues/1/comments", {"body": "one"}).json()
    client.send("PATCH", f"/issues/comments/{made['id']}", {"body": "two"})
    assert [comment.body for comment in forge.realm.state.comments] == ["two"]
    assert client.send("DELETE", f"/issues/comments/{made['id']}").status_code == 204
    assert client.get("/issues/1/comments") == []
    client.send("POST", "/issues/1/labels", {"labels": ["a", {"name": "b/c"}]})
    assert client.send("DELETE", "/issues/1/labels/b/c").status_code == 200
    rows = client.get("/issues/1/labels")
    assert isinstance(rows, list)
    assert [row["name"] for row in rows] == ["a"]


def test_only_an_app_that_leaves_the_author_out_gets_a_signed_commit(forge: Forge, client: Client) -> None:
    tree = forge.realm.git.need_commit(forge.realm.git.branch("main") or "").tree
    body: dict[str, object] = {"message": "m", "tree": tree}
    author = {"name": "Mona", "email": "mona@example.org", "date": "2026-01-02T03:04:05"}
    signed = client.send("POST", "/git/commits", body).json()
    assert (signed["verification"]["verified"], signed["author"]["name"]) == (True, "github-actions[bot]")
    own = client.send("POST", "/git/commits", body | {"author": author}).json()
    assert (own["verification"]["verified"], own["committer"]["date"]) == (False, "2026-01-02T03:04:05Z")
    forge.logins["writer"] = "octocat"
    assert client.send("POST", "/git/commits", body).json()["verification"]["verified"] is False
