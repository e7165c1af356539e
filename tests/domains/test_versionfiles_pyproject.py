"""pyproject.toml: where its version stands, and what is wrong when it cannot be read."""

import time

import pytest

from pilotage.domains.versionfiles.pyproject import read_pyproject
from pilotage.errors import ConfigError


def test_the_place_is_the_value_without_its_quotes() -> None:
    text = '[project]\nname = "example"\nversion = "1.2.3" # "1.2.3"\n'

    declared = read_pyproject(text)

    (place,) = declared.places
    assert declared.name == "example"
    assert (place.line, place.table, place.text) == (3, "[project]", "1.2.3")
    assert (text[: place.start], text[place.end :]) == (
        '[project]\nname = "example"\nversion = "',
        '" # "1.2.3"\n',
    )
    assert place.name == "pyproject.toml line 3 ([project] version)"
    assert place.source == "pyproject.toml [project]"


def test_project_and_poetry_are_two_places() -> None:
    text = '[tool.poetry]\nname = "p"\nversion = "1.0"\n[project]\nversion = "2.0"\n'

    declared = read_pyproject(text)

    assert declared.name == "p"
    assert [(p.line, p.table, p.text) for p in declared.places] == [
        (5, "[project]", "2.0"),
        (3, "[tool.poetry]", "1.0"),
    ]


@pytest.mark.parametrize(
    ("text", "dynamic"),
    [
        ('[project]\ndynamic = ["version"]\n', "pyproject.toml [project] dynamic"),
        (
            '[tool.poetry]\nversion = "0.0.0"\n[tool.poetry-dynamic-versioning]\nenable = true\n',
            "pyproject.toml [tool.poetry-dynamic-versioning]",
        ),
        ("[tool.setuptools_scm]\n", "pyproject.toml [tool.setuptools_scm]"),
        ('[project]\ndynamic = ["readme"]\n', ""),
        ("", ""),
    ],
)
def test_a_dynamic_version_has_no_place_but_says_who_makes_it(text: str, dynamic: str) -> None:
    declared = read_pyproject(text)

    assert (declared.places, declared.dynamic) == ((), dynamic)


def test_a_poetry_plugin_that_is_not_enabled_changes_nothing() -> None:
    text = '[tool.poetry]\nversion = "1.0"\n[tool.poetry-dynamic-versioning]\nenable = false\n'

    declared = read_pyproject(text)

    assert [place.text for place in declared.places] == ["1.0"]
    assert not declared.dynamic


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[project\n",
            "pyproject.toml is not TOML: Expected ']' at the end of a table declaration (at line 1, column 9)",
        ),
        ("a = 1\nb = 'x", 'pyproject.toml is not TOML: Expected "\'" (at line 2, column 7)'),
        ("project = 3\n", "pyproject.toml: project is int, expected a table"),
        ("[tool]\npoetry = []\n", "pyproject.toml: tool.poetry is list, expected a table"),
        ("[project]\nversion = 1.0\n", "pyproject.toml: [project] version is 1.0, expected a string"),
        ("[project]\nversion = '1.x'\n", "pyproject.toml: [project] version: '1.x' is not a version"),
        ("[tool.poetry]\nversion = ''\n", "pyproject.toml: [tool.poetry] version: '' is not a version"),
        (
            '[project]\nversion = "1\\u002e0"\n',
            "pyproject.toml: [project] version is '1.0', written in a way that cannot be edited in place",
        ),
        ("a = " + "[" * 100_000, "pyproject.toml is nested too deeply to be read"),
    ],
)
def test_a_file_that_cannot_be_read_says_where_and_what_to_do(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_pyproject(text)

    assert caught.value.message == message
    assert caught.value.hint


def test_a_thousand_decoys_cost_one_more_parse() -> None:
    text = "[project]\nversion = '1.0'\n" + "".join(f"[tool.t{n}]\nversion = '1.0'\n" for n in range(3000))
    started = time.process_time()

    (place,) = read_pyproject(text).places

    assert place.line == 2
    assert time.process_time() - started < 5
