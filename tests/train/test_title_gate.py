"""The gate through events: what a contributor sees, in the check, the outputs and the one comment."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from markdown_it import MarkdownIt

from pilotage.reconcile.bootstrap import Surroundings
from pilotage.reconcile.runevent import run_event
from pilotage.sandbox.forge.access import Permission
from train.harness import HASTY, PYPROJECT, Bench

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pilotage.sandbox.forge.forge import Endpoint, Forge

HOSTILE = "feat: ##[add-mask]x ::error::x `<!-- --> @hubot\u202e|<script>"


@dataclass
class Gate:
    """One open repository, and what the last run said."""

    bench: Bench
    forge: Forge
    endpoint: Endpoint
    folder: Path
    lines: list[str] = field(default_factory=list)
    inputs: dict[str, str] = field(default_factory=dict)
    token: str = "ghs_writes"  # noqa: S105 - the embedded forge alone knows it

    def open(
        self, title: str, body: str = "", *, fork: str = "", files: dict[str, str | bytes | None] | None = None
    ) -> int:
        changed = files or {"greet.txt": title}
        return self.forge.open_pull_request("topic", title, body, files=changed, fork=fork)

    def check(self, number: int, action: str = "opened", *, event: str = "pull_request") -> int:
        payload = self.forge.event_pull_request(number, action)
        return self.run(event, payload)

    def run(self, event: str, payload: object) -> int:
        self.lines.clear()
        for name in ("outputs", "summary"):
            (self.folder / name).unlink(missing_ok=True)
        environment = {
            **self.bench.surroundings(self.endpoint).environment,
            "GITHUB_TOKEN": self.token,
            "GITHUB_ACTIONS": "true",
            "GITHUB_OUTPUT": str(self.folder / "outputs"),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
            **{f"INPUT_{name.upper()}": value for name, value in self.inputs.items()},
        }
        here = Surroundings(self.bench._clone, environment, patience=HASTY)
        return run_event(here, name=event, text=json.dumps(payload), place="event.json", tell=self.lines.append)

    @property
    def outputs(self) -> dict[str, str]:
        """Read the outputs as the runner does."""
        found: dict[str, str] = {}
        lines = iter((self.folder / "outputs").read_text().splitlines())
        for line in lines:
            name, _, end = line.partition("<<")
            value = []
            for inner in lines:
                if inner == end:
                    break
                value.append(inner)
            found[name] = "\n".join(value)
        return found

    @property
    def summary(self) -> str:
        return (self.folder / "summary").read_text()

    @property
    def comments(self) -> list[str]:
        return [comment.body for comment in self.forge.realm.state.comments]

    @property
    def said(self) -> str:
        return "\n".join(self.lines)


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Gate]:
    bench = Bench(tmp_path)
    with bench.world(bench.start()) as (forge, endpoint):
        forge.realm.state.settings.squash_merge_commit_title = "PR_TITLE"
        forge.realm.state.settings.squash_merge_commit_message = "PR_BODY"
        yield Gate(bench, forge, endpoint, tmp_path)


def test_a_right_title_passes_says_what_it_will_release_and_leaves_no_comment(gate: Gate) -> None:
    assert gate.check(gate.open("feat: greet people")) == 0
    assert gate.outputs["title-ok"] == "true"
    assert gate.outputs["bump"] == "minor"
    assert "`0.1.0` → `0.2.0`" in gate.summary
    assert "greet people" in gate.summary
    assert gate.comments == []


@pytest.mark.parametrize("event", ["pull_request", "pull_request_target"])
def test_a_wrong_title_fails_with_its_correction_and_one_comment_that_turns_green(gate: Gate, event: str) -> None:
    number = gate.open("Feat : greet people")
    assert gate.check(number, event=event) == 1
    assert gate.outputs["suggestion"] == "feat: greet people"
    assert "feat: greet people" in gate.summary
    assert len(gate.comments) == 1
    assert "❌" in gate.comments[0]
    assert gate.check(number, "synchronize", event=event) == 1
    assert len(gate.comments) == 1
    gate.forge.edit_pull_request(number, title="feat: greet people")
    assert gate.check(number, "edited", event=event) == 0
    assert len(gate.comments) == 1
    assert "✅" in gate.comments[0]


def test_a_run_again_reads_the_title_as_it_is_now(gate: Gate) -> None:
    number = gate.open("nonsense")
    stale = gate.forge.event_pull_request(number, "opened")
    gate.forge.edit_pull_request(number, title="fix: greet nobody twice")
    assert gate.run("pull_request", stale) == 0
    assert gate.outputs["type"] == "fix"


@pytest.mark.parametrize("event", ["pull_request", "pull_request_target"])
def test_a_fork_with_a_token_that_may_only_read_gets_the_same_words_in_the_summary(gate: Gate, event: str) -> None:
    gate.forge.tokens["reader"] = Permission.READ
    gate.token = "reader"  # noqa: S105 - the embedded forge alone knows it
    number = gate.open("Feat : greet people", fork="someone/demo")
    assert gate.check(number, event=event) == 1
    assert "feat: greet people" in gate.summary
    assert gate.comments == []
    assert "may not comment" in gate.said


def test_the_rules_are_those_of_the_base_branch_and_not_of_the_head(gate: Gate) -> None:
    loose = PYPROJECT + '\n[tool.pilotage]\nextend-types = { wow = { bump = "minor" } }\n'
    number = gate.open("wow: greet people", files={"pyproject.toml": loose})
    assert gate.check(number) == 1
    gate.forge.push("main", {"pyproject.toml": loose}, "chore: allow it")
    other = gate.forge.open_pull_request("other", "wow: greet people", files={"x.txt": "x"})
    assert gate.check(other) == 0


def test_a_hostile_title_is_data_in_the_log_the_summary_the_comment_and_the_outputs(gate: Gate) -> None:
    number = gate.open(HOSTILE, body="x<<EOF\nversion<<EOF\n99\nEOF")
    assert gate.check(number) == 1
    assert not [line for line in gate.said.splitlines() if line.lstrip().startswith("::error::x")]
    assert "##[" not in gate.said
    shown = gate.said + gate.summary + "".join(gate.comments)
    assert "\u202e" not in shown
    for page in (gate.summary, *gate.comments):
        html = MarkdownIt("commonmark", {"html": True}).render(page)
        assert "<script>" not in html
        assert "@hubot" not in re.sub(r"<code>.*?</code>", "", html, flags=re.DOTALL)
    assert set(gate.outputs) >= {"title-ok", "suggestion"}
    assert gate.outputs["version"] == ""


def test_a_breaking_footer_in_the_body_is_seen_in_what_will_be_merged(gate: Gate) -> None:
    number = gate.open("feat: greet people", body="Words.\n\nBREAKING CHANGE: the old greeting is gone")
    gate.check(number)
    assert gate.outputs["breaking"] == "true"
    assert gate.outputs["bump"] == "major"


def test_a_body_that_moves_the_version_farther_is_in_the_outputs_and_an_error(gate: Gate) -> None:
    number = gate.open("fix: greet people", body="Words.\n\nfeat: a second header")
    assert gate.check(number) == 1
    assert "M002" in gate.said
    assert gate.outputs["bump"] == "minor"


def test_unreleased_changes_that_break_nothing_go_out_before_a_breaking_one(gate: Gate) -> None:
    strict = PYPROJECT + '\n[tool.pilotage.breaking]\nrelease-pending-first = "error"\n'
    gate.forge.push("main", {"pyproject.toml": strict}, "ci: be strict")
    gate.forge.push("main", {"a.txt": "a"}, "feat: still unreleased")
    gate.bench.run(gate.endpoint)
    number = gate.open("feat!: drop the old greeting")
    assert gate.check(number) == 1
    assert "B003" in gate.said
    assert "still unreleased" in gate.said
    assert "/pull/1" in gate.said


def test_a_removed_public_function_without_a_mark_is_named(gate: Gate) -> None:
    strict = PYPROJECT + '\n[tool.pilotage.breaking]\napi = "error"\n'
    gate.forge.push("main", {"pyproject.toml": strict, "demo/__init__.py": "def greet():\n    return 1\n"}, "feat: api")
    number = gate.open("fix: tidy up", files={"demo/__init__.py": "def wave():\n    return 1\n"})
    assert gate.check(number) == 1
    assert "A001" in gate.said
    assert "greet" in gate.said
    gate.forge.edit_pull_request(number, title="fix!: tidy up")
    assert gate.check(number) == 0


def test_nothing_of_a_pull_request_is_run(gate: Gate) -> None:
    marker = gate.folder / "ran"
    bomb = f"open({str(marker)!r}, 'w').write('x')\n"
    gate.forge.push("main", {"demo/__init__.py": "def greet():\n    return 1\n"}, "feat: api")
    number = gate.open("fix: tidy up", files={"demo/__init__.py": bomb, "conftest.py": bomb, "setup.py": bomb})
    gate.check(number, event="pull_request_target")
    assert not marker.exists()


def test_the_real_commits_of_a_merge_group_are_checked(gate: Gate) -> None:
    good = gate.forge.open_pull_request("one", "feat: greet people", files={"one.txt": "1"})
    bad = gate.forge.open_pull_request("two", "Greet more", files={"two.txt": "2"})
    gate.forge.queue_pull_request(good)
    assert gate.run("merge_group", gate.forge.event_merge_group(good)) == 0
    gate.forge.queue_pull_request(bad)
    assert gate.run("merge_group", gate.forge.event_merge_group(bad)) == 1


def test_the_inputs_of_the_action_in_use_today_are_understood(gate: Gate) -> None:
    gate.inputs = {"requireScope": "true"}
    number = gate.open("feat: greet people")
    assert gate.check(number) == 1
    assert "T014" in gate.said
    gate.forge.edit_pull_request(number, title="feat(door): greet people")
    assert gate.check(number, "edited") == 0


def test_a_repository_without_a_package_is_checked_all_the_same(gate: Gate) -> None:
    gate.forge.push("main", {"pyproject.toml": None}, "chore: no package here")
    assert gate.check(gate.open("feat: greet people")) == 0
    assert "not known" in gate.summary


def test_the_release_pull_request_itself_is_not_checked(gate: Gate) -> None:
    gate.forge.push("main", {"a.txt": "a"}, "feat: greet people")
    gate.bench.run(gate.endpoint)
    assert gate.check(1) == 0
    assert "not checked" in gate.said


def test_a_label_skips_the_check_where_the_configuration_says_so(gate: Gate) -> None:
    asked = PYPROJECT + '\n[tool.pilotage.title]\nignore-labels = ["dependencies"]\n'
    gate.forge.push("main", {"pyproject.toml": asked}, "ci: skip bots")
    number = gate.open("Bump x from 1 to 2")
    assert gate.check(number) == 1
    gate.forge.label_pull_request(number, "dependencies")
    assert gate.check(number, "labeled") == 0


def test_one_megabyte_of_body_is_checked(gate: Gate) -> None:
    number = gate.open("feat: greet people", body="(((" * 20_000)
    assert gate.check(number) == 0
