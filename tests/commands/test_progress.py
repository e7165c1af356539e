"""How far an upload is: a line for each quarter of a large file in a log, bars on a terminal."""

from __future__ import annotations

import io
import sys

import pytest
from rich.console import Console
from rich.progress import Progress

from pilotage.commands.progress import UploadBars, UploadLog, watch_uploads

LARGE = 100 * 1024 * 1024


def test_a_large_file_is_told_by_quarters_and_a_small_one_not_at_all() -> None:
    lines: list[str] = []
    log = UploadLog(lines.append)
    for step in range(0, 101, 5):
        log("big.whl", LARGE * step // 100, LARGE)
        log("small.whl", 10 * step, 1000)
    assert lines == [f"sent {share} % of big.whl ({LARGE} bytes)" for share in (25, 50, 75, 100)]


def test_a_file_that_is_sent_again_is_told_again() -> None:
    lines: list[str] = []
    log = UploadLog(lines.append)
    for sent in (0, LARGE // 2, 0, LARGE // 2):
        log("big.whl", sent, LARGE)
    assert [line.split()[1] for line in lines] == ["50", "50"]


def test_an_empty_file_divides_by_nothing() -> None:
    UploadLog(pytest.fail)("empty.whl", 0, 0)


def test_a_terminal_shows_a_bar_for_each_file() -> None:
    screen = io.StringIO()
    with Progress(console=Console(file=screen, force_terminal=True)) as progress:
        bars = UploadBars(progress)
        bars("a.whl", 10, 100)
        bars("a.whl", 100, 100)
        bars("b.whl", 1, 10)
        assert [(task.description, task.completed, task.total) for task in progress.tasks] == [
            ("a.whl", 100, 100),
            ("b.whl", 1, 10),
        ]


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_bars_are_for_terminals_and_lines_for_logs(monkeypatch: pytest.MonkeyPatch) -> None:
    with watch_uploads(write_line=lambda _: None) as shown:
        assert isinstance(shown, UploadLog)
    monkeypatch.setattr(sys, "stderr", Terminal())
    with watch_uploads(write_line=lambda _: None) as shown:
        assert isinstance(shown, UploadBars)
        shown("a.whl", 1, 2)
