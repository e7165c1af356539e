"""The parts of a rehearsal by themselves: the job's environment, what it hears of a job, the look from outside."""

from __future__ import annotations

import hashlib
import http.server
import json
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from pilotage.sandbox.forge.releases import create_release
from pilotage.sandbox.forge.state import Release
from pilotage.sandbox.index.records import Project, StoredFile
from pilotage.sandbox.train import Subject, rehearsal
from pilotage.sandbox.train.changing import update_release_pull
from pilotage.sandbox.train.jobenvironment import job_environment
from pilotage.sandbox.train.journey import Journey
from pilotage.sandbox.train.outside import fetch_files
from pilotage.sandbox.train.releasing import (
    count_writes,
    make_release,
    publish_release,
    read_complaint,
    run_again,
    verify_files,
)
from pilotage.sandbox.train.report import StageFailedError
from pilotage.sandbox.train.runner import JobDone, JobRunner, mask, parse_outputs, read_annotations
from pilotage.sandbox.train.scene import open_scene
from pilotage.sandbox.train.subject import read_example
from pilotage.sandbox.train.substitute import has_build_system

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pilotage.sandbox.train.runner import Job
    from pilotage.sandbox.train.scene import Scene

EXAMPLE = Subject(None, "acme", "harbour-example", project="harbour-example")
SECRETS = {
    "GITHUB_TOKEN": "a",
    "GH_TOKEN": "b",
    "INPUT_TOKEN": "c",
    "ACTIONS_ID_TOKEN_REQUEST_URL": "d",
    "PILOTAGE_INDEX_TOKEN": "e",
    "TWINE_PASSWORD": "f",
    "AWS_SECRET_ACCESS_KEY": "g",
    "GITHUB_EVENT_PATH": "h",
    "GIT_DIR": "i",
    "SSH_AUTH_SOCK": "j",
    "npm_config__authToken": "k",
}


def test_a_job_sees_no_secret_and_nothing_of_another_job(tmp_path: Path) -> None:
    seen = job_environment(SECRETS | {"PATH": "/bin", "HOME": "/home/ada"}, home=tmp_path)
    assert set(seen) & set(SECRETS) == set()
    assert (seen["PATH"], seen["HOME"], seen["CI"]) == ("/bin", str(tmp_path), "true")


def test_a_job_knows_where_build_requirements_come_from(tmp_path: Path) -> None:
    settings = {"UV_INDEX_URL": "https://index.example/", "PIP_CERT": "ca.pem", "GIT_SSL_CAINFO": "ca.pem"}
    seen = job_environment(settings | {"HOME": "/home/ada"}, home=tmp_path)
    assert {name: seen[name] for name in settings} == settings
    assert seen["XDG_CONFIG_HOME"] == "/home/ada/.config"


@pytest.mark.parametrize("name", ["no_proxy", "NO_PROXY"])
def test_loopback_is_never_asked_through_a_proxy(tmp_path: Path, name: str) -> None:
    seen = job_environment({name: "intra.example"}, home=tmp_path)
    assert seen["no_proxy"] == seen["NO_PROXY"] == "intra.example,127.0.0.1,localhost"


def test_outputs_are_read_whatever_their_text_holds() -> None:
    text = "a<<D1\none\nb<<D2\nstill a\nD1\nempty<<D3\n\nD3\nlast<<D4\nx\nD4\n"
    assert parse_outputs(text) == {"a": "one\nb<<D2\nstill a", "empty": "", "last": "x"}


def test_an_output_without_its_end_is_left_out() -> None:
    assert parse_outputs("a<<D1\none\nD1\nb<<D2\ntwo\n") == {"a": "one"}


def test_what_a_log_asks_to_hide_is_hidden_everywhere() -> None:
    assert mask("before s3cret\n::add-mask::s3cret\n::add-mask::\nafter s3cret!") == "before ***\nafter ***!"


def test_annotations_are_put_into_plain_words() -> None:
    log = "plain\n::error title=Pilotage::100%25 wrong%0Aand more%0D\n::warning::mind"
    assert read_annotations(log) == "plain\nerror: 100% wrong\nand more\r\nwarning: mind"


@pytest.mark.parametrize(
    ("log", "complaint"),
    [
        ("::error::it failed:%0A  | * Building%0A  | error: two packages%0A  | ERROR end", "error: two packages"),
        ("::error::it failed:%0A  | * Building%0A  | ERROR end%0A  | ", "ERROR end"),
        ("::error::made another version", "its build failed"),
    ],
)
def test_the_complaint_of_a_build_is_found_in_its_log(log: str, complaint: str) -> None:
    assert read_complaint(log) == complaint


