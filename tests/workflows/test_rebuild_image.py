"""rebuild-image.yml: its scripts, run by bash as they stand in the file, with a `docker` that writes down its calls."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import pytest

from workflows.expressions import Expression
from workflows.houserules import find_problems
from workflows.jobruns import Ending, ran, run_jobs
from workflows.stepruns import Done, run_script
from workflows.workflowfiles import ROOT, Step, read_called

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | None"

pytestmark = pytest.mark.skipif(
    not shutil.which("bash") or not shutil.which("timeout"), reason="the scripts need bash and coreutils"
)
WORKFLOW = read_called(ROOT / ".github" / "workflows" / "rebuild-image.yml")
PAGE = (ROOT / "docs" / "rebuild-image.md").read_text(encoding="utf-8")
NAME = "ghcr.io/acme/flows"
DIGEST = f"sha256:{'d' * 64}"
NASTY = "a b'\"$(touch pwned)`touch pwned`;touch pwned|&\\"


def step(job: str, name: str) -> Step:
    (found,) = (one for one in WORKFLOW.jobs[job].steps if one.name == name)
    return found


NAMES = step("build", "Read what is asked for")
SIGN_IN = step("build", "Sign in to the registry")
BUILD = step("build", "Build without a cache")
PUSH = step("build", "Push")
SAY = step("build", "Say what was built")
WAIT = step("prune", "Wait until the command says that nothing runs")
PRUNE = step("prune", "Remove old images")


@dataclass
class Machine:
    """A runner with a stand-in for Docker."""

    folder: Path
    state: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        docker = self.folder / "bin" / "docker"
        for path in (docker.parent, self.folder / "home", self.folder / "temp", self.folder / "work"):
            path.mkdir()
        docker.write_text(f'#!/bin/sh\nexec {sys.executable} -S {Path(__file__).parent / "standin_docker.py"} "$@"\n')
        docker.chmod(docker.stat().st_mode | stat.S_IXUSR)
        self.keep({"images": [], "calls": [], "push": [], "broken": []})

    @property
    def file(self) -> Path:
        return self.folder / "docker.json"

    def keep(self, state: dict[str, object]) -> None:
        self.file.write_text(json.dumps(state))

    def set(self, **more: object) -> None:
        self.keep(json.loads(self.file.read_text()) | more)

    def run(self, step: Step, **given: str) -> Done:
        """Run a step's script; no text that is given may be run by it."""
        environment = {
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "DOCKER_FILE": str(self.file),
            "DOCKER_CONFIG": str(self.folder / "temp" / "pilotage-docker"),
        }
        done = run_script(step, self.folder, environment=environment, given=given)
        assert not list(self.folder.rglob("pwned")), "a text was run"
        return done

    @property
    def calls(self) -> list[dict[str, Json]]:
        found: list[dict[str, Json]] = json.loads(self.file.read_text())["calls"]
        return found

    def words(self, verb: str) -> list[list[str]]:
        words = [[str(word) for word in call["words"] or ()] for call in self.calls if isinstance(call["words"], list)]
        return [one for one in words if one[0] == verb]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_the_name_is_the_repository_s_in_lower_case(machine: Machine) -> None:
    done = machine.run(NAMES, REGISTRY="ghcr.io", TAGS="1.4.0\n\n  latest\r\n", PUSH="true")
    assert done.outputs == {"name": NAME, "tags": f"{NAME}:1.4.0 {NAME}:latest"}


