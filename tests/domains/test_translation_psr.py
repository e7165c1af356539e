"""python-semantic-release's configuration, versions 7 to 10: what decides a version there decides the same here."""

from __future__ import annotations

import pytest

from domains.translated import bumps, noted, psr, translated, workflow
from pilotage.domains.translation import translate
from pilotage.errors import ConfigError
from pilotage.model.config import VersionFile

TOOL = "python-semantic-release"
ALLOWED = ("feat", "fix", "perf", "build", "chore", "ci", "docs", "style", "refactor", "test")


def pinned(pin: str) -> str:
    """Write a workflow that runs the tool at a version."""
    return workflow(f"- uses: {TOOL}/{TOOL}@{pin}")


def test_by_default_features_fixes_and_performance_release() -> None:
    translation = psr('branch = "main"')
    assert bumps(translation) == {"feat": "minor", "fix": "patch", "perf": "patch"}
    assert translation.components[0].quirks.only_types == ALLOWED


def test_types_are_read_as_they_are_spelled_and_reverts_do_not_cancel() -> None:
    translation = psr("")
    assert (translation.components[0].quirks.exact_case, translation.config.reverts) == (True, "count")


VERSION_7 = """
parser_angular_minor_types = "feat,new"
parser_angular_patch_types = "fix"
parser_angular_allowed_types = "feat,new,fix,docs"
parser_angular_default_level_bump = "patch"
"""
VERSION_8 = """
[tool.semantic_release.commit_parser_options]
minor_tags = ["feat", "new"]
patch_tags = ["fix"]
allowed_tags = ["feat", "new", "fix", "docs"]
default_bump_level = 2
"""


@pytest.mark.parametrize("table", [VERSION_7, VERSION_8], ids=["7", "8"])
def test_the_parsers_options_say_which_types_release(table: str) -> None:
    translation = psr(table)
    assert bumps(translation) == {"feat": "minor", "new": "minor", "fix": "patch", "docs": "patch"}
    assert sorted(translation.components[0].quirks.only_types) == ["docs", "feat", "fix", "new"]


def test_a_type_that_is_not_allowed_is_not_read_whatever_it_moves() -> None:
    options = 'minor_tags = ["new"]\nother_allowed_tags = ["docs"]\ndefault_bump_level = "patch"'
    translation = psr(f"[tool.semantic_release.commit_parser_options]\n{options}")
    assert bumps(translation) == dict.fromkeys(ALLOWED, "patch")
    assert "other_allowed_tags" in noted(translation)


def test_a_tag_that_cannot_be_a_type_is_noted() -> None:
    translation = psr('[tool.semantic_release.commit_parser_options]\nallowed_tags = ["Big Thing", "feat"]')
    assert translation.notes[-1].value == "Big Thing"


def test_an_unknown_level_is_an_error_with_its_place() -> None:
    with pytest.raises(
        ConfigError, match=r"^pyproject\.toml: \[tool\.semantic_release\] .*default_bump_level is 9, expected"
    ):
        psr("commit_parser_options = { default_bump_level = 9 }")


def test_a_parser_of_other_messages_is_noted() -> None:
    assert "Conventional Commits" in noted(psr('commit_parser = "emoji"'))["commit_parser"].why
    for known in ("angular", "conventional", "semantic_release.history.angular_parser"):
        assert "commit_parser" not in noted(psr(f'commit_parser = "{known}"'))


def test_a_break_of_a_0_x_version_is_major_unless_it_is_said() -> None:
    assert psr("").config.major_on_zero is True
    assert psr("major_on_zero = false").config.major_on_zero is False


@pytest.mark.parametrize(
    ("pin", "table", "expected"),
    [
        ("v7.34.6", "", False),
        ("v9.21.0", "", False),
        ("v10", "", True),
        ("v10.5.3", "allow_zero_version = true", False),
        ("v9", "allow_zero_version = false", True),
        ("0123456789012345678901234567890123456789 # v10.2.0", "", True),
        ("main", "", False),
        ("main", "signoff_commit = true", True),
        ("main", "no_git_verify = true", False),
    ],
)
def test_only_version_10_leaves_0_x_by_itself(pin: str, table: str, expected: bool) -> None:
    translation = translated(
        TOOL, {"pyproject.toml": f"[tool.semantic_release]\n{table}\n", ".github/workflows/r.yml": pinned(pin)}
    )
    assert translation.components[0].quirks.leaves_zero is expected
    assert translation.config.initial_version == ("1.0.0" if expected else "0.1.0")
    assert any(note.key.endswith("allow_zero_version") for note in translation.notes) is expected


def test_leaving_0_x_needs_no_word_where_the_version_is_past_it() -> None:
    text = '[project]\nversion = "2.1.0"\n[tool.semantic_release]\nallow_zero_version = false\n'
    translation = translated(TOOL, {"pyproject.toml": text})
    assert translation.components[0].quirks.leaves_zero is True
    assert "allow_zero_version" not in noted(translation)


