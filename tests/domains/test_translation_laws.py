"""Whatever stands in another tool's configuration: a translation that reads back, or an error that says where."""

from __future__ import annotations

import json

import tomlkit
from hypothesis import example, given
from hypothesis import strategies as st

from domains.translated import assert_reads_back
from pilotage.domains.translation import detect_tools, translate
from pilotage.errors import ConfigError

WORDS = st.sampled_from(
    [
        *(
            "",
            "a",
            "Feat",
            "feat",
            "fix",
            "docs",
            "MAJOR",
            "minor",
            "patch",
            "none",
            "main",
            "1.x",
            "*",
            "next",
            "rc",
            "beta",
        ),
        *(
            "v{version}",
            "v$version",
            "${version}",
            "v${version}",
            "{version}-{version}",
            "python",
            "node",
            "1.2.0",
            "../x",
            "/a/b",
        ),
        *(
            "a:b",
            "pyproject.toml:project.version",
            "src/a.py:__version__",
            "^feat",
            "(",
            "^.+!$",
            "prerelease",
            "é\x7f\n# x",
        ),
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 5) | WORDS | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(WORDS | st.sampled_from(["name", "path"]), inner, max_size=3)
    ),
    max_leaves=6,
)


def tables(*keys: str) -> st.SearchStrategy[dict[str, object]]:
    """Make tables of known keys with any values, and now and then an unknown key."""
    return st.dictionaries(st.sampled_from(keys) | WORDS, VALUES, max_size=6)


RELEASE_PLEASE = (
    *("release-type", "package-name", "component", "versioning", "changelog-sections", "exclude-paths", "extra-files"),
    *("bump-minor-pre-major", "include-component-in-tag", "include-v-in-tag", "tag-separator", "release-as", "draft"),
    *("prerelease", "prerelease-type", "initial-version", "changelog-path", "plugins", "separate-pull-requests"),
)
PSR = (
    *("tag_format", "major_on_zero", "allow_zero_version", "branches", "commit_parser", "commit_parser_options"),
    *("version_toml", "version_variables", "version_variable", "changelog", "changelog_file", "patch_without_tag"),
)
COMMITIZEN = ("name", "tag_format", "version_files", "major_version_zero", "customize", "changelog_file", "version")
SEMANTIC_RELEASE = ("branches", "tagFormat", "plugins", "preset", "releaseRules", "extends", "branch")


def holds(tool: str, files: dict[str, str]) -> None:
    """Translate; what comes out reads back to the same record, and what does not come out says in which file."""
    try:
        translation = translate(tool, files)
        found = detect_tools(files)
    except ConfigError as error:
        problem = error.message
    else:
        assert tool in found
        assert_reads_back(translation)
        return
    assert any(path in problem for path in files)


def without_nulls(value: object) -> object:
    """Leave out what TOML has no word for."""
    if isinstance(value, dict):
        return {key: without_nulls(one) for key, one in value.items() if one is not None}
    return [without_nulls(one) for one in value if one is not None] if isinstance(value, list) else value


def toml_table(name: str, table: dict[str, object]) -> str:
    return tomlkit.dumps({"tool": {name: without_nulls(table)}})


@given(
    st.dictionaries(st.sampled_from([".", "a", "b/c", "./a", ""]), tables(*RELEASE_PLEASE), max_size=3),
    tables(*RELEASE_PLEASE),
)
def test_any_configuration_of_release_please_reads_back(
    packages: dict[str, dict[str, object]], shared: dict[str, object]
) -> None:
    holds("release-please", {"release-please-config.json": json.dumps({**shared, "packages": packages})})


@given(tables(*PSR))
@example({"version_toml": [""]})
def test_any_configuration_of_python_semantic_release_reads_back(table: dict[str, object]) -> None:
    holds("python-semantic-release", {"pyproject.toml": toml_table("semantic_release", table)})


@given(tables(*COMMITIZEN))
def test_any_configuration_of_commitizen_reads_back(table: dict[str, object]) -> None:
    holds("commitizen", {"pyproject.toml": toml_table("commitizen", table)})


@given(tables(*SEMANTIC_RELEASE))
def test_any_configuration_of_semantic_release_reads_back(table: dict[str, object]) -> None:
    holds("semantic-release", {".releaserc.json": json.dumps(table)})
