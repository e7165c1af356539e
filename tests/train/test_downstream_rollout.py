"""A release on its way to repositories of every kind: what becomes of each, and that a run again repeats nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pilotage.errors import ConfigError
from pilotage.model.patience import Patience
from pilotage.reconcile.downstream.scope import Scope
from pilotage.reconcile.downstream.session import Order
from train.downstreamyard import KINDS, Yard, open_yard, publish, pyproject_of, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilotage.reconcile.downstream.session import RolledOut

BRANCH = "pilotage/update-demo"
RAISED = {
    "narrow": ("pyproject.toml", 'demo>=2.0.0,<3",  # ours'),
    "exact": ("requirements.txt", "demo==2.0.0  # steady"),
    "poetry": ("pyproject.toml", 'demo = "^2.0.0"'),
    "group": ("pyproject.toml", 'dev = ["demo==2.0.0"]'),
    "setupcfg": ("setup.cfg", "    demo==2.0.0\n"),
    "docker": ("Dockerfile", "RUN pip install demo==2.0.0\n"),
    "conda": ("environment.yml", "      - demo==2.0.0\n"),
    "git": ("requirements.txt", "demo @ git+https://forge.example/acme/demo@v2.0.0\n"),
}
"""The repositories that get a pull request: the file, and what stands in it then."""


@pytest.fixture
def yard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Yard]:
    with open_yard(tmp_path_factory) as opened:
        yield opened


@pytest.fixture(scope="module")
def rolled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Yard, RolledOut]]:
    """One run over everything, for all promises that only look at it."""
    with open_yard(tmp_path_factory) as opened:
        result = opened.run()
        opened.first = tuple(opened.town.log)
        yield opened, result


def test_every_kind_of_repository_gets_what_is_right_for_it(rolled: tuple[Yard, RolledOut]) -> None:
    proposed = dict.fromkeys(RAISED, ("pull-request", "open"))
    assert rows_of(rolled[1]) == proposed | {
        "ahead": ("respect", "nothing"),
        "archived": ("skip", "nothing"),
        "argument": ("dispatch", "done"),
        "current": ("skip", "nothing"),
        "hidden": ("skip", "failed"),
        "kept": ("respect", "nothing"),
        "locked": ("respect", "nothing"),
        "protected": ("pull-request", "failed"),
        "range": ("dispatch", "done"),
        "readonly": ("pull-request", "failed"),
        "red": ("dispatch", "failed"),
        "unpinned": ("dispatch", "done"),
        "unused": ("skip", "nothing"),
    }


@pytest.mark.parametrize("kind", RAISED)
def test_a_pin_or_range_is_raised_in_place_on_a_branch_of_its_own(rolled: tuple[Yard, RolledOut], kind: str) -> None:
    yard, (path, line) = rolled[0], RAISED[kind]
    changed = yard.file(f"acme/{kind}", path, branch=BRANCH)
    before = KINDS[kind][path]
    assert isinstance(before, str)
    assert line in changed
    assert yard.file(f"acme/{kind}", path) == before
    different = [(a, b) for a, b in zip(before.splitlines(), changed.splitlines(), strict=True) if a != b]
    assert len(different) == 1


@pytest.mark.parametrize("kind", sorted(set(KINDS) - set(RAISED)))
def test_no_other_repository_gets_a_branch_or_a_pull_request(rolled: tuple[Yard, RolledOut], kind: str) -> None:
    forge = rolled[0].town.forge(f"acme/{kind}")
    assert (forge.realm.git.branch(BRANCH), forge.realm.state.pulls) == (None, [])


def test_a_pull_request_marks_the_break_and_carries_the_upgrade_path(rolled: tuple[Yard, RolledOut]) -> None:
    (pull,) = rolled[0].town.forge("acme/narrow").realm.state.pulls
    assert pull.title == "build(deps): update demo to 2.0.0 (breaking)"
    assert pull.body is not None
    assert "### Upgrade path" in pull.body
    assert 'greet("you")' in pull.body
    assert "@octocat" not in pull.body


def test_a_rebuild_is_given_the_version(rolled: tuple[Yard, RolledOut]) -> None:
    (dispatched,) = rolled[0].town.forge("acme/argument").realm.state.dispatches
    assert (dispatched.ref, dispatched.payload) == ("main", {"version": "2.0.0"})


def test_one_issue_in_the_released_repository_says_how_each_stands(rolled: tuple[Yard, RolledOut]) -> None:
    (issue,) = rolled[0].source.realm.state.issues
    assert (issue.title, issue.state) == ("Downstream of demo 2.0.0", "open")
    assert issue.body is not None
    assert all(f"acme/{kind}" in issue.body for kind in KINDS)


def test_no_more_than_six_requests_are_spent_on_a_repository(rolled: tuple[Yard, RolledOut]) -> None:
    yard, spent = rolled[0], dict.fromkeys(KINDS, 0)
    for request in yard.first:
        variables = request.body.get("variables", {}) if isinstance(request.body, dict) else {}
        asked = request.path.split("/")[3:4] if request.kind == "rest" else [variables.get("name")]
        asked += [kind for kind in KINDS if variables.get("repository") == yard.node_id(f"acme/{kind}")]
        for kind in spent:
            spent[kind] += kind in asked
    assert spent["exact"] == spent["unpinned"] == 6
    assert spent.pop("protected") == 7  # where a branch is refused, it is looked at once more
    assert max(spent.values()) == 6


def test_a_run_again_repeats_nothing(rolled: tuple[Yard, RolledOut]) -> None:
    yard, first = rolled
    before = yard.town.world()
    again = yard.run()
    assert yard.town.world() == before
    assert [(row.repository, row.how, row.state) for row in again.rows] == [
        (row.repository, row.how, row.state) for row in first.rows
    ]


def test_one_repository_alone_is_followed_up_when_it_is_asked_for(yard: Yard) -> None:
    rolled = yard.run(Order(scope=Scope(only=("acme/exact",))))
    assert rows_of(rolled) == {"exact": ("pull-request", "open")}
    assert yard.source.realm.state.issues == []
    others = [kind for kind in KINDS if yard.town.forge(f"acme/{kind}").realm.state.pulls]
    assert others == ["exact"]


def test_the_parts_of_a_matrix_do_together_what_one_run_does(yard: Yard) -> None:
    names = '"acme/exact", "acme/range", "acme/poetry", "acme/kept"'
    yard.configure(f'repositories = [{names}]\nworkflow = "rebuild.yml"\nper-job = 2\n')
    shards = yard.run(Order(is_dry=True)).shards
    assert shards == ("1/2", "2/2")
    seen: list[str] = []
    for number in (1, 2):
        seen += rows_of(yard.run(Order(scope=Scope(shard=number, shards=2))))
    assert sorted(seen) == ["exact", "kept", "poetry", "range"]
    assert yard.source.realm.state.issues == []
    report = yard.run(Order(is_report=True))
    assert {state for _, state in rows_of(report).values()} == {"open", "done", "nothing"}
    assert len(yard.source.realm.state.issues) == 1
    assert yard.run(Order(is_dry=True)).shards == ()


def test_a_second_release_updates_the_pull_request_of_the_first(yard: Yard) -> None:
    yard.configure('repositories = ["acme/exact", "acme/range"]\nworkflow = "rebuild.yml"\n')
    yard.run()
    yard.release("2.1.0")
    yard.run()
    (pull,) = yard.town.forge("acme/exact").realm.state.pulls
    assert pull.title == "build(deps): update demo to 2.1.0 (breaking)"
    assert "demo==2.1.0" in yard.file("acme/exact", "requirements.txt", branch=BRANCH)


def test_an_older_release_that_is_still_rolling_out_lowers_nothing(yard: Yard) -> None:
    yard.configure('repositories = ["acme/exact"]\n')
    yard.release("2.1.0")
    yard.run()
    before = yard.town.world()
    older = yard.run(Order("v2.0.0"))
    assert yard.town.world() == before
    assert rows_of(older) == {"exact": ("pull-request", "open")}


def test_what_people_committed_on_the_branch_stays(yard: Yard) -> None:
    yard.configure('repositories = ["acme/exact"]\n')
    yard.run()
    forge = yard.town.forge("acme/exact")
    forge.push(BRANCH, {"fix.py": "pass\n"}, "fix: what the break needs")
    yard.run()
    assert yard.file("acme/exact", "fix.py", branch=BRANCH) == "pass\n"
    yard.release("2.1.0")
    yard.run()
    assert yard.file("acme/exact", "fix.py", branch=BRANCH) == "pass\n"
    assert "demo==2.1.0" in yard.file("acme/exact", "requirements.txt", branch=BRANCH)


def test_a_pull_request_that_people_closed_comes_back_with_the_next_release_only(yard: Yard) -> None:
    yard.configure('repositories = ["acme/exact"]\n')
    yard.run()
    forge = yard.town.forge("acme/exact")
    forge.close_pull_request(1)
    assert rows_of(yard.run()) == {"exact": ("respect", "nothing")}
    yard.release("2.1.0")
    assert rows_of(yard.run()) == {"exact": ("pull-request", "open")}
    assert [pull.state for pull in forge.realm.state.pulls] == ["closed", "open"]


def test_a_rebuild_follows_the_merge_of_a_pull_request(yard: Yard) -> None:
    yard.configure('repositories = [{ name = "acme/exact", workflow = "rebuild.yml" }]\n')
    forge = yard.town.forge("acme/exact")
    forge.push("main", {".github/workflows/rebuild.yml": KINDS["red"][".github/workflows/rebuild.yml"]}, "ci: rebuild")
    assert rows_of(yard.run()) == {"exact": ("pull-request", "open")}
    forge.merge_pull_request(1)
    assert rows_of(yard.run()) == {"exact": ("dispatch", "done")}
    assert yard.runs("acme/exact") == 1


def test_a_red_run_is_started_again_only_when_people_ask(yard: Yard) -> None:
    yard.configure('repositories = ["acme/red"]\nworkflow = "rebuild.yml"\n')
    yard.run()
    yard.run()
    assert yard.runs("acme/red") == 1
    yard.town.forge("acme/red").realm.state.runs_end = "success"
    rolled = yard.run(Order(scope=Scope(retry=True)))
    assert (rows_of(rolled), yard.runs("acme/red")) == ({"red": ("dispatch", "done")}, 2)


def test_topics_and_searches_find_repositories_and_never_more_than_the_allow_list(yard: Yard) -> None:
    stranger = yard.town.add("stranger", "flow")
    stranger.push("main", KINDS["exact"], "chore: begin")
    for name in ("acme/exact", "acme/range", "stranger/flow"):
        yard.town.forge(name).settings.topics = ("uses-demo",)
    yard.configure('topics = ["uses-demo"]\nsearch = ["topic:uses-demo"]\nallow = ["acme/ex*"]\n')
    assert rows_of(yard.run()) == {"exact": ("pull-request", "open")}
    assert stranger.realm.state.pulls == []


def test_a_preview_of_a_version_that_is_to_come_changes_nothing(yard: Yard) -> None:
    before = yard.town.world()
    rolled = yard.run(Order("v3.0.0", is_dry=True))
    assert rows_of(rolled)["range"] == ("pull-request", "planned")
    assert yard.town.world() == before


def test_nothing_happens_for_a_draft(yard: Yard) -> None:
    (release,) = [one for one in yard.source.realm.state.releases if one.tag_name == "v2.0.0"]
    release.draft, release.published_at = True, ""
    before = yard.town.world()
    assert yard.run(Order("v2.0.0")).notice == "nothing to do: v2.0.0 is not published yet"
    assert yard.town.world() == before


def test_the_release_that_goes_out_by_itself_is_the_highest_and_not_the_last_one(yard: Yard) -> None:
    yard.configure('repositories = ["acme/exact"]\n')
    yard.source.push("1.x", {"pyproject.toml": pyproject_of("1.3.1")}, "chore(release): 1.3.1", base="v1.3.0")
    publish(yard.source, "1.3.1", "### Fixes\n\n- greet again\n", at="1.x")
    assert str(yard.run(Order(is_dry=True)).rollout.wanted.version) == "2.0.0"
    assert str(yard.run(Order("v1.3.1", is_dry=True)).rollout.wanted.version) == "1.3.1"


def test_a_package_that_is_not_the_release_s_own_is_refused(yard: Yard) -> None:
    yard.configure('repositories = ["acme/exact"]\npackage = "other"\n')
    with pytest.raises(ConfigError, match="package is 'other', but the release is one of 'demo'"):
        yard.run()


def test_a_report_says_of_what_is_left_that_it_was_not_done(yard: Yard) -> None:
    yard.configure('repositories = ["acme/exact", "acme/kept"]\n')
    rolled = yard.run(Order(is_report=True))
    assert rows_of(rolled) == {"exact": ("pull-request", "failed"), "kept": ("respect", "nothing")}
    assert rolled.rows[0].reason.startswith("it was not done, and the log of its job says why; ==1.3.0")
    assert yard.town.forge("acme/exact").realm.state.pulls == []


def test_a_refusal_says_what_to_do_first(rolled: tuple[Yard, RolledOut]) -> None:
    reasons = {row.repository: row.reason for row in rolled[1].rows}
    assert reasons["acme/readonly"].startswith("The token may not do this to acme/readonly. Grant `contents: write`")
    assert reasons["acme/protected"].startswith("A ruleset or a branch protection there forbids it.")
    assert "http" not in reasons["acme/readonly"] + reasons["acme/protected"]


def test_the_overview_keeps_up_while_rebuilds_are_on_their_way(yard: Yard) -> None:
    yard.configure('repositories = ["acme/range", "acme/unpinned"]\nworkflow = "rebuild.yml"\nat-once = 1\n')
    yard.poll = Patience(first_wait=45.0, longest_wait=45.0)
    for name in ("acme/range", "acme/unpinned"):
        yard.town.forge(name).realm.state.runs_take = 2
    yard.run()
    bodies = [
        str(request.body["body"])
        for request in yard.town.log
        if isinstance(request.body, dict) and "/issues" in request.path and "body" in request.body
    ]
    assert ["1 rebuilt, 1 planned" in body for body in bodies].count(True) == 1
    assert "2 rebuilt" in bodies[-1]
    assert len(bodies) <= 4
