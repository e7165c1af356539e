"""The version that somebody asks for: by the input of a dispatch, or by a footer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pilotage.errors import ConfigError, ConflictError, PilotageError, UsageError
from train.harness import PYPROJECT, Bench
from train.test_workspace_ways import TAGS, three
from train.yard import Yard, open_yard

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DYNAMIC = '[project]\nname = "demo"\ndynamic = ["version"]\n[tool.pilotage]\nchangelog-path = ""\n'


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.fixture
def yard(bench: Bench) -> Iterator[Yard]:
    with open_yard(bench, {"pyproject.toml": PYPROJECT.replace("0.1.0", "1.2.0")}, "v1.2.0") as yard:
        yield yard


@pytest.fixture
def several(bench: Bench) -> Iterator[Yard]:
    with open_yard(bench, three(), *TAGS) as yard:
        yield yard


def titles(yard: Yard) -> list[str]:
    return list(yard.pulls.values())


def test_what_was_asked_for_is_kept_until_it_is_out_and_forgotten_then(yard: Yard) -> None:
    yard.touch("fix: greet", "greet.py")
    assert yard.dispatch(release_as="2.0.0") == 0
    assert titles(yard) == ["chore(release): 2.0.0"]
    yard.touch("fix: greet twice", "greet.py")
    assert yard.pushed() == 0
    assert titles(yard) == ["chore(release): 2.0.0"]
    commit = yard.merge()
    assert yard.pushed() == 0
    assert (yard.tag("v2.0.0"), yard.releases) == (commit, ["v2.0.0"])
    yard.touch("fix: greet thrice", "greet.py")
    assert yard.pushed() == 0
    assert titles(yard) == ["chore(release): 2.0.1"]
    assert "pilotage:release-as" not in yard.body()


def test_a_wish_can_be_changed_and_taken_back(yard: Yard) -> None:
    yard.touch("fix: greet", "greet.py")
    yard.dispatch(release_as="2.0.0")
    yard.dispatch(release_as="1.9.0")
    assert titles(yard) == ["chore(release): 1.9.0"]
    yard.dispatch(release_as="auto")
    assert titles(yard) == ["chore(release): 1.2.1"]
    yard.pushed()
    assert titles(yard) == ["chore(release): 1.2.1"]


def test_a_release_can_be_asked_for_though_nothing_is_new(yard: Yard) -> None:
    yard.dispatch(release_as="1.3.0")
    assert titles(yard) == ["chore(release): 1.3.0"]


@pytest.mark.parametrize(
    ("asked", "error", "code"),
    [
        ("not-a-version", ConfigError, 2),
        ("1.1.0", ConfigError, 2),
        ("1.2.0", ConfigError, 2),
        ("1.2.0+local", ConfigError, 2),
    ],
)
def test_a_wish_that_cannot_be_granted_says_so_and_changes_nothing(
    yard: Yard, asked: str, error: type[PilotageError], code: int
) -> None:
    yard.touch("fix: greet", "greet.py")
    with pytest.raises(error) as caught:
        yard.dispatch(release_as=asked)
    assert (asked in caught.value.message, caught.value.exit_code) == (True, code)
    assert "release-as" in caught.value.message
    assert yard.pulls == {}


def test_a_version_whose_tag_is_taken_cannot_be_asked_for(yard: Yard) -> None:
    side = yard.touch("fix: aside", "aside.py", branch="side")
    yard.forge.create_tag("v3.0.0", side)
    yard.touch("fix: greet", "greet.py")
    with pytest.raises(ConflictError, match=r"3\.0\.0"):
        yard.dispatch(release_as="3.0.0")
    assert yard.pulls == {}


@pytest.mark.parametrize("asked", ["==1.0", "a==", "2.0 3.0"])
def test_an_input_of_no_form_is_refused_as_such(yard: Yard, asked: str) -> None:
    with pytest.raises(UsageError, match="input release-as"):
        yard.dispatch(release_as=asked)


def test_each_package_of_several_is_asked_by_its_name(several: Yard) -> None:
    several.touch("fix: whisper", "packages/cli/whisper.py")
    several.touch("fix: sing", "packages/core/sing.py")
    several.dispatch(release_as="cli==1.0.0")
    assert '"1.0.0"' in several.file("packages/cli/pyproject.toml")
    assert '"1.0.1"' in several.file("packages/core/pyproject.toml")
    several.pushed()
    assert '"1.0.0"' in several.file("packages/cli/pyproject.toml")
    several.merge()
    several.pushed()
    assert several.releases == ["api-v2.0.1", "cli-v1.0.0", "core-v1.0.1"]


def test_a_new_wish_for_one_package_leaves_the_others_wishes(several: Yard) -> None:
    several.touch("fix: whisper", "packages/cli/whisper.py")
    several.touch("fix: sing", "packages/core/sing.py")
    several.dispatch(release_as="cli==1.0.0, core==3.0.0")
    several.dispatch(release_as="cli==auto")
    assert '"0.3.1"' in several.file("packages/cli/pyproject.toml")
    assert '"3.0.0"' in several.file("packages/core/pyproject.toml")


@pytest.mark.parametrize("asked", ["1.0.0", "nobody==1.0.0"])
def test_a_wish_for_a_package_that_is_not_there_is_refused(several: Yard, asked: str) -> None:
    several.touch("fix: whisper", "packages/cli/whisper.py")
    with pytest.raises(UsageError, match="release-as") as caught:
        several.dispatch(release_as=asked)
    assert "cli" in caught.value.hint
    assert several.pulls == {}


def test_a_name_where_there_is_one_package_is_refused(yard: Yard) -> None:
    yard.touch("fix: greet", "greet.py")
    with pytest.raises(UsageError, match="release-as"):
        yard.dispatch(release_as="other==2.0.0")


def test_a_footer_asks_for_a_version_until_it_is_out(yard: Yard) -> None:
    yard.touch("fix: greet\n\nRelease-As: 3.1.0", "greet.py")
    yard.pushed()
    assert titles(yard) == ["chore(release): 3.1.0"]
    yard.merge()
    yard.pushed()
    assert yard.releases == ["v3.1.0"]
    yard.touch("fix: greet twice", "greet.py")
    yard.pushed()
    assert titles(yard) == ["chore(release): 3.1.1"]


def test_a_footer_in_an_empty_commit_asks_for_the_package_that_its_scope_names(several: Yard) -> None:
    several.push("chore(cli): go to one\n\nRelease-As: 1.0.0", {})
    several.pushed()
    assert titles(several) == ["chore(release): cli 1.0.0"]


def test_the_input_beats_the_footer(yard: Yard) -> None:
    yard.touch("fix: greet\n\nRelease-As: 3.1.0", "greet.py")
    yard.dispatch(release_as="4.0.0")
    assert titles(yard) == ["chore(release): 4.0.0"]


def test_a_dynamic_version_that_was_asked_for_is_the_one_that_is_tagged(bench: Bench) -> None:
    with open_yard(bench, {"pyproject.toml": DYNAMIC}, "v1.2.0") as yard:
        yard.touch("fix: greet", "greet.py")
        yard.dispatch(release_as="2.0.0")
        assert titles(yard) == ["chore(release): 2.0.0"]
        commit = yard.merge()
        yard.pushed()
        assert (yard.releases, yard.tag("v2.0.0")) == (["v2.0.0"], commit)
