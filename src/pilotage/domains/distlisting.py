"""What is in built files, for people: a tree of each, collapsed where it is long, and what the checks found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from packaging.metadata import RawMetadata, parse_email

from pilotage.domains.safetext import code_span, show

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pilotage.model.distcontents import DistContents, DistMember, DistReport, Finding

MOST_LINES = 200
"""Lines of one tree; beyond them folders are told by their number of files."""

_DEEPEST = 24
_FIELDS = (
    ("Name", "name"),
    ("Version", "version"),
    ("Summary", "summary"),
    ("Requires-Python", "requires_python"),
    ("License-Expression", "license_expression"),
    ("License", "license"),
    ("Requires-Dist", "requires_dist"),
    ("Provides-Extra", "provides_extra"),
)
_KINDS = {"symlink": " -> ", "hardlink": " => "}


class _Folder(msgspec.Struct):
    """A folder of a tree while it is built: its own files, its folders, and what is in all of them."""

    folders: dict[str, _Folder] = {}
    files: list[tuple[str, DistMember]] = []
    count: int = 0
    size: int = 0

    @property
    def entries(self) -> int:
        return len(self.folders) + len(self.files)


def render_tree(contents: DistContents, *, most: int = MOST_LINES) -> str:
    """Render the members of a file as a tree with sizes.

    Args:
        contents: The file.
        most: Lines that it may have, besides a last one that says what is left out.
    """
    root = _plant(contents.members)
    opened = _choose_open(root, most)
    lines: list[str] = []
    left = 0
    for depth, line in _walk(root, opened):
        if len(lines) < most:
            lines.append(f"{'  ' * depth}{line}")
        else:
            left += 1
    if left:
        lines.append(f"… and {left} more entries")
    return "\n".join(lines)


def _plant(members: Sequence[DistMember]) -> _Folder:
    root = _Folder()
    for member in members:
        *parents, name = [part for part in member.path.split("/") if part not in ("", ".")] or [""]
        if member.kind == "dir":
            parents, name = [*parents, name], ""
        folder = root
        for number, part in enumerate(parents[:_DEEPEST]):
            folder.count += name != ""
            folder.size += member.size
            folder = folder.folders.setdefault("…" if number == _DEEPEST - 1 else part, _Folder())
        folder.count += name != ""
        folder.size += member.size
        if name:
            folder.files.append((name, member))
    return root


def _choose_open(root: _Folder, most: int) -> set[int]:
    """Choose the folders that are shown opened: from the top, small ones first, while the lines suffice."""
    opened = {id(root)}
    lines = root.entries
    level = list(root.folders.values())
    while level:
        deeper: list[_Folder] = []
        for folder in sorted(level, key=lambda one: one.entries):
            if lines + folder.entries > most:
                break
            lines += folder.entries
            opened.add(id(folder))
            deeper += folder.folders.values()
        level = deeper
    return opened


def _walk(root: _Folder, opened: set[int]) -> Iterator[tuple[int, str]]:
    """Give each line with its depth; a folder before its content, all by name."""
    waiting: list[tuple[int, str, _Folder | DistMember]] = _list_entries(root, 0)
    while waiting:
        depth, name, entry = waiting.pop()
        shown = show(name)
        if not isinstance(entry, _Folder):
            mark = _KINDS.get(entry.kind, "")
            yield (
                depth,
                f"{shown}{mark}{show(entry.target)} ({spell_size(entry.size)})" if mark else _line(shown, entry),
            )
        elif id(entry) in opened:
            yield depth, f"{shown}/"
            waiting += _list_entries(entry, depth + 1)
        else:
            yield depth, f"{shown}/ … {entry.count} files, {spell_size(entry.size)}"


def _line(shown: str, member: DistMember) -> str:
    return f"{shown}{'*' if member.is_executable else ''} ({spell_size(member.size)})"


def _list_entries(folder: _Folder, depth: int) -> list[tuple[int, str, _Folder | DistMember]]:
    """List a folder's entries, the last one first: they are taken from the end."""
    entries: list[tuple[int, str, _Folder | DistMember]] = [(depth, name, one) for name, one in folder.folders.items()]
    entries += [(depth, name, member) for name, member in folder.files]
    return sorted(entries, key=lambda entry: entry[1], reverse=True)


def spell_size(size: int) -> str:
    """Spell a number of bytes for people."""
    if size < 1000:  # noqa: PLR2004 - decimal units, as indexes show them
        return f"{size} B"
    amount, unit = size / 1000, "kB"
    for larger in ("MB", "GB"):
        if amount < 1000:  # noqa: PLR2004 - decimal units, as indexes show them
            break
        amount, unit = amount / 1000, larger
    return f"{amount:.1f} {unit}"


def render_findings(findings: Sequence[Finding]) -> str:
    """Render findings for a terminal: what, where, and the next action."""
    lines: list[str] = []
    for one in findings:
        lines += [f"{one.severity} {one.rule} {one.place}: {one.message}", f"    {one.hint}"]
    return "\n".join(lines)


def render_report(report: DistReport) -> str:
    """Render the job summary of a build, Markdown: what the checks found, the metadata, the content of each file.

    Names and metadata are shown as code, so that nothing in them is Markdown.
    """
    parts = ["## Built files", _render_verdict(report)]
    if report.findings:
        parts.append(_render_table(report.findings))
    if table := _render_metadata(report.contents):
        parts.append(table)
    parts += [_render_file(contents) for contents in report.contents]
    return "\n\n".join(parts) + "\n"


def _render_verdict(report: DistReport) -> str:
    errors, warnings = len(report.errors), len(report.warnings)
    if not report.findings:
        return "Every check passed."
    verdict = "They are not fit to leave" if errors else "They may leave"
    return f"{verdict}: {_count(errors, 'error')}, {_count(warnings, 'warning')}."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _render_table(findings: Sequence[Finding]) -> str:
    lines = ["| rule | | where | what | what to do |", "|---|---|---|---|---|"]
    for one in findings:
        cells = (_cell(one.place), _cell(one.message), _cell(one.hint))
        lines.append(f"| {one.rule} | {one.severity} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _render_metadata(contents: Sequence[DistContents]) -> str:
    found = next((each.metadata for each in contents if each.metadata is not None), None)
    if found is None:
        return ""
    raw, _ = parse_email(found)
    rows = [f"| {label} | {_cell(text)} |" for label, text in _list_fields(raw)]
    return "\n".join(["| metadata | |", "|---|---|", *rows])


def _list_fields(raw: RawMetadata) -> Iterator[tuple[str, str]]:
    values: dict[str, object] = {**raw}
    for label, key in _FIELDS:
        value = values.get(key)
        if isinstance(value, list):
            yield from ((label, str(each)) for each in value)
        elif value:
            yield label, str(value)


def _render_file(contents: DistContents) -> str:
    tree = render_tree(contents)
    files = sum(member.kind != "dir" for member in contents.members)
    head = f"{contents.name}: {_count(files, 'file')}, {spell_size(contents.size)}, sha256 {contents.sha256}"
    # No line of a tree ends the block: a size or a slash follows every name, and nothing may follow a closing fence.
    return f"<details><summary>{_escape(show(head))}</summary>\n\n```text\n{tree}\n```\n\n</details>"


def _cell(text: str) -> str:
    # In a table a bar ends the cell, in code spans too (GitHub Flavored Markdown 0.29, section 4.10).
    return code_span(text, limit=300).replace("|", "\\|")


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
