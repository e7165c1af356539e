"""The configuration of what uses the package: `[tool.pilotage.downstream]`."""

from __future__ import annotations

from typing import Literal

import msgspec

Update = Literal["auto", "dispatch", "pull-request", "keep"]
"""How a repository follows a release: see `DownstreamRules.update`; `keep` leaves it as it is, on purpose."""


class DownstreamRepository(msgspec.Struct, frozen=True, rename="kebab", forbid_unknown_fields=True):
    """One repository with rules of its own; what is left out is as in `[tool.pilotage.downstream]`.

    Args:
        name: `OWNER/NAME`.
        update: As there.
        workflow: As there.
        ref: As there.
        inputs: As there.
        lock_workflow: As there.
        files: As there.
    """

    name: str
    update: Update | None = None
    workflow: str | None = None
    ref: str | None = None
    inputs: dict[str, str] | None = None
    lock_workflow: str | None = None
    files: tuple[str, ...] | None = None


class DownstreamRules(msgspec.Struct, frozen=True, rename="kebab", forbid_unknown_fields=True):
    """`[tool.pilotage.downstream]`: the repositories that use the package, and how each follows a release.

    Args:
        repositories: Repositories by name, `OWNER/NAME`, or as tables with rules of their own.
        topics: Topics; each repository of an owner that `allow` names, with one of them, is meant too.
        search: Searches in GitHub's syntax for repositories (`org:acme flow in:name`); what they find is meant too.
        allow: Globs of `OWNER/NAME` with `*` for a part; what topics and searches find beyond them is never touched.
        keep: Globs of repositories that stay as they are, on purpose; they are read and reported.
        package: The package's name on the index, for one whose files do not name it.
        update: How a repository follows. `dispatch` starts its workflow where a rebuild brings the new version;
            `pull-request` proposes the new version where a pin or a range keeps it out; `auto` does whichever of the
            two is right; `keep` leaves it as it is.
        workflow: The workflow that rebuilds, by its file below `.github/workflows/`; "" for none.
        ref: The branch that the workflow runs on and that pull requests go to; "" for the default branch.
        inputs: What the workflow is started with; `{version}`, `{tag}` and `{package}` in a value stand for the
            release's own.
        lock_workflow: A workflow of the repository that refreshes its lock files, started on the pull request's
            branch; "" for none.
        files: Globs of files that are read beyond those whose names say what they are.
        title: The title of pull requests; `{package}`, `{version}` and `{tag}` stand for the release's own.
        at_once: How many rebuilds run at the same time.
        wait_minutes: How long rebuilds are waited for, all together; 0 for not at all. An app's token lives an hour.
        prereleases: Whether pre-releases are followed too.
        report: Where the overview is kept up to date: in an issue of the released repository, or nowhere.
        per_job: How many repositories one job of a matrix takes.
    """

    repositories: tuple[str | DownstreamRepository, ...] = ()
    topics: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    package: str = ""
    update: Update = "auto"
    workflow: str = ""
    ref: str = ""
    inputs: dict[str, str] = msgspec.field(default_factory=lambda: {"version": "{version}"})
    lock_workflow: str = ""
    files: tuple[str, ...] = ()
    title: str = "build(deps): update {package} to {version}"
    at_once: int = 4
    wait_minutes: int = 45
    prereleases: bool = False
    report: Literal["issue", "off"] = "issue"
    per_job: int = 50

    @property
    def is_used(self) -> bool:
        """Tell whether any repository is named or looked for."""
        return bool(self.repositories or self.topics or self.search)
