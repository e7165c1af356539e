from __future__ import annotations

import re
import time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotage.domains.downstream.jump import find_version, is_breaking, notes_between
from pilotage.domains.downstream.pulltext import (
    MARKER,
    branch_of,
    render_body,
    render_message,
    render_title,
    table_span,
)
from pilotage.domains.downstream.quoting import cut_quote, quote_block
from pilotage.model.downstream import Change, Note, Reference, Rollout, Standing, Usage, Wanted
from pilotage.model.version import Version

PAGE = "https://github.com/acme/demo/releases/tag"
BREAKING = "### ⚠ BREAKING CHANGES\n\n* drop Python 3.9\n\n### Bug Fixes\n\n* x\n"
PATH = "### Features\n\n* new API\n\n## Upgrade path\n\nCall `new()` instead of `old()`.\n"


def note(version: str, body: str = "### Bug Fixes\n\n* a fix\n") -> Note:
    return Note(Version(version), body, f"{PAGE}/v{version}")


NOTES = (note("1.3.0"), note("1.3.0rc1"), note("1.2.5"), note("1.2.4", BREAKING), note("1.2.3"), note("1.0.0"))


def rollout(version: str = "1.3.0", *notes: Note, **more: object) -> Rollout:
    fields: dict[str, object] = {
        "wanted": Wanted("demo-kit", Version(version), f"v{version}"),
        "package": "demo-kit",
        "repository": "acme/demo",
        "web_url": "https://github.com/acme/demo",
        "url": f"{PAGE}/v{version}",
        "notes": notes or NOTES,
    }
    return Rollout(**(fields | more))  # type: ignore[arg-type]  # the fields of the record


def using(*places: tuple[Standing, str]) -> Usage:
    changed = {Standing.EXACT, Standing.EXCLUDES, Standing.ARGUMENT}
    return Usage(
        tuple(
            Reference(
                "pyproject.toml",
                number,
                standing,
                before,
                changes=(Change(0, 1, "==1.3.0"),) if standing in changed else (),
                why="run the tool" if standing is Standing.LOCKED else "",
            )
            for number, (standing, before) in enumerate(places, 1)
        )
    )


PINNED = using((Standing.EXACT, "==1.2.4"))


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ((), None),
        (((Standing.EXACT, "==1.2.3"),), "1.2.3"),
        (((Standing.EXACT, " == 1.2.3 "),), "1.2.3"),
        (((Standing.EXACT, "=1.2.3"),), "1.2.3"),
        (((Standing.EXACT, "v1.2.3"),), "1.2.3"),
        (((Standing.ARGUMENT, "1.2.3"),), "1.2.3"),
        (((Standing.LOCKED, "1.2.3"), (Standing.EXACT, "==1.2.1")), "1.2.1"),
        (((Standing.EXACT, "0123456789abcdef"),), None),
        (((Standing.EXACT, "==" + "9" * 5000),), None),
        (((Standing.EXCLUDES, ">=1,<1.2.5"),), "1.2.4"),
        (((Standing.EXCLUDES, "<1"),), None),
        (((Standing.EXCLUDES, "nonsense"), (Standing.LOCKED, "1.0")), "1.0"),
        (((Standing.ADMITS, ">=1"), (Standing.UNPINNED, ""), (Standing.CURRENT, "==1.3.0")), None),
        (((Standing.KEPT, "==1.0"), (Standing.UNCLEAR, "==1.0"), (Standing.AHEAD, "==1.0")), None),
    ],
)
def test_the_lowest_version_in_use_is_where_the_way_begins(
    places: tuple[tuple[Standing, str], ...], expected: str | None
) -> None:
    assert find_version(using(*places), rollout()) == (Version(expected) if expected else None)


def test_a_tag_of_one_s_own_spelling_is_a_version_too() -> None:
    wanted = Wanted("demo-kit", Version("1.3.0"), "demo-kit-1.3.0-final", "demo-kit-", "-final")
    usage = using((Standing.EXACT, "demo-kit-1.2.3-final"))
    assert find_version(usage, rollout(wanted=wanted)) == Version("1.2.3")


def versions(usage: Usage, of: Rollout) -> list[str]:
    return [str(one.version) for one in notes_between(of, usage)]


