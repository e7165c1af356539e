"""How many requests each stage of the train makes, counted by the embedded forge."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.tables import render_table
from train.harness import STAGES, Bench

if TYPE_CHECKING:
    from pilotage.sandbox.forge.log import Kind

KINDS: tuple[Kind, ...] = ("graphql", "rest", "git")


def tell_requests() -> str:
    """Run the train's stages, each in the world that the one before left, and count the requests of each."""
    rows: list[tuple[object, ...]] = []
    with tempfile.TemporaryDirectory(prefix="pilotage-bench-") as folder:
        bench = Bench(Path(folder))
        saved = bench.start()
        for stage in STAGES:
            with bench.world(saved) as (forge, endpoint):
                stage.act(forge)
                before = len(forge.log)
                bench.run(endpoint)
                made = Counter(request.kind for request in forge.log[before:])
                kinds = [made[kind] for kind in KINDS]
                rows.append((stage.name, *kinds, made["graphql"] + made["rest"]))
                saved = bench.save(forge, f"bench-{stage.name}")
    return render_table("Requests of each stage of the train", ("stage", *KINDS, "API calls"), rows)
