"""What a job of GitHub Actions does for the repositories that use the package, event by event."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pilotage.errors import CheckError, RemoteError
from pilotage.sandbox.forge.access import Permission
from pilotage.sandbox.forge.faults import Fault, FaultKind
from pilotage.sandbox.forge.town import Town
from train.downstreamjobs import WITH_TOKEN, Jobs
from train.downstreamvillage import BRANCH, alike, open_village, serve, spell_rules
from train.downstreamyard import APP, OWN, REBUILD, SOURCE
from train.harness import release_pull_request

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KINDS = ("exact", "kept", "unpinned")
NO_INDEX = '\n[tool.pilotage]\nrelease = "published"\npublish = { index = "" }\n'


@pytest.fixture
def jobs(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Iterator[Jobs]:
    with open_village(tmp_path_factory, *KINDS, rules=NO_INDEX + spell_rules(*KINDS)) as yard:
        yield Jobs(yard, tmp_path / "runner")


def states(jobs: Jobs) -> dict[str, tuple[str, str]]:
    """Read what the output says of each repository."""
    found = json.loads(jobs.outputs["downstream"])
    return {row["repository"].partition("/")[2]: (row["how"], row["state"]) for row in found["rows"]}


DONE = {"exact": ("pull-request", "open"), "kept": ("respect", "nothing"), "unpinned": ("dispatch", "done")}


def test_a_published_release_goes_on_to_those_who_use_it_in_the_same_job(jobs: Jobs) -> None:
    assert jobs.run("release", jobs.released(), **WITH_TOKEN) == 0
    assert states(jobs) == DONE
    assert jobs.outputs["downstream-failed"] == "false"
    assert jobs.outputs["downstream-matrix"] == '[{"shard":"1/1"}]'
    assert jobs.outputs["published"] == "false"  # there is no index that anything could go to
    assert "acme/unpinned" in jobs.summary
    assert jobs.said("acme/exact: pull-request, open")
    assert f"::add-mask::{APP}" in jobs.yard.tells
    (issue,) = jobs.yard.source.realm.state.issues
    assert issue.title == "Downstream of demo 2.0.0"


def test_the_same_event_again_repeats_nothing(jobs: Jobs) -> None:
    jobs.run("release", jobs.released(), **WITH_TOKEN)
    before = alike(jobs.yard)
    assert jobs.run("release", jobs.released(), **WITH_TOKEN) == 0
    assert alike(jobs.yard) == before
    assert (states(jobs), jobs.outputs["downstream-matrix"]) == (DONE, "[]")


def test_a_job_without_the_token_says_what_is_left_to_do_and_stays_green(jobs: Jobs) -> None:
    before = alike(jobs.yard)
    assert jobs.run("release", jobs.released()) == 0
    assert alike(jobs.yard) == before
    assert jobs.said("v2.0.0 still has to reach the repositories that use it: pilotage downstream --tag v2.0.0")
    assert jobs.outputs["downstream"] == ""


def test_a_push_that_releases_nothing_asks_nobody_else(jobs: Jobs) -> None:
    jobs.yard.source.push("main", {"notes.txt": "n\n"}, "docs: notes")
    before = alike(jobs.yard)
    assert jobs.run("push", jobs.pushed(), **WITH_TOKEN) == 0
    assert jobs.outputs["downstream"] == ""
    assert alike(jobs.yard) == before


@pytest.mark.parametrize("name", ["release", "workflow_dispatch"])
def test_a_dry_run_changes_nothing(jobs: Jobs, name: str) -> None:
    before = alike(jobs.yard)
    payload = jobs.released() if name == "release" else jobs.yard.source.event_workflow_dispatch()
    assert jobs.run(name, payload, **WITH_TOKEN, **{"INPUT_DRY-RUN": "true"}) == 0
    assert alike(jobs.yard) == before


def test_a_repository_that_fails_makes_the_job_red_and_leaves_its_outputs(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    kinds = ("exact", "red")
    with open_village(tmp_path_factory, *kinds, rules=NO_INDEX + spell_rules(*kinds)) as yard:
        jobs = Jobs(yard, tmp_path / "runner")
        error = jobs.try_run("release", jobs.released(), **WITH_TOKEN)
        assert isinstance(error, CheckError)
        assert "the first that failed is acme/red: rebuild.yml ended with failure" in error.message
        assert jobs.outputs["downstream-failed"] == "true"
        assert states(jobs) == {"exact": ("pull-request", "open"), "red": ("dispatch", "failed")}
        assert "acme/red" in jobs.summary


def test_an_end_of_reach_is_told_and_the_outputs_are_written(jobs: Jobs) -> None:
    jobs.yard.town.faults = [
        Fault(FaultKind.SERVER_ERROR, match=lambda request: "/git/trees/" in request.path, times=10_000)
    ]
    assert isinstance(jobs.try_run("release", jobs.released(), **WITH_TOKEN), RemoteError)
    assert jobs.outputs["downstream"] == ""


def test_a_release_of_a_package_that_nobody_follows_costs_what_it_did(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    with open_village(tmp_path_factory, rules=NO_INDEX) as yard:
        jobs = Jobs(yard, tmp_path / "runner")
        yard.town.mark()
        assert jobs.run("release", jobs.released(), **WITH_TOKEN) == 0
        assert (yard.town.api_calls(), jobs.outputs["downstream"]) == (2, "")


GIT = "git+https://forge.example/acme/demo"
GIT_USERS: dict[str, tuple[str, str]] = {
    "image": ("Dockerfile", 'FROM python:3.12\nRUN pip install "demo @ %s@v%s"\n'),
    "library": ("pyproject.toml", '[project]\nname = "lib"\nversion = "1"\ndependencies = ["demo @ %s@v%s"]\n'),
    "service": ("requirements.txt", "demo @ %s@v%s\n"),
}


def set_up_git_only(folder: Path) -> Town:
    """Make a package whose version is in setup.cfg, which no index ever sees, and those who install it by its tag."""
    town = Town(folder)
    town.tokens |= {OWN: Permission.WRITE, APP: Permission.WRITE}
    source = town.add("acme", "demo")
    names = ", ".join(f'"acme/{name}"' for name in GIT_USERS)
    table = f"{NO_INDEX}\n[tool.pilotage.downstream]\nrepositories = [{names}]\n"
    files: dict[str, str | bytes | None] = {
        "setup.cfg": "[metadata]\nname = demo\nversion = 0.1.0\n",
        "pyproject.toml": f'[build-system]\nrequires = []\nbuild-backend = "b"\n{table}',
    }
    source.push("main", files, "chore: begin")
    source.create_tag("v0.1.0", "main")
    for name, (path, text) in GIT_USERS.items():
        town.add("acme", name).push("main", {path: text % (GIT, "0.1.0")}, "chore: begin")
    return town


@pytest.fixture
def git_only(tmp_path: Path) -> Iterator[Jobs]:
    """Open that town, with the release pull request of 0.2.0 merged."""
    with serve(set_up_git_only(tmp_path / "town"), tmp_path / "clone") as yard:
        jobs = Jobs(yard, tmp_path / "runner")
        number = yard.source.open_pull_request("greet", "feat: greet people", files={"demo.py": "print('hi')\n"})
        yard.source.merge_pull_request(number)
        assert jobs.run("push", jobs.pushed(), **WITH_TOKEN) == 0
        assert jobs.outputs["downstream"] == ""
        yard.source.merge_pull_request(release_pull_request(yard.source))
        yield jobs


ALL_OPEN = dict.fromkeys(GIT_USERS, ("pull-request", "open"))


def test_a_package_that_lives_in_git_alone_reaches_those_who_install_it_by_its_tag(git_only: Jobs) -> None:
    yard = git_only.yard
    assert yard.file(SOURCE, "setup.cfg") == "[metadata]\nname = demo\nversion = 0.2.0\n"
    assert git_only.run("push", git_only.pushed(), **WITH_TOKEN) == 0
    assert not git_only.release("v0.2.0").draft
    assert states(git_only) == ALL_OPEN
    for name, (path, text) in GIT_USERS.items():
        assert yard.file(f"acme/{name}", path, branch=BRANCH) == text % (GIT, "0.2.0")
        (pull,) = yard.town.forge(f"acme/{name}").realm.state.pulls
        assert (pull.title, pull.is_open) == ("build(deps): update demo to 0.2.0 (breaking)", True)
        assert "greet people" in (pull.body or "")
    before = alike(yard)
    assert git_only.run("push", git_only.pushed(), **WITH_TOKEN) == 0
    assert alike(yard) == before


@pytest.mark.parametrize("name", ["schedule", "workflow_dispatch"])
def test_a_later_run_brings_a_rollout_to_its_end(git_only: Jobs, name: str) -> None:
    yard = git_only.yard
    trees = Fault(FaultKind.SERVER_ERROR, match=lambda request: "/service/git/trees" in request.path, times=10_000)
    yard.town.faults = [trees]
    assert isinstance(git_only.try_run("push", git_only.pushed(), **WITH_TOKEN), CheckError)
    assert states(git_only) == ALL_OPEN | {"service": ("skip", "failed")}
    yard.town.faults.clear()
    payload = yard.source.event_workflow_dispatch() if name == "workflow_dispatch" else {"schedule": "5 4 * * *"}
    assert git_only.run(name, payload, **WITH_TOKEN) == 0
    assert states(git_only) == ALL_OPEN
    before = alike(yard)
    assert git_only.run(name, payload, **WITH_TOKEN) == 0
    assert alike(yard) == before


def test_a_dry_reconcile_asks_nobody_else(git_only: Jobs) -> None:
    assert git_only.run("push", git_only.pushed()) == 0
    before = alike(git_only.yard)
    assert git_only.run("schedule", {"schedule": "5 4 * * *"}, **WITH_TOKEN, **{"INPUT_DRY-RUN": "true"}) == 0
    assert alike(git_only.yard) == before


def test_a_draft_is_no_release_yet(git_only: Jobs) -> None:
    yard = git_only.yard
    table = yard.file(SOURCE, "pyproject.toml").replace('release = "published"\n', "")
    yard.source.push("main", {"pyproject.toml": table}, "build: let people publish")
    assert git_only.run("schedule", {"schedule": "5 4 * * *"}, **WITH_TOKEN) == 0
    assert git_only.release("v0.2.0").draft
    assert git_only.outputs["downstream"] == ""


def set_up_workspace(folder: Path) -> Town:
    """Make a repository of two packages with a user each; the workflow of the first one's user always fails."""
    town = Town(folder)
    town.tokens |= {OWN: Permission.WRITE, APP: Permission.WRITE}
    source = town.add("acme", "demo")
    rules = '[tool.pilotage.downstream]\nrepositories = ["acme/app", "acme/site"]\nworkflow = "rebuild.yml"\n'
    files: dict[str, str | bytes | None] = {
        "pyproject.toml": f'[tool.uv.workspace]\nmembers = ["packages/*"]\n{NO_INDEX}\n{rules}',
    }
    for name in ("alpha", "beta"):
        head = f'[project]\nname = "{name}"\nversion = "1.0.0"\n'
        files[f"packages/{name}/pyproject.toml"] = f'{head}\n[build-system]\nrequires = []\nbuild-backend = "b"\n'
    source.push("main", files, "chore: begin")
    for name in ("alpha", "beta"):
        source.create_tag(f"{name}-v1.0.0", "main")
    app = {"requirements.txt": "alpha\n", ".github/workflows/rebuild.yml": REBUILD}
    town.add("acme", "app").push("main", {**app}, "chore: begin")
    town.forge("acme/app").runs_take, town.forge("acme/app").runs_end = 0, "failure"
    town.add("acme", "site").push("main", {"requirements.txt": "beta==1.0.0\n"}, "chore: begin")
    town.forge("acme/site").protect("pilotage/*")
    return town


