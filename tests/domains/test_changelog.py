"""CHANGELOG.md: where a section goes, and what is read back."""

import time
from itertools import pairwise

import pytest

from pilotage.domains.changelog import insert_section, read_newest_version, read_section, read_section_date
from pilotage.errors import ConfigError
from pilotage.model.version import Version

V = Version("1.2.0")
SECTION = "## [1.2.0](https://x.org/compare/v1.1.0...v1.2.0) (2026-11-22)\n\n### Features\n\n* new"
TITLE = "# Changelog\n\nAll notable changes.\n"


@pytest.mark.parametrize("text", [None, "", "\n \n"])
def test_a_missing_changelog_begins_with_a_title(text: str | None) -> None:
    assert insert_section(text, SECTION + "\n\n", version=V) == f"# Changelog\n\n{SECTION}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (TITLE + "\n", "## [1.1.0](https://x.org) (2026-01-01)\n\n* old\n"),
        (TITLE + "\n", "## 1.1.0\n"),
        (TITLE + "\n", "## v1.1.0 - 2026-01-01\n"),
        (TITLE + "\n", "### [1.1.1](https://x.org) (2026-01-01)\n\n## 1.1.0\n"),
        (TITLE + "\n", "# [1.0.0](https://x.org) (2026-01-01)\n"),
        (TITLE + "\n", "## [1.0.x]\n"),
        (TITLE + "\n", "## 2026\n"),
        (TITLE + "\n## Release process\n\n", "## Release 1.1.0\n"),
        (TITLE + "\n## Version numbers\n\n", "## Version v1.1.0\n"),
        (TITLE + "\n## [Unreleased]\n\n### Added\n\n* kept here\n\n", "## [1.1.0] - 2026-01-01\n"),
        (
            TITLE + "\n### 3.12 support\n\n## 3 things to know\n\n```\n## 1.0.0\n```\n~~~\n```\n## 1.0.0\n~~~\n\n",
            "## 1.1.0",
        ),
        ("", "## 1.1.0\n"),
        ("\ufeff", "## 1.1.0\n"),
    ],
)
def test_a_section_goes_before_the_first_version(before: str, after: str) -> None:
    bom, after = ("\ufeff", after) if before == "\ufeff" else ("", after)

    inserted = insert_section(before + after, SECTION, version=V)

    assert inserted in (f"{before}{SECTION}\n\n{after}", f"{SECTION}\n\n{bom}{after}")


@pytest.mark.parametrize(
    ("before", "gap", "after"),
    [
        (TITLE, "\n", ""),
        (TITLE + "\n", "", ""),
        (TITLE.rstrip(), "\n\n", ""),
        (TITLE + "\n## Unreleased\n\n* kept\n", "\n", ""),
        (TITLE + "\n## [Unreleased]\n\n", "", "\n[unreleased]: https://x.org\n\n[0.1.0]: https://x.org\n"),
        (TITLE + "\n[1]: https://x.org\n", "\n", ""),
    ],
)
def test_without_a_version_a_section_goes_to_the_end(before: str, gap: str, after: str) -> None:
    assert insert_section(before + after.lstrip(), SECTION, version=V) == f"{before}{gap}{SECTION}\n{after}"


def test_line_ends_follow_the_file() -> None:
    text = f"{TITLE}\n## 1.1.0\n".replace("\n", "\r\n")

    inserted = insert_section(text, SECTION, version=V)

    assert inserted == f"{TITLE}\n{SECTION}\n\n## 1.1.0\n".replace("\n", "\r\n")
    assert read_section(inserted, V) == "### Features\n\n* new"
    assert insert_section(inserted, SECTION.replace("\n", "\r\n"), version=V) == inserted


@pytest.mark.parametrize("heading", ["## 1.2", "## [v1.2.0.0] - 2026-01-01", "### [1.2.0](https://x.org) (2026-01-01)"])
@pytest.mark.parametrize("after", ["", "\n", "\n\n\n## 1.1.0\n\n* old\n", "\n\n[1.2.0]: https://x.org\n"])
def test_a_section_of_the_same_version_is_replaced_in_place(heading: str, after: str) -> None:
    text = f"{TITLE}\n## 1.3.0\n\n* newer\n\n{heading}\n\n* edited{after}"

    assert insert_section(text, SECTION, version=V) == f"{TITLE}\n## 1.3.0\n\n* newer\n\n{SECTION}{after}"


