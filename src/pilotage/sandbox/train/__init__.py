"""The release train on the embedded forge and index: a rehearsal drives the world as people and GitHub do.

The program under rehearsal is the real one, in processes of its own, in checkouts and with the environment of a job.
Its parts: `subject` (what is rehearsed), `jobenvironment` and `runner` (a job), `scene` (forge, index, folders),
`journey`, `changing`, `releasing`, `outside`, `substitute` (the stages), `report` (what came of it), `keepsake` (what
stays), `rehearsal` (the whole).
"""

from __future__ import annotations

from pilotage.sandbox.train.keepsake import spell_rehearsal
from pilotage.sandbox.train.rehearsal import Audience, rehearse
from pilotage.sandbox.train.report import STAGES, Rehearsed, Stage
from pilotage.sandbox.train.subject import OWNER, Subject, SubjectError, observe_repository

__all__ = [
    "OWNER",
    "STAGES",
    "Audience",
    "Rehearsed",
    "Stage",
    "Subject",
    "SubjectError",
    "observe_repository",
    "rehearse",
    "spell_rehearsal",
]
