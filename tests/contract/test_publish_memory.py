"""A file of 90 MB is published, and compared without a digest of the index, in the memory of a small one."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from commands.cliruns import environment
from contract.faultproxy import serve_proxy
from contract.publishes import digests

if TYPE_CHECKING:
    from pathlib import Path

    from contract.indexservers import Server, Yard

MIB = 1024 * 1024
SMALL, LARGE = 1 * MIB, 90 * MIB
ALLOWED = 16 * MIB
"""How much more the large file may take: far less than any fraction of it that is worth keeping in memory."""

MEASURE = """
import json, resource, subprocess, sys
done = subprocess.run(sys.argv[1:], capture_output=True, text=True)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
print(json.dumps([done.returncode, done.stdout, done.stderr, peak]))
"""
"""A process of its own, since a child's peak begins with that of the process that it was forked from."""


def make_large_wheel(folder: Path, name: str, size: int) -> Path:
    """Write a wheel with data of a size, which no compression makes smaller."""
    folder.mkdir()
    info = f"{name}-1.0.dist-info"
    data, sha256 = f"{name}/data.bin", hashlib.sha256()
    texts = {
        f"{name}/__init__.py": b"",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w", zipfile.ZIP_STORED) as archive:
        with archive.open(data, "w", force_zip64=True) as file:
            for number in range(size // MIB):
                piece = number.to_bytes(8, "little") * (MIB // 8)
                sha256.update(piece)
                file.write(piece)
        record = [record_line(data, sha256.digest(), size)]
        for path, text in texts.items():
            archive.writestr(path, text)
            record.append(record_line(path, hashlib.sha256(text).digest(), len(text)))
        archive.writestr(f"{info}/RECORD", "".join([*record, f"{info}/RECORD,,\n"]))
    return folder


def record_line(path: str, digest: bytes, size: int) -> str:
    """Write a line of a wheel's RECORD."""
    return f"{path},sha256={base64.urlsafe_b64encode(digest).rstrip(b'=').decode()},{size}\n"


def measure(server: Server, dist: Path) -> tuple[str, int]:
    """Publish a folder; give the outcome and the largest memory of the publishing process in bytes."""
    publish = [sys.executable, "-m", "pilotage", "publish", "--dist", str(dist), "--index", server.index, "--json"]
    done = subprocess.run(
        [sys.executable, "-S", "-E", "-c", MEASURE, *publish],
        env=environment(server.environment),
        check=True,
        capture_output=True,
        timeout=240,
    )
    code, out, err, peak = json.loads(done.stdout)
    assert code == 0, err
    return json.loads(out)["outcome"], peak


@pytest.mark.peer
def test_a_large_file_takes_no_more_memory_than_a_small_one(index_yard: Yard, tmp_path: Path) -> None:
    server = index_yard.open("pypiserver")
    peaks: dict[str, int] = {}
    with serve_proxy(server.root) as proxy:
        proxy.has_hashes = False
        large = make_large_wheel(tmp_path / "large", "largewheel", LARGE)
        small = make_large_wheel(tmp_path / "small", "smallwheel", SMALL)
        for name, dist in (("smallwheel", small), ("largewheel", large)):
            outcome, peak = measure(server, dist)
            peaks[f"{name} {outcome}"] = peak
            assert server.files(name) == digests(dist)
        outcome, peak = measure(server.behind(proxy.url), large)
        peaks[f"largewheel {outcome}"] = peak
    told = {what: f"{peak / MIB:.1f} MiB" for what, peak in sorted(peaks.items())}
    print(f"peak memory: {told}")  # noqa: T201 - the numbers are for people
    assert peaks.keys() == {"smallwheel published", "largewheel published", "largewheel already-there"}
    least = peaks["smallwheel published"]
    assert {what: peak for what, peak in peaks.items() if peak - least >= ALLOWED} == {}, told
