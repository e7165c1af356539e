from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from pilotage.domains.downstream.deciding import decide, judge_rebuild
from pilotage.domains.downstream.pulltext import TRAILER
from pilotage.domains.release_pr import TREE_TRAILER
from pilotage.model.downstream import Change, Found, Reference, Rollout, Sight, Standing, Usage, Wanted
from pilotage.model.downstreamrules import DownstreamRepository, DownstreamRules
from pilotage.model.project import FileEdit
from pilotage.model.remote import PullRequest, ReleaseBranch, WorkflowRun
from pilotage.model.step import RaiseRequirement, StartRebuild
from pilotage.model.version import Version

if TYPE_CHECKING:
    from pilotage.domains.downstream.decision import Decision

FOUND = Found("acme/flow", id="R1", branch="main", head="h" * 40, tree="t" * 40)
SINCE = "2026-05-01T10:00:00Z"
ROLLOUT = Rollout(
    wanted=Wanted("demo-kit", Version("1.3.0"), "v1.3.0", repository="github.com/acme/demo"),
    package="Demo_Kit",
    repository="acme/demo",
    web_url="https://github.com/acme/demo",
    since=SINCE,
    url="https://github.com/acme/demo/releases/tag/v1.3.0",
)
NOTHING = Usage()
REBUILT = DownstreamRules(workflow="image.yml", inputs={"v": "{package}=={version} {tag}"})
PLAIN = DownstreamRules()
BY_HAND = DownstreamRules(update="pull-request", workflow="image.yml")
ONLY_REBUILT = DownstreamRules(update="dispatch", workflow="image.yml")
LOCKING = DownstreamRules(lock_workflow="lock.yml")


def place(standing: Standing, before: str = "", **more: object) -> Reference:
    fields: dict[str, object] = {"path": "pyproject.toml", "line": 7} | more
    changes = (Change(0, 1, "==1.3.0"),) if standing in {"exact", "excludes", "argument"} else ()
    return Reference(standing=standing, before=before, **({"changes": changes} | fields))  # type: ignore[arg-type]


EXACT = place(Standing.EXACT, "==1.2.3")
STUCK = place(Standing.EXACT, "==1.2.3", changes=(), why="it is built from pieces")
EXCLUDES = place(Standing.EXCLUDES, ">=1,<1.3", line=8)
ADMITS = place(Standing.ADMITS, ">=1")
UNPINNED = place(Standing.UNPINNED, path="Dockerfile", line=3)
CURRENT = place(Standing.CURRENT, "==1.3.0")
AHEAD = place(Standing.AHEAD, "==2.0", line=9)
KEPT = place(Standing.KEPT, "==1.0", why="pilotage: keep (old API)", line=10)
ARGUMENT = place(Standing.ARGUMENT, "1.2.3", path="Dockerfile", line=1)
FIXED_ARGUMENT = place(Standing.ARGUMENT, "1.2.3", path="Dockerfile", line=1, changes=(), why="two stages share it")
LOCKED = place(Standing.LOCKED, "1.2.3", path="uv.lock", why="uv lock --upgrade-package demo-kit brings it up to date")
IN_WORKFLOW = place(
    Standing.EXACT, "==1.2.3", path=".github/workflows/ci.yml", changes=(), why="workflows are never edited"
)
UNCLEAR = place(Standing.UNCLEAR, "$X", path="setup.py", why="an expression")

RULES = {
    "plain": PLAIN,
    "rebuilt": REBUILT,
    "by hand": BY_HAND,
    "only rebuilt": ONLY_REBUILT,
    "locking": LOCKING,
    "locking and rebuilt": DownstreamRules(lock_workflow="lock.yml", workflow="image.yml"),
    "only rebuilt, locking": DownstreamRules(update="dispatch", lock_workflow="lock.yml", workflow="image.yml"),
    "kept": DownstreamRules(keep=("acme/*",), workflow="image.yml"),
}

REMARKS = (
    "==1.2.3 (pyproject.toml line 7), ==1.2.3 (.github/workflows/ci.yml line 7) keeps 1.3.0 out; "
    "==1.2.3 (.github/workflows/ci.yml line 7) stays: workflows are never edited; "
    "$X (setup.py line 7) cannot be read: an expression"
)
EDITS = (FileEdit("pyproject.toml", "new"),)


