from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domains.release_world import (
    BRANCH,
    HEAD,
    NEW_HEAD,
    OLD,
    OUR_COMMIT,
    SOURCE,
    TREE,
    after,
    notices_of,
    pyproject,
    steps_of,
    world,
)
from pilotage.domains.proposal import current_version
from pilotage.domains.release_pr import TREE_TRAILER, is_ours, is_own_commit, plan_release_pr
from pilotage.domains.releasebody import FOREWORD_END, FOREWORD_START
from pilotage.domains.releasetext import release_branch_name
from pilotage.errors import ConfigError
from pilotage.model.config import Config
from pilotage.model.project import Project
from pilotage.model.remote import ReleaseBranch
from pilotage.model.snapshot import LastRelease, Snapshot
from pilotage.model.step import (
    ClosePullRequest,
    DeleteBranch,
    EditPullRequest,
    Notice,
    OpenPullRequest,
    Step,
    UpdateBranch,
)
from pilotage.model.version import Version

replace = msgspec.structs.replace


def plan(snapshot: Snapshot) -> list[Step | Notice]:
    return list(plan_release_pr(snapshot))


def opened(*messages: str) -> Snapshot:
    """Give a world whose release pull request is up to date."""
    before = world(*messages)
    return after(before, plan(before))


def foreign(snapshot: Snapshot, *, tree: str, parents: tuple[str, ...], message: str) -> Snapshot:
    branch = snapshot.release_branch
    assert branch is not None
    return replace(snapshot, release_branch=replace(branch, head="f" * 40, tree=tree, parents=parents, message=message))


def update_of(planned: list[Step | Notice]) -> UpdateBranch:
    return next(step for step in planned if isinstance(step, UpdateBranch))


def body_of(planned: list[Step | Notice]) -> str:
    return next(step.body for step in planned if isinstance(step, OpenPullRequest | EditPullRequest))


def test_nothing_to_release_needs_nothing() -> None:
    assert plan(world("docs: explain", "chore: tidy")) == []


def test_a_first_change_makes_a_branch_and_a_pull_request() -> None:
    planned = plan(world("feat: fly"))
    update, opening = steps_of(planned)
    assert update == UpdateBranch(BRANCH, HEAD, "", "chore(release): 1.3.0", update_of(planned).files)
    assert [edit.path for edit in update_of(planned).files] == ["CHANGELOG.md", "pyproject.toml"]
    assert update_of(planned).files[1].text == pyproject("1.3.0")
    assert isinstance(opening, OpenPullRequest)
    assert (opening.branch, opening.base, opening.title) == (BRANCH, "main", "chore(release): 1.3.0")


def test_the_pull_request_shows_the_section_of_the_changelog() -> None:
    planned = plan(world("feat: fly"))
    section = update_of(planned).files[0].text.partition("# Changelog\n\n")[2].partition("\n\n## 1.2.0")[0]
    assert section.startswith("## [1.3.0]")
    assert section in body_of(planned)


def test_an_up_to_date_world_needs_nothing() -> None:
    assert plan(opened("feat: fly")) == []


def test_a_new_day_alone_is_no_change() -> None:
    assert plan(replace(opened("feat: fly"), today="2026-12-24")) == []


def test_a_new_day_is_written_when_something_else_changes() -> None:
    later = replace(opened("feat: fly"), today="2026-12-24", head=NEW_HEAD)
    assert "(2026-12-24)" in update_of(plan(later)).files[0].text


def test_a_moved_head_rebuilds_the_branch_only_from_where_it_was_seen() -> None:
    update = update_of(plan(replace(opened("feat: fly"), head=NEW_HEAD)))
    assert (update.base, update.expected) == (NEW_HEAD, OUR_COMMIT)


