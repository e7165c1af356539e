from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from pilotage.domains.publish import Outcome, PublishPlan, decide_presence, plan_uploads, refuse_closed_project
from pilotage.errors import ConfigError, ConflictError, RemoteError
from pilotage.model.dist import Dist, FileState, IndexFile, IndexProject, Presence, PublishSnapshot
from pilotage.model.indexaddress import PYPI, IndexAddress

WHEEL = Dist("my_pkg-1.0-py3-none-any.whl", "a" * 64, 10)
OTHER_WHEEL = Dist("my_pkg-1.0-cp311-abi3-linux_x86_64.whl", "c" * 64, 11)
SDIST = Dist("my_pkg-1.0.tar.gz", "b" * 64, 20)
ALL = (SDIST, WHEEL, OTHER_WHEEL)
PRIVATE = IndexAddress.parse("https://index.example/legacy/")


def on_index(*dists: Dist, yanked: str | None = None) -> tuple[IndexFile, ...]:
    return tuple(IndexFile(dist.name, dist.sha256, dist.size, yanked) for dist in dists)


def snapshot(
    *files: IndexFile, dists: tuple[Dist, ...] = ALL, versions: tuple[str, ...] = (), status: str = "active"
) -> PublishSnapshot:
    remote = IndexProject("my-pkg", files=files, versions=versions, status=status)
    return PublishSnapshot("My.Pkg", Version("1.0"), dists, remote, PYPI)


def conflict(given: PublishSnapshot) -> ConflictError:
    with pytest.raises(ConflictError) as caught:
        plan_uploads(given)
    return caught.value


@pytest.mark.parametrize(
    ("index", "note"),
    [
        (
            PYPI,
            "my-pkg is new on pypi: its first release needs a pending publisher, or a token for the whole account",
        ),
        (PRIVATE, "my-pkg is new on index.example, or hidden from who asks"),
    ],
)
def test_a_first_release_uploads_everything_wheels_first_and_the_sdist_last(index: IndexAddress, note: str) -> None:
    remote = IndexProject("my-pkg", exists=False)
    assert plan_uploads(PublishSnapshot("my-pkg", Version("1.0"), ALL, remote, index)) == PublishPlan(
        (OTHER_WHEEL, WHEEL, SDIST), (), (), Outcome.PUBLISHED, is_new_project=True, notes=(note,)
    )


def test_a_project_without_releases_is_not_new() -> None:
    plan = plan_uploads(snapshot())
    assert (plan.is_new_project, plan.notes, plan.outcome) == (False, (), "published")


def test_a_further_version_is_published_beside_the_others() -> None:
    plan = plan_uploads(snapshot(IndexFile("my_pkg-0.9.tar.gz", "f" * 64), versions=("0.9", "not a version")))
    assert (len(plan.uploads), plan.warnings, plan.outcome) == (3, (), "published")


def test_a_half_made_release_is_resumed_with_exactly_the_absent_files() -> None:
    plan = plan_uploads(snapshot(*on_index(WHEEL)))
    assert (plan.uploads, plan.present, plan.outcome) == ((OTHER_WHEEL, SDIST), (WHEEL,), "resumed")


def test_a_whole_release_needs_nothing() -> None:
    plan = plan_uploads(snapshot(*on_index(*ALL), versions=("1.0",)))
    assert (plan.uploads, plan.present, plan.outcome) == ((), (OTHER_WHEEL, WHEEL, SDIST), "already-there")


def test_other_bytes_are_a_conflict_that_names_both_files_and_forbids_a_rebuild() -> None:
    there = IndexFile(SDIST.name, "d" * 64, 21, uploaded_at="2026-01-02T03:04:05Z")
    error = conflict(snapshot(there))
    assert error.message == (
        f"my_pkg-1.0.tar.gz is on pypi with other bytes: there sha256 {'d' * 64} (21 bytes, uploaded "
        f"2026-01-02T03:04:05Z), here sha256 {'b' * 64} (20 bytes)"
    )
    assert error.hint.startswith("Never rebuild")


def test_other_bytes_of_unknown_size_are_a_conflict_too() -> None:
    assert (
        f"there sha256 {'d' * 64} (unknown size), here" in conflict(snapshot(IndexFile(SDIST.name, "d" * 64))).message
    )


