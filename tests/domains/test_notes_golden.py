"""The look of notes: tests/golden/notes/<case>/in.json (a NotesData) makes want.md.

To write `want.md` anew after a wished change of the look, or for a new case, delete the file and run this module once:
the test writes what it got and fails, so that nobody keeps it unseen; read the difference with git, then run it again.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from pilotage.domains.notes import render_notes
from pilotage.model.notes import NotesData

CASES = sorted((Path(__file__).resolve().parents[1] / "golden" / "notes").iterdir())


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_notes_look_as_agreed(case: Path) -> None:
    got = render_notes(msgspec.json.decode((case / "in.json").read_bytes(), type=NotesData, strict=True)) + "\n"
    want = case / "want.md"
    if not want.exists():
        want.write_text(got, encoding="utf-8")
        pytest.fail(f"{want.name} of {case.name} was missing and is written now: read it, then run again")
    assert want.read_text(encoding="utf-8") == got
