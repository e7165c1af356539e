"""The GitHub client against the embedded forge: real HTTP, a real repository, and every way to lose an answer."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import pytest

from pilotage.errors import DriftError, RemoteError
from pilotage.model.patience import Patience
from pilotage.model.project import FileEdit
from pilotage.model.remote import Release
from pilotage.model.secret import Secret
from pilotage.providers.github import NO_OBJECT, GitHub, pull_request_of
from pilotage.providers.githubanswers import CommitNode, read_answer
from pilotage.providers.githubcall import GitHubCall, GitHubRefusalError, UnclearAnswerError
from pilotage.providers.githublook import BranchSight, Sighting
from pilotage.providers.githubqueries import Wanted
from pilotage.sandbox.forge.access import Permission
from pilotage.sandbox.forge.faults import Fault, FaultKind
from pilotage.sandbox.forge.forge import Forge
from providers.githubscript import Answer, serve_answers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pilotage.sandbox.forge.forge import Endpoint
    from pilotage.sandbox.forge.log import Request

BRANCH = "pilotage/release-main"
LOST = (FaultKind.LOST_BEFORE, FaultKind.LOST_AFTER, FaultKind.SERVER_ERROR, FaultKind.SERVER_ERROR_AFTER)
UNCLEAR = (*LOST, FaultKind.CUT_BODY, FaultKind.SECONDARY_LIMIT)
DRAFT = Release(0, "v1", "v1", "notes\n\n* fly", is_draft=True)


@dataclass
class Desk:
    """A forge and a client of it."""

    forge: Forge
    endpoint: Endpoint
    github: GitHub

    def client(self, token: str, *, repository: str = "acme/demo") -> GitHub:
        call = GitHubCall(
            self.endpoint.api_url,
            graphql_url=self.endpoint.graphql_url,
            token=Secret(token),
            patience=Patience(attempts=3, first_wait=0, longest_wait=5),
            sleep=lambda _seconds: None,
        )
        return GitHub(call, repository=repository, web_url=self.endpoint.server_url)

    def strike(self, kind: FaultKind, verb: str = "", *, times: int = 1) -> None:
        def is_meant(request: Request) -> bool:
            return verb in ("", request.method)

        self.forge.faults.append(Fault(kind, match=is_meant, times=times))

    @property
    def head(self) -> str:
        return self.forge.realm.git.branch("main") or ""

    @property
    def repository_id(self) -> str:
        return self.observe().repository.id

    def observe(self, *, tags: tuple[str, ...] = (), commits: tuple[str, ...] = ()) -> Sighting:
        return self.github.observe("main", Wanted((BRANCH,), tags, commits))

    def prepare_branch(self) -> str:
        return self.forge.push(BRANCH, {"VERSION": "1\n"}, "chore(release): 1", base="main")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    forge = Forge(tmp_path / "forge")
    forge.tokens |= {"w": Permission.WRITE, "r": Permission.READ, "n": Permission.NO_PULL_REQUESTS}
    forge.push("main", {"README.md": "demo\n", "VERSION": "0\n"}, "feat: begin")
    with forge.serve() as endpoint, contextlib.ExitStack() as stack:
        made = Desk(forge, endpoint, None)  # type: ignore[arg-type]  # the client needs the desk's addresses
        made.github = made.client("w")
        stack.callback(made.github.close)
        yield made


def test_an_empty_look_shows_the_branch_and_nothing_else(desk: Desk) -> None:
    seen = desk.observe(tags=("v1",))
    assert seen.repository.branch is not None
    assert seen.repository.branch.target.oid == desk.head
    assert seen.branches == {BRANCH: BranchSight()}
    assert (seen.releases, seen.tags, seen.commits) == ((), {"v1": None}, {})


def test_one_look_shows_everything_at_once(desk: Desk) -> None:
    number = desk.forge.open_pull_request("fly", "feat: fly", "why\r\nso", files={"fly.py": "1\n"})
    merged = desk.forge.merge_pull_request(number)
    at = desk.prepare_branch()
    opened = desk.forge.open_pull_request(BRANCH, "chore(release): 1", "body")
    desk.forge.create_tag("v0", merged)
    desk.forge.create_tag("v0.1", merged, message="annotated")
    desk.github.releases.create(DRAFT, commit=merged)
    desk.forge.mark()
    seen = desk.observe(tags=("v0", "v0.1", "v9"), commits=(merged, "9" * 40))
    assert desk.forge.api_calls() == 1
    assert seen.tags == {"v0": merged, "v0.1": merged, "v9": None}
    assert [pull.number for pull in seen.branches[BRANCH].pulls("open")] == [opened]
    assert [(node.to_record().tag, node.to_record().is_draft) for node in seen.releases] == [("v1", True)]
    branch = seen.branches[BRANCH].ref
    assert branch is not None
    assert (branch.target.oid, branch.target.message.strip()) == (at, "chore(release): 1")
    pull = pull_request_of(seen.commits[merged], merged)
    assert pull is not None
    assert (list(seen.commits), pull.number, pull.title, pull.body) == ([merged], number, "feat: fly", "why\nso")


def test_a_merged_release_pull_request_names_its_commit(desk: Desk) -> None:
    desk.prepare_branch()
    number = desk.forge.open_pull_request(BRANCH, "chore(release): 1", None)
    merged = desk.forge.merge_pull_request(number)
    (record,) = desk.observe().branches[BRANCH].pulls("merged")
    assert (record.number, record.state, record.merge_commit, record.body) == (number, "merged", merged, "")


def test_a_hundred_and_twenty_commits_take_three_requests(desk: Desk) -> None:
    shas = tuple(desk.forge.push("main", {"n": f"{number}\n"}, f"fix: {number}") for number in range(120))
    desk.forge.mark()
    seen = desk.observe(commits=shas)
    assert (desk.forge.api_calls(), set(seen.commits)) == (3, set(shas))


def test_a_token_that_reads_sees_no_drafts(desk: Desk) -> None:
    desk.github.releases.create(DRAFT, commit=desk.head)
    reader = desk.client("r")
    seen = reader.observe("main", Wanted((BRANCH,)))
    reader.close()
    assert (seen.releases, seen.repository.viewerPermission) == ((), "READ")


@pytest.mark.parametrize("kind", UNCLEAR)
def test_a_look_is_taken_again_after(desk: Desk, kind: FaultKind) -> None:
    desk.strike(kind)
    assert desk.observe().repository.branch is not None


def test_a_repository_that_is_not_there_is_an_error_and_not_empty(desk: Desk) -> None:
    stranger = desk.client("w", repository="acme/nothing")
    with pytest.raises(RemoteError):
        stranger.observe("main", Wanted((BRANCH,)))
    stranger.close()


def test_a_wrong_token_is_an_error_and_not_empty(desk: Desk) -> None:
    stranger = desk.client("unknown")
    with pytest.raises(GitHubRefusalError, match="HTTP 401"):
        stranger.branch_head("main")
    stranger.close()


def test_a_file_is_read_at_a_branch_a_tag_or_a_commit(desk: Desk) -> None:
    first = desk.head
    desk.forge.create_tag("v1", first)
    desk.forge.push("main", {"a b/ö.md": "größer\r\n"}, "fix: x")
    read = desk.github.read_file
    assert [read("a b/ö.md", ref) for ref in ("main", "v1", first)] == ["größer\r\n", None, None]
    assert read("README.md", first) == "demo\n"


def test_a_file_that_cannot_be_read_is_not_absent(desk: Desk) -> None:
    desk.forge.push("main", {"latin": b"gr\xf6\xdfer", "folder/x": "1\n"}, "fix: x")
    with pytest.raises(RemoteError, match="latin at main: not UTF-8 text"):
        desk.github.read_file("latin", "main")
    with pytest.raises(RemoteError, match="contents/folder"):
        desk.github.read_file("folder", "main")
    stranger = desk.client("unknown")
    with pytest.raises(GitHubRefusalError, match="HTTP 401"):
        stranger.read_file("README.md", "main")
    stranger.close()


def test_a_file_that_github_gives_without_its_content_is_not_empty() -> None:
    with serve_answers(Answer(200, {"content": "", "encoding": "none", "size": 2_000_000})) as script:
        big = GitHub(script.call(), repository="acme/demo", web_url="https://github.example")
        with pytest.raises(RemoteError, match=r"big\.md at main: too large"):
            big.read_file("big.md", "main")


def test_a_pull_request_is_looked_up_as_it_is_now(desk: Desk) -> None:
    number = desk.forge.open_pull_request("fly", "feat: fly", "one", files={"fly.py": "1\n"})
    desk.forge.edit_pull_request(number, title="feat: soar", body="two\r\nlines")
    found = desk.github.pulls.find(number)
    assert (found.title, found.body, found.state) == ("feat: soar", "two\nlines", "open")
    merged = desk.forge.merge_pull_request(number)
    found = desk.github.pulls.find(number)
    assert (found.state, found.merge_commit) == ("merged", merged)
    with pytest.raises(GitHubRefusalError, match="HTTP 404"):
        desk.github.pulls.find(99)


def make_commit(desk: Desk, text: str = "1\n") -> tuple[str, str]:
    base = desk.forge.realm.git.need_commit(desk.head)
    return desk.github.create_commit(
        base.oid, base.tree, message="chore(release): 1\n\nTree: {tree}", files=[FileEdit("VERSION", text)], modes={}
    )


def test_a_commit_changes_only_its_files_and_names_its_tree(desk: Desk) -> None:
    sha, tree = make_commit(desk)
    made = desk.forge.realm.git.need_commit(sha)
    assert (made.tree, made.parents) == (tree, (desk.head,))
    assert made.message.rstrip() == f"chore(release): 1\n\nTree: {tree}"
    assert desk.forge.realm.git.branch(BRANCH) is None


def test_a_commit_is_made_without_author_so_that_github_signs_it(desk: Desk) -> None:
    make_commit(desk)
    (body,) = [request.body for request in desk.forge.log if request.path.endswith("/git/commits")]
    assert isinstance(body, dict)
    assert sorted(body) == ["message", "parents", "tree"]


@pytest.mark.parametrize("kind", UNCLEAR)
def test_a_commit_is_made_in_spite_of(desk: Desk, kind: FaultKind) -> None:
    desk.strike(kind, "POST", times=2)
    sha, _ = make_commit(desk)
    assert desk.forge.realm.git.need_commit(sha).parents == (desk.head,)


@pytest.mark.parametrize("kind", UNCLEAR)
def test_a_branch_is_made_moved_and_deleted_in_spite_of(desk: Desk, kind: FaultKind) -> None:
    identity, head = desk.repository_id, desk.head
    one, _ = make_commit(desk)
    for before, after in (("", head), (head, one), (one, "")):
        desk.strike(kind, "POST")
        desk.github.move_branch(identity, BRANCH, before=before, after=after)
        assert desk.github.branch_head(BRANCH) == (after or None)


def test_a_branch_that_moved_is_left_alone(desk: Desk) -> None:
    identity = desk.repository_id
    theirs = desk.prepare_branch()
    one, _ = make_commit(desk)
    for before, after in (("", one), (desk.head, one), (one, "")):
        with pytest.raises(DriftError, match=f"{BRANCH} moved"):
            desk.github.move_branch(identity, BRANCH, before=before, after=after)
    assert desk.github.branch_head(BRANCH) == theirs


def test_a_branch_that_is_deleted_already_stays_so(desk: Desk) -> None:
    desk.github.move_branch(desk.repository_id, BRANCH, before=desk.head, after="")
    assert desk.github.branch_head(BRANCH) is None


def test_a_move_that_is_refused_for_another_reason_says_so(desk: Desk) -> None:
    identity = desk.repository_id
    reader = desk.client("r")
    with pytest.raises(GitHubRefusalError, match="GraphQL"):
        reader.move_branch(identity, BRANCH, before="", after=desk.head)
    reader.close()
    assert desk.github.branch_head(BRANCH) is None


def test_no_object_is_forty_zeros() -> None:
    assert (len(NO_OBJECT), set(NO_OBJECT)) == (40, {"0"})


@pytest.mark.parametrize("kind", UNCLEAR)
def test_a_tag_is_made_once_in_spite_of(desk: Desk, kind: FaultKind) -> None:
    desk.strike(kind, "POST")
    assert desk.github.create_tag("v1", desk.head)
    assert desk.github.tag_commit("v1") == desk.head


def test_a_tag_that_is_there_is_never_moved(desk: Desk) -> None:
    old = desk.head
    desk.forge.create_tag("v1", old)
    new = desk.forge.push("main", {"x": "1\n"}, "fix: x")
    assert [desk.github.create_tag("v1", commit) for commit in (old, new)] == [False, False]
    assert desk.github.tag_commit("v1") == old


def test_a_tag_is_looked_up_through_its_annotation(desk: Desk) -> None:
    desk.forge.create_tag("v1", desk.head, message="words")
    assert (desk.github.tag_commit("v1"), desk.github.tag_commit("v2")) == (desk.head, None)


def test_a_look_up_that_is_refused_is_not_absent(desk: Desk) -> None:
    desk.strike(FaultKind.SERVER_ERROR, times=9)
    with pytest.raises(UnclearAnswerError):
        desk.github.tag_commit("v1")


def test_a_tag_that_may_not_be_made_is_an_error(desk: Desk) -> None:
    reader = desk.client("r")
    with pytest.raises(GitHubRefusalError, match=r"HTTP 40[34]"):
        reader.create_tag("v1", desk.head)
    reader.close()


@pytest.mark.parametrize("kind", UNCLEAR)
def test_a_pull_request_is_opened_once_in_spite_of(desk: Desk, kind: FaultKind) -> None:
    desk.prepare_branch()
    desk.strike(kind, "POST")
    made = desk.github.pulls.open(BRANCH, "main", title="chore(release): 1", body="body")
    assert (made.title, made.body, made.state) == ("chore(release): 1", "body", "open")
    assert [pull.number for pull in desk.forge.realm.state.pulls] == [made.number]


def test_a_pull_request_that_is_open_already_is_found(desk: Desk) -> None:
    desk.prepare_branch()
    number = desk.forge.open_pull_request(BRANCH, "theirs", "body")
    found = desk.github.pulls.open(BRANCH, "main", title="ours", body="other")
    assert (found.number, found.title, desk.github.pulls.find_open("nothing", "main")) == (number, "theirs", None)


def test_a_pull_request_without_a_branch_is_refused(desk: Desk) -> None:
    with pytest.raises(GitHubRefusalError, match="HTTP 422"):
        desk.github.pulls.open("nothing", "main", title="t", body="")


def test_the_setting_that_forbids_pull_requests_is_named(desk: Desk) -> None:
    desk.prepare_branch()
    client = desk.client("n")
    with pytest.raises(RemoteError, match="may not create pull requests") as caught:
        client.pulls.open(BRANCH, "main", title="t", body="")
    client.close()
    assert "Settings > Actions > General" in caught.value.hint
    assert f"/acme/demo/compare/main...{BRANCH}?expand=1" in caught.value.hint


@pytest.mark.parametrize("kind", UNCLEAR)
def test_a_pull_request_is_edited_and_closed_in_spite_of(desk: Desk, kind: FaultKind) -> None:
    desk.prepare_branch()
    number = desk.forge.open_pull_request(BRANCH, "old", "old")
    desk.strike(kind, "PATCH")
    desk.github.pulls.edit(number, changes={"title": "new", "body": "new body"})
    pull = desk.forge.pull_request(number)
    assert (pull.title, pull.body, pull.is_open) == ("new", "new body", True)
    desk.strike(kind, "PATCH")
    desk.github.pulls.edit(number, changes={"state": "closed"})
    assert (pull.is_open, desk.github.pulls.find_open(BRANCH, "main")) == (False, None)


@pytest.mark.parametrize("kind", UNCLEAR)
def test_a_comment_is_made_once_in_spite_of(desk: Desk, kind: FaultKind) -> None:
    desk.prepare_branch()
    number = desk.forge.open_pull_request(BRANCH, "t", "")
    desk.strike(kind, "POST")
    for _ in range(2):
        desk.github.pulls.ensure_comment(number, "why")
    assert [comment.body for comment in desk.forge.realm.state.comments] == ["why"]


@pytest.mark.parametrize("kind", UNCLEAR)
def test_two_runs_at_once_leave_one_comment_in_spite_of(desk: Desk, kind: FaultKind) -> None:
    desk.prepare_branch()
    number = desk.forge.open_pull_request(BRANCH, "t", "")
    theirs: list[int] = []

    def comment_first(request: Request) -> None:
        if request.method == "POST" and not theirs:
            theirs.append(desk.forge.comment(number, "why", author="github-actions[bot]"))

    desk.forge.before_request = comment_first
    desk.strike(kind, "DELETE")
    desk.github.pulls.ensure_comment(number, "why")
    assert [comment.id for comment in desk.forge.realm.state.comments] == theirs


@pytest.mark.parametrize("kind", UNCLEAR)
def test_a_release_is_made_once_in_spite_of(desk: Desk, kind: FaultKind) -> None:
    desk.strike(kind, "POST")
    made = desk.github.releases.create(DRAFT, commit=desk.head)
    assert msgspec.structs.replace(made, id=0, url="", upload_url="") == DRAFT
    assert [release.id for release in desk.forge.realm.state.releases] == [made.id]
    assert (desk.github.releases.find(made.id), desk.github.releases.list_for("v1")) == (made, (made,))


def test_a_draft_makes_no_tag(desk: Desk) -> None:
    desk.github.releases.create(DRAFT, commit=desk.head)
    assert desk.github.tag_commit("v1") is None


def test_releases_of_a_tag_are_listed_oldest_first(desk: Desk) -> None:
    made = [desk.github.releases.create(DRAFT, commit=desk.head).id for _ in range(3)]
    desk.github.releases.create(msgspec.structs.replace(DRAFT, tag="v2"), commit=desk.head)
    assert [release.id for release in desk.github.releases.list_for("v1")] == made


@pytest.mark.parametrize("kind", UNCLEAR)
@pytest.mark.parametrize(
    ("body", "is_draft"), [("new\r\nnotes", None), ("new\nnotes", True), (None, False), ("b", False)]
)
def test_a_release_is_edited_in_spite_of(desk: Desk, kind: FaultKind, body: str | None, is_draft: bool | None) -> None:
    made = desk.github.releases.create(DRAFT, commit=desk.head)
    desk.strike(kind, "PATCH")
    edited = desk.github.releases.edit(made.id, body=body, is_draft=is_draft)
    expected = (body or DRAFT.body).replace("\r\n", "\n"), is_draft is not False
    assert (edited.body, edited.is_draft, edited.name) == (*expected, DRAFT.name)
    assert desk.github.releases.find(made.id) == edited


def test_new_notes_alone_neither_publish_nor_withdraw(desk: Desk) -> None:
    made = desk.github.releases.create(DRAFT, commit=desk.head)
    desk.github.releases.edit(made.id, body="new")
    assert desk.github.tag_commit("v1") is None
    desk.forge.publish_release(made.id)
    assert not desk.github.releases.edit(made.id, body="newer").is_draft
    sent = [request.body for request in desk.forge.log if request.method == "PATCH"]
    assert sent == [{"body": "new"}, {"body": "newer"}]


def test_publishing_makes_the_tag_and_says_when(desk: Desk) -> None:
    made = desk.github.releases.create(DRAFT, commit=desk.head)
    assert made.published_at == ""
    published = desk.github.releases.edit(made.id, is_draft=False)
    assert (desk.github.tag_commit("v1"), published.published_at[:2]) == (desk.head, "20")
    assert desk.github.releases.edit(made.id, is_draft=False) == published


def test_an_edit_that_cannot_be_confirmed_is_an_error(desk: Desk) -> None:
    made = desk.github.releases.create(DRAFT, commit=desk.head)
    desk.strike(FaultKind.LOST_BEFORE, "PATCH", times=99)
    with pytest.raises(RemoteError, match="PATCH"):
        desk.github.releases.edit(made.id, is_draft=False)
    desk.forge.faults = []
    desk.github.releases.delete(made.id)
    desk.strike(FaultKind.LOST_BEFORE, "PATCH")
    with pytest.raises(GitHubRefusalError, match="404"):
        desk.github.releases.edit(made.id, body="x")


def test_a_published_release_is_found_by_its_tag_and_a_draft_is_not(desk: Desk) -> None:
    wanted = msgspec.structs.replace(DRAFT, tag="demo/v1")
    made = desk.github.releases.create(wanted, commit=desk.head)
    assert desk.github.releases.find_published("demo/v1") is None
    published = desk.github.releases.edit(made.id, is_draft=False)
    assert desk.github.releases.find_published("demo/v1") == published
    stranger = desk.client("unknown")
    with pytest.raises(GitHubRefusalError, match="HTTP 401"):
        stranger.releases.find_published("demo/v1")
    stranger.close()


@pytest.mark.parametrize("kind", UNCLEAR)
def test_a_release_is_deleted_in_spite_of(desk: Desk, kind: FaultKind) -> None:
    made = desk.github.releases.create(DRAFT, commit=desk.head)
    desk.strike(kind, "DELETE")
    desk.github.releases.delete(made.id)
    desk.github.releases.delete(made.id)
    assert desk.github.releases.find(made.id) is None


def test_a_release_that_may_not_be_touched_is_an_error(desk: Desk) -> None:
    made = desk.github.releases.create(msgspec.structs.replace(DRAFT, is_draft=False), commit=desk.head)
    reader = desk.client("r")
    with pytest.raises(GitHubRefusalError, match="HTTP 403"):
        reader.releases.delete(made.id)
    reader.close()
    assert desk.github.releases.find(made.id) is not None


def test_a_release_that_cannot_be_looked_up_is_not_gone(desk: Desk) -> None:
    stranger = desk.client("unknown")
    with pytest.raises(GitHubRefusalError, match="HTTP 401"):
        stranger.releases.find(1)
    stranger.close()


def test_a_second_published_release_of_a_tag_is_refused(desk: Desk) -> None:
    published = msgspec.structs.replace(DRAFT, is_draft=False)
    desk.github.releases.create(published, commit=desk.head)
    with pytest.raises(GitHubRefusalError, match="already_exists"):
        desk.github.releases.create(published, commit=desk.head)


def test_a_field_that_is_missing_is_an_error_with_its_place() -> None:
    with pytest.raises(RemoteError, match=r"about commit x is not what its documentation says.*associatedPullRequests"):
        read_answer({}, CommitNode, place="commit x")


def commit_node(*pulls: dict[str, object]) -> CommitNode:
    return read_answer({"associatedPullRequests": {"nodes": list(pulls)}}, CommitNode, place="x")


def test_only_the_pull_request_whose_merge_made_a_commit_is_its_own() -> None:
    base: dict[str, object] = {"title": "t", "body": None, "merged": True, "author": None}
    others = ({**base, "number": 1, "merged": False}, {**base, "number": 2, "mergeCommit": {"oid": "b"}})
    own = {**base, "number": 3, "mergeCommit": {"oid": "a"}, "author": {"login": "octocat"}}
    found = pull_request_of(commit_node(*others, own), "a")
    assert found is not None
    assert (found.number, found.body, found.author) == (3, "", "octocat")
    assert pull_request_of(commit_node(*others), "a") is None
    gone = pull_request_of(commit_node({**own, "author": None}), "a")
    assert gone is not None
    assert gone.author == ""
