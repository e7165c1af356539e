"""Answers that several threads read at the same time: the first use of a record is safe."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys, threading, types
from pilotage.providers.githubanswers import read_answer

sys.setswitchinterval(1e-6)
for number in range(60):
    module = types.ModuleType(f"records{number}")
    sys.modules[module.__name__] = module
    lines = ["from __future__ import annotations", "import msgspec"]
    for depth in range(12):
        lines += [f"class R{depth}(msgspec.Struct, frozen=True):", "    a: int", "    b: str | None = None"]
        lines += [f"    c: list[R{depth - 1}] | None = None"] * bool(depth)
    exec("\\n".join(lines), module.__dict__)
    barrier = threading.Barrier(6)

    def read(kind=module.R11, barrier=barrier):
        barrier.wait()
        assert read_answer({"a": 1, "c": [{"a": 2}]}, kind, place="x").c[0].a == 2

    threads = [threading.Thread(target=read) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""
"""Six threads use records for the first time, sixty times; without care the process dies nearly at once."""


def test_records_are_used_first_by_several_threads_at_once_and_the_process_lives() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