def test_the_notes_of_the_way_are_those_after_the_version_in_use_newest_first() -> None:
    assert versions(using((Standing.EXACT, "==1.2.3")), rollout()) == ["1.3.0", "1.2.5", "1.2.4"]
    assert versions(using((Standing.EXACT, "==1.2.3")), rollout("1.3.0", *reversed(NOTES))) == [
        "1.3.0",
        "1.2.5",
        "1.2.4",
    ]
    assert versions(using((Standing.EXACT, "==1.2.4")), rollout("1.2.5")) == ["1.2.5"]


def test_where_the_version_in_use_is_not_known_only_this_release_is_told_of() -> None:
    assert versions(using((Standing.EXCLUDES, "<1")), rollout()) == ["1.3.0"]
    assert versions(using((Standing.EXCLUDES, "<1")), rollout("1.4.0")) == []


def test_a_prerelease_tells_of_those_before_it() -> None:
    notes = (note("1.3.0rc2"), *NOTES[1:])
    assert versions(using((Standing.EXACT, "==1.2.5")), rollout("1.3.0rc2", *notes)) == ["1.3.0rc2", "1.3.0rc1"]


@pytest.mark.parametrize(
    ("before", "version", "bodies", "expected"),
    [
        ("==1.2.3", "1.3.0", {}, False),
        ("==1.2.3", "1.3.0", {"1.3.0": BREAKING}, True),
        ("==1.2.3", "1.3.0", {"1.2.4": BREAKING}, True),
        ("==1.2.3", "1.3.0", {"1.2.3": BREAKING, "1.3.0rc1": BREAKING}, False),
        ("==1.2.3", "1.3.0", {"1.2.5": PATH}, True),
        ("==1.2.3", "2.0.0", {}, True),
        ("==0.2.3", "0.3.0", {}, True),
        ("==0.2.3", "0.2.4", {}, False),
        ("==0.2.3", "1!0.2.3", {}, True),
        ("<0.1", "2.0.0", {}, False),
        ("<0.1", "2.0.0", {"2.0.0": PATH}, True),
    ],
)
def test_a_jump_is_breaking_when_the_notes_of_the_way_or_the_numbers_say_so(
    before: str, version: str, bodies: dict[str, str], *, expected: bool
) -> None:
    names = dict.fromkeys((version, "1.3.0rc1", "1.2.5", "1.2.4", "1.2.3"))
    notes = [note(name, bodies[name]) if name in bodies else note(name) for name in names]
    standing = Standing.EXACT if before.startswith("==") else Standing.EXCLUDES
    assert expected is is_breaking(rollout(version, *notes), using((standing, before)))


def test_the_branch_has_the_package_s_normalised_name() -> None:
    assert branch_of("Demo_Kit") == branch_of("demo-kit") == "pilotage/update-demo-kit"


def test_the_title_is_the_configured_one_and_marks_a_break() -> None:
    template = "build(deps): {package} {tag} ({version})"
    assert render_title(template, rollout(), is_breaking=False) == "build(deps): demo-kit v1.3.0 (1.3.0)"
    assert render_title(template, rollout(), is_breaking=True) == "build(deps): demo-kit v1.3.0 (1.3.0) (breaking)"
    long = render_title("{version} " + "x" * 400, rollout(), is_breaking=True)
    assert len(long) == 250
    assert long.endswith("x (breaking)")
    assert len(render_title("{version} " + "x" * 400, rollout(), is_breaking=False)) == 250


@pytest.mark.parametrize(
    ("before", "shown"),
    [
        ("", "any version"),
        (">=1,<2", ">=1,<2"),
        ("v1.2.3-rc1", "v1.2.3-rc1"),
        ("closes #1 and GH-2 @evil", "closes 1 and GH2 evil"),
        ("fixes https://github.com/a/b/issues/1", "fixes httpsgithub.com/a/b/issues/1"),
    ],
)
def test_the_commit_says_what_changes_and_names_nobody(before: str, shown: str) -> None:
    expected = f"build: x\n\ndemo-kit {shown} -> 1.3.0\n\nPilotage-Downstream: demo-kit 1.3.0"
    assert expected == render_message("build: x", rollout(), before=before)


