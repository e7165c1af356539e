"""rebuild-image.yml builds and pushes: its scripts, run by bash as they stand in the file."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from workflows.expressions import Expression
from workflows.rebuildimage import NAME, Machine, needs_bash, step

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = needs_bash
DIGEST = f"sha256:{'d' * 64}"
NASTY = "a b'\"$(touch pwned)`touch pwned`;touch pwned|&\\"
NAMES = step("build", "Read what is asked for")
SIGN_IN = step("build", "Sign in to the registry")
BUILD = step("build", "Build without a cache")
PUSH = step("build", "Push")
SAY = step("build", "Say what was built")


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