def test_a_registry_with_a_port_and_a_name_of_one_s_own_are_taken(machine: Machine) -> None:
    done = machine.run(NAMES, REGISTRY="localhost:5000", IMAGE="team/flows_x/y--z", TAGS="1", PUSH="true")
    assert done.outputs == {"name": "localhost:5000/team/flows_x/y--z", "tags": "localhost:5000/team/flows_x/y--z:1"}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"TAGS": "a:b"}, "no tag"),
        ({"TAGS": "x" * 129}, "no tag"),
        ({"TAGS": "-x"}, "no tag"),
        ({"TAGS": NASTY}, "no tag"),
        ({"TAGS": "good\n$(touch pwned)"}, "no tag"),
        ({"TAGS": "1", "IMAGE": NASTY}, "no name of an image"),
        ({"TAGS": "1", "IMAGE": "a\nb"}, "no name of an image"),
        ({"TAGS": "1", "IMAGE": "a:b"}, "no name of an image"),
        ({"TAGS": "1", "REGISTRY": "https://ghcr.io"}, "no name of an image"),
        ({"TAGS": "1", "REGISTRY": "--help"}, "no name of an image"),
        ({"TAGS": " \n "}, "tags is empty"),
        ({"TAGS": "a\n::set-output name=x::y"}, "no tag"),
    ],
)
def test_what_is_no_name_stops_everything_and_says_what_to_do(
    machine: Machine, given: dict[str, str], words: str
) -> None:
    done = machine.run(NAMES, **{"REGISTRY": "ghcr.io", "PUSH": "true", **given})
    assert (done.status, done.outputs) == (1, {})
    (line,) = done.log.splitlines()
    assert line.startswith("::error title=The image is not built::")
    assert words in line


def test_a_build_that_is_not_pushed_needs_no_tag(machine: Machine) -> None:
    done = machine.run(NAMES, REGISTRY="ghcr.io", PUSH="false")
    assert done.outputs == {"name": NAME, "tags": ""}


def test_the_password_travels_on_stdin_into_a_configuration_of_this_job(machine: Machine) -> None:
    own = machine.folder / "home" / ".docker"
    own.mkdir()
    (own / "config.json").write_text('{"credHelpers": {}}')
    done = machine.run(SIGN_IN, REGISTRY="ghcr.io", USERNAME="octo cat", PASSWORD=f"s3cret {NASTY}")
    (call,) = machine.calls
    assert call["words"] == ["login", "--username", "octo cat", "--password-stdin", "ghcr.io"]
    assert call["stdin"] == f"s3cret {NASTY}\n"
    assert call["config"] == str(machine.folder / "temp" / "pilotage-docker")
    assert "s3cret" not in done.log
    assert (machine.folder / "temp" / "pilotage-docker" / "config.json").read_text() == '{"credHelpers": {}}'
    assert {one.env.get("DOCKER_CONFIG") for one in (SIGN_IN, BUILD, PUSH)} == {"${{ runner.temp }}/pilotage-docker"}


def test_a_registry_that_asks_for_nothing_needs_no_password(machine: Machine) -> None:
    assert (machine.run(SIGN_IN, REGISTRY="localhost:5000").status, machine.calls) == (0, [])


def test_a_refused_password_says_what_to_check(machine: Machine) -> None:
    machine.set(broken=["login"])
    done = machine.run(SIGN_IN, REGISTRY="ghcr.io", USERNAME="octocat", PASSWORD="no")  # noqa: S106 - invented
    assert done.status == 1
    assert "::error title=The registry refused::Check the inputs registry and username and the secret" in done.log


@pytest.mark.parametrize(
    ("registry", "secret", "expected"),
    [("ghcr.io", "", "job"), ("ghcr.io", "mine", "mine"), ("docker.io", "", ""), ("docker.io", "mine", "mine")],
)
def test_the_job_s_own_token_goes_to_github_s_registry_alone(registry: str, secret: str, expected: str) -> None:
    contexts = {
        "inputs": {"registry": registry},
        "secrets": {"REGISTRY_PASSWORD": secret},
        "github": {"token": "job", "actor": "octocat"},
    }
    assert (Expression(SIGN_IN.env["PASSWORD"], contexts).evaluate() or "") == expected


