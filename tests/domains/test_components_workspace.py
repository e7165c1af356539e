"""Members of a workspace: what uv and poetry would take for one."""

from __future__ import annotations

import pytest

from pilotage.domains.components.workspace import find_members, is_package, member_globs
from pilotage.errors import ConfigError

ROOT = '[project]\nname = "root"\nversion = "1.0.0"\n'


def members(root: str | None, *folders: str) -> tuple[str, ...]:
    return find_members(member_globs(root), [f"{folder}/pyproject.toml" for folder in folders])


def uv(*, members: str, exclude: str = "", root: str = "") -> str:
    return f"{root}[tool.uv.workspace]\nmembers = {members}\n{f'exclude = {exclude}' if exclude else ''}\n"


def test_a_repository_without_a_root_file_has_no_members() -> None:
    assert members(None, "a") == ()


def test_a_root_package_is_the_only_one_without_a_workspace() -> None:
    assert members(ROOT, "a") == (".",)


def test_a_root_with_nothing_but_tools_is_no_package() -> None:
    assert members("[tool.ruff]\n", "a") == ()


def test_members_of_a_uv_workspace_are_found_by_its_globs() -> None:
    found = members(uv(members='["packages/*", "libs/**/x"]'), "packages/b", "packages/a", "libs/1/x", "other", "x/y")
    assert found == ("libs/1/x", "packages/a", "packages/b")


def test_the_root_of_a_workspace_with_a_project_is_a_component_too() -> None:
    assert members(uv(members='["packages/*"]', root=ROOT), "packages/a") == (".", "packages/a")


def test_a_virtual_root_is_no_component() -> None:
    assert members(uv(members='["packages/*"]'), "packages/a") == ("packages/a",)


@pytest.mark.parametrize("key", ["package = false", "managed = false"])
def test_a_root_that_uv_does_not_build_is_no_component(key: str) -> None:
    assert members(uv(members='["packages/*"]', root=f"{ROOT}[tool.uv]\n{key}\n"), "packages/a") == ("packages/a",)


def test_excluded_folders_are_no_members() -> None:
    root = uv(members='["packages/**"]', exclude='["packages/x", "packages/d*"]')
    # uv 0.13 lets a wildcard of `exclude` stand for slashes too
    assert members(root, "packages/a", "packages/x", "packages/deep/c") == ("packages/a",)


def test_a_double_star_of_an_exclude_may_stand_for_no_folder() -> None:
    root = uv(members='["packages/**"]', exclude='["packages/**/x"]')
    assert members(root, "packages/a", "packages/x", "packages/1/x") == ("packages/a",)


def test_a_glob_that_stays_in_the_repository_may_go_up() -> None:
    assert members(uv(members='["packages/../libs/*"]'), "libs/a") == ("libs/a",)


def test_a_glob_that_names_a_file_finds_nothing() -> None:
    assert members(uv(members='["packages/a/pyproject.toml"]'), "packages/a") == ()


def test_a_path_that_is_no_project_file_is_passed_over() -> None:
    workspace = member_globs(uv(members='["*"]', root=ROOT))
    assert find_members(workspace, ["pyproject.toml", "a/README.md", "a/xpyproject.toml"]) == (".",)


def test_a_path_source_of_uv_makes_no_member() -> None:
    root = ROOT + '[tool.uv.sources]\nx = { path = "vendor/x", editable = true }\n'
    assert members(root, "vendor/x") == (".",)


def test_path_dependencies_of_poetry_are_members() -> None:
    root = """
[tool.poetry]
name = "root"
version = "1.0.0"
[tool.poetry.dependencies]
python = "^3.11"
a = { path = "packages/a", develop = true }
b = [{ path = "./packages/b/", markers = "sys_platform == 'linux'" }, { version = "^1" }]
wheel = { path = "vendor/wheel-1.0.whl" }
outside = { path = "../outside" }
[tool.poetry.dev-dependencies]
c = { path = "packages/x/../c" }
[tool.poetry.group.dev.dependencies]
d = { path = 'packages\\d' }
self = { path = "." }
"""
    folders = ("packages/a", "packages/b", "packages/c", "packages/d", "packages/e", "vendor")
    assert members(root, *folders) == (".", "packages/a", "packages/b", "packages/c", "packages/d")


def test_a_poetry_project_without_path_dependencies_is_no_workspace() -> None:
    assert member_globs('[tool.poetry]\nname = "a"\n').kind == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, False),
        ("", False),
        (ROOT, True),
        ('[tool.poetry]\nname = "a"\n', True),
        ('[tool.poetry]\nname = "a"\npackage-mode = false\n', False),
        (ROOT + "[tool.uv]\npackage = true\n", True),
        (ROOT + "[tool.uv]\npackage = false\n", False),
        ("\ufeff" + ROOT, True),
    ],
)
def test_a_package_is_what_can_be_installed(text: str | None, expected: bool) -> None:
    assert is_package(text) is expected


@pytest.mark.parametrize(
    ("root", "problem"),
    [
        ("[tool", "pyproject.toml is not TOML"),
        ("a = " + "[" * 20_000, "nested too deeply"),
        ("tool = 1", "pyproject.toml: tool is int, expected a table"),
        ("[tool]\nuv = []", "tool.uv is list"),
        ("[tool.uv]\nworkspace = true", "tool.uv.workspace is bool"),
        ('[tool.uv.workspace]\nmembers = "a"', r"\[tool.uv.workspace\] members is not a list of strings"),
        ("[tool.uv.workspace]\nexclude = [1]", r"\[tool.uv.workspace\] exclude is not a list"),
        ('[tool.uv.workspace]\nmembers = ["../x"]', r"members: '../x' leaves the repository"),
        ('[tool.uv.workspace]\nmembers = ["a/../.."]', "leaves the repository"),
        ('[tool.uv.workspace]\nmembers = ["/x/../y"]', r"members: '/y' is an absolute path"),
        ('[tool.uv.workspace]\nexclude = ["p**"]', r"exclude: 'p\*\*' has a \*\*"),
        ("[tool.poetry.group]\ndev = 1", "tool.poetry.group.dev is int"),
        ("[tool.poetry]\ndependencies = 1", "tool.poetry.dependencies is int"),
    ],
)
def test_a_root_that_cannot_be_understood_is_an_error_with_its_place(root: str, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem) as error:
        member_globs(root)
    assert error.value.message.startswith("pyproject.toml")
    assert error.value.hint
