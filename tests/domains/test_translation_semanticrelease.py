"""semantic-release's configuration: what decides a version there decides the same here."""

from __future__ import annotations

import pytest

from domains.translated import bumps, noted, semantic_release, translated
from pilotage.domains.translation import translate
from pilotage.errors import ConfigError

TOOL = "semantic-release"
ANALYZER = "@semantic-release/commit-analyzer"


def test_by_default_features_fixes_performance_and_reverts_release() -> None:
    translation = semantic_release()
    assert bumps(translation) == {"feat": "minor", "fix": "patch", "perf": "patch", "revert": "patch"}
    assert (translation.config.major_on_zero, translation.config.initial_version) == (True, "1.0.0")


def test_reverts_cancel_there_too() -> None:
    assert semantic_release().config.reverts == "cancel"


def test_a_mark_is_read_by_one_preset_only() -> None:
    assert semantic_release().components[0].quirks.reads_mark is False
    assert semantic_release(preset="conventionalcommits").components[0].quirks.reads_mark is True
    given = semantic_release(plugins=[[ANALYZER, {"preset": "conventionalcommits"}]])
    assert given.components[0].quirks.reads_mark is True
    assert noted(semantic_release(preset="eslint"))["preset"].value == "eslint"


def test_rules_of_releases_are_rows_of_types() -> None:
    rules = [
        {"type": "docs", "release": "patch"},
        {"type": "fix", "release": False},
        {"type": "feat", "release": "premajor"},
    ]
    translation = semantic_release(plugins=[[ANALYZER, {"releaseRules": rules}]])
    assert bumps(translation) == {"feat": "major", "docs": "patch", "perf": "patch", "revert": "patch"}
    assert translation.components[0].quirks.tame_types == ("docs", "fix", "feat")
    assert noted(translation)["releaseRules"].value == "docs, fix, feat"


def test_a_rule_for_breaks_is_a_quirk_and_noted() -> None:
    rules = [{"breaking": True, "release": "minor"}, {"type": "docs", "release": "patch"}]
    translation = semantic_release(releaseRules=rules)
    quirks = translation.components[0].quirks
    assert (quirks.breaking_bump, quirks.tame_types) == ("minor", ())
    assert noted(translation)["releaseRules"].value == "minor"


def test_rules_for_scopes_or_subjects_are_noted() -> None:
    rules = [{"type": "docs", "scope": "README", "release": "patch"}, {"type": "Big Thing", "release": "patch"}]
    notes = semantic_release(releaseRules=rules).notes
    assert [note.key for note in notes] == [".releaserc.json: releaseRules[0]", ".releaserc.json: releaseRules[1]"]


def test_rules_that_are_code_are_noted() -> None:
    assert "code" in noted(semantic_release(releaseRules="./rules.js"))["releaseRules"].why


def test_branches_of_pre_releases_and_older_lines_are_channels() -> None:
    branches = [
        *("+([0-9])?(.{+([0-9]),x}).x", "1.4.x", {"name": "release-2.x", "range": "2.x"}, "main", "next"),
        {"name": "beta", "prerelease": True},
        {"name": "candidate", "prerelease": "rc"},
        {"name": "canary", "prerelease": True},
        {"name": "a b", "prerelease": "beta"},
        {"name": "old", "range": "0.x"},
        {"name": "beta", "prerelease": "dev"},
    ]
    translation = semantic_release(branches=branches)
    lines = dict.fromkeys(("*.x", "1.4.x", "release-2.x"), "maintenance")
    assert translation.config.channels == lines | {"beta": "b", "candidate": "rc"}
    assert [note.value for note in translation.notes] == ["next", "canary", "a b", "old"]


@pytest.mark.parametrize("branches", ["main", {"name": "main"}, None])
def test_one_branch_needs_no_channel(branches: object) -> None:
    assert semantic_release(branches=branches).config.channels == {}


def test_plugins_write_the_changelog_or_nobody_does() -> None:
    assert semantic_release().config.changelog_path == ""
    assert semantic_release(plugins=["@semantic-release/changelog"]).config.changelog_path == "CHANGELOG.md"
    named = semantic_release(plugins=[["@semantic-release/changelog", {"changelogFile": "docs/NEWS.md"}]])
    assert named.config.changelog_path == "docs/NEWS.md"


