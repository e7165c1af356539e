"""`pilotage publish` on three real indexes: exactly what is absent is sent, and nothing else ever."""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING

import pytest
import requests

from contract.faultproxy import Call, FaultProxy, Page, serve_proxy
from contract.indexservers import START, Server
from contract.publishes import HASTY, digests, make_dist, publish, read_report, run_publish, states
from pilotage.model.indexaddress import IndexAddress
from pilotage.model.patience import Patience
from providers.distfiles import make_sdist, make_wheel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE_GONE = Page(503, b"busy", {"Content-Type": "text/plain"})
LOGIN = Page(200, b"<html><body><h1>Please log in</h1></body></html>", {"Content-Type": "text/html"})
EMPTY_PAGE = "an accepted upload whose answer is empty and called text/html is taken for a proxy's page, and sent twice"
PATIENT = Patience(attempts=6, first_wait=0.0, longest_wait=5.0)


@pytest.fixture
def proxy(server: Server) -> Iterator[FaultProxy]:
    with serve_proxy(server.root) as served:
        yield served


@pytest.fixture
def seen(server: Server, proxy: FaultProxy) -> Server:
    """The server as it looks through the proxy."""
    return server.behind(proxy.url)


def put(server: Server, dist: Path, name: str, *, project: str, version: str = "1.0") -> None:
    """Put a file on an index with the plainest form, and nothing of Pilotage's."""
    content = (dist / name).read_bytes()
    is_wheel = name.endswith(".whl")
    answer = requests.post(
        IndexAddress.parse(server.index).upload_url,
        data={
            ":action": "file_upload",
            "protocol_version": "1",
            "metadata_version": "2.1",
            "name": project,
            "version": version,
            "filetype": "bdist_wheel" if is_wheel else "sdist",
            "pyversion": "py3" if is_wheel else "source",
            "sha256_digest": hashlib.sha256(content).hexdigest(),
        },
        files={"content": (name, content, "application/octet-stream")},
        auth=(server.user, server.token),
        timeout=START,
    )
    assert answer.status_code == 200, answer.text


