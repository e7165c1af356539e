"""The action's outputs and the job summary, computed from what a run saw and did; the same again on every run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.proposal import tag_format_of
from pilotage.domains.proposals import propose_all
from pilotage.domains.safetext import code_span
from pilotage.domains.versionfiles.place import normalise_name
from pilotage.model.step import ClosePullRequest, CreateTag
from pilotage.model.version import read_version
from pilotage.reconcile.nextreport import ComponentReport, report_component
from pilotage.reconcile.words import describe_step

if TYPE_CHECKING:
    from pilotage.domains.proposal import Proposal
    from pilotage.model.snapshot import ReleaseCommit, Scene, Snapshot
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
    "downstream",
    "downstream-matrix",
    "downstream-failed",
)
"""Every output of the action; each is always set, empty where it says nothing."""


def no_outputs() -> dict[str, str]:
    """Give every output with nothing in it; what is true or false says false."""
    flags = dict.fromkeys(("released", "upload-needed", "published", "downstream-failed"), "false")
    return dict.fromkeys(NAMES, "") | flags


def compute_outputs(report: Report) -> dict[str, str]:
    """Compute the outputs of the release flows.

    On a commit that asks for its release, `version`, `tag` and `sha` are that release's and `released` is true once
    its tag and its GitHub release are there; elsewhere they are those of the version that comes next. Where several
    packages are meant at once, they are empty, and `components` says it of each.
    """
    scene = report.world.scene
    rows = [
        _row(report, snapshot, proposal) for snapshot, proposal in zip(scene.snapshots, propose_all(scene), strict=True)
    ]
    chosen = _in_order(_choose(rows), scene)
    pull = report.pull_request
    is_open = pull is not None and pull.state == "open" and not _is_withdrawn(report)
    outputs = no_outputs() | {
        "sha": scene.snapshots[0].head,
        "release-pr": str(pull.number) if pull and is_open else "",
        "release-pr-url": pull.url if pull and is_open else "",
        "released": _flag(any(row.released for row in chosen)),
        "upload-needed": _flag(any(row.upload_needed for row in chosen)),
        "components": msgspec.json.encode(chosen).decode(),
        "plan": report.plan.to_json().strip(),
    }
    if len(chosen) == 1:
        (row,) = chosen
        outputs |= {
            "version": row.version or "",
            "previous-version": row.previous_version,
            "bump": row.bump,
            "tag": row.tag or "",
            "sha": row.sha,
            "release-id": str(row.release_id or ""),
            "release-url": row.release_url or "",
        }
    return outputs


class OutputRow(ComponentReport, frozen=True, kw_only=True):
    """A row of the output `components`: that of `pilotage next --json`, and what a job of a matrix needs.

    Args:
        version: The version that is released, or that comes next; null when there is nothing to release.
        previous_version: The version before it; empty when unknown.
        sha: The commit that the version is, or would be, tagged on.
        released: Whether its tag and its GitHub release are there.
        release_id: The GitHub release's number; null when there is none.
        release_url: The GitHub release's page; null when there is none.
        upload_needed: Whether the release is to be put on an index; only the publish itself asks the index.
        distribution: The normalised name of its distribution: what an index calls it.
        index: Where its files go, several names with blanks between; empty for a package that never sees an index.
        after: The names of the rows that it requires, itself or through others: they are published first.
    """

    version: str | None
    previous_version: str
    sha: str
    released: bool
    release_id: int | None
    release_url: str | None
    upload_needed: bool
    distribution: str
    index: str
    after: tuple[str, ...] = ()


def _row(report: Report, snapshot: Snapshot, proposal: Proposal) -> OutputRow:
    told = msgspec.structs.asdict(report_component(snapshot, proposal))
    asked = snapshot.release_commits[-1] if snapshot.release_commits else None
    release = report.release_of(snapshot)
    if asked is None or asked.commit != snapshot.head or release is None or not _is_tagged(report, snapshot, asked):
        last = snapshot.last_release
        return OutputRow(
            **told,
            version=told["next"],
            previous_version=last.version if last else "",
            sha=snapshot.head,
            released=False,
            release_id=None,
            release_url=None,
            upload_needed=False,
            distribution=normalise_name(snapshot.project.name),
            index=" ".join(snapshot.config.publish.index_names),
        )
    version = read_version(asked.version, place=snapshot.project.source)
    told["tag"] = tag_format_of(snapshot.config, snapshot.project).render(version)
    return OutputRow(
        **told,
        version=str(version),
        previous_version=asked.version_before or asked.previous_version,
        sha=asked.commit,
        released=True,
        release_id=release.id,
        release_url=release.url,
        # Only the publish itself asks the index; here it is known that some packages never see one.
        upload_needed=bool(snapshot.config.publish.index_names),
        distribution=normalise_name(snapshot.project.name),
        index=" ".join(snapshot.config.publish.index_names),
    )


def _in_order(rows: list[OutputRow], scene: Scene) -> list[OutputRow]:
    """Put the packages into the order of their dependencies."""
    if len(rows) < 2:  # noqa: PLR2004 - one alone is in order
        return rows
    from pilotage.domains.components.jobs import plan_jobs  # noqa: PLC0415 - only workspaces need it

    files = {path: text for snapshot in scene.snapshots for path, text in snapshot.files.items()}
    by_name = {row.name or "": row for row in rows}
    jobs = plan_jobs(scene.components, files, chosen=by_name.keys())
    return [msgspec.structs.replace(by_name[job.name], after=job.after) for job in jobs]


def _choose(rows: list[OutputRow]) -> list[OutputRow]:
    """Choose the packages that a run is about: those released, else those that would be; a lonely one always."""
    if len(rows) == 1:
        return rows
    return [row for row in rows if row.released] or [row for row in rows if row.next]


def _flag(value: object) -> str:
    return "true" if value else "false"


def _is_tagged(report: Report, snapshot: Snapshot, asked: ReleaseCommit) -> bool:
    tag_format = tag_format_of(snapshot.config, snapshot.project)
    tag = tag_format.render(read_version(asked.version, place=snapshot.project.source))
    made = any(
        isinstance(step, CreateTag) and (step.tag, step.commit) == (tag, asked.commit) for step, _ in report.done
    )
    return made or asked.tag_commit == asked.commit


def _is_withdrawn(report: Report) -> bool:
    return any(isinstance(step, ClosePullRequest) for step in report.plan.steps)


def render_summary(report: Report, *, is_dry: bool) -> str:
    """Render the job summary: what was seen, planned and done, what is next and who must do it."""
    outcome = {describe_step(step): result.result.value for step, result in report.done}
    lines = ["## Pilotage", "", *_seen(report.world.scene), ""]
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


def _seen(scene: Scene) -> list[str]:
    """Say what was seen: of several packages those with something new."""
    first = scene.snapshots[0]
    place = f"{code_span(first.branch)} at `{first.head[:10]}`"
    if first.name is None:
        return [f"**Seen:** {place}, {_count(first)}"]
    busy = [snapshot for snapshot in scene.snapshots if snapshot.commits]
    lines = [f"**Seen:** {place}, {len(scene.snapshots)} packages, {len(busy)} with something new"]
    return [*lines, "", *(f"- {code_span(s.name or '')}: {_count(s)}" for s in busy[:_MOST_LINES])]


_MOST_LINES = 50


def _count(snapshot: Snapshot) -> str:
    last = snapshot.last_release
    since = code_span(last.tag or last.version) if last else "the start"
    count = len(snapshot.commits)
    return f"{count} commit{'' if count == 1 else 's'} since {since}"


def _cell(text: str) -> str:
    return code_span(text.replace("|", "/"), limit=2000) if text else ""


def _next_act(report: Report) -> str:
    pull = report.pull_request
    drafts = [
        release.url
        for snapshot in report.world.scene.snapshots
        if (release := report.release_of(snapshot)) and release.is_draft
        if snapshot.release_commits[-1].commit == snapshot.head
    ]
    if drafts:
        what = "the draft and publishes it" if len(drafts) == 1 else "the drafts and publishes them"
        return f"a maintainer reads {what}: {' '.join(drafts[:_MOST_LINES])}"
    if pull is not None and pull.state == "open" and not _is_withdrawn(report):
        return f"a maintainer merges the release pull request when the time is right: {pull.url}"
    return "merge pull requests; Pilotage keeps watch."
