"""`pilotage title`: exit codes, the machine format, and strangers' text that stays data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from commands.cliruns import run, spawn
from commands.packages import pyproject

if TYPE_CHECKING:
    from pathlib import Path

KEYS = ["title", "ok", "type", "scope", "breaking", "subject", "bump", "problems", "suggestion"]
HOSTILE = "feat: \x1b]0;owned\x07 \x1b[31mred\x1b[0m \u202etxt\n::error::pwned\r::add-mask::x"


def test_a_good_title_ends_with_0_and_says_what_a_release_reads(tmp_path: Path) -> None:
    done = run("title", "feat(api): greet people", "--repo", tmp_path)
    assert (done.code, done.err) == (0, "")
    assert "Title: feat(api): greet people" in done.out
    assert "bump minor" in done.out


def test_a_bad_title_ends_with_1_and_gives_rule_caret_and_a_title_to_paste(tmp_path: Path) -> None:
    done = run("title", "Feat:greet people", "--repo", tmp_path)
    assert done.code == 1
    assert [line for line in done.out.splitlines() if set(line.strip()) == {"^"}] != []
    assert "T004 colon-space" in done.out
    assert done.out.splitlines()[-1] == "Try:   feat: greet people"


def test_the_machine_format_is_the_contracts(tmp_path: Path) -> None:
    done = run("title", "feat(api,cli)!: drop it (#12)", "--json", "--repo", tmp_path)
    assert (done.code, done.err) == (0, "")
    assert done.json == {
        "title": "feat(api,cli)!: drop it (#12)",
        "ok": True,
        "type": "feat",
        "scope": ["api", "cli"],
        "breaking": True,
        "subject": "drop it",
        "bump": "major",
        "problems": [],
        "suggestion": None,
    }


def test_a_problem_has_rule_message_place_and_severity(tmp_path: Path) -> None:
    done = run("title", "feat:x", "--json", "--repo", tmp_path)
    report = done.json
    assert isinstance(report, dict)
    assert list(report) == KEYS
    problems = report["problems"]
    assert isinstance(problems, list)
    assert [list(problem) for problem in problems if isinstance(problem, dict)] == [
        ["rule", "message", "start", "end", "severity"]
    ]
    assert (done.code, report["ok"], report["suggestion"]) == (1, False, "feat: x")


def test_the_repositorys_table_of_types_decides(tmp_path: Path) -> None:
    table = '[tool.pilotage]\nextend-types = { sec = { bump = "patch", section = "Security" } }\n'
    (tmp_path / "pyproject.toml").write_text(pyproject("1.0.0", table=table))
    done = run("title", "sec: close the door", "--json", "--repo", tmp_path)
    assert (done.code, "patch") == (0, done.json["bump"] if isinstance(done.json, dict) else None)
    assert run("title", "sec: close the door", "--repo", tmp_path, "--config", "other.toml").code == 1


def test_a_body_can_break_users(tmp_path: Path) -> None:
    body = tmp_path / "body.md"
    body.write_text("Long words.\n\nBREAKING CHANGE: all is new\n")
    done = run("title", "feat: all is new", "--body-file", body, "--json", "--repo", tmp_path)
    assert isinstance(done.json, dict)
    assert (done.code, done.json["breaking"], done.json["bump"]) == (0, True, "major")


@pytest.mark.parametrize("content", [None, b"\xff\xfe"], ids=["absent", "not UTF-8"])
def test_a_body_that_cannot_be_read_is_a_usage_error(tmp_path: Path, content: bytes | None) -> None:
    body = tmp_path / "body.md"
    if content is not None:
        body.write_bytes(content)
    done = run("title", "feat: x", "--body-file", body, "--json", "--repo", tmp_path)
    assert (done.code, done.out) == (2, "")
    assert "body.md: cannot be read" in done.err


def test_no_title_is_a_usage_error_with_a_hint(tmp_path: Path) -> None:
    done = run("title", "--repo", tmp_path)
    assert (done.code, done.out) == (2, "")
    assert done.err == "error: no title to check\n  Give it as an argument: pilotage title 'feat: greet people'\n"


def test_an_empty_title_is_a_bad_title(tmp_path: Path) -> None:
    assert run("title", "", "--repo", tmp_path).code == 1


def test_inside_the_action_the_title_is_an_input(tmp_path: Path) -> None:
    assert run("title", "--repo", tmp_path, env={"INPUT_TITLE": "feat: x"}).code == 0


def test_an_unknown_key_of_the_configuration_is_named(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.pilotage]\nchangelog-pth = ""\n')
    done = run("title", "feat: x", "--json", "--repo", tmp_path)
    assert (done.code, done.out) == (2, "")
    assert "[tool.pilotage] changelog-pth is unknown\n  Did you mean changelog-path?" in done.err


@pytest.mark.parametrize("titles", [["feat: x", "fix(api): y"], ["feat: x", "bad", "", "fix: z"]])
def test_a_batch_gives_one_object_a_line_and_ends_with_1_unless_all_are_right(
    tmp_path: Path, titles: list[str]
) -> None:
    text = "".join(f"{title}\n" for title in titles)
    file = tmp_path / "titles.txt"
    file.write_text(text)
    from_file = run("title", "--batch", file, "--repo", tmp_path)
    from_stdin = run("title", "--batch", "-", "--repo", tmp_path, data=text)
    rows = [json.loads(line) for line in from_file.out.splitlines()]
    assert [row["title"] for row in rows] == titles
    assert [list(row) for row in rows] == [KEYS] * len(titles)
    assert from_file.code == (0 if all(row["ok"] for row in rows) else 1)
    assert from_stdin == from_file


def test_a_batch_says_of_each_line_what_the_title_alone_gets(tmp_path: Path) -> None:
    titles = ["feat: x", "Fix(API) y", "feat!: ä → 漢"]
    batch = run("title", "--batch", "-", "--repo", tmp_path, data="\n".join(titles))
    assert batch.out.splitlines() == [
        run("title", title, "--json", "--repo", tmp_path).out.rstrip("\n") for title in titles
    ]


def test_only_a_line_feed_ends_a_title(tmp_path: Path) -> None:
    data = "feat: a\rfix: b\x0bfeat: c\u2028feat: d\nfeat: e"
    done = run("title", "--batch", "-", "--repo", tmp_path, data=data)
    assert [json.loads(line)["title"] for line in done.out.rstrip("\n").split("\n")] == data.split("\n")


def test_a_line_that_is_no_utf_8_is_a_line_like_the_others(tmp_path: Path) -> None:
    done = spawn("title", "--batch", "-", "--repo", tmp_path, data=b"feat: a\nf\xff: b\nfeat: c\n")
    assert [json.loads(line)["title"] for line in done.out.splitlines()] == ["feat: a", "f\ufffd: b", "feat: c"]
    assert (done.code, done.err) == (1, "")


def test_an_empty_batch_is_all_right(tmp_path: Path) -> None:
    assert run("title", "--batch", "-", "--repo", tmp_path, data="").code == 0


def test_a_batch_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    done = run("title", "--batch", tmp_path / "none.txt", "--repo", tmp_path)
    assert (done.code, done.out) == (2, "")
    assert "none.txt: cannot be read" in done.err


def test_an_argument_that_is_no_utf_8_still_gets_an_answer(tmp_path: Path) -> None:
    done = run("title", "feat: \udcff", "--json", "--repo", tmp_path)
    assert isinstance(done.json, dict)
    assert done.json["title"] == "feat: \ufffd"


@pytest.mark.parametrize("env", [{}, {"GITHUB_ACTIONS": "true"}])
def test_a_hostile_title_never_comes_out_raw(tmp_path: Path, env: dict[str, str]) -> None:
    done = run("title", HOSTILE, "--repo", tmp_path, env=env)
    text = done.out + done.err
    assert done.code == 1
    assert [character for character in text if character in "\x1b\x07\r\u202e"] == []
    assert [line for line in text.splitlines() if line.lstrip().startswith("::")] == []


def test_the_machine_format_escapes_what_a_terminal_would_obey(tmp_path: Path) -> None:
    done = run("title", HOSTILE, "--json", "--repo", tmp_path)
    assert isinstance(done.json, dict)
    assert done.json["title"] == HOSTILE
    assert [character for character in done.out if ord(character) < 32] == ["\n"]


def test_a_terminal_of_another_encoding_is_no_reason_to_stop(tmp_path: Path) -> None:
    env = {"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}
    shown = spawn("title", "feat: a → b", "--repo", tmp_path, env=env)
    assert (shown.code, shown.out.splitlines()[0]) == (0, "Title: feat: a \\u2192 b")
    machine = spawn("title", "feat: → ä", "--json", "--repo", tmp_path, env=env)
    assert isinstance(machine.json, dict)
    assert machine.json["title"] == "feat: → ä"
