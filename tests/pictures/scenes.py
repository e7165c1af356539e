"""What each picture shows, taken from the runs of a play."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pictures.markdown import draw_markdown
from pictures.svg import Sheet
from pictures.typeset import Piece, draw_lines, wrap

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pictures.play import Run

WIDTH = 830
_MARGIN, _INSET, _BAR = 16.0, 18.0, 34.0
_RAIL, _TEXT = 34.0, 62.0


@dataclass(frozen=True)
class Card:
    """A framed text with a caption, as a page shows it.

    Args:
        caption: What it is, and where it stands.
        text: Its Markdown, as the program wrote it.
    """

    caption: str
    text: str


def draw_comment(runs: Mapping[str, Run]) -> str:
    """Draw the one comment of the title gate, as it is written and as it turns."""
    cards = (
        Card("github-actions commented on pull request #1", runs["refused"].comment),
        Card("the same comment, after the title was edited", runs["accepted"].comment),
    )
    return _draw_cards(
        cards,
        title="The comment of the title check",
        description="Two states of one comment. First it says that the title needs a change, what is wrong with it "
        "and which title to try; after the edit it says that the title is all right, and what merging releases.",
    )


def draw_summary(runs: Mapping[str, Run]) -> str:
    """Draw the job summaries of two pushes."""
    cards = (
        Card("summary of the push that merged a fix", runs["updated"].summary),
        Card("summary of the push that merged the release pull request", runs["drafted"].summary),
    )
    return _draw_cards(
        cards,
        title="The summary of a job",
        description="The summaries of two runs. Each says what was seen, lists the steps with what came of them, and "
        "ends with what is next and who must do it.",
    )


def _draw_cards(cards: tuple[Card, ...], *, title: str, description: str) -> str:
    sheet = Sheet(WIDTH)
    y = _MARGIN
    width = WIDTH - 2 * _MARGIN
    for card in cards:
        mark = sheet.mark()
        end = draw_markdown(sheet, card.text, x=_MARGIN + _INSET, y=y + _BAR + 14, width=width - 2 * _INSET) + 6
        sheet.write(_MARGIN + _INSET, y + 22, card.caption, size=13, colour="quiet")
        sheet.box(_MARGIN, y, width, _BAR, fill="shade", edge="line", below=mark)
        sheet.box(_MARGIN, y, width, end - y, edge="line", below=mark)
        y = end + _MARGIN
    return sheet.render(y, title=title, description=description)


@dataclass(frozen=True)
class Stop:
    """One stop of the train.

    Args:
        act: What a person did before it.
        run: The name of the run.
        name: What happens there.
    """

    act: str
    run: str
    name: str


STOPS = (
    Stop("somebody opens a pull request", "refused", "The title is read"),
    Stop("the title is edited", "accepted", "The title is read again"),
    Stop("a maintainer merges it", "proposed", "A release pull request is opened"),
    Stop("a maintainer merges a fix", "updated", "It is brought up to date"),
    Stop("a maintainer merges the release pull request", "drafted", "Tag and draft are made"),
    Stop("the job that builds hands its files over", "attached", "The files are on the draft"),
    Stop("a maintainer publishes the draft", "published", "The index gets the files, people are told"),
    Stop("somebody runs both jobs again", "resent", "Nothing happens twice"),
)


def draw_train(runs: Mapping[str, Run]) -> str:
    """Draw the whole train: what people did, and what each run did then."""
    sheet = Sheet(WIDTH)
    y = 22.0
    rail = sheet.mark()
    first, last = y + 8, y
    for stop in STOPS:
        run = runs[stop.run]
        sheet.dot(_RAIL, y + 8, 5, fill="ground", edge="line")
        sheet.write(_TEXT, y + 13, stop.act, size=13, colour="quiet")
        y += 30
        is_red = run.code != 0
        sheet.dot(_RAIL, y + 8, 7, fill="bad" if is_red else "good", edge="ground")
        last = y + 8
        end = sheet.write(_TEXT, y + 13, stop.name, size=15, is_bold=True)
        told = f"{run.event}{'' if not is_red else f', exit code {run.code}'}"
        sheet.write(end + 12, y + 13, told, size=12, is_mono=True, colour="bad" if is_red else "quiet")
        y += 24
        for line in outcome_of(stop.run, runs):
            lines = wrap([Piece(line, is_code=True)], size=13, width=WIDTH - _TEXT - _MARGIN)
            y = draw_lines(sheet, lines, x=_TEXT, y=y, size=13) + 1
        y += 12
    sheet.rule(_RAIL, first, last, below=rail)
    return sheet.render(
        y,
        title="The release train",
        description="Eight stops from a pull request's title to files on an index. At each, what a person did, and "
        "what Pilotage did then, in the words of its log.",
    )


def outcome_of(name: str, runs: Mapping[str, Run]) -> list[str]:
    """Give what came of a run, in the words that the program wrote."""
    run = runs[name]
    match name:
        case "refused":
            return [*_spans(run.comment, r"^- `(.*)`$"), f"Try: {_spans(run.comment, r'^> `(.*)`$')[0]}"]
        case "accepted":
            return [re.sub(r"[*`]", "", found) for found in _spans(run.summary, r"^(\*\*Merging .*?\))\.")]
        case "resent":
            again = _spans(runs["idle"].summary, r"^(Nothing to do.*)$")
            return [*again, *_spans(run.summary, r"^(.* was there already; .*)$")]
        case _:
            return [re.sub(r" \(… bytes.*\)", "", step) for step in run.done]


def _spans(text: str, pattern: str) -> list[str]:
    return re.findall(pattern, text, re.MULTILINE)
