"""The checks of built files before anything leaves: one rule or a small family a file, findings as data."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING

from pilotage.domains.distchecks import agreement, archive, fields, licences, naming, paths, record, sdist, stray, wheel
from pilotage.domains.distchecks.allowed import Allowed
from pilotage.domains.distchecks.examined import examine
from pilotage.domains.distchecks.readme import check_readmes
from pilotage.domains.distchecks.secrets import find_secrets
from pilotage.domains.distchecks.table import RULES
from pilotage.model.distcontents import DistReport, Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pilotage.domains.distchecks.examined import Examined
    from pilotage.domains.distchecks.readme import Render
    from pilotage.domains.distchecks.table import Severity
    from pilotage.model.distcontents import CheckTerms, DistContents

__all__ = ["RULES", "check_contents", "find_secrets"]

_MOST = 20
"""Findings of one rule in one file that are told one by one."""


def check_contents(contents: Sequence[DistContents], terms: CheckTerms, *, render: Render) -> DistReport:
    """Hold built files against every rule.

    Args:
        contents: The files of one release.
        terms: What they are held against.
        render: Renders a description as PyPI does.

    Raises:
        ConfigError: A glob of `allow_files` cannot be read.
    """
    allowed = Allowed(terms.allow_files)
    dists = [examine(each) for each in sorted(contents, key=lambda each: each.name)]
    found = chain(
        naming.check_release(dists),
        agreement.check_agreement(dists),
        check_readmes(dists, render),
        *(_check_one(dist, terms, allowed) for dist in dists),
    )
    ordered = sorted(_bound(found), key=lambda one: (one.severity, one.rule, one.place, one.message))
    return DistReport(tuple(dist.contents for dist in dists), tuple(dict.fromkeys(ordered)))


def _check_one(dist: Examined, terms: CheckTerms, allowed: Allowed) -> Iterator[Finding]:
    yield from naming.check_name(dist, terms)
    yield from naming.check_name_in_metadata(dist, terms)
    yield from archive.check_archive(dist)
    yield from archive.check_size(dist, terms, allowed)
    yield from fields.check_fields(dist)
    yield from fields.check_requires_python(dist)
    yield from fields.check_private(dist, terms)
    yield from fields.check_direct_urls(dist, terms)
    yield from record.check_record(dist)
    yield from wheel.check_dist_info(dist)
    yield from wheel.check_wheel_file(dist)
    yield from wheel.check_installed(dist, allowed)
    yield from sdist.check_shape(dist)
    yield from licences.check_licenses(dist)
    yield from paths.check_paths(dist)
    yield from paths.check_twins(dist)
    yield from stray.check_stray(dist, allowed)


def _bound(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Tell many findings of one kind in one file as a number: nobody reads a thousand lines."""
    counts: Counter[tuple[str, Severity, str]] = Counter()
    for finding in findings:
        kind = (finding.rule, finding.severity, finding.place.partition(": ")[0])
        counts[kind] += 1
        if counts[kind] <= _MOST:
            yield finding
    for (rule, severity, file), count in counts.items():
        if count > _MOST:
            yield Finding(rule, severity, file, f"… and {count - _MOST} more of this rule", RULES[rule].hint)
