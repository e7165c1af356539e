"""The publish flow around a release: its files, the index, the publication, and nothing of it twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pilotage.reconcile.outputs import NAMES
from pilotage.sandbox.forge.access import Permission
from train.harness import TOKEN as FORGE_TOKEN
from train.publishyard import ASSETS, PUBLISHED, Site, make_drafted, open_site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AFTER = '[tool.pilotage.publish]\nafter = ["docs.yml"]\n'


@pytest.fixture
def drafting(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(make_drafted(tmp_path_factory), tmp_path) as site:
        yield site


@pytest.fixture
def publishing(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(make_drafted(tmp_path_factory), tmp_path, PUBLISHED + AFTER) as site:
        yield site


@pytest.fixture
def unindexed(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    table = PUBLISHED + '[tool.pilotage.publish]\nindex = ""\nafter = ["docs.yml"]\n'
    with open_site(make_drafted(tmp_path_factory), tmp_path, table) as site:
        site.variables["INPUT_INDEX"] = ""
        yield site


def test_a_push_attaches_the_files_to_the_draft_and_sends_nothing_to_the_index(drafting: Site) -> None:
    drafting.watch()
    assert drafting.push(**drafting.with_dist, **drafting.with_token) == 0
    assert drafting.assets.keys() == set(ASSETS)
    assert drafting.built.items() <= drafting.assets.items()
    assert drafting.draft.draft
    assert [line for line in drafting.trail if line.startswith("index")] == []
    assert (drafting.outputs["published"], drafting.outputs["upload-needed"]) == ("false", "true")
    assert drafting.forge.api_calls() <= 11


def test_a_second_push_of_the_same_files_attaches_nothing(drafting: Site) -> None:
    drafting.push(**drafting.with_dist)
    drafting.watch()
    assert drafting.push(**drafting.with_dist) == 0
    assert drafting.writes == []
    assert drafting.forge.api_calls() == 3


def test_the_event_of_a_person_s_publication_takes_the_bytes_of_the_release(drafting: Site) -> None:
    drafting.push(**drafting.with_dist)
    drafting.forge.publish_release(drafting.draft.id)
    drafting.watch()
    assert drafting.released(**drafting.with_token) == 0  # a build is impossible here: there is no such backend
    assert drafting.on_index == drafting.built
    assert drafting.outputs["published"] == "true"
    assert drafting.forge.api_calls() <= 8


def test_a_second_event_of_the_publication_changes_nothing(drafting: Site) -> None:
    drafting.push(**drafting.with_dist)
    drafting.forge.publish_release(drafting.draft.id)
    drafting.released(**drafting.with_token)
    drafting.watch()
    assert drafting.released(**drafting.with_token) == 0
    assert drafting.writes == []
    assert (drafting.forge.api_calls(), len(drafting.index.calls())) == (2, 1)


def test_a_draft_never_reaches_the_index_by_a_dispatch_either(drafting: Site) -> None:
    assert drafting.dispatched(**drafting.with_dist, **drafting.with_token) == 0
    assert drafting.assets.keys() == set(ASSETS)
    assert drafting.on_index == {}
    assert drafting.draft.draft


def test_a_push_without_credentials_leaves_the_draft_and_says_which_job_is_missing(publishing: Site) -> None:
    publishing.watch()
    assert publishing.push() == 0
    assert publishing.writes == []
    assert publishing.draft.draft
    assert publishing.said("id-token: write")


def test_a_push_with_files_and_without_credentials_leaves_the_draft_too(publishing: Site) -> None:
    assert publishing.push(**publishing.with_dist) == 0
    assert publishing.draft.draft
    assert publishing.said("id-token: write")
    assert publishing.on_index == {}


def test_a_push_with_credentials_brings_everything_out_in_order(publishing: Site) -> None:
    publishing.watch()
    assert publishing.push(**publishing.with_dist, **publishing.with_token) == 0
    repository = "/repos/acme/demo"
    number = publishing.draft.id
    assert publishing.writes == [
        *[f"POST {repository}/releases/{number}/assets"] * 4,
        *["index POST /legacy/"] * 2,
        f"PATCH {repository}/releases/{number}",
        f"POST {repository}/actions/workflows/docs.yml/dispatches",
    ]
    assert publishing.on_index == publishing.built
    assert not publishing.draft.draft
    assert publishing.assets.keys() == set(ASSETS)
    assert publishing.dispatches == [("docs.yml", "v0.2.0", {})]
    assert publishing.forge.api_calls() <= 17
    assert len(publishing.index.calls()) <= 10


def test_the_next_push_of_the_same_commit_repeats_nothing(publishing: Site) -> None:
    publishing.push(**publishing.with_dist, **publishing.with_token)
    for files in (publishing.with_dist, {}):
        publishing.watch()
        assert publishing.push(**files, **publishing.with_token) == 0
        assert publishing.writes == []
        assert publishing.outputs["published"] == "true"
        assert (publishing.forge.api_calls(), len(publishing.index.calls())) == (4, 1)


def test_a_later_push_does_not_touch_the_release_and_says_how_it_is_completed(publishing: Site) -> None:
    publishing.push()
    publishing.forge.push("main", {"later.py": "x = 1\n"}, "fix: something later")
    publishing.push(**publishing.with_token)
    assert publishing.draft.draft
    assert publishing.assets == {}
    assert publishing.on_index == {}
    assert publishing.said("v0.2.0 is still a draft")
    assert publishing.said("pilotage publish --tag v0.2.0")


def test_a_package_without_an_index_goes_out_without_credentials(unindexed: Site) -> None:
    unindexed.watch()
    assert unindexed.push() == 0
    assert unindexed.index.calls() == []
    assert not unindexed.draft.draft
    assert unindexed.assets == {}
    assert unindexed.dispatches == [("docs.yml", "v0.2.0", {})]
    unindexed.watch()
    assert unindexed.push() == 0
    assert unindexed.writes == []


def test_a_package_without_an_index_is_completed_by_a_dispatch_without_credentials(unindexed: Site) -> None:
    unindexed.forge.publish_release(unindexed.draft.id)
    unindexed.forge.push("main", {"later.py": "x = 1\n"}, "docs: something later")
    assert unindexed.dispatched() == 0
    assert unindexed.dispatches == [("docs.yml", "v0.2.0", {})]


def test_a_dispatch_looks_at_a_release_that_is_out_once(publishing: Site) -> None:
    publishing.push(**publishing.with_dist, **publishing.with_token)
    publishing.watch()
    assert publishing.dispatched(**publishing.with_token) == 0
    assert publishing.writes == []
    assert len(publishing.index.calls()) == 1


@pytest.mark.parametrize("act", ["push", "released", "dispatched"])
def test_a_dry_run_changes_nothing_anywhere(publishing: Site, act: str) -> None:
    if act != "push":
        publishing.forge.publish_release(publishing.draft.id)
    publishing.watch()
    extra = {**publishing.with_dist, **publishing.with_token, "INPUT_DRY-RUN": "true"}
    assert getattr(publishing, act)(**extra) == 0
    assert publishing.writes == []
    assert publishing.outputs["published"] == "false"


def test_every_output_is_there_after_each_way_out(publishing: Site) -> None:
    publishing.push()
    assert publishing.outputs.keys() == set(NAMES)
    assert (publishing.outputs["published"], publishing.outputs["upload-needed"]) == ("false", "true")
    publishing.index.read_only = True
    assert publishing.try_push(**publishing.with_dist, **publishing.with_token) is not None
    assert publishing.outputs.keys() == set(NAMES)
    assert publishing.outputs["published"] == "false"
    publishing.index.read_only = False
    publishing.push(**publishing.with_dist, **publishing.with_token)
    outputs = publishing.outputs
    assert outputs.keys() == set(NAMES)
    assert (outputs["published"], outputs["upload-needed"], outputs["released"]) == ("true", "false", "true")
    assert (outputs["version"], outputs["tag"], outputs["sha"]) == ("0.2.0", "v0.2.0", publishing.head)
    assert outputs["release-id"] == str(publishing.draft.id)


def test_a_job_that_may_only_read_publishes_and_says_which_permission_the_rest_needs(publishing: Site) -> None:
    publishing.forge.publish_release(publishing.draft.id)
    publishing.forge.tokens[FORGE_TOKEN] = Permission.READ
    publishing.forge.limits[FORGE_TOKEN] = {}
    publishing.try_released(**publishing.with_dist, **publishing.with_token)
    assert publishing.on_index == publishing.built
    assert publishing.assets == {}
    assert publishing.said("contents: write")


def test_a_draft_that_a_token_cannot_see_is_named_as_such(publishing: Site) -> None:
    publishing.variables |= {**publishing.with_dist, **publishing.with_token}
    publishing.forge.limits[FORGE_TOKEN] = {"contents": "read"}
    assert publishing.try_released() is None
    assert publishing.on_index == publishing.built
    assert publishing.assets == {}
    assert publishing.draft.draft
    assert publishing.said("contents: write")
    assert publishing.outputs["published"] == "false"
