"""The whole rehearsal: one stage after the other, until the train arrives or stops."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Final, Protocol

from pilotage.sandbox.forge import Refusal
from pilotage.sandbox.train import changing, releasing
from pilotage.sandbox.train.journey import Journey
from pilotage.sandbox.train.keepsake import write_keepsake
from pilotage.sandbox.train.report import STAGES, Facts, Rehearsed, Stage, StageFailedError
from pilotage.sandbox.train.scene import open_scene

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pilotage.sandbox.train.scene import Scene
    from pilotage.sandbox.train.subject import Subject

_ACTS: Final[Mapping[str, Callable[[Journey], Facts]]] = {
    "title": changing.check_title,
    "merge": changing.merge_feature,
    "release-pr": changing.open_release_pull,
    "update": changing.update_release_pull,
    "merge-release": changing.merge_release_pull,
    "release": releasing.make_release,
    "publish": releasing.publish_release,
    "verify": releasing.verify_files,
    "again": releasing.run_again,
}


class Audience(Protocol):
    """Who watches a rehearsal."""

    def begin(self, name: str) -> None:
        """Hear that a stage begins."""

    def end(self, stage: Stage) -> None:
        """Hear how a stage ended."""


def rehearse(
    subject: Subject, audience: Audience, *, keep: Path | None = None, parent: Mapping[str, str] | None = None
) -> Rehearsed:
    """Let a package travel the whole train.

    Args:
        subject: What is rehearsed.
        audience: Who watches.
        keep: A new or empty folder in which everything is left to look at; None leaves nothing.
        parent: The variables that jobs inherit, secrets left out; those of this process when None.

    Raises:
        SubjectError: The subject's history cannot be read.
    """
    with open_scene(subject, parent=os.environ if parent is None else parent, keep=keep) as scene:
        journey = Journey(scene)
        stages = _travel(journey, audience)
        files = tuple(releasing.index_files(scene))
        done = Rehearsed(stages, journey.version, files, journey.release_url, journey.notes, journey.diff)
        if keep is not None:
            write_keepsake(done, scene.folder, subject)
    return done


def _travel(journey: Journey, audience: Audience) -> tuple[Stage, ...]:
    stages: list[Stage] = []
    for name in STAGES:
        audience.begin(name)
        stage = _play(journey.scene, name, journey)
        audience.end(stage)
        stages.append(stage)
        if not stage.ok:
            break
    return tuple(stages)


def _play(scene: Scene, name: str, journey: Journey) -> Stage:
    scene.forge.mark()
    started = time.perf_counter()
    try:
        facts, ok = _ACTS[name](journey), True
    except StageFailedError as exc:
        facts, ok = exc.facts(), False
    except Refusal as exc:
        facts, ok = StageFailedError(f"the forge refused what a maintainer did: {exc}").facts(), False
    seconds = round(time.perf_counter() - started, 3)
    return Stage(name, ok, seconds, facts, scene.forge.api_calls())
