"""What happens to built files: the normal form of an sdist, the checks, the manifest."""

from __future__ import annotations

import gzip
import io
import json
import random
import tarfile
from typing import TYPE_CHECKING

import pytest
from packaging.version import Version

from pilotage.errors import CheckError, ConfigError, ConflictError, UsageError
from pilotage.model.dist import DistManifest
from pilotage.providers.build import check_dists
from pilotage.providers.manifest import MANIFEST, read_manifest, write_manifest
from pilotage.providers.sdist import apply_normal_form, unpack
from providers.distfiles import METADATA, make_sdist, make_wheel

if TYPE_CHECKING:
    from pathlib import Path

EPOCH = 1_700_000_000


def member(name: str, content: bytes = b"", **attributes: object) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for key, value in attributes.items():
        setattr(info, key, value)
    return info, content


def write_archive(path: Path, *members: tuple[tarfile.TarInfo, bytes], seed: int) -> Path:
    """Write an archive as a careless backend does: any order, any time, any owner, any umask."""
    chance = random.Random(seed)  # noqa: S311 - no secret is made here
    with (
        path.open("wb") as file,
        gzip.GzipFile(f"{seed}", "wb", fileobj=file, mtime=seed) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as archive,
    ):
        for info, content in chance.sample(members, len(members)) if seed else members:
            info.mtime = chance.random() * 1e9
            info.uid, info.gid, info.uname, info.gname = chance.randrange(9999), 7, f"user{seed}", "staff"
            info.mode = (info.mode & 0o111) | chance.choice([0o644, 0o664, 0o600])
            archive.addfile(info, io.BytesIO(content))
    return path


def members() -> list[tuple[tarfile.TarInfo, bytes]]:
    return [
        member("pkg-1.0", type=tarfile.DIRTYPE, mode=0o755),
        member("pkg-1.0/PKG-INFO", b"Metadata-Version: 2.1\n"),
        member("pkg-1.0/run.sh", b"#!/bin/sh\n", mode=0o755),
        member("pkg-1.0/link", type=tarfile.SYMTYPE, linkname="PKG-INFO"),
        member(f"pkg-1.0/{'ä' * 150}.py", b"x = 1\n"),
    ]


def test_two_careless_builds_of_one_tree_become_the_same_bytes(tmp_path: Path) -> None:
    paths = [write_archive(tmp_path / f"{seed}.tar.gz", *members(), seed=seed) for seed in (1, 2)]
    assert paths[0].read_bytes() != paths[1].read_bytes()
    for path in paths:
        apply_normal_form(path, epoch=EPOCH)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_the_normal_form_keeps_the_content_and_the_executable_bit_and_nothing_of_the_machine(tmp_path: Path) -> None:
    path = write_archive(tmp_path / "pkg-1.0.tar.gz", *members(), seed=1)
    apply_normal_form(path, epoch=EPOCH)
    with tarfile.open(path) as archive:
        found = {
            info.name: (info.mode, info.linkname, content.read() if (content := archive.extractfile(info)) else b"")
            for info in archive
            if not info.issym()
        }
        facts = {(info.mtime, info.uid, info.gid, info.uname, info.gname) for info in archive}
        link = archive.getmember("pkg-1.0/link").linkname
    assert found == {
        "pkg-1.0": (0o755, "", b""),
        "pkg-1.0/PKG-INFO": (0o644, "", b"Metadata-Version: 2.1\n"),
        "pkg-1.0/run.sh": (0o755, "", b"#!/bin/sh\n"),
        f"pkg-1.0/{'ä' * 150}.py": (0o644, "", b"x = 1\n"),
    }
    assert (facts, link, path.read_bytes()[3:8]) == ({(EPOCH, 0, 0, "", "")}, "PKG-INFO", bytes(5))


def test_the_normal_form_of_a_normal_form_is_itself(tmp_path: Path) -> None:
    path, _ = make_sdist(tmp_path)
    apply_normal_form(path, epoch=EPOCH)
    first = path.read_bytes()
    apply_normal_form(path, epoch=EPOCH)
    assert path.read_bytes() == first


def test_a_hard_link_becomes_a_file_wherever_it_stands(tmp_path: Path) -> None:
    target = member("pkg-1.0/z.py", b"x = 1\n")
    link = member("pkg-1.0/a.py", type=tarfile.LNKTYPE, linkname="pkg-1.0/z.py")
    path = write_archive(tmp_path / "pkg-1.0.tar.gz", target, link, seed=0)
    apply_normal_form(path, epoch=EPOCH)
    (tmp_path / "out").mkdir()
    top = unpack(path, tmp_path / "out")
    assert {each.name: each.read_bytes() for each in top.iterdir()} == {"a.py": b"x = 1\n", "z.py": b"x = 1\n"}


