from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotage.domains.changes import read_changes
from pilotage.domains.nested import read_override, split_messages
from pilotage.domains.upgradepath import read_upgrade_path
from pilotage.model.change import Change, Changes, Unread
from pilotage.model.commit import Author, Commit, PullRequestText
from pilotage.model.config import ChangeType, Config

CONFIG = Config()
MEGABYTE = 1 << 20


def sha_of(number: int) -> str:
    return f"{number:07x}" + "0" * 33


def commits_of(*messages: str) -> list[Commit]:
    """Make commits, newest first, each the parent of the one before; the newest has the highest number."""
    last = len(messages)
    return [
        Commit(sha_of(last - index), message, parents=(sha_of(last - index - 1),))
        for index, message in enumerate(messages)
    ]


def told(*messages: str) -> list[str]:
    """Read commits and tell their changes as titles."""
    return titles(read_changes(commits_of(*messages), CONFIG))


def titles(changes: Changes) -> list[str]:
    return [f"{change.type}{'!' if change.breaking else ''}: {change.subject}" for change in changes.changes]


def reasons(*messages: str) -> list[str]:
    return [unread.reason for unread in read_changes(commits_of(*messages), CONFIG).unread]


def test_a_commit_becomes_a_change_with_all_that_is_known_of_it() -> None:
    commit = Commit(
        "a" * 40,
        "Feat(api, cli)!: add x (#11)\n\nBREAKING CHANGE: y is gone, see #9\n\nRefs: #3, o/r#4\nCloses #5, #3",
        Author("Ann"),
        ("b" * 40,),
        PullRequestText(12, "feat: add x", "Intro\n\n## Upgrade path\n\nCall z.\n", "ann-gh"),
    )
    assert read_changes([commit], CONFIG) == Changes(
        (
            Change(
                sha="a" * 40,
                type="feat",
                subject="add x",
                scope=("api", "cli"),
                breaking=True,
                breaking_notes=("y is gone, see #9",),
                upgrade_path="Call z.",
                pull_request=12,
                references=(3, 5),
                author=Author("Ann", "ann-gh"),
            ),
        )
    )


def test_without_a_pull_request_the_suffix_and_the_commit_speak() -> None:
    commit = Commit("a" * 40, "fix: x (#11)", Author("Ann", "ann"))
    expected = Change("a" * 40, "fix", "x", pull_request=11, author=Author("Ann", "ann"))
    assert read_changes([commit], CONFIG).changes == (expected,)


def test_a_commit_without_a_header_is_unread() -> None:
    result = read_changes(commits_of("Add x (#9)\n\n* feat: one\n* fix: two"), CONFIG)
    assert result == Changes((), (Unread(sha_of(1), "Add x (#9)", "not-conventional"),))


def test_the_order_of_the_commits_is_kept() -> None:
    assert told("feat: c", "fix: b\n\nperf: b2", "docs: a") == ["feat: c", "fix: b", "perf: b2", "docs: a"]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("feat: one (#9)\n\n* feat: one\n\n* fix: two\n\n* feat(z)!: three", ["feat: one"]),
        ("feat: one\n\nfix: two\n\nfeat(z)!: three", ["feat: one", "fix: two", "feat!: three"]),
        ("feat: one\nfix: two", ["feat: one", "fix: two"]),
        ("feat: one\ntext\nfix: two", ["feat: one"]),
        ("feat: one\r\n\r\nfix: two", ["feat: one", "fix: two"]),
        ("feat: one\n\nFix: not two", ["feat: one"]),
        ("feat: one\n\nnote: not two", ["feat: one"]),
        ("feat: one\n\nCo-authored-by: A <a@b.example>\nSigned-off-by: A", ["feat: one"]),
        ("Add x\n\nfeat: one", ["feat: one"]),
        (
            "feat: x\n\nBEGIN_NESTED_COMMIT\nfix(a): nested\n\nBREAKING CHANGE: y\nEND_NESTED_COMMIT",
            ["feat: x", "fix!: nested"],
        ),
        ("feat: x\n\nBEGIN_NESTED_COMMIT\nno header\nEND_NESTED_COMMIT", ["feat: x"]),
        ("feat: x\n\nBEGIN_NESTED_COMMIT\nfix: open", ["feat: x"]),
    ],
)
def test_a_squashed_commit_tells_what_its_title_and_its_further_headers_say(message: str, expected: list[str]) -> None:
    assert told(message) == expected


def test_further_changes_belong_to_the_pull_request_of_the_title() -> None:
    changes = read_changes(commits_of("feat: one (#9)\n\nfix: two"), CONFIG).changes
    assert [change.pull_request for change in changes] == [9, 9]