def using(*references: Reference, unread: tuple[str, ...] = ()) -> Usage:
    return Usage(references, EDITS if any(one.changes for one in references) else (), unread)


def decided(
    usage: Usage,
    rules: DownstreamRules = PLAIN,
    branch_usage: Usage | None = None,
    *,
    rollout: Rollout = ROLLOUT,
    retry: bool = False,
    **sight: object,
) -> Decision:
    files = {"pyproject.toml": "old", ".github/workflows/image.yml": "on: workflow_dispatch\n"}
    seen = Sight(**({"found": FOUND, "files": files} | sight))  # type: ignore[arg-type]
    return decide(seen, usage, branch_usage, rules, rollout, retry=retry)


def raised(
    usage: Usage, branch_usage: Usage | None = None, rules: DownstreamRules = PLAIN, **sight: object
) -> RaiseRequirement:
    step = decided(usage, rules, branch_usage, **sight).step  # type: ignore[arg-type]  # the sight's fields
    assert isinstance(step, RaiseRequirement)
    return step


@pytest.mark.parametrize(
    ("references", "rules", "expected"),
    [
        # nothing, kept, newer
        ((), "plain", ("skip", "nothing", "does not use Demo_Kit")),
        ((), "rebuilt", ("skip", "nothing", "does not use Demo_Kit")),
        ((EXACT,), "kept", ("respect", "nothing", "[tool.pilotage.downstream] keeps it as it is")),
        (
            (EXACT, KEPT),
            "plain",
            ("respect", "nothing", "==1.0 (pyproject.toml line 10) is kept on purpose: pilotage: keep (old API)"),
        ),
        ((KEPT,), "only rebuilt", ("respect", "nothing", "==1.0 (pyproject.toml line 10) is kept on purpose: ")),
        ((EXACT, AHEAD), "plain", ("respect", "nothing", "==2.0 (pyproject.toml line 9) asks for something newer")),
        ((AHEAD,), "rebuilt", ("respect", "nothing", "==2.0 (pyproject.toml line 9) asks for something newer")),
        # a pin, or a range that keeps it out
        ((EXACT,), "plain", ("pull-request", "planned", "==1.2.3 (pyproject.toml line 7) keeps 1.3.0 out")),
        ((EXACT,), "rebuilt", ("pull-request", "planned", "==1.2.3 (pyproject.toml line 7) keeps 1.3.0 out")),
        ((EXCLUDES, ADMITS), "by hand", ("pull-request", "planned", ">=1,<1.3 (pyproject.toml line 8) keeps 1.3.0 ")),
        (
            (EXACT, EXCLUDES),
            "plain",
            ("pull-request", "planned", "==1.2.3 (pyproject.toml line 7), >=1,<1.3 (pyproject.toml line 8) keeps "),
        ),
        (
            (EXACT, UNPINNED),
            "only rebuilt",
            ("respect", "nothing", "==1.2.3 (pyproject.toml line 7) keeps 1.3.0 out: a rebuild would install the same"),
        ),
        ((IN_WORKFLOW, UNPINNED), "only rebuilt", ("respect", "nothing", "==1.2.3 (.github/workflows/ci.yml line 7)")),
        (
            (STUCK, EXCLUDES),
            "plain",
            ("pull-request", "failed", "==1.2.3 (pyproject.toml line 7) cannot be edited: it is built from pieces"),
        ),
        (
            (EXACT, IN_WORKFLOW, UNCLEAR),
            "plain",
            (
                "pull-request",
                "planned",
                REMARKS,
            ),
        ),
        # an argument of a build
        ((ARGUMENT,), "rebuilt", ("dispatch", "planned", "1.2.3 (Dockerfile line 1) is given 1.3.0 by the rebuild")),
        ((ARGUMENT, UNPINNED), "only rebuilt", ("dispatch", "planned", "1.2.3 (Dockerfile line 1) is given 1.3.0 ")),
        ((ARGUMENT,), "plain", ("pull-request", "planned", "1.2.3 (Dockerfile line 1) keeps 1.3.0 out")),
        ((ARGUMENT,), "by hand", ("pull-request", "planned", "1.2.3 (Dockerfile line 1) keeps 1.3.0 out")),
        ((FIXED_ARGUMENT, EXACT), "rebuilt", ("pull-request", "planned", "1.2.3 (Dockerfile line 1), ==1.2.3 (pyproj")),
        ((FIXED_ARGUMENT, EXACT), "plain", ("pull-request", "failed", "1.2.3 (Dockerfile line 1) cannot be edited: ")),
        ((ARGUMENT, EXACT), "rebuilt", ("pull-request", "planned", "1.2.3 (Dockerfile line 1), ==1.2.3 (pyproject")),
        # everything admits it
        ((UNPINNED,), "rebuilt", ("dispatch", "planned", "any version (Dockerfile line 3) admits 1.3.0")),
        ((ADMITS,), "only rebuilt", ("dispatch", "planned", ">=1 (pyproject.toml line 7) admits 1.3.0")),
        ((CURRENT,), "rebuilt", ("dispatch", "planned", "==1.3.0 (pyproject.toml line 7) asks for it already")),
        ((ADMITS,), "plain", ("skip", "nothing", ">=1 (pyproject.toml line 7) admits 1.3.0; its next build takes it")),
        ((UNPINNED,), "by hand", ("skip", "nothing", "any version (Dockerfile line 3) admits 1.3.0; its next build")),
        ((CURRENT,), "plain", ("skip", "nothing", "asks for it already")),
        # locks
        (
            (ADMITS, LOCKED),
            "plain",
            ("respect", "nothing", "1.2.3 (uv.lock line 7): uv lock --upgrade-package demo-kit brings it up to date"),
        ),
        ((LOCKED,), "by hand", ("respect", "nothing", "1.2.3 (uv.lock line 7): uv lock --upgrade-package demo-kit ")),
        ((ADMITS, LOCKED), "locking", ("dispatch", "planned", "lock.yml refreshes its lock; 1.2.3 (uv.lock line 7): ")),
        ((LOCKED,), "locking and rebuilt", ("dispatch", "planned", "lock.yml refreshes its lock; 1.2.3 (uv.lock ")),
        ((CURRENT,), "locking and rebuilt", ("dispatch", "planned", "==1.3.0 (pyproject.toml line 7) asks for it ")),
        (
            (ADMITS, LOCKED),
            "rebuilt",
            ("dispatch", "planned", ">=1 (pyproject.toml line 7) admits 1.3.0; 1.2.3 (uv.lock line 7): uv lock "),
        ),
        ((LOCKED,), "only rebuilt", ("dispatch", "planned", "1.2.3 (uv.lock line 7): uv lock --upgrade-package")),
        ((LOCKED,), "only rebuilt, locking", ("dispatch", "planned", "1.2.3 (uv.lock line 7): uv lock --upgrade-pack")),
        ((EXACT, LOCKED), "locking", ("pull-request", "planned", "==1.2.3 (pyproject.toml line 7) keeps 1.3.0 out; ")),
        # what only people can do
        (
            (IN_WORKFLOW, ADMITS),
            "plain",
            ("pull-request", "failed", "==1.2.3 (.github/workflows/ci.yml line 7) stays: workflows are never edited"),
        ),
        ((IN_WORKFLOW,), "rebuilt", ("pull-request", "failed", "==1.2.3 (.github/workflows/ci.yml line 7) stays: ")),
        ((IN_WORKFLOW, UNPINNED), "rebuilt", ("dispatch", "planned", "any version (Dockerfile line 3) admits 1.3.0; ")),
        (
            (msgspec.structs.replace(IN_WORKFLOW, changes=EXACT.changes),),
            "plain",
            ("pull-request", "planned", "==1.2.3 (.github/workflows/ci.yml line 7) keeps 1.3.0 out"),
        ),
        ((UNCLEAR,), "plain", ("pull-request", "failed", "$X (setup.py line 7) cannot be read: an expression")),
        ((UNCLEAR,), "rebuilt", ("dispatch", "planned", "$X (setup.py line 7) cannot be read: an expression")),
    ],
)
def test_each_kind_of_use_has_its_row(
    references: tuple[Reference, ...], rules: str, expected: tuple[str, str, str]
) -> None:
    decision = decided(using(*references), RULES[rules])
    assert expected[:2] == (decision.row.how, decision.row.state)
    assert decision.row.reason.startswith(expected[2])
    assert decision.row.repository == "acme/flow"
    assert (decision.step is not None) == (expected[1] == "planned")
    kinds = {"dispatch": StartRebuild, "pull-request": RaiseRequirement}
    assert decision.step is None or isinstance(decision.step, kinds[expected[0]])
    after = "1.3.0" if expected[1] == "planned" else decision.row.before
    assert after == decision.row.after


