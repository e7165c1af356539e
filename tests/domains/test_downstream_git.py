from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domains.downstream_files import MEGABYTE, SHA, WANTED
from pilotage.domains.downstream.gitreference import is_released_repository, judge_ref, read_git
from pilotage.domains.downstream.meaning import Meaning
from pilotage.domains.downstream.requirementtext import read_requirement
from pilotage.domains.downstream.sourcetable import read_source
from pilotage.model.downstream import Change, Standing
from pilotage.model.version import Version

ADDRESSES = [
    "git+https://github.com/acme/demo-kit",
    "git+https://github.com/acme/demo-kit.git",
    "git+https://user:secret@github.com/acme/demo-kit.git",
    "git+https://${TOKEN}@github.com/acme/demo-kit.git",
    "git+https://github.com:443/acme/demo-kit",
    "git+https://www.github.com/acme/demo-kit/",
    "git+http://github.com/acme/demo-kit",
    "git+git://github.com/acme/demo-kit",
    "git+ssh://git@github.com/acme/demo-kit.git",
    "git+ssh://git@github.com:22/acme/demo-kit.git",
    "git+ssh://git@ssh.github.com:443/acme/demo-kit.git",
    "git+ssh://git@github.com:acme/demo-kit.git",
    "git+git@github.com:acme/demo-kit.git",
    "git@github.com:acme/demo-kit",
    "GIT+HTTPS://GitHub.com/Acme/Demo-Kit.git",
    "  git+https://github.com/acme/demo-kit",
]
WHEEL = "https://github.com/acme/demo-kit/releases/download/v1.2.3/demo_kit-1.2.3-py3-none-any.whl"


def follow_text(text: str, meaning: Meaning | None) -> str:
    assert meaning is not None
    for change in reversed(meaning.changes):
        text = text[: change.start] + change.text + text[change.end :]
    return text


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("behind", ["", "#egg=demo_kit", "#subdirectory=pkg&egg=Demo.Kit", ' ; python_version > "3"'])
def test_a_tag_in_any_form_of_address_becomes_the_released_one_and_all_else_stays(address: str, behind: str) -> None:
    text = f"{address}@v1.2.3{behind}"
    meaning = read_git(text, WANTED)
    assert meaning == Meaning(Standing.EXACT, "v1.2.3", (Change(len(address) + 1, len(address) + 7, "v2.0.0"),))
    assert follow_text(text, meaning) == f"{address}@v2.0.0{behind}"


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_without_a_ref_follows_the_default_branch(address: str) -> None:
    expected = Meaning(Standing.UNPINNED, why="it follows the default branch")
    assert read_git(f"{address}#egg=demo-kit", WANTED) == expected
    assert read_git(address, WANTED) == expected


@pytest.mark.parametrize(
    ("ref", "standing", "before", "after"),
    [
        ("v2.0.0", "current", "v2.0.0", None),
        ("2.0.0", "current", "2.0.0", None),
        ("v2.0", "current", "v2.0", None),
        ("v2.0.1", "ahead", "v2.0.1", None),
        ("v10.0", "ahead", "v10.0", None),
        ("v1.2.3", "exact", "v1.2.3", "v2.0.0"),
        ("1.2.3", "exact", "1.2.3", "v2.0.0"),
        ("v2.0.0rc1", "exact", "v2.0.0rc1", "v2.0.0"),
        ("refs/tags/v1.2.3", "exact", "v1.2.3", "refs/tags/v2.0.0"),
        ("main", "unpinned", "main", None),
        ("release/1.x", "unpinned", "release/1.x", None),
        ("refs/heads/main", "unpinned", "main", None),
        ("v-next", "unpinned", "v-next", None),
        (SHA, "exact", SHA, None),
        ("1234567", "exact", "1234567", None),
        ("ABCDEF0", "exact", "ABCDEF0", None),
        ("other-v1.2.3", "unclear", "other-v1.2.3", None),
        ("refs/tags/nightly", "unclear", "nightly", None),
        ("v" + "1" * 300, "unclear", "v" + "1" * 99, None),
    ],
)
def test_a_ref_is_a_tag_a_commit_or_a_branch(ref: str, standing: str, before: str, after: str | None) -> None:
    meaning = judge_ref(ref, WANTED)
    assert (meaning.standing.value, meaning.before) == (standing, before)
    assert follow_text(ref, meaning) == (after or ref)
    assert bool(meaning.why) == (after is None and standing not in {"current", "ahead"})


