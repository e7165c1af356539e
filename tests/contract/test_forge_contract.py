"""The forge speaks GitHub's language: every request and answer passes GitHub's own descriptions."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from github import Auth, Github, GithubException, InputGitTreeElement
from graphql import GraphQLInputObjectType, GraphQLObjectType, build_schema

from pilotage.sandbox.forge.schema import SDL
from sandbox.forgeclient import Client, new_forge
from sandbox.githubschema import official_api, official_schema

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from github.Repository import Repository

    from pilotage.sandbox.forge import Endpoint, Forge


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[Forge]:
    made = new_forge(tmp_path / "forge")
    yield made
    api = official_api()
    assert [problem for request in made.log for problem in api.check(request)] == []
    assert [request.answer for request in made.log if request.status >= 500] == []


@pytest.fixture
def endpoint(forge: Forge) -> Iterator[Endpoint]:
    with forge.serve() as served:
        yield served


@pytest.fixture
def github(endpoint: Endpoint) -> Iterator[Github]:
    client = Github(
        base_url=endpoint.api_url,
        auth=Auth.Token("writer"),
        seconds_between_requests=0,
        seconds_between_writes=0,
        retry=None,
    )
    yield client
    client.close()


@pytest.fixture
def repository(github: Github) -> Repository:
    return github.get_repo("acme/demo")


def _propose(repository: Repository, branch: str = "pilotage/release-main") -> str:
    """Commit a changelog on top of main through the git data routes and point a new branch at it."""
    base = repository.get_git_commit(repository.get_git_ref("heads/main").object.sha)
    rows = [
        InputGitTreeElement("CHANGELOG.md", "100644", "blob", content="# 1.0.0\n"),
        InputGitTreeElement("src/demo/py.typed", "100644", "blob", sha=repository.create_git_blob("", "utf-8").sha),
        InputGitTreeElement("README.md", "100644", "blob", sha=None),
    ]
    tree = repository.create_git_tree(rows, base.tree)
    commit = repository.create_git_commit("chore(release): 1.0.0", tree, [base])
    repository.create_git_ref(f"refs/heads/{branch}", commit.sha)
    return commit.sha


def test_the_release_flow_through_pygithub_is_githubs(forge: Forge, repository: Repository, tmp_path: Path) -> None:
    sha = _propose(repository)
    assert repository.get_git_commit(sha).verification.verified
    pull = repository.create_pull("main", "pilotage/release-main", title="chore(release): 1.0.0", body="notes")
    assert [found.number for found in repository.get_pulls(head="acme:pilotage/release-main", base="main")] == [1]
    assert sorted(file.filename for file in pull.get_files()) == ["CHANGELOG.md", "README.md", "src/demo/py.typed"]
    assert [commit.sha for commit in pull.get_commits()] == [sha]
    pull.edit(body="better notes")
    pull.add_to_labels("release")
    pull.create_issue_comment("ready").edit("really ready")
    assert [comment.body for comment in pull.get_issue_comments()] == ["really ready"]
    merged = forge.merge_pull_request(1)
    assert (repository.get_pull(1).merged, repository.get_pull(1).merge_commit_sha) == (True, merged)
    assert [found.number for found in repository.get_commit(merged).get_pulls()] == [1]
    repository.create_git_ref("refs/tags/v1.0.0", merged)
    assert [ref.ref for ref in repository.get_git_matching_refs("tags/v")] == ["refs/tags/v1.0.0"]
    draft = repository.create_git_release("v1.0.0", "v1.0.0", "notes", draft=True, target_commitish=merged)
    (tmp_path / "demo.whl").write_bytes(b"wheel")
    draft.upload_asset(str(tmp_path / "demo.whl"))
    with pytest.raises(GithubException) as caught:
        repository.get_release("v1.0.0")
    assert caught.value.status == 404
    assert [(found.name, found.draft) for found in repository.get_releases()] == [("v1.0.0", True)]
    draft.update_release("v1.0.0", "notes", draft=False)
    assert repository.get_latest_release().tag_name == "v1.0.0"
    assert [asset.name for asset in repository.get_release("v1.0.0").get_assets()] == ["demo.whl"]


def test_reading_through_pygithub_is_githubs(forge: Forge, repository: Repository) -> None:
    first = forge.push("main", {"src/demo/__init__.py": '__version__ = "0.2.0"\n'}, "fix: a thing")
    assert repository.get_branch("main").commit.sha == first
    assert [commit.commit.message for commit in repository.get_commits()] == ["fix: a thing", "feat: begin"]
    assert next(iter(repository.get_commits(path="src/demo/__init__.py"))).sha == first
    comparison = repository.compare(f"{repository.get_commits()[1].sha}", "main")
    assert (comparison.status, comparison.total_commits) == ("ahead", 1)
    file = repository.get_contents("src/demo/__init__.py", ref="main")
    assert not isinstance(file, list)
    assert file.decoded_content == b'__version__ = "0.2.0"\n'
    rows = repository.get_contents("src")
    assert isinstance(rows, list)
    assert [row.path for row in rows] == ["src/demo"]
    top = repository.get_contents("")
    assert isinstance(top, list)
    assert [row.path for row in top] == ["README.md", "src"]
    tree = repository.get_git_tree("main", recursive=True).tree
    assert [row.path for row in tree] == ["README.md", "src", "src/demo", "src/demo/__init__.py"]
    tag = repository.create_git_tag("v0.2.0", "notes", first, "commit")
    repository.create_git_ref("refs/tags/v0.2.0", tag.sha)
    assert repository.get_git_tag(tag.sha).object.sha == first


def test_a_strangers_pull_request_through_pygithub_is_githubs(forge: Forge, repository: Repository) -> None:
    number = forge.open_pull_request("topic", "feat: theirs", files={"a.txt": "a\n"}, fork="someone/demo")
    forge.open_pull_request("topic", "feat: ours", files={"b.txt": "b\n"})
    pull = repository.get_pull(number)
    assert (pull.head.repo.full_name, pull.head.repo.fork, pull.head.label) == ("someone/demo", True, "someone:topic")
    assert (pull.user.login, pull.user.type, pull.mergeable, pull.mergeable_state) == ("someone", "User", True, "clean")
    assert repository.get_git_ref(f"pull/{number}/head").object.sha == pull.head.sha
    assert [found.number for found in repository.get_pulls(head="acme:topic")] == [2]
    assert [found.number for found in repository.get_pulls(head="someone:topic")] == [number]
    comment = pull.create_issue_comment("hello")
    comment.edit("bye")
    comment.delete()
    assert list(pull.get_issue_comments()) == []
    assert pull.merge(merge_method="squash").merged


def test_refs_move_and_go_through_pygithub(forge: Forge, repository: Repository) -> None:
    sha = _propose(repository)
    main = repository.get_branch("main").commit.sha
    ref = repository.get_git_ref("heads/pilotage/release-main")
    with pytest.raises(GithubException) as caught:
        ref.edit(main)
    assert (caught.value.status, caught.value.message) == (422, "Update is not a fast forward")
    ref.edit(main, force=True)
    assert ref.object.sha == main
    ref.edit(sha)
    ref.delete()
    assert "refs/heads/pilotage/release-main" not in forge.realm.git.refs.read_all()


def test_dispatches_through_pygithub_are_recorded(forge: Forge, repository: Repository) -> None:
    forge.push("main", {".github/workflows/publish.yml": "on: {workflow_dispatch: {inputs: {a: {}}}}\n"}, "ci: publish")
    assert repository.create_repository_dispatch("released", {"version": "1.0.0"})
    client = Client(endpoint=_endpoint_of(forge))
    answer = client.send("POST", "/actions/workflows/publish.yml/dispatches", {"ref": "main", "inputs": {"a": "b"}})
    assert answer.status_code == 204
    assert [(d.kind, d.name, d.payload) for d in forge.realm.state.dispatches] == [
        ("repository_dispatch", "released", {"version": "1.0.0"}),
        ("workflow_dispatch", "publish.yml", {"a": "b"}),
    ]


def test_workflows_through_pygithub_are_githubs(forge: Forge, repository: Repository) -> None:
    declared = "on: {workflow_dispatch: {inputs: {a: {}}}}\n"
    sha = forge.push("main", {".github/workflows/publish.yml": declared}, "ci: publish")
    pushed = forge.add_run("publish.yml", sha, conclusion="failure")
    workflow = repository.get_workflow("publish.yml")
    assert [found.path for found in repository.get_workflows()] == [workflow.path]
    started = workflow.create_dispatch("main", {"a": "b"}, throw=True, return_run_details=True)
    assert [run.id for run in workflow.get_runs()] == [started.id, pushed]
    assert [run.id for run in workflow.get_runs(event="workflow_dispatch", branch="main")] == [started.id]
    assert [run.id for run in workflow.get_runs(head_sha=sha, status="failure")] == [pushed]
    assert [run.id for run in repository.get_workflow_runs(event="push")] == [pushed]
    ended = repository.get_workflow_run(started.id)
    assert (ended.status, ended.conclusion, ended.head_sha, ended.actor.login) == (
        "completed",
        "success",
        sha,
        "github-actions[bot]",
    )
    with pytest.raises(GithubException) as caught:
        workflow.create_dispatch("main", {"x": "y"}, throw=True)
    assert (caught.value.status, caught.value.message) == (422, 'Unexpected inputs provided: ["x"]')


def test_an_immutable_release_through_pygithub_is_githubs(forge: Forge, repository: Repository, tmp_path: Path) -> None:
    forge.immutable_releases = True
    forge.logins["writer"] = "octocat"
    client = Client(endpoint=_endpoint_of(forge))
    assert client.get("/immutable-releases") == {"enabled": True, "enforced_by_owner": False}
    draft = repository.create_git_release("v1.0.0", "v1.0.0", "notes", draft=True)
    (tmp_path / "demo.whl").write_bytes(b"wheel")
    asset = draft.upload_asset(str(tmp_path / "demo.whl"))
    assert (draft.immutable, asset.state, asset.digest) == (
        False,
        "uploaded",
        f"sha256:{hashlib.sha256(b'wheel').hexdigest()}",
    )
    published = draft.update_release("v1.0.0", "notes", draft=False)
    assert published.immutable
    assert published.update_release("v1.0.0", "better notes").body == "better notes"
    for act in (lambda: published.upload_asset(str(tmp_path / "demo.whl"), name="b.whl"), asset.delete_asset):
        with pytest.raises(GithubException) as caught:
            act()
        assert (caught.value.status, "immutable release" in str(caught.value.data)) == (422, True)
    answer = client.send("GET", f"/releases/assets/{asset.id}")
    assert answer.json()["browser_download_url"].endswith("/releases/download/v1.0.0/demo.whl")
    assert repository.get_release("v1.0.0").immutable


def _endpoint_of(forge: Forge) -> Endpoint:
    from pilotage.sandbox.forge import Endpoint as Made  # noqa: PLC0415 - only this helper builds one

    server = forge.links.server
    return Made(server, f"{server}/api/v3", f"{server}/api/graphql", "")


def test_every_type_field_and_argument_of_the_forge_is_in_githubs_schema() -> None:
    ours, theirs = build_schema(SDL), official_schema()
    problems = []
    for name, kind in ours.type_map.items():
        official = theirs.type_map.get(name)
        if official is None or type(official) is not type(kind):
            problems.append(f"{name}: not in GitHub's schema")
            continue
        for field, row in getattr(kind, "fields", {}).items():
            same = getattr(official, "fields", {}).get(field)
            if same is None or str(same.type) != str(row.type):
                problems.append(f"{name}.{field}: {row.type} is not GitHub's {same and same.type}")
                continue
            if isinstance(kind, GraphQLInputObjectType):
                continue
            for argument, value in row.args.items():
                known = same.args.get(argument)
                if known is None or (str(known.type), known.default_value) != (str(value.type), value.default_value):
                    problems.append(f"{name}.{field}({argument}) is not GitHub's")
        if hasattr(kind, "values"):
            problems += [f"{name}.{value}" for value in kind.values if value not in getattr(official, "values", {})]
        if isinstance(kind, GraphQLObjectType) and isinstance(official, GraphQLObjectType):
            known_interfaces = {interface.name for interface in official.interfaces}
            problems += [f"{name} is no {i.name}" for i in kind.interfaces if i.name not in known_interfaces]
    assert problems == []


def test_a_renamed_file_is_told_with_its_old_name(forge: Forge, repository: Repository) -> None:
    sha = forge.push("main", {"README.md": None, "docs/README.md": "demo\n", "bin": b"\0"}, "docs: move")
    files = {file.filename: file for file in repository.get_commit(sha).files}
    assert {name: (file.status, file.additions) for name, file in files.items()} == {
        "docs/README.md": ("renamed", 0),
        "bin": ("added", 0),
    }
    assert files["docs/README.md"].previous_filename == "README.md"
