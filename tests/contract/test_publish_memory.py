"""A file of 90 MB is published, and compared without a digest of the index, in the memory of a small one."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from commands.cliruns import environment
from contract.faultproxy import serve_proxy
from contract.publishes import digests
from providers.distfiles import METADATA

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
    """Write a wheel with a module's data of a size, which no compression makes smaller."""
    folder.mkdir()
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w", zipfile.ZIP_STORED) as archive:
        with archive.open(f"{name}/data.bin", "w", force_zip64=True) as file:
            for number in range(size // MIB):
                file.write(number.to_bytes(8, "little") * (MIB // 8))
        archive.writestr(f"{name}/__init__.py", "")
        archive.writestr(f"{info}/METADATA", METADATA.format(name=name, version="1.0"))
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return folder


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
    peaks: dict[tuple[str, str], int] = {}
    with serve_proxy(server.root) as proxy:
        proxy.has_hashes = False
        for size, name in ((SMALL, "smallwheel"), (LARGE, "largewheel")):
            dist = make_large_wheel(tmp_path / name, name, size)
            for seen in (server, server.behind(proxy.url)):
                outcome, peak = measure(seen, dist)
                peaks[outcome, name] = peak
            assert server.files(name) == digests(dist)
            (dist / f"{name}-1.0-py3-none-any.whl").unlink()
    told = {f"{outcome}, {name}": f"{peak / MIB:.1f} MiB" for (outcome, name), peak in sorted(peaks.items())}
    print(f"peak memory: {told}")  # noqa: T201 - the numbers are for people
    for outcome in ("published", "already-there"):
        more = peaks[outcome, "largewheel"] - peaks[outcome, "smallwheel"]
        assert more < ALLOWED, told
