from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domains.release_world import HEAD, OLD, SOURCE, after, asked, steps_of, world
from pilotage.domains.notes import RELEASE_LIMIT
from pilotage.domains.release import is_copy, plan_release
from pilotage.domains.releasebody import FOREWORD_END, FOREWORD_START
from pilotage.errors import ConfigError
from pilotage.model.config import Config
from pilotage.model.project import Project
from pilotage.model.publishrules import PublishRules
from pilotage.model.remote import PullRequest, Release
from pilotage.model.step import CreateRelease, CreateTag, Notice, RemoveDraft, Step

if TYPE_CHECKING:
    from pilotage.model.snapshot import ReleaseCommit, Snapshot

replace = msgspec.structs.replace
BODY = "### Features\n\n* fly"


def snapshot_of(*commits: ReleaseCommit, config: Config | None = None) -> Snapshot:
    return replace(world(version="1.3.0", config=config), release_commits=commits)


def plan(*commits: ReleaseCommit, config: Config | None = None) -> list[Step | Notice]:
    return list(plan_release(snapshot_of(*commits, config=config)))


def draft(number: int, *, body: str = BODY, is_draft: bool = True, assets: int = 0, name: str = "v1.3.0") -> Release:
    return Release(number, "v1.3.0", name, body, is_draft=is_draft, assets=assets, url=f"https://x.example/{number}")


def only_notice(planned: list[Step | Notice]) -> Notice:
    (notice,) = planned
    assert isinstance(notice, Notice)
    return notice


def created(planned: list[Step | Notice]) -> CreateRelease:
    return next(step for step in planned if isinstance(step, CreateRelease))


def test_no_release_commit_needs_nothing() -> None:
    assert plan() == []


def test_a_merged_release_gets_its_tag_and_a_draft() -> None:
    assert plan(asked()) == [
        CreateTag("v1.3.0", HEAD),
        CreateRelease("v1.3.0", HEAD, "v1.3.0", BODY, is_draft=True, is_prerelease=False),
    ]


def test_a_tag_that_is_there_still_leaves_the_release_to_make() -> None:
    assert [type(step) for step in plan(replace(asked(), tag_commit=HEAD))] == [CreateRelease]


def test_a_release_that_is_there_still_leaves_the_tag_to_make() -> None:
    assert plan(replace(asked(), releases=(draft(1),))) == [CreateTag("v1.3.0", HEAD)]


@pytest.mark.parametrize("is_draft", [True, False])
def test_tag_and_release_are_enough(is_draft: bool) -> None:
    assert plan(replace(asked(), tag_commit=HEAD, releases=(draft(1, is_draft=is_draft),))) == []


def test_a_release_that_a_person_edited_is_left_alone() -> None:
    assert plan(replace(asked(), tag_commit=HEAD, releases=(draft(1, body="mine", name="My release"),))) == []


def test_a_tag_elsewhere_is_a_conflict_and_nothing_is_made() -> None:
    notice = only_notice(plan(replace(asked(), tag_commit=OLD)))
    assert (notice.level, "pull request #7" in notice.text, OLD[:10] in notice.text) == ("conflict", True, True)


def test_a_version_lower_than_the_one_before_is_a_conflict_and_nothing_is_made() -> None:
    notice = only_notice(plan(asked("1.1.9")))
    assert (notice.level, "1.1.9" in notice.text, "1.2.0" in notice.text) == ("conflict", True, True)


def test_a_conflict_about_a_version_set_by_hand_names_the_commit() -> None:
    assert f"commit {HEAD[:10]}" in only_notice(plan(asked("1.1.9", merged=False))).text


def test_versions_are_compared_as_versions() -> None:
    assert [type(step) for step in plan(replace(asked("1.10.0"), previous_version="1.9.0"))] == [
        CreateTag,
        CreateRelease,
    ]


def test_a_first_release_has_none_before_it() -> None:
    assert [type(step) for step in plan(replace(asked("0.1.0"), previous_version=""))] == [CreateTag, CreateRelease]


def test_a_version_that_is_none_names_its_place() -> None:
    with pytest.raises(ConfigError, match=rf"pyproject\.toml \[project\] at {HEAD[:10]}: 'next' is not a version"):
        plan(asked("next"))


def test_a_version_before_that_is_none_names_its_place() -> None:
    with pytest.raises(ConfigError, match=r"the release before a{10}: 'last' is not a version"):
        plan(replace(asked(), previous_version="last"))


def test_a_version_raised_by_hand_is_only_named_when_pull_requests_release() -> None:
    notice = only_notice(plan(asked(merged=False)))
    assert (notice.level, "set by hand" in notice.text, "release-on" in notice.hint) == ("info", True, True)


def test_a_version_raised_and_tagged_by_hand_is_not_worth_a_word() -> None:
    assert plan(replace(asked(merged=False), tag_commit=HEAD)) == []


def test_a_version_raised_by_hand_is_released_when_versions_release() -> None:
    planned = plan(asked(merged=False), config=Config(tag_format="v{version}", release_on="version"))
    assert [type(step) for step in planned] == [CreateTag, CreateRelease]


@pytest.mark.parametrize(("index", "is_draft"), [("", False), ("pypi", True)])
def test_a_configured_release_is_published_at_once_where_no_file_must_go_out_before(
    index: str, *, is_draft: bool
) -> None:
    config = Config(tag_format="v{version}", release="published", publish=PublishRules(index=index))
    assert created(plan(asked(), config=config)).is_draft is is_draft


