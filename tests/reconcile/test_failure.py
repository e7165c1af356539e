"""How a failure speaks: the same words on a terminal, in an annotation and in the summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.errors import ConflictError
from pilotage.reconcile.failure import tell_failure

if TYPE_CHECKING:
    from pathlib import Path


def told(error: ConflictError, environment: dict[str, str]) -> list[str]:
    lines: list[str] = []
    tell_failure(error, environment, write_line=lines.append)
    return lines


def test_a_person_reads_the_message_and_beneath_it_what_to_do() -> None:
    assert told(ConflictError("it broke", hint="Mend it."), {}) == ["error: it broke", "  Mend it."]


def test_without_a_hint_there_is_one_line() -> None:
    assert told(ConflictError("it broke"), {}) == ["error: it broke"]


def test_an_empty_message_is_still_an_error() -> None:
    assert told(ConflictError(""), {}) == ["error: "]


def test_a_very_long_message_is_cut() -> None:
    assert len(told(ConflictError("x" * 1_000_000), {})[0]) < 3000


def test_strangers_words_are_spelled_out() -> None:
    error = ConflictError("git said:\n::add-mask::x\x1b[2J", hint="Look at \u202e it.")
    assert told(error, {}) == ["error: git said:", "  ⟨U+003A⟩:add-mask::x⟨U+001B⟩[2J", "  Look at ⟨U+202E⟩ it."]


def test_in_actions_the_summary_says_what_to_do(tmp_path: Path) -> None:
    summary = tmp_path / "summary"
    environment = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
    lines = told(ConflictError("100% `broke`\n::error::x", hint="Mend it."), environment)
    assert lines == ["::error title=Pilotage::100%25 `broke`%0A⟨U+003A⟩:error::x%0AMend it."]
    assert summary.read_text() == (
        "## Pilotage stopped\n\n`` 100% `broke`⟨U+000A⟩::error::x ``\n\n**What to do:** `Mend it.`\n\n"
    )
