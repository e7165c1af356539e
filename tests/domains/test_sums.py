"""SHA256SUMS, held against the real sha256sum."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from pilotage.domains.sums import SUMS, render_sums
from providers.distfiles import make_sdist, make_wheel

if TYPE_CHECKING:
    from pathlib import Path


def test_sums_are_sorted_by_name(tmp_path: Path) -> None:
    _, sdist = make_sdist(tmp_path)
    _, wheel = make_wheel(tmp_path)
    assert render_sums([sdist, wheel]) == f"{wheel.sha256}  {wheel.name}\n{sdist.sha256}  {sdist.name}\n"


def test_sha256sum_accepts_them_and_sees_a_changed_file(tmp_path: Path) -> None:
    program = shutil.which("sha256sum")
    if program is None:
        pytest.skip("sha256sum is not installed")
    path, sdist = make_sdist(tmp_path)
    _, wheel = make_wheel(tmp_path)
    (tmp_path / SUMS).write_text(render_sums([sdist, wheel]))
    command = [program, "--check", "--strict", SUMS]
    assert subprocess.run(command, cwd=tmp_path, check=False, capture_output=True).returncode == 0
    path.write_bytes(b"other")
    assert subprocess.run(command, cwd=tmp_path, check=False, capture_output=True).returncode == 1
