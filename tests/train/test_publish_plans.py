"""Plans of a publish: what is missing and nothing else, applied exactly, and refused when the files changed."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from pilotage.errors import ConflictError, DriftError, PilotageError, RemoteError, UsageError
from pilotage.model.plan import Plan
from pilotage.model.step import Announce, AttachFile, PublishRelease, StartWorkflow, UploadFile
from pilotage.reconcile.applyplan import apply_reviewed
from pilotage.reconcile.bootstrap import Connection
from pilotage.reconcile.publishrun import read_options
from pilotage.reconcile.releasing import plan_folder, plan_tag
from train.publishear import listen
from train.publishyard import ASSETS, DISTS, PUBLISHED, TAG, Site, build_files, check_out, make_drafted, open_site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pilotage.model.step import Step

TABLE = PUBLISHED + '[tool.pilotage.publish]\nafter = ["docs.yml"]\n'


@pytest.fixture
def site(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(make_drafted(tmp_path_factory), tmp_path, TABLE) as site:
        site.variables |= site.with_token
        yield site


def plan_it(site: Site, dist: Path | None = None) -> Plan:
    here = site.surroundings()
    with Connection(here, branch=TAG) as connection:
        plan = plan_tag(connection, TAG, options=read_options(here.environment, dist=dist))
    assert plan is not None
    return plan


def apply_it(site: Site, plan: Plan, *, digest: str | None = None, repo: Path | None = None) -> list[Step]:
    told: list[Step] = []
    apply_reviewed(
        site.surroundings(repo=repo), plan, digest=digest, tell=lambda step, _: told.append(step), dist=site.dist
    )
    return told


def attach_all(site: Site) -> None:
    site.index.read_only = True
    assert site.try_push(**site.with_dist) is not None
    site.index.read_only = False


def test_a_plan_with_files_that_were_looked_over_before_holds_every_step_in_order(site: Site) -> None:
    attach_all(site)
    site.draft.assets.clear()
    site.watch()
    plan = plan_it(site, site.dist)
    assert site.writes == []
    assert [type(step) for step in plan.steps] == [
        *[AttachFile] * 4,
        *[UploadFile] * 2,
        PublishRelease,
        StartWorkflow,
    ]
    assert [step.name for step in plan.steps if isinstance(step, AttachFile)] == list(ASSETS)


def test_a_plan_is_applied_exactly_and_another_one_is_empty(site: Site) -> None:
    attach_all(site)
    site.draft.assets.clear()
    plan = plan_it(site, site.dist)
    assert apply_it(site, plan, digest=plan.digest) == list(plan.steps)
    assert site.assets.keys() == set(ASSETS)
    assert site.on_index == site.built
    assert not site.draft.draft
    assert site.dispatches == [("docs.yml", TAG, {})]
    assert plan_it(site, site.dist).steps == ()
    assert plan_it(site).steps == ()


def test_a_plan_is_applied_twice_without_a_second_effect(site: Site) -> None:
    attach_all(site)
    plan = plan_it(site, site.dist)
    apply_it(site, plan)
    site.watch()
    apply_it(site, plan)
    assert site.writes == []


def test_a_plan_takes_the_files_of_the_release_where_none_are_at_hand(site: Site) -> None:
    attach_all(site)
    site.watch()
    plan = plan_it(site)
    assert site.writes == []
    assert [type(step) for step in plan.steps] == [UploadFile, UploadFile, PublishRelease, StartWorkflow]


def test_a_plan_without_any_files_says_that_a_build_is_needed(site: Site) -> None:
    site.watch()
    plan = plan_it(site)
    assert site.writes == []
    assert plan.steps == ()  # a draft is never published without its files
    assert any("to be built" in notice.text for notice in plan.notices)


def test_a_plan_with_another_digest_is_not_applied(site: Site) -> None:
    plan = plan_it(site, site.dist)
    with pytest.raises(DriftError):
        apply_it(site, plan, digest="0" * 64)


def test_a_plan_whose_files_changed_is_refused_and_nothing_is_sent(site: Site) -> None:
    attach_all(site)
    plan = plan_it(site)
    shutil.rmtree(site.dist)
    build_files(site.folder, text="print('another build')\n")
    site.watch()
    with pytest.raises(PilotageError) as caught:
        apply_it(site, plan)
    assert DISTS[0] in caught.value.message
    assert site.writes == []
    assert site.on_index == {}


def test_a_plan_of_a_release_sends_no_file_that_it_does_not_name(site: Site) -> None:
    attach_all(site)
    plan = plan_it(site)
    (site.dist / "pilotage-dist.json").unlink()
    (site.dist / "demo-0.2.0-py2-none-any.whl").write_bytes((site.dist / DISTS[0]).read_bytes())
    apply_it(site, plan)
    assert site.on_index == site.built


def test_a_plan_is_refused_for_another_repository(site: Site) -> None:
    attach_all(site)
    plan = plan_it(site)
    site.variables["GITHUB_REPOSITORY"] = "acme/other"
    with pytest.raises(PilotageError):
        apply_it(site, plan)


def test_the_plan_of_a_folder_is_applied_exactly(site: Site) -> None:
    checkout = check_out(site, site.folder / "checkout")
    here = site.surroundings(repo=checkout)
    plan = plan_folder(here, read_options(here.environment, dist=site.dist))
    assert [(type(step), step.name) for step in plan.steps if isinstance(step, UploadFile)] == [
        (UploadFile, name) for name in DISTS
    ]
    assert apply_it(site, plan, digest=plan.digest, repo=checkout) == list(plan.steps)
    assert site.on_index == site.built
    assert site.assets == {}
    assert plan_folder(here, read_options(here.environment, dist=site.dist)).steps == ()


def test_the_plan_of_a_folder_whose_files_changed_is_refused(site: Site) -> None:
    checkout = check_out(site, site.folder / "checkout")
    here = site.surroundings(repo=checkout)
    plan = plan_folder(here, read_options(here.environment, dist=site.dist))
    build_files(site.folder, text="print('another build')\n")
    with pytest.raises(UsageError, match="not the file that was planned"):
        apply_it(site, plan, repo=checkout)
    assert site.on_index == {}


def test_a_plan_for_a_release_that_was_deleted_is_refused(site: Site) -> None:
    attach_all(site)
    plan = plan_it(site)
    site.forge.delete_release(site.draft.id)
    with pytest.raises(ConflictError, match=r"draft of v0\.2\.0 is gone"):
        apply_it(site, plan)


def test_a_plan_that_attaches_to_a_release_that_was_deleted_is_refused(site: Site) -> None:
    attach_all(site)
    site.draft.assets.clear()
    plan = plan_it(site, site.dist)
    site.forge.delete_release(site.draft.id)
    with pytest.raises(RemoteError, match=r"release v0\.2\.0 is gone"):
        apply_it(site, plan)
    assert site.on_index == {}


def test_what_a_plan_s_application_could_not_do_is_said_and_its_secrets_are_masked(site: Site) -> None:
    attach_all(site)
    with listen() as ear:
        ear.status = 500
        site.variables["PILOTAGE_SLACK_WEBHOOK"] = f"http://{ear.url}/services/T/B/verysecret"
        plan = plan_it(site)
        assert Announce in {type(step) for step in plan.steps}
        said: list[str] = []
        here = site.surroundings({"PILOTAGE_INDEX_TOKEN": "", **site.with_identity})
        apply_reviewed(here, plan, digest=None, tell=lambda *_: None, dist=site.dist, say=said.append)
    assert site.on_index == site.built
    assert any("slack was not told" in line for line in said)
    masked = [line for line in said if line.startswith("::add-mask::")]
    assert any("pypi-" in line for line in masked)
    assert not [line for line in said if "verysecret" in line and line not in masked]


def test_a_plan_that_uploads_for_a_draft_which_people_publish_is_refused_with_words(site: Site) -> None:
    site.configure("")
    rows = [(name, digest, (site.dist / name).stat().st_size) for name, digest in site.built.items()]
    uploads = tuple(UploadFile(site.at.upload_url, *row) for row in rows)
    plan = Plan("acme/demo", branch="", head="", steps=(*uploads, PublishRelease(site.draft.id, TAG)))
    with pytest.raises(UsageError, match="draft that somebody has still to publish") as caught:
        apply_it(site, plan)
    assert ("new plan" in caught.value.hint, site.on_index, site.draft.draft) == (True, {}, True)
