"""Whether the version that somebody asks for can be the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.branchline import check_asked
from pilotage.domains.releaseas import name_place, read_release_as, refuse_taken
from pilotage.errors import ConfigError

if TYPE_CHECKING:
    from pilotage.model.change import Changes
    from pilotage.model.config import Config
    from pilotage.model.line import Line
    from pilotage.model.version import Version

__all__ = ["decide_asked"]


def decide_asked(changes: Changes, current: Version | None, *, config: Config, line: Line) -> Version:
    """Decide the version by what is asked for: by the input, else by the newest footer.

    Args:
        changes: What is unreleased, with the newest footer; it is read only where the input asks for nothing.
        current: The last release; None before the first one.
        config: For the scheme of versions.
        line: The branch, what exists, and the input.

    Raises:
        ConfigError: It is no version, has a local part, is not above `current`, or is none of the scheme or the branch.
        ConflictError: It is taken, or would leave the branch's line.
    """
    text = line.asked or changes.release_as
    place = name_place(is_input=bool(line.asked), commit=changes.release_as_commit)
    wished = read_release_as(text, current, place=place)
    where = f"{place}: {text[:100]}"
    refuse_taken(wished, line.known, place=where)
    if config.versioning != "semver":
        # Most projects have no such scheme.
        from pilotage.domains.calver import read_scheme  # noqa: PLC0415 - see above

        if not read_scheme(config.versioning).is_of(wished):
            raise ConfigError(
                f"{where}: {wished} does not fit the scheme {config.versioning}",
                hint="Ask for a version of the scheme, or change [tool.pilotage] versioning in the same commit.",
            )
    return check_asked(wished, current, line=line, where=where) if line.channel else wished