def test_what_fails_for_one_package_of_a_repository_holds_up_no_other(tmp_path: Path) -> None:
    with serve(set_up_workspace(tmp_path / "town"), tmp_path / "clone") as yard:
        jobs = Jobs(yard, tmp_path / "runner")
        more: dict[str, str | bytes | None] = {f"packages/{name}/more.py": "more = 1\n" for name in ("alpha", "beta")}
        yard.source.merge_pull_request(yard.source.open_pull_request("more", "feat: more", files=more))
        jobs.run("push", jobs.pushed(), **WITH_TOKEN)
        yard.source.merge_pull_request(release_pull_request(yard.source))
        error = jobs.try_run("push", jobs.pushed(), **WITH_TOKEN)
        assert isinstance(error, CheckError)
        assert "acme/app" in error.message
        assert {release.tag_name: release.draft for release in yard.source.realm.state.releases} == {
            "alpha-v1.1.0": False,
            "beta-v1.1.0": False,
        }
        assert any(line.startswith("::error title=Pilotage::") and "acme/site" in line for line in yard.tells)

        yard.town.forge("acme/site").realm.state.settings.protected = ()
        error = jobs.try_run("push", jobs.pushed(), **WITH_TOKEN)
        assert isinstance(error, CheckError)
        (pull,) = yard.town.forge("acme/site").realm.state.pulls
        assert pull.title == "build(deps): update beta to 1.1.0"
        assert jobs.outputs["downstream-failed"] == "true"
        assert sorted(issue.title for issue in yard.source.realm.state.issues) == [
            "Downstream of alpha 1.1.0",
            "Downstream of beta 1.1.0",
        ]


