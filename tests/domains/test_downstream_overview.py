from __future__ import annotations

import json
import unicodedata
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotage.domains.downstream.overview import (
    MARKER,
    describe_rows,
    describe_state,
    render_overview,
    render_table,
    render_totals,
    totals,
)
from pilotage.domains.downstream.rowtable import order_rows
from pilotage.model.downstream import How, Rollout, Row, State, Wanted
from pilotage.model.version import Version

ROLLOUT = Rollout(
    wanted=Wanted("demo-kit", Version("1.3.0"), "v1.3.0"),
    package="demo-kit",
    repository="acme/demo",
    web_url="https://github.example/acme/demo",
    since="2026-05-01T10:00:00Z",
    url="https://github.example/acme/demo/releases/tag/v1.3.0",
)
RUN = "https://github.example/acme/flow-a/actions/runs/5"
ROWS = (
    Row(
        "acme/flow-b",
        "==1.2.3",
        "1.3.0",
        "pull-request",
        "open",
        "==1.2.3 (a.toml line 1) keeps 1.3.0 out",
        "https://p",
    ),
    Row("acme/flow-a", "", "1.3.0", "dispatch", "failed", "image.yml ended with failure: look at it", RUN),
    Row("acme/Flow-c", "1 || 2", "1.3.0", "dispatch", "done", "any version admits 1.3.0", RUN),
    Row("acme/flow-d", "==1.0", "==1.0", "respect", "nothing", "kept | on purpose"),
)


def test_the_totals_count_each_repository_once() -> None:
    expected = {
        "repositories": 4,
        "rebuilt": 1,
        "rebuilding": 0,
        "pull-requests": 1,
        "planned": 0,
        "respected": 1,
        "skipped": 0,
        "failed": 1,
    }
    assert expected == totals(ROWS)
    assert render_totals(ROWS) == "4 repositories: 1 rebuilt, 1 pull request, 1 left as it is, 1 failed"


def row(how: How, state: State, name: str = "acme/flow", reason: str = "why", url: str = "") -> Row:
    return Row(name, "==1", "==2", how, state, reason, url)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((), "no repositories"),
        ((row("dispatch", "running"),), "1 repository: 1 being rebuilt"),
        ((row("dispatch", "planned"), row("pull-request", "planned")), "2 repositories: 2 planned"),
        ((row("skip", "nothing"),), "1 repository: 1 needs nothing"),
        ((row("skip", "nothing"), row("skip", "nothing")), "2 repositories: 2 need nothing"),
        ((row("skip", "failed"), row("pull-request", "failed")), "2 repositories: 2 failed"),
        ((row("pull-request", "open"),) * 2 + (row("respect", "nothing"),) * 2, "4 repositories: 2 pull requests, "),
        ((row("respect", "nothing"),) * 2, "2 repositories: 2 left as they are"),
    ],
)
def test_the_totals_are_one_line_without_what_there_is_none_of(rows: tuple[Row, ...], expected: str) -> None:
    assert render_totals(rows).startswith(expected)


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
ANY_ROWS = st.lists(
    st.builds(
        Row,
        st.sampled_from(["acme/flow", "Acme/other", "evil](x)/a", "a/b|c"]),
        ANY_TEXT,
        ANY_TEXT,
        st.sampled_from(get_args(How)),
        st.sampled_from(get_args(State)),
        ANY_TEXT,
        st.sampled_from(["", RUN, "javascript:alert(1)", "https://x/) [a](b"]),
    ),
    max_size=6,
)


@given(ANY_ROWS)
def test_every_repository_is_in_exactly_one_kind(rows: list[Row]) -> None:
    counts = totals(rows)
    assert counts["repositories"] == len(rows) == sum(counts.values()) - len(rows)


def test_what_people_have_to_see_to_comes_first() -> None:
    assert [one.repository for one in order_rows(ROWS)] == ["acme/flow-a", "acme/flow-b", "acme/Flow-c", "acme/flow-d"]
    states: tuple[State, ...] = ("nothing", "done", "planned", "running", "open", "failed")
    assert [one.state for one in order_rows([row("skip", one) for one in states])] == list(reversed(states))
    assert [one.repository for one in order_rows([row("skip", "done", name) for name in ("b/b", "a/a", "B/a")])] == [
        "a/a",
        "B/a",
        "b/b",
    ]


def test_the_overview_says_how_far_a_release_has_come() -> None:
    expected = f"""<!-- pilotage:downstream -->
## demo-kit 1.3.0 downstream

Release [1.3.0](https://github.example/acme/demo/releases/tag/v1.3.0) · {render_totals(ROWS)}

### For people to do

- [acme/flow-a](https://github.example/acme/flow-a): `image.yml ended with failure: look at it`: [look there]({RUN})

| | Repository | Before | After | What | Why |
| --- | --- | --- | --- | --- | --- |
| ❌ | [acme/flow-a](https://github.example/acme/flow-a) | - | `1.3.0` | [rebuild failed]({RUN}) | \
`image.yml ended with failure: look at it` |
| 🔀 | [acme/flow-b](https://github.example/acme/flow-b) | `==1.2.3` | `1.3.0` | [pull request to merge](https://p) | \
`==1.2.3 (a.toml line 1) keeps 1.3.0 out` |
| ✅ | [acme/Flow-c](https://github.example/acme/Flow-c) | `1 \\|\\| 2` | `1.3.0` | [rebuilt]({RUN}) | \
`any version admits 1.3.0` |
| ⚪ | [acme/flow-d](https://github.example/acme/flow-d) | `==1.0` | `==1.0` | left as it is | `kept \\| on purpose` |
"""
    assert expected == render_overview(ROLLOUT, ROWS)


