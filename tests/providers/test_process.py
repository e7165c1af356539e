"""Other programs: their output, their failures, and that they never outlive the reader."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from pilotage.errors import UsageError
from pilotage.providers.process import CommandError, CommandMissingError, CommandTimeoutError, redact, run, stream


def python(code: str) -> list[str]:
    return [sys.executable, "-I", "-S", "-c", code]


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def is_gone(pid: int) -> bool:
    for _ in range(200):
        if not is_alive(pid):
            return True
        time.sleep(0.01)
    return False


def test_the_output_comes_back_as_bytes(tmp_path: Path) -> None:
    code = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read()[::-1])"
    assert run(python(code), cwd=tmp_path, timeout=20, input=b"\x00\xffa") == b"a\xff\x00"


def test_a_program_without_input_reads_an_empty_stdin_and_no_terminal(tmp_path: Path) -> None:
    code = "import os, sys; print(os.isatty(0), sys.stdin.read() == '', os.getsid(0) == os.getpid())"
    assert run(python(code), cwd=tmp_path, timeout=20) == b"False True True\n"


def test_the_locale_is_fixed_and_variables_can_be_set_and_taken_away(tmp_path: Path) -> None:
    code = "import os; print(*(os.environ.get(n) for n in ('LC_ALL', 'GIT_TERMINAL_PROMPT', 'PILOTAGE_A', 'HOME')))"
    out = run(python(code), cwd=tmp_path, timeout=20, env={"PILOTAGE_A": "1", "HOME": None})
    assert out == b"C 0 1 None\n"


def test_a_failure_tells_the_status_and_the_last_lines_without_secrets(tmp_path: Path) -> None:
    code = (
        "import sys; sys.stderr.write('early\\n' * 9 + 'token s3cret at https://u:p@host/x\\n"
        "Authorization: Basic abc\\n'); sys.exit(3)"
    )
    with pytest.raises(CommandError) as caught:
        run([*python(code), "s3cret"], cwd=tmp_path, timeout=20, secrets=["s3cret", ""])
    assert caught.value.status == 3
    assert caught.value.tail.splitlines()[-2:] == ["token *** at https://***@host/x", "Authorization: ***"]
    assert len(caught.value.tail.splitlines()) == 8
    assert "s3cret" not in caught.value.message
    assert isinstance(caught.value, UsageError)


def test_a_missing_program_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandMissingError, match="no-such-program-here cannot be started"):
        run(["no-such-program-here"], cwd=tmp_path, timeout=20)


def test_a_missing_folder_is_not_taken_for_a_missing_program(tmp_path: Path) -> None:
    with pytest.raises(CommandMissingError, match="is not a folder"):
        run(python("pass"), cwd=tmp_path / "absent", timeout=20)


def test_a_program_that_hangs_is_stopped_with_its_children(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    code = (
        "import subprocess, sys, time, pathlib\n"
        "child = subprocess.Popen([sys.executable, '-I', '-S', '-c', 'import time; time.sleep(60)'])\n"
        f"pathlib.Path({str(note)!r}).write_text(str(child.pid))\n"
        "time.sleep(60)"
    )
    with pytest.raises(CommandTimeoutError, match="did not end within 3 seconds"):
        run(python(code), cwd=tmp_path, timeout=3)
    assert is_gone(int(note.read_text()))


def test_a_stream_gives_lines_until_the_end(tmp_path: Path) -> None:
    with stream(python("print('a'); print('b')"), cwd=tmp_path, timeout=20) as lines:
        assert list(lines) == [b"a\n", b"b\n"]


def test_leaving_a_stream_early_stops_the_program(tmp_path: Path) -> None:
    code = "import os\nprint(os.getpid(), flush=True)\nwhile True: print('x' * 4096)"
    with stream(python(code), cwd=tmp_path, timeout=20) as lines:
        pid = int(next(lines))
        assert is_alive(pid)
    assert not is_alive(pid)


def test_a_stream_that_fails_says_so_at_its_end(tmp_path: Path) -> None:
    code = "import sys; print('a', flush=True); sys.stderr.write('x' * 300000 + '\\nwrong\\n'); sys.exit(4)"
    with stream(python(code), cwd=tmp_path, timeout=20) as lines:
        assert next(lines) == b"a\n"
        with pytest.raises(CommandError, match="wrong") as caught:
            next(lines)
    assert caught.value.status == 4


def test_a_stream_that_hangs_is_stopped(tmp_path: Path) -> None:
    with (
        stream(python("import time; time.sleep(60)"), cwd=tmp_path, timeout=0.3) as lines,
        pytest.raises(CommandTimeoutError),
    ):
        next(lines)


def test_redaction_leaves_other_text_alone() -> None:
    assert redact("https://host/a@b mail me@host") == "https://host/a@b mail me@host"


def test_redaction_is_linear_on_long_lines() -> None:
    started = time.process_time()
    redact("://" + "a" * 1_000_000 + "authorization: " * 1000)
    assert time.process_time() - started < 5


def test_the_environment_of_this_process_is_left_alone(tmp_path: Path) -> None:
    before = dict(os.environ)
    run(python("pass"), cwd=tmp_path, timeout=20, env={"PILOTAGE_B": "1"})
    assert dict(os.environ) == before