def test_the_body_says_what_changes_what_is_left_and_what_is_new() -> None:
    usage = msgspec.structs.replace(
        using((Standing.EXACT, "==1.2.4"), (Standing.EXCLUDES, "1.2 || 1.2.4"), (Standing.LOCKED, "1.2.4")),
        unread=("setup.py: not Python",),
    )
    notes = (note("1.3.0", "### Features\n\n* new (#12)\n"), note("1.2.5", PATH))
    expected = f"""{MARKER}

**demo-kit 1.3.0** of [acme/demo](https://github.com/acme/demo) is out. This makes this repository ask for it.

⚠️ **This may break something:** read the notes below before merging.

| Place | Asked for | Asks for |
| --- | --- | --- |
| `pyproject.toml line 1` | `==1.2.4` | `==1.3.0` |
| `pyproject.toml line 2` | `1.2 \\|\\| 1.2.4` | `==1.3.0` |

**Left for people:**

- `1.2.4 (pyproject.toml line 3): run the tool`
- `could not be read: setup.py: not Python`

### Upgrade path

#### 1.2.5

Call `new()` instead of `old()`.

### Release notes

#### [1.3.0]({PAGE}/v1.3.0)

###### Features

* new (acme/demo#&#8203;12)

#### [1.2.5]({PAGE}/v1.2.5)

###### Features

* new API

##### Upgrade path

Call `new()` instead of `old()`.

---

Pilotage keeps this pull request up to date until it is merged or closed; commits by people on its branch stay. \
Not this version? Close it: the next release opens a new one. Never? Write `# pilotage: keep` behind the requirement, \
or on the line above it, and the repository stays as it is.
"""
    assert expected == render_body(rollout("1.3.0", *notes), usage)


def test_a_release_without_notes_or_a_page_is_told_all_the_same() -> None:
    bare = rollout("1.3.0", Note(Version("1.3.0"), "", ""), url="")
    body = render_body(bare, PINNED)
    assert "### Release notes" not in body
    assert "⚠️" not in body
    untitled = rollout("1.3.0", Note(Version("1.3.0"), "* x\n" * 16_000, ""), url="")
    body = render_body(untitled, PINNED)
    assert "\n#### 1.3.0\n" in body
    assert "… [Full notes](https://github.com/acme/demo/releases)\n\n---\n" in body


def test_a_place_that_nobody_asked_for_anything_at_is_a_dash() -> None:
    places = tuple(Reference("a", n, Standing.EXACT, "", changes=(Change(0, 1, " x "),) * 2) for n in range(120))
    body = render_body(rollout(), Usage(places))
    assert "\n| `a line 0` | - | `x` |\n" in body
    assert "\n| and 20 more | | |\n" in body


