"""Uploads against the embedded index, with everything that can go wrong on the way."""

from __future__ import annotations

import contextlib
import itertools
from typing import TYPE_CHECKING

import pytest

from pilotage.errors import ConflictError, PilotageError, RemoteError
from pilotage.model.indexaddress import IndexAddress
from pilotage.model.patience import Patience
from pilotage.model.secret import Credentials, Secret
from pilotage.model.step import Result
from pilotage.providers.http import open_session
from pilotage.providers.index import Index
from pilotage.providers.upload import apply_upload
from pilotage.sandbox.index import Fault, FaultKind, TokenScope
from pilotage.sandbox.index import Index as EmbeddedIndex
from providers.distfiles import make_sdist, make_wheel
from providers.scriptedserver import Reply, serve_script

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pilotage.model.dist import Dist

TOKEN = "pypi-token"  # noqa: S105 - good on loopback only
WRONG = "pypi-wrong"
POST = "POST /legacy/"
LOOK = "GET /simple/"


@pytest.fixture
def embedded(tmp_path: Path) -> EmbeddedIndex:
    index = EmbeddedIndex(tmp_path / "world")
    index.tokens[TOKEN] = TokenScope()
    return index


@pytest.fixture
def index(embedded: EmbeddedIndex) -> Iterator[Index]:
    with embedded.serve() as endpoint:
        yield open_index(endpoint.upload_url, [])


def open_index(url: str, waits: list[float], *, token: str = TOKEN) -> Index:
    patience = Patience(attempts=3, first_wait=1.0, longest_wait=4.0)
    credentials = Credentials("__token__", Secret(token))
    address = IndexAddress.parse(url)
    return Index(address, credentials=credentials, session=open_session(), patience=patience, sleep=waits.append)


def posts(embedded: EmbeddedIndex) -> int:
    return sum(call.method == "POST" for call in embedded.calls())


def files(index: Index) -> list[tuple[str, str]]:
    return sorted((file.name, file.sha256) for file in index.observe_project("my-pkg").files)


@pytest.mark.parametrize(
    ("kind", "sent"),
    [
        (FaultKind.LOST_BEFORE, 2),
        (FaultKind.LOST_AFTER, 1),
        (FaultKind.SERVER_ERROR, 2),
        (FaultKind.SERVER_ERROR_AFTER, 1),
        (FaultKind.CUT_BODY, 1),
        (FaultKind.RATE_LIMIT, 2),
        (FaultKind.NOT_JSON, 2),
    ],
)
def test_an_unclear_answer_is_followed_by_a_look_and_never_by_a_blind_second_upload(
    embedded: EmbeddedIndex, index: Index, tmp_path: Path, kind: FaultKind, sent: int
) -> None:
    path, dist = make_wheel(tmp_path)
    embedded.faults.append(Fault(kind, match=POST))
    assert apply_upload(index, path, dist) is Result.DONE
    methods = [call.method for call in embedded.calls()]
    assert files(index) == [(dist.name, dist.sha256)]
    assert methods.count("POST") == sent
    assert all(after == "GET" for before, after in itertools.pairwise(methods) if before == "POST")


def test_an_index_that_never_takes_it_is_left_after_the_patience(
    embedded: EmbeddedIndex, index: Index, tmp_path: Path
) -> None:
    path, dist = make_wheel(tmp_path)
    embedded.faults.append(Fault(FaultKind.SERVER_ERROR, match=POST, times=99))
    with pytest.raises(RemoteError, match="503 Service Unavailable"):
        apply_upload(index, path, dist)
    assert posts(embedded) == 3


def test_a_failing_look_stops_before_anything_is_sent(embedded: EmbeddedIndex, index: Index, tmp_path: Path) -> None:
    path, dist = make_wheel(tmp_path)
    embedded.faults.append(Fault(FaultKind.SERVER_ERROR, match=LOOK, times=99))
    with pytest.raises(RemoteError, match="was asked 3 times"):
        apply_upload(index, path, dist)
    assert posts(embedded) == 0


def test_a_look_that_fails_after_an_accepted_upload_does_not_take_it_back(
    embedded: EmbeddedIndex, index: Index, tmp_path: Path
) -> None:
    path, dist = make_wheel(tmp_path)
    embedded.faults.append(Fault(FaultKind.SERVER_ERROR, match=LOOK, at=3, times=3))
    assert apply_upload(index, path, dist) is Result.DONE
    assert posts(embedded) == 1


def test_a_wrong_token_is_a_refusal_with_the_next_action(embedded: EmbeddedIndex, tmp_path: Path) -> None:
    path, dist = make_wheel(tmp_path)
    with embedded.serve() as endpoint, pytest.raises(RemoteError) as caught:
        apply_upload(open_index(endpoint.upload_url, [], token=WRONG), path, dist)
    assert ("403" in caught.value.message, WRONG in caught.value.message) == (True, False)
    assert "pending publisher" in caught.value.hint


