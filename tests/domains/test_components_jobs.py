"""The matrix of jobs that build and publish several packages."""

from __future__ import annotations

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from domains.components_release import Package, components_of, files_of
from pilotage.domains.components.jobs import Job, plan_jobs
from pilotage.model.config import Config
from pilotage.model.publishrules import PublishRules


def jobs(packages: dict[str, Package], *chosen: str) -> dict[str, tuple[str, ...]]:
    planned = plan_jobs(components_of(packages), files_of(packages), chosen=chosen or packages)
    return {job.name: job.after for job in planned}


def test_jobs_stand_in_the_order_of_the_dependencies() -> None:
    found = jobs({"a": Package(["c"]), "b": Package(), "c": Package(["d"]), "d": Package()})
    assert list(found.items()) == [("b", ()), ("d", ()), ("c", ("d",)), ("a", ("c", "d"))]


def test_a_job_waits_for_what_it_requires_through_packages_outside_of_the_matrix() -> None:
    assert jobs({"a": Package(["c"]), "b": Package(), "c": Package(["d"]), "d": Package()}, "a", "d") == {
        "d": (),
        "a": ("d",),
    }


def test_what_only_developers_require_holds_no_job_up() -> None:
    more = '[dependency-groups]\ndev = ["a"]'
    assert jobs({"a": Package(["b", "a[x]"]), "b": Package(more=more)}) == {"b": (), "a": ("b",)}


def test_what_is_never_released_is_no_job_and_makes_no_circle() -> None:
    packages = {"a": Package(["demo"]), "demo": Package(["a"], skip=True)}
    assert jobs(packages, "a") == {"a": ()}


def test_a_job_knows_what_the_index_calls_its_package() -> None:
    config = Config(publish=PublishRules(index="testpypi"))
    component = components_of({"core": Package()}, config)[0]
    component = msgspec.structs.replace(
        component, project=msgspec.structs.replace(component.project, name="Acme.Core_Lib")
    )
    assert plan_jobs([component], {}, chosen=["core"]) == (Job("core", "acme-core-lib", "testpypi"),)


@settings(deadline=None)
@given(st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=12), st.sets(st.integers(0, 6)))
def test_a_job_stands_behind_all_that_it_waits_for(pairs: set[tuple[int, int]], chosen: set[int]) -> None:
    packages = {
        f"p{index}": Package([f"p{min(pair)}" for pair in sorted(pairs) if max(pair) == index]) for index in range(7)
    }
    found = jobs(packages, *(f"p{index}" for index in sorted(chosen))) if chosen else {}
    assert set(found) == {f"p{index}" for index in chosen}
    names = list(found)
    assert all(names.index(other) < names.index(name) for name, after in found.items() for other in after)
