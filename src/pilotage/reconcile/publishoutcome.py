"""What came of publishing a release and all that surrounds it: for people, the outputs, and in the machine format."""

from __future__ import annotations

import msgspec

from pilotage.model.plan import Plan  # noqa: TC001 - msgspec reads annotations at run time
from pilotage.model.remote import Release  # noqa: TC001 - same
from pilotage.model.step import Step  # noqa: TC001 - same
from pilotage.reconcile.apply import Outcome  # noqa: TC001 - same
from pilotage.reconcile.publishreport import PublishReport, join_reports, render_publish
from pilotage.reconcile.words import render_notice


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """What came of publishing a release.

    Args:
        tag: Its tag.
        commit: The commit that the tag points at.
        version: Its version.
        release: The GitHub release as it is now; None when there is none.
        reports: What each index got, in the order of the uploads; empty for a package that never sees an index.
        plan: What was planned.
        done: The steps that were applied, with what came of each.
        warnings: What people should know.
    """

    tag: str
    commit: str
    version: str
    release: Release | None = None
    reports: tuple[PublishReport, ...] = ()
    plan: Plan
    done: tuple[tuple[Step, Outcome], ...] = ()
    warnings: tuple[str, ...] = ()


def describe_published(published: Published) -> dict[str, object]:
    """Give the machine format of a release's publishing: that of its index, where there is one, and what surrounds it.

    Beside the fields of `pilotage publish --json` it holds `tag`, `commit`, `release` (its id and page, and whether it
    is a draft; null when there is none) and `steps` (what was done, in order).
    """
    told = msgspec.to_builtins(join_reports(published.reports)) if published.reports else {"format": 1}
    release = published.release
    return {
        **told,
        "version": published.version,
        "tag": published.tag,
        "commit": published.commit,
        "release": {"id": release.id, "url": release.url, "draft": release.is_draft} if release else None,
        "steps": [{"result": outcome.result, **msgspec.to_builtins(step)} for step, outcome in published.done],
    }


def render_published(published: Published) -> str:
    """Render what came of publishing a release, for people."""
    lines = [render_publish(report) for report in published.reports]
    for notice in published.plan.notices:
        lines += render_notice(notice)
    if not published.reports and not published.plan.steps:
        lines.insert(0, f"{published.tag}: nothing to do")
    release = published.release
    if release is not None and release.url:
        lines.append(f"release {published.tag}: {'a draft' if release.is_draft else 'published'}, {release.url}")
    return "\n".join([*lines, *(f"warning: {warning}" for warning in published.warnings)])


def publish_outputs(published: Published) -> dict[str, str]:
    """Compute the action's outputs for a release that was published, or taken a step nearer to it."""
    release = published.release
    is_out = bool(published.reports) and release is not None and not release.is_draft
    return {
        "version": published.version,
        "tag": published.tag,
        "sha": published.commit,
        "released": "true",
        "published": "true" if is_out else "false",
        "upload-needed": "true" if release is not None and release.is_draft and not published.reports else "false",
        "release-id": str(release.id) if release else "",
        "release-url": release.url if release else "",
        "plan": published.plan.to_json().strip(),
    }