def test_further_changes_update_branch_and_pull_request() -> None:
    before = opened("fix: land")
    assert before.pull_request is not None
    planned = plan(replace(before, head=NEW_HEAD, commits=world("feat: fly", "fix: land").commits))
    assert [type(step) for step in planned] == [UpdateBranch, EditPullRequest]
    assert isinstance(planned[1], EditPullRequest)
    assert (planned[1].number, planned[1].title) == (9, "chore(release): 1.3.0")


def test_a_branch_whose_files_differ_is_made_anew() -> None:
    before = opened("feat: fly")
    branch = before.release_branch
    assert branch is not None
    files = branch.files | {"pyproject.toml": pyproject("1.2.9")}
    planned = plan(replace(before, release_branch=replace(branch, files=files)))
    assert [type(step) for step in planned] == [UpdateBranch]


def test_a_closed_pull_request_is_opened_anew() -> None:
    planned = plan(replace(opened("feat: fly"), pull_request=None))
    assert [type(step) for step in planned] == [OpenPullRequest]


def test_a_title_that_a_person_edited_is_set_back() -> None:
    before = opened("feat: fly")
    assert before.pull_request is not None
    edited = replace(before, pull_request=replace(before.pull_request, title="my release"))
    assert plan(edited) == [EditPullRequest(9, "chore(release): 1.3.0", before.pull_request.body)]


def test_white_space_at_the_end_of_a_body_is_no_change() -> None:
    before = opened("feat: fly")
    assert before.pull_request is not None
    trimmed = replace(before.pull_request, body=before.pull_request.body.rstrip())
    assert plan(replace(before, pull_request=trimmed)) == []


@given(st.text(max_size=300).filter(lambda text: FOREWORD_END not in text))
def test_a_foreword_stays_to_the_letter_while_the_notes_change(foreword: str) -> None:
    before = opened("fix: land")
    assert before.pull_request is not None
    head, start, rest = before.pull_request.body.partition(FOREWORD_START)
    body = f"{head}{start}{foreword}{FOREWORD_END}{rest.partition(FOREWORD_END)[2]}"
    edited = replace(before, pull_request=replace(before.pull_request, body=body))
    assert plan(edited) == []
    later = replace(edited, head=NEW_HEAD, commits=world("feat: fly", "fix: land").commits)
    assert f"{FOREWORD_START}{foreword}{FOREWORD_END}" in body_of(plan(later))


def test_what_a_person_wrote_outside_of_the_foreword_is_set_back() -> None:
    before = opened("feat: fly")
    assert before.pull_request is not None
    edited = replace(before, pull_request=replace(before.pull_request, body=before.pull_request.body + "mine\n"))
    assert body_of(plan(edited)) == before.pull_request.body


def test_many_changes_are_cut_with_a_link_to_the_changelog() -> None:
    planned = plan(world(*(f"feat: change number {number} {'x' * 60}" for number in range(900))))
    body = body_of(planned)
    assert len(body) <= 65_536
    assert f"[Full notes](https://github.example/acme/demo/blob/{BRANCH}/CHANGELOG.md)" in body
    assert len(update_of(planned).files[0].text) > 65_536


def test_nothing_left_to_release_closes_the_pull_request_and_deletes_our_branch() -> None:
    planned = plan(replace(opened("feat: fly"), commits=()))
    assert [type(step) for step in planned] == [ClosePullRequest, DeleteBranch]
    assert planned[1] == DeleteBranch(BRANCH, OUR_COMMIT)


def test_a_run_that_died_after_the_close_deletes_the_branch_in_the_next() -> None:
    assert plan(replace(opened("feat: fly"), commits=(), pull_request=None)) == [DeleteBranch(BRANCH, OUR_COMMIT)]


def test_nothing_left_to_release_closes_a_pull_request_without_a_branch() -> None:
    planned = plan(replace(opened("feat: fly"), commits=(), release_branch=None))
    assert [type(step) for step in planned] == [ClosePullRequest]