def test_the_name_of_a_deleted_file_is_a_conflict(embedded: EmbeddedIndex, index: Index, tmp_path: Path) -> None:
    path, dist = make_wheel(tmp_path)
    apply_upload(index, path, dist)
    embedded.delete_file(dist.name)
    with pytest.raises(ConflictError) as caught:
        apply_upload(index, path, dist)
    assert ("previously used" in caught.value.message, "raise the version" in caught.value.hint) == (True, True)


def test_a_pause_that_the_index_asks_for_is_kept_before_the_next_try(tmp_path: Path) -> None:
    path, dist = make_sdist(tmp_path)
    waits: list[float] = []
    busy = Reply(429, headers={"Retry-After": "3"})
    with serve_script(Reply(404), busy, Reply(404), Reply(200), Reply(404)) as script:
        assert apply_upload(open_index(f"{script.url}/legacy/", waits), path, dist) is Result.DONE
    assert (waits, [asked.method for asked in script.asked]) == ([3.0, 0.0], ["GET", "POST", "GET", "POST", "GET"])


def test_a_pause_beyond_the_patience_ends_it_after_a_last_look(tmp_path: Path) -> None:
    path, dist = make_sdist(tmp_path)
    waits: list[float] = []
    busy = Reply(429, b"Too many new projects created", {"Retry-After": "600"})
    with serve_script(Reply(404), busy, Reply(404)) as script, pytest.raises(RemoteError) as caught:
        apply_upload(open_index(f"{script.url}/legacy/", waits), path, dist)
    assert "did not take my_pkg-1.0.tar.gz now (it asks to wait 600 s): 429" in caught.value.message
    assert (waits, [asked.method for asked in script.asked]) == ([], ["GET", "POST", "GET"])


def test_maintenance_is_waited_for(embedded: EmbeddedIndex, index: Index, tmp_path: Path) -> None:
    path, dist = make_wheel(tmp_path)
    embedded.read_only = True
    with pytest.raises(RemoteError, match="Read-only mode") as caught:
        apply_upload(index, path, dist)
    assert (posts(embedded), caught.value.hint[:16]) == (3, "Run again later:")
    embedded.read_only = False
    assert apply_upload(index, path, dist) is Result.DONE


def shown(dist: Dist, sha256: str) -> Reply:
    body = f'{{"meta":{{"api-version":"1.0"}},"name":"my-pkg","files":[{{"filename":"{dist.name}","url":"f",'
    body += f'"hashes":{{"sha256":"{sha256}"}}}}]}}'
    return Reply(200, body.encode(), {"Content-Type": "application/vnd.pypi.simple.v1+json"})


@pytest.mark.parametrize("status", [400, 403, 422])
def test_a_refusal_in_unknown_words_is_unchanged_when_the_very_file_is_there(tmp_path: Path, status: int) -> None:
    path, dist = make_sdist(tmp_path)
    with serve_script(Reply(404), Reply(status, b"nein"), shown(dist, dist.sha256)) as script:
        assert apply_upload(open_index(f"{script.url}/legacy/", []), path, dist) is Result.UNCHANGED


def test_a_refusal_in_unknown_words_is_a_conflict_when_other_bytes_are_there(tmp_path: Path) -> None:
    path, dist = make_sdist(tmp_path)
    with serve_script(Reply(404), Reply(400, b"nein"), shown(dist, "f" * 64)) as script:
        index = open_index(f"{script.url}/legacy/", [])
        with pytest.raises(ConflictError, match="other bytes"):
            apply_upload(index, path, dist)


@pytest.mark.parametrize("look", [Reply(404), Reply(503)], ids=["absent", "unknown"])
def test_a_refusal_stays_one_when_the_file_is_not_seen(tmp_path: Path, look: Reply) -> None:
    path, dist = make_sdist(tmp_path)
    with serve_script(Reply(404), Reply(400, b"nein"), look) as script:
        index = open_index(f"{script.url}/legacy/", [])
        with pytest.raises(RemoteError, match=r"refused my_pkg-1\.0\.tar\.gz: 400 Bad Request: nein"):
            apply_upload(index, path, dist)


def test_what_belongs_to_the_file_goes_with_every_try(tmp_path: Path) -> None:
    path, dist = make_sdist(tmp_path)
    told: list[int] = []
    with serve_script(Reply(404), Reply(503), Reply(404), Reply(200), Reply(404)) as script:
        apply_upload(open_index(f"{script.url}/legacy/", []), path, dist, attestations="[1]", progress=told.append)
    sent = [asked.body for asked in script.asked if asked.method == "POST"]
    assert [b'name="attestations"\r\n\r\n[1]\r\n' in body for body in sent] == [True, True]
    assert told == [0, dist.size] * 2


def race(embedded: EmbeddedIndex, act: Callable[[], object]) -> None:
    """Let somebody else act at the moment of our next upload."""
    before = len(embedded.log)

    def step_in(request: object) -> None:
        if getattr(request, "method", "") == "POST":
            embedded.before_request = None
            act()

    embedded.before_request = step_in
    assert len(embedded.log) == before


