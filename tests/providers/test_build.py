"""Real builds with pypa/build: a small backend inside the tree needs no network."""

from __future__ import annotations

import os
import shutil
import textwrap
from typing import TYPE_CHECKING

import pytest

from pilotage.errors import CheckError, UsageError
from pilotage.providers.build import Builder, deliver

if TYPE_CHECKING:
    from pathlib import Path

    from pilotage.model.dist import Dist

EPOCH = 1_700_000_000

BACKEND = """\
import io, os, pathlib, sys, tarfile, zipfile

META = "Metadata-Version: 2.1\\nName: demo\\nVersion: {version}\\n"

def build_sdist(folder, config_settings=None):
    path = pathlib.Path(folder) / "demo-1.0.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        archive.add(".", "demo-1.0")
        info = tarfile.TarInfo("demo-1.0/PKG-INFO")
        info.size = len(META.format(version="1.0"))
        archive.addfile(info, io.BytesIO(META.format(version="1.0").encode()))
    {sdist}
    return path.name

def build_wheel(folder, config_settings=None, metadata_directory=None):
    print("\\n".join("line %d" % number for number in range(99)))
    path = pathlib.Path(folder) / "demo-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo("demo-1.0.dist-info/METADATA"), META.format(version={version!r}))
        seen = [name for name in os.environ if os.environ[name] == "x"]
        archive.writestr(zipfile.ZipInfo("environment"), "\\n".join(seen))
        mask = os.umask(0)
        archive.writestr(zipfile.ZipInfo("facts"), os.environ["SOURCE_DATE_EPOCH"] + " %o" % mask)
    {wheel}
    return path.name
"""


def write_project(folder: Path, *, sdist: str = "", wheel: str = "", version: str = "1.0") -> Path:
    folder.mkdir()
    (folder / "pyproject.toml").write_text(
        textwrap.dedent("""\
            [build-system]
            requires = []
            build-backend = "backend"
            backend-path = ["."]
        """)
    )
    backend = BACKEND.replace("{sdist}", sdist).replace("{wheel}", wheel).replace("{version!r}", repr(version))
    (folder / "backend.py").write_text(backend)
    return folder


def build(source: Path, out: Path, **more: str) -> tuple[Dist, ...]:
    return Builder(environment={**os.environ, **more}).build(source, out, epoch=EPOCH)


def read_member(path: Path, name: str) -> str:
    shutil.unpack_archive(path, path.parent / "unpacked", "zip")
    return (path.parent / "unpacked" / name).read_text()


def test_a_build_gives_an_sdist_and_a_wheel_and_leaves_nothing_else(tmp_path: Path) -> None:
    out = tmp_path / "dist"
    out.mkdir()
    (out / ".gitignore").write_text("*\n")
    dists = build(write_project(tmp_path / "demo"), out)
    assert [dist.name for dist in dists] == ["demo-1.0-py3-none-any.whl", "demo-1.0.tar.gz"]
    assert sorted(path.name for path in out.iterdir()) == [dist.name for dist in dists]


def test_a_build_twice_gives_the_same_bytes_whatever_the_times_and_the_umask(tmp_path: Path) -> None:
    source = write_project(tmp_path / "demo")
    first = build(source, tmp_path / "one")
    os.utime(source / "backend.py", (1, 1))
    (source / "backend.py").chmod(0o600)
    before = os.umask(0o077)
    try:
        second = build(source, tmp_path / "two")
    finally:
        os.umask(before)
    assert first == second


def test_a_build_sees_the_epoch_and_the_umask_and_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = (
        "GITHUB_TOKEN",
        "GITHUB_ENV",
        "ACTIONS_ID_TOKEN_REQUEST_URL",
        "INPUT_INDEX-TOKEN",
        "MY_PASSWORD",
        "aws_secret_access_key",
        "PYTHONPATH",
    )
    for name in (*secrets, "KEPT"):
        monkeypatch.setenv(name, "x")
    build(write_project(tmp_path / "demo"), tmp_path / "dist")
    seen = read_member(tmp_path / "dist" / "demo-1.0-py3-none-any.whl", "environment").splitlines()
    assert seen == ["KEPT"]
    assert (tmp_path / "dist" / "unpacked" / "facts").read_text() == f"{EPOCH} 22"


