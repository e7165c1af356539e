"""Fixtures of the train: a bench per test, with the demo repository open on the embedded forge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from train.harness import Bench, Street

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    """Open the demo repository, released once as v0.1.0."""
    bench = Bench(tmp_path)
    with bench.world(bench.start()) as (forge, endpoint):
        yield Street(bench, forge, endpoint)
