"""Steps and what came of them, in words: for the log, the job summary and the plan's table."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from pilotage.domains.safetext import show
from pilotage.model.step import (
    Announce,
    AttachFile,
    ClosePullRequest,
    CreateRelease,
    CreateTag,
    DeleteBranch,
    EditPullRequest,
    OpenPullRequest,
    PublishRelease,
    RaiseRequirement,
    RemoveDraft,
    StartRebuild,
    StartWorkflow,
    Step,
    UpdateBranch,
    UploadFile,
    WriteComment,
)

if TYPE_CHECKING:
    from pilotage.model.plan import Plan
    from pilotage.model.step import Notice


def describe_step(step: Step) -> str:  # noqa: C901, PLR0911, PLR0912 - one arm a step
    """Describe a step on one line."""
    match step:
        case UpdateBranch():
            files = ", ".join(show(edit.path) for edit in step.files) or "no file"
            return f"branch {show(step.branch)}: one commit on {step.base[:10]} ({files})"
        case OpenPullRequest():
            return f"pull request from {show(step.branch)}: open, {show(step.title)}"
        case EditPullRequest():
            return f"pull request #{step.number}: {show(step.title)}, with the notes as they are now"
        case ClosePullRequest():
            return f"pull request #{step.number}: closed, nothing is left to release"
        case DeleteBranch():
            return f"branch {show(step.branch)}: deleted"
        case WriteComment():
            return f"pull request #{step.number}: one comment {'brought up to date' if step.comment else 'written'}"
        case CreateTag():
            return f"tag {show(step.tag)}: on {step.commit[:10]}"
        case CreateRelease():
            return f"release {show(step.tag)}: {'drafted' if step.is_draft else 'published'}"
        case RemoveDraft():
            return f"release {show(step.tag)}: the second draft ({step.id}) removed"
        case UploadFile():
            return f"{step.name}: on {show(step.index)} ({step.size} bytes, sha256 {step.sha256[:12]}…)"
        case AttachFile():
            return f"release {show(step.tag)}: {step.name} attached ({step.size} bytes, sha256 {step.sha256[:12]}…)"
        case PublishRelease():
            return f"release {show(step.tag)}: published"
        case Announce():
            return f"release {show(step.tag)}: announced to {show(step.target)}"
        case StartWorkflow():
            return (
                f"workflow {show(step.workflow)}: started on {show(step.ref)}{', and waited for' if step.wait else ''}"
            )
        case StartRebuild():
            return f"{show(step.repository)}: {show(step.workflow)} started on {show(step.ref)} ({show(step.reason)})"
        case RaiseRequirement():
            files = ", ".join(show(edit.path) for edit in step.files) or "no file"
            return f"{show(step.repository)}: pull request {show(step.title)} ({files})"
        case _:
            assert_never(step)


def render_plan(plan: Plan) -> str:
    """Render a plan for people."""
    place = f"{show(plan.branch)} at {plan.head[:10]}" if plan.head else "the built files"
    lines = [f"{show(plan.repository)}: {place}" if plan.repository else place]
    lines += [f"  {number}. {describe_step(step)}" for number, step in enumerate(plan.steps, start=1)]
    if not plan.steps:
        lines.append("  nothing to do")
    lines += [f"  {line}" for notice in plan.notices for line in render_notice(notice)]
    return "\n".join(lines)


def render_notice(notice: Notice) -> list[str]:
    """Render a notice for people, its hint on a line of its own."""
    return [f"{notice.level}: {notice.text}", *([f"  {notice.hint}"] if notice.hint else [])]
