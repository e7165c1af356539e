from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotage.domains.notes import PULL_REQUEST_LIMIT, RELEASE_LIMIT
from pilotage.domains.releasebody import (
    FOREWORD_END,
    FOREWORD_INVITATION,
    FOREWORD_START,
    NOTES_END,
    NOTES_START,
    disarm_marks,
    keep_foreword,
    notes_link,
    read_foreword,
    read_shown_notes,
    render_pull_request_body,
    render_release_body,
)
from pilotage.model.config import Config

LINK = "https://github.example/acme/demo/blob/b/CHANGELOG.md"
WORDS = st.text(max_size=200).filter(lambda text: "pilotage:foreword" not in text)


def body(notes: str = "## 1.3.0\n\n* fly", *, old: str = "", config: Config | None = None) -> str:
    return render_pull_request_body(notes, tag="v1.3.0", link=LINK, config=config or Config(), old_body=old)


def with_foreword(text: str) -> str:
    return body().replace(f"\n{FOREWORD_INVITATION}\n", text)


def test_a_new_body_invites_to_a_foreword() -> None:
    foreword = f"{FOREWORD_START}\n{FOREWORD_INVITATION}\n{FOREWORD_END}"
    assert body().startswith(f"{foreword}\n\n{NOTES_START}\n## 1.3.0\n\n* fly\n{NOTES_END}\n\n---\n")


def test_the_invitation_is_no_foreword() -> None:
    assert read_foreword(body()) == ""


def test_a_body_says_what_merging_it_does() -> None:
    assert "Merging this tags `v1.3.0` on the merge commit and drafts the release" in body()
    assert "and publishes the release with" in body(config=Config(release="published"))
    assert "the notes of this pull request as they are" in body(config=Config(changelog_path=""))


@given(WORDS)
def test_a_foreword_is_carried_over_to_the_letter(words: str) -> None:
    kept = body("## 1.4.0\n\n* other", old=with_foreword(words))
    assert kept == body("## 1.4.0\n\n* other").replace(f"\n{FOREWORD_INVITATION}\n", words, 1)


@given(WORDS)
def test_a_foreword_beside_the_invitation_is_read_without_it(words: str) -> None:
    assert read_foreword(with_foreword(f"{FOREWORD_INVITATION}\n{words}")) == words.strip()


def test_a_body_without_a_whole_block_has_no_foreword() -> None:
    for old in ("", "mine", FOREWORD_START + "half", FOREWORD_END, FOREWORD_END + FOREWORD_START):
        assert (read_foreword(old), body(old=old)) == ("", body())


def test_a_body_without_a_block_takes_none() -> None:
    for new in ("new", f"new {FOREWORD_START}", f"new {FOREWORD_END}"):
        assert keep_foreword(new, with_foreword("mine")) == new


def test_long_notes_are_cut_to_what_github_takes() -> None:
    cut = body("## 1.3.0\n\n" + "* a change\n" * 20_000)
    assert len(cut) <= PULL_REQUEST_LIMIT
    assert f"[Full notes]({LINK})\n{NOTES_END}\n\n---\n" in cut


def test_a_long_foreword_stays_whole_and_the_notes_make_room() -> None:
    words = "w" * 40_000
    cut = body("## 1.3.0\n\n" + "* a change\n" * 20_000, old=with_foreword(words))
    assert len(cut) <= PULL_REQUEST_LIMIT
    assert read_foreword(cut) == words
    assert f"[Full notes]({LINK})" in cut


def test_a_foreword_longer_than_a_whole_body_is_cut_to_it() -> None:
    cut = body(old=with_foreword("w" * PULL_REQUEST_LIMIT))
    assert len(cut) <= PULL_REQUEST_LIMIT
    assert read_foreword(cut).startswith("w" * 60_000)


@given(WORDS)
def test_a_body_rendered_again_is_the_same(words: str) -> None:
    once = body(old=with_foreword(words))
    assert body(old=once) == once


def test_the_link_leads_to_the_changelog_or_else_to_the_releases() -> None:
    links = [notes_link("v1", web_url="https://h.example/o/r", config=Config(changelog_path=p)) for p in ("C.md", "")]
    assert links == ["https://h.example/o/r/blob/v1/C.md", "https://h.example/o/r/releases"]


def test_a_release_body_is_the_foreword_and_the_notes() -> None:
    bodies = [
        render_release_body(notes, foreword=words, link=LINK) for words in ("", "hi") for notes in ("", "\n* n\n")
    ]
    assert bodies == ["", "* n", "hi", "hi\n\n* n"]


def test_a_release_body_is_cut_to_what_github_takes() -> None:
    cut = render_release_body("* a change\n" * 20_000, foreword="hi", link=LINK)
    assert (len(cut) <= RELEASE_LIMIT, cut.startswith("hi\n\n* a change\n"), LINK in cut) == (True, True, True)


def test_an_end_in_strangers_words_does_not_cut_the_notes() -> None:
    text = f"{NOTES_START}\n* a {NOTES_END}\n* b\n{NOTES_END}\n\n---\n"
    assert read_shown_notes(text, name=None, version="1.3.0") == f"* a {NOTES_END}\n* b"


@pytest.mark.parametrize("mark", ["<!-- pilotage:release-as 9 -->", "<!--/pilotage:notes-->", "<!--  / PILOTAGE:x -->"])
def test_marks_of_ours_are_shown_as_text(mark: str) -> None:
    assert disarm_marks(f"a\n{mark}\n<!-- theirs -->") == f"a\n&lt;{mark[1:]}\n<!-- theirs -->"