def test_a_build_uses_no_cache_and_pulls_its_base(machine: Machine) -> None:
    done = machine.run(BUILD, NAME=NAME, TAGS=f"{NAME}:1 {NAME}:latest", CONTEXT="some dir")
    assert done.status == 0
    assert machine.words("build") == [
        [
            *("build", "--no-cache", "--pull", f"--label=pilotage.image={NAME}", f"--tag={NAME}:1"),
            *(f"--tag={NAME}:latest", "--", "some dir"),
        ]
    ]


def test_what_is_asked_for_of_a_build_is_passed_on(machine: Machine) -> None:
    machine.run(
        BUILD,
        NAME=NAME,
        CONTEXT=".",
        FILE="docker/Dockerfile",
        TARGET="run",
        PLATFORM="linux/arm64",
        BUILD_ARGS="PYTHON=3.13\r\n\n  EMPTY=\nURL=https://example.org/?a=b c\n",
        VERSION="1.4.0",
        VERSION_ARG="DEMO_VERSION",
    )
    (words,) = machine.words("build")
    assert words[4:] == [
        *("--file=docker/Dockerfile", "--target=run", "--platform=linux/arm64", "--build-arg=PYTHON=3.13"),
        *("--build-arg=EMPTY=", "--build-arg=URL=https://example.org/?a=b c", "--build-arg=DEMO_VERSION=1.4.0"),
        *("--", "."),
    ]


@pytest.mark.parametrize(("version", "argument"), [("1.4.0", ""), ("", "DEMO_VERSION"), ("", "")])
def test_a_version_that_is_not_asked_for_or_not_known_is_not_passed(
    machine: Machine, version: str, argument: str
) -> None:
    machine.run(BUILD, NAME=NAME, CONTEXT=".", VERSION=version, VERSION_ARG=argument)
    assert [word for word in machine.words("build")[0] if "build-arg" in word] == []


@pytest.mark.parametrize("name", ["FILE", "TARGET", "PLATFORM", "CONTEXT", "VERSION"])
@pytest.mark.parametrize("text", [NASTY, "a\nb", "--privileged", "*"])
def test_whatever_an_input_holds_stays_one_word(machine: Machine, name: str, text: str) -> None:
    given = {"NAME": NAME, "CONTEXT": ".", "VERSION_ARG": "V", name: text}
    assert machine.run(BUILD, **given).status == 0
    (words,) = machine.words("build")
    expected = {"CONTEXT": text, "VERSION": f"--build-arg=V={text}"}.get(name, f"--{name.lower()}={text}")
    assert words.count(expected) == 1
    assert words.index("--") == len(words) - 2
    assert len(words) == 6 + (name != "CONTEXT")


def test_an_argument_of_a_build_stays_data(machine: Machine) -> None:
    machine.run(BUILD, NAME=NAME, CONTEXT=".", BUILD_ARGS=f"A={NASTY}\nB=--file=x")
    assert machine.words("build")[0][4:6] == [f"--build-arg=A={NASTY}", "--build-arg=B=--file=x"]


@pytest.mark.parametrize("line", ["BUILD_SECRETS", "=x", "a-b=c", "$(touch pwned)", "A B=c"])
def test_an_argument_without_a_value_would_be_a_variable_of_the_step_and_is_refused(
    machine: Machine, line: str
) -> None:
    done = machine.run(BUILD, NAME=NAME, CONTEXT=".", BUILD_ARGS=f"GOOD=1\n{line}")
    assert (done.status, machine.calls) == (1, [])
    assert "is no NAME=value. Write one a line in the input build-args." in done.log


def test_secrets_of_a_build_are_files_that_go_away(machine: Machine) -> None:
    done = machine.run(BUILD, NAME=NAME, CONTEXT=".", BUILD_SECRETS="token=a=b 100%\r\n\nnetrc=machine x\n")
    (call,) = machine.calls
    assert call["secrets"] == {"token": ["a=b 100%", 0o100600], "netrc": ["machine x", 0o100600]}
    assert not any("a=b" in word for word in machine.words("build")[0])
    assert done.log.splitlines() == ["::add-mask::a=b 100%25", "::add-mask::machine x"]
    assert list((machine.folder / "temp").iterdir()) == []