def test_a_repository_that_was_not_seen_has_failed_with_the_reason() -> None:
    found = Found("acme/gone", problem="there is none, or this token does not see it\n::error::x")
    row = decided(NOTHING, found=found).row
    assert (row.how, row.state) == ("skip", "failed")
    assert row.reason == "there is none, or this token does not see it⟨U+000A⟩::error::x"


def test_an_archived_repository_is_skipped_whatever_it_asks_for() -> None:
    decision = decided(using(EXACT), found=msgspec.structs.replace(FOUND, is_archived=True))
    assert decision.step is None
    assert (decision.row.how, decision.row.state) == ("skip", "nothing")
    assert decision.row.reason == "archived: nothing in it can be changed"


def test_what_could_not_be_read_is_never_taken_for_not_used() -> None:
    row = decided(Usage(unread=("setup.py: not Python",))).row
    assert (row.how, row.state) == ("skip", "failed")
    assert row.reason == "whether it uses the package is not known; could not be read: setup.py: not Python"


def test_what_could_not_be_read_is_said_beside_what_could() -> None:
    reasons = [decided(using(one, unread=("setup.py: not Python",))).row.reason for one in (EXACT, ADMITS, CURRENT)]
    assert all(reason.endswith("; could not be read: setup.py: not Python") for reason in reasons)


