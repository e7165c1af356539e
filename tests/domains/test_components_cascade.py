"""What one release asks of other components."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domains.components_release import Package, candidate_of, components_of, files_of, settle, versions
from pilotage.domains.components.cascade import settle_releases
from pilotage.domains.components.following import follow_releases
from pilotage.domains.components.graph import find_edges
from pilotage.domains.components.moving import has_to_follow
from pilotage.errors import ConfigError
from pilotage.model.change import Change, Changes
from pilotage.model.config import ChangeType, Config
from pilotage.model.history import Baseline
from pilotage.model.line import Line
from pilotage.model.version import Bump, Version


def test_nothing_moves_without_a_release() -> None:
    assert versions({"a": Package(), "b": Package(["a==0.9"])}) == {}


def test_each_component_keeps_what_its_own_changes_make_of_it() -> None:
    packages = {"a": Package(change="feat"), "b": Package(["a>=1"], change="fix"), "c": Package(["a"])}
    assert versions(packages) == {"a": "1.1.0", "b": "1.0.1"}
    assert [one.follows for one in settle(packages).values()] == [(), (), ()]


@pytest.mark.parametrize(
    ("requirement", "follows"),
    [
        ("a", False),
        ("a>=1.0", False),
        ("a>=1.0,<2", True),
        ("a~=1.0", True),
        ("a==1.0.0", True),
        ("a[extra]==1.0.0 ; python_version > '3'", True),
        ("a==2.*", False),
        ("a>=3", False),
        ("a>1.0,<3", False),
    ],
)
def test_a_dependent_follows_where_its_requirement_does_not_admit_the_new_version(
    requirement: str, follows: bool
) -> None:
    packages = {"a": Package(change="feat!"), "b": Package([requirement])}
    assert versions(packages) == {"a": "2.0.0"} | ({"b": "1.0.1"} if follows else {})


def test_a_dependent_says_what_it_follows() -> None:
    settled = settle({"a": Package(change="feat!"), "b": Package(["a<2"])})["b"]
    assert settled.follows == ("a",)
    assert (settled.proposal.bump, settled.proposal.tag) == (Bump.PATCH, "b-v1.0.1")
    assert settled.proposal.changes.changes == (Change("c-a", "deps", "update a to 2.0.0"),)


def test_following_comes_behind_a_component_s_own_changes() -> None:
    settled = settle({"a": Package(change="fix"), "b": Package(["a==1.0.0"], change="feat")})["b"]
    assert str(settled.proposal.version) == "1.1.0"
    assert [change.subject for change in settled.proposal.changes.changes] == ["change b", "update a to 1.0.1"]


def test_a_release_goes_through_a_chain_in_order() -> None:
    packages = {"a": Package(["b==1.0.0"]), "b": Package(["c==1.0.0"]), "c": Package(change="feat")}
    assert versions(packages) == {"a": "1.0.1", "b": "1.0.1", "c": "1.1.0"}
    settled = settle(packages)
    assert (settled["a"].follows, settled["b"].follows) == (("b",), ("c",))
    # The commit behind each is the one that started it.
    assert {change.sha for one in settled.values() for change in one.proposal.changes.changes} == {"c-c"}


def test_a_component_that_follows_two_is_released_once() -> None:
    packages = {"a": Package(change="fix"), "b": Package(change="feat"), "c": Package(["a==1.0.0", "b==1.0.0"])}
    settled = settle(packages)["c"]
    assert (str(settled.proposal.version), settled.follows) == ("1.0.1", ("a", "b"))


@pytest.mark.parametrize(("bump", "expected"), [("patch", "1.0.1"), ("minor", "1.1.0")])
def test_the_bump_of_dependents_is_configured(bump: str, expected: str) -> None:
    config = Config(dependent_bump=bump)  # type: ignore[arg-type]  # parametrised
    packages = {"a": Package(change="feat!"), "b": Package(["a<2"]), "c": Package(["a<2"], change="fix")}
    assert versions(packages, config) == {"a": "2.0.0", "b": expected, "c": expected}


def test_without_a_bump_only_what_is_released_anyway_follows() -> None:
    config = Config(dependent_bump="none")
    packages = {"a": Package(change="feat!"), "b": Package(["a<2"]), "c": Package(["a<2"], change="fix")}
    assert versions(packages, config) == {"a": "2.0.0", "c": "1.0.1"}
    settled = settle(packages, config)
    assert (settled["c"].follows, settled["b"].follows) == (("a",), ())
    assert settled["b"].proposal.changes.changes == ()


def test_the_types_table_does_not_decide_how_far_a_dependent_moves() -> None:
    config = Config(extend_types={"deps": ChangeType("none")})
    assert versions({"a": Package(change="feat!"), "b": Package(["a<2"])}, config)["b"] == "1.0.1"


def test_a_requirement_of_developers_releases_nothing() -> None:
    more = '[dependency-groups]\ndev = ["a==1.0.0"]'
    assert versions({"a": Package(change="fix"), "b": Package(more=more)}) == {"a": "1.0.1"}


def test_depends_on_releases_whatever_the_requirements_say() -> None:
    assert versions({"a": Package(change="fix"), "b": Package(depends_on=("a",))}) == {"a": "1.0.1", "b": "1.0.1"}


def test_what_was_never_released_is_not_released_for_others() -> None:
    packages = {"a": Package(change="feat!"), "b": Package(["a<2"], version=""), "c": Package(["b==0.0.0"])}
    assert versions(packages) == {"a": "2.0.0"}
    assert versions(packages | {"b": Package(["a<2"], change="fix", version="")}) == {
        "a": "2.0.0",
        "b": "0.1.0",
        "c": "1.0.1",
    }


def test_a_pin_on_itself_does_not_release_a_package() -> None:
    assert versions({"a": Package(["a[x]==1.0.0"]), "b": Package(change="fix")}) == {"b": "1.0.1"}
    assert settle({"a": Package(["a[x]==1.0.0"], change="fix")})["a"].follows == ()


def test_a_circle_is_an_error() -> None:
    with pytest.raises(ConfigError, match="circle: a → b → a"):
        versions({"a": Package(["b"], change="fix"), "b": Package(["a"])})


def test_linked_components_get_the_highest_of_their_next_versions() -> None:
    config = Config(linked_versions=(("a", "b", "c"),))
    packages = {"a": Package(change="fix"), "b": Package(change="feat"), "c": Package(), "d": Package(change="fix")}
    assert versions(packages, config) == {"a": "1.1.0", "b": "1.1.0", "c": "1.1.0", "d": "1.0.1"}
    settled = settle(packages, config)
    assert [settled[name].linked_to for name in "abcd"] == ["b", "", "b", ""]
    assert (settled["c"].proposal.tag, settled["c"].proposal.bump) == ("c-v1.1.0", Bump.MINOR)


def test_linked_components_stay_where_none_is_released() -> None:
    config = Config(linked_versions=(("a", "b"),))
    assert versions({"a": Package(), "b": Package(version="2.0.0"), "c": Package(change="fix")}, config) == {
        "c": "1.0.1"
    }


def test_linked_components_pass_the_highest_version_that_one_of_them_has() -> None:
    config = Config(linked_versions=(("a", "b"),))
    packages = {"a": Package(change="feat"), "b": Package(version="2.3.4")}
    assert versions(packages, config) == {"a": "2.4.0", "b": "2.4.0"}
    assert [one.linked_to for one in settle(packages, config).values()] == ["", "a"]


def test_a_linked_component_has_its_first_release_with_the_others() -> None:
    config = Config(linked_versions=(("a", "b"),))
    assert versions({"a": Package(change="fix"), "b": Package(version="")}, config) == {"a": "1.0.1", "b": "1.0.1"}


def test_what_requires_a_linked_component_follows_the_version_of_the_group() -> None:
    config = Config(linked_versions=(("a", "b"),))
    packages = {
        "a": Package(change="fix"),
        "b": Package(change="feat!"),
        "c": Package(["a<2"]),
        "d": Package(["c==1.0.0"]),
    }
    settled = settle(packages, config)
    assert versions(packages, config) == {"a": "2.0.0", "b": "2.0.0", "c": "1.0.1", "d": "1.0.1"}
    assert settled["c"].proposal.changes.changes[0].subject == "update a to 2.0.0"


def test_a_follower_brings_its_linked_group_along() -> None:
    config = Config(linked_versions=(("b", "c"),))
    packages = {"a": Package(change="feat!"), "b": Package(["a<2"]), "c": Package(), "d": Package(["c==1.0.0"])}
    assert versions(packages, config) == {"a": "2.0.0", "b": "1.0.1", "c": "1.0.1", "d": "1.0.1"}
    settled = settle(packages, config)
    # c has no change of its own: what d follows was started by the commit of a
    assert settled["d"].proposal.changes.changes == (Change("c-a", "deps", "update c to 1.0.1"),)


def test_with_a_pull_request_each_a_dependent_follows_what_is_released() -> None:
    config = Config(separate_pull_requests=True)
    packages = {"a": Package(change="feat!"), "b": Package(["a<2"]), "c": Package(depends_on=("a",))}
    assert versions(packages, config) == {"a": "2.0.0"}
    merged = packages | {"a": Package(version="2.0.0")}
    assert versions(merged, config) == {"b": "1.0.1"}
    assert settle(merged, config)["b"].proposal.changes.changes == (Change("r-a", "deps", "update a to 2.0.0"),)


def test_a_component_that_was_never_released_is_followed_by_nobody_yet() -> None:
    config = Config(separate_pull_requests=True)
    assert versions({"a": Package(version="", change="feat"), "b": Package(["a==0.0.0"])}, config) == {"a": "0.1.0"}


def test_dependents_stay_on_their_channel() -> None:
    packages = {"a": Package(change="feat!"), "b": Package(["a<2"])}
    settled = settle(packages, line=Line("next", "rc"))
    assert [str(one.proposal.version) for one in settled.values()] == ["2.0.0rc1", "1.0.1rc1"]


def test_the_order_of_components_does_not_matter() -> None:
    packages = {"a": Package(["b==1.0.0"]), "b": Package(["c==1.0.0"]), "c": Package(change="feat")}
    assert versions(dict(reversed(packages.items()))) == versions(packages)


@pytest.mark.parametrize(
    ("specifier", "version", "expected"),
    [
        ("", "2.0", False),
        (">=1", "2.0", False),
        ("<2", "2.0", True),
        ("==1.0", "1.0", False),
        ("==1.0", "1.1", True),
        (">=2,<3", "1.9", False),
        ("^2.1", "1.9", False),
        (">=1.5.*", "1.6", True),
        ("!=2.0", "2.0", True),
        ("==9.x", "2.0", True),
        ("<2", "2.0rc1", True),
        ("<=2,!=2.0rc1", "2.0rc1", True),
    ],
)
def test_a_requirement_that_waits_for_a_later_version_does_not_follow(
    specifier: str, version: str, expected: bool
) -> None:
    assert has_to_follow(specifier, Version(version)) is expected


def follow(packages: dict[str, Package], released: dict[str, str], **keys: object) -> dict[str, str]:
    config = keys.pop("config", Config())
    assert isinstance(config, Config)
    edits = follow_releases(
        components_of(packages),
        files_of(packages),
        {name: Version(version) for name, version in released.items()},
        config=config,
        only=keys.pop("only", None),  # type: ignore[arg-type]  # a name
        policy=keys.pop("policy", "needed"),  # type: ignore[arg-type]  # one of three words
    )
    return {edit.path.split("/")[1]: edit.text for edit in edits}


def test_lower_bounds_of_what_is_released_anyway_can_follow() -> None:
    packages = {"a": Package(change="feat"), "b": Package(["a>=1.0"], change="fix"), "c": Package(["a>=1.0"])}
    settled = settle(packages, Config(dependent_bump="minor"), policy="released")
    assert [str(one.proposal.version) for one in settled.values()] == ["1.1.0", "1.0.1", "None"]
    assert settled["b"].follows == ("a",)
    assert settled["b"].proposal.changes.changes[-1] == Change("c-a", "deps", "update a to 1.1.0")
    assert (settled["c"].follows, settled["c"].proposal.changes.changes) == ((), ())
    edited = follow(packages, {"a": "1.1.0", "b": "1.0.1"}, policy="released")
    assert edited == {"b": files_of(packages)["packages/b/pyproject.toml"].replace("a>=1.0", "a>=1.1.0")}


def test_every_requirement_can_follow_every_release() -> None:
    packages = {"a": Package(change="feat"), "b": Package(["a>=1.0"]), "c": Package(["a~=1.0"]), "d": Package(["a"])}
    settled = settle(packages, policy="always")
    assert [str(one.proposal.version) for one in settled.values()] == ["1.1.0", "1.0.1", "1.0.1", "None"]
    edited = follow(packages, {"a": "1.1.0", "b": "1.0.1", "c": "1.0.1"}, policy="always")
    assert ("a>=1.1.0" in edited["b"], "a~=1.1" in edited["c"], set(edited)) == (True, True, {"b", "c"})


def test_several_requirements_of_one_file_change_together() -> None:
    packages = {
        "a": Package(),
        "b": Package(),
        "c": Package(["a==1.0.0", "b<1.1,>=1"], more='[dependency-groups]\ndev = ["a==1.0.0"]'),
    }
    edited = follow(packages, {"a": "1.1.0", "b": "1.1.0"})
    before = files_of(packages)["packages/c/pyproject.toml"]
    assert edited == {"c": before.replace("a==1.0.0", "a==1.1.0").replace("b<1.1,>=1", "b<1.2,>=1.1.0")}


def test_a_pin_on_itself_follows() -> None:
    assert "a[x]==1.0.1" in follow({"a": Package(["a[x]==1.0.0"])}, {"a": "1.0.1"})["a"]


def test_requirements_of_what_is_never_released_follow_too() -> None:
    packages = {"a": Package(), "demo": Package(["a==1.0.0"], skip=True)}
    assert "a==1.0.1" in follow(packages, {"a": "1.0.1"}, config=Config(dependent_bump="none"))["demo"]


def test_without_a_bump_the_requirements_of_what_is_not_released_stay() -> None:
    packages = {"a": Package(), "b": Package(["a==1.0.0"]), "c": Package(["a==1.0.0"])}
    assert set(follow(packages, {"a": "1.0.1", "c": "2.0"}, config=Config(dependent_bump="none"))) == {"c"}


def test_a_pull_request_of_one_component_touches_no_other_folder() -> None:
    packages = {"a": Package(["b==1.0.0"]), "b": Package(), "c": Package(["a==1.0.0"])}
    assert set(follow(packages, {"a": "1.0.1", "b": "1.2.0"}, only="a")) == {"a"}


def test_a_requirement_that_cannot_follow_is_an_error_with_its_place() -> None:
    with pytest.raises(ConfigError, match=r"packages/b/pyproject.toml line 4.*a !=2.0.0 does not accept 2.0.0"):
        follow({"a": Package(), "b": Package(["a!=2.0.0"])}, {"a": "2.0.0"})


CHANGES = st.sampled_from(["", "", "fix", "feat", "feat!"])
SPECIFIERS = st.sampled_from(["", "==1.0.0", "<1.1", "~=1.0", ">=1", None])


@st.composite
def repositories(draw: st.DrawFn) -> dict[str, Package]:
    packages: dict[str, Package] = {}
    for index in range(draw(st.integers(1, 5))):
        requires = []
        for other in packages:
            specifier = draw(SPECIFIERS)
            requires += [] if specifier is None else [other + specifier]
        packages[f"p{index}"] = Package(requires, change=draw(CHANGES), version=draw(st.sampled_from(["1.0.0", ""])))
    return packages


@settings(deadline=None, max_examples=40)
@given(repositories(), st.lists(st.sampled_from(["p0", "p1", "p2"]), unique=True), st.randoms())
def test_a_fixed_point_is_reached_and_everything_released_has_a_cause(
    packages: dict[str, Package], group: list[str], random: object
) -> None:
    group = [name for name in group if name in packages]
    config = Config(linked_versions=(tuple(group),) if group else ())
    settled = settle(packages, config)
    for name, one in settled.items():
        if one.proposal.version is not None:
            assert packages[name].change or one.follows or name in group
        assert all(settled[other].proposal.version for other in one.follows)
    linked = {settled[name].proposal.version for name in group}
    assert len(linked) <= 1
    names = list(packages)
    getattr(random, "shuffle")(names)  # noqa: B009 - Hypothesis' own random
    assert versions({name: packages[name] for name in names}, config) == versions(packages, config)


def release(
    packages: dict[str, Package], files: dict[str, str], config: Config, *, only: str | None = None
) -> tuple[dict[str, Package], dict[str, str]]:
    """Release what is to be released, or one component of it, as merging its pull request does."""
    components = components_of(packages)
    candidates = [candidate_of(component, packages[component.name or ""]) for component in components]
    settled = settle_releases(candidates, files, config=config)
    new = {
        name: one.proposal.version
        for name, one in zip(packages, settled, strict=True)
        if one.proposal.version and only in (None, name)
    }
    known = {name: Version(one.version) for name, one in packages.items() if one.version} if only else {}
    edits = follow_releases(components, files, known | new, config=config, only=only)
    released = {name: Package(version=str(new[name])) if name in new else one for name, one in packages.items()}
    return released, files | {edit.path: edit.text for edit in edits}


def pending(packages: dict[str, Package], files: dict[str, str], config: Config) -> list[str]:
    candidates = [candidate_of(one, packages[one.name or ""]) for one in components_of(packages)]
    settled = settle_releases(candidates, files, config=config)
    return [name for name, one in zip(packages, settled, strict=True) if one.proposal.version]


@settings(deadline=None, max_examples=40)
@given(repositories(), st.sampled_from(["none", "patch", "minor"]))
def test_after_a_release_nothing_is_left_to_release_or_to_follow(packages: dict[str, Package], bump: str) -> None:
    config = Config(dependent_bump=bump)  # type: ignore[arg-type]  # drawn from the three
    released, files = release(packages, files_of(packages), config)
    assert pending(released, files, config) == []
    assert release(released, files, config) == (released, files)


@settings(deadline=None, max_examples=40)
@given(repositories(), st.randoms())
def test_pull_requests_of_their_own_come_to_an_end_in_whatever_order_they_are_merged(
    packages: dict[str, Package], random: object
) -> None:
    config = Config(separate_pull_requests=True)
    files = files_of(packages)
    merged = 0
    while open_ones := pending(packages, files, config):
        chosen = getattr(random, "choice")(open_ones)  # noqa: B009 - Hypothesis' own random
        packages, files = release(packages, files, config, only=chosen)
        merged += 1
        assert merged <= 2 ** len(packages)
    current = {name: Version(one.version) for name, one in packages.items() if one.version}
    for edge in find_edges(components_of(packages), files):
        names = list(packages)
        required, dependent = names[edge.required], names[edge.dependent]
        if required in current and dependent in current:
            assert not has_to_follow(edge.specifier, current[required])


def test_a_line_of_pre_releases_carries_what_it_follows_to_its_end() -> None:
    """1.1.0rc1 of b is out; what ends it ships what came since 1.0.0, and the update with it."""
    since_full = Changes((Change("c-old", "feat", "an old feature"),))
    line = Line(full=Baseline("b-v1.0.0", "f" * 40, Version("1.0.0")), since_full=since_full)
    packages = {"a": Package(change="feat!"), "b": Package(["a<2"], version="1.1.0rc1")}
    a, b = components_of(packages)
    candidates = [candidate_of(a, packages["a"]), candidate_of(b, packages["b"], line=line)]
    settled = settle_releases(candidates, files_of(packages), config=Config())[1]
    assert str(settled.proposal.version) == "1.1.0"
    assert [change.subject for change in settled.proposal.changes.changes] == ["an old feature", "update a to 2.0.0"]
