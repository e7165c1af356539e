"""Where an index lives: the two addresses that reading and uploading use, and who may be spoken to without TLS."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

import msgspec

from pilotage.errors import ConfigError


class IndexAddress(msgspec.Struct, frozen=True):
    """The addresses of one package index, valid by construction: https, or http on this very machine.

    Args:
        name: `pypi`, `testpypi`, the name that the configuration gives it, or its host (with its port).
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
    def parse(cls, text: str, *, place: str = "index") -> IndexAddress:
        """Read an index's name or URL.

        Known names are `pypi` and `testpypi`, also by their own URLs. `…/legacy/` is an upload endpoint and `…/simple/`
        (or devpi's `…/+simple/`) a Simple root; each has the other beside it. Any other URL is the root of an index
        that takes uploads there and has `simple/` below (pypiserver).

        Args:
            text: The name or the URL.
            place: Where it stands, for errors.

        Raises:
            ConfigError: It is neither, the URL would send credentials in the clear, or it is none of PyPI's addresses
                and on a host of PyPI's.
        """
        named = _BY_NAME.get(text)
        if named is not None:
            return named
        parts = read_url(text, place=place)
        known = _BY_ORIGIN.get(origin(text))
        if known is not None:
            return _check_known(known, text, place)
        root = f"{parts.scheme}://{parts.netloc}"
        folder, _, last = parts.path.rstrip("/").rpartition("/")
        if last == "legacy":
            return cls(parts.netloc, f"{root}{folder}/simple/", f"{root}{folder}/legacy/")
        if last in {"simple", "+simple"}:
            return cls(parts.netloc, f"{root}{folder}/{last}/", f"{root}{folder}/")
        base = f"{root}{parts.path.rstrip('/')}/"
        return cls(parts.netloc, f"{base}simple/", base)

    @property
    def is_public(self) -> bool:
        """Say whether it is PyPI or TestPyPI: everybody may read there, so nobody needs to say who they are."""
        return self.name in _BY_NAME

    @property
    def exchange_url(self) -> str:
        """Give the root below which the index exchanges identity tokens (PyPI: beside its Simple root)."""
        parts = urlsplit(self.simple_url if self.is_public else self.upload_url)
        return f"{parts.scheme}://{parts.netloc}/_/oidc/"

    @property
    def token_variable(self) -> str:
        """Give the environment variable of the token for this index alone."""
        return f"PILOTAGE_INDEX_TOKEN_{self._suffix}"

    @property
    def user_variable(self) -> str:
        """Give the environment variable of the user who belongs to that token."""
        return f"PILOTAGE_INDEX_USER_{self._suffix}"

    @property
    def _suffix(self) -> str:
        return re.sub(r"[^A-Z0-9]", "_", self.name.upper())

    def is_trusted_to_read(self, url: str) -> bool:
        """Say whether a request for reading may carry the credentials: only to the index's own two origins."""
        return not self.is_public and origin(url) in {origin(self.simple_url), origin(self.upload_url)}


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
    if "@" in parts.netloc or ("@" in text and not host):
        raise ConfigError(
            f"{place}: the URL of {host if host and host.isprintable() else 'the index'} carries a user or a password",
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
    """Read what makes two URLs one place for credentials: scheme, host and port (RFC 6454); empty where it is none."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    except ValueError:
        return "", "", None
    return parts.scheme, parts.hostname or "", port


PYPI = IndexAddress("pypi", "https://pypi.org/simple/", "https://upload.pypi.org/legacy/")
"""The Python Package Index."""

TESTPYPI = IndexAddress("testpypi", "https://test.pypi.org/simple/", "https://test.pypi.org/legacy/")
"""Its test instance."""

_BY_NAME = {address.name: address for address in (PYPI, TESTPYPI)}
_BY_ORIGIN = {origin(url): each for each in (PYPI, TESTPYPI) for url in (each.simple_url, each.upload_url)}


def find_public(url: str) -> IndexAddress | None:
    """Find the public index that a URL belongs to; None for any other URL."""
    return _BY_ORIGIN.get(origin(url))


def _check_known(address: IndexAddress, text: str, place: str) -> IndexAddress:
    if urlsplit(text).path.rstrip("/") not in {"/simple", "/legacy"}:
        raise ConfigError(
            f"{place}: {text[:200]!r} is on a host of {address.name} and takes no files",
            hint=f'Write "{address.name}": Pilotage knows its addresses.',
        )
    return address