@pytest.mark.parametrize("line", ["../evil=x", "token", "a b=c", "=x", "token="])
def test_a_secret_that_is_none_is_refused_without_being_said(machine: Machine, line: str) -> None:
    done = machine.run(BUILD, NAME=NAME, CONTEXT=".", BUILD_SECRETS=line)
    assert (done.status, machine.calls) == (1, [])
    assert line not in done.log.replace("ID=value", "")


def test_a_build_that_fails_says_so_and_leaves_no_secret(machine: Machine) -> None:
    machine.set(broken=["build"])
    done = machine.run(BUILD, NAME=NAME, CONTEXT=".", BUILD_SECRETS="token=x")
    assert done.status == 1
    assert "::error title=The image is not built::docker build failed" in done.log
    assert list((machine.folder / "temp").iterdir()) == []


def test_what_was_pushed_is_told_by_its_digest(machine: Machine) -> None:
    done = machine.run(PUSH, NAME=NAME, TAGS=f"{NAME}:1 {NAME}:latest")
    assert machine.words("push") == [["push", f"{NAME}:1"], ["push", f"{NAME}:latest"]]
    tags = f"{NAME}:1 {NAME}:latest"
    assert done.outputs == {"digest": DIGEST, "image": f"{NAME}@{DIGEST}", "tags": tags}


def test_a_push_is_tried_three_times(machine: Machine) -> None:
    machine.set(push=["fail", "fail", DIGEST])
    done = machine.run(PUSH, NAME=NAME, TAGS=f"{NAME}:1", PAUSE="0")
    assert (done.status, done.outputs["digest"], len(machine.words("push"))) == (0, DIGEST, 3)


@pytest.mark.parametrize(
    ("push", "words"),
    [
        (["fail"] * 3, f"The registry did not take {NAME}:1; the lines above say why."),
        ([""], "did not say which digest"),
        ([DIGEST, f"sha256:{'e' * 64}"], "The tags got different digests"),
    ],
)
def test_a_push_that_cannot_be_told_gives_no_digest(machine: Machine, push: list[str], words: str) -> None:
    machine.set(push=push)
    done = machine.run(PUSH, NAME=NAME, TAGS=f"{NAME}:1 {NAME}:2", PAUSE="0")
    assert (done.status, done.outputs) == (1, {})
    assert words in done.log.splitlines()[-1]


def test_the_summary_says_what_was_built(machine: Machine) -> None:
    subprocess.run(["git", "init", "-q", machine.folder / "work"], check=True)
    author = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(
        ["git", *author, "commit", "-q", "--allow-empty", "-m", "x"], cwd=machine.folder / "work", check=True
    )
    done = machine.run(SAY, NAME=NAME, VERSION="1.4.0`|<b>", IMAGE=f"{NAME}@{DIGEST}", TAGS=f"{NAME}:1 {NAME}:2")
    lines = done.summary.splitlines()
    assert lines[:2] == ["### The image", ""]
    assert lines[4:8] == [
        "| version | `1.4.0???b?` |",
        f"| image | `{NAME}@{DIGEST}` |",
        f"| tag | `{NAME}:1` |",
        f"| tag | `{NAME}:2` |",
    ]
    assert re.fullmatch(r"\| commit \| `[0-9a-f]{40}` \|", lines[-1])
    assert f"`{NAME}, not pushed`" in machine.run(SAY, NAME=NAME).summary


def wait(machine: Machine, command: str, *, minutes: str = "0", **more: str) -> Done:
    return machine.run(WAIT, COMMAND=command, MINUTES=minutes, **{"PAUSE": "0.1", **more})


@pytest.mark.parametrize("command", ["true", "printf ''", "echo busy >&2", "printf '\\n'"])
def test_a_command_that_prints_nothing_and_ends_well_means_idle(machine: Machine, command: str) -> None:
    assert wait(machine, command).status == 0


