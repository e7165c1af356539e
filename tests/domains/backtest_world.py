"""Small histories for the backtest: one line of commits, tags on some, rules for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.backtest.lineage import Lineage
from pilotage.domains.backtest.releasetags import read_release_tags
from pilotage.domains.backtest.replay import Replayed, replay_step
from pilotage.domains.backtest.rules import Rules
from pilotage.domains.backtest.steps import PastStep, read_steps
from pilotage.model.commit import Commit
from pilotage.model.config import Config
from pilotage.model.translation import Quirks, TranslatedComponent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def rules_of(config: Config | None = None, *, tool: str = "pilotage", quirks: Quirks | None = None) -> Rules:
    """Make the rules of a repository that is released as one."""
    return Rules(tool, (TranslatedComponent("", ".", config or Config(), quirks=quirks or Quirks()),))


def sha_of(position: int) -> str:
    """Give the id of a commit by its position."""
    return f"{position + 1:07x}" + "0" * 33


class World:
    """A line of commits, newest first, and tags by position.

    Args:
        messages: The messages, newest first; with files where a message is a pair.
        tags: Where the tags are.
    """

    def __init__(self, messages: Sequence[str | tuple[str, tuple[str, ...]]], tags: Mapping[str, int]) -> None:
        pairs = [one if isinstance(one, tuple) else (one, ("src/a.py",)) for one in messages]
        commits = [
            Commit(
                sha_of(position),
                message,
                parents=(sha_of(position + 1),) if position + 1 < len(pairs) else (),
                files=files,
            )
            for position, (message, files) in enumerate(pairs)
        ]
        self.lineage = Lineage(commits)
        names = {name: sha_of(position) for name, position in tags.items()}
        self._steps = {step.release.name: step for step in read_steps(self.lineage, read_release_tags(names))}

    def step(self, tag: str) -> PastStep:
        """Give the step to a tag."""
        return self._steps[tag]

    def replay(self, tag: str, rules: Rules | None = None, *, today: str = "") -> Replayed:
        """Decide a tag's release again."""
        rules = rules or rules_of()
        return replay_step(self.lineage, self.step(tag), rules=rules, attribution=rules.attribution(), today=today)


def decided(messages: Sequence[str], shipped: str, *, rules: Rules | None = None, previous: str = "1.0.0") -> str:
    """Decide the release of some commits, oldest first: the version, or the id of the skip in brackets."""
    world = World([*reversed(messages), "chore: start"], {f"v{previous}": len(messages), f"v{shipped}": 0})
    found = world.replay(f"v{shipped}", rules)
    if found.skipped:
        return f"[{found.skipped}]"
    assert found.verdict is not None
    return str(found.verdict.version)
