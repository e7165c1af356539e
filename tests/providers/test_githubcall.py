from __future__ import annotations

import gc
import json
import logging
import time

import pytest

from pilotage.errors import RemoteError
from pilotage.model.patience import Patience
from pilotage.providers.githubcall import (
    GitHubCall,
    GitHubRefusalError,
    UnclearAnswerError,
)
from pilotage.providers.githubrefusal import read_limit, read_refusal
from providers.githubscript import HTML, TOKEN, Answer, serve_answers

UNCLEAR = {
    "a bad gateway": Answer(502, HTML),
    "a server error": Answer(500, {"message": "Server Error"}),
    "a cut connection": Answer(0),
    "a cut body": Answer(200, {"name": "demo", "long": "x" * 100}, cut=20),
    "garbage": Answer(200, b"<html>all is well</html>"),
}
SECONDARY = {"message": "You have exceeded a secondary rate limit. Please wait."}


def failing(number: int = 9) -> list[Answer]:
    return [Answer(502, HTML) for _ in range(number)]


@pytest.mark.parametrize("what", UNCLEAR)
def test_a_read_is_repeated_after(what: str) -> None:
    with serve_answers(UNCLEAR[what], Answer(200, {"name": "demo"})) as script:
        assert script.call().read("/repos/acme/demo") == {"name": "demo"}
        assert (script.asked, script.waits) == (["GET /repos/acme/demo"] * 2, [1])


@pytest.mark.parametrize("what", UNCLEAR)
def test_a_read_is_not_repeated_for_ever_after(what: str) -> None:
    with serve_answers(*[UNCLEAR[what]] * 9) as script:
        with pytest.raises(UnclearAnswerError, match=r"GET http://127\.0\.0\.1:[0-9]+/user"):
            script.call().read("/user")
        assert (len(script.asked), script.waits) == (3, [1, 2])


def test_a_server_that_is_not_there_is_out_of_reach() -> None:
    with serve_answers() as script:
        call = script.call(patience=Patience(attempts=1))
    with pytest.raises(UnclearAnswerError, match="out of reach") as caught:
        call.read("/user")
    call.close()
    assert "githubstatus.com" in caught.value.hint


def test_parameters_travel_in_the_address() -> None:
    with serve_answers(Answer(200, [])) as script:
        assert script.call().read("/pulls", parameters={"head": "acme:a/b&c", "per_page": 100}) == []
        assert script.asked == ["GET /pulls?head=acme%3Aa%2Fb%26c&per_page=100"]


def test_an_answer_without_a_body_is_nothing() -> None:
    with serve_answers(Answer(204, b"", headers={})) as script:
        assert script.call().send("DELETE", "/x") is None


@pytest.mark.parametrize("what", UNCLEAR)
@pytest.mark.parametrize("verb", ["POST", "PATCH", "DELETE"])
def test_a_write_is_never_repeated_blindly_after(verb: str, what: str) -> None:
    with serve_answers(UNCLEAR[what]) as script:
        with pytest.raises(UnclearAnswerError):
            script.call().send(verb, "/pulls", {"title": "x"})
        assert script.asked == [f"{verb} /pulls"]


@pytest.mark.parametrize("what", UNCLEAR)
def test_a_write_whose_effect_is_there_is_not_sent_again_after(what: str) -> None:
    with serve_answers(UNCLEAR[what]) as script:
        call = script.call()
        assert call.write(lambda: call.send("POST", "/pulls", {}), look=lambda: "found") == "found"
        assert script.asked == ["POST /pulls"]


@pytest.mark.parametrize("what", UNCLEAR)
def test_a_write_whose_effect_is_not_there_is_sent_again_after(what: str) -> None:
    with serve_answers(UNCLEAR[what], Answer(201, {"number": 7})) as script:
        call = script.call()
        assert call.write(lambda: call.send("POST", "/pulls", {"a": 1}), look=lambda: None) == {"number": 7}
        assert [question.body for question in script.questions] == ['{"a": 1}'] * 2


def test_a_write_looks_before_every_further_try_and_not_before_the_first() -> None:
    looks: list[int] = []
    with serve_answers(*failing()) as script:
        call = script.call()
        with pytest.raises(UnclearAnswerError):
            call.write(lambda: call.send("POST", "/pulls"), look=lambda: looks.append(len(script.asked)))
        assert (len(script.asked), looks) == (3, [1, 2])


def test_a_write_does_not_act_when_its_look_fails() -> None:
    with serve_answers(*failing()) as script:
        call = script.call()
        with pytest.raises(UnclearAnswerError, match="GET"):
            call.write(lambda: call.send("POST", "/pulls"), look=lambda: call.read("/pulls"))
        assert script.asked.count("POST /pulls") == 1


def test_a_refused_write_is_not_sent_again() -> None:
    with serve_answers(Answer(422, {"message": "Validation Failed"})) as script:
        call = script.call()
        with pytest.raises(GitHubRefusalError):
            call.write(lambda: call.send("POST", "/pulls"), look=lambda: None)
        assert script.asked == ["POST /pulls"]


