"""Rules about names, versions and archives as a whole."""

from __future__ import annotations

import msgspec
import pytest

from domains.distworld import INFO, METADATA, check, make_sdist, make_wheel, member, rules, tell
from pilotage.domains.distchecks.archive import SIZE_LIMIT
from pilotage.errors import ConfigError
from pilotage.model.distcontents import DistContents, DistMember


def test_a_good_release_has_no_finding() -> None:
    report = check(make_sdist(), make_wheel())
    assert (tell(report), report.errors, report.warnings) == ([], (), ())
    assert [each.name for each in report.contents] == ["demo-1.0-py3-none-any.whl", "demo-1.0.tar.gz"]


def test_a_release_without_a_tag_is_held_against_itself() -> None:
    assert tell(check(make_sdist(), make_wheel(), tag=None)) == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("demo.whl", "'demo.whl' is not the name of a wheel or an sdist"),
        ("demo-1.0.zip", "it is of a kind that indexes no longer take"),
        ("demo-1.0-py3.11.egg", "'demo-1.0-py3.11.egg' is not the name of"),
    ],
)
def test_a_file_of_no_known_name_is_told(name: str, said: str) -> None:
    report = check(make_sdist(), DistContents(name=name, size=1, damage="it is no zip" if name == "demo.whl" else ""))
    told = [line for line in tell(report) if line.startswith("D001")]
    assert [line.startswith(f"D001 e {name}: {said}") for line in told] == [True]


def test_files_of_several_releases_are_told_once_with_all_of_them() -> None:
    other = make_wheel(name="other-2.0-py3-none-any.whl")
    assert "D002 e demo-1.0.tar.gz: the files are of several releases: demo 1.0, other 2.0" in tell(
        check(make_sdist(), other)
    )


def test_a_second_sdist_is_one_too_many() -> None:
    assert tell(check(make_sdist(), make_sdist(name="demo-1.0.0.tar.gz"))) == [
        "D003 e demo-1.0.tar.gz: there are 2 sdists: demo-1.0.0.tar.gz, demo-1.0.tar.gz",
    ]


def test_every_file_of_another_version_than_the_tag_is_told_with_what_is_expected() -> None:
    told = tell(check(make_sdist(), make_wheel(), tag="1.0.1"))
    assert told == [
        "D004 e demo-1.0-py3-none-any.whl: its name says 1.0, expected 1.0.1",
        "D004 e demo-1.0-py3-none-any.whl: the metadata inside say 1.0, expected 1.0.1",
        "D004 e demo-1.0.tar.gz: its name says 1.0, expected 1.0.1",
        "D004 e demo-1.0.tar.gz: the metadata inside say 1.0, expected 1.0.1",
    ]


def test_versions_are_compared_as_versions_and_not_as_text() -> None:
    assert tell(check(make_sdist(), make_wheel(), tag="v1.0.0")) == []


def test_metadata_of_something_else_are_told() -> None:
    other = METADATA.replace("Name: demo", "Name: other").replace("Version: 1.0", "Version: 1.1")
    assert [line for line in tell(check(make_wheel(metadata=other))) if "D00" in line] == [
        "D004 e demo-1.0-py3-none-any.whl: the metadata inside say 1.1, expected 1.0",
        "D005 e demo-1.0-py3-none-any.whl: the metadata inside are of other",
        "D005 e demo-1.0-py3-none-any.whl: the metadata inside say version 1.1",
    ]
    nameless = METADATA.replace("Name: demo\n", "")
    assert "D005 e demo-1.0-py3-none-any.whl: the metadata inside are of no project" in tell(
        check(make_wheel(metadata=nameless))
    )


def test_a_version_that_is_none_is_told_by_the_rule_of_its_field_alone() -> None:
    report = check(make_wheel(metadata=METADATA.replace("Version: 1.0\nSumm", "Version: x\nSumm")))
    assert rules(report) == {"D103"}


