"""The bundled example travels the whole train once, for real; what people and machines then see."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from pilotage.cli import main
from pilotage.sandbox.train import STAGES
from pilotage.sandbox.train.runner import TOKEN

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.registry
FILES = ["harbour_example-0.2.0-py3-none-any.whl", "harbour_example-0.2.0.tar.gz"]


@dataclass(frozen=True)
class Outcome:
    code: int
    answer: dict[str, object]
    progress: str
    kept: Path

    @property
    def stages(self) -> list[dict[str, object]]:
        found = self.answer["stages"]
        assert isinstance(found, list)
        return found

    def facts(self, name: str) -> dict[str, object]:
        facts = next(stage["facts"] for stage in self.stages if stage["name"] == name)
        assert isinstance(facts, dict)
        return facts

    @property
    def requests(self) -> dict[str, int]:
        found = self.answer["requests"]
        assert isinstance(found, dict)
        return found

    def jobs(self) -> dict[str, Path]:
        return {path.name: path for path in sorted((self.kept / "jobs").iterdir())}


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    kept = tmp_path_factory.mktemp("rehearsal") / "kept"
    out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(["rehearse", "--example", "--json", "--keep", str(kept)])
    assert code == 0, err.getvalue()
    out.seek(0)
    return Outcome(code, json.loads(out.read()), err.getvalue(), kept)


def test_the_machine_format_is_the_contract_s(outcome: Outcome) -> None:
    assert list(outcome.answer) == ["format", "ok", "stages", "requests", "version", "index_files", "release_url"]
    assert outcome.answer["format"] == 1
    assert outcome.answer["ok"] is True
    assert [list(stage) for stage in outcome.stages] == [["name", "ok", "seconds", "facts"]] * len(STAGES)


def test_every_stage_is_reached_in_its_order(outcome: Outcome) -> None:
    assert [stage["name"] for stage in outcome.stages] == list(STAGES)
    assert [stage["ok"] for stage in outcome.stages] == [True] * len(STAGES)
    assert list(outcome.requests) == list(STAGES)


def test_the_bad_title_is_refused_with_the_suggestion_that_is_then_accepted(outcome: Outcome) -> None:
    assert outcome.facts("title") == {
        "pull_request": 1,
        "refused": "Add farewells",
        "suggestion": "feat: add farewells",
        "accepted": "feat: add farewells",
    }
    log = (outcome.jobs()["01-title"] / "log.txt").read_text()
    assert "T001" in log
    assert log.endswith("exit code 1\n")


def test_one_release_pull_request_is_opened_and_updated_in_place(outcome: Outcome) -> None:
    opened, updated = outcome.facts("release-pr"), outcome.facts("update")
    assert opened == {
        "pull_request": 2,
        "title": "chore(release): 0.2.0",
        "branch": "pilotage/release-main",
        "version": "0.2.0",
        "bump": "minor",
    }
    assert updated == {"pull_request": 2, "title": "chore(release): 0.2.0", "merged": 3, "version": "0.2.0"}


def test_the_release_is_a_draft_until_a_maintainer_publishes_it(outcome: Outcome) -> None:
    release = outcome.facts("release")
    assert (release["version"], release["tag"], release["draft"]) == ("0.2.0", "v0.2.0", True)
    assert release["commit"] == outcome.facts("merge-release")["commit"]
    assert str(outcome.answer["release_url"]).endswith("/acme/harbour-example/releases/tag/v0.2.0")


def test_the_index_serves_exactly_the_files_that_were_built(outcome: Outcome) -> None:
    assert outcome.answer["version"] == "0.2.0"
    assert outcome.answer["index_files"] == FILES
    attached = ["SHA256SUMS", *FILES, "pilotage-dist.json"]
    assert outcome.facts("publish") == {"tag": "v0.2.0", "files": FILES, "assets": attached}
    kept = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in outcome.kept.glob("index/files/**/*.*")
    }
    assert outcome.facts("verify") == {"files": FILES, "sha256": [kept[name] for name in FILES]}


def test_the_same_events_once_more_write_nothing(outcome: Outcome) -> None:
    again = outcome.facts("again")
    assert again["writes"] == 0
    assert [name for name in outcome.jobs() if name.endswith("-again")] == ["07-again", "08-again"]


@pytest.mark.parametrize(
    ("stage", "budget"), [("release-pr", 8), ("update", 5), ("release", 8), ("merge", 0), ("merge-release", 0)]
)
def test_a_stage_keeps_within_its_api_calls(outcome: Outcome, stage: str, budget: int) -> None:
    assert outcome.requests[stage] <= budget


@pytest.mark.parametrize("run", ["push_requests", "release_requests"])
def test_a_run_with_nothing_to_do_needs_three_api_calls_at_most(outcome: Outcome, run: str) -> None:
    calls = outcome.facts("again")[run]
    assert isinstance(calls, int)
    assert 1 <= calls <= 3


def test_progress_is_told_beside_the_machine_format(outcome: Outcome) -> None:
    assert [line.split()[:2] for line in outcome.progress.splitlines()] == [["ok", name] for name in STAGES]


def test_every_job_leaves_its_event_outputs_summary_and_log(outcome: Outcome) -> None:
    names = {"event.json", "outputs.txt", "summary.md", "log.txt"}
    assert [{path.name for path in job.iterdir()} for job in outcome.jobs().values()] == [names] * 8
    event = json.loads((outcome.jobs()["06-publish"] / "event.json").read_text())
    assert (event["action"], event["release"]["tag_name"]) == ("published", "v0.2.0")


def test_the_guide_names_everything_that_is_kept(outcome: Outcome) -> None:
    guide = (outcome.kept / "README.txt").read_text()
    unnamed = {path.name for path in outcome.kept.iterdir()} - {"README.txt"}
    assert {name for name in unnamed if f"\n{name}" not in guide} == set()
    assert json.loads((outcome.kept / "rehearsal.json").read_text()) == outcome.answer


def test_the_notes_and_the_diff_are_kept(outcome: Outcome) -> None:
    notes, diff = ((outcome.kept / name).read_text() for name in ("notes.md", "release-pr.diff"))
    assert "add farewells" in notes
    assert "drop blanks around a ship's name" in notes
    assert '+version = "0.2.0"' in diff
    assert '+__version__ = "0.2.0"  # x-pilotage-version' in diff


def test_no_log_shows_a_token(outcome: Outcome) -> None:
    logs = "".join((job / "log.txt").read_text() for job in outcome.jobs().values())
    assert TOKEN not in logs
    assert "pypi-" not in logs
    assert "add-mask" not in logs
