from __future__ import annotations

import pytest
from packaging.version import Version

from pilotage.errors import ConfigError, RemoteError
from pilotage.model.dist import Dist, DistName, IndexFile, IndexProject, Presence, is_project, read_release

SHA = "a" * 64


def test_a_wheel_s_name_tells_project_version_kind_and_tag() -> None:
    name = DistName.parse("My_Pkg-1.0.0-py3-none-any.whl")
    assert (name.project, name.version, name.kind, name.pyversion, name.spelling) == (
        "my-pkg",
        Version("1"),
        "bdist_wheel",
        "py3",
        "1.0.0",
    )


def test_an_sdist_s_name_tells_project_version_and_kind() -> None:
    name = DistName.parse("my_pkg-1.0rc1.tar.gz")
    assert (name.project, str(name.version), name.kind, name.pyversion, name.spelling) == (
        "my-pkg",
        "1.0rc1",
        "sdist",
        "source",
        "1.0rc1",
    )


@pytest.mark.parametrize(
    "name",
    [
        "pkg.whl",
        "pkg-1.0.tar.bz2",
        "pkg.tar.gz",
        "notes.txt",
        "",
        "pkg-x-py3-none-any.whl",
        'p"-1-py3-none-any.whl',
        "../pkg-1.0.tar.gz",
        "pkg-1.0\n.tar.gz",
        "pkg-1.0-py3-no\r\nne-any.whl",
    ],
)
def test_another_name_is_refused_with_the_name_in_the_message(name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        DistName.parse(name)
    assert repr(name) in caught.value.message


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("pkg-1.0.tar.gz", "pkg-1.0.0.tar.gz", True),
        ("pkg-1.0.tar.gz", "pkg-1.0.zip", True),
        ("my.pkg-1.0.tar.gz", "my_pkg-1.0.tar.gz", True),
        ("pkg-1.0-py2.py3-none-any.whl", "pkg-1.0-py3.py2-none-any.whl", True),
        ("pkg-1.0-py3-none-any.whl", "pkg-1.0-1-py3-none-any.whl", False),
        ("pkg-1.0-cp311-abi3-linux_x86_64.whl", "pkg-1.0-cp312-abi3-linux_x86_64.whl", False),
        ("pkg-1.0.tar.gz", "pkg-1.0-py3-none-any.whl", False),
        ("pkg-1.0.tar.gz", "pkg-1.1.tar.gz", False),
    ],
)
def test_two_spellings_of_one_file_are_one_file(one: str, other: str, same: bool) -> None:
    assert DistName.parse(one).is_same_file(DistName.parse(other)) is same


def test_a_release_is_read_from_names_that_agree() -> None:
    assert read_release(("my.pkg-1.0.tar.gz", "my_pkg-1.0.0-py3-none-any.whl")) == ("my-pkg", Version("1.0"))


@pytest.mark.parametrize(
    "names",
    [
        (),
        ("pkg-1.0.tar.gz", "pkg-1.1-py3-none-any.whl"),
        ("pkg-1.0.tar.gz", "other-1.0-py3-none-any.whl"),
        ("pkg-1.0.tar.gz", "pkg-1.0.0.tar.gz"),
    ],
)
def test_names_that_disagree_make_no_release(names: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError):
        read_release(names)


def test_a_file_is_compared_by_digest() -> None:
    project = IndexProject("pkg", files=(IndexFile("pkg-1.0.tar.gz", SHA),))
    found = [
        project.compare(Dist(name, sha, 1))
        for name, sha in [
            ("pkg-1.0.tar.gz", SHA),
            ("pkg-1.0.tar.gz", "b" * 64),
            ("pkg-1.1.tar.gz", SHA),
        ]
    ]
    assert found == [Presence.SAME, Presence.DIFFERENT, Presence.ABSENT]


def test_a_file_without_a_digest_is_unknown_and_not_absent() -> None:
    project = IndexProject("pkg", files=(IndexFile("pkg-1.0.tar.gz"),))
    with pytest.raises(RemoteError):
        project.compare(Dist("pkg-1.0.tar.gz", SHA, 1))


@pytest.mark.parametrize(
    ("second", "expected"),
    [(SHA, Presence.SAME), ("b" * 64, RemoteError), ("", RemoteError)],
)
def test_a_name_that_is_listed_twice_is_known_only_when_both_digests_agree(
    second: str, expected: Presence | type[RemoteError]
) -> None:
    project = IndexProject("pkg", files=(IndexFile("pkg-1.0.tar.gz", SHA), IndexFile("pkg-1.0.tar.gz", second)))
    found: object
    try:
        found = project.compare(Dist("pkg-1.0.tar.gz", SHA, 1))
    except RemoteError as exc:
        found = type(exc)
    assert found == expected


def test_project_names_are_compared_normalised() -> None:
    assert is_project("My.Pkg", "my-pkg")
    assert not is_project("my-pkg", "mypkg")
