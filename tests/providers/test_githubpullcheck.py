"""One look at a pull request, whatever GitHub tells or keeps to itself."""

from __future__ import annotations

import pytest

from pilotage.errors import RemoteError
from pilotage.providers.githubcall import GitHubCall, GitHubRefusalError
from pilotage.providers.githubpullcheck import Sighted, observe_pull
from providers.githubscript import Answer, serve_answers

SETTINGS = {
    "mergeCommitAllowed": False,
    "squashMergeAllowed": True,
    "rebaseMergeAllowed": False,
    "squashMergeCommitTitle": "COMMIT_OR_PR_TITLE",
    "squashMergeCommitMessage": "BLANK",
}
PULL: dict[str, object] = {
    "title": "feat: greet",
    "body": "one\r\ntwo",
    "isDraft": False,
    "isCrossRepository": False,
    "headRefName": "topic",
    "headRefOid": "a" * 40,
    "baseRefName": "main",
    "author": {"__typename": "Bot", "login": "renovate"},
    "labels": {"nodes": [{"name": "deps"}]},
    "commits": {"totalCount": 0, "nodes": []},
    "files": {"totalCount": 200, "nodes": [{"path": "a.py"}]},
    "comments": {"nodes": [{"databaseId": 3, "body": "ours", "viewerDidAuthor": True}]},
}


def answer(*, settings: bool = True, **changes: object) -> Answer:
    repository = {"open": {"nodes": []}, "config": {"text": "x = 1", "isTruncated": False}, "pullRequest": PULL}
    return Answer(content={"data": {"repository": repository | (SETTINGS if settings else {}) | changes}})


def observe(call: GitHubCall) -> Sighted:
    return observe_pull(call, "acme/demo", 7, base="main", config_path="pyproject.toml", release_branch="r")


def test_what_github_shows_is_read() -> None:
    with serve_answers(answer()) as script:
        seen = observe(script.call())
    assert (seen.context.body, seen.context.author, seen.context.author_is_bot) == ("one\ntwo", "renovate", True)
    assert (seen.context.settings.squash_title, seen.context.settings.is_known) == ("COMMIT_OR_PR_TITLE", True)
    assert (seen.config_text, seen.comments, seen.head) == ("x = 1", {3: "ours"}, "a" * 40)


def test_a_part_of_a_list_is_not_taken_for_all_of_it() -> None:
    with serve_answers(answer()) as script:
        assert observe(script.call()).context.files == ()


def test_settings_that_github_keeps_to_itself_are_unknown() -> None:
    refused = Answer(content={"data": None, "errors": [{"message": "No access to squashMergeCommitTitle"}]})
    with serve_answers(refused, answer(settings=False)) as script:
        settings = observe(script.call()).context.settings
        assert "squashMergeCommitTitle" not in script.questions[1].body
    assert not settings.is_known


def test_another_refusal_is_one() -> None:
    refused = Answer(content={"data": None, "errors": [{"message": "Something went wrong"}]})
    with serve_answers(refused) as script, pytest.raises(GitHubRefusalError, match="Something went wrong"):
        observe(script.call())


def test_a_pull_request_that_is_not_shown_is_unknown_and_not_all_right() -> None:
    with serve_answers(answer(pullRequest=None)) as script, pytest.raises(RemoteError, match="no pull request 7"):
        observe(script.call())


@pytest.mark.parametrize("blob", [{"text": "x", "isTruncated": True}, {"text": None, "isTruncated": False}])
def test_a_part_of_the_rules_is_not_taken_for_the_rules(blob: dict[str, object]) -> None:
    with serve_answers(answer(config=blob)) as script, pytest.raises(RemoteError, match="only a part"):
        observe(script.call())


def test_no_configuration_is_none() -> None:
    with serve_answers(answer(config=None)) as script:
        assert observe(script.call()).config_text is None
