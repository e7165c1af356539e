"""The first half of the train: what happens until a maintainer merges the release pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pilotage.sandbox.forge.git import run_git
from pilotage.sandbox.train.releasing import read_row
from pilotage.sandbox.train.report import Facts, StageFailedError
from pilotage.sandbox.train.story import choose_story

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilotage.sandbox.train.journey import Journey
    from pilotage.sandbox.train.runner import JobDone

_NONE: Final = "none"
_TYPES: Final = ("feat", "fix", "perf", "deps")


def check_title(journey: Journey) -> Facts:
    """Open a pull request with a bad title: it is refused with a suggestion, which is then accepted."""
    forge, subject = journey.scene.forge, journey.scene.subject
    journey.before = journey.after = forge.realm.git.branch(subject.branch) or ""
    story = choose_story(subject)
    bad = _bad_title(story.feature, subject.scope)
    body = "This pull request was made by a rehearsal."
    number = journey.feature = forge.open_pull_request("rehearsal-feature", bad, body, files=story.feature_files)
    refused = journey.run_title(number, "opened")
    refused.expect(1, f"the title {bad!r} must be refused")
    suggestion = refused.outputs.get("suggestion", "")
    accepted: JobDone | None = None
    for title in _candidates(suggestion, story.feature, subject.scope):
        forge.edit_pull_request(number, title=title)
        accepted = journey.run_title(number, "edited")
        if accepted.code == 0 and accepted.outputs.get("bump", _NONE) != _NONE:
            journey.feature_title = title
            return {"pull_request": number, "refused": bad, "suggestion": suggestion, "accepted": title}
    raise StageFailedError(
        "no title was found that the gate accepts and that releases something",
        exit_code=accepted.code if accepted else None,
        output=accepted.tail if accepted else "",
    )


def merge_feature(journey: Journey) -> Facts:
    """Merge the feature."""
    commit = journey.merge(journey.feature)
    return {"pull_request": journey.feature, "title": journey.feature_title, "commit": commit}


def open_release_pull(journey: Journey) -> Facts:
    """Let the push of the merge open the release pull request."""
    subject = journey.scene.subject
    done = journey.run_push("release-pr")
    done.expect(0, "the push of a merge must open the release pull request")
    pull = journey.release_pull_request(done)
    journey.release_pull = pull.number
    return {
        "pull_request": pull.number,
        "title": pull.title,
        "branch": pull.head,
        "version": read_row(done, subject.component).get("version", ""),
        "bump": read_row(done, subject.component).get("bump", ""),
    }


def update_release_pull(journey: Journey) -> Facts:
    """Merge a fix: the same release pull request is brought up to date."""
    forge, subject = journey.scene.forge, journey.scene.subject
    prefix = journey.feature_title.partition(":")[0]
    scope = prefix[prefix.index("(") :] if "(" in prefix else ""
    story = choose_story(subject)
    title = f"fix{scope}: {story.fix}"
    fix = forge.open_pull_request("rehearsal-fix", title, "A small repair.", files=story.fix_files)
    before = forge.pull_request(journey.release_pull).head_sha
    journey.merge(fix)
    done = journey.run_push("update")
    done.expect(0, "the push of a second merge must update the release pull request")
    pull = journey.release_pull_request(done)
    if pull.number != journey.release_pull or pull.head_sha == before:
        message = (
            f"pull request #{journey.release_pull} was to be updated in place; #{pull.number} is at {pull.head_sha}"
        )
        raise StageFailedError(message, exit_code=done.code, output=done.tail)
    revisions = f"refs/heads/{pull.base}...refs/heads/{pull.head}"
    _, diff = run_git(forge.realm.git.git_dir, "diff", "--no-color", "--no-ext-diff", revisions)
    journey.diff = diff.decode("utf-8", "replace")
    return {
        "pull_request": pull.number,
        "title": pull.title,
        "merged": fix,
        "version": read_row(done, subject.component).get("version", ""),
    }


def merge_release_pull(journey: Journey) -> Facts:
    """Let a maintainer merge the release pull request."""
    title = journey.scene.forge.pull_request(journey.release_pull).title
    commit = journey.merge(journey.release_pull)
    forge = journey.scene.forge
    for workflow in journey.scene.subject.awaited:
        # on GitHub the push has started them; one that is not in the repository stays missed
        _, found = run_git(forge.realm.git.git_dir, "ls-tree", commit, "--", f".github/workflows/{workflow}")
        if found:
            forge.add_run(workflow, commit, event="push", branch=journey.scene.subject.branch)
    return {"pull_request": journey.release_pull, "title": title, "commit": commit}


def _bad_title(words: str, scope: str) -> str:
    """Give a title that is refused by any rules and says what is meant, so that a suggestion can be made."""
    return f"feature({scope}): {words}" if scope else words.capitalize()


def _candidates(suggestion: str, words: str, scope: str) -> Iterator[str]:
    """Give the suggestion, then titles of other types: a repository may say that features release nothing."""
    if suggestion:
        yield suggestion
    for change_type in _TYPES:
        title = f"{change_type}({scope}): {words}" if scope else f"{change_type}: {words}"
        if title != suggestion:
            yield title
