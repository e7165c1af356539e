"""Pull requests of strangers come from repositories of their own."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from pilotage.sandbox.forge import Forge, Refusal
from pilotage.sandbox.forge.git import git_environment
from sandbox.forgeclient import READER, Client, new_forge
from sandbox.githubschema import official_api

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FORK = "someone/demo"


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    return new_forge(tmp_path / "forge")


@pytest.fixture
def client(forge: Forge) -> Iterator[Client]:
    with forge.serve() as endpoint:
        yield Client(endpoint)


def _open(forge: Forge, branch: str = "topic") -> int:
    return forge.open_pull_request(branch, "feat: theirs", "why", files={"a.txt": "theirs\n"}, fork=FORK)


def _object(value: object) -> dict[str, object]:
    assert isinstance(value, dict)
    return value


def _words(forge: Forge, number: int) -> str:
    with pytest.raises(Refusal) as caught:
        forge.reopen_pull_request(number)
    return str(caught.value.errors[0]["message"])


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], env=git_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_pull_request_of_a_fork_leaves_no_branch_here(forge: Forge, client: Client) -> None:
    number = _open(forge)
    head = forge.pull_request(number).head_sha
    names = [name for name in forge.realm.git.refs.read_all() if not name.startswith("refs/tags/")]
    assert names == ["refs/heads/main", "refs/pull/1/head", "refs/pull/1/merge"]
    assert client.send("GET", "/branches/topic").status_code == 404
    assert client.get("/git/matching-refs/heads/topic") == []
    assert _object(_object(client.get("/git/ref/pull/1/head"))["object"])["sha"] == head


def test_rest_and_webhooks_tell_the_head_repository(forge: Forge, client: Client) -> None:
    number = _open(forge)
    shown = client.get(f"/pulls/{number}")
    assert official_api().check_component("pull-request", shown) == []
    assert official_api().check_component("pull-request-simple", client.send("GET", "/pulls").json()[0]) == []
    for pull in (_object(shown), _object(forge.event_pull_request(number, "opened")["pull_request"])):
        head, base = _object(pull["head"]), _object(pull["base"])
        repo, ours = _object(head["repo"]), _object(base["repo"])
        assert (head["label"], head["ref"], _object(head["user"])["login"]) == ("someone:topic", "topic", "someone")
        assert (repo["full_name"], repo["fork"], _object(repo["owner"])["login"]) == (FORK, True, "someone")
        assert (base["label"], ours["full_name"], ours["fork"]) == ("acme:main", "acme/demo", False)
        assert repo["id"] != ours["id"]
        assert str(repo["url"]).endswith("/repos/someone/demo")
        assert (pull["maintainer_can_modify"], pull["author_association"]) == (True, "NONE")
        assert _object(pull["user"])["type"] == "User"


def test_the_owner_in_a_filter_tells_branches_of_the_same_name_apart(forge: Forge, client: Client) -> None:
    _open(forge)
    forge.open_pull_request("topic", "feat: ours", files={"b.txt": "ours\n"})

    def numbers(head: str) -> list[int]:
        rows = client.get(f"/pulls?head={head}")
        assert isinstance(rows, list)
        return [row["number"] for row in rows]

    assert (numbers("acme:topic"), numbers("someone:topic"), numbers("other:topic")) == ([2], [1], [])
    query = """{ repository(owner: "acme", name: "demo") { pullRequests(first: 9, headRefName: "topic") {
      nodes { number isCrossRepository } } } }"""
    found = [{"number": 1, "isCrossRepository": True}, {"number": 2, "isCrossRepository": False}]
    assert client.query(query) == {"data": {"repository": {"pullRequests": {"nodes": found}}}}


def test_graphql_tells_whose_the_head_is(forge: Forge, client: Client) -> None:
    _open(forge)
    forge.open_pull_request("ours", "feat: ours", files={"b.txt": "ours\n"})
    forge.open_pull_request("lost", "feat: lost", files={"c.txt": "c\n"}, fork="other/gone")
    forge.delete_fork("other/gone")
    query = """query Heads { repository(owner: "acme", name: "demo") { pullRequests(first: 9) { nodes {
      isCrossRepository maintainerCanModify headRepositoryOwner { login }
      headRepository { nameWithOwner isFork owner { login } } } } } }"""

    def row(owner: str, repository: str | None, *, is_cross: bool, may_modify: bool) -> dict[str, object]:
        known = {"nameWithOwner": repository, "isFork": is_cross, "owner": {"login": owner}}
        return {
            "isCrossRepository": is_cross,
            "maintainerCanModify": may_modify,
            "headRepositoryOwner": {"login": owner},
            "headRepository": known if repository else None,
        }

    want = [
        row("someone", FORK, is_cross=True, may_modify=True),
        row("acme", "acme/demo", is_cross=False, may_modify=False),
        row("other", None, is_cross=True, may_modify=False),
    ]
    assert client.query(query) == {"data": {"repository": {"pullRequests": {"nodes": want}}}}
    assert [problem for request in forge.log for problem in official_api().check(request)] == []


def test_a_merge_takes_the_forks_commits_and_leaves_its_branch(forge: Forge) -> None:
    forge.realm.state.settings.delete_branch_on_merge = True
    forge.move_branch("topic", forge.realm.git.branch("main") or "")
    _open(forge)
    commit = forge.realm.git.need_commit(forge.merge_pull_request(1, "merge"))
    assert commit.message == "Merge pull request #1 from someone/topic\n\nfeat: theirs"
    assert "a.txt" in forge.realm.git.files(commit.tree)
    assert forge.realm.git.branch("topic") is not None
    fork = forge.realm.fork(FORK)
    assert fork is not None
    assert fork.branches == {"topic": forge.pull_request(1).head_sha}


def test_a_pull_request_follows_the_branch_of_its_fork(forge: Forge) -> None:
    _open(forge)
    sha = forge.push_to_fork(FORK, "topic", {"a.txt": "more\n"}, "fix: more")
    event = forge.event_pull_request(1, "synchronize")
    assert (forge.pull_request(1).head_sha, event["after"]) == (sha, sha)
    assert forge.realm.git.refs.read("refs/pull/1/head") == sha
    assert forge.realm.git.need_commit(sha).author.name == "someone"
    forge.delete_branch("topic", fork=FORK)
    assert forge.pull_request(1).state == "closed"
    assert _words(forge, 1) == "state cannot be changed. The topic branch has been deleted."


def test_a_pull_request_outlives_its_fork(forge: Forge, client: Client) -> None:
    _open(forge)
    forge.delete_fork(FORK)
    forge.push("main", {"b.txt": "b\n"}, "fix: b")
    head = _object(_object(client.get("/pulls/1"))["head"])
    assert (head["repo"], head["label"], _object(head["user"])["login"]) == (None, "someone:topic", "someone")
    assert _object(client.get("/pulls/1"))["state"] == "open"
    merged = forge.merge_pull_request(1)
    assert "a.txt" in forge.realm.git.files(forge.realm.git.need_commit(merged).tree)


def test_a_closed_pull_request_of_a_deleted_fork_stays_closed(forge: Forge) -> None:
    _open(forge)
    forge.close_pull_request(1)
    forge.delete_fork(FORK)
    words = "state cannot be changed. The repository that submitted this pull request has been deleted."
    assert _words(forge, 1) == words
    with pytest.raises(Refusal, match="Not Found"):
        forge.delete_fork(FORK)


def test_a_pull_request_of_a_fork_opens_through_the_api(forge: Forge, client: Client) -> None:
    forge.push_to_fork(FORK, "topic", {"a.txt": "theirs\n"}, "feat: theirs")
    body = {"title": "feat: theirs", "head": "someone:topic", "base": "main"}
    assert client.send("POST", "/pulls", body).json()["head"]["label"] == "someone:topic"
    again = (422, "Validation Failed | A pull request already exists for someone:topic.")
    assert client.refusal("POST", "/pulls", body) == again
    unknown = body | {"head": "nobody:main"}
    assert client.refusal("POST", "/pulls", unknown) == (422, "Validation Failed | invalid")


@pytest.mark.parametrize("name", ["acme/other", "someone", "/demo", "someone/second"])
def test_a_fork_has_an_owner_of_its_own(forge: Forge, name: str) -> None:
    _open(forge)
    with pytest.raises(Refusal, match="cannot be a fork of acme/demo"):
        forge.push_to_fork(name, "topic", {"a": "1"}, "feat: a")


def test_a_saved_world_keeps_its_forks(forge: Forge, tmp_path: Path) -> None:
    _open(forge)
    forge.comment(1, "hello", author="someone")
    forge.queue_pull_request(1)
    forge.save(tmp_path / "saved")
    loaded = Forge.load(tmp_path / "saved")
    assert loaded.world() == forge.world()
    assert loaded.realm.state == forge.realm.state
    assert loaded.world()["comments"] == [{"pull_request": "someone:topic", "author": "someone", "body": "hello"}]
    loaded.land_merge_group(1)
    assert loaded.pull_request(1).is_merged


def test_a_world_saved_before_there_were_forks_opens(forge: Forge, tmp_path: Path) -> None:
    forge.save(tmp_path / "saved")
    path = tmp_path / "saved" / "state.json"
    path.write_text(path.read_text().replace('"forks": [], "groups": [], ', ""))
    assert "forks" not in path.read_text()
    assert Forge.load(tmp_path / "saved").realm.state == forge.realm.state


def test_git_fetches_every_pull_request_by_number_and_clones_none(forge: Forge, tmp_path: Path) -> None:
    _open(forge)
    forge.open_pull_request("ours", "feat: ours", files={"b.txt": "ours\n"})
    forge.push("main", {"c.txt": "c\n"}, "fix: c")
    forge.close_pull_request(2)
    copy = str(tmp_path / "copy")
    with forge.serve() as endpoint:
        address = endpoint.clone_url.replace("//", f"//x:{READER}@")
        _git("clone", "-q", address, copy)
        branches = _git("-C", copy, "branch", "-r", "--format=%(refname:lstrip=3)").split()
        assert sorted(set(branches) - {"HEAD"}) == ["main", "ours"]
        for number in (1, 2):
            _git("-C", copy, "fetch", "-q", "origin", f"refs/pull/{number}/head")
            assert _git("-C", copy, "rev-parse", "FETCH_HEAD").strip() == forge.pull_request(number).head_sha
        _git("-C", copy, "fetch", "-q", "origin", "refs/pull/1/merge")
        assert _git("-C", copy, "show", "FETCH_HEAD:a.txt", "FETCH_HEAD:c.txt") == "theirs\nc\n"
        _git("-C", copy, "remote", "set-url", "origin", address.replace(READER, "writer"))
        push = subprocess.run(
            ["git", "-C", copy, "push", "-q", "origin", "HEAD:refs/pull/1/head"],
            env=git_environment(),
            capture_output=True,
            text=True,
            check=False,
        )
    assert "deny updating a hidden ref" in push.stderr


def test_a_conflict_keeps_the_last_test_merge_and_is_told(forge: Forge, client: Client) -> None:
    forge.open_pull_request("topic", "feat: a", files={"README.md": "one\n"}, fork=FORK)

    def shown() -> tuple[object, object, object]:
        pull = _object(client.get("/pulls/1"))
        return pull["mergeable"], pull["mergeable_state"], pull["merge_commit_sha"]

    first = forge.realm.git.refs.read("refs/pull/1/merge")
    assert shown() == (True, "clean", first)
    forge.push("main", {"README.md": "two\n"}, "fix: other")
    assert shown() == (False, "dirty", None)
    assert forge.realm.git.refs.read("refs/pull/1/merge") == first


def test_a_history_of_its_own_does_not_merge(forge: Forge, client: Client) -> None:
    forge.push("alien", {"a.txt": "a\n"}, "feat: alien", parents=())
    forge.open_pull_request("alien", "feat: alien")
    assert _object(client.get("/pulls/1"))["mergeable"] is False


@pytest.mark.parametrize("token", [READER, "fork"])
def test_the_token_of_a_forks_run_reads_and_writes_nothing(forge: Forge, client: Client, token: str) -> None:
    forge.tokens["fork"] = forge.tokens[READER]
    _open(forge)
    number = forge.comment(1, "hello")
    reader = Client(client.endpoint, token)
    refused = (403, "Resource not accessible by integration")
    assert reader.refusal("POST", "/issues/1/comments", {"body": "hi"}) == refused
    assert reader.refusal("PATCH", f"/issues/comments/{number}", {"body": "hi"}) == refused
    assert reader.refusal("DELETE", f"/issues/comments/{number}") == refused
    assert reader.refusal("POST", "/issues/1/labels", {"labels": ["big"]}) == refused
    assert reader.refusal("PATCH", "/pulls/1", {"title": "hi"}) == refused
    rows = reader.get("/issues/1/comments")
    assert isinstance(rows, list)
    assert [row["body"] for row in rows] == ["hello"]


def test_an_authors_association_grows(forge: Forge, client: Client) -> None:
    def association(number: int) -> object:
        return _object(client.get(f"/pulls/{number}"))["author_association"]

    _open(forge)
    assert association(1) == "NONE"
    forge.merge_pull_request(1)
    assert association(1) == "CONTRIBUTOR"
    forge.open_pull_request("own", "feat: b", files={"b": "1"}, author="acme")
    forge.open_pull_request("team", "feat: c", files={"c": "1"}, author="mona")
    forge.open_pull_request("app", "feat: d", files={"d": "1"}, author="helper[bot]")
    assert [association(number) for number in (2, 3, 4)] == ["OWNER", "COLLABORATOR", "NONE"]
    user = _object(_object(client.get("/pulls/4"))["user"])
    assert (user["login"], user["type"]) == ("helper[bot]", "Bot")
