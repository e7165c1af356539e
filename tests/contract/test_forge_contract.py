"""The forge speaks GitHub's language: every request and answer passes GitHub's own descriptions."""

from __future__ import annotations

import gzip
import os
import subprocess
from typing import TYPE_CHECKING

import pytest
import requests
from github import Auth, Github, GithubException, InputGitTreeElement
from graphql import GraphQLInputObjectType, GraphQLObjectType, build_schema

from pilotage.sandbox.forge.schema import SDL
from sandbox.forgeclient import Client, new_forge
from sandbox.githubschema import official_api, official_schema, read_webhook

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
    assert [row.path for row in tree] == ["README.md", "src/demo/__init__.py"]
    tag = repository.create_git_tag("v0.2.0", "notes", first, "commit")
    repository.create_git_ref("refs/tags/v0.2.0", tag.sha)
    assert repository.get_git_tag(tag.sha).object.sha == first


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
    forge.push("main", {".github/workflows/publish.yml": "on: workflow_dispatch\n"}, "ci: publish")
    assert repository.create_repository_dispatch("released", {"version": "1.0.0"})
    client = Client(endpoint=_endpoint_of(forge))
    answer = client.send("POST", "/actions/workflows/publish.yml/dispatches", {"ref": "main", "inputs": {"a": "b"}})
    assert answer.status_code == 204
    assert [(d.kind, d.name, d.payload) for d in forge.realm.state.dispatches] == [
        ("repository_dispatch", "released", {"version": "1.0.0"}),
        ("workflow_dispatch", "publish.yml", {"a": "b"}),
    ]


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