def test_a_commit_says_that_it_is_no_tag_and_a_branch_says_which_it_is() -> None:
    assert judge_ref(SHA, WANTED).why == "a commit, not a tag"
    assert judge_ref("refs/heads/main", WANTED).why == "it follows the branch main"


def test_tags_are_read_in_the_format_of_the_package() -> None:
    own = msgspec.structs.replace(WANTED, tag="kit/2.0.0-final", tag_prefix="kit/", tag_suffix="-final")
    assert follow_text("kit/1.0-final", judge_ref("kit/1.0-final", own)) == "kit/2.0.0-final"
    assert follow_text("v1.0", judge_ref("v1.0", own)) == "kit/2.0.0-final"
    assert judge_ref("other/1.0-final", own).standing == Standing.UNPINNED


def test_a_date_as_a_version_is_no_commit() -> None:
    dated = msgspec.structs.replace(WANTED, version=Version("20260101"), tag="20260101", tag_prefix="")
    assert follow_text("20250101", judge_ref("20250101", dated)) == "20260101"


def test_a_tag_that_an_address_or_a_text_cannot_hold_changes_nothing() -> None:
    odd = msgspec.structs.replace(WANTED, tag="demo@2.0.0", tag_prefix="demo@")
    assert follow_text("demo@1.0", judge_ref("demo@1.0", odd)) == "demo@2.0.0"
    meaning = read_git("git+https://github.com/acme/demo-kit@v1.0", odd)
    assert meaning == Meaning(Standing.EXACT, "v1.0", why="the tag demo@2.0.0 cannot be written in an address")
    quoted = msgspec.structs.replace(WANTED, tag='v2.0.0"', tag_suffix='"')
    assert judge_ref("v1.0", quoted) == Meaning(Standing.EXACT, "v1.0", why="the released tag cannot be written there")


@pytest.mark.parametrize(
    "text",
    [
        "git+https://github.com/acme/other@v1.2.3",
        "git+https://github.com/acme/demo-kit@v1.2.3#egg=other",
        "git+https://github.com:8443/acme/demo-kit@v1.2.3",
        "git+https://gitlab.com/acme/demo-kit@v1.2.3",
        "https://github.com/acme/demo-kit@v1.2.3",
        "https://github.com/acme/demo-kit",
        "https://github.com/acme/other/archive/v1.2.3.zip",
        "git+https://github.com/acme",
        "git+",
        "",
        "\x00",
    ],
)
def test_another_address_without_the_packages_name_does_not_count(text: str) -> None:
    assert read_git(text, WANTED) is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("git+https://me:secret@github.com/fork/demo-kit@v1.2.3", "git+https://github.com/fork/demo-kit@v1.2.3"),
        ("hg+https://example.org/demo-kit", "hg+https://example.org/demo-kit"),
        ("./folder", "./folder"),
        ("file:///opt/demo-kit", "file:///opt/demo-kit"),
        ("https://example.org/demo-kit-1.2.3.zip ; x", "https://example.org/demo-kit-1.2.3.zip"),
        ("", ""),
        ("git+https://github.com/" + "a" * 400, "git+https://github.com/" + "a" * 77 + "…"),
    ],
)
def test_the_package_from_elsewhere_is_unclear_and_says_from_where(text: str, shown: str) -> None:
    why = f"it comes from elsewhere than the released repository: {shown}"
    assert read_git(text, WANTED, is_named=True) == Meaning(Standing.UNCLEAR, why=why)


