"""What was published is installed by pip and by uv from the index that it was published on, and imported."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from contract.indexservers import BIN, START, Server
from contract.publishes import make_dist, publish

if TYPE_CHECKING:
    from collections.abc import Callable


def with_pip(python: Path, simple_url: str) -> list[str | Path]:
    options = ["--isolated", "--no-cache-dir", "--disable-pip-version-check", "--quiet"]
    return [sys.executable, "-m", "pip", "--python", python, "install", *options, "--index-url", simple_url]


def with_uv(python: Path, simple_url: str) -> list[str | Path]:
    return [
        BIN / "uv",
        "--no-config",
        "pip",
        "install",
        "--quiet",
        "--no-cache",
        "--python",
        python,
        "--index-url",
        simple_url,
    ]


def plain() -> dict[str, str]:
    """Give the environment without what this machine says about indexes: only the one that is named shall be asked."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_", "PYTHON"))}
    return {**kept, "PIP_CONFIG_FILE": os.devnull}


@pytest.mark.parametrize("installer", [with_pip, with_uv], ids=["pip", "uv"])
@pytest.mark.parametrize("wanted", ["a version", "the newest"])
def test_what_was_published_is_installed_and_imported(
    server: Server, name: str, tmp_path: Path, installer: Callable[[Path, str], list[str | Path]], wanted: str
) -> None:
    older = publish(server, make_dist(tmp_path / "older", name, "1.0"))
    newer = publish(server, make_dist(tmp_path / "newer", name, "1.1"))
    assert (older.outcome, newer.outcome) == ("published", "published")
    place = tmp_path / "venv"
    venv.create(place, with_pip=False)
    python = place / "bin" / "python"
    requirement = f"{name}==1.0" if wanted == "a version" else name
    subprocess.run([*installer(python, server.simple_url), requirement], env=plain(), check=True, timeout=START)
    program = f"import {name}; print({name}.__version__, {name}.__file__)"
    done = subprocess.run(
        [python, "-c", program], env=plain(), check=True, capture_output=True, text=True, timeout=START
    )
    version, file = done.stdout.split()
    assert version == ("1.0" if wanted == "a version" else "1.1")
    assert Path(file).is_relative_to(place)
