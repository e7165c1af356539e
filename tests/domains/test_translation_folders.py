"""Repositories whose packages are each released from their own folder."""

from __future__ import annotations

import pytest

from domains.translated import translated
from pilotage.domains.translation import detect_tools, is_candidate, translate
from pilotage.errors import ConfigError

PSR = "python-semantic-release"


def psr_package(tag: str, more: str = "") -> str:
    return f'[project]\nname = "x"\n[tool.semantic_release]\ntag_format = "{tag}"\n{more}\n'


def test_each_folder_with_tags_of_its_own_is_a_component() -> None:
    files = {
        "pyproject.toml": psr_package("v{version}"),
        "packages/core/pyproject.toml": psr_package("core-v{version}", 'version_variables = ["core.py:__version__"]'),
        "packages/cli/pyproject.toml": psr_package("cli-v{version}", "major_on_zero = false\nbuild_command = 'x'"),
    }
    translation = translated(PSR, files)
    rules = translation.config.components
    assert [(name, one.path, one.tag_format) for name, one in rules.items()] == [
        ("root", ".", "v{version}"),
        ("cli", "packages/cli", "cli-v{version}"),
        ("core", "packages/core", "core-v{version}"),
    ]
    assert (rules["cli"].major_on_zero, rules["core"].version_files) == (False, ("core.py",))
    assert (translation.config.separate_pull_requests, translation.config.workspace) == (True, "off")
    assert "packages/cli/pyproject.toml: [tool.semantic_release] build_command" in {n.key for n in translation.notes}


def test_every_commit_counts_for_each_unless_the_tool_keeps_to_the_folder() -> None:
    files = {
        "a/pyproject.toml": psr_package("a-v{version}"),
        "b/pyproject.toml": psr_package("b-v{version}", 'commit_parser = "conventional-monorepo"'),
        "c/pyproject.toml": psr_package("c-v{version}", "use_only_cwd_commits = true"),
    }
    translation = translated(PSR, files)
    assert [one.paths for one in translation.components] == [("**",), (), ()]


def test_one_package_in_a_folder_is_a_component_too() -> None:
    translation = translated("commitizen", {"libs/a/.cz.toml": '[tool.commitizen]\ntag_format = "a-$version"\n'})
    (component,) = translation.components
    assert (component.name, component.path, component.paths) == ("a", "libs/a", ("**",))
    assert component.config.changelog_path == "libs/a/CHANGELOG.md"


def test_a_folder_with_the_tags_of_the_root_is_not_released_by_itself() -> None:
    table = "[tool.commitizen]\n"
    translation = translated("commitizen", {"pyproject.toml": table, "sub/pyproject.toml": table})
    assert translation.config.components == {}


def test_folders_of_one_name_are_told_apart() -> None:
    files = {f"{folder}/a/pyproject.toml": psr_package(f"{folder}-v{{version}}") for folder in ("x", "y")}
    assert list(translated(PSR, files).config.components) == ["a", "y-a"]


def test_a_tool_in_folders_is_detected() -> None:
    assert detect_tools({"a/pyproject.toml": psr_package("a-v{version}")}) == (PSR,)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("packages/a/pyproject.toml", True),
        ("a/.cz.toml", True),
        ("a/b/c/d/pyproject.toml", False),
        ("tests/data/pyproject.toml", False),
        ("a/setup.cfg", False),
    ],
)
def test_files_of_packages_are_candidates_and_those_of_examples_are_not(path: str, *, expected: bool) -> None:
    assert is_candidate(path) is expected


def test_a_broken_file_in_a_folder_is_an_error_with_its_place() -> None:
    with pytest.raises(ConfigError, match=r"^a/pyproject\.toml: not TOML"):
        translate(PSR, {"a/pyproject.toml": "[tool.semantic_release"})
