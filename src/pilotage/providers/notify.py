"""Tell people about a release over any of the services that apprise knows, one target at a time.

apprise logs addresses, which are secrets, so its logger is kept silent; what it says goes into our error without them.
"""

from __future__ import annotations

import logging
import re
import threading
import warnings
from typing import TYPE_CHECKING, assert_never
from urllib.parse import quote, unquote

from pilotage.errors import RemoteError, UsageError
from pilotage.providers.httpmessage import LostError, render_line
from pilotage.providers.slack import post_to_slack

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from pilotage.model.announcement import Message, Target
    from pilotage.providers.http import Wire

SECONDS = 60.0
"""The most seconds that one target may take."""

_PIECES = re.compile(r"[/:@?&=#,+\s]+")
_SHORTEST = 4


def deliver(wire: Wire, target: Target, message: Message) -> None:
    """Tell one target, once.

    Args:
        wire: The session with its bounds, for Slack.
        target: Whom; its secret is masked already.
        message: What.

    Raises:
        UsageError: The service refuses it for a reason that a person can set right, or an extra is missing.
        LostError: Whether the message is there is unknown.
        RemoteError: The service did not take it.
    """
    match target.kind:
        case "slack-webhook" | "slack-app":
            post_to_slack(wire, target, message)
        case "apprise":
            send(target, message.title, message.markdown)
        case _:
            assert_never(target.kind)


def find_kind(url: str) -> str:
    """Find the service that an address of apprise belongs to: `discord`, `mailto`; "" for none.

    Raises:
        UsageError: apprise is not installed.
    """
    service = _load().Apprise.instantiate(url, suppress_exceptions=True)
    if service is None:
        return ""
    names = service.protocol or service.secure_protocol
    return str(names if isinstance(names, str) else next(iter(names)))


def send(target: Target, title: str, markdown: str, *, seconds: float = SECONDS) -> None:
    """Send one message over apprise, once.

    Args:
        target: Whom.
        title: One line of plain text.
        markdown: The text; its end is lost where the service takes less.
        seconds: The most seconds that it may take.

    Raises:
        UsageError: apprise is not installed, or does not know the address.
        LostError: The service did not answer in time.
        RemoteError: The service did not take it; with apprise's reason, without the secret.
    """
    library = _load()
    heard = _Ear()
    logger = logging.getLogger("apprise")
    logger.addHandler(heard)
    try:
        service = library.Apprise.instantiate(target.secret.reveal(), suppress_exceptions=True)
        if service is None:
            raise UsageError(
                f"{target.key}: apprise does not know the address{_reason(heard, target)}",
                hint="https://appriseit.com/services/ shows how the address of each service is written.",
            )
        service.overflow_mode = library.OverflowMode.TRUNCATE  # one message never becomes several
        teller = library.Apprise()
        teller.add(service)

        def tell() -> bool:
            return bool(teller.notify(body=markdown, title=title, body_format=library.NotifyFormat.MARKDOWN))

        if not _run_bounded(tell, seconds, target):
            raise RemoteError(
                f"{target.key}: the message was not taken{_reason(heard, target)}", hint="The next run tries again."
            )
    finally:
        logger.removeHandler(heard)


class _Ear(logging.Handler):
    """Keep what a logger says."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def _load() -> ModuleType:
    """Import apprise and keep its logger from everybody: it says addresses."""
    logger = logging.getLogger("apprise")
    logger.propagate = False
    logger.setLevel(logging.WARNING)
    if not any(isinstance(handler, logging.NullHandler) for handler in logger.handlers):
        logger.addHandler(logging.NullHandler())
    try:
        with warnings.catch_warnings():
            # it reads all its plugins at the first use; what they are built on is not for our users to hear of
            warnings.simplefilter("ignore")
            import apprise  # noqa: PLC0415 - an extra, and slow: only those who announce with it pay for it

            apprise.Apprise.instantiate("json://localhost")
    except ImportError as exc:
        raise UsageError(
            "announcing over other services than Slack needs apprise",
            hint="Install it: pip install 'pilotage[announce]'",
        ) from exc
    return apprise


def _run_bounded(tell: Callable[[], bool], seconds: float, target: Target) -> bool:
    """Run it in a thread that is left behind when it takes too long: apprise bounds each call, not their sum."""
    outcome: list[bool | Exception] = []

    def work() -> None:
        try:
            outcome.append(tell())
        except Exception as exc:  # noqa: BLE001 - a plugin can raise anything; it must not end the run
            outcome.append(exc)

    thread = threading.Thread(target=work, name="announce", daemon=True)
    thread.start()
    thread.join(seconds)
    if not outcome:
        raise LostError(
            f"{target.key}: no end after {seconds:.0f} seconds, so whether the message is there is unknown",
            hint="Look there. It is not sent again in this run; the next run tries again.",
        )
    result = outcome[0]
    if isinstance(result, Exception):
        raise RemoteError(f"{target.key}: apprise failed ({type(result).__name__})", hint="The next run tries again.")
    return result


def _reason(heard: _Ear, target: Target) -> str:
    """Give what was said last, without any part of the address."""
    text = " ".join(heard.lines[-2:])
    address = target.secret.reveal()
    _, _, rest = address.partition("://")
    pieces = {piece for text in (rest, unquote(rest)) for piece in _PIECES.split(text) if len(piece) >= _SHORTEST}
    for piece in sorted({address, rest, *pieces, *map(quote, pieces)}, key=len, reverse=True):
        text = text.replace(piece, "***") if piece else text
    return f": {render_line(text)}" if text else ""
