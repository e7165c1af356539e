"""The action's outputs and the job summary, computed from what a run saw and did; the same again on every run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.changes import read_changes
from pilotage.domains.proposal import propose_release, tag_format_of
from pilotage.domains.safetext import code_span
from pilotage.model.step import ClosePullRequest, CreateTag
from pilotage.model.version import read_version
from pilotage.reconcile.nextreport import report_next
from pilotage.reconcile.words import describe_step

if TYPE_CHECKING:
    from pilotage.model.snapshot import ReleaseCommit
    from pilotage.reconcile.train import Report

NAMES = (
    "title-ok",
    "type",
    "scope",
    "breaking",
    "suggestion",
    "version",
    "previous-version",
    "bump",
    "tag",
    "sha",
    "release-pr",
    "release-pr-url",
    "released",
    "release-id",
    "release-url",
    "upload-needed",
    "published",
    "components",
    "plan",
)
"""Every output of the action; each is always set, empty where it says nothing."""


def no_outputs() -> dict[str, str]:
    """Give every output with nothing in it; what is true or false says false."""
    return dict.fromkeys(NAMES, "") | {"released": "false", "upload-needed": "false", "published": "false"}


def compute_outputs(report: Report) -> dict[str, str]:
    """Compute the outputs of the release flows.

    On a commit that asks for its release, `version`, `tag` and `sha` are that release's and `released` is true once
    its tag and its GitHub release are there; elsewhere they are those of the version that comes next.
    """
    snapshot = report.world.snapshot
    proposal = propose_release(
        read_changes(snapshot.commits, snapshot.config),
        project=snapshot.project,
        last_release=snapshot.last_release,
        config=snapshot.config,
    )
    pull, release = report.pull_request, report.release
    is_open = pull is not None and pull.state == "open" and not _is_withdrawn(report)
    outputs = no_outputs() | {
        "version": str(proposal.version or ""),
        "previous-version": snapshot.last_release.version if snapshot.last_release else "",
        "bump": proposal.bump.value,
        "tag": proposal.tag,
        "sha": snapshot.head,
        "release-pr": str(pull.number) if pull and is_open else "",
        "release-pr-url": pull.url if pull and is_open else "",
        "components": msgspec.json.encode(report_next(snapshot).components).decode(),
        "plan": report.plan.to_json().strip(),
    }
    asked = snapshot.release_commits[-1] if snapshot.release_commits else None
    if asked is not None and asked.commit == snapshot.head and release is not None and _is_tagged(report, asked):
        version = read_version(asked.version, place=snapshot.project.source)
        outputs |= {
            "version": str(version),
            "previous-version": asked.version_before or asked.previous_version,
            "tag": tag_format_of(snapshot.config, snapshot.project).render(version),
            "sha": asked.commit,
            "released": "true",
            "release-id": str(release.id),
            "release-url": release.url,
            # Only the publish itself asks the index; here it is known that some packages never see one.
            "upload-needed": "true" if snapshot.config.publish.index else "false",
        }
    return outputs


def _is_tagged(report: Report, asked: ReleaseCommit) -> bool:
    made = any(isinstance(step, CreateTag) and step.commit == asked.commit for step, _ in report.done)
    return made or asked.tag_commit == asked.commit


def _is_withdrawn(report: Report) -> bool:
    return any(isinstance(step, ClosePullRequest) for step in report.plan.steps)


def render_summary(report: Report, *, is_dry: bool) -> str:
    """Render the job summary: what was seen, planned and done, what is next and who must do it."""
    snapshot = report.world.snapshot
    outcome = {describe_step(step): result.result.value for step, result in report.done}
    last = snapshot.last_release
    since = code_span(last.tag or last.version) if last else "the start"
    seen = f"{code_span(snapshot.branch)} at `{snapshot.head[:10]}`, {len(snapshot.commits)} commits since {since}"
    lines = ["## Pilotage", "", f"**Seen:** {seen}", ""]
    if report.plan.steps:
        lines += ["| step | result |", "|---|---|"]
        for step in report.plan.steps:
            words = describe_step(step)
            lines.append(f"| {_cell(words)} | {'planned' if is_dry else outcome.get(words, 'not reached')} |")
    else:
        is_stuck = any(notice.level == "conflict" for notice in report.plan.notices)
        lines.append("Nothing was done." if is_stuck else "Nothing to do: the world is as it should be.")
    lines += [
        "",
        *(f"- **{notice.level}:** {_cell(notice.text)} {_cell(notice.hint)}" for notice in report.plan.notices),
    ]
    lines += ["", f"**Next:** {_next_act(report)}", ""]
    return "\n".join(lines)


def _cell(text: str) -> str:
    return code_span(text.replace("|", "/"), limit=2000) if text else ""


def _next_act(report: Report) -> str:
    release, pull = report.release, report.pull_request
    asked = report.world.snapshot.release_commits
    if release is not None and release.is_draft and asked and asked[-1].commit == report.world.snapshot.head:
        return f"a maintainer reads the draft and publishes it: {release.url}"
    if pull is not None and pull.state == "open" and not _is_withdrawn(report):
        return f"a maintainer merges the release pull request when the time is right: {pull.url}"
    return "merge pull requests; Pilotage keeps watch."
