"""`pilotage downstream`, `plan downstream` and `apply` of that plan, as people and scripts run them."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

import pytest
from rich.console import Console
from rich.live import Live

from commands.cliruns import Run, run
from pilotage.commands.downstream import read_shard
from pilotage.commands.downstreamview import RolloutTable, watch_rollout
from pilotage.errors import UsageError
from pilotage.model.downstream import Row
from pilotage.reconcile.downstream.outcome import RolloutLog
from train.downstreamvillage import alike, open_village
from train.downstreamyard import APP

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from train.downstreamvillage import Village

KINDS = ("kept", "unpinned")


@pytest.fixture
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Village]:
    with open_village(tmp_path_factory, *KINDS) as opened:
        opened.town.forge("acme/unpinned").runs_take = 0
        yield opened


def pilotage(yard: Village, *arguments: str | Path, **extra: str) -> Run:
    """Run a command with a person's tokens, in the clone."""
    environment = {**dict(yard.surroundings().environment), **extra}
    return run(*arguments, "--repo", yard.clone, env=environment)


def states(done: Run) -> dict[str, tuple[str, str]]:
    """Read how each repository stands from the machine format."""
    return {row["repository"]: (row["how"], row["state"]) for row in json.loads(done.out)["rows"]}


DONE = {"acme/kept": ("respect", "nothing"), "acme/unpinned": ("dispatch", "done")}


def test_a_run_says_a_line_for_each_move_and_ends_with_a_table(village: Village) -> None:
    done = pilotage(village, "downstream")
    lines = done.out.splitlines()
    assert (done.code, done.err) == (0, "")
    moves = [line.partition(" · ")[0] for line in lines if line.startswith("acme/unpinned: ")]
    assert moves == ["acme/unpinned: dispatch, planned", "acme/unpinned: dispatch, done"]
    assert "demo 2.0.0 (v2.0.0): 2 repositories: 1 rebuilt, 1 left as it is" in lines
    assert any(line.startswith("REPOSITORY ") for line in lines)
    assert lines[-1].startswith("overview: http")


def test_stdout_is_nothing_but_the_machine_format_when_that_is_asked_for(village: Village) -> None:
    done = pilotage(village, "downstream", "--json")
    found = json.loads(done.out)
    assert (done.code, states(done)) == (0, DONE)
    assert {name: found[name] for name in ("format", "package", "version", "tag", "notice")} == {
        "format": 1,
        "package": "demo",
        "version": "2.0.0",
        "tag": "v2.0.0",
        "notice": None,
    }
    assert "acme/unpinned: dispatch, planned" in done.err


def test_the_machine_format_is_written_when_repositories_failed_and_the_exit_code_says_so(village: Village) -> None:
    village.town.forge("acme/unpinned").runs_end = "failure"
    done = pilotage(village, "downstream", "--json")
    assert (done.code, states(done)["acme/unpinned"]) == (1, ("dispatch", "failed"))
    assert "error: " in done.err
    on_actions = pilotage(village, "downstream", "--json", GITHUB_ACTIONS="true")
    assert (on_actions.code, states(on_actions)) == (1, states(done))
    village.town.forge("acme/unpinned").runs_end = "success"
    assert pilotage(village, "downstream").code == 1
    assert pilotage(village, "downstream", "--retry").code == 0
    assert village.runs("acme/unpinned") == 2


def test_one_repository_alone(village: Village) -> None:
    done = pilotage(village, "downstream", "--json", "--only", "acme/kept", "--tag", "v2.0.0")
    assert (done.code, states(done)) == (0, {"acme/kept": DONE["acme/kept"]})
    strange = pilotage(village, "downstream", "--json", "--only", "acme/stranger")
    assert (strange.code, strange.out) == (2, "")


def test_the_parts_of_a_whole(village: Village) -> None:
    parts = [states(pilotage(village, "downstream", "--json", "--shard", f"{number}/2")) for number in (1, 2)]
    assert not parts[0].keys() & parts[1].keys()
    assert parts[0] | parts[1] == DONE
    assert village.source.realm.state.issues == []


@pytest.mark.parametrize("text", ["0/2", "3/2", "1", "1/", "/2", "1/2/3", "a/b", "01/2", "1/99999", "-1/2", "1 / 2"])
def test_a_part_that_is_none_is_refused_before_anything_is_asked(text: str) -> None:
    with pytest.raises(UsageError, match="no part of a whole"):
        read_shard(text)
    assert run("downstream", f"--shard={text}").code == 2


