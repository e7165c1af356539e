"""downstream.yml and the example around it: what runs when, whose token goes where, and that the words are right."""

from __future__ import annotations

import re

import pytest
from ruamel.yaml import YAML

from pilotage.domains.settings import read_config
from workflows.expressions import Expression
from workflows.houserules import find_problems
from workflows.jobruns import Ending, ran, run_jobs
from workflows.workflowfiles import ROOT, SELF_ACTION, Step, read_action, read_called

DOWNSTREAM = read_called(ROOT / ".github" / "workflows" / "downstream.yml")
TEXT = (ROOT / ".github" / "workflows" / "downstream.yml").read_text(encoding="utf-8")
EXAMPLE = ROOT / "examples" / "downstream"
PAGE = (ROOT / "docs" / "action.md").read_text(encoding="utf-8")
README = (EXAMPLE / "README.md").read_text(encoding="utf-8")
PUBLISHED = {"event_name": "release", "event": {}}
PLANNED = Ending({"matrix": '[{"shard":"1/2"},{"shard":"2/2"}]'})


def ours(job: str) -> Step:
    (found,) = (step for step in DOWNSTREAM.jobs[job].steps if step.uses == "$/.github/actions/run")
    return found


def app(job: str) -> Step:
    (found,) = (step for step in DOWNSTREAM.jobs[job].steps if "create-github-app-token@" in step.uses)
    return found


def test_the_parts_run_between_a_plan_and_a_report() -> None:
    assert ran(run_jobs(DOWNSTREAM, PUBLISHED, {"plan": PLANNED})) == ["plan", "roll-out", "report"]


@pytest.mark.parametrize("matrix", ["[]", ""])
def test_nothing_to_do_is_reported_too(matrix: str) -> None:
    assert ran(run_jobs(DOWNSTREAM, PUBLISHED, {"plan": Ending({"matrix": matrix})})) == ["plan", "report"]


def test_a_part_that_failed_is_reported() -> None:
    endings = {"plan": PLANNED, "roll-out": Ending(result="failure")}
    assert ran(run_jobs(DOWNSTREAM, PUBLISHED, endings)) == ["plan", "roll-out", "report"]


def test_nothing_happens_without_a_plan() -> None:
    assert ran(run_jobs(DOWNSTREAM, PUBLISHED, {"plan": Ending(result="failure")})) == ["plan"]


def test_a_plan_and_a_report_change_nothing_elsewhere() -> None:
    assert ours("plan").given["dry-run"] is True
    assert ours("report").given["report"] is True
    assert {"dry-run", "report"} & set(ours("roll-out").given) == set()
    for job in ("plan", "report"):
        levels = {value for name, value in app(job).given.items() if name.startswith("permission-")}
        assert levels == {"read"}


def test_one_part_that_fails_stops_no_other() -> None:
    strategy = YAML(typ="safe", pure=True).load(TEXT)["jobs"]["roll-out"]["strategy"]
    assert strategy == {
        "fail-fast": False,
        "max-parallel": "${{ inputs.max-parallel }}",
        "matrix": {"include": "${{ fromJSON(needs.plan.outputs.matrix) }}"},
    }


@pytest.mark.parametrize("job", sorted(DOWNSTREAM.jobs))
def test_each_job_has_a_token_of_its_own_for_those_repositories_alone(job: str) -> None:
    given = app(job).given
    assert given["owner"] == "${{ inputs.app-owner || github.repository_owner }}"
    assert given["repositories"] == "${{ inputs.app-repositories }}"
    assert {name for name in given if name.startswith("permission-")} == {
        f"permission-{name}" for name in ("actions", "contents", "pull-requests")
    }
    token = str(ours(job).given["downstream-token"])
    assert "token" not in ours(job).given, "the job's own token stays with this repository"
    for made, kept in (("app", ""), ("", "fine-grained"), ("", "")):
        contexts = {"steps": {"app": {"outputs": {"token": made}}}, "secrets": {"DOWNSTREAM_TOKEN": kept}}
        assert (Expression(token, contexts).evaluate() or "") == (made or kept)


