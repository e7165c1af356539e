"""Run other programs: argument lists only, never a shell, never a terminal, always with a time limit."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import threading
from typing import TYPE_CHECKING

from pilotage.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

_QUIET = {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"}
_TAIL_LINES = 8
_TAIL_BYTES = 8192
_USERINFO = re.compile(r"(?<=://)[^/\s@]+@")
_AUTHORIZATION = re.compile(r"(?i)(authorization:[ \t]*)\S[^\r\n]*")


class CommandError(UsageError):
    """A program ended with a failure.

    Args:
        message: What failed, with the program's last lines, secrets left out.
        status: Its exit status; negative for a signal, as in `subprocess`.
        tail: Its last lines on stderr, secrets left out.
    """

    def __init__(self, message: str, *, hint: str = "", status: int = -1, tail: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.tail = tail


class CommandMissingError(CommandError):
    """The program is not installed."""


class CommandTimeoutError(CommandError):
    """The program did not end in time and was stopped."""


def run(
    argv: Sequence[str],
    *,
    cwd: Path,
    timeout: float,
    env: Mapping[str, str | None] | None = None,
    input: bytes | None = None,  # noqa: A002 -- the name that subprocess gave it
    secrets: Sequence[str] = (),
) -> bytes:
    """Run a program to its end and give its standard output.

    Args:
        argv: The program and its arguments.
        cwd: Where it runs.
        timeout: Seconds after which it is stopped, with its children.
        env: Variables set beside those of this process; None takes one away.
        input: What it reads on stdin; nothing when left out.
        secrets: Texts that never appear in an error.

    Raises:
        CommandMissingError: It is not installed, or the folder does not exist.
        CommandTimeoutError: It took too long.
        CommandError: It ended with a status other than 0.
    """
    process = _start(argv, cwd=cwd, env=env, stdin=subprocess.DEVNULL if input is None else subprocess.PIPE)
    with process:
        try:
            out, err = process.communicate(input, timeout=timeout)
        except subprocess.TimeoutExpired as exc:
            raise _timeout_error(argv, timeout, secrets) from exc
        finally:
            _stop(process)
    if process.returncode:
        raise _failure(argv, process.returncode, err, secrets)
    return out


@contextlib.contextmanager
def stream(
    argv: Sequence[str],
    *,
    cwd: Path,
    timeout: float,
    env: Mapping[str, str | None] | None = None,
    secrets: Sequence[str] = (),
) -> Iterator[Iterator[bytes]]:
    """Run a program and read its output line by line; leaving the block stops it, wherever it is.

    The arguments and errors are those of `run`. A failure is raised when the output ends, never when the reader
    left before the end.
    """
    process = _start(argv, cwd=cwd, env=env, stdin=subprocess.DEVNULL)
    late = threading.Event()

    def give_up() -> None:
        late.set()
        _stop(process)

    watchdog = threading.Timer(timeout, give_up)
    watchdog.daemon = True
    err = bytearray()
    # stderr is emptied beside the reader: a full pipe would stop the program for ever.
    drain = threading.Thread(target=_keep_tail, args=(process.stderr, err), daemon=True)

    def lines() -> Iterator[bytes]:
        if process.stdout is not None:
            yield from process.stdout
        status = process.wait()
        drain.join()
        if late.is_set():
            raise _timeout_error(argv, timeout, secrets)
        if status:
            raise _failure(argv, status, bytes(err), secrets)

    with process:
        watchdog.start()
        drain.start()
        try:
            yield lines()
        finally:
            watchdog.cancel()
            _stop(process)
            drain.join()
            watchdog.join()


def redact(text: str, secrets: Sequence[str] = ()) -> str:
    """Replace secrets, the user part of URLs and authorization headers in a text by `***`."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, "***")
    return _AUTHORIZATION.sub(r"\1***", _USERINFO.sub("***@", text))


def _start(
    argv: Sequence[str], *, cwd: Path, env: Mapping[str, str | None] | None, stdin: int
) -> subprocess.Popen[bytes]:
    try:
        # A session of its own: no terminal to ask for a password on, and its children can be stopped with it.
        return subprocess.Popen(
            list(argv),
            cwd=cwd,
            env={name: value for name, value in {**os.environ, **_QUIET, **(env or {})}.items() if value is not None},
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except (FileNotFoundError, NotADirectoryError, PermissionError) as exc:
        if not os.path.isdir(cwd):  # noqa: PTH112 -- cwd may be any path-like; pathlib is not loaded for this
            raise CommandMissingError(
                f"{cwd} is not a folder, so {argv[0]} cannot run there", hint="Name an existing folder with --repo."
            ) from exc
        raise CommandMissingError(
            f"{argv[0]} cannot be started: {exc.strerror}", hint=f"Install {argv[0]} and put it on PATH."
        ) from exc


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Stop a process and its children, if it still runs."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


def _keep_tail(pipe: object, tail: bytearray) -> None:
    for line in pipe:  # type: ignore[attr-defined] # the pipe of a Popen, typed as IO | None
        tail += line
        del tail[:-_TAIL_BYTES]


def _timeout_error(argv: Sequence[str], timeout: float, secrets: Sequence[str]) -> CommandTimeoutError:
    return CommandTimeoutError(
        f"`{_spell(argv, secrets)}` did not end within {timeout:g} seconds and was stopped",
        hint="Run it again; when it happens twice, look at the network and at the size of the repository.",
    )


def _failure(argv: Sequence[str], status: int, err: bytes, secrets: Sequence[str]) -> CommandError:
    lines = err[-_TAIL_BYTES:].decode("utf-8", "replace").strip().splitlines()
    tail = redact("\n".join(lines[-_TAIL_LINES:]), secrets)
    return CommandError(
        f"`{_spell(argv, secrets)}` failed with status {status}: {tail or 'it said nothing'}",
        hint="Read the program's own words above.",
        status=status,
        tail=tail,
    )


def _spell(argv: Sequence[str], secrets: Sequence[str]) -> str:
    text = " ".join(argv)
    return redact(text if len(text) <= 200 else f"{text[:197]}...", secrets)  # noqa: PLR2004 -- one line of a log
