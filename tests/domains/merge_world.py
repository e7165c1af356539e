"""Values that the tests of merges are made of."""

from __future__ import annotations

from pilotage.domains.mergepreview import preview_merge
from pilotage.model.commit import Author, Commit
from pilotage.model.config import Config
from pilotage.model.mergepreview import MergeBase, MergePreview
from pilotage.model.project import Project
from pilotage.model.pullcontext import MergeSettings, PullContext
from pilotage.model.snapshot import LastRelease

URL = "https://github.com/acme/tool"
SQUASH = MergeSettings(is_known=True, merge=False, rebase=False)
MESSAGES = MergeSettings(is_known=True, merge=False, rebase=False, squash_message="COMMIT_MESSAGES")
REBASE = MergeSettings(is_known=True, merge=False, squash=False)


def commits(*messages: str) -> tuple[Commit, ...]:
    """Give commits of messages, in their order, with different ids."""
    return tuple(Commit(f"{index:x}" * 40, text, Author("Ann", "ann")) for index, text in enumerate(messages, 10))


def pull(
    title: str, body: str = "", *, branch: tuple[Commit, ...] = (), settings: MergeSettings = SQUASH
) -> PullContext:
    return PullContext(
        title,
        number=12,
        body=body,
        author="ann",
        commits=branch,
        settings=settings,
        head_branch="work",
        base_branch="main",
    )


def base(*unreleased: Commit, released: str = "1.4.2", web_url: str = URL) -> MergeBase:
    last = LastRelease(released, "f" * 40, f"v{released}") if released else None
    return MergeBase(Project("tool", released or None, "pyproject.toml [project]"), unreleased, last, web_url)


def preview(
    title: str,
    body: str = "",
    *,
    branch: tuple[Commit, ...] = (),
    settings: MergeSettings = SQUASH,
    config: Config | None = None,
    onto: MergeBase | None = None,
) -> MergePreview:
    context = pull(title, body, branch=branch, settings=settings)
    return preview_merge(context, config=config or Config(), base=onto or base())


def rules_of(found: MergePreview) -> list[str]:
    return [problem.rule for problem in found.problems]