def test_a_release_that_is_to_come_is_decided_about_as_if_it_were_out() -> None:
    rollout = msgspec.structs.replace(ROLLOUT, since="")
    run = WorkflowRun(1, "workflow_dispatch", "main", "c", is_done=True, conclusion="success", created_at="2026")
    decision = decided(using(UNPINNED), REBUILT, rollout=rollout, runs=(run,))
    assert decision.row.state == "planned"
    assert isinstance(decision.step, StartRebuild)
    assert decision.step.since == ""


def test_a_rebuild_is_started_with_the_release_s_own_words() -> None:
    decision = decided(using(UNPINNED), REBUILT, found=msgspec.structs.replace(FOUND, branch="next"))
    assert decision.step == StartRebuild(
        repository="acme/flow",
        tag="v1.3.0",
        workflow="image.yml",
        ref="next",
        inputs={"v": "Demo_Kit==1.3.0 v1.3.0"},
        since=SINCE,
        before="",
        reason="any version (Dockerfile line 3) admits 1.3.0",
    )


def test_a_lock_workflow_is_started_without_inputs() -> None:
    step = decided(using(ADMITS, LOCKED), LOCKING).step
    assert isinstance(step, StartRebuild)
    assert (step.workflow, step.ref, step.inputs) == ("lock.yml", "main", {})


def test_a_repository_s_own_rules_decide() -> None:
    own = DownstreamRepository("Acme/Flow", update="dispatch", workflow="own.yml")
    step = decided(using(ADMITS), DownstreamRules(repositories=(own,))).step
    assert isinstance(step, StartRebuild)
    assert (step.workflow, step.inputs) == ("own.yml", {"version": "1.3.0"})


def run(conclusion: str, created_at: str = "2026-05-01T10:00:00Z", number: int = 5) -> WorkflowRun:
    return WorkflowRun(
        number,
        "workflow_dispatch",
        "main",
        "c",
        is_done=bool(conclusion),
        conclusion=conclusion,
        url=f"https://github.com/acme/flow/actions/runs/{number}",
        created_at=created_at,
    )


