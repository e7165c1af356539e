"""What people are told of a rollout: one overview that is kept up to date, and its totals once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pilotage.model.patience import Patience
from pilotage.reconcile.downstream.scope import Scope
from pilotage.reconcile.downstream.session import Order
from pilotage.sandbox.forge.faults import Fault, FaultKind
from train.downstreamvillage import BRANCH, alike, open_village
from train.downstreamyard import publish, pyproject_of, rows_of
from train.publishear import Ear, listen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilotage.reconcile.downstream.session import RolledOut
    from pilotage.sandbox.forge.log import Request
    from pilotage.sandbox.forge.records import Issue
    from train.downstreamvillage import Village

KINDS = ("exact", "kept", "unpinned")


@pytest.fixture
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Village]:
    with open_village(tmp_path_factory, *KINDS) as opened:
        yield opened


@pytest.fixture(scope="module")
def speaker() -> Iterator[Ear]:
    with listen() as ear:
        yield ear


@pytest.fixture
def ear(speaker: Ear, village: Village) -> Ear:
    """Let somebody listen to the village."""
    speaker.heard.clear()
    speaker.status = 200
    village.variables["PILOTAGE_SLACK_WEBHOOK"] = f"http://{speaker.url}/services/T/B/secret"
    return speaker


def issues_of(yard: Village) -> list[Issue]:
    return yard.source.realm.state.issues


def rule(yard: Village, extra: str) -> None:
    """Configure the village with something beside its repositories."""
    names = ", ".join(f'"acme/{kind}"' for kind in KINDS)
    yard.configure(f'repositories = [{names}]\nworkflow = "rebuild.yml"\n{extra}')


def notes_of(yard: Village, tag: str = "v2.0.0") -> str:
    (release,) = [one for one in yard.source.realm.state.releases if one.tag_name == tag]
    return release.body or ""


def test_the_overview_is_written_before_the_first_change_and_at_the_end(village: Village) -> None:
    bodies: list[str] = []

    def hook(request: Request) -> None:
        if request.path == "/repos/acme/exact/pulls":
            bodies.extend(issue.body or "" for issue in issues_of(village))

    village.town.before_request = hook
    village.run()
    (early,), (issue,) = bodies, issues_of(village)
    assert "to be proposed" in early
    assert "to be rebuilt" in early
    assert "pull request to merge" in (issue.body or "")
    assert (issue.title, issue.state) == ("Downstream of demo 2.0.0", "open")


def test_the_overview_is_closed_once_everything_is_done_and_opened_by_the_next_release(village: Village) -> None:
    village.run()
    village.town.forge("acme/exact").merge_pull_request(1)
    village.run()
    (issue,) = issues_of(village)
    assert issue.state == "closed"
    village.release("2.1.0")
    village.run()
    (issue,) = issues_of(village)
    assert (issue.title, issue.state) == ("Downstream of demo 2.1.0", "open")


def test_the_run_of_an_older_release_leaves_the_overview_of_the_newer_one(village: Village, ear: Ear) -> None:
    village.release("2.1.0")
    village.run()
    heard = len(ear.heard)
    before = alike(village)
    village.run(Order("v2.0.0"))
    assert alike(village) == before
    assert len(ear.heard) == heard


def test_a_maintenance_release_reaches_those_who_lag_behind_and_leaves_the_overview(village: Village) -> None:
    village.run(Order(scope=Scope(only=("acme/unpinned",))))
    village.source.push("1.x", {"pyproject.toml": pyproject_of("1.3.1")}, "chore(release): 1.3.1", base="v1.3.0")
    publish(village.source, "1.3.1", "### Fixes\n\n- late\n", at="1.x")
    rolled = village.run(Order("v1.3.1"))
    assert rows_of(rolled)["exact"] == ("pull-request", "open")
    assert "demo==1.3.1" in village.file("acme/exact", "requirements.txt", branch=BRANCH)
    assert issues_of(village) == []


def test_a_run_that_is_overtaken_while_it_waits_leaves_overview_and_news_to_the_newer_one(
    village: Village, ear: Ear
) -> None:
    """The older run waits for its rebuild; meanwhile the next release goes out and comes to its end."""
    village.poll = Patience(first_wait=40.0, longest_wait=40.0)
    village.town.forge("acme/unpinned").runs_take = 6
    newer: list[RolledOut] = []

    def hook(request: Request) -> None:
        if request.operation == "Runs" and not newer:
            village.town.before_request = None
            village.release("2.1.0")
            newer.append(village.run())

    village.town.before_request = hook
    older = village.run(Order("v2.0.0"))
    assert (rows_of(newer[0])["unpinned"], older.rollout.wanted.tag) == (("dispatch", "done"), "v2.0.0")
    (issue,) = issues_of(village)
    assert issue.title == "Downstream of demo 2.1.0"
    assert ["demo 2.1.0: " in text for text in ear.texts] == [True]
    assert "demo==2.1.0" in village.file("acme/exact", "requirements.txt", branch=BRANCH)


def test_whether_a_newer_one_is_out_is_not_known_while_github_is_out_of_reach(village: Village) -> None:
    village.poll = Patience(first_wait=90.0, longest_wait=90.0)

    def hook(request: Request) -> None:
        if request.operation == "Runs":
            past = Fault(FaultKind.SERVER_ERROR, match=lambda struck: struck.operation == "Past", times=10_000)
            village.town.faults = [past]

    village.town.before_request = hook
    assert village.run().warnings == ()
    (issue,) = issues_of(village)
    assert "pull request to merge" in (issue.body or "")
    assert "being rebuilt" not in (issue.body or "")


def test_a_report_that_is_switched_off_is_not_written(village: Village) -> None:
    rule(village, 'report = "off"\n')
    rolled = village.run()
    assert (issues_of(village), rolled.overview_url, rolled.warnings) == ([], "", ())


def test_a_repository_without_issues_is_warned_of_and_the_rollout_goes_on(village: Village) -> None:
    village.source.realm.state.settings.has_issues = False
    rolled = village.run()
    assert rows_of(rolled)["exact"] == ("pull-request", "open")
    assert len(rolled.warnings) == 1
    assert rolled.warnings[0].startswith("the overview was not written: acme/demo: issues are switched off there")


def test_an_overview_that_is_written_in_the_end_needs_no_warning(village: Village) -> None:
    posts = Fault(FaultKind.SERVER_ERROR, match=lambda request: request.path.endswith("/demo/issues"), times=4)
    village.town.faults = [posts]
    assert village.run().warnings == ()
    assert len(issues_of(village)) == 1


def test_nobody_is_told_while_something_is_under_way_and_everybody_once_it_is_not(village: Village, ear: Ear) -> None:
    rule(village, "wait-minutes = 0\n")
    village.run()
    assert ear.texts == []
    village.run()
    (text,) = ear.texts
    assert "demo 2.0.0: 3 repositories: 1 rebuilt, 1 pull request, 1 left as it is" in text
    assert "/acme/demo/issues/1" in text
    village.run()
    assert len(ear.heard) == 1
    assert notes_of(village).count("downstream/slack") == 1


def test_the_totals_of_each_release_are_told(village: Village, ear: Ear) -> None:
    village.run()
    village.release("2.1.0")
    village.run()
    assert len(ear.heard) == 2
    assert ("demo 2.0.0: " in ear.texts[0], "demo 2.1.0: " in ear.texts[1]) == (True, True)


def test_a_release_that_moves_nobody_is_no_news(village: Village, ear: Ear) -> None:
    village.configure('repositories = ["acme/kept"]\n')
    village.run()
    assert ear.texts == []


def test_without_an_overview_the_message_leads_to_the_release(village: Village, ear: Ear) -> None:
    rule(village, 'report = "off"\n')
    village.run()
    (text,) = ear.texts
    assert "/acme/demo/releases/tag/v2.0.0" in text


def test_whoever_does_not_listen_is_a_warning_and_is_told_by_the_next_run(village: Village, ear: Ear) -> None:
    ear.status = 403
    rolled = village.run()
    assert len(rolled.warnings) == 1
    assert rolled.warnings[0].startswith("slack was not told: ")
    ear.status = 200
    ear.heard.clear()
    assert village.run().warnings == ()
    assert len(ear.heard) == 1


def test_one_repository_alone_and_a_part_of_all_tell_nobody(village: Village, ear: Ear) -> None:
    village.run(Order(scope=Scope(only=("acme/exact",))))
    village.run(Order(scope=Scope(shard=1, shards=1)))
    assert (issues_of(village), ear.texts) == ([], [])
    village.run(Order(is_report=True))
    assert (len(issues_of(village)), len(ear.texts)) == (1, 1)
