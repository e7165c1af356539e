from __future__ import annotations

import pytest

from pilotage.domains.settings import read_config
from pilotage.domains.settingstext import config_schema, render_config
from pilotage.errors import ConfigError
from pilotage.model.config import ChangeType, Config, Scope, TitleRules

ALL = r"""
[tool.pilotage]
extend-types = { chore = { scope = "forbidden" }, sec = { scope = "required" } }
scopes = ["api", { name = "cli", paths = ["src/cli/**"] }, '/PROJ-\d+/']
[tool.pilotage.title]
types = ["feat", "fix"]
require-scope = true
disallow-scopes = ["release", "/[A-Z]+/"]
subject-pattern = "^(?![A-Z]).+$"
subject-pattern-message = "{subject} of {title}"
min-length = 10
max-length = 72
subject-case = "lower"
full-stop = true
wip = "allow"
drafts = "skip"
bots = "skip"
ignore-labels = ["dependencies"]
ignore-authors = ["renovate*"]
single-commit = "match"
[tool.pilotage.title.severity]
T042 = "warn"
subject-case = "off"
"""
EXPECTED = Config(
    extend_types={
        "chore": ChangeType("none", "Miscellaneous Chores", hidden=True, scope="forbidden"),
        "sec": ChangeType(scope="required"),
    },
    scopes=("api", Scope("cli", ("src/cli/**",)), r"/PROJ-\d+/"),
    title=TitleRules(
        types=("feat", "fix"),
        require_scope=True,
        disallow_scopes=("release", "/[A-Z]+/"),
        subject_pattern="^(?![A-Z]).+$",
        subject_pattern_message="{subject} of {title}",
        min_length=10,
        max_length=72,
        subject_case="lower",
        full_stop=True,
        wip="allow",
        drafts="skip",
        bots="skip",
        ignore_labels=("dependencies",),
        ignore_authors=("renovate*",),
        single_commit="match",
        severity={"T042": "warn", "subject-case": "off"},
    ),
)


def test_every_key_of_the_titles_rules_is_read_and_written_back() -> None:
    config = read_config(ALL)
    assert config == EXPECTED
    assert read_config(render_config(config)) == config


def test_every_key_is_described_in_the_schema() -> None:
    definitions = config_schema()["$defs"]
    assert isinstance(definitions, dict)
    properties = definitions["TitleRules"]["properties"]
    assert [key for key, value in properties.items() if not value.get("description")] == []
    assert set(properties) >= {"severity", "subject-pattern-message", "ignore-authors"}


@pytest.mark.parametrize(
    ("toml", "message", "hint"),
    [
        ("wip = 'no'", '[tool.pilotage.title] wip is "no", expected one of "error", "draft", "allow"', "Run "),
        ("ful-stop = true", "[tool.pilotage.title] ful-stop is unknown", "Did you mean full-stop?"),
        ("min-length = -1", "[tool.pilotage.title] min-length is -1, expected 0 or more", "0 means no limit."),
        ("max-length = -1", "[tool.pilotage.title] max-length is -1, expected 0 or more", "0 means no limit."),
        (
            "min-length = 9\nmax-length = 8",
            "[tool.pilotage.title] min-length is 9, more than max-length, which is 8",
            "Make max-length the larger one.",
        ),
        (
            "subject-pattern = '(a'",
            "[tool.pilotage.title] subject-pattern: the pattern '(a' cannot be used: at 2: a parenthesis is not closed",
            "Patterns are ",
        ),
        (
            "types = ['a', '/+/']",
            "[tool.pilotage.title] types[1]: the pattern '+' cannot be used: at 0: nothing stands before ",
            "Patterns are ",
        ),
        (
            "disallow-scopes = ['/[/']",
            "[tool.pilotage.title] disallow-scopes[0]: the pattern '[' cannot be used: at 0: the class is not closed",
            "Patterns are ",
        ),
        ("severity = { T042 = 'no' }", '[tool.pilotage.title.severity] T042 is "no", expected one of', "Run "),
        (
            "severity = { T999 = 'off' }",
            "[tool.pilotage.title.severity] 'T999' is no rule",
            "docs/title-rules.md lists",
        ),
        (
            "severity = { sbject-case = 'off' }",
            "[tool.pilotage.title.severity] 'sbject-case' is no rule",
            "Did you mean subject-case?",
        ),
        (
            "severity = { T051 = 'off', subject-case = 'warn' }",
            "[tool.pilotage.title.severity] 'subject-case' is the same rule as 'T051'",
            "Name each rule once.",
        ),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_before_any_title_is_checked(toml: str, message: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_config(f"[tool.pilotage.title]\n{toml}")
    assert caught.value.message.startswith(f"pyproject.toml: {message}")
    assert caught.value.hint.startswith(hint)


def test_a_scopes_pattern_is_checked_in_a_table_too() -> None:
    with pytest.raises(ConfigError, match=r"^pyproject\.toml: \[tool\.pilotage\] scopes\[1\]: the pattern "):
        read_config("[tool.pilotage]\nscopes = ['a', { name = '/(/' }]")
