"""Groups of linked versions: who may stand in them."""

from __future__ import annotations

import pytest

from domains.components_world import component
from pilotage.domains.components.linked import find_groups
from pilotage.errors import ConfigError
from pilotage.model.config import Config

COMPONENTS = (component("a"), component("b"), component("c"), component("demo", skip=True))


def test_groups_are_found_by_name() -> None:
    assert find_groups(Config(linked_versions=(("c", "a"), ("b",))), COMPONENTS) == ((0, 2), (1,))


@pytest.mark.parametrize(
    ("groups", "problem"),
    [
        ((("a", "zz"),), r"linked-versions\[0\]: there is no component 'zz'"),
        ((("a",), ("b", "demo")), r"linked-versions\[1\]: 'demo' is never released"),
        ((("a", "b"), ("c", "a")), "'a' stands in group 0 and in group 1"),
        ((("a", "a"),), "'a' stands in group 0 and in group 0"),
    ],
)
def test_a_group_that_cannot_be_meant_is_an_error(groups: tuple[tuple[str, ...], ...], problem: str) -> None:
    with pytest.raises(ConfigError, match=problem) as error:
        find_groups(Config(linked_versions=groups), COMPONENTS)
    assert error.value.hint
