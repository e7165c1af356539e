"""The scribes of a repository: its own templates, or GitHub's generator of notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.scribe import PLAIN, Scribe
from pilotage.model.template import ReleaseNames

if TYPE_CHECKING:
    from collections.abc import Callable

    from pilotage.model.config import NotesRules
    from pilotage.model.notes import NotesData, NotesStyle
    from pilotage.model.snapshot import Scene, Snapshot
    from pilotage.providers.github import GitHub
    from pilotage.reconcile.templating import Templates


def choose_scribe(scene: Scene, github: GitHub | None) -> Scribe:
    """Choose who writes the texts of a repository's releases.

    Args:
        scene: The repository.
        github: Where notes can be generated; None where nothing remote is asked.
    """
    rules = scene.config.notes
    is_plain = not (rules.template or rules.pull_request_template or rules.pull_request_title or rules.release_title)
    return PLAIN if is_plain and rules.generator == "pilotage" else RepositoryScribe(scene, github)


class RepositoryScribe:
    """Writes by the repository's templates and by GitHub's generator; each text is made once.

    Args:
        scene: The repository, with the texts of its templates.
        github: Where notes can be generated; None where nothing remote is asked.
    """

    def __init__(self, scene: Scene, github: GitHub | None) -> None:
        self._rules: NotesRules = scene.config.notes
        self._texts = scene.templates
        self._github = github
        self._written: dict[bytes, str] = {}

    def write_notes(self, snapshot: Snapshot, data: NotesData, style: NotesStyle) -> str:
        """Write the notes of a version, without their heading: by the template, else by GitHub where that is asked."""
        templates = self._templates(snapshot)
        if self._rules.template:
            return self._once("notes", data, lambda: templates.notes(data, style=style))
        if self._rules.generator == "github" and self._github is not None:
            generate = self._github.releases.generate_notes
            return self._once(
                "github", data, lambda: generate(data.tag, target=snapshot.head, previous_tag=data.previous_tag)
            )
        return ""

    def write_body(self, snapshot: Snapshot, data: NotesData, style: NotesStyle) -> str:
        """Write the body of the release pull request."""
        templates = self._templates(snapshot)
        return self._once("body", data, lambda: templates.pull_request_body(data, style=style))

    def write_title(self, snapshot: Snapshot, data: NotesData) -> str:
        """Write the title of the release pull request."""
        return self._once("title", data, lambda: self._templates(snapshot).pull_request_title(data))

    def write_release_title(self, snapshot: Snapshot, data: NotesData) -> str:
        """Write the name of the release."""
        return self._once("release", data, lambda: self._templates(snapshot).release_title(data))

    def _templates(self, snapshot: Snapshot) -> Templates:
        from pilotage.reconcile.templating import Templates  # noqa: PLC0415 - few repositories have any

        names = ReleaseNames(snapshot.project.name, snapshot.name or "", snapshot.branch)
        config = msgspec.structs.replace(snapshot.config, notes=self._rules)
        return Templates(config, self._texts, names=names)

    def _once(self, kind: str, data: NotesData, write: Callable[[], str | None]) -> str:
        key = kind.encode() + msgspec.json.encode(data)
        if key not in self._written:
            self._written[key] = write() or ""
        return self._written[key]
