from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest
from rich.console import Console
from rich.progress import Progress

from commands.cliruns import run
from pilotage.commands.progress import Bars, Silence, watch_backtest
from providers.gitrepos import Repo

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path / "repo")
    repo.commit("chore: start", files={"pyproject.toml": "[tool.pilotage]\n"}, tag="v1.0.0")
    repo.commit("feat: greet people", tag="v1.1.0")
    repo.commit("feat: wave", tag="v1.1.1")
    return repo


def test_the_machine_format_is_the_contracts(repo: Repo) -> None:
    result = run("backtest", "--json", "--repo", repo.path)

    assert (result.code, result.err) == (0, "")
    assert result.json == {
        "format": 1,
        "releases": 3,
        "decided": 2,
        "agreed": 1,
        "rows": [
            {
                "component": None,
                "tag": "v1.1.1",
                "previous": "1.1.0",
                "shipped": "1.1.1",
                "decided": "1.2.0",
                "agrees": False,
                "skipped": None,
                "why": f"number-by-hand: {repo.sha()[:7]} feat: wave asks for a minor, the number is a patch",
                "changes": 1,
            },
            {
                "component": None,
                "tag": "v1.1.0",
                "previous": "1.0.0",
                "shipped": "1.1.0",
                "decided": "1.1.0",
                "agrees": True,
                "skipped": None,
                "why": None,
                "changes": 1,
            },
            {
                "component": None,
                "tag": "v1.0.0",
                "previous": "",
                "shipped": "1.0.0",
                "decided": None,
                "agrees": False,
                "skipped": "first-release",
                "why": None,
                "changes": 0,
            },
        ],
    }


def test_names_that_are_no_text_and_names_that_turn_it_around_do_no_harm(repo: Repo) -> None:
    for name in ("caf\udce9-v1.0.0", "a\u202eb-v1.0.0", "x\u2028y-v1.0.0"):
        repo.git("tag", name, "HEAD~1")

    result = run("backtest", "--json", "--repo", repo.path)
    text = run("backtest", "--repo", repo.path).out

    assert result.code == 0
    assert isinstance(result.json, dict)
    assert result.json["releases"] == 6
    assert "\u202e" not in text
    assert "caf\ufffd-v1.0.0" in result.out


def test_people_read_a_report(repo: Repo) -> None:
    result = run("backtest", "--repo", repo.path, "--since", "v1.0.0", "--limit", "1")

    assert (result.code, result.err) == (0, "")
    assert "v1.1.1: 1.1.0 → 1.1.1, decided 1.2.0" in result.out
    assert "v1.1.0" not in result.out


@pytest.mark.parametrize(
    "arguments", [("--since", "v9.0.0"), ("--limit", "0"), ("--limit", "many"), ("--config", "absent.toml", "--nope")]
)
def test_a_wrong_option_is_an_error_of_usage(repo: Repo, arguments: tuple[str, ...]) -> None:
    result = run("backtest", "--repo", repo.path, *arguments)
    assert (result.code, result.out) == (2, "")


def test_an_empty_repository_is_an_error_of_usage(tmp_path: Path) -> None:
    result = run("backtest", "--json", "--repo", Repo(tmp_path / "repo").path)
    assert (result.code, result.out) == (2, "")
    assert "git fetch --tags" in result.err


def test_progress_shows_the_commits_and_then_the_releases() -> None:
    screen = io.StringIO()
    with Progress(console=Console(file=screen, width=100, force_terminal=True, color_system=None)) as progress:
        bars = Bars(progress)
        bars.on_commits(500)
        progress.refresh()
        bars.on_release(1, 2)
        progress.refresh()
        bars.on_release(2, 2)

    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", screen.getvalue())
    assert "Reading the history: 500 commits" in shown
    assert re.search(r"Deciding the releases .* 50%", shown)
    assert re.search(r"Deciding the releases .* 100%", shown)


def test_without_a_terminal_nothing_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with watch_backtest(is_shown=False) as listener:
        assert isinstance(listener, Silence)
        listener.on_commits(1)
        listener.on_release(1, 1)
    assert capsys.readouterr() == ("", "")


def test_on_a_terminal_the_bars_are_gone_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    with watch_backtest(is_shown=True) as listener:
        listener.on_commits(1)
    assert isinstance(listener, Bars)
    assert capsys.readouterr().out == ""
