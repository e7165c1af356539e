from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotage.errors import UsageError
from pilotage.providers.actions import SUMMARY_LIMIT, Runner, escape_data, escape_property

if TYPE_CHECKING:
    from pathlib import Path


def read_outputs(text: str) -> dict[str, str]:
    """Read outputs as the runner does: `=` or `<<`, whichever comes first; a heredoc ends at its exact line."""
    outputs: dict[str, str] = {}
    lines = text.split("\n")
    assert lines.pop() == ""
    while lines:
        line = lines.pop(0)
        equals, heredoc = line.find("="), line.find("<<")
        if heredoc < 0 or 0 <= equals < heredoc:
            name, _, outputs[name] = line.partition("=")
            continue
        name, _, delimiter = line.partition("<<")
        end = lines.index(delimiter)
        outputs[name] = "\n".join(lines[:end])
        del lines[: end + 1]
    return outputs


def runner(lines: list[str] | None = None, /, **environment: str) -> Runner:
    return Runner(environment, write_line=(lines if lines is not None else []).append)


def on_actions(lines: list[str]) -> Runner:
    return runner(lines, GITHUB_ACTIONS="true")


def test_the_runner_is_known_by_its_variable() -> None:
    found = [runner(**env).is_actions for env in ({}, {"GITHUB_ACTIONS": "false"}, {"GITHUB_ACTIONS": "true"})]
    assert found == [False, False, True]


@pytest.mark.parametrize(
    ("name", "variable"),
    [("token", "INPUT_TOKEN"), ("dry-run", "INPUT_DRY-RUN"), ("index token", "INPUT_INDEX_TOKEN")],
)
def test_an_input_is_read_by_the_name_that_the_runner_gives_it(name: str, variable: str) -> None:
    assert runner(**{variable: " yes\n"}).read_input(name) == "yes"


def test_an_input_that_was_not_given_is_empty() -> None:
    assert runner().read_input("dry-run") == ""


ATTACKS = (
    "a\nversion=9.9.9",
    "x<<EOF\n9\nEOF",
    "EOF\nversion<<EOF\n9\nEOF",
    "pilotage_0\nversion=9",
    "",
    "\n\n",
    "=<<",
)


@pytest.mark.parametrize("value", ATTACKS)
def test_no_value_can_set_another_output(value: str, tmp_path: Path) -> None:
    file = tmp_path / "output"
    runner(GITHUB_OUTPUT=str(file)).write_outputs({"title-ok": "true", "suggestion": value, "bump": "none"})
    assert read_outputs(file.read_text()) == {"title-ok": "true", "suggestion": value, "bump": "none"}


@given(st.dictionaries(st.sampled_from(["version", "tag", "plan"]), st.text()))
def test_outputs_are_read_back_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, outputs: dict[str, str]
) -> None:
    file = tmp_path_factory.mktemp("outputs") / "output"
    runner(GITHUB_OUTPUT=str(file)).write_outputs(outputs)
    assert read_outputs(file.read_bytes().decode()) == outputs


def test_a_delimiter_is_never_used_again(tmp_path: Path) -> None:
    file = tmp_path / "output"
    for _ in range(3):
        runner(GITHUB_OUTPUT=str(file)).write_outputs({"tag": "v1", "bump": "none"})
    delimiters = [line.partition("<<")[2] for line in file.read_text().splitlines() if "<<" in line]
    assert (len(delimiters), len(set(delimiters))) == (6, 6)


def test_outputs_are_added_to_those_before(tmp_path: Path) -> None:
    file = tmp_path / "output"
    file.write_text("before=1\n")
    runner(GITHUB_OUTPUT=str(file)).write_outputs({"tag": "v1"})
    assert read_outputs(file.read_text()) == {"before": "1", "tag": "v1"}


def test_half_a_character_does_not_keep_an_output_from_being_set(tmp_path: Path) -> None:
    file = tmp_path / "output"
    runner(GITHUB_OUTPUT=str(file)).write_outputs({"tag": "v\ud800"})
    assert read_outputs(file.read_text()) == {"tag": "v?"}


def test_nothing_is_written_away_from_actions() -> None:
    lines: list[str] = []
    quiet = runner(lines)
    quiet.write_outputs({"tag": "v1"})
    quiet.write_summary("words")
    quiet.mask("secret")
    assert lines == []


def test_a_summary_is_added(tmp_path: Path) -> None:
    file = tmp_path / "summary"
    for text in ("# One", "two\ud800"):
        runner(GITHUB_STEP_SUMMARY=str(file)).write_summary(text)
    assert file.read_text() == "# One\ntwo?\n"


@pytest.mark.parametrize("character", ["a", "é", "…", "🎉"])
def test_a_summary_is_cut_between_characters_to_what_the_runner_takes(character: str, tmp_path: Path) -> None:
    file = tmp_path / "summary"
    runner(GITHUB_STEP_SUMMARY=str(file)).write_summary("x" + character * SUMMARY_LIMIT)
    data = file.read_bytes()
    assert SUMMARY_LIMIT - 80 < len(data) <= SUMMARY_LIMIT
    assert data.decode().removesuffix("\n\n… (cut)\n").strip(character) == "x"


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    broken = runner(GITHUB_OUTPUT=str(tmp_path), GITHUB_STEP_SUMMARY=str(tmp_path))
    with pytest.raises(UsageError, match="GITHUB_OUTPUT cannot be written: Is a directory"):
        broken.write_outputs({"tag": "v1"})
    with pytest.raises(UsageError, match="GITHUB_STEP_SUMMARY cannot be written: Is a directory"):
        broken.write_summary("words")


def test_an_annotation_is_one_command_whatever_it_says() -> None:
    lines: list[str] = []
    on_actions(lines).annotate("error", "100%\r\n::set-output::x", title="a,b: c%\nd")
    assert lines == ["::error title=a%2Cb%3A c%25%0Ad::100%25%0D%0A::set-output::x"]


def test_an_annotation_needs_no_title() -> None:
    lines: list[str] = []
    on_actions(lines).annotate("warning", "careful")
    runner(lines).annotate("warning", "careful")
    assert lines == ["::warning::careful", "warning: careful"]


@given(st.text())
def test_what_is_escaped_stays_on_one_line_and_can_be_read_back(text: str) -> None:
    data, value = escape_data(text), escape_property(text)
    assert set("\r\n") & set(data) == set("\r\n:,") & set(value) == set()
    unescaped = [found.replace("%3A", ":").replace("%2C", ",") for found in (value,)]
    assert unescaped[0].replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%") == text


def test_every_line_of_a_secret_is_masked() -> None:
    lines: list[str] = []
    on_actions(lines).mask("one%\ntwo")
    on_actions(lines).mask("")
    assert lines == ["::add-mask::one%25", "::add-mask::two"]
