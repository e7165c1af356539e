"""Proposals in few words: a branch, what it contains, what exists elsewhere, and the answer as text."""

from __future__ import annotations

import msgspec

from pilotage.domains.changes import read_changes
from pilotage.domains.proposal import Proposal, propose_release
from pilotage.model.commit import Commit
from pilotage.model.config import Config
from pilotage.model.history import Baseline
from pilotage.model.line import Channel, Line
from pilotage.model.project import Project
from pilotage.model.snapshot import LastRelease
from pilotage.model.version import Version

SOURCE = "pyproject.toml [project]"


def commits(*messages: str) -> list[Commit]:
    """Make commits, newest first; ids begin with their place from the oldest."""
    count = len(messages)
    return [Commit(f"{count - place:010d}" + "c" * 30, message) for place, message in enumerate(messages)]


def line(
    channel: Channel = "",
    known: str = "",
    *,
    branch: str = "",
    today: str = "2026-11-22",
    asked: str = "",
) -> Line:
    """Describe a branch; the known versions stand in one text."""
    return Line(branch or channel, channel, tuple(map(Version, known.split())), today, asked)


def propose(
    *messages: str,
    last: str | None = "1.4.0",
    full: str | None = None,
    before: tuple[str, ...] = (),
    written: str | None = "",
    on: Line | None = None,
    config: Config | None = None,
) -> Proposal:
    """Propose what follows some commits, newest first.

    Args:
        messages: The commits since the last release of any kind.
        last: That release.
        full: The last full release where that is another one; "" where there is none and `before` is given.
        before: The commits between the two, newest first.
        written: The version in the files; "" for that of the last release.
        on: The branch.
        config: The configuration.
    """
    config, on = config or Config(tag_format="v{version}"), on or Line()
    if full is not None:
        since = read_changes(commits(*messages, *before), config)
        baseline = Baseline(f"v{full}", "f" * 40, Version(full)) if full else None
        on = msgspec.structs.replace(on, full=baseline, since_full=since)
    return propose_release(
        read_changes(commits(*messages), config),
        project=Project("demo", (last or "0.0.0") if written == "" else written, SOURCE),
        last_release=LastRelease(last, "b" * 40, f"v{last}") if last is not None else None,
        config=config,
        line=on,
    )


def next_of(proposal: Proposal) -> str | None:
    """Give the version as text; None when there is nothing to release."""
    return None if proposal.version is None else str(proposal.version)