def test_an_egg_names_the_package_too() -> None:
    meaning = read_git("git+https://github.com/fork/demo-kit@v1.2.3#egg=Demo_Kit", WANTED)
    assert meaning is not None
    assert meaning.standing == Standing.UNCLEAR


def test_a_release_without_a_known_repository_leaves_every_address_alone() -> None:
    unknown = msgspec.structs.replace(WANTED, repository="")
    assert read_git("", unknown) is None
    meaning = read_git("git+https://github.com/acme/demo-kit@v1.2.3", unknown, is_named=True)
    assert meaning is not None
    assert (meaning.standing, meaning.changes) == (Standing.UNCLEAR, ())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("/archive/refs/tags/v1.2.3.tar.gz", "/archive/refs/tags/v2.0.0.tar.gz"),
        ("/archive/refs/tags/v1.2.3.zip", "/archive/refs/tags/v2.0.0.zip"),
        ("/archive/v1.2.3.tgz", "/archive/v2.0.0.tgz"),
        ("/tarball/v1.2.3", "/tarball/v2.0.0"),
        ("/zipball/1.2.3", "/zipball/v2.0.0"),
        (
            "/releases/download/v1.2.3/demo_kit-1.2.3-py3-none-any.whl",
            "/releases/download/v2.0.0/demo_kit-2.0.0-py3-none-any.whl",
        ),
        ("/releases/download/v1.2.3/demo-kit-1.2.3.tar.gz", "/releases/download/v2.0.0/demo-kit-2.0.0.tar.gz"),
    ],
)
@pytest.mark.parametrize("is_named", [True, False])
def test_an_archive_or_file_of_a_release_becomes_that_of_the_new_one(before: str, after: str, is_named: bool) -> None:
    text = f"https://github.com/acme/demo-kit{before} ; x"
    meaning = read_git(text, WANTED, is_named=is_named)
    assert meaning is not None
    assert meaning.standing == Standing.EXACT
    assert follow_text(text, meaning) == f"https://github.com/acme/demo-kit{after} ; x"


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        (f"{WHEEL}#sha256=00", Meaning(Standing.EXACT, "v1.2.3", why="its hash belongs to one version")),
        (
            "https://github.com/acme/demo-kit/releases/download/v1.2.3/latest.whl",
            Meaning(Standing.EXACT, "v1.2.3", why="the name of the release's file does not say its version"),
        ),
        (
            "https://github.com/acme/demo-kit/releases/download/v1.2.3/other-1.2.3.zip",
            Meaning(Standing.EXACT, "v1.2.3", why="the name of the release's file does not say its version"),
        ),
        (WHEEL.replace("1.2.3", "2.0.0") + "#sha256=00", Meaning(Standing.CURRENT, "v2.0.0")),
        (
            "https://github.com/acme/demo-kit/archive/refs/heads/main.zip",
            Meaning(Standing.UNPINNED, "main", why="it follows the branch main"),
        ),
        (
            f"https://github.com/acme/demo-kit/archive/{SHA}.zip",
            Meaning(Standing.EXACT, SHA, why="a commit, not a tag"),
        ),
    ],
)
def test_an_archive_that_cannot_follow_says_why(text: str, meaning: Meaning) -> None:
    assert read_git(text, WANTED) == meaning


def test_a_fragment_that_is_no_hash_lets_an_archive_follow() -> None:
    assert follow_text(f"{WHEEL}#egg=demo-kit", read_git(f"{WHEEL}#egg=demo-kit", WANTED)).count("2.0.0") == 2


