"""Uploading to the embedded index: who may, what is refused, what is written.

Source: PyPI's upload API page and the server's own order of checks.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pilotage.sandbox.index.attested import check_attestations
from pilotage.sandbox.index.form import SDIST, Upload, parse_fields, parse_upload
from pilotage.sandbox.index.records import Project, StoredFile, TokenScope
from pilotage.sandbox.index.simple import read_wheel_metadata
from pilotage.sandbox.index.wire import Answer, RefusalError, Request

if TYPE_CHECKING:
    from packaging.utils import NormalizedName

    from pilotage.sandbox.index.world import World


def answer_upload(world: World, request: Request) -> Answer:
    """Take one upload; 200 when it was written or the same bytes were there, RefusalError otherwise."""
    if world.read_only:
        raise RefusalError(403, "Read-only mode: Uploads are temporarily disabled.")
    scope = _authenticate(world, request)
    upload = parse_upload(*parse_fields(request))
    project = _authorise(world, scope, upload, root=request.root)
    if len(upload.content) > world.max_size:
        raise RefusalError(400, f"File too large. Limit for project {upload.name!r} is {world.max_size >> 20} MB.")
    if _is_there(world, upload, root=request.root):
        return Answer()
    provenance = check_attestations(upload, scope)
    release = world.find_release(project, str(upload.version)) or str(upload.version)
    siblings = [file for file in project.files if file.version == release]
    if upload.kind == SDIST and any(file.kind == SDIST for file in siblings):
        raise RefusalError(400, "Only one sdist may be uploaded per release.")
    metadata = read_wheel_metadata(upload.content) if upload.kind != SDIST else None
    file = StoredFile(
        name=upload.filename,
        version=release,
        kind=upload.kind,
        sha256=upload.digests.sha256,
        blake2=upload.digests.blake2,
        md5=upload.digests.md5,
        size=len(upload.content),
        uploaded_at=datetime.fromtimestamp(world.clock(), UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        requires_python=upload.fields.get("requires_python") or None,
        # PyPI yanks releases, not files: a late file of a yanked release is yanked too.
        yanked=siblings[0].yanked if siblings else None,
        metadata_sha256=hashlib.sha256(metadata).hexdigest() if metadata is not None else None,
        provenance=provenance,
    )
    world.store(project, file, upload.content)
    return Answer()


def _authenticate(world: World, request: Request) -> TokenScope:
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    try:
        user, _, token = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        user, token = "", ""
    page = f"See {request.root}help/#invalid-auth for more information."
    if user and user != "__token__":
        raise RefusalError(
            403,
            "Username/Password authentication is no longer supported. "
            f"Migrate to API Tokens or Trusted Publishers instead. See {request.root}help/#apitoken",
        )
    if scheme.lower() != "basic" or token not in world.tokens:
        raise RefusalError(403, f"Invalid or non-existent authentication information. {page}")
    scope = world.tokens[token]
    if scope.expires is not None and scope.expires <= world.clock():
        raise RefusalError(403, "Invalid API Token: token is expired")
    return scope


def _authorise(world: World, scope: TokenScope, upload: Upload, *, root: str) -> Project:
    name: NormalizedName | str = upload.name
    if scope.projects is not None and name not in scope.projects:
        kind = "OIDC" if scope.publisher else "project"
        raise RefusalError(403, f"Invalid API Token: {kind}-scoped token is not valid for project: {name!r}")
    project = world.projects.get(name)
    if project is None:
        return Project(name)
    if project.status == "quarantined":
        raise RefusalError(403, f"The user isn't allowed to upload to project {name!r}. See {root}help/#project-name")
    if project.status == "archived":
        raise RefusalError(400, f"Project {name!r} is archived: it cannot receive new uploads.")
    return project


def _is_there(world: World, upload: Upload, *, root: str) -> bool:
    digests = upload.digests
    reuse = f"See {root}help/#file-name-reuse for more information."
    for project in world.projects.values():
        for file in project.files:
            if file.name == upload.filename and (file.sha256, file.blake2) == (digests.sha256, digests.blake2):
                return True
            if file.name == upload.filename or file.blake2 == digests.blake2:
                raise RefusalError(
                    400,
                    f"File already exists ({upload.filename!r}, with blake2_256 hash {digests.blake2!r}). {reuse}",
                )
    if upload.filename in world.burnt:
        raise RefusalError(
            400,
            "This filename was previously used by a file that has since been deleted. "
            f"Use a different version. {reuse}",
        )
    return False
