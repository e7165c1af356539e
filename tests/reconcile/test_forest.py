"""The packages of a commit and their histories, read from real repositories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pilotage.errors import ConfigError
from pilotage.model.commit import Author, Commit
from pilotage.providers.git import Git
from pilotage.reconcile.forest import choose_tree, read_forest
from pilotage.reconcile.histories import reached_from, read_histories, touched_trees
from pilotage.reconcile.lines import Target
from providers.gitrepos import Repo

if TYPE_CHECKING:
    from pathlib import Path

TARGET = Target("main", "main", "2026-01-02")
ROOT = '[tool.uv.workspace]\nmembers = ["packages/*"]\n'


def project(name: str, version: str = "1.0.0") -> str:
    return f'[project]\nname = "{name}"\nversion = "{version}"\n'


def workspace(path: Path, root: str = ROOT) -> Repo:
    repo = Repo(path)
    files = {f"packages/{name}/pyproject.toml": project(name) for name in ("a", "b")}
    repo.commit("chore: start", files={"pyproject.toml": root, **files})
    for name in ("a", "b"):
        repo.git("tag", f"{name}-v1.0.0")
    return repo


def commit(sha: str, *parents: str) -> Commit:
    return Commit(sha=sha, parents=parents, author=Author("Ada"), message="feat: x")


def subjects(repo: Repo) -> dict[str | None, list[str]]:
    git = Git(repo.path)
    histories = read_histories(git, read_forest(git, git.head()), TARGET)
    return {history.tree.name: [one.message for one in history.commits] for history in histories}


def test_what_a_commit_contains_is_reached_over_every_parent() -> None:
    commits = [commit("m", "d", "c"), commit("d", "b"), commit("c", "b"), commit("b", "a")]
    assert reached_from("m", commits) == {"m", "d", "c", "b", "a"}
    assert reached_from("c", commits) == {"c", "b", "a"}
    assert reached_from("elsewhere", commits) == {"elsewhere"}


def test_a_package_is_chosen_by_its_name_and_the_only_one_without(tmp_path: Path) -> None:
    repo = workspace(tmp_path / "repo")
    git = Git(repo.path)
    forest = read_forest(git, git.head())
    assert (choose_tree(forest, "b").path, len(forest.trees)) == ("packages/b", 2)
    with pytest.raises(ConfigError, match="several packages") as caught:
        choose_tree(forest, None)
    assert "a, b" in caught.value.hint
    with pytest.raises(ConfigError, match="no such component") as caught:
        choose_tree(forest, "c")
    assert "a, b" in caught.value.hint


def test_a_name_where_there_is_one_package_is_refused(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.commit("chore: start", files={"pyproject.toml": project("demo")})
    git = Git(repo.path)
    forest = read_forest(git, git.head())
    assert choose_tree(forest, None).name is None
    with pytest.raises(ConfigError) as caught:
        choose_tree(forest, "demo")
    assert "released as one" in caught.value.hint


@pytest.mark.parametrize(
    "root",
    [
        project("demo") + ROOT + '\n[tool.pilotage]\nworkspace = "off"\n',
        project("demo") + '[tool.uv.workspace]\nmembers = ["nothing/*"]\n',
        project("demo") + "[tool.uv]\n# no workspace\n",
        project("demo") + '[tool.x]\npath = "elsewhere"\n',
    ],
    ids=["off", "no-members", "a-word", "a-path"],
)
def test_what_only_looks_like_a_workspace_is_one_package(tmp_path: Path, root: str) -> None:
    repo = Repo(tmp_path / "repo")
    repo.commit("chore: start", files={"pyproject.toml": root, "packages/a/pyproject.toml": project("a")})
    git = Git(repo.path)
    forest = read_forest(git, git.head())
    assert ([tree.name for tree in forest.trees], forest.components) == ([None], ())


def test_the_version_of_a_member_may_stand_where_its_own_file_points(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    member = (
        '[project]\nname = "a"\ndynamic = ["version"]\n[tool.hatch.version]\npath = "src/a/__about__.py"\n'
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
    )
    files = {"packages/a/pyproject.toml": member, "packages/a/src/a/__about__.py": '__version__ = "1.2.3"\n'}
    repo.commit("chore: start", files={"pyproject.toml": ROOT, **files})
    git = Git(repo.path)
    assert read_forest(git, git.head()).trees[0].project.version == "1.2.3"


def test_files_tell_their_packages_and_unknown_files_mean_all(tmp_path: Path) -> None:
    repo = workspace(tmp_path / "repo")
    git = Git(repo.path)
    forest = read_forest(git, git.head())
    assert touched_trees(forest, ["packages/a/x.py", "README.md"]) == {"packages/a"}
    assert touched_trees(forest, ["README.md"]) == frozenset()
    assert touched_trees(forest, None) == {"packages/a", "packages/b"}


def test_what_came_and_went_again_is_no_change(tmp_path: Path) -> None:
    repo = workspace(tmp_path / "repo")
    repo.commit("feat: come", files={"packages/a/x.py": "1"})
    repo.git("rm", "-q", "packages/a/x.py")
    repo.commit("refactor: go")
    repo.commit("fix: b", files={"packages/b/y.py": "1"})
    assert subjects(repo) == {"a": [], "b": ["fix: b"]}


def test_a_commit_without_files_counts_for_packages_that_did_not_change(tmp_path: Path) -> None:
    repo = workspace(tmp_path / "repo")
    repo.commit("fix: everything anew")
    assert subjects(repo) == {"a": ["fix: everything anew"], "b": ["fix: everything anew"]}
    repo.git("tag", "a-v1.0.1")
    repo.commit("docs: nobody's", files={"README.md": "1"})
    repo.commit("fix(b): once more")
    assert subjects(repo)["b"][0] == "fix(b): once more"


def test_nothing_new_reads_no_commit(tmp_path: Path) -> None:
    assert subjects(workspace(tmp_path / "repo")) == {"a": [], "b": []}


def test_a_package_without_a_release_begins_where_its_folder_begins(tmp_path: Path) -> None:
    repo = workspace(tmp_path / "repo")
    repo.commit("fix: before", files={"packages/a/x.py": "1"})
    repo.commit("feat: begin", files={"packages/c/pyproject.toml": project("c", "0.1.0")})
    repo.commit("fix: after", files={"packages/c/x.py": "1"})
    assert subjects(repo) == {"a": ["fix: before"], "b": [], "c": ["fix: after", "feat: begin"]}


def test_a_package_that_is_as_old_as_its_repository_has_all_of_the_past(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.commit("feat: begin", files={"pyproject.toml": ROOT, "packages/a/pyproject.toml": project("a", "0.1.0")})
    repo.commit("fix: after", files={"packages/a/x.py": "1"})
    assert subjects(repo) == {"a": ["fix: after", "feat: begin"]}


def test_channels_of_the_default_branch_count_on_a_branch_without_them(tmp_path: Path) -> None:
    repo = workspace(tmp_path / "repo")
    repo.commit("fix: b", files={"packages/b/y.py": "1"})
    git = Git(repo.path)
    target = Target("next", "main", "2026-01-02", {"next": "rc"})
    lines = [history.line for history in read_histories(git, read_forest(git, git.head()), target)]
    assert [line.channel for line in lines] == ["rc", "rc"]


def test_below_a_prerelease_each_package_has_its_own_commits_since_the_full_release(tmp_path: Path) -> None:
    repo = workspace(tmp_path / "repo")
    files = {f"packages/{name}/pyproject.toml": project(name, "1.1.0rc1") for name in ("a", "b")}
    repo.commit("feat: a", files={"packages/a/x.py": "1"})
    repo.commit("feat: b", files={"packages/b/x.py": "1"})
    repo.commit("chore: release", files=files)
    repo.git("tag", "a-v1.1.0rc1")
    repo.git("tag", "b-v1.1.0rc1")
    git = Git(repo.path)
    found = read_histories(git, read_forest(git, git.head()), TARGET)
    assert [[one.message for one in history.full_commits or ()] for history in found] == [
        ["chore: release", "feat: a"],
        ["chore: release", "feat: b"],
    ]
    assert [history.line.full.tag if history.line.full else "" for history in found] == ["a-v1.0.0", "b-v1.0.0"]


def test_a_prerelease_before_any_full_release_has_all_of_the_past(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.commit("feat: begin", files={"pyproject.toml": project("demo", "1.0.0rc1")}, tag="v1.0.0rc1")
    git = Git(repo.path)
    (found,) = read_histories(git, read_forest(git, git.head()), TARGET)
    assert (found.line.full, [one.message for one in found.full_commits or ()]) == (None, ["feat: begin"])
