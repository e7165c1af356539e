"""Small real wheels and sdists, made by hand."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import tarfile
import zipfile
from typing import TYPE_CHECKING

from pilotage.providers.distfile import read_dist

if TYPE_CHECKING:
    from pathlib import Path

    from pilotage.model.dist import Dist

METADATA = """\
Metadata-Version: 2.4
Name: {name}
Version: {version}
Summary: A package for tests
Keywords: one,two
Author-email: Ann Author <ann@example.org>
License-Expression: MIT
License-File: LICENSE
Classifier: Programming Language :: Python :: 3
Classifier: Typing :: Typed
Project-URL: Home, https://example.org/home
Requires-Dist: packaging>=24
Requires-Python: >=3.11
Description-Content-Type: text/markdown

# {name} \N{EM DASH} grüße
"""


def make_wheel(
    folder: Path, version: str = "1.0", *, name: str = "my_pkg", tag: str = "py3-none-any", filler: bytes = b""
) -> tuple[Path, Dist]:
    """Write a wheel that breaks no rule; `filler` is the content of its one module."""
    path = folder / f"{name}-{version}-{tag}.whl"
    info = f"{name}-{version}.dist-info"
    members = {
        f"{name}/__init__.py": filler,
        f"{info}/METADATA": METADATA.format(name=name, version=version).encode(),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n".encode(),
        f"{info}/licenses/LICENSE": b"MIT\n",
    }
    record = "".join(f"{member},sha256={_digest(data)},{len(data)}\n" for member, data in members.items())
    with zipfile.ZipFile(path, "w") as archive:
        for member, content in {**members, f"{info}/RECORD": f"{record}{info}/RECORD,,\n".encode()}.items():
            archive.writestr(zipfile.ZipInfo(member), content)
    return path, read_dist(path)


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def make_sdist(
    folder: Path, version: str = "1.0", *, name: str = "my_pkg", filler: bytes = b"", metadata: str = METADATA
) -> tuple[Path, Dist]:
    """Write an sdist that breaks no rule; `filler` is the content of its one module."""
    path = folder / f"{name}-{version}.tar.gz"
    base = f"{name}-{version}"
    with path.open("wb") as file, gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:  # noqa: SIM117 - in order
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
            for member, content in (
                (f"{base}/pyproject.toml", f'[project]\nname = "{name}"\nversion = "{version}"\n'.encode()),
                (f"{base}/{name}.py", filler),
                (f"{base}/PKG-INFO", metadata.format(name=name, version=version).encode()),
                (f"{base}/LICENSE", b"MIT\n"),
            ):
                info = tarfile.TarInfo(member)
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
    return path, read_dist(path)