def test_a_part_is_read() -> None:
    assert (read_shard("2/5"), read_shard(None), read_shard("")) == ((2, 5), (0, 0), (0, 0))


@pytest.mark.parametrize("option", ["--dry-run", "--report"])
def test_a_look_changes_nothing_there_and_says_only_what_it_found(village: Village, option: str) -> None:
    before = village.town.world()
    done = pilotage(village, "downstream", option)
    changed = [name for name, world in village.town.world().items() if world != before[name]]
    assert changed == ([] if option == "--dry-run" else ["acme/demo"])
    assert "acme/unpinned: dispatch" not in done.out
    assert "acme/unpinned" in done.out


def test_a_job_leaves_outputs_and_a_summary(village: Village, tmp_path: Path) -> None:
    files = {"GITHUB_OUTPUT": tmp_path / "outputs", "GITHUB_STEP_SUMMARY": tmp_path / "summary"}
    done = pilotage(village, "downstream", GITHUB_ACTIONS="true", **{name: str(path) for name, path in files.items()})
    assert done.code == 0
    assert "downstream-failed" in files["GITHUB_OUTPUT"].read_text()
    assert "acme/unpinned" in files["GITHUB_STEP_SUMMARY"].read_text()
    assert "::add-mask::ghs_downstream" in done.out


def test_a_job_without_a_token_for_them_is_refused_and_leaves_its_outputs(village: Village, tmp_path: Path) -> None:
    outputs = tmp_path / "outputs"
    before = alike(village)
    done = pilotage(
        village, "downstream", GITHUB_ACTIONS="true", GITHUB_OUTPUT=str(outputs), PILOTAGE_DOWNSTREAM_TOKEN=""
    )
    assert (done.code, alike(village)) == (2, before)
    assert "::error title=Pilotage::there is no token for the repositories that use the package" in done.out
    assert "downstream-failed" in outputs.read_text()


def test_a_person_s_own_token_is_enough_off_a_job(village: Village) -> None:
    assert pilotage(village, "downstream", "--json", PILOTAGE_DOWNSTREAM_TOKEN="").code == 0


def test_the_event_of_a_job_names_the_branch_that_is_read(village: Village, tmp_path: Path) -> None:
    event = tmp_path / "event.json"
    event.write_text(json.dumps(village.source.event_workflow_dispatch()))
    job = {"GITHUB_EVENT_NAME": "workflow_dispatch", "GITHUB_EVENT_PATH": str(event)}
    assert states(pilotage(village, "downstream", "--json", **job)) == DONE
    event.unlink()
    done = pilotage(village, "downstream", "--json", **job)
    assert (done.code, done.out) == (2, "")
    assert "the event cannot be read" in done.err


def test_a_package_that_nobody_follows_says_so(village: Village) -> None:
    village.configure("")
    done = pilotage(village, "downstream")
    assert (done.code, done.out.splitlines()[-1]) == (
        0,
        "nothing to do: [tool.pilotage.downstream] names no repositories",
    )
    assert json.loads(pilotage(village, "downstream", "--json").out)["notice"] == done.out.splitlines()[-1]


def test_a_plan_is_shown_as_a_table_and_changes_nothing(village: Village) -> None:
    before = alike(village)
    done = pilotage(village, "plan", "downstream")
    assert (done.code, alike(village)) == (0, before)
    assert "demo 2.0.0 (v2.0.0): 2 repositories: 1 planned, 1 left as it is" in done.out
    assert "REPOSITORY" in done.out


def test_a_version_that_is_to_come_is_previewed(village: Village) -> None:
    done = pilotage(village, "plan", "downstream", "--tag", "v3.0.0")
    assert (done.code, "demo 3.0.0 (v3.0.0)" in done.out) == (0, True)
    assert pilotage(village, "plan", "downstream", "--tag", "nonsense").code == 2


