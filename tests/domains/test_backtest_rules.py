from __future__ import annotations

import pytest

from pilotage.domains.backtest.releasecommit import Hand
from pilotage.domains.backtest.rules import (
    Rules,
    find_doubtful,
    has_own_table,
    is_candidate,
    named_paths,
    read_rules,
)
from pilotage.errors import ConfigError

OWN = '[project]\nname = "demo"\n[tool.pilotage]\nmajor-on-zero = true\n'
CZ = '[tool.commitizen]\nname = "cz_conventional_commits"\n'
RP = {"release-please-config.json": '{"release-type": "python", "packages": {".": {}}}'}
WORKSPACE = '[tool.uv.workspace]\nmembers = ["packages/*"]\n[tool.pilotage]\n'


def read(files: dict[str, str], hint: str = "") -> Rules:
    """Read rules; a `?` after the tool means that others write such a release commit too."""
    sure = bool(hint) and not hint.endswith("?")
    found = read_rules(files, hand=Hand(hint.rstrip("?"), is_sure=sure))
    assert found is not None
    return found


def test_our_own_table_wins() -> None:
    found = read({"pyproject.toml": OWN + CZ, **RP}, hint="release-please")
    assert found.tool == "pilotage"
    assert [(one.name, one.path, one.config.major_on_zero) for one in found.components] == [("", ".", True)]


def test_our_own_table_may_stand_elsewhere() -> None:
    found = read_rules({"conf/pilotage.toml": "[tool.pilotage]\n"}, hand=Hand(), config_path="conf/pilotage.toml")
    assert found is not None
    assert found.tool == "pilotage"


def test_our_own_components_are_found_in_the_workspace() -> None:
    packages = {f"packages/{name}/pyproject.toml": f'[project]\nname = "{name}"\n' for name in ("a", "b")}
    found = read({"pyproject.toml": WORKSPACE + 'linked-versions = [["a", "b"]]\n', **packages})
    assert [(one.name, one.path) for one in found.components] == [("a", "packages/a"), ("b", "packages/b")]
    assert found.linked_with(0) == {0, 1}


def test_a_component_may_be_named_by_poetry() -> None:
    rules = '[tool.pilotage.components.kit]\npath = "kit"\n[tool.pilotage.components.other]\npath = "other"\n'
    files = {
        "pyproject.toml": rules,
        "kit/pyproject.toml": '[tool.poetry]\nname = "the-kit"\n',
        "other/pyproject.toml": '[project]\nname = "o"\n',
    }
    assert [one.name for one in read(files).components] == ["kit", "other"]


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": "[tool.pilotage]\nmajor-on-zer = 1\n"},
        {"pyproject.toml": "[tool.pilotage]\n]"},
        {"pyproject.toml": WORKSPACE, "packages/a/pyproject.toml": "]"},
        {
            "pyproject.toml": '[tool.pilotage.components.a]\npath = "a"\n',
            "a/pyproject.toml": "]",
        },
        {"release-please-config.json": "{"},
        {"pyproject.toml": "project = 1\n[tool.pilotage.title]\n"},
    ],
)
def test_rules_that_cannot_be_read_are_an_error(files: dict[str, str]) -> None:
    with pytest.raises(ConfigError):
        read_rules(files, hand=Hand())


@pytest.mark.parametrize(
    ("files", "hint", "expected"),
    [
        (RP, "", "release-please"),
        ({"pyproject.toml": CZ}, "", "commitizen"),
        ({"pyproject.toml": CZ, **RP}, "commitizen", "commitizen"),
        ({"pyproject.toml": CZ}, "semantic-release?", "commitizen"),
        ({"pyproject.toml": CZ}, "release-please", "release-please"),
        ({}, "python-semantic-release", "python-semantic-release"),
        ({}, "semantic-release", "semantic-release"),
        ({}, "commitizen", "commitizen"),
        ({"duties.py": "import git_changelog"}, "", "git-changelog"),
        ({"config/git-changelog.toml": "# git-changelog"}, "", "git-changelog"),
    ],
)
def test_the_tool_in_use_is_told_by_its_files_and_its_hand(files: dict[str, str], hint: str, expected: str) -> None:
    assert read(files, hint).tool == expected


@pytest.mark.parametrize("files", [{}, {"pyproject.toml": '[project]\nname = "x"\n'}, {"duties.py": "x = 1"}])
def test_without_a_tool_there_are_no_rules(files: dict[str, str]) -> None:
    assert read_rules(files, hand=Hand()) is None


@pytest.mark.parametrize(
    ("tools", "expected"),
    [
        (["rp?", "", ""], {"rp"}),
        (["rp?", "rp?", ""], set()),
        (["rp?", "", "", "rp"], set()),
        (["rp?", "cz", "cz"], {"rp"}),
        ([], set()),
    ],
)
def test_one_title_makes_no_release_tool(tools: list[str], expected: set[str]) -> None:
    found = [Rules(name.rstrip("?"), (), is_guessed=name.endswith("?")) if name else None for name in tools]
    assert find_doubtful(found) == expected


def test_reverts_count_under_semantic_release() -> None:
    assert read({}, "semantic-release").components[0].config.reverts == "count"


def test_release_please_bumps_for_feature_where_no_section_shows_it() -> None:
    config = read(RP).components[0].config
    assert (config.types["feature"].bump, config.types["feature"].hidden) == ("minor", True)
    sections = {"release-please-config.json": '{"changelog-sections": [{"type": "feature", "section": "F"}]}'}
    assert read(sections).components[0].config.types["feature"].section == "F"


def test_a_component_by_itself_is_linked_with_nobody() -> None:
    assert read(RP).linked_with(0) == {0}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("pyproject.toml", True),
        ("packages/a/pyproject.toml", True),
        ("release-please-config.json", True),
        (".github/workflows/release.yml", True),
        ("config/git-changelog.toml", True),
        ("duties.py", True),
        ("src/a.py", False),
        ("xpyproject.toml", False),
    ],
)
def test_only_files_that_may_hold_rules_are_read(path: str, *, expected: bool) -> None:
    assert is_candidate(path) is expected


def test_a_workflow_names_further_files() -> None:
    step = "      - uses: googleapis/release-please-action@v4\n        with:\n          config-file: rp.json\n"
    assert "rp.json" in named_paths({".github/workflows/r.yml": f"jobs:\n  r:\n    steps:\n{step}"})
    assert named_paths({".github/release-please.yml": "a: [\n"}) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, False),
        ("", False),
        ("[tool.pilotage]", True),
        ("  [ tool . pilotage ]", True),
        ('[tool."pilotage".title]', True),
        ("[tool.pilotage-x]", False),
        ("# [tool.pilotage]", False),
    ],
)
def test_our_own_table_is_seen(text: str | None, *, expected: bool) -> None:
    assert has_own_table(text) is expected
