"""Releases on GitHub, drafts included."""

from __future__ import annotations

from urllib.parse import quote

from pilotage.model.remote import Release
from pilotage.providers.githubanswers import RestRelease, read_answer
from pilotage.providers.githubcall import GitHubCall, GitHubRefusalError

_NOT_FOUND = 404


class GitHubReleases:
    """The releases of one repository.

    Args:
        call: Sends the requests.
        repository: `owner/name`.
    """

    def __init__(self, call: GitHubCall, *, repository: str) -> None:
        self._call = call
        self._path = f"/repos/{quote(repository)}"

    def list_for(self, tag: str) -> tuple[Release, ...]:
        """Look for the releases that name a tag among the hundred newest, drafts included, oldest first."""
        answer = self._call.read(f"{self._path}/releases", parameters={"per_page": 100})
        releases = [r.to_record() for r in read_answer(answer, list[RestRelease], place="releases")]
        return tuple(sorted((r for r in releases if r.tag == tag), key=lambda release: release.id))

    def create(self, release: Release, *, commit: str) -> Release:
        """Make a release, or find the one that an unclear request made.

        Source: https://docs.github.com/rest/releases/releases#create-a-release
        """
        body = {
            "tag_name": release.tag,
            "target_commitish": commit,
            "name": release.name,
            "body": release.body,
            "draft": release.is_draft,
            "prerelease": release.is_prerelease,
        }
        answer = self._call.write(
            lambda: self._call.send("POST", f"{self._path}/releases", body),
            look=lambda: next(iter(self.list_for(release.tag)), None),
        )
        if isinstance(answer, Release):
            return answer
        return read_answer(answer, RestRelease, place="releases").to_record()

    def find(self, release_id: int) -> Release | None:
        """Look up a release by its number; None when it is gone."""
        try:
            answer = self._call.read(f"{self._path}/releases/{release_id}")
        except GitHubRefusalError as refusal:
            if refusal.status == _NOT_FOUND:
                return None
            raise
        return read_answer(answer, RestRelease, place=f"releases/{release_id}").to_record()

    def delete(self, release_id: int) -> None:
        """Delete a release; nothing happens when it is gone already."""
        try:
            self._call.write(
                lambda: bool(self._call.send("DELETE", f"{self._path}/releases/{release_id}")) or True,
                look=lambda: None if self.find(release_id) else True,
            )
        except GitHubRefusalError as refusal:
            if refusal.status != _NOT_FOUND:
                raise
