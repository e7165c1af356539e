"""The threat model names its proofs: each of them is a test that exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECURITY = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(test_[a-z0-9_]+)`", SECURITY)))
EXISTING = {
    name
    for path in (ROOT / "tests").rglob("test_*.py")
    for name in re.findall(r"^ *def (test_[a-z0-9_]+)\(", path.read_text(encoding="utf-8"), re.MULTILINE)
}
WRITERS = (
    "title",
    "body",
    "comment",
    "commit message",
    "branch",
    "fork",
    "label",
    "dependency",
    "runner",
    "image",
    "tags",
    "index",
    "release",
    "workflow file",
    "downstream repository",
    "topic",
    "notes of a release",
    "issue",
    "plan",
)


def rows() -> list[list[str]]:
    lines = [line for line in SECURITY.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


@pytest.mark.parametrize("name", NAMED)
def test_a_proof_that_the_threat_model_names_exists(name: str) -> None:
    assert name in EXISTING


def test_every_row_of_the_threat_model_says_who_what_how_and_where_it_is_proved() -> None:
    head, *threats = rows()
    assert head == ["who writes what", "what they could try", "what stops it", "proved by"]
    assert [row for row in threats if len(row) != len(head) or "`test_" not in row[-1] or not all(row)] == []


@pytest.mark.parametrize("writer", WRITERS)
def test_everybody_who_can_write_something_stands_in_the_threat_model(writer: str) -> None:
    assert [row for row in rows()[1:] if writer in row[0]]


def test_what_is_not_protected_is_said() -> None:
    honest = SECURITY.partition("## What Pilotage does not protect against")[2]
    assert all(word in honest for word in ("contents: write", "compromised runner", "build backend", "downstream"))
