"""Descriptions are rendered by what PyPI renders them with."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pilotage.model.distcontents import RenderedReadme
from pilotage.providers.readme import render_readme

FINE = RenderedReadme("fine")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("# Demo\n\n| a | b |\n|---|---|\n", "text/markdown"),
        ("# Demo <b>bold</b>", "text/markdown; charset=UTF-8; variant=CommonMark"),
        ("Demo\n====\n\n.. code:: python\n\n   x = 1\n", "text/x-rst"),
        ("Demo\n====\n", ""),
        ("===\n`` :ref:`", "text/plain"),
    ],
)
def test_a_good_description_is_fine(text: str, kind: str) -> None:
    assert render_readme(text, kind) == FINE


@pytest.mark.parametrize(
    ("text", "line", "trouble"),
    [
        ("Demo\n====\n\nA heading\n=====\n\nmore\n", 5, "Title underline too short."),
        ("Demo\n====\n\nsee :ref:`x`\n", 4, 'Unknown interpreted text role "ref".'),
        (".. raw:: html\n\n   <b>x</b>\n", 1, '"raw" directive disabled.'),
        (".. include:: /etc/passwd\n", 1, '"include" directive disabled.'),
    ],
)
def test_a_broken_description_is_told_with_its_line(text: str, line: int, trouble: str) -> None:
    assert render_readme(text, "text/x-rst") == RenderedReadme("broken", line, trouble)


def test_a_description_of_nothing_but_a_comment_shows_nothing() -> None:
    found = render_readme(".. only a comment\n", "text/x-rst")
    assert (found.state, found.line, found.trouble) == ("broken", 0, "No content rendered from RST source.")
    assert render_readme("", "text/markdown").state == "broken"


HIDE = """\
import sys
sys.modules[sys.argv[1]] = None
from pilotage.providers.readme import render_readme
print(render_readme("x", sys.argv[2]))
"""


@pytest.mark.parametrize(
    ("module", "kind"),
    [("readme_renderer", "text/x-rst"), ("comrak", "text/markdown"), ("readme_renderer", "text/markdown")],
)
def test_without_the_extra_nothing_is_rendered_and_that_is_said(module: str, kind: str) -> None:
    done = subprocess.run([sys.executable, "-c", HIDE, module, kind], check=True, capture_output=True, text=True)
    assert done.stdout.startswith("RenderedReadme(state='unchecked', line=0, trouble='")
