"""`pilotage publish` on three real indexes: exactly what is absent is sent, and nothing else ever."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest

from contract.faultproxy import FaultProxy, Page
from contract.publishes import digests, make_dist, publish, put, read_report, run_publish, spawn_publish, states
from pilotage.model.patience import Patience
from providers.distfiles import make_wheel

if TYPE_CHECKING:
    from pathlib import Path

    from contract.indexservers import Server

NOBODY = {"PILOTAGE_INDEX_TOKEN": "", "PILOTAGE_INDEX_USER": ""}
PATIENT = Patience(attempts=6, first_wait=0.0, longest_wait=5.0)


class TestNothingWrong:
    def test_a_new_release_is_published_whole(self, server: Server, name: str, tmp_path: Path) -> None:
        dist = make_dist(tmp_path, name)
        run = spawn_publish(server, dist, "--json")
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
        run = run_publish(seen, dist, "--json", env=NOBODY)
        assert run.code == 0, run.err
        assert read_report(run)["outcome"] == "already-there"
        assert states(run) == [(each, "present") for each in digests(dist)]
        assert {call.method for call in proxy.log} == {"GET"}

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
        self, server: Server, seen: Server, proxy: FaultProxy, name: str, tmp_path: Path
    ) -> None:
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


class TestCredentials:
    def test_wrong_credentials_end_with_clear_words_and_one_request(
        self, server: Server, seen: Server, proxy: FaultProxy, name: str, tmp_path: Path
    ) -> None:
        dist = make_dist(tmp_path, name)
        secret = "not-the-password-at-all"  # noqa: S105 - that is the point
        run = spawn_publish(seen, dist, "--json", "-v", env={"PILOTAGE_INDEX_TOKEN": secret})
        assert (run.code, run.out) == (5, "")
        assert "refused" in run.err
        assert re.search(r"Check that the (whole )?token", run.err)
        assert secret not in run.err
        assert len(proxy.posts) == 1
        assert server.files(name) == {}

    def test_no_credentials_at_all_is_said_before_anything_is_sent(
        self, seen: Server, proxy: FaultProxy, name: str, tmp_path: Path
    ) -> None:
        run = run_publish(seen, make_dist(tmp_path, name), env=NOBODY)
        assert run.code == 2
        assert "there are no credentials for" in run.err
        assert "PILOTAGE_INDEX_TOKEN" in run.err
        assert proxy.posts == []


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
