"""Whatever the README shows is true: its commands run, its configuration is accepted, its names are the program's."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from commands.cliruns import run
from commands.packages import package
from pilotage import errors
from pilotage.cli import COMMANDS
from pilotage.domains.settings import read_config
from pilotage.reconcile.outputs import NAMES

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SLOW = ("rehearse",)
"""Commands that have their own tests, since each is a whole release."""


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def shown_commands() -> list[list[str]]:
    lines = [line[2:] for block in blocks("console") for line in block.splitlines() if line.startswith("$ pilotage")]
    return [shlex.split(line)[1:] for line in lines]


@pytest.mark.parametrize("arguments", [c for c in shown_commands() if c[0] not in SLOW], ids=" ".join)
def test_a_command_that_is_shown_runs(tmp_path: Path, arguments: list[str]) -> None:
    made = package(tmp_path / "demo")
    assert run(*arguments, "--repo", made.path).code == 0


def test_the_commands_that_are_shown_are_some() -> None:
    assert len(shown_commands()) >= 4


def test_the_configuration_that_is_shown_is_accepted_and_sets_what_it_says() -> None:
    (text,) = blocks("toml")
    config = read_config(text)
    assert config.breaking.upgrade_path == "required"
    assert config.types["sec"].section == "Security"


def test_the_workflow_that_is_shown_runs_each_event_with_least_permissions() -> None:
    (text,) = blocks("yaml")
    workflow = YAML(typ="safe", pure=True).load(text)
    assert workflow["permissions"] == {}
    triggers = set(workflow["on"])
    asked = set(re.findall(r"event_name == '([a-z_]+)'", text))
    assert asked == triggers
    assert {name: job["permissions"] for name, job in workflow["jobs"].items()} == {
        "title": {"contents": "read", "pull-requests": "write"},
        "release": {"contents": "write", "pull-requests": "write"},
        "build": {"contents": "read"},
        "publish": {"contents": "write", "id-token": "write"},
    }
    commands = {name: [step["run"] for step in job["steps"] if "run" in step] for name, job in workflow["jobs"].items()}
    install = 'pipx install "$PILOTAGE" && pilotage'
    assert commands == {name: [f"{install} run"] for name in workflow["jobs"]} | {
        "build": [f"{install} build --out dist"]
    }
    used = [step["uses"] for job in workflow["jobs"].values() for step in job["steps"] if "uses" in step]
    assert [name for name in used if not re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", name)] == []


def test_code_of_others_runs_where_there_is_nothing_to_take() -> None:
    (text,) = blocks("yaml")
    jobs = YAML(typ="safe", pure=True).load(text)["jobs"]
    assert "id-token" not in jobs["build"]["permissions"]
    assert "secrets." not in str(jobs["build"])
    assert (jobs["publish"]["needs"], jobs["publish"]["steps"][-1]["env"]["INPUT_DIST"]) == ("build", "dist")


def test_the_workflow_that_is_shown_takes_no_text_of_strangers() -> None:
    (text,) = blocks("yaml")
    assert "github.event." not in re.sub(r"github\.event\.pull_request\.number", "", text)


def test_every_output_is_named() -> None:
    outputs = README.split("Every run sets every output")[1].split("The job's summary")[0]
    assert sorted(re.findall(r"`([a-z-]+)`", outputs)) == sorted(NAMES)


def test_every_command_is_named() -> None:
    table = README.split("## Commands")[1].split("Exit codes:")[0]
    assert {name.split()[0] for name in re.findall(r"`pilotage ([a-z ]+)", table)} == set(COMMANDS)


def test_every_exit_code_is_named() -> None:
    listed = {int(code) for code in re.findall(r"(?:^|· )(\d+) ", README.split("Exit codes:")[1].split("\n\n")[0])}
    tree = [value for value in vars(errors).values() if isinstance(value, type)]
    ours = {one.exit_code for one in tree if issubclass(one, errors.PilotageError)}
    assert ours <= listed | {0}
    assert {1, 2, 3, 4, 5, 70, 130} <= listed


def test_every_page_and_picture_that_is_linked_is_there() -> None:
    targets = re.findall(r'(?:\]\(|src=")(?!https?:)([^)#"]+)', README)
    assert [target for target in targets if not (ROOT / target).exists()] == []
    assert {f"docs/images/{file.name}" for file in (ROOT / "docs" / "images").iterdir()} <= set(targets)


def test_every_picture_is_told_in_words_too() -> None:
    told = re.findall(r'!\[([^\]]*)\]|<img [^>]*?alt="([^"]*)"', README)
    assert [len(markdown or html) > 40 for markdown, html in told] == [True] * 3


def test_the_parts_stand_in_the_order_in_which_they_are_needed() -> None:
    wanted = ["The workflow to copy", "What it does", "What it never does", "Inputs and outputs", "Permissions"]
    places = [README.index(f"\n## {part}") for part in [*wanted, "How it recovers", "Further"]]
    assert places == sorted(places)


def test_each_permission_of_the_workflow_is_explained_and_no_other() -> None:
    (text,) = blocks("yaml")
    asked = {
        (name, f"{permission}: {level}")
        for name, job in YAML(typ="safe", pure=True).load(text)["jobs"].items()
        for permission, level in job["permissions"].items()
    }
    table = README.split("## Permissions")[1].split("\n## ")[0]
    explained = re.findall(r"^\| `([a-z]+)` \| `([a-z-]+: [a-z]+)` \| (\w.*) \|$", table, re.MULTILINE)
    assert {(job, permission) for job, permission, _ in explained} == asked
    assert len(explained) == len(asked)


def test_the_way_to_other_tools_to_recovery_and_to_the_action_is_shown() -> None:
    for page in ("docs/comparison.md", "docs/recovery.md", "docs/action.md", "docs/README.md", "examples/README.md"):
        assert f"]({page}" in README


def test_the_index_of_the_documentation_names_every_page() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", index)
    pages = {page.name for page in (ROOT / "docs").glob("*.md")} - {"README.md"}
    assert {target for target in targets if "/" not in target} == pages
    assert [target for target in targets if not (ROOT / "docs" / target).exists()] == []
