"""Rules about RECORD, WHEEL, licences, shapes, paths and links."""

from __future__ import annotations

import pytest

from domains.distworld import INFO, METADATA, WHEEL, check, make_sdist, make_wheel, member, render_record, tell
from pilotage.domains.distchecks.record import read_record
from pilotage.model.distcontents import DistContents, DistMember

W, S = "demo-1.0-py3-none-any.whl", "demo-1.0.tar.gz"
GOOD = render_record(make_wheel().members[:-1])


def test_a_wheel_without_record_is_told() -> None:
    assert tell(check(make_wheel(record=None))) == [f"D201 e {W}: there is no RECORD in its .dist-info folder"]


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (b"\xff", "'utf-8' codec can't decode byte 0xff"),
        ("a,b\n", "line 1 has 2 columns instead of 3"),
        ('a,"b', "line 1: unexpected end of data"),
    ],
)
def test_a_record_that_is_no_table_is_told(record: str | bytes, said: str) -> None:
    told = tell(check(make_wheel(record=record)))
    assert [line.startswith(f"D202 e {W}: RECORD cannot be read: {said}") for line in told] == [True]


def test_record_lists_every_file_and_only_those_with_digest_and_size() -> None:
    line = "demo/__init__.py,sha256=digest-of-demo/__init__.py,3\n"
    for record, said in (
        (GOOD.replace(line, ""), f"D203 e {W}: demo/__init__.py: RECORD does not list it"),
        (GOOD + "gone.py,sha256=x,1\n", f"D204 e {W}: gone.py: RECORD lists it, and it is not there"),
        (
            GOOD.replace(line, line.replace("=d", "=x")),
            f"D205 e {W}: demo/__init__.py: its sha256 is not that of RECORD",
        ),
        (GOOD.replace(line, line.replace(",3", ",4")), f"D205 e {W}: demo/__init__.py: it has 3 bytes, RECORD says 4"),
        (
            GOOD.replace(line, "demo/__init__.py,,\n"),
            f"D206 e {W}: demo/__init__.py: RECORD has no digest for it instead of sha256",
        ),
        (
            GOOD.replace(line, "demo/__init__.py,md5=x,\n"),
            f"D206 e {W}: demo/__init__.py: RECORD has md5 for it instead of sha256",
        ),
        (GOOD + line, f"D202 e {W}: demo/__init__.py: RECORD lists it twice"),
    ):
        assert tell(check(make_wheel(record=record))) == [said]


def test_record_may_use_stronger_digests_padding_folders_and_signatures() -> None:
    line = "demo/__init__.py,sha256=digest-of-demo/__init__.py,3\n"
    record = GOOD.replace(line, '"demo/__init__.py",sha512=long-demo/__init__.py=,\n') + "demo/,,\n"
    wheel = make_wheel(DistMember("demo", kind="dir"), member(f"{INFO}/RECORD.jws"), record=record)
    assert tell(check(wheel)) == []
    assert [one.path for one in read_record(b'"a,b",,\n')] == ["a,b"]


@pytest.mark.parametrize(
    ("wheel", "told"),
    [
        (None, ["D207 e {}: there is no WHEEL in its .dist-info folder"]),
        (WHEEL.replace("1.0", "2.0"), ["D207 e {}: its Wheel-Version is 2.0, expected 1.x"]),
        ("Tag: py3-none-any\n", ["D207 e {}: its Wheel-Version is missing, expected 1.x"]),
        (WHEEL.replace("Tag: py3", "Tag: py2"), ["D208 e {}: its name says py3-none-any, WHEEL says py2-none-any"]),
        (WHEEL.replace("Tag: py3-none-any", "Tag: odd"), ["D208 e {}: its name says py3-none-any, WHEEL says odd"]),
        ("Wheel-Version: 1.0\n", ["D208 e {}: its name says py3-none-any, WHEEL says none"]),
        (
            f"Wheel-Version: 1.0\nTag: {'a.' * 200}a-{'b.' * 200}b-{'c.' * 200}c\n",
            ["D208 e {}: its name says py3-none-any, WHEEL says " + "a." * 130 + "a…"],
        ),
    ],
)
def test_wheel_says_what_the_wheel_s_name_says(wheel: str | None, told: list[str]) -> None:
    assert tell(check(make_wheel(wheel=wheel))) == [line.format(W) for line in told]