class TestNothingWrong:
    def test_a_new_release_is_published_whole(self, server: Server, name: str, tmp_path: Path) -> None:
        dist = make_dist(tmp_path, name)
        run = run_publish(server, dist, "--json")
        assert (run.code, server.files(name)) == (0, digests(dist)), run.err
        assert states(run) == [(each, "uploaded") for each in digests(dist)]
        assert {key: read_report(run)[key] for key in ("format", "project", "version", "outcome", "verified")} == {
            "format": 1,
            "project": name,
            "version": "1.0",
            "outcome": "published",
            "verified": True,
        }

    def test_a_second_run_sends_nothing(self, server: Server, seen: Server, proxy: FaultProxy, tmp_path: Path) -> None:
        name = f"again-{server.kind}"
        dist = make_dist(tmp_path, name)
        assert publish(server, dist).outcome == "published"
        run = run_publish(seen, dist, "--json", env={"PILOTAGE_INDEX_TOKEN": ""})
        assert run.code == 0, run.err
        assert read_report(run)["outcome"] == "already-there"
        assert states(run) == [(each, "present") for each in digests(dist)]
        assert [call.method for call in proxy.log] == ["GET"]

    def test_wheels_are_sent_before_the_sdist(self, seen: Server, proxy: FaultProxy, name: str, tmp_path: Path) -> None:
        make_dist(tmp_path, name)
        make_wheel(tmp_path / "dist", name=name, tag="cp311-cp311-win_amd64", filler=b"# other\n")
        assert publish(seen, tmp_path / "dist").outcome == "published"
        assert [call.file for call in proxy.posts] == [
            f"{name}-1.0-cp311-cp311-win_amd64.whl",
            f"{name}-1.0-py3-none-any.whl",
            f"{name}-1.0.tar.gz",
        ]

    @pytest.mark.parametrize("first", [".whl", ".tar.gz"])
    def test_a_half_made_release_gets_what_is_missing_and_no_more(
        self, server: Server, seen: Server, proxy: FaultProxy, name: str, tmp_path: Path, first: str
    ) -> None:
        dist = make_dist(tmp_path, name)
        there = next(each for each in digests(dist) if each.endswith(first))
        put(server, dist, there, project=name)
        attempt = publish(seen, dist)
        assert attempt.outcome == "resumed", attempt.message
        assert attempt.report is not None
        assert {file.name: file.state for file in attempt.report.files if file.state == "present"} == {there: "present"}
        assert [call.file for call in proxy.posts] == [each for each in digests(dist) if each != there]
        assert server.files(name) == digests(dist)

    def test_a_project_is_one_under_every_spelling(
        self, server: Server, seen: Server, proxy: FaultProxy, tmp_path: Path
    ) -> None:
        dist = make_dist(tmp_path, f"My.Un_Normal-{server.kind}")
        assert [publish(seen, dist).outcome for _ in range(2)] == ["published", "already-there"]
        assert len(proxy.posts) == 2
        assert server.files(f"my-un-normal-{server.kind}") == digests(dist)

    def test_an_index_without_digests_is_compared_by_the_bytes_themselves(
        self, server: Server, seen: Server, proxy: FaultProxy, name: str, tmp_path: Path
    ) -> None:
        proxy.has_hashes = False
        dist = make_dist(tmp_path, name)
        wheel, _ = digests(dist)
        put(server, dist, wheel, project=name)
        outcomes = [publish(seen, dist).outcome for _ in range(2)]
        other = make_dist(tmp_path / "other", name, text="# other\n")
        refused = publish(seen, other)
        assert (outcomes, refused.outcome) == (["resumed", "already-there"], "exit 3")
        assert all(digest in refused.message for digest in (digests(dist)[wheel], digests(other)[wheel]))
        assert len(proxy.posts) == 1
        assert server.files(name) == digests(dist)

    def test_a_stale_page_makes_nothing_be_sent_twice(
        self, server: Server, seen: Server, proxy: FaultProxy, name: str, tmp_path: Path
    ) -> None:
        dist = make_dist(tmp_path, name)
        proxy.stale = 4
        attempt = publish(seen, dist, patience=PATIENT)
        assert attempt.report is not None, attempt.message
        assert (attempt.outcome, attempt.report.verified) == ("published", True)
        assert proxy.accepted == list(digests(dist))
        assert server.files(name) == digests(dist)

    def test_a_page_that_stays_stale_is_a_warning_and_no_failure(
        self,
        server: Server,
        seen: Server,
        proxy: FaultProxy,
        name: str,
        tmp_path: Path,
        request: pytest.FixtureRequest,
    ) -> None:
        if server.kind == "pypiserver":
            request.applymarker(pytest.mark.xfail(strict=True, reason=EMPTY_PAGE))
        dist = make_dist(tmp_path, name)
        proxy.stale = 1000
        attempt = publish(seen, dist)
        assert attempt.report is not None, attempt.message
        assert (attempt.outcome, attempt.report.verified) == ("published", False)
        assert any("does not show every file yet" in line for line in attempt.report.warnings)
        assert server.files(name) == digests(dist)

    def test_a_run_upon_a_stale_page_still_sends_no_file_into_the_index_twice(
        self, server: Server, seen: Server, proxy: FaultProxy, name: str, tmp_path: Path
    ) -> None:
        """The page hides what the run before has sent: the upload's answer leads to a second look."""
        dist = make_dist(tmp_path, name)
        assert publish(server, dist).outcome == "published"
        hidden = iter(range(2))
        proxy.answer = lambda call: Page(404) if call.method == "GET" and next(hidden, None) is not None else None
        attempt = publish(seen, dist)
        assert attempt.report is not None, attempt.message
        assert attempt.report.verified
        assert server.files(name) == digests(dist)


