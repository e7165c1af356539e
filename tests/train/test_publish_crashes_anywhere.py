"""A publish that dies at any request to the forge or to the index is completed by the next run, and repeats nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from pilotage.sandbox.forge.faults import Fault as ForgeFault
from pilotage.sandbox.forge.faults import FaultKind as ForgeDeath
from pilotage.sandbox.index import Fault as IndexFault
from pilotage.sandbox.index import FaultKind as IndexDeath
from train.publishear import Ear, listen
from train.publishyard import ASSETS, PUBLISHED, READS, TAG, Site, make_drafted, open_site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pilotage.errors import PilotageError
    from train.publishyard import Drafted

TABLE = PUBLISHED + '[tool.pilotage.publish]\nafter = ["docs.yml"]\nattestations = "off"\n'


class Law:
    """Opens the same world again and again, with somebody who listens."""

    def __init__(self, drafted: Drafted, folder: Path, ear: Ear) -> None:
        self.drafted = drafted
        self.folder = folder
        self.ear = ear

    def open(self, name: str) -> Iterator[Site]:
        self.ear.heard.clear()
        with open_site(self.drafted, self.folder / name, TABLE) as site:
            webhook = {"PILOTAGE_SLACK_WEBHOOK": f"http://{self.ear.url}/services/T/B/secret"}
            site.variables |= {**site.with_identity, **site.with_dist, **webhook}
            yield site


class Clean(NamedTuple):
    """What a run without any fault asks for, in order."""

    forge: list[str]
    visits: list[str]


@pytest.fixture(scope="module")
def law(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Law]:
    with listen() as ear:
        yield Law(make_drafted(tmp_path_factory), tmp_path_factory.mktemp("law"), ear)


@pytest.fixture(scope="module")
def clean(law: Law) -> Clean:
    for site in law.open("clean"):
        site.watch()
        assert site.push() == 0
        check_end(site, law.ear, most=1)
        forge = [line for line in site.trail if not line.startswith("index ")]
        return Clean(forge, [f"index {call.method} {call.path}" for call in site.index.calls()])
    raise AssertionError


def check_end(site: Site, ear: Ear, *, most: int, starts: int = 1) -> None:
    assert not site.draft.draft
    assert len(site.draft.assets) == len(ASSETS)
    assert site.assets.keys() == set(ASSETS)
    assert site.built.items() <= site.assets.items()
    assert site.on_index == site.built
    assert site.dispatches == [("docs.yml", TAG, {})] * starts
    assert site.forge.realm.git.refs.read(f"refs/tags/{TAG}") == site.head
    assert len(site.forge.realm.state.releases) == 1
    assert 1 <= len(ear.heard) <= most
    accepted = [call for call in site.index.log if call.path == "/legacy/" and call.status == 200]
    assert len(accepted) <= 2
    assert (site.draft.body or "").count("<!-- pilotage:announced slack -->") == 1


def die_and_come_back(site: Site) -> None:
    """Let the run die, then everything is well again, and the same job runs once more."""
    assert site.try_push() is not None
    site.forge.revive()
    site.forge.faults.clear()
    site.index.revive()
    site.index.faults.clear()
    assert site.push() == 0


def strikes(lines: list[str], *, is_after: bool) -> list[int]:
    """Give the requests at which a run dies: after each of them, and before each that asks for a change.

    A death before a reading request leaves the world as a death after the one before it does.
    """
    return [number for number, line in enumerate(lines, start=1) if is_after or not line.startswith(READS)]


def tells_twice(lines: list[str], kind: ForgeDeath, at: int) -> bool:
    """Tell whether a death lies between the message and its record: before the last write to the notes is done."""
    edits = [number for number, line in enumerate(lines, start=1) if line.startswith("PATCH ")]
    return edits[-2] < at < edits[-1] + (kind is ForgeDeath.DEAD_BEFORE)


@pytest.mark.parametrize("kind", [ForgeDeath.DEAD_BEFORE, ForgeDeath.DEAD_AFTER], ids=lambda kind: kind.value)
@pytest.mark.parametrize("part", range(3))
def test_a_death_at_any_request_to_the_forge(law: Law, clean: Clean, kind: ForgeDeath, part: int) -> None:
    for at in strikes(clean.forge, is_after=kind is ForgeDeath.DEAD_AFTER)[part::3]:
        for site in law.open(f"forge-{kind.value}-{at}"):
            site.watch()
            site.forge.faults.append(ForgeFault(kind, at=at))
            die_and_come_back(site)
            check_end(site, law.ear, most=2)
            expected = 2 if tells_twice(clean.forge, kind, at) else 1
            assert len(law.ear.heard) == expected, f"{kind.value} at {at}: {clean.forge[at - 1]}"


@pytest.mark.parametrize("kind", [IndexDeath.DEAD_BEFORE, IndexDeath.DEAD_AFTER], ids=lambda kind: kind.value)
def test_a_death_at_any_request_to_the_index(law: Law, clean: Clean, kind: IndexDeath) -> None:
    for at in strikes(clean.visits, is_after=kind is IndexDeath.DEAD_AFTER):
        for site in law.open(f"index-{kind.value}-{at}"):
            site.index.mark()
            site.index.faults.append(IndexFault(kind, at=at))
            site.try_push()
            site.index.revive()
            assert site.push() == 0
            check_end(site, law.ear, most=1)


def test_a_run_that_dies_again_and_again_comes_to_the_same_end(law: Law, clean: Clean) -> None:
    """Each run gets five requests to the forge further than the one before, and is then cut off."""
    for site in law.open("stubborn"):
        for reach in range(1, len(clean.forge) + 1, 5):
            site.forge.mark()
            site.forge.faults.append(ForgeFault(ForgeDeath.DEAD_AFTER, at=reach))
            site.try_push()
            site.forge.revive()
            site.forge.faults.clear()
        assert site.push() == 0
        check_end(site, law.ear, most=2)


class SecondRun:
    """The same job once more, from start to end, just before the first one's request of a number."""

    def __init__(self, site: Site, at: int) -> None:
        self.site = site
        self.at = at
        self.count = 0
        self.ended: list[PilotageError | None] = []

    def at_request(self, _: object) -> None:
        self.count += 1
        if self.count == self.at:
            self.ended.append(self.site.try_push())


def test_two_runs_at_once_come_to_the_end_of_one(law: Law, clean: Clean) -> None:
    for at in strikes(clean.forge, is_after=False):
        for site in law.open(f"second-{at}"):
            second = SecondRun(site, at)
            site.forge.before_request = second.at_request
            first = site.try_push()
            site.forge.before_request = None
            assert (first, second.ended) == (None, [None]), f"a second run at {at}: {clean.forge[at - 1]}"
            # GitHub can neither edit notes nor start a workflow only where nothing changed since one looked
            is_blind = "PATCH" in clean.forge[at - 1]
            starts = 2 if clean.forge[at - 1].endswith("/dispatches") else 1
            check_end(site, law.ear, most=2 if is_blind else 1, starts=starts)