def test_a_configured_type_splits_too() -> None:
    config = Config(extend_types={"sec": ChangeType("patch")})
    assert titles(read_changes(commits_of("feat: one\n\nsec: two"), config)) == ["feat: one", "sec: two"]
    assert told("feat: one\n\nsec: two") == ["feat: one"]


def test_text_after_a_nested_block_stays_with_the_title() -> None:
    text = "feat: x\nBEGIN_NESTED_COMMIT fix: y END_NESTED_COMMIT\nRefs: #1"
    assert split_messages(text, CONFIG.types) == ("feat: x\n\nRefs: #1", "fix: y")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", ""),
        ("BEGIN_COMMIT_OVERRIDE\n\nEND_COMMIT_OVERRIDE", ""),
        ("a\nBEGIN_COMMIT_OVERRIDE\nfeat!: real\nEND_COMMIT_OVERRIDE\nb", "feat!: real"),
        ("BEGIN_COMMIT_OVERRIDE\nfeat: open", "feat: open"),
    ],
)
def test_an_override_is_the_first_block_of_the_body(body: str, expected: str) -> None:
    assert read_override(body) == expected


def test_an_override_speaks_once_for_all_commits_of_its_pull_request() -> None:
    body = "BEGIN_COMMIT_OVERRIDE\nfeat!: real\n\nfix: too\nEND_COMMIT_OVERRIDE"
    pull_request = PullRequestText(7, "chore: x", body)
    commits = [
        Commit("a" * 40, "Merge pull request #7 from o/x", parents=("c" * 40, "b" * 40), pull_request=pull_request),
        Commit("b" * 40, "chore: x", pull_request=pull_request),
    ]
    result = read_changes(commits, CONFIG)
    assert titles(result) == ["feat!: real", "fix: too"]
    assert result.unread == (Unread("b" * 40, "chore: x", "overridden"),)


def test_an_override_in_the_commit_itself_is_only_text() -> None:
    assert told("chore: x\n\nBEGIN_COMMIT_OVERRIDE\nreal\nEND_COMMIT_OVERRIDE") == ["chore: x"]


@pytest.mark.parametrize(
    "message",
    ["Merge pull request #1 from o/x\n\nfeat: x", "Merge branch 'main' into x", "Merge remote-tracking branch 'o/x'"],
)
def test_a_merge_is_spoken_for_by_its_branch(message: str) -> None:
    result = read_changes([Commit("a" * 40, message)], CONFIG)
    assert result == Changes((), (Unread("a" * 40, message.partition("\n")[0], "merge"),))


def test_a_commit_with_two_parents_counts_only_by_its_own_header() -> None:
    parents = ("c" * 40, "b" * 40)
    commits = [Commit("a" * 40, "feat: x (#1)", parents=parents), Commit("d" * 40, "Land x\n\nfix: y", parents=parents)]
    result = read_changes(commits, CONFIG)
    assert titles(result) == ["feat: x"]
    assert [unread.reason for unread in result.unread] == ["merge"]


def test_merge_as_a_verb_is_no_merge() -> None:
    assert reasons("Merge two functions") == ["not-conventional"]


@pytest.mark.parametrize(
    "revert",
    [
        f'Revert "feat: x"\n\nThis reverts commit {sha_of(1)}.',
        'Revert "something else"\n\nThis reverts commit 0000001.',
        f'Revert "feat: x" (#4)\n\nThis reverts commit {sha_of(1)}, reversing changes made to {sha_of(0)}.',
        'Revert "renamed" (#4)\n\nReverts owner/repo#3',
        'Revert "renamed" (#4)\n\nReverts #3',
        'Revert "feat: x"',
        'Revert "feat: x (#3)" (#4)',
        "revert: feat: x",
        'revert: "feat: x (#3)"',
        "Revert(api): x",
        'revert: Revert "feat: x"',
        'revert: Revert "feat: x (#3)" (#4)',
        "revert: something else\n\nRefs: 0000001",
        "revert: something else\n\nThis reverts commit 0000001.",
    ],
)
def test_a_revert_in_the_range_cancels_what_it_reverts(revert: str) -> None:
    result = read_changes(commits_of(revert, "fix: y", "feat: x (#3)"), CONFIG)
    assert titles(result) == ["fix: y"]
    assert [(unread.sha, unread.reason) for unread in result.unread] == [
        (sha_of(3), "cancelled"),
        (sha_of(1), "cancelled"),
    ]


