"""The Simple interface of an index, read into records: JSON (PEP 691, 700, 792) and HTML (PEP 503, 592, 629, 792).

Everything here is pure. A page that is not surely a project's page is an error, so that a login page or a cut answer
never reads as "no files".
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import msgspec
from packaging.utils import canonicalize_name

from pilotage.model.dist import IndexFile, IndexProject
from pilotage.providers.httpmessage import Answer, GarbledError

JSON_TYPE = "application/vnd.pypi.simple.v1+json"
ACCEPT = f"{JSON_TYPE}, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
"""What an index is asked for: JSON if it can, else HTML. One that knows neither header sends HTML."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


class _Meta(msgspec.Struct, rename="kebab"):
    api_version: str


class _Status(msgspec.Struct):
    status: str = "active"


class _File(msgspec.Struct, rename="kebab"):
    filename: str
    url: str
    hashes: dict[str, str]
    size: int | None = None
    yanked: bool | str = False
    upload_time: str | None = None


class _Page(msgspec.Struct, rename="kebab"):
    meta: _Meta
    name: str
    files: list[_File]
    versions: list[str] = []
    project_status: _Status = msgspec.field(default_factory=_Status)


def read_project(answer: Answer, name: str) -> IndexProject:
    """Read a project's page.

    Args:
        answer: The answer of 200.
        name: The normalised name of the project that was asked for.

    Raises:
        GarbledError: It is not a project's page, is one of another project, or is not whole.
    """
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in {JSON_TYPE, "application/json"}:
        return _read_json(answer, name)
    if kind in {"text/html", "application/vnd.pypi.simple.v1+html"}:
        return _read_html(answer, name)
    raise GarbledError(f"an answer of the type {kind[:60]!r}, neither JSON nor HTML of the Simple interface")


def _read_json(answer: Answer, name: str) -> IndexProject:
    try:
        page = msgspec.json.decode(answer.body, type=_Page)
    except (msgspec.MsgspecError, UnicodeDecodeError) as exc:
        raise GarbledError(f"JSON that is no page of the Simple interface: {exc}") from exc
    _check_version(page.meta.api_version)
    if canonicalize_name(page.name) != name:
        raise GarbledError(f"the page of {page.name[:60]!r} instead of {name!r}")
    files = (
        IndexFile(
            file.filename,
            read_sha256(file.hashes.get("sha256", "")),
            file.size,
            _read_yanked(file.yanked),
            urljoin(answer.url, file.url),
            file.upload_time or "",
        )
        for file in page.files
    )
    return IndexProject(name, True, tuple(files), tuple(page.versions), page.project_status.status)  # noqa: FBT003 - the fields in their order


def _read_yanked(value: bool | str) -> str | None:  # noqa: FBT001 - PEP 592: true without a reason, or the reason
    if isinstance(value, str):
        return value
    return "" if value else None


def read_sha256(text: str) -> str:
    """Return a SHA-256 in lower-case hex; empty when the text is none."""
    lower = text.lower()
    return lower if _SHA256.fullmatch(lower) else ""


def _check_version(version: str) -> None:
    if version.partition(".")[0] != "1":
        raise GarbledError(f"version {version[:20]!r} of the Simple interface; this Pilotage knows 1.x (PEP 629)")


class _PageReader(HTMLParser):
    """Gather the links, the meta tags, and what tells a page of an index from another one."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[dict[str, str]] = []
        self.meta: dict[str, str] = {}
        self.base = ""
        self.heading = ""
        self.is_open = False
        self._in_heading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {key: value or "" for key, value in attrs}
        if tag == "a" and "href" in found:
            self.links.append(found)
        elif tag == "meta":
            self.meta[found.get("name", "").lower()] = found.get("content", "")
        elif tag == "base":
            self.base = self.base or found.get("href", "")
        elif tag == "html":
            self.is_open = True
        self._in_heading = tag in {"h1", "title"}

    def handle_endtag(self, tag: str) -> None:
        self._in_heading = False
        if tag == "html":
            self.is_open = False

    def handle_data(self, data: str) -> None:
        if self._in_heading:
            self.heading += f"{data.strip()}\n"


def _read_html(answer: Answer, name: str) -> IndexProject:
    page = _PageReader()
    page.feed(answer.body.decode("utf-8", "replace"))
    page.close()
    if page.is_open:
        raise GarbledError("an HTML page that breaks off before </html>")
    _check_version(page.meta.get("pypi:repository-version", "1.0"))
    base = urljoin(answer.url, page.base)
    files = tuple(file for link in page.links if (file := _read_link(link, base)).name)
    # A page without files is a project's page only when it says so itself: a login page has no files either.
    if not any(is_dist(file.name) for file in files) and not _is_index_page(page):
        raise GarbledError("an HTML page that is no page of the Simple interface")
    dists = tuple(file for file in files if is_dist(file.name))
    return IndexProject(name, files=dists, status=page.meta.get("pypi:project-status", "active"))


def _is_index_page(page: _PageReader) -> bool:
    return "pypi:repository-version" in page.meta or "links for" in page.heading.lower()


def is_dist(name: str) -> bool:
    """Say whether a file's name ends like one of a package, old kinds included."""
    return name.lower().endswith((".whl", ".tar.gz", ".zip", ".egg", ".tar.bz2", ".exe", ".msi", ".rpm", ".tgz"))


def _read_link(link: dict[str, str], base: str) -> IndexFile:
    url, fragment = urldefrag(urljoin(base, link["href"]))
    method, _, value = fragment.partition("=")
    return IndexFile(
        unquote(urlsplit(url).path.rpartition("/")[2]),
        read_sha256(value) if method == "sha256" else "",
        yanked=link.get("data-yanked"),
        url=url,
    )
