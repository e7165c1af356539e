"""Measure how many real changelog sections of release-please Pilotage renders to the letter from the commits alone.

python tests/benchmarks/notes_fidelity.py [OWNER__NAME]

Reads ../shared/data/replay beside the checkout. Dates are left aside: release-please writes the day on which it last
refreshed its pull request. For each section that differs it says why, with a line as evidence:

- `words`: the section holds words that no commit of the range says (an override in a pull request, or a person's pen).
- `left-out`: the range has changes that the section has not.
- `order`: the lines are the same, in another order or under another heading.
- `template`: the same but for an older template's addresses, headings, gaps, capitals or `closes`.
- `rendering`: anything else, which would be ours to explain.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, cast

import msgspec

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path[0] = str(ROOT / "tests")

from pilotage.domains.changes import read_changes  # noqa: E402 - the path is set only from here on
from pilotage.domains.notes import render_notes  # noqa: E402 - same
from pilotage.model.commit import Commit  # noqa: E402 - same
from pilotage.model.config import DEFAULT_TYPES, ChangeType, Config  # noqa: E402 - same
from pilotage.model.notes import NotesData, NotesStyle  # noqa: E402 - same

if TYPE_CHECKING:
    from collections.abc import Iterator

HISTORIES = ROOT.parent / "shared" / "data" / "replay" / "histories"
SUBJECT = "uktrade__platform-tools"


class RawCommit(TypedDict):
    """A commit of the data, as far as it is read here."""

    sha: str
    subject: str
    body: str
    no_blank_line: bool
    parents: int
    touches_component: bool
    files: list[str]


class Row(TypedDict):
    """A release of the data, as far as it is read here."""

    repo: str
    tool: str
    tag: str
    version: str
    prev_tag: str | None
    tool_config: str | None
    tool_config_extra: dict[str, str] | None
    component_path: str | None
    changelog_section: str | None
    commits: list[RawCommit]


@dataclass(frozen=True)
class Verdict:
    """What became of one section: an empty cause is an exact one."""

    tag: str
    cause: str = ""
    evidence: str = ""


def read_rows(path: Path) -> list[Row]:
    """Read the releases of one repository, oldest first."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [cast("Row", json.loads(line)) for line in lines]


def judge_repository(path: Path) -> list[Verdict]:
    """Judge each section that release-please wrote."""
    rows = read_rows(path)
    by_tag = {row["tag"]: row for row in rows}
    return [_judge(row, by_tag) for row in rows if row["tool"] == "release-please" and row["changelog_section"]]


def share_exact(verdicts: list[Verdict]) -> float:
    """Give the share of exact sections."""
    return sum(not verdict.cause for verdict in verdicts) / len(verdicts)


def share_determined(verdicts: list[Verdict]) -> float:
    """Give the share of exact sections among those that hold no words but the commits'."""
    return share_exact([verdict for verdict in verdicts if verdict.cause != "words"])


def _judge(row: Row, by_tag: dict[str, Row]) -> Verdict:
    want = _dateless(row["changelog_section"] or "")
    previous, commits = _range(row, want, by_tag)
    got = _dateless(_render(row, previous, commits))
    if got == want:
        return Verdict(row["tag"])
    if _modern(got) == _modern(want):
        return Verdict(row["tag"], "template", want.partition("\n")[0])
    return Verdict(row["tag"], *_find_cause(_lines(got), _lines(want)))


def _range(row: Row, want: str, by_tag: dict[str, Row]) -> tuple[str, list[RawCommit]]:
    """Give the range that the section's own heading names: releases in between were made beside release-please."""
    named = re.match(r"\S+ \[[^\]]*\]\([^)]*/compare/(.*?)\.\.\.", want)
    previous, commits = row["prev_tag"] or "", list(row["commits"])
    at = previous
    while named and named[1] != at and at in by_tag:
        commits += by_tag[at]["commits"]
        at = by_tag[at]["prev_tag"] or ""
    return (at, commits) if named and named[1] == at else (previous, list(row["commits"]))


def _render(row: Row, previous: str, raw: list[RawCommit]) -> str:
    commits = [
        Commit(commit["sha"], _message(commit), parents=("",) * commit["parents"])
        for commit in raw
        if _counts(commit, row)
    ]
    types = _read_types(row)
    config = Config(reverts="count", extend_types=types)
    data = NotesData(
        version=row["version"],
        tag=row["tag"],
        date="0000-00-00",
        previous_tag=previous,
        repository_url=f"https://github.com/{row['repo']}",
        changes=read_changes(commits, config).changes,
        types=types,
        messages={commit.sha: commit.message for commit in commits},
    )
    return render_notes(data, style=NotesStyle.RELEASE_PLEASE)


