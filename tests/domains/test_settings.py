from __future__ import annotations

import subprocess
import sys
import tomllib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from pilotage.domains.settings import read_config
from pilotage.domains.settingstext import config_schema, render_config
from pilotage.errors import ConfigError
from pilotage.model.config import DEFAULT_TYPES, ChangeType, Config, Scope, TitleRules
from pilotage.model.downstreamrules import DownstreamRepository, DownstreamRules
from pilotage.model.publishrules import PublishRules


def refused(toml: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        read_config(toml)
    return caught.value


@pytest.mark.parametrize(
    "text", [None, "", "[project]\nname = 'x'\n", "\ufeff[tool.other]\na = 1\n", "[tool.pilotage]"]
)
def test_without_a_table_everything_is_default(text: str | None) -> None:
    assert read_config(text) == Config()


def test_every_key_of_the_table_is_read() -> None:
    text = """
    [tool.pilotage]
    changelog-path = ""
    tag-format = "{name}-v{version}"
    initial-version = "1.0"
    major-on-zero = true
    patch-on-zero = true
    versioning = "semver"
    release = "published"
    release-on = "version"
    version-files = ["README.md"]
    extend-types = { sec = { bump = "patch", section = "Security" } }
    scopes = ["api", { name = "cli", paths = ["src/pkg/cli/**"] }]
    [tool.pilotage.title]
    require-scope = true
    max-length = 72
    [tool.pilotage.publish]
    index = "testpypi"
    """
    expected = Config(
        changelog_path="",
        tag_format="{name}-v{version}",
        initial_version="1.0",
        major_on_zero=True,
        patch_on_zero=True,
        release="published",
        release_on="version",
        version_files=("README.md",),
        extend_types={"sec": ChangeType("patch", "Security")},
        scopes=("api", Scope("cli", ("src/pkg/cli/**",))),
        title=TitleRules(require_scope=True, max_length=72),
        publish=PublishRules(index="testpypi"),
    )
    assert expected == read_config(text)


def test_a_row_that_changes_a_default_type_keeps_what_it_leaves_out() -> None:
    config = read_config('[tool.pilotage.extend-types]\ndocs = { bump = "patch" }\nchore = { hidden = false }\n')
    assert config.types["docs"] == ChangeType("patch", "Documentation")
    assert config.types["chore"] == ChangeType("none", "Miscellaneous Chores")
    assert list(config.types) == list(DEFAULT_TYPES)


@pytest.mark.parametrize(
    ("toml", "message", "hint"),
    [
        (
            '[tool.pilotage]\nchangelog-pth = "x"',
            "pyproject.toml: [tool.pilotage] changelog-pth is unknown",
            "Did you mean changelog-path?",
        ),
        (
            "[tool.pilotage]\nmajor_on_zero = true",
            "pyproject.toml: [tool.pilotage] major_on_zero is unknown",
            "Did you mean major-on-zero?",
        ),
        (
            "[tool.pilotage.publish]\nzzz = 1",
            "pyproject.toml: [tool.pilotage.publish] zzz is unknown",
            "Known here: ",
        ),
        (
            "[tool.pilotage]\nextend-types = { sec = { bmp = 'patch' } }",
            "pyproject.toml: [tool.pilotage.extend-types.sec] bmp is unknown",
            "Did you mean bump?",
        ),
        (
            "[tool.pilotage]\nscopes = ['a', { nam = 'b' }]",
            "pyproject.toml: [tool.pilotage.scopes[1]] nam is unknown",
            "Did you mean name?",
        ),
        (
            '[tool.pilotage]\n"a\\nb" = 1',
            'pyproject.toml: [tool.pilotage] "a\\nb" is unknown',
            "Known here: announce, breaking, ",
        ),
    ],
)
def test_an_unknown_key_is_an_error_at_any_depth(toml: str, message: str, hint: str) -> None:
    error = refused(toml)
    assert message == error.message
    assert error.hint.startswith(hint)


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("major-on-zero = 'yes'", "[tool.pilotage] major-on-zero is a string, expected a boolean"),
        ("changelog-path = false", "[tool.pilotage] changelog-path is a boolean, expected a string"),
        ("components.one.path = 1", "[tool.pilotage.components.one] path is an integer, expected a string"),
        ("components.one.versioning = 1", "[tool.pilotage.components.one] versioning is an integer, expected a string"),
        (
            "components.one.version-files = [1]",
            "[tool.pilotage.components.one] version-files[0] is an integer, expected a string or a table",
        ),
        (
            "channels.next = 'beta'",
            '[tool.pilotage.channels] next is "beta", expected one of "a", "b", "rc", "dev", "post", "maintenance"',
        ),
        ("initial-version = 1.0", "[tool.pilotage] initial-version is a float, expected a string"),
        ("version-files = 'README.md'", "[tool.pilotage] version-files is a string, expected an array"),
        ("version-files = ['a', 3]", "[tool.pilotage] version-files[1] is an integer, expected a string or a table"),
        ("title = 'x'", "[tool.pilotage] title is a string, expected a table"),
        ("title = { max-length = '72' }", "[tool.pilotage.title] max-length is a string, expected an integer"),
        ("extend-types = ['sec']", "[tool.pilotage] extend-types is an array, expected a table"),
        ("extend-types = { sec = 1 }", "[tool.pilotage.extend-types] sec is an integer, expected a table"),
        ("scopes = [1]", "[tool.pilotage] scopes[0] is an integer, expected a string or a table"),
        ("scopes = [{}]", "[tool.pilotage] scopes[0] cannot be used: Object missing required field `name`"),
        ("release = 'maybe'", '[tool.pilotage] release is "maybe", expected one of "draft", "published"'),
        ("release = 3", '[tool.pilotage] release is "3", expected one of "draft", "published"'),
        (
            "extend-types = { sec = { bump = 'huge' } }",
            '[tool.pilotage.extend-types.sec] bump is "huge", expected one of "none", "patch", "minor", "major"',
        ),
    ],
)
def test_a_wrong_type_is_named_with_its_place_and_what_is_expected(toml: str, message: str) -> None:
    error = refused(f"[tool.pilotage]\n{toml}")
    assert f"pyproject.toml: {message}" == error.message
    assert error.hint


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("tag-format = 'release'", "[tool.pilotage] tag-format: 'release' does not make a git tag"),
        ("tag-format = 'v {version}'", "[tool.pilotage] tag-format: 'v {version}' does not make a git tag"),
        ("initial-version = 'one'", "[tool.pilotage] initial-version: 'one' is not a version"),
        ("extend-types = { Sec = {} }", '[tool.pilotage.extend-types] "Sec" is not a lower-case word'),
        ("extend-types = { 'a b' = {} }", '[tool.pilotage.extend-types] "a b" is not a lower-case word'),
    ],
)
def test_a_text_that_cannot_be_used_is_refused(toml: str, message: str) -> None:
    assert f"pyproject.toml: {message}" == refused(f"[tool.pilotage]\n{toml}").message