def test_a_pre_release_is_followed_only_when_that_is_asked_for(jobs: Jobs) -> None:
    yard = jobs.yard
    yard.release("2.1.0rc1")
    (release,) = [one for one in yard.source.realm.state.releases if one.tag_name == "v2.1.0rc1"]
    release.prerelease = True
    assert jobs.run("release", jobs.released("v2.1.0rc1"), **WITH_TOKEN) == 0
    assert jobs.said("v2.1.0rc1 is a pre-release, and [tool.pilotage.downstream] follows none")
    assert "v2.1.0rc1 is a pre-release" in jobs.summary
    assert json.loads(jobs.outputs["downstream"])["notice"].startswith("nothing to do: v2.1.0rc1")
    yard.configure('repositories = ["acme/exact"]\nprereleases = true\n')
    assert jobs.run("release", jobs.released("v2.1.0rc1"), **WITH_TOKEN) == 0
    assert states(jobs) == {"exact": ("pull-request", "open")}


def test_a_release_with_another_event_than_its_publication_reaches_nobody(jobs: Jobs) -> None:
    payload = jobs.yard.source.event_release(jobs.release("v2.0.0").id, "edited")
    before = alike(jobs.yard)
    assert jobs.run("release", payload, **WITH_TOKEN) == 0
    assert alike(jobs.yard) == before


def test_what_people_should_know_of_a_rollout_is_a_warning_of_the_job(jobs: Jobs) -> None:
    jobs.yard.source.realm.state.settings.has_issues = False
    assert jobs.run("release", jobs.released(), **WITH_TOKEN) == 0
    assert jobs.said("::warning title=Pilotage::the overview was not written: ")
    assert states(jobs) == DONE