@pytest.mark.parametrize(
    ("files", "major"),
    [
        ({".github/workflows/r.yml": pinned("v9.8.1")}, "9"),
        ({".github/workflows/r.yml": workflow("- run: pip install python-semantic-release==7.34.6")}, "7"),
        ({".github/workflows/r.yml": workflow("- run: |\n    pipx install 'python-semantic-release>=8,<9'")}, "8"),
        ({".github/workflows/r.yml": workflow(f"- run: pip install {TOOL}"), "requirements.txt": f"{TOOL}==8.7"}, "8"),
        ({"uv.lock": '[[package]]\nname = "python-semantic-release"\nversion = "9.1.0"\n'}, "9"),
        ({"poetry.lock": '[[package]]\nname = "python-semantic-release"\nversion = "7.33.0"\n'}, "7"),
        ({"requirements.txt": "python-semantic-release ~= 8.7\n"}, "8"),
        ({"setup.cfg": "[options.extras_require]\ndev = python-semantic-release<11\n"}, None),
    ],
)
def test_the_version_in_use_is_found_where_it_is_pinned(files: dict[str, str], major: str | None) -> None:
    table = '[tool.semantic_release]\ntag_format = "{version}"\n'
    translation = translated(TOOL, {"pyproject.toml": table, **files})
    # what only version 10 does: parse the messages inside a squash commit's body; what only 7 does: have no branches
    unknown = [note for note in translation.notes if note.key == "python-semantic-release version"]
    assert bool(unknown) is (major is None)
    expected = "paragraphs" if major is None else "first-line"
    assert translation.components[0].quirks.messages == expected


def test_a_version_that_only_its_keys_tell_is_said() -> None:
    assert noted(psr('version_variable = "a/__init__.py:__version__"'))["version"].value == "7"
    assert noted(psr('version_variables = ["a/__init__.py:__version__"]'))["version"].value == "8"
    assert noted(psr(""))["version"].value == "unknown"


def test_squash_bodies_are_read_where_they_are_read_there() -> None:
    options = "[tool.semantic_release.commit_parser_options]\nparse_squash_commits = true"
    assert psr(options).components[0].quirks.messages == "paragraphs"
    assert psr("assets = []").components[0].quirks.messages == "first-line"


def test_version_7_reads_setup_cfg_too_and_pyproject_wins() -> None:
    files = {
        "setup.cfg": "[semantic_release]\nmajor_on_zero = false\ntag_format = x{version}\npatch_without_tag = true\n",
        "pyproject.toml": '[tool.semantic_release]\ntag_format = "y{version}"\n',
    }
    translation = translated(TOOL, files)
    assert (translation.config.tag_format, translation.config.major_on_zero) == ("y{version}", False)
    alone = translated(TOOL, {"setup.cfg": files["setup.cfg"]})
    assert (alone.source, alone.config.tag_format) == ("setup.cfg", "x{version}")
    assert alone.components[0].quirks.any_commit is True


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("semantic_release.toml", "[semantic_release]\nmajor_on_zero = false\n"),
        ("releaserc.toml", "[semantic_release]\nmajor_on_zero = false\n"),
        ("releaserc.json", '{"semantic_release": {"major_on_zero": false}}'),
    ],
)
def test_its_table_may_stand_in_a_file_of_its_own(path: str, text: str) -> None:
    translation = translated(TOOL, {"pyproject.toml": "# semantic_release\n", path: text})
    assert (translation.source, translation.config.major_on_zero) == (path, False)


def test_the_tool_may_run_in_a_folder() -> None:
    table = '[tool.semantic_release]\nversion_variables = ["src/../a.py:v"]\n'
    config = translate(TOOL, {"packages/a/pyproject.toml": table}, path="packages/a").config
    assert (config.changelog_path, config.version_files) == ("packages/a/CHANGELOG.md", ("packages/a/a.py",))


def test_the_places_of_the_version_are_files_with_a_mark_or_a_key() -> None:
    translation = psr(
        """
version_toml = ["pyproject.toml:project.version", "pyproject.toml:tool.other.version", "x.toml:a.b:nf"]
version_variables = ["src/a/__init__.py:__version__", "docs/conf.py:release", "setup.py:version", "src/a/__init__.py:x"]
version_pattern = "README.md:v{version}"
"""
    )
    assert translation.config.version_files == (
        VersionFile("pyproject.toml", "$.tool.other.version"),
        VersionFile("x.toml", "$.a.b"),
        *("src/a/__init__.py", "docs/conf.py", "README.md"),
    )
    assert [note.value for note in translation.notes if "mark the line" in note.why] == [
        "docs/conf.py:release",
        "README.md:",
    ]


