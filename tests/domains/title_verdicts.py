"""The 140 tricky messages beside the checkout, with the specification's verdict on each."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import NamedTuple

import pytest

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
_ESCAPE = re.compile(r"\\(?:u([0-9a-f]{4})|([nrt]))")
_PLAIN = {"n": "\n", "r": "\r", "t": "\t"}


class Verdict(NamedTuple):
    """One message: its number, its text, `ok`, `bad` or `?`, and the bump that the specification gives it."""

    number: int
    message: str
    spec: str
    bump: str


def read_verdicts() -> list[Verdict]:
    """Read the table, or skip the test when it is not there."""
    path = SHARED / "title-verdicts.tsv"
    if not path.exists():
        pytest.skip("the table of verdicts is not beside the checkout (../shared/data/title-verdicts.tsv)")
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [Verdict(int(row["i"]), _unescape(row["message"]), row["spec"], row["spec_bump"]) for row in rows]


def _unescape(text: str) -> str:
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)) if match[1] else _PLAIN[match[2]], text)