def test_several_tags_in_a_name_are_each_in_wheel() -> None:
    name = "demo-1.0-py2.py3-none-any.whl"
    assert tell(check(make_wheel(name=name, wheel=WHEEL + "Tag: py2-none-any\n"))) == []
    assert tell(check(make_wheel(name=name, wheel=WHEEL.replace("py3-", "py2.py3-")))) == []


@pytest.mark.parametrize("folder", ["other-1.0", "demo-2.0", "demo-x", "demo"])
def test_the_folder_of_a_wheel_is_its_own(folder: str) -> None:
    good = make_wheel()
    members = tuple(
        DistMember(each.path.replace(INFO, f"{folder}.dist-info"), each.size, digests=each.digests)
        for each in good.members
    )
    wheel = DistContents(
        name=W,
        size=1,
        members=members,
        metadata=good.metadata,
        wheel=good.wheel,
        record=(good.record or b"").replace(INFO.encode(), f"{folder}.dist-info".encode()),
    )
    told = [line for line in tell(check(wheel)) if "D205" not in line]
    assert told == [f"D209 e {W}: its folder {folder}.dist-info is of another project or version"]


def test_license_files_are_where_the_metadata_say() -> None:
    wheel = make_wheel(without=(f"{INFO}/licenses/LICENSE",))
    assert tell(check(wheel, make_sdist(without=("LICENSE",)))) == [
        f"D210 e {W}: License-File names LICENSE; there is no {INFO}/licenses/LICENSE",
        f"D210 e {S}: License-File names LICENSE; there is no demo-1.0/LICENSE",
    ]


def test_a_wheel_that_installs_nothing_is_a_warning() -> None:
    empty = make_wheel(without=("demo/__init__.py",))
    assert tell(check(empty)) == [f"D211 w {W}: it holds nothing that can be imported or run"]
    scripts = make_wheel(member("demo-1.0.data/scripts/demo"), without=("demo/__init__.py",))
    assert tell(check(scripts)) == []


def test_a_wheel_that_installs_tests_for_everybody_is_a_warning_told_once() -> None:
    extra = [member("tests/__init__.py"), member("tests/test_a.py"), member("docs/conf.py"), member("tests.py")]
    assert tell(check(make_wheel(*extra))) == [
        f"D212 w {W}: docs/: it installs docs as a package of everybody",
        f"D212 w {W}: tests/: it installs tests as a package of everybody",
    ]
    assert tell(check(make_wheel(*extra), allow=("tests/**", "docs"))) == []


def test_a_project_of_such_a_name_may_install_it() -> None:
    name = "docs-1.0-py3-none-any.whl"
    wheel = make_wheel(member("docs/__init__.py"), name=name)
    assert "D212" not in " ".join(tell(check(wheel)))


def test_an_sdist_has_one_folder_of_its_own_name() -> None:
    assert tell(check(make_sdist(DistMember("setup.py", 1)))) == [
        f"D210 e {S}: License-File names LICENSE; there is no /LICENSE",
        f"D301 e {S}: expected one folder at its top, found demo-1.0, setup.py",
    ]
    for top in ("demo", "demo-2.0", "demo-x"):
        assert f"D301 e {S}: its folder {top} is of another project or version" in tell(check(make_sdist(top=top)))
    assert tell(check(make_sdist(top="Demo-1.0.0"))) == []
    assert tell(check(make_sdist(top="./demo-1.0"))) == []