def test_a_plan_is_written_and_applied_exactly(village: Village, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    planned = pilotage(village, "plan", "downstream", "--json", "--out", plan)
    assert (planned.code, planned.out) == (0, plan.read_text())
    digest = planned.err.rpartition("digest ")[2].strip()
    applied = pilotage(village, "apply", plan, "--digest", digest, "--json")
    assert applied.code == 0
    assert json.loads(applied.out) == {"format": 1, "digest": digest, "results": ["done"]}
    assert village.runs("acme/unpinned") == 1


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("nonsense", "'nonsense' is not the tag of a release of this repository"),
        ("v0.0.1-absent", "there is no tag 'v0.0.1-absent', and it is not spelled as its tags are"),
    ],
)
def test_a_tag_that_is_no_release_is_refused(village: Village, tag: str, words: str) -> None:
    village.source.create_tag("nonsense", "main")
    done = pilotage(village, "downstream", "--tag", tag)
    assert (done.code, words in done.err) == (2, True)


def test_a_package_without_any_release_has_nothing_to_bring(village: Village) -> None:
    village.source.realm.state.releases.clear()
    done = pilotage(village, "downstream")
    assert (done.code, "acme/demo has no published release yet" in done.err) == (2, True)


def test_a_package_that_no_file_names_must_be_named(village: Village) -> None:
    rules = '[tool.pilotage.downstream]\nrepositories = ["acme/unpinned"]\nworkflow = "rebuild.yml"\n'
    setup = "[metadata]\nversion = 2.0.0\n"
    village.source.push("main", {"pyproject.toml": rules, "setup.cfg": setup}, "build: no name")
    done = pilotage(village, "plan", "downstream", "--tag", "v3.0.0")
    assert (done.code, "names the package" in done.err) == (2, True)
    village.source.push("main", {"pyproject.toml": f'{rules}package = "demo"\n'}, "build: a name")
    assert "demo 3.0.0 (v3.0.0)" in pilotage(village, "plan", "downstream", "--tag", "v3.0.0").out


def test_a_folder_that_is_no_clone_and_a_clone_without_a_remote_are_refused(village: Village, tmp_path: Path) -> None:
    environment = dict(village.surroundings().environment)
    done = run("downstream", "--repo", tmp_path, env=environment)
    assert (done.code, "not a git repository" in done.err) == (2, True)


def test_a_workflow_whose_runs_the_token_may_not_read_is_told_on_the_row(village: Village) -> None:
    village.town.limits_in[APP] = {"acme/unpinned": {"actions": "none"}}
    done = pilotage(village, "downstream", "--json")
    assert (done.code, states(done)["acme/unpinned"]) == (1, ("dispatch", "failed"))
    assert states(done)["acme/kept"] == DONE["acme/kept"]


def row(name: str, state: str = "planned", reason: str = "why") -> Row:
    return Row(f"acme/{name}", "", "2.0.0", "dispatch", state, reason)  # type: ignore[arg-type] # a state by its name


def test_a_terminal_shows_a_table_of_those_that_moved_last() -> None:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=60, height=6, markup=False)
    with Live(console=console, auto_refresh=False) as live:
        table = RolloutTable(live, console)
        for name in ("a", "b", "c"):
            table(row(name))
        table(row("a", "running", "[bold]\x1b[31m not a colour"))
        console.print(table.render())
    shown = screen.getvalue()
    assert "3 repositories" in shown
    assert "\x1b[31m" not in shown
    rendered = Console(file=io.StringIO(), width=60)
    rendered.print(table.render())
    text = rendered.file.getvalue()  # type: ignore[attr-defined] # it is the text above
    assert [line.split()[:2] for line in text.splitlines()[1:3]] == [["acme/c", "planned"], ["acme/a", "running"]]


class Terminal(io.StringIO):
    """A stderr that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_the_table_and_a_log_gets_lines() -> None:
    lines: list[str] = []
    kept, terminal = sys.stderr, Terminal()
    sys.stderr = terminal
    try:
        with watch_rollout(write_line=lines.append) as show:
            assert isinstance(show, RolloutTable)
            show(row("a"))
        assert "acme/a" in terminal.getvalue()
    finally:
        sys.stderr = kept
    assert lines == []
    with watch_rollout(write_line=lines.append) as show:
        assert isinstance(show, RolloutLog)
        show(row("a"))
        show(row("a"))
    assert lines == ["acme/a: dispatch, planned · why"]
    with watch_rollout(write_line=pytest.fail, is_told=False) as show:
        show(row("a"))
