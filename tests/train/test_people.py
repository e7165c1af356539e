"""What people do beside the train: their words are kept, their commits are never destroyed."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from pilotage.errors import ConfigError, ConflictError
from pilotage.model.step import RemoveDraft
from pilotage.reconcile.bootstrap import Connection, Surroundings
from pilotage.reconcile.outputs import compute_outputs
from pilotage.reconcile.planning import FLOWS_BY_NAME
from pilotage.reconcile.train import raise_conflicts, run_flows
from pilotage.sandbox.forge.state import Asset
from train.harness import HASTY, PYPROJECT, Bench, Street, release_pull_request

if TYPE_CHECKING:
    from pathlib import Path

BRANCH = "pilotage/release-main"


def test_a_foreword_is_kept_across_updates_and_begins_the_release_notes(street: Street) -> None:
    street.merge("feat: greet people")
    street.run()
    number = release_pull_request(street.forge)
    body = (street.forge.pull_request(number).body or "").replace(
        "<!-- Write here what the notes shall begin with. Pilotage keeps it. -->", "Thanks to **everybody**."
    )
    street.forge.edit_pull_request(number, body=body)
    street.merge("fix: greet nobody twice")
    street.run()
    assert "Thanks to **everybody**." in (street.forge.pull_request(number).body or "")
    assert "nobody twice" in (street.forge.pull_request(number).body or "")
    street.merge_release()
    street.run()
    assert street.releases[0][2].startswith("Thanks to **everybody**.")


def test_an_edit_of_the_changelog_in_the_pull_request_survives_into_the_release(street: Street) -> None:
    street.merge("feat: greet people")
    street.run()
    text = street.file(BRANCH, "CHANGELOG.md").replace("greet people", "greet all the people")
    street.forge.push(BRANCH, {"CHANGELOG.md": text}, "docs: say it better")
    street.merge_release()
    street.run()
    assert "greet all the people" in street.releases[0][2]


def test_a_commit_by_a_person_on_the_release_branch_is_never_destroyed(street: Street) -> None:
    street.merge("feat: greet people")
    street.run()
    theirs = street.forge.push(BRANCH, {"NOTES.md": "mine"}, "docs: my words")
    raise_conflicts(street.run().plan)  # the branch is up to date with main: nothing to complain of
    street.merge("fix: greet nobody twice")
    with pytest.raises(ConflictError) as caught:
        raise_conflicts(street.run().plan)
    assert theirs[:10] in caught.value.message
    assert street.forge.realm.git.refs.read(f"refs/heads/{BRANCH}") == theirs


def test_a_merged_release_branch_with_a_persons_commit_holds_nothing_up(street: Street) -> None:
    street.merge("feat: greet people")
    street.run()
    street.forge.push(BRANCH, {"NEWS.md": "mine"}, "docs: my words")
    street.merge_release()
    street.run()
    street.merge("feat: greet the dog")  # nobody deleted the branch
    raise_conflicts(street.run().plan)
    assert street.forge.pull_request(release_pull_request(street.forge)).title == "chore(release): 0.3.0"
    raise_conflicts(street.run().plan)


def test_a_commit_of_ours_that_a_person_amended_is_theirs(street: Street) -> None:
    street.merge("feat: greet people")
    street.run()
    ours = street.forge.realm.git.refs.read(f"refs/heads/{BRANCH}") or ""
    message = street.forge.realm.git.need_commit(ours).message
    parents = street.forge.realm.git.need_commit(ours).parents
    amended = street.forge.push(BRANCH, {"NOTES.md": "mine"}, message, parents=tuple(parents))
    street.merge("fix: greet nobody twice")
    with pytest.raises(ConflictError):
        raise_conflicts(street.run().plan)
    assert street.forge.realm.git.refs.read(f"refs/heads/{BRANCH}") == amended


def test_a_push_by_a_person_between_looking_and_writing_is_not_overwritten(street: Street) -> None:
    street.merge("feat: greet people")
    street.run()
    street.merge("fix: greet nobody twice")
    pushed: list[str] = []

    def push_once(request: object) -> None:
        if not pushed and getattr(request, "operation", "") == "UpdateRefs":
            pushed.append(street.forge.push(BRANCH, {"NOTES.md": "mine"}, "docs: at the last moment"))

    street.forge.before_request = push_once
    with pytest.raises(ConflictError):
        raise_conflicts(street.run().plan)
    assert [street.forge.realm.git.refs.read(f"refs/heads/{BRANCH}")] == pushed


def test_a_closed_release_pull_request_comes_again_while_there_is_something_to_release(street: Street) -> None:
    street.merge("feat: greet people")
    street.run()
    street.forge.close_pull_request(release_pull_request(street.forge))
    street.run()
    assert street.open_pulls == [(BRANCH, "chore(release): 0.2.0")]


def test_a_version_raised_by_hand_is_only_reported_and_is_the_least_that_comes_next(street: Street) -> None:
    street.forge.push("main", {"pyproject.toml": PYPROJECT.replace("0.1.0", "0.7.0")}, "chore: to seven")
    street.merge("fix: greet nobody twice")
    report = street.run()
    assert any("0.7.0 was set by hand" in notice.text for notice in report.plan.notices)
    assert street.open_pulls == [(BRANCH, "chore(release): 0.7.0")]
    assert street.releases == []
    commit = street.merge_release()
    street.run()
    assert street.tag("v0.7.0") == commit
    assert [tag for tag, _, _ in street.releases] == ["v0.7.0"]


def test_a_version_raised_by_hand_is_released_when_the_configuration_asks_for_it(street: Street) -> None:
    asked = PYPROJECT.replace("0.1.0", "0.7.0") + '\n[tool.pilotage]\nrelease-on = "version"\n'
    raised = street.forge.push(
        "main", {"pyproject.toml": asked, "CHANGELOG.md": "# Changelog\n\n## 0.7.0\n\n* by hand\n"}, "chore: to seven"
    )
    street.merge("docs: say more")
    street.run()
    assert street.tag("v0.7.0") == raised
    assert street.releases == [("v0.7.0", True, "* by hand")]
    assert street.run(is_dry=True).plan.steps == ()


def test_a_published_release_is_made_when_the_configuration_asks_for_it(street: Street) -> None:
    table = '\n[tool.pilotage]\nrelease = "published"\npublish = { index = "" }\n'
    street.forge.push("main", {"pyproject.toml": PYPROJECT + table}, "ci: go")
    street.merge("feat: greet people")
    street.run()
    street.merge_release()
    street.run()
    assert [(tag, draft) for tag, draft, _ in street.releases] == [("v0.2.0", False)]
    assert street.run(is_dry=True).plan.steps == ()


def test_a_dynamic_version_becomes_a_tag_only(street: Street, tmp_path_factory: pytest.TempPathFactory) -> None:
    bench = Bench(tmp_path_factory.mktemp("dynamic"))
    pyproject = '[project]\nname = "demo"\ndynamic = ["version"]\n'
    with bench.world(bench.start(pyproject=pyproject)) as (forge, endpoint):
        dynamic = Street(bench, forge, endpoint)
        dynamic.merge("feat: greet people")
        report = dynamic.run()
        assert any("dynamic" in notice.text for notice in report.plan.notices)
        assert dynamic.file(BRANCH, "pyproject.toml") == pyproject
        commit = dynamic.merge_release()
        dynamic.run()
        assert dynamic.tag("v0.2.0") == commit
        assert [tag for tag, _, _ in dynamic.releases] == ["v0.2.0"]
        assert dynamic.run(is_dry=True).plan.steps == ()
    assert street.releases == []


@pytest.mark.parametrize("method", ["squash", "merge", "rebase"])
def test_every_way_of_merging_the_release_pull_request_releases_it(street: Street, method: str) -> None:
    street.merge("feat: greet people")
    street.run()
    street.forge.merge_pull_request(release_pull_request(street.forge), method)  # type: ignore[arg-type] # a literal
    head = street.forge.realm.git.refs.read("refs/heads/main")
    street.run()
    assert street.tag("v0.2.0") == head
    assert street.run(is_dry=True).plan.steps == ()


def test_a_release_that_was_missed_is_made_up_for_after_more_merges(street: Street) -> None:
    street.merge("feat: greet people")
    street.run()
    commit = street.merge_release()
    street.merge("fix: greet nobody twice")
    street.run()
    assert street.tag("v0.2.0") == commit
    assert street.open_pulls == [(BRANCH, "chore(release): 0.2.1")]
    assert "greet people" not in street.file(BRANCH, "CHANGELOG.md").split("## [0.2.0]")[0]


def test_a_body_over_githubs_limit_is_cut_with_a_link_to_the_full_notes(street: Street) -> None:
    for number in range(60):
        street.forge.push("main", {f"f{number}.txt": "x"}, f"feat: {'long ' * 300}{number}")
    street.run()
    body = street.forge.pull_request(release_pull_request(street.forge)).body or ""
    assert len(body) <= 65_536
    assert f"/blob/{BRANCH}/CHANGELOG.md" in body
    assert len(street.file(BRANCH, "CHANGELOG.md")) > 65_536
    assert street.run(is_dry=True).plan.steps == ()


def test_an_executable_version_file_stays_executable(street: Street) -> None:
    marked = '#!/usr/bin/env python3\nVERSION = "0.1.0"  # x-pilotage-version\n'
    asked = PYPROJECT + '\n[tool.pilotage]\nversion-files = ["tool.py"]\n'
    street.commit({"pyproject.toml": ("100644", asked), "tool.py": ("100755", marked)})
    street.merge("feat: greet people")
    street.run()
    assert street.mode(BRANCH, "tool.py") == "100755"
    assert 'VERSION = "0.2.0"' in street.file(BRANCH, "tool.py")


def test_a_symbolic_link_is_never_turned_into_a_file(street: Street) -> None:
    street.commit({"docs.md": ("100644", "# Changelog\n"), "CHANGELOG.md": ("120000", "docs.md")})
    street.merge("feat: greet people")
    with pytest.raises(ConfigError) as caught:
        street.run()
    assert "CHANGELOG.md" in caught.value.message
    assert street.open_pulls == []


def test_a_merge_that_no_release_can_read_is_told_once_and_counts_with_the_override_block(street: Street) -> None:
    street.merge("Greet people")
    street.run()
    assert street.open_pulls == []
    street.run()
    told = [comment.body for comment in street.forge.realm.state.comments]
    assert len(told) == 1
    block = told[0].split("```text\n")[1].split("```")[0]
    assert block.splitlines()[::2] == ["BEGIN_COMMIT_OVERRIDE", "END_COMMIT_OVERRIDE"]
    street.forge.edit_pull_request(1, body="Words.\n\nBEGIN_COMMIT_OVERRIDE\nfeat: greet people\nEND_COMMIT_OVERRIDE\n")
    street.run()
    assert street.open_pulls == [(BRANCH, "chore(release): 0.2.0")]
    assert "greet people" in street.file(BRANCH, "CHANGELOG.md")


def test_a_run_without_any_checkout_fetches_what_it_must_read(street: Street, tmp_path: Path) -> None:
    street.merge("feat: greet people")
    here = street.bench.surroundings(street.endpoint)
    empty = tmp_path / "workspace"
    empty.mkdir()
    environment = {**here.environment, "GITHUB_SERVER_URL": street.endpoint.server_url}
    with Connection(Surroundings(empty, environment, patience=HASTY), branch="main") as connection:
        run_flows(connection, FLOWS_BY_NAME["all"], is_dry=False, tell=lambda *_: None)
    assert street.open_pulls == [(BRANCH, "chore(release): 0.2.0")]
    assert list(empty.iterdir()) == []


def test_a_second_draft_with_files_is_left_to_people_and_named(street: Street) -> None:
    street.merge("feat: greet people")
    street.run()
    street.merge_release()
    street.run()
    releases = street.forge.realm.state.releases
    twin = dataclasses.replace(releases[0], id=releases[0].id + 1, assets=[])
    releases.append(twin)
    assert [type(step) for step in street.run(is_dry=True).plan.steps] == [RemoveDraft]
    twin.assets.append(Asset(9, "demo.whl", "application/zip", "", "", "octocat", twin.created_at, 0, ""))
    plan = street.run(is_dry=True).plan
    assert plan.steps == ()
    assert any("several releases" in notice.text for notice in plan.notices)


@pytest.mark.parametrize(("index", "needed"), [("pypi", "true"), ("", "false")])
def test_a_package_that_never_sees_an_index_needs_no_upload(street: Street, index: str, needed: str) -> None:
    table = f'\n[tool.pilotage.publish]\nindex = "{index}"\n'
    street.forge.push("main", {"pyproject.toml": PYPROJECT + table}, "ci: say where it goes")
    street.merge("feat: greet people")
    street.run()
    street.merge_release()
    outputs = compute_outputs(street.run())
    assert (outputs["released"], outputs["upload-needed"]) == ("true", needed)
    assert compute_outputs(street.run()) == outputs | {"plan": compute_outputs(street.run())["plan"]}
