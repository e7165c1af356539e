"""Real configurations of public repositories: each translates, and what comes out reads back to the same record."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from domains.translated import translated
from pilotage.domains.translation import detect_tools

if TYPE_CHECKING:
    from collections.abc import Iterator

HISTORIES = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "replay" / "histories"
NAMES = {"psr": "python-semantic-release"}
TOOLS = {"release-please", "psr", "commitizen", "semantic-release"}
NUMBERS = re.compile(r"[0-9a-f]{40}|[0-9]+")


def configurations(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Give a third of the configurations of one repository that differ in more than numbers."""
    seen: set[str] = set()
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["tool"] not in TOOLS or row["tool_config_path"] is None:
                continue
            files = {**(row["tool_config_extra"] or {}), row["tool_config_path"]: row["tool_config"] or ""}
            key = row["tool"] + NUMBERS.sub("0", json.dumps(files, sort_keys=True))
            if key in seen:
                continue
            seen.add(key)
            if len(seen) % 3 == 1:  # a sample: most differ in dependencies alone
                yield NAMES.get(row["tool"], row["tool"]), files


@pytest.mark.parametrize("path", sorted(HISTORIES.glob("*.jsonl.gz")) or [None], ids=lambda path: path and path.stem)
def test_real_configurations_translate_and_read_back(path: Path | None) -> None:
    if path is None:
        pytest.skip(f"the replay data is not beside the repository: {HISTORIES.resolve().name}")
    for tool, files in configurations(path):
        if tool == "commitizen" and not any("[tool.commitizen]" in text for text in files.values()):
            continue  # its first releases were made without a table
        assert translated(tool, files).tool == tool
        assert detect_tools(files)[0] == tool
