"""Laws of the next version, whatever the branch, its past and what exists elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from hypothesis import assume, given
from hypothesis import strategies as st

from domains.branch_world import line, propose
from pilotage.domains.maintenance import Range
from pilotage.errors import ConflictError, PilotageError
from pilotage.model.config import Config
from pilotage.model.version import Version

if TYPE_CHECKING:
    from pilotage.domains.proposal import Proposal
    from pilotage.model.line import Channel, Line

NUMBERS = st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3)).map(lambda n: ".".join(map(str, n)))
FULL = NUMBERS.map(Version)
ANY = (
    st.tuples(NUMBERS, st.sampled_from(["", "", "a1", "b2", "rc1", "rc3", ".dev1", ".post1"])).map("".join).map(Version)
)
WRITTEN = st.none() | st.just("") | ANY.map(str)
MESSAGES = st.lists(st.sampled_from(["fix: x", "feat: x", "feat!: x", "chore: x"]), min_size=1, max_size=3)
PRE_CHANNELS = st.sampled_from(["a", "b", "rc", "dev"])
CHANNELS = st.sampled_from(["", "a", "b", "rc", "dev", "post", "maintenance"])
BRANCHES = st.sampled_from(["0.x", "1.x", "1.2.x", "2.x", "release/3.x"])
CONFIGS = st.builds(
    Config,
    tag_format=st.just("v{version}"),
    major_on_zero=st.booleans(),
    patch_on_zero=st.booleans(),
    initial_version=st.sampled_from(["0.1.0", "0.1.0a1", "1.0"]),
)


def answer(
    messages: list[str], last: Version | None, *, on: Line, config: Config, written: str | None = ""
) -> Proposal | None:
    """Propose; None where it is refused, which must say what to do."""
    try:
        return propose(*messages, last=None if last is None else str(last), written=written, on=on, config=config)
    except PilotageError as error:
        refusal = error
    assert refusal.hint
    assert refusal.exit_code in (2, 3)
    return None


@given(CHANNELS, BRANCHES, st.none() | ANY, st.lists(ANY, max_size=12), MESSAGES, CONFIGS, WRITTEN)
def test_the_next_version_is_above_the_last_and_is_none_that_exists(
    channel: Channel,
    branch: str,
    last: Version | None,
    known: list[Version],
    messages: list[str],
    config: Config,
    written: str | None,
) -> None:
    on = msgspec.structs.replace(line(channel, branch=branch), known=(*known, *([last] if last else [])))
    proposal = answer(messages, last, on=on, config=config, written=written)
    if proposal is not None and proposal.version is not None:
        assert last is None or proposal.version > last
        assert proposal.version not in on.known
        assert proposal.tag == f"v{proposal.version}"


@given(CHANNELS, BRANCHES, ANY, st.lists(ANY, max_size=12), ANY, CONFIGS)
def test_what_is_asked_for_is_made_or_refused_and_never_goes_back(
    channel: Channel, branch: str, last: Version, known: list[Version], asked: Version, config: Config
) -> None:
    on = line(channel, branch=branch, asked=str(asked))
    on = msgspec.structs.replace(on, known=(*known, last))
    proposal = answer(["chore: x"], last, on=on, config=config)
    if proposal is not None:
        assert proposal.version is not None
        assert proposal.version > last
        assert proposal.version not in on.known
        assert Version(proposal.version.base_version) == Version(asked.base_version)


@given(FULL, st.lists(st.tuples(PRE_CHANNELS, MESSAGES), min_size=1, max_size=8))
def test_the_pre_releases_of_a_branch_rise_and_end_in_a_full_release_above_them(
    full: Version, steps: list[tuple[Channel, list[str]]]
) -> None:
    config = Config(tag_format="v{version}")
    released: list[Version] = [full]
    before: list[str] = []
    for channel, messages in steps:
        on = msgspec.structs.replace(line(channel), known=tuple(released))
        try:
            proposal = propose(
                *messages, last=str(released[-1]), full=str(full), before=tuple(before), on=on, config=config
            )
        except ConflictError:
            continue
        before = [*messages, *before]
        if proposal.version is not None:
            assert proposal.version > released[-1]
            assert proposal.version.is_prerelease
            assert Version(proposal.version.base_version) > full
            released.append(proposal.version)
    assume(len(released) > 1)
    on = msgspec.structs.replace(line(), known=tuple(released))
    final = propose(last=str(released[-1]), full=str(full), before=tuple(before), on=on, config=config).version
    assert final == Version(released[-1].base_version)


@given(st.sampled_from([(0,), (1,), (1, 2), (2,), (2, 0)]), FULL, st.lists(ANY, max_size=12), MESSAGES, CONFIGS)
def test_a_maintenance_branch_never_leaves_its_range_nor_overtakes(
    numbers: tuple[int, ...], last: Version, known: list[Version], messages: list[str], config: Config
) -> None:
    on = line("maintenance", branch=f"{'.'.join(map(str, numbers))}.x")
    on = msgspec.structs.replace(on, known=(*known, last))
    proposal = answer(messages, last, on=on, config=config)
    if proposal is not None and proposal.version is not None:
        assert proposal.version in Range(numbers)
        assert [one for one in known if one.release[:2] > last.release[:2] and one <= proposal.version] == []
