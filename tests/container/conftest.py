"""What the checks of the image stand on; `make test-container` gives the engine and the image (`run.py`)."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

import pytest

from container.engine import Engine, find
from container.image import IMAGE
from container.runner import ContainerRunner
from pilotage.sandbox.train.journey import Journey
from pilotage.sandbox.train.scene import open_scene
from pilotage.sandbox.train.subject import OWNER, Subject

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EXAMPLE = Subject(None, OWNER, "harbour-example", project="harbour-example")


@pytest.fixture(scope="session")
def engine() -> Engine:
    return Engine(find("docker") or "docker", os.environ["PILOTAGE_CONTAINER_HOST"])


@pytest.fixture
def journey(engine: Engine, tmp_path: Path) -> Iterator[Journey]:
    """A package on its way, whose jobs run in the image."""
    with contextlib.ExitStack() as stack:
        scene = stack.enter_context(open_scene(EXAMPLE, parent={"HOME": str(tmp_path)}, keep=tmp_path / "kept"))
        scene.runner = ContainerRunner(scene, engine, IMAGE)
        travels = Journey(scene)
        travels.before = travels.after = scene.forge.realm.git.branch(EXAMPLE.branch) or ""
        yield travels


@pytest.fixture
def runner(journey: Journey) -> ContainerRunner:
    assert isinstance(journey.scene.runner, ContainerRunner)
    return journey.scene.runner