class TestConflicts:
    def test_other_bytes_under_a_name_are_told_with_both_digests_and_nothing_is_sent(
        self, server: Server, seen: Server, proxy: FaultProxy, name: str, tmp_path: Path
    ) -> None:
        ours, theirs = make_dist(tmp_path / "ours", name), make_dist(tmp_path / "theirs", name, text="# other\n")
        for each in digests(theirs):
            put(server, theirs, each, project=name)
        run = run_publish(seen, ours, "--json")
        assert (run.code, run.out) == (3, "")
        for digest in (*digests(ours).values(), *digests(theirs).values()):
            assert digest in run.err
        assert proxy.posts == []
        assert server.files(name) == digests(theirs)

    def test_other_bytes_of_one_file_hold_up_the_whole_release(
        self, server: Server, seen: Server, proxy: FaultProxy, name: str, tmp_path: Path
    ) -> None:
        ours, theirs = make_dist(tmp_path / "ours", name), make_dist(tmp_path / "theirs", name, text="# other\n")
        wheel, _ = digests(theirs)
        put(server, theirs, wheel, project=name)
        assert publish(seen, ours).outcome == "exit 3"
        assert proxy.posts == []

    @pytest.mark.parametrize(("there", "here"), [("1.0", "1.0.0"), ("1.0.0", "1.0")])
    def test_an_equal_version_that_is_spelled_otherwise_is_refused_with_words(
        self, server: Server, seen: Server, proxy: FaultProxy, name: str, tmp_path: Path, there: str, here: str
    ) -> None:
        make_wheel(tmp_path, there, name=name)
        put(server, tmp_path, f"{name}-{there}-py3-none-any.whl", project=name, version=there)
        dist = make_dist(tmp_path, name, here)
        attempt = publish(seen, dist)
        assert attempt.outcome == "exit 3"
        assert "under another spelling" in attempt.message
        assert f"{name}-{there}-py3-none-any.whl" in attempt.message
        assert f"{name}-{here}-py3-none-any.whl" in attempt.message
        assert proxy.posts == []

    def test_a_project_that_is_spelled_otherwise_there_is_refused_with_words(
        self, server: Server, seen: Server, proxy: FaultProxy, tmp_path: Path
    ) -> None:
        if server.kind == "embedded":
            pytest.skip("PyPI takes no file of such a name")
        make_sdist(tmp_path, name=f"Odd.Name-{server.kind}")
        put(server, tmp_path, f"Odd.Name-{server.kind}-1.0.tar.gz", project=f"Odd.Name-{server.kind}")
        attempt = publish(seen, make_dist(tmp_path, f"Odd.Name-{server.kind}"))
        assert (attempt.outcome, "under another spelling" in attempt.message) == ("exit 3", True)
        assert proxy.posts == []

    def test_a_folder_of_two_releases_is_refused_before_anything_is_asked(
        self, seen: Server, proxy: FaultProxy, name: str, tmp_path: Path
    ) -> None:
        dist = make_dist(tmp_path, name)
        make_wheel(dist, "2.0", name=name)
        assert publish(seen, dist).outcome == "exit 2"
        assert proxy.log == []

    def test_what_another_job_put_there_between_look_and_upload_is_a_conflict(
        self, server: Server, seen: Server, proxy: FaultProxy, name: str, tmp_path: Path
    ) -> None:
        ours, theirs = make_dist(tmp_path / "ours", name), make_dist(tmp_path / "theirs", name, text="# other\n")
        wheel, _ = digests(theirs)

        def overtake(call: Call) -> None:
            if call.method == "POST" and len(proxy.posts) == 1:
                put(server, theirs, wheel, project=name)

        proxy.before = overtake
        attempt = publish(seen, ours)
        assert attempt.outcome == "exit 3", attempt.message
        assert all(digest in attempt.message for digest in (digests(ours)[wheel], digests(theirs)[wheel]))
        assert (proxy.accepted, len(proxy.posts)) == ([], 1)
        assert server.files(name) == {wheel: digests(theirs)[wheel]}

    def test_the_same_bytes_that_another_job_put_there_first_are_no_conflict(
        self, server: Server, seen: Server, proxy: FaultProxy, name: str, tmp_path: Path
    ) -> None:
        dist = make_dist(tmp_path, name)

        def overtake(call: Call) -> None:
            if call.method == "POST":
                put(server, dist, call.file, project=name)

        proxy.before = overtake
        attempt = publish(seen, dist)
        assert attempt.outcome == "published", attempt.message
        assert server.files(name) == digests(dist)


class TestCredentials:
    def test_wrong_credentials_end_with_clear_words_and_one_request(
        self, server: Server, seen: Server, proxy: FaultProxy, name: str, tmp_path: Path
    ) -> None:
        dist = make_dist(tmp_path, name)
        secret = "not-the-password-at-all"  # noqa: S105 - that is the point
        run = run_publish(seen, dist, "--json", "-v", env={"PILOTAGE_INDEX_TOKEN": secret})
        assert (run.code, run.out) == (5, "")
        assert "refused" in run.err
        assert "Check that the token" in run.err
        assert secret not in run.err
        assert len(proxy.posts) == 1
        assert server.files(name) == {}

    def test_no_credentials_at_all_is_said_before_anything_is_sent(
        self, seen: Server, proxy: FaultProxy, name: str, tmp_path: Path
    ) -> None:
        run = run_publish(seen, make_dist(tmp_path, name), env={"PILOTAGE_INDEX_TOKEN": ""})
        assert run.code == 2
        assert "there are no credentials for" in run.err
        assert "PILOTAGE_INDEX_TOKEN" in run.err
        assert proxy.posts == []


