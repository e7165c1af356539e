"""The title check of an event: the title as it is now, by the rules of the base branch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.safetext import code_span, show
from pilotage.domains.settings import read_config
from pilotage.domains.title import check_title
from pilotage.domains.titlebody import add_body
from pilotage.domains.titlereport import render_title_report
from pilotage.model.config import Config
from pilotage.reconcile.bootstrap import open_github

if TYPE_CHECKING:
    from pilotage.model.event import MergeGroupEvent, TitleEvent
    from pilotage.model.title import TitleReport
    from pilotage.providers.actions import Runner
    from pilotage.reconcile.bootstrap import Surroundings


def run_title(surroundings: Surroundings, event: TitleEvent, *, runner: Runner, outputs: dict[str, str]) -> int:
    """Check a pull request's title and give the exit code; nothing is written to GitHub, so a fork's token will do.

    The title and the rules are read anew, because the event is as old as the run's first attempt. Without a token the
    event's title is checked by the default rules.
    """
    config, title, body = Config(), event.title, event.body
    if surroundings.token:
        github = open_github(surroundings)
        try:
            pull = github.pulls.find(event.number)
            title, body = pull.title, pull.body
            path = surroundings.config_path
            config = read_config(github.read_file(path, event.base_branch), path=f"{path} on {event.base_branch}")
        finally:
            github.close()
    else:
        runner.annotate(
            "warning",
            "no token was given: the title of the event is checked by the default rules\n"
            "Pass `token: ${{ github.token }}` with `permissions: contents: read` and `pull-requests: read`.",
            title="Pilotage",
        )
    return _tell(add_body(check_title(title, config), body), runner=runner, outputs=outputs)


def run_merge_group(
    surroundings: Surroundings, event: MergeGroupEvent, *, runner: Runner, outputs: dict[str, str]
) -> int:
    """Check the first line of the commit that a merge queue is about to make, and give the exit code."""
    config = Config()
    if surroundings.token:
        github = open_github(surroundings)
        try:
            path = surroundings.config_path
            config = read_config(github.read_file(path, event.base_branch), path=f"{path} on {event.base_branch}")
        finally:
            github.close()
    header, _, body = event.message.partition("\n")
    return _tell(add_body(check_title(header, config), body), runner=runner, outputs=outputs)


def _tell(report: TitleReport, *, runner: Runner, outputs: dict[str, str]) -> int:
    outputs |= {
        "title-ok": "true" if report.ok else "false",
        "type": report.type or "",
        "scope": ",".join(report.scope),
        "breaking": "true" if report.breaking else "false",
        "suggestion": report.suggestion or "",
        "bump": str(report.bump),
    }
    runner.write_line(render_title_report(report))
    lines = [f"## Pilotage: the title {'is all right' if report.ok else 'needs a change'}", "", code_span(report.title)]
    for problem in report.problems:
        text = f"{problem.rule}: {show(problem.message, limit=1000)}"
        lines.append(f"- **{problem.severity}** {code_span(text)}")
        runner.annotate("error" if problem.severity == "error" else "warning", text, title="Pilotage: title")
    if report.suggestion:
        lines += ["", f"Try: {code_span(report.suggestion)}"]
    runner.write_summary("\n".join(lines) + "\n")
    return 0 if report.ok else 1
