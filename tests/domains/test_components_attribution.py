"""Which components a commit belongs to, and what nobody's files are."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domains.components_world import commit, component
from pilotage.domains.components.attribution import Attribution
from pilotage.domains.components.splitting import split_commits
from pilotage.errors import ConfigError
from pilotage.model.commit import Commit

ROOT = component("root", ".")
A = component("a", "packages/a")
B = component("b", "packages/b")
INNER = component("inner", "packages/a/plugins/inner")
ALL = (ROOT, A, B, INNER)


def touched(*files: str, components: tuple[object, ...] = ALL, exclude_paths: tuple[str, ...] = ()) -> set[str]:
    attribution = Attribution(components, exclude_paths=exclude_paths)  # type: ignore[arg-type]  # components by kind
    return {str(getattr(components[index], "name")) for index in attribution.touched(files)}  # noqa: B009 - as above


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["packages/a/src/x.py"], {"a"}),
        (["packages/a/x", "packages/b/x"], {"a", "b"}),
        (["packages/a/plugins/inner/x.py"], {"inner"}),
        (["packages/a/plugins/other/x.py"], {"a"}),
        (["packages/ab/x.py"], {"root"}),
        (["packages/a"], {"root"}),
        (["README.md"], {"root"}),
        (["docs/x", "packages/b/x"], {"root", "b"}),
    ],
)
def test_the_longest_path_above_a_file_wins(files: list[str], expected: set[str]) -> None:
    assert touched(*files) == expected


@pytest.mark.parametrize(
    "shared", ["uv.lock", "poetry.lock", "pylock.toml", "pylock.dev.toml", ".github/workflows/x.yml"]
)
def test_what_ships_in_no_package_counts_for_the_root_only_by_itself(shared: str) -> None:
    assert touched(shared) == {"root"}
    assert touched(shared, "packages/a/pyproject.toml") == {"a"}
    assert touched("packages/a/pyproject.toml", shared) == {"a"}
    assert touched(shared, "src/x.py") == {"root"}
    assert touched(shared, components=(A, B)) == set()


def test_a_lock_in_a_package_s_folder_is_that_package_s() -> None:
    assert touched("packages/a/uv.lock", "packages/b/x") == {"a", "b"}


def test_files_at_a_virtual_root_count_for_nobody() -> None:
    assert touched("README.md", components=(A, B)) == set()


def test_globs_give_files_to_further_components() -> None:
    a = component("a", paths=("proto/**", "packages/b/api.py", "**/*.sql"))
    for files, expected in (
        (["proto/x/y.proto"], {"a", "root"}),
        (["packages/b/api.py"], {"a", "b"}),
        (["packages/b/other.py"], {"b"}),
        (["packages/b/x/y.sql"], {"a", "b"}),
    ):
        assert touched(*files, components=(a, B, ROOT)) == expected
    assert touched("proto/x", components=(a, B)) == {"a"}


def test_a_shared_lock_that_a_component_asks_for_counts_for_it() -> None:
    a = component("a", paths=("uv.lock",))
    assert touched("uv.lock", "packages/b/x", components=(a, B, ROOT)) == {"a", "b", "root"}


def test_excluded_files_count_for_nobody_or_not_for_their_component() -> None:
    a = component("a", exclude_paths=("packages/a/tests", "**/*.md"), paths=("proto",))
    components = (a, B, ROOT)
    assert touched("packages/a/tests/unit/x.py", components=components) == set()
    assert touched("packages/a/tests/x.py", "packages/a/src/x.py", components=components) == {"a"}
    assert touched("proto/README.md", components=components) == {"root"}
    assert touched("packages/b/README.md", components=components) == {"b"}
    assert touched("packages/b/README.md", components=components, exclude_paths=("**/*.md",)) == set()


def test_a_commit_without_files_belongs_to_every_component() -> None:
    attribution = Attribution(ALL)
    assert attribution.touched(()) == frozenset(range(4))
    assert attribution.touched(None) == frozenset(range(4))


def test_a_single_component_has_every_file_of_the_repository() -> None:
    attribution = Attribution((component("", "."),), exclude_paths=("docs",))
    assert [attribution.touched([file]) for file in ("a/b", "uv.lock", "docs/x")] == [{0}, {0}, frozenset()]


def test_owners_of_a_file_are_told() -> None:
    assert Attribution(ALL).owners("packages/b/x") == {2}


@pytest.mark.parametrize(
    ("field", "place"),
    [
        ("paths", r"\[tool.pilotage.components.a\] paths"),
        ("exclude_paths", r"\[tool.pilotage.components.a\] exclude-paths"),
    ],
)
def test_a_bad_glob_is_an_error_with_its_place(field: str, place: str) -> None:
    with pytest.raises(ConfigError, match=place):
        Attribution((component("a", **{field: ("../x",)}),))
    with pytest.raises(ConfigError, match=r"\[tool.pilotage\] exclude-paths"):
        Attribution((), exclude_paths=("/x",))


def test_a_path_of_thousands_of_folders_is_read() -> None:
    assert touched("/".join(["packages", "b", *["x"] * 5_000])) == {"b"}


def test_a_history_is_split_by_files_and_not_by_scopes() -> None:
    commits = (
        commit("fix(a): x", "packages/b/x"),
        commit("feat: both", "packages/a/x", "packages/b/x"),
        commit("docs: root", "README.md"),
    )
    split = split_commits(commits, (A, B))
    assert split.commits == ((commits[1],), (commits[0], commits[1]))
    assert split.unattributed == (commits[2],)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("chore(a): release\n\nRelease-As: 2.0.0", {"a"}),
        ("chore(Acme_A): x", {"a"}),
        ("chore(acme-a): x", {"a"}),
        ("chore(folder): x", {"a"}),
        ("chore(a, folder): x", {"a"}),
        ("chore(a, b): x", {"a", "b"}),
        ("chore(zz): x", {"a", "b"}),
        ("chore: x", {"a", "b"}),
        ("no type at all", {"a", "b"}),
    ],
)
def test_a_scope_attributes_a_commit_without_files(message: str, expected: set[str]) -> None:
    a = component("a", "packages/folder", project=component("Acme.A").project)
    split = split_commits((commit(message),), (a, B))
    assert {one.name for one, commits in zip((a, B), split.commits, strict=True) if commits} == expected


def test_scopes_that_name_several_components_name_none() -> None:
    found = split_commits((commit("chore(a, b): x"),), (A, B, INNER))
    assert list(map(len, found.commits)) == [1, 1, 1]


def test_a_scope_says_nothing_where_the_files_are_unknown() -> None:
    unknown = Commit("0" * 40, "fix(a): x")
    assert split_commits((unknown,), (A, B)).commits == ((unknown,), (unknown,))


def test_a_scope_that_two_components_share_names_neither() -> None:
    found = split_commits((commit("fix(lib): x"),), (component("x", "x/lib"), component("y", "y/lib")))
    assert list(map(len, found.commits)) == [1, 1]


def test_a_repository_with_one_package_keeps_every_commit() -> None:
    commits = (commit("fix(x): y"), commit("feat: z", "a"))
    assert split_commits(commits, (component("", "."),)).commits == (commits,)


FOLDERS = st.lists(st.sampled_from(["a", "a/b", "a/b/c", "d", "d/e", "f"]), unique=True)
FILES = st.lists(st.lists(st.sampled_from("abcdefx"), min_size=1, max_size=5).map("/".join))


@settings(deadline=None)
@given(FOLDERS, FILES)
def test_each_file_has_at_most_one_folder_and_the_root_takes_the_rest(folders: list[str], files: list[str]) -> None:
    components = tuple(component(folder, folder) for folder in folders)
    for file in files:
        above = [folder for folder in folders if file.startswith(f"{folder}/")]
        assert touched(file, components=components) == ({max(above, key=len)} if above else set())
        assert touched(file, components=(*components, ROOT)) == {max(above, key=len) if above else "root"}


@settings(deadline=None)
@given(FOLDERS, FILES.filter(bool), st.permutations(range(6)))
def test_the_order_of_components_and_files_does_not_matter(
    folders: list[str], files: list[str], order: list[int]
) -> None:
    components = tuple(component(folder, folder) for folder in folders)
    shuffled = tuple(components[index] for index in order if index < len(components))
    assert touched(*files, components=components) == touched(*reversed(files), components=shuffled)


@settings(deadline=None)
@given(FOLDERS, FILES.filter(bool))
def test_a_commit_belongs_to_what_its_files_belong_to(folders: list[str], files: list[str]) -> None:
    components = tuple(component(folder, folder) for folder in folders)
    assert touched(*files, components=components) == set().union(
        *(touched(file, components=components) for file in files)
    )
