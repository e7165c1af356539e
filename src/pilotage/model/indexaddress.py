"""Where an index lives: the two addresses that reading and uploading use, and who may be spoken to without TLS."""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, urlsplit

import msgspec

from pilotage.errors import ConfigError


class IndexAddress(msgspec.Struct, frozen=True):
    """The addresses of one package index, valid by construction: https, or http on this very machine.

    Args:
        name: `pypi`, `testpypi`, or the host (with its port) of another index.
        simple_url: The root of the Simple interface (PEP 503, PEP 691), with a `/` at the end.
        upload_url: The upload endpoint.
    """

    name: str
    simple_url: str
    upload_url: str

    def __post_init__(self) -> None:
        for url in (self.simple_url, self.upload_url):
            read_url(url, place="the index's address")

    @classmethod
    def parse(cls, text: str) -> IndexAddress:
        """Read an index's name or URL.

        Known names are `pypi` and `testpypi`, also by their own URLs. `…/legacy/` is an upload endpoint and `…/simple/`
        (or devpi's `…/+simple/`) a Simple root; each has the other beside it. Any other URL is the root of an index
        that takes uploads there and has `simple/` below (pypiserver).

        Raises:
            ConfigError: It is neither, or the URL would send credentials in the clear.
        """
        known = _KNOWN_ADDRESSES.get(text)
        if known is not None:
            return known
        parts = read_url(text, place="index")
        root = f"{parts.scheme}://{parts.netloc}"
        folder, _, last = parts.path.rstrip("/").rpartition("/")
        if last == "legacy":
            return cls(parts.netloc, f"{root}{folder}/simple/", f"{root}{folder}/legacy/")
        if last in {"simple", "+simple"}:
            return cls(parts.netloc, f"{root}{folder}/{last}/", f"{root}{folder}/")
        base = f"{root}{parts.path.rstrip('/')}/"
        return cls(parts.netloc, f"{base}simple/", base)

    @property
    def exchange_url(self) -> str:
        """Give the root below which the index exchanges identity tokens (PyPI: beside its Simple root)."""
        parts = urlsplit(self.simple_url if self.name in {"pypi", "testpypi"} else self.upload_url)
        return f"{parts.scheme}://{parts.netloc}/_/oidc/"


def read_url(text: str, *, place: str) -> SplitResult:
    """Read an address that requests may be sent to.

    Raises:
        ConfigError: It is no URL of https (http for a loopback host), or it carries a user, a query or a fragment.
    """
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        parts, host = SplitResult("", "", "", "", ""), ""
    if "@" in parts.netloc:
        raise ConfigError(
            f"{place}: the URL of {host} carries a user or a password",
            hint="Take them out of the URL; hand the token over as the input index-token.",
        )
    shown = repr(text[:200])
    if not host or parts.scheme not in {"https", "http"} or parts.query or parts.fragment or not text.isprintable():
        raise ConfigError(
            f"{place}: {shown} is not an address of an index",
            hint="Use pypi, testpypi, or a URL such as https://index.example/legacy/ without query and fragment.",
        )
    if parts.scheme == "http" and not is_loopback(host):
        raise ConfigError(
            f"{place}: {shown} would send credentials in the clear",
            hint="Use https://; plain http is only for this very machine (localhost, 127.0.0.1, ::1).",
        )
    return parts


def is_loopback(host: str) -> bool:
    """Say whether a host's name or number means this very machine."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def origin(url: str) -> tuple[str, str, int | None]:
    """Read what makes two URLs one place for credentials: scheme, host and port (RFC 6454)."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or {"https": 443, "http": 80}.get(parts.scheme)


PYPI = IndexAddress("pypi", "https://pypi.org/simple/", "https://upload.pypi.org/legacy/")
"""The Python Package Index."""

TESTPYPI = IndexAddress("testpypi", "https://test.pypi.org/simple/", "https://test.pypi.org/legacy/")
"""Its test instance."""

_KNOWN_ADDRESSES = {
    text: address
    for address in (PYPI, TESTPYPI)
    for url in (address.simple_url, address.upload_url)
    for text in (address.name, url, url.removesuffix("/"))
}
