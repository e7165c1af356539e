"""What merging will do, in words."""

from __future__ import annotations

import msgspec

from pilotage.domains.mergepreview import preview_merge
from pilotage.domains.previewtext import quote, render_preview
from pilotage.model.commit import Commit
from pilotage.model.config import Config
from pilotage.model.mergepreview import MergeBase, MergePreview
from pilotage.model.project import Project
from pilotage.model.pullcontext import PullContext
from pilotage.model.snapshot import LastRelease

CONFIG = Config(tag_format="v{version}")


def preview(title: str, *, last: LastRelease | None = None, commits: tuple[Commit, ...] = ()) -> MergePreview:
    base = MergeBase(Project("demo", "0.1.0", "pyproject.toml [project]"), commits, last)
    return preview_merge(PullContext(title, 7), config=CONFIG, base=base)


LAST = LastRelease("0.1.0", "a" * 40, "v0.1.0")


def test_the_next_version_the_cause_and_the_notes_are_shown() -> None:
    text = render_preview(preview("feat: greet people", last=LAST))
    assert text.startswith("**Merging this leads to release `0.1.0` → `0.2.0`** (this pull request: minor).")
    assert "> * greet people" in text


def test_a_first_release_has_no_version_before_it() -> None:
    assert "release `0.1.0`**" in render_preview(preview("feat: greet people"))


def test_a_change_that_releases_nothing_says_so() -> None:
    assert render_preview(preview("chore: tidy", last=LAST)) == "Merging this releases nothing by itself."


def test_a_change_that_adds_nothing_to_what_is_unreleased_says_so() -> None:
    pending = (Commit("b" * 40, "feat: earlier"),)
    assert "adds nothing to it" in render_preview(preview("chore: tidy", last=LAST, commits=pending))


def test_what_stands_in_the_way_is_named() -> None:
    found = preview("feat: greet people", last=LAST)
    blocked = msgspec.structs.replace(found.main, obstacle="the version is `odd`")
    text = render_preview(MergePreview((blocked,)))
    assert "not known" in text
    assert "the version is `odd`" in text


def test_notes_that_are_missing_or_endless_do_no_harm() -> None:
    found = preview("feat: greet people", last=LAST).main
    bare = MergePreview((msgspec.structs.replace(found, notes=""),))
    assert render_preview(bare).endswith("(this pull request: minor).")
    endless = MergePreview((msgspec.structs.replace(found, notes="x" * 100_000),))
    assert len(render_preview(endless)) < 5_000


def test_a_quotation_holds_every_line() -> None:
    assert quote("a\n\nb") == "> a\n>\n> b"


def test_ways_of_merging_that_lead_elsewhere_are_named() -> None:
    base = MergeBase(Project("demo", "0.1.0", "pyproject.toml [project]"), (), LAST)
    context = PullContext("feat: greet", 7, commits=(Commit("c" * 40, "fix: greet"),))
    text = render_preview(preview_merge(context, config=CONFIG, base=base))
    assert "Other ways of merging lead elsewhere: by rebasing: `0.1.1`." in text or "by a merge commit: `0.1.1`" in text
    quiet = PullContext("feat: greet", 7, commits=(Commit("c" * 40, "Greet"),))
    assert "no release" in render_preview(preview_merge(quiet, config=CONFIG, base=base))
