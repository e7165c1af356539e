"""What cannot work is refused with a clear word, the right exit code, and nothing half done."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from pilotage.errors import ConfigError, ConflictError, DriftError, PilotageError, RemoteError
from pilotage.model.plan import Plan
from pilotage.reconcile.applyplan import apply_reviewed
from pilotage.reconcile.train import raise_conflicts
from pilotage.sandbox.forge.access import Permission
from train.harness import PYPROJECT, Bench, Street

if TYPE_CHECKING:
    from pathlib import Path


def run_to_the_end(street: Street) -> None:
    """Run as `pilotage run` does: conflicts end it after everything else."""
    raise_conflicts(street.run().plan)


def refusal(street: Street) -> PilotageError:
    with pytest.raises(PilotageError) as caught:
        run_to_the_end(street)
    return caught.value


def test_a_repository_without_pyproject_is_told_what_is_missing(street: Street) -> None:
    street.forge.push("main", {"pyproject.toml": None}, "chore: remove it")
    error = refusal(street)
    assert isinstance(error, ConfigError)
    assert "pyproject.toml" in error.message
    assert error.hint


def test_two_versions_that_differ_are_both_named(street: Street) -> None:
    street.forge.push("main", {"setup.cfg": "[metadata]\nname = demo\nversion = 0.0.9\n"}, "chore: second place")
    error = refusal(street)
    assert isinstance(error, ConfigError)
    assert "0.1.0" in error.message
    assert "0.0.9" in error.message
    assert "setup.cfg" in error.message


def test_a_version_that_is_none_names_its_place(street: Street) -> None:
    street.forge.push("main", {"pyproject.toml": PYPROJECT.replace("0.1.0", "banana")}, "chore: break it")
    error = refusal(street)
    assert isinstance(error, ConfigError)
    assert "banana" in error.message


def test_a_tag_elsewhere_is_a_conflict_and_is_never_moved(street: Street) -> None:
    first = street.merge("feat: greet people")
    street.run()
    street.forge.create_tag("v0.2.0", first)
    street.merge_release()
    error = refusal(street)
    assert isinstance(error, ConflictError)
    assert first[:10] in error.message
    assert street.tag("v0.2.0") == first
    assert street.releases == []


def test_a_tag_that_takes_the_next_version_is_a_conflict_before_a_pull_request_is_opened(street: Street) -> None:
    street.merge("feat: greet people")
    street.forge.push("side", {"x.txt": "x"}, "chore: elsewhere")
    street.forge.create_tag("v0.2.0", "side")
    error = refusal(street)
    assert isinstance(error, ConflictError)
    assert "v0.2.0" in error.message
    assert street.open_pulls == []


@pytest.mark.parametrize("written", ["0.0.9", "0.1.0"])
def test_a_release_pull_request_whose_version_was_lowered_releases_nothing(street: Street, written: str) -> None:
    street.merge("feat: greet people")
    street.run()
    edit_version_on_branch(street, written)
    street.merge_release()
    error = refusal(street)
    assert isinstance(error, ConflictError)
    assert street.releases == []
    assert street.tag("v0.2.0") is None


def test_a_release_pull_request_whose_version_is_none_releases_nothing(street: Street) -> None:
    street.merge("feat: greet people")
    street.run()
    edit_version_on_branch(street, "next")
    street.merge_release()
    error = refusal(street)
    assert isinstance(error, ConfigError)
    assert "next" in error.message
    assert street.releases == []


def test_a_release_pull_request_whose_version_was_raised_releases_that_version(street: Street) -> None:
    street.merge("feat: greet people")
    street.run()
    edit_version_on_branch(street, "0.5.0")
    commit = street.merge_release()
    run_to_the_end(street)
    assert street.tag("v0.5.0") == commit
    assert [(tag, draft) for tag, draft, _ in street.releases] == [("v0.5.0", True)]
    assert "greet people" in street.releases[0][2]


def edit_version_on_branch(street: Street, version: str) -> None:
    text = street.file("pilotage/release-main", "pyproject.toml")
    changed = re.sub(r'(?m)^version = ".*"', f'version = "{version}"', text)
    street.forge.push("pilotage/release-main", {"pyproject.toml": changed}, "chore: another number")


def test_a_plan_is_not_applied_when_the_branch_moved(street: Street) -> None:
    street.merge("feat: greet people")
    plan = street.run(is_dry=True).plan
    street.merge("fix: greet nobody twice")
    before = street.forge.world()
    with pytest.raises(DriftError) as caught:
        apply_reviewed(street.bench.surroundings(street.endpoint), plan, digest=None, tell=lambda *_: None)
    assert plan.head[:10] in caught.value.message
    assert street.forge.world() == before


def test_a_plan_with_another_digest_is_not_applied(street: Street) -> None:
    street.merge("feat: greet people")
    plan = street.run(is_dry=True).plan
    before = street.forge.world()
    with pytest.raises(DriftError):
        apply_reviewed(street.bench.surroundings(street.endpoint), plan, digest="0" * 64, tell=lambda *_: None)
    assert street.forge.world() == before


def test_a_plan_that_was_read_back_is_applied_to_the_letter(street: Street) -> None:
    street.merge("feat: greet people")
    plan = street.run(is_dry=True).plan
    same = Plan.from_json(plan.to_json(), place="plan.json")
    assert same == plan
    apply_reviewed(street.bench.surroundings(street.endpoint), same, digest=plan.digest, tell=lambda *_: None)
    assert street.run(is_dry=True).plan.steps == ()
    assert street.open_pulls == [("pilotage/release-main", "chore(release): 0.2.0")]


def test_a_token_that_may_only_read_can_plan_and_is_told_what_it_lacks_to_run(street: Street) -> None:
    street.merge("feat: greet people")
    street.forge.tokens["reader"] = Permission.READ
    street.bench.token = "reader"  # noqa: S105 - the embedded forge alone knows it
    assert len(street.run(is_dry=True).plan.steps) == 2
    error = refusal(street)
    assert isinstance(error, RemoteError)
    assert "permissions" in error.hint
    assert street.open_pulls == []


def test_a_wrong_token_is_told_from_a_missing_repository(street: Street) -> None:
    street.bench.token = "stale"  # noqa: S105 - the embedded forge alone knows it
    error = refusal(street)
    assert isinstance(error, RemoteError)
    assert "token" in (error.message + error.hint)


def test_an_unreachable_forge_is_an_error_and_not_an_empty_world(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with bench.world(bench.start()) as (_, endpoint):
        surroundings = bench.surroundings(endpoint)
    with pytest.raises(RemoteError):
        bench.run(endpoint)
    assert surroundings.environment["GITHUB_API_URL"] == endpoint.api_url


def test_actions_that_may_not_open_pull_requests_name_the_setting_and_leave_the_branch_ready(street: Street) -> None:
    street.merge("feat: greet people")
    street.forge.tokens[street.bench.token] = Permission.NO_PULL_REQUESTS
    error = refusal(street)
    assert isinstance(error, RemoteError)
    assert "Allow GitHub Actions to create and approve pull requests" in error.hint
    assert "/compare/main...pilotage/release-main" in error.hint
    street.forge.tokens[street.bench.token] = Permission.WRITE
    run_to_the_end(street)
    assert street.open_pulls == [("pilotage/release-main", "chore(release): 0.2.0")]
