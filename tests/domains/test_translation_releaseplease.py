"""release-please's configuration: what decides a version there decides the same here."""

from __future__ import annotations

import json

import pytest

from domains.translated import bumps, noted, release_please, translated, workflow
from pilotage.domains.translation import find_named_paths, render_translation, translate
from pilotage.errors import ConfigError
from pilotage.model.config import ComponentRules, Config, NotesRules, VersionFile

CONFIG = "release-please-config.json"
ACTION = "- uses: googleapis/release-please-action@v4"


def test_pythons_own_sections_release_documentation_and_dependencies() -> None:
    patches = dict.fromkeys(("fix", "perf", "deps", "revert", "docs"), "patch")
    assert bumps(release_please()) == {"feat": "minor", **patches}


def test_the_sections_of_other_languages_do_not() -> None:
    found = bumps(release_please(release_type="node"))
    assert found == {"feat": "minor", "feature": "minor", "fix": "patch", "perf": "patch", "revert": "patch"}


def test_the_sections_of_a_language_that_are_not_known_are_noted() -> None:
    assert noted(release_please(release_type="php-yoshi"))["release-type"].value == "php-yoshi"
    assert noted(release_please(release_type="java-yoshi")) == noted(release_please(release_type="simple")) == {}


def test_a_visible_section_releases_a_patch_and_a_hidden_or_missing_one_nothing() -> None:
    sections = [
        {"type": "feat", "section": "New"},
        {"type": "fix", "section": "Fixed"},
        {"type": "chore", "section": "Chores", "hidden": False},
        {"type": "docs", "section": "Docs", "hidden": True},
        {"type": "hotfix", "section": "Hot"},
        {"type": "fix", "section": "Second of its type"},
    ]
    translation = release_please(changelog_sections=sections)
    assert bumps(translation) == {"feat": "minor", "fix": "patch", "chore": "patch", "hotfix": "patch"}
    rows = translation.config.types
    assert (rows["fix"].section, rows["chore"].hidden, rows["docs"].hidden) == ("Fixed", False, True)


def test_a_hidden_feature_is_noted() -> None:
    sections = [{"type": "feat", "section": "F", "hidden": True}, {"type": "fix", "section": "B"}]
    translation = release_please(changelog_sections=sections)
    assert (bumps(translation), translation.notes[0].value) == ({"fix": "patch"}, "feat")


def test_a_section_of_what_cannot_be_a_type_is_noted() -> None:
    translation = release_please(changelog_sections=[{"type": "feat", "section": "F"}, {"type": "a b", "section": "X"}])
    assert [note.value for note in translation.notes] == ["a b"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, (True, False)),
        ({"bump_minor_pre_major": True}, (False, False)),
        ({"bump_minor_pre_major": True, "bump_patch_for_minor_pre_major": True}, (False, True)),
    ],
)
def test_a_break_of_a_0_x_version_is_major_unless_it_is_said(
    options: dict[str, bool], expected: tuple[bool, bool]
) -> None:
    config = release_please(**options).config
    assert (config.major_on_zero, config.patch_on_zero) == expected


@pytest.mark.parametrize("level", ["patch", "minor", "major"])
def test_a_strategy_that_always_bumps_the_same_is_kept_as_a_quirk(level: str) -> None:
    translation = release_please(versioning=f"always-bump-{level}")
    assert translation.components[0].quirks.always_bump == level
    assert set(bumps(translation).values()) == {level}
    assert "versioning" in noted(translation)


def test_pre_releases_are_a_quirk_with_the_word_of_the_configuration() -> None:
    translation = release_please(versioning="prerelease", prerelease=True, prerelease_type="alpha.1")
    assert translation.components[0].quirks.prerelease == "alpha.1"
    assert "channels" in noted(translation)["versioning"].why


def test_the_strategy_without_pre_releases_makes_final_versions() -> None:
    assert release_please(versioning="prerelease", prerelease_type="rc").components[0].quirks.prerelease == ""


def test_a_strategy_that_nothing_here_does_is_noted() -> None:
    assert noted(release_please(versioning="service-pack"))["versioning"].value == "service-pack"


def test_an_unknown_strategy_is_an_error_with_its_place() -> None:
    with pytest.raises(
        ConfigError, match=r'^release-please-config\.json: versioning is "later", expected one of default'
    ):
        release_please(versioning="later")


