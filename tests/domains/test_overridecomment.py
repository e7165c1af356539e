"""After the merge: a title that no release can read."""

from __future__ import annotations

from pilotage.domains.changes import read_changes
from pilotage.domains.overridecomment import MARKER, plan_override_comment, render_override
from pilotage.model.commit import Commit, PullRequestText
from pilotage.model.config import Config
from pilotage.model.step import WriteComment

CONFIG = Config()


def merged(title: str, *, number: int = 7, comments: tuple[str, ...] = ()) -> Commit:
    return Commit(f"{number:040x}", title, pull_request=PullRequestText(number, title, comments=comments))


def planned(*commits: Commit) -> list[WriteComment]:
    return list(plan_override_comment(commits, read_changes(commits, CONFIG).unread, config=CONFIG))


def test_the_newest_commit_without_a_type_is_told_on_its_pull_request() -> None:
    assert planned(merged("Add greetings")) == [
        WriteComment(7, MARKER, 0, render_override("Add greetings", config=CONFIG))
    ]


def test_an_older_one_is_not() -> None:
    assert planned(merged("feat: greet", number=8), merged("Add greetings")) == []


def test_one_that_was_told_is_not_told_again() -> None:
    assert planned(merged("Add greetings", comments=(f"{MARKER}\nbefore",))) == []


def test_a_commit_without_a_pull_request_has_nowhere_to_tell() -> None:
    assert planned(Commit("a" * 40, "Add greetings")) == []
    assert planned() == []


def test_the_block_to_paste_is_what_the_reader_reads() -> None:
    body = render_override("Add greetings", config=CONFIG).split("```text\n")[1].split("```")[0]
    told = Commit("a" * 40, "Add greetings", pull_request=PullRequestText(7, "Add greetings", body))
    (change,) = read_changes((told,), CONFIG).changes
    assert (change.type, change.subject) == ("feat", "add greetings")


def test_a_title_that_nobody_can_guess_gets_an_example() -> None:
    assert "fix: say what changed" in render_override("!!", config=CONFIG)


def test_a_hostile_title_stays_in_its_span() -> None:
    body = render_override("```\n<script>", config=CONFIG)
    assert body.count("\n```") == 2
    assert "<script>" not in body
