"""How people see a rehearsal: a line for each stage as it ends, then the table, the notes and the diff.

Every text that comes from the rehearsed repository goes through `show`, so nothing of it steers the terminal.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.markdown import Markdown
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from pilotage.domains.safetext import show

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rich.console import RenderableType
    from rich.status import Status

    from pilotage.sandbox.train import Rehearsed, Stage

_DIFF_LINES = 60
_PLAIN_WIDTH = 120
_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


class Ticker:
    """Tells of each stage when it ends and, on a terminal, which one is under way.

    Args:
        console: Where it writes.
        status: The moving line of a terminal; None elsewhere.
    """

    def __init__(self, console: Console, status: Status | None) -> None:
        self._console = console
        self._status = status

    def begin(self, name: str) -> None:
        """Hear that a stage begins."""
        if self._status is not None:
            self._status.update(Text(f"{name} …"))

    def end(self, stage: Stage) -> None:
        """Hear how a stage ended."""
        word = Text("ok    " if stage.ok else "failed", "green" if stage.ok else "bold red")
        line = f" {stage.name:<14}{stage.seconds:6.1f} s {_count(stage.requests, 'API call'):>13}"
        self._console.print(Text.assemble(word, line), soft_wrap=True)


@contextmanager
def open_audience(*, as_json: bool) -> Iterator[Ticker]:
    """Open the live timeline: on stdout, or on stderr when stdout belongs to the machine format."""
    console = _open_console(is_error=as_json)
    if not console.is_terminal:
        yield Ticker(console, None)
        return
    with console.status("…") as status:
        yield Ticker(console, status)


def show_result(done: Rehearsed, *, project: str, keep: Path | None) -> None:
    """Show the table, the notes, the diff and where things were kept; the last line says that all is well."""
    console = _open_console(is_error=False)
    parts: list[RenderableType] = [Text(), _render_table(done)]
    if done.notes:
        parts += [Text(), _frame(console, f"The notes of {show(done.version)}", _render_notes(console, done.notes))]
    if done.diff:
        parts += [Text(), _frame(console, "What the release pull request changed", render_diff(done.diff))]
    warnings = [str(stage.facts[key]) for stage in done.stages for key in ("warning", "note") if key in stage.facts]
    parts += [Text(f"note: {show(text, limit=1000)}") for text in warnings]
    if keep is not None:
        parts.append(Text(f"Everything is kept in {show(str(keep), limit=1000)}; README.txt says what is where."))
    if done.ok:
        seconds = sum(stage.seconds for stage in done.stages)
        calls = _count(sum(stage.requests for stage in done.stages), "API call")
        where = f"{_count(len(done.index_files), 'file')} on the embedded index"
        parts.append(Text(f"rehearsal ok: {show(project)} {show(done.version)}, {where}, {seconds:.1f} s, {calls}"))
    console.print(Group(*parts), soft_wrap=not console.is_terminal)


def render_failure(done: Rehearsed) -> str:
    """Render what failed, with the program's last lines; empty when nothing did."""
    stage = done.failed
    if stage is None:
        return ""
    lines = [f"rehearsal failed at {stage.name}: {show(str(stage.facts.get('error', '')), limit=1000)}"]
    output = str(stage.facts.get("output", ""))
    lines += [f"  | {show(line, limit=400)}" for line in output.split("\n") if line.strip()]
    return "\n".join(lines)


def describe_stage(stage: Stage) -> str:
    """Say in a few words what happened in a stage."""
    facts = {name: ", ".join(value) if isinstance(value, list) else str(value) for name, value in stage.facts.items()}
    if not stage.ok:
        return show(facts.get("error", ""), limit=500)
    if "note" in facts:
        return show(facts["note"], limit=500)
    words = {
        "title": "“{refused}” was refused; “{accepted}” was accepted",
        "merge": "#{pull_request} was merged: {title}",
        "release-pr": "#{pull_request} was opened: {title}",
        "update": "#{merged} was merged; #{pull_request} was updated: {title}",
        "merge-release": "#{pull_request} was merged: {title}",
        "release": "tag {tag} and its release were made",
        "publish": "{files}",
        "verify": "fetched and hashed: {files}",
        "again": "nothing to do; {writes} requests wrote",
    }[stage.name]
    return show(words.format_map(facts), limit=500)


def render_diff(diff: str) -> Text:
    """Render the first lines of a diff."""
    lines = diff.rstrip("\n").split("\n")
    text = Text()
    for line in lines[:_DIFF_LINES]:
        text.append(show(line, limit=_PLAIN_WIDTH) + "\n", _COLOURS.get(line[:1], ""))
    if len(lines) > _DIFF_LINES:
        text.append(f"… {_count(len(lines) - _DIFF_LINES, 'more line')}\n")
    text.rstrip()
    return text


def _render_table(done: Rehearsed) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("stage", no_wrap=True)
    table.add_column("what happened", overflow="fold")
    table.add_column("seconds", justify="right")
    table.add_column("API calls", justify="right")
    for stage in done.stages:
        words = Text(describe_stage(stage), "" if stage.ok else "bold red")
        table.add_row(Text(stage.name), words, Text(f"{stage.seconds:.1f}"), Text(str(stage.requests)))
    return table


def _render_notes(console: Console, notes: str) -> RenderableType:
    safe = "\n".join(show(line, limit=1000) for line in notes.replace("\r\n", "\n").split("\n"))
    return Markdown(safe) if console.is_terminal else Text(safe)


def _frame(console: Console, title: str, inner: RenderableType) -> RenderableType:
    if console.is_terminal:
        return Panel(inner, title=Text(title))
    return Group(Text(f"--- {title} ---"), inner)


def _open_console(*, is_error: bool) -> Console:
    stream = sys.stderr if is_error else sys.stdout
    return Console(file=stream, highlight=False, width=None if stream.isatty() else _PLAIN_WIDTH)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
