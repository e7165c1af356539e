"""A stand-in for a build: an sdist and a wheel of any folder, for repositories that declare no `[build-system]`.

The files are valid (PEP 427, PEP 625, core metadata 2.1) and reproducible: the same folder gives the same bytes.
They hold the folder's text files as they are; nothing of the folder is run.
"""

from __future__ import annotations

import base64
import csv
import gzip
import hashlib
import io
import re
import tarfile
import time
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

SUFFIXES = frozenset({".cfg", ".json", ".md", ".py", ".pyi", ".rst", ".toml", ".txt", ".typed", ".yaml", ".yml"})
SKIPPED = frozenset({"__pycache__", "build", "dist", "node_modules", "venv"})
EARLIEST = 315532800
"""1980-01-01, before which a zip file knows no time."""

Member = tuple[str, bytes]
"""A path with `/`, and its content."""


def build_standin(source: Path, out: Path, *, name: str, version: str, epoch: int) -> list[Path]:
    """Write `name-version.tar.gz` and `name-version-py3-none-any.whl` into `out`; returns both, sdist first.

    Args:
        source: The folder whose text files go in; hidden folders, build results and symbolic links stay out.
        out: Where to write; made when missing.
        name: The project's name as it is declared; the file names carry it normalised.
        version: A version in PEP 440's normal form.
        epoch: Unix time of every member (SOURCE_DATE_EPOCH).
    """
    files = list(_read_files(source.resolve(), out.resolve()))
    metadata = _render_metadata(name, version)
    project = f'[project]\nname = "{name}"\nversion = "{version}"\n'.encode()
    extra = {"PKG-INFO": metadata, **({} if "pyproject.toml" in dict(files) else {"pyproject.toml": project})}
    stem = f"{_normalise(name)}-{version}"
    out.mkdir(parents=True, exist_ok=True)
    sdist, wheel = out / f"{stem}.tar.gz", out / f"{stem}-py3-none-any.whl"
    sdist.write_bytes(_render_sdist(stem, [*files, *extra.items()], epoch))
    wheel.write_bytes(_render_wheel(stem, list(_choose_modules(files)), metadata, epoch=epoch))
    return [sdist, wheel]


def _normalise(name: str) -> str:
    return re.sub(r"[-_.]+", "_", name).lower()


def _read_files(source: Path, out: Path) -> Iterator[Member]:
    for path in sorted(source.rglob("*")):
        relative = path.relative_to(source)
        if any(part in SKIPPED or part.startswith(".") for part in relative.parts) or path.is_relative_to(out):
            continue
        if path.is_file() and not path.is_symlink() and path.suffix in SUFFIXES and relative.name != "PKG-INFO":
            yield relative.as_posix(), path.read_bytes()


def _render_metadata(name: str, version: str) -> bytes:
    return f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nSummary: A stand-in, not a real build\n".encode()


def _choose_modules(files: Iterable[Member]) -> Iterator[Member]:
    """Choose what would be importable: all of `src/` when there is one, else the packages and modules at the top."""
    found = dict(files)
    inside = {path.removeprefix("src/"): content for path, content in found.items() if path.startswith("src/")}
    if inside:
        yield from inside.items()
        return
    for path, content in found.items():
        top, slash, _ = path.partition("/")
        is_module = not slash and path.endswith(".py") and path not in {"setup.py", "conftest.py", "noxfile.py"}
        if is_module or (slash and f"{top}/__init__.py" in found and top not in {"tests", "test", "docs"}):
            yield path, content


def _render_sdist(stem: str, members: list[Member], epoch: int) -> bytes:
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path, content in sorted(members):
            info = tarfile.TarInfo(f"{stem}/{path}")
            info.size, info.mtime, info.mode = len(content), epoch, 0o644
            tar.addfile(info, io.BytesIO(content))
    return gzip.compress(archive.getvalue(), mtime=epoch)


def _render_wheel(stem: str, modules: list[Member], metadata: bytes, *, epoch: int) -> bytes:
    folder = f"{stem}.dist-info"
    tag = b"Wheel-Version: 1.0\nGenerator: pilotage-standin\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    members = [*sorted(modules), (f"{folder}/METADATA", metadata), (f"{folder}/WHEEL", tag)]
    members.append((f"{folder}/RECORD", _render_record(members, f"{folder}/RECORD")))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as wheel:
        for path, content in members:
            info = zipfile.ZipInfo(path, time.gmtime(max(epoch, EARLIEST))[:6])
            info.create_system, info.external_attr = 3, 0o100644 << 16  # 3 is Unix, on every machine
            wheel.writestr(info, content, zipfile.ZIP_DEFLATED)
    return archive.getvalue()


def _render_record(members: list[Member], own: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for path, content in members:
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        writer.writerow([path, f"sha256={digest}", len(content)])
    writer.writerow([own, "", ""])
    return text.getvalue().encode()
