"""What is known about the branch that a release is made from."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from pilotage.model.change import Changes
from pilotage.model.history import Baseline
from pilotage.model.version import Version

Channel: TypeAlias = Literal["", "a", "b", "rc", "dev", "post", "maintenance"]
"""What a branch releases: "" full releases, the line of the default branch; else as in `[tool.pilotage.channels]`."""


class Line(msgspec.Struct, frozen=True):
    """A branch's place among the branches that release. Left out, it is a default branch that knows only its own past.

    Three facts come from git, and only where `[tool.pilotage.channels]` is used or the last release is a pre-release:

    - `known` from the names of all tags of the repository: `domains.baselines.read_known`.
    - `full` and `since_full` where the last release is a pre-release: the nearest full release that the branch
      contains (`domains.baselines.choose_baselines`), and the commits after it read as changes.

    Args:
        branch: The branch's name, for errors and for the range of a maintenance branch.
        channel: What it releases: `domains.channels.find_channel`.
        known: Every version that is tagged, from whatever branch.
        today: The date, ISO 8601, UTC; needed by calver only.
        asked: The `release-as` input, which beats every footer; "" for none.
        full: The last full release that the branch contains; None when it contains none.
        since_full: What its commits after `full` mean; None where the last release of any kind is a full one.
    """

    branch: str = ""
    channel: Channel = ""
    known: tuple[Version, ...] = ()
    today: str = ""
    asked: str = ""
    full: Baseline | None = None
    since_full: Changes | None = None
