"""`pilotage publish` stops where an index contradicts the files, or does not say what it has: nothing is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contract.faultproxy import Call, FaultProxy, Page, serve_proxy
from contract.publishes import HASTY, digests, make_dist, publish, put, run_publish
from providers.distfiles import make_sdist, make_wheel

if TYPE_CHECKING:
    from pathlib import Path

    from contract.indexservers import Server

PAGE_GONE = Page(503, b"busy", {"Content-Type": "text/plain"})
LOGIN = Page(200, b"<html><body><h1>Please log in</h1></body></html>", {"Content-Type": "text/html"})


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
