from __future__ import annotations

import gzip
import hashlib
import zipfile
from typing import TYPE_CHECKING

import pytest
from packaging.metadata import RawMetadata
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


EVERY_FIELD = """\
Metadata-Version: 2.5
Name: {name}
Version: {version}
Dynamic: Requires-Dist
Dynamic: Keywords
Platform: any
Platform: other
Supported-Platform: linux
Summary: All of it
Description-Content-Type: text/markdown; charset=UTF-8
Keywords: one,two
Home-page: https://example.org/
Download-URL: https://example.org/d
Author: Ann
Author-email: ann@example.org
Maintainer: Bob
Maintainer-email: bob@example.org
License: MIT
License-Expression: MIT
License-File: LICENSE
License-File: docs/NOTICE
Classifier: Typing :: Typed
Classifier: Private :: Do Not Upload
Requires-Dist: a
Requires-Dist: b; extra == "x"
Requires-Python: >=3.11
Requires-External: C
Project-URL: Home, https://example.org/home
Project-URL: Changes, https://example.org/c?a=1,2
Provides-Extra: x
Provides-Extra: y
Provides-Dist: p
Obsoletes-Dist: o
Requires: r
Provides: q
Obsoletes: s
Import-Name: my_pkg
Import-Name: my_pkg_more
Import-Namespace: my

Text
"""


def test_every_field_of_the_metadata_has_the_name_that_pypi_s_form_has(tmp_path: Path) -> None:
    path, _ = make_sdist(tmp_path, metadata=EVERY_FIELD)
    assert list(read_metadata(path).fields) == [
        ("author", "Ann"),
        ("author_email", "ann@example.org"),
        ("classifiers", "Typing :: Typed"),
        ("classifiers", "Private :: Do Not Upload"),
        ("description", "Text\n"),
        ("description_content_type", "text/markdown; charset=UTF-8"),
        ("download_url", "https://example.org/d"),
        ("dynamic", "Requires-Dist"),
        ("dynamic", "Keywords"),
        ("home_page", "https://example.org/"),
        ("import_name", "my_pkg"),
        ("import_name", "my_pkg_more"),
        ("import_namespace", "my"),
        ("keywords", "one,two"),
        ("license", "MIT"),
        ("license_expression", "MIT"),
        ("license_file", "LICENSE"),
        ("license_file", "docs/NOTICE"),
        ("maintainer", "Bob"),
        ("maintainer_email", "bob@example.org"),
        ("metadata_version", "2.5"),
        ("name", "my_pkg"),
        ("obsoletes", "s"),
        ("obsoletes_dist", "o"),
        ("platform", "any"),
        ("platform", "other"),
        ("project_urls", "Home, https://example.org/home"),
        ("project_urls", "Changes, https://example.org/c?a=1,2"),
        ("provides", "q"),
        ("provides_dist", "p"),
        ("provides_extra", "x"),
        ("provides_extra", "y"),
        ("requires", "r"),
        ("requires_dist", "a"),
        ("requires_dist", 'b; extra == "x"'),
        ("requires_external", "C"),
        ("requires_python", ">=3.11"),
        ("summary", "All of it"),
        ("supported_platform", "linux"),
        ("version", "1.0"),
    ]


def test_no_field_that_the_metadata_library_knows_is_left_out_of_that_test() -> None:
    headers = {line.partition(":")[0].lower() for line in EVERY_FIELD.splitlines() if ":" in line}
    assert len(headers | {"description"}) == len(RawMetadata.__annotations__)


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
