"""The ways in which `plan`, `apply`, `run`, `build` and `publish` refuse, before and at the remote."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from commands.cliruns import run, spawn
from commands.packages import package, pyproject
from pilotage.model.plan import Plan
from pilotage.model.step import CreateTag
from providers.gitrepos import Repo
from providers.scriptedserver import Reply, serve_script

if TYPE_CHECKING:
    from pathlib import Path

# Nothing listens there: who asks for the network ends with 5, and is found out.
CLOSED = "http://127.0.0.1:9"
OFFLINE = {
    "GITHUB_REPOSITORY": "acme/demo",
    "GITHUB_API_URL": CLOSED,
    "GITHUB_GRAPHQL_URL": f"{CLOSED}/graphql",
    "GITHUB_SERVER_URL": CLOSED,
    "GITHUB_TOKEN": "ghs_secret",
}
PLAN = Plan("acme/demo", "main", "1" * 40, steps=(CreateTag("v1.2.0", "1" * 40),))


def test_a_plan_with_another_digest_is_drift_before_anything_is_asked(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text(PLAN.to_json())
    with serve_script(Reply(500)) as script:
        env = {**OFFLINE, "GITHUB_API_URL": script.url, "GITHUB_GRAPHQL_URL": script.url}
        done = run("apply", file, "--digest", "0" * 64, "--json", "--repo", tmp_path, env=env)
        assert script.asked == []
    assert (done.code, done.out) == (4, "")
    assert done.err == (
        f"error: the plan's digest is {PLAN.digest}, expected '{'0' * 64}'\n"
        "  This is not the plan that was reviewed: make and review a new one.\n"
    )


@pytest.mark.parametrize("digest", ["", "no digest", "ä\x1b[31m"])
def test_a_digest_that_is_none_is_drift(tmp_path: Path, digest: str) -> None:
    file = tmp_path / "plan.json"
    file.write_text(PLAN.to_json())
    done = run("apply", file, "--digest", digest, "--repo", tmp_path, env=OFFLINE)
    assert (done.code, "\x1b" in done.err) == (4, False)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "plan.json: cannot be read"),
        (b"\xff\xfe", "plan.json: cannot be read"),
        (b"", "plan.json: not a plan"),
        (b"garbage \x1b[31m", "plan.json: not a plan"),
        (b"[]", "plan.json: not a plan"),
        (b"[" * 100_000, "plan.json: not a plan"),
        (b'{"format":1}', "plan.json: not a plan"),
        (b'{"format":99,"steps":[]}', "plan.json: a plan of format 99, expected 1"),
        (
            PLAN.to_json().replace("CreateTag", "Explode").replace("create-tag", "explode").encode(),
            "plan.json: not a plan",
        ),
    ],
    ids=["absent", "no text", "empty", "garbage", "array", "deep", "few keys", "other format", "other step"],
)
def test_what_is_no_plan_is_a_usage_error(tmp_path: Path, content: bytes | None, words: str) -> None:
    file = tmp_path / "plan.json"
    if content is not None:
        file.write_bytes(content)
    done = run("apply", file, "--json", "--repo", tmp_path, env=OFFLINE)
    assert (done.code, done.out, "\x1b" in done.err) == (2, "", False)
    assert words in done.err


def test_a_plan_for_another_repository_is_a_usage_error(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo")
    file = tmp_path / "plan.json"
    file.write_text(PLAN.to_json())
    done = run("apply", file, "--repo", repo.path, env={**OFFLINE, "GITHUB_REPOSITORY": "acme/other"})
    assert (done.code, "the plan is for acme/demo, this is acme/other" in done.err) == (2, True)


@pytest.mark.parametrize(
    ("make", "env", "words"),
    [
        ("none", {}, "not a git repository"),
        ("unborn", {}, "cannot be told from its remote"),
        ("detached", OFFLINE, "no branch is checked out"),
        ("package", {}, "cannot be told from its remote"),
    ],
)
def test_a_plan_needs_a_clone_a_branch_and_a_repository(
    tmp_path: Path, make: str, env: dict[str, str], words: str
) -> None:
    path = tmp_path / "demo"
    if make == "none":
        path.mkdir()
    elif make == "unborn":
        Repo(path)
    else:
        package(path).git(*(("switch", "--quiet", "--detach") if make == "detached" else ("status",)))
    done = run("plan", "--json", "--repo", path, env=env)
    assert (done.code, done.out) == (2, "")
    assert words in done.err


def test_a_remote_that_is_out_of_reach_ends_with_5(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo")
    repo.git("remote", "add", "origin", f"{CLOSED}/acme/demo.git")
    done = spawn("plan", "--json", "--repo", repo.path, env=OFFLINE)
    assert (done.code, done.out) == (5, "")
    assert done.err.startswith("error: ")
    assert "ghs_secret" not in done.err


def test_a_forge_that_refuses_ends_with_5_and_keeps_the_token(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo")
    repo.git("remote", "add", "origin", repo.publish(tmp_path / "remote.git"))
    with serve_script(Reply(401, b'{"message": "Bad credentials \\u001b[31m"}')) as script:
        env = {**OFFLINE, "GITHUB_API_URL": script.url, "GITHUB_GRAPHQL_URL": f"{script.url}/graphql"}
        done = run("plan", "--json", "--repo", repo.path, env=env)
    assert (done.code, done.out) == (5, "")
    assert [word for word in ("ghs_secret", "\x1b") if word in done.err] == []
    assert len(done.err.splitlines()) >= 2


@pytest.mark.parametrize("arguments", [[], ["--event", "push"], ["--event-path", "push.json"]], ids=str)
def test_a_run_without_an_event_is_a_usage_error(tmp_path: Path, arguments: list[str]) -> None:
    done = run("run", *arguments, "--repo", tmp_path)
    assert (done.code, done.out) == (2, "")
    assert "which event is this?" in done.err
    assert "pilotage run --event push --event-path payload.json" in done.err


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "the event cannot be read"), (b"\xff", "the event cannot be read"), (b"garbage", "event.json")],
)
def test_an_event_that_cannot_be_read_is_a_usage_error(tmp_path: Path, content: bytes | None, words: str) -> None:
    file = tmp_path / "event.json"
    if content is not None:
        file.write_bytes(content)
    done = run("run", "--event", "push", "--event-path", file, "--json", "--repo", tmp_path, env=OFFLINE)
    assert (done.code, done.out) == (2, "")
    assert words in done.err


def test_an_event_that_asks_for_nothing_is_done(tmp_path: Path) -> None:
    file = tmp_path / "event.json"
    file.write_text("{}")
    done = run("run", "--event", "watch", "--event-path", file, "--repo", tmp_path, env=OFFLINE)
    assert (done.code, done.out) == (0, "nothing to do for a 'watch' event\n")


def test_a_pull_request_with_a_bad_title_ends_with_1(tmp_path: Path) -> None:
    file, outputs = tmp_path / "event.json", tmp_path / "outputs"
    file.write_text(
        '{"action":"opened","number":7,"pull_request":{"number":7,"title":"no type","body":"","base":{"ref":"main"},'
        '"head":{"ref":"topic","sha":"1111111111111111111111111111111111111111","repo":{"full_name":"acme/demo"}}},'
        '"repository":{"full_name":"acme/demo","default_branch":"main"}}'
    )
    env = {"GITHUB_REPOSITORY": "acme/demo", "GITHUB_OUTPUT": str(outputs)}
    done = run("run", "--event", "pull_request", "--event-path", file, "--json", "--repo", tmp_path, env=env)
    assert (done.code, done.out) == (1, "")
    assert "T001" in done.err
    assert "title-ok<<" in outputs.read_text()


@pytest.mark.parametrize("command", ["build", "publish"])
@pytest.mark.parametrize("make", ["none", "unborn", "no package"])
def test_what_cannot_be_built_is_a_usage_error(tmp_path: Path, command: str, make: str) -> None:
    path = tmp_path / "demo"
    if make == "none":
        path.mkdir()
    else:
        repo = Repo(path)
        if make == "no package":
            repo.commit("chore: start")
    done = run(command, "--json", "--repo", path, env=OFFLINE)
    assert (done.code, done.out) == (2, "")
    assert len(done.err.splitlines()) >= 2


@pytest.mark.parametrize("manifest", [None, "garbage", "{}"])
def test_a_folder_without_a_usable_manifest_is_not_published(tmp_path: Path, manifest: str | None) -> None:
    repo = package(tmp_path / "demo")
    dist = tmp_path / "dist"
    dist.mkdir()
    if manifest is not None:
        (dist / "pilotage-dist.json").write_text(manifest)
    done = run("publish", "--dist", dist, "--json", "--repo", repo.path, env=OFFLINE)
    assert (done.code, done.out) == (2, "")
    assert "dist" in done.err


def test_a_package_that_never_sees_an_index_is_not_published(tmp_path: Path) -> None:
    table = '[tool.pilotage.publish]\nindex = ""\n'
    repo = Repo(tmp_path / "demo")
    repo.commit("chore: start", files={"pyproject.toml": pyproject("1.0.0", table=table), "dist/x": ""})
    done = run("publish", "--dist", repo.path / "dist", "--repo", repo.path, env=OFFLINE)
    assert (done.code, done.out) == (2, "")
    assert "Name one with --index" in done.err