def test_a_version_that_the_configuration_asks_for_is_a_quirk_and_noted() -> None:
    translation = release_please({"a": {"release-as": "2.0.0"}})
    assert translation.components[0].quirks.release_as == "2.0.0"
    assert translation.notes[0].key == 'release-please-config.json: packages["a"] release-as'
    assert "Release-As: 2.0.0" in translation.notes[0].why


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, "v{version}"),
        ({"component": "tool"}, "tool-v{version}"),
        ({"package_name": "tool"}, "tool-v{version}"),
        ({"component": "tool", "include_component_in_tag": False}, "v{version}"),
        ({"component": "tool", "include_v_in_tag": False}, "tool-{version}"),
        ({"component": "tool", "tag_separator": "==", "include_v_in_tag": False}, "tool=={version}"),
        ({"release_type": "node", "component": "@scope/tool"}, "tool-v{version}"),
    ],
)
def test_tags_are_spelled_as_release_please_spells_them(options: dict[str, object], expected: str) -> None:
    assert release_please(**options).config.tag_format == expected


@pytest.mark.parametrize("name", ["a b", "{name}", "x..y", "~"])
def test_a_component_that_makes_no_tag_is_an_error_with_its_place(name: str) -> None:
    with pytest.raises(ConfigError, match=r"^release-please-config\.json: .* component .* does not make a git tag"):
        release_please({"a": {"component": name}})


def test_the_name_of_a_node_package_stands_in_its_own_file() -> None:
    files = {CONFIG: json.dumps({"packages": {"web": {}, ".": {}}}), "web/package.json": '{"name": "@scope/site"}'}
    translation = translated("release-please", files)
    assert [(one.name, one.config.tag_format) for one in translation.components] == [
        ("site", "site-v{version}"),
        ("root", "v{version}"),
    ]


def test_a_root_package_alone_is_the_repository() -> None:
    translation = release_please({".": {"changelog-path": "docs/NEWS.md", "exclude-paths": ["docs", "a[b]"]}})
    (component,) = translation.components
    assert (component.name, component.path, component.paths) == ("", ".", ("**",))
    assert translation.config == component.config
    assert translation.config.changelog_path == "docs/NEWS.md"
    assert translation.config.exclude_paths == ("docs/**", "a[[]b]/**")


def test_a_repository_that_is_released_as_one_is_not_taken_apart_at_its_workspace() -> None:
    files = {CONFIG: '{"release-type": "python"}', "pyproject.toml": '[tool.uv.workspace]\nmembers = ["packages/*"]\n'}
    assert translated("release-please", files).config.workspace == "off"
    assert translated("release-please", files | {"pyproject.toml": ""}).config.workspace == "auto"


def test_each_package_of_several_has_a_table_with_what_differs() -> None:
    translation = release_please(
        {
            "packages/core": {"component": "core", "exclude-paths": ["packages/core/tests"]},
            "packages/cli": {"bump-minor-pre-major": False, "initial-version": "1.0.0", "changelog-path": "NEWS.md"},
            ".": {"package-name": "all"},
        },
        {"packages/core": "0.3.1"},
        bump_minor_pre_major=True,
        separate_pull_requests=True,
    )
    assert translation.config.components == {
        "core": ComponentRules(path="packages/core", exclude_paths=("tests/**",), tag_format="core-v{version}"),
        "cli": ComponentRules(
            path="packages/cli",
            tag_format="v{version}",
            changelog_path="NEWS.md",
            initial_version="1.0.0",
            major_on_zero=True,
        ),
        "all": ComponentRules(path=".", paths=("**",), tag_format="all-v{version}"),
    }
    assert (translation.config.workspace, translation.config.separate_pull_requests) == ("off", True)
    assert [one.version for one in translation.components] == ["0.3.1", "", ""]
    effective = translation.components[1].config
    assert (effective.changelog_path, effective.major_on_zero) == ("packages/cli/NEWS.md", True)


def test_a_package_that_is_not_the_root_has_a_table_even_alone() -> None:
    assert list(release_please({"src/pkg": {}}).config.components) == ["pkg"]


def test_packages_of_one_name_are_told_apart_by_their_folders() -> None:
    packages = {"a/my_pkg": {}, "b/my-pkg": {}, "c": {"component": "b-my-pkg"}, "C": {"component": "B_my_pkg"}}
    translation = release_please({**packages, "c-4": {"component": "c"}, "d/c": {}, "@x/..": {"component": "b.my.pkg"}})
    names = ["my_pkg", "b-my-pkg", "c", "C-4", "c-4-5", "d-c", "root"]
    assert [one.name for one in translation.components] == names