def test_a_branch_that_a_person_changed_is_never_deleted() -> None:
    before = foreign(opened("feat: fly"), tree="1" * 40, parents=(HEAD,), message="fix: mine")
    assert [type(step) for step in plan(replace(before, commits=()))] == [ClosePullRequest]


FOREIGN = {
    "amended": ("1" * 40, (HEAD,), f"chore(release): 1.3.0\n\n{TREE_TRAILER}{TREE}"),
    "merged": (TREE, (HEAD, OLD), f"chore(release): 1.3.0\n\n{TREE_TRAILER}{TREE}"),
    "reworded": (TREE, (HEAD,), "chore(release): 1.3.0"),
    "continued": (TREE, (HEAD,), f"chore(release): 1.3.0\n\n{TREE_TRAILER}{TREE}\nSigned-off-by: me"),
}


@pytest.mark.parametrize("how", FOREIGN)
def test_a_persons_commit_is_left_alone_while_the_head_stays(how: str) -> None:
    tree, parents, message = FOREIGN[how]
    assert plan(foreign(opened("feat: fly"), tree=tree, parents=parents, message=message)) == []


@pytest.mark.parametrize("how", FOREIGN)
def test_a_persons_commit_is_a_conflict_and_nothing_else_when_the_head_moved(how: str) -> None:
    tree, parents, message = FOREIGN[how]
    moved = replace(foreign(opened("feat: fly"), tree=tree, parents=parents, message=message), head=NEW_HEAD)
    (notice,) = plan(moved)
    assert isinstance(notice, Notice)
    assert notice.level == "conflict"
    assert BRANCH in notice.text


def test_a_persons_commit_on_top_of_ours_is_no_conflict_while_the_head_stays() -> None:
    on_top = foreign(opened("feat: fly"), tree="1" * 40, parents=(OUR_COMMIT,), message="docs: reword the notes")
    branch = on_top.release_branch
    assert branch is not None
    based = replace(on_top, release_branch=replace(branch, base=HEAD))
    assert (plan(based), [type(one) for one in plan(replace(based, head=NEW_HEAD))]) == ([], [Notice])


@given(st.text(max_size=80), st.text(max_size=40))
def test_only_a_last_line_that_names_the_tree_makes_a_commit_ours(words: str, tree: str) -> None:
    message = f"{words}\n\n{TREE_TRAILER}{TREE}"
    assert is_own_commit(message, tree=TREE, parents=(HEAD,))
    assert is_own_commit(message, tree=tree, parents=(HEAD,)) == (tree == TREE)


def test_no_branch_is_not_ours() -> None:
    assert not is_ours(world())


def test_a_version_raised_by_hand_is_the_least_that_comes_next() -> None:
    assert update_of(plan(world("fix: land", version="2.0.0"))).message == "chore(release): 2.0.0"


def test_changes_that_go_beyond_the_raised_version_win() -> None:
    assert update_of(plan(world("feat!: fly", version="1.4.0"))).message == "chore(release): 2.0.0"


def test_a_release_as_footer_wins_over_the_version_in_the_tree() -> None:
    planned = plan(world("fix: land\n\nRelease-As: 1.9.0", version="2.0.0"))
    assert update_of(planned).message == "chore(release): 1.9.0"


def test_a_first_release_takes_the_version_in_the_tree_when_it_is_beyond_the_initial_one() -> None:
    first = replace(world("feat: fly", version="0.4.0"), last_release=None)
    assert update_of(plan(first)).message == "chore(release): 0.5.0"


def test_a_first_release_takes_the_initial_version_otherwise() -> None:
    first = replace(world("feat: fly", version="0.0.0"), last_release=None)
    assert update_of(plan(first)).message == "chore(release): 0.1.0"