@pytest.mark.parametrize(
    ("body", "contained"),
    [
        ("```\ncode", "```\ncode\n```"),
        ("~~~~ md\n~~~\n```", "~~~~ md\n~~~\n```\n~~~~"),
        ("## 9.9.9\n\nx\n\n  # [9.9.9]", "#### 9.9.9\n\nx\n\n  #### [9.9.9]"),
        ("### [1.1.0] (2020-01-01)", "#### [1.1.0] (2020-01-01)"),
        ("x\r## 9.9.9", "x\n#### 9.9.9"),
        ("x\n\n[1.2.0]: https://x.org\n", "x"),
        ("### 3.12 support\n\n### [1.1.0] and on\n", "### 3.12 support\n\n### [1.1.0] and on"),
        ("# [2.0.0]\n### [1.1.0]\n## 1.0.0", "#### [2.0.0]\n#### [1.1.0]\n#### 1.0.0"),
    ],
)
def test_a_section_cannot_reach_beyond_itself(body: str, contained: str) -> None:
    older = "## 1.1.0\n\n```\n* old\n```"

    inserted = insert_section(f"{TITLE}\n{older}", f"## 1.2.0\n\n{body}", version=V)

    assert inserted == f"{TITLE}\n## 1.2.0\n\n{contained}\n\n{older}"
    assert read_section(inserted, V) == contained
    assert insert_section(inserted, f"## 1.2.0\n\n{body}", version=V) == inserted


@pytest.mark.parametrize("text", ["# Changelog\n\n```\n", "# Changelog\n\n## 1.2.0\n\n~~~~\n\n## 1.1.0\n~~~\n"])
def test_an_open_fence_where_the_section_would_stand_is_an_error(text: str) -> None:
    with pytest.raises(
        ConfigError, match=r"the changelog has a code fence \((```|~~~~)\) that is never closed"
    ) as caught:
        insert_section(text, SECTION, version=V)

    assert caught.value.hint == "Close it in the changelog: everything below it counts as code."


def test_an_open_fence_further_down_is_left_alone() -> None:
    older = "## 1.1.0\n\n```\n## 1.0.0\n"

    assert insert_section(older, SECTION, version=V) == f"{SECTION}\n\n{older}"


@pytest.mark.parametrize("section", ["", "Some text", "## 1.2.1\n", "text\n## 1.2.0", "## Features"])
def test_a_section_without_the_heading_of_its_version_is_refused(section: str) -> None:
    with pytest.raises(ValueError, match=r"expected a heading of 1\.2\.0"):
        insert_section(TITLE, section, version=V)


CHANGELOG = """# Changelog

## [Unreleased]

## [2.0.0-rc.1](https://x.org/(a)/compare/2020-01-01) (2026-11-22)

    code of a person

* one

### 2.0.0 in detail

### [1.0.0] is far away

```md
## 1.9.9
````

## 1.9.0 - 2026-10-01 ##
## v1.8.0 [YANKED]

* last one

[1.2.3]: text, no link definition
and more

[2.0.0]: https://x.org
"""


@pytest.mark.parametrize(
    ("version", "body"),
    [
        (
            "2.0.0rc1",
            "    code of a person\n\n* one\n\n### 2.0.0 in detail\n\n### [1.0.0] is far away\n\n```md\n## 1.9.9\n````",
        ),
        ("1.9", ""),
        ("1.8.0", "* last one\n\n[1.2.3]: text, no link definition\nand more"),
        ("1.9.9", None),
        ("1.0.0", None),
    ],
)
def test_the_body_of_a_section_is_what_a_person_left(version: str, body: str | None) -> None:
    assert read_section(CHANGELOG, Version(version)) == body


def test_a_patch_release_of_older_release_please_ends_the_section_above() -> None:
    text = "## [1.1.0](u) (2020-01-02)\n\n* b\n\n### [1.0.1](u) (2020-01-01)\n\n* a\n"

    assert read_section(text, Version("1.1.0")) == "* b"
    assert read_section(text, Version("1.0.1")) == "* a"


@pytest.mark.parametrize(
    ("version", "date"),
    [("2.0.0rc1", "2026-11-22"), ("1.9.0", "2026-10-01"), ("1.8.0", None), ("1.7.0", None)],
)
def test_the_date_of_a_section_is_the_one_of_its_heading(version: str, date: str | None) -> None:
    assert read_section_date(CHANGELOG, Version(version)) == date


def test_the_newest_version_is_the_first_that_is_one() -> None:
    assert read_newest_version("## 1.0.x\n\n" + CHANGELOG) == Version("2.0.0rc1")
    assert read_newest_version(TITLE) is None


HOSTILE = [
    "#" * 4 + "\n",
    "```\n",
    "[1.0]: x\n",
    "## [" + "1" * 50 + "\n",
    "## 1.0\n",
    "\n",
    "    \n",
    "`" * 99 + "x\n",
]


@pytest.mark.parametrize("unit", [*HOSTILE, "`", "#", "1", "[", "## 1.0.0 ("])
def test_the_time_is_linear_in_the_text(unit: str) -> None:
    texts = [TITLE + "\n## 1.2.0\n" + unit * (size // len(unit)) for size in (100_000, 1_000_000)]
    seconds = []
    for text in texts:
        started = time.process_time()
        read_section(text, V)
        seconds.append(time.process_time() - started)

    # Ten times the text costs about ten times as much; a hundred times would be quadratic.
    assert all(longer < 40 * shorter + 1 for shorter, longer in pairwise(seconds))