def test_an_overview_of_nothing_has_no_table() -> None:
    rollout = Rollout(wanted=ROLLOUT.wanted, package="a<b", repository="acme/demo", web_url="https://x/acme/demo")
    expected = f"{MARKER}\n## a&lt;b 1.3.0 downstream\n\nRelease 1.3.0 · no repositories\n"
    assert expected == render_overview(rollout, ())


def test_an_unusual_row_is_told_in_plain_words() -> None:
    assert "| skip, running |" in render_overview(ROLLOUT, (row("skip", "running"),))


@given(ANY_ROWS)
def test_strangers_words_break_neither_the_table_nor_the_page(rows: list[Row]) -> None:
    text = render_overview(ROLLOUT, rows)
    filled = [line for line in text.split("\n") if line]
    lines = [line for line in text.split("\n") if line.startswith("| ") and "---" not in line[:12]]
    assert len(lines) == (len(rows) + 1 if rows else 0)
    assert all(len(_cells(line)) == 6 for line in lines)
    assert "javascript:" not in "".join(cell for line in lines for cell in _cells(line)[4:5])
    assert all(
        line.startswith(("| ", "- [", "- `", "#", "Release ", "<!-- pilotage:downstream -->")) for line in filled
    )


def _cells(line: str) -> list[str]:
    """Split a row of a table as GitHub Flavored Markdown does: at each `|` that no backslash stands before."""
    cells, escaped, cell = list[str](), False, ""
    for character in line[1:]:
        if character == "|" and not escaped:
            cells.append(cell)
            cell = ""
        else:
            cell += character
        escaped = character == "\\" and not escaped
    return cells


def test_hundreds_of_repositories_fit_and_the_rest_is_counted() -> None:
    rows = [
        Row(f"acme/flow-{number:03}", "==1.2.3", "1.3.0", "dispatch", "done", "any version admits 1.3.0", RUN)
        for number in range(300)
    ]
    assert render_overview(ROLLOUT, rows).count("\n| ✅ ") == 300
    long = [Row(f"acme/flow-{n:03}", "x" * 99, "y" * 99, "skip", "failed", "z" * 900, RUN) for n in range(400)]
    text = render_overview(ROLLOUT, long)
    assert 40_000 < len(text) <= 60_000
    todo, rest = text.count("\n- "), text.count("\n| ❌ ")
    assert 0 < todo < 400
    assert 0 < rest < 400
    assert f"\n… and {400 - todo} more\n" in text
    assert text.endswith(f"\n… and {400 - rest} more\n")


def test_the_table_for_a_terminal_keeps_to_its_width() -> None:
    expected = """\
REPOSITORY   BEFORE   AFTER  HOW           STATE    WHY
acme/flow-a  -        1.3.0  dispatch      failed   image.yml ended with failure: l…
acme/flow-b  ==1.2.3  1.3.0  pull-request  open     ==1.2.3 (a.toml line 1) keeps 1…
acme/Flow-c  1 || 2   1.3.0  dispatch      done     any version admits 1.3.0
acme/flow-d  ==1.0    ==1.0  respect       nothing  kept | on purpose"""
    assert expected == render_table(ROWS, width=84)


def test_reasons_stand_below_where_there_is_no_room_behind() -> None:
    expected = """\
REPOSITORY  BEFORE  AFTER  HOW      STA…
acme/flow   ==1     ==2    respect  not…
  why it is left as it is, at some leng…
acme/other  ==1     ==2    skip     not…"""
    kept = row("respect", "nothing", reason="why it is left as it is, at some length")
    rows = (kept, Row("acme/other", "==1", "==2", "skip", "nothing", ""))
    assert expected == render_table(rows, width=40)


def _width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in line)


@given(ANY_ROWS, st.integers(0, 200))
def test_no_line_is_wider_than_the_terminal_and_none_is_a_command(rows: list[Row], width: int) -> None:
    lines = render_table(rows, width=width).split("\n")
    assert all(not line.lstrip().startswith("::") and "##[" not in line for line in lines)
    # what would be a command to the runner is spelled out, which takes more room
    assert all(_width(line) <= max(20, width) for line in lines if "⟨U+003A⟩" not in line and "⟨U+005B⟩" not in line)
    assert len(lines) >= len(rows) + 1


def test_one_line_says_how_a_repository_stands() -> None:
    assert describe_state(ROWS[0]) == "pull-request, open · ==1.2.3 (a.toml line 1) keeps 1.3.0 out · https://p"
    assert describe_state(row("skip", "nothing", reason="a\nb")) == "skip, nothing · a⟨U+000A⟩b"


def test_machines_get_the_rows_by_name() -> None:
    told = describe_rows(ROLLOUT, ROWS)
    assert json.loads(json.dumps(told)) == told
    assert {key: told[key] for key in ("format", "package", "version", "tag", "totals")} == {
        "format": 1,
        "package": "demo-kit",
        "version": "1.3.0",
        "tag": "v1.3.0",
        "totals": totals(ROWS),
    }
    rows = told["rows"]
    assert isinstance(rows, list)
    assert [one["repository"] for one in rows] == ["acme/flow-a", "acme/flow-b", "acme/Flow-c", "acme/flow-d"]
    assert rows[1] == {
        "repository": "acme/flow-b",
        "before": "==1.2.3",
        "after": "1.3.0",
        "how": "pull-request",
        "state": "open",
        "reason": "==1.2.3 (a.toml line 1) keeps 1.3.0 out",
        "url": "https://p",
    }
