from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotage.errors import ConfigError
from pilotage.model.version import Bump, TagFormat, Version, read_version

if TYPE_CHECKING:
    from pathlib import Path


def test_bumps_rise_from_none_to_major() -> None:
    assert [bump.rank for bump in (Bump.NONE, Bump.PATCH, Bump.MINOR, Bump.MAJOR)] == [0, 1, 2, 3]


def test_the_highest_bump_is_the_farthest_and_none_of_none() -> None:
    assert Bump.highest(Bump.PATCH, Bump.MAJOR, Bump.NONE) == Bump.MAJOR
    assert Bump.highest() == Bump.NONE


def test_a_version_is_compared_as_one_and_not_as_text() -> None:
    assert read_version("1.10", place="x") > read_version("1.9.0", place="x")
    assert read_version("1.0-rc.1", place="x") == Version("1.0rc1")


@pytest.mark.parametrize("text", ["", "one", "1.2.3-SNAPSHOT", "1..2", "9" * 5000])
def test_what_is_not_a_version_is_an_error_with_its_place(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_version(text, place="pyproject.toml: [project] version")
    assert caught.value.message == f"pyproject.toml: [project] version: {text[:100]!r} is not a version"
    assert caught.value.hint == "Write a PEP 440 version, such as 1.4.0 or 2.0.0rc1."


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("v{version}", "v1.2"),
        ("{version}", "1.2"),
        ("{name}-v{version}", "parcel-v1.2"),
        ("release/{version}-final", "release/1.2-final"),
    ],
)
def test_a_format_spells_a_tag(text: str, tag: str) -> None:
    found = TagFormat.parse(text, name="parcel")
    assert tag == found.render(Version("1.2")) == found.render("1.2")
    assert found.read(tag) == Version("1.2")


NO_FORMATS = ["v", "", "{version}{version}", "v{other}{version}", "v {version}", "v..{version}", "v~{version}"]
NO_FORMATS += ["-v{version}", "/{version}", ".v{version}", "v//{version}", "{version}.lock", "{version}/", "{version}."]
NO_FORMATS += ["a/.b{version}", "a.lock/{version}", "v{version}@{", "v:{version}", "v{version}\x7f", "v{version}\\"]


@pytest.mark.parametrize("text", NO_FORMATS)
def test_a_format_that_makes_no_tag_is_refused(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        TagFormat.parse(text)
    assert caught.value.message == f"[tool.pilotage] tag-format: {text!r} does not make a git tag"
    assert caught.value.hint


@pytest.mark.parametrize(
    "text", ["v{version}", "a/b{version}c", "é{version}", "@{version}", "v{version}+x", "#{version}"]
)
def test_git_takes_the_tags_that_a_format_makes(text: str, tmp_path: Path) -> None:
    ref = f"refs/tags/{TagFormat.parse(text).render('1!1.2.3rc1.post2+local')}"
    assert subprocess.run(["git", "check-ref-format", ref], cwd=tmp_path, check=False).returncode == 0


@pytest.mark.parametrize(
    "tag",
    [
        *("v", "v1", "v1.2", "v2024.1.2.3"),
        *("experiment", "1.2.3", "vv1.2", "v.7.1.0", "v1.2.3-final", "pkg-v7.0.0", "V1.2.3", "v 1.2", "v1.2\n"),
        *("v1.2.3-SNAPSHOT", "v1._", f"v{'9' * 5000}", "v\u0661.\u0662"),
    ],
)
def test_only_tags_of_the_format_are_read(tag: str) -> None:
    versions = {"v1": "1", "v1.2": "1.2", "v2024.1.2.3": "2024.1.2.3"}
    found = TagFormat("v").read(tag)
    assert versions.get(tag) == (None if found is None else str(found))


def test_a_tag_shorter_than_prefix_and_suffix_together_is_none_of_the_format() -> None:
    assert TagFormat("ab", "ba").read("aba") is None
    assert TagFormat("v", "-x").read("v1.0") is None


VERSIONS = st.builds(
    "{}{}{}{}{}{}".format,
    st.sampled_from(["", "2!"]),
    st.lists(st.integers(0, 9999), min_size=1, max_size=5).map(lambda parts: ".".join(map(str, parts))),
    st.sampled_from(["", "a0", "b12", "rc3"]),
    st.sampled_from(["", ".post4"]),
    st.sampled_from(["", ".dev5"]),
    st.sampled_from(["", "+local.6"]),
).map(Version)


@given(VERSIONS, st.sampled_from([TagFormat("v"), TagFormat(""), TagFormat("a-", "-b"), TagFormat("1", "0")]))
def test_a_rendered_tag_is_read_back_the_same(version: Version, tag_format: TagFormat) -> None:
    assert version == tag_format.read(tag_format.render(version))
