from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pilotage.domains.notes import (
    PULL_REQUEST_LIMIT,
    RELEASE_LIMIT,
    cut_notes,
    render_notes,
    render_release_body,
)
from pilotage.model.change import Change
from pilotage.model.commit import Author
from pilotage.model.config import ChangeType, Config
from pilotage.model.notes import NotesData

URL = "https://github.example/o/r"


def notes(*changes: Change, url: str = URL, types: dict[str, ChangeType] | None = None) -> str:
    data = NotesData("1.3.0", "v1.3.0", "2026-11-20", "v1.2.0", url, changes, types or Config().types)
    return render_release_body(data)


def entry(change: Change, url: str = URL) -> str:
    return notes(change, url=url).splitlines()[-1]


def test_the_heading_links_to_the_comparison() -> None:
    data = NotesData("1.3.0", "v1.3.0", "2026-11-20", "v1.2.0", URL)
    assert render_notes(data).splitlines()[0] == f"## [1.3.0]({URL}/compare/v1.2.0...v1.3.0) (2026-11-20)"


def test_the_heading_is_plain_without_a_previous_tag_or_an_address() -> None:
    first = NotesData("0.1.0", "v0.1.0", "2026-11-20", "", URL)
    local = NotesData("0.1.0", "v0.1.0", "2026-11-20", "v0.0.9")
    assert {"## 0.1.0 (2026-11-20)"} == {render_notes(one).splitlines()[0] for one in (first, local)}


def test_a_tag_is_spelled_for_an_address() -> None:
    data = NotesData("1.3.0", "a#(b)/1.3.0", "2026-11-20", "a#(b)/1.2.0", URL)
    assert f"]({URL}/compare/a%23%28b%29/1.2.0...a%23%28b%29/1.3.0) " in render_notes(data)


def test_the_release_body_is_the_notes_without_their_heading() -> None:
    data = NotesData("1.3.0", "v1.3.0", "2026-11-20", "v1.2.0", URL, (Change("a" * 40, "feat", "one"),))
    assert render_notes(data).split("\n\n", 1)[1] == render_release_body(data)


def test_an_entry_names_scope_subject_pull_request_commit_references_and_author() -> None:
    change = Change(
        "abcdef1" + "0" * 33,
        "feat",
        "do this, fix #7",
        scope=("api", "cli"),
        pull_request=12,
        references=(7, 12, 9, 9, 8),
        author=Author("Ann", "ann-1"),
    )
    assert entry(change) == (
        f"* **api, cli:** do this, fix [#7]({URL}/issues/7) ([#12]({URL}/pull/12)) "
        f"([abcdef1]({URL}/commit/{change.sha})), refs [#9]({URL}/issues/9), [#8]({URL}/issues/8) "
        "by [@ann-1](https://github.example/ann-1)"
    )


def test_without_an_address_nothing_is_linked() -> None:
    change = Change("a" * 40, "fix", "do #7", pull_request=12, references=(9,), author=Author("Ann", "ann"))
    assert entry(change, url="") == "* do #7 (#12) (aaaaaaa), refs #9 by Ann"


def test_an_author_without_an_account_is_a_plain_name() -> None:
    by = [
        entry(Change("a" * 40, "fix", "x", author=author)).partition(")) ")[2] or "nobody"
        for author in (
            Author("A_n_n *B*"),
            Author("dependabot[bot]", "dependabot[bot]"),
            Author("", "x[bot]"),
            Author("@ann"),
            Author(""),
        )
    ]
    assert by == ["by A_n_n \\*B\\*", "by dependabot\\[bot\\]", "by x\\[bot\\]", "by @&#8203;ann", "nobody"]


def test_a_scope_that_says_nothing_is_left_out() -> None:
    assert entry(Change("a" * 40, "fix", "x", scope=("*", " ")), url="") == "* x (aaaaaaa)"


def test_hidden_and_unknown_types_are_named_only_when_they_break() -> None:
    quiet = [Change("a" * 40, kind, "quiet") for kind in ("chore", "unheard-of")]
    loud = [Change("b" * 40, kind, f"loud {kind}", breaking=True) for kind in ("chore", "unheard-of")]
    assert notes(*quiet) == "No user-facing changes."
    assert notes(*quiet, *loud, url="") == (
        "### ⚠ BREAKING CHANGES\n\n* loud chore (bbbbbbb)\n* loud unheard-of (bbbbbbb)"
    )


def test_sections_follow_the_table_and_share_a_title() -> None:
    types = Config(
        extend_types={
            "sec": ChangeType("patch", "Security"),
            "hotfix": ChangeType("patch", "Bug Fixes"),
            "misc": ChangeType(),
        }
    ).types
    changes = [Change("a" * 40, kind, kind) for kind in ("misc", "sec", "hotfix", "fix", "feat")]
    text = notes(*changes, types=types, url="")
    assert re.findall(r"^### (.*)$", text, re.MULTILINE) == ["Features", "Bug Fixes", "Security", "Misc"]
    assert "### Bug Fixes\n\n* fix (aaaaaaa)\n* hotfix (aaaaaaa)\n" in text


