"""Workflow files are read, and never edited."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domains.downstream_texts import WANTED, told
from pilotage.domains.downstream.workflowfile import read_workflow
from pilotage.model.downstream import Reference, Standing

_STEPS = """\
on: push
env:
  DEMO_VERSION: 1.2
jobs:
  demo:
    name: pip install demo==0.1
    steps:
      - name: pip install demo==0.2
        run: pip install demo==1.2
      - run: |
          pip install other \\
            demo~=1.2

          uv pip install "demo>=1,<1.2" # pip install demo
        env: {X: pip install demo}
      - run: >-
          pip install
          demo==1.4.0

          pip install demo
      -   "run": 'pip install demo==1.5'
      - run: pip install
          demo==1.3
      - uses: acme/setup@v1
        with: {demo-version: 1.2, run: pip install demo}
      - run:
          pip install demo==${{ matrix.demo }}
  # run: pip install demo
"""


def read(text: str) -> list[Reference]:
    return read_workflow(".github/workflows/ci.yml", text, WANTED)


def test_what_scripts_install_is_read() -> None:
    assert told(read(_STEPS)) == [
        "9 exact ==1.2",
        "12 admits ~=1.2",
        "14 excludes >=1,<1.2",
        "18 current ==1.4.0",
        "20 unpinned",
        "21 ahead ==1.5",
        "23 exact ==1.3",
        "27 unclear ${{ matrix.demo }}",
    ]


def test_nothing_is_ever_edited_and_it_says_so() -> None:
    found = read(_STEPS)
    assert all(one.changes == () for one in found)
    raised = [one for one in found if one.standing in {Standing.EXACT, Standing.EXCLUDES}]
    assert [one.why for one in raised] == ["workflow files are not edited"] * 3
    assert [one.holder for one in raised] == ["pip install", "uv pip install", "pip install"]


@pytest.mark.parametrize(
    "text",
    [
        "steps:\n- run: pip install demo==1.2 # pilotage: keep",
        "steps:\n# pilotage: keep\n- run: pip install demo==1.2",
        "steps:\n- run: |\n    # pilotage: keep\n    pip install demo==1.2\n",
    ],
)
def test_what_is_pinned_on_purpose_is_said_to_be(text: str) -> None:
    assert [(one.standing, one.before) for one in read(text)] == [(Standing.KEPT, "==1.2")]


@pytest.mark.parametrize(
    "text", ["", "run", "run: ", "run: |", "runs: pip install demo", "- run:pip install demo", "x: demo"]
)
def test_what_is_no_script_is_not_read(text: str) -> None:
    assert read(text) == []


def test_a_script_ends_where_its_indentation_does() -> None:
    assert told(read("run: |\n\n  x\npip install demo\nrun: pip install demo")) == ["5 unpinned"]
    assert told(read("- run: |\n    x\n  with: pip install demo\n")) == []


def test_the_same_place_is_told_once() -> None:
    assert told(read("run: pip install demo demo")) == ["1 unpinned"]


_PARTS = st.sampled_from(
    [
        "run:",
        "- ",
        "  ",
        "\n",
        "|",
        ">",
        "pip install ",
        "demo",
        "==1.2",
        '"',
        "'",
        "${{",
        "}}",
        "\\",
        "\r",
        "\x00",
        "#",
        " ",
    ]
)


@given(st.one_of(st.text(), st.lists(_PARTS, max_size=30).map("".join)))
@settings(max_examples=300)
def test_any_text_is_read(text: str) -> None:
    assert all(one.changes == () for one in read(text))


@pytest.mark.parametrize(
    "text", ["- " * 80_000, " \n" * 80_000, "run: >\n  demo" + "\n  x" * 40_000, "run: " + "a " * 80_000]
)
def test_a_monster_is_read_in_time(text: str) -> None:
    begin = time.perf_counter()
    assert read(text) == []
    assert time.perf_counter() - begin < 20
