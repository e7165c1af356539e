"""What a branch's place among the releasing branches is: read from git only where it makes a difference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from pilotage.model.history import Baseline
from pilotage.model.line import Line
from pilotage.model.version import TagFormat, Version

if TYPE_CHECKING:
    from pilotage.model.commit import Commit
    from pilotage.providers.git import Git
    from pilotage.reconcile.history import History


ReleasingBranch: TypeAlias = Literal["a", "b", "rc", "dev", "post", "maintenance"]
"""What `[tool.pilotage.channels]` may say of a branch."""


class Target(msgspec.Struct, frozen=True):
    """The branch that a run is about.

    Args:
        name: The branch.
        default: The repository's default branch; empty when unknown.
        today: The date, ISO 8601, UTC.
        channels: The table of channels of the default branch, which counts on every branch: one that was made before
            the table shall not release as if it were the default one. None where only the branch's own is known.
        tags: The names of tags that are not here: another branch's releases count too.
    """

    name: str
    default: str
    today: str
    channels: dict[str, ReleasingBranch] | None = None
    tags: tuple[str, ...] = ()


def read_line(git: Git, history: History, target: Target) -> tuple[Line, tuple[Commit, ...] | None]:
    """Read the place of a branch, for one package.

    A repository without channels whose last release is a full one asks git for nothing.

    Args:
        git: The clone.
        history: The package's unreleased history.
        target: The branch.

    Returns:
        The line, and the commits since the last full release where the last release of any kind is not one; those of a
        component are all of the range's.

    Raises:
        ConfigError: The table of channels contradicts itself for this branch.
    """
    config, base = history.tree.config, history.base
    if target.channels is not None:
        config = msgspec.structs.replace(config, channels=target.channels)
    line = Line(branch=target.name, today=target.today)
    is_open = base is not None and Version(base.version).is_prerelease
    if not config.channels and not is_open:
        return line, None
    # Most repositories release from one branch only.
    from pilotage.domains.baselines import is_full, read_known, read_releases  # noqa: PLC0415 - see above
    from pilotage.domains.channels import find_channel  # noqa: PLC0415 - see above

    tag_format = TagFormat.parse(config.tag_format, name=history.tree.project.name)
    names = (*git.tag_names(), *target.tags)
    line = msgspec.structs.replace(
        line,
        channel=find_channel(target.name, config, default_branch=target.default),
        known=read_known(names, tag_format, least=Version(base.version) if base else None),
    )
    if base is None or not is_open:
        return line, None
    tags = read_releases(git.tag_names(), tag_format)
    below = {v: tag for v, tag in sorted(tags.items()) if is_full(v) and v < Version(base.version)}
    full = _nearest(git, below, head=history.tree.commit)
    commits = tuple(git.read_commits(full.sha if full else None, history.tree.commit))
    return msgspec.structs.replace(line, full=full), commits


def _nearest(git: Git, tags: dict[Version, str], *, head: str) -> Baseline | None:
    """Give the highest of some rising versions whose tag a commit contains."""
    for version, tag in reversed(tags.items()):
        sha = git.tag_commit(tag)
        if sha is not None and git.is_ancestor(sha, head):
            return Baseline(tag, sha, version)
    return None
