"""One issue of ours is found by its marker and kept up to date, held against scripted answers."""

from __future__ import annotations

import json

import pytest

from pilotage.errors import RemoteError
from pilotage.providers.githubissues import GitHubIssues, Issue
from providers.githubscript import Answer, GitHubScript, serve_answers

MARKER = "<!-- pilotage:downstream demo -->"
BODY = f"{MARKER}\nall is well\n"
URL = "https://github.com/acme/demo/issues/"


def node(
    number: int, body: str = BODY, *, state: str = "OPEN", title: str = "T", is_own: bool = True
) -> dict[str, object]:
    url = f"{URL}{number}"
    return {"number": number, "title": title, "body": body, "state": state, "url": url, "viewerDidAuthor": is_own}


def page(*nodes: dict[str, object], after: str | None = None) -> Answer:
    info = {"hasNextPage": after is not None, "endCursor": after}
    return Answer(content={"data": {"repository": {"issues": {"nodes": list(nodes), "pageInfo": info}}}})


def rest(number: int, body: str | None = BODY) -> Answer:
    known = {"number": number, "title": "T", "body": body, "state": "open", "html_url": f"{URL}{number}"}
    return Answer(201, known)


def find(*answers: Answer) -> tuple[Issue | None, GitHubScript]:
    with serve_answers(*answers) as script:
        return GitHubIssues(script.call(), repository="acme/demo").find(MARKER), script


def ensure(*answers: Answer, title: str = "T", body: str = BODY, is_open: bool = True) -> tuple[str, GitHubScript]:
    with serve_answers(*answers) as script:
        issues = GitHubIssues(script.call(), repository="acme/demo")
        return issues.ensure(MARKER, title=title, body=body, is_open=is_open), script


def sent(script: GitHubScript) -> list[tuple[str, dict[str, object]]]:
    """Give the writing requests with their bodies."""
    return [
        (f"{one.verb} {one.path.removeprefix('/repos/acme/demo')}", json.loads(one.body))
        for one in script.questions
        if one.path != "/graphql"
    ]


def test_an_issue_of_ours_is_found_by_what_its_text_begins_with() -> None:
    others = [node(3, is_own=False), node(2, f"see {MARKER}"), node(1, "<!-- pilotage:downstream other -->")]
    found, script = find(page(*others, node(6, f"{MARKER}\r\nold", state="CLOSED")))
    assert found == Issue(6, "T", f"{MARKER}\nold", is_open=False, url=f"{URL}6")
    assert len(script.questions) == 1


def test_of_several_the_oldest_is_ours() -> None:
    found, _ = find(page(node(7), node(5, state="CLOSED"), node(6)))
    assert found is not None
    assert (found.number, found.is_open) == (5, False)


def test_further_pages_are_read_until_it_is_found() -> None:
    found, script = find(page(node(9, "x"), after="one"), page(node(4), after="two"))
    assert found is not None
    assert [json.loads(one.body)["variables"]["after"] for one in script.questions] == [None, "one"]


def test_an_issue_that_is_nowhere_is_none() -> None:
    found, script = find(page(node(9, "x"), after="one"), page())
    assert (found, len(script.questions)) == (None, 2)


def test_the_search_through_pages_is_bounded() -> None:
    found, script = find(*[page(node(9, "x"), after="more")] * 25)
    assert (found, len(script.questions)) == (None, 20)


@pytest.mark.parametrize("data", [{"repository": None}, {}])
def test_a_repository_that_is_not_shown_is_an_error_and_not_one_without_issues(data: dict[str, object]) -> None:
    with pytest.raises(RemoteError, match="acme/demo"):
        find(Answer(content={"data": data}))


@pytest.mark.parametrize("body", [BODY, BODY.replace("\n", "\r\n"), BODY.rstrip()])
def test_what_is_up_to_date_is_one_request(body: str) -> None:
    url, script = ensure(page(node(6, body)))
    assert (url, len(script.questions)) == (f"{URL}6", 1)


