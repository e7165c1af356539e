"""The merge queue tests what will be merged, and merges what was tested."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pilotage.sandbox.forge import Refusal
from sandbox.forgeclient import new_forge

if TYPE_CHECKING:
    from pathlib import Path

    from pilotage.sandbox.forge import Forge


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    made = new_forge(tmp_path / "forge")
    made.realm.state.settings.squash_merge_commit_title = "PR_TITLE"
    for number, fork in ((1, ""), (2, "someone/demo"), (3, "")):
        made.open_pull_request(f"b{number}", f"feat: {number}", files={f"{number}.txt": "1\n"}, fork=fork)
    return made


def _messages(forge: Forge, start: str, end: str) -> list[str]:
    found = []
    while end != start:
        commit = forge.realm.git.need_commit(end)
        found.append(commit.message)
        end = commit.parents[0]
    return found[::-1]


def _main(forge: Forge) -> str:
    return forge.realm.git.branch("main") or ""


def test_a_queued_pull_request_gets_a_branch_with_the_commit_that_will_land(forge: Forge) -> None:
    main = _main(forge)
    base, head, ref = forge.queue_pull_request(1)
    assert (base, ref) == (main, f"refs/heads/gh-readonly-queue/main/pr-1-{main}")
    assert forge.realm.git.refs.read(ref) == head
    assert _messages(forge, base, head) == ["feat: 1 (#1)"]
    assert (_main(forge), forge.pull_request(1).state) == (main, "open")
    assert forge.land_merge_group(1) == head
    assert (_main(forge), forge.realm.git.refs.read(ref)) == (head, None)
    pull = forge.pull_request(1)
    assert (pull.is_merged, pull.merge_commit_sha, pull.merged_by) == (True, head, "github-merge-queue[bot]")


def test_the_event_tells_the_group_and_its_last_commit(forge: Forge) -> None:
    base, head, ref = forge.queue_pull_request(1, 2)
    group = forge.event_merge_group(1)["merge_group"]
    assert isinstance(group, dict)
    shas = [group[name] for name in ("base_sha", "head_sha", "head_ref", "base_ref")]
    assert shas == [base, head, ref, "refs/heads/main"]
    assert (group["head_commit"]["id"], group["head_commit"]["message"]) == (head, "feat: 2 (#2)")
    assert forge.event_merge_group(2)["merge_group"] == group
    with pytest.raises(Refusal, match="Not Found"):
        forge.event_merge_group(3)


def test_several_pull_requests_land_as_one_group(forge: Forge) -> None:
    base, head, ref = forge.queue_pull_request(1, 3)
    assert ref == f"refs/heads/gh-readonly-queue/main/pr-3-{base}"
    assert _messages(forge, base, head) == ["feat: 1 (#1)", "feat: 3 (#3)"]
    forge.land_merge_group(3)
    first, last = forge.pull_request(1), forge.pull_request(3)
    assert (first.is_merged, last.is_merged, forge.pull_request(2).is_open) == (True, True, True)
    assert (forge.realm.git.need_commit(head).parents, last.merge_commit_sha) == ((first.merge_commit_sha,), head)


def test_groups_stand_on_the_groups_before_them_and_land_in_order(forge: Forge) -> None:
    _, first, _ = forge.queue_pull_request(2)
    base, second, ref = forge.queue_pull_request(1)
    assert (base, ref) == (first, f"refs/heads/gh-readonly-queue/main/pr-1-{first}")
    with pytest.raises(Refusal, match="out of date"):
        forge.land_merge_group(1)
    forge.land_merge_group(2)
    assert forge.land_merge_group(1) == second
    assert {"1.txt", "2.txt"} <= set(forge.realm.git.files(forge.realm.git.need_commit(_main(forge)).tree))


def test_a_group_does_not_land_after_its_base_or_a_head_moved(forge: Forge) -> None:
    forge.queue_pull_request(1)
    forge.queue_pull_request(2, 3)
    forge.push_to_fork("someone/demo", "b2", {"2.txt": "2\n"}, "fix: 2")
    forge.land_merge_group(1)
    before = _main(forge)
    with pytest.raises(Refusal, match="out of date"):
        forge.land_merge_group(3)
    forge.open_pull_request("b4", "feat: 4", files={"4.txt": "1\n"}, base="b3")
    forge.queue_pull_request(4)
    forge.push("b3", {"3.txt": "2\n"}, "fix: 3")
    with pytest.raises(Refusal, match="out of date"):
        forge.land_merge_group(4)
    assert _main(forge) == before


def test_what_cannot_be_queued_changes_nothing(forge: Forge) -> None:
    forge.open_pull_request("b4", "feat: 4", files={"4.txt": "1\n"}, base="b3")
    forge.open_pull_request("b5", "feat: 5", files={"1.txt": "5\n"})
    forge.queue_pull_request(1)
    forge.close_pull_request(3)
    before = forge.realm.git.refs.read_all()
    for numbers, words in (((1,), "queued"), ((2, 4), "another base"), ((5,), "not mergeable"), ((2, 3), "mergeable")):
        with pytest.raises(Refusal, match=words):
            forge.queue_pull_request(*numbers)
    assert forge.realm.git.refs.read_all() == before
    assert [group.numbers for group in forge.realm.state.groups] == [(1,)]
