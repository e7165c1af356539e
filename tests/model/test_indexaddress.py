from __future__ import annotations

import pytest

from pilotage.errors import ConfigError
from pilotage.model.indexaddress import PYPI, TESTPYPI, IndexAddress, find_public, is_loopback, origin


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


@pytest.mark.parametrize(
    "text",
    [
        "pypi",
        "https://upload.pypi.org/legacy/",
        "https://pypi.org/simple",
        "https://pypi.org/legacy/",
        "HTTPS://Upload.PyPI.org:443/legacy",
    ],
)
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
        "https://me:hunter2@[bad/",
        "https://me:hunter2@\x1b/",
        "https://me:hunter2@/",
    ],
)
def test_what_is_no_safe_address_is_refused_without_showing_a_password(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        IndexAddress.parse(text)
    assert "hunter2" not in caught.value.message + caught.value.hint


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("https://pypi.org/", "pypi"),
        ("https://upload.pypi.org", "pypi"),
        ("https://pypi.org/pypi", "pypi"),
        ("https://test.pypi.org/project/x/", "testpypi"),
    ],
)
def test_a_page_of_pypi_that_takes_no_files_is_refused_with_the_name_to_write(text: str, name: str) -> None:
    with pytest.raises(ConfigError, match=f"here: .* a host of {name} ") as caught:
        IndexAddress.parse(text, place="here")
    assert caught.value.hint == f'Write "{name}": Pilotage knows its addresses.'


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


@pytest.mark.parametrize("url", ["https://[bad/", "https://i.example:99999/", "https://i.example:x/"])
def test_what_is_no_url_has_no_origin_and_gets_no_credentials(url: str) -> None:
    address = IndexAddress.parse("https://i.example/")
    assert (origin(url), address.is_trusted_to_read(url)) == (("", "", None), False)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://pypi.org/simple/x/", PYPI),
        ("https://upload.pypi.org/x", PYPI),
        ("https://test.pypi.org/simple/x/", TESTPYPI),
        ("https://i.example/simple/x/", None),
        ("http://pypi.org/simple/x/", None),
    ],
)
def test_the_public_index_behind_a_url_is_found(url: str, expected: IndexAddress | None) -> None:
    assert find_public(url) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://read.example/simple/my-pkg/", True),
        ("https://READ.example:443/files/x", True),
        ("https://write.example/files/x", True),
        ("https://files.example/x", False),
        ("https://read.example:444/simple/", False),
        ("http://read.example/simple/", False),
        ("https://read.example.evil.example/simple/", False),
    ],
)
def test_credentials_for_reading_go_to_the_two_origins_of_an_index_alone(url: str, expected: bool) -> None:
    address = IndexAddress("mine", "https://read.example/simple/", "https://write.example/upload")
    assert address.is_trusted_to_read(url) is expected


@pytest.mark.parametrize("address", [PYPI, TESTPYPI])
def test_a_public_index_is_read_without_credentials(address: IndexAddress) -> None:
    assert (address.is_public, address.is_trusted_to_read(address.simple_url)) == (True, False)
    assert not address.is_trusted_to_read(address.upload_url)


@pytest.mark.parametrize(
    ("text", "suffix"),
    [
        ("pypi", "PYPI"),
        ("https://index.my-team.example/legacy/", "INDEX_MY_TEAM_EXAMPLE"),
        ("http://127.0.0.1:8080/", "127_0_0_1_8080"),
    ],
)
def test_an_index_names_the_variables_of_its_credentials(text: str, suffix: str) -> None:
    address = IndexAddress.parse(text)
    assert address.token_variable == f"PILOTAGE_INDEX_TOKEN_{suffix}"
    assert address.user_variable == f"PILOTAGE_INDEX_USER_{suffix}"
