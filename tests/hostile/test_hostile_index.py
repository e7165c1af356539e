"""An index whose pages lead elsewhere or make no sense: no credentials go there, and nothing is taken for absent."""

from __future__ import annotations

import pytest

from pilotage.errors import PilotageError
from pilotage.model.dist import Dist
from providers.indexclients import CREDENTIALS, JSON_TYPE, observe, open_index, page
from providers.scriptedserver import Reply, serve_script

NAME = "my_pkg-1.0.tar.gz"
OURS = [Dist(NAME, "a" * 64, 7)]
JSON = {"Content-Type": JSON_TYPE}
PAGES: dict[str, Reply] = {
    "deep": Reply(200, b"[" * 200_000, JSON),
    "deep and whole": Reply(200, b"[" * 100_000 + b"]" * 100_000, JSON),
    "deep inside": Reply(200, b'{"meta": ' + b'{"a": ' * 100_000, JSON),
    "not utf-8": Reply(200, b'{"meta": "\xff"}', JSON),
    "half a character": Reply(200, b'{"name": "\\ud800"}', JSON),
    "a list": Reply(200, b"[]", JSON),
    "null": Reply(200, b"null", JSON),
    "a huge number": Reply(200, b'{"meta": ' + b"9" * 10_000 + b"}", JSON),
    "files of other kinds": Reply(200, b'{"meta": {"api-version": "1.1"}, "name": "x", "files": 5}', JSON),
    "a file of another kind": Reply(200, b'{"meta": {"api-version": "1.1"}, "name": "my-pkg", "files": [5]}', JSON),
    "a later version": Reply(200, b'{"meta": {"api-version": "2.0"}, "name": "my-pkg", "files": []}', JSON),
    "much": Reply(200, b'{"x": "' + b"x" * 30_000_000 + b'"}', JSON),
}


def test_a_file_on_another_host_is_fetched_without_credentials() -> None:
    with serve_script(Reply(200, b"content")) as elsewhere:
        link = {"filename": NAME, "url": f"{elsewhere.url}/f/{NAME}", "hashes": {}}
        with serve_script(page(link)) as script:
            open_index(script, [], credentials=CREDENTIALS).observe_files("my-pkg", OURS)
    assert "authorization" in script.asked[0].headers
    assert [asked.path for asked in elsewhere.asked] == [f"/f/{NAME}"]
    assert "authorization" not in elsewhere.asked[0].headers


def test_a_file_that_the_index_redirects_elsewhere_takes_no_credentials_along() -> None:
    with serve_script(Reply(200, b"content")) as elsewhere:
        away = Reply(302, headers={"Location": f"{elsewhere.url}/f"})
        link = {"filename": NAME, "url": f"/f/{NAME}", "hashes": {}}
        with serve_script(page(link), away) as script:
            open_index(script, [], credentials=CREDENTIALS).observe_files("my-pkg", OURS)
    assert "authorization" in script.asked[1].headers
    assert "authorization" not in elsewhere.asked[0].headers


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://127.0.0.1/x", "javascript:x", "//[::1", "http://evil.example/x"]
)
def test_a_file_s_address_that_is_no_safe_one_is_not_followed(url: str) -> None:
    link = {"filename": NAME, "url": url, "hashes": {}}
    with serve_script(page(link)) as script, pytest.raises(PilotageError) as caught:
        open_index(script, [], credentials=CREDENTIALS).observe_files("my-pkg", OURS)
    assert caught.value.exit_code == 5
    assert {asked.path for asked in script.asked} == {"/simple/my-pkg/"}


@pytest.mark.parametrize("what", PAGES)
def test_a_page_that_makes_no_sense_is_unknown_and_never_empty_nor_a_crash(what: str) -> None:
    with pytest.raises(PilotageError) as caught:
        observe(PAGES[what], waits=[])
    assert caught.value.exit_code == 5
    assert len(caught.value.message) < 2000
