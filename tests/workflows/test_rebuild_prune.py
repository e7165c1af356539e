"""rebuild-image.yml waits and prunes: its scripts, run by bash as they stand in the file."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from workflows.rebuildimage import NAME, Machine, needs_bash, step

if TYPE_CHECKING:
    from pathlib import Path

    from workflows.stepruns import Done

pytestmark = needs_bash
WAIT = step("prune", "Wait until the command says that nothing runs")
PRUNE = step("prune", "Remove old images")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


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
