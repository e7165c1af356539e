"""The command line: lazy sub-commands, and the one place where an error becomes an exit code."""

from __future__ import annotations

import importlib
import io
import os
import sys
import time
from typing import TYPE_CHECKING

import click

from pilotage import __version__
from pilotage.errors import PilotageError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

COMMANDS: dict[str, str] = {
    "apply": "Apply a plan made earlier, exactly as it is.",
    "backtest": "Replay the past releases, and say where Pilotage would have decided otherwise.",
    "build": "Build the sdist and the wheel, check them, and write their manifest.",
    "config": "Show the effective configuration, its JSON Schema, or another tool's rules as ours.",
    "downstream": "Bring a release to the repositories that use the package.",
    "idle": "Wait until nothing runs any more.",
    "next": "Show the next version and the changes that cause it.",
    "notes": "Show the notes of the unreleased changes, or of a past release.",
    "plan": "Show what would be done; changes nothing.",
    "publish": "Put exactly the absent files on the index, and verify.",
    "rehearse": "Run the whole train on an embedded forge and index.",
    "run": "Do what a GitHub event asks for.",
    "title": "Check a pull request's title.",
}
"""Every command with its line in the help; a command's module is imported only when it is called."""

_INTERRUPTED = 130
_BUG = 70
_ISSUES = "the project's issue tracker"


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, so that each starts fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """List the commands in the order of their names."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import and give one command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"pilotage.commands.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Example: pilotage next --json",
)
@click.version_option(__version__, message="pilotage %(version)s")
def cli() -> None:
    """Pilotage: the release train for Python packages on GitHub, safe to run again."""


def arguments_of(argv: Sequence[str], environment: Mapping[str, str]) -> list[str]:
    """Give the arguments to run with: inside the action, its inputs stand for them (`auto` is `run`).

    `command`, `working-directory`, `config` and `log-level` (`debug`) are those of every command; `publish` and
    `downstream` are about the input `tag`, else about the tag of the event; `build` puts its files into `dist`;
    `component` names the package of a command that takes one; `title` is about the input `title`.
    """
    if argv or environment.get("GITHUB_ACTIONS") != "true":
        return list(argv)

    def given(name: str) -> str:
        return environment.get(name, "").strip()

    command = given("INPUT_COMMAND") or "auto"
    event_tag = given("GITHUB_REF_NAME") if given("GITHUB_REF_TYPE") == "tag" else ""
    rows = (
        ("--repo", given("INPUT_WORKING-DIRECTORY"), True),
        ("--config", given("INPUT_CONFIG"), True),
        ("--tag", given("INPUT_TAG") or event_tag, command in _WITH_TAG),
        ("--out", given("INPUT_DIST"), command == "build"),
        ("--component", given("INPUT_COMPONENT"), command in _WITH_COMPONENT),
    )
    options = [word for name, value, fits in rows if value and fits for word in (name, value)]
    if command == "downstream":
        options += _downstream_options(given)
    if command == "idle":
        options += _idle_options(given)
    is_verbose = given("INPUT_LOG-LEVEL").lower() == "debug" or given("RUNNER_DEBUG") == "1"
    title = ["--", given("INPUT_TITLE")] if command == "title" and given("INPUT_TITLE") else []
    return ["run" if command == "auto" else command, *options, *(["-v"] if is_verbose else []), *title]


_WITH_COMPONENT = ("build", "next", "notes", "rehearse")
_WITH_TAG = ("publish", "downstream")


def _downstream_options(given: Callable[[str], str]) -> list[str]:
    """Give what is `downstream`'s alone: each word of `only` names a repository."""
    rows = [("--only", word) for word in given("INPUT_ONLY").split()]
    rows += [("--shard", given("INPUT_SHARD"))] if given("INPUT_SHARD") else []
    flags = (("--report", "INPUT_REPORT"), ("--retry", "INPUT_RETRY"), ("--dry-run", "INPUT_DRY-RUN"))
    return [word for row in rows for word in row] + [flag for flag, name in flags if given(name).lower() == "true"]


def _idle_options(given: Callable[[str], str]) -> list[str]:
    """Give what is `idle`'s alone: a workflow is a word; an environment, whose name may hold blanks, is a line."""
    lines = (line.strip() for line in given("INPUT_IDLE-ENVIRONMENT").splitlines())
    rows = [("--workflow", word) for word in given("INPUT_IDLE-WORKFLOW").split()]
    rows += [("--environment", line) for line in lines if line]
    rows += [("--minutes", given("INPUT_IDLE-MINUTES"))] if given("INPUT_IDLE-MINUTES") else []
    return [word for row in rows for word in row]


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and give its exit code (CONTRACT: 0, 1, 2, 3, 4, 5, 70, 130).

    Args:
        argv: The arguments without the program's name; those of the process when left out.
    """
    began = time.time()
    try:
        return _run(argv)
    finally:
        if os.environ.get("GITHUB_ACTIONS") == "true":
            from pilotage.reconcile.handback import give_back  # noqa: PLC0415 - only the action needs it

            give_back(os.environ, since=began)


def _run(argv: Sequence[str] | None) -> int:
    arguments = arguments_of(sys.argv[1:] if argv is None else argv, os.environ)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal of another encoding is no reason to stop
    try:
        result = cli.main(args=arguments, prog_name="pilotage", standalone_mode=False)
    except PilotageError as error:
        _tell(error, is_json="--json" in arguments)
        return error.exit_code
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return _INTERRUPTED
    except click.ClickException as error:
        error.show()
        return UsageError.exit_code
    except Exception:  # noqa: BLE001 - the last net: whatever else comes is a bug of ours, and says so
        _tell_bug()
        return _BUG
    return result if isinstance(result, int) else 0


def _tell(error: PilotageError, *, is_json: bool) -> None:
    from pilotage.reconcile.failure import tell_failure  # noqa: PLC0415 - only a failure needs it

    is_actions = os.environ.get("GITHUB_ACTIONS") == "true"
    tell_failure(error, os.environ, write_line=lambda line: click.echo(line, err=is_json or not is_actions))


def _tell_bug() -> None:
    import traceback  # noqa: PLC0415 - only a bug needs it

    from pilotage.domains.safetext import disarm  # noqa: PLC0415 - same

    click.echo(disarm(traceback.format_exc()), err=True)
    click.echo(
        f"This is a bug in Pilotage {__version__}. Please report it, with the lines above, in {_ISSUES}.", err=True
    )