@pytest.mark.parametrize(
    ("conclusion", "state"),
    [
        ("", "running"),
        ("success", "done"),
        ("neutral", "done"),
        ("failure", "failed"),
        ("cancelled", "failed"),
        ("timed_out", "failed"),
        ("skipped", "failed"),
        ("action_required", "failed"),
        ("gone", "failed"),
    ],
)
def test_a_run_since_the_release_is_the_rebuild_whoever_started_it(conclusion: str, state: str) -> None:
    assert judge_rebuild(run(conclusion)) == state
    decision = decided(using(UNPINNED), REBUILT, runs=(run(conclusion), run("success", "2026-04-01T10:00:00Z", 4)))
    assert decision.step is None
    row = decision.row
    assert (row.how, row.state, row.after) == ("dispatch", state, "1.3.0")
    assert row.url == "https://github.com/acme/flow/actions/runs/5"
    words = f"image.yml ended with {conclusion}: look at it and run it again there; " if state == "failed" else ""
    assert row.reason == f"{words}any version (Dockerfile line 3) admits 1.3.0"


def test_a_run_from_before_the_release_does_not_count() -> None:
    decision = decided(using(UNPINNED), REBUILT, runs=(run("success", "2026-05-01T09:59:59Z"), run("")))
    assert decision.row.state == "running"
    assert isinstance(decided(using(UNPINNED), REBUILT, runs=(run("", "2026-05-01T09:59:59Z"),)).step, StartRebuild)


def test_the_newest_run_since_the_release_decides() -> None:
    runs = (run("success", "2026-05-02T00:00:00Z", 6), run("failure"))
    assert decided(using(UNPINNED), REBUILT, runs=runs).row.state == "done"
    assert decided(using(UNPINNED), REBUILT, runs=tuple(reversed(runs))).row.state == "failed"


def test_a_rebuild_that_failed_is_started_again_only_when_people_ask() -> None:
    decision = decided(using(UNPINNED), REBUILT, runs=(run("failure"),), retry=True)
    assert isinstance(decision.step, StartRebuild)
    assert decision.step.retries
    assert decision.step.since == SINCE
    assert decision.row.state == "planned"
    assert decision.row.reason.startswith("image.yml ended with failure and is started again; ")
    for conclusion in ("success", ""):
        assert decided(using(UNPINNED), REBUILT, runs=(run(conclusion),), retry=True).step is None
    first = decided(using(UNPINNED), REBUILT, retry=True).step
    assert isinstance(first, StartRebuild)
    assert not first.retries


def ours(version: str = "1.2.9", *, text: str = "older", tree: str = "b" * 40, **more: object) -> ReleaseBranch:
    fields: dict[str, object] = {
        "name": "pilotage/update-demo-kit",
        "head": "c" * 40,
        "tree": tree,
        "parents": ("p" * 40,),
        "message": f"build(deps): x\n\n{TRAILER}demo-kit {version}\n\n{TREE_TRAILER}{tree}",
        "files": {"pyproject.toml": text},
    }
    return ReleaseBranch(**(fields | more))  # type: ignore[arg-type]  # the fields of the record


def theirs(text: str = "older", **more: object) -> ReleaseBranch:
    return ours(**({"text": text, "message": "fix: adapt to the new API"} | more))  # type: ignore[arg-type]  # as above


BEHIND = Usage((EXACT,), (FileEdit("pyproject.toml", "newer"),))
HOLDS = Usage((CURRENT,))


def test_a_pull_request_is_one_commit_on_the_base() -> None:
    step = raised(using(EXACT), modes={"pyproject.toml": "100755", "Dockerfile": "100644"})
    assert step.body.startswith("<!-- pilotage:downstream-update -->\n\n**Demo_Kit 1.3.0** of ")
    assert msgspec.structs.replace(step, body="") == RaiseRequirement(
        repository="acme/flow",
        tag="v1.3.0",
        branch="pilotage/update-demo-kit",
        base="main",
        parent="h" * 40,
        parent_tree="t" * 40,
        expected="",
        message="build(deps): update Demo_Kit to 1.3.0\n\nDemo_Kit ==1.2.3 -> 1.3.0\n\n"
        "Pilotage-Downstream: demo-kit 1.3.0",
        files=EDITS,
        number=0,
        title="build(deps): update Demo_Kit to 1.3.0",
        body="",
        lock_workflow="",
        before="==1.2.3",
        reason="==1.2.3 (pyproject.toml line 7) keeps 1.3.0 out",
        modes={"pyproject.toml": "100755"},
    )