def test_the_repositories_that_use_the_package_are_read_by_name_and_as_tables() -> None:
    text = """
    [tool.pilotage.downstream]
    repositories = ["acme/flow", { name = "acme/image", update = "dispatch", workflow = "image.yml" }]
    topics = ["flow"]
    allow = ["acme/*"]
    at-once = 2
    inputs = { tag = "{tag}" }
    """
    expected = DownstreamRules(
        repositories=("acme/flow", DownstreamRepository("acme/image", update="dispatch", workflow="image.yml")),
        topics=("flow",),
        allow=("acme/*",),
        at_once=2,
        inputs={"tag": "{tag}"},
    )
    assert Config(downstream=expected) == read_config(text)
    assert read_config("[tool.pilotage.downstream]\nkeep = []").downstream.inputs == {"version": "{version}"}


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("topics = ['flow']", "topics is set and allow is not: what strangers' repositories say of themselves would"),
        ("repositories = [{ name = 'acme' }]", "repositories[0]: 'acme' is not the name of a repository"),
        ("at-once = 0", "at-once is 0, expected 1 to 50"),
        ("update = 'force'", 'update is "force", expected one of "auto", "dispatch", "pull-request", "keep"'),
        ("inputs = { version = 1 }", "inputs.version is an integer, expected a string"),
    ],
)
def test_rules_for_what_uses_the_package_are_checked_as_they_are_read(toml: str, message: str) -> None:
    found = refused(f"[tool.pilotage.downstream]\n{toml}").message
    assert found.replace("downstream.inputs] ", "downstream] inputs.").startswith(
        f"pyproject.toml: [tool.pilotage.downstream] {message}"
    )


