"""A refusal of another repository says what to grant there, and a rule in the way is called by its name."""

from __future__ import annotations

import pytest

from pilotage.providers.githubcall import GitHubRefusalError
from pilotage.providers.githubpermissions import explain_graphql, explain_permission, explain_words
from providers.githubscript import Answer, serve_answers

API = "https://api.github.com/repos/acme/flow"
LACKING = "Resource not accessible by integration"
HINTS = {
    "Repository was archived so is read-only.": "is archived: unarchive it, or take it off",
    "Repository rule violations found Cannot update this protected ref.": "Exempt `pilotage/**`",
    "Protected branch update failed for refs/heads/main.": "Exempt `pilotage/**`",
    "Cannot force-push to this branch": "Exempt `pilotage/**`",
    "Resource protected by organization SAML enforcement.": "single sign-on",
    "the `acme` organization has an IP allow list enabled": "IP allow list, or add",
    "`acme` forbids access via a personal access token (classic).": "the token of an app installed there",
}


def explain(verb: str, path: str, *, status: int = 403, said: str = LACKING, home: str = "acme/demo") -> str:
    return explain_permission(verb, API + path, status=status, headers={}, said=said, home=home)


@pytest.mark.parametrize("status", [403, 409, 422])
@pytest.mark.parametrize(("said", "hint"), HINTS.items())
def test_what_no_permission_lifts_is_explained_by_githubs_words(said: str, hint: str, status: int) -> None:
    assert hint in explain("PATCH", "/git/refs/heads/x", status=status, said=said)


@pytest.mark.parametrize("status", [400, 404, 410])
@pytest.mark.parametrize("said", HINTS)
def test_other_statuses_are_not_explained_by_words(said: str, status: int) -> None:
    assert explain("PATCH", "/git/refs/heads/x", status=status, said=said, home="") == ""


@pytest.mark.parametrize(
    ("verb", "path", "words"),
    [
        ("POST", "/actions/workflows/ci.yml/dispatches", "`actions: write`"),
        ("GET", "/actions/workflows/ci.yml/runs", "`actions: read`"),
        ("POST", "/git/commits", "`contents: write`"),
        ("POST", "/git/refs", "`contents: write`"),
        ("GET", f"/git/trees/{'a' * 40}?recursive=1", "`contents: read`"),
        ("POST", "/pulls", "`pull-requests: write`"),
        ("PATCH", "/pulls/7", "`pull-requests: write`"),
        ("POST", "/issues", "`issues: write`"),
        ("PATCH", "/issues/7", "`issues: write`"),
    ],
)
def test_a_permission_that_lacks_is_to_be_granted_on_the_other_repository(verb: str, path: str, words: str) -> None:
    assert explain(verb, path) == (
        f"The token may not do this to acme/flow. Grant {words} on it to the app or the fine-grained token that this "
        "token is of; a workflow's own token reaches its own repository only."
    )


@pytest.mark.parametrize("home", ["acme/flow", "Acme/Flow", ""])
def test_at_home_the_jobs_permissions_are_the_place(home: str) -> None:
    assert explain("POST", "/pulls", home=home).endswith("add `pull-requests: write` to the job's `permissions`.")
    assert explain("GET", "/git/ref/heads/x", status=404, home=home) == ""


def test_another_repository_that_is_not_there_may_be_closed_to_the_token() -> None:
    assert explain("POST", "/pulls", status=404, said="Not Found").startswith(
        "Check that it is there, and that the app or the fine-grained token that this token is of has been given acme"
    )


def test_another_status_of_another_repository_gets_no_advice() -> None:
    assert explain("POST", "/pulls", status=422, said="Validation Failed") == ""


@pytest.mark.parametrize(
    ("said", "words"), [(LACKING, "Grant `contents: write` and `pull-requests: write`"), *HINTS.items(), ("Odd", "")]
)
def test_graphql_names_no_permission_and_is_explained_all_the_same(said: str, words: str) -> None:
    hint = explain_graphql(said)
    assert (words in hint, bool(hint)) == (True, bool(words))


def test_words_that_are_not_known_are_not_explained() -> None:
    assert explain_words("Validation Failed") == ""


def test_a_refusal_of_graphql_carries_the_advice() -> None:
    answer = Answer(content={"errors": [{"type": "FORBIDDEN", "message": LACKING, "path": ["updateRefs"]}]})
    with serve_answers(answer) as script, pytest.raises(GitHubRefusalError, match=LACKING) as caught:
        script.call().mutate("mutation { a }", {})
    assert "`contents: write`" in caught.value.hint


def test_a_query_for_one_thing_is_refused_when_it_is_closed() -> None:
    errors = [{"type": "FORBIDDEN", "message": LACKING, "path": ["repository"]}]
    answer = Answer(content={"data": {"repository": None}, "errors": errors})
    with serve_answers(answer) as script, pytest.raises(GitHubRefusalError, match=LACKING):
        script.call().query("query { a }", {})


def test_a_call_that_knows_its_home_tells_another_repository_from_it() -> None:
    with serve_answers(*[Answer(403, {"message": LACKING})] * 2) as script:
        call = script.call()
        call.home = "acme/demo"
        hints = []
        for path in ("/repos/acme/demo/pulls", "/repos/acme/flow/pulls"):
            with pytest.raises(GitHubRefusalError) as caught:
                call.send("POST", path)
            hints.append(caught.value.hint)
        assert ["In a workflow" in hint for hint in hints] == [True, False]
        assert "to acme/flow" in hints[1]