def test_entries_are_sorted_by_scope_and_subject_and_two_commits_are_two_entries() -> None:
    rows = [("b", "", "Zed"), ("e", "", "alpha"), ("d", "api", "x"), ("a", "", "zed"), ("c", "", "alpha")]
    text = notes(*(Change(sha * 7, "fix", subject, scope=(scope,)) for sha, scope, subject in rows), url="")
    assert text.splitlines()[2:] == [
        "* alpha (ccccccc)",
        "* alpha (eeeeeee)",
        "* Zed (bbbbbbb)",
        "* zed (aaaaaaa)",
        "* **api:** x (ddddddd)",
    ]


def test_each_breaking_text_is_an_entry_with_the_upgrade_path_once_for_a_pull_request() -> None:
    path = "## Steps\n\nrun:\n\n```sh\nx <y\n```"
    one = Change("a" * 40, "feat", "b", breaking=True, breaking_notes=("gone\nfor ever", "moved"), pull_request=5)
    two = Change("b" * 40, "fix", "c", breaking=True, upgrade_path=path, pull_request=6)
    three = Change("c" * 40, "fix", "d", breaking=True, upgrade_path=path, pull_request=6)
    assert notes(three, two, one, url="").partition("\n\n### Features")[0] == (
        "### ⚠ BREAKING CHANGES\n\n"
        "* gone for ever (#5)\n* moved (#5)\n* c (#6)\n\n"
        "  ##### Steps\n\n  run:\n\n  ```sh\n  x <y\n  ```\n\n"
        "* d (#6)"
    )


def test_the_limits_are_those_of_github() -> None:
    assert (PULL_REQUEST_LIMIT, RELEASE_LIMIT) == (65_536, 125_000)


def test_notes_that_fit_are_not_cut() -> None:
    assert cut_notes("a\nb", 3, link="x") == "a\nb"


def test_long_notes_are_cut_at_a_line_with_a_link_to_the_whole() -> None:
    text = "## 1.0\n\n* one\n* two\n" + "* more\n" * 20
    assert cut_notes(text, 45, link="https://x") == "## 1.0\n\n* one\n\n… [Full notes](https://x)"
    assert cut_notes(text, 46, link="https://x") == "## 1.0\n\n* one\n* two\n\n… [Full notes](https://x)"


def test_a_line_too_long_for_the_page_leaves_the_link_alone() -> None:
    assert cut_notes("x" * 100, 50, link="https://x") == "… [Full notes](https://x)"


@given(st.text("ab\n", max_size=300), st.integers(0, 310))
def test_a_cut_text_never_exceeds_its_limit(text: str, limit: int) -> None:
    cut = cut_notes(text, limit, link="https://x")
    assert len(cut) <= limit
    assert cut == text or "\n… [Full notes](" in f"\n{cut}" or limit < 30


HOSTILE = st.text(st.sampled_from("`*_[]()<>!#@&;:-+=~|\\/ \n\t\r\x00\u202e\u2028ab1")) | st.sampled_from(
    ["<script>alert(1)</script>", "`<script>`", "<!-- x -->", "<img src=x onerror=y>", "a\n\n## b", "``` \n* c", "](x)"]
)
CHANGES = st.builds(
    Change,
    st.text("abcdef0123456789", min_size=40, max_size=40),
    st.sampled_from(["feat", "fix", "chore", "unheard-of", "docs"]),
    HOSTILE,
    scope=st.lists(HOSTILE, max_size=2).map(tuple),
    breaking=st.booleans(),
    breaking_notes=st.lists(HOSTILE, max_size=2).map(tuple),
    upgrade_path=st.just("") | HOSTILE,
    pull_request=st.none() | st.integers(1, 99),
    references=st.lists(st.integers(1, 99), max_size=2).map(tuple),
    author=st.builds(Author, HOSTILE, st.sampled_from(["", "ann", "x[bot]", "a/../b"])),
)


@given(st.lists(CHANGES, max_size=5))
def test_hostile_text_makes_exactly_one_entry_for_each_change(changes: list[Change]) -> None:
    expected = sum(len(one.breaking_notes) or 1 for one in changes if one.breaking)
    expected += sum(one.type in {"feat", "fix", "docs"} for one in changes)
    text = notes(*changes)
    lines = [line for line in text.splitlines() if line.startswith("* ")]
    assert expected == len(lines)
    assert not [line for line in lines if re.search(r"<!--|<script", line)]
    tokens = MarkdownIt("commonmark", {"html": True}).parse(text)
    assert expected == sum(token.type == "list_item_open" and token.level == 1 for token in tokens)
    kinds = {token.type for token in tokens} | {one.type for token in tokens for one in token.children or ()}
    assert not [kind for kind in kinds if kind.startswith(("html", "image"))]


ALIKE = st.builds(Change, st.sampled_from("ab"), st.just("fix"), st.sampled_from("sS"), pull_request=st.integers(1, 2))


@given(st.lists(CHANGES | ALIKE, max_size=5).flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))))
def test_the_order_of_the_changes_does_not_matter(both: tuple[list[Change], list[Change]]) -> None:
    assert notes(*both[0]) == notes(*both[1])