def _message(commit: RawCommit) -> str:
    gap = "\n" if commit.get("no_blank_line") else "\n\n"
    return f"{commit['subject']}{gap}{commit['body']}" if commit["body"] else commit["subject"]


def _read_tables(row: Row) -> list[dict[str, object]]:
    """Read the tables of release-please's configuration that hold for the row's package, its own one first."""
    for text in (row["tool_config"], *(row["tool_config_extra"] or {}).values()):
        try:
            config = json.loads(text or "")
        except ValueError:
            continue
        packages = config.get("packages") if isinstance(config, dict) else None
        if isinstance(packages, dict):
            own = packages.get(row["component_path"] or ".")
            return [*([own] if isinstance(own, dict) else []), config]
    return []


def _read_types(row: Row) -> dict[str, ChangeType]:
    """Read the sections: the configured ones, else those of the release type."""
    tables = _read_tables(row)
    for table in tables:
        if isinstance(sections := table.get("changelog-sections"), list):
            return dict(map(_read_type, sections))
    kinds = [str(table["release-type"]) for table in tables if "release-type" in table]
    if kinds and kinds[0] != "python":
        hidden = {"docs", "deps"}
        return {k: msgspec.structs.replace(v, hidden=v.hidden or k in hidden) for k, v in DEFAULT_TYPES.items()}
    return dict(DEFAULT_TYPES)


def _counts(commit: RawCommit, row: Row) -> bool:
    """Tell whether a commit touches more of the package than its excluded folders."""
    excluded = [
        str(name) for table in _read_tables(row)[:1] for name in cast("list[object]", table.get("exclude-paths", []))
    ]
    inside = [path for path in commit.get("files", []) if path.startswith(_folder(row))]
    kept = [path for path in inside if not any(f"{path}/".startswith(f"{name.strip('/')}/") for name in excluded)]
    return commit.get("touches_component") is not False and (not inside or bool(kept) or not excluded)


def _folder(row: Row) -> str:
    path = row["component_path"] or "."
    return "" if path == "." else f"{path}/"


def _read_type(section: dict[str, object]) -> tuple[str, ChangeType]:
    name = str(section["type"])
    bump = DEFAULT_TYPES[name].bump if name in DEFAULT_TYPES else "none"
    return name, ChangeType(bump, str(section.get("section", "")), hidden=bool(section.get("hidden", False)))


def _dateless(section: str) -> str:
    return re.sub(r" \(\d{4}-\d\d-\d\d\)", "", section.strip(), count=1)


def _modern(section: str) -> str:
    text = re.sub(r"^### \[", "## [", section.replace("https://www.github.com/", "https://github.com/"))
    text = re.sub(r"/commit/([0-9a-f]{7})[0-9a-f]*\)", r"/commit/\1)", text.replace(", closes [", ", refs ["))
    return "\n".join(line.rstrip().casefold() for line in text.split("\n") if line.strip())


def _lines(section: str) -> list[str]:
    return [line.strip() for line in section.split("\n")[1:] if line.strip()]


def _find_cause(got: list[str], want: list[str]) -> tuple[str, str]:
    strange = Counter(map(_modern, want)) - Counter(map(_modern, got))
    if strange:
        return "words", next(line for line in want if _modern(line) in strange)
    missing = [line for line in got if line not in want]
    return ("left-out", missing[0]) if missing else ("order", want[0]) if got != want else ("rendering", want[0])


def report(name: str, verdicts: list[Verdict]) -> Iterator[str]:
    """Yield one line for a repository, with its causes."""
    causes = Counter(verdict.cause or "exact" for verdict in verdicts)
    told = ", ".join(f"{cause} {count}" for cause, count in sorted(causes.items()))
    yield f"{name}: {causes['exact']} of {len(verdicts)} sections exact ({share_exact(verdicts):.1%}); {told}"


def main() -> None:
    """Print the subject's figure with each difference, and the other repositories' totals."""
    subject = sys.argv[1] if len(sys.argv) > 1 else SUBJECT
    verdicts = judge_repository(HISTORIES / f"{subject}.jsonl.gz")
    lines = [*report(subject, verdicts), f"of those that the commits determine: {share_determined(verdicts):.1%}"]
    lines += [f"  {verdict.tag}: {verdict.cause}: {verdict.evidence[:150]}" for verdict in verdicts if verdict.cause]
    every: list[Verdict] = []
    for path in sorted(HISTORIES.glob("*.jsonl.gz")):
        own = judge_repository(path) if not path.name.startswith(subject) else []
        lines += report(path.name.removesuffix(".jsonl.gz"), own) if own else []
        every += own
    lines += report("all others", every)
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
