"""The files of one commit, and what may stand in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from commands.packages import package, pyproject
from pilotage.errors import ConfigError
from pilotage.model.history import Baseline, TagElsewhere
from pilotage.model.version import Version
from pilotage.providers.git import Git
from pilotage.reconcile.tree import find_baseline, read_texts, read_tree
from providers.gitrepos import Repo

if TYPE_CHECKING:
    from pathlib import Path


class Counter(Git):
    """Git that remembers its calls."""

    def __init__(self, path: Path) -> None:
        self.calls: list[str] = []
        super().__init__(path)

    def run(self, *args: str, input: bytes | None = None, url: str = "") -> bytes:  # noqa: A002 - as in Git
        """Run git and remember its command."""
        self.calls.append(args[0])
        return super().run(*args, input=input, url=url)


def test_the_files_of_a_release_are_read_and_no_others(tmp_path: Path) -> None:
    table = "[tool.pilotage]\nversion-files = ['a.py']\nchangelog-path = 'docs/log.md'\n"
    files = {
        "pyproject.toml": pyproject("1.0.0", table=table),
        "uv.lock": "",
        "a.py": "v = '1.0.0'  # x-pilotage-version\n",
        "b.py": "",
        "CHANGELOG.md": "",
        "docs/log.md": "# Changelog\r\n",
    }
    repo = Repo(tmp_path / "demo")
    sha = repo.commit("chore: start", files=files)
    tree = read_tree(Git(repo.path), sha)
    assert sorted(tree.files) == ["a.py", "docs/log.md", "pyproject.toml"]
    assert tree.files["docs/log.md"] == "# Changelog\r\n"
    assert (tree.commit, tree.project.name, tree.project.version) == (sha, "demo", "1.0.0")


@pytest.mark.parametrize(
    ("table", "calls"), [("", 1), ("[tool.pilotage]\nchangelog-path = 'docs/log.md'\n", 2)], ids=["usual", "own files"]
)
def test_a_tree_costs_one_call_of_git_unless_the_configuration_names_more(
    tmp_path: Path, table: str, calls: int
) -> None:
    repo = package(tmp_path / "demo", table=table)
    git = Counter(repo.path)
    read_tree(git, repo.sha())
    assert git.calls == ["cat-file"] * calls


@pytest.mark.parametrize("path", ["pyproject.toml", "CHANGELOG.md", "other.toml"])
def test_a_file_that_is_no_utf_8_is_named(tmp_path: Path, path: str) -> None:
    repo = package(tmp_path / "demo")
    (repo.path / path).write_bytes(b"# \xff")
    repo.git("add", path)
    sha = repo.commit("chore: break")
    with pytest.raises(ConfigError, match=f"^{path} at {sha[:10]}: not UTF-8 text at byte 2$"):
        read_tree(Git(repo.path), sha, config_path="other.toml")


def test_a_file_that_no_release_writes_may_be_anything(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo", table='[tool.pilotage]\nchangelog-path = ""\n')
    (repo.path / "CHANGELOG.md").write_bytes(b"\xff")
    repo.git("add", "CHANGELOG.md")
    assert sorted(read_tree(Git(repo.path), repo.commit("chore: x")).files) == ["pyproject.toml"]


def test_texts_without_a_file_are_left_out(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo")
    assert read_texts(Git(repo.path), repo.sha(), ("none", "pyproject.toml")) == {"pyproject.toml": pyproject("1.2.0")}


def test_the_usual_baseline_costs_two_calls_of_git(tmp_path: Path) -> None:
    repo = package(tmp_path / "demo")
    sha = repo.commit("fix: x")
    git = Counter(repo.path)
    tree, baseline = find_baseline(git, read_tree(Git(repo.path), sha))
    assert baseline == Baseline("v1.2.0", repo.sha("v1.2.0"), Version("1.2.0"))
    assert tree.config.tag_format == "v{version}"
    assert git.calls == ["rev-parse", "merge-base"]


@pytest.mark.parametrize(
    ("version", "tags", "spelling", "last"),
    [
        ("1.2.0", [], "v{version}", None),
        ("1.2.0", ["1.2.0"], "{version}", "1.2.0"),
        ("1.2.0", ["v1.1.0", "1.2.0"], "{version}", "1.2.0"),
        ("1.2.0", ["v1.2.0", "1.2.0"], "v{version}", "v1.2.0"),
        ("1.2.0", ["1.1.0"], "{version}", "1.1.0"),
        ("1.2.0", ["v1.1.0", "1.0.0"], "v{version}", "v1.1.0"),
        ("1.2.0", ["v1.2"], "v{version}", "v1.2"),
        (None, [], "v{version}", None),
        (None, ["1.1.0"], "{version}", "1.1.0"),
        (None, ["v1.0.0", "1.1.0"], "v{version}", "v1.0.0"),
    ],
)
def test_the_spelling_of_tags_is_the_one_that_is_in_use(
    tmp_path: Path, version: str | None, tags: list[str], spelling: str, last: str | None
) -> None:
    repo = package(tmp_path / "demo", version, tag="")
    for tag in tags:
        repo.git("tag", tag)
    tree, baseline = find_baseline(Git(repo.path), read_tree(Git(repo.path), repo.sha()))
    assert tree.config.tag_format == spelling
    assert (baseline.tag if baseline else None) == last


@pytest.mark.parametrize("tag", ["v2.0.0", "2.0.0"])
def test_a_tag_elsewhere_is_found_in_both_spellings(tmp_path: Path, tag: str) -> None:
    repo = package(tmp_path / "demo", "2.0.0", tag="v1.2.0")
    repo.git("switch", "--quiet", "-c", "side")
    elsewhere = repo.commit("chore: x", tag=tag)
    repo.git("switch", "--quiet", "main")
    _, baseline = find_baseline(Git(repo.path), read_tree(Git(repo.path), repo.sha()))
    assert baseline == TagElsewhere(tag, elsewhere, repo.sha())
