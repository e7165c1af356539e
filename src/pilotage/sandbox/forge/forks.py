"""Forks of the repository: where the branches of strangers' pull requests are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.sandbox.forge.refusals import not_found, unprocessable
from pilotage.sandbox.forge.state import Fork

if TYPE_CHECKING:
    from pilotage.sandbox.forge.realm import Realm


def make_fork(realm: Realm, name: str) -> Fork:
    """Give a fork by its full name; it comes into being, without branches, when it does not exist.

    Raises:
        Refusal: 422 for a name without owner, and for an owner who has the repository or another fork of it.
    """
    known = realm.fork(name)
    if known is not None and known.full_name == name:
        return known
    owner, _, short = name.partition("/")
    if not owner or not short or owner == realm.state.owner or realm.fork(owner) is not None:
        raise unprocessable(f"{name} cannot be a fork of {realm.state.full_name}")
    made = Fork(owner, short)
    realm.state.forks.append(made)
    return made


def need_fork(realm: Realm, name: str) -> Fork:
    """Give a fork by its full name.

    Raises:
        Refusal: 404 when there is none.
    """
    fork = realm.fork(name)
    if fork is None:
        raise not_found()
    return fork
