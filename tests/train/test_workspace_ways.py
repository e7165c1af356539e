"""The ways of a repository with several packages: who is released, by what, and who is left alone."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from pilotage.errors import ConflictError
from pilotage.reconcile.bootstrap import Connection, Surroundings
from pilotage.reconcile.planning import FLOWS_BY_NAME
from pilotage.reconcile.train import run_flows
from providers.gitrepos import check_out
from train.harness import HASTY, Bench
from train.test_workspace import BUILD, ROOT, SEPARATE, lock, member
from train.yard import Yard, open_yard

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BRANCH = "pilotage/release-main"
TAGS = ("core-v1.0.0", "api-v2.0.0", "cli-v0.3.0")


def three(root: str = ROOT) -> dict[str, str]:
    """Give a workspace of three packages; api needs exactly core 1.0.0."""
    return {
        "pyproject.toml": root,
        "uv.lock": lock(api="2.0.0", cli="0.3.0", core="1.0.0"),
        "packages/core/pyproject.toml": member("core", "1.0.0"),
        "packages/api/pyproject.toml": member("api", "2.0.0", "core==1.0.0"),
        "packages/cli/pyproject.toml": member("cli", "0.3.0"),
    }


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.fixture
def yard(bench: Bench) -> Iterator[Yard]:
    with open_yard(bench, three(), *TAGS) as yard:
        yield yard


@pytest.fixture
def apart(bench: Bench) -> Iterator[Yard]:
    with open_yard(bench, three(SEPARATE), *TAGS) as yard:
        yield yard


def test_pull_requests_of_their_own_are_brought_up_to_date_each_by_itself(apart: Yard) -> None:
    apart.touch("feat: sing", "packages/core/sing.py")
    apart.touch("fix: whisper", "packages/cli/whisper.py")
    apart.run()
    apart.touch("feat: shout", "packages/cli/shout.py")
    apart.run()
    assert apart.pulls == {
        f"{BRANCH}--cli": "chore(release): cli 0.4.0",
        f"{BRANCH}--core": "chore(release): core 1.1.0",
    }
    assert apart.file("uv.lock", f"{BRANCH}--cli") == lock(api="2.0.0", cli="0.4.0", core="1.0.0")
    assert apart.file("uv.lock", f"{BRANCH}--core") == lock(api="2.0.0", cli="0.3.0", core="1.1.0")
    assert apart.run(is_dry=True).plan.steps == ()


def test_the_pull_requests_of_all_can_be_merged_one_after_the_other(apart: Yard) -> None:
    apart.touch("feat: sing", "packages/core/sing.py")
    apart.touch("fix: whisper", "packages/cli/whisper.py")
    apart.run()
    while apart.pulls:
        apart.merge(min(apart.pulls))
        apart.run()
    assert apart.releases == ["api-v2.0.1", "cli-v0.3.1", "core-v1.1.0"]
    assert apart.file("uv.lock", "main") == lock(api="2.0.1", cli="0.3.1", core="1.1.0")
    assert '"core==1.1.0"' in apart.file("packages/api/pyproject.toml", "main")


def test_linked_packages_get_one_version_together(bench: Bench) -> None:
    root = ROOT + '\n[tool.pilotage]\nlinked-versions = [["core", "cli"]]\n'
    with open_yard(bench, three(root), *TAGS) as yard:
        yard.touch("fix: whisper", "packages/cli/whisper.py")
        report = yard.run()
        assert {name: row["next"] for name, row in yard.rows(report).items()} == {
            "core": "1.0.1",
            "cli": "1.0.1",
            "api": "2.0.1",
        }
        commit = yard.merge()
        yard.run()
        assert yard.releases == ["api-v2.0.1", "cli-v1.0.1", "core-v1.0.1"]
        assert yard.tag("cli-v1.0.1") == commit
        assert yard.run(is_dry=True).plan.steps == ()


@pytest.mark.parametrize("changelog", ["", '\n[tool.pilotage]\nchangelog-path = ""\n'], ids=["changelog", "none"])
def test_a_member_whose_version_comes_from_its_tag_is_tagged_only(bench: Bench, changelog: str) -> None:
    dynamic = '[project]\nname = "core"\ndynamic = ["version"]\n[tool.hatch.version]\nsource = "vcs"\n' + BUILD
    files = three(ROOT + changelog) | {"packages/core/pyproject.toml": dynamic}
    files["packages/api/pyproject.toml"] = member("api", "2.0.0")
    with open_yard(bench, files, *TAGS) as yard:
        yard.touch("feat: sing", "packages/core/sing.py")
        yard.touch("fix: whisper", "packages/cli/whisper.py")
        yard.run()
        assert yard.file("packages/core/pyproject.toml") == dynamic
        commit = yard.merge()
        yard.run()
        assert yard.tag("core-v1.1.0") == commit
        assert yard.releases == ["cli-v0.3.1", "core-v1.1.0"]
        assert yard.run(is_dry=True).plan.steps == ()


def test_a_lonely_dynamic_member_is_released_by_itself(bench: Bench) -> None:
    dynamic = '[project]\nname = "core"\ndynamic = ["version"]\n[tool.hatch.version]\nsource = "vcs"\n' + BUILD
    files = three() | {"packages/core/pyproject.toml": dynamic}
    files["packages/api/pyproject.toml"] = member("api", "2.0.0")
    with open_yard(bench, files, *TAGS) as yard:
        yard.touch("feat: sing", "packages/core/sing.py")
        yard.run()
        assert yard.pulls == {BRANCH: "chore(release): core 1.1.0"}
        yard.merge()
        yard.run()
        assert yard.releases == ["core-v1.1.0"]
        yard.touch("fix: sing lower", "packages/core/sing.py")
        yard.run()
        assert yard.pulls == {BRANCH: "chore(release): core 1.1.1"}


CONFIGURED = """\
[tool.pilotage.components.server]
path = "server"
paths = ["shared/**"]
exclude-paths = ["docs/**"]

