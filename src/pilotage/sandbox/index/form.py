"""The upload form of the legacy API, read from multipart and checked field by field."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

from pilotage.sandbox.index.wire import RefusalError, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

METADATA_VERSIONS = frozenset({"1.0", "1.1", "1.2", "2.0", "2.1", "2.2", "2.3", "2.4", "2.5"})
SDIST, WHEEL = "sdist", "bdist_wheel"
SPECIFICATION = "the core metadata specification"


@dataclass(frozen=True)
class Digests:
    """The digests of one content, lower-case hex."""

    sha256: str
    blake2: str
    md5: str


@dataclass(frozen=True)
class Upload:
    """A form that is valid by itself: its fields, its file name and its bytes agree."""

    name: str
    version: Version
    kind: str
    filename: str
    content: bytes
    digests: Digests
    fields: Mapping[str, str]


def parse_fields(request: Request) -> tuple[dict[str, str], str | None, bytes]:
    """Parse the multipart body into its text fields, the file's name (None without a file) and its bytes."""
    mimetype, options = parse_options_header(request.headers.get("content-type"))
    parser = FormDataParser(stream_factory=_open_buffer, max_form_memory_size=None, max_form_parts=None, silent=False)
    try:
        _, form, files = parser.parse(io.BytesIO(request.body), mimetype, len(request.body), options)
    except ValueError as exc:
        raise RefusalError(400, f"Invalid multipart body: {exc}") from exc
    fields = {name: value for name, value in form.items() if value != "UNKNOWN"}
    content = files.get("content")
    if content is None:
        return fields, None, b""
    return fields, content.filename or "", content.stream.read()


def parse_upload(fields: Mapping[str, str], filename: str | None, content: bytes) -> Upload:
    """Check the form by itself, in PyPI's order; RefusalError (400) with PyPI's text at the first fault."""
    if fields.get(":action") != "file_upload":
        raise RefusalError(400, "Unknown :action: use file_upload.")
    if fields.get("protocol_version", "1") != "1":
        raise RefusalError(400, "Unknown protocol version.")
    version = _parse_metadata(fields)
    kind = _parse_kind(fields)
    if filename is None:
        raise RefusalError(400, "Upload payload does not have a file.")
    name = canonicalize_name(fields["name"])
    _check_filename(filename, kind, name=name, version=version)
    return Upload(name, version, kind, filename, content, _check_digests(fields, content), fields)


def _open_buffer(
    total_content_length: int | None,  # noqa: ARG001 (werkzeug's factory protocol)
    content_type: str | None,  # noqa: ARG001
    filename: str | None,  # noqa: ARG001
    content_length: int | None = None,  # noqa: ARG001
) -> io.BytesIO:
    return io.BytesIO()


def _parse_metadata(fields: Mapping[str, str]) -> Version:
    metadata_version = fields.get("metadata_version", "")
    if metadata_version not in METADATA_VERSIONS:
        raise RefusalError(400, f"{metadata_version!r} is not a valid metadata version. See {SPECIFICATION}.")
    name = fields.get("name", "")
    try:
        canonicalize_name(name, validate=True)
    except ValueError:
        text = f"{name!r} is an invalid value for Name. Error: Start and end with a letter or numeral"
        raise RefusalError(400, f"{text} containing only ASCII numeric and '.', '_' and '-'.") from None
    text = fields.get("version", "")
    try:
        version = Version(text)
    except InvalidVersion:
        raise RefusalError(400, f"{text!r} is an invalid value for Version. See {SPECIFICATION}.") from None
    if version.local is not None:
        raise RefusalError(400, f"The use of local versions in {version!r} is not allowed. See {SPECIFICATION}.")
    return version


def _parse_kind(fields: Mapping[str, str]) -> str:
    kind, python = fields.get("filetype", ""), fields.get("pyversion", "")
    if kind not in {SDIST, WHEEL}:
        raise RefusalError(400, "Invalid distribution file. Unknown type of file.")
    if kind == WHEEL and not python:
        raise RefusalError(400, "Error: Python version is required for binary distribution uploads.")
    if kind == SDIST and python not in {"", "source"}:
        raise RefusalError(400, "Error: Use 'source' as Python version for an sdist.")
    return kind


def _check_filename(filename: str, kind: str, *, name: str, version: Version) -> None:
    if "/" in filename or "\\" in filename:
        raise RefusalError(400, "Cannot upload a file with '/' or '\\' in the name.")
    suffix, parse = _SHAPES[kind]
    if not filename.endswith(suffix):
        raise RefusalError(400, f"Invalid file extension: Use {suffix} extension for {kind}.")
    try:
        found_name, found_version = parse(filename)
    except (InvalidSdistFilename, InvalidWheelFilename) as exc:
        raise RefusalError(400, f"Invalid filename: {exc}") from exc
    if found_name != name:
        raise RefusalError(400, f"Start filename for {name!r} with {name.replace('-', '_')!r}.")
    if found_version != version:
        raise RefusalError(400, f"Version in filename should be {str(version)!r} not {str(found_version)!r}.")
    start = f"{name.replace('-', '_')}-{found_version}"
    expected = start + (suffix if kind == SDIST else filename[_second_dash(filename) :])
    if filename != expected:
        raise RefusalError(400, f"Filename {filename!r} is invalid, should be {expected!r}.")
    if kind == WHEEL:
        _check_platform(filename)


def _second_dash(filename: str) -> int:
    return filename.index("-", filename.index("-") + 1)


def _check_platform(filename: str) -> None:
    for platform in filename.removesuffix(".whl").rpartition("-")[2].split("."):
        if platform.startswith("linux_"):
            raise RefusalError(400, f"Binary wheel {filename!r} has an unsupported platform tag {platform!r}.")


def _check_digests(fields: Mapping[str, str], content: bytes) -> Digests:
    digests = Digests(
        sha256=hashlib.sha256(content).hexdigest(),
        blake2=hashlib.blake2b(content, digest_size=32).hexdigest(),
        md5=hashlib.md5(content, usedforsecurity=False).hexdigest(),
    )
    told = [
        (fields.get("sha256_digest"), digests.sha256),
        (fields.get("blake2_256_digest"), digests.blake2),
        (fields.get("md5_digest"), digests.md5),
    ]
    if not any(said for said, _ in told):
        raise RefusalError(400, "Error: Include at least one message digest.")
    if any(said and said.lower() != real for said, real in told):
        raise RefusalError(400, "The digest supplied does not match a digest calculated from the uploaded file.")
    return digests


def _parse_sdist(filename: str) -> tuple[str, Version]:
    return parse_sdist_filename(filename)


def _parse_wheel(filename: str) -> tuple[str, Version]:
    return parse_wheel_filename(filename)[:2]


_SHAPES: dict[str, tuple[str, Callable[[str], tuple[str, Version]]]] = {
    SDIST: (".tar.gz", _parse_sdist),
    WHEEL: (".whl", _parse_wheel),
}
