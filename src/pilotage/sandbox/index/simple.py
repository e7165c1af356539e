"""Reading from the embedded index: the Simple API in JSON and HTML, the legacy JSON, the files.

Sources: PEP 503, 592, 629, 658, 691, 700, 714, 740 and 792, and PyPI's index API pages.
"""

from __future__ import annotations

import hashlib
import html
import io
import json
import zipfile
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name, canonicalize_version
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header, parse_etags

from pilotage.sandbox.index.wire import Answer, RefusalError, Request, render_json
from pilotage.sandbox.index.world import FILES

if TYPE_CHECKING:
    from pilotage.sandbox.index.records import Project, StoredFile
    from pilotage.sandbox.index.world import World

API_VERSION = "1.4"
JSON_TYPE = "application/vnd.pypi.simple.v1+json"
HTML_TYPE = "application/vnd.pypi.simple.v1+html"
PLAIN_TYPE = "text/html"


def choose_type(accept: str) -> str:
    """Choose the content type for an Accept header, by its q-values; HTML when none fits, as PyPI does."""
    if not accept:
        return PLAIN_TYPE
    wanted = parse_accept_header(accept, MIMEAccept)
    return wanted.best_match([PLAIN_TYPE, HTML_TYPE, JSON_TYPE]) or PLAIN_TYPE


def answer_projects(world: World, request: Request) -> Answer:
    """Answer the list of all projects."""
    names = sorted(world.projects)
    kind = choose_type(request.headers.get("accept", ""))
    if kind == JSON_TYPE:
        rows = [{"name": name, "_last-serial": world.projects[name].serial} for name in names]
        meta = {"api-version": API_VERSION, "_last-serial": world.serial}
        return _finish(request, json.dumps({"meta": meta, "projects": rows}), kind, world.serial)
    links = "".join(f'    <a href="/simple/{name}/">{name}</a>\n' for name in names)
    return _finish(request, _render_html("Simple index", links, world.serial), kind, world.serial)


def answer_project(world: World, request: Request, name: str) -> Answer:
    """Answer one project's listing; 301 to the normalised name first, 404 for an unknown project."""
    normal = canonicalize_name(name)
    if name != normal or not request.path.endswith("/"):
        return Answer(301, headers={"Location": f"/simple/{normal}/"})
    project = _find_listing(world, normal)
    kind = choose_type(request.headers.get("accept", ""))
    if kind == JSON_TYPE:
        return _finish(request, json.dumps(_render_project(project, request.root)), kind, project.serial)
    links = "".join(_render_link(project, file, request.root) for file in project.files)
    status = f'    <meta name="pypi:project-status" content="{project.status}">\n'
    page = _render_html(f"Links for {normal}", links, project.serial, head=status)
    return _finish(request, page, kind, project.serial)


def answer_legacy(world: World, request: Request, name: str, version: str | None = None) -> Answer:
    """Answer the legacy JSON of a project (`releases` and `urls`) or of one version (`urls` only)."""
    project = _find_listing(world, canonicalize_name(name))
    shown = version or (project.versions[-1] if project.versions else "")
    spelt = world.find_release(project, shown) if shown else None
    if version is not None and spelt is None:
        raise RefusalError(404, "Not Found")
    urls = [_render_url(file, request.root) for file in project.files if _is_of(file, shown)]
    info = {"name": project.name, "version": spelt or "", "yanked": bool(urls) and all(u["yanked"] for u in urls)}
    value: dict[str, object] = {"info": info, "last_serial": project.serial, "urls": urls}
    if version is None:
        value["releases"] = {
            known: [_render_url(file, request.root) for file in project.files if _is_of(file, known)]
            for known in project.versions
        }
    return _finish(request, json.dumps(value), "application/json", project.serial)


def answer_file(world: World, _request: Request, path: str) -> Answer:
    """Answer a stored file, or a wheel's METADATA at `<file>.metadata` (PEP 658)."""
    for project in world.projects.values():
        for file in project.files:
            if path in {file.path, f"{file.path}.metadata"}:
                content = (world.directory / FILES / file.path).read_bytes()
                if path == file.path:
                    return Answer(body=content, content_type="application/octet-stream")
                metadata = read_wheel_metadata(content)
                if metadata is not None:
                    return Answer(body=metadata, content_type="application/octet-stream")
    raise RefusalError(404, "Not Found")


