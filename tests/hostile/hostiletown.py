"""A released package among repositories of strangers: one town, in which each test has a repository of its own."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from pilotage.reconcile.downstream.session import Order
from train.downstreamyard import SOURCE, rows_of

if TYPE_CHECKING:
    from pilotage.model.downstream import Row
    from pilotage.sandbox.forge.forge import Forge
    from train.downstreamyard import Yard

BRANCH = "pilotage/update-demo"
PINNED = "demo==1.3.0\n"
DRY = Order(is_dry=True)
_count = itertools.count(1)


def settle(yard: Yard, files: dict[str, str | bytes | None], *, rules: str = "") -> Forge:
    """Add a repository with some files, which alone the released one then names."""
    name = f"guest{next(_count)}"
    forge = yard.town.add("acme", name)
    forge.push("main", files, "chore: begin")
    forge.realm.state.runs_take = 1
    name_alone(yard, f"acme/{name}", rules=rules)
    return forge


def name_alone(yard: Yard, *names: str, rules: str = "") -> None:
    """Let the released repository name these repositories and no others."""
    spelled = ", ".join(f'"{name}"' for name in names)
    yard.configure(f"repositories = [{spelled}]\n{rules}")


def release(yard: Yard, notes: str = "### Features\n\n- more\n") -> str:
    """Let people release the next version, and give it."""
    before = yard.file(SOURCE, "pyproject.toml").partition('version = "')[2].partition('"')[0]
    major, minor, _ = before.split(".")
    version = f"{major}.{int(minor) + 1}.0"
    yard.release(version, notes)
    return version


def row_of(yard: Yard, order: Order | None = None) -> Row:
    """Bring the release out, and give the row of the one repository."""
    (row,) = yard.run(order or Order()).rows
    return row


def stands(yard: Yard) -> tuple[str, str]:
    """Bring the release out, and give what is done about the one repository and how it stands."""
    (stand,) = rows_of(yard.run()).values()
    return stand
