"""Templates in a process of their own: what they cost is bounded."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest

from pilotage.errors import ConfigError
from pilotage.model.change import Change
from pilotage.model.config import Config, NotesRules
from pilotage.model.notes import NotesData, NotesStyle
from pilotage.model.template import ReleaseNames, TemplateRequest
from pilotage.reconcile.templatechild import answer
from pilotage.reconcile.templating import MEMORY, Templates, render_bounded

if TYPE_CHECKING:
    from pathlib import Path

DATA = NotesData("1.3.0", "v1.3.0", "2026-11-20", changes=(Change("a" * 40, "feat", "x"),))
RULES = NotesRules(
    template="n.j2",
    pull_request_template="p.j2",
    pull_request_title="chore: release {{ package }} {{ version }}",
    release_title="{{ component }} {{ tag }} of {{ branch }}",
)
FILES = {"n.j2": "\n* {{ changes[0].subject }}\n\n", "p.j2": "{% include 'n.j2' %}{{ body }}"}


def test_each_template_of_the_configuration_is_rendered() -> None:
    templates = Templates(Config(notes=RULES), FILES, names=ReleaseNames("demo", "core", "main"))
    assert templates.notes(DATA) == "* x"
    assert templates.pull_request_body(DATA, style=NotesStyle.COMMITIZEN) == "* x\n### Feat\n\n- x"
    assert templates.pull_request_title(DATA) == "chore: release demo 1.3.0"
    assert templates.release_title(DATA) == "core v1.3.0 of main"


def test_without_a_template_nothing_is_rendered() -> None:
    templates = Templates(Config(), {})
    rendered = (
        templates.notes(DATA),
        templates.pull_request_body(DATA),
        templates.pull_request_title(DATA),
        templates.release_title(DATA),
    )
    assert rendered == (None, None, None, None)


def test_a_missing_template_is_an_error() -> None:
    with pytest.raises(ConfigError, match=r"there is no template 'n\.j2'"):
        Templates(Config(notes=RULES), {}).notes(DATA)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
            "n.j2: the template did not end within 1 seconds and was stopped; nothing was written",
        ),
        ("{{ 'x' * 10**10 }}", "n.j2: it needs more than 512 MiB of memory"),
        ("one\n{{ nothing }}", "n.j2:2: 'nothing' is undefined"),
    ],
)
def test_a_template_that_fails_or_never_ends_is_stopped_with_its_place(text: str, words: str) -> None:
    started = time.monotonic()
    with pytest.raises(ConfigError, match=re.escape(words)) as caught:
        Templates(Config(notes=RULES), FILES | {"n.j2": text}, seconds=1).notes(DATA)
    assert caught.value.hint
    assert time.monotonic() - started < 20


def test_a_template_sees_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONWARNINGS", "error::nonsense")  # would be told on stderr, if it were passed on
    assert render_bounded(TemplateRequest("t", "{{ a }}", {"a": 1}, memory=MEMORY)) == "1"


def test_a_process_that_dies_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "")
    with pytest.raises(ConfigError, match=r"t: rendering it ended with status "):
        render_bounded(TemplateRequest("t", "{{ a }}", {"a": 1}, memory=1024))


def test_a_template_that_sleeps_in_the_processor_is_stopped_by_the_clock(tmp_path: Path) -> None:
    # an interpreter that never ends stands for a child that the processor's limit does not reach
    sleeper = tmp_path / "python"
    sleeper.write_text("#!/bin/sh\nexec sleep 60\n")
    sleeper.chmod(0o755)
    with pytest.raises(ConfigError, match="did not end within 1 seconds"):
        render_bounded(TemplateRequest("t", "x", {}, seconds=1), python=str(sleeper))


def test_the_child_answers_in_the_same_words() -> None:
    assert b'"text":"1"' in answer(b'{"place":"t","text":"{{ a }}","data":{"a":1}}')
    assert b"'b' is undefined" in answer(b'{"place":"t","text":"{{ b }}","data":{}}')
    assert b"more than 0 MiB" in answer(b'{"place":"t","text":"{{ \'x\' * 9999999999999999 }}","data":{}}')
