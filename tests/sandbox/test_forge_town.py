"""Many repositories stand behind one address, and each keeps to itself."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
import requests

from pilotage.sandbox.forge import Fault, FaultKind, Permission, Town
from sandbox.githubschema import official_api
from sandbox.townclient import FILES, WORKFLOW, TownClient, errors, new_town, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pilotage.sandbox.forge import Addresses

NODES = """query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on WorkflowRun {
  databaseId url createdAt updatedAt runNumber event checkSuite { status conclusion } } } }"""


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    made = new_town(tmp_path / "town")
    yield made
    api = official_api()
    assert [problem for request in made.log for problem in api.check(request)] == []
    assert [request.answer for request in made.log if request.status == 500] == []


@pytest.fixture
def addresses(town: Town) -> Iterator[Addresses]:
    with town.serve() as served:
        yield served


@pytest.fixture
def client(addresses: Addresses) -> TownClient:
    return TownClient(addresses)


def _object(value: object) -> dict[str, object]:
    assert isinstance(value, dict)
    return value


def _branches(town: Town) -> list[object]:
    return [sorted(_object(world["branches"])) for world in town.world().values()]


def _new_branch(client: TownClient, town: Town, name: str = "acme/site") -> requests.Response:
    sha = town.forge(name).realm.git.branch("main")
    return client.send("POST", f"{name}/git/refs", {"ref": "refs/heads/topic", "sha": sha})


def test_a_request_changes_the_repository_that_it_names_and_no_other(town: Town, client: TownClient) -> None:
    answer = _new_branch(client, town)
    assert (answer.status_code, "/repos/acme/site/git/" in answer.json()["url"]) == (201, True)
    assert _branches(town) == [["main"], ["main", "topic"], ["main"]]


def test_names_are_found_in_any_case_and_unknown_ones_are_not(client: TownClient) -> None:
    assert client.send("GET", "Acme/DEMO").json()["full_name"] == "acme/demo"
    assert client.told("GET", "acme/nothing") == (404, "Not Found")


def test_a_name_is_given_once(town: Town) -> None:
    with pytest.raises(ValueError, match="acme/Demo stands here already"):
        town.add("acme", "Demo")
    with pytest.raises(KeyError):
        town.forge("acme/nothing")


def test_what_is_added_while_the_town_is_served_is_served(town: Town, client: TownClient) -> None:
    town.add("late", "comer", default_branch="trunk").push("trunk", {"a": "1"}, "feat: a")
    assert client.send("GET", "late/comer").json()["default_branch"] == "trunk"
    assert list(town.forges) == ["acme/demo", "acme/site", "mona/tool", "late/comer"]


def test_a_client_of_one_repository_gets_its_endpoint(town: Town, addresses: Addresses) -> None:
    endpoint = addresses.endpoint("mona/tool")
    assert endpoint.clone_url == addresses.clone_url("mona/tool") == f"{addresses.server_url}/mona/tool.git"
    assert (endpoint.api_url, endpoint.graphql_url) == (addresses.api_url, addresses.graphql_url)
    assert town.forge("mona/tool").links.html() == f"{addresses.server_url}/mona/tool"


def test_git_clones_each_repository_by_its_own_address(town: Town, addresses: Addresses, tmp_path: Path) -> None:
    town.forge("mona/tool").push("main", {"own.txt": "mine"}, "feat: own")
    url = addresses.clone_url("mona/tool").replace("http://", "http://x:writer@")
    subprocess.run(["git", "clone", "-q", url, tmp_path / "clone"], check=True)
    assert (tmp_path / "clone" / "own.txt").read_text() == "mine"
    lost = subprocess.run(
        ["git", "ls-remote", url.replace("mona/tool", "mona/lost")], capture_output=True, text=True, check=False
    )
    assert (lost.returncode, "not found" in lost.stderr) == (128, True)


@pytest.mark.parametrize(
    ("level", "want"),
    [("none", (404, 404, 404)), ("read", (200, 403, 403)), ("write", (200, 201, 200))],
)
def test_a_token_reaches_what_it_may(town: Town, client: TownClient, level: str, want: tuple[int, int, int]) -> None:
    town.access["writer"] = {"acme/site": level}  # type: ignore[dict-item]  # parametrised
    service = f"{client.addresses.clone_url('acme/site')}/info/refs?service=git-receive-pack"
    pushing = requests.get(service, auth=("x", "writer"), timeout=10)
    found = client.send("GET", "acme/site").status_code, _new_branch(client, town).status_code, pushing.status_code
    assert found == want
    assert _new_branch(client, town, "acme/demo").status_code == 201


def test_a_token_may_lack_a_single_right_in_one_repository(town: Town, client: TownClient) -> None:
    town.limits_in["writer"] = {"acme/site": {"actions": "read"}}
    body = {"ref": "main", "inputs": {"version": "2"}}
    path = "actions/workflows/build.yml/dispatches"
    found = [client.send("POST", f"{name}/{path}", body).status_code for name in ("acme/demo", "acme/site")]
    assert (found, _new_branch(client, town).status_code) == ([204, 403], 201)


def test_a_hidden_repository_is_not_there_for_graphql(town: Town, client: TownClient) -> None:
    town.access["writer"] = {"acme/site": "none", "mona/tool": "read"}
    site = town.forge("acme/site")
    node = client.send("GET", "acme/demo").json()["node_id"]
    query = """{ r0: repository(owner: "acme", name: "demo") { id viewerPermission }
      r1: repository(owner: "acme", name: "site") { id }
      r2: repository(owner: "mona", name: "tool") { viewerPermission } }"""
    answer = client.query(query)
    data = {"r0": {"id": node, "viewerPermission": "WRITE"}, "r1": None, "r2": {"viewerPermission": "READ"}}
    assert (answer["data"], errors(answer)) == (data, [("NOT_FOUND", ["r1"])])
    run = site.add_run("build.yml", "main", status="queued")
    assert errors(client.query(NODES, ids=[f"WFR_{run}"])) == [("NOT_FOUND", ["nodes", 0])]
    assert site.run(run).looks == 0


def test_one_request_asks_for_many_repositories_and_tells_those_that_are_missing(client: TownClient) -> None:
    names = {"r0": "acme/demo", "r1": "acme/lost", "r2": "mona/tool"}
    fields = [
        f'{alias}: repository(owner: "{n.split("/")[0]}", name: "{n.split("/")[1]}") {{ nameWithOwner }}'
        for alias, n in names.items()
    ]
    answer = client.query("{ " + " ".join(fields) + " }")
    assert answer["data"] == {
        "r0": {"nameWithOwner": "acme/demo"},
        "r1": None,
        "r2": {"nameWithOwner": "mona/tool"},
    }
    (problem,) = answer["errors"] if isinstance(answer["errors"], list) else []
    assert (problem["type"], problem["path"]) == ("NOT_FOUND", ["r1"])
    assert problem["message"] == "Could not resolve to a Repository with the name 'acme/lost'."


def test_runs_of_many_repositories_are_watched_by_one_request_and_go_on(town: Town, client: TownClient) -> None:
    demo, tool = town.forge("acme/demo"), town.forge("mona/tool")
    tool.runs_end = "failure"
    runs = [
        demo.add_run("build.yml", "main", status="queued"),
        tool.add_run("build.yml", "main", status="queued", event="workflow_dispatch"),
    ]
    assert len(set(runs)) == 2
    ids = [client.send("GET", f"acme/demo/actions/runs/{runs[0]}").json()["node_id"], f"WFR_{runs[1]}"]
    looks = [rows_of(client.data(NODES, ids=ids)) for _ in range(3)]
    seen = [[(row["checkSuite"]["status"], row["checkSuite"]["conclusion"]) for row in rows] for rows in looks]
    rows = looks[-1]
    done = [("COMPLETED", "SUCCESS"), ("COMPLETED", "FAILURE")]
    assert seen == [[("IN_PROGRESS", None), ("QUEUED", None)], [done[0], ("IN_PROGRESS", None)], done]
    assert [row["databaseId"] for row in rows] == runs
    assert rows[1]["url"] == f"{client.addresses.server_url}/mona/tool/actions/runs/{runs[1]}"
    assert (rows[1]["event"], rows[1]["runNumber"]) == ("workflow_dispatch", 1)


@pytest.mark.parametrize("status", ["waiting", "pending", "requested", "in_progress"])
def test_a_run_that_waits_for_people_keeps_its_status(town: Town, client: TownClient, status: str) -> None:
    demo = town.forge("acme/demo")
    demo.runs_take = None
    run = demo.add_run("build.yml", "main", status=status)
    demo.add_run("build.yml", "main")
    listed = client.send("GET", f"acme/demo/actions/runs?status={status}").json()["workflow_runs"]
    assert [(row["id"], row["status"], row["node_id"]) for row in listed] == [(run, status, f"WFR_{run}")]
    (node,) = rows_of(client.data(NODES, ids=[f"WFR_{run}"]))
    assert node["checkSuite"] == {"status": status.upper(), "conclusion": None}


def test_nodes_are_found_by_the_ids_that_answers_gave(town: Town, client: TownClient) -> None:
    demo, site = town.forge("acme/demo"), town.forge("acme/site")
    for forge in (demo, site):
        forge.open_pull_request("topic", "feat: a", files={"a": "1"})
    site.open_issue("broken")
    ids = [
        client.send("GET", "acme/site").json()["node_id"],
        client.send("GET", "acme/demo/pulls/1").json()["node_id"],
        client.send("GET", "acme/site/pulls/1").json()["node_id"],
        client.send("GET", "acme/site/issues/2").json()["node_id"],
    ]
    query = """query($ids: [ID!]!) { nodes(ids: $ids) { id ... on Repository { url }
      ... on PullRequest { url } ... on Issue { url } } node(id: "R_0") { id } }"""
    answer = client.query(query, ids=[*ids, "PR_1", "odd"])
    rows = _object(answer["data"])["nodes"]
    assert isinstance(rows, list)
    assert [row and row["id"] for row in rows] == [*ids, None, None]
    tails = [row["url"].removeprefix(client.addresses.server_url) for row in rows[:4]]
    assert tails == ["/acme/site", "/acme/demo/pull/1", "/acme/site/pull/1", "/acme/site/issues/2"]
    paths = [path for _, path in errors(answer)]
    assert sorted(paths, key=repr) == [["node"], ["nodes", 4], ["nodes", 5]]


def test_a_token_without_the_right_to_actions_watches_no_runs(town: Town, client: TownClient) -> None:
    run = town.forge("acme/demo").add_run("build.yml", "main")
    town.limits["writer"] = {"actions": "none"}
    assert errors(client.query(NODES, ids=[f"WFR_{run}"])) == [("FORBIDDEN", ["nodes", 0])]


def test_mutations_reach_the_repository_of_their_id(town: Town, client: TownClient) -> None:
    for name in ("acme/demo", "acme/site"):
        town.forge(name).open_pull_request("topic", "feat: a", files={"a": "1"})
    pull = client.send("GET", "acme/site/pulls/1").json()["node_id"]
    change = """mutation($p: ID!) { updatePullRequest(input: {pullRequestId: $p, title: "feat: b"}) {
      pullRequest { url } } }"""
    assert str(client.data(change, p=pull)).endswith("/acme/site/pull/1'}}}")
    titles = [town.forge(name).pull_request(1).title for name in ("acme/demo", "acme/site")]
    assert titles == ["feat: a", "feat: b"]
    town.access["writer"] = {"acme/site": "read"}
    assert errors(client.query(change, p=pull)) == [("FORBIDDEN", ["updatePullRequest"])]
    town.access["writer"] = {"acme/site": "none"}
    assert errors(client.query(change, p=pull)) == [("NOT_FOUND", ["updatePullRequest"])]


@pytest.mark.parametrize(("kind", "made"), [(FaultKind.DEAD_BEFORE, 1), (FaultKind.DEAD_AFTER, 2)])
def test_requests_to_all_repositories_are_counted_together(
    town: Town, client: TownClient, kind: FaultKind, made: int
) -> None:
    town.mark()
    town.faults = [Fault(kind, at=2)]
    _new_branch(client, town, "acme/demo")
    for name in ("acme/site", "mona/tool"):
        with pytest.raises(requests.ConnectionError):
            _new_branch(client, town, name)
    assert (town.api_calls(), town.forge("acme/site").api_calls()) == (3, 3)
    assert sum(len(names) for names in _branches(town) if isinstance(names, list)) == 3 + made
    town.revive()
    assert _new_branch(client, town, "mona/tool").status_code == 201
    assert [request.path.split("/")[3] for request in town.log] == ["demo", "site", "tool", "tool"]


def test_a_hook_sees_the_requests_to_all_repositories(town: Town, client: TownClient) -> None:
    seen: list[str] = []
    town.before_request = lambda request: seen.append(request.path)
    client.send("GET", "acme/site")
    client.send("GET", "mona/tool")
    assert seen == ["/repos/acme/site", "/repos/mona/tool"]


def test_listings_lag_in_each_repository_by_itself(town: Town, client: TownClient) -> None:
    town.stale_listings = True
    for name in ("acme/demo", "acme/site"):
        assert client.send("GET", f"{name}/pulls").json() == []
        town.forge(name).open_pull_request("topic", "feat: a", files={"a": "1"})
    lengths = [len(client.send("GET", f"{n}/pulls").json()) for n in ("acme/demo", "acme/site", "acme/demo")]
    assert lengths == [0, 0, 1]


def test_a_started_workflow_shows_its_inputs_in_the_world(town: Town, client: TownClient) -> None:
    before = town.world()
    body = {"ref": "main", "inputs": {"version": "2"}}
    path = f"mona/tool/actions/workflows/{WORKFLOW.rpartition('/')[2]}/dispatches"
    assert client.send("POST", path, body).status_code == 204
    after = town.world()
    assert after["mona/tool"]["runs"] == [("build.yml", "workflow_dispatch", "main", [("version", "2")])]
    assert [name for name in after if after[name] != before[name]] == ["mona/tool"]


def test_a_saved_town_is_restored_whole_and_goes_on(town: Town, tmp_path: Path) -> None:
    town.tokens["reader"], town.logins["reader"] = Permission.READ, "mona"
    town.access["writer"], town.limits["writer"] = {"acme/site": "read"}, {"actions": "none"}
    town.limits_in["writer"] = {"acme/site": {"issues": "read"}}
    site = town.forge("acme/site")
    site.settings.topics, site.settings.description = ("python",), "a site"
    site.protect("main", "v*")
    site.comment(site.open_issue("broken", author="mona"), "indeed")
    site.add_deployment("production", "success")
    town.save(tmp_path / "saved")
    copy = Town.load(tmp_path / "saved", into=tmp_path / "copy")
    assert (copy.world(), copy.tokens, copy.logins) == (town.world(), town.tokens, town.logins)
    assert (copy.access, copy.limits, copy.limits_in) == (town.access, town.limits, town.limits_in)
    made = copy.forge("acme/site").add_run("build.yml", "main")
    assert made // 100_000 == 1
    assert copy.forge("acme/site").realm.state.settings == site.settings
    new = copy.add("new", "one")
    new.push("main", FILES, "feat: begin")
    assert new.add_run("build.yml", "main") // 100_000 == 3
    assert Town.load(tmp_path / "saved").world() == town.world() != copy.world()


def test_a_town_that_was_never_saved_cannot_be_loaded(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Town.load(tmp_path)
