"""What a client of the embedded index does by hand: build small files, post the upload form, read listings."""

from __future__ import annotations

import contextlib
import hashlib
import html
import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import requests

from pilotage.sandbox.index import TokenScope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilotage.sandbox.index import Index, IndexEndpoint

TOKEN = "pypi-account"  # noqa: S105 (good on loopback only)
JSON = "application/vnd.pypi.simple.v1+json"
SDIST = "demo_pkg-1.0.tar.gz"
WHEEL = "demo_pkg-1.0-py3-none-any.whl"


def make_wheel(name: str = "demo-pkg", version: str = "1.0", *, extra: str = "") -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as wheel:
        folder = f"{name.replace('-', '_')}-{version}.dist-info"
        wheel.writestr(f"{folder}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{extra}")
    return content.getvalue()


def refusal(response: requests.Response) -> tuple[int, str]:
    """Return status and reason of a refusal whose body tells the same."""
    assert response.reason in html.unescape(response.text)
    return response.status_code, response.reason


@dataclass
class Client:
    """A served index and a session that talks to it."""

    index: Index
    endpoint: IndexEndpoint
    session: requests.Session

    def upload(
        self,
        filename: str = SDIST,
        content: bytes = b"sdist",
        *,
        token: str | None = TOKEN,
        **fields: str | None,
    ) -> requests.Response:
        """Post the documented form; a field given as None is left out."""
        version = filename.removesuffix(".tar.gz").split("-")[1] if "-" in filename else "1.0"
        is_wheel = filename.endswith(".whl")
        form: dict[str, str | None] = {
            ":action": "file_upload",
            "protocol_version": "1",
            "metadata_version": "2.1",
            "name": "demo-pkg",
            "version": version,
            "filetype": "bdist_wheel" if is_wheel else "sdist",
            "pyversion": "py3" if is_wheel else "source",
            "sha256_digest": hashlib.sha256(content).hexdigest(),
            **fields,
        }
        return self.session.post(
            self.endpoint.upload_url,
            data={name: value for name, value in form.items() if value is not None},
            files={"content": (filename, content, "application/octet-stream")},
            auth=None if token is None else ("__token__", token),
            timeout=10,
        )

    def get(self, path: str, **headers: str) -> requests.Response:
        """Get a path of the index; `if_none_match=…` names a header."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        url = self.endpoint.root_url + path.removeprefix("/")
        return self.session.get(url, headers=named, timeout=10, allow_redirects=False)

    def post(self, path: str, body: object) -> requests.Response:
        """Post a JSON body to a path of the index."""
        return self.session.post(self.endpoint.root_url + path.removeprefix("/"), json=body, timeout=10)

    def list_names(self) -> list[str]:
        """Return the file names of the demo project's listing."""
        return [file["filename"] for file in self.get("simple/demo-pkg/", accept=JSON).json()["files"]]


@contextlib.contextmanager
def open_index(index: Index) -> Iterator[Client]:
    """Serve an index with an account-wide token."""
    index.tokens[TOKEN] = TokenScope()
    with index.serve() as endpoint, requests.Session() as session:
        yield Client(index, endpoint, session)