@pytest.mark.parametrize(
    "command", ["echo flow-run", "false", "printf x; exit 0", "exit 3", "no-such-program", "false | cat", "(("]
)
def test_whatever_else_a_command_does_means_not_idle(machine: Machine, command: str) -> None:
    done = wait(machine, command)
    assert done.status == 1
    assert "::error title=No image was removed::After 0 minutes the command still ends with" in done.log


def test_a_command_is_asked_again_until_it_is_idle(machine: Machine) -> None:
    command = "n=$(cat n 2>/dev/null || echo 0); echo $((n + 1)) > n; if [ $n -lt 3 ]; then echo busy $n; fi"
    done = wait(machine, command, minutes="1")
    assert (done.status, done.log.count("Not idle")) == (0, 3)


def test_a_command_that_hangs_is_stopped_when_the_time_is_up(machine: Machine) -> None:
    began = time.monotonic()
    done = wait(machine, "sleep 50", LEAST="1")
    assert (done.status, time.monotonic() - began < 20) == (1, True)
    assert "ended with 124" in done.log


@pytest.mark.parametrize("minutes", ["0.5", "", "-1", "1; touch pwned", "a[$(touch pwned)]", "9999"])
def test_minutes_that_are_none_are_refused(machine: Machine, minutes: str) -> None:
    done = wait(machine, "true", minutes=minutes)
    assert (done.status, "no number of whole minutes" in done.log) == (1, True)


def test_what_a_command_says_cannot_command_the_runner(machine: Machine) -> None:
    done = wait(machine, "printf 'x\\n::error::pwned\\n::add-path::/evil\\n'")
    assert [line for line in done.log.splitlines() if line.startswith("::")] == [done.log.splitlines()[-1]]
    assert "title=No image was removed" in done.log.splitlines()[-1]


def image(number: int, **more: object) -> dict[str, object]:
    made = {
        "id": f"sha256:{number:064x}",
        "name": NAME,
        "tags": [f"t{number}"],
        "digest": f"sha256:{number + 1000:064x}",
        "created": f"2026-11-{number:02}T10:00:00.123456789Z",
        "label": NAME,
        "users": [],
        "seen": [],
    }
    return made | more


def left(machine: Machine) -> list[int]:
    return sorted(int(one["id"][7:], 16) for one in json.loads(machine.file.read_text())["images"])


def prune(machine: Machine, *, keep: str = "2", name: str = NAME) -> Done:
    return machine.run(PRUNE, NAME=name, KEEP=keep)


def test_the_newest_stay_and_older_ones_go(machine: Machine) -> None:
    machine.set(images=[image(3), image(1), image(5), image(2), image(4)])
    done = prune(machine)
    assert (done.status, left(machine)) == (0, [4, 5])
    expected = f"Of `{NAME}` on `agent`: removed 3, left 0 that are in use, kept the newest 2."
    assert done.summary.splitlines() == ["### Old images", "", expected]


def test_nothing_is_forced_and_nothing_else_is_asked_to_go(machine: Machine) -> None:
    machine.set(images=[image(number) for number in range(1, 6)])
    prune(machine, keep="1")
    assert [words for words in machine.words("image") if words[1] == "rm"] == [
        ["image", "rm", f"{NAME}:t{number}"] for number in (4, 3, 2, 1)
    ]


def test_to_prune_again_changes_nothing(machine: Machine) -> None:
    machine.set(images=[image(number) for number in range(1, 6)])
    prune(machine)
    done = prune(machine)
    assert (done.status, left(machine), "removed 0" in done.summary) == (0, [4, 5], True)


def test_images_of_others_stay(machine: Machine) -> None:
    others = [
        image(1, name="ghcr.io/acme/flows-too", label=""),
        image(2, name="ghcr.io/other/flows", label="ghcr.io/other/flows"),
        image(3, name="", tags=[], digest="", label=""),
        image(4, name="", tags=[], digest="", label="ghcr.io/acme/flow"),
    ]
    machine.set(images=[*others, image(9)])
    assert (prune(machine, keep="0").status, left(machine)) == (0, [1, 2, 3, 4])


