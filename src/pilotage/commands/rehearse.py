"""`pilotage rehearse`: the whole train, on the embedded forge and index."""

from __future__ import annotations

import dataclasses
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pilotage.commands.options import shared_options, tell, write_json
from pilotage.domains.safetext import show
from pilotage.errors import CheckError, UsageError
from pilotage.reconcile.local import observe_local
from pilotage.reconcile.scenes import choose_snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pilotage.model.config import Config
    from pilotage.sandbox.train import Subject

_EXTRA = ("build", "graphql", "werkzeug")
"""What the extra `rehearse` brings: the build frontend, and what the embedded forge speaks with."""


@click.command("rehearse", epilog="Example: pilotage rehearse --example --keep rehearsal")
@click.option("--example", is_flag=True, help="Rehearse the bundled example package, not this repository.")
@click.option(
    "--keep",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Leave everything in this folder, to look at; it must be new or empty.",
)
@click.option("--component", metavar="NAME", help="Which package, where the repository holds several.")
@shared_options
def command(
    *,
    repo: Path,
    config_path: str,
    as_json: bool,
    verbose: int,
    example: bool,
    keep: Path | None,
    component: str | None,
) -> int:
    """Let this repository travel the whole release train, on this machine alone; the clone is only read."""
    del verbose  # every run's log is in the folder of --keep
    expect_extra(_EXTRA)
    # the sandbox needs the extra: it is imported where that is known to be there
    from pilotage.commands.rehearsalview import open_audience, render_failure, show_result  # noqa: PLC0415
    from pilotage.sandbox.train import SubjectError, rehearse, spell_rehearsal  # noqa: PLC0415

    expect_free(keep)
    try:
        subject = _example() if example else _read_subject(repo, config_path, component)
        with open_audience(as_json=as_json) as audience:
            for notice in subject.notices:
                tell(f"note: {show(notice)}", as_json=as_json)
            done = rehearse(subject, audience, keep=keep)
    except SubjectError as error:
        raise UsageError(show(error.message, limit=1000), hint=error.hint) from error
    failure = render_failure(done)
    if as_json:
        write_json(spell_rehearsal(done))
        if failure:
            tell(failure, as_json=True)
        return 0 if done.ok else CheckError.exit_code
    show_result(done, project=subject.project or subject.name, keep=keep)
    if failure:
        raise CheckError(failure, hint="" if keep else "Run it with --keep DIR to look at every event, log and file.")
    return 0


def expect_extra(modules: Iterable[str]) -> None:
    """Check that the modules of the extra `rehearse` are installed.

    Raises:
        UsageError: One is not.
    """
    missing = [name for name in modules if importlib.util.find_spec(name) is None]
    if missing:
        raise UsageError(
            f"a rehearsal needs what the extra `rehearse` brings; not installed: {', '.join(missing)}",
            hint="pip install 'pilotage[rehearse]'",
        )


def expect_free(keep: Path | None) -> None:
    """Check that the folder of `--keep` can be filled.

    Raises:
        UsageError: It holds something, or is no folder.
    """
    if keep is not None and keep.exists() and (not keep.is_dir() or any(keep.iterdir())):
        raise UsageError(f"--keep {keep}: it must be a new or empty folder", hint="Name another one, or remove it.")


def _example() -> Subject:
    from pilotage.sandbox.train import OWNER, Subject  # noqa: PLC0415 - see command

    return Subject(None, OWNER, "harbour-example", project="harbour-example")


def _read_subject(repo: Path, config_path: str, component: str | None) -> Subject:
    from pilotage.sandbox.train import observe_repository  # noqa: PLC0415 - see command

    subject = observe_repository(repo)
    scene = observe_local(repo, config_path=config_path)
    seen = choose_snapshot(scene, component)
    if component is None and seen.name and len(scene.snapshots) > 1:
        others = ", ".join(snapshot.name for snapshot in scene.snapshots if snapshot.name not in (None, seen.name))
        notice = f"of several packages {seen.name} is rehearsed; name another one with --component: {others}"
        subject = dataclasses.replace(subject, notices=(*subject.notices, notice))
    owner, _, name = seen.repository.partition("/")
    return dataclasses.replace(
        subject,
        owner=owner or subject.owner,
        name=name or subject.name,
        project=seen.project.name,
        scope=_scope_of(seen.config),
        is_published=bool(seen.config.publish.index_names),
        publishes_itself=seen.config.release == "published",
        environment=seen.config.publish.environment or subject.environment,
        awaited=tuple(call if isinstance(call, str) else call.workflow for call in seen.config.publish.before),
        config_path=config_path,
        component=seen.name or "",
        folder=seen.path,
    )


def _scope_of(config: Config) -> str:
    """Give the scope for the titles of a rehearsal; empty where none is asked for."""
    if not config.title.require_scope:
        return ""
    names = [scope if isinstance(scope, str) else scope.name for scope in config.scopes]
    return names[0] if names else "rehearsal"