def test_a_faster_run_with_the_same_bytes_changes_nothing(
    embedded: EmbeddedIndex, index: Index, tmp_path: Path
) -> None:
    path, dist = make_wheel(tmp_path)
    race(embedded, lambda: apply_upload(open_index(index.address.upload_url, []), path, dist))
    assert apply_upload(index, path, dist) in {Result.DONE, Result.UNCHANGED}
    assert files(index) == [(dist.name, dist.sha256)]


def test_a_faster_run_with_other_bytes_is_a_conflict(embedded: EmbeddedIndex, index: Index, tmp_path: Path) -> None:
    path, dist = make_wheel(tmp_path)
    (tmp_path / "other").mkdir()
    other_path, other = make_wheel(tmp_path / "other", filler=b"other")
    race(embedded, lambda: apply_upload(open_index(index.address.upload_url, []), other_path, other))
    with pytest.raises(ConflictError, match=other.sha256):
        apply_upload(index, path, dist)
    assert files(index) == [(other.name, other.sha256)]


def test_a_taken_name_that_shows_up_late_with_our_bytes_is_unchanged(tmp_path: Path) -> None:
    path, dist = make_sdist(tmp_path)
    absent = Reply(404)
    waits: list[float] = []
    with serve_script(absent, Reply(409), absent, absent, shown(dist, dist.sha256)) as script:
        result = apply_upload(open_index(f"{script.url}/legacy/", waits), path, dist)
    assert (result, waits) == (Result.UNCHANGED, [0.0, 1.0, 2.0])


def test_a_page_as_an_answer_that_leads_to_nothing_is_sent_once_more_and_not_for_ever(tmp_path: Path) -> None:
    path, dist = make_sdist(tmp_path)
    page = Reply(200, b"<html></html>", {"Content-Type": "text/html"})
    with serve_script(Reply(404), page, Reply(404)) as script, pytest.raises(RemoteError, match="refused"):
        apply_upload(open_index(f"{script.url}/legacy/", []), path, dist)
    assert [asked.method for asked in script.asked] == ["GET", "POST", "GET", "GET", "GET", "POST"]


def test_pages_alone_as_answers_are_no_proof_of_an_upload(tmp_path: Path) -> None:
    path, dist = make_sdist(tmp_path)
    page = Reply(200, b"<html>Welcome</html>", {"Content-Type": "text/html"})
    absent = Reply(404)
    with serve_script(absent, page, absent, absent, absent, page, absent) as script:
        index = open_index(f"{script.url}/legacy/", [])
        with pytest.raises(RemoteError, match="with a web page and does not show the file") as caught:
            apply_upload(index, path, dist)
    assert f"Check that {script.url}/legacy/ takes uploads" in caught.value.hint
    assert [asked.method for asked in script.asked] == ["GET", "POST", *["GET"] * 3, "POST", *["GET"] * 3]


def test_an_empty_answer_that_says_html_is_an_index_s_own(tmp_path: Path) -> None:
    path, dist = make_sdist(tmp_path)
    empty = Reply(200, b"", {"Content-Type": "text/html; charset=UTF-8"})
    with serve_script(Reply(404), empty, Reply(404)) as script:
        assert apply_upload(open_index(f"{script.url}/legacy/", []), path, dist) is Result.DONE
    assert [asked.method for asked in script.asked] == ["GET", "POST", "GET"]


def test_a_stale_page_neither_undoes_an_upload_nor_verifies_it(
    embedded: EmbeddedIndex, index: Index, tmp_path: Path
) -> None:
    path, dist = make_wheel(tmp_path)
    embedded.stale = 4
    assert [apply_upload(index, path, dist) for _ in range(2)] == [Result.DONE, Result.DONE]
    assert not index.verify("my-pkg", [dist], patience=Patience(attempts=2))
    assert index.verify("my-pkg", [dist], patience=Patience(attempts=3))
    assert files(index) == [(dist.name, dist.sha256)]


@pytest.mark.parametrize("kind", [FaultKind.DEAD_BEFORE, FaultKind.DEAD_AFTER])
@pytest.mark.parametrize("at", range(1, 8))
def test_a_run_that_died_at_any_request_is_completed_by_the_next(
    embedded: EmbeddedIndex, index: Index, tmp_path: Path, kind: FaultKind, at: int
) -> None:
    made = [make_wheel(tmp_path), make_sdist(tmp_path)]

    def publish() -> None:
        for path, dist in made:
            apply_upload(index, path, dist)

    embedded.faults.append(Fault(kind, at=at))
    with contextlib.suppress(PilotageError):
        publish()
    embedded.revive()
    embedded.faults.clear()
    publish()
    assert files(index) == sorted((dist.name, dist.sha256) for _, dist in made)


def test_the_test_of_any_request_covers_them_all(embedded: EmbeddedIndex, index: Index, tmp_path: Path) -> None:
    made: list[tuple[Path, Dist]] = [make_wheel(tmp_path), make_sdist(tmp_path)]
    for path, dist in made:
        apply_upload(index, path, dist)
    assert len(embedded.calls()) < 8
