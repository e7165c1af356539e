"""Runs of many repositories are watched together, held against scripted answers."""

from __future__ import annotations

from pilotage.providers.githubdownstream import GitHubDownstream
from providers.downstreamscript import HEAD, error, parts
from providers.githubscript import Answer, serve_answers


def run(number: int, **more: object) -> dict[str, object]:
    suite = {"status": "COMPLETED", "conclusion": "TIMED_OUT"}
    known = {"databaseId": number, "event": "workflow_dispatch", "url": f"u{number}", "createdAt": "2026-01-02"}
    return known | {"checkSuite": suite | more}


def watch(answer: Answer, *ids: str) -> dict[str, tuple[object, ...]]:
    with serve_answers(answer) as script:
        found = GitHubDownstream(script.call()).watch_runs(ids)
        return {key: (one.id, one.is_done, one.conclusion, one.node_id) for key, one in found.items()}


def test_runs_of_many_repositories_are_watched_in_one_request_in_the_words_of_rest() -> None:
    second = run(2, status="IN_PROGRESS", conclusion=None)
    assert watch(parts(nodes=[run(1), second]), "WFR_1", "WFR_2") == {
        "WFR_1": (1, True, "timed_out", "WFR_1"),
        "WFR_2": (2, False, "", "WFR_2"),
    }


def test_a_run_keeps_what_else_is_known_of_it() -> None:
    with serve_answers(parts(nodes=[run(1)])) as script:
        (found,) = GitHubDownstream(script.call()).watch_runs(["WFR_1"]).values()
    assert (found.event, found.url, found.created_at) == ("workflow_dispatch", "u1", "2026-01-02")


def test_a_run_that_is_gone_or_closed_or_no_run_is_missing_and_the_others_are_not() -> None:
    answer = parts(error("nodes", "gone"), nodes=[None, {}, run(3)])
    assert list(watch(answer, "WFR_1", "X", "WFR_3")) == ["WFR_3"]


def test_no_run_is_shown_when_none_may_be_seen() -> None:
    assert watch(parts(error("nodes", "closed", "FORBIDDEN"), nodes=None), "WFR_1") == {}


def rest_run(number: int) -> Answer:
    known = {"event": "workflow_dispatch", "head_sha": HEAD, "html_url": "u", "created_at": "2026-01-02"}
    return Answer(content={"id": number, **known, "status": "completed", "conclusion": "success", "node_id": "WFR_2"})


def test_a_run_whose_checks_are_closed_to_the_token_is_asked_for_by_itself_where_it_is_known() -> None:
    closed = parts(error("nodes", "Resource not accessible", "FORBIDDEN"), nodes=[run(1), None, None, None])
    gone = Answer(404, {"message": "Not Found"})
    with serve_answers(closed, rest_run(2), gone) as script:
        known = {"WFR_1": ("acme/a", 1), "WFR_2": ("acme/b", 2), "WFR_3": ("acme/c", 3)}
        found = GitHubDownstream(script.call()).watch_runs([*known, "WFR_4"], known=known)
        assert [(key, one.id, one.is_done) for key, one in found.items()] == [("WFR_1", 1, True), ("WFR_2", 2, True)]
        assert script.asked[1:] == [f"GET /repos/acme/{name}/actions/runs/{i}" for name, i in (("b", 2), ("c", 3))]


def test_a_hundred_runs_are_one_request_and_none_is_none() -> None:
    with serve_answers(parts(nodes=[run(i) for i in range(100)]), parts(nodes=[run(100)])) as script:
        ids = [f"WFR_{i}" for i in range(101)]
        found = GitHubDownstream(script.call()).watch_runs([*ids, ids[0]])
        assert [(key, one.id) for key, one in found.items()] == [(f"WFR_{i}", i) for i in range(101)]
        assert GitHubDownstream(script.call()).watch_runs([]) == {}
        assert len(script.questions) == 2