[tool.pilotage.components.client]
path = "client"
"""


def test_configured_components_count_their_paths_and_not_what_they_exclude(bench: Bench) -> None:
    files = {
        "pyproject.toml": CONFIGURED,
        "server/pyproject.toml": member("acme-server", "1.0.0"),
        "client/pyproject.toml": member("acme-client", "1.0.0"),
    }
    with open_yard(bench, files, "server-v1.0.0", "client-v1.0.0") as yard:
        yard.touch("feat: only words", "server/docs/page.md")
        yard.run()
        assert yard.pulls == {}
        yard.touch("fix: what both need", "shared/wire.py")
        yard.run()
        assert yard.pulls == {BRANCH: "chore(release): server 1.0.1"}
        assert "only words" not in yard.file("server/CHANGELOG.md")
        yard.merge()
        yard.run()
        assert yard.releases == ["server-v1.0.1"]
        assert yard.run(is_dry=True).plan.steps == ()


def test_poetry_packages_that_point_at_each_other_are_released_together(bench: Bench) -> None:
    files = {
        "pyproject.toml": (
            '[tool.poetry]\nname = "whole"\nversion = "0.1.0"\npackage-mode = false\n'
            '[tool.poetry.dependencies]\nlib = { path = "libs/lib", develop = true }\n'
            'app = { path = "apps/app", develop = true }\n'
        ),
        "libs/lib/pyproject.toml": '[tool.poetry]\nname = "lib"\nversion = "1.0.0"\n',
        "apps/app/pyproject.toml": (
            '[tool.poetry]\nname = "app"\nversion = "3.0.0"\n[tool.poetry.dependencies]\nlib = "1.0.0"\n'
        ),
    }
    with open_yard(bench, files, "lib-v1.0.0", "app-v3.0.0") as yard:
        yard.touch("feat: more", "libs/lib/more.py")
        yard.run()
        assert 'version = "1.1.0"' in yard.file("libs/lib/pyproject.toml")
        assert yard.file("apps/app/pyproject.toml") == (
            '[tool.poetry]\nname = "app"\nversion = "3.0.1"\n[tool.poetry.dependencies]\nlib = "1.1.0"\n'
        )
        yard.merge()
        yard.run()
        assert yard.releases == ["app-v3.0.1", "lib-v1.1.0"]
        assert yard.run(is_dry=True).plan.steps == ()


def test_a_skipped_package_is_never_released_and_its_files_are_nobody_elses(bench: Bench) -> None:
    root = ROOT + "\n[tool.pilotage.components.cli]\nskip = true\n"
    with open_yard(bench, three(root), *TAGS[:2]) as yard:
        yard.touch("feat: whisper", "packages/cli/whisper.py")
        assert yard.run().plan.steps == ()
        yard.touch("fix: sing", "packages/core/sing.py", "packages/cli/whisper.py")
        report = yard.run()
        assert sorted(yard.rows(report)) == ["api", "core"]


def test_a_package_that_is_added_later_begins_at_the_initial_version(yard: Yard) -> None:
    yard.touch("feat: sing", "packages/core/sing.py")
    yard.push("feat: a new package", {"packages/new/pyproject.toml": member("new", "0.1.0"), "packages/new/a.py": "a"})
    report = yard.run()
    assert {name: row["next"] for name, row in yard.rows(report).items()} == {
        "core": "1.1.0",
        "api": "2.0.1",
        "new": "0.1.0",
    }
    section = yard.file("packages/new/CHANGELOG.md")
    assert ("a new package" in section, "sing" in section) == (True, False)
    yard.merge()
    yard.run()
    assert yard.releases == ["api-v2.0.1", "core-v1.1.0", "new-v0.1.0"]
    assert yard.run(is_dry=True).plan.steps == ()


def test_a_package_that_is_removed_is_forgotten(yard: Yard) -> None:
    yard.touch("feat: whisper", "packages/cli/whisper.py")
    yard.run()
    assert yard.pulls == {BRANCH: "chore(release): cli 0.4.0"}
    yard.push(
        "refactor: cli lives elsewhere now",
        {
            "packages/cli/pyproject.toml": None,
            "packages/cli/whisper.py": None,
            "uv.lock": lock(api="2.0.0", core="1.0.0"),
        },
    )
    yard.run()
    assert yard.pulls == {}
    yard.touch("fix: sing", "packages/core/sing.py")
    yard.run()
    assert yard.pulls == {BRANCH: "chore(release): api 2.0.1, core 1.0.1"}


def test_a_package_whose_folder_moves_keeps_its_releases(yard: Yard) -> None:
    files = {"packages/cli/pyproject.toml": None, "tools/cli/pyproject.toml": member("cli", "0.3.0")}
    root = '[tool.uv.workspace]\nmembers = ["packages/*", "tools/*"]\n'
    yard.push("refactor: move cli", files | {"pyproject.toml": root})
    assert yard.run().plan.steps == ()
    yard.touch("fix: whisper", "tools/cli/whisper.py")
    yard.run()
    assert yard.pulls == {BRANCH: "chore(release): cli 0.3.1"}


def shallow(yard: Yard, folder: Path) -> Connection:
    """Check main out as actions/checkout does: one commit, no tags."""
    url = yard.endpoint.clone_url.replace("://", "://x-access-token:ghs_writes@")
    check_out(url, folder)
    subprocess.run(["git", "remote", "set-url", "origin", yard.endpoint.clone_url], cwd=folder, check=True)
    here = yard.bench.surroundings(yard.endpoint)
    return Connection(Surroundings(folder, here.environment, patience=HASTY), branch="main", default_branch="main")


def test_a_shallow_clone_comes_to_the_same_plan_as_a_full_one(yard: Yard, tmp_path: Path) -> None:
    yard.touch("feat: sing", "packages/core/sing.py")
    yard.touch("fix: whisper", "packages/cli/whisper.py")
    yard.touch("docs: last", "README.md")
    with shallow(yard, tmp_path / "shallow") as connection:
        found = run_flows(connection, FLOWS_BY_NAME["all"], is_dry=True, tell=lambda *_: None)
    assert found.plan == yard.run(is_dry=True).plan
    assert found.plan.steps


def test_a_commit_that_touches_two_packages_stands_in_the_notes_of_both(yard: Yard) -> None:
    yard.touch("feat: speak", "packages/core/speak.py", "packages/cli/speak.py")
    report = yard.run()
    assert {name: row["next"] for name, row in yard.rows(report).items()} == {
        "core": "1.1.0",
        "cli": "0.4.0",
        "api": "2.0.1",
    }
    for name in ("core", "cli"):
        assert "speak" in yard.file(f"packages/{name}/CHANGELOG.md")


def test_a_commit_without_files_releases_every_package(yard: Yard) -> None:
    yard.push("fix: build all anew", {})
    report = yard.run()
    assert {name: row["next"] for name, row in yard.rows(report).items()} == {
        "core": "1.0.1",
        "cli": "0.3.1",
        "api": "2.0.1",
    }
    yard.merge()
    yard.run()
    assert yard.releases == ["api-v2.0.1", "cli-v0.3.1", "core-v1.0.1"]
    assert yard.run(is_dry=True).plan.steps == ()


def test_a_commit_without_files_belongs_to_the_package_that_its_scope_names(yard: Yard) -> None:
    yard.push("fix(cli): build anew", {})
    report = yard.run()
    assert {name: row["next"] for name, row in yard.rows(report).items()} == {"cli": "0.3.1"}


def test_a_revert_in_one_package_leaves_the_others_as_they_were(yard: Yard) -> None:
    feature = yard.touch("feat: whisper", "packages/cli/whisper.py")
    yard.touch("feat: sing", "packages/core/sing.py")
    yard.push(f'Revert "feat: whisper"\n\nThis reverts commit {feature}.', {"packages/cli/whisper.py": None})
    report = yard.run()
    assert {name: row["next"] for name, row in yard.rows(report).items()} == {"core": "1.1.0", "api": "2.0.1"}


def test_a_commit_by_a_person_on_the_release_branch_of_several_packages_is_respected(yard: Yard) -> None:
    yard.touch("feat: sing", "packages/core/sing.py")
    yard.run()
    theirs = yard.push("docs: my words", {"NOTES.md": "mine"}, branch=BRANCH)
    yard.run()
    yard.touch("fix: whisper", "packages/cli/whisper.py")
    with pytest.raises(ConflictError, match=theirs[:10]):
        yard.run()
    assert yard.head(BRANCH) == theirs
    commit = yard.merge()
    yard.forge.delete_branch(BRANCH)
    yard.run()
    assert (yard.tag("core-v1.1.0"), yard.tag("api-v2.0.1")) == (commit, commit)
    assert yard.pulls == {BRANCH: "chore(release): cli 0.3.1"}


def test_a_commit_by_a_person_on_one_release_branch_does_not_hold_up_the_others(apart: Yard) -> None:
    apart.touch("feat: sing", "packages/core/sing.py")
    apart.touch("fix: whisper", "packages/cli/whisper.py")
    apart.run()
    theirs = apart.push("docs: my words", {"NOTES.md": "mine"}, branch=f"{BRANCH}--core")
    apart.touch("feat: shout", "packages/cli/shout.py")
    with pytest.raises(ConflictError, match="--core"):
        apart.run()
    assert apart.head(f"{BRANCH}--core") == theirs
    assert apart.pulls[f"{BRANCH}--cli"] == "chore(release): cli 0.4.0"


def test_a_tag_elsewhere_is_a_conflict_for_its_own_package_only(apart: Yard) -> None:
    side = apart.touch("feat: side", "aside.txt", branch="side")
    apart.forge.delete_tag("cli-v0.3.0")
    apart.forge.create_tag("cli-v0.3.0", side)
    apart.touch("feat: sing", "packages/core/sing.py")
    with pytest.raises(ConflictError, match=r"cli-v0\.3\.0") as caught:
        apart.run()
    assert "core" not in caught.value.message
    assert apart.pulls == {f"{BRANCH}--core": "chore(release): core 1.1.0"}


def test_the_next_tag_of_one_package_that_is_taken_is_a_conflict_for_it_only(apart: Yard) -> None:
    side = apart.touch("feat: side", "aside.txt", branch="side")
    apart.forge.create_tag("cli-v0.3.1", side)
    apart.touch("fix: whisper", "packages/cli/whisper.py")
    apart.touch("feat: sing", "packages/core/sing.py")
    with pytest.raises(ConflictError, match=r"cli-v0\.3\.1"):
        apart.run()
    assert apart.pulls == {f"{BRANCH}--core": "chore(release): core 1.1.0"}


@pytest.mark.parametrize("method", ["squash", "merge", "rebase"])
def test_every_way_of_merging_the_pull_request_releases_all_its_packages(yard: Yard, method: str) -> None:
    yard.touch("feat: sing", "packages/core/sing.py")
    yard.touch("fix: whisper", "packages/cli/whisper.py")
    yard.run()
    yard.merge(method=method)
    head = yard.head()
    yard.run()
    assert {tag: yard.tag(tag) for tag in yard.releases} == dict.fromkeys(
        ["api-v2.0.1", "cli-v0.3.1", "core-v1.1.0"], head
    )
    assert yard.run(is_dry=True).plan.steps == ()


def test_a_release_of_several_that_was_missed_is_made_up_for_after_more_merges(yard: Yard) -> None:
    yard.touch("feat: sing", "packages/core/sing.py")
    yard.run()
    commit = yard.merge()
    yard.touch("fix: whisper", "packages/cli/whisper.py")
    yard.touch("fix: sing lower", "packages/core/sing.py")
    report = yard.run()
    assert (yard.tag("core-v1.1.0"), yard.tag("api-v2.0.1")) == (commit, commit)
    assert {name: row["next"] for name, row in yard.rows(report).items()} == {
        "core": "1.1.1",
        "cli": "0.3.1",
        "api": "2.0.2",
    }


def test_three_packages_cost_few_requests(yard: Yard) -> None:
    counts = {}
    for name, act in (
        ("nothing", lambda: None),
        ("open", lambda: yard.touch("feat: sing", "packages/core/sing.py")),
        ("update", lambda: yard.touch("fix: whisper", "packages/cli/whisper.py")),
        ("release", yard.merge),
        ("idle", lambda: None),
    ):
        act()
        yard.forge.mark()
        yard.run()
        counts[name] = yard.forge.api_calls()
    assert counts == {"nothing": 1, "open": 6, "update": 5, "release": 14, "idle": 1}
