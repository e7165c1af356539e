"""The check of an event's titles: as they are now, by the rules of the base branch; nothing of the head is run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.aliases import ALIASES, apply_aliases
from pilotage.domains.apirules import check_api
from pilotage.domains.breakingrules import check_breaking
from pilotage.domains.changes import read_changes
from pilotage.domains.mergeinputs import INPUTS, apply_merge_inputs
from pilotage.domains.mergepreview import preview_merge
from pilotage.domains.previewtext import render_preview
from pilotage.domains.releasetext import release_branch_name
from pilotage.domains.safetext import code_span, show
from pilotage.domains.settings import read_config
from pilotage.domains.severity import apply_severities
from pilotage.domains.title import check_pull, check_title
from pilotage.domains.titlebody import add_body
from pilotage.domains.titlecomment import plan_comment
from pilotage.domains.titlereport import render_title_report
from pilotage.model.pullcontext import PullContext
from pilotage.providers.githubcall import GitHubRefusalError
from pilotage.reconcile.bootstrap import Connection
from pilotage.reconcile.mergereading import Base, observe_api, observe_bases

if TYPE_CHECKING:
    from pilotage.model.config import Config
    from pilotage.model.event import MergeGroupEvent, TitleEvent
    from pilotage.model.mergepreview import MergePreview
    from pilotage.model.title import Problem, TitleReport
    from pilotage.providers.actions import Runner
    from pilotage.providers.githubpullcheck import Sighted
    from pilotage.reconcile.bootstrap import Surroundings

_FORBIDDEN = 403


class Findings(msgspec.Struct, frozen=True):
    """What a check found.

    Args:
        report: The report, with all problems of every kind.
        preview: What merging will do, one paragraph of Markdown; empty when it is not known.
        skipped: Why nothing was checked; empty when it was.
    """

    report: TitleReport
    preview: str = ""
    skipped: str = ""


class TitleRun:
    """The check of one event.

    Args:
        surroundings: Where the command stands.
        runner: The runner that hears of it.
        outputs: The outputs, to be filled in.
    """

    def __init__(self, surroundings: Surroundings, *, runner: Runner, outputs: dict[str, str]) -> None:
        self._surroundings = surroundings
        self._runner = runner
        self._outputs = outputs

    def check_pull(self, event: TitleEvent) -> int:
        """Check a pull request and give the exit code.

        Words and rules are read anew, because the event is as old as the run's first attempt. Without a token the
        event's words are checked by the default rules.

        Raises:
            RemoteError: GitHub refused or stayed out of reach.
            ConfigError: The configuration of the base branch or an input cannot be used.
        """
        if not self._surroundings.token:
            self._warn_of_no_token()
            context = PullContext(event.title, event.number, event.body, is_fork=event.is_fork)
            verdict = check_pull(context, self._with_inputs(read_config(None)))
            return self._tell(Findings(add_body(verdict.report, event.body), skipped=verdict.skipped))
        with Connection(self._surroundings, branch=event.base_branch) as connection:
            sighted = connection.github.pulls.observe(
                event.number,
                base=event.base_branch,
                config_path=self._surroundings.config_path,
                release_branch=release_branch_name(event.base_branch),
            )
            findings = self._find(connection, sighted)
            code = self._tell(findings)
            self._comment(connection, sighted, findings)
        return code

    def check_merge_group(self, event: MergeGroupEvent) -> int:
        """Check the commits that a merge queue is about to land, and give the exit code.

        Raises:
            RemoteError: GitHub or the remote refused or stayed out of reach.
            ConfigError: The configuration of the base branch or an input cannot be used.
        """
        if not self._surroundings.token:
            self._warn_of_no_token()
            return self._tell(_read_commit(event.message, self._with_inputs(read_config(None))))
        with Connection(self._surroundings, branch=event.base_branch) as connection:
            path = self._surroundings.config_path
            text = connection.github.read_file(path, event.base_branch)
            config = self._with_inputs(read_config(text, path=f"{path} on {event.base_branch}"))
            git, remote = connection.git, connection.remote
            branch = event.head_branch
            head = git.fetch_branch(branch, remote=remote)
            commits = git.read_commits(event.base_sha, head) if git.resolve(event.base_sha) else []
        messages = [commit.message for commit in reversed(commits)] or [event.message]
        return max(self._tell(_read_commit(message, config)) for message in messages)

    def _with_inputs(self, config: Config) -> Config:
        inputs = {name: self._runner.read_input(name) for name in ALIASES}
        return apply_aliases(config, inputs, api_url=self._surroundings.environment.get("GITHUB_API_URL", ""))

    def _find(self, connection: Connection, sighted: Sighted) -> Findings:
        inputs = {name: self._runner.read_input(name) for name in INPUTS}
        settings = apply_merge_inputs(sighted.context.settings, inputs)
        context = msgspec.structs.replace(sighted.context, settings=settings)
        path = self._surroundings.config_path
        config = self._with_inputs(read_config(sighted.config_text, path=f"{path} on {context.base_branch}"))
        verdict = check_pull(context, config)
        if verdict.skipped:
            return Findings(verdict.report, skipped=verdict.skipped)
        bases = observe_bases(connection, context.files)
        if isinstance(bases, str):
            report = add_body(verdict.report, context.body)
            return Findings(report, preview=f"What merging will do is not known: {code_span(bases, limit=300)}")
        rows = [_preview(context, config, base) for base in bases]
        (main_config, preview), texts = rows[0], [_render_named(*row) for row in zip(bases, rows, strict=True)]
        pending = dict.fromkeys(
            change
            for base, (own, _) in zip(bases, rows, strict=True)
            for change in read_changes(base.merge.commits, own).changes
        )
        problems = (
            *dict.fromkeys(problem for _, one in rows for problem in one.problems),
            *check_breaking(
                context,
                preview.main,
                config=main_config,
                pending=tuple(pending),
                release_pr_url=sighted.release_pr_url,
            ),
            *self._check_api(connection, sighted, config=main_config, preview=preview, report=verdict.report),
        )
        report = _with_problems(verdict.report, apply_severities(problems, config), preview)
        return Findings(report, preview="\n\n".join(texts[:_MOST_PREVIEWS]))

    def _check_api(
        self, connection: Connection, sighted: Sighted, *, config: Config, preview: MergePreview, report: TitleReport
    ) -> tuple[Problem, ...]:
        if config.breaking.api == "off":
            return ()
        api = observe_api(connection, sighted.context.base_branch, sighted.head)
        return check_api(
            api,
            is_breaking=preview.main.is_breaking,
            change_type=report.type or "",
            level=config.breaking.api,
        )

    def _comment(self, connection: Connection, sighted: Sighted, findings: Findings) -> None:
        if findings.skipped:
            return
        steps = plan_comment(
            sighted.context.number, findings.report, preview=findings.preview, comments=sighted.comments
        )
        for step in steps:
            try:
                connection.applier("").apply(step)
            except GitHubRefusalError as refusal:
                if refusal.status != _FORBIDDEN:
                    raise
                # A fork's token may only read: the same words stand in the summary and the annotations.
                self._runner.write_line(
                    "this token may not comment, which takes `pull-requests: write` and is never a fork's; "
                    "the job's summary says the same"
                )

    def _warn_of_no_token(self) -> None:
        self._runner.annotate(
            "warning",
            "no token was given: the event's words are checked by the default rules\n"
            "Pass `token: ${{ github.token }}` with `permissions: contents: read` and `pull-requests: read`.",
            title="Pilotage",
        )

    def _tell(self, findings: Findings) -> int:
        report = findings.report
        self._outputs |= {
            "title-ok": "true" if report.ok else "false",
            "type": report.type or "",
            "scope": ",".join(report.scope),
            "breaking": "true" if report.breaking else "false",
            "suggestion": report.suggestion or "",
            "bump": str(report.bump),
        }
        if findings.skipped:
            self._runner.write_line(f"the title is not checked: {findings.skipped}")
        self._runner.write_line(render_title_report(report))
        lines = [f"## Pilotage: the title {'is all right' if report.ok else 'needs a change'}", ""]
        lines.append(code_span(report.title, limit=300))
        for problem in report.problems:
            text = f"{problem.rule}: {show(problem.message, limit=2000)}"
            lines.append(f"- **{problem.severity}** {code_span(text, limit=2000)}")
            self._runner.annotate("error" if problem.severity == "error" else "warning", text, title="Pilotage: title")
        if report.suggestion and not report.ok:
            lines += ["", f"Try: {code_span(report.suggestion, limit=300)}"]
        if findings.preview:
            lines += ["", findings.preview]
        self._runner.write_summary("\n".join(lines) + "\n")
        return 0 if report.ok else 1


def _with_problems(report: TitleReport, problems: tuple[Problem, ...], preview: MergePreview) -> TitleReport:
    """Give a report with further problems; what merges decides whether it breaks users."""
    found = (*report.problems, *problems)
    is_ok = not any(problem.severity == "error" for problem in found)
    breaking = report.breaking or preview.main.is_breaking
    bump = preview.main.bump if preview.main.merge.is_complete else "major" if breaking else report.bump
    return msgspec.structs.replace(report, ok=is_ok, problems=found, breaking=breaking, bump=bump)


def _read_commit(message: str, config: Config) -> Findings:
    header, _, body = message.partition("\n")
    return Findings(add_body(check_title(header, config), body))


_MOST_PREVIEWS = 10


def _preview(context: PullContext, config: Config, base: Base) -> tuple[Config, MergePreview]:
    """Preview what merging means for one package, under what the configuration says of it."""
    own = base.config
    config = msgspec.structs.replace(
        config,
        tag_format=own.tag_format,
        initial_version=own.initial_version,
        major_on_zero=own.major_on_zero,
        patch_on_zero=own.patch_on_zero,
        versioning=own.versioning,
    )
    return config, preview_merge(context, config=config, base=base.merge)


def _render_named(base: Base, row: tuple[Config, MergePreview]) -> str:
    text = render_preview(row[1])
    return text if base.name is None else f"**{code_span(base.name)}**\n\n{text}"
