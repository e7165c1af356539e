"""commitizen's configuration: what decides a version there decides the same here."""

from __future__ import annotations

import pytest

from domains.translated import bumps, commitizen, noted, translated
from pilotage.domains.translation import translate
from pilotage.errors import ConfigError

TOOL = "commitizen"


def test_by_default_features_fixes_refactorings_and_performance_release() -> None:
    translation = commitizen("")
    assert bumps(translation) == {"feat": "minor", "fix": "patch", "refactor": "patch", "perf": "patch"}
    assert {name for name, row in translation.config.types.items() if not row.hidden} == set(bumps(translation))


def test_each_line_of_a_message_counts_as_it_is_spelled() -> None:
    quirks = commitizen("").components[0].quirks
    assert (quirks.messages, quirks.exact_case, quirks.breaking_bump) == ("every-line", True, "major")


@pytest.mark.parametrize(("table", "expected"), [("", True), ("major_version_zero = true", False)])
def test_a_break_of_a_0_x_version_is_major_unless_it_is_said(table: str, expected: bool) -> None:
    config = commitizen(table).config
    assert (config.major_on_zero, config.patch_on_zero, config.reverts) == (expected, False, "count")


CUSTOM = """
name = "cz_customize"
major_version_zero = true
[tool.commitizen.customize]
bump_pattern = "^(break|new|fix|hotfix)"
bump_map = { "^.+!$" = "MAJOR", break = "MAJOR", new = "MINOR", fix = "PATCH", "(hot|cold)fix" = "PATCH", docs = false }
bump_map_major_version_zero = { "^.+!$" = "MINOR", break = "MINOR", new = "PATCH", "feat" = "PATCH" }
schema_pattern = "x"
"""


def test_a_custom_map_says_which_types_release() -> None:
    translation = commitizen(CUSTOM)
    assert bumps(translation) == {"break": "major", "new": "minor", "fix": "patch", "hotfix": "patch"}
    assert {"bump_pattern", "schema_pattern"} <= noted(translation).keys()
    assert (translation.config.major_on_zero, translation.config.patch_on_zero) == (False, False)


def test_a_map_for_0_x_may_make_a_feature_a_patch() -> None:
    maps = """
bump_map = { "^.+!$" = "MAJOR", feat = "MINOR" }
bump_map_major_version_zero = { ".+!" = "MAJOR", feat = "PATCH" }
"""
    config = commitizen(f'name = "cz_customize"\nmajor_version_zero = true\n[tool.commitizen.customize]\n{maps}').config
    assert (config.major_on_zero, config.patch_on_zero) == (True, True)


def test_a_custom_map_without_one_for_0_x_is_lowered_there() -> None:
    maps = 'bump_map = { "^.+!$" = "MAJOR" }'
    table = f'name = "cz_customize"\nmajor_version_zero = true\n[tool.commitizen.customize]\n{maps}'
    assert commitizen(table).config.major_on_zero is False


def test_a_map_without_breaks_is_a_quirk_and_noted() -> None:
    translation = commitizen('name = "cz_customize"\n[tool.commitizen.customize]\nbump_map = { "^fix$" = "PATCH" }')
    assert translation.components[0].quirks.breaking_bump == "none"
    assert noted(translation)["bump_map"].value == "none"


def test_a_pattern_that_cannot_be_read_is_noted() -> None:
    translation = commitizen(
        'name = "cz_customize"\n[tool.commitizen.customize]\nbump_map = { "(" = "PATCH", "feat" = "MINOR" }'
    )
    assert [note.value for note in translation.notes if "cannot be read" in note.why] == ["("]
    assert bumps(translation) == {"feat": "minor"}


def test_a_map_to_something_else_is_an_error_with_its_place() -> None:
    with pytest.raises(
        ConfigError, match=r'^pyproject\.toml: \[tool\.commitizen\] customize\.bump_map\.feat is "huge", expected'
    ):
        commitizen('name = "cz_customize"\n[tool.commitizen.customize]\nbump_map = { feat = "huge" }')