def answer_provenance(world: World, _request: Request, name: str) -> Answer:
    """Answer the provenance object of a file (PEP 740)."""
    try:
        _, file = world.find_file(name)
    except KeyError:
        raise RefusalError(404, "Not Found") from None
    if file.provenance is None:
        raise RefusalError(404, "Not Found")
    return render_json(json.loads(file.provenance), content_type="application/vnd.pypi.integrity.v1+json")


def read_wheel_metadata(content: bytes) -> bytes | None:
    """Read METADATA out of a wheel; None when this is no readable wheel."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as wheel:
            names = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
            return wheel.read(names[0]) if names else None
    except zipfile.BadZipFile:
        return None


def _find_listing(world: World, name: str) -> Project:
    project = world.read_listing(name)
    if project is None:
        raise RefusalError(404, "Not Found")
    return project


def _is_of(file: StoredFile, version: str) -> bool:
    return canonicalize_version(file.version) == canonicalize_version(version)


def _finish(request: Request, text: str, kind: str, serial: int) -> Answer:
    body = text.encode()
    etag = hashlib.sha256(kind.encode() + body).hexdigest()[:32]
    headers = {
        "X-PyPI-Last-Serial": str(serial),
        "ETag": f'"{etag}"',
        "Vary": "Accept",
        "Cache-Control": "max-age=600, public",
    }
    if parse_etags(request.headers.get("if-none-match")).contains_weak(etag):
        return Answer(304, headers=headers)
    suffix = "; charset=utf-8" if kind == PLAIN_TYPE else ""
    return Answer(body=body, content_type=kind + suffix, headers=headers)


def _render_project(project: Project, root: str) -> dict[str, object]:
    return {
        "meta": {"api-version": API_VERSION, "_last-serial": project.serial},
        "name": project.name,
        "project-status": {"status": project.status},
        "versions": list(project.versions),
        "files": [_render_file(project, file, root) for file in project.files],
        "alternate-locations": [],
    }


def _render_file(project: Project, file: StoredFile, root: str) -> dict[str, object]:
    metadata = {"sha256": file.metadata_sha256} if file.metadata_sha256 else False
    return {
        "filename": file.name,
        "url": f"{root}files/{file.path}",
        "hashes": {"sha256": file.sha256},
        "size": file.size,
        "upload-time": file.uploaded_at,
        "requires-python": file.requires_python,
        "yanked": False if file.yanked is None else (file.yanked or True),
        "core-metadata": metadata,
        "data-dist-info-metadata": metadata,
        "provenance": _provenance_url(project, file, root),
    }


def _provenance_url(project: Project, file: StoredFile, root: str) -> str | None:
    if file.provenance is None:
        return None
    return f"{root}integrity/{project.name}/{file.version}/{file.name}/provenance"


def _render_link(project: Project, file: StoredFile, root: str) -> str:
    attributes = {"href": f"{root}files/{file.path}#sha256={file.sha256}"}
    if file.requires_python:
        attributes["data-requires-python"] = file.requires_python
    if file.yanked is not None:
        attributes["data-yanked"] = file.yanked
    if file.metadata_sha256:
        attributes["data-core-metadata"] = f"sha256={file.metadata_sha256}"
        attributes["data-dist-info-metadata"] = f"sha256={file.metadata_sha256}"
    provenance = _provenance_url(project, file, root)
    if provenance:
        attributes["data-provenance"] = provenance
    text = " ".join(f'{name}="{html.escape(value)}"' for name, value in attributes.items())
    return f"    <a {text}>{html.escape(file.name)}</a><br />\n"


def _render_html(title: str, links: str, serial: int, *, head: str = "") -> str:
    return (
        "<!DOCTYPE html>\n<html>\n  <head>\n"
        f'    <meta name="pypi:repository-version" content="{API_VERSION}">\n{head}'
        f"    <title>{title}</title>\n  </head>\n  <body>\n    <h1>{title}</h1>\n{links}  </body>\n</html>\n"
        f"<!--SERIAL {serial}-->\n"
    )


def _render_url(file: StoredFile, root: str) -> dict[str, object]:
    return {
        "filename": file.name,
        "url": f"{root}files/{file.path}",
        "packagetype": file.kind,
        "digests": {"blake2b_256": file.blake2, "md5": file.md5, "sha256": file.sha256},
        "size": file.size,
        "upload_time_iso_8601": file.uploaded_at,
        "requires_python": file.requires_python,
        "yanked": file.yanked is not None,
        "yanked_reason": file.yanked or None,
    }
