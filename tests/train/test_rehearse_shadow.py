"""A build must be the build: what a rehearsal of a repository with a file of that name found out."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pilotage.providers.build import Builder
from train.rehearsed import BACKEND, BUILD, PROJECT

if TYPE_CHECKING:
    from pathlib import Path


def test_a_module_of_the_source_named_build_is_not_taken_for_the_build(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name, text in (
        ("pyproject.toml", PROJECT + BUILD),
        ("backend.py", BACKEND),
        ("build.py", "raise SystemExit(9)"),
    ):
        (source / name).write_text(text)
    dists = Builder(environment=os.environ).build(source, tmp_path / "dist", epoch=1_700_000_000)
    assert [dist.name for dist in dists] == ["tiny_tool-0.3.0-py3-none-any.whl", "tiny_tool-0.3.0.tar.gz"]
