"""What an immutable release freezes: its tag while it is there, and the tag's name for ever.

Source: https://docs.github.com/code-security/concepts/supply-chain-security/immutable-releases
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pilotage.sandbox.forge.objects import ZERO
from pilotage.sandbox.forge.refusals import unprocessable

if TYPE_CHECKING:
    from pilotage.sandbox.forge.realm import Realm
    from pilotage.sandbox.forge.state import State

_TAGS: Final = "refs/tags/"


def frozen_tags(state: State) -> set[str]:
    """Give the tags that cannot be moved or deleted now."""
    return {release.tag_name for release in state.releases if release.immutable}


def closed_tags(realm: Realm) -> tuple[str, ...]:
    """Give the tags that no push may touch now: those that are frozen, and those whose names are used up."""
    frozen = frozen_tags(realm.state)
    burnt = {tag for tag in realm.state.burnt_tags if realm.git.refs.read(_TAGS + tag) is None}
    return tuple(sorted(frozen | burnt))


def check_frozen(state: State, name: str, *, exists: bool, target: str) -> None:
    """Refuse to move or delete the tag of an immutable release, and to make one that such a release once had.

    Args:
        state: What is known of releases.
        name: The ref's full name.
        exists: Whether there is such a ref.
        target: What it shall point at; 40 zeros to delete it.

    Raises:
        Refusal: 422 in the words of GitHub's rules.
    """
    tag = name.removeprefix(_TAGS) if name.startswith(_TAGS) else ""
    if exists and tag in frozen_tags(state):
        act = "delete" if target == ZERO else "update"
        raise unprocessable(f"Repository rule violations found\n\nCannot {act} this protected ref.\n\n")
    if not exists and tag in state.burnt_tags:
        raise unprocessable(
            "Repository rule violations found\n\nCannot create ref due to creations being restricted.\n\n"
        )