def test_packages_with_the_same_tags_are_noted() -> None:
    notes = release_please({"a": {}, "b": {}}).notes
    assert [(note.key, note.value) for note in notes] == [("b: tags", "v{version}")]


def test_sections_of_one_package_alone_are_noted() -> None:
    sections = [{"type": "feat", "section": "F"}]
    translation = release_please(
        {"a": {"component": "a"}, "b": {"component": "b"}, "c": {"component": "c", "changelog-sections": sections}}
    )
    assert [note.key for note in translation.notes] == ["c: types that release"]
    assert translation.components[2].config.types["fix"].bump == "none"


def test_linked_versions_are_groups_of_components() -> None:
    plugins = [
        {"type": "linked-versions", "groupName": "all", "components": ["x", "y", "gone"]},
        {"type": "linked-versions", "groupName": "one", "components": ["x"]},
        "sentence-case",
        {"type": "new-plugin"},
    ]
    translation = release_please({"a": {"component": "x"}, "b": {"component": "y"}}, plugins=plugins)
    assert translation.config.linked_versions == (("x", "y"),)
    assert [note.value for note in translation.notes] == ["sentence-case", "new-plugin"]


def test_linked_versions_are_released_in_one_pull_request() -> None:
    plugins = [{"type": "linked-versions", "components": ["a", "b"]}, {"type": "linked-versions", "components": ["b"]}]
    packages = {"a": {"component": "a"}, "b": {"component": "b"}}
    translation = release_please(packages, plugins=plugins, separate_pull_requests=True)
    assert (translation.config.linked_versions, translation.config.separate_pull_requests) == ((("a", "b"),), False)
    assert noted(translation)["separate-pull-requests"].value == "true"


def test_plugins_that_are_no_list_are_an_error() -> None:
    with pytest.raises(ConfigError, match=r"plugins is a string .*, expected a list"):
        release_please({"a": {}, "b": {}}, plugins="linked-versions")
    with pytest.raises(ConfigError, match=r"plugins is a number .*, expected a list of tables"):
        release_please({"a": {}, "b": {}}, plugins=[1])


def test_extra_files_hold_the_version_on_marked_lines_or_at_a_key() -> None:
    translation = release_please(
        {
            "pkg": {
                "extra-files": [
                    *("README.md", "src/version.py", "src/version.py", "pyproject.toml", "app.json", "/top.md"),
                    {"type": "json", "path": "api.json", "jsonpath": "$.info.version"},
                    {"type": "yaml", "path": "chart.yaml"},
                    {"type": "generic", "path": "notes.txt"},
                    {"type": "toml", "path": "uv.lock", "jsonpath": "$.package[0].version"},
                    {"type": "xml", "path": "pom.xml", "xpath": "//version"},
                    {"type": "generic", "path": "docs/**", "glob": True},
                ]
            }
        }
    )
    assert translation.config.components["pkg"].version_files == (
        *("README.md", "src/version.py", VersionFile("app.json", "$.version"), "../top.md"),
        *(VersionFile("api.json", "$.info.version"), VersionFile("chart.yaml", "$.version"), "notes.txt"),
    )
    assert [note.value for note in translation.notes] == ["xml pkg/pom.xml", "pkg/docs/**"]


def test_a_draft_stays_a_draft() -> None:
    assert release_please(draft=True).config.release == "draft"
    assert release_please().config.release == "published"


def test_reverts_do_not_cancel_there() -> None:
    assert release_please().config.reverts == "count"


def test_a_changelog_that_is_not_written_is_none_here() -> None:
    assert release_please(skip_changelog=True).config.changelog_path == ""


def test_what_has_no_equivalent_is_named_with_what_to_do_instead() -> None:
    translation = release_please(pull_request_header="Hi", new_option=[1], **{"$schema": "x"})
    assert {key: note.value for key, note in noted(translation).items()} == {
        "pull-request-header": "Hi",
        "new-option": "[1]",
    }
    assert "pull-request-template" in noted(translation)["pull-request-header"].why
    assert "# - release-please-config.json: pull-request-header = Hi: " in render_translation(translation)


