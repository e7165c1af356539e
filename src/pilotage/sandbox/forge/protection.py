"""What rules keep clients from: refs that no one may make or move by hand, and everything in an archive.

Source: https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets,
https://docs.github.com/repositories/archiving-a-github-repository/archiving-repositories
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from pilotage.sandbox.forge.frozen import check_frozen, closed_tags
from pilotage.sandbox.forge.objects import ZERO
from pilotage.sandbox.forge.refusals import Refusal, unprocessable

if TYPE_CHECKING:
    from pilotage.sandbox.forge.realm import Realm
    from pilotage.sandbox.forge.state import State


def check_rules(state: State, name: str, *, exists: bool, target: str) -> None:
    """Refuse what the repository's rules and its immutable releases keep a ref from.

    Args:
        state: What is known beside git.
        name: The ref's full name.
        exists: Whether there is such a ref.
        target: What it shall point at; 40 zeros to delete it.

    Raises:
        Refusal: 422 in the words of GitHub's rules.
    """
    check_frozen(state, name, exists=exists, target=target)
    if not is_protected(state, name):
        return
    act = "Cannot delete this protected ref." if target == ZERO else "Cannot update this protected ref."
    words = act if exists else "Cannot create ref due to creations being restricted."
    raise unprocessable(f"Repository rule violations found\n\n{words}\n\n")


def is_protected(state: State, name: str) -> bool:
    """Tell whether a rule keeps clients from a ref; patterns go by its full name, or by a branch's own."""
    short = name.removeprefix("refs/heads/")
    return any(fnmatchcase(name, pattern) or fnmatchcase(short, pattern) for pattern in state.settings.protected)


def closed_refs(realm: Realm) -> tuple[str, ...]:
    """Give what no push may touch now: full names of refs, and of folders that are closed as a whole."""
    refs = [name for name in realm.git.refs.read_all() if is_protected(realm.state, name)]
    full = [p if p.startswith("refs/") else f"refs/heads/{p}" for p in realm.state.settings.protected]
    plain = [name.removesuffix("/*") for name in full if "*" not in name.removesuffix("/*")]
    return tuple(sorted({*refs, *plain, *(f"refs/tags/{tag}" for tag in closed_tags(realm))}))


def check_archive(state: State) -> None:
    """Refuse every write to a repository that is archived.

    Raises:
        Refusal: 403 in GitHub's words.
    """
    if state.settings.archived:
        raise Refusal(403, "Repository was archived so is read-only.")
