"""What is in built files, shown to people: nothing in a name becomes Markdown."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domains.distworld import check, make_sdist, make_wheel, member
from pilotage.domains.distchecks import RULES
from pilotage.domains.distlisting import render_findings, render_report, render_tree, spell_size
from pilotage.model.distcontents import DistContents, DistMember


def contents(*members: DistMember) -> DistContents:
    return DistContents(name="x-1.tar.gz", size=1, members=members)


def test_a_tree_shows_folders_before_their_content_with_sizes() -> None:
    tree = render_tree(
        contents(
            DistMember("x-1/b.py", 1234),
            DistMember("x-1/a/deep/run.sh", 5, is_executable=True),
            DistMember("x-1/a", kind="dir"),
            DistMember("x-1/empty/", kind="dir"),
            DistMember("x-1/link", 0, "symlink", "b.py"),
            DistMember("x-1/hard", 0, "hardlink", "x-1/b.py"),
        )
    )
    assert tree.splitlines() == [
        "x-1/",
        "  a/",
        "    deep/",
        "      run.sh* (5 B)",
        "  b.py (1.2 kB)",
        "  empty/",
        "  hard => x-1/b.py (0 B)",
        "  link -> b.py (0 B)",
    ]


def test_large_folders_are_told_by_their_number_of_files_and_small_ones_stay_open() -> None:
    many = [DistMember(f"x/big/{number:04}.py", 10) for number in range(1000)]
    few = [DistMember(f"x/small/{number}.py", 10) for number in range(3)]
    tree = render_tree(contents(*many, *few))
    assert tree.splitlines() == [
        "x/",
        "  big/ … 1000 files, 10.0 kB",
        "  small/",
        "    0.py (10 B)",
        "    1.py (10 B)",
        "    2.py (10 B)",
    ]


def test_a_flat_archive_of_many_files_is_cut_with_a_word() -> None:
    tree = render_tree(contents(*(DistMember(f"{number:04}.py", 1) for number in range(500))), most=10)
    assert tree.splitlines()[9:] == ["0009.py (1 B)", "… and 490 more entries"]


def test_a_path_of_thousands_of_folders_is_no_trouble() -> None:
    tree = render_tree(contents(DistMember("a/" * 30_000 + "b.py", 1), DistMember("", 1)))
    assert tree.splitlines()[-2:] == [f"{'  ' * 23}…/", f"{'  ' * 24}b.py (1 B)"]


@pytest.mark.parametrize(
    ("size", "spelled"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (1_500_000, "1.5 MB"),
        (2_000_000_000, "2.0 GB"),
        (9 * 10**12, "9000.0 GB"),
    ],
)
def test_sizes_are_spelled_for_people(size: int, spelled: str) -> None:
    assert spell_size(size) == spelled


def test_the_summary_says_what_was_found_the_metadata_and_the_content() -> None:
    report = check(make_wheel(member("demo/.env")), make_sdist(DistMember("demo-1.0/a|b`c\n.pyc", 1)))
    text = render_report(report)
    assert "They are not fit to leave: 2 errors, 1 warning." in text
    assert "| D501 | error | `demo-1.0-py3-none-any.whl: demo/.env` |" in text
    assert "| Requires-Dist | `packaging>=24` |" in text
    assert "| License-Expression | `MIT` |" in text
    assert "<details><summary>demo-1.0.tar.gz: 5 files, 900 B, sha256 " in text
    assert r"demo-1.0/a\|b" in text  # a bar would end the cell


def test_a_summary_without_findings_says_so() -> None:
    assert "Every check passed." in render_report(check(make_wheel(), make_sdist()))
    warned = check(make_sdist(DistMember("demo-1.0/x.pyc", 1)))
    assert "They may leave: 0 errors, 1 warning." in render_report(warned)


def test_a_summary_of_files_without_metadata_shows_their_content() -> None:
    text = render_report(check(make_sdist(metadata=None)))
    assert ("| metadata |" in text, "pyproject.toml" in text) == (False, True)


def test_findings_are_shown_with_their_ids_and_the_next_action() -> None:
    report = check(make_sdist(DistMember("demo-1.0/.env", 1)))
    assert render_findings(report.findings).splitlines() == [
        "error D501 demo-1.0.tar.gz: demo-1.0/.env: files of this name usually hold secrets",
        f"    {RULES['D501'].hint}",
    ]


@given(st.text(max_size=60) | st.sampled_from(["```", "```\n```", "`" * 9, "</details>", "a|b", "```/```"]))
def test_no_name_ends_the_block_that_shows_it(name: str) -> None:
    text = render_report(check(make_sdist(DistMember(f"{name}", 1), DistMember("link", 0, "symlink", name))))
    last = text.rpartition("<details>")[2].splitlines()
    assert [line.strip() for line in last if re.fullmatch(r" {0,3}`{3,} *(text)?", line)] == ["```text", "```"]
    assert last[-3:] == ["```", "", "</details>"]


@given(st.lists(st.text("ab/.é", max_size=12), max_size=40), st.integers(1, 30))
def test_a_tree_is_never_longer_than_it_may_be(paths: list[str], most: int) -> None:
    tree = render_tree(contents(*(DistMember(path, 1) for path in paths)), most=most)
    assert len(tree.splitlines()) <= most + 1
