"""The checkout of a job is shallow: what a rehearsal found out about git's answers there."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from pilotage.errors import UsageError
from pilotage.providers.git import Git
from pilotage.sandbox.forge import Forge

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    """Give a release branch that was made from the commit before the last one of main."""
    made = Forge(tmp_path / "forge")
    made.push("main", {"a": "1"}, "feat: one")
    made.push("main", {"a": "2"}, "feat: two")
    made.push("release", {"a": "3"}, "chore(release): 1.0.0", base="main")
    made.push("main", {"a": "4"}, "fix: three")
    return made


def shallow_clone(forge: Forge, into: Path, depth: int) -> Git:
    url = forge.realm.git.git_dir.as_uri()
    command = ["git", "clone", "-q", f"--depth={depth}", "--no-single-branch", url, str(into)]
    subprocess.run(command, check=True)
    return Git(into)


def tips(forge: Forge) -> tuple[str, str]:
    return forge.realm.git.branch("main") or "", forge.realm.git.branch("release") or ""


def test_a_branch_from_an_older_commit_is_known_not_to_contain_the_newest_in_a_shallow_clone(
    forge: Forge, tmp_path: Path
) -> None:
    main, release = tips(forge)
    git = shallow_clone(forge, tmp_path / "clone", depth=2)
    assert git.is_shallow()
    assert not git.is_ancestor(main, release)


def test_a_shallow_clone_that_ends_before_the_fork_cannot_tell(forge: Forge, tmp_path: Path) -> None:
    forge.push("release", {"a": "5"}, "chore: more")
    forge.push("release", {"a": "6"}, "chore: still more")
    main, release = tips(forge)
    git = shallow_clone(forge, tmp_path / "clone", depth=1)
    with pytest.raises(UsageError, match="cannot be known"):
        git.is_ancestor(main, release)