def test_a_place_of_the_version_that_names_no_file_or_no_key_is_left_to_people() -> None:
    translation = psr('version_toml = ["", "x.toml", ":a.b", "x.toml:a..b", "VERSION:a"]')
    assert translation.config.version_files == ()
    assert [note.value for note in translation.notes if "version-files" in note.why] == [
        "",
        "x.toml",
        ":a.b",
        "x.toml:a..b",
        "VERSION:a",
    ]


@pytest.mark.parametrize(
    ("table", "path"),
    [
        ("", "CHANGELOG.md"),
        ('changelog_file = "docs/log.md"', "docs/log.md"),
        ('branches = {}\nchangelog = { changelog_file = "NEWS.md" }', "NEWS.md"),
        ('branches = {}\nchangelog = { default_templates = { changelog_file = "HISTORY.md" } }', "HISTORY.md"),
    ],
)
def test_the_changelog_stays_where_it_is(table: str, path: str) -> None:
    assert psr(table).config.changelog_path == path


def test_types_that_the_notes_leave_out_are_hidden() -> None:
    patterns = r"""['chore(?:\([^)]*?\))?: .+', 'ci*', 'build\((?!deps\): .+)', '\bstyle.*', '(']"""
    rows = psr(f"[tool.semantic_release.changelog]\nexclude_commit_patterns = {patterns}").config.types
    assert {name for name in ALLOWED if rows[name].hidden} == {"chore", "ci", "style"}
    assert all(psr('version_variable = "a:b"').config.types[name].hidden for name in ("chore", "ci", "style"))


def test_groups_of_branches_are_channels() -> None:
    table = r"""
[tool.semantic_release.branches]
main = { match = "(main|master)", prerelease = false }
next = { match = "^(next|beta/.+)$", prerelease = true, prerelease_token = "beta" }
rc = { match = 'release/\d+\.0', prerelease = true }
old = { match = "release-1.x" }
odd = { match = "odd", prerelease = true, prerelease_token = "canary" }
other = { match = "(?!main$)", prerelease = true }
all = { match = ".*", prerelease = true }
twice = { match = "next", prerelease = true, prerelease_token = "dev" }
"""
    translation = psr(table)
    expected = {"next": "b", "beta/*": "b", "release/*.0": "rc", "release-1.x": "maintenance"}
    assert translation.config.channels == expected
    assert [note.value for note in translation.notes if " branches." in note.key] == ["odd", "(?!main$)", "*"]


def test_version_7_has_one_branch() -> None:
    assert psr('branch = "main"\nversion_variable = "a:b"').config.channels == {}


@pytest.mark.parametrize("tag_format", ["v", "{version} {version}", "a b{version}"])
def test_a_format_that_makes_no_tag_is_an_error_with_its_place(tag_format: str) -> None:
    with pytest.raises(
        ConfigError, match=r"^pyproject\.toml: \[tool\.semantic_release\] tag_format: .* does not make a git tag"
    ):
        psr(f'tag_format = "{tag_format}"')


def test_what_has_no_equivalent_is_named_with_what_to_do_instead() -> None:
    translation = psr('build_command = "make"\nnew_option = true\nlogging_use_named_masks = true\nbranches = {}')
    found = noted(translation)
    assert "pilotage build" in found["build_command"].why
    assert "not known" in found["new_option"].why
    assert "logging_use_named_masks" not in found


def test_without_any_configuration_the_places_are_named() -> None:
    with pytest.raises(ConfigError, match=r"looked for \[tool\.semantic_release\] in pyproject\.toml and for"):
        translate(TOOL, {"pyproject.toml": "[tool.other]\n# semantic_release\n"})


@pytest.mark.parametrize(
    ("path", "text", "problem"),
    [
        ("pyproject.toml", "[tool.semantic_release", r"^pyproject\.toml: not TOML"),
        ("pyproject.toml", "tool = 1 # semantic_release", r"^pyproject\.toml: tool is a number"),
        ("pyproject.toml", "tool.semantic_release = 1", r"^pyproject\.toml: tool\.semantic_release is a number"),
        ("pyproject.toml", "[tool.semantic_release]\nbranches = 1", r"branches is a number"),
        ("setup.cfg", "[semantic_release]\nbroken", r"^setup\.cfg: not INI"),
        ("setup.cfg", "x" * 4_000_001 + "[semantic_release]", r"^setup\.cfg: 4000019 characters"),
        ("pyproject.toml", "[tool.semantic_release]\nversion_toml = ['../x:a']", r"version_toml: the path '../x'"),
        ("pyproject.toml", "[tool.semantic_release]\nversion_variables = ['../x:a']", r"version_variables: the path"),
        ("pyproject.toml", "[tool.semantic_release]\nchangelog_file = '../x'", r"changelog_file: the path"),
        ("pyproject.toml", "[tool.semantic_release]\nmajor_on_zero = 1979-05-27", r"major_on_zero is a date"),
    ],
)
def test_bad_input_is_an_error_with_its_place(path: str, text: str, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        translate(TOOL, {path: text})