@pytest.mark.parametrize(
    ("revert", "expected"),
    [
        ('Revert "feat: old" (#4)', ["revert: feat: old"]),
        ('Revert "feat: old (#2)" (#4)\n\nThis reverts commit fffffff0.', ["revert: feat: old"]),
        ("revert(api)!: feat: old", ["revert!: feat: old"]),
        ('revert: "feat: old"', ["revert: feat: old"]),
        ('revert: Revert "feat: old (#2)"', ["revert: feat: old"]),
        ('Revert "Add old"', ["revert: Add old"]),
        ('Revert "Revert "feat: old""', ["feat: old"]),
        ('Revert "revert: feat: old"', ["feat: old"]),
        ('Reapply "feat: old"', ["feat: old"]),
        ('Reapply "Add old"', []),
        ('Revert "Revert "Revert "feat: old"""', ["revert: feat: old"]),
        ("revert: x\n\nRefs: 12", ["revert: x"]),
    ],
)
def test_a_revert_of_something_released_is_told(revert: str, expected: list[str]) -> None:
    assert told(revert, "fix: y") == [*expected, "fix: y"]


def test_a_told_revert_keeps_its_pull_request() -> None:
    changes = read_changes(commits_of('Revert "feat: old (#2)" (#4)', "x"), CONFIG).changes
    assert [(change.subject, change.pull_request) for change in changes] == [("feat: old", 4)]


@pytest.mark.parametrize("restore", ['Revert "Revert "feat: x""', 'Reapply "feat: x"', 'revert: Revert "feat: x"'])
def test_a_revert_of_a_revert_restores(restore: str) -> None:
    assert told(restore, 'Revert "feat: x"', "feat: x") == ["feat: x"]
    assert told(f"{restore}\n\nThis reverts commit 0000002.", 'Revert "feat: x"', "feat: x") == ["feat: x"]


def test_a_revert_takes_the_nearest_of_two_equal_titles() -> None:
    result = read_changes(commits_of('Revert "fix: x"', "fix: x", "fix: x"), CONFIG)
    assert [change.sha for change in result.changes] == [sha_of(1)]


def test_two_reverts_take_two_of_equal_titles() -> None:
    assert told('Revert "fix: x"', 'Revert "fix: x"', "fix: x", "fix: x", "fix: x") == ["fix: x"]


def test_a_revert_never_takes_back_what_is_newer() -> None:
    assert told("feat: x", 'Revert "feat: x"') == ["feat: x", "revert: feat: x"]
    assert told("feat: x (#3)", 'Revert "feat: z"\n\nReverts o/r#3') == ["feat: x", "revert: feat: z"]


def test_a_second_revert_of_the_same_commit_adds_nothing() -> None:
    again = 'Revert "feat: x"\n\nThis reverts commit 0000001.'
    assert told(again, again, "feat: x") == []


def test_a_revert_of_several_commits_still_tells_of_those_outside() -> None:
    revert = "revert: the noodle incident\n\nRefs: 0000001, abcdef0"
    assert told(revert, "fix: y", "feat: x") == ["revert: the noodle incident", "fix: y"]


def test_what_a_revert_says_besides_still_counts() -> None:
    assert told('Revert "feat: x"\n\nfix: z', "feat: x") == ["fix: z"]
    assert told("revert: feat: x\n\nfix: z", "feat: x") == ["fix: z"]


def test_a_revert_of_a_merge_takes_its_branch_back() -> None:
    a, b, c, d, e = (letter * 40 for letter in "abcde")
    commits = [
        Commit(a, f'Revert "Merge pull request #1 from o/x"\n\nThis reverts commit {b}, reversing {d}.', parents=(b,)),
        Commit(b, "Merge pull request #1 from o/x", parents=(d, c)),
        Commit(c, "feat: x", parents=(e,)),
        Commit(d, "fix: y", parents=(e,)),
        Commit(e, "docs: z", parents=("f" * 40,)),
    ]
    result = read_changes(commits, CONFIG)
    assert titles(result) == ["fix: y", "docs: z"]
    assert [unread.sha for unread in result.unread] == [a, b, c]


def test_the_newest_release_as_is_asked_for() -> None:
    messages = ("fix: x\n\nCo-authored-by: A", "chore: b\n\nrelease-as: 3.0.0\n more", "chore: a\n\nRelease-As: 2.0.0")
    assert read_changes(commits_of(*messages), CONFIG).release_as == "3.0.0"
    assert read_changes(commits_of(*messages[2:]), CONFIG).release_as == "2.0.0"
    assert read_changes(commits_of(*messages[:1]), CONFIG).release_as == ""