def test_the_example_is_read_without_the_suffix_that_hides_it() -> None:
    paths = ["CHANGELOG.md", "README.md", "pyproject.toml", "src/harbour_example/__init__.py"]
    assert sorted(read_example()) == paths


@contextmanager
def scene_of(subject: Subject) -> Iterator[Scene]:
    with open_scene(subject, parent={"PATH": "/usr/bin:/bin"}, keep=None) as scene:
        yield scene


def test_nothing_stays_when_nothing_is_kept() -> None:
    with scene_of(EXAMPLE) as scene:
        folders = [scene.folder, scene.work]
        assert [folder.exists() for folder in folders] == [True, True]
    assert [folder.exists() for folder in folders] == [False, False]


def test_a_checkout_that_git_refuses_fails_its_stage() -> None:
    with scene_of(EXAMPLE) as scene, pytest.raises(StageFailedError, match="refs/tags/none cannot be checked out"):
        scene.runner.check_out("refs/tags/none", scene.work / "checkout")


class Scripted(JobRunner):
    """A runner whose program says what the test wants, after doing what the test wants."""

    def __init__(self, said: JobDone, act: Callable[[], object] = lambda: None) -> None:
        self.said = said
        self.act = act

    def run(self, job: Job, folder: Path) -> JobDone:
        """Answer without a program."""
        del job, folder
        self.act()
        return self.said


def released(scene: Scene) -> Journey:
    """Give a journey whose release is published on the forge."""
    journey = Journey(scene, tag="v0.1.0", version="0.1.0")
    sha = scene.forge.realm.git.branch("main") or ""
    wished = Release(
        0, "v0.1.0", sha, "v0.1.0", "notes", draft=False, prerelease=False, author="octocat", created_at=""
    )
    journey.before = journey.after = sha
    journey.release_id = create_release(scene.forge.realm, wished).id
    return journey


def store(scene: Scene, name: str, content: bytes) -> None:
    digest = hashlib.sha256(content).hexdigest()
    file = StoredFile(name, "0.1.0", "sdist", digest, digest, "", len(content), "2026-01-01T00:00:00.000000Z")
    scene.index.store(Project("harbour-example"), file, content)


def test_a_refusal_of_the_forge_fails_its_stage() -> None:
    with scene_of(EXAMPLE) as scene:
        journey = Journey(scene)
        scene.forge.realm.state.settings.allow_squash_merge = False
        journey.feature = scene.forge.open_pull_request("feature", "feat: x", files={"x": "y"})
        stage = rehearsal._play(scene, "merge", journey)
        assert (stage.ok, "Squash merges are not allowed" in str(stage.facts["error"])) == (False, True)


def test_a_publish_that_leaves_no_file_on_the_index_fails_its_stage() -> None:
    with scene_of(EXAMPLE) as scene:
        journey = released(scene)
        scene.runner = Scripted(JobDone(0, {}, "", "all is well, it says"))
        with pytest.raises(StageFailedError, match="no file reached the index"):
            publish_release(journey)


def test_a_file_that_the_program_did_not_name_is_found_out() -> None:
    with scene_of(EXAMPLE) as scene:
        journey = Journey(scene, claimed="harbour_example-0.1.0.tar.gz, sha256 " + "0" * 64)
        store(scene, "harbour_example-0.1.0.tar.gz", b"bytes")
        with pytest.raises(StageFailedError, match="the program named others"):
            verify_files(journey)


def test_a_second_run_that_writes_is_found_out() -> None:
    with scene_of(EXAMPLE) as scene:
        journey = released(scene)
        scene.runner = Scripted(JobDone(0, {}, "", ""), lambda: scene.forge.log_request("rest", "PATCH", "/x"))
        with pytest.raises(StageFailedError, match="running once more must change nothing; 2 requests wrote"):
            run_again(journey)


def test_a_second_run_that_changes_the_world_is_found_out() -> None:
    with scene_of(EXAMPLE) as scene:
        journey = released(scene)
        scene.runner = Scripted(JobDone(0, {}, "", ""), lambda: scene.forge.push("main", {"x": "y"}, "fix: x"))
        with pytest.raises(StageFailedError, match="running once more must change nothing; 0 requests wrote"):
            run_again(journey)