class TestTheCheckFails:
    """What the index has is unknown: the run stops, since unknown is never absent."""

    @pytest.mark.parametrize("status", [500, 502, 503, 504, 429])
    def test_a_server_error_on_the_check_sends_nothing(
        self, seen: Server, proxy: FaultProxy, name: str, tmp_path: Path, status: int
    ) -> None:
        proxy.answer = lambda _: Page(status, b"busy", {"Content-Type": "text/plain"})
        attempt = publish(seen, make_dist(tmp_path, name))
        assert (attempt.outcome, proxy.posts) == ("exit 5", [])
        assert len(proxy.log) == HASTY.attempts

    @pytest.mark.parametrize("status", [301, 400, 401, 403, 410])
    def test_an_answer_that_is_neither_yes_nor_no_sends_nothing(
        self, seen: Server, proxy: FaultProxy, name: str, tmp_path: Path, status: int
    ) -> None:
        proxy.answer = lambda _: Page(status, b"?", {"Content-Type": "text/plain"})
        attempt = publish(seen, make_dist(tmp_path, name))
        assert (attempt.outcome, proxy.posts) == ("exit 5", [])

    @pytest.mark.parametrize(
        "page",
        [LOGIN, Page(200, b"", {"Content-Type": "text/html"}), Page(200, b"{}", {"Content-Type": "application/json"})],
        ids=["a login page", "an empty page", "other JSON"],
    )
    def test_a_page_of_something_else_sends_nothing(
        self, seen: Server, proxy: FaultProxy, name: str, tmp_path: Path, page: Page
    ) -> None:
        proxy.answer = lambda _: page
        attempt = publish(seen, make_dist(tmp_path, name))
        assert (attempt.outcome, proxy.posts) == ("exit 5", [])

    def test_a_check_that_is_well_the_second_time_goes_on(
        self, server: Server, seen: Server, proxy: FaultProxy, name: str, tmp_path: Path
    ) -> None:
        dist = make_dist(tmp_path, name)
        proxy.answer = lambda _: PAGE_GONE if len(proxy.log) == 1 else None
        assert publish(seen, dist).outcome == "published"
        assert server.files(name) == digests(dist)

    def test_the_command_line_says_that_it_does_not_know(
        self, seen: Server, proxy: FaultProxy, name: str, tmp_path: Path
    ) -> None:
        proxy.answer = lambda _: Page(503, b"", {"Content-Type": "text/plain", "Retry-After": "3600"})
        run = run_publish(seen, make_dist(tmp_path, name), "--json")
        assert (run.code, run.out, proxy.posts) == (5, "", [])
        assert "What is there is unknown, so nothing was changed." in run.err

    def test_a_server_that_is_not_there_sends_nothing(self, server: Server, name: str, tmp_path: Path) -> None:
        with serve_proxy(server.root) as gone:
            nowhere = server.behind(gone.url)
        attempt = publish(nowhere, make_dist(tmp_path, name))
        assert attempt.outcome == "exit 5"
        assert server.files(name) == {}


class TestTheFolder:
    def test_files_that_are_no_built_files_stay_at_home(
        self, seen: Server, proxy: FaultProxy, name: str, tmp_path: Path
    ) -> None:
        dist = make_dist(tmp_path, name)
        for stray in (".env", "notes.txt", f"{name}-1.0-py3-none-any.whl.publish.attestation", ".gitignore"):
            (dist / stray).write_text("stray")
        assert publish(seen, dist).outcome == "published"
        assert [call.file for call in proxy.posts] == [f"{name}-1.0-py3-none-any.whl", f"{name}-1.0.tar.gz"]

    def test_a_resumed_release_is_never_built_again(
        self, server: Server, seen: Server, proxy: FaultProxy, name: str, tmp_path: Path
    ) -> None:
        """The folder is another build: the half that is there holds it up, and the first folder completes it."""
        first, second = make_dist(tmp_path / "1", name), make_dist(tmp_path / "2", name, text="# rebuilt\n")
        wheel, sdist = digests(first)
        put(server, first, wheel, project=name)
        (tmp_path / "mixed").mkdir()
        shutil.copy(first / wheel, tmp_path / "mixed")
        assert publish(seen, second).outcome == "exit 3"
        assert publish(seen, tmp_path / "mixed").outcome == "already-there"
        assert publish(seen, first).outcome == "resumed"
        assert proxy.accepted == [sdist]
        assert server.files(name) == digests(first)