def test_a_dynamic_version_changes_no_version_file_and_says_so() -> None:
    dynamic = replace(
        world("feat: fly"), project=Project("demo", None, SOURCE), files={"pyproject.toml": '[project]\nname = "x"\n'}
    )
    planned = plan(dynamic)
    assert [edit.path for edit in update_of(planned).files] == ["CHANGELOG.md"]
    (notice,) = notices_of(planned)
    assert (notice.level, "dynamic" in notice.text, "v1.3.0" in notice.text) == ("info", True, True)
    assert steps_of(plan(after(dynamic, planned))) == []


def test_a_dynamic_version_has_no_current_version_before_the_first_release() -> None:
    assert current_version(Project("demo", None, SOURCE), None, Config()) is None
    assert current_version(Project("demo", "1.0", SOURCE), None, Config()) == Version("1.0")


def test_no_changelog_means_that_only_the_version_is_written() -> None:
    snapshot = world("feat: fly", config=Config(tag_format="v{version}", changelog_path=""))
    snapshot = replace(snapshot, files={"pyproject.toml": pyproject("1.2.0")})
    planned = plan(snapshot)
    assert [edit.path for edit in update_of(planned).files] == ["pyproject.toml"]
    assert plan(after(snapshot, planned)) == []


def test_a_taken_tag_of_the_next_version_is_a_conflict_and_nothing_else() -> None:
    (notice,) = plan(replace(world("feat: fly"), next_tag_commit="9" * 40))
    assert isinstance(notice, Notice)
    assert (notice.level, "v1.3.0" in notice.text, "9999999999" in notice.text) == ("conflict", True, True)


def test_a_commit_without_a_type_is_named_once() -> None:
    (notice,) = plan(world("Update README"))
    assert isinstance(notice, Notice)
    assert (notice.level, f"{1:040x}"[:10] in notice.text) == ("info", True)


def test_a_merge_is_not_worth_a_word() -> None:
    assert plan(world("Merge branch 'feature'")) == []


def test_a_version_that_is_none_names_its_place() -> None:
    with pytest.raises(ConfigError, match=r"release v1: 'one' is not a version"):
        plan(replace(world("feat: fly"), last_release=LastRelease("one", OLD, "v1")))
    with pytest.raises(ConfigError, match=r"pyproject\.toml \[project\]: 'one' is not a version"):
        plan(world("feat: fly", version="one"))


def test_the_release_branch_is_named_after_its_target() -> None:
    assert release_branch_name("1.x") == "pilotage/release-1.x"


MESSAGES = st.lists(
    st.sampled_from(
        ["feat: fly", "fix: land", "feat!: turn", "docs: say", "tidy up", "fix: x\n\nRelease-As: 7.0.0", "deps: y"]
    ),
    max_size=6,
)


@given(MESSAGES, MESSAGES, st.booleans(), st.booleans(), st.booleans())
def test_the_world_that_the_steps_make_needs_no_further_step(
    first: list[str], second: list[str], has_branch: bool, has_pull_request: bool, moved: bool
) -> None:
    """Whatever was there before: a branch of an older plan, a pull request of it, one of both, or nothing."""
    old = opened(*first)
    snapshot = replace(
        old,
        commits=world(*second).commits,
        head=NEW_HEAD if moved else HEAD,
        release_branch=old.release_branch if has_branch else None,
        pull_request=old.pull_request if has_pull_request else None,
    )
    assert steps_of(plan(after(snapshot, plan(snapshot)))) == []


@given(MESSAGES, st.integers(0, 3))
def test_a_run_that_dies_between_two_steps_ends_in_the_same_world(messages: list[str], reached: int) -> None:
    snapshot = replace(opened("feat: fly"), commits=world(*messages).commits, head=NEW_HEAD)
    planned = plan(snapshot)
    halfway = after(snapshot, planned[:reached])
    assert after(halfway, plan(halfway)) == after(snapshot, planned)


def test_a_release_branch_of_nobody_knows_no_base() -> None:
    assert ReleaseBranch("b", HEAD, TREE, (), "").base == ""
