from __future__ import annotations

import msgspec
import pytest

from pilotage.model.config import DEFAULT_TYPES, ChangeType, Config
from pilotage.model.version import Bump


def test_the_default_table_is_that_of_release_please_for_python() -> None:
    shown = {name: (row.bump, row.section) for name, row in DEFAULT_TYPES.items() if not row.hidden}
    assert shown == {
        "feat": ("minor", "Features"),
        "fix": ("patch", "Bug Fixes"),
        "perf": ("patch", "Performance Improvements"),
        "deps": ("patch", "Dependencies"),
        "revert": ("patch", "Reverts"),
        "docs": ("none", "Documentation"),
    }
    assert [name for name, row in DEFAULT_TYPES.items() if row.hidden and row.bump == "none"] == [
        *("style", "chore", "refactor", "test", "build", "ci")
    ]


def test_an_added_type_stands_behind_the_default_ones_and_a_changed_one_keeps_its_place() -> None:
    config = Config(extend_types={"sec": ChangeType("patch", "Security"), "docs": ChangeType("patch", "Docs")})
    assert list(config.types) == [*DEFAULT_TYPES, "sec"]
    assert config.types["docs"].section == "Docs"
    assert "sec" not in DEFAULT_TYPES


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("feat", Bump.MINOR), ("fix", Bump.PATCH), ("chore", Bump.NONE), ("sec", Bump.MAJOR), ("Feat", Bump.NONE)],
)
def test_the_table_gives_the_bump_and_none_for_a_type_that_it_does_not_hold(kind: str, expected: Bump) -> None:
    assert expected == Config(extend_types={"sec": ChangeType("major")}).bump_of(kind)


def test_a_configuration_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Config().release = "published"  # type: ignore[misc] # the promise under test


def test_keys_are_spelled_with_hyphens_and_unknown_ones_are_refused() -> None:
    assert msgspec.convert({"major-on-zero": True}, Config) == Config(major_on_zero=True)
    with pytest.raises(msgspec.ValidationError, match="unknown field `major_on_zero`"):
        msgspec.convert({"major_on_zero": True}, Config)