def test_a_jump_that_may_break_is_marked_in_the_title_and_the_commit() -> None:
    step = raised(using(place(Standing.EXACT, "==0.9")))
    assert step.title == "build(deps): update Demo_Kit to 1.3.0 (breaking)"
    assert step.message.startswith(f"{step.title}\n\n")


def test_the_lock_workflow_goes_along_only_where_a_lock_is_behind() -> None:
    assert raised(using(EXACT, LOCKED), rules=LOCKING).lock_workflow == "lock.yml"
    assert raised(using(EXACT), rules=LOCKING).lock_workflow == ""
    assert raised(using(EXACT, LOCKED)).lock_workflow == ""


def opened(step: RaiseRequirement, **more: object) -> PullRequest:
    fields: dict[str, object] = {"title": step.title, "body": step.body, "state": "open", "url": "https://pull/7"}
    return PullRequest(7, **(fields | more))  # type: ignore[arg-type]  # the fields of the record


def test_a_pull_request_that_is_as_it_should_be_is_left_alone() -> None:
    pull = opened(raised(using(EXACT)))
    for branch in (ours(text="new"), theirs(text="anything")):
        decision = decided(using(EXACT), PLAIN, HOLDS, update_branch=branch, open_pull=pull)
        assert decision.step is None
        assert (decision.row.how, decision.row.state, decision.row.url) == ("pull-request", "open", "https://pull/7")
        assert decision.row.reason == "==1.2.3 (pyproject.toml line 7) keeps 1.3.0 out"
        assert decision.row.after == "1.3.0"


def test_a_pull_request_that_waits_for_its_lock_alone_is_open_and_seen_to_again() -> None:
    """Whether the lock workflow was started is told by its runs alone, which are looked at when the step is done."""
    locked_there = using(place(Standing.CURRENT, "==1.3.0"), LOCKED)
    pull = opened(raised(using(EXACT, LOCKED), rules=LOCKING))
    decision = decided(using(EXACT, LOCKED), LOCKING, locked_there, update_branch=ours(text="new"), open_pull=pull)
    assert (decision.row.state, decision.row.url) == ("open", "https://pull/7")
    assert isinstance(decision.step, RaiseRequirement)
    assert (decision.step.parent, decision.step.lock_workflow) == ("", "lock.yml")


@pytest.mark.parametrize("changed", [{"title": "other"}, {"body": "other"}])
def test_only_words_change_where_the_branch_holds_the_release(changed: dict[str, str]) -> None:
    pull = opened(raised(using(EXACT)), **changed)
    step = raised(using(EXACT), HOLDS, update_branch=theirs("adapted"), open_pull=pull)
    assert (step.parent, step.files, step.number, step.expected) == ("", (), 7, "c" * 40)
    assert decided(using(EXACT), PLAIN, HOLDS, update_branch=theirs(), open_pull=pull).row.url == "https://pull/7"


def test_a_branch_without_a_pull_request_gets_one() -> None:
    """A run may have died between the two."""
    step = raised(using(EXACT), HOLDS, update_branch=ours("1.3.0", text="new"))
    assert (step.parent, step.number) == ("", 0)


def test_a_branch_that_is_ours_alone_is_made_anew_on_the_base() -> None:
    step = raised(using(EXACT), BEHIND, update_branch=ours())
    assert (step.parent, step.parent_tree, step.expected, step.files) == ("h" * 40, "t" * 40, "c" * 40, EDITS)


def test_commits_of_others_stay_below_ours() -> None:
    step = raised(using(EXACT), BEHIND, update_branch=theirs(), modes={"pyproject.toml": "100755"})
    assert (step.parent, step.parent_tree, step.expected) == ("c" * 40, "b" * 40, "c" * 40)
    assert step.files == BEHIND.edits
    assert step.modes == {"pyproject.toml": "100755"}


def test_a_commit_of_ours_that_somebody_changed_or_merged_is_no_longer_ours() -> None:
    changed = ours(tree="b" * 40, message=f"x\n\n{TREE_TRAILER}{'a' * 40}")
    merge = ours(parents=("p" * 40, "q" * 40))
    assert [raised(using(EXACT), BEHIND, update_branch=one).parent for one in (changed, merge)] == ["c" * 40] * 2


