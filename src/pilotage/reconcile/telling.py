"""Telling people that a release is out, once: what is said, who hears it, and the record of it on the release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.announced import mark_announced, read_announced
from pilotage.domains.announcement import describe_announcement, read_announcement
from pilotage.domains.slackblocks import compose_message
from pilotage.errors import ConfigError, UsageError
from pilotage.model.template import TemplateRequest
from pilotage.providers.announcetargets import read_targets
from pilotage.providers.http import Wire, open_session
from pilotage.providers.notify import deliver
from pilotage.reconcile.bootstrap import open_mask
from pilotage.reconcile.templating import MEMORY, SECONDS, render_bounded

if TYPE_CHECKING:
    from collections.abc import Callable

    from pilotage.model.announcement import Announcement, Message, Target
    from pilotage.model.remote import Release
    from pilotage.model.step import Notice
    from pilotage.reconcile.bootstrap import Connection
    from pilotage.reconcile.distsource import Wanted


class Telling:
    """Tells people about one release.

    Args:
        connection: The clone and its repository.
        wanted: The release.
        pages: The version's pages on the indexes that it goes to: name and URL.
        tell: Hears what happens.

    Attributes:
        mistakes: What cannot be used of what the environment says.
    """

    def __init__(
        self,
        connection: Connection,
        wanted: Wanted,
        *,
        pages: tuple[tuple[str, str], ...],
        tell: Callable[[str], None],
    ) -> None:
        self._connection = connection
        self._wanted = wanted
        self._pages = pages
        self._mask = open_mask(connection.surroundings, tell)
        found, self.mistakes = self._read_targets()
        self._targets: dict[str, Target] = {target.key: target for target in found}

    @property
    def targets(self) -> tuple[str, ...]:
        """Who is told, by public names, in the order of the telling."""
        return tuple(self._targets)

    def told(self, release: Release | None) -> frozenset[str]:
        """Give who was told already, as the release records it."""
        return read_announced(release.body) if release is not None else frozenset()

    def tell(self, key: str, release: Release | None) -> Release:
        """Tell one target, and record it on the release; nothing happens when the release says that it was told.

        The release is written to before anybody is told: where that is refused nobody is, since the next run would
        not know of it. Its notes are read right before they are written, for people edit them meanwhile. A run that
        dies between the message and its record tells twice.

        Args:
            key: The target's public name.
            release: The release.

        Returns:
            The release as it is afterwards.

        Raises:
            ConfigError: A template fails.
            RemoteError: The release cannot be written to, or the messenger did not take the message.
            UsageError: There is no such target, or a person must set something right there.
        """
        return self._tell_once(key, release, record=key, compose=self._compose)

    def tell_rollout(self, key: str, release: Release, *, title: str, markdown: str) -> Release:
        """Tell one target how far a release has come among the repositories that use it, once, as `tell`.

        Args:
            key: The target's public name.
            release: The release.
            title: The message's first line.
            markdown: What follows.
        """

        def compose(now: Release) -> Message:
            return compose_message(self._announcement(now), title=title, markdown=markdown)

        return self._tell_once(key, release, record=rollout_record(key), compose=compose)

    def _tell_once(
        self, key: str, release: Release | None, *, record: str, compose: Callable[[Release], Message]
    ) -> Release:
        target = self._targets.get(key)
        if target is None or release is None:
            raise UsageError(f"{key}: nobody of that name is to be told in this job", hint="Make a new plan.")
        releases = self._connection.github.releases
        release = releases.find(release.id) or release
        release = releases.edit(release.id, body=release.body)
        if record in read_announced(release.body):
            return release
        self._mask(target.secret.reveal())
        with open_session() as session:
            deliver(Wire(session, self._connection.surroundings.patience), target, compose(release))
        release = releases.find(release.id) or release
        return releases.edit(release.id, body=mark_announced(release.body, record, link=release.url))

    def _read_targets(self) -> tuple[tuple[Target, ...], tuple[Notice, ...]]:
        rules = self._wanted.config.announce
        if self._wanted.version.is_prerelease and not rules.prereleases:
            return (), ()
        found, mistakes = read_targets(self._connection.surroundings.environment, rules)
        for target in found:
            self._mask(target.secret.reveal())
        return found, mistakes

    def _announcement(self, release: Release) -> Announcement:
        github, wanted = self._connection.github, self._wanted
        return read_announcement(
            release,
            project=wanted.tree.project.name or github.repository.rpartition("/")[2],
            version=str(wanted.version),
            repository=github.repository,
            repository_url=github.web_url,
            index_pages=self._pages,
        )

    def _compose(self, release: Release) -> Message:
        wanted, announcement = self._wanted, self._announcement(release)
        rules = wanted.config.announce
        title = self._render("[tool.pilotage.announce] title", rules.title, announcement)
        text = wanted.templates.get(rules.template, "")
        if rules.template and not text:
            raise ConfigError(
                f"[tool.pilotage.announce]: there is no template {rules.template!r}",
                hint="Commit the template, or correct the path: it is seen from the repository's root.",
            )
        return compose_message(
            announcement, title=" ".join(title.split()), markdown=self._render(rules.template, text, announcement)
        )

    def _render(self, place: str, text: str, announcement: Announcement) -> str:
        if not text:
            return ""
        data = describe_announcement(announcement)
        return render_bounded(TemplateRequest(place, text, data, self._wanted.templates, MEMORY, SECONDS))


def rollout_record(key: str) -> str:
    """Give the name under which a release records that a target knows how far it has come elsewhere."""
    return f"downstream/{key}"
