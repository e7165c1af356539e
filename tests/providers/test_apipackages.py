"""Which packages a project publishes, by its files and its settings."""

from __future__ import annotations

import pytest

from pilotage.providers.apipackages import Tree, select_sides, select_tree


def tree(*paths: str, settings: str = "") -> Tree:
    return Tree(dict.fromkeys(paths, "id"), (), settings)


def named(name: str) -> str:
    return f'[project]\nname = "{name}"\n'


@pytest.mark.parametrize(
    ("given", "names"),
    [
        (tree("src/a/__init__.py", "src/b/__init__.py", "c/__init__.py"), ("a", "b")),
        (tree("a/__init__.py", "b/__init__.py", "tests/__init__.py", "docs/__init__.py", "_c/__init__.py"), ("a", "b")),
        (tree("a/__init__.pyi"), ("a",)),
        (tree("a/__init__.py", "b/__init__.py", settings=named("A")), ("a",)),
        (tree("src/a_b/__init__.py", "src/c/__init__.py", settings=named("a.b")), ("a_b",)),
        (tree("a/b/__init__.py", "scripts/x.py", settings=named("a-b")), ("a",)),
        (tree("src/a/b/__init__.py"), ("a",)),
        (tree("scripts/x.py", "setup.py", "conftest.py"), ()),
        (tree("one.py", "two.py", settings=named("one")), ("one",)),
        (tree("src/one.py"), ("one",)),
        (tree("src/__init__.py"), ("src",)),
        (tree("a-b/__init__.py", "a/__init__.py"), ("a",)),
        (tree("lib/a/__init__.py", settings='[tool.setuptools]\npackage-dir = {"" = "lib"}'), ("a",)),
        (tree("lib/a/__init__.py", settings='[tool.setuptools.packages.find]\nwhere = ["./lib/"]'), ("a",)),
        (tree("a/__init__.py", settings='[tool.setuptools.packages.find]\nwhere = [".", "../x", 3]'), ("a",)),
        (tree("a/__init__.py", "b/__init__.py", settings='[tool.setuptools]\npackages = ["b", "b.c"]'), ("b",)),
        (
            tree("py/a/__init__.py", "b/__init__.py", settings='[tool.hatch.build.targets.wheel]\npackages=["py/a"]'),
            ("a",),
        ),
        (tree("a/__init__.py", settings='[tool.poetry]\nname = "a"'), ("a",)),
        (tree("a/__init__.py", settings="not toml ["), ("a",)),
        (tree("a/__init__.py", settings="x = " + "[" * 5_000), ("a",)),
        (tree("a/__init__.py", settings="project = 1"), ("a",)),
    ],
)
def test_the_published_packages_are_found(given: Tree, names: tuple[str, ...]) -> None:
    assert select_tree(given, None).names == names


def test_only_what_can_be_imported_is_its_api() -> None:
    given = tree(
        *("a/__init__.py", "a/b.py", "a/test/c.py", "a/tests/d.py", "a/test_e.py", "a/conftest.py"),
        *("a/__main__.py", "a/f-g.py", "a/h-i/j.py"),
    )

    assert list(select_tree(given, None).files) == ["a/__init__.py", "a/b.py", "a/test/c.py"]


def test_private_packages_beside_it_are_read_too() -> None:
    chosen = select_tree(tree("src/a/__init__.py", "src/_a/__init__.py", "_b/__init__.py"), None)

    assert (chosen.names, list(chosen.files)) == (("a",), ["_a/__init__.py", "a/__init__.py"])


def test_names_that_some_file_systems_take_for_one_are_left_out() -> None:
    chosen = select_tree(tree("a/__init__.py", "a/B.py", "a/b.py", "a/C/d.py", "a/c/e.py"), None)

    assert (list(chosen.files), chosen.skipped) == (["a/B.py", "a/C/d.py", "a/__init__.py"], 2)


def test_a_wanted_package_is_taken_whatever_it_is_named() -> None:
    assert select_tree(tree("tests/__init__.py", "a/__init__.py"), ["tests", "gone"]).names == ("tests",)


def test_a_head_cannot_hide_a_package_by_its_settings() -> None:
    base = tree("a/__init__.py", settings=named("a"))
    head = tree("a/__init__.py", "b/__init__.py", settings=named("b"))

    old, new = select_sides(base, head, None)

    assert (old.names, new.names) == (("a",), ("a", "b"))


def test_a_package_is_found_where_the_head_moved_it() -> None:
    old, new = select_sides(tree("a/__init__.py"), tree("src/a/__init__.py"), None)

    assert (dict(old.files), dict(new.files)) == (
        {"a/__init__.py": "a/__init__.py"},
        {"a/__init__.py": "src/a/__init__.py"},
    )


def test_only_wanted_packages_are_compared() -> None:
    both = tree("a/__init__.py", "b/__init__.py")

    assert [side.names for side in select_sides(both, both, ["b"])] == [("b",), ("b",)]
