from __future__ import annotations

import pytest

from pilotage.errors import ConfigError
from pilotage.model.indexaddress import PYPI, TESTPYPI, IndexAddress, is_loopback, origin


@pytest.mark.parametrize(
    ("text", "simple", "upload"),
    [
        ("https://i.example/legacy/", "https://i.example/simple/", "https://i.example/legacy/"),
        ("https://i.example/team/legacy", "https://i.example/team/simple/", "https://i.example/team/legacy/"),
        ("https://i.example/root/", "https://i.example/root/simple/", "https://i.example/root/"),
        ("https://i.example", "https://i.example/simple/", "https://i.example/"),
        ("https://i.example/u/x/+simple/", "https://i.example/u/x/+simple/", "https://i.example/u/x/"),
        ("https://i.example/simple", "https://i.example/simple/", "https://i.example/"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/simple/", "http://127.0.0.1:8080/"),
        ("http://[::1]:80/legacy/", "http://[::1]:80/simple/", "http://[::1]:80/legacy/"),
        ("http://localhost/legacy/", "http://localhost/simple/", "http://localhost/legacy/"),
    ],
)
def test_one_url_tells_both_addresses(text: str, simple: str, upload: str) -> None:
    address = IndexAddress.parse(text)
    assert (address.simple_url, address.upload_url) == (simple, upload)


@pytest.mark.parametrize("text", ["pypi", "https://upload.pypi.org/legacy/", "https://pypi.org/simple"])
def test_pypi_is_known_by_its_name_and_its_urls(text: str) -> None:
    assert IndexAddress.parse(text) == PYPI


@pytest.mark.parametrize("text", ["testpypi", "https://test.pypi.org/legacy/"])
def test_testpypi_is_known_by_its_name_and_its_urls(text: str) -> None:
    assert IndexAddress.parse(text) == TESTPYPI


@pytest.mark.parametrize(
    "text",
    [
        "",
        "pypl",
        "pypi/",
        "ftp://i.example/",
        "https://",
        "https://[bad/",
        "https://i.example:99999/",
        "https://i.example/?a=b",
        "https://i.example/#a",
        "https://i.example/\n",
        "http://i.example/legacy/",
        "http://127.0.0.1.example/",
        "https://me:hunter2@i.example/",
    ],
)
def test_what_is_no_safe_address_is_refused_without_showing_a_password(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        IndexAddress.parse(text)
    assert "hunter2" not in caught.value.message + caught.value.hint


def test_an_address_is_checked_however_it_is_made() -> None:
    with pytest.raises(ConfigError):
        IndexAddress("x", "https://i.example/simple/", "http://i.example/legacy/")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pypi", "https://pypi.org/_/oidc/"),
        ("testpypi", "https://test.pypi.org/_/oidc/"),
        ("https://i.example/team/legacy/", "https://i.example/_/oidc/"),
    ],
)
def test_tokens_are_exchanged_on_the_index_s_own_host(text: str, expected: str) -> None:
    assert IndexAddress.parse(text).exchange_url == expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [("localhost", True), ("127.8.0.1", True), ("[::1]", True), ("10.0.0.1", False), ("localhost.example", False)],
)
def test_loopback_is_this_very_machine(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_an_origin_is_scheme_host_and_port() -> None:
    assert origin("https://I.example/a") == origin("https://i.example:443/b") == ("https", "i.example", 443)
    assert origin("http://i.example/") != origin("https://i.example/")
    assert origin("x") == ("", "", None)
