"""The components of a repository: which there are, and what holds for each."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domains.components_world import configured, plan, project
from pilotage.domains.components.inventory import folders_to_read, plan_components, select_packages
from pilotage.errors import ConfigError
from pilotage.model.config import ComponentRules, Config, VersionFile

PACKAGE = '[project]\nname = "x"\nversion = "1.0.0"\n'
TOOLS = '[project]\nname = "x"\nversion = "1.0.0"\n[tool.uv]\npackage = false\n'


def test_a_repository_with_one_package_is_one_component_without_a_name() -> None:
    config = Config(changelog_path="NEWS.md")
    (one,) = plan(config, root=".")
    assert (one.name, one.path, one.config, one.project.name) == (None, ".", config, "root")


def test_a_root_without_packages_beside_it_stays_one_component() -> None:
    (one,) = plan_components(Config(), members=(".", "docs"), projects={".": project("root")})
    assert one.name is None


def test_each_member_is_a_component_named_as_its_distribution() -> None:
    found = plan(My_Lib="packages/lib", root=".", app="packages/app")
    assert [(one.name, one.path) for one in found] == [
        ("root", "."),
        ("app", "packages/app"),
        ("my-lib", "packages/lib"),
    ]


def test_the_order_of_members_does_not_matter() -> None:
    folders = {"b": project("b"), "a": project("a")}
    assert plan_components(Config(), members=("b", "a"), projects=folders) == plan_components(
        Config(), members=("a", "b"), projects=folders
    )


def test_a_configured_name_goes_before_the_distribution_s() -> None:
    config = configured({"core": ComponentRules(path="./packages/a/")})
    assert [one.name for one in plan(config, acme_a="packages/a", b="packages/b")] == ["core", "b"]


def test_a_member_is_configured_by_its_name_alone() -> None:
    config = configured({"Acme.A": ComponentRules(initial_version="1.0.0")})
    first, second = plan(config, acme_a="packages/a", b="packages/b")
    assert (first.name, first.config.initial_version, second.config.initial_version) == ("Acme.A", "1.0.0", "0.1.0")


def test_components_need_no_workspace() -> None:
    config = configured({"a": ComponentRules(path="one")})
    assert [one.path for one in plan_components(config, members=(), projects={"one": project("a")})] == ["one"]


def test_a_package_without_a_name_is_called_as_configured() -> None:
    config = configured({"a": ComponentRules(path="one")})
    assert [one.name for one in plan_components(config, members=(), projects={"one": project("")})] == ["a"]


def test_the_workspace_can_be_left_alone() -> None:
    off = Config(workspace="off")
    (one,) = plan_components(off, members=("a", "."), projects={".": project("root"), "a": project("a")})
    assert one.name is None
    config = configured({"b": ComponentRules(path="b")}, workspace="off")
    found = plan_components(config, members=("a",), projects={"a": project("a"), "b": project("b")})
    assert [one.name for one in found] == ["b"]


def test_paths_of_a_component_are_seen_from_the_root() -> None:
    rules = ComponentRules(
        version_files=("src/a/__init__.py", VersionFile("meta.json", "$.version")),
        exclude_paths=("tests/**",),
        paths=("proto/**",),
        depends_on=("b",),
    )
    config = configured({"a": rules}, version_files=("VERSION",))
    root, a, b = plan(config, root=".", a="packages/a", b="packages/b")
    assert a.config.version_files == ("packages/a/src/a/__init__.py", VersionFile("packages/a/meta.json", "$.version"))
    assert (root.config.version_files, b.config.version_files) == (("VERSION",), ())
    assert a.exclude_paths == ("packages/a/tests/**", "tests/**")
    assert (a.paths, a.depends_on) == (("proto/**",), ("b",))


def test_a_file_of_a_component_may_lie_elsewhere_in_the_repository() -> None:
    config = configured({"a": ComponentRules(version_files=("../../README.md", VersionFile("../x.json", "$.a")))})
    (a,) = plan(config, a="packages/a")
    assert a.config.version_files == ("README.md", VersionFile("packages/x.json", "$.a"))


def test_globs_of_the_root_component_are_named_once() -> None:
    config = configured({"root": ComponentRules(path=".", exclude_paths=("docs/**",))})
    assert plan(config, root=".", a="a")[0].exclude_paths == ("docs/**",)


@pytest.mark.parametrize(
    ("common", "own", "expected"),
    [
        ("CHANGELOG.md", None, "packages/a/CHANGELOG.md"),
        ("docs/NEWS.md", None, "packages/a/docs/NEWS.md"),
        ("", None, ""),
        ("CHANGELOG.md", "HISTORY.md", "packages/a/HISTORY.md"),
        ("CHANGELOG.md", "", ""),
    ],
)
def test_each_component_has_its_own_changelog(common: str, own: str | None, expected: str) -> None:
    config = configured({"a": ComponentRules(changelog_path=own)}, changelog_path=common)
    assert plan(config, a="packages/a")[0].config.changelog_path == expected


@pytest.mark.parametrize(
    ("common", "own", "expected"),
    [
        ("", "", ["root-v{version}", "a-v{version}"]),
        ("v{version}", "", ["v{version}", "a-v{version}"]),
        ("{name}/{version}", "", ["root/{version}", "a/{version}"]),
        ("{name}/{version}", "lib-{version}", ["root/{version}", "lib-{version}"]),
    ],
)
def test_tags_name_their_component(common: str, own: str, expected: list[str]) -> None:
    config = configured({"a": ComponentRules(tag_format=own)}, tag_format=common)
    assert [one.config.tag_format for one in plan(config, root=".", a="packages/a")] == expected


def test_version_rules_of_a_component_go_before_the_repository_s() -> None:
    rules = ComponentRules(major_on_zero=False, patch_on_zero=True, versioning="calver:YYYY.MM")
    config = configured({"a": rules}, major_on_zero=True)
    a, b = plan(config, a="a", b="b")
    assert (a.config.major_on_zero, a.config.patch_on_zero, a.config.versioning) == (False, True, "calver:YYYY.MM")
    assert (b.config.major_on_zero, b.config.patch_on_zero, b.config.versioning) == (True, False, "semver")


def test_the_configuration_of_a_component_reads_as_that_of_one_package() -> None:
    config = configured({"a": ComponentRules()}, linked_versions=(("a", "b"),))
    own = plan(config, a="a", b="b")[0].config
    assert (own.components, own.linked_versions, own.workspace) == ({}, (), "off")


def test_a_component_that_is_never_released_still_holds_its_folder() -> None:
    config = configured({"demo": ComponentRules(path="demo", skip=True)})
    assert [(one.name, one.skip) for one in plan(config, root=".", demo="demo")] == [("root", False), ("demo", True)]


def test_a_member_that_is_no_package_holds_its_folder_too() -> None:
    found = plan_components(Config(), members=(".", "a", "docs"), projects={".": project("r"), "a": project("a")})
    assert [(one.name, one.path, one.skip) for one in found] == [
        ("r", ".", False),
        ("a", "a", False),
        ("", "docs", True),
    ]


def test_the_folders_that_must_be_read_are_the_members_and_the_configured_ones() -> None:
    config = configured({"x": ComponentRules(path="x/"), "a": ComponentRules(path="a"), "b": ComponentRules()})
    assert folders_to_read(config, (".", "a", "b")) == (".", "a", "b", "x")
    assert folders_to_read(Config(), ()) == (".",)
    assert folders_to_read(Config(workspace="off"), ("a",)) == (".",)


def test_packages_are_the_members_that_can_be_installed_and_the_configured_folders() -> None:
    config = configured({"x": ComponentRules(path="x"), "tool": ComponentRules(path="tool")})
    files = {"a/pyproject.toml": PACKAGE, "docs/pyproject.toml": TOOLS, "tool/pyproject.toml": TOOLS}
    assert select_packages(config, ("a", "docs", "tool"), files) == ("a", "tool", "x")
    assert select_packages(Config(), (".", "docs"), files | {"pyproject.toml": PACKAGE}) == (".",)
    assert select_packages(Config(), (), {}) == (".",)


@pytest.mark.parametrize(
    ("rules", "packages", "problem"),
    [
        ({"x": ComponentRules()}, {"a": "a"}, r"\[tool.pilotage.components.x\] has no path.*members: a"),
        ({"x": ComponentRules(path="nowhere")}, {"a": "a"}, r"components.x\] path is 'nowhere'"),
        ({"x": ComponentRules(path="a"), "y": ComponentRules(path="./a")}, {"a": "a"}, r"x\] and .*y\] have the same"),
        ({"b": ComponentRules(path="a")}, {"a": "a", "b": "b"}, "a and b are both the component 'b'"),
        ({"A": ComponentRules(path="b")}, {"a": "a", "b": "b"}, "a and b are both the component 'A'"),
        ({}, {"a": "one", "A": "two"}, "one and two are both the component 'A'|'a'"),
        ({"x": ComponentRules(path="one")}, {"a": "one", "A": "two"}, "one and two are both the distribution"),
        ({}, {"": "one"}, "the package in one has no name"),
        ({"a": ComponentRules(depends_on=("zz",))}, {"a": "a"}, r"a\] depends-on: there is no component 'zz'"),
        ({"a": ComponentRules(depends_on=("a",))}, {"a": "a"}, "'a' is the component itself"),
        ({"a": ComponentRules(tag_format="oops")}, {"a": "a"}, "component 'a': .*tag-format"),
        (
            {"a": ComponentRules(changelog_path="../NEWS.md"), "b": ComponentRules(changelog_path="../NEWS.md")},
            {"a": "a", "b": "b"},
            "'a' and 'b' have the same changelog NEWS.md",
        ),
        (
            {"a": ComponentRules(changelog_path="../../NEWS.md")},
            {"a": "a"},
            r"a\] changelog-path: '../../NEWS.md' lies",
        ),
        ({"a": ComponentRules(version_files=("/VERSION",))}, {"a": "a"}, r"a\] version-files: '/VERSION' lies outside"),
        (
            {"a": ComponentRules(tag_format="v{version}"), "b": ComponentRules(tag_format="v{version}")},
            {"a": "a", "b": "b"},
            r"tags of 'a' \(v\{version\}\) and 'b'",
        ),
        (
            {"a": ComponentRules(tag_format="v{version}"), "b": ComponentRules(tag_format="v1-{version}")},
            {"a": "a", "b": "b"},
            "cannot be told apart: v1-1 could be of either",
        ),
    ],
)
def test_contradictions_are_errors_that_name_both_sides(
    rules: dict[str, ComponentRules], packages: dict[str, str], problem: str
) -> None:
    with pytest.raises(ConfigError, match=problem) as error:
        plan(configured(rules), **packages)
    assert error.value.hint


def test_linked_versions_name_components_that_there_are() -> None:
    config = Config(linked_versions=(("a", "zz"),))
    for packages in ({"a": "a", "b": "b"}, {"a": "."}):
        with pytest.raises(ConfigError, match="there is no component"):
            plan(config, **packages)


def test_a_workspace_without_packages_is_an_error() -> None:
    with pytest.raises(ConfigError, match="none of the members of the workspace is a package: docs, site"):
        plan_components(Config(), members=("docs", "site"), projects={})


def test_tags_with_like_names_are_told_apart() -> None:
    found = plan(a="a", a_v="b", **{"a-v-v": "c", "ab": "d"})
    assert [one.config.tag_format for one in found] == [
        "a-v{version}",
        "a-v-v{version}",
        "a-v-v-v{version}",
        "ab-v{version}",
    ]


def test_skipped_components_have_no_tags_that_could_clash() -> None:
    rules = ComponentRules(tag_format="v{version}")
    config = configured({"a": rules, "b": ComponentRules(tag_format="v{version}", skip=True)})
    assert [one.name for one in plan(config, a="a", b="b")] == ["a", "b"]


@settings(deadline=None)
@given(st.dictionaries(st.from_regex(r"[a-z]{1,3}/[a-z]{1,3}", fullmatch=True), st.none(), min_size=1), st.randoms())
def test_the_components_do_not_depend_on_any_order(folders: dict[str, None], random: object) -> None:
    projects = {folder: project(folder.replace("/", "-")) for folder in folders}
    members = list(projects)
    getattr(random, "shuffle")(members)  # noqa: B009 - Hypothesis' own random, whose type is the seedless one
    again = plan_components(Config(), members=members, projects=dict(reversed(projects.items())))
    assert again == plan_components(Config(), members=tuple(projects), projects=projects)
    assert [one.path for one in again] == sorted(folders)
