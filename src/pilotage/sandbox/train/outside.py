"""The look from outside: what does the index really serve?"""

from __future__ import annotations

import hashlib
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import Final

from pilotage.sandbox.train.report import StageFailedError

_LIMIT: Final = 60
_OPENER: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""Loopback is never behind a proxy."""


@dataclass(frozen=True, slots=True)
class ServedFile:
    """One file as the index serves it: its name, and the digest and size of the bytes that came."""

    name: str
    sha256: str
    size: int


def fetch_files(simple_url: str, project: str) -> tuple[ServedFile, ...]:
    """Download and hash all files of a project, as an installer would find them (PEP 503, PEP 691).

    Raises:
        StageFailedError: The index does not know the project, or serves other bytes than it lists.
    """
    name = re.sub(r"[-_.]+", "-", project).lower()
    page = f"{simple_url}{urllib.parse.quote(name)}/"
    listing = json.loads(_fetch(page, accept="application/vnd.pypi.simple.v1+json"))
    served = []
    for row in listing["files"]:
        content = _fetch(urllib.parse.urljoin(page, row["url"]))
        digest = hashlib.sha256(content).hexdigest()
        if digest != row["hashes"]["sha256"]:
            raise StageFailedError(f"{row['filename']}: the index serves {digest}, it lists {row['hashes']['sha256']}")
        served.append(ServedFile(row["filename"], digest, len(content)))
    return tuple(sorted(served, key=lambda file: file.name))


def _fetch(url: str, *, accept: str = "*/*") -> bytes:
    request = urllib.request.Request(url, headers={"Accept": accept})  # noqa: S310 - an address of the embedded index
    try:
        with _OPENER.open(request, timeout=_LIMIT) as answer:
            content: bytes = answer.read()
    except (urllib.error.URLError, TimeoutError) as exc:
        raise StageFailedError(f"{url} cannot be fetched: {exc}") from exc
    return content
