"""A refusal names the permission that the very request lacks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotage.providers.githubpermissions import explain_permission, read_accepted

LACKING = "Resource not accessible by integration"
API = "https://api.github.com/repos/acme/demo"


def _explain(verb: str, url: str, *, header: str = "", said: str = LACKING, status: int = 403) -> str:
    headers = {"x-accepted-github-permissions": header} if header else {}
    return explain_permission(verb, url, status=status, headers=headers, said=said)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("contents=write", "add `contents: write` to"),
        ("actions=read", "add `actions: read` to"),
        ("issues=write; pull_requests=write", "add `issues: write` or `pull-requests: write` to"),
        ("contents=write,actions=read", "add `contents: write` and `actions: read` to"),
        ("contents=write; contents=write,workflows=write", "add `contents: write` to"),
        ("workflows=write", "`workflows: write`, which only an app's or a person's token can have"),
        ("administration=read", "`administration: read`, which only an app's or a person's token can have"),
    ],
)
def test_githubs_own_header_is_the_first_source(header: str, words: str) -> None:
    assert words in _explain("POST", f"{API}/x", header=header)


@pytest.mark.parametrize(
    ("verb", "path", "words"),
    [
        ("POST", "/releases", "`contents: write`"),
        ("PATCH", "/releases/7", "`contents: write`"),
        ("POST", "/releases/7/assets?name=a", "`contents: write`"),
        ("DELETE", "/releases/assets/7", "`contents: write`"),
        ("GET", "/contents/a/pulls/b", "`contents: read`"),
        ("POST", "/git/refs", "`contents: write`"),
        ("GET", "/actions/workflows/ci.yml/runs", "`actions: read`"),
        ("POST", "/actions/workflows/ci.yml/dispatches", "`actions: write`"),
        ("POST", "/pulls", "`pull-requests: write`"),
        ("POST", "/issues/7/comments", "`pull-requests: write`"),
    ],
)
@pytest.mark.parametrize("header", ["", "garbage", "a=b;c", "contents = everything"])
def test_without_the_header_the_address_says_it(verb: str, path: str, words: str, header: str) -> None:
    assert _explain(verb, API + path, header=header).endswith(f"add {words} to the job's `permissions`.")


def test_the_address_of_an_enterprise_server_says_it_too() -> None:
    assert "`actions: read`" in _explain("GET", "https://github.example/api/v3/repos/a/b/actions/runs/1")


@pytest.mark.parametrize(
    ("verb", "path", "is_told"),
    [
        ("POST", "/releases", True),
        ("PATCH", "/releases/7", True),
        ("GET", "/releases/7", False),
        ("DELETE", "/releases/7", False),
        ("POST", "/releases/7/assets", False),
        ("POST", "/git/refs", False),
    ],
)
def test_a_release_that_changes_workflows_is_explained(verb: str, path: str, is_told: bool) -> None:
    said = _explain(verb, API + path, status=404, said="Not Found")
    assert ("`workflows: write`" in said, bool(said)) == (is_told, is_told)


def test_graphql_may_be_about_either() -> None:
    said = _explain("POST", "https://api.github.com/graphql")
    assert "`contents: write` and `pull-requests: write`" in said


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (404, LACKING),
        (403, "GitHub Actions is not permitted to create or approve pull requests."),
        (403, "You have exceeded a secondary rate limit."),
        (422, "Validation Failed"),
    ],
)
def test_a_refusal_about_something_else_gets_no_advice_on_permissions(status: int, said: str) -> None:
    assert _explain("POST", f"{API}/pulls", header="pull_requests=write", said=said, status=status) == ""


@pytest.mark.parametrize(
    "said", ["Resource not accessible by personal access token", "Must have admin rights to Repository."]
)
def test_other_kinds_of_tokens_are_advised_too(said: str) -> None:
    assert "`contents: write`" in _explain("POST", f"{API}/releases", said=said)


def test_what_cannot_be_read_of_the_header_is_left_out() -> None:
    assert read_accepted("contents=write,?; actions=read") == ((("actions", "read"),),)


@given(st.text(max_size=300))
def test_no_header_breaks_the_advice(header: str) -> None:
    assert "permission" in _explain("GET", f"{API}/releases", header=header) or "only an app's" in _explain(
        "GET", f"{API}/releases", header=header
    )
