"""The files that a release keeps: whole or not, ours or not, they decide what every later run sends."""

from __future__ import annotations

import hashlib
import json
import shutil
from typing import TYPE_CHECKING

import pytest

from pilotage.errors import PilotageError
from pilotage.sandbox.forge.releases import add_asset
from train.publishyard import ASSETS, DISTS, PUBLISHED, TAG, Site, build_files, make_drafted, open_site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MANIFEST = "pilotage-dist.json"


@pytest.fixture
def site(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(make_drafted(tmp_path_factory), tmp_path, PUBLISHED) as site:
        site.variables |= site.with_token
        yield site


def put(site: Site, name: str, content: bytes | None) -> None:
    """Attach a file behind everybody's back; None for an upload that broke off."""
    site.draft.assets[:] = [asset for asset in site.draft.assets if asset.name != name]
    realm, kind = site.forge.realm, "application/octet-stream"
    add_asset(realm, site.draft, name=name, content=content, content_type=kind, author="octocat")


def attach_all(site: Site) -> None:
    """Let the files be attached, with nothing sent anywhere."""
    site.index.read_only = True
    assert site.try_push(**site.with_dist) is not None
    site.index.read_only = False
    assert site.assets.keys() == set(ASSETS)


def manifest(site: Site, **changes: object) -> bytes:
    return json.dumps(json.loads((site.dist / MANIFEST).read_bytes()) | changes).encode()


def test_what_the_index_lacks_is_taken_from_the_release(site: Site) -> None:
    attach_all(site)
    built = site.built
    shutil.rmtree(site.dist)

    def close_after_the_first(_: object) -> None:
        site.index.read_only = bool(site.on_index)

    site.index.before_request = close_after_the_first
    assert site.try_push() is not None
    assert site.on_index == {DISTS[0]: built[DISTS[0]]}
    site.index.before_request, site.index.read_only = None, False
    assert site.push() == 0
    assert site.on_index == built
    assert not site.draft.draft
    assert site.outputs["published"] == "true"
    assert site.said("is complete now: what was missing has been sent")


def test_a_bill_of_materials_that_the_release_keeps_stays_with_its_digests(site: Site) -> None:
    site.configure(PUBLISHED + '[tool.pilotage.publish]\nassets = ["dists", "sums", "sbom"]\n')
    bill = site.dist / "demo-0.2.0.cdx.json"
    bill.write_text("{}")
    sums = "".join(
        f"{digest}  {name}\n"
        for name, digest in sorted({**site.built, bill.name: hashlib.sha256(b"{}").hexdigest()}.items())
    )
    (site.dist / "SHA256SUMS").write_text(sums)
    site.index.read_only = True
    assert site.try_push(**site.with_dist) is not None
    site.index.read_only = False
    assert set(site.assets) == {*ASSETS, bill.name}
    kept = dict(site.assets)
    assert site.push() == 0
    assert (site.assets, site.on_index) == (kept, site.built)


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("state", ["whole", "broken", "other"])
def test_an_unfinished_set_is_completed_and_then_published(site: Site, count: int, state: str) -> None:
    attach_all(site)
    good = dict(site.assets)
    for name in ASSETS[count:]:
        site.draft.assets[:] = [asset for asset in site.draft.assets if asset.name != name]
    last = ASSETS[count - 1]
    if state != "whole":
        put(site, last, None if state == "broken" else b"of a run that died")
    assert site.push(**site.with_dist) == 0
    assert site.assets == good
    assert len(site.draft.assets) == 4
    assert site.on_index == site.built
    assert not site.draft.draft


def test_a_manifest_whose_upload_broke_off_is_sent_again(site: Site) -> None:
    attach_all(site)
    good = dict(site.assets)
    put(site, MANIFEST, None)
    assert site.push(**site.with_dist) == 0
    assert site.assets == good


def test_a_whole_set_of_another_build_is_a_conflict_and_nothing_changes(site: Site) -> None:
    attach_all(site)
    shutil.rmtree(site.dist)
    build_files(site.folder, text="print('another build')\n")
    before = site.forge.world()
    site.watch()
    error = site.try_push(**site.with_dist)
    assert error is not None
    assert error.exit_code == 3
    assert DISTS[0] in error.message
    assert site.writes == []
    assert site.forge.world() == before
    assert site.on_index == {}


def test_a_conflict_of_two_builds_is_found_before_any_workflow_is_started(site: Site) -> None:
    attach_all(site)
    site.configure(PUBLISHED + '[tool.pilotage.publish]\nbefore = ["ci.yml"]\n')
    shutil.rmtree(site.dist)
    site.draft.assets.clear()
    build_files(site.folder)
    site.forge.add_run("ci.yml", site.head)
    attach_all(site)
    site.forge.realm.state.runs.clear()
    shutil.rmtree(site.dist)
    build_files(site.folder, text="print('another build')\n")
    site.watch()
    error = site.try_push(**site.with_dist)
    assert error is not None
    assert error.exit_code == 3
    assert site.writes == []


def test_a_manifest_of_another_commit_is_a_conflict(site: Site) -> None:
    attach_all(site)
    put(site, MANIFEST, manifest(site, commit="f" * 40))
    site.watch()
    error = site.try_push()
    assert error is not None
    assert error.exit_code == 3
    assert "ffffffffff" in error.message
    assert site.writes == []


def test_a_folder_of_another_commit_is_a_conflict(site: Site) -> None:
    attach_all(site)
    (site.dist / MANIFEST).write_bytes(manifest(site, commit="f" * 40))
    site.watch()
    error = site.try_push(**site.with_dist)
    assert error is not None
    assert error.exit_code == 3
    assert site.writes == []


@pytest.mark.parametrize("name", DISTS)
def test_a_file_that_somebody_changed_is_a_conflict_before_anything_is_sent(site: Site, name: str) -> None:
    attach_all(site)
    put(site, name, b"somebody else's")
    site.watch()
    error = site.try_push()
    assert error is not None
    assert error.exit_code == 3
    assert name in error.message
    assert site.writes == []
    assert site.on_index == {}
    assert site.draft.draft


HOSTILE: dict[str, Callable[[Site], bytes]] = {
    "no JSON": lambda _: b"<html>",
    "no text": lambda _: b"\xff\xfe\x00",
    "another format": lambda site: manifest(site, format=2, files="none"),
    "a path upwards": lambda site: manifest(site, files=[{"name": f"../{DISTS[0]}", "sha256": "0" * 64, "size": 1}]),
    "an absolute path": lambda site: manifest(site, files=[{"name": "/etc/passwd", "sha256": "0" * 64, "size": 1}]),
    "no files": lambda site: manifest(site, files=[]),
    "deep": lambda _: b'{"x":' + b"[" * 200_000,
    "huge": lambda site: manifest(site) + b" " * 5_000_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_manifest_that_is_none_is_named_and_nothing_is_written(site: Site, kind: str) -> None:
    attach_all(site)
    content = HOSTILE[kind](site)
    shutil.rmtree(site.dist)
    put(site, MANIFEST, content)
    seen = {path for path in site.folder.rglob("*") if "index" not in path.parts}
    site.watch()
    error = site.try_push()
    assert isinstance(error, PilotageError)
    assert TAG in error.message or MANIFEST in error.message
    assert error.hint
    assert site.writes == []
    assert {path for path in site.folder.rglob("*") if "index" not in path.parts} - {site.outputs_path} <= seen | {
        site.folder / "summary"
    }


def test_files_are_attached_before_an_immutable_release_is_published(site: Site) -> None:
    site.forge.immutable_releases = True
    assert site.push(**site.with_dist) == 0
    assert site.draft.immutable
    assert site.assets.keys() == set(ASSETS)
    assert site.on_index == site.built


def test_an_immutable_release_without_files_is_a_warning_and_the_index_gets_them(site: Site) -> None:
    site.forge.immutable_releases = True
    site.forge.publish_release(site.draft.id)
    assert site.released(**site.with_dist) == 0
    assert site.assets == {}
    assert site.on_index == site.built
    assert site.said("immutable")
    assert any(line.startswith("::warning") and "immutable" in line for line in site.tells)
    assert site.outputs["published"] == "true"


def test_the_release_of_another_project_s_files_is_refused(site: Site) -> None:
    shutil.rmtree(site.dist)
    build_files(site.folder, name="other")
    error = site.try_push(**site.with_dist)
    assert error is not None
    assert error.exit_code == 3
    assert "other" in error.message


def test_the_files_of_another_version_are_refused(site: Site) -> None:
    shutil.rmtree(site.dist)
    build_files(site.folder, version="0.3.0")
    error = site.try_push(**site.with_dist)
    assert error is not None
    assert error.exit_code == 3
    assert "0.3.0" in error.message


def test_a_release_that_is_older_than_a_hundred_others_is_found(site: Site) -> None:
    site.forge.publish_release(site.draft.id)
    for number in range(100):
        clone = site.draft.copy()
        clone.id, clone.tag_name, clone.created_at = 90_000 + number, f"x{number}", "2099-01-01T00:00:00Z"
        clone.assets = []
        site.forge.realm.state.releases.append(clone)
    assert site.released(**site.with_dist) == 0
    assert site.assets.keys() == set(ASSETS)


def test_a_file_of_another_project_on_the_release_is_nobody_s_business(site: Site) -> None:
    attach_all(site)
    put(site, "other-1.0-py3-none-any.whl", b"somebody else's")
    put(site, "notes.whl", b"no wheel at all")
    assert site.push() == 0
    assert site.on_index == site.built
    assert not site.draft.draft


def test_files_whose_digest_github_does_not_know_are_read_from_the_manifest(site: Site) -> None:
    attach_all(site)
    for asset in site.draft.assets:
        asset.sha256 = ""
    assert site.push() == 0
    assert site.on_index == site.built
    site.watch()
    assert site.push() == 0
    assert site.writes == []


def test_without_any_files_they_are_built_and_a_build_that_fails_leaves_the_draft(site: Site) -> None:
    site.watch()
    error = site.try_push()  # the backend that this repository names does not exist
    assert error is not None
    assert error.exit_code == 1
    assert site.writes == []


def test_a_project_that_takes_no_uploads_is_found_before_anything_is_built(site: Site) -> None:
    site.index.add_project("demo")
    site.index.set_status("demo", "archived")
    site.watch()
    error = site.try_push()
    assert error is not None
    assert error.exit_code == 3
    assert "archived" in error.message
    assert site.writes == []