def test_an_sdist_can_be_built() -> None:
    bare = make_sdist(without=("pyproject.toml",))
    assert tell(check(bare)) == [f"D302 e {S}: there is neither pyproject.toml nor setup.py"]
    assert tell(check(make_sdist(DistMember("demo-1.0/setup.py", 1), without=("pyproject.toml",)))) == []


@pytest.mark.parametrize("path", ["/etc/passwd", "demo-1.0/../../x", "..", "C:/x", "\\\\host\\x", ""])
def test_no_path_leaves_the_archive(path: str) -> None:
    told = tell(check(make_sdist(DistMember(path, 1))))
    assert [line for line in told if line.startswith("D401")] == [
        f"D401 e {S}: {path}: its path leaves the archive's folder"
    ]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("demo-1.0/a\\b", "a backslash"),
        ("demo-1.0/a\nb", "the character U+000A"),
        ("demo-1.0/a\u202eb", "the character U+202E"),
        ("demo-1.0/a\udcffb", "the character U+DCFF"),
    ],
)
def test_no_path_holds_what_cannot_be_seen(path: str, name: str) -> None:
    told = tell(check(make_sdist(DistMember(path, 1))))
    assert [line.endswith(f"its path holds {name}") for line in told] == [True]
    assert "\n" not in told[0]


def test_a_path_in_another_script_is_fine() -> None:
    assert tell(check(make_sdist(DistMember("demo-1.0/grüße 日本.py", 1)))) == []


@pytest.mark.parametrize(
    ("kind", "path", "target", "leaves"),
    [
        ("symlink", "demo-1.0/a/b", "../c", False),
        ("symlink", "demo-1.0/a/b", "../../demo-1.0/./c", False),
        ("symlink", "demo-1.0/a/b", "../../../etc", True),
        ("symlink", "demo-1.0/b", "c/../../../x", True),
        ("symlink", "demo-1.0/b", "/etc/passwd", True),
        ("symlink", "demo-1.0/b", "C:\\x", True),
        ("hardlink", "demo-1.0/b", "demo-1.0/c", False),
        ("hardlink", "demo-1.0/a/b", "../c", True),
    ],
)
def test_no_link_points_out_of_the_archive(kind: str, path: str, target: str, *, leaves: bool) -> None:
    link = DistMember(path, 0, kind, target)  # type: ignore[arg-type]  # one of the kinds
    want = [f"D403 e {S}: {path}: the link points out of the archive: {target}"] if leaves else []
    assert tell(check(make_sdist(link))) == want


def test_a_link_in_a_wheel_is_a_warning() -> None:
    link = member("demo/link.py", kind="symlink", target="__init__.py")
    assert tell(check(make_wheel(link))) == [f"D404 w {W}: demo/link.py: it is a link to __init__.py"]


def test_devices_have_no_place_in_an_archive() -> None:
    device = DistMember("demo-1.0/tty", 0, "other")
    assert tell(check(make_sdist(device))) == [f"D405 e {S}: demo-1.0/tty: it is a device, a pipe or the like"]


def test_paths_are_unique_on_every_system() -> None:
    twins = [DistMember("demo-1.0/README", 1), DistMember("demo-1.0/readme", 1), DistMember("demo-1.0/README", 1)]
    assert tell(check(make_sdist(*twins))) == [
        f"D406 e {S}: demo-1.0/README: there are two members of this path",
        f"D407 w {S}: demo-1.0/readme: it differs from demo-1.0/README in case only",
    ]


def test_metadata_decide_about_licences_only_since_they_can() -> None:
    metadata = METADATA.replace("2.4", "2.3").replace("License-Expression: MIT\n", "")
    assert tell(check(make_sdist(metadata=metadata, without=("LICENSE",)))) == []
    unknown = METADATA.replace("2.4", "two")
    assert "D210" not in " ".join(tell(check(make_sdist(metadata=unknown, without=("LICENSE",)))))
