"""docs/migrating.md says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from pilotage.domains.translation import CANDIDATE_PATHS, TOOLS
from pilotage.model.config import Config, NotesRules

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "migrating.md").read_text(encoding="utf-8")
SECTIONS = dict(part.split("\n", 1) for part in TEXT.split("\n## ")[1:])
KEYS = {field.encode_name for record in (Config, NotesRules) for field in msgspec.structs.fields(record)}
OTHERS = {
    "hidden",
    "tool.pilotage.notes",
    "paths",
    "project",
    "tool.poetry",
    "setup.cfg",
    "setup.py",
    "x-pilotage-version",
}
"""What the right column names beside keys."""


def test_every_tool_has_a_section_and_its_command() -> None:
    assert set(TOOLS) == SECTIONS.keys() - {"What is different with every tool"}
    assert sorted(re.findall(r"^\$ pilotage config --from ([\w-]+)", TEXT, re.MULTILINE)) == sorted(TOOLS)


@pytest.mark.parametrize("tool", TOOLS)
def test_the_files_that_are_named_are_looked_for(tool: str) -> None:
    read = SECTIONS[tool].partition("Read are")[2].partition("\n\n")[0]
    files = [
        path for path in re.findall(r"`([^`]+)`", read) if re.search(r"\.(?:json|toml|ya?ml|cfg|js)$|^\.cz$", path)
    ]
    assert files
    assert set(files) <= set(CANDIDATE_PATHS)


@pytest.mark.parametrize("tool", TOOLS)
def test_the_keys_that_are_named_exist(tool: str) -> None:
    cells = [
        line.split(" | ")[1] for line in SECTIONS[tool].splitlines() if line.startswith("| ") and "---" not in line
    ]
    named = {
        word for cell in cells for code in re.findall(r"`([^`]+)`", cell) for word in re.findall(r"[a-z.-]{4,}", code)
    }
    known = KEYS | OTHERS | {"feat", "draft"}
    assert named - known - {"pull-request-title"} == set()


def test_the_machine_format_is_the_documented_one() -> None:
    shape = '{"format": 1, "tool", "source", "toml", "config", "unmatched": [{"key", "value", "why"}]}'
    assert shape in " ".join(TEXT.split())
