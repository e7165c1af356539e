"""The reader's own answers, in this process: reasons, places, and the one line that it speaks on stdout."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import msgspec
import pytest

from pilotage.model.api import ApiCompared, ApiNotCompared
from pilotage.providers.apiworker import Request, answer, compare_sides
from providers.apitrees import brief, compare_modules, write_tree

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("griffe", reason="the extra `api` is not installed")


def read(tmp_path: Path, base: dict[str, str], head: dict[str, str]) -> ApiCompared | ApiNotCompared:
    old, new = write_tree(tmp_path / "old", base), write_tree(tmp_path / "new", head)
    names = sorted({path.split("/")[0] for path in (*base, *head)})
    return compare_sides(Request(str(old), str(new), tuple(names)))


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("def f(:", "in the head, pkg/__init__.py:1 is not valid in Python"),
        ("x = " + ".".join(["a"] * 5_000), "the sources are nested too deeply or too large (RecursionError)"),
    ],
)
def test_a_source_that_cannot_be_read_is_a_reason(tmp_path: Path, source: str, reason: str) -> None:
    report = read(tmp_path, {"pkg/__init__.py": ""}, {"pkg/__init__.py": source})

    assert isinstance(report, ApiNotCompared)
    assert report.reason.startswith(reason)


def test_null_bytes_and_other_encodings_are_reasons(tmp_path: Path) -> None:
    write_tree(tmp_path / "old", {"pkg/__init__.py": ""})
    source = write_tree(tmp_path / "new", {"pkg/__init__.py": ""}) / "pkg/__init__.py"
    request = Request(str(tmp_path / "old"), str(tmp_path / "new"), ("pkg",))
    reasons = []
    for data in (b"\xff", b"a\0"):
        source.write_bytes(data)
        report = compare_sides(request)
        assert isinstance(report, ApiNotCompared)
        reasons.append(report.reason)

    assert reasons[0] == "in the head, pkg/__init__.py is not UTF-8"
    assert reasons[1].startswith("in the head, pkg/__init__.py")


def test_a_package_that_no_side_can_parse_is_a_reason_without_paths_of_this_machine(tmp_path: Path) -> None:
    report = read(tmp_path, {"pkg/__init__.py": "print 1"}, {"pkg/__init__.py": "print 1"})

    assert isinstance(report, ApiNotCompared)
    assert report.reason.startswith("griffe cannot read the sources (")
    assert str(tmp_path) not in report.reason


def test_strange_escapes_are_no_news(tmp_path: Path) -> None:
    assert compare_modules(tmp_path, "A = '\\d'\n", "A = '\\d' # x\n") == ApiCompared(("pkg",))


def test_a_byte_order_mark_is_read_over(tmp_path: Path) -> None:
    assert compare_modules(tmp_path, "A = 1\n", "\ufeffA = 1\n") == ApiCompared(("pkg",))


def test_packages_and_modules_come_and_go(tmp_path: Path) -> None:
    report = read(
        tmp_path,
        {"a/__init__.py": "", "space/x/__init__.py": "", "b/__init__.py": "", "b/m.py": ""},
        {"c/__init__.py": "", "b/__init__.py": ""},
    )

    assert isinstance(report, ApiCompared)
    assert brief(report.breaks) == [
        "module-removed a a/__init__.py:0",
        "object-removed b.m b/m.py:0",
        "module-removed space space:0",
    ]
    assert brief(report.additions) == ["module-added c c/__init__.py:0"]


def test_a_name_that_neither_side_has_is_passed_over(tmp_path: Path) -> None:
    folder = write_tree(tmp_path, {"a/__init__.py": ""})

    assert compare_sides(Request(str(folder), str(folder), ("a", "gone"))) == ApiCompared(("a", "gone"))


def test_an_imported_name_that_is_published_no_more_stands_where_it_was_imported(tmp_path: Path) -> None:
    report = compare_modules(tmp_path, "\nfrom os import sep\n__all__ = ['sep']\n", "__all__ = ['x']\nx = 1\n")

    assert brief(report.breaks) == ["object-removed pkg.sep pkg/__init__.py:2"]
    assert report.breaks[0].side == "base"


def test_it_speaks_json(tmp_path: Path) -> None:
    folder = write_tree(tmp_path, {"a/__init__.py": ""})
    request = Request(str(folder), str(folder), ("a",))

    assert (
        answer(msgspec.json.encode(request))
        == b'{"type":"compared","packages":["a"],"breaks":[],"additions":[],"skipped":0}'
    )


def test_it_answers_on_stdout_and_runs_no_git(tmp_path: Path) -> None:
    folder = write_tree(tmp_path / "tree", {"a/__init__.py": "A = 1\n"})
    fake = tmp_path / "bin" / "git"
    fake.parent.mkdir()
    fake.write_text(f"#!/bin/sh\ntouch {tmp_path}/was-run\n")
    fake.chmod(0o755)

    done = subprocess.run(
        [sys.executable, "-P", "-m", "pilotage.providers.apiworker"],
        input=msgspec.json.encode(Request(str(folder), str(folder), ("a",), 2_000_000_000)),
        env={"PYTHONPATH": os.pathsep.join(sys.path), "PATH": os.devnull},
        check=True,
        capture_output=True,
    )

    assert msgspec.json.decode(done.stdout, type=ApiCompared) == ApiCompared(("a",))
    assert not (tmp_path / "was-run").exists()
