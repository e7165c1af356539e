"""Sources taken out of real commits: as data, within bounds, whatever the names in the tree are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pilotage.errors import UsageError
from pilotage.providers.apipackages import Tree
from pilotage.providers.apisource import (
    ApiSourceError,
    Limits,
    copy_files,
    extract_python,
    observe_folder,
    observe_tree,
    write_blobs,
)
from providers.apitrees import Project, write_tree

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

INIT = ("100644", "pkg/__init__.py", b"A = 1\n")


def names_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def test_only_the_packages_sources_are_written(tmp_path: Path) -> None:
    project = Project(tmp_path / "repo")
    commit = project.commit(
        {
            "pyproject.toml": '[project]\nname = "pkg"\n',
            "src/pkg/__init__.py": "A = 1\n",
            "src/pkg/a.pyi": "",
            "src/pkg/data.bin": "",
            "src/pkg/tests/test_a.py": "",
            "docs/conf.py": "",
            "setup.py": "",
        }
    )

    assert extract_python(project.git, commit, tmp_path / "out") == 0
    assert names_in(tmp_path / "out") == ["pyproject.toml", "src/pkg/__init__.py", "src/pkg/a.pyi"]
    assert (tmp_path / "out/src/pkg/__init__.py").read_text() == "A = 1\n"


def test_a_commit_without_packages_gives_nothing(tmp_path: Path) -> None:
    project = Project(tmp_path / "repo")

    assert extract_python(project.git, project.commit({"a.txt": ""}), tmp_path / "out") == 0
    assert names_in(tmp_path / "out") == []


@pytest.mark.parametrize(
    "entry",
    [
        ("100644", "pkg/../../escape.py", b""),
        ("100644", "pkg/./dot.py", b""),
        ("100644", "pkg/.git/hook.py", b""),
        ("100644", "pkg/.GIT/hook.py", b""),
        ("100644", "pkg/back\\slash.py", b""),
        ("100644", "pkg/line\nend.py", b""),
        ("100644", "pkg/bidi\u202e.py", b""),
        ("100644", f"pkg/{'x' * 300}.py", b""),
        ("100644", f"pkg/{'/'.join(['d' * 99] * 11)}/x.py", b""),
        ("120000", "pkg/link.py", b"/etc/passwd"),
        ("120000", "pkg/folder", b"/etc"),
        ("100644", "pkg/__INIT__.py", b""),
    ],
)
def test_what_cannot_be_a_source_is_left_out_and_counted(tmp_path: Path, entry: tuple[str, str, bytes]) -> None:
    project = Project(tmp_path / "repo")
    commit = project.commit_entries([INIT, entry])

    skipped = extract_python(project.git, commit, tmp_path / "deep/er/out")

    assert skipped == 1
    assert [path.read_bytes() for path in (tmp_path / "deep").rglob("*.py")] in ([b"A = 1\n"], [b""])
    assert not list(tmp_path.rglob("escape.py"))


def test_an_absolute_name_in_a_tree_writes_nowhere(tmp_path: Path) -> None:
    project = Project(tmp_path / "repo")
    blob = project.run("hash-object", "-w", "--stdin", data=b"evil")
    name = f"{tmp_path}/evil.py"
    tree = project.run(
        *("hash-object", "-t", "tree", "-w", "--literally", "--stdin"),
        data=f"100644 {name}\0".encode() + bytes.fromhex(blob),
    )

    listed = observe_tree(project.git, project.run("commit-tree", "-m", "x", tree))

    assert (dict(listed.paths), list(listed.odd)) == ({}, [name])


def test_a_submodule_is_left_out(tmp_path: Path) -> None:
    project = Project(tmp_path / "repo")
    commit = project.commit({"pkg/__init__.py": ""})
    project.run("read-tree", commit)
    project.run("update-index", "--add", "--cacheinfo", f"160000,{commit},pkg/sub")
    project.run("update-index", "--add", "--cacheinfo", f"160000,{commit},other")
    tree = project.run("write-tree")

    assert extract_python(project.git, project.run("commit-tree", "-m", "x", tree), tmp_path / "out") == 1


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(files=1), "the packages hold 2 Python files, more than 1"),
        (Limits(one=5), "pkg/__init__.py is larger than 5 bytes"),
        (Limits(total=10), "the packages hold more than 10 bytes of Python"),
    ],
)
def test_more_than_the_bounds_is_refused_before_it_is_read(tmp_path: Path, limits: Limits, reason: str) -> None:
    project = Project(tmp_path / "repo")
    commit = project.commit({"pkg/__init__.py": "A = 1\n", "pkg/b.py": "B = 1\n"})

    with pytest.raises(ApiSourceError, match=f"^{reason}$"):
        extract_python(project.git, commit, tmp_path / "out", limits=limits)
    assert names_in(tmp_path) == names_in(tmp_path / "repo") or not list((tmp_path / "out").rglob("*.py"))


def test_a_missing_content_is_refused(tmp_path: Path) -> None:
    project = Project(tmp_path / "repo")

    with pytest.raises(ApiSourceError, match=r"git does not have the content of a\.py"):
        write_blobs(project.git, Tree({"a.py": "1" * 40}), {"a.py": "a.py"}, tmp_path / "out", limits=Limits())


def test_an_unknown_commit_is_an_error(tmp_path: Path) -> None:
    project = Project(tmp_path / "repo")

    with pytest.raises(UsageError):
        observe_tree(project.git, "1" * 40)


def test_large_settings_are_not_read(tmp_path: Path) -> None:
    write_tree(tmp_path / "a", {"pyproject.toml": "#" * 1_000_001})
    write_tree(tmp_path / "b", {"pyproject.toml": "#" * 9})

    assert [len(observe_folder(tmp_path / name).settings) for name in "ab"] == [0, 9]


def test_hidden_and_generated_folders_are_not_looked_at(tmp_path: Path) -> None:
    files: Mapping[str, str] = {
        "pkg/a.py": "",
        ".venv/lib/b.py": "",
        "pkg/__pycache__/c.py": "",
        "node_modules/d.py": "",
    }

    assert list(observe_folder(write_tree(tmp_path, files)).paths) == ["pkg/a.py"]


def test_a_folder_that_became_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ApiSourceError, match="cannot be read"):
        copy_files(tmp_path, {"a.py": "x" * 300}, tmp_path / "out", limits=Limits())


def test_too_many_files_are_not_copied(tmp_path: Path) -> None:
    with pytest.raises(ApiSourceError, match="2 Python files"):
        copy_files(tmp_path, {"a.py": "a.py", "b.py": "b.py"}, tmp_path / "out", limits=Limits(files=1))
