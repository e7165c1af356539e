"""The message that git hands to a commit-msg hook (https://git-scm.com/docs/githooks#_commit_msg)."""

from __future__ import annotations

import re

import msgspec

_SCISSORS = "# ------------------------ >8 ------------------------"
_LOCAL = re.compile(
    r"Merge (?:pull request|branch|branches|remote-tracking branch|tag|commit) |(?:fixup|squash|amend)! "
)


class CommitText(msgspec.Struct, frozen=True):
    """A commit message as git will keep it.

    Args:
        header: Its first line; empty when nothing is left, and git gives up the commit.
        body: What follows.
    """

    header: str
    body: str = ""

    @property
    def is_local(self) -> bool:
        """Tell whether it never becomes a title: a merge, a commit to be squashed, or nothing, which git refuses."""
        return not self.header or _LOCAL.match(self.header) is not None


def read_commit_file(text: str) -> CommitText:
    """Read a commit message as git cleans it: without comments, what follows the scissors, and blank lines around."""
    lines = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if line == _SCISSORS:
            break
        if not line.startswith("#"):
            lines.append(line.rstrip())
    header, _, body = "\n".join(lines).strip("\n").partition("\n")
    return CommitText(header, body.strip("\n"))
