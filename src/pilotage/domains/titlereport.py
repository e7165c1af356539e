"""Show people what a check of a title found: the title, a caret under each problem, a corrected title."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from pilotage.domains.safetext import show
from pilotage.domains.titlerules.characters import is_hidden
from pilotage.domains.titlerules.table import RULES

if TYPE_CHECKING:
    from pilotage.model.title import Problem, TitleReport

_INDENT = "       "
_SHOWN_CHARACTERS = 300
_SHOWN_PROBLEMS = 20
_SHOWN_MESSAGE = 1000


def render_title_report(report: TitleReport) -> str:
    """Write a report for a terminal or a log; every line ends with LF and none begins with a stranger's text.

    Characters that nobody sees are spelled `⟨U+202E⟩`. Carets count columns: wide characters have two. A very long
    title is cut at 300 characters and a long list at 20 problems.
    """
    cells = [_spell(report.title, index) for index in range(min(len(report.title), _SHOWN_CHARACTERS))]
    more = "…" if len(report.title) > _SHOWN_CHARACTERS else ""
    lines = [f"Title: {''.join(cells)}{more}"]
    if report.ok:
        lines.append(
            f"{_INDENT}ok: {show(report.type) if report.type else 'no type that a release reads'}, bump {report.bump}"
        )
    for problem in report.problems[:_SHOWN_PROBLEMS]:
        if problem.rule in RULES:  # the others are about the body, the code or the branch
            lines.append(f"{_INDENT}{_render_carets(cells, problem)}")
        weight = "" if problem.severity == "error" else "warning: "
        name = f"{problem.rule} {RULES[problem.rule][0]}" if problem.rule in RULES else problem.rule
        lines.append(f"{_INDENT}{weight}{name}: {show(problem.message, limit=_SHOWN_MESSAGE)}")
    if len(report.problems) > _SHOWN_PROBLEMS:
        lines.append(f"{_INDENT}and {len(report.problems) - _SHOWN_PROBLEMS} more")
    if report.suggestion is not None:
        lines.append(f"Try:   {report.suggestion}")
    # The runner finds `##[command]` anywhere in a line (`::command::` only where one begins, which none of ours does).
    return "".join(f"{line}\n" for line in lines).replace("##[", "##⟨U+005B⟩")


def _render_carets(cells: list[str], problem: Problem) -> str:
    before = sum(map(_measure, cells[: problem.start]))
    under = sum(map(_measure, cells[problem.start : problem.end]))
    return " " * before + "^" * max(1, under)


def _spell(text: str, index: int) -> str:
    return f"⟨U+{ord(text[index]):04X}⟩" if is_hidden(text, index) else text[index]


def _measure(cell: str) -> int:
    if cell.isascii() or len(cell) > 1:
        return len(cell)
    if unicodedata.combining(cell) or unicodedata.category(cell) == "Mn":
        return 0
    return 2 if unicodedata.east_asian_width(cell) in "WF" else 1
