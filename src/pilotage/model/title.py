"""What a check of a title finds: the JSON line of `pilotage title --batch` (CONTRACT section 1)."""

from __future__ import annotations

from typing import Literal

import msgspec


class Problem(msgspec.Struct, frozen=True):
    """One thing that is wrong with a title.

    Args:
        rule: The rule's id, such as `T001`; it never changes its meaning.
        message: What is wrong and what is expected; only `subject-pattern-message` can make it quote the title.
        start: Where the problem begins, in code points from 0.
        end: Where it ends; the same as `start` where something is missing.
        severity: Whether the title is refused for it.
    """

    rule: str
    message: str
    start: int
    end: int
    severity: Literal["error", "warning"] = "error"


class TitleReport(msgspec.Struct, frozen=True):
    """What a title says and what is wrong with it.

    Args:
        title: The title as it was given.
        ok: Whether it has no problem of severity `error`.
        type: The type that a release would read, in the spelling of the table of types; None when it would read none.
        scope: The scopes.
        breaking: Whether `!` marks a breaking change.
        subject: The description without a pull request's suffix; None when no type is read.
        bump: How far a version moves by it: `major` stands for any breaking change, also below 1.0.0.
        problems: All that is wrong, by position.
        suggestion: A title that is accepted; None when the title has no problem or no better one is known.
    """

    title: str
    ok: bool
    type: str | None = None
    scope: tuple[str, ...] = ()
    breaking: bool = False
    subject: str | None = None
    bump: Literal["major", "minor", "patch", "none"] = "none"
    problems: tuple[Problem, ...] = ()
    suggestion: str | None = None


class TitleVerdict(msgspec.Struct, frozen=True):
    """What the check of a pull request's title comes to.

    Args:
        report: What its title says and what is wrong with it; nothing is wrong with one that is not checked.
        skipped: Why it is not checked, as an end of "the title is not checked: …"; empty when it is.
    """

    report: TitleReport
    skipped: str = ""
