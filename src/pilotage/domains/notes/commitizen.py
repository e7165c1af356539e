"""Notes in the style of commitizen's built-in template (`keep_a_changelog_template.md.j2`, rules of version 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.markdown import clean_line, escape_line
from pilotage.domains.notes.blocks import UpgradePaths, render_block, render_thanks
from pilotage.model.config import DEFAULT_TYPES

if TYPE_CHECKING:
    from pilotage.model.change import Change
    from pilotage.model.notes import NotesData


def render_heading(data: NotesData) -> str:
    """Write the version as its tag spells it, and the date."""
    return f"## {data.tag if data.tag in (data.version, f'v{data.version}') else data.version} ({data.date})"


def render_body(data: NotesData) -> str:
    """Write the breaking changes, then a list for each shown type under its own name."""
    paths = UpgradePaths()
    breaking = [line for change in data.changes if change.breaking for line in _breaking_lines(change, paths)]
    blocks = [render_block("BREAKING CHANGE", breaking)] if breaking else []
    titles = {name: _title(name, row.section) for name, row in data.types.items() if not row.hidden}
    for title in dict.fromkeys(titles.values()):
        lines = [_line(change) for change in data.changes if titles.get(change.type) == title]
        blocks += [render_block(escape_line(title), lines)] if lines else []
    return "\n\n".join([*blocks, *render_thanks(data, bullet="-")])


def _title(name: str, section: str) -> str:
    """Give a type's heading: its own name, unless the repository has given the section another one."""
    usual = DEFAULT_TYPES[name].section if name in DEFAULT_TYPES else ""
    return section if section and section != usual else name.capitalize()


def _lead(change: Change) -> str:
    scope = ",".join(escape_line(name) for name in change.scope if clean_line(name) not in {"", "*"})
    return f"- **{scope}**: " if scope else "- "


def _line(change: Change) -> str:
    number = "" if change.pull_request is None else f" (#{change.pull_request})"
    return f"{_lead(change)}{escape_line(change.subject)}{number}"


def _breaking_lines(change: Change, paths: UpgradePaths) -> list[str]:
    texts = change.breaking_notes or (change.subject,)
    return [*(f"{_lead(change)}{escape_line(text)}" for text in texts), *paths.take(change)]