def test_the_released_repository_is_known_by_its_address() -> None:
    assert is_released_repository("git@github.com:acme/demo-kit.git", WANTED)
    assert not is_released_repository("git@github.com:acme/demo-kit2.git", WANTED)
    assert not is_released_repository("", WANTED)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("demo-kit==1.2.3", "demo-kit==2.0.0"),
        ("\ufeffdemo-kit==1.2.3", "\ufeffdemo-kit==2.0.0"),
        ("  Demo.Kit [a, b] ( >=1.2 , <2 ) ; x == '1'", "  Demo.Kit [a, b] ( >=2.0.0 , <3 ) ; x == '1'"),
        ("demo_kit===1.2.3;x", "demo_kit===2.0.0;x"),
        ("demo-kit ~= 1.2", "demo-kit ~= 2.0"),
        ("demo-kit==1.*", "demo-kit==2.*"),
        ("demo-kit@git+https://github.com/acme/demo-kit@v1", "demo-kit@git+https://github.com/acme/demo-kit@v2.0.0"),
        (f"demo-kit[x] @ {WHEEL} ; x", f"demo-kit[x] @ {WHEEL.replace('1.2.3', '2.0.0')} ; x"),
        ("-e git+https://github.com/acme/demo-kit@v1", "-e git+https://github.com/acme/demo-kit@v2.0.0"),
        (
            "--editable=git+https://github.com/acme/demo-kit@v1",
            "--editable=git+https://github.com/acme/demo-kit@v2.0.0",
        ),
        ("-e demo-kit@1", None),
        ("-e .", None),
        ("demo-kit-extra==1.2.3", None),
        ("demo==1.2.3", None),
        ("", None),
        ("===", None),
    ],
)
def test_a_requirement_follows_and_keeps_all_but_its_versions(text: str, after: str | None) -> None:
    meaning = read_requirement(text, WANTED)
    assert (meaning if after is None else follow_text(text, meaning)) == after


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("demo-kit", Meaning(Standing.UNPINNED)),
        ("demo-kit[x] ; python_version > '3'", Meaning(Standing.UNPINNED)),
        ("demo-kit>=1", Meaning(Standing.ADMITS, ">=1")),
        ("demo-kit>=3,<4", Meaning(Standing.AHEAD, ">=3,<4")),
        ("demo-kit==2", Meaning(Standing.CURRENT, "==2")),
        (
            "demo-kit!=2.0.0",
            Meaning(Standing.EXCLUDES, "!=2.0.0", why="no other versions in its place make it accept 2.0.0"),
        ),
        ("demo-kit >= {version}", Meaning(Standing.UNCLEAR, ">= {version}", why="that is no specifier of versions")),
        (
            "demo-kit @ ./folder",
            Meaning(Standing.UNCLEAR, why="it comes from elsewhere than the released repository: ./folder"),
        ),
        ("demo-kit @ git+https://github.com/acme/demo-kit#egg=other", None),
    ],
)
def test_a_requirement_that_does_not_change_says_what_it_means(text: str, meaning: Meaning | None) -> None:
    assert read_requirement(text, WANTED) == meaning


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ({"git": "https://github.com/acme/demo-kit", "tag": "v2.0.0"}, ("tag", Meaning(Standing.CURRENT, "v2.0.0"))),
        ({"git": "https://github.com/acme/demo-kit", "rev": "v2.0.0"}, ("rev", Meaning(Standing.CURRENT, "v2.0.0"))),
        ({"git": "git@github.com:acme/demo-kit", "ref": "v2.0.0"}, ("ref", Meaning(Standing.CURRENT, "v2.0.0"))),
        (
            {"git": "https://github.com/acme/demo-kit", "tag": 1, "branch": "next"},
            ("git", Meaning(Standing.UNPINNED, "next", why="it follows the branch next")),
        ),
        (
            {"git": "https://github.com/acme/demo-kit", "branch": 1},
            ("git", Meaning(Standing.UNPINNED, why="it follows the default branch")),
        ),
        (
            {"git": "https://github.com/fork/demo-kit", "tag": "v1"},
            (
                "git",
                Meaning(Standing.UNCLEAR, why="it comes from elsewhere than the released repository: nothing to do"),
            ),
        ),
        (
            {"git": 1},
            (
                "git",
                Meaning(Standing.UNCLEAR, why="it comes from elsewhere than the released repository: nothing to do"),
            ),
        ),
        ({"path": "../demo"}, ("path", Meaning(Standing.UNCLEAR, why="it comes from a folder: nothing to do"))),
        (
            {"workspace": True},
            ("workspace", Meaning(Standing.UNCLEAR, why="it comes from the workspace: nothing to do")),
        ),
        ({"workspace": False, "index": "own"}, None),
        ({"url": 1}, None),
        ({}, None),
        (
            {"url": "https://example.org/demo_kit-1.0.whl"},
            (
                "url",
                Meaning(
                    Standing.UNCLEAR,
                    why="it comes from elsewhere than the released repository: https://example.org/demo_kit-1.0.whl",
                ),
            ),
        ),
        (
            {"url": "https://example.org/demo.zip#egg=other"},
            ("url", Meaning(Standing.UNCLEAR, why="it comes from the address of its url: nothing to do")),
        ),
    ],
)
def test_a_table_says_where_the_package_comes_from(
    table: dict[str, object], expected: tuple[str, Meaning] | None
) -> None:
    assert read_source(table, WANTED) == expected


