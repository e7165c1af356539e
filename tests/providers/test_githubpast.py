"""The published releases come the last published first, held against scripted answers."""

from __future__ import annotations

import json

import pytest

from pilotage.errors import RemoteError
from pilotage.providers.githubpast import read_published
from providers.githubscript import Answer, serve_answers


def release(number: int, tag: str, *, published: str | None, is_draft: bool = False) -> dict[str, object]:
    known = {"databaseId": number, "tagName": tag, "name": tag, "url": f"u{number}", "releaseAssets": {"totalCount": 2}}
    return known | {
        "description": f"notes of {tag}\r\n",
        "isDraft": is_draft,
        "isPrerelease": "rc" in tag,
        "publishedAt": published,
    }


def answer(*releases: dict[str, object]) -> Answer:
    return Answer(content={"data": {"repository": {"releases": {"nodes": list(releases)}}}})


def test_published_releases_come_the_last_published_first_and_drafts_do_not() -> None:
    rows = [
        release(4, "v2", published=None, is_draft=True),
        release(1, "v1.0", published="2026-01-01T00:00:00Z"),
        release(3, "v1.1rc1", published="2026-03-01T00:00:00Z"),
        release(2, "v0.9.1", published="2026-02-01T00:00:00Z"),
        release(5, "v0.9.2", published="2026-02-01T00:00:00Z"),
    ]
    with serve_answers(answer(*rows)) as script:
        found = read_published(script.call(), "acme/demo")
        assert [one.tag for one in found] == ["v1.1rc1", "v0.9.2", "v0.9.1", "v1.0"]
        first = found[0]
        assert (first.id, first.body, first.is_prerelease, first.url) == (3, "notes of v1.1rc1\n", True, "u3")
        assert (first.published_at, first.is_draft) == ("2026-03-01T00:00:00Z", False)
        assert len(script.questions) == 1


@pytest.mark.parametrize(("most", "count"), [(100, 100), (7, 7), (500, 100)])
def test_one_request_asks_for_a_hundred_at_the_most(most: int, count: int) -> None:
    with serve_answers(answer()) as script:
        assert read_published(script.call(), "acme/demo", most=most) == ()
        variables = json.loads(script.questions[0].body)["variables"]
        assert variables == {"owner": "acme", "name": "demo", "count": count}


def test_a_repository_that_is_not_shown_is_an_error_and_not_one_without_releases() -> None:
    answer = Answer(content={"data": {"repository": None}})
    with serve_answers(answer) as script, pytest.raises(RemoteError, match="acme/demo"):
        read_published(script.call(), "acme/demo")