def test_what_lost_its_tag_to_a_newer_one_goes_too(machine: Machine) -> None:
    pulled, built = image(1, tags=[]), image(2, tags=[], name="", digest="")
    machine.set(images=[pulled, built, image(8), image(9)])
    assert (prune(machine).status, left(machine)) == (0, [8, 9])
    gone = [words[2] for words in machine.words("image") if words[1] == "rm"]
    assert gone == [built["id"], f"{NAME}@{pulled['digest']}"]


def test_an_image_that_a_container_uses_stays_with_all_its_tags(machine: Machine) -> None:
    machine.set(images=[image(1, tags=["a", "b"], users=["c1"], seen=["c1"]), image(2), image(8), image(9)])
    done = prune(machine)
    assert (done.status, left(machine)) == (0, [1, 8, 9])
    assert "removed 1, left 1 that are in use" in done.summary
    assert json.loads(machine.file.read_text())["images"][0]["tags"] == ["a", "b"]


def test_an_image_that_is_taken_into_use_meanwhile_stays(machine: Machine) -> None:
    machine.set(images=[image(1, users=["c1"]), image(2), image(8), image(9)])
    done = prune(machine)
    assert (done.status, left(machine)) == (0, [1, 8, 9])
    assert "left 1 that are in use" in done.summary


def test_docker_s_own_registry_is_known_by_the_short_name(machine: Machine) -> None:
    machine.set(images=[image(1, name="acme/flows"), image(2, name="acme/flows")])
    assert (prune(machine, keep="1", name="docker.io/acme/flows").status, left(machine)) == (0, [2])
    machine.set(images=[image(1, name="flows"), image(2, name="flows")])
    assert (prune(machine, keep="1", name="docker.io/library/flows").status, left(machine)) == (0, [2])


@pytest.mark.parametrize("keep", ["", "-1", "1.5", "x", "$(touch pwned)"])
def test_a_number_to_keep_that_is_none_removes_nothing(machine: Machine, keep: str) -> None:
    machine.set(images=[image(1), image(2), image(3)])
    done = prune(machine, keep=keep)
    assert (done.status, left(machine), "keep-images is no whole number" in done.log) == (1, [1, 2, 3], True)


@pytest.mark.parametrize(("broken", "words"), [("image ls", "Docker does not answer"), ("image rm", "did not remove")])
def test_a_docker_that_fails_says_what_to_do(machine: Machine, broken: str, words: str) -> None:
    machine.set(images=[image(1), image(2), image(3)], broken=[broken])
    done = prune(machine)
    assert (done.status, left(machine)) == (1, [1, 2, 3])
    assert words in done.log


def test_a_machine_without_our_images_is_left_alone(machine: Machine) -> None:
    done = prune(machine)
    assert (done.status, [words[1] for words in machine.words("image")]) == (0, ["ls", "ls"])


EVENT = {"event_name": "workflow_dispatch", "event": {}}


@pytest.mark.parametrize(
    ("inputs", "endings", "expected"),
    [
        ({}, {}, ["build"]),
        ({"idle-workflow": "flows.yml"}, {}, ["build", "idle"]),
        ({"idle-environment": "production"}, {}, ["build", "idle"]),
        ({"prune-runner": "flows"}, {}, ["build", "prune"]),
        ({"prune-runner": "flows", "idle-workflow": "flows.yml"}, {}, ["build", "idle", "prune"]),
        ({"prune-runner": "flows", "idle-workflow": "flows.yml"}, {"idle": "failure"}, ["build", "idle"]),
        ({"prune-runner": "flows", "idle-workflow": "flows.yml"}, {"build": "failure"}, ["build"]),
    ],
)
def test_each_part_is_optional_and_follows_a_success(
    inputs: dict[str, str], endings: dict[str, str], expected: list[str]
) -> None:
    every = {name: one.default for name, one in WORKFLOW.surface.inputs.items()} | inputs
    ends = {name: Ending(result=result) for name, result in endings.items()}
    assert ran(run_jobs(WORKFLOW, EVENT, ends, inputs=every)) == expected


