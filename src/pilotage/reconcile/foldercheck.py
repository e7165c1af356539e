"""Checking built files that come from elsewhere before any of them leaves: an earlier job's, or the release's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.reconcile.building import inspect_dists, tell_report

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from packaging.version import Version

    from pilotage.model.publishrules import PublishRules
    from pilotage.reconcile.bootstrap import Surroundings
    from pilotage.reconcile.publishing import Publisher


def check_folder(
    folder: Path,
    publishers: tuple[Publisher, ...],
    *,
    surroundings: Surroundings,
    rules: PublishRules,
    version: Version | None,
    tell: Callable[[str], None],
) -> None:
    """Hold the built files of a folder against all rules (docs/build-checks.md).

    Args:
        folder: The folder.
        publishers: Where the files go.
        surroundings: Where the command stands.
        rules: What the configuration says of publishing.
        version: The version that every file must carry; None when only the files can tell.
        tell: Hears of warnings.

    Raises:
        CheckError: They are not fit to leave.
        UsageError: There are none.
    """
    is_public = any(publisher.is_public for publisher in publishers)
    report = inspect_dists(folder, tag_version=version, allow_files=rules.allow_files, is_public=is_public)
    tell_report(report, surroundings.environment, tell=tell)
