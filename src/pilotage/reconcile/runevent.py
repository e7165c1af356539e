"""From an event to the flows it asks for, and to the outputs and the summary that every run leaves behind."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, TypeVar, assert_never

import msgspec

from pilotage.domains.events import read_event
from pilotage.domains.safetext import disarm, show
from pilotage.errors import UsageError
from pilotage.model.event import (
    MergeGroupEvent,
    OtherEvent,
    PushEvent,
    ReconcileEvent,
    ReleaseEvent,
    TitleEvent,
)
from pilotage.providers.actions import Runner
from pilotage.reconcile.bootstrap import Connection, Surroundings
from pilotage.reconcile.downstream.job import leave_behind
from pilotage.reconcile.downstream.opening import read_rules
from pilotage.reconcile.downstream.outcome import RolloutLog, rollout_outputs
from pilotage.reconcile.downstream.reasons import FAILURES
from pilotage.reconcile.downstream.session import Order, ensure_success, roll_out
from pilotage.reconcile.followup import find_out, find_ready, find_released
from pilotage.reconcile.outputs import compute_outputs, no_outputs, render_summary
from pilotage.reconcile.planning import FLOWS_BY_NAME
from pilotage.reconcile.publishoutcome import publish_outputs, render_published
from pilotage.reconcile.publishrun import PublishOptions, read_options
from pilotage.reconcile.releasing import plan_tag, publish_tag
from pilotage.reconcile.titlerun import TitleRun
from pilotage.reconcile.train import Report, raise_conflicts, run_flows
from pilotage.reconcile.words import describe_step, render_notice, render_plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from pilotage.model.event import Event
    from pilotage.model.plan import Plan
    from pilotage.reconcile.downstream.reasons import Failure
    from pilotage.reconcile.publishoutcome import Published

T = TypeVar("T")


class EventRun:
    """One run for one event.

    Args:
        surroundings: Where the command stands.
        tell: Hears what happens, a line at a time.
    """

    def __init__(self, surroundings: Surroundings, *, tell: Callable[[str], None]) -> None:
        self._runner = Runner(surroundings.environment, write_line=tell)
        self._surroundings = msgspec.structs.replace(surroundings, mask=self._runner.mask)
        self._tell: Callable[[str], None] = lambda line: tell(disarm(line))
        self._outputs = no_outputs()
        self._held_back: list[Failure] = []

    def run(self, event: Event) -> int:
        """Do what an event asks for and give the exit code; the outputs are written however it ends.

        Raises:
            PilotageError: As the flows raise.
        """
        return self._write_outputs_after(lambda: self._run(event))

    def publish(self, tag: str, options: PublishOptions) -> Published | None:
        """Publish the release of a tag, without an event; None when the tag is not one of this repository's releases.

        Raises:
            PilotageError: As `publish_tag` raises.
        """

        def act() -> Published | None:
            with Connection(self._surroundings, branch=tag) as connection:
                return self._tell_published(publish_tag(connection, tag, options=options, tell=self._tell))

        return self._write_outputs_after(act)

    def _write_outputs_after(self, act: Callable[[], T]) -> T:
        self._runner.mask(self._surroundings.token.reveal())
        self._runner.check_files()
        try:
            done = act()
        except BaseException:
            with contextlib.suppress(UsageError):  # what went wrong first is what people must hear of
                self._runner.write_outputs(self._outputs)
            raise
        self._runner.write_outputs(self._outputs)
        return done

    def _run(self, event: Event) -> int:
        match event:
            case TitleEvent():
                return self._title_run.check_pull(event)
            case MergeGroupEvent():
                return self._title_run.check_merge_group(event)
            case PushEvent():
                self._release(event)
            case ReleaseEvent():
                self._publish(event)
            case ReconcileEvent():
                self._reconcile(event)
            case OtherEvent():
                self._say(f"nothing to do for a {event.name[:50]!r} event")
            case _:
                assert_never(event)
        for error in self._held_back[1:]:
            self._runner.annotate("error", f"{error.message} {error.hint}".strip(), title="Pilotage")
        if self._held_back:
            raise self._held_back[0]
        return 0

    @property
    def _title_run(self) -> TitleRun:
        return TitleRun(self._surroundings, runner=self._runner, outputs=self._outputs)

    @property
    def _is_dry(self) -> bool:
        return self._runner.read_input("dry-run").lower() == "true"

    def _say(self, line: str) -> None:
        self._tell(line)
        self._runner.write_summary(f"## Pilotage\n\n{line}\n")

    def _release(self, event: PushEvent) -> None:
        if not event.branch or not event.head:
            self._say(f"nothing to do: this is not a push to {event.default_branch}, the release branch")
            return
        with Connection(self._surroundings, branch=event.branch, default_branch=event.default_branch) as connection:
            if event.branch == event.default_branch or connection.is_channel():
                self._go_on(connection, self._run_flows(connection))
                return
        self._say(
            f"nothing to do: {show(event.branch)} is neither {event.default_branch}, the release branch, nor in "
            "[tool.pilotage.channels]"
        )

    def _run_flows(self, connection: Connection) -> Report:
        report = run_flows(
            connection,
            FLOWS_BY_NAME["all"],
            is_dry=self._is_dry,
            tell=lambda step, outcome: self._tell(f"{outcome.result.value}: {describe_step(step)}"),
        )
        self._tell(render_plan(report.plan))
        self._outputs.update(compute_outputs(report))
        self._runner.write_summary(render_summary(report, is_dry=self._is_dry))
        self._annotate(report.plan)
        raise_conflicts(report.plan)
        return report

    def _annotate(self, plan: Plan) -> None:
        for notice in plan.notices:
            if notice.level == "warning":
                self._runner.annotate("warning", "\n".join(render_notice(notice)), title="Pilotage")

    def _publish(self, event: ReleaseEvent) -> None:
        if event.action != "published":
            self._say(f"nothing to do: the release {event.tag[:100]!r} was {event.action[:20]}, not published")
            return
        with Connection(self._surroundings, branch=event.default_branch) as connection:
            self._publish_tag(connection, event.tag)

    def _go_on(self, connection: Connection, report: Report) -> tuple[str, ...]:
        """Go on from drafts to what this job can do with them, and give their tags."""
        environment = self._surroundings.environment
        dist = self._options.dist
        ready = () if self._is_dry else find_ready(report, environment, dist=dist, tell=self._tell)
        for tag in ready:
            self._publish_tag(connection, tag)
        return ready

    @property
    def _options(self) -> PublishOptions:
        return read_options(self._surroundings.environment)

    def _publish_tag(self, connection: Connection, tag: str) -> None:
        if self._is_dry:
            plan = plan_tag(connection, tag, options=self._options)
            self._say(render_plan(plan) if plan else _not_ours(tag))
            return
        published = self._tell_published(publish_tag(connection, tag, options=self._options, tell=self._tell))
        if published is None:
            self._say(_not_ours(tag))
        elif published.release is not None and not published.release.is_draft:
            self._bring(connection, tag)

    def _bring(self, connection: Connection, tag: str) -> None:
        """Bring a release that is out to the repositories that use it, where this job has a token for them.

        What goes wrong there is raised at the end of the run: other packages of this repository go out before.
        """
        rules = read_rules(connection)
        if not rules.is_used:
            return
        if not self._surroundings.downstream_token.reveal():
            self._tell(f"{tag} still has to reach the repositories that use it: pilotage downstream --tag {tag}")
            return
        has_failed = self._outputs["downstream-failed"] == "true"
        try:
            rolled = roll_out(connection, Order(tag), tell=self._tell, show=RolloutLog(self._tell))
            self._outputs |= rollout_outputs(rolled) | ({"downstream-failed": "true"} if has_failed else {})
            leave_behind(rolled, self._runner, tell=self._tell)
            ensure_success(rolled)
        except FAILURES as error:
            self._held_back.append(error)

    def _tell_published(self, published: Published | None) -> Published | None:
        if published is None:
            return None
        self._outputs |= publish_outputs(published)
        text = render_published(published)
        self._tell(text)
        self._runner.write_summary(f"## Pilotage\n\n```text\n{text}\n```\n")
        self._annotate(published.plan)
        for warning in published.warnings:
            self._runner.annotate("warning", warning, title="Pilotage")
        return published

    def _reconcile(self, event: ReconcileEvent) -> None:
        # A clock's event may not name the repository; it always runs on the default branch.
        branch = event.default_branch or self._surroundings.environment.get("GITHUB_REF_NAME", "")
        if event.branch not in ("", branch):
            with Connection(self._surroundings, branch=event.branch, default_branch=branch) as connection:
                if connection.is_channel():
                    self._reconcile_branch(connection)
                    return
        with Connection(self._surroundings, branch=branch, default_branch=event.default_branch) as connection:
            self._reconcile_branch(connection)

    def _reconcile_branch(self, connection: Connection) -> None:
        report = self._run_flows(connection)
        seen = self._go_on(connection, report)
        environment = self._surroundings.environment
        for tag in find_out(report, environment, dist=self._options.dist, tell=self._tell):
            if tag not in seen:
                self._publish_tag(connection, tag)
                seen = (*seen, tag)
        if report.world.scene.config.downstream.is_used and not self._is_dry:
            for tag in find_released(report):
                if tag not in seen:
                    self._bring(connection, tag)


def _not_ours(tag: str) -> str:
    return f"nothing to do: {tag[:100]!r} is not the tag of a release of this package"


def run_event(surroundings: Surroundings, *, name: str, text: str, place: str, tell: Callable[[str], None]) -> int:
    """Read an event and do what it asks for.

    Args:
        surroundings: Where the command stands.
        name: The event's name.
        text: Its payload, JSON.
        place: Where the payload was read, for the error's text.
        tell: Hears what happens, a line at a time.

    Returns:
        The exit code: 0, or 1 for a title that is not all right.

    Raises:
        PilotageError: As the flows raise.
    """
    repository = surroundings.environment.get("GITHUB_REPOSITORY", "")
    event = read_event(name, text, place=place, repository=repository)
    return EventRun(surroundings, tell=tell).run(event)


def run_publish(
    surroundings: Surroundings, tag: str, *, options: PublishOptions, tell: Callable[[str], None]
) -> Published | None:
    """Publish the release of a tag, and leave outputs and summary behind where this is a job of GitHub Actions.

    Args:
        surroundings: Where the command stands.
        tag: The tag.
        options: What somebody asked for beside the configuration at the tag.
        tell: Hears what happens, a line at a time.

    Returns:
        What came of it; None when the tag is not one of this repository's releases.

    Raises:
        PilotageError: As `publish_tag` raises.
    """
    return EventRun(surroundings, tell=tell).publish(tag, options)
