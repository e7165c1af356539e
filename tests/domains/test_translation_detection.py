"""Which release tools a repository uses, and which files tell it."""

from __future__ import annotations

import pytest

from domains.translated import workflow
from pilotage.domains.translation import CANDIDATE_PATHS, TOOLS, detect_tools, is_candidate, translate
from pilotage.errors import ConfigError, UsageError

RP, PSR, SR, CZ = "release-please", "python-semantic-release", "semantic-release", "commitizen"
PSR_TABLE = {"pyproject.toml": "[tool.semantic_release]\n"}
CZ_TABLE = {".cz.toml": "[tool.commitizen]\n"}
RP_FILES = {"release-please-config.json": "{}"}
SR_FILES = {".releaserc": "branches: main\n"}


def running(*steps: str) -> dict[str, str]:
    return {".github/workflows/release.yml": workflow(*steps)}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, ()),
        (RP_FILES, (RP,)),
        ({".release-please-manifest.json": "{}"}, (RP,)),
        ({".github/release-please.yml": "releaseType: python\n"}, (RP,)),
        (running("- uses: googleapis/release-please-action@v4"), (RP,)),
        (running("# - uses: googleapis/release-please-action@v4"), ()),
        (PSR_TABLE, (PSR,)),
        ({"setup.cfg": "[semantic_release]\nbranch = main\n"}, (PSR,)),
        (running("- uses: python-semantic-release/python-semantic-release@v9"), ()),
        (CZ_TABLE, (CZ,)),
        (SR_FILES, (SR,)),
        ({"release.config.js": ""}, (SR,)),
        ({"package.json": '{"devDependencies": {"semantic-release": "1"}}'}, (SR,)),
        ({"package.json": '{"devDependencies": {"release-it": "1"}}'}, ()),
        (RP_FILES | PSR_TABLE | SR_FILES | CZ_TABLE, (RP, PSR, SR, CZ)),
    ],
)
def test_tools_are_told_by_their_configuration(files: dict[str, str], expected: tuple[str, ...]) -> None:
    assert detect_tools(files) == expected


@pytest.mark.parametrize(
    ("step", "first"),
    [
        ("- uses: googleapis/release-please-action@v4", RP),
        ("- name: release\n  uses: python-semantic-release/python-semantic-release@v10", PSR),
        ("- run: semantic-release publish", PSR),
        ("- run: |\n    pip install python-semantic-release\n    semantic-release version", PSR),
        ("- run: npx semantic-release", SR),
        ("- uses: cycjimmy/semantic-release-action@v4", SR),
        ("- run: cz bump --yes", CZ),
        ("- uses: commitizen-tools/commitizen-action@master", CZ),
        ("- run: cz check --rev-range HEAD", RP),
        ("- run: |\n    # cz bump\n    true", RP),
        ("- uses: python-semantic-release/upload-to-gh-release@main", RP),
    ],
)
def test_a_tool_that_a_workflow_runs_comes_before_files_that_lie_around(step: str, first: str) -> None:
    files = RP_FILES | PSR_TABLE | SR_FILES | CZ_TABLE | running(step)
    found = detect_tools(files)
    assert (found[0], set(found)) == (first, set(TOOLS))


def test_a_table_that_only_checks_messages_comes_last() -> None:
    assert detect_tools(CZ_TABLE | PSR_TABLE) == (PSR, CZ)


@pytest.mark.parametrize("path", ["pyproject.toml", ".github/workflows/x.yml", ".github/workflows/x.yaml", ".cz.json"])
def test_files_that_may_tell_are_candidates(path: str) -> None:
    assert is_candidate(path)


@pytest.mark.parametrize("path", ["README.md", ".github/workflows/a/x.yml", "docs/.github/workflows/x.yml", "uv.lock"])
def test_others_are_not(path: str) -> None:
    assert not is_candidate(path)


def test_every_named_path_is_a_candidate() -> None:
    assert all(map(is_candidate, CANDIDATE_PATHS))
    assert {"release-please-config.json", ".releaserc", "setup.cfg", "release.config.js"} <= set(CANDIDATE_PATHS)


def test_an_unknown_tool_is_a_usage_error_that_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match="'knope' is no known tool") as caught:
        translate("knope", {})
    assert caught.value.hint == f"Known here: {', '.join(TOOLS)}."


def test_a_broken_file_of_another_tool_hides_no_tool_that_runs() -> None:
    broken = {"package.json": '{"release": ', "pyproject.toml": "[tool.semantic_release"}
    assert detect_tools(broken | running("- uses: googleapis/release-please-action@v4")) == (RP,)
    with pytest.raises(ConfigError, match=r"^pyproject\.toml: not TOML"):
        detect_tools(broken | RP_FILES)


def test_a_broken_file_is_an_error_with_its_place() -> None:
    with pytest.raises(ConfigError, match=r"^pyproject\.toml: not TOML"):
        detect_tools({"pyproject.toml": "[tool.semantic_release"})