def test_every_file_with_other_bytes_is_named() -> None:
    message = conflict(snapshot(IndexFile(SDIST.name, "d" * 64), IndexFile(WHEEL.name, "e" * 64))).message
    assert (SDIST.name in message, WHEEL.name in message, OTHER_WHEEL.name in message) == (True, True, False)


@pytest.mark.parametrize("listed", ["1.0", "1.0.0", "v1.0"])
def test_a_version_without_files_is_burnt(listed: str) -> None:
    assert "deleted" in conflict(snapshot(versions=("0.9", listed))).message


def test_the_states_of_a_burnt_version_are_burnt() -> None:
    remote = IndexProject("my-pkg", versions=("1.0",))
    assert decide_presence([WHEEL], remote, version=Version("1.0")) == (FileState(WHEEL, Presence.BURNT),)


def test_each_file_has_its_own_state() -> None:
    files = (*on_index(WHEEL), IndexFile(SDIST.name, "d" * 64))
    states = decide_presence(ALL, IndexProject("my-pkg", files=files, versions=("1.0",)), version=Version("1.0"))
    assert [(state.dist, state.presence, state.remote) for state in states] == [
        (OTHER_WHEEL, Presence.ABSENT, None),
        (WHEEL, Presence.SAME, files[0]),
        (SDIST, Presence.DIFFERENT, files[1]),
    ]


def test_a_version_with_only_a_file_of_an_old_kind_is_not_burnt() -> None:
    plan = plan_uploads(snapshot(IndexFile("my_pkg-1.0.win32.exe"), versions=("1.0",)))
    assert (len(plan.uploads), plan.warnings) == (
        3,
        ("pypi has more files of this release than were built here: my_pkg-1.0.win32.exe",),
    )


@pytest.mark.parametrize(
    "there",
    [
        "my_pkg-1.0.0.tar.gz",
        "my_pkg-1.0.0-cp310-abi3-win_amd64.whl",
        "My.Pkg-1.0.tar.gz",
        "my_pkg-1.0.zip",
    ],
)
def test_another_spelling_of_the_same_release_is_a_conflict(there: str) -> None:
    message = conflict(snapshot(IndexFile(there, SDIST.sha256))).message
    assert there in message
    assert "another spelling" in message


def test_more_files_on_the_index_are_a_warning() -> None:
    extra = IndexFile("my_pkg-1.0-cp310-abi3-win_amd64.whl", "e" * 64)
    plan = plan_uploads(snapshot(*on_index(*ALL), extra))
    assert (plan.outcome, plan.warnings) == (
        "already-there",
        ("pypi has more files of this release than were built here: my_pkg-1.0-cp310-abi3-win_amd64.whl",),
    )


@pytest.mark.parametrize(("reason", "shown"), [("broken", " ('broken')"), ("", "")])
def test_a_whole_release_that_is_yanked_is_left_as_it_is_with_a_warning(reason: str, shown: str) -> None:
    plan = plan_uploads(snapshot(*on_index(*ALL, yanked=reason)))
    assert (plan.outcome, plan.warnings) == ("already-there", (f"the release is yanked on pypi{shown}; it stays so",))


def test_a_yanked_release_is_not_completed() -> None:
    assert conflict(snapshot(*on_index(WHEEL, yanked="bad"))).message == (
        f"the release is yanked on pypi ('bad') and lacks {OTHER_WHEEL.name}, {SDIST.name}"
    )


@pytest.mark.parametrize("status", ["archived", "quarantined"])
def test_a_closed_project_takes_no_uploads(status: str) -> None:
    error = conflict(snapshot(status=status))
    assert error.message == f"my-pkg is {status} on pypi: it takes no uploads"
    assert ("Unarchive" in error.hint) is (status == "archived")


def test_a_whole_release_of_an_archived_project_needs_nothing() -> None:
    plan = plan_uploads(snapshot(*on_index(*ALL), status="archived"))
    assert (plan.outcome, plan.warnings) == ("already-there", ("my-pkg is archived on pypi",))