@pytest.mark.parametrize(
    ("known", "is_open", "changes"),
    [
        (node(6, title="old"), True, {"title": "T"}),
        (node(6, f"{MARKER} old"), True, {"body": BODY}),
        (node(6), False, {"state": "closed"}),
        (node(6, state="CLOSED"), True, {"state": "open"}),
        (node(6, MARKER, title="old"), False, {"title": "T", "body": BODY, "state": "closed"}),
    ],
)
def test_only_what_differs_is_edited(known: dict[str, object], changes: dict[str, object], *, is_open: bool) -> None:
    url, script = ensure(page(known), Answer(content={}), is_open=is_open)
    assert (url, sent(script)) == (f"{URL}6", [("PATCH /issues/6", changes)])


def test_an_issue_that_is_not_there_is_made_and_looked_for_again() -> None:
    url, script = ensure(page(), rest(7), page(node(7)))
    assert (url, sent(script)) == (f"{URL}7", [("POST /issues", {"title": "T", "body": BODY})])
    assert len(script.questions) == 3


def test_a_new_issue_that_the_second_look_does_not_show_yet_is_ours_all_the_same() -> None:
    url, script = ensure(page(), rest(7, None), page(), Answer(content={}))
    assert (url, sent(script)[1:]) == (f"{URL}7", [("PATCH /issues/7", {"body": BODY})])


def test_a_new_issue_is_closed_when_nothing_is_left_to_do() -> None:
    url, script = ensure(page(), rest(7), page(node(7)), Answer(content={}), is_open=False)
    assert (url, sent(script)[1:]) == (f"{URL}7", [("PATCH /issues/7", {"state": "closed"})])


@pytest.mark.parametrize("seen", [page(node(8), node(7, f"{MARKER} theirs")), page(node(7, f"{MARKER} theirs"))])
def test_of_two_that_are_made_at_once_the_older_stays_and_the_younger_loses_its_marker(seen: Answer) -> None:
    url, script = ensure(page(), rest(8), seen, Answer(content={}), Answer(content={}))
    retired = sent(script)[1][1]
    assert (url, [what for what, _ in sent(script)]) == (
        f"{URL}7",
        ["POST /issues", "PATCH /issues/8", "PATCH /issues/7"],
    )
    assert (retired["state"], retired["state_reason"]) == ("closed", "not_planned")
    assert "#7" in str(retired["body"])
    assert MARKER not in str(retired["body"])
    assert sent(script)[2][1] == {"body": BODY}


def test_a_younger_one_that_a_dead_run_left_behind_is_closed_later() -> None:
    url, script = ensure(page(node(8), node(7)), Answer(content={}))
    assert (url, [what for what, _ in sent(script)]) == (f"{URL}7", ["PATCH /issues/8"])


@pytest.mark.parametrize("unclear", [Answer(502), Answer(0)])
def test_an_issue_that_an_unclear_request_made_is_not_made_twice(unclear: Answer) -> None:
    url, script = ensure(page(), unclear, page(node(7)), page(node(7)))
    assert (url, len(sent(script))) == (f"{URL}7", 1)


def test_an_unclear_request_without_effect_is_sent_again() -> None:
    url, script = ensure(page(), Answer(502), page(), rest(7), page(node(7)))
    assert (url, len(sent(script))) == (f"{URL}7", 2)


def test_an_unclear_edit_is_sent_again() -> None:
    _, script = ensure(page(node(6, MARKER)), Answer(502), Answer(content={}))
    assert [what for what, _ in sent(script)] == ["PATCH /issues/6"] * 2


def test_a_repository_without_issues_is_told_with_what_to_do() -> None:
    with pytest.raises(RemoteError, match="acme/demo: issues are switched off there") as caught:
        ensure(page(), Answer(410, {"message": "Issues has been disabled in this repository."}))
    assert 'report = "off"' in caught.value.hint


def test_another_refusal_stays_what_it_is() -> None:
    with pytest.raises(RemoteError, match="HTTP 403") as caught:
        ensure(page(), Answer(403, {"message": "Resource not accessible by integration"}))
    assert "`issues: write`" in caught.value.hint