@pytest.mark.parametrize(
    ("toml", "found"),
    [
        ("[tool.pilotage]\nrelease = draft\n", "(at line 2, column 11)"),
        ("a = " + "9" * 5000, "not TOML: "),
        ("a = " + "[" * 5000, "not TOML: nested too deeply"),
    ],
)
def test_text_that_is_not_toml_is_refused_with_the_place(toml: str, found: str) -> None:
    error = refused(toml)
    assert error.message.startswith("pyproject.toml: not TOML: ")
    assert found in error.message


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("tool = 1", "pyproject.toml: tool is an integer, expected a table"),
        ("[tool]\npilotage = []", "pyproject.toml: tool.pilotage is an array, expected a table"),
    ],
)
def test_a_table_that_is_none_is_refused(toml: str, message: str) -> None:
    assert message == refused(toml).message


def test_errors_name_the_file_that_was_read() -> None:
    with pytest.raises(ConfigError, match=r"^conf/release\.toml: \[tool\.pilotage\] x is unknown$"):
        read_config("[tool.pilotage]\nx = 1", path="conf/release.toml")


def test_the_schema_accepts_what_is_read_and_refuses_what_is_not() -> None:
    schema = Draft202012Validator(config_schema())
    Draft202012Validator.check_schema(config_schema())
    good = tomllib.loads("scopes = ['a', { name = 'b' }]\n[extend-types.sec]\nbump = 'patch'\n[publish]\nindex = ''\n")
    assert schema.is_valid(good)
    assert not schema.is_valid({"changelog-pth": "x"})
    assert not schema.is_valid({"release": "maybe"})


def test_the_schema_describes_every_key() -> None:
    definitions = config_schema()["$defs"]
    assert isinstance(definitions, dict)
    missing = [
        f"{name}.{key}"
        for name, definition in definitions.items()
        for key, prop in definition["properties"].items()
        if not prop.get("description")
    ]
    assert missing == []
    assert not [name for name, definition in definitions.items() if "Args:" in definition["description"]]


def test_the_effective_configuration_names_the_origin_of_each_value() -> None:
    text = '[tool.pilotage]\nrelease = "draft"\nscopes = ["a", { name = "b" }]\n[tool.pilotage.publish]\nindex = ""\n'
    lines = render_config(read_config(text), pyproject_text=text).splitlines()
    assert lines[:3] == [
        "[tool.pilotage]",
        'changelog-path = "CHANGELOG.md"  # default',
        'tag-format = ""  # default',
    ]
    assert 'release = "draft"  # pyproject.toml' in lines
    assert 'scopes = ["a", { "name" = "b", "paths" = [] }]  # pyproject.toml' in lines
    assert "extend-types = {}  # default" in lines
    assert lines[lines.index("[tool.pilotage.publish]") + 1] == 'index = ""  # pyproject.toml'
    assert "require-scope = false  # default" in lines[lines.index("[tool.pilotage.title]") :]


def test_without_the_file_what_differs_from_the_default_comes_from_it() -> None:
    config = Config(release="published", publish=PublishRules(index="testpypi"))
    marked = [line for line in render_config(config, path="x.toml").splitlines() if line.endswith("# x.toml")]
    assert marked == ['release = "published"  # x.toml', 'index = "testpypi"  # x.toml']


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
ROWS = st.builds(ChangeType, st.sampled_from(["none", "patch", "minor", "major"]), TEXT, st.booleans())
CONFIGS = st.builds(
    Config,
    changelog_path=TEXT,
    major_on_zero=st.booleans(),
    release=st.sampled_from(["draft", "published"]),
    version_files=st.lists(TEXT, max_size=3).map(tuple),
    extend_types=st.dictionaries(st.from_regex(r"[a-z][a-z0-9_-]{0,9}", fullmatch=True), ROWS, max_size=3),
    scopes=st.lists(TEXT | st.builds(Scope, TEXT, st.lists(TEXT, max_size=2).map(tuple)), max_size=3).map(tuple),
    title=st.builds(TitleRules, require_scope=st.booleans(), max_length=st.integers(0, 999)),
    publish=st.builds(
        PublishRules, index=st.sampled_from(["", "pypi", "https://index.example/legacy/", ("testpypi", "pypi")])
    ),
)


@settings(deadline=None)  # the first configuration with rules of its own loads the modules that check them
@given(CONFIGS)
@example(Config(changelog_path='\x7f\x00\n\\"\U0001f600'))
def test_what_is_rendered_is_read_back_the_same(config: Config) -> None:
    assert config == read_config(render_config(config))


def test_reading_the_configuration_loads_nothing_heavy() -> None:
    heavy = "github requests jinja2 rich tomlkit configupdater difflib"
    code = f"import sys, pilotage.domains.settings; print(*({heavy!r}.split() & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == ""
