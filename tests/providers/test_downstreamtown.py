"""Many repositories on a forge of the sandbox: found, searched, read, proposed to, watched and told about."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from pilotage.errors import RemoteError
from pilotage.model.patience import Patience
from pilotage.model.project import FileEdit
from pilotage.model.remote import Release
from pilotage.model.secret import Secret
from pilotage.providers.github import GitHub
from pilotage.providers.githubcall import GitHubCall
from pilotage.providers.githubdownstream import GitHubDownstream
from pilotage.providers.githubissues import GitHubIssues
from pilotage.providers.githubpast import read_published
from pilotage.sandbox.forge import Fault, FaultKind, Permission, Town
from sandbox.githubschema import official_api

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pilotage.model.downstream import Found, Sight

BRANCH = "pilotage/update-demo"
PINNED = '[project]\r\ndependencies = ["demo==1.0"]\r\n'
RAISED = PINNED.replace("1.0", "1.1")
FILES: dict[str, str | bytes | None] = {
    "pyproject.toml": PINNED,
    "docs/requirements.txt": "demo\n",
    "latin.txt": "é".encode("latin-1"),
    "image.txt": b"\x00\x01",
    "src/a.py": "import demo\n",
    ".github/workflows/build.yml": "on: workflow_dispatch\n",
}
MARKER = "<!-- pilotage:downstream demo -->"


@dataclass
class Square:
    """A served town and clients of it that never wait."""

    town: Town
    server_url: str
    api_url: str
    graphql_url: str
    calls: list[GitHubCall] = field(default_factory=list)

    def call(self) -> GitHubCall:
        made = GitHubCall(
            self.api_url,
            graphql_url=self.graphql_url,
            token=Secret("w"),
            patience=Patience(attempts=3, first_wait=1, longest_wait=5),
            sleep=lambda _: None,
        )
        self.calls.append(made)
        return made

    def close(self) -> None:
        for call in self.calls:
            call.close()

    @property
    def all(self) -> GitHubDownstream:
        return GitHubDownstream(self.call())

    def github(self, name: str = "acme/flow") -> GitHub:
        return GitHub(self.call(), repository=name, web_url=self.server_url)

    def find(self, name: str = "acme/flow") -> Found:
        return self.all.find([name], refs={})[name]

    def look(self, name: str = "acme/flow") -> Sight:
        return self.all.look(
            self.find(name),
            is_relevant=lambda path: path.endswith((".toml", ".txt")),
            branch=BRANCH,
            most_files=60,
            most_bytes=1_000_000,
        )


@pytest.fixture
def square(tmp_path: Path) -> Iterator[Square]:
    town = Town(tmp_path)
    town.tokens["w"] = Permission.WRITE
    for name in ("demo", "flow", "tool"):
        town.add("acme", name).push("main", FILES, "feat: begin")
    with town.serve() as addresses, contextlib.ExitStack() as stack:
        made = Square(town, addresses.server_url, addresses.api_url, addresses.graphql_url)
        stack.callback(made.close)
        yield made
        assert [problem for request in town.log for problem in official_api().check(request)] == []


def test_repositories_are_found_in_one_request_with_what_is_the_matter_with_each(square: Square) -> None:
    town = square.town
    town.add("acme", "empty")
    town.add("acme", "old").push("main", FILES, "feat: begin")
    town.forge("acme/old").settings.archived = True
    town.forge("acme/flow").push("maint/1", FILES, "fix: there")
    town.access["w"] = {"acme/tool": "none"}
    town.mark()
    names = ["Acme/demo", "acme/flow", "acme/tool", "acme/gone", "acme/empty", "acme/old"]
    found = square.all.find(names, refs={"acme/flow": "maint/1", "acme/old": "nowhere"})
    assert list(found) == names
    assert town.api_calls() == 1
    assert [(one.name, one.branch, one.is_archived) for one in found.values()] == [
        *[("acme/demo", "main", False), ("acme/flow", "maint/1", False), ("acme/tool", "", False)],
        *[("acme/gone", "", False), ("acme/empty", "", False), ("acme/old", "", True)],
    ]
    problems = [one.problem.partition(" for this token")[0] for one in found.values()]
    assert problems == ["", "", "no such repository", "no such repository", "", "has no branch nowhere"]
    tip = town.forge("acme/flow").realm.git.branch("maint/1")
    assert (found["acme/flow"].head, len(found["acme/flow"].tree), found["acme/empty"].head) == (tip, 40, "")


def test_a_search_finds_what_the_token_may_see(square: Square) -> None:
    for name in ("flow", "tool"):
        square.town.forge(f"acme/{name}").settings.topics = ("uses-demo",)
    square.town.forge("acme/flow").settings.archived = True
    assert sorted(square.all.search("org:acme topic:uses-demo")) == ["acme/flow", "acme/tool"]
    square.town.access["w"] = {"acme/tool": "none"}
    assert square.all.search("org:acme topic:uses-demo") == ("acme/flow",)
    assert square.all.search("org:acme topic:nothing") == ()
    with pytest.raises(RemoteError, match="finds 2 repositories, and 1 is the most"):
        square.all.search("org:acme", most=1)


def test_a_search_of_several_pages_is_whole(square: Square) -> None:
    for number in range(101):
        square.town.add("many", f"r{number}")
    square.town.mark()
    assert len(set(square.all.search("org:many"))) == 101
    assert square.town.api_calls() == 2


def test_a_look_is_two_requests_and_shows_texts_as_they_are(square: Square) -> None:
    square.town.mark()
    seen = square.look()
    assert square.town.api_calls() == 1 + 2
    assert seen.files == {"pyproject.toml": PINNED, "docs/requirements.txt": "demo\n"}
    assert set(seen.modes.values()) == {"100644"}
    assert seen.unread == ("image.txt: not a text", "latin.txt: not UTF-8")
    assert (seen.update_branch, seen.open_pull, seen.closed_pull, seen.closed_message) == (None, None, None, "")


def test_an_empty_repository_holds_nothing(square: Square) -> None:
    square.town.add("acme", "empty")
    seen = square.look("acme/empty")
    assert (seen.files, seen.unread) == ({}, ())


def propose(square: Square) -> str:
    """Let our branch with a raised pin be there, and give its commit."""
    found, github = square.find(), square.github()
    edit = FileEdit("pyproject.toml", RAISED)
    commit, tree = github.create_commit(found.head, found.tree, message="build: x\n\n{tree}", files=[edit], modes={})
    github.move_branch(found.id, BRANCH, before="", after=commit)
    github.pulls.open(BRANCH, "main", title="T", body="B")
    assert len(tree) == 40
    return commit


def test_our_branch_and_its_pull_request_are_seen_until_people_close_it(square: Square) -> None:
    commit = propose(square)
    seen = square.look()
    branch, forge = seen.update_branch, square.town.forge("acme/flow")
    assert branch is not None
    assert branch.files == {"pyproject.toml": RAISED, "docs/requirements.txt": "demo\n"}
    assert (branch.head, branch.base, branch.is_spent) == (commit, seen.found.head, False)
    assert branch.message == f"build: x\n\n{branch.tree}"
    assert seen.open_pull is not None
    number = seen.open_pull.number
    assert (seen.open_pull.title, seen.closed_pull) == ("T", None)
    forge.push(BRANCH, {"uv.lock": "x"}, "chore: lock")
    forge.close_pull_request(number)
    forge.delete_branch(BRANCH)
    after = square.look()
    assert (after.update_branch, after.open_pull) == (None, None)
    assert after.closed_pull is not None
    assert (after.closed_pull.number, after.closed_pull.state) == (number, "closed")
    assert after.closed_message == f"chore: lock\n\n{branch.message}"


def test_a_merged_pull_request_spends_our_branch_and_is_no_word_against_the_release(square: Square) -> None:
    commit = propose(square)
    square.town.forge("acme/flow").merge_pull_request(1, "squash")
    seen = square.look()
    assert seen.update_branch is not None
    assert (seen.update_branch.head, seen.update_branch.is_spent) == (commit, True)
    assert (seen.open_pull, seen.closed_pull, seen.files["pyproject.toml"]) == (None, None, RAISED)


def test_runs_of_several_repositories_are_watched_in_one_request(square: Square) -> None:
    town = square.town
    for name in ("flow", "tool"):
        town.forge(f"acme/{name}").add_run(
            "build.yml", "main", event="workflow_dispatch", conclusion="timed_out", status="completed"
        )
    listed = [
        square.github(f"acme/{name}").workflows.list_dispatched("build.yml", ref="main")[0] for name in ("flow", "tool")
    ]
    ids = [run.node_id for run in listed]
    town.mark()
    found = square.all.watch_runs([*ids, "WFR_999"])
    assert town.api_calls() == 1
    assert [(found[run.node_id].id, found[run.node_id].conclusion) for run in listed] == [
        (run.id, "timed_out") for run in listed
    ]
    assert [(found[run.node_id].url, found[run.node_id].event) for run in listed] == [
        (run.url, run.event) for run in listed
    ]
    town.access["w"] = {"acme/tool": "none"}
    assert list(square.all.watch_runs(ids)) == ids[:1]


def test_a_refusal_of_another_repository_says_what_to_grant_there(square: Square) -> None:
    square.town.access["w"] = {"acme/flow": "read"}
    github = square.github()
    square.calls[-1].home = "acme/demo"
    with pytest.raises(RemoteError, match="403") as caught:
        github.workflows.dispatch("build.yml", ref="main", inputs={})
    assert caught.value.hint.startswith(
        "The token may not do this to acme/flow. Grant `actions: write` on it to the app"
    )


def test_a_ruleset_that_keeps_our_branch_out_is_called_by_its_name(square: Square) -> None:
    square.town.forge("acme/flow").protect("pilotage/*")
    with pytest.raises(RemoteError) as caught:
        propose(square)
    assert "ruleset" in caught.value.hint


def ensure(square: Square, body: str = f"{MARKER}\nx", *, is_open: bool = True) -> str:
    issues = GitHubIssues(square.call(), repository="acme/demo")
    return issues.ensure(MARKER, title="Downstream", body=body, is_open=is_open)


def test_one_issue_is_made_edited_closed_and_opened_again(square: Square) -> None:
    forge = square.town.forge("acme/demo")
    forge.open_issue("Downstream", author="mona")
    costs = []
    for body, is_open in (("a", True), ("a", True), ("b", True), ("b", False), ("c", True)):
        square.town.mark()
        ensure(square, f"{MARKER}\n{body}", is_open=is_open)
        costs.append(square.town.api_calls())
    found = GitHubIssues(square.call(), repository="acme/demo").find(MARKER)
    assert found is not None
    assert (found.number, found.body, found.is_open) == (2, f"{MARKER}\nc", True)
    assert (costs, len(forge.realm.state.issues)) == ([3, 1, 2, 2, 2], 2)


@pytest.mark.parametrize("kind", [FaultKind.LOST_BEFORE, FaultKind.LOST_AFTER, FaultKind.SERVER_ERROR_AFTER])
def test_an_unclear_answer_never_makes_two_issues(square: Square, kind: FaultKind) -> None:
    square.town.faults.append(Fault(kind, match=lambda request: request.method == "POST" and "issues" in request.path))
    ensure(square)
    assert len(square.town.forge("acme/demo").realm.state.issues) == 1


def test_issues_that_are_switched_off_are_an_error_with_a_hint(square: Square) -> None:
    square.town.forge("acme/demo").settings.has_issues = False
    with pytest.raises(RemoteError, match="issues are switched off") as caught:
        ensure(square)
    assert "Settings" in caught.value.hint


def test_published_releases_are_read_with_their_notes(square: Square) -> None:
    github, forge = square.github("acme/demo"), square.town.forge("acme/demo")
    made = [
        github.releases.create(Release(0, tag, tag, f"notes {tag}", is_draft=is_draft), commit="main")
        for tag, is_draft in (("v1", False), ("v2", False), ("v3", True))
    ]
    square.town.mark()
    found = read_published(square.call(), "acme/demo")
    assert ([one.tag for one in found], square.town.api_calls()) == (["v2", "v1"], 1)
    assert (found[0].body, found[0].id, bool(found[0].published_at)) == ("notes v2", made[1].id, True)
    assert forge.release(made[2].id).draft
