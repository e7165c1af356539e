"""What came of a rehearsal, as plain records."""

from __future__ import annotations

from dataclasses import dataclass

STAGES = (
    "title",
    "merge",
    "release-pr",
    "update",
    "merge-release",
    "release",
    "publish",
    "verify",
    "again",
)
"""The stages' names, in the order in which they happen; they never change."""

Facts = dict[str, str | int | bool | list[str]]


class StageFailedError(Exception):
    """A stage that did not come to what it should.

    Args:
        message: What was expected and what happened.
        exit_code: The program's exit code, when it was the program; else None.
        output: The last lines that the program wrote.
    """

    def __init__(self, message: str, *, exit_code: int | None = None, output: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.exit_code = exit_code
        self.output = output

    def facts(self) -> Facts:
        """Spell the failure as facts."""
        facts: Facts = {"error": self.message}
        if self.exit_code is not None:
            facts |= {"exit_code": self.exit_code, "output": self.output}
        return facts


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the train.

    Args:
        name: One of `STAGES`.
        ok: Whether it came to what it should.
        seconds: How long it took.
        facts: What happened, by name; `error`, `exit_code` and `output` when it failed.
        requests: How many REST and GraphQL requests reached the forge.
    """

    name: str
    ok: bool
    seconds: float
    facts: Facts
    requests: int


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What came of a rehearsal. All texts but the stages' names may hold what strangers wrote.

    Args:
        stages: Those that were reached, in their order; only the last one may have failed.
        version: The version that was released; empty when none was.
        index_files: The names of the files on the embedded index, sorted.
        release_url: The page of the release on the embedded forge; empty when there is none.
        notes: The release's notes, Markdown.
        diff: What the release pull request changed, as `git diff` shows it.
    """

    stages: tuple[Stage, ...]
    version: str
    index_files: tuple[str, ...]
    release_url: str
    notes: str
    diff: str

    @property
    def ok(self) -> bool:
        """Tell whether the whole train arrived."""
        return len(self.stages) == len(STAGES) and all(stage.ok for stage in self.stages)

    @property
    def failed(self) -> Stage | None:
        """Give the stage that failed; None when all is well."""
        return next((stage for stage in self.stages if not stage.ok), None)
