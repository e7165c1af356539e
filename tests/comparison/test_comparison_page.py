"""docs/comparison.md says of Pilotage what holds: its answers, its calls and its tests; of others, where it is from."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from commands.cliruns import run
from commands.packages import package
from train.harness import STAGES, Bench

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "comparison.md").read_text(encoding="utf-8")
STAGE_NAMES = {
    "nothing to do": "idle",
    "open the release pull request": "open",
    "bring it up to date": "update",
    "tag and release": "release",
}


def rows(head: str) -> list[list[str]]:
    """Read the rows of the table whose head begins so, to the line's end where `head` has one."""
    lines = PAGE.split(f"\n| {head}", 1)[1].split("\n\n", 1)[0].splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("|---")) + 1
    return [[cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[first:]]


SMALL = rows("tags | commit |")


@pytest.mark.parametrize("row", SMALL, ids=[f"{row[0]} {row[1]}" for row in SMALL])
def test_the_small_cases_are_answered_as_the_page_says(tmp_path: Path, row: list[str]) -> None:
    tags, (message,), said = re.findall(r"`([^`]+)`", row[0]), re.findall(r"`([^`]+)`", row[1]), row[-1]
    repo = package(tmp_path / "demo", tags[0].removeprefix("v"), tag=tags[0])
    for tag in tags[1:]:
        repo.git("tag", tag)
    repo.commit(message)
    text = run("next", "--json", "--repo", repo.path).out
    (component,) = json.loads(text)["components"]
    assert (component["next"] or "none") == said


def test_the_train_makes_the_calls_that_the_page_counts(tmp_path: Path) -> None:
    said = {
        STAGE_NAMES[row[0]]: int(row[1]) for row in rows("| Pilotage | release-please |\n") if row[0] in STAGE_NAMES
    }
    bench = Bench(tmp_path)
    saved, made = bench.start(), {}
    for stage in STAGES:
        with bench.world(saved) as (forge, endpoint):
            stage.act(forge)
            before = len(forge.log)
            bench.run(endpoint)
            kinds = Counter(request.kind for request in forge.log[before:])
            made[stage.name] = kinds["graphql"] + kinds["rest"]
            saved = bench.save(forge, f"counted-{stage.name}")
    assert said == made


def test_every_test_that_is_named_is_there() -> None:
    named = re.findall(r"`(tests/[a-z_/]+\.py)`", PAGE)
    assert len(named) > 10
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_every_feature_has_its_source() -> None:
    table = rows("| Pilotage | release-please | PSR |")
    assert [row[0] for row in table if len(row) != 7 or not row[-1]] == []


def test_every_failure_elsewhere_has_an_issue_or_was_run() -> None:
    sourced = re.compile(r"#\d+|measured|run\b|stops;")
    assert [row[0] for row in rows("what goes wrong |") if not sourced.search(row[1])] == []


def test_what_is_lacking_comes_first_and_is_said_plainly() -> None:
    first = PAGE.split("\n## ")[1]
    assert first.startswith("What Pilotage lacks")
    for words in ("real GitHub", "Other languages", "Plug-ins", "Years of use", "documentation alone"):
        assert words in first


def test_every_page_that_is_linked_is_there() -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", PAGE)
    assert targets
    assert [target for target in targets if not (ROOT / "docs" / target).exists()] == []
