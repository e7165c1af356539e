"""GraphQL over the same world."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.forgeclient import READER, SHY, Client, new_forge
from sandbox.githubschema import official_api

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pilotage.sandbox.forge import Forge

ZERO = "0" * 40


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    return new_forge(tmp_path / "forge")


@pytest.fixture
def client(forge: Forge) -> Iterator[Client]:
    with forge.serve() as endpoint:
        yield Client(endpoint)
    bad = {"nothing", ""}
    found = [
        problem for request in forge.log if request.operation not in bad for problem in official_api().check(request)
    ]
    assert found == []


def ask(client: Client, fields: str) -> object:
    """Give the repository's fields, as lists and values without their keys' names."""
    answer = client.query(f'query Ask {{ repository(owner: "acme", name: "demo") {{ {fields} }} }}')
    assert "errors" not in answer, answer
    return _plain(answer["data"])


def _plain(value: object) -> object:
    if isinstance(value, dict):
        inner = [_plain(item) for item in value.values()]
        return inner[0] if len(inner) == 1 else inner
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _errors(answer: dict[str, object]) -> list[tuple[object, object]]:
    errors = answer["errors"]
    assert isinstance(errors, list)
    return [(error.get("type"), error["message"]) for error in errors]


def _update(client: Client, *updates: Mapping[str, object]) -> dict[str, object]:
    mutation = "mutation Move($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }"
    value = {"repositoryId": ask(client, "id"), "refUpdates": list(updates), "clientMutationId": "m"}
    return client.query(mutation, input=value)


def test_the_repository_tells_its_settings(forge: Forge, client: Client) -> None:
    forge.realm.state.settings.squash_merge_commit_title = "PR_TITLE"
    fields = "nameWithOwner isPrivate viewerPermission squashMergeCommitTitle squashMergeCommitMessage "
    fields += "mergeCommitAllowed defaultBranchRef { name }"
    want = ["acme/demo", False, "WRITE", "PR_TITLE", "COMMIT_MESSAGES", True, "main"]
    assert ask(client, fields) == want
    assert ask(Client(client.endpoint, READER), "viewerPermission") == "READ"


def test_an_unknown_repository_is_an_error_with_null_data(client: Client) -> None:
    answer = client.query('{ repository(owner: "acme", name: "other") { id } }')
    assert answer["data"] == {"repository": None}
    assert _errors(answer) == [("NOT_FOUND", "Could not resolve to a Repository with the name 'acme/other'.")]
    assert answer["errors"][0]["path"] == ["repository"]  # type: ignore[index]  # _errors looked


@pytest.mark.parametrize("query", ["query nothing { nothing }", "query wrong {", ""])
def test_a_query_that_cannot_be_is_an_error_without_data(client: Client, query: str) -> None:
    answer = client.query(query)
    assert "data" not in answer
    assert _errors(answer)[0][0] is None


def test_refs_are_listed_filtered_and_paged(forge: Forge, client: Client) -> None:
    for name in ("v0.1.0", "v0.10.0", "v0.2.0", "other"):
        forge.create_tag(name)
    assert ask(client, 'refs(refPrefix: "refs/tags/", first: 9) { nodes { name } }') == [
        *("other", "v0.1.0", "v0.10.0", "v0.2.0")
    ]
    fields = 'refs(refPrefix: "refs/tags/", query: "v0.1", last: 1)'
    fields += " { nodes { name } totalCount pageInfo { hasPreviousPage } }"
    assert ask(client, fields) == [["v0.10.0"], 2, True]
    order = "orderBy: {field: TAG_COMMIT_DATE, direction: DESC}"
    assert ask(client, f'refs(refPrefix: "refs/tags", first: 1, {order}) {{ nodes {{ name prefix }} }}') == [
        ["v0.2.0", "refs/tags/"]
    ]
    assert ask(client, 'refs(refPrefix: "refs/heads/", first: 2, direction: DESC) { nodes { name } }') == ["main"]


def test_every_page_follows_the_last(forge: Forge, client: Client) -> None:
    for n in range(5):
        forge.create_tag(f"v{n}")
    found: list[str] = []
    after: str | None = None
    query = """query Page($after: String) { repository(owner: "acme", name: "demo") {
      refs(refPrefix: "refs/tags/", first: 2, after: $after) {
        nodes { name } pageInfo { endCursor hasNextPage } } } }"""
    for want in (["v0", "v1"], ["v2", "v3"], ["v4"]):
        page = _plain(client.query(query, after=after)["data"])
        assert isinstance(page, list)
        found += page[0]
        assert page == [want, [page[1][0], len(found) < 5]]
        after = page[1][0]
    assert found == ["v0", "v1", "v2", "v3", "v4"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("", "You must provide a `first` or `last` value to properly paginate the `releases` connection."),
        ("first: 101", "Requesting 101 records on the `releases` connection exceeds the `first` limit of 100 records."),
        ('first: 1, after: "x"', "`x` does not appear to be a valid cursor."),
    ],
)
def test_a_page_that_cannot_be_is_refused(client: Client, arguments: str, words: str) -> None:
    fields = f"releases({arguments}) {{ totalCount }}" if arguments else "releases { totalCount }"
    answer = client.query(f'{{ repository(owner: "acme", name: "demo") {{ {fields} }} }}')
    assert [message for _, message in _errors(answer)] == [words]


def test_refs_and_objects_are_read_by_every_name(forge: Forge, client: Client) -> None:
    main = forge.realm.git.branch("main")
    tag = forge.create_tag("v1", message="notes")
    assert ask(client, 'ref(qualifiedName: "main") { name target { __typename oid } }') == ["main", ["Commit", main]]
    assert ask(client, 'ref(qualifiedName: "refs/heads/none") { name }') is None
    inner = "oid ... on Tag { name message target { oid } tagger { name } }"
    fields = f'ref(qualifiedName: "refs/tags/v1") {{ target {{ {inner} }} }}'
    assert ask(client, fields) == [tag, "v1", "notes", main, "octocat"]
    blob = 'object(expression: "main:README.md") { __typename ... on Blob { text byteSize } }'
    assert ask(client, blob) == ["Blob", "demo\n", 5]
    assert ask(client, 'object(expression: "main:src") { __typename }') == "Tree"
    assert ask(client, 'object(expression: "main:none") { oid }') is None
    assert ask(client, 'object(expression: "none:README.md") { oid }') is None
    assert ask(client, f'object(oid: "{ZERO}") {{ oid }}') is None
    assert ask(client, 'object(expression: "HEAD") { oid }') == main


def test_a_commit_tells_its_history_and_pull_requests(forge: Forge, client: Client) -> None:
    forge.open_pull_request("topic", "feat: a", "why", files={"a": "1"})
    forge.label_pull_request(1, "big")
    sha = forge.merge_pull_request(1)
    fields = """messageHeadline messageBody author { name email user { login } } tree { oid }
      parents(first: 3) { nodes { oid } }
      associatedPullRequests(first: 5) { nodes { number merged mergeCommit { oid }
      labels(first: 5) { nodes { name } } } }
      history(first: 9) { totalCount nodes { messageHeadline } }"""
    found = ask(client, f'object(oid: "{sha}") {{ ... on Commit {{ {fields} }} }}')
    commit = forge.realm.git.need_commit(sha)
    assert found == [
        *("feat: a (#1)", "", ["octocat", "octocat@users.noreply.github.com", "octocat"]),
        *(commit.tree, [commit.parents[0]], [[1, True, sha, ["big"]]], [2, ["feat: a (#1)", "feat: begin"]]),
    ]
    head = forge.pull_request(1).head_sha
    own = f'object(oid: "{head}") {{ ... on Commit {{ associatedPullRequests(first: 5) {{ nodes {{ number }} }} }} }}'
    assert ask(client, own) == [1]


def test_pull_requests_are_found_by_state_branch_and_label(forge: Forge, client: Client) -> None:
    for branch in ("one", "two", "three"):
        forge.open_pull_request(branch, f"feat: {branch}", files={branch: "1"}, author="helper[bot]")
    forge.close_pull_request(2)
    forge.merge_pull_request(3)
    forge.label_pull_request(1, "big")

    def numbers(arguments: str) -> object:
        return ask(client, f"pullRequests(first: 9, {arguments}) {{ nodes {{ number }} }}")

    assert numbers("states: [OPEN]") == [1]
    assert numbers("states: [CLOSED, MERGED], orderBy: {field: UPDATED_AT, direction: DESC}") == [3, 2]
    assert numbers('headRefName: "two", baseRefName: "main"') == [2]
    assert numbers('labels: ["big", "small"]') == [1]
    fields = "pullRequest(number: 3) { state title isDraft headRefName headRefOid baseRefName isCrossRepository"
    fields += " author { __typename login } }"
    head = forge.pull_request(3).head_sha
    want = ["MERGED", "feat: three", False, "three", head, "main", False, ["Bot", "helper"]]
    assert ask(client, fields) == want
    answer = client.query('{ repository(owner: "acme", name: "demo") { pullRequest(number: 9) { id } } }')
    assert _errors(answer) == [("NOT_FOUND", "Could not resolve to a PullRequest with the number of 9.")]


def test_releases_show_drafts_to_writers_and_never_by_tag(forge: Forge, client: Client) -> None:
    for tag in ("v1", "v2"):
        client.send("POST", "/releases", {"tag_name": tag, "name": tag, "draft": True, "body": "notes"})
    forge.publish_release(forge.realm.state.releases[0].id)
    main = forge.realm.git.branch("main")
    fields = "releases(first: 9) { nodes { tagName isDraft isLatest tagCommit { oid } tag { name } } }"
    assert ask(client, fields) == [["v2", True, False, None, None], ["v1", False, True, main, "v1"]]
    assert ask(Client(client.endpoint, READER), "releases(first: 9) { nodes { tagName } }") == ["v1"]
    assert ask(client, 'release(tagName: "v1") { name description isPrerelease author { login } }') == [
        *("v1", "notes", False, "github-actions")
    ]
    assert ask(client, 'release(tagName: "v2") { name }') is None
    assert ask(client, "latestRelease { tagName }") == "v1"
    order = "orderBy: {field: NAME, direction: ASC}"
    assert ask(client, f"releases(first: 9, {order}) {{ nodes {{ tagName }} }}") == ["v1", "v2"]


def test_refs_are_created_moved_and_deleted_at_once(forge: Forge, client: Client) -> None:
    old = forge.realm.git.branch("main")
    new = forge.push("main", {"a": "1"}, "feat: a")
    forge.move_branch("gone", new)
    answer = _update(
        client,
        {"name": "refs/tags/v1", "beforeOid": ZERO, "afterOid": old},
        {"name": "refs/heads/gone", "beforeOid": new, "afterOid": ZERO},
        {"name": "refs/heads/main", "beforeOid": new, "afterOid": old, "force": True},
    )
    assert answer == {"data": {"updateRefs": {"clientMutationId": "m"}}}
    assert forge.realm.git.refs.read_all() == {"refs/heads/main": old, "refs/tags/v1": old}


@pytest.mark.parametrize(
    ("update", "words"),
    [
        ({"name": "refs/heads/main", "beforeOid": ZERO}, "Reference cannot be updated"),
        ({"name": "refs/tags/v9", "beforeOid": "MAIN"}, "Reference cannot be updated"),
        ({"name": "refs/tags/v9", "afterOid": ZERO}, "Reference does not exist"),
        ({"name": "refs/tags/v9", "afterOid": "f" * 40}, "Object does not exist"),
        ({"name": "refs/heads/main", "afterOid": "OLD"}, "Update is not a fast forward"),
        ({"name": "refs/heads/main/x"}, "Reference cannot be updated"),
        ({"name": "heads/x"}, "heads/x is not a valid ref name."),
    ],
)
def test_one_bad_update_stops_all(forge: Forge, client: Client, update: dict[str, str], words: str) -> None:
    old = forge.realm.git.branch("main") or ""
    main = forge.push("main", {"a": "1"}, "feat: a")
    names = {"MAIN": main, "OLD": old}
    filled = {key: names.get(value, value) for key, value in ({"afterOid": "MAIN"} | update).items()}
    before = forge.realm.git.refs.read_all()
    answer = _update(
        client, {"name": "refs/tags/v1", "afterOid": main}, {"name": "refs/heads/x", "afterOid": main}, filled
    )
    assert answer["data"] == {"updateRefs": None}
    assert [(kind, str(message).startswith(words)) for kind, message in _errors(answer)] == [("UNPROCESSABLE", True)]
    assert forge.realm.git.refs.read_all() == before


def test_a_reader_moves_nothing(client: Client) -> None:
    answer = _update(Client(client.endpoint, READER), {"name": "refs/heads/main", "afterOid": ZERO})
    assert _errors(answer) == [("FORBIDDEN", "Resource not accessible by integration")]


def test_pull_requests_open_and_change_through_mutations(forge: Forge, client: Client) -> None:
    forge.push("topic", {"a": "1"}, "feat: a")
    create = "mutation Open($input: CreatePullRequestInput!) { createPullRequest(input: $input) { "
    create += "pullRequest { id number } } }"
    value = {"repositoryId": ask(client, "id"), "headRefName": "topic", "baseRefName": "main", "title": "feat: a"}
    refused = _errors(Client(client.endpoint, SHY).query(create, input=value))
    words = "GitHub Actions is not permitted to create or approve pull requests (createPullRequest)"
    assert refused == [("FORBIDDEN", words)]
    made = _plain(client.query(create, input=value))
    name = f"PR_{forge.pull_request(1).id}"
    assert made == [name, 1]
    again = _errors(client.query(create, input=value))
    assert again == [("UNPROCESSABLE", "A pull request already exists for acme:topic.")]
    change = "mutation Edit($input: UpdatePullRequestInput!) { updatePullRequest(input: $input) { "
    change += "pullRequest { title state } } }"
    edited = client.query(change, input={"pullRequestId": name, "title": "fix: b", "state": "CLOSED"})
    assert _plain(edited) == ["fix: b", "CLOSED"]
    lost = client.query(change, input={"pullRequestId": "PR_9"})
    assert _errors(lost) == [("NOT_FOUND", "Could not resolve to a node with the global id of 'PR_9'")]
    elsewhere = client.query(create, input=value | {"repositoryId": "R_0"})
    assert _errors(elsewhere)[0][0] == "NOT_FOUND"


def test_the_viewer_is_who_the_token_says(forge: Forge, client: Client) -> None:
    forge.logins["writer"] = "octocat"
    assert client.query("{ viewer { login } }") == {"data": {"viewer": {"login": "octocat"}}}
