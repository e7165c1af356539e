"""The files of a release on GitHub: put there once, by digest, and fetched with proof."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from pilotage.errors import ConflictError, RemoteError
from pilotage.model.remote import spell_asset
from pilotage.providers.distfile import read_digests
from pilotage.providers.githubanswers import RestAsset, RestRelease, read_answer
from pilotage.providers.githubcall import GitHubCall, GitHubRefusalError, UnclearAnswerError

if TYPE_CHECKING:
    from pathlib import Path

    from pilotage.model.remote import Asset, Release

_PAGE = 100
_NOT_FOUND = 404
_UNPROCESSABLE = 422
_MAX_SIZE = 2 * 1024**3
"""GitHub's own bound on an asset, in bytes."""


class ImmutableReleaseError(GitHubRefusalError):
    """The release is published and frozen: its files can no longer be added or removed."""


class GitHubAssets:
    """The files of one repository's releases.

    Args:
        call: Sends the requests.
        repository: `owner/name`.
    """

    def __init__(self, call: GitHubCall, *, repository: str) -> None:
        self._call = call
        self._path = f"/repos/{quote(repository)}/releases"

    def list_for(self, release_id: int) -> tuple[Asset, ...]:
        """List the files of a release, those included whose upload broke off.

        Source: https://docs.github.com/rest/releases/assets#list-release-assets
        """
        found: list[Asset] = []
        while len(found) % _PAGE == 0:
            page = {"per_page": _PAGE, "page": len(found) // _PAGE + 1}
            answer = self._call.read(f"{self._path}/{release_id}/assets", parameters=dict(page))
            rows = read_answer(answer, list[RestAsset], place=f"releases/{release_id}/assets")
            found += (row.to_record() for row in rows)
            if not rows:
                break
        return tuple(found)

    def upload(self, release: Release, path: Path, *, name: str, content_type: str) -> Asset:
        """Attach a file to a release, or find it attached: look, act, look again. Safe to repeat at any moment.

        An upload that broke off leaves a file that holds the name; it is removed and the upload sent again.
        Source: https://docs.github.com/rest/releases/assets#upload-a-release-asset

        Args:
            release: The release; what it says about its files is not trusted.
            path: The file.
            name: What it shall be called there; see `spell_asset`.
            content_type: Its media type.

        Returns:
            The file as GitHub shows it.

        Raises:
            ConflictError: The release has other bytes under the name.
            ImmutableReleaseError: The release can no longer be changed.
            GitHubRefusalError: GitHub refused; the token may not write contents, the release is gone.
            RemoteError: GitHub gave no clear answer within the patience.
        """
        sha256, _, size = read_digests(path)
        names = {name, spell_asset(name)}

        def look() -> Asset | None:
            found = next((asset for asset in self.list_for(release.id) if asset.name in names), None)
            return None if found is None else self._settle(found, size=size, sha256=sha256)

        there = look()
        if there is not None:
            return there
        url = f"{self._address(release)}?{urlencode({'name': name})}"
        return self._call.write(lambda: self._send(url, path, content_type=content_type, sha256=sha256), look=look)

    def download(self, asset: Asset, into: Path) -> None:
        """Fetch a file to a path, whole or not at all; what stood there before is replaced.

        Source: https://docs.github.com/rest/releases/assets#get-a-release-asset

        Args:
            asset: Which.
            into: The file to write; its folder must be there.

        Raises:
            RemoteError: It did not arrive, or not with the size and the digest that GitHub names.
        """
        part = into.with_name(f".{into.name}.part")
        try:
            self._fetch(asset, part)
            part.replace(into)
        finally:
            part.unlink(missing_ok=True)

    def delete(self, asset_id: int) -> None:
        """Remove a file; nothing happens when it is gone already.

        Raises:
            ImmutableReleaseError: The release can no longer be changed.
        """
        where = f"{self._path}/assets/{asset_id}"
        try:
            self._call.write(
                lambda: bool(self._call.send("DELETE", where)) or True,
                look=lambda: None if self._is_there(where) else True,
            )
        except GitHubRefusalError as refusal:
            if refusal.status != _NOT_FOUND:
                _refuse_immutable(refusal)
                raise

    def _is_there(self, where: str) -> bool:
        try:
            self._call.read(where)
        except GitHubRefusalError as refusal:
            if refusal.status == _NOT_FOUND:
                return False
            raise
        return True

    def _settle(self, asset: Asset, *, size: int, sha256: str) -> Asset | None:
        """Give an asset that has these bytes; remove one whose upload broke off and give None."""
        if not asset.is_whole:
            self.delete(asset.id)
            return None
        if asset.size == size and (asset.sha256 or sha256) == sha256:
            return asset
        raise ConflictError(
            f"the release has another {asset.name} already: {asset.size} bytes, sha256 {asset.sha256 or 'unknown'}; "
            f"this one has {size} bytes, sha256 {sha256}",
            hint="Publish the bytes that are there (pilotage takes them from the release), or remove that file from "
            "the release if nothing was published from it.",
        )

    def _send(self, url: str, path: Path, *, content_type: str, sha256: str) -> Asset:
        try:
            answer = self._call.send_file(url, path, content_type=content_type)
        except GitHubRefusalError as refusal:
            _refuse_immutable(refusal)
            if refusal.status == _UNPROCESSABLE and "already_exists" in refusal.said:
                # Somebody was faster, or a listing lags: only another look can tell whose bytes they are.
                raise UnclearAnswerError(refusal.message, hint="Run again: Pilotage looks at it anew.") from refusal
            raise
        made = read_answer(answer, RestAsset, place="the uploaded file").to_record()
        if not made.is_whole or made.sha256 not in {"", sha256}:
            raise UnclearAnswerError(
                f"{url}: GitHub took {made.size} bytes with sha256 {made.sha256 or 'unknown'}, not this file",
                hint="Run again: Pilotage looks at it anew.",
            )
        return made

    def _address(self, release: Release) -> str:
        if release.upload_url:
            return release.upload_url
        answer = self._call.read(f"{self._path}/{release.id}")
        return read_answer(answer, RestRelease, place=f"releases/{release.id}").to_record().upload_url

    def _fetch(self, asset: Asset, part: Path) -> None:
        got = self._call.fetch_file(f"{self._path}/assets/{asset.id}", part, limit=asset.size or _MAX_SIZE)
        if got.size != asset.size or got.sha256 != (asset.sha256 or got.sha256):
            raise RemoteError(
                f"{asset.name} arrived with {got.size} bytes and sha256 {got.sha256}; GitHub says {asset.size} bytes "
                f"and sha256 {asset.sha256 or 'unknown'}",
                hint="Run again; if it stays so, the file on the release is damaged.",
            )


def _refuse_immutable(refusal: GitHubRefusalError) -> None:
    if refusal.status == _UNPROCESSABLE and "immutable release" in refusal.said:
        raise ImmutableReleaseError(
            refusal.message,
            status=refusal.status,
            said=refusal.said,
            hint="Its files must be attached while it is a draft: let Pilotage make the release.",
        ) from refusal