def test_a_reverted_release_as_asks_for_nothing() -> None:
    result = read_changes(commits_of('Revert "chore: a"', "chore: a\n\nRelease-As: 2.0.0"), CONFIG)
    assert result.release_as == ""


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", ""),
        ("## Upgrade path", ""),
        ("Upgrade path\n\nno heading", ""),
        (
            "## Upgrade path\n\nDo **this**.\n\n### Details\n\nAnd that.\n\n## Next\n\nno",
            "Do **this**.\n\n### Details\n\nAnd that.",
        ),
        ("### upgrade PATH ###\r\n\r\nDo it.\r\n\r\n#### More\r\n\r\n# Next", "Do it.\n\n#### More"),
        ("#### Upgrade path:\nDo it.\n### Next", "Do it."),
        ("# Upgrade path\nno", ""),
        ("##### Upgrade path\nno", ""),
        ("## Upgrade pathway\nno", ""),
        ("## Upgrade path\n<!-- tell users\nwhat to do -->\n", ""),
        ("<!-- ## Upgrade path\nno", ""),
        ("## Upgrade path\na <!-- x --> b<!-- open", "a  b"),
        (
            "```\n## Upgrade path\n```\n\n## Upgrade path\n~~~sh\n# comment\n```\n~~~\nb\n## c",
            "~~~sh\n# comment\n```\n~~~\nb",
        ),
    ],
)
def test_the_upgrade_path_is_what_stands_under_its_heading(body: str, expected: str) -> None:
    assert read_upgrade_path(body) == expected


@given(
    st.lists(
        st.sampled_from(
            [
                "feat: a",
                "fix: b",
                'Revert "feat: a"',
                'Reapply "feat: a"',
                "Merge branch 'x'",
                "revert: fix: b",
                "x\n\nfeat: c",
            ]
        )
    )
)
def test_each_commit_is_either_a_change_or_unread(messages: list[str]) -> None:
    commits = commits_of(*messages)
    result = read_changes(commits, CONFIG)
    read, unread = {change.sha for change in result.changes}, {commit.sha for commit in result.unread}
    assert read | unread == {commit.sha for commit in commits}
    assert read & unread == set()


@given(st.lists(st.text()), st.text())
def test_any_text_is_read_without_an_error(messages: list[str], body: str) -> None:
    commits = [Commit(sha_of(1), text, pull_request=PullRequestText(1, "", body)) for text in messages]
    result = read_changes(commits, CONFIG)
    assert len({change.sha for change in result.changes}) <= 1


@pytest.mark.parametrize(
    "text",
    [
        "feat: x\n\n" * (MEGABYTE // 90),
        "BEGIN_NESTED_COMMIT" * (MEGABYTE // 19),
        "BEGIN_NESTED_COMMIT END_NESTED_COMMIT" * (MEGABYTE // 38),
        'Revert "' * (MEGABYTE // 8),
        'Revert "' * (MEGABYTE // 9) + '"' * (MEGABYTE // 9),
        "revert: " * (MEGABYTE // 8) + "x",
        "This reverts commit " * (MEGABYTE // 20),
        "Reverts a/" * (MEGABYTE // 10),
        "Reverts " + "a" * MEGABYTE,
        "Reverts " + "a/" * (MEGABYTE // 2),
        "<!--" * (MEGABYTE // 4),
        "## Upgrade path\n" * (MEGABYTE // 16),
    ],
    ids=range(12),
)
def test_a_hostile_megabyte_is_read_to_the_end(text: str) -> None:
    commits = [Commit(sha_of(1), text, pull_request=PullRequestText(1, "", text.replace("Revert", "x")))]
    result = read_changes(commits, CONFIG)
    assert bool(result.changes) != bool(result.unread)


def test_reverts_that_count_take_nothing_back() -> None:
    commits = [
        Commit("c" * 40, 'Revert "feat: x" (#4)\n\nThis reverts commit aaaaaaaaaa.'),
        Commit("b" * 40, 'revert: Revert "fix: y" (#3)'),
        Commit("a" * 40, "feat: x (#2)"),
    ]

    changes = read_changes(commits, Config(reverts="count"))

    assert [(change.type, change.subject, change.pull_request) for change in changes.changes] == [
        ("revert", "feat: x", 4),
        ("revert", 'Revert "fix: y"', 3),
        ("feat", "x", 2),
    ]
    assert changes.unread == ()


@pytest.mark.parametrize(
    "message",
    [
        "chore: go\n\nRelease-As: 2.0.0",
        "chore: go\nRelease-As: 2.0.0\n\nThe next one is for something else.",
        "chore: go\n\nSome words.\nrelease-as: 2.0.0 \n\nMore words.",
    ],
)
def test_a_version_is_asked_for_on_a_line_of_its_own_wherever_it_stands(message: str) -> None:
    assert read_changes([Commit("a" * 40, message)], Config()).release_as == "2.0.0"


@pytest.mark.parametrize(
    "message", ["chore: go\n\nWe say Release-As: 2.0.0", "chore: go\n\nRelease-As: 2.0.0 or so\n\nx"]
)
def test_words_about_a_footer_ask_for_nothing(message: str) -> None:
    assert read_changes([Commit("a" * 40, message)], Config()).release_as == ""
