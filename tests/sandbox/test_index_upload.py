"""What the embedded index takes and refuses, in PyPI's words: the legacy upload API."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
import requests

from pilotage.sandbox.index import Index
from sandbox.index_client import JSON, SDIST, TOKEN, WHEEL, Client, open_index, refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MANYLINUX = "demo_pkg-1.0-cp311-cp311-manylinux_2_28_x86_64.whl"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with open_index(Index(tmp_path)) as client:
        yield client


def test_an_upload_is_listed_with_its_digest(client: Client) -> None:
    response = client.upload(SDIST, b"bytes")
    assert (response.status_code, response.text) == (200, "")
    sha256 = hashlib.sha256(b"bytes").hexdigest()
    assert client.index.world() == {"demo-pkg": [{"name": SDIST, "sha256": sha256, "yanked": None}]}


def test_the_same_bytes_again_are_fine_and_write_nothing(client: Client) -> None:
    client.upload(SDIST, b"same")
    serial = client.index.serial
    assert client.upload(SDIST, b"same").status_code == 200
    assert client.index.serial == serial


def test_other_bytes_under_the_same_name_are_refused(client: Client) -> None:
    client.upload(SDIST, b"one")
    blake2 = hashlib.blake2b(b"two", digest_size=32).hexdigest()
    status, reason = refusal(client.upload(SDIST, b"two"))
    assert status == 400
    assert reason.startswith(f"File already exists ('{SDIST}', with blake2_256 hash '{blake2}'). See http://127.0.0.1:")


def test_the_same_bytes_under_another_name_are_refused(client: Client) -> None:
    client.upload(SDIST, b"one")
    status, reason = refusal(client.upload("demo_pkg-1.1.tar.gz", b"one"))
    assert (status, reason.partition(",")[0]) == (400, "File already exists ('demo_pkg-1.1.tar.gz'")


@pytest.mark.parametrize("content", [b"one", b"two"])
def test_the_name_of_a_deleted_file_is_burnt(client: Client, content: bytes) -> None:
    client.upload(SDIST, b"one")
    client.index.delete_file(SDIST)
    status, reason = refusal(client.upload(SDIST, content))
    assert status == 400
    assert reason.startswith(
        "This filename was previously used by a file that has since been deleted. Use a different version."
    )
    assert client.index.world() == {"demo-pkg": []}


def test_a_second_sdist_of_an_equal_version_is_refused(client: Client) -> None:
    client.upload(SDIST, b"one")
    assert refusal(client.upload("demo_pkg-1.0.0.tar.gz", b"two")) == (
        400,
        "Only one sdist may be uploaded per release.",
    )


def test_wheels_of_one_release_may_be_many(client: Client) -> None:
    for name in (SDIST, WHEEL, MANYLINUX):
        assert client.upload(name, name.encode()).status_code == 200
    assert client.list_names() == [SDIST, WHEEL, MANYLINUX]
    assert client.get("simple/demo-pkg/", accept=JSON).json()["versions"] == ["1.0"]


@pytest.mark.parametrize("field", ["sha256_digest", "blake2_256_digest", "md5_digest"])
def test_a_wrong_digest_is_refused(client: Client, field: str) -> None:
    assert refusal(client.upload(SDIST, b"one", **{field: "0" * 32})) == (
        400,
        "The digest supplied does not match a digest calculated from the uploaded file.",
    )


def test_one_right_digest_of_any_kind_is_enough(client: Client) -> None:
    digest = hashlib.md5(b"one", usedforsecurity=False).hexdigest().upper()
    assert client.upload(SDIST, b"one", sha256_digest=None, md5_digest=digest).status_code == 200


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({":action": None}, "Unknown :action: use file_upload."),
        ({"protocol_version": "2"}, "Unknown protocol version."),
        ({"metadata_version": "9.9"}, "'9.9' is not a valid metadata version."),
        ({"metadata_version": None}, "'' is not a valid metadata version."),
        ({"name": "-demo"}, "'-demo' is an invalid value for Name."),
        ({"name": None}, "'' is an invalid value for Name."),
        ({"name": "UNKNOWN"}, "'' is an invalid value for Name."),
        ({"version": "one"}, "'one' is an invalid value for Version."),
        ({"version": "1.0+local"}, "The use of local versions in <Version('1.0+local')> is not allowed."),
        ({"filetype": "bdist_egg"}, "Invalid distribution file. Unknown type of file."),
        ({"filetype": "bdist_wheel", "pyversion": None}, "Error: Python version is required for binary"),
        ({"pyversion": "py3"}, "Error: Use 'source' as Python version for an sdist."),
        ({"sha256_digest": None}, "Error: Include at least one message digest."),
        ({"name": "other"}, "Start filename for 'other' with 'other'."),
        ({"version": "1.1"}, "Version in filename should be '1.1' not '1.0'."),
        ({"filetype": "bdist_wheel"}, "Invalid file extension: Use .whl extension for bdist_wheel."),
    ],
)
def test_a_bad_field_is_named(client: Client, fields: dict[str, str | None], reason: str) -> None:
    status, said = refusal(client.upload(SDIST, b"one", **fields))
    assert (status, said[: len(reason)]) == (400, reason)
    assert client.index.world() == {}


@pytest.mark.parametrize(
    ("filename", "reason"),
    [
        ("Demo_Pkg-1.0.tar.gz", "Filename 'Demo_Pkg-1.0.tar.gz' is invalid, should be 'demo_pkg-1.0.tar.gz'."),
        ("demo-pkg-1.0.tar.gz", "Filename 'demo-pkg-1.0.tar.gz' is invalid, should be 'demo_pkg-1.0.tar.gz'."),
        ("demo_pkg-1.0.zip", "Invalid file extension: Use .tar.gz extension for sdist."),
        ("demo_pkg.tar.gz", "Invalid filename: "),
        ("Demo_Pkg-1.0-py3-none-any.whl", "Filename 'Demo_Pkg-1.0-py3-none-any.whl' is invalid, should be"),
        ("demo_pkg-1.0.whl", "Invalid filename: "),
        (
            "demo_pkg-1.0-cp311-cp311-linux_x86_64.whl",
            "Binary wheel 'demo_pkg-1.0-cp311-cp311-linux_x86_64.whl' has an unsupported platform tag 'linux_x86_64'.",
        ),
    ],
)
def test_a_file_name_must_be_the_normal_one(client: Client, filename: str, reason: str) -> None:
    status, said = refusal(client.upload(filename, b"one", version="1.0"))
    assert (status, said[: len(reason)]) == (400, reason)


@pytest.mark.parametrize("filename", ["../demo_pkg-1.0.tar.gz", "a\\\\demo_pkg-1.0.tar.gz"])
def test_a_file_name_is_no_path(client: Client, filename: str) -> None:
    assert refusal(client.upload(filename, b"one", version="1.0")) == (
        400,
        "Cannot upload a file with '/' or '\\' in the name.",
    )


def test_a_form_without_a_file_is_refused(client: Client) -> None:
    form = {":action": "file_upload", "metadata_version": "2.1", "name": "demo-pkg", "version": "1.0"}
    response = requests.post(
        client.endpoint.upload_url,
        files={name: (None, value) for name, value in {**form, "filetype": "sdist"}.items()},
        auth=("__token__", TOKEN),
        timeout=10,
    )
    assert refusal(response) == (400, "Upload payload does not have a file.")


def test_a_body_that_is_no_form_is_refused(client: Client) -> None:
    response = requests.post(
        client.endpoint.upload_url,
        data=b"no boundary at all",
        headers={"Content-Type": "multipart/form-data"},
        auth=("__token__", TOKEN),
        timeout=10,
    )
    assert response.status_code == 400
    assert "Invalid multipart body" in response.text


def test_a_body_in_chunks_is_read_to_its_end(client: Client) -> None:
    ready = requests.Request(
        "POST",
        client.endpoint.upload_url,
        data={
            ":action": "file_upload",
            "metadata_version": "2.1",
            "name": "demo-pkg",
            "version": "1.0",
            "filetype": "sdist",
            "sha256_digest": hashlib.sha256(b"one").hexdigest(),
        },
        files={"content": (SDIST, b"one")},
        auth=("__token__", TOKEN),
    ).prepare()
    body = ready.body
    assert isinstance(body, bytes)
    headers = {name: ready.headers[name] for name in ("Content-Type", "Authorization")}
    chunks = (body[start : start + 100] for start in range(0, len(body), 100))
    response = client.session.post(client.endpoint.upload_url, data=chunks, headers=headers, timeout=10)
    assert response.status_code == 200
    assert client.list_names() == [SDIST]


def test_a_file_above_the_limit_is_refused(client: Client) -> None:
    client.index.max_size = 1 << 20
    assert refusal(client.upload(SDIST, bytes((1 << 20) + 1))) == (
        400,
        "File too large. Limit for project 'demo-pkg' is 1 MB.",
    )


@pytest.mark.parametrize(
    ("status", "code"), [("active", 200), ("deprecated", 200), ("archived", 400), ("quarantined", 403)]
)
def test_only_an_open_project_takes_files(client: Client, status: str, code: int) -> None:
    client.upload(SDIST, b"one")
    client.index.set_status("Demo.Pkg", status)
    assert client.upload(WHEEL, b"two").status_code == code


def test_read_only_mode_refuses_before_it_looks_at_the_token(client: Client) -> None:
    client.index.read_only = True
    assert refusal(client.upload(token=None)) == (403, "Read-only mode: Uploads are temporarily disabled.")


def test_a_name_cannot_add_a_header(client: Client) -> None:
    response = client.upload(SDIST, b"one", name="x\r\nX-Evil: 1\u20ac")
    assert response.status_code == 400
    assert "X-Evil" not in response.headers


def test_two_uploads_at_once_make_one_file(client: Client) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: client.upload(SDIST, b"race").status_code, range(8)))
    assert answers == [200] * 8
    assert client.list_names() == [SDIST]
