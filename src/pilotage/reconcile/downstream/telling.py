"""What people see of a rollout: the overview in the released repository, and one message with the totals."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from pilotage.domains.announced import read_announced
from pilotage.domains.downstream.overview import MARKER, render_overview, render_totals
from pilotage.errors import ConfigError, RemoteError, UsageError
from pilotage.reconcile.downstream.opening import is_overtaken
from pilotage.reconcile.telling import Telling, rollout_record

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pilotage.model.downstream import Row
    from pilotage.reconcile.bootstrap import Connection
    from pilotage.reconcile.downstream.opening import Opened

_UNFINISHED = frozenset(("planned", "running", "open", "failed"))
_MINUTE = 60.0
_UNSETTLED = frozenset(("planned", "running"))


class Overview:
    """Keeps the overview of one rollout up to date.

    Args:
        connection: The released repository.
        opened: The release.
        tell: Hears what happens.
        now: The seconds of a clock that never goes back.

    Attributes:
        url: The overview's page; "" while there is none.
    """

    def __init__(
        self, connection: Connection, opened: Opened, *, tell: Callable[[str], None], now: Callable[[], float]
    ) -> None:
        self._now = now
        self._written = float("-inf")
        self._looked = now()
        self._is_superseded = opened.is_superseded
        self._connection = connection
        self._opened = opened
        self._tell = tell
        self.url = ""
        self._unwritten: tuple[str, ...] = ()
        self._untold: tuple[str, ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """Give what people should know: of the overview only how the last writing of it went."""
        return (*self._unwritten, *self._untold)

    def refresh(self, rows: Sequence[Row]) -> None:
        """Write it again while rebuilds are on their way, once a minute at the most."""
        if self._now() - self._written >= _MINUTE:
            self.write(rows)

    def write(self, rows: Sequence[Row]) -> None:
        """Let the overview say how things stand; that it cannot be written is a warning, not an end.

        The overview of an older release is not written any more once a newer one is out, be it since rebuilds are
        waited for.
        """
        rules, rollout = self._opened.rules, self._opened.rollout
        self._look_for_newer()
        if rules.report == "off" or self._is_superseded or not rows:
            return
        marker = f"{MARKER[: -len(' -->')]} {rollout.wanted.package} -->"
        body = render_overview(rollout, rows).replace(MARKER, marker, 1)
        is_open = any(row.state in _UNFINISHED for row in rows)
        self._written = self._now()
        self._unwritten = ()
        try:
            self.url = self._write(marker, body, is_open=is_open)
        except RemoteError as error:
            self._unwritten = (f"the overview was not written: {error.message} {error.hint}".strip(),)

    def _look_for_newer(self) -> None:
        """Look whether a newer release is out by now, once a minute at the most; unknown, it is as it was."""
        if self._is_superseded or self._now() - self._looked < _MINUTE:
            return
        self._looked = self._now()
        with contextlib.suppress(RemoteError):
            self._is_superseded = is_overtaken(self._connection, self._opened.rollout)

    def _write(self, marker: str, body: str, *, is_open: bool) -> str:
        rollout = self._opened.rollout
        title = f"Downstream of {rollout.package} {rollout.wanted.version}"
        return self._connection.github.issues.ensure(marker, title=title, body=body, is_open=is_open)

    def announce(self, rows: Sequence[Row]) -> None:
        """Tell the totals to everybody who is told of releases, once, when nothing is under way any more."""
        opened = self._opened
        release, wanted = opened.release, opened.wanted
        is_settled = all(row.state not in _UNSETTLED for row in rows)
        is_moved = any(row.how in ("dispatch", "pull-request") for row in rows)
        if release is None or wanted is None or self._is_superseded or not (is_settled and is_moved):
            return
        telling = Telling(self._connection, wanted, pages=(), tell=self._tell)
        title = f"{opened.rollout.package} {opened.rollout.wanted.version}: {render_totals(rows)}"
        link = f"[The overview]({self.url})" if self.url else f"[The release]({release.url})"
        for key in telling.targets:
            if rollout_record(key) in read_announced(release.body):
                continue
            try:
                telling.tell_rollout(key, release, title=title, markdown=f"{render_totals(rows)}. {link}")
            except (ConfigError, RemoteError, UsageError) as error:
                self._untold = (*self._untold, f"{key} was not told: {error.message} {error.hint}".strip())
