from __future__ import annotations

import gzip
import hashlib
import zipfile
from typing import TYPE_CHECKING

import pytest
from packaging.version import Version

from pilotage.errors import ConfigError, UsageError
from pilotage.model.dist import Dist
from pilotage.providers.distfile import read_dist, read_dists, read_metadata
from providers.distfiles import METADATA, make_sdist, make_wheel

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_is_hashed_with_its_size(tmp_path: Path) -> None:
    path = tmp_path / "pkg-1.0.tar.gz"
    content = b"x" * 3_000_000
    path.write_bytes(content)
    assert read_dist(path) == Dist("pkg-1.0.tar.gz", hashlib.sha256(content).hexdigest(), 3_000_000)


def test_a_folder_s_built_files_are_read_in_order_and_others_passed_over(tmp_path: Path) -> None:
    _, sdist = make_sdist(tmp_path)
    _, wheel = make_wheel(tmp_path)
    for name in ("pilotage-dist.json", ".gitignore", f"{wheel.name}.publish.attestation", "SHA256SUMS"):
        (tmp_path / name).write_text("x")
    (tmp_path / "folder-1.0.tar.gz").mkdir()
    assert read_dists(tmp_path) == (wheel, sdist)


@pytest.mark.parametrize("name", ["pkg-1.0.zip", "pkg-1.0-py3.11.egg", "pkg-1.0.win32.EXE", "pkg-1.0.tar.bz2"])
def test_a_file_of_an_old_kind_is_refused_and_not_silently_left_out(tmp_path: Path, name: str) -> None:
    make_wheel(tmp_path)
    (tmp_path / name).write_text("x")
    with pytest.raises(ConfigError, match="no longer take"):
        read_dists(tmp_path)


def test_a_built_file_with_an_odd_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pkg.whl").write_text("x")
    with pytest.raises(ConfigError, match=r"pkg\.whl"):
        read_dists(tmp_path)


@pytest.mark.parametrize("folder", [".", "missing"])
def test_a_folder_without_built_files_is_an_error(tmp_path: Path, folder: str) -> None:
    with pytest.raises(UsageError, match="no built files"):
        read_dists(tmp_path / folder)


def test_both_kinds_tell_the_same_metadata(tmp_path: Path) -> None:
    wheel = read_metadata(make_wheel(tmp_path)[0])
    sdist = read_metadata(make_sdist(tmp_path)[0])
    assert wheel == sdist
    assert (wheel.name, wheel.version) == ("my_pkg", Version("1.0"))


def test_a_license_file_of_old_metadata_is_left_out(tmp_path: Path) -> None:
    path, _ = make_sdist(tmp_path, metadata=METADATA.replace("Metadata-Version: 2.4", "Metadata-Version: 2.1"))
    assert "license_file" not in dict(read_metadata(path).fields)


@pytest.mark.parametrize(
    "metadata",
    [
        METADATA.replace("Version: {version}", "Version: 9"),
        METADATA.replace("Name: {name}", "Name: other"),
        METADATA.replace("Name: {name}\n", ""),
        METADATA.replace("\nVersion: {version}", ""),
        METADATA.replace("Version: {version}", "Version: x"),
        METADATA.replace("Metadata-Version: 2.4\n", ""),
        "",
    ],
)
def test_metadata_that_contradicts_the_name_is_refused(tmp_path: Path, metadata: str) -> None:
    path, dist = make_sdist(tmp_path, metadata=metadata)
    with pytest.raises(ConfigError) as caught:
        read_metadata(path)
    assert dist.name in caught.value.message


@pytest.mark.parametrize("name", ["pkg-1.0-py3-none-any.whl", "pkg-1.0.tar.gz"])
@pytest.mark.parametrize(
    "content",
    [b"", b"junk", gzip.compress(b"junk", mtime=0), gzip.compress(b"x" * 9999, mtime=0)[:-9]],
    ids=["empty", "junk", "packed junk", "cut short"],
)
def test_a_broken_archive_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ConfigError, match=name):
        read_metadata(tmp_path / name)


def test_an_archive_without_metadata_is_refused(tmp_path: Path) -> None:
    wheel = tmp_path / "pkg-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("pkg.py", "")
    path, _ = make_sdist(tmp_path)
    path = path.rename(tmp_path / "pkg-1.0.tar.gz")
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()).replace(b"PKG-INFO", b"PKG_INFO")))
    for found in (wheel, path):
        with pytest.raises(ConfigError, match=found.name):
            read_metadata(found)
