"""What each index got: the record of `pilotage publish --json`, and its words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from pilotage.domains.publish import PublishPlan
    from pilotage.model.dist import Dist


class FileReport(msgspec.Struct, frozen=True):
    """One file, as CONTRACT section 1 spells it."""

    name: str
    sha256: str
    size: int
    state: Literal["uploaded", "present"]


class PublishReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a publish came to.

    Args:
        outcome: `published`, `resumed` or `already-there`.
        verified: Whether the index was seen to hold every file with our bytes.
        warnings: What people should know.
    """

    format: int = 1
    project: str
    version: str
    index: str
    outcome: str
    files: tuple[FileReport, ...]
    verified: bool
    warnings: tuple[str, ...] = ()


class IndexReports(PublishReport, frozen=True, kw_only=True, omit_defaults=False):
    """The report on several indexes: that of the last one, to which the others led up.

    Args:
        earlier: The reports on the indexes before it.
    """

    earlier: tuple[PublishReport, ...]


def join_reports(reports: tuple[PublishReport, ...]) -> PublishReport:
    """Join the reports on the indexes of one run into one: of one index its own, of several the last one's."""
    *earlier, last = reports
    return IndexReports(**msgspec.structs.asdict(last), earlier=tuple(earlier)) if earlier else last


def list_file_reports(dists: tuple[Dist, ...], plan: PublishPlan) -> tuple[FileReport, ...]:
    """List what an index got of each file."""
    sent = {dist.name for dist in plan.uploads}
    return tuple(
        FileReport(dist.name, dist.sha256, dist.size, "uploaded" if dist.name in sent else "present") for dist in dists
    )


def render_publish(report: PublishReport) -> str:
    """Render what a publish came to, for people."""
    words = {
        "published": "is published",
        "resumed": "is complete now: what was missing has been sent",
        "already-there": "was there already; nothing was sent",
    }[report.outcome]
    lines = [f"{report.project} {report.version} {words} on {report.index}"]
    lines += [f"  {file.state}: {file.name} ({file.size} bytes, sha256 {file.sha256})" for file in report.files]
    lines.append("  verified: every file is there with these bytes" if report.verified else "  not verified yet")
    lines += [f"  warning: {warning}" for warning in report.warnings]
    return "\n".join(lines)
