"""Branches and pull requests of others that look like ours in a repository that uses the package."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hostile.hostiletown import BRANCH, PINNED, release, row_of, settle, stands
from pilotage.providers.downstreampulls import OurPulls, list_our_pulls
from providers.githubscript import Answer, serve_answers
from train.downstreamyard import open_yard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilotage.sandbox.forge.forge import Forge
    from train.downstreamyard import Yard

CROWD = 12


@pytest.fixture(scope="module")
def yard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Yard]:
    with open_yard(tmp_path_factory) as opened:
        yield opened


def crowd(forge: Forge, *, is_closed: bool) -> list[int]:
    """Let strangers open pull requests from branches with our branch's name in forks."""
    numbers = []
    for count in range(CROWD):
        fork = f"stranger{0 if is_closed else count}/{forge.realm.state.name}"
        text = f"demo=={count}\n"
        numbers.append(forge.open_pull_request(BRANCH, "mine", files={"requirements.txt": text}, fork=fork))
        if is_closed:
            forge.close_pull_request(numbers[-1])
    return numbers


def test_a_fork_s_branch_with_our_branch_s_name_is_neither_taken_for_ours_nor_changed(yard: Yard) -> None:
    forge = settle(yard, {"requirements.txt": PINNED})
    number = forge.open_pull_request(BRANCH, "mine", "text", files={"requirements.txt": "demo==9\n"}, fork="s/x")
    row = row_of(yard)
    assert (row.state, row.url.rpartition("/")[2]) == ("open", str(number + 1))
    theirs, ours = forge.realm.state.pulls
    assert (theirs.title, theirs.body, ours.fork) == ("mine", "text", "")


def test_a_crowd_of_forks_does_not_hide_our_pull_request(yard: Yard) -> None:
    forge = settle(yard, {"requirements.txt": PINNED})
    row_of(yard)
    crowd(forge, is_closed=False)
    version = release(yard)
    assert row_of(yard).state == "open"
    ours = [pull for pull in forge.realm.state.pulls if not pull.fork]
    assert [(pull.number, pull.title) for pull in ours] == [(1, f"build(deps): update demo to {version} (breaking)")]
    assert {pull.title for pull in forge.realm.state.pulls if pull.fork} == {"mine"}


def test_a_crowd_of_forks_does_not_hide_that_people_closed_ours(yard: Yard) -> None:
    forge = settle(yard, {"requirements.txt": PINNED})
    row_of(yard)
    forge.close_pull_request(1)
    crowd(forge, is_closed=True)
    assert stands(yard) == ("respect", "nothing")
    assert len(forge.realm.state.pulls) == CROWD + 1


def test_a_crowd_of_forks_that_closed_theirs_speaks_for_nobody(yard: Yard) -> None:
    forge = settle(yard, {"requirements.txt": PINNED})
    crowd(forge, is_closed=True)
    assert stands(yard) == ("pull-request", "open")
    assert stands(yard) == ("pull-request", "open")
    assert len(forge.realm.state.pulls) == CROWD + 1


def test_a_fork_of_the_same_owner_is_a_fork_and_an_own_repository_is_told_by_its_name() -> None:
    def pull(number: int, repository: str | None, **more: object) -> dict[str, object]:
        head = {"sha": f"{number}" * 40, "repo": repository and {"full_name": repository}}
        return {"number": number, "title": "t", "state": "closed", "html_url": "u", "head": head, **more}

    pulls = [pull(5, "acme/flow-fork", state="open"), pull(4, None), pull(3, "Acme/Flow", merged_at="2026-01-01")]
    pulls += [pull(2, "Acme/Flow", body="a\r\nb"), pull(1, "Acme/Flow", state="open")]
    commits = [{"commit": {"message": text}} for text in ("first", "last")]
    with serve_answers(Answer(content=pulls), Answer(content=commits), Answer(content=pulls[:3])) as script:
        found = list_our_pulls(script.call(), "acme/flow", branch=BRANCH, base="main")
        assert list_our_pulls(script.call(), "acme/flow", branch=BRANCH, base="main") == OurPulls()
    assert (found.open and found.open.number, found.closed and found.closed.number) == (1, 2)
    assert (found.closed and found.closed.body, found.closed_message) == ("a\nb", "last\n\nfirst")
    assert "head=acme%3Apilotage%2Fupdate-demo" in script.asked[0]