@pytest.mark.parametrize(
    "text",
    [
        "git+https://" + "a@" * (MEGABYTE // 2),
        "git+https://github.com/acme/demo-kit@" + "v1.1-" * (MEGABYTE // 5),
        "git+https://github.com/acme/demo-kit@" + "1." * (MEGABYTE // 2) + "!",
        "https://github.com/acme/demo-kit/releases/download/" + "v1-/" * (MEGABYTE // 4),
        "https://github.com/acme/demo-kit/archive/" + ".zip" * (MEGABYTE // 4) + "/",
        "git+https://" + "a." * (MEGABYTE // 2),
        "#" * MEGABYTE,
        "git+https://github.com/acme/demo-kit#" + "&egg=" * (MEGABYTE // 5),
        "demo-kit" + "[" * MEGABYTE,
        "demo-kit " + " " * MEGABYTE,
        "demo-kit" + "-." * (MEGABYTE // 2),
        "demo-kit" + ">=1," * (MEGABYTE // 4),
        "demo-kit==" + "1" * MEGABYTE,
    ],
)
def test_a_megabyte_of_anything_is_read_at_once(text: str) -> None:
    for found in (read_git(text, WANTED), read_git(text, WANTED, is_named=True), read_requirement(text, WANTED)):
        assert found is None or found.changes == ()


@given(text=st.text(max_size=60) | st.text("git+@:/#&=v1.2-demokit hps", max_size=60), is_named=st.booleans())
def test_whatever_an_address_is_its_changes_lie_within_it_and_settle_it(text: str, is_named: bool) -> None:
    meaning = read_git(text, WANTED, is_named=is_named)
    if meaning is not None and meaning.changes:
        again = read_git(follow_text(text, meaning), WANTED, is_named=is_named)
        assert again is not None
        assert (again.standing, again.changes) == (Standing.CURRENT, ())


@given(
    address=st.sampled_from(ADDRESSES),
    version=st.lists(st.integers(0, 3), min_size=1, max_size=4).map(lambda numbers: ".".join(map(str, numbers))),
    prefix=st.sampled_from(["", "v"]),
    behind=st.sampled_from(["", "#egg=demo-kit", " ; x"]),
)
def test_a_tag_is_never_lowered(address: str, version: str, prefix: str, behind: str) -> None:
    text = f"{address}@{prefix}{version}{behind}"
    followed = follow_text(text, read_git(text, WANTED))
    expected = "v2.0.0" if Version(version) < WANTED.version else f"{prefix}{version}"
    assert followed == f"{address}@{expected}{behind}"
