"""What a pull request's body adds to its title, once both are the message of one commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.message import read_message

if TYPE_CHECKING:
    from pilotage.model.title import TitleReport


def add_body(report: TitleReport, body: str) -> TitleReport:
    """Read title and body as the one message that a squash merge makes of them.

    A `BREAKING CHANGE:` footer in the body makes the change a breaking one (Conventional Commits 1.0.0, rule 11).
    """
    message = read_message(f"{report.title}\n\n{body}")
    if message is None or not message.is_breaking:
        return report
    return msgspec.structs.replace(report, breaking=True, bump="major")
