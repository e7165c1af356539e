"""A whole history: which release shipped what, and the same changes as a careful reader finds."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from pilotage.domains.changes import read_changes
from pilotage.domains.pastreleases import PastRelease, split_releases
from pilotage.domains.quickchanges import QuickReader, RawCommit
from pilotage.model.change import Change
from pilotage.model.commit import Author, Commit
from pilotage.model.config import ChangeType, Config
from pilotage.model.version import Version


def raw(sha: str, *parents: str, message: str = "feat: x") -> RawCommit:
    return RawCommit(sha, " ".join(parents), "Ann", "0", message)


def split(commits: list[RawCommit], **tags: str) -> list[tuple[str, str, str]]:
    found = split_releases(commits, {sha: (Version(version), f"v{version}") for sha, version in tags.items()})
    return [(one.tag, one.previous_tag, "".join(commit.sha for commit in one.commits)) for one in found]


def test_each_commit_belongs_to_the_first_release_that_contains_it() -> None:
    line = [raw("e", "d"), raw("d", "c"), raw("c", "b"), raw("b", "a"), raw("a")]
    assert split(line, d="1.1.0", b="1.0.0") == [("v1.1.0", "v1.0.0", "dc"), ("v1.0.0", "", "ba")]
    assert split(line) == []


def test_a_branch_that_is_merged_later_keeps_what_it_shipped() -> None:
    # e merges d, the maintenance release 1.0.1 above b, into the line of 1.1.0 and 2.0.0
    line = [raw("f", "e"), raw("e", "c", "d"), raw("c", "b"), raw("d", "b"), raw("b", "a"), raw("a")]
    assert split(line, f="2.0.0", c="1.1.0", d="1.0.1", b="1.0.0") == [
        ("v2.0.0", "v1.1.0", "fe"),
        ("v1.1.0", "v1.0.0", "c"),
        ("v1.0.1", "v1.0.0", "d"),
        ("v1.0.0", "", "ba"),
    ]


def test_two_sides_of_a_merge_belong_to_the_release_of_the_merge() -> None:
    line = [raw("e", "c", "d"), raw("d", "b"), raw("c", "b"), raw("b", "a"), raw("a")]
    assert split(line, e="1.1.0", a="1.0.0") == [("v1.1.0", "v1.0.0", "edcb"), ("v1.0.0", "", "a")]


def test_a_full_version_ships_what_its_pre_releases_shipped() -> None:
    line = [raw("d", "c"), raw("c", "b"), raw("b", "a"), raw("a")]
    assert split(line, d="2.0.0", c="2.0.0rc2", b="2.0.0rc1", a="1.0.0") == [
        ("v2.0.0", "v1.0.0", "dcb"),
        ("v2.0.0rc2", "v2.0.0rc1", "c"),
        ("v2.0.0rc1", "v1.0.0", "b"),
        ("v1.0.0", "", "a"),
    ]


def test_a_release_is_a_record() -> None:
    assert PastRelease(Version("1.0"), "v1.0", "", ()).commits == ()


titles = st.sampled_from(
    [
        "feat: a",
        "feat(x): a (#1)",
        "fix: b (#2) (#3)",
        "fix: c  d ",
        "feat(x, y)!: gone",
        "docs: (#4)",
        "chore: sweep",
        "odd: one",
        "Feat: a",
        "no type",
        "no type: b",
        "feat(a: b): c",
        'Revert "feat: a"',
        'Revert "feat(x): a (#1)" (#9)',
        "revert: feat: a",
        "revert: a",
        "revert: b (#5)",
        "revert: c  d",
        'revert: "a"',
        "revert(x): elsewhere",
        'Reapply "feat: a"',
        'Revert "Revert "feat: a""',
        "Merge branch 'x'",
        "revert: feat(a: b): c",
        " feat: lead",
        "feat: tail (x)",
        "feat:no blank",
        "",
    ]
)
bodies = st.sampled_from(
    [
        "",
        "\n\nWhy it was done,\nin two lines.",
        "\n\nfeat: nested (#7)",
        "\n\nBREAKING CHANGE: gone",
        "\n\nRefs #12",
        "\nCloses: #12",
        "\n\nThis reverts commit 0000000000000000000000000000000000000001.",
        "\n\nReverts #1",
        "\n\nBEGIN_NESTED_COMMIT\nfix: inner\nEND_NESTED_COMMIT",
        "\r\n\r\nfix: inner",
        "\n\nRelease-As: 2.0.0",
    ]
)
histories = st.lists(st.builds(lambda title, body: title + body, titles, bodies), max_size=8)


@given(histories, st.sampled_from(["cancel", "count"]))
@example(['revert: Revert "feat: x"', "fix: y"], "count")
@example(["revert: fix: y", "fix: z"], "count")
def test_the_quick_reader_finds_what_the_careful_one_finds(messages: list[str], reverts: str) -> None:
    config = Config(reverts="count" if reverts == "count" else "cancel", extend_types={"odd": ChangeType("patch")})
    commits = [
        RawCommit(f"{number:040x}", f"{number + 1:040x}", f"Ann {number % 2}", "0", message.strip("\n"))
        for number, message in enumerate(messages)
    ]
    careful = read_changes(
        [Commit(one.sha, one.message, Author(one.author), tuple(one.parents.split())) for one in commits], config
    )
    shown = {name for name, row in config.types.items() if not row.hidden}
    expected = tuple(one for one in careful.changes if one.breaking or one.type in shown)
    assert QuickReader(config).read(commits) == expected


def test_a_usual_commit_is_read_without_the_careful_reader() -> None:
    commit = RawCommit("a" * 40, "", "Ann", "0", "feat(api): add x (#12)\n\nWhy it was done.")
    assert QuickReader(Config()).read([commit]) == (
        Change("a" * 40, "feat", "add x", ("api",), pull_request=12, author=Author("Ann")),
    )
