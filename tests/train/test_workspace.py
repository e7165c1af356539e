"""A repository with several packages on the embedded forge: one release pull request for all, or one for each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pilotage.reconcile.outputs import compute_outputs
from pilotage.sandbox.forge.access import Permission
from pilotage.sandbox.forge.forge import Forge
from train.harness import TOKEN, Bench, release_pull_request

if TYPE_CHECKING:
    from pathlib import Path

ROOT = '[tool.uv.workspace]\nmembers = ["packages/*"]\n'
SEPARATE = ROOT + "\n[tool.pilotage]\nseparate-pull-requests = true\n"
BUILD = '\n[build-system]\nrequires = []\nbuild-backend = "backend"\n'


def member(name: str, version: str, *requirements: str) -> str:
    listed = ", ".join(f'"{requirement}"' for requirement in requirements)
    return f'[project]\nname = "{name}"\nversion = "{version}"\ndependencies = [{listed}]\n{BUILD}'


def lock(**versions: str) -> str:
    entries = (
        f'[[package]]\nname = "{name}"\nversion = "{version}"\nsource = {{ editable = "packages/{name}" }}\n'
        for name, version in versions.items()
    )
    return "version = 1\n\n" + "\n".join(entries)


def start(bench: Bench, root: str = ROOT) -> Path:
    """Save a workspace of three packages, each with a release: api needs exactly core 1.0.0, cli stands alone."""
    forge = Forge(bench.folder / "first")
    forge.tokens[TOKEN] = Permission.WRITE
    files: dict[str, str | bytes | None] = {
        "pyproject.toml": root,
        "uv.lock": lock(api="2.0.0", cli="0.3.0", core="1.0.0"),
        "packages/core/pyproject.toml": member("core", "1.0.0"),
        "packages/api/pyproject.toml": member("api", "2.0.0", "core==1.0.0"),
        "packages/cli/pyproject.toml": member("cli", "0.3.0"),
    }
    forge.push("main", files, "chore: start")
    for tag in ("core-v1.0.0", "api-v2.0.0", "cli-v0.3.0"):
        forge.create_tag(tag, "main")
    return bench.save(forge, "start")


def merge(forge: Forge, title: str, *paths: str) -> None:
    branch = f"topic-{len(forge.realm.state.pulls)}"
    forge.merge_pull_request(forge.open_pull_request(branch, title, files=dict.fromkeys(paths, f"{title}\n")))


def read_branch(forge: Forge, path: str, branch: str = "pilotage/release-main") -> str:
    git = forge.realm.git
    entry = git.entry(git.need_commit(git.branch(branch) or "").tree, path)
    return (git.read_blob(entry.oid) or b"").decode() if entry else ""


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_one_pull_request_releases_what_changed_and_what_needs_it(bench: Bench) -> None:
    with bench.world(start(bench)) as (forge, endpoint):
        merge(forge, "feat: sing", "packages/core/sing.py")
        merge(forge, "docs: say", "README.md")
        report = bench.run(endpoint)
        number = release_pull_request(forge)
        pull = forge.pull_request(number)
        assert 'version = "1.1.0"' in read_branch(forge, "packages/core/pyproject.toml")
        api = read_branch(forge, "packages/api/pyproject.toml")
        assert ('version = "2.0.1"' in api, '"core==1.1.0"' in api) == (True, True)
        assert read_branch(forge, "packages/cli/pyproject.toml") == member("cli", "0.3.0")
        assert read_branch(forge, "uv.lock") == lock(api="2.0.1", cli="0.3.0", core="1.1.0")
        assert "sing" in read_branch(forge, "packages/core/CHANGELOG.md")
        assert "1.1.0" in read_branch(forge, "packages/api/CHANGELOG.md")
        assert ("core" in (pull.body or ""), "2.0.1" in (pull.body or "")) == (True, True)
        rows = {row["name"]: row for row in json.loads(compute_outputs(report)["components"])}
        assert {name: (row["next"], row["tag"], row["released"]) for name, row in rows.items()} == {
            "core": ("1.1.0", "core-v1.1.0", False),
            "api": ("2.0.1", "api-v2.0.1", False),
        }


def test_merging_it_tags_and_drafts_each_package_once(bench: Bench) -> None:
    with bench.world(start(bench)) as (forge, endpoint):
        merge(forge, "feat: sing", "packages/core/sing.py")
        bench.run(endpoint)
        commit = forge.merge_pull_request(release_pull_request(forge))
        outputs = compute_outputs(bench.run(endpoint))
        rows = {row["name"]: row for row in json.loads(outputs["components"])}
        assert {name: (row["version"], row["sha"], row["released"]) for name, row in rows.items()} == {
            "core": ("1.1.0", commit, True),
            "api": ("2.0.1", commit, True),
        }
        assert (outputs["released"], outputs["upload-needed"], outputs["version"]) == ("true", "true", "")
        assert sorted(release.tag_name for release in forge.realm.state.releases) == ["api-v2.0.1", "core-v1.1.0"]
        world = forge.world()
        again = bench.run(endpoint)
        assert (again.plan.steps, forge.world()) == ((), world)
        assert json.loads(compute_outputs(again)["components"]) == json.loads(outputs["components"])


def test_a_fix_afterwards_concerns_its_own_package_only(bench: Bench) -> None:
    with bench.world(start(bench)) as (forge, endpoint):
        merge(forge, "feat: sing", "packages/core/sing.py")
        bench.run(endpoint)
        forge.merge_pull_request(release_pull_request(forge))
        bench.run(endpoint)
        merge(forge, "fix: whisper", "packages/cli/whisper.py")
        bench.run(endpoint)
        pull = forge.pull_request(release_pull_request(forge))
        assert pull.title == "chore(release): cli 0.3.1"
        assert read_branch(forge, "uv.lock") == lock(api="2.0.1", cli="0.3.1", core="1.1.0")


def test_each_package_has_its_own_pull_request_when_asked(bench: Bench) -> None:
    with bench.world(start(bench, SEPARATE)) as (forge, endpoint):
        merge(forge, "feat: sing", "packages/core/sing.py")
        merge(forge, "fix: whisper", "packages/cli/whisper.py")
        bench.run(endpoint)
        heads = {pull.head: pull.title for pull in forge.realm.state.pulls if pull.is_open}
        assert heads == {
            "pilotage/release-main--cli": "chore(release): cli 0.3.1",
            "pilotage/release-main--core": "chore(release): core 1.1.0",
        }
        (core,) = [pull.number for pull in forge.realm.state.pulls if pull.head.endswith("--core") and pull.is_open]
        forge.merge_pull_request(core)
        bench.run(endpoint)
        assert [release.tag_name for release in forge.realm.state.releases] == ["core-v1.1.0"]
        # what needs exactly the old core follows it, now that the new one is out
        heads = {pull.head: pull.title for pull in forge.realm.state.pulls if pull.is_open}
        assert heads["pilotage/release-main--api"] == "chore(release): api 2.0.1"


def test_nothing_new_costs_one_request(bench: Bench) -> None:
    with bench.world(start(bench)) as (forge, endpoint):
        forge.mark()
        report = bench.run(endpoint)
        assert (report.plan.steps, forge.api_calls()) == ((), 1)