def _git(*arguments: str, cwd: Path) -> str:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")} | {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
    }
    done = subprocess.run(["git", *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def _clone(endpoint: Endpoint, target: Path, *options: str, token: str = "writer") -> Path:  # noqa: S107 - a name, not a secret
    url = endpoint.clone_url.replace("http://", f"http://x-access-token:{token}@")
    _git("clone", "-q", *options, url, str(target), cwd=target.parent)
    return target


def _five_commits(forge: Forge) -> str:
    return [forge.push("main", {"n.txt": str(n)}, f"fix: number {n}") for n in range(4)][-1]


def test_git_clones_deepens_and_pushes(forge: Forge, endpoint: Endpoint, tmp_path: Path) -> None:
    _five_commits(forge)
    work = _clone(endpoint, tmp_path / "work", "--depth=1")
    assert _git("rev-list", "--count", "HEAD", cwd=work) == "1"
    _git("fetch", "-q", "--deepen=2", cwd=work)
    assert _git("rev-list", "--count", "HEAD", cwd=work) == "3"
    _git("fetch", "-q", "--unshallow", cwd=work)
    assert _git("rev-list", "--count", "HEAD", cwd=work) == "5"
    (work / "new.txt").write_text("new\n")
    _git("add", "new.txt", cwd=work)
    _git("-c", "user.name=Mona", "-c", "user.email=mona@example.org", "commit", "-qm", "feat: new", cwd=work)
    _git("push", "-q", "origin", "HEAD:refs/heads/new", cwd=work)
    assert forge.realm.git.branch("new") == _git("rev-parse", "HEAD", cwd=work)
    assert [request.operation for request in forge.log if request.kind == "git"][-1] == "git-receive-pack"


def test_git_stops_a_shallow_fetch_at_a_tag(forge: Forge, endpoint: Endpoint, tmp_path: Path) -> None:
    forge.create_tag("v0.1.0")
    _five_commits(forge)
    work = _clone(endpoint, tmp_path / "work", "--shallow-exclude=v0.1.0", "--no-tags", "--single-branch")
    assert _git("rev-list", "--count", "HEAD", cwd=work) == "4"


def test_git_clones_without_trees_and_fetches_them_by_need(forge: Forge, endpoint: Endpoint, tmp_path: Path) -> None:
    _five_commits(forge)
    work = _clone(endpoint, tmp_path / "work", "--filter=tree:0", "--no-checkout")
    assert _git("rev-list", "--count", "HEAD", cwd=work) == "5"
    assert _git("show", "HEAD~1:n.txt", cwd=work) == "2"


def test_a_big_push_is_streamed_and_read_from_its_pack(forge: Forge, endpoint: Endpoint, tmp_path: Path) -> None:
    _git("config", "receive.unpackLimit", "1", cwd=forge.realm.git.git_dir)
    work = _clone(endpoint, tmp_path / "work")
    (work / "big.bin").write_bytes(os.urandom(3_000_000))
    _git("add", "big.bin", cwd=work)
    _git("-c", "user.name=Mona", "-c", "user.email=mona@example.org", "commit", "-qm", "feat: big", cwd=work)
    _git("push", "-q", "origin", "HEAD:refs/heads/big", cwd=work)
    sha = forge.realm.git.branch("big") or ""
    assert forge.realm.git.need_commit(sha).message == "feat: big\n"
    assert forge.realm.git.read_blob(_git("rev-parse", "HEAD:big.bin", cwd=work)) == (work / "big.bin").read_bytes()
    assert forge.realm.git.resolve("f" * 40) is None


@pytest.mark.parametrize(
    ("token", "word"), [("reader", "403"), ("nobody", "Authentication failed")], ids=["reader", "stranger"]
)
def test_git_is_refused_without_the_right(endpoint: Endpoint, tmp_path: Path, token: str, word: str) -> None:
    work = _clone(endpoint, tmp_path / "work")
    url = endpoint.clone_url.replace("http://", f"http://x-access-token:{token}@")
    done = subprocess.run(
        ["git", "push", url, "HEAD:refs/heads/x"], cwd=work, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert word in done.stderr


LS_REFS = b"0014command=ls-refs\n0000"


@pytest.mark.parametrize("how", ["plain", "gzip", "chunked"])
def test_a_request_body_of_git_is_read_in_every_wrapping(forge: Forge, endpoint: Endpoint, how: str) -> None:
    body = gzip.compress(LS_REFS) if how == "gzip" else LS_REFS
    headers = {
        "Authorization": "Bearer writer",
        "Git-Protocol": "version=2",
        "Content-Type": "application/x-git-upload-pack-request",
    }
    if how == "gzip":
        headers["Content-Encoding"] = "gzip"
    data = (body[n : n + 7] for n in range(0, len(body), 7)) if how == "chunked" else body
    answer = requests.post(f"{endpoint.clone_url}/git-upload-pack", data=data, headers=headers, timeout=9)
    assert f"{forge.realm.git.branch('main')} refs/heads/main\n" in answer.text


def test_git_knows_one_repository(endpoint: Endpoint) -> None:
    headers = {"Authorization": "Bearer writer"}
    for path in ("acme/other.git/info/refs", "acme/demo.gitx", "acme/demo.git"):
        answer = requests.get(f"{endpoint.server_url}/{path}?service=git-upload-pack", headers=headers, timeout=9)
        assert answer.status_code == 404
    old = requests.get(f"{endpoint.server_url}/acme/demo/info/refs?service=git-upload-pack", headers=headers, timeout=9)
    assert old.status_code == 200


def test_a_renamed_file_is_told_with_its_old_name(forge: Forge, repository: Repository) -> None:
    sha = forge.push("main", {"README.md": None, "docs/README.md": "demo\n", "bin": b"\0"}, "docs: move")
    files = {file.filename: file for file in repository.get_commit(sha).files}
    assert {name: (file.status, file.additions) for name, file in files.items()} == {
        "docs/README.md": ("renamed", 0),
        "bin": ("added", 0),
    }
    assert files["docs/README.md"].previous_filename == "README.md"


def _keys(value: object, prefix: str = "") -> set[str]:
    """Give the paths of all keys, through arrays."""
    if isinstance(value, list):
        return set().union(*(_keys(item, prefix + "[]") for item in value))
    if not isinstance(value, dict):
        return set()
    return {f"{prefix}.{key}" for key in value}.union(*(_keys(item, f"{prefix}.{key}") for key, item in value.items()))


# what only some repositories, accounts or ages of the API have
_NOT_OURS = (
    *(".installation", ".organization", ".changes", ".pull_request.milestone", ".pull_request.labels[]"),
    *(".pull_request.assignee.", ".pull_request.assignees[]", ".pull_request.requested", ".release.discussion_url"),
)


def _missing(event: dict[str, object], example: str) -> set[str]:
    lacking = _keys(read_webhook(example)) - _keys(event)
    return {key for key in lacking if not key.startswith(_NOT_OURS)}


def test_events_have_the_keys_of_githubs_examples(forge: Forge) -> None:
    before = forge.realm.git.branch("main") or ""
    number = forge.open_pull_request("topic", "feat: a topic", "why", files={"a.txt": "a"})
    opened = forge.event_pull_request(number, "opened")
    assert _missing(opened, "pull_request.opened") == set()
    edited = forge.event_pull_request(number, "edited", changes={"title": {"from": "old"}})
    assert _missing(edited, "derived/pull_request.edited") == set()
    forge.push("topic", {"a.txt": "b"}, "fix: b")
    assert _missing(forge.event_pull_request(number, "synchronize"), "pull_request.synchronize") == set()
    assert _missing(forge.event_merge_group(number), "merge_group.checks_requested") == set()
    after = forge.merge_pull_request(number)
    assert _missing(forge.event_pull_request(number, "closed"), "derived/pull_request.closed.merged") == set()
    push = forge.event_push(before, after, "main")
    assert _missing(push, "derived/push.branch.several_commits") == set()
    assert _missing(forge.event_workflow_dispatch(), "workflow_dispatch") == set()


def test_release_events_have_the_keys_of_githubs_examples(forge: Forge, repository: Repository) -> None:
    draft = repository.create_git_release("v1.0.0", "v1.0.0", "notes", draft=True)
    assert _missing(forge.event_release(draft.id, "created"), "derived/release.created.draft") == set()
    forge.publish_release(draft.id)
    event = forge.event_release(draft.id, "published")
    assert _missing(event, "release.published") == set()
    assert official_api().check_component("release", event["release"]) == []
