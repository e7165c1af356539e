"""A runner whose files cannot be written, whose inputs are odd, and whose step says more than a summary holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hostile.hostileground import Ground, open_ground
from pilotage.errors import UsageError
from pilotage.providers.actions import SUMMARY_LIMIT, Runner
from pilotage.reconcile.failure import tell_failure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILES = ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    with open_ground(tmp_path) as open_:
        yield open_


def unwritable(ground: Ground, kind: str) -> str:
    """Give a path that cannot be written; the last one takes the open and refuses the bytes, as a full disk does."""
    return {
        "a folder": str(ground.folder),
        "below nothing": str(ground.folder / "nothing" / "outputs"),
        "below a file": str(ground.folder / "event.json" / "outputs"),
        "full": "/dev/full",
    }[kind]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("kind", ["a folder", "below nothing", "below a file", "full"])
def test_a_file_of_the_runner_that_cannot_be_written_is_named_with_exit_code_2(
    ground: Ground, name: str, kind: str
) -> None:
    path = unwritable(ground, kind)
    ended = ground.run("push", ground.push_event(), variables={name: path})
    assert ended.code == 2, ended.log
    assert f"::error title=Pilotage::{path}: {name} cannot be written" in ended.log
    assert "Traceback" not in ended.log


def test_nothing_is_changed_before_it_is_known_that_the_outcome_can_be_told(ground: Ground) -> None:
    ground.forge.push("main", {"x.txt": "x"}, "feat: greet people")
    before = ground.forge.world()
    for name in FILES:
        assert ground.run("push", ground.push_event(), variables={name: str(ground.folder)}).code == 2
    assert ground.forge.world() == before


@pytest.mark.parametrize("name", FILES)
def test_a_failure_is_told_in_full_when_the_runner_s_file_cannot_take_it(ground: Ground, name: str) -> None:
    ground.forge.push("main", {"pyproject.toml": "[project"}, "chore: break it")
    ended = ground.run("push", ground.push_event(), variables={name: "/dev/full"})
    assert ended.code == 2, ended.log
    assert "Traceback" not in ended.log
    assert "pyproject.toml: not TOML" in ended.log


def test_a_failure_whose_summary_cannot_be_written_keeps_its_own_words(tmp_path: Path) -> None:
    lines: list[str] = []
    environment = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(tmp_path)}
    tell_failure(UsageError("it broke", hint="Mend it."), environment, write_line=lines.append)
    assert lines[0] == "::error title=Pilotage::it broke%0AMend it."
    assert lines[1].startswith("::warning title=Pilotage::")
    assert "GITHUB_STEP_SUMMARY cannot be written" in lines[1]


def test_a_runner_that_hands_out_no_files_is_no_reason_to_stop(ground: Ground) -> None:
    ground.forge.push("main", {"x.txt": "x"}, "feat: greet people")
    ended = ground.run("push", ground.push_event(), variables=dict.fromkeys(FILES))
    assert ended.code == 0, ended.log
    assert list(ground.open_pulls.values()) == ["chore(release): 0.2.0"]


def test_all_summaries_of_a_step_together_stay_below_what_the_runner_takes(tmp_path: Path) -> None:
    file = tmp_path / "summary"
    runner = Runner({"GITHUB_STEP_SUMMARY": str(file)}, write_line=print)
    for text in ("first\n", "é" * SUMMARY_LIMIT, "second\n", "third\n"):
        runner.write_summary(text)
    data = file.read_bytes()
    assert len(data) <= SUMMARY_LIMIT
    assert data.startswith(b"first\n")
    assert data.decode().endswith("… (cut)\n")


def test_a_summary_of_hundreds_of_thousands_of_words_is_cut_and_the_run_goes_on(ground: Ground) -> None:
    long = "\n".join(f"feat: greet {number} {'people ' * 30}" for number in range(4000))
    ground.forge.push("main", {"x.txt": "x"}, f"feat: greet people\n\n{long}")
    ended = ground.pushed()
    assert ended.code == 0, ended.log
    assert len(ended.summary.encode()) <= SUMMARY_LIMIT
    assert list(ground.open_pulls.values()) == ["chore(release): 0.2.0"]


ODD = "a\nversion<<EOF\n9\nEOF\n::add-mask::a\r\n::set-output name=version::9"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("INPUT_RELEASE-AS", 2),
        ("INPUT_DRY-RUN", 0),
        ("INPUT_INDEX", 0),
        ("INPUT_DIST", 0),
        ("INPUT_SQUASH-TITLE", 0),
    ],
)
def test_an_input_of_several_lines_sets_no_output_and_commands_nothing(ground: Ground, name: str, code: int) -> None:
    ended = ground.run("push", ground.push_event(), variables={name: ODD})
    assert (ended.code, ended.strange_commands()) == (code, []), ended.log
    assert ended.outputs["version"] in {"", "0.1.0"}
    assert "Traceback" not in ended.log


@pytest.mark.parametrize("name", ["INPUT_TYPES", "INPUT_SUBJECTPATTERN", "INPUT_SQUASH-MESSAGE", "INPUT_SCOPES"])
def test_an_odd_input_of_the_title_check_ends_with_a_word_and_not_a_crash(ground: Ground, name: str) -> None:
    number = ground.forge.open_pull_request("topic", "feat: greet people", files={"x.txt": "x"})
    payload = ground.forge.event_pull_request(number, "opened")
    ended = ground.run("pull_request", payload, variables={name: f"{ODD}\n((((a+)+)+)+$"})
    assert ended.code in {0, 1, 2}, ended.log
    assert ended.strange_commands() == []


@pytest.mark.parametrize("token", ["ghs_first0part\nghs_second0part", "ghs_first0part\x01ghs_second0part", "ghs_ünï"])
def test_a_token_that_no_header_can_carry_is_refused_without_a_word_of_it(ground: Ground, token: str) -> None:
    ended = ground.run("push", ground.push_event(), variables={"INPUT_TOKEN": token})
    assert ended.code == 2, ended.log
    unmasked = "\n".join(line for line in ended.log.splitlines() if not line.startswith("::add-mask::"))
    assert "part" not in unmasked
    assert "ghs_" not in unmasked
    assert "token" in unmasked
    assert "Traceback" not in ended.log
