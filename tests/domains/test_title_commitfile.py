from __future__ import annotations

import pytest

from pilotage.domains.commitfile import CommitText, read_commit_file

SCISSORS = "# ------------------------ >8 ------------------------"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("feat: x\n", CommitText("feat: x")),
        ("\n# Please enter\n\nfeat: x\r\n\r\nwords  \n\nmore\n#x\n", CommitText("feat: x", "words\n\nmore")),
        (f"feat: x\n\nwords\n{SCISSORS}\n# below\ndiff --git a b\n", CommitText("feat: x", "words")),
        ("feat: x\nwords\n # kept\n", CommitText("feat: x", "words\n # kept")),
        ("", CommitText("")),
        ("# only\n\n", CommitText("")),
    ],
)
def test_a_message_is_read_as_git_cleans_it(text: str, expected: CommitText) -> None:
    assert expected == read_commit_file(text)


@pytest.mark.parametrize(
    ("header", "is_local"),
    [
        ("Merge branch 'main' into x", True),
        ("Merge remote-tracking branch 'origin/main'", True),
        ("fixup! feat: x", True),
        ("squash! feat: x", True),
        ("amend! feat: x", True),
        ("", True),
        ("feat: x", False),
        ("Merge two tables", False),
        ("Fixup feat: x", False),
        ('Revert "feat: x"', False),
    ],
)
def test_what_never_becomes_a_title_is_local(header: str, *, is_local: bool) -> None:
    assert is_local == CommitText(header).is_local
