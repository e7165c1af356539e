"""The command line as a whole: help, exit codes, where words go, and what a start costs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import click
import pytest

import pilotage
from commands.cliruns import environment, run, spawn
from commands.packages import package
from pilotage.cli import COMMANDS, arguments_of, cli
from pilotage.errors import (
    CheckError,
    ConfigError,
    ConflictError,
    DriftError,
    PilotageError,
    RemoteError,
    UsageError,
)

HEAVY = ("github", "requests", "jinja2", "rich", "tomlkit", "flask", "configupdater", "urllib3", "graphql")
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], *([name, "--help"] for name in sorted(COMMANDS))])
def test_the_help_of_each_command_has_an_example(arguments: list[str]) -> None:
    done = run(*arguments)
    assert (done.code, done.err) == (0, "")
    assert [line for line in done.out.splitlines() if line.strip().startswith("Example: pilotage ")] != []


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_each_command_has_the_shared_options(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    options = {option for parameter in command.params for option in parameter.opts}
    assert {"--repo", "--config", "--json", "-v"} <= options
    assert command.name == name


def test_the_help_lists_every_command_with_a_line_of_its_own() -> None:
    listed = [line.split()[0] for line in run("--help").out.partition("Commands:")[2].splitlines() if line.strip()]
    assert [name for name in listed if name in COMMANDS] == sorted(COMMANDS)


def test_the_version_is_the_packages() -> None:
    done = run("--version")
    assert (done.code, done.out) == (0, f"pilotage {pilotage.__version__}\n")
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == pilotage.__version__


@pytest.mark.parametrize(
    "arguments",
    [[], ["nxt"], ["next", "--nope"], ["next", "extra"], ["plan", "everything"], ["apply"], ["next", "--repo"]],
    ids=" ".join,
)
def test_a_wrong_call_ends_with_2_and_speaks_on_stderr(arguments: list[str]) -> None:
    done = run(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(("Usage: pilotage", "Error: "))


def _end_with(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    """Add a command that ends with an error, in the way that commands are found."""

    @click.command("explode", context_settings={"ignore_unknown_options": True})
    @click.argument("rest", nargs=-1)
    def command(rest: tuple[str, ...]) -> None:
        del rest
        raise error

    module = ModuleType("pilotage.commands.explode")
    vars(module)["command"] = command
    monkeypatch.setitem(COMMANDS, "explode", "End with an error.")
    monkeypatch.setitem(sys.modules, module.__name__, module)


@pytest.mark.parametrize(
    ("kind", "code"),
    [(CheckError, 1), (UsageError, 2), (ConfigError, 2), (ConflictError, 3), (DriftError, 4), (RemoteError, 5)],
)
def test_each_class_of_error_has_its_exit_code(
    kind: type[PilotageError], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    _end_with(kind("it broke", hint="Mend it."), monkeypatch)
    done = run("explode")
    assert (done.code, done.out, done.err) == (code, "", "error: it broke\n  Mend it.\n")


def test_a_bug_ends_with_70_a_traceback_and_where_to_report_it(monkeypatch: pytest.MonkeyPatch) -> None:
    _end_with(ZeroDivisionError("oops"), monkeypatch)
    done = run("explode", "--json")
    assert (done.code, done.out) == (70, "")
    assert "Traceback (most recent call last)" in done.err
    assert "ZeroDivisionError: oops" in done.err
    assert done.err.splitlines()[-1].startswith(f"This is a bug in Pilotage {pilotage.__version__}. Please report it")


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.exceptions.Abort()])
def test_an_interrupt_ends_with_130_and_no_traceback(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    _end_with(error, monkeypatch)
    done = run("explode")
    assert (done.code, done.out, done.err.strip()) == (130, "", "interrupted")


def test_a_signal_from_the_terminal_ends_with_130() -> None:
    # A shell may start its children deaf to SIGINT; Python then never raises KeyboardInterrupt.
    start = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); from pilotage.cli import main; "
    )
    with subprocess.Popen(
        [sys.executable, "-c", f"{start} sys.exit(main(['title', '--batch', '-']))"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"feat: x\n" * 2000)
        process.stdin.flush()
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert (process.returncode, err.decode().strip()) == (130, "interrupted")


def test_a_reader_that_leaves_early_is_no_bug(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as closed:
        done = subprocess.run(
            [sys.executable, "-m", "pilotage", "title", "feat: x", "--repo", str(tmp_path)],
            stdout=closed,
            stderr=subprocess.PIPE,
            env=environment(),
            check=False,
            timeout=30,
        )
    assert (done.returncode, "bug" in done.stderr.decode()) == (1, False)


def test_an_error_in_actions_is_an_annotation_and_a_summary(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _end_with(ConflictError("tag v1\n::warning::elsewhere\x1b[31m", hint="Delete it."), monkeypatch)
    summary = tmp_path / "summary.md"
    done = run("explode", env={"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)})
    assert (done.code, done.err) == (3, "")
    assert done.out == ("::error title=Pilotage::tag v1%0A⟨U+003A⟩:warning::elsewhere⟨U+001B⟩[31m%0ADelete it.\n")
    assert "**What to do:** `Delete it.`" in summary.read_text()
    assert [line for line in summary.read_text().splitlines() if line.startswith("::")] == []


def test_an_error_in_actions_leaves_stdout_to_the_machine_format(monkeypatch: pytest.MonkeyPatch) -> None:
    _end_with(ConflictError("tag v1"), monkeypatch)
    done = run("explode", "--json", env={"GITHUB_ACTIONS": "true"})
    assert (done.code, done.out, done.err) == (3, "", "::error title=Pilotage::tag v1\n")


def test_an_errors_message_cannot_forge_lines_of_a_log(monkeypatch: pytest.MonkeyPatch) -> None:
    _end_with(RemoteError("git said:\n::error::pwned\x1b[2J\rerror: nothing"), monkeypatch)
    done = run("explode")
    assert done.err == "error: git said:\n  ⟨U+003A⟩:error::pwned⟨U+001B⟩[2J\n  error: nothing\n"


@pytest.mark.parametrize(
    ("argv", "env", "want"),
    [
        ([], {}, []),
        (["next"], {"GITHUB_ACTIONS": "true", "INPUT_COMMAND": "title"}, ["next"]),
        ([], {"GITHUB_ACTIONS": "true"}, ["run"]),
        ([], {"GITHUB_ACTIONS": "true", "INPUT_COMMAND": " auto "}, ["run"]),
        ([], {"GITHUB_ACTIONS": "true", "INPUT_COMMAND": "publish"}, ["publish"]),
        (
            [],
            {"INPUT_COMMAND": "publish", "GITHUB_REF_TYPE": "tag", "GITHUB_REF_NAME": "v1", "GITHUB_ACTIONS": "true"},
            ["publish", "--tag", "v1"],
        ),
        (
            [],
            {"INPUT_WORKING-DIRECTORY": "sub", "INPUT_CONFIG": "p.toml", "INPUT_DIST": "d", "GITHUB_ACTIONS": "true"},
            ["run", "--repo", "sub", "--config", "p.toml"],
        ),
        (
            [],
            {"INPUT_COMMAND": "build", "INPUT_DIST": "d", "INPUT_LOG-LEVEL": "Debug", "GITHUB_ACTIONS": "true"},
            ["build", "--out", "d", "-v"],
        ),
        ([], {"RUNNER_DEBUG": "1", "GITHUB_ACTIONS": "true"}, ["run", "-v"]),
        (
            [],
            {"INPUT_COMMAND": "title", "INPUT_TITLE": "--help me", "GITHUB_ACTIONS": "true"},
            ["title", "--", "--help me"],
        ),
        ([], {"INPUT_COMMAND": "publish"}, []),
        (
            [],
            {
                "INPUT_COMMAND": "downstream",
                "INPUT_ONLY": " acme/one\nacme/two --evil ",
                "INPUT_SHARD": "1/3",
                "INPUT_REPORT": "true",
                "INPUT_RETRY": "False",
                "INPUT_DRY-RUN": "True",
                "GITHUB_REF_TYPE": "tag",
                "GITHUB_REF_NAME": "v1",
                "GITHUB_ACTIONS": "true",
            },
            [
                *("downstream", "--tag", "v1", "--only", "acme/one", "--only", "acme/two", "--only", "--evil"),
                *("--shard", "1/3", "--report", "--dry-run"),
            ],
        ),
        (
            [],
            {"INPUT_COMMAND": "downstream", "INPUT_RETRY": "true", "GITHUB_ACTIONS": "true"},
            ["downstream", "--retry"],
        ),
        (
            [],
            {
                "INPUT_COMMAND": "idle",
                "INPUT_IDLE-WORKFLOW": "flows.yml  nightly.yml",
                "INPUT_IDLE-ENVIRONMENT": "production\n\n the other one \n",
                "INPUT_IDLE-MINUTES": "20",
                "INPUT_DRY-RUN": "true",
                "GITHUB_ACTIONS": "true",
            },
            [
                *("idle", "--workflow", "flows.yml", "--workflow", "nightly.yml", "--environment", "production"),
                *("--environment", "the other one", "--minutes", "20"),
            ],
        ),
        ([], {"INPUT_COMMAND": "idle", "INPUT_TAG": "v1", "GITHUB_ACTIONS": "true"}, ["idle"]),
    ],
)
def test_inside_the_action_an_input_names_the_command(argv: list[str], env: dict[str, str], want: list[str]) -> None:
    assert arguments_of(argv, env) == want


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["title", "feat: x"], 0), (["title", "nothing"], 1), (["next"], 0), (["next", "--json"], 0), (["next", "-x"], 2)],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_a_process_ends_with_the_code_of_its_command(tmp_path: Path, arguments: list[str], code: int) -> None:
    repo = package(tmp_path / "demo")
    done = spawn(*arguments, "--repo", repo.path)
    assert done.code == code
    assert bool(done.err) == (code == 2)


@pytest.mark.parametrize("command", [["next"], ["next", "--json"], ["title", "feat: x"], ["title", "--batch", "-"]])
def test_the_quick_commands_load_no_library_of_the_slow_ones(tmp_path: Path, command: list[str]) -> None:
    repo = package(tmp_path / "demo")
    repo.commit("feat: greet people")
    code = (
        "import sys; from pilotage.cli import main; code = main(sys.argv[1:]); "
        "print('loaded', code, *sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *command, "--repo", str(repo.path)],
        capture_output=True,
        input=b"feat: x\n",
        env=environment(),
        check=True,
        timeout=60,
    )
    word, status, *loaded = done.stderr.decode().split()
    assert (word, status) == ("loaded", "0")
    assert {"pilotage.cli", "click", "msgspec"} <= set(loaded)
    assert sorted(set(HEAVY) & set(loaded)) == []
    assert [name for name in loaded if name.startswith(("pilotage.sandbox", "pilotage.providers.github"))] == []