def test_what_is_built_alike_waits_for_each_other_and_variants_do_not() -> None:
    def group(job: str, **inputs: str) -> object:
        concurrency = WORKFLOW.jobs[job].concurrency
        assert concurrency
        parts = re.split(r"(\$\{\{.*?\}\})", concurrency.group)
        contexts = {"inputs": {"image": "", "target": "", "build-args": "", **inputs}, "github": {"run_id": "1"}}
        return "".join(str(Expression(part, contexts).evaluate()) if part.startswith("${{") else part for part in parts)

    for job in ("build", "prune"):
        assert group(job) == group(job, version="2")
        assert (
            len({group(job), group(job, image="a"), group(job, target="a"), group(job, **{"build-args": "A=1"})}) == 4
        )
    assert len({group(job) for job in WORKFLOW.jobs}) == 3


def test_no_input_stands_in_a_script_and_each_is_used() -> None:
    text = (ROOT / ".github" / "workflows" / "rebuild-image.yml").read_text(encoding="utf-8")
    assert not any("${{" in one.run for job in WORKFLOW.jobs.values() for one in job.steps)
    assert {name for name in WORKFLOW.surface.inputs if f"inputs.{name}" not in text} == set()
    assert {name for name in WORKFLOW.surface.secrets if f"secrets.{name}" not in text} == set()


def rows_of(title: str) -> list[list[str]]:
    table = PAGE.split(f"\n| {title} |")[1].split("\n\n")[0]
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines() if line.startswith("| `")]


def test_the_page_lists_every_input_with_its_default() -> None:
    rows = [(row[0].strip("`"), row[1].strip("`")) for row in rows_of("input")]
    assert rows == [
        (name, str(one.default).lower() if isinstance(one.default, bool) else str(one.default))
        for name, one in WORKFLOW.surface.inputs.items()
    ]


@pytest.mark.parametrize("kind", ["secret", "output"])
def test_the_page_lists_every(kind: str) -> None:
    expected = WORKFLOW.surface.secrets if kind == "secret" else WORKFLOW.surface.outputs
    assert [row[0].strip("`") for row in rows_of(kind)] == list(expected)


def test_the_page_quotes_what_the_scripts_and_the_command_say() -> None:
    text = "".join(one.run for job in WORKFLOW.jobs.values() for one in job.steps)
    text += (ROOT / "src" / "pilotage" / "commands" / "idle.py").read_text(encoding="utf-8")
    plain = re.sub(r"%q|\$\w+|\{[\w ]+\}", "…", text)
    quotes = [quote for row in rows_of("it says") for quote in re.findall(r"`([^`]+)`", row[0])]
    assert len(quotes) > 10
    assert [quote for quote in quotes if quote not in plain] == []


def test_every_failure_of_a_script_is_on_the_page() -> None:
    said = [
        words for job in WORKFLOW.jobs.values() for one in job.steps for words in re.findall(r"fail ['\"].*", one.run)
    ]
    found = [quote for row in rows_of("it says") for quote in re.findall(r"`([^`]+)`", row[0])]
    quotes = [re.escape(quote).replace("…", ".*") for quote in found]
    assert len(said) > 12
    assert [one for one in said if not any(re.search(quote, one) for quote in quotes)] == []


def test_the_workflow_that_the_page_shows_keeps_the_house_rules() -> None:
    block = next(one for one in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if one.startswith("name:"))
    assert find_problems(block, is_example=True) == []


def test_every_page_that_is_linked_is_there() -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", PAGE):
        assert (ROOT / "docs" / target).exists(), target
