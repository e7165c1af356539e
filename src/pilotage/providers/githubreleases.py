"""Releases on GitHub, drafts included."""

from __future__ import annotations

from urllib.parse import quote

import msgspec

from pilotage.model.remote import Release
from pilotage.providers.githubanswers import RestRelease, read_answer
from pilotage.providers.githubcall import GitHubCall, GitHubRefusalError

_NOT_FOUND = 404
_BY_VERSION = "legacy"
"""Lets GitHub call the highest version its latest release, so that a maintenance release never takes its place."""


class GeneratedNotes(msgspec.Struct, frozen=True):
    """The answer of GitHub's generator of notes."""

    name: str
    body: str


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
            "make_latest": _BY_VERSION,
        }
        answer = self._call.write(
            lambda: self._call.send("POST", f"{self._path}/releases", body),
            look=lambda: next(iter(self.list_for(release.tag)), None),
        )
        if isinstance(answer, Release):
            return answer
        return read_answer(answer, RestRelease, place="releases").to_record()

    def generate_notes(self, tag: str, *, target: str, previous_tag: str = "") -> str:
        """Let GitHub generate the notes of a release; nothing is kept there.

        Args:
            tag: The tag, which need not be there yet.
            target: The commit that it will point at.
            previous_tag: The tag of the release before; "" lets GitHub look for it.

        Returns:
            Markdown with LF line ends.

        Raises:
            GitHubRefusalError: There is no such tag or commit, or the token may not write contents.

        Source: https://docs.github.com/rest/releases/releases#generate-release-notes-content-for-a-release
        """
        body = {"tag_name": tag, "target_commitish": target}
        if previous_tag:
            body["previous_tag_name"] = previous_tag
        path = f"{self._path}/releases/generate-notes"
        answer = self._call.write(lambda: self._call.send("POST", path, dict(body)), look=lambda: None)
        return read_answer(answer, GeneratedNotes, place="releases/generate-notes").body.replace("\r\n", "\n").strip()

    def find(self, release_id: int) -> Release | None:
        """Look up a release by its number; None when it is gone."""
        return self._find(str(release_id))

    def find_published(self, tag: str) -> Release | None:
        """Look up the published release of a tag; None when there is none (GitHub never shows a draft here).

        Source: https://docs.github.com/rest/releases/releases#get-a-release-by-tag-name
        """
        return self._find(f"tags/{quote(tag)}")

    def _find(self, which: str) -> Release | None:
        try:
            answer = self._call.read(f"{self._path}/releases/{which}")
        except GitHubRefusalError as refusal:
            if refusal.status == _NOT_FOUND:
                return None
            raise
        return read_answer(answer, RestRelease, place=f"releases/{which}").to_record()

    def edit(self, release_id: int, *, body: str | None = None, is_draft: bool | None = None) -> Release:
        """Change a release; what is None stays as it is, so new notes never publish a draft by the way.

        Safe to repeat. Publishing makes the tag when it is missing.
        Source: https://docs.github.com/rest/releases/releases#update-a-release

        Args:
            release_id: Its number.
            body: Its new notes.
            is_draft: False publishes it.

        Raises:
            GitHubRefusalError: It is gone, or the token may not write contents.
        """
        wanted: dict[str, object] = {}
        if body is not None:
            wanted["body"] = body
        if is_draft is not None:
            wanted["draft"] = is_draft
        if is_draft is False:
            wanted["make_latest"] = _BY_VERSION

        def look() -> Release | None:
            found = self.find(release_id)
            if found is None or (body is not None and found.body != body.replace("\r\n", "\n")):
                return None
            return found if is_draft in {None, found.is_draft} else None

        path = f"{self._path}/releases/{release_id}"
        answer = self._call.write(lambda: self._call.send("PATCH", path, wanted), look=look)
        if isinstance(answer, Release):
            return answer
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