def test_plugins_without_an_equivalent_are_noted() -> None:
    plugins = [
        "@semantic-release/npm",
        ["own-plugin"],
        {"path": "./own.js", "x": 1},
        ["@semantic-release/error", 1],
        [],
    ]
    assert [note.value for note in semantic_release(plugins=plugins).notes] == [
        "@semantic-release/npm",
        "own-plugin",
        "./own.js",
        "[]",
    ]


def test_a_draft_stays_a_draft() -> None:
    plugins = [["@semantic-release/github", {"draftRelease": True}]]
    assert semantic_release(plugins=plugins).config.release == "draft"


@pytest.mark.parametrize(("written", "expected"), [("v${version}", "v{version}"), ("pkg@${version}", "pkg@{version}")])
def test_tags_are_spelled_as_there(written: str, expected: str) -> None:
    assert semantic_release(tagFormat=written).config.tag_format == expected


def test_a_format_that_makes_no_tag_is_an_error_with_its_place() -> None:
    with pytest.raises(ConfigError, match=r"^\.releaserc\.json: tagFormat: .* does not make a git tag"):
        semantic_release(tagFormat="v")


def test_what_has_no_equivalent_is_named_with_what_to_do_instead() -> None:
    found = noted(semantic_release(extends=["shared"], repositoryUrl="x", ci=True, other={"a": 1}))
    assert {key: note.value for key, note in found.items()} == {
        "extends": "shared",
        "repositoryUrl": "x",
        "other": '{"a": 1}',
    }


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".releaserc", "# yaml\ntagFormat: x${version}\n"),
        (".releaserc", '{\n\t"tagFormat": "x${version}"\n}'),
        (".releaserc.yml", "tagFormat: x${version}\n"),
        ("package.json", '{"name": "a", "release": {"tagFormat": "x${version}"}}'),
    ],
)
def test_every_place_of_its_configuration_is_read(path: str, text: str) -> None:
    translation = translated(TOOL, {path: text})
    assert (translation.source, translation.config.tag_format) == (path, "x{version}")


def test_a_configuration_that_is_a_program_is_not_run() -> None:
    translation = translated(TOOL, {"release.config.js": "module.exports = {}"})
    assert (translation.source, translation.notes[0].value) == ("release.config.js", "code")


def test_a_package_that_only_names_the_tool_has_its_defaults() -> None:
    text = '{"devDependencies": {"semantic-release": "^25"}, "scripts": {"release": "semantic-release"}}'
    assert bumps(translated(TOOL, {"package.json": text})) == bumps(semantic_release())


def test_without_any_configuration_the_places_are_named() -> None:
    with pytest.raises(
        ConfigError, match=r"looked for \.releaserc, \.releaserc\.json, .*package\.json, release\.config\.js"
    ):
        translate(TOOL, {"package.json": '{"scripts": {"release": "x"}}'})


@pytest.mark.parametrize(
    ("path", "text", "problem"),
    [
        (".releaserc", "{", r"^\.releaserc: not JSON"),
        (".releaserc", "a: [", r"^\.releaserc: not YAML"),
        (".releaserc", "a: !!python/object:os.system x", r"^\.releaserc: not YAML"),
        (".releaserc", "a: 1\na: 2", r"^\.releaserc: not YAML"),
        (".releaserc", "x" * 200_001, r"^\.releaserc: 200001 characters"),
        (
            ".releaserc",
            "a: &a [x, x, x, x]\n"
            + "".join(
                f"b{n}: &b{n} [*{'a' if n == 0 else f'b{n - 1}'}, *{'a' if n == 0 else f'b{n - 1}'}]\n"
                for n in range(20)
            ),
            r"alias",
        ),
        (".releaserc", "? [a, b]\n: 1\nreleaseRules: [1]\n", r"releaseRules is a number"),
        (
            "package.json",
            '{"release": {"branches": ["main"], "tagFormat": []}}',
            r"^package\.json: release\.tagFormat is a list",
        ),
    ],
)
def test_bad_input_is_an_error_with_its_place(path: str, text: str, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        translate(TOOL, {path: text})
