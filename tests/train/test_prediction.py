"""The commit that the check predicts is the commit that the merge button makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest

from pilotage.domains.squash import predict_merges
from pilotage.reconcile.bootstrap import Connection
from train.harness import Bench, Street

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONG = "Every word of this line stays whole while the line itself is broken at seventy-two columns, as GitHub does."
BODY = f"{LONG}\n\n```text\n{LONG}\n```\n\n- {LONG}\n\nBREAKING CHANGE: the old greeting is gone"


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    bench = Bench(tmp_path)
    with bench.world(bench.start()) as (forge, endpoint):
        yield Street(bench, forge, endpoint)


@pytest.mark.parametrize("title", ["PR_TITLE", "COMMIT_OR_PR_TITLE"])
@pytest.mark.parametrize("message", ["PR_BODY", "COMMIT_MESSAGES", "BLANK"])
@pytest.mark.parametrize("commits", [1, 3])
def test_a_squash_is_what_was_predicted(
    street: Street,
    title: Literal["PR_TITLE", "COMMIT_OR_PR_TITLE"],
    message: Literal["PR_BODY", "COMMIT_MESSAGES", "BLANK"],
    commits: int,
) -> None:
    settings = street.forge.realm.state.settings
    settings.squash_merge_commit_title = title
    settings.squash_merge_commit_message = message
    for number in range(commits):
        street.forge.push("topic", {f"{number}.txt": "x"}, f"fix: part {number}\n\nWhy {number}.", base="main")
    pull = street.forge.open_pull_request("topic", "feat: greet people", BODY)
    predicted = predict(street, pull)["squash"]
    merged = street.forge.merge_pull_request(pull)
    assert street.forge.realm.git.need_commit(merged).message.rstrip() == predicted[0]


def test_a_merge_commit_is_what_was_predicted(street: Street) -> None:
    pull = street.forge.open_pull_request("topic", "feat: greet people", BODY, files={"x.txt": "x"})
    predicted = predict(street, pull)["merge"]
    merged = street.forge.merge_pull_request(pull, "merge")
    assert street.forge.realm.git.need_commit(merged).message.rstrip() == predicted[0]


def predict(street: Street, number: int) -> dict[str, list[str]]:
    """Look at a pull request as the check does, and predict the messages of each way of merging."""
    with Connection(street.bench.surroundings(street.endpoint), branch="main") as connection:
        sighted = connection.github.pulls.observe(
            number, base="main", config_path="pyproject.toml", release_branch="pilotage/release-main"
        )
    merges = predict_merges(sighted.context, repository_owner="acme", has_co_authors=False)
    return {merge.way: [commit.message.rstrip() for commit in merge.commits] for merge in merges}