def test_a_branch_of_our_name_that_people_made_before_keeps_their_commits(yard: Yard) -> None:
    forge = settle(yard, {"requirements.txt": PINNED})
    message = "feat: own\n\nPilotage-Downstream: demo 1.0"
    tips = [forge.push(BRANCH, {"own.txt": f"{count}\n"}, message) for count in range(5)]
    assert row_of(yard).state == "open"
    assert yard.file(forge.realm.state.full_name, "own.txt", branch=BRANCH) == "4\n"
    git = forge.realm.git
    assert git.need_commit(git.branch(BRANCH) or "").parents == (tips[-1],)


def test_people_s_commits_stay_below_ours_over_every_release_that_follows(yard: Yard) -> None:
    forge = settle(yard, {"requirements.txt": PINNED})
    row_of(yard)
    forge.push(BRANCH, {"fix.py": "pass\n"}, "fix: what the break needs")
    for _ in range(2):
        version = release(yard)
        assert row_of(yard).state == "open"
        name = forge.realm.state.full_name
        assert yard.file(name, "fix.py", branch=BRANCH) == "pass\n"
        assert yard.file(name, "requirements.txt", branch=BRANCH) == f"demo=={version}\n"


def test_a_forged_trailer_on_a_commit_with_another_tree_does_not_make_it_ours(yard: Yard) -> None:
    forge = settle(yard, {"requirements.txt": PINNED})
    tree = forge.realm.git.need_commit(forge.realm.git.branch("main") or "").tree
    forge.push(BRANCH, {"own.txt": "mine\n"}, f"feat: own\n\nPilotage-Tree: {tree}")
    assert row_of(yard).state == "open"
    assert yard.file(forge.realm.state.full_name, "own.txt", branch=BRANCH) == "mine\n"


def test_a_tag_of_our_branch_s_name_is_not_our_branch(yard: Yard) -> None:
    forge = settle(yard, {"requirements.txt": PINNED})
    forge.create_tag(BRANCH, "main")
    tagged = forge.realm.git.refs.read(f"refs/tags/{BRANCH}")
    assert row_of(yard).state == "open"
    assert forge.realm.git.refs.read(f"refs/tags/{BRANCH}") == tagged != forge.realm.git.branch(BRANCH)


def test_a_branch_with_refs_in_its_name_is_never_moved(yard: Yard) -> None:
    forge = settle(yard, {"requirements.txt": PINNED})
    odd = f"refs/heads/{BRANCH}"
    tip = forge.push(odd, {"own.txt": "mine\n"}, "feat: own")
    row_of(yard)  # GitHub may take it for ours when it looks; then nothing is moved, and the row says so
    assert forge.realm.git.branch(odd) == tip


def test_a_file_that_changes_between_the_look_and_the_act_is_not_overwritten(yard: Yard) -> None:
    forge = settle(yard, {"requirements.txt": PINNED})

    def change(request: object) -> None:
        if getattr(request, "path", "").endswith("/git/trees") and getattr(request, "method", "") == "POST":
            yard.town.before_request = None
            forge.push("main", {"requirements.txt": "demo==1.3.0\nother==1\n"}, "feat: meanwhile")

    yard.town.before_request = change
    row = row_of(yard)
    assert row.state == "open"
    name = forge.realm.state.full_name
    assert yard.file(name, "requirements.txt") == "demo==1.3.0\nother==1\n"
    assert yard.file(name, "requirements.txt", branch=BRANCH).startswith("demo==2.")
