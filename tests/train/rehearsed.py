"""Small repositories to rehearse: their build backend stands in the tree, so that no registry is needed."""

from __future__ import annotations

import hashlib
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

BACKEND = """\
import base64, hashlib, io, pathlib, tarfile, tomllib, zipfile

def read():
    project = tomllib.loads(pathlib.Path("pyproject.toml").read_text())["project"]
    name, version = project["name"], project["version"]
    metadata = f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n"
    return name.replace("-", "_"), version, metadata.encode()

def build_sdist(out, settings=None):
    name, version, metadata = read()
    stem = f"{name}-{version}"
    files = {path: pathlib.Path(path).read_bytes() for path in ("pyproject.toml", "backend.py")}
    with tarfile.open(f"{out}/{stem}.tar.gz", "w:gz") as tar:
        for path, data in {"PKG-INFO": metadata, **files}.items():
            info = tarfile.TarInfo(f"{stem}/{path}")
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return f"{stem}.tar.gz"

def digest(data):
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()

def build_wheel(out, settings=None, metadata_directory=None):
    name, version, metadata = read()
    folder = f"{name}-{version}.dist-info"
    files = {f"{name}.py": b"x = 1\\n", f"{folder}/METADATA": metadata}
    files[f"{folder}/WHEEL"] = b"Wheel-Version: 1.0\\nGenerator: own\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
    rows = [f"{path},sha256={digest(data)},{len(data)}" for path, data in files.items()]
    files[f"{folder}/RECORD"] = "\\n".join([*rows, f"{folder}/RECORD,,", ""]).encode()
    wheel = f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(f"{out}/{wheel}", "w") as archive:
        for path, data in files.items():
            archive.writestr(zipfile.ZipInfo(path), data)
    return wheel
"""
"""A PEP 517 backend without requirements, as somebody may keep one in the tree."""

PROJECT = '[project]\nname = "tiny-tool"\nversion = "0.3.0"\n'
BUILD = '\n[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org", *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def commit(folder: Path, files: dict[str, str], message: str) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", message)


def make_repository(
    folder: Path, pyproject: str = PROJECT + BUILD, *, tag: str = "v0.3.0", branch: str = "main"
) -> Path:
    """Make a repository with one released commit and one that is not."""
    folder.mkdir()
    git(folder, "init", "-q", "-b", branch)
    commit(folder, {"pyproject.toml": pyproject, "backend.py": BACKEND, "README.md": "# Tiny\n"}, "feat: begin")
    if tag:
        git(folder, "tag", tag)
    commit(folder, {"notes.txt": "one\n"}, "fix: an unreleased repair")
    return folder


def fingerprint(folder: Path) -> dict[str, str]:
    """Give the digest of every file below a folder, git's own among them, by path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