@pytest.mark.parametrize("files", [(), (IndexFile(SDIST.name),), on_index(*ALL)], ids=["none", "unknown", "whole"])
def test_a_quarantined_project_is_a_conflict_whatever_it_shows(files: tuple[IndexFile, ...]) -> None:
    assert "quarantined" in conflict(snapshot(*files, versions=("1.0",), status="quarantined")).message


def closed(given: PublishSnapshot) -> str:
    """Say why a release is refused before its build; "" when it is not."""
    try:
        refuse_closed_project(given.remote, given.version, given.index.name)
    except ConflictError as exc:
        return exc.message
    return ""


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (snapshot(), ""),
        (snapshot(versions=("0.9",)), ""),
        (snapshot(*on_index(SDIST), versions=("1.0",)), ""),
        (snapshot(*on_index(SDIST), status="archived"), ""),
        (snapshot(status="deprecated"), ""),
        (snapshot(status="archived"), "archived on pypi"),
        (snapshot(IndexFile("my_pkg-0.9.tar.gz"), status="archived"), "archived on pypi"),
        (snapshot(*on_index(*ALL), status="quarantined"), "quarantined on pypi"),
        (snapshot(versions=("1.0",), status="quarantined"), "quarantined on pypi"),
        (snapshot(versions=("v1.0.0",)), "pypi lists my-pkg 1.0 without files"),
    ],
)
def test_a_release_that_no_index_can_take_is_refused_before_it_is_built(given: PublishSnapshot, said: str) -> None:
    message = closed(given)
    assert said in message
    assert bool(message) is bool(said)


@given(
    st.sets(st.sampled_from(ALL)),
    st.sampled_from(["active", "archived", "quarantined", "deprecated"]),
    st.sampled_from([(), ("1.0",), ("0.9",)]),
)
def test_what_is_refused_before_the_build_would_be_refused_after_it(
    there: set[Dist], status: str, versions: tuple[str, ...]
) -> None:
    given = snapshot(*on_index(*there), versions=versions, status=status)
    if said := closed(given):
        assert conflict(given).message == said


def test_a_deprecated_project_takes_uploads_with_a_warning() -> None:
    plan = plan_uploads(snapshot(status="deprecated"))
    assert (plan.outcome, plan.warnings) == ("published", ("my-pkg is deprecated on pypi",))


def test_a_file_without_a_digest_stops_the_plan() -> None:
    with pytest.raises(RemoteError):
        plan_uploads(snapshot(IndexFile(SDIST.name)))


@pytest.mark.parametrize(
    "dists",
    [
        (),
        (Dist("notes.txt", "a" * 64, 1),),
        (Dist("my_pkg-1.1.tar.gz", "a" * 64, 1),),
        (Dist("other-1.0.tar.gz", "a" * 64, 1),),
        (SDIST, Dist("my_pkg-1.0.0.tar.gz", "a" * 64, 1)),
    ],
)
def test_files_of_something_else_are_no_release(dists: tuple[Dist, ...]) -> None:
    with pytest.raises(ConfigError):
        plan_uploads(snapshot(dists=dists))


@pytest.mark.parametrize(("index", "refused"), [(PYPI, True), (PRIVATE, False)])
def test_a_local_version_is_for_private_indexes(index: IndexAddress, refused: bool) -> None:
    dists = (Dist("my_pkg-1.0+local.1.tar.gz", "a" * 64, 1),)
    given = PublishSnapshot("my-pkg", Version("1.0+local.1"), dists, IndexProject("my-pkg", exists=False), index)
    try:
        plan_uploads(given)
    except ConfigError:
        assert refused
    else:
        assert not refused


@given(st.sets(st.sampled_from(ALL)), st.permutations(ALL))
def test_what_is_there_and_what_is_uploaded_make_the_release_whole(there: set[Dist], dists: list[Dist]) -> None:
    plan = plan_uploads(snapshot(*on_index(*there), dists=tuple(dists)))
    assert (set(plan.present), set(plan.uploads)) == (there, set(ALL) - there)
    done = plan_uploads(snapshot(*on_index(*plan.present, *plan.uploads), dists=tuple(dists)))
    assert (done.uploads, done.outcome) == ((), "already-there")
    kinds = [dist.name.endswith(".tar.gz") for dist in plan.uploads]
    assert kinds == sorted(kinds)