@pytest.mark.parametrize("size", [100, 55_000, 70_000, 400_000])
def test_the_body_keeps_to_github_s_limit_and_its_end(size: int) -> None:
    body = render_body(rollout("1.3.0", note("1.3.0", "* a line of notes\n" * (size // 18))), PINNED)
    assert len(body) <= 60_000
    assert body.endswith("the repository stays as it is.\n")
    assert (f"… [Full notes]({PAGE}/v1.3.0)" in body) == (size > 60_000)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see #12, (#13) and x#14", "see a/b#&#8203;12, (a/b#&#8203;13) and x#&#8203;14"),
        ("[#12](https://github.com/a/b/issues/12)", "[a/b#&#8203;12](https://redirect.github.com/a/b/issues/12)"),
        ("https://www.github.com/a/b/pull/1#x", "https://redirect.github.com/a/b/pull/1#x"),
        ("https://github.com/a/b/commit/abc", "https://github.com/a/b/commit/abc"),
        ("https://x.example/y#12", "https://x.example/y#12"),
        ("closes #1", "c&#8203;loses a/b#&#8203;1"),
        ("Fixes: GH-1", "F&#8203;ixes: GH-&#8203;1"),
        ("resolved o/r#1", "r&#8203;esolved o/r#&#8203;1"),
        ("close https://ghe.example/a/b/issues/1", "c&#8203;lose https://ghe.example/a/b/issues/1"),
        ("closes the door, prefixes #1", "closes the door, prefixes a/b#&#8203;1"),
        ("@evil and a@b.c", "@&#8203;evil and a@b.c"),
        ("by @&#8203;x, o/r#&#8203;1, &lt;b> and \\_", "by @&#8203;x, o/r#&#8203;1, &lt;b> and \\_"),
        ("<&#8203;!-- pilotage:downstream -->", "&lt;!-- pilotage:downstream -->"),
        ("![x](https://t.example/p.png)", "[x](https://t.example/p.png)"),
        ("`closes #1` and ``a ` #2`` #3", "`c\u200bloses #1` and ``a ` #2`` a/b#&#8203;3"),
        ("`git commit -m 'closes it'`", "`git commit -m 'closes it'`"),
        ("www.github.com/a/b/issues/1", "www.&#8203;github.com/a/b/issues/1"),
        ("\\&#1 &#1", "\\&a/b#&#8203;1 &amp;#&#8203;1"),
        (r"\`closes #1\`", r"\`c&#8203;loses a/b#&#8203;1\`"),
        ("``closes #1`", r"\`\`c&#8203;loses a/b#&#8203;1\`"),
        ("```\ncloses #1 @x\n```\n#2", "```\nc\u200bloses #1 @x\n```\na/b#&#8203;2"),
        ("~~~~\n#1\n~~~\n#2\n~~~~\n#3", "~~~~\n#1\n~~~\n#2\n~~~~\na/b#&#8203;3"),
        ("```\n#1", "```\n#1\n```"),
        ("<!-- pilotage:downstream --><img src=x>", "&lt;!-- pilotage:downstream -->&lt;img src=x>"),
        ("# Title", "#### Title"),
        ("&#35;1 C#1", "&amp;#&#8203;35;1 C#&#8203;1"),
        ("x;#12", "x;a/b#&#8203;12"),
    ],
)
def test_what_is_quoted_keeps_its_words_and_reaches_nothing(text: str, expected: str) -> None:
    assert expected == quote_block(text, repository="a/b")


_ALIVE = re.compile(
    r"(?<![\w&/])#[0-9]|(?<![A-Za-z0-9])gh-[0-9]|//github\.com/\w+/\w+/(?:issues|pull)/[0-9]", re.IGNORECASE
)


PIECES = ("closes ", "fix: ", "#1", "GH-2", "a/b#3", "`", "\\", "~~~", "\n", " ", "[", "](", ")", "&", ";")


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_no_reference_stays_alive_outside_of_code(text: str) -> None:
    quoted = quote_block(text, repository="a/b")
    fenced, fence = "", ""
    for line in quoted.split("\n"):
        opening = re.match(r" {0,3}(`{3,}|~{3,})", line)
        if fence:
            fence = "" if opening and opening[1].startswith(fence) and line.strip() == opening[1] else fence
        elif opening:
            fence = opening[1]
        else:
            fenced += f"{line}\n"
    bare = re.sub(r"\\.|(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", fenced)
    assert not _ALIVE.search(bare)


def test_a_quote_is_cut_at_a_line_with_its_fence_closed() -> None:
    text = "first\n\n```py\n" + "code\n" * 100 + "```\nend"
    expected = "first\n\n```py\n" + "code\n" * 8 + "```\n\n… [Full notes](u)"
    found = cut_quote(text, 134, link="u")
    assert found == expected
    assert len(found) <= 134
    assert cut_quote(text, len(text), link="u") == text
    assert cut_quote("a\n\n```\nb\n```\n" + "c\n" * 300, 120, link="u").startswith("a\n\n```\nb\n```\nc\n")
    assert cut_quote("x" * 500, 100, link="u") == "… [Full notes](u)"
    assert cut_quote(text, 0, link="u") == "… [Full notes](u)"


def test_a_cell_never_ends_where_a_stranger_wants_it_to() -> None:
    assert table_span("a|b") == "`a\\|b`"
    assert table_span("a\\|b") == "`a\\⟨U+007C⟩b`"
    assert table_span("") == "-"


@pytest.mark.parametrize(
    "piece", ["closes a/a/", "`", "#1", "[", "\\", "https://github.com/", "gh-", "```\n", "a" * 99]
)
def test_much_of_anything_is_quoted_in_linear_time(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    begin = time.perf_counter()
    quote_block(text, repository="a/b")
    assert time.perf_counter() - begin < 5