def test_inputs_of_the_action_win_over_the_files() -> None:
    step = f"""{ACTION}
  id: release
  with:
    release-type: python
    token: secret"""
    files = {".github/workflows/r.yml": workflow(step), CONFIG: '{"packages": {"a": {"component": "a"}}}'}
    translation = translated("release-please", files)
    assert (translation.source, translation.config.components) == (".github/workflows/r.yml", {})
    assert translation.config.tag_format == "v{version}"


def test_older_versions_of_the_action_have_all_options_as_inputs() -> None:
    step = """- name: release
  # a comment
  uses: "google-github-actions/release-please-action@v3"

  with:
    release-type: python
    package-name: tool
    monorepo-tags: true
    bump-minor-pre-major: "true"
    changelog-types: '[{"type": "feat", "section": "F", "hidden": false}]'
    path: pkg
    extra-files: |
      a.py
      b.py
- run: echo done"""
    translation = translated("release-please", {".github/workflows/r.yaml": workflow("- run: x", step)})
    assert bumps(translation) == {"feat": "minor"}
    rules = translation.config.components["tool"]
    assert (rules.path, rules.version_files, rules.tag_format) == ("pkg", ("a.py", "b.py"), "tool-v{version}")
    assert translation.config.major_on_zero is False


def test_without_tags_for_monorepos_the_inputs_package_name_is_not_in_the_tags() -> None:
    step = "- uses: googleapis/release-please-action@v2\n  with: {release-type: python, package-name: tool}"
    assert translated("release-please", {".github/workflows/r.yml": workflow(step)}).config.tag_format == "v{version}"


def test_changelog_types_that_are_no_json_are_an_error_with_the_step() -> None:
    step = f"{ACTION}\n  with: {{release-type: python, changelog-types: '['}}"
    with pytest.raises(ConfigError, match=r"^\.github/workflows/r\.yml line 5: changelog-types: not JSON"):
        translate("release-please", {".github/workflows/r.yml": workflow(step)})


def test_the_files_may_have_other_names() -> None:
    step = f"{ACTION}\n  with:\n    config-file: .github/rp.json\n    manifest-file: rp.json"
    files = {".github/workflows/r.yml": workflow("- uses: other/release-please-action@v4", step)}
    assert find_named_paths(files) == (".github/rp.json", "rp.json")
    assert find_named_paths({}) == ()
    named = {".github/rp.json": '{"release-type": "python", "packages": {".": {}}}', "rp.json": '{".": "1.2.3"}'}
    translation = translated("release-please", files | named)
    assert (translation.source, translation.components[0].version) == (".github/rp.json", "1.2.3")


def test_a_named_file_outside_of_the_repository_is_an_error() -> None:
    step = f"{ACTION}\n  with:\n    config-file: ../../secret.json"
    with pytest.raises(ConfigError, match=r"^\.github/workflows/r\.yml config-file: the path .* leads out of"):
        find_named_paths({".github/workflows/r.yml": workflow(step)})


def test_a_named_file_that_is_not_there_is_noted_and_the_defaults_hold() -> None:
    translation = translated("release-please", {".github/workflows/r.yml": workflow(ACTION)})
    assert (translation.notes[0].key, translation.notes[0].value) == (CONFIG, "missing")
    assert "docs" in bumps(translation)
    by_manifest = translated("release-please", {".release-please-manifest.json": '{"a": "1.0.0", "b": "2.0.0"}'})
    assert [(one.path, one.version) for one in by_manifest.components] == [("a", "1.0.0"), ("b", "2.0.0")]
    assert "docs" not in bumps(
        translated("release-please", {".github/workflows/r.yml": workflow(ACTION), "package.json": "{}"})
    )


def test_the_github_app_has_a_file_of_its_own() -> None:
    text = "releaseType: python\nhandleGHRelease: true\nbumpMinorPreMajor: true\nbranches:\n- branch: v1\n"
    translation = translated("release-please", {".github/release-please.yml": text})
    assert (translation.source, translation.config.major_on_zero) == (".github/release-please.yml", False)
    assert list(noted(translation)) == ["branches"]
    left_over = {".github/release-please.yml": text, CONFIG: '{"component": "x"}'}
    assert translated("release-please", left_over).source == ".github/release-please.yml"
    by_action = left_over | {".github/workflows/r.yml": workflow(ACTION)}
    assert translated("release-please", by_action).source == CONFIG
    assert translated("release-please", left_over | {".github/release-please.yml": ""}).source == CONFIG


def test_an_empty_file_of_the_app_means_the_language_of_the_repository() -> None:
    assert bumps(translated("release-please", {".github/release-please.yml": ""})) == bumps(release_please())


