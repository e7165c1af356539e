"""The commits that GitHub makes: tests/golden/squash/<case>/in.json (a PullContext) makes want.txt.

To write `want.txt` anew, or for a new case, delete the file and run this module once, as in test_notes_golden.py.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotage.domains.squash import ABSENT_SHA, predict_merges, wrap_body
from pilotage.model.commit import Author, Commit, PullRequestText
from pilotage.model.mergepreview import PredictedMerge
from pilotage.model.pullcontext import MergeSettings, PullContext

CASES = sorted((Path(__file__).resolve().parents[1] / "golden" / "squash").iterdir())

text = st.text(st.sampled_from("aab\u00a0ü`~-* \t\n\r#>") | st.characters(exclude_categories=["Cs"]), max_size=400)
long_text = st.lists(st.sampled_from(["word", " ", "  ", "-" * 71, "x" * 80, "\n", "```\n", "é", "\t"])).map("".join)


def render(merges: tuple[PredictedMerge, ...]) -> str:
    blocks = []
    for merge in merges:
        blocks.append(f"=== {merge.way}{'' if merge.is_complete else ' (incomplete)'}")
        blocks += [f"--- {commit.sha[:7]}\n{commit.message}" for commit in merge.commits]
    return "\n".join(blocks).replace("\r", "<CR>") + "\n"


def squash_of(context: PullContext) -> str:
    return predict_merges(context)[0].commits[0].message


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_commits_of_a_merge_are_predicted_as_agreed(case: Path) -> None:
    context = msgspec.json.decode((case / "in.json").read_bytes(), type=PullContext, strict=True)
    got = render(predict_merges(context, repository_owner="acme"))
    want = case / "want.txt"
    if not want.exists():
        want.write_text(got, encoding="utf-8")
        pytest.fail(f"{want.name} of {case.name} was missing and is written now: read it, then run again")
    assert want.read_text(encoding="utf-8") == got


@given(text | long_text)
def test_wrapping_neither_loses_nor_reorders_words(body: str) -> None:
    assert wrap_body(body).split() == body.split()


@given((text | long_text).map(lambda body: body.replace("`", "")))
def test_wrapping_twice_is_wrapping_once(body: str) -> None:
    assert wrap_body(wrap_body(body)) == wrap_body(body)


@given(st.lists(st.sampled_from(["word", " ", "  ", "-" * 71, "x" * 80, "\n", "é", "\t"])).map("".join))
def test_only_a_single_word_stays_longer_than_72_characters(body: str) -> None:
    too_long = [line for line in wrap_body(body).split("\n") if len(line) > 72]
    assert [line for line in too_long if len(line.split()) > 1] == []


@given(st.text(st.characters(max_codepoint=200, exclude_characters="\r"), max_size=72))
def test_lines_that_fit_are_kept_to_the_letter(body: str) -> None:
    assert wrap_body(body) == body


def test_a_line_is_broken_at_the_last_blank_within_72_characters() -> None:
    assert wrap_body(f"{'a' * 70} b c") == f"{'a' * 70} b\nc"
    assert wrap_body(f"{'a' * 70} bb c") == f"{'a' * 70}\nbb c"


def test_a_bullet_stays_alone_before_a_word_that_does_not_fit() -> None:
    assert wrap_body(f"- {'a' * 80} b") == f"-\n{'a' * 80}\nb"


def test_a_fence_ends_where_markdown_ends_it() -> None:
    long = "word " * 20
    kept = f"```py\n{long}\n~~~\n{long}\n``` no end\n{long}\n````"
    assert wrap_body(kept) == kept
    assert wrap_body(f"{kept}\n{long}") == f"{kept}\n{'word ' * 13}word\n{'word ' * 5}word"
    assert wrap_body(f"```{'x ' * 40}```") == f"```{'x ' * 34}x\n{'x ' * 5}```"


@given(st.builds(PullContext, title=text, body=text, number=st.integers(0, 9), head_branch=text, author=text))
def test_a_blank_message_has_no_body(context: PullContext) -> None:
    settings = MergeSettings(squash_message="BLANK")
    blank = msgspec.structs.replace(context, settings=settings)
    suffix = f" (#{context.number})" if context.number else ""
    assert squash_of(blank) == context.title + suffix


@given(text, text)
def test_the_title_is_the_first_line_by_default(title: str, body: str) -> None:
    assert squash_of(PullContext(title, number=3, body=body)).startswith(f"{title} (#3)")


def test_a_title_without_a_pull_request_has_no_number_and_no_pull_request() -> None:
    (squash,) = predict_merges(PullContext("feat: add x", settings=MergeSettings(merge=False, rebase=False)))
    assert squash == PredictedMerge("squash", (Commit(ABSENT_SHA, "feat: add x"),))


def test_each_commit_of_the_branch_carries_the_pull_request() -> None:
    commit = Commit("a" * 40, "fix: b")
    context = PullContext("feat: a", number=4, body="text", author="ann", commits=(commit,))
    pull = PullRequestText(4, "feat: a", "text", "ann")
    for merge in predict_merges(context):
        assert [one.pull_request for one in merge.commits] == [pull] * len(merge.commits)


def test_a_squash_is_predicted_where_nothing_seems_to_be_allowed() -> None:
    settings = MergeSettings(squash=False, merge=False, rebase=False)
    assert [merge.way for merge in predict_merges(PullContext("feat: a", settings=settings))] == ["squash"]


def test_co_authors_can_be_left_out() -> None:
    context = PullContext("feat: a", number=1, body="b", commits=(Commit("a" * 40, "c", Author("Bo", "bo")),))
    (squash, *_) = predict_merges(context, has_co_authors=False)
    assert squash.commits[0].message == "feat: a (#1)\n\nb"


@pytest.mark.parametrize(
    ("title", "message", "is_complete"),
    [
        ("PR_TITLE", "PR_BODY", True),
        ("PR_TITLE", "BLANK", True),
        ("COMMIT_OR_PR_TITLE", "BLANK", False),
        ("PR_TITLE", "COMMIT_MESSAGES", False),
    ],
)
def test_without_the_commits_a_prediction_says_what_it_does_not_know(
    title: str, message: str, is_complete: bool
) -> None:
    settings = msgspec.convert({"squash_title": title, "squash_message": message}, MergeSettings)
    merges = predict_merges(PullContext("feat: a", number=1, settings=settings))
    assert [merge.is_complete for merge in merges] == [is_complete, False, False]


@pytest.mark.parametrize(
    "body",
    ["word " * 200_000, "w" * 1_000_000, " " * 1_000_000, f"{'w' * 80} " * 12_000, "`" * 1_000_000, "\t`" * 500_000],
    ids=range(6),
)
def test_a_megabyte_is_wrapped_in_one_go(body: str) -> None:
    """Linear time: anything quadratic would take minutes here."""
    assert wrap_body(body).split() == body.split()
