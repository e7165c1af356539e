"""Symbolic links that lead out of the workspace: nothing outside is read into a release or written."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from hostile.hostileground import Ground, links_into, open_ground
from pilotage.errors import PilotageError
from train.harness import PYPROJECT
from train.publishyard import Site, make_drafted, open_site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECRET = "words of the machine"  # noqa: S105 - invented
NAMES = ("SHA256SUMS", "pilotage-dist.json", "demo-0.2.0.cdx.json", "leak.cdx.json", "demo-0.2.0.tar.gz")


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    with open_ground(tmp_path) as open_:
        open_.forge.push("main", {"x.txt": "x"}, "feat: greet people")
        yield open_


@pytest.fixture
def site(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(make_drafted(tmp_path_factory), tmp_path / "site") as open_:
        open_.configure('\n[tool.pilotage.publish]\nassets = ["dists", "sums", "sbom"]\n')
        yield open_


def everything_of(ground: Ground) -> str:
    """Give all that strangers can read afterwards: the pull request, the releases, every file of both branches."""
    state = ground.forge.realm.state
    words = [pull.title + (pull.body or "") for pull in state.pulls]
    words += [release.body or "" for release in state.releases]
    git = ground.forge.realm.git
    for branch in ("main", "pilotage/release-main"):
        for path in ("pyproject.toml", "CHANGELOG.md", "src/version.py"):
            words.append(ground.file(path, branch) if git.branch(branch) else "")
    return "\n".join(words)


@pytest.mark.parametrize("kind", ["absolute", "upwards"])
@pytest.mark.parametrize("path", ["pyproject.toml", "CHANGELOG.md", "src/version.py"])
def test_a_link_in_the_repository_is_neither_followed_nor_written_through(ground: Ground, path: str, kind: str) -> None:
    outside = ground.folder / "outside"
    inside = {
        "pyproject.toml": PYPROJECT,
        "CHANGELOG.md": f"# Changelog\n\n{SECRET}\n",
        "src/version.py": f'V = "0.1.0"  # x-pilotage-version\nS = "{SECRET}"\n',
    }[path]
    outside.write_text(inside)
    target = str(outside) if kind == "absolute" else "/".join([".."] * 20) + str(outside)
    asked = PYPROJECT + '\n[tool.pilotage]\nversion-files = ["src/version.py"]\n'
    marked = 'V = "0.1.0"  # x-pilotage-version\n'
    ground.forge.push("main", {"pyproject.toml": asked, "src/version.py": marked}, "chore: files")
    links_into(ground, {path: target})
    ended = ground.pushed()
    assert ended.code == 2, ended.log
    assert path in ended.log
    assert SECRET not in ended.log + everything_of(ground)
    assert outside.read_text() == inside
    assert ground.open_pulls == {}


def test_a_configuration_elsewhere_is_read_from_the_branch_and_not_from_the_disk(ground: Ground) -> None:
    outside = ground.folder / "outside.toml"
    outside.write_text(f'[tool.pilotage]\nchangelog-path = "{SECRET}"\n')
    for path in (str(outside), "../outside.toml", "/etc/passwd"):
        workspace = ground.check_out()
        ended = ground.run("push", ground.push_event(), workspace=workspace, command=("run", "--config", path))
        assert SECRET not in ended.log + everything_of(ground)
        assert "Traceback" not in ended.log
        assert "root:" not in ended.log


@pytest.mark.parametrize("name", NAMES)
def test_a_link_among_the_built_files_brings_nothing_of_the_machine_to_the_release(
    site: Site, tmp_path: Path, name: str
) -> None:
    outside = tmp_path / "outside"
    outside.write_text(SECRET)
    place = site.dist / name
    place.unlink(missing_ok=True)
    place.symlink_to(outside)
    site.try_push(**site.with_dist)
    assert hashlib.sha256(SECRET.encode()).hexdigest() not in site.assets.values()
    assert site.draft.draft
    assert outside.read_text() == SECRET


def test_a_folder_of_built_files_that_leads_elsewhere_is_checked_like_any_other(site: Site, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.whl").write_text(SECRET)
    link = tmp_path / "dist"
    link.symlink_to(outside)
    with pytest.raises(PilotageError):
        site.push(INPUT_DIST=str(link))
    assert site.assets == {}
    assert [path.name for path in outside.iterdir()] == ["secret.whl"]
