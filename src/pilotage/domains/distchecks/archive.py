"""Rules about an archive as a whole: it can be read, and is not too large."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.distchecks.table import RULES, make_finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilotage.domains.distchecks.allowed import Allowed
    from pilotage.domains.distchecks.examined import Examined
    from pilotage.model.distcontents import CheckTerms, Finding

SIZE_LIMIT = 100 * 1024 * 1024
"""Bytes of one file that PyPI takes, unless it raised the limit for the project."""


def check_archive(dist: Examined) -> Iterator[Finding]:
    """Check that the archive could be read."""
    if dist.contents.damage:
        yield make_finding("D008", dist.contents.name, dist.contents.damage)
    if dist.contents.excess:
        yield make_finding("D009", dist.contents.name, dist.contents.excess)


def check_size(dist: Examined, terms: CheckTerms, allowed: Allowed) -> Iterator[Finding]:
    """Check the file's size."""
    size = dist.contents.size
    if size > SIZE_LIMIT and not allowed.is_archive_allowed(dist.contents.name):
        weight = RULES["D010"].weigh(is_public=terms.is_public)
        message = f"it has {size} bytes, more than {SIZE_LIMIT} (100 MB)"
        yield make_finding("D010", dist.contents.name, message, severity=weight)
