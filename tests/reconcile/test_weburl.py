from __future__ import annotations

import pytest

from pilotage.reconcile.weburl import read_web_url

PAGE = ("https://github.example/acme/demo", "acme/demo")


@pytest.mark.parametrize(
    "remote",
    [
        "https://github.example/acme/demo",
        "https://github.example/acme/demo.git",
        "https://github.example/acme/demo/",
        "https://github.example/acme/demo.git/",
        "http://github.example/acme/demo",
        "https://x-access-token:ghs_1@github.example/acme/demo.git",
        "git@github.example:acme/demo.git",
        "ssh://git@github.example/acme/demo.git",
        "ssh://git@github.example:22/acme/demo",
    ],
)
def test_every_spelling_of_a_remote_leads_to_the_page(remote: str) -> None:
    assert read_web_url(remote) == PAGE


def test_a_port_of_the_pages_stays() -> None:
    assert read_web_url("https://github.example:8443/acme/demo.git")[0] == "https://github.example:8443/acme/demo"


def test_a_dot_in_a_name_stays() -> None:
    assert read_web_url("git@github.example:acme/demo.py.git")[1] == "acme/demo.py"


@pytest.mark.parametrize(
    "remote", ["", "/srv/git/demo.git", "../demo", "file:///srv/git/demo", "https://github.example/demo", "C:/x/y"]
)
def test_a_remote_on_no_server_has_no_page(remote: str) -> None:
    assert read_web_url(remote) == ("", "")


def test_a_token_in_a_remote_is_never_shown() -> None:
    assert "ghs_1" not in "".join(read_web_url("https://u:ghs_1@github.example/acme/demo"))


def test_a_very_long_remote_is_read_at_once() -> None:
    assert read_web_url("https://" + "a:/@" * 250_000) == ("", "")