def test_a_pre_release_is_marked_as_one() -> None:
    assert [created(plan(asked(version))).is_prerelease for version in ("1.3.0rc1", "1.3.0.dev1", "1.3.0.post1")] == [
        True,
        True,
        False,
    ]


def test_the_notes_are_what_the_changelog_says_at_that_commit() -> None:
    edited = replace(asked(), changelog="# Changelog\n\n## 1.3.0 (2026-11-22)\n\nA person's words.\n\n* and `code`\n")
    assert created(plan(edited)).body == "A person's words.\n\n* and `code`"


@pytest.mark.parametrize("changelog", [None, "", "# Changelog\n\n## 1.2.0\n\n* old\n"])
def test_notes_that_are_nowhere_are_empty(changelog: str | None) -> None:
    assert created(plan(replace(asked(), changelog=changelog))).body == ""


def test_the_foreword_of_the_pull_request_stands_before_the_notes() -> None:
    body = f"{FOREWORD_START}\nThanks to *all*!\n{FOREWORD_END}\n\nold notes"
    pull = PullRequest(7, "chore(release): 1.3.0", body, "merged")
    assert created(plan(replace(asked(), pull_request=pull))).body == f"Thanks to *all*!\n\n{BODY}"


def test_notes_too_long_for_github_are_cut_with_a_link_to_the_tag() -> None:
    lines = "\n".join(f"* change {number} {'y' * 90}" for number in range(2000))
    body = created(plan(replace(asked(), changelog=f"## 1.3.0 (2026-11-22)\n\n{lines}\n"))).body
    assert len(body) <= RELEASE_LIMIT
    assert body.endswith("[Full notes](https://github.example/acme/demo/blob/v1.3.0/CHANGELOG.md)")


def test_an_exact_copy_of_a_draft_is_removed_and_the_oldest_stays() -> None:
    planned = plan(replace(asked(), tag_commit=HEAD, releases=(draft(12), draft(11), draft(13))))
    assert planned == [RemoveDraft(12, "v1.3.0", "v1.3.0", BODY), RemoveDraft(13, "v1.3.0", "v1.3.0", BODY)]


def test_a_draft_that_copies_a_published_release_is_removed_even_if_it_is_older() -> None:
    planned = plan(replace(asked(), tag_commit=HEAD, releases=(draft(11), draft(12, is_draft=False))))
    assert planned == [RemoveDraft(11, "v1.3.0", "v1.3.0", BODY)]


@pytest.mark.parametrize(
    "other",
    [
        draft(12, body="other words"),
        draft(12, name="other name"),
        draft(12, assets=1),
    ],
)
def test_a_draft_that_differs_is_only_warned_of(other: Release) -> None:
    notice = only_notice(plan(replace(asked(), tag_commit=HEAD, releases=(draft(11), other))))
    assert (notice.level, "https://x.example/12" in notice.text) == ("warning", True)


def test_a_release_without_a_page_is_named_by_its_number() -> None:
    other = replace(draft(12, body="other"), url="")
    assert "; 12 differs" in only_notice(plan(replace(asked(), tag_commit=HEAD, releases=(draft(11), other)))).text


def test_a_published_release_is_never_a_copy() -> None:
    assert not is_copy(draft(2, is_draft=False), draft(1))
    assert not is_copy(replace(draft(2), tag="v1"), draft(1))


def test_several_releases_are_made_oldest_first() -> None:
    older = replace(asked("1.2.1", commit=OLD), releases=())
    tags = [step.tag for step in plan(older, asked()) if isinstance(step, CreateTag)]
    assert tags == ["v1.2.1", "v1.3.0"]


def test_a_conflict_of_one_release_does_not_hold_up_the_next() -> None:
    planned = plan(replace(asked("1.2.1", commit=OLD), tag_commit="9" * 40), asked())
    assert [type(step) for step in planned] == [Notice, CreateTag, CreateRelease]


def test_a_tag_is_spelled_as_configured() -> None:
    planned = plan(asked(), config=Config(tag_format="{name}-{version}"))
    assert isinstance(planned[0], CreateTag)
    assert planned[0].tag == "demo-1.3.0"


def test_a_dynamic_version_takes_the_one_that_was_proposed() -> None:
    snapshot = replace(snapshot_of(asked()), project=Project("demo", None, SOURCE))
    assert [type(step) for step in plan_release(snapshot)] == [CreateTag, CreateRelease]


@given(
    st.lists(st.sampled_from([draft(1), draft(2), draft(3, is_draft=False), draft(4)]), max_size=3, unique=True),
    st.booleans(),
    st.integers(0, 4),
)
def test_a_run_that_dies_between_two_steps_is_ended_by_the_next(
    releases: list[Release], is_tagged: bool, reached: int
) -> None:
    snapshot = snapshot_of(replace(asked(), tag_commit=HEAD if is_tagged else "", releases=tuple(releases)))
    halfway = after(snapshot, list(plan_release(snapshot))[:reached])
    ended = after(halfway, list(plan_release(halfway)))
    assert steps_of(list(plan_release(ended))) == []
    assert ended == after(snapshot, list(plan_release(snapshot)))
