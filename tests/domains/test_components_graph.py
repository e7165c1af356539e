"""Who requires whom, and the order that follows from it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domains.components_release import Package, components_of, files_of
from pilotage.domains.components.graph import Edge, find_edges, sort_by_dependency
from pilotage.errors import ConfigError


def edges_of(packages: dict[str, Package], **more: str) -> list[tuple[str, str, str, str]]:
    names = list(packages)
    files = files_of(packages) | {f"packages/{path.replace('__', '/')}": text for path, text in more.items()}
    return [
        (names[one.dependent], names[one.required], one.kind, one.specifier)
        for one in find_edges(components_of(packages), files)
    ]


def order_of(packages: dict[str, Package]) -> list[str]:
    components = components_of(packages)
    order = sort_by_dependency(components, find_edges(components, files_of(packages)))
    return [str(components[index].name) for index in order]


def test_requirements_between_components_are_edges() -> None:
    more = '[project.optional-dependencies]\nx = ["C[y]~=1.0"]\n[dependency-groups]\ndev = ["d"]\n'
    packages = {
        "a": Package(["B.b>=1,<2", "requests>=2"], more=more),
        "b-b": Package(),
        "c": Package(depends_on=("a",)),
        "d": Package(),
    }
    assert edges_of(packages) == [
        ("a", "b-b", "shipped", ">=1,<2"),
        ("a", "c", "shipped", "~=1.0"),
        ("a", "d", "development", ""),
        ("c", "a", "configured", ""),
    ]


@pytest.mark.parametrize(
    ("table", "kind"),
    [
        ('[build-system]\nrequires = ["b==1"]', "shipped"),
        ("[tool.poetry.dependencies]\nb = '1'", "shipped"),
        ('[project.optional-dependencies]\nall = ["b==1"]', "shipped"),
        ("[tool.poetry.group.dev.dependencies]\nb = '1'", "development"),
        ("[tool.poetry.dev-dependencies]\nb = '1'", "development"),
        ('[dependency-groups]\ndev = ["b==1"]', "development"),
        ('[tool.uv]\ndev-dependencies = ["b==1"]', "development"),
        ('[tool.uv]\nconstraint-dependencies = ["b==1"]', "development"),
        ('[tool.pdm.dev-dependencies]\nx = ["b==1"]', "development"),
    ],
)
def test_users_notice_what_the_metadata_says(table: str, kind: str) -> None:
    assert [(one[1], one[2]) for one in edges_of({"a": Package(more=table), "b": Package()})] == [("b", kind)]


def test_a_requirements_file_counts_for_users_where_the_package_s_files_name_it() -> None:
    packages = {"a": Package(more="[tool.x]\nfile = 'requirements.txt'"), "b": Package(), "c": Package()}
    components = components_of(packages)
    files = files_of(packages) | {
        "packages/a/requirements.txt": "b==1\n",
        "packages/a/requirements/dev.txt": "c==1\n",
        "packages/b/setup.cfg": "[options]\ninstall_requires =\n  c>1\ntests_require =\n  a>1\n",
        "elsewhere/requirements.txt": "a==1\n",
    }
    assert [(one.dependent, one.required, one.kind) for one in find_edges(components, files)] == [
        (0, 1, "shipped"),
        (0, 2, "development"),
        (1, 2, "shipped"),
        (1, 0, "development"),
    ]


def test_a_source_names_the_file_and_the_table() -> None:
    packages = {"a": Package(["b"]), "b": Package(depends_on=("a",))}
    sources = [one.source for one in find_edges(components_of(packages), files_of(packages))]
    assert sources == [
        "packages/a/pyproject.toml [project] dependencies",
        "[tool.pilotage.components.b] depends-on",
    ]


def test_files_that_mention_no_component_are_not_parsed() -> None:
    packages = {"alpha": Package(), "beta": Package()}
    files = {"packages/alpha/pyproject.toml": "this is no TOML"}
    assert find_edges(components_of(packages), files) == ()


def test_an_unnamed_dependency_of_the_configuration_is_passed_over() -> None:
    assert edges_of({"a": Package(depends_on=("gone",))}) == []


def test_each_component_stands_behind_what_it_requires() -> None:
    packages = {"a": Package(["c"]), "b": Package(), "c": Package(["d>=1"]), "d": Package(), "e": Package()}
    assert order_of(packages) == ["b", "d", "c", "a", "e"]


def test_a_circle_is_an_error_that_names_it() -> None:
    packages = {"x": Package(["b"]), "a": Package(["b"]), "b": Package(["c"]), "c": Package(depends_on=("a",))}
    with pytest.raises(ConfigError, match="in a circle: a → b → c → a ") as error:
        order_of(packages)
    for source in ("packages/a/pyproject.toml [project] dependencies", "[tool.pilotage.components.c] depends-on"):
        assert source in error.value.message
    assert "dependency group" in error.value.hint


def test_a_circle_among_developers_only_is_none() -> None:
    more = '[dependency-groups]\ntest = ["a"]'
    assert order_of({"a": Package(["b"]), "b": Package(more=more)}) == ["b", "a"]


def test_a_package_may_require_its_own_extras() -> None:
    assert order_of({"a": Package(["a[x]==1.0.0"])}) == ["a"]


def test_what_is_never_released_makes_no_circle() -> None:
    assert order_of({"a": Package(["b"]), "b": Package(["a"], skip=True)}) == ["a", "b"]


GRAPHS = st.integers(1, 8).flatmap(
    lambda size: st.tuples(
        st.just(size), st.sets(st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)), max_size=14)
    )
)


@settings(deadline=None)
@given(GRAPHS, st.booleans())
def test_an_order_respects_every_edge_and_is_missing_only_where_there_is_a_circle(
    graph: tuple[int, set[tuple[int, int]]], downhill: bool
) -> None:
    size, pairs = graph
    pairs = {(max(one), min(one)) for one in pairs} if downhill else pairs
    edges = [Edge(dependent, required, "", "somewhere", "shipped") for dependent, required in sorted(pairs)]
    components = components_of({f"p{index}": Package() for index in range(size)})
    try:
        order = sort_by_dependency(components, edges)
    except ConfigError:
        assert not downhill
        return
    assert sorted(order) == list(range(size))
    assert all(order.index(edge.required) <= order.index(edge.dependent) for edge in edges)
    assert order == sort_by_dependency(components, edges[::-1])
