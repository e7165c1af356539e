"""The world of the embedded index: what is stored, and what people may do to it by hand."""

from __future__ import annotations

import shutil
import threading
import time
from typing import TYPE_CHECKING, Self

import msgspec
from packaging.utils import canonicalize_name, canonicalize_version

from pilotage.sandbox.index.records import Project, Publisher, StoredFile, TokenScope

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STATE = "state.json"
FILES = "files"

DEFAULT_CLAIMS = {
    "sub": "repo:octo/demo:environment:pypi",
    "repository": "octo/demo",
    "repository_owner": "octo",
    "repository_owner_id": "1001",
    "repository_id": "2001",
    "workflow_ref": "octo/demo/.github/workflows/release.yml@refs/heads/main",
    "job_workflow_ref": "octo/demo/.github/workflows/release.yml@refs/heads/main",
    "ref": "refs/heads/main",
    "event_name": "release",
    "environment": "pypi",
}


class SavedWorld(msgspec.Struct):
    """The part of a world that outlives the process."""

    serial: int
    projects: dict[str, Project]
    burnt: set[str]
    tokens: dict[str, TokenScope]
    publishers: list[Publisher]
    pending: list[Publisher]
    spent: set[str]
    claims: dict[str, str | int]


class World:
    """Everything the index knows; handlers change it under `lock`, people through the methods.

    Attributes:
        tokens: Upload tokens and their scope; tests add and remove them.
        publishers: The trusted publishers; `pending` those whose project does not exist yet.
        claims: The claims of the next identity token that the runner asks for.
        request_token: The bearer token that the runner's side expects.
        trusted_publishing: False answers `not-enabled`.
        read_only: True refuses every upload with 403, as in PyPI's maintenance.
        max_size: The largest file in bytes.
        stale: After each upload, so many reads of its listing still answer as before it.
        clock: The time, in Unix seconds; replace it to let tokens expire.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.lock = threading.RLock()
        self.serial = 0
        self.projects: dict[str, Project] = {}
        self.burnt: set[str] = set()
        self.tokens: dict[str, TokenScope] = {}
        self.publishers: list[Publisher] = []
        self.pending: list[Publisher] = []
        self.spent: set[str] = set()
        self.claims: dict[str, str | int] = dict(DEFAULT_CLAIMS)
        self.request_token = "runner-request-token"  # noqa: S105 (a stand-in, good on loopback only)
        self.audience = "pypi"
        self.trusted_publishing = True
        self.read_only = False
        self.max_size = 100 * 1024 * 1024
        self.stale = 0
        self.clock: Callable[[], float] = time.time
        self._before: dict[str, tuple[Project | None, int]] = {}

    def save(self, target: Path) -> None:
        """Copy this world (files and state) into a folder, for `load`."""
        with self.lock:
            saved = SavedWorld(
                **{name: getattr(self, name) for name in SavedWorld.__struct_fields__},
            )
            target.mkdir(parents=True, exist_ok=True)
            if target != self.directory and (self.directory / FILES).is_dir():
                shutil.copytree(self.directory / FILES, target / FILES, dirs_exist_ok=True)
            (target / STATE).write_bytes(msgspec.json.format(msgspec.json.encode(saved)))

    @classmethod
    def load(cls, directory: Path) -> Self:
        """Restore the world that `save` wrote; new files go to the same folder, the saved state is kept."""
        world = cls(directory)
        saved = msgspec.json.decode((directory / STATE).read_bytes(), type=SavedWorld)
        for name in SavedWorld.__struct_fields__:
            setattr(world, name, getattr(saved, name))
        return world

    def world(self) -> dict[str, list[dict[str, str | None]]]:
        """Return each project's files, sorted by name, with `name`, `sha256` and `yanked` (a reason or None)."""
        with self.lock:
            return {
                name: [
                    {"name": file.name, "sha256": file.sha256, "yanked": file.yanked}
                    for file in sorted(project.files, key=lambda file: file.name)
                ]
                for name, project in sorted(self.projects.items())
            }

    def delete_file(self, name: str) -> None:
        """Delete a file as its owner may; its name is burnt for ever, its version stays listed."""
        with self.lock:
            project, _ = self.find_file(name)
            self.burnt.add(name)
            self.replace_project(project, files=tuple(file for file in project.files if file.name != name))

    def yank(self, project: str, version: str, reason: str | None) -> None:
        """Yank a release with a reason (PEP 592); None un-yanks it."""
        with self.lock:
            found = self.projects[canonicalize_name(project)]
            same = canonicalize_version(version)
            files = tuple(
                msgspec.structs.replace(file, yanked=reason) if canonicalize_version(file.version) == same else file
                for file in found.files
            )
            self.replace_project(found, files=files)

    def set_status(self, project: str, status: str) -> None:
        """Set `active`, `archived`, `quarantined` or `deprecated` (PEP 792)."""
        with self.lock:
            self.replace_project(self.projects[canonicalize_name(project)], status=status)

    def add_project(self, project: str) -> None:
        """Register a project without files, as somebody else may do at any moment."""
        with self.lock:
            name = canonicalize_name(project)
            self.replace_project(self.projects.get(name, Project(name)))

    def add_publisher(self, project: str, repository: str, *, workflow: str, environment: str = "") -> None:
        """Trust a workflow of `owner/name` to upload to a project."""
        self.publishers.append(Publisher(project, repository, workflow, environment))

    def add_pending_publisher(self, project: str, repository: str, *, workflow: str, environment: str = "") -> None:
        """Trust a workflow to create a project; the name is not reserved."""
        self.pending.append(Publisher(project, repository, workflow, environment))

    def replace_project(
        self,
        project: Project,
        *,
        status: str | None = None,
        files: tuple[StoredFile, ...] | None = None,
        versions: tuple[str, ...] | None = None,
    ) -> None:
        """Write a project with some fields changed, under the next serial."""
        self.serial += 1
        self.projects[project.name] = Project(
            project.name,
            status=project.status if status is None else status,
            serial=self.serial,
            versions=project.versions if versions is None else versions,
            files=project.files if files is None else files,
        )

    def find_file(self, name: str) -> tuple[Project, StoredFile]:
        """Find a file by its name; KeyError when there is none."""
        for project in self.projects.values():
            for file in project.files:
                if file.name == name:
                    return project, file
        raise KeyError(name)

    def find_release(self, project: Project, version: str) -> str | None:
        """Return how the project spells an equal version (1.0 is 1.0.0), or None."""
        same = canonicalize_version(version)
        return next((known for known in project.versions if canonicalize_version(known) == same), None)

    def store(self, project: Project, file: StoredFile, content: bytes) -> None:
        """Write a new file and its listing; the listing may stay stale for a while (see `stale`)."""
        place = self.directory / FILES / file.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        if self.stale:
            self._before[project.name] = (self.projects.get(project.name), self.stale)
        versions = project.versions if file.version in project.versions else (*project.versions, file.version)
        self.replace_project(project, files=(*project.files, file), versions=versions)

    def read_listing(self, name: str) -> Project | None:
        """Return a project as a listing shows it now, which may be older than the truth; None for unknown."""
        old, left = self._before.get(name, (None, 0))
        if not left:
            return self.projects.get(name)
        self._before[name] = (old, left - 1)
        return old