@pytest.mark.parametrize(
    "bad",
    [
        member("../evil.py", b"x"),
        member("other-1.0/pkg.py", b"x"),
        member("pkg-1.0/out", type=tarfile.SYMTYPE, linkname="../../../etc"),
        member("pkg-1.0/device", type=tarfile.CHRTYPE),
    ],
)
def test_an_archive_that_leaves_its_folder_is_not_unpacked(tmp_path: Path, bad: tuple[tarfile.TarInfo, bytes]) -> None:
    path = write_archive(tmp_path / "pkg-1.0.tar.gz", member("pkg-1.0/a.py"), bad, seed=0)
    (tmp_path / "out").mkdir()
    with pytest.raises(tarfile.TarError):
        unpack(path, tmp_path / "out")


def test_a_built_release_is_checked_as_a_whole(tmp_path: Path) -> None:
    _, sdist = make_sdist(tmp_path)
    _, wheel = make_wheel(tmp_path)
    assert check_dists(tmp_path) == (wheel, sdist)


@pytest.mark.parametrize("metadata", [METADATA.replace("Version: {version}", "Version: 9"), ""])
def test_a_built_file_with_other_metadata_is_no_release(tmp_path: Path, metadata: str) -> None:
    make_sdist(tmp_path, metadata=metadata)
    with pytest.raises(CheckError, match="the build made no release"):
        check_dists(tmp_path)


def test_built_files_that_disagree_are_no_release(tmp_path: Path) -> None:
    make_sdist(tmp_path)
    make_wheel(tmp_path, "1.1")
    with pytest.raises(CheckError, match="one release of one project"):
        check_dists(tmp_path)


def test_the_manifest_lists_the_files_as_the_contract_says(tmp_path: Path) -> None:
    _, sdist = make_sdist(tmp_path)
    _, wheel = make_wheel(tmp_path)
    write_manifest(tmp_path, project="My.Pkg", version=Version("1.0"), commit="c" * 40)
    assert json.loads((tmp_path / MANIFEST).read_text()) == {
        "format": 1,
        "project": "my-pkg",
        "version": "1.0",
        "commit": "c" * 40,
        "files": [
            {"name": wheel.name, "sha256": wheel.sha256, "size": wheel.size},
            {"name": sdist.name, "sha256": sdist.sha256, "size": sdist.size},
        ],
    }


def test_a_manifest_is_read_back_and_agrees_with_its_files(tmp_path: Path) -> None:
    _, sdist = make_sdist(tmp_path)
    written = write_manifest(tmp_path, project="my-pkg", version=Version("1.0.0"), commit="c" * 40)
    assert read_manifest(tmp_path) == written == DistManifest(1, "my-pkg", "1.0.0", "c" * 40, (sdist,))


def test_a_folder_without_a_manifest_has_none(tmp_path: Path) -> None:
    assert read_manifest(tmp_path) is None


@pytest.mark.parametrize(("project", "version"), [("other", "1.0"), ("my-pkg", "1.1")])
def test_a_manifest_is_not_written_for_something_else(tmp_path: Path, project: str, version: str) -> None:
    make_sdist(tmp_path)
    with pytest.raises(CheckError, match=r"holds my-pkg 1\.0, expected"):
        write_manifest(tmp_path, project=project, version=Version(version), commit="c" * 40)
    assert not (tmp_path / MANIFEST).exists()


def test_a_manifest_of_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        write_manifest(tmp_path, project="my-pkg", version=Version("1.0"), commit="c" * 40)


@pytest.mark.parametrize("change", ["changed", "missing", "added"])
def test_files_that_differ_from_their_manifest_are_a_conflict(tmp_path: Path, change: str) -> None:
    path, _ = make_sdist(tmp_path)
    wheel, _ = make_wheel(tmp_path)
    write_manifest(tmp_path, project="my-pkg", version=Version("1.0"), commit="c" * 40)
    match change:
        case "changed":
            path.write_bytes(path.read_bytes() + b"x")
        case "missing":
            path.unlink()
        case _:
            wheel.rename(tmp_path / "my_pkg-1.0-py2-none-any.whl")
    with pytest.raises(ConflictError, match="the manifest says"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("text", ["", "{}", '{"format": 2}', "\udcff"])
def test_a_manifest_that_cannot_be_read_is_an_error(tmp_path: Path, text: str) -> None:
    make_sdist(tmp_path)
    (tmp_path / MANIFEST).write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(ConfigError, match="not a manifest of format 1"):
        read_manifest(tmp_path)
