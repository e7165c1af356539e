"""Read a commit message or a title as Conventional Commits 1.0.0, and write one."""

from __future__ import annotations

import re

from pilotage.domains.footers import split_body
from pilotage.model.change import Message

_HEADER = re.compile(r"([^\s():!\[\]]++)(?:\(([^()]*+)\))?(!)?: (.*)")
_NUMBER_DIGITS = 10


def read_message(text: str) -> Message | None:
    """Read a message by the 16 rules; None when its first line is not a header of theirs.

    This is the release's side: lenient where nothing is lost, and a body never costs a commit whose header is valid.
    The gate (`check_title`) is stricter, so that what it accepts means the same to every tool. Decisions:

    - The header is the first line that is not blank. Lines end with LF, CRLF or CR.
    - The type is one word of any characters but blanks, parentheses, brackets, `:` and `!`, kept as written
      (rule 15: compare it in lower case). The footer token `BREAKING-CHANGE` is not a type (rule 16).
    - A space follows the colon (rule 1); no space, a tab or a no-break space make no header. More blanks are trimmed.
    - `(a,b)` and `(a, b)` are two scopes; `/` belongs to a scope; blanks around one do not. A pair of parentheses
      without a word in it, a second pair or one inside another is no header (rule 4).
    - `!` stands right before the colon (rule 13).
    - The subject is trimmed and must not be empty (rule 5). ` (#12)` at its end is GitHub's and comes off; with several
      of them the last number counts.
    - What follows may begin without a blank line (against rule 6): the header is what releases hang on.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    header = read_header(lines[first])
    if header is None:
        return None
    body, footers = split_body(lines[first + 1 :])
    return Message(
        type=header.type,
        subject=header.subject,
        scope=header.scope,
        is_marked=header.is_marked,
        pull_request=header.pull_request,
        body=body,
        footers=footers,
    )


def read_header(line: str) -> Message | None:
    """Read one line as a header; None when it is not one."""
    match = _HEADER.fullmatch(line)
    if match is None or match[1] == "BREAKING-CHANGE":
        return None
    scope = tuple(part for part in map(str.strip, (match[2] or "").split(",")) if part)
    subject, number = split_suffix(match[4].strip())
    if not subject or (match[2] is not None and not scope):
        return None
    return Message(type=match[1], subject=subject, scope=scope, is_marked=bool(match[3]), pull_request=number)


def split_suffix(title: str) -> tuple[str, int | None]:
    """Take the ` (#123)` that GitHub appends off a title, and give the last number.

    A title that is nothing but a suffix is left as it is.
    """
    end, last = len(title), None
    while title.endswith(")", 0, end):
        start = title.rfind(" (#", 0, end)
        digits = title[start + 3 : end - 1] if start > 0 and end - start <= _NUMBER_DIGITS + 4 else ""
        if not (digits.isascii() and digits.isdigit()):
            break
        last = int(digits) if last is None else last
        end = start
        while title[end - 1].isspace():
            end -= 1
    return title[:end], last


def render_header(message: Message) -> str:
    """Write the first line of a message, in the one form that every tool reads alike."""
    scope = f"({','.join(message.scope)})" if message.scope else ""
    mark = "!" if message.is_marked else ""
    suffix = "" if message.pull_request is None else f" (#{message.pull_request})"
    return f"{message.type}{scope}{mark}: {message.subject}{suffix}"


def render_message(message: Message) -> str:
    """Write a message so that `read_message` gives it back."""
    footers = "\n".join(f"{footer.token}: {footer.value}" for footer in message.footers)
    return "\n\n".join(part for part in (render_header(message), message.body, footers) if part)
