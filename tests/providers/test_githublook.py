"""One look at GitHub, held against scripted answers: pages of releases, tags, and what is nobody's business."""

from __future__ import annotations

import json

import pytest

from pilotage.errors import RemoteError
from pilotage.providers.githublook import Sighting, look
from pilotage.providers.githubqueries import Wanted
from providers.githubscript import Answer, GitHubScript, serve_answers

SHA = "a" * 40


def release(number: int, tag: str) -> dict[str, object]:
    return {
        "databaseId": number,
        "tagName": tag,
        "name": tag,
        "description": "",
        "isDraft": False,
        "isPrerelease": False,
        "url": "",
        "releaseAssets": {"totalCount": 0},
    }


def page(*tags: str, cursor: str | None = None) -> dict[str, object]:
    nodes = [release(i, tag) for i, tag in enumerate(tags, 1)]
    return {"nodes": nodes, "pageInfo": {"hasNextPage": cursor is not None, "endCursor": cursor}}


def answer(releases: dict[str, object], **more: object) -> Answer:
    repository = {"id": "R_1", "url": "u", "viewerPermission": "WRITE", "branch": {"target": {"oid": SHA}}}
    return Answer(content={"data": {"repository": {**repository, "releases": releases, **more}}})


def further(releases: dict[str, object]) -> Answer:
    return Answer(content={"data": {"repository": {"releases": releases}}})


def see(script: GitHubScript, *tags: str, release_branches: tuple[str, ...] = ()) -> Sighting:
    wanted = Wanted(tags=tags, release_branches=release_branches)
    return look(script.call(), "acme/demo", branch="main", wanted=wanted)


def test_the_releases_are_read_on_until_there_are_as_many_as_tags() -> None:
    with serve_answers(
        answer(page("v1", cursor="one"), tag0=None, tag1=None, tag2=None),
        further(page("v2", cursor="two")),
        further(page("v3", cursor="three")),
    ) as script:
        seen = see(script, "v1", "v2", "v3")
        assert [one.tagName for one in seen.releases] == ["v1", "v2", "v3"]
        asked = [json.loads(question.body)["variables"].get("after") for question in script.questions]
        assert asked == [None, "one", "two"]


def test_the_last_page_of_releases_ends_the_reading() -> None:
    with serve_answers(answer(page("v1", cursor="one"), tag0=None, tag1=None), further(page())) as script:
        assert len(see(script, "v1", "v2").releases) == 1
        assert len(script.questions) == 2


def test_a_tag_is_peeled_and_one_that_is_not_there_is_none() -> None:
    tags = {
        "tag0": {"target": {"oid": "1" * 40}},
        "tag1": {"target": {"oid": "2" * 40, "target": {"oid": "3" * 40}}},
        "tag2": None,
        "tag3": {"target": None},
    }
    with serve_answers(answer(page(), **tags)) as script:
        seen = see(script, "light", "annotated", "gone", "empty")
    assert seen.tags == {"light": "1" * 40, "annotated": "3" * 40, "gone": None, "empty": None}


def test_a_pull_request_of_a_fork_with_the_branchs_name_is_nobodys_business() -> None:
    def pull(number: int, *, is_foreign: bool) -> dict[str, object]:
        known = {"number": number, "title": "t", "body": "", "state": "OPEN", "url": "", "mergeCommit": None}
        return known | {"isCrossRepository": is_foreign, "author": {"login": "o"}}

    nodes = [pull(1, is_foreign=True), pull(2, is_foreign=False)]
    with serve_answers(answer(page(), ref0=None, open0={"nodes": nodes}, merged0={"nodes": []})) as script:
        sight = see(script, release_branches=("pilotage/release-main",)).branches["pilotage/release-main"]
    assert (sight.ref, [pull.number for pull in sight.pulls("open")], sight.pulls("merged")) == (None, [2], [])


@pytest.mark.parametrize("data", [{"repository": None}, {}])
def test_a_repository_that_is_not_shown_is_an_error_and_not_empty(data: dict[str, object]) -> None:
    with serve_answers(Answer(content={"data": data})) as script, pytest.raises(RemoteError, match="acme/demo"):
        see(script)


def test_a_further_page_without_a_repository_is_an_error_and_not_the_end() -> None:
    gone = Answer(content={"data": {"repository": None}})
    first = answer(page("v1", cursor="one"), tag0=None, tag1=None)
    with serve_answers(first, gone) as script, pytest.raises(RemoteError, match="acme/demo"):
        see(script, "v1", "v2")