def test_a_release_that_is_not_on_its_commit_is_found_out() -> None:
    with scene_of(EXAMPLE) as scene:
        journey = released(scene)
        journey.after = scene.forge.push("main", {"x": "y"}, "fix: not the released commit")
        outputs = {"tag": "v0.1.0", "released": "true", "release-id": str(journey.release_id)}
        scene.runner = Scripted(JobDone(0, outputs, "", ""))
        with pytest.raises(StageFailedError, match="was expected on the release commit"):
            make_release(journey)


def test_a_release_pull_request_that_stays_as_it_was_is_found_out() -> None:
    with scene_of(EXAMPLE) as scene:
        journey = Journey(scene, feature_title="feat(api): x")
        journey.release_pull = scene.forge.open_pull_request("pilotage/release-main", "chore: x", files={"x": "y"})
        scene.runner = Scripted(JobDone(0, {"release-pr": str(journey.release_pull)}, "", ""))
        with pytest.raises(StageFailedError, match="was to be updated in place"):
            update_release_pull(journey)
        assert next(pull.title for pull in scene.forge.realm.state.pulls if not pull.is_open).startswith("fix(api): ")


def test_the_outputs_must_name_an_open_release_pull_request() -> None:
    with scene_of(EXAMPLE) as scene:
        journey = Journey(scene)
        for said in ("", "7", "x"):
            with pytest.raises(StageFailedError, match="an open release pull request was expected") as caught:
                journey.release_pull_request(JobDone(0, {"release-pr": said}, "", "the log"))
            assert caught.value.facts()["output"] == "the log"


def test_a_project_whose_name_is_unknown_is_published_with_a_token() -> None:
    with scene_of(Subject(None, "acme", "demo")) as scene:
        scene.register_publisher()
        variables = scene.index_variables()
        assert sorted(variables) == ["INPUT_INDEX", "INPUT_INDEX-TOKEN"]
        assert (variables["INPUT_INDEX-TOKEN"] in scene.index.tokens, scene.index.pending) == (True, [])


def test_a_project_with_a_name_is_published_by_its_identity_alone() -> None:
    with scene_of(EXAMPLE) as scene:
        scene.register_publisher()
        assert sorted(scene.index_variables()) == [
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
            "ACTIONS_ID_TOKEN_REQUEST_URL",
            "INPUT_INDEX",
        ]
        assert [publisher.project for publisher in scene.index.pending] == ["harbour-example"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("[build-system]\nrequires = []\n", True), ("[project]\n", False), ("not toml", True), (None, False)],
)
def test_a_build_system_is_only_missing_where_that_can_be_read(text: str | None, wanted: bool) -> None:
    with scene_of(EXAMPLE) as scene:
        scene.forge.push("main", {"pyproject.toml": text}, "chore: change")
        scene.forge.create_tag("v9", "main")
        assert has_build_system(scene, "v9") is wanted


def test_writes_are_told_from_reads() -> None:
    with scene_of(EXAMPLE) as scene:
        log = scene.forge.log_request
        log("rest", "GET", "/x")
        log("rest", "POST", "/x")
        log("graphql", "POST", "/graphql").body = {"query": "query Q { x }"}
        log("graphql", "POST", "/graphql").body = {"query": "mutation M { x }"}
        log("graphql", "POST", "/graphql").body = None
        log("git", "POST", "/x").operation = "git-upload-pack"
        log("git", "POST", "/x").operation = "git-receive-pack"
        assert (count_writes(scene, since=0), count_writes(scene, since=2)) == (3, 2)


@contextmanager
def served(listing: object, content: bytes) -> Iterator[str]:
    """Serve one listing and one file, as an index that may be wrong."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(listing).encode() if self.path.startswith("/simple/") else content
            self.send_response(404 if listing is None else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/simple/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_an_index_that_serves_other_bytes_than_it_lists_is_found_out() -> None:
    listing = {"files": [{"filename": "a.whl", "url": "/files/a.whl", "hashes": {"sha256": "0" * 64}}]}
    with served(listing, b"other") as url, pytest.raises(StageFailedError, match=r"a\.whl: the index serves"):
        fetch_files(url, "Some.Project")


def test_an_index_without_the_project_is_found_out() -> None:
    with served(None, b"") as url, pytest.raises(StageFailedError, match="simple/some-project/ cannot be fetched"):
        fetch_files(url, "Some.Project")
