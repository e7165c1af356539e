"""The release pull request of several packages, as people read it."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotage.domains.components.joint import render_joint_body, render_joint_title, share_room
from pilotage.domains.releasebody import read_foreword
from pilotage.domains.title import check_title
from pilotage.model.config import Config, TitleRules

LIMIT = 65_536


class Release(msgspec.Struct, frozen=True):
    name: str | None
    version: str = "1.4.0"
    section: str = "## 1.4.0 (2026-11-22)\n\n### Bug Fixes\n\n* x"

    @property
    def tag(self) -> str:
        return f"{self.name}-v{self.version}"

    @property
    def link(self) -> str:
        return f"https://github.com/o/r/blob/pilotage/release-main/packages/{self.name}/CHANGELOG.md"


@pytest.mark.parametrize(
    ("releases", "rules", "expected"),
    [
        ([Release("a")], TitleRules(), "chore(release): a 1.4.0"),
        ([Release(None)], TitleRules(), "chore(release): 1.4.0"),
        ([Release("a"), Release("b", "2.0.0rc1")], TitleRules(), "chore(release): a 1.4.0, b 2.0.0rc1"),
        ([Release("a"), Release("b")], TitleRules(max_length=30), "chore(release): 2 packages"),
        ([Release("a" * 80)], TitleRules(max_length=30), f"chore(release): {'a' * 80} 1.4.0"),
        ([Release(f"package-{n}") for n in range(12)], TitleRules(), "chore(release): 12 packages"),
    ],
)
def test_a_title_names_what_is_released_where_that_fits(
    releases: list[Release], rules: TitleRules, expected: str
) -> None:
    assert render_joint_title(releases, config=Config(title=rules)) == expected


@pytest.mark.parametrize("count", [1, 2, 3, 200])
def test_a_title_passes_our_own_check(count: int) -> None:
    title = render_joint_title([Release(f"p{n}") for n in range(count)], config=Config())
    assert check_title(f"{title} (#12345)", Config()).problems == ()


def test_a_body_lists_the_packages_and_holds_the_notes_of_each() -> None:
    body = render_joint_body([Release("a"), Release("b", "2.0.0", "## 2.0.0\n\n* y")], config=Config())
    assert (
        body
        == """\
<!-- pilotage:foreword -->
<!-- Write here what the notes shall begin with. Pilotage keeps it. -->
<!-- /pilotage:foreword -->

| package | version | tag |
|---|---|---|
| a | 1.4.0 | `a-v1.4.0` |
| b | 2.0.0 | `b-v2.0.0` |

<details><summary>a 1.4.0</summary>

## 1.4.0 (2026-11-22)

### Bug Fixes

* x

</details>

<details><summary>b 2.0.0</summary>

## 2.0.0

* y

</details>

---
Merging this tags each of them on the merge commit and drafts the release of each with the notes of its changelog as \
they are then. Pilotage keeps this pull request up to date; commits by people on its branch are never overwritten.
<!-- pilotage:components {"format":1,"components":[{"name":"a","version":"1.4.0","tag":"a-v1.4.0"},\
{"name":"b","version":"2.0.0","tag":"b-v2.0.0"}]} -->
"""
    )


def test_a_body_says_what_merging_makes() -> None:
    assert "publishes the release of each" in render_joint_body([Release("a")], config=Config(release="published"))


def test_the_hidden_list_cannot_end_its_comment() -> None:
    body = render_joint_body([Release("a", "1--><b>")], config=Config())
    hidden = body.split("<!-- pilotage:components ")[1]
    assert json.loads(hidden.split("-->")[0])["components"][0]["version"] == "1--><b>"


def test_what_people_wrote_stays_to_the_letter() -> None:
    old = render_joint_body([Release("a")], config=Config()).replace("<!-- Write", "Hello!  \n\n<!-- Write")
    new = render_joint_body([Release("a"), Release("b")], config=Config(), old_body=old)
    assert read_foreword(new) == "Hello!"
    assert render_joint_body([Release("a"), Release("b")], config=Config(), old_body=new) == new


def test_short_notes_stay_whole_where_long_ones_are_cut() -> None:
    long = "## 1.4.0\n\n" + "* a line of the notes\n" * 5_000
    releases = [Release("short"), Release("long", section=long), Release("longer", section=long * 2)]
    body = render_joint_body(releases, config=Config())
    assert LIMIT - 8_192 - 200 < len(body) <= LIMIT
    assert f"{releases[0].section}\n\n</details>" in body
    assert [body.count(f"… [Full notes]({one.link})\n\n</details>") for one in releases] == [0, 1, 1]
    cut = [part.split("</details>")[0] for part in body.split("<details>")[2:]]
    assert abs(len(cut[0]) - len(cut[1])) < 50


def test_two_hundred_packages_fit_into_one_pull_request() -> None:
    section = "## 1.4.0\n\n" + "* a line of the notes\n" * 200
    body = render_joint_body([Release(f"package-{n}", section=section) for n in range(150)], config=Config())
    assert len(body) <= LIMIT
    assert body.count("<details>") == body.count("</details>") == body.count("… [Full notes]") == 150


def test_where_not_even_the_frames_fit_the_list_alone_is_shown() -> None:
    section = "## 1.4.0\n\n" + "* a line of the notes\n" * 20
    releases = [Release(f"package-with-a-rather-long-name-{n}", section=section) for n in range(200)]
    body = render_joint_body(releases, config=Config())
    assert (body.count("<details>"), body.count("\n| [package-with")) == (0, 200)
    assert "pilotage:components" not in body
    assert f"| [{releases[7].name}]({releases[7].link}) | 1.4.0 | `{releases[7].tag}` |" in body
    many = render_joint_body([*releases, *releases, *releases], config=Config())
    assert (len(many) <= LIMIT, "\n| package-with" in many) == (True, True)


def test_a_foreword_of_any_length_leaves_the_body_in_its_limit() -> None:
    old = "<!-- pilotage:foreword -->" + "x" * 60_000 + "<!-- /pilotage:foreword -->"
    body = render_joint_body([Release(f"p{n}") for n in range(50)], config=Config(), old_body=old)
    assert len(body) <= LIMIT
    assert "x" * 60_000 in body


@settings(deadline=None)
@given(st.lists(st.integers(0, 500), max_size=20), st.integers(0, 2_000))
def test_shares_are_fair(lengths: list[int], room: int) -> None:
    shares = share_room(lengths, room)
    assert sum(shares) <= room
    assert all(share <= length for share, length in zip(shares, lengths, strict=True))
    cut = [share for share, length in zip(shares, lengths, strict=True) if share < length]
    if cut:
        assert max(cut) - min(cut) <= 1
        assert max(shares) <= max(cut)
        assert sum(shares) == room
    else:
        assert shares == lengths
