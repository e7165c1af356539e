"""Render the templates of a repository, each in a process of its own that is stopped when it costs too much."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.template import template_paths
from pilotage.domains.templatedata import describe_notes, describe_title
from pilotage.domains.templatetitle import PULL_REQUEST_TITLE, RELEASE_TITLE, read_pull_request_title, read_title
from pilotage.errors import ConfigError
from pilotage.model.notes import NotesStyle
from pilotage.model.template import ReleaseNames, TemplateAnswer, TemplateRequest
from pilotage.providers.process import CommandError, CommandTimeoutError, run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pilotage.model.config import Config
    from pilotage.model.notes import NotesData

MEMORY = 512 * 1024**2
"""The most bytes of address space that a template may take, the interpreter counted in."""

SECONDS = 3
"""The most seconds of the processor that a template may take; on the clock it is thrice as many."""


class Templates:
    """The templates of one configuration.

    Args:
        config: The configuration.
        files: The texts at `template_paths(config)`, by path.
        names: Who is released.
        seconds: The most seconds of the processor for each.
    """

    def __init__(
        self, config: Config, files: Mapping[str, str], *, names: ReleaseNames | None = None, seconds: int = SECONDS
    ) -> None:
        self._config = config
        self._files = {path: files[path] for path in template_paths(config) if path in files}
        self._names = names
        self._seconds = seconds

    def notes(self, data: NotesData, *, style: NotesStyle = NotesStyle.PILOTAGE) -> str | None:
        """Render the notes of a version without their heading; None when the configuration has no template.

        Raises:
            ConfigError: The template is missing, fails, or costs too much.
        """
        return self._file(self._config.notes.template, data, style)

    def pull_request_body(self, data: NotesData, *, style: NotesStyle = NotesStyle.PILOTAGE) -> str | None:
        """Render the release pull request's body; None when the configuration has no template.

        Raises:
            ConfigError: As for `notes`.
        """
        return self._file(self._config.notes.pull_request_template, data, style)

    def pull_request_title(self, data: NotesData) -> str | None:
        """Render the release pull request's title; None when the configuration has no template.

        Raises:
            ConfigError: As for `notes`, or the repository's own rules refuse the title.
        """
        text = self._line(self._config.notes.pull_request_title, PULL_REQUEST_TITLE, data)
        return read_pull_request_title(text, self._config) if text is not None else None

    def release_title(self, data: NotesData) -> str | None:
        """Render the release's name; None when the configuration has no template.

        Raises:
            ConfigError: As for `notes`, or it is not one line.
        """
        text = self._line(self._config.notes.release_title, RELEASE_TITLE, data)
        return read_title(text, place=RELEASE_TITLE) if text is not None else None

    def _file(self, path: str, data: NotesData, style: NotesStyle) -> str | None:
        if not path:
            return None
        if path not in self._files:
            raise ConfigError(
                f"[tool.pilotage.notes]: there is no template {path!r}",
                hint="Commit the template, or correct the path: it is seen from the repository's root.",
            )
        described = describe_notes(data, style=style, names=self._names)
        return self._render(path, self._files[path], described).strip("\n")

    def _line(self, text: str, place: str, data: NotesData) -> str | None:
        return self._render(place, text, describe_title(data, names=self._names)) if text else None

    def _render(self, place: str, text: str, data: dict[str, object]) -> str:
        request = TemplateRequest(place, text, data, self._files, MEMORY, self._seconds)
        return render_bounded(request)


def render_bounded(request: TemplateRequest, *, python: str = sys.executable) -> str:
    """Render a template in a process of its own.

    Args:
        request: The template.
        python: The interpreter.

    Raises:
        ConfigError: It cannot be parsed, fails, or takes more time or memory than it may.
    """
    seconds = request.seconds or SECONDS
    try:
        out = run(
            [python, "-P", "-m", "pilotage.reconcile.templatechild"],
            cwd=Path.cwd(),
            timeout=3 * seconds,
            env=_bare_environment(),
            input=msgspec.json.encode(request),
        )
        answered = msgspec.json.decode(out, type=TemplateAnswer)
    except CommandTimeoutError as exc:
        raise _endless(request, seconds) from exc
    except CommandError as exc:
        if exc.status in (-signal.SIGXCPU, -signal.SIGKILL):
            raise _endless(request, seconds) from exc
        raise ConfigError(
            f"{request.place}: rendering it ended with status {exc.status}: {exc.tail[-200:] or 'it said nothing'}",
            hint="Let the template do less; it has its own process and is out of memory most probably.",
        ) from exc
    if answered.problem:
        raise ConfigError(answered.problem, hint=answered.hint)
    return answered.text


def _endless(request: TemplateRequest, seconds: int) -> ConfigError:
    return ConfigError(
        f"{request.place}: the template did not end within {seconds} seconds and was stopped; nothing was written",
        hint="Look at its loops and macros: they may go over what is in the data, and not over much more.",
    )


def _bare_environment() -> dict[str, str | None]:
    """Take every variable away that the interpreter can do without: a template has no business with any."""
    kept = {"PATH", "PYTHONPATH", "SYSTEMROOT", "LD_LIBRARY_PATH"}
    return {name: None for name in os.environ if name not in kept}