@pytest.mark.parametrize("status", [403, 429])
def test_a_secondary_limit_is_waited_for_and_the_write_sent_again_without_a_look(status: int) -> None:
    looks: list[None] = []
    with serve_answers(Answer(status, SECONDARY, {"Retry-After": "7"}), Answer(201, {"number": 7})) as script:
        call = script.call()
        made = call.write(lambda: call.send("POST", "/pulls"), look=lambda: looks.append(None))
        assert (made, script.waits, looks) == ({"number": 7}, [7], [])


def test_a_limit_without_a_time_waits_a_minute() -> None:
    with serve_answers(Answer(429, b"slow down"), Answer(403, SECONDARY), Answer(200, {"ok": 1})) as script:
        assert script.call().read("/user") == {"ok": 1}
        assert script.waits == [60, 60]


def test_a_primary_limit_beyond_the_bound_ends_at_once_and_names_the_seconds() -> None:
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time.time()) + 1800)}
    with serve_answers(Answer(403, {"message": "API rate limit exceeded for installation."}, headers)) as script:
        with pytest.raises(RemoteError, match=r"asks to wait (1800|1799) s: API rate limit exceeded") as caught:
            script.call().read("/user")
        assert (script.asked, script.waits, caught.value.exit_code) == (["GET /user"], [], 5)


def test_a_limit_that_stays_ends_after_the_last_try() -> None:
    limited = Answer(403, SECONDARY, {"Retry-After": "2"})
    with serve_answers(*[limited] * 9) as script:
        with pytest.raises(RemoteError, match="asks to wait 2 s"):
            script.call().read("/user")
        assert (len(script.asked), script.waits) == (3, [2, 2])


def test_a_bad_token_is_explained() -> None:
    with serve_answers(Answer(401, {"message": "Bad credentials"})) as script:
        with pytest.raises(GitHubRefusalError, match="HTTP 401: Bad credentials") as caught:
            script.call().read("/user")
        assert ("GITHUB_TOKEN" in caught.value.hint, caught.value.status, len(script.asked)) == (True, 401, 1)


def test_a_token_without_the_right_is_explained() -> None:
    with serve_answers(Answer(403, {"message": "Resource not accessible by integration"})) as script:
        with pytest.raises(GitHubRefusalError, match="not accessible") as caught:
            script.call().send("POST", "/pulls")
        assert "contents: write" in caught.value.hint


def test_a_missing_resource_is_a_refusal_with_its_status() -> None:
    with serve_answers(Answer(404, {"message": "Not Found"})) as script:
        with pytest.raises(GitHubRefusalError, match=r"GET .*/nothing: HTTP 404: Not Found$") as caught:
            script.call().read("/nothing")
        assert (caught.value.status, caught.value.said, caught.value.hint) == (404, "Not Found", "")


def test_what_github_says_beside_its_message_is_told() -> None:
    errors = [{"resource": "PullRequest", "code": "custom", "message": "A pull request already exists for acme:x."}]
    with serve_answers(Answer(422, {"message": "Validation Failed", "errors": errors})) as script:
        with pytest.raises(GitHubRefusalError) as caught:
            script.call().send("POST", "/pulls")
        assert caught.value.said == "Validation Failed; A pull request already exists for acme:x."


def test_a_refusal_that_is_no_json_is_one_all_the_same() -> None:
    with serve_answers(Answer(404, HTML)) as script, pytest.raises(GitHubRefusalError, match="404: no reason given"):
        script.call().read("/user")


@pytest.mark.parametrize("status", [302, 307, 308])
def test_a_redirect_of_a_write_is_a_refusal_and_never_a_success(status: int) -> None:
    with serve_answers(Answer(status, {"message": "Moved"}, {"Location": "/elsewhere"})) as script:
        with pytest.raises(GitHubRefusalError, match=f"HTTP {status}: Moved"):
            script.call().send("PATCH", "/pulls/7", {"title": "x"})
        assert script.asked == ["PATCH /pulls/7"]


def test_a_renamed_repository_is_followed_on_the_same_server() -> None:
    with serve_answers(Answer(301, {}, {"Location": "unset"}), Answer(200, {"id": 1})) as script:
        script.answers[0].headers["Location"] = f"{script.url}/repositories/1"
        assert script.call().read("/repos/acme/old") == {"id": 1}
        assert script.asked == ["GET /repos/acme/old", "GET /repositories/1"]


def test_a_redirect_to_another_server_is_refused_and_takes_no_token_there() -> None:
    with serve_answers(Answer(301, {}, {"Location": "http://elsewhere.example/user", "Connection": "close"})) as script:
        with pytest.raises(RemoteError, match=r"elsewhere\.example") as caught:
            script.call().read("/user")
        assert (len(script.asked), "GITHUB_API_URL" in caught.value.hint) == (1, True)


