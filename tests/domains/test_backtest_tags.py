from __future__ import annotations

import pytest

from pilotage.domains.backtest.releasetags import read_release_tags

SHA = "a" * 40


def read(*names: str) -> list[tuple[str, str]]:
    return [(tag.component, tag.text) for tag in read_release_tags({name: SHA + name for name in names})]


@pytest.mark.parametrize(
    ("name", "component", "text"),
    [
        ("1.2.3", "", "1.2.3"),
        ("v1.2.3", "", "1.2.3"),
        ("release-1.2.3", "", "1.2.3"),
        ("Release/1.2", "", "1.2"),
        ("pkg-v1.2.3", "pkg", "1.2.3"),
        ("pkg/v1.2.3", "pkg", "1.2.3"),
        ("pkg==1.2.3", "pkg", "1.2.3"),
        ("pkg@1.2.3", "pkg", "1.2.3"),
        ("pkg_1.2.3", "pkg", "1.2.3"),
        ("py3-kit-v1.2.3", "py3-kit", "1.2.3"),
        ("@scope/pkg@1.2.3", "@scope/pkg", "1.2.3"),
        ("v1.2.3rc1", "", "1.2.3rc1"),
        ("v1.0.0-rc.1", "", "1.0.0-rc.1"),
        ("v1.0.0-next.1", "", "1.0.0-next.1"),
        ("v1.0.0.post1", "", "1.0.0.post1"),
        ("v1!1.0.0", "", "1!1.0.0"),
    ],
)
def test_a_tag_gives_its_component_and_its_version(name: str, component: str, text: str) -> None:
    assert read(name) == [(component, text)]


@pytest.mark.parametrize("name", ["latest", "nightly", "v1.x", "py3.11", "before-2024-cleanup", "v", "vv", "a" * 300])
def test_a_tag_without_a_version_is_no_release(name: str) -> None:
    assert read(name) == []


def test_a_pre_release_that_only_semver_can_spell_stands_below_its_full_version() -> None:
    [tag] = read_release_tags({"v2.0.0-next.1+b.1": SHA})
    assert str(tag.version) == "2.0.0.dev0"
    assert tag.version.is_prerelease


def test_tags_that_move_along_are_no_releases() -> None:
    tags = {
        "v1": "c" * 40,
        "v1.2": "b" * 40,
        "v1.2.0": "a" * 40,
        "v1.2.1": "b" * 40,
        "v2.0": "d" * 40,
        "v2.0.1": "e" * 40,
    }
    assert [tag.name for tag in read_release_tags(tags)] == ["v1.2.0", "v1.2.1", "v2.0", "v2.0.1"]


def test_numbers_alone_are_releases_where_all_tags_are_numbers() -> None:
    assert [tag.name for tag in read_release_tags({"v1": "a" * 40, "v2": "b" * 40})] == ["v1", "v2"]


def test_a_second_spelling_of_a_release_is_no_release_of_its_own() -> None:
    tags = {"1.2.3": SHA, "v1.2.3": SHA, "v1.2.4": "b" * 40, "1.2.4": "c" * 40}
    assert [tag.name for tag in read_release_tags(tags)] == ["v1.2.3", "1.2.4", "v1.2.4"]


def test_two_versions_on_one_commit_are_two_releases() -> None:
    assert [tag.name for tag in read_release_tags({"v1.2.0rc1": SHA, "v1.2.0": SHA})] == ["v1.2.0rc1", "v1.2.0"]


def test_each_component_has_its_own_usual_length() -> None:
    tags = {"a-1": "a" * 40, "a-2": "b" * 40, "b-1.0.0": "c" * 40, "b-1": "d" * 40}
    assert [tag.name for tag in read_release_tags(tags)] == ["a-1", "a-2", "b-1.0.0"]


def test_a_hostile_name_is_read_in_no_time() -> None:
    assert read("v" + "1." * 100_000) == []
    assert read("-v1" * 100_000) == []
