"""Rules for components that cannot be meant."""

from __future__ import annotations

import pytest

from domains.components_world import configured
from pilotage.domains.components.checking import check_components
from pilotage.errors import ConfigError
from pilotage.model.config import ComponentRules, Config


def test_good_rules_pass() -> None:
    rules = {
        "root": ComponentRules(path="."),
        "a.b_c-d": ComponentRules(path="packages/a", paths=("proto/**",), exclude_paths=("tests",)),
        "member": ComponentRules(tag_format="{name}@{version}", initial_version="1.0rc1", depends_on=("somebody",)),
        "other": ComponentRules(),
    }
    check_components(configured(rules, exclude_paths=("docs/**",), linked_versions=(("a", "b"), ("c",))), "p.toml")
    check_components(Config(separate_pull_requests=True), "p.toml")
    check_components(configured({"a": ComponentRules(path="a")}, workspace="off"), "p.toml")


@pytest.mark.parametrize("path", ["/packages/a", "../a", "a/../..", "packages\\a", "C:/a", "~/a", "packages/*"])
def test_a_path_is_a_folder_of_the_repository(path: str) -> None:
    with pytest.raises(ConfigError, match=r"^p.toml: \[tool.pilotage.components.a\] path: ") as error:
        check_components(configured({"a": ComponentRules(path=path)}), "p.toml")
    assert "packages/a" in error.value.hint


@pytest.mark.parametrize("name", ["", "a b", "a/b", "-a", "a.", "ä", "a\n", "a]", "a..b", "a.lock"])
def test_a_name_is_one_that_tags_and_branches_take(name: str) -> None:
    with pytest.raises(ConfigError, match="cannot be a component's name"):
        check_components(configured({name: ComponentRules(path="a")}), "p.toml")


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        (Config(exclude_paths=("a", "../x")), r"\[tool.pilotage\] exclude-paths\[1\]: '../x' leaves"),
        (configured({"a": ComponentRules(paths=("/x",))}), r"components.a\] paths\[0\]: '/x' is an absolute"),
        (configured({"a": ComponentRules(exclude_paths=("x", "**y"))}), r"components.a\] exclude-paths\[1\]"),
        (configured({"a": ComponentRules(tag_format="v")}), r"components.a\] tag-format: 'v' does not make a git tag"),
        (configured({"a": ComponentRules(initial_version="x")}), r"components.a\] initial-version: 'x' is not a"),
        (configured({"a": ComponentRules(depends_on=("a",))}), r"components.a\] depends-on: 'a' is the component"),
        (
            configured({"a": ComponentRules(path="x"), "b": ComponentRules(path="./x/")}),
            r"components.a\] and \[tool.pilotage.components.b\] have the same path 'x'",
        ),
        (Config(linked_versions=(("a", "b"), ("a",))), r"\[tool.pilotage\] linked-versions: 'a' is named twice"),
        (
            Config(linked_versions=(("a", "b"),), separate_pull_requests=True),
            "linked-versions and separate-pull-requests contradict",
        ),
        (
            configured({"a": ComponentRules(path="a")}, workspace="off", linked_versions=(("a", "zz"),)),
            r"\[tool.pilotage\] linked-versions: there is no component 'zz'",
        ),
        (
            configured({"a": ComponentRules(path="a", depends_on=("zz",))}, workspace="off"),
            r"components.a\] depends-on: there is no component 'zz'",
        ),
        (configured({"a": ComponentRules()}, workspace="off"), r"components.a\] has no path, and workspace = .off."),
    ],
)
def test_what_cannot_be_meant_is_an_error_with_its_place(config: Config, problem: str) -> None:
    with pytest.raises(ConfigError, match=rf"^p\.toml: .*{problem}|^p\.toml: {problem}") as error:
        check_components(config, "p.toml")
    assert error.value.hint
