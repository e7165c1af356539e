"""What counts as a break, an addition, or neither: griffe's answer through our process, from real folders."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pilotage.model.api import ApiCompared, ApiNotCompared, ApiNothingToCompare
from pilotage.providers.api import _environment, compare_api
from pilotage.providers.apisource import Limits
from providers.apitrees import brief, compare_files, compare_modules, write_tree

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

pytest.importorskip("griffe", reason="the extra `api` is not installed")


@pytest.mark.parametrize(
    ("base", "head", "broken"),
    [
        ("def f(): ...", "", "object-removed pkg.f"),
        ("class C:\n def m(self): ...", "class C:\n ...", "object-removed pkg.C.m"),
        ("A = 1", "", "object-removed pkg.A"),
        ("def f(a): ...", "def f(): ...", "parameter-removed pkg.f(a)"),
        ("def f(a, b): ...", "def f(b, a): ...", "parameter-moved pkg.f(a)"),
        ("def f(a): ...", "def f(*, a): ...", "parameter-changed-kind pkg.f(a)"),
        ("def f(a=1): ...", "def f(a=2): ...", "parameter-changed-default pkg.f(a)"),
        ("def f(a=1): ...", "def f(a): ...", "parameter-changed-required pkg.f(a)"),
        ("def f(): ...", "def f(a): ...", "parameter-added-required pkg.f(a)"),
        ("def f(): ...", "f = 1", "object-changed-kind pkg.f"),
        ("class C(dict, A): ...", "class C(A): ...", "class-removed-base pkg.C"),
        ("def f() -> int: ...", "def f(): ...", "return-changed-type pkg.f"),
    ],
)
def test_what_its_users_can_no_longer_do_is_a_break(tmp_path: Path, base: str, head: str, broken: str) -> None:
    report = compare_modules(tmp_path, base, head)

    assert broken in [f"{change.kind} {change.path}" for change in report.breaks]


@pytest.mark.parametrize(
    ("base", "head"),
    [
        ("def _f(): ...", ""),
        ("def f(a): ...", "def f(a, b=1): ..."),
        ("__all__ = ['f']\ndef f(): ...\ndef g(): ...", "__all__ = ['f']\ndef f(): ..."),
        ("def f(a): return 1", "def f(a): return 2"),
        ("import os", ""),
        ("def f(): ...", "def f() -> None: ..."),
    ],
)
def test_what_no_user_can_see_is_no_break(tmp_path: Path, base: str, head: str) -> None:
    assert compare_modules(tmp_path, base, head) == ApiCompared(("pkg",))


def test_a_break_says_where_it_is_and_what_it_was(tmp_path: Path) -> None:
    report = compare_modules(tmp_path, "\n\ndef f(a=1): ...\ndef g(): ...", "def f(a='x' * 99): ...")

    changed, removed = report.breaks
    assert [*brief(report.breaks), changed.old, changed.new, changed.side, removed.side] == [
        "parameter-changed-default pkg.f(a) pkg/__init__.py:1",
        "object-removed pkg.g pkg/__init__.py:4",
        "1",
        "'x' * 99",
        "head",
        "base",
    ]


def test_a_long_value_is_cut(tmp_path: Path) -> None:
    report = compare_modules(tmp_path, "def f(a=1): ...", f"def f(a='{'x' * 500}'): ...")

    assert len(report.breaks[0].new) == 80


def test_a_kind_and_bases_are_shown_in_words(tmp_path: Path) -> None:
    report = compare_modules(
        tmp_path, "def f(a): ...\nclass C(A, B): ...\nx = 1", "def f(a, /): ...\nclass C: ...\nclass x: ..."
    )

    assert [(change.old, change.new) for change in report.breaks] == [
        ("positional or keyword", "positional-only"),
        ("A, B", "none"),
        ("attribute", "class"),
    ]


def test_a_new_field_of_a_dataclass_is_a_new_required_argument(tmp_path: Path) -> None:
    start = "from dataclasses import dataclass\n@dataclass\nclass C:\n    a: int\n"

    report = compare_modules(tmp_path, start, f"{start}    b: int\n")

    assert [change.path for change in report.breaks] == ["pkg.C.__init__(b)"]


def test_a_renamed_module_is_a_removed_and_a_new_one(tmp_path: Path) -> None:
    body = "def f(): ...\n"

    report = compare_files(
        tmp_path,
        {"src/pkg/__init__.py": "", "src/pkg/old.py": body},
        {"src/pkg/__init__.py": "", "src/pkg/new.py": body},
    )

    assert isinstance(report, ApiCompared)
    assert brief(report.breaks) == ["object-removed pkg.old src/pkg/old.py:0"]
    assert brief(report.additions) == ["module-added pkg.new src/pkg/new.py:0"]


def test_an_object_that_is_still_found_under_its_name_was_not_removed(tmp_path: Path) -> None:
    report = compare_files(
        tmp_path,
        {"pkg/__init__.py": "def f(a): ...\n"},
        {"pkg/__init__.py": "from pkg._impl import f\n", "pkg/_impl.py": "def f(a): ...\n"},
    )

    assert report == ApiCompared(("pkg",))


def test_a_change_behind_an_alias_is_found(tmp_path: Path) -> None:
    init = "from _pkg.impl import f\n__all__ = ['f']\n"

    report = compare_files(
        tmp_path,
        {"src/pkg/__init__.py": init, "src/_pkg/__init__.py": "", "src/_pkg/impl.py": "def f(a): ...\n"},
        {"src/pkg/__init__.py": init, "src/_pkg/__init__.py": "", "src/_pkg/impl.py": "\ndef f(): ...\n"},
    )

    assert isinstance(report, ApiCompared)
    assert brief(report.breaks) == ["parameter-removed _pkg.impl.f(a) src/_pkg/impl.py:2"]


def test_new_public_objects_are_additions_each_once_and_from_the_top(tmp_path: Path) -> None:
    base = "__all__ = ['C']\nclass C:\n    def m(self): ...\n    def __len__(self): ...\ndef h(): ...\n"
    head = (
        "from os import sep as s\n__all__ = ['C', 'D', 'h', 's']\nclass C:\n    def m(self): ...\n"
        "    def n(self): ...\n    def _p(self): ...\n    def __add__(self, o): ...\n"
        "class D:\n    def q(self): ...\ndef h(): ...\n"
    )

    report = compare_modules(tmp_path, base, head)

    assert brief(report.additions) == [
        "object-added pkg.s pkg/__init__.py:1",
        "function-added pkg.C.n pkg/__init__.py:5",
        "class-added pkg.D pkg/__init__.py:8",
        "function-added pkg.h pkg/__init__.py:10",
    ]


def test_a_deleted_package_is_one_break_and_a_new_one_is_one_addition(tmp_path: Path) -> None:
    report = compare_files(tmp_path, {"a/__init__.py": "def f(): ...\n"}, {"b/__init__.py": "def f(): ...\n"})

    assert isinstance(report, ApiCompared)
    assert brief(report.breaks) == ["module-removed a a/__init__.py:0"]
    assert brief(report.additions) == ["module-added b b/__init__.py:0"]


def test_a_dynamic_all_falls_back_to_the_names(tmp_path: Path) -> None:
    dynamic = "__all__ = [n for n in dir() if n[0] != '_']\n"

    report = compare_modules(tmp_path, f"{dynamic}def f(): ...\ndef _g(): ...\n", dynamic)

    assert brief(report.breaks) == ["object-removed pkg.f pkg/__init__.py:2"]


def test_a_stub_speaks_for_a_compiled_module(tmp_path: Path) -> None:
    init = "from pkg._speed import fast\n__all__ = ['fast']\n"

    report = compare_files(
        tmp_path,
        {"pkg/__init__.py": init, "pkg/_speed.pyi": "def fast(a: int) -> int: ...\n", "pkg/_speed.so": "\x7fELF"},
        {"pkg/__init__.py": init, "pkg/_speed.pyi": "def fast() -> int: ...\n", "pkg/_speed.so": "\x7fELF"},
    )

    assert isinstance(report, ApiCompared)
    assert brief(report.breaks) == ["parameter-removed pkg._speed.fast(a) pkg/_speed.pyi:1"]


def test_a_namespace_package_is_compared(tmp_path: Path) -> None:
    report = compare_files(
        tmp_path,
        {"src/space/one/__init__.py": "def f(): ...\n"},
        {"src/space/one/__init__.py": ""},
    )

    assert isinstance(report, ApiCompared)
    assert brief(report.breaks) == ["object-removed space.one.f src/space/one/__init__.py:1"]


def test_a_project_of_one_module_is_compared(tmp_path: Path) -> None:
    settings = '[project]\nname = "One"\n'

    report = compare_files(
        tmp_path,
        {"pyproject.toml": settings, "one.py": "def f(): ...\n", "setup.py": "x = 1\n"},
        {"pyproject.toml": settings, "one.py": "", "setup.py": ""},
    )

    assert isinstance(report, ApiCompared)
    assert brief(report.breaks) == ["object-removed one.f one.py:1"]


def test_a_package_that_moves_below_src_is_the_same_package(tmp_path: Path) -> None:
    report = compare_files(tmp_path, {"pkg/__init__.py": "A = 1\n"}, {"src/pkg/__init__.py": "A = 1\n"})

    assert report == ApiCompared(("pkg",))


@pytest.mark.parametrize("files", [{}, {"docs/conf.py": "x = 1", "tests/__init__.py": ""}])
def test_without_a_package_there_is_nothing_to_compare(tmp_path: Path, files: Mapping[str, str]) -> None:
    assert compare_files(tmp_path, files, files) == ApiNothingToCompare("no-package")


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        ("x = 1\ndef f(:\n", "in the head, pkg/__init__.py:2 is not valid in Python"),
        ("x = 1\0\n", "in the head, pkg/__init__.py"),
        ("x = " + "(" * 5_000 + ")" * 5_000, "in the head, pkg/__init__.py:1 is not valid in Python"),
        ("x = " + "-" * 100_000 + "1\n", ""),
        ("x = " + "+".join(["a"] * 60_000) + "\n", ""),
        ("x = " + ".".join(["a"] * 60_000) + "\n", ""),
    ],
)
def test_a_head_that_cannot_be_parsed_is_not_compared(tmp_path: Path, head: str, reason: str) -> None:
    """Deep nesting ends as a limit of the parser or as its crash, by the version of Python: both are answers."""
    report = compare_files(tmp_path, {"pkg/__init__.py": "def f(): ...\n"}, {"pkg/__init__.py": head})

    assert isinstance(report, ApiNotCompared)
    assert reason in report.reason


def test_a_file_that_no_side_can_parse_is_left_out(tmp_path: Path) -> None:
    odd = {"pkg/py2.py": "print 'hello'\n"}

    report = compare_files(tmp_path, {"pkg/__init__.py": "def f(): ...\n", **odd}, {"pkg/__init__.py": "", **odd})

    assert isinstance(report, ApiCompared)
    assert brief(report.breaks) == ["object-removed pkg.f pkg/__init__.py:1"]


def test_a_base_that_cannot_be_parsed_is_not_compared(tmp_path: Path) -> None:
    report = compare_files(tmp_path, {"pkg/__init__.py": "", "pkg/a.py": "print 1\n"}, {"pkg/__init__.py": ""})

    assert isinstance(report, ApiNotCompared)
    assert report.reason.startswith("in the base, pkg/a.py:1 is not valid")


def test_another_encoding_is_not_compared(tmp_path: Path) -> None:
    base = write_tree(tmp_path / "old", {"pkg/__init__.py": ""})
    head = write_tree(tmp_path / "new", {"pkg/__init__.py": ""})
    (head / "pkg/__init__.py").write_bytes(b"# -*- coding: latin-1 -*-\nA = '\xe9'\n")

    assert compare_api(base, head, packages=None) == ApiNotCompared("in the head, pkg/__init__.py is not UTF-8")


def test_nothing_that_is_compared_is_run(tmp_path: Path) -> None:
    marker = tmp_path / "was-run"
    evil = f"open({str(marker)!r}, 'w').close()\nwhile True: pass\ndef f(): ...\n"
    files = {
        "pkg/__init__.py": evil,
        "pkg/griffe.py": evil,
        "griffe.py": evil,
        "msgspec.py": evil,
        "sitecustomize.py": evil,
        "evil.pth": f"import os; open({str(marker)!r}, 'w').close()",
        "conftest.py": evil,
        "setup.py": evil,
        "pyproject.toml": "[tool.griffe]\nextensions = ['./pkg/griffe.py']\n",
    }

    report = compare_files(tmp_path, files, files | {"pkg/__init__.py": evil.replace("def f", "def g")})

    assert isinstance(report, ApiCompared)
    assert [change.path for change in report.breaks] == ["pkg.f"]
    assert not marker.exists()


def test_a_symbolic_link_is_not_followed(tmp_path: Path) -> None:
    secret = write_tree(tmp_path / "outside", {"secret.py": "TOKEN = 1\n", "deep/__init__.py": "A = 1\n"})
    base = write_tree(tmp_path / "old", {"pkg/__init__.py": ""})
    head = write_tree(tmp_path / "new", {"pkg/__init__.py": ""})
    (head / "pkg/leak.py").symlink_to(secret / "secret.py")
    (head / "pkg/passwd.py").symlink_to("/etc/passwd")
    (head / "pkg/deep").symlink_to(secret / "deep")
    (head / "pyproject.toml").symlink_to("/etc/passwd")

    report = compare_api(base, head, packages=["pkg"])

    assert report == ApiNotCompared("pyproject.toml cannot be read (Too many levels of symbolic links)")
    (head / "pyproject.toml").unlink()
    assert compare_api(base, head, packages=["pkg"]) == ApiCompared(("pkg",), skipped=3)


def test_a_pipe_does_not_stop_it(tmp_path: Path) -> None:
    base = write_tree(tmp_path / "old", {"pkg/__init__.py": ""})
    head = write_tree(tmp_path / "new", {"pkg/__init__.py": ""})
    os.mkfifo(head / "pkg" / "pipe.py")
    os.mkfifo(head / "pyproject.toml")

    assert compare_api(base, head, packages=["pkg"]) == ApiNotCompared("pyproject.toml is not a file")
    (head / "pyproject.toml").unlink()
    assert compare_api(base, head, packages=["pkg"]) == ApiCompared(("pkg",), skipped=1)


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({f"pkg/m{n}.py": "" for n in range(3_000)}, "the packages hold 3,001 Python files, more than 2,000"),
        ({"pkg/big.py": "#" * 1_000_001}, "pkg/big.py is larger than 1,000,000 bytes"),
        (
            {f"pkg/m{n}.py": "#" * 999_999 for n in range(21)},
            "the packages hold more than 20,000,000 bytes of Python",
        ),
    ],
)
def test_more_than_the_bounds_is_not_compared(tmp_path: Path, files: Mapping[str, str], reason: str) -> None:
    base = {"pkg/__init__.py": ""}

    assert compare_files(tmp_path, base, {**base, **files}) == ApiNotCompared(reason)


def test_a_comparison_ends_in_time(tmp_path: Path) -> None:
    base = write_tree(tmp_path / "old", {"pkg/__init__.py": "A = 1\n"})
    head = write_tree(tmp_path / "new", {"pkg/__init__.py": "A = 2\n"})

    report = compare_api(base, head, packages=None, limits=Limits(seconds=0.01))

    assert report == ApiNotCompared("reading the sources took longer than 0.01 seconds")


@pytest.mark.skipif(sys.platform != "linux", reason="the limit of address space is Linux's")
def test_a_comparison_has_a_memory_of_its_own(tmp_path: Path) -> None:
    lines = "\n".join(f"def f{n}(a, b=[1, 2, 3], *c, **d) -> dict[str, int]: ..." for n in range(12_000))
    base = write_tree(tmp_path / "old", {"pkg/__init__.py": "A = 1\n"})
    head = write_tree(tmp_path / "new", {"pkg/__init__.py": lines})

    report = compare_api(base, head, packages=None, limits=Limits(memory=60_000_000))

    assert isinstance(report, ApiNotCompared)
    assert "Memory" in report.reason


@pytest.mark.skipif(sys.platform != "linux", reason="the limit of address space is Linux's")
def test_a_reader_that_fails_is_a_reason(tmp_path: Path) -> None:
    tree = write_tree(tmp_path, {"pkg/__init__.py": "A = 1\n"})

    report = compare_api(tree, tree, packages=None, limits=Limits(memory=2**70))

    assert isinstance(report, ApiNotCompared)
    assert report.reason.startswith("reading the sources failed with status 1 (")


def test_without_griffe_it_says_what_to_install(tmp_path: Path) -> None:
    write_tree(tmp_path, {"pkg/__init__.py": "A = 1\n"})
    code = (
        "import sys; from pathlib import Path; sys.modules['griffe'] = None; sys.path[:0] = sys.argv[2:];"
        "from pilotage.providers.api import compare_api;"
        "print(compare_api(Path(sys.argv[1]), Path(sys.argv[1]), packages=None).reason)"
    )

    said = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), *sys.path], check=True, capture_output=True, text=True
    )

    assert said.stdout == "griffe is not installed (install `pilotage[api]`)\n"


def test_the_reader_gets_no_secret_and_no_place_to_find_programs(tmp_path: Path) -> None:
    given = _environment([tmp_path])

    kept = {name: value for name, value in given.items() if value is not None}
    assert set(given) >= set(os.environ)
    assert kept.pop("PATH") == os.devnull
    assert kept.pop("PYTHONPATH") == str(tmp_path)
    assert set(kept) <= {"SYSTEMROOT", "LD_LIBRARY_PATH"}


def test_nothing_of_griffe_is_loaded_in_this_process() -> None:
    code = "import sys, pilotage.providers.api; print('griffe' in sys.modules)"
    path = {"PYTHONPATH": os.pathsep.join(sys.path)}

    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=path)

    assert said.stdout == "False\n"


def test_a_folder_that_is_not_there_is_not_compared(tmp_path: Path) -> None:
    report = compare_api(tmp_path / "no", tmp_path, packages=None)

    assert isinstance(report, ApiNotCompared)
    assert "cannot be read" in report.reason


def test_aliases_in_a_circle_are_survived(tmp_path: Path) -> None:
    report = compare_files(
        tmp_path,
        {"pkg/__init__.py": "from pkg.a import x\n__all__ = ['x', 'y']\nfrom gone import y\n", "pkg/a.py": "x = 1\n"},
        {
            "pkg/__init__.py": "from pkg.a import x\n__all__ = ['x', 'y']\nfrom gone import y\n",
            "pkg/a.py": "from pkg import x\n",
        },
    )

    assert isinstance(report, (ApiCompared, ApiNotCompared))
