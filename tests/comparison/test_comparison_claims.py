"""What the comparison claims and no other test holds: words and labels of a release pull request decide nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from train.harness import Bench, Street, merge_feature, release_pull_request

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def proposed(tmp_path: Path) -> Iterator[Street]:
    """Open a world whose release pull request waits."""
    bench = Bench(tmp_path)
    with bench.world(bench.start()) as (forge, endpoint):
        street = Street(bench, forge, endpoint)
        merge_feature(forge)
        street.run()
        yield street


def test_a_release_is_made_whatever_its_pull_request_says_and_is_called(proposed: Street) -> None:
    number = release_pull_request(proposed.forge)
    proposed.forge.edit_pull_request(number, title="ship it", body="")
    commit = proposed.forge.merge_pull_request(number)
    proposed.run()
    assert proposed.tag("v0.2.0") == commit
    assert [(tag, is_draft) for tag, is_draft, _ in proposed.releases] == [("v0.2.0", True)]


def test_labels_that_people_set_or_take_away_hold_nothing_up(proposed: Street) -> None:
    number = release_pull_request(proposed.forge)
    proposed.forge.label_pull_request(number, "autorelease: pending", "autorelease: tagged")
    commit = proposed.merge_release()
    proposed.forge.label_pull_request(number)
    proposed.run()
    assert proposed.tag("v0.2.0") == commit
    proposed.merge("fix: greet nobody twice")
    proposed.run()
    assert [title for _, title in proposed.open_pulls] == ["chore(release): 0.2.1"]