def test_the_token_travels_in_a_header_only(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serve_answers(Answer(500, {}), Answer(200, {"data": {"a": 1}}), Answer(401, {"message": "no"})) as script:
        call = script.call()
        call.query("query { a }", {})
        with pytest.raises(GitHubRefusalError) as caught:
            call.send("POST", "/pulls", {"title": "x"})
        assert [question.headers["authorization"] for question in script.questions] == [f"token {TOKEN}"] * 3
        seen = [question.path + question.body for question in script.questions]
        assert TOKEN not in "".join([*seen, str(caught.value), repr(caught.value), repr(vars(call))])
    assert TOKEN not in caplog.text


def test_no_token_sends_no_header() -> None:
    with serve_answers(Answer(200, {})) as script:
        script.call(token="").read("/user")
        assert "authorization" not in script.questions[0].headers


def test_a_request_says_who_asks() -> None:
    with serve_answers(Answer(200, {})) as script:
        script.call().read("/user")
        assert script.questions[0].headers["user-agent"].startswith("pilotage/")


@pytest.mark.parametrize("where", ["/graphql", "/api/graphql", "/elsewhere/graph"])
def test_the_address_of_graphql_is_taken_as_it_is_given(where: str) -> None:
    with serve_answers(Answer(200, {"data": {"a": 1}})) as script:
        assert script.call(graphql=where).query("query { a }", {"x": "y"}) == {"a": 1}
        assert script.asked == [f"POST {where}"]
        assert json.loads(script.questions[0].body) == {"query": "query { a }", "variables": {"x": "y"}}


GRAPH_UNCLEAR = UNCLEAR | {
    "data that is null": Answer(200, {"data": None}),
    "no data": Answer(200, {}),
    "a list": Answer(200, [1]),
}


@pytest.mark.parametrize("what", GRAPH_UNCLEAR)
def test_a_query_is_repeated_after(what: str) -> None:
    with serve_answers(GRAPH_UNCLEAR[what], Answer(200, {"data": {"a": 1}})) as script:
        assert script.call().query("query { a }", {}) == {"a": 1}


@pytest.mark.parametrize("what", GRAPH_UNCLEAR)
def test_a_mutation_is_sent_once_even_after(what: str) -> None:
    with serve_answers(GRAPH_UNCLEAR[what]) as script:
        with pytest.raises(UnclearAnswerError):
            script.call().mutate("mutation { a }", {})
        assert len(script.asked) == 1


def test_errors_of_a_query_are_errors_even_beside_data() -> None:
    errors = [{"type": "FORBIDDEN", "message": "no", "path": ["a"]}, "odd"]
    with serve_answers(Answer(200, {"data": {"a": None}, "errors": errors})) as script:
        with pytest.raises(GitHubRefusalError, match="GraphQL: no; odd") as caught:
            script.call().query("query { a }", {})
        assert (caught.value.status, len(script.asked)) == (200, 1)


def test_a_limit_of_graphql_is_waited_for() -> None:
    limited = Answer(200, {"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]})
    with serve_answers(limited, Answer(200, {"data": {"a": 1}})) as script:
        assert script.call().query("query { a }", {}) == {"a": 1}
        assert script.waits == [60]


def test_a_limit_of_graphql_beyond_the_bound_ends_at_once_and_names_the_seconds() -> None:
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time.time()) + 1800)}
    limited = Answer(200, {"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}, headers)
    with serve_answers(*[limited] * 5) as script:
        with pytest.raises(RemoteError, match=r"asks to wait (1800|1799) s"):
            script.call().query("query { a }", {})
        assert len(script.asked) == 1


def test_connections_are_kept_and_given_back() -> None:
    with serve_answers(Answer(200, {}), Answer(200, {}), Answer(200, {})) as script:
        call = script.call()
        call.read("/a")
        call.read("/b")
        call.close()
        call.close()
        call.read("/c")
        call.close()
        gc.collect()
        assert len(script.asked) == 3


@pytest.mark.parametrize(
    ("status", "headers", "said", "seconds"),
    [
        (403, {"retry-after": "7"}, "", 7),
        (403, {"retry-after": "7", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1300"}, "", 7),
        (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1300"}, "", 300),
        (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "900"}, "", 1),
        (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "soon"}, "", 60),
        (403, {"x-ratelimit-remaining": "0"}, "", 60),
        (403, {"retry-after": "²"}, "Secondary Rate Limit", 60),
        (403, {"x-ratelimit-remaining": "12"}, "Resource not accessible by integration", None),
        (429, {}, "", 60),
        (404, {"retry-after": "7"}, "rate limit", None),
    ],
)
def test_a_limit_says_how_long_to_wait(status: int, headers: dict[str, str], said: str, seconds: float | None) -> None:
    assert read_limit(status, headers, said, now=1000.0) == seconds


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, "no reason given"),
        ([], "no reason given"),
        ({}, ""),
        ({"message": "a\r\n::error::b"}, "a ::error::b"),
        ({"message": "Validation Failed", "errors": "words"}, "Validation Failed"),
        ({"message": "No", "errors": ["one", {"field": "base", "code": "invalid"}]}, "No; one; base invalid"),
        ({"message": "x" * 500}, "x" * 300),
    ],
)
def test_a_refusal_is_told_on_one_line(answer: object, said: str) -> None:
    assert read_refusal(answer) == said


def test_a_call_that_was_never_made_has_nothing_to_close() -> None:
    with serve_answers() as script:
        call: GitHubCall = script.call()
        call.close()
        assert script.asked == []