def test_a_failing_build_shows_its_last_lines_and_only_those(tmp_path: Path) -> None:
    source = write_project(tmp_path / "demo", wheel='print("::error::no"); raise SystemExit(3)')
    with pytest.raises(CheckError) as caught:
        build(source, tmp_path / "dist")
    shown = caught.value.message.splitlines()
    assert shown[0].startswith("python -m build --wheel failed with status 1")
    assert "  | ::error::no" in shown
    assert (len(shown), all(line.startswith("  | ") for line in shown[1:])) == (31, True)
    assert not (tmp_path / "dist").exists()


@pytest.mark.parametrize(
    ("sdist", "wheel", "version", "said"),
    [
        ("", "", "9", "holds the metadata of demo 9"),
        ('os.rename(path, path.with_name("demo-1.0.zip")); return "demo-1.0.zip"', "", "1.0", "made 0 sdists"),
        ('path.write_bytes(b"junk")', "", "1.0", "cannot be unpacked"),
        (
            "",
            'os.rename(path, path.with_name("demo-1.1-py3-none-any.whl")); return "demo-1.1-py3-none-any.whl"',
            "1.1",
            "one release of one project",
        ),
    ],
)
def test_a_build_that_makes_no_release_is_found_out(
    tmp_path: Path, sdist: str, wheel: str, version: str, said: str
) -> None:
    with pytest.raises(CheckError) as caught:
        build(write_project(tmp_path / "demo", sdist=sdist, wheel=wheel, version=version), tmp_path / "dist")
    assert said in caught.value.message


def test_a_folder_with_another_release_is_left_alone(tmp_path: Path) -> None:
    out = tmp_path / "dist"
    out.mkdir()
    (out / "demo-0.9.tar.gz").write_text("old")
    with pytest.raises(UsageError, match=r"demo-0\.9\.tar\.gz"):
        build(write_project(tmp_path / "demo"), out)
    assert sorted(path.name for path in out.iterdir()) == ["demo-0.9.tar.gz"]


def test_a_gitignore_of_somebody_s_own_stays(tmp_path: Path) -> None:
    out = tmp_path / "dist"
    out.mkdir()
    (out / ".gitignore").write_text("*.tmp\n")
    build(write_project(tmp_path / "demo"), out)
    assert (out / ".gitignore").read_text() == "*.tmp\n"


def write_python(path: Path, script: str) -> str:
    """Write a program that stands where the interpreter of the build should be."""
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_a_missing_build_tool_is_named_with_the_command_that_installs_it(tmp_path: Path) -> None:
    python = write_python(tmp_path / "python", "echo python: No module named build; exit 1")
    with pytest.raises(UsageError, match="pypa/build is not installed"):
        Builder(environment={}, python=python).build(write_project(tmp_path / "demo"), tmp_path / "dist", epoch=EPOCH)


def test_a_build_without_an_end_is_stopped(tmp_path: Path) -> None:
    python = write_python(tmp_path / "python", "echo waiting; sleep 60")
    builder = Builder(environment={}, python=python, limit=0.5)
    with pytest.raises(CheckError) as caught:
        builder.build(write_project(tmp_path / "demo"), tmp_path / "dist", epoch=EPOCH)
    assert caught.value.message == (
        "python -m build --sdist did not end within 0.5 seconds; its last lines:\n  | waiting"
    )


def test_the_manifest_is_delivered_last_and_lists_of_another_release_are_not_mixed(tmp_path: Path) -> None:
    made, out = tmp_path / "made", tmp_path / "dist"
    made.mkdir()
    names = ["zz-1.0.tar.gz", "pilotage-dist.json", "SHA256SUMS"]
    for name in names:
        (made / name).write_text(name)
    deliver(made, out, names)
    order = sorted(out.iterdir(), key=lambda path: path.stat().st_mtime_ns)
    assert order[-1].name == "pilotage-dist.json"
    (out / "zz-0.9.cdx.json").write_text("old")
    with pytest.raises(UsageError, match=r"zz-0\.9\.cdx\.json"):
        deliver(made, out, names)