def test_no_token_leaves_its_job() -> None:
    assert not any("token" in name for job in DOWNSTREAM.jobs.values() for name in job.outputs)


def test_every_job_is_about_the_same_release_and_repositories() -> None:
    for job in DOWNSTREAM.jobs:
        given = ours(job).given
        assert given["command"] == "downstream"
        asked = ("tag", "config") if job == "report" else ("tag", "config", "only")
        assert {name: given[name] for name in asked} == {name: f"${{{{ inputs.{name} }}}}" for name in asked}


def test_the_overview_is_of_all_repositories_also_after_some_alone() -> None:
    assert "only" not in ours("report").given


def test_the_outputs_are_those_of_the_action() -> None:
    report = DOWNSTREAM.jobs["report"].outputs
    assert set(report) == set(DOWNSTREAM.surface.outputs) == {"downstream", "downstream-failed"}
    assert set(report) | {"downstream-matrix"} <= set(read_action(SELF_ACTION).outputs)


def test_two_releases_do_not_wait_for_each_other_and_the_parts_of_one_do_not_either() -> None:
    concurrency = DOWNSTREAM.jobs["roll-out"].concurrency
    assert concurrency
    assert re.findall(r"\$\{\{ (.*?) \}\}", concurrency.group) == ["inputs.tag || github.ref", "matrix.shard"]


def test_what_is_asked_for_is_used() -> None:
    for name in (*DOWNSTREAM.surface.inputs, *DOWNSTREAM.surface.secrets):
        assert re.search(rf"(?:inputs|secrets)\.{name}\b", TEXT), name
    for one in DOWNSTREAM.surface.inputs.values():
        assert one.default is not None
    assert not any(secret.required for secret in DOWNSTREAM.surface.secrets.values())


def test_the_configuration_of_the_example_is_accepted() -> None:
    (toml,) = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    rules = read_config(toml).downstream
    assert rules.workflow == "rebuild.yml"
    assert (EXAMPLE / ".github" / "workflows" / rules.workflow).is_file()


def test_the_example_s_rebuild_takes_the_inputs_that_are_passed_on() -> None:
    (toml,) = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    rebuild = read_called(EXAMPLE / ".github" / "workflows" / "rebuild.yml")
    assert set(rebuild.asked) == set(read_config(toml).downstream.inputs)


def test_the_argument_of_the_example_s_dockerfile_is_the_one_that_is_passed() -> None:
    (dockerfile,) = re.findall(r"```dockerfile\n(.*?)```", README, re.DOTALL)
    given = read_called(EXAMPLE / ".github" / "workflows" / "rebuild.yml").jobs["image"].given
    assert f"ARG {given['version-arg']}\n" in dockerfile


def test_the_job_that_the_readme_adds_to_a_release_keeps_the_house_rules() -> None:
    (job,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    release = (ROOT / "examples/token-only/.github/workflows/release.yml").read_text(encoding="utf-8")
    assert find_problems(f"{release.rstrip()}\n\n{job}", is_example=True) == []


def test_the_page_lists_what_it_takes_and_gives() -> None:
    row = next(line for line in PAGE.splitlines() if line.startswith("| `downstream.yml` | `tag`"))
    inputs, secrets, outputs = (re.findall(r"`([\w-]+)`", cell) for cell in row.split("|")[2:5])
    surface = DOWNSTREAM.surface
    assert (inputs, secrets, outputs) == (list(surface.inputs), list(surface.secrets), list(surface.outputs))


@pytest.mark.parametrize("name", ["downstream.yml", "rebuild-image.yml"])
def test_the_page_lists_the_permissions_that_a_caller_grants(name: str) -> None:
    listed = dict(re.findall(rf"^\| `{name}` \| `([a-z-]+): (read|write)` \|", PAGE, re.MULTILINE))
    asked: dict[str, str] = {}
    for job in read_called(ROOT / ".github" / "workflows" / name).jobs.values():
        for word, level in (job.permissions or {}).items():
            asked[word] = max(level, asked.get(word, ""))  # "write" comes behind "read"
    assert listed == asked
