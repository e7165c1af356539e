"""The stand-in for a build: valid by the specifications, and the same bytes each time."""

from __future__ import annotations

import base64
import csv
import email
import email.policy
import hashlib
import os
import subprocess
import sys
import tarfile
import zipfile
from typing import TYPE_CHECKING

import pytest
from packaging.metadata import Metadata
from packaging.utils import parse_sdist_filename, parse_wheel_filename
from packaging.version import Version

from pilotage.sandbox.standin import build_standin

if TYPE_CHECKING:
    from pathlib import Path

EPOCH = 1_700_000_000
FILES = {
    "pyproject.toml": '[project]\nname = "Demo.Pkg"\n',
    "README.md": "# Demo\n",
    "src/demo_pkg/__init__.py": "answer = 42\n",
    "src/demo_pkg/a,b.txt": "a comma in its name\n",
    "tests/test_demo.py": "",
    ".git/config.txt": "hidden",
    "dist/old.txt": "built",
    "src/demo_pkg/__pycache__/x.py": "cached",
    "src/demo_pkg/picture.png": "binary",
}


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def build(source: Path, out: Path, *, version: str = "1.0", epoch: int = EPOCH) -> tuple[Path, Path]:
    sdist, wheel = build_standin(source, out, name="Demo.Pkg", version=version, epoch=epoch)
    return sdist, wheel


def list_sdist(sdist: Path) -> list[str]:
    with tarfile.open(sdist) as archive:
        return archive.getnames()


def list_wheel(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_packaging_parses_both_names(tmp_path: Path) -> None:
    sdist, wheel = build(write(tmp_path / "source", FILES), tmp_path / "out", version="1.0rc1")
    assert parse_sdist_filename(sdist.name) == ("demo-pkg", Version("1.0rc1"))
    name, version, number, tags = parse_wheel_filename(wheel.name)
    assert (name, version, number, [str(tag) for tag in tags]) == ("demo-pkg", Version("1.0rc1"), (), ["py3-none-any"])


def test_the_sdist_holds_the_text_files_and_pkg_info(tmp_path: Path) -> None:
    sdist, _ = build(write(tmp_path / "source", FILES), tmp_path / "out")
    names = ["PKG-INFO", "README.md", "pyproject.toml", "src/demo_pkg/__init__.py", "src/demo_pkg/a,b.txt"]
    assert list_sdist(sdist) == [f"demo_pkg-1.0/{name}" for name in [*names, "tests/test_demo.py"]]


def test_the_wheel_holds_what_is_importable(tmp_path: Path) -> None:
    _, wheel = build(write(tmp_path / "source", FILES), tmp_path / "out")
    info = [f"demo_pkg-1.0.dist-info/{name}" for name in ("METADATA", "WHEEL", "RECORD")]
    assert list_wheel(wheel) == ["demo_pkg/__init__.py", "demo_pkg/a,b.txt", *info]


def test_a_flat_folder_gives_its_packages_and_modules(tmp_path: Path) -> None:
    files = {"demo/__init__.py": "", "demo/sub/x.py": "", "single.py": "", "setup.py": "", "docs/x.py": "", "a.md": ""}
    source = write(tmp_path / "source", {**files, "tests/__init__.py": "", "tests/test_x.py": ""})
    _, wheel = build(source, tmp_path / "out")
    assert list_wheel(wheel)[:-3] == ["demo/__init__.py", "demo/sub/x.py", "single.py"]


def test_a_folder_without_pyproject_gets_one(tmp_path: Path) -> None:
    sdist, _ = build(write(tmp_path / "source", {"a.txt": ""}), tmp_path / "out")
    assert list_sdist(sdist) == [f"demo_pkg-1.0/{name}" for name in ("PKG-INFO", "a.txt", "pyproject.toml")]


def test_results_inside_the_folder_are_not_built_again(tmp_path: Path) -> None:
    source = write(tmp_path / "source", {"a.txt": "", "made/old.txt": ""})
    sdist, _ = build(source, source / "made")
    assert "demo_pkg-1.0/made/old.txt" not in list_sdist(sdist)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    source = write(tmp_path / "source", {"a.txt": ""})
    (source / "link.txt").symlink_to(tmp_path / "secret.txt")
    sdist, _ = build(source, tmp_path / "out")
    assert "demo_pkg-1.0/link.txt" not in list_sdist(sdist)


def test_the_metadata_is_valid_and_the_same_in_both(tmp_path: Path) -> None:
    sdist, wheel = build(write(tmp_path / "source", FILES), tmp_path / "out")
    with tarfile.open(sdist) as archive:
        member = archive.extractfile("demo_pkg-1.0/PKG-INFO")
        assert member is not None
        text = member.read()
    with zipfile.ZipFile(wheel) as archive:
        assert archive.read("demo_pkg-1.0.dist-info/METADATA") == text
    message = email.message_from_bytes(text, policy=email.policy.default)
    assert [message["Metadata-Version"], message["Name"], message["Version"]] == ["2.1", "Demo.Pkg", "1.0"]
    assert message.defects == []
    assert Metadata.from_email(text, validate=True).version == Version("1.0")


def test_the_record_matches_the_wheel(tmp_path: Path) -> None:
    _, wheel = build(write(tmp_path / "source", FILES), tmp_path / "out")
    with zipfile.ZipFile(wheel) as archive:
        record = "demo_pkg-1.0.dist-info/RECORD"
        rows = list(csv.reader(archive.read(record).decode().splitlines()))
        expected = []
        for name in archive.namelist():
            content = archive.read(name)
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            expected.append([name, "", ""] if name == record else [name, f"sha256={digest}", str(len(content))])
    assert rows == expected


def test_two_builds_give_the_same_bytes(tmp_path: Path) -> None:
    first = build(write(tmp_path / "one", FILES), tmp_path / "out-1")
    second_source = write(tmp_path / "two", dict(reversed(FILES.items())))
    for path in second_source.rglob("*"):
        path.chmod(0o755)
        os.utime(path, (1, 1))
    second = build(second_source, tmp_path / "out-2")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


@pytest.mark.parametrize("epoch", [0, EPOCH])
def test_the_time_of_every_member_is_the_epoch(tmp_path: Path, epoch: int) -> None:
    sdist, wheel = build(write(tmp_path / "source", FILES), tmp_path / "out", epoch=epoch)
    assert int.from_bytes(sdist.read_bytes()[4:8], "little") == epoch  # RFC 1952: gzip's own time
    with tarfile.open(sdist) as archive:
        assert {int(member.mtime) for member in archive.getmembers()} == {epoch}
    with zipfile.ZipFile(wheel) as archive:
        assert {member.date_time[0] for member in archive.infolist()} == {2023 if epoch else 1980}


@pytest.mark.peer
def test_pip_installs_the_wheel(tmp_path: Path) -> None:
    _, wheel = build(write(tmp_path / "source", FILES), tmp_path / "out")
    pip = [sys.executable, "-m", "pip", "--isolated", "--disable-pip-version-check", "install", "--no-index"]
    done = subprocess.run(
        [*pip, "--no-deps", "--target", str(tmp_path / "site"), str(wheel)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "site" / "demo_pkg" / "__init__.py").read_text() == "answer = 42\n"
