"""What `--keep` leaves: everything that the rehearsal saw and made, as files, with a guide."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

    from pilotage.sandbox.train.report import Rehearsed
    from pilotage.sandbox.train.subject import Subject

_GUIDE: Final = """\
What a rehearsal of {full_name} left behind ({outcome})

forge/{name}.git   the repository as the embedded forge held it: git --git-dir=forge/{name}.git log --all
index/files/       the files that the embedded index served, each below its digest
jobs/NN-STAGE/     each run of the program, in order: event.json (what GitHub sends), outputs.txt (the step's
                   outputs), summary.md (the job summary), log.txt (what it wrote, and its exit code)
notes.md           the notes of the release
release-pr.diff    what the release pull request changed
rehearsal.json     what `pilotage rehearse --json` says
stand-in/          only when the project could not be built: the files that were published in place of a build

The servers are gone: addresses on 127.0.0.1 in these files lead nowhere. The folder can be deleted.
"""


def spell_rehearsal(done: Rehearsed) -> dict[str, object]:
    """Spell a rehearsal in the machine format of `pilotage rehearse --json`."""
    return {
        "format": 1,
        "ok": done.ok,
        "stages": [{"name": s.name, "ok": s.ok, "seconds": s.seconds, "facts": s.facts} for s in done.stages],
        "requests": {stage.name: stage.requests for stage in done.stages},
        "version": done.version,
        "index_files": list(done.index_files),
        "release_url": done.release_url,
    }


def write_keepsake(done: Rehearsed, folder: Path, subject: Subject) -> None:
    """Write the guide and the results beside what forge, index and jobs left."""
    outcome = f"ok, {done.version}" if done.ok else f"failed at {done.stages[-1].name}"
    guide = _GUIDE.format(full_name=subject.full_name, name=subject.name, outcome=outcome)
    texts = {
        "README.txt": guide,
        "notes.md": done.notes,
        "release-pr.diff": done.diff,
        "rehearsal.json": json.dumps(spell_rehearsal(done), indent=1) + "\n",
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", errors="replace")
