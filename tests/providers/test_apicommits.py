"""Two commits of a real repository compared, and what is remembered of it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from pilotage.model.api import ApiCompared, ApiNotCompared, ApiNothingToCompare
from pilotage.providers.api import compare_commits
from pilotage.providers.apicache import ApiCache
from pilotage.providers.apisource import Limits, fetch_missing, observe_tree
from pilotage.providers.git import Git
from providers.apitrees import Project, brief
from providers.gitrepos import Repo

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("griffe", reason="the extra `api` is not installed")

BEFORE = {"src/pkg/__init__.py": "def f(a): ...\n", "README.md": "one"}
AFTER = {"src/pkg/__init__.py": "\ndef f(): ...\n", "README.md": "two"}


def test_a_break_between_commits_is_named_by_its_place_in_the_repository(tmp_path: Path) -> None:
    project = Project(tmp_path / "repo")

    report = compare_commits(project.git, project.commit(BEFORE), project.commit(AFTER))

    assert isinstance(report, ApiCompared)
    assert brief(report.breaks) == ["parameter-removed pkg.f(a) src/pkg/__init__.py:2"]
    assert not list((tmp_path / "repo").glob("src"))


def test_commits_with_the_same_sources_have_nothing_to_compare(tmp_path: Path) -> None:
    project = Project(tmp_path / "repo")
    base = project.commit(BEFORE)
    head = project.commit(BEFORE | {"README.md": "two", "src/pkg/tests/test_f.py": "x = 1", "docs/conf.py": "("})

    assert compare_commits(project.git, base, head) == ApiNothingToCompare("same-files")


def test_commits_without_packages_have_nothing_to_compare(tmp_path: Path) -> None:
    project = Project(tmp_path / "repo")
    commit = project.commit({"README.md": "one"})

    assert compare_commits(project.git, commit, commit) == ApiNothingToCompare("no-package")


def test_too_much_is_not_compared(tmp_path: Path) -> None:
    project = Project(tmp_path / "repo")

    report = compare_commits(project.git, project.commit(BEFORE), project.commit(AFTER), limits=Limits(one=3))

    assert report == ApiNotCompared("src/pkg/__init__.py is larger than 3 bytes")


def test_left_out_entries_are_counted(tmp_path: Path) -> None:
    project = Project(tmp_path / "repo")
    base = project.commit({"pkg/__init__.py": "A = 1\n"})
    head = project.commit_entries([("100644", "pkg/__init__.py", b"A = 2\n"), ("120000", "pkg/x.py", b"/etc/passwd")])

    assert compare_commits(project.git, base, head) == ApiCompared(("pkg",), skipped=1)


def test_an_answer_is_remembered_by_the_contents(tmp_path: Path) -> None:
    project = Project(tmp_path / "repo")
    base, head = project.commit(BEFORE), project.commit(AFTER)
    first = compare_commits(project.git, base, head, cache=tmp_path / "cache")

    # With no time at all only the memory can answer; another README is the same API.
    other = project.commit(AFTER | {"README.md": "three"})
    again = compare_commits(project.git, base, other, cache=tmp_path / "cache", limits=Limits(seconds=0))

    assert isinstance(first, ApiCompared)
    assert again == first


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"type":"nothing","because":"same-files"}', b"\xff" * 9])
def test_a_damaged_memory_is_no_answer(tmp_path: Path, damage: bytes) -> None:
    project = Project(tmp_path / "repo")
    base, head = project.commit(BEFORE), project.commit(AFTER)
    first = compare_commits(project.git, base, head, cache=tmp_path / "cache")
    (kept,) = (tmp_path / "cache").iterdir()
    digest = hashlib.sha256(kept.read_bytes()).digest()
    kept.write_bytes(damage)

    assert compare_commits(project.git, base, head, cache=tmp_path / "cache") == first
    assert hashlib.sha256(kept.read_bytes()).digest() == digest


def test_a_reason_not_to_compare_is_not_remembered(tmp_path: Path) -> None:
    project = Project(tmp_path / "repo")
    base, head = project.commit(BEFORE), project.commit(AFTER)

    late = compare_commits(project.git, base, head, cache=tmp_path / "cache", limits=Limits(seconds=0.01))

    assert isinstance(late, ApiNotCompared)
    assert isinstance(compare_commits(project.git, base, head, cache=tmp_path / "cache"), ApiCompared)


def test_a_memory_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = ApiCache(tmp_path / "file", reader="griffe 2")

    cache.write("a", "b", ApiCompared(("pkg",)))

    assert cache.read("a", "b") is None


def test_another_reader_is_asked_again(tmp_path: Path) -> None:
    ApiCache(tmp_path, reader="griffe 2").write("a", "b", ApiCompared(("pkg",)))

    assert ApiCache(tmp_path, reader="griffe 2").read("a", "b") == ApiCompared(("pkg",))
    assert ApiCache(tmp_path, reader="griffe 3").read("a", "b") is None
    assert ApiCache(tmp_path, reader="griffe 2").read("b", "a") is None


def partial_clone(tmp_path: Path) -> tuple[Git, str, str]:
    source = Repo(tmp_path / "source")
    many = {f"src/pkg/m{number}.py": f"A = {number}\n" for number in range(40)}
    base = source.commit("feat: one", files=BEFORE | many)
    head = source.commit("feat: two", files=AFTER)
    url = source.publish(tmp_path / "remote.git")
    git = Git.clone_missing(url, tmp_path / "clone.git", "main")
    git.ensure_history(None, head)
    git.deepen_until(lambda: False, head)
    return git, base, head


def test_what_a_partial_clone_lacks_comes_with_one_request(tmp_path: Path) -> None:
    git, base, head = partial_clone(tmp_path)
    blobs = {*observe_tree(git, base).paths.values(), *observe_tree(git, head).paths.values()}

    fetch_missing(git, [base, head], blobs)

    # The remote is gone: what was not fetched then can be fetched no more.
    (tmp_path / "remote.git").rename(tmp_path / "elsewhere.git")
    report = compare_commits(git, base, head)
    assert isinstance(report, ApiCompared)
    assert brief(report.breaks) == ["parameter-removed pkg.f(a) src/pkg/__init__.py:2"]


def test_a_remote_that_gives_no_sources_is_a_reason(tmp_path: Path) -> None:
    git, base, head = partial_clone(tmp_path)
    observe_tree(git, base)
    observe_tree(git, head)
    (tmp_path / "remote.git").rename(tmp_path / "elsewhere.git")

    report = compare_commits(git, base, head)

    assert isinstance(report, ApiNotCompared)
    assert "the remote" in report.reason