def test_a_branch_of_ours_whose_base_moved_on_is_made_anew() -> None:
    step = raised(using(EXACT), HOLDS, update_branch=ours("1.3.0", text="new, and not what the base has"))
    assert (step.parent, step.files) == ("h" * 40, EDITS)
    assert raised(using(EXACT), HOLDS, update_branch=theirs("new, and not what the base has")).parent == ""


def test_a_branch_that_was_merged_counts_for_none() -> None:
    for usage in (HOLDS, BEHIND, using(AHEAD)):
        step = raised(using(EXACT), usage, update_branch=theirs(is_spent=True))
        assert (step.parent, step.expected, step.files) == ("h" * 40, "c" * 40, EDITS)


def test_a_lock_that_is_still_behind_on_our_own_commit_is_refreshed_again() -> None:
    usage, on_branch = using(EXACT, LOCKED), Usage((CURRENT, LOCKED))
    pull = opened(raised(usage, rules=LOCKING))
    step = raised(usage, on_branch, LOCKING, update_branch=ours("1.3.0", text="new"), open_pull=pull)
    assert (step.parent, step.lock_workflow) == ("", "lock.yml")
    for branch, seen in ((theirs(), on_branch), (ours("1.3.0", text="new"), HOLDS)):
        assert decided(usage, LOCKING, seen, update_branch=branch, open_pull=pull).step is None


def test_a_commit_of_ours_on_top_of_others_refreshes_the_lock_and_never_makes_the_branch_ours_alone() -> None:
    usage, on_branch = using(EXACT, LOCKED), Usage((CURRENT, LOCKED))
    pull = opened(raised(usage, rules=LOCKING))
    on_top = theirs(
        "adapted", message="build(deps): update demo to 1.3.0\n\ndemo 1 -> 1.3.0\n\nPilotage-Downstream: demo 1.3.0\n"
    )
    assert raised(usage, on_branch, LOCKING, update_branch=on_top, open_pull=pull).lock_workflow == "lock.yml"
    assert raised(using(EXACT), BEHIND, update_branch=on_top).parent == "c" * 40


def test_a_newer_release_that_is_proposed_there_is_never_lowered() -> None:
    pull = PullRequest(7, "newer", "", "open", url="https://pull/7")
    decision = decided(using(EXACT), PLAIN, using(AHEAD), update_branch=ours("2.0"), open_pull=pull)
    assert decision.step is None
    row = decision.row
    assert (row.how, row.state, row.url) == ("pull-request", "open", "https://pull/7")
    assert row.reason == "a newer release is proposed there already"
    alone = decided(using(EXACT), PLAIN, using(AHEAD), update_branch=ours("2.0")).row
    assert (alone.how, alone.state) == ("respect", "nothing")
    assert alone.reason == "our branch there asks for something newer already"


def test_a_pin_on_purpose_on_our_branch_is_respected() -> None:
    decision = decided(using(EXACT), PLAIN, using(KEPT), update_branch=theirs())
    assert decision.step is None
    assert decision.row.how == "respect"
    assert decision.row.reason == "==1.0 (pyproject.toml line 10) is kept on purpose on our branch there"


CLOSED = PullRequest(6, "t", "b", "closed", url="https://pull/6", head="c" * 40)


@pytest.mark.parametrize("version", ["1.3.0", "1.3", "1.4.0", "2.0rc1"])
def test_a_pull_request_that_people_closed_is_not_opened_again(version: str) -> None:
    message = ours(version).message
    decision = decided(using(EXACT), closed_pull=CLOSED, closed_message=message)
    assert decision.step is None
    row = decision.row
    assert (row.how, row.state, row.url) == ("respect", "nothing", "https://pull/6")
    assert row.reason == "people closed the pull request for 1.3.0 without merging it"
    assert row.before == row.after == "==1.2.3"


