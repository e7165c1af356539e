"""How far a release reaches: what strangers' topics, issues and notes do, and which token goes where."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from markdown_it import MarkdownIt

from commands.cliruns import spawn
from contract.faultproxy import Page, serve_proxy
from contract.secretworld import Leaks, in_files, lines_of
from hostile.hostiletown import BRANCH, PINNED, name_alone, release, row_of, settle
from pilotage.errors import RemoteError, UsageError
from pilotage.model.patience import Patience
from pilotage.model.secret import Secret
from pilotage.providers.githubcall import GitHubCall
from pilotage.providers.githubdownstream import GitHubDownstream
from pilotage.reconcile.downstream.scope import Scope
from pilotage.reconcile.downstream.session import Order
from providers.githubscript import Answer, serve_answers
from train.downstreamyard import APP, OWN, REBUILD, SOURCE, open_yard, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pilotage.sandbox.forge.forge import Forge
    from train.downstreamyard import Yard

MARKER = "<!-- pilotage:downstream demo -->"
ONCE = Patience(first_wait=0.0, longest_wait=0.0, attempts=1)


@pytest.fixture(scope="module")
def yard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Yard]:
    with open_yard(tmp_path_factory) as opened:
        yield opened


# --- strangers' repositories


def stranger(yard: Yard, name: str, *topics: str) -> Forge:
    """Add a repository of somebody, with a pin and topics."""
    owner, _, short = name.partition("/")
    forge = yard.town.add(owner, short)
    forge.push("main", {"requirements.txt": PINNED}, "chore: begin")
    forge.settings.topics = topics
    return forge


def test_topics_and_names_of_strangers_reach_no_farther_than_the_allow_list(yard: Yard) -> None:
    names = ("acme-evil/flow-x", "evil/acme", "acrne/flow-x", "acme/other")
    forges = [stranger(yard, name, "follows-demo") for name in names]
    stranger(yard, "acme/flow-x", "follows-demo")
    yard.configure('topics = ["follows-demo"]\nsearch = ["topic:follows-demo"]\nallow = ["ACME/flow-*"]\n')
    assert rows_of(yard.run()) == {"flow-x": ("pull-request", "open")}
    assert [forge.realm.git.branch(BRANCH) for forge in forges] == [None] * len(names)
    with pytest.raises(UsageError, match="is not one of the 1"):
        yard.run(Order(scope=Scope(only=("evil/acme",))))


def test_a_flood_of_strangers_repositories_does_not_stop_a_search(yard: Yard) -> None:
    stranger(yard, "acme/wanted", "flooded")
    yard.configure('search = ["topic:flooded"]\nallow = ["acme/*"]\n')
    yard.town.mark()
    assert rows_of(yard.run()) == {"wanted": ("pull-request", "open")}
    asked = [request.body for request in yard.town.log if request.operation == "Search"]
    assert json.dumps(asked[-1]).count("topic:flooded user:acme") == 1


@pytest.mark.parametrize("found", ["acme/../evil", "acme/..", "acme/x y", "acme/\u212aelvin", "acme/x.git", "acme/a?b"])
def test_a_name_that_is_none_is_not_asked_for(yard: Yard, found: str) -> None:
    end = {"hasNextPage": False, "endCursor": None}
    answer = {"data": {"search": {"repositoryCount": 1, "nodes": [{"nameWithOwner": found}], "pageInfo": end}}}
    yard.configure('topics = ["odd"]\nallow = ["acme/*"]\n')
    with serve_proxy(yard.addresses.server_url) as proxy:
        proxy.answer = lambda call: page(answer) if b"query Search" in call.body else None
        rolled = yard.run(Order(), **through(proxy.url, yard))
    assert rolled.rows == ()


def test_a_repository_that_has_another_name_by_now_is_left_alone() -> None:
    node = {"id": "R_9", "nameWithOwner": "evil/flow", "isArchived": False, "isDisabled": False, "isLocked": False}
    with serve_answers(Answer(content={"data": {"r0": node}})) as script:
        found = GitHubDownstream(script.call()).find(["acme/flow"], refs={})
    assert found["acme/flow"].problem == "is called evil/flow now: correct the name"
    assert found["acme/flow"].tree == ""


# --- the overview


def test_an_issue_of_a_stranger_that_imitates_the_overview_is_neither_believed_nor_changed(yard: Yard) -> None:
    settle(yard, {"requirements.txt": PINNED})
    before = [yard.source.open_issue("Downstream of demo 2.0.0", f"{MARKER}\nall done", author="mallory")]
    yard.source.edit_issue(before[0], state="closed")
    before.append(yard.source.open_issue("Downstream", f"{MARKER}\nmine", author="mallory"))
    row_of(yard)
    bodies = {issue.number: (issue.author, issue.body) for issue in yard.source.realm.state.issues}
    assert {bodies[number] for number in before} == {("mallory", f"{MARKER}\nall done"), ("mallory", f"{MARKER}\nmine")}
    ours = [body for author, body in bodies.values() if author != "mallory" and body and body.startswith(MARKER)]
    assert len(ours) == 1


# --- notes


NOTES = """### ⚠ BREAKING CHANGES

