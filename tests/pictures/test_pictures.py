"""The pictures in docs/images are what the program writes now, can be read by all, and are small."""

from __future__ import annotations

import re
import subprocess
import sys
from xml.etree import ElementTree as ET

import pytest

from pictures.markdown import UnknownMarkdownError, draw_markdown
from pictures.normal import normalise
from pictures.play import Run, play
from pictures.render import FOLDER, ROOT
from pictures.scenes import STOPS, draw_comment, draw_summary, draw_train, outcome_of
from pictures.svg import DARK, LIGHT, Sheet
from pictures.typeset import Piece, natural_width, wrap

DRAWN = {"summary.svg": draw_summary, "title-comment.svg": draw_comment, "train.svg": draw_train}
MOST_BYTES = 60_000
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def runs() -> dict[str, Run]:
    return play()


def text_of(picture: str) -> str:
    root = ET.fromstring(picture)  # noqa: S314 - our own drawing
    return " ".join(node.text or "" for node in root.iter(f"{SVG}text"))


def kept(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def test_the_pictures_are_those_and_no_others() -> None:
    assert sorted(file.name for file in FOLDER.iterdir()) == sorted(DRAWN)


@pytest.mark.parametrize("name", DRAWN)
def test_a_picture_is_what_the_program_writes_now(runs: dict[str, Run], name: str) -> None:
    assert DRAWN[name](runs) == kept(name), "run: python tests/pictures/render.py"


def test_a_second_play_draws_the_same(runs: dict[str, Run]) -> None:
    again = play()
    assert {name: draw(again) for name, draw in DRAWN.items()} == {name: draw(runs) for name, draw in DRAWN.items()}


def test_every_step_of_the_train_is_in_its_picture(runs: dict[str, Run]) -> None:
    shown = re.sub(r"\s+", " ", text_of(kept("train.svg")))
    for stop in STOPS:
        lines = outcome_of(stop.run, runs)
        assert lines, stop.run
        assert [line for line in lines if line not in shown] == []


def test_the_train_arrives(runs: dict[str, Run]) -> None:
    assert {name: run.code for name, run in runs.items() if run.code} == {"refused": 1}
    assert (runs["idle"].done, runs["resent"].done) == ((), ())
    assert "verified: every file is there with these bytes" in runs["published"].said


@pytest.mark.parametrize("name", DRAWN)
def test_a_picture_has_a_title_and_a_description_for_those_who_do_not_see_it(name: str) -> None:
    root = ET.fromstring(kept(name))  # noqa: S314 - our own drawing
    named = {child.get("id"): child.text for child in root}
    assert root.get("role") == "img"
    assert [bool(named[label]) for label in (root.get("aria-labelledby") or "").split()] == [True, True]


@pytest.mark.parametrize("name", DRAWN)
def test_a_picture_is_small_and_asks_nobody_for_anything(name: str) -> None:
    text = kept(name)
    assert len(text.encode()) < MOST_BYTES
    assert re.findall(r"href|url\(|@import|@font-face|<script|<image|<foreignObject", text) == []


@pytest.mark.parametrize("name", DRAWN)
def test_a_picture_names_no_day_no_port_and_no_machine(name: str) -> None:
    assert re.findall(r"\b20\d\d-|127\.0\.0\.1|/tmp|/home", text_of(kept(name))) == []


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ink", ["ink", "quiet", "link", "good", "bad"])
@pytest.mark.parametrize("ground", ["ground", "shade"])
def test_every_text_stands_out_from_what_is_behind_it(palette: dict[str, str], ink: str, ground: str) -> None:
    """The contrast is that of WCAG 2.2, 1.4.3: 4.5 to 1."""
    lighter, darker = sorted((luminance(palette[ink]), luminance(palette[ground])), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_no_text_leaves_the_picture() -> None:
    for name in DRAWN:
        root = ET.fromstring(kept(name))  # noqa: S314 - our own drawing
        ends = [float(t.get("x", 0)) + float(t.get("textLength", 0)) for t in root.iter(f"{SVG}text")]
        assert max(ends) < float(root.get("width", 0))


def test_a_line_is_never_wider_than_asked_for_and_no_word_is_lost() -> None:
    pieces = [Piece("one two three "), Piece("four " * 9, is_code=True), Piece("x" * 400), Piece("end", is_bold=True)]
    lines = wrap(pieces, size=14, width=200)
    assert max(natural_width(line, size=14) for line in lines) <= 210
    words = "".join(piece.text for line in lines for piece in line)
    assert re.sub(r"\s", "", words) == "onetwothree" + "four" * 9 + "x" * 400 + "end"


def test_markdown_that_is_not_drawn_is_an_error() -> None:
    with pytest.raises(UnknownMarkdownError, match="image"):
        draw_markdown(Sheet(100), "![alt](x)", x=0, y=0, width=100)


def test_what_differs_between_plays_is_taken_out() -> None:
    said = "at 0123456789, http://127.0.0.1:1234/acme/x on 127.0.0.1:99 (7 bytes, sha256 0123456789ab…) 2026-11-22"
    told = "at c5938f8a0e, https://forge.example/acme/x on index.example (… bytes, sha256 …) 2026-01-31"
    assert normalise(said) == told


def test_the_script_finds_nothing_to_do() -> None:
    script = ROOT / "tests" / "pictures" / "render.py"
    done = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