@pytest.mark.parametrize(
    "message",
    [
        ours("1.2.9").message,
        ours("1.3.0.dev1").message,
        ours("soon").message,
        f"x\n\n{TRAILER}other 1.3.0",
        f"x {TRAILER}demo-kit 1.3.0",
        f"{TRAILER}demo-kit 1.3.0 or so",
        f"{TRAILER}demo-kit " + "9" * 5000,
        "",
    ],
)
def test_what_people_closed_before_says_nothing_about_this_release(message: str) -> None:
    step = raised(using(EXACT), BEHIND, update_branch=ours(), closed_pull=CLOSED, closed_message=message)
    assert (step.parent, step.number) == ("h" * 40, 0)
    assert raised(using(EXACT), closed_pull=CLOSED, closed_message=message).parent == "h" * 40


def test_what_people_closed_after_a_commit_of_their_own_is_known_by_the_branch() -> None:
    message = "fix: try it"
    seen: dict[str, Any] = {"closed_pull": CLOSED, "closed_message": message}
    refused = decided(using(EXACT), PLAIN, HOLDS, update_branch=theirs(), **seen)
    assert refused.row.how == "respect"
    moved = raised(using(EXACT), HOLDS, update_branch=theirs(head="d" * 40), **seen)
    assert moved.number == 0


def test_a_pull_request_that_people_opened_again_goes_on() -> None:
    pull = opened(raised(using(EXACT)), title="older")
    seen: dict[str, Any] = {"closed_pull": CLOSED, "closed_message": ours("1.3.0").message, "open_pull": pull}
    assert raised(using(EXACT), HOLDS, update_branch=ours("1.3.0", text="new"), **seen).number == 7


def test_a_pull_request_of_ours_that_has_nothing_left_to_do_is_named() -> None:
    row = decided(using(CURRENT), open_pull=PullRequest(7, "t", "b", "open", url="https://pull/7")).row
    assert (row.how, row.state, row.url) == ("skip", "nothing", "https://pull/7")
    assert row.reason == "asks for it already; our pull request there has nothing left to do and can be closed"


def test_a_row_says_what_was_asked_for_in_few_words() -> None:
    many = [place(Standing.EXACT, f"==1.0.{number % 5}", line=number) for number in range(9)]
    row = decided(using(*many, LOCKED)).row
    assert row.before == "==1.0.0, ==1.0.1, ==1.0.2, …"
    assert "(pyproject.toml line 2) and 6 more keeps" in row.reason
    assert decided(using(UNPINNED, LOCKED)).row.before == "1.2.3"
    assert decided(using(UNPINNED)).row.before == ""


def test_strangers_words_stay_one_short_line() -> None:
    hostile = "\n::set-output name=x::y\u202e" + "x" * 9000
    odd = place(Standing.UNCLEAR, hostile, path=f"a/{hostile}", why=hostile)
    row = decided(using(*[odd] * 9, unread=(hostile,))).row
    assert len(row.reason) <= 600
    assert len(row.before) <= 100
    assert not set("\n\r\u202e") & set(row.reason + row.before)
    silent = decided(using(place(Standing.KEPT), place(Standing.UNCLEAR))).row
    assert silent.reason == "any version (pyproject.toml line 7) is kept on purpose"
    unexplained = decided(using(place(Standing.UNCLEAR), msgspec.structs.replace(IN_WORKFLOW, why=""))).row.reason
    assert "stays: people must edit it" in unexplained
    assert unexplained.endswith("any version (pyproject.toml line 7) cannot be read: look at it")


@pytest.mark.parametrize(
    ("rules", "files", "unread", "how"),
    [
        (REBUILT, {}, (), "skip"),
        (REBUILT, {".github/workflows/image.yml": ""}, (), "dispatch"),
        (REBUILT, {}, ("a tree too large",), "dispatch"),
        (ONLY_REBUILT, {}, (), "dispatch"),
    ],
)
def test_a_repository_without_the_workflow_waits_for_its_next_build_unless_it_was_to_be_rebuilt(
    rules: DownstreamRules, files: dict[str, str], unread: tuple[str, ...], how: str
) -> None:
    row = decided(using(ADMITS), rules, files=files, unread=unread).row
    assert how == row.how
    assert row.state == ("nothing" if how == "skip" else "planned")


def test_an_argument_is_written_down_where_no_rebuild_can_be_given_it() -> None:
    assert decided(using(ARGUMENT), REBUILT, files={}).row.how == "pull-request"