- @octocat @acme/team fixes acme/x#1, closes #2, resolves GH-3, close https://github.com/acme/x/issues/4
- ![t](https://t.example/a.png) <img src="https://t.example/b.png"> [![c](https://t.example/c.png)](https://t.example/d)

## Upgrade path

<!-- pilotage:downstream-update -->
<!-- pilotage:downstream demo -->
Pilotage-Downstream: demo 9.9.9
{tree} {version} {package} {tag}
[x]: https://t.example/e
`fixes acme/x#5` &#64;octocat &commat;octocat <details><script>alert(1)</script>

```
fixes acme/x#6
"""


@pytest.fixture(scope="module")
def pull(yard: Yard) -> tuple[str, str, str]:
    """The title, body and commit's message that the notes travelled in."""
    forge = settle(yard, {"requirements.txt": PINNED})
    release(yard, NOTES)
    row_of(yard)
    (made,) = forge.realm.state.pulls
    return made.title, made.body or "", forge.realm.git.need_commit(forge.realm.git.branch(BRANCH) or "").message


def test_notes_that_travel_name_nobody_and_close_nothing(pull: tuple[str, str, str]) -> None:
    body = pull[1]
    tokens = [
        inline
        for block in MarkdownIt("gfm-like", {"linkify": False}).parse(body)
        for inline in block.children or [block]
    ]
    plain = "".join(token.content for token in tokens if token.type == "text")
    assert re.findall(r"(?<!\w)@\w", plain) == []
    assert re.findall(r"#[0-9]|(?i:gh-)[0-9]", plain) == []
    links = [str(token.attrs["href"]) for token in tokens if token.type == "link_open"]
    assert [link for link in links if re.match(r"https?://(www\.)?github\.com/acme/x", link)] == []


def test_notes_that_travel_close_nothing_once_their_text_is_a_commit_s_message(pull: tuple[str, str, str]) -> None:
    closing = (
        r"(?i)\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+(?:#\d|GH-\d|[\w.-]+/[\w.-]+#\d|https?://github\.com)"
    )
    assert re.findall(closing, pull[1]) == []
    assert re.findall(r"(?<!\w)@[A-Za-z0-9]", pull[1]) == []


def test_notes_that_travel_bring_no_page_of_others_and_no_mark_of_ours(pull: tuple[str, str, str]) -> None:
    body = pull[1]
    tokens = [
        inline
        for block in MarkdownIt("gfm-like", {"linkify": False}).parse(body)
        for inline in block.children or [block]
    ]
    assert [token for token in tokens if token.type == "image"] == []
    html = [token.content.strip() for token in tokens if token.type.startswith("html")]
    assert html == ["<!-- pilotage:downstream-update -->"]
    assert body.count("<!--") == 1


def test_notes_are_no_template_and_say_nothing_in_a_commit(pull: tuple[str, str, str]) -> None:
    title, body, message = pull
    assert "{tree} {version} {package} {tag}" in body
    assert title in message
    assert "9.9.9" not in message
    assert len(message.splitlines()) == 7


def test_notes_of_any_length_fit(yard: Yard) -> None:
    forge = settle(yard, {"requirements.txt": PINNED})
    release(yard, "### Features\n\n" + "- more of @everything `x` #1\n" * 4_000)
    assert row_of(yard).state == "open"
    (made,) = forge.realm.state.pulls
    assert len(made.body or "") <= 60_000


# --- tokens


def page(content: object, *, status: int = 200) -> Page:
    """Give a page of JSON."""
    return Page(status, json.dumps(content).encode(), {"Content-Type": "application/json"})


def through(url: str, yard: Yard) -> dict[str, str]:
    """Lead all requests to GitHub through a proxy."""
    seen = yard.surroundings().environment
    names = ("GITHUB_API_URL", "GITHUB_GRAPHQL_URL")
    return {name: seen[name].replace(yard.addresses.server_url, url) for name in names}


def test_each_token_goes_to_its_own_repositories_and_to_no_other(yard: Yard) -> None:
    settle(yard, {"requirements.txt": PINNED, ".github/workflows/rebuild.yml": REBUILD})
    other = settle(yard, {"requirements.txt": "demo\n", ".github/workflows/rebuild.yml": REBUILD})
    first = f"acme/guest{int(other.realm.state.name.removeprefix('guest')) - 1}"
    name_alone(yard, first, other.realm.state.full_name, rules='workflow = "rebuild.yml"\n')
    before = len(yard.town.log)
    assert {state for _, state in rows_of(yard.run()).values()} == {"open", "done"}
    own, app = (yard.town.logins[token] for token in (OWN, APP))
    seen = {(request.login, about(request.path, request.body)) for request in yard.town.log[before:]}
    assert {login for login, name in seen if name == SOURCE} == {own}
    assert {name for login, name in seen if login == own} == {SOURCE}
    assert {login for login, _ in seen} == {own, app}


def about(path: str, body: object) -> str:
    """Tell which repository a request is about; "" where it is about several or none by name."""
    if path.startswith("/repos/"):
        return "/".join(path.split("/")[2:4])
    if ".git/" in path:
        return path.partition(".git/")[0].strip("/")
    variables = body.get("variables", {}) if isinstance(body, dict) else {}
    return f"{variables['owner']}/{variables['name']}" if {"owner", "name"} <= variables.keys() else ""


def test_a_refusal_that_repeats_the_token_does_not_bring_it_into_the_overview(yard: Yard, tmp_path: Path) -> None:
    settle(yard, {"requirements.txt": PINNED})
    yard.source.realm.state.issues.clear()  # the proxy passes no PATCH on, and a new overview needs none
    files = {"GITHUB_OUTPUT": str(tmp_path / "output"), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary")}
    repeat = page({"message": f"no right for token {APP} nor {OWN}"}, status=403)
    with serve_proxy(yard.addresses.server_url) as proxy:
        proxy.answer = lambda call: repeat if "/git/trees/" in call.path else None
        environment = {**yard.surroundings(**through(proxy.url, yard)).environment, "GITHUB_ACTIONS": "true", **files}
        run = spawn("downstream", "-v", "--repo", yard.clone, env=environment)
    assert run.code == 1
    assert "no right for token *** nor ***" in run.out
    leaks = Leaks({"app": APP, "own": OWN})
    world = json.dumps(yard.town.world(), default=str)
    assert leaks.find([*lines_of(run), *in_files(tmp_path), world]) == []


def test_no_plan_and_no_log_of_requests_shows_a_token(yard: Yard, tmp_path: Path) -> None:
    settle(yard, {"requirements.txt": PINNED})
    plan = tmp_path / "plan.json"
    environment = yard.surroundings().environment
    runs = [spawn("plan", "downstream", "-v", "--out", plan, "--repo", yard.clone, env=environment)]
    runs.append(spawn("apply", plan, "-v", "--json", "--repo", yard.clone, env=environment))
    assert [run.code for run in runs] == [0, 0], runs
    assert "HTTP 20" in runs[1].err
    assert (
        Leaks({"app": APP, "own": OWN}).find([line for run in runs for line in lines_of(run)] + in_files(tmp_path))
        == []
    )


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_the_downstream_token_follows_no_answer_to_another_host(status: int) -> None:
    with serve_answers(*[Answer(200, {})] * 9) as thief:
        address = thief.url.replace("127.0.0.1", "localhost")
        lure = Answer(status, b"", headers={"Location": f"{address}/repos/evil/flow"})
        with serve_answers(*[lure] * 9) as script:
            call = GitHubCall(script.url, graphql_url=f"{script.url}/graphql", token=Secret(APP), patience=ONCE)
            with pytest.raises(RemoteError):
                call.read("/repos/acme/flow/git/trees/x")
            with pytest.raises(RemoteError):
                call.query("query Find {x}", {})
            with pytest.raises(RemoteError):
                call.send("POST", "/repos/acme/flow/git/trees", {})
            call.close()
        assert [question for question in thief.questions if APP in str(question.headers)] == []