@pytest.mark.parametrize(("is_public", "weight"), [(True, "e"), (False, "w")])
def test_an_sdist_s_name_is_in_its_normal_form(weight: str, *, is_public: bool) -> None:
    sdist = make_sdist(name="Demo-1.0.tar.gz")
    assert tell(check(sdist, is_public=is_public)) == [
        f"D006 {weight} Demo-1.0.tar.gz: its normal form is demo-1.0.tar.gz"
    ]


def test_an_older_spelling_of_a_wheel_s_name_is_a_warning() -> None:
    wheel = make_wheel(name="Demo-1.0-py3-none-any.whl")
    assert tell(check(wheel)) == ["D006 w Demo-1.0-py3-none-any.whl: its normal form begins with demo-1.0-"]


@pytest.mark.parametrize(("is_public", "weight"), [(True, "e"), (False, "w")])
def test_a_local_version_is_for_private_indexes(weight: str, *, is_public: bool) -> None:
    metadata = METADATA.replace("Version: 1.0\nS", "Version: 1.0+x\nS")
    sdist = make_sdist(name="demo-1.0+x.tar.gz", top="demo-1.0+x", metadata=metadata)
    assert tell(check(sdist, tag="1.0+x", is_public=is_public)) == [
        f"D007 {weight} demo-1.0+x.tar.gz: its version 1.0+x has a local part"
    ]


def test_a_damaged_archive_is_told_and_what_cannot_be_known_of_it_is_not() -> None:
    broken = make_wheel(metadata=None, wheel=None, record=None, damage="it is cut short")
    assert tell(check(broken)) == ["D008 e demo-1.0-py3-none-any.whl: it is cut short"]
    sdist = make_sdist(metadata=None, without=("pyproject.toml",), excess="it unpacks to more than 9 bytes")
    assert tell(check(sdist)) == ["D009 e demo-1.0.tar.gz: it unpacks to more than 9 bytes"]


@pytest.mark.parametrize(("is_public", "weight"), [(True, "e"), (False, "w")])
def test_a_file_that_is_too_large_for_an_index_is_told(weight: str, *, is_public: bool) -> None:
    large = msgspec.structs.replace(make_sdist(), size=SIZE_LIMIT + 1)
    assert tell(check(large, is_public=is_public)) == [
        f"D010 {weight} demo-1.0.tar.gz: it has 104857601 bytes, more than 104857600 (100 MB)"
    ]
    assert tell(check(large, allow=("demo-*.tar.gz",))) == []
    assert tell(check(msgspec.structs.replace(make_sdist(), size=SIZE_LIMIT))) == []


def test_a_glob_that_is_none_is_an_error_of_the_configuration() -> None:
    with pytest.raises(ConfigError, match="allow-files"):
        check(make_sdist(), allow=("../x",))


def test_many_findings_of_one_kind_are_told_as_a_number() -> None:
    extra = [DistMember(f"demo-1.0/{number:03}.pyc", 1) for number in range(50)]
    told = tell(check(make_sdist(*extra)))
    assert (len(told), [line for line in told if "more" in line]) == (
        21,
        ["D505 w demo-1.0.tar.gz: … and 30 more of this rule"],
    )


def test_findings_are_sorted_errors_first_and_all_told_at_once() -> None:
    report = check(
        make_wheel(member("demo/.env"), metadata=METADATA.replace("Requires-Python: >=3.11\n", "")),
        make_sdist(without=("pyproject.toml",)),
    )
    assert [(one.severity, one.rule) for one in report.findings] == [
        ("error", "D105"),
        ("error", "D302"),
        ("error", "D501"),
        ("warning", "D110"),
    ]
    assert all(one.hint for one in report.findings)


def test_a_wheel_without_its_own_folder_is_told() -> None:
    wheel = make_wheel(member("other-1.0.dist-info/x"))
    assert (
        f"D209 e demo-1.0-py3-none-any.whl: expected one .dist-info folder, found {INFO}, other-1.0.dist-info"
        in tell(check(wheel))
    )