def test_a_plugins_rules_are_noted() -> None:
    translation = commitizen('name = "cz_jira"')
    assert noted(translation)["name"].value == "cz_jira"
    assert "feat" in bumps(translation)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("$version", "{version}"),
        ("v${version}", "v{version}"),
        ("pkg-$major.$minor.$patch$prerelease", "pkg-{version}"),
        ("v${major}.${minor}.${patch}${prerelease}${devrelease}", "v{version}"),
        ("", "{version}"),
    ],
)
def test_tags_are_spelled_as_there(written: str, expected: str) -> None:
    assert commitizen(f'tag_format = "{written}"').config.tag_format == expected


@pytest.mark.parametrize("written", ["v", "$major.$minor", "a b$version"])
def test_a_format_that_makes_no_tag_is_an_error_with_its_place(written: str) -> None:
    with pytest.raises(
        ConfigError, match=r"^pyproject\.toml: \[tool\.commitizen\] tag_format: .* does not make a git tag"
    ):
        commitizen(f'tag_format = "{written}"')


def test_files_of_the_version_are_marked_and_known_ones_found_by_themselves() -> None:
    translation = commitizen(
        'version_files = ["a/__init__.py", "pyproject.toml:version", "b.md:rev", "a/__init__.py:__version__"]'
    )
    assert translation.config.version_files == ("a/__init__.py", "b.md")
    assert [note.value for note in translation.notes] == ["b.md:rev"]
    assert commitizen('files = ["x.py"]').config.version_files == ("x.py",)


def test_versions_of_another_scheme_or_language_are_noted() -> None:
    found = noted(commitizen('version_scheme = "semver2"\nversion_provider = "cargo"\nversion = "1.0.0"'))
    assert list(found) == ["version_scheme", "version_provider", "version"]
    assert noted(commitizen('version_scheme = "pep440"\nversion_provider = "uv"')) == {}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".cz.toml", '[tool.commitizen]\ntag_format = "x$version"\n'),
        ("cz.json", '{"commitizen": {"tag_format": "x$version"}}'),
        (".cz.yaml", "commitizen:\n  tag_format: x$version\n"),
        ("setup.cfg", "[commitizen]\ntag_format = x$version\nversion_files = [\n  'a.py:v',\n  'b.py'\n  ]\n"),
        (".cz", '[commitizen]\ntag_format = x$version\nfiles = ["a.py", "b.py"]\n'),
    ],
)
def test_every_place_of_its_configuration_is_read(path: str, text: str) -> None:
    translation = translated(TOOL, {"pyproject.toml": "[tool.other]\n# commitizen\n", path: text})
    assert (translation.source, translation.config.tag_format) == (path, "x{version}")
    if path in {"setup.cfg", ".cz"}:
        assert translation.config.version_files == ("a.py", "b.py")


@pytest.mark.parametrize(
    ("path", "text"),
    [("cz.json", '{"other": "commitizen"}'), ("setup.cfg", "[other]\nx = commitizen\n"), ("cz.toml", "# commitizen\n")],
)
def test_a_file_without_its_table_is_passed_over(path: str, text: str) -> None:
    with pytest.raises(ConfigError, match=r"^no configuration of commitizen: looked for"):
        translate(TOOL, {path: text})


def test_the_tool_may_run_in_a_folder() -> None:
    translation = translate(TOOL, {"libs/a/.cz.toml": "[tool.commitizen]\n"}, path="libs/a")
    assert translation.config.changelog_path == "libs/a/CHANGELOG.md"


@pytest.mark.parametrize(
    ("path", "text", "problem"),
    [
        ("cz.yaml", "commitizen: [", r"^cz\.yaml: not YAML"),
        ("cz.yaml", "commitizen: 1", r"^cz\.yaml: commitizen is a number"),
        ("cz.yaml", "- commitizen", r"^cz\.yaml: holds list, expected a table"),
        ("cz.yaml", "commitizen: &a\n  x: *a\n", r"^cz\.yaml: nested too deeply, or an alias holds itself"),
        (".cz.toml", "[tool.commitizen]\nversion_files = 1", r"version_files is a number"),
        (".cz.toml", "[tool.commitizen]\nversion_files = ['../x']", r"version_files: the path '\.\./x'"),
        (".cz.toml", "[tool.commitizen]\nchangelog_file = '../x'", r"changelog_file: the path '\.\./x'"),
        (".cz.toml", "[tool.commitizen]\nmajor_version_zero = 'sometimes'", r"expected a boolean"),
    ],
)
def test_bad_input_is_an_error_with_its_place(path: str, text: str, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        translate(TOOL, {path: text})