def test_the_app_can_be_pointed_at_the_manifest() -> None:
    files = {
        ".github/release-please.yml": "manifest: true\nmanifestConfig: rp.json\n",
        "rp.json": '{"release-type": "python", "component": "x"}',
    }
    assert find_named_paths(files) == ("rp.json",)
    assert translated("release-please", files).config.tag_format == "x-v{version}"


def test_without_any_configuration_the_places_are_named() -> None:
    with pytest.raises(
        ConfigError, match=r"looked for release-please-config\.json, for \.github/release-please\.yml and"
    ):
        translate("release-please", {})


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", r"^release-please-config\.json: not JSON"),
        ("[]", r"^release-please-config\.json: holds list, expected a table"),
        ('{"packages": []}', r"^release-please-config\.json: packages is a list"),
        (
            '{"packages": {"a": 1}}',
            r'^release-please-config\.json: packages\["a"\] is a number|packages\.a is a number',
        ),
        ('{"packages": {"../x": {}}}', r"leads out of the repository"),
        ('{"packages": {"a": {}, "./a/": {}}}', r"packages: 'a' is there twice"),
        ('{"packages": {"a*": {}}}', r"packages: 'a\*' is no folder"),
        ('{"draft": "perhaps"}', r"draft is a string \(\"perhaps\"\), expected a boolean"),
        ('{"exclude-paths": [1]}', r"exclude-paths is a number \(1\), expected a list of strings"),
        ('{"exclude-paths": {}}', r"exclude-paths is a table"),
        ('{"changelog-sections": [1]}', r"changelog-sections is a number"),
        ('{"changelog-sections": 1}', r"changelog-sections is a number"),
        ('{"component": {}}', r"component is a table"),
        ('{"initial-version": "one"}', r"initial-version: 'one' is not a version"),
        ('{"changelog-path": "../../x"}', r"changelog-path: the path '../../x', seen from '.', leads out"),
        ("[" * 100_000, r"^release-please-config\.json: not JSON: nested too deeply"),
        ('"' + "x" * 4_000_000 + '"', r"^release-please-config\.json: 4000002 characters are more"),
    ],
)
def test_bad_input_is_an_error_with_its_place(text: str, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        translate("release-please", {CONFIG: text})


def test_the_default_configuration_says_nothing_but_what_differs() -> None:
    assert release_please().config == Config(
        tag_format="v{version}",
        major_on_zero=True,
        release="published",
        reverts="count",
        extend_types={"docs": Config().types["docs"].__class__("patch", "Documentation")},
        notes=NotesRules(style="release-please", fold_dependencies=False, contributors="off"),
    )


@pytest.mark.parametrize(
    ("pattern", "options", "expected"),
    [
        (
            "chore${scope}: release${component} ${version}",
            {},
            "chore({{ branch }}): release{% if component %} {{ component }}{% endif %} {{ version }}",
        ),
        ("release: ${version}", {}, "release: {{ version }}"),
        ("release(${component}): ${version}", {"component_no_space": True}, "release({{ component }}): {{ version }}"),
    ],
)
def test_the_title_of_the_release_pull_request_is_a_template(
    pattern: str, options: dict[str, object], expected: str
) -> None:
    config = release_please(pull_request_title_pattern=pattern, **options).config
    assert config.notes.pull_request_title == expected
    assert config.types[pattern.partition(":")[0].partition("(")[0].partition("$")[0]].bump == "none"


@pytest.mark.parametrize("pattern", ["Release ${version}", "chore: {{ version }}", "chore: ${version}\nx", "chore : x"])
def test_a_title_that_the_gate_would_refuse_is_noted(pattern: str) -> None:
    translation = release_please(pull_request_title_pattern=pattern)
    assert translation.config.notes.pull_request_title == ""
    assert noted(translation)["pull-request-title-pattern"].value == pattern


def test_one_pull_request_for_several_packages_has_a_title_of_its_own() -> None:
    packages = {"a": {"component": "a"}, "b": {"component": "b"}}
    together = release_please(packages, pull_request_title_pattern="release: ${version}")
    assert together.config.notes.pull_request_title == ""
    assert "pull-request-title-pattern" in noted(together)
    apart = release_please(packages, pull_request_title_pattern="release: ${version}", separate_pull_requests=True)
    assert apart.config.notes.pull_request_title == "release: {{ version }}"
