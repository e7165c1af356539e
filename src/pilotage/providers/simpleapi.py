"""The Simple interface of an index, read into records: JSON (PEP 691, 700, 792) and HTML (PEP 503, 592, 629, 792).

Everything here is pure. A page that is not surely a project's page is an error, so that a login page or a cut answer
never reads as "no files".
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

import msgspec
from packaging.utils import canonicalize_name

from pilotage.model.dist import IndexFile, IndexProject
from pilotage.providers.httpmessage import Answer, GarbledError, read_next_link, render_line

JSON_TYPE = "application/vnd.pypi.simple.v1+json"
ACCEPT = f"{JSON_TYPE}, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
"""What an index is asked for: JSON if it can, else HTML. One that knows neither header sends HTML."""

_SHA256 = re.compile(r"[0-9a-f]{64}")
_SERIAL = re.compile(r"[0-9]{1,18}")


class ProjectPage(msgspec.Struct, frozen=True):
    """One page of a project; nearly every index has it all on one.

    Args:
        project: What it says.
        url: The URL that answered, after redirects.
        next_url: Where the rest of it is; empty when this is all.
    """

    project: IndexProject
    url: str = ""
    next_url: str = ""


class _Meta(msgspec.Struct):
    api_version: str = msgspec.field(name="api-version")
    last_serial: int | None = msgspec.field(name="_last-serial", default=None)


class _Status(msgspec.Struct):
    status: str = "active"


class _File(msgspec.Struct, rename="kebab"):
    filename: str
    url: str
    hashes: dict[str, str] | None = None
    size: int | None = None
    yanked: bool | str | None = None
    upload_time: str | None = None


class _Page(msgspec.Struct, rename="kebab"):
    meta: _Meta
    name: str
    files: list[_File]
    versions: list[str] | None = None
    project_status: _Status | None = None


def read_page(answer: Answer, name: str) -> ProjectPage:
    """Read a project's page.

    What is unknown to this version in a page of version 1.x is passed over (PEP 629).

    Args:
        answer: The answer of 200.
        name: The normalised name of the project that was asked for.

    Raises:
        GarbledError: It is not a project's page, is one of another project, or is not whole.
    """
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in {JSON_TYPE, "application/json"}:
        project, following = _read_json(answer, name), ""
    elif kind in {"text/html", "application/vnd.pypi.simple.v1+html"}:
        project, following = _read_html(answer, name)
    else:
        raise GarbledError(f"an answer of the type {kind[:60]!r}, neither JSON nor HTML of the Simple interface")
    serial = _read_serial(answer.headers.get("x-pypi-last-serial", ""))
    if serial is not None:
        project = msgspec.structs.replace(project, serial=serial)
    return ProjectPage(project, answer.url, following or _join_next(answer.url, read_next_link(answer.headers)))


def _join_next(base: str, reference: str | None) -> str:
    if reference is None:
        return ""
    url = _join(base, reference)
    if not url:
        raise GarbledError(f"a page that goes on at {render_line(reference)}, which is no URL")
    return url


def _join(base: str, reference: str) -> str:
    """Resolve a reference; "" when it is no URL."""
    try:
        return urljoin(base, reference)
    except ValueError:
        return ""


def _read_serial(text: str) -> int | None:
    return int(text) if _SERIAL.fullmatch(text) else None


def _read_json(answer: Answer, name: str) -> IndexProject:
    try:
        page = msgspec.json.decode(answer.body, type=_Page)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as exc:
        raise GarbledError(f"JSON that is no page of the Simple interface: {exc}") from exc
    _check_version(page.meta.api_version)
    if canonicalize_name(page.name) != name:
        raise GarbledError(f"the page of {page.name[:60]!r} instead of {name!r}")
    files = (
        IndexFile(
            file.filename,
            read_sha256((file.hashes or {}).get("sha256", "")),
            file.size,
            _read_yanked(file.yanked),
            _join(answer.url, file.url),
            file.upload_time or "",
        )
        for file in page.files
    )
    status = page.project_status or _Status()
    return IndexProject(
        name,
        files=tuple(files),
        versions=tuple(page.versions or ()),
        status=status.status,
        serial=page.meta.last_serial,
    )


def _read_yanked(value: bool | str | None) -> str | None:  # noqa: FBT001 - PEP 592: true without a reason, or the reason
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
    """Gather the links, the meta tags, where it goes on, and what tells a page of an index from another one."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[dict[str, str]] = []
        self.meta: dict[str, str] = {}
        self.base = ""
        self.following: set[str] = set()
        self.serial: int | None = None
        self.heading: list[str] = []
        self.is_open = False
        self._in_heading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {key: value or "" for key, value in attrs}
        if tag in {"a", "link"} and "href" in found and "next" in found.get("rel", "").lower().split():
            self.following.add(found["href"].strip())
        elif tag == "a" and "href" in found:
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

    def handle_comment(self, data: str) -> None:
        mark, _, number = data.strip().partition(" ")
        if mark == "SERIAL":
            self.serial = _read_serial(number)

    def handle_data(self, data: str) -> None:
        if self._in_heading:
            self.heading.append(data)


def _read_html(answer: Answer, name: str) -> tuple[IndexProject, str]:
    page = _PageReader()
    page.feed(answer.body.decode("utf-8", "replace"))
    # Never closed: the parser would read what is left of a cut tag again and again. No whole page leaves one.
    if page.is_open or "<" in page.rawdata:
        raise GarbledError("an HTML page that breaks off before its end")
    _check_version(page.meta.get("pypi:repository-version", "1.0"))
    base = _join(answer.url, page.base) or answer.url
    files = tuple(file for link in page.links if (file := _read_link(link, base)).name)
    # A page without files is a project's page only when it says so itself: a login page has no files either.
    if not any(is_dist(file.name) for file in files) and not _is_index_page(page):
        raise GarbledError("an HTML page that is no page of the Simple interface")
    if len(page.following) > 1:
        raise GarbledError("an HTML page that goes on at more than one place")
    project = IndexProject(
        name,
        files=tuple(file for file in files if is_dist(file.name)),
        status=page.meta.get("pypi:project-status", "active"),
        serial=page.serial,
    )
    return project, _join_next(base, next(iter(page.following), None))


def _is_index_page(page: _PageReader) -> bool:
    return "pypi:repository-version" in page.meta or "links for" in "\n".join(page.heading).lower()


def is_dist(name: str) -> bool:
    """Say whether a file's name ends like one of a package, old kinds included."""
    return name.lower().endswith((".whl", ".tar.gz", ".zip", ".egg", ".tar.bz2", ".exe", ".msi", ".rpm", ".tgz"))


def _read_link(link: dict[str, str], base: str) -> IndexFile:
    where, _, fragment = link["href"].partition("#")
    url = _join(base, where)
    path = urlsplit(url).path if url else where.partition("?")[0]
    hashes = dict(part.split("=", 1) for part in fragment.split("&") if "=" in part)
    return IndexFile(
        unquote(path.rpartition("/")[2]),
        read_sha256(hashes.get("sha256", "")),
        yanked=link.get("data-yanked"),
        url=url,
    )
