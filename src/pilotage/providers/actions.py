"""The runner of GitHub Actions: inputs, outputs, the job summary, annotations and masks.

Sources: https://docs.github.com/actions/reference/workflow-commands-for-github-actions and the runner's own
parser: a value is written with a random delimiter, so that no text can end it early and set another output.
"""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from pilotage.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SUMMARY_LIMIT = 1024 * 1024
"""Bytes of a step's summary; the runner drops a longer one whole."""


class Runner:
    """The runner that a run stands on, or nothing at all on a person's machine.

    Args:
        environment: The environment variables.
        write_line: Writes one line to the log.
    """

    def __init__(self, environment: Mapping[str, str], *, write_line: Callable[[str], None]) -> None:
        self._environment = environment
        self.write_line = write_line

    @property
    def is_actions(self) -> bool:
        """Whether this is GitHub Actions (or something that behaves so)."""
        return self._environment.get("GITHUB_ACTIONS") == "true"

    def read_input(self, name: str) -> str:
        """Read an input of the action; empty when it was not given."""
        return self._environment.get(f"INPUT_{name.replace(' ', '_').upper()}", "").strip()

    def mask(self, secret: str) -> None:
        """Ask the runner to hide a secret in the log from now on."""
        if secret and self.is_actions:
            for line in secret.splitlines():
                self.write_line(f"::add-mask::{escape_data(line)}")

    def annotate(self, level: str, text: str, *, title: str = "") -> None:
        """Show an `error`, `warning` or `notice` at the top of the run; elsewhere a plain line."""
        if self.is_actions:
            where = f" title={escape_property(title)}" if title else ""
            self.write_line(f"::{level}{where}::{escape_data(text)}")
        else:
            self.write_line(f"{level}: {text}")

    def write_outputs(self, outputs: Mapping[str, str]) -> None:
        """Write the step's outputs; nothing happens off Actions.

        Raises:
            UsageError: The runner's file cannot be written.
        """
        path = self._environment.get("GITHUB_OUTPUT", "")
        if path:
            lines = [_assignment(name, value) for name, value in outputs.items()]
            _append(Path(path), "".join(lines), variable="GITHUB_OUTPUT")

    def write_summary(self, text: str) -> None:
        """Add Markdown to the job's summary, cut to what the runner takes of a step in all.

        Raises:
            UsageError: The runner's file cannot be written.
        """
        path = Path(self._environment.get("GITHUB_STEP_SUMMARY", ""))
        room = SUMMARY_LIMIT - 64 - (path.stat().st_size if path.is_file() else 0)
        if path.name and room > 0:
            data = text.encode(errors="replace")[:room].decode(errors="ignore")
            cut = "\n\n… (cut)\n" if len(data) < len(text) else "\n"
            _append(path, data + cut, variable="GITHUB_STEP_SUMMARY")

    def check_files(self) -> None:
        """Make sure, before anything is changed, that the runner's files can be written.

        Raises:
            UsageError: One of them cannot.
        """
        for variable in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
            path = self._environment.get(variable, "")
            if path:
                _append(Path(path), "", variable=variable)


def _assignment(name: str, value: str) -> str:
    delimiter = f"pilotage_{uuid.uuid4().hex}"
    return f"{name}<<{delimiter}\n{value}\n{delimiter}\n"


def _append(path: Path, text: str, *, variable: str) -> None:
    try:
        with path.open("a", encoding="utf-8", errors="replace", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise UsageError(
            f"{path}: {variable} cannot be written: {error.strerror}",
            hint="Run the container as root, as the runner does, or unset the variable.",
        ) from error


def escape_data(text: str) -> str:
    """Escape the text of a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escape_property(text: str) -> str:
    """Escape a property of a workflow command."""
    return escape_data(text).replace(":", "%3A").replace(",", "%2C")
