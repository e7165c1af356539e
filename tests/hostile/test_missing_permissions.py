"""A `GITHUB_TOKEN` that lacks one permission, in every flow: it is named, and a run with it completes what is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pytest

from pilotage.errors import PilotageError
from pilotage.reconcile.train import raise_conflicts
from train.harness import TOKEN, Bench, Street
from train.publishyard import TAG, Site, make_drafted, open_site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Level = Literal["none", "read", "write"]
PUBLISHED = '\n[tool.pilotage]\nrelease = "published"\n'
AFTER = '\n[tool.pilotage.publish]\nafter = ["docs.yml"]\n'
BEFORE = '\n[tool.pilotage.publish]\nbefore = ["ci.yml"]\n'


@dataclass(frozen=True)
class Refused:
    """How a run without the permission ended."""

    code: int
    words: str


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    bench = Bench(tmp_path)
    with bench.world(bench.start()) as (forge, endpoint):
        yield Street(bench, forge, endpoint)


@pytest.fixture
def site(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(make_drafted(tmp_path_factory), tmp_path / "site") as open_:
        yield open_


def run(street: Street) -> Refused:
    try:
        raise_conflicts(street.run().plan)
    except PilotageError as error:
        return Refused(error.exit_code, f"{error.message}\n{error.hint}")
    return Refused(0, "")


def completed(street: Street) -> dict[str, object]:
    """Give the world after a run with every permission; a second one changes nothing."""
    street.forge.limits.clear()
    assert run(street).code == 0
    world = street.forge.world()
    assert run(street).code == 0
    assert street.forge.world() == world
    return world


CASES = [
    ("contents", "read", "contents: write"),
    ("contents", "none", "contents: "),
    ("pull_requests", "read", "pull-requests: write"),
    ("pull_requests", "none", "pull-requests: "),
]


@pytest.mark.parametrize(("name", "level", "wanted"), CASES)
def test_the_release_pull_request_names_the_permission_and_is_completed_by_the_next_run(
    street: Street, name: str, level: Level, wanted: str
) -> None:
    street.merge("feat: greet people")
    street.forge.limits[TOKEN] = {name: level}
    refused = run(street)
    assert refused.code in {2, 5}
    assert wanted in refused.words
    assert street.open_pulls == []
    assert street.releases == []
    completed(street)
    assert street.open_pulls == [("pilotage/release-main", "chore(release): 0.2.0")]


@pytest.mark.parametrize(("name", "level", "wanted"), CASES)
def test_an_update_of_the_release_pull_request_names_the_permission_and_is_completed(
    street: Street, name: str, level: Level, wanted: str
) -> None:
    street.merge("feat: greet people")
    street.run()
    street.merge("feat!: greet nobody", body="## Upgrade path\n\nSay nothing.")
    street.forge.limits[TOKEN] = {name: level}
    refused = run(street)
    assert refused.code in {2, 5}
    assert wanted in refused.words
    assert len(street.open_pulls) == 1
    completed(street)
    assert "greet nobody" in street.file("pilotage/release-main", "CHANGELOG.md")


@pytest.mark.parametrize("level", ["read", "none"])
def test_the_tag_and_the_draft_name_the_permission_and_are_completed(street: Street, level: Level) -> None:
    street.merge("feat: greet people")
    street.run()
    commit = street.merge_release()
    street.forge.limits[TOKEN] = {"contents": level}
    refused = run(street)
    assert refused.code in {2, 5}
    assert "contents: " in refused.words
    assert (street.tag("v0.2.0"), street.releases) == (None, [])
    completed(street)
    assert street.tag("v0.2.0") == commit
    assert [tag for tag, _, _ in street.releases] == ["v0.2.0"]


def test_a_draft_that_is_refused_after_its_tag_is_made_by_the_next_run(street: Street) -> None:
    street.merge("feat: greet people")
    street.run()
    commit = street.merge_release()

    def forbid(request: object) -> None:
        if getattr(request, "operation", "").endswith("/releases") and getattr(request, "method", "") == "POST":
            street.forge.limits[TOKEN] = {"contents": "read"}

    street.forge.before_request = forbid
    refused = run(street)
    assert refused.code == 5
    assert "contents: write" in refused.words
    assert (street.tag("v0.2.0"), street.releases) == (commit, [])
    street.forge.before_request = None
    completed(street)
    assert [tag for tag, _, _ in street.releases] == ["v0.2.0"]


@pytest.mark.parametrize("level", ["read", "none"])
def test_a_title_s_comment_without_its_permission_leaves_the_words_in_the_summary(site: Site, level: Level) -> None:
    number = site.forge.open_pull_request("topic", "nonsense", files={"x.txt": "x"})
    site.forge.limits[TOKEN] = {"pull_requests": level}
    payload = site.forge.event_pull_request(number, "opened")
    assert site.run("pull_request", payload) == 1
    assert "nonsense" in (site.folder / "summary").read_text()
    assert site.said("`pull-requests: write`")
    assert site.forge.realm.state.comments == []
    site.forge.limits.clear()
    assert site.run("pull_request", payload) == 1
    assert len(site.forge.realm.state.comments) == 1


def test_files_that_may_not_be_attached_name_the_permission_and_follow_later(site: Site) -> None:
    site.variables |= site.with_dist

    def forbid(request: object) -> None:
        if "/assets" in getattr(request, "operation", ""):
            site.forge.limits[TOKEN] = {"contents": "read"}

    site.forge.before_request = forbid
    error = site.try_push()
    assert (error is not None and "contents: write" in error.hint) or site.said("contents: write")
    assert site.on_index == {}
    assert site.draft.draft
    site.forge.before_request = None
    site.forge.limits.clear()
    assert site.push() == 0
    assert set(site.assets) >= set(site.built)


def test_a_draft_that_may_not_be_published_names_the_permission_and_goes_out_later(site: Site) -> None:
    site.configure(PUBLISHED)
    site.variables |= {**site.with_dist, **site.with_token}

    def forbid(request: object) -> None:
        if getattr(request, "method", "") == "PATCH":
            site.forge.limits[TOKEN] = {"contents": "read"}

    site.forge.before_request = forbid
    error = site.try_push()
    assert (error is not None and "contents: write" in error.hint) or site.said("contents: write")
    assert site.on_index == site.built
    assert site.draft.draft
    site.forge.before_request = None
    site.forge.limits.clear()
    assert site.push() == 0
    assert not site.draft.draft


@pytest.mark.parametrize(("level", "wanted"), [("none", "actions: "), ("read", "actions: write")])
def test_a_workflow_after_the_release_names_the_permission_and_is_started_later(
    site: Site, level: Level, wanted: str
) -> None:
    site.configure(PUBLISHED + AFTER)
    site.variables |= {**site.with_dist, **site.with_token}
    site.forge.limits[TOKEN] = {"actions": level}
    error = site.try_push()
    said = "\n".join(site.tells) + (f"{error.message}\n{error.hint}" if error else "")
    assert wanted in said
    assert site.dispatches == []
    site.forge.limits.clear()
    assert site.dispatched() == 0
    assert [name for name, _, _ in site.dispatches] == ["docs.yml"]
    assert site.on_index == site.built


@pytest.mark.parametrize("level", ["none", "read"])
def test_a_workflow_before_the_release_names_the_permission_before_anything_is_sent(site: Site, level: Level) -> None:
    site.configure(PUBLISHED + BEFORE)
    site.variables |= {**site.with_dist, **site.with_token}
    site.forge.limits[TOKEN] = {"actions": level}
    error = site.try_push()
    assert error is not None
    assert "`actions: " in error.hint
    assert (site.on_index, site.assets, site.draft.draft) == ({}, {}, True)
    site.forge.limits.clear()
    assert site.push() == 0
    assert (site.on_index, site.draft.draft) == (site.built, False)


def test_a_runner_without_an_identity_names_the_permission_before_anything_is_sent(site: Site) -> None:
    site.forge.publish_release(site.draft.id)
    error = site.try_released(**site.with_dist)
    assert error is not None
    assert "id-token: write" in f"{error.message} {error.hint}"
    assert site.on_index == {}
    assert site.released(**site.with_dist, **site.with_token) == 0
    assert site.on_index == site.built
    assert site.forge.realm.git.refs.read(f"refs/tags/{TAG}") == site.head
