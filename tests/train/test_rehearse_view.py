"""How people see a rehearsal: plain where nobody sits at a terminal, moving and coloured where somebody does."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import pytest

from pilotage.commands.rehearsalview import describe_stage, open_audience, render_diff, render_failure, show_result
from pilotage.sandbox.train import STAGES, Rehearsed, Stage

FACTS: dict[str, dict[str, str | int | bool | list[str]]] = {
    "title": {"pull_request": 1, "refused": "Add x", "suggestion": "feat: add x", "accepted": "feat: add x"},
    "merge": {"pull_request": 1, "title": "feat: add x", "commit": "a"},
    "release-pr": {
        "pull_request": 2,
        "title": "chore(release): 1.0.0",
        "branch": "b",
        "version": "1.0.0",
        "bump": "major",
    },
    "update": {"pull_request": 2, "title": "chore(release): 1.0.0", "merged": 3, "version": "1.0.0"},
    "merge-release": {"pull_request": 2, "title": "chore(release): 1.0.0", "commit": "b"},
    "release": {"version": "1.0.0", "tag": "v1.0.0", "commit": "b", "release": 7, "draft": True},
    "publish": {"tag": "v1.0.0", "files": ["a.whl", "a.tar.gz"], "warning": "a stand-in \x1b[31mwas published"},
    "verify": {"files": ["a.whl", "a.tar.gz"], "sha256": ["1", "2"]},
    "again": {"writes": 0, "push_requests": 1, "release_requests": 1},
}
DONE = Rehearsed(
    tuple(Stage(name, ok=True, seconds=0.5, facts=FACTS[name], requests=1) for name in STAGES),
    version="1.0.0",
    index_files=("a.tar.gz", "a.whl"),
    release_url="http://127.0.0.1/x",
    notes="### Features\n\n* add \x1b[2Jx [red]y[/red]\n",
    diff="diff --git a/x b/x\n@@ -1 +1 @@\n-old \x1b]0;title\x07\n+new\n",
)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def shown(stream: io.StringIO, done: Rehearsed, keep: Path | None = None) -> str:
    with contextlib.redirect_stdout(stream):
        show_result(done, project="a", keep=keep)
    return stream.getvalue()


def test_plain_text_holds_the_table_the_notes_the_diff_and_the_verdict() -> None:
    text = shown(io.StringIO(), DONE, Path("kept"))
    assert "\x1b" not in text
    assert "publish        a.whl, a.tar.gz" in text
    assert "--- The notes of 1.0.0 ---\n### Features\n" in text
    assert "\n-old " in text
    assert "note: a stand-in " in text
    assert "Everything is kept in kept; README.txt says what is where.\n" in text
    assert text.splitlines()[-1] == "rehearsal ok: a 1.0.0, 2 files on the embedded index, 4.5 s, 9 API calls"


def test_what_a_stranger_wrote_neither_steers_the_terminal_nor_is_read_as_markup(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    text = shown(Terminal(), DONE)
    assert "\x1b[2J" not in text
    assert "\x1b]0;" not in text
    assert "⟨U+001B⟩[2Jx [red]y[/red]" in text
    assert "╭" in text


def test_a_terminal_sees_the_stage_that_is_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    with contextlib.redirect_stdout(Terminal()) as stream, open_audience(as_json=False) as audience:
        audience.begin("title")
        audience.end(DONE.stages[0])
    assert "\x1b[" in stream.getvalue()
    assert "title" in stream.getvalue()


def test_progress_leaves_stdout_to_the_machine_format() -> None:
    out, err = io.StringIO(), io.StringIO()
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        open_audience(as_json=True) as audience,
    ):
        audience.begin("title")
        audience.end(DONE.stages[0])
    assert (out.getvalue(), err.getvalue()) == ("", "ok     title            0.5 s    1 API call\n")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("title", "“Add x” was refused; “feat: add x” was accepted"),
        ("merge", "#1 was merged: feat: add x"),
        ("release-pr", "#2 was opened: chore(release): 1.0.0"),
        ("update", "#3 was merged; #2 was updated: chore(release): 1.0.0"),
        ("merge-release", "#2 was merged: chore(release): 1.0.0"),
        ("release", "tag v1.0.0 and its release were made"),
        ("publish", "a.whl, a.tar.gz"),
        ("verify", "fetched and hashed: a.whl, a.tar.gz"),
        ("again", "nothing to do; 0 requests wrote"),
    ],
)
def test_each_stage_says_what_happened(name: str, words: str) -> None:
    assert describe_stage(Stage(name, ok=True, seconds=0, facts=FACTS[name], requests=0)) == words


def test_a_stage_that_had_nothing_to_publish_says_so() -> None:
    stage = Stage("verify", ok=True, seconds=0, facts={"note": "never sees an index"}, requests=0)
    assert describe_stage(stage) == "never sees an index"


def test_a_failure_names_the_stage_and_shows_the_program_s_last_lines() -> None:
    facts: dict[str, str | int | bool | list[str]] = {
        "error": "it failed",
        "exit_code": 1,
        "output": "one\n\n\x1b[1mtwo",
    }
    failed = Rehearsed((Stage("title", ok=False, seconds=0, facts=facts, requests=0),), "", (), "", "", "")
    assert render_failure(failed) == "rehearsal failed at title: it failed\n  | one\n  | ⟨U+001B⟩[1mtwo"
    assert render_failure(DONE) == ""
    text = shown(io.StringIO(), failed)
    assert "it failed" in text
    assert "rehearsal ok" not in text
    assert failed.ok is False


def test_a_long_diff_is_cut_and_says_by_how_much() -> None:
    lines = render_diff("\n".join(f"+{number}" for number in range(100)) + "\n").plain.split("\n")
    assert (len(lines), lines[59], lines[60]) == (61, "+59", "… 40 more lines")
