"""The rules of releases: drafts without a tag, one published release per tag."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING, Final

from pilotage.sandbox.forge.pulls import check_body
from pilotage.sandbox.forge.refs import is_ref_name
from pilotage.sandbox.forge.refusals import Refusal, invalid, unprocessable
from pilotage.sandbox.forge.state import Asset, Release

if TYPE_CHECKING:
    from pilotage.sandbox.forge.realm import Realm

MAX_BODY: Final = 125_000
_ODD: Final = re.compile(r"[^A-Za-z0-9._+@-]")
"""What GitHub replaces in the name of a file."""


def create_release(realm: Realm, wished: Release) -> Release:
    """Add a release with a fresh id; a published one makes its tag when there is none.

    Args:
        realm: Where it goes.
        wished: What is wished; its id and times are not looked at.

    Raises:
        Refusal: 422 for a bad tag name, an unknown target, a tag that a published release has.
    """
    if not wished.tag_name:
        raise invalid("Release", "missing_field", field="tag_name")
    check_release(realm, wished)
    wished.id = realm.state.next_id()
    wished.created_at = realm.now()
    if not wished.draft:
        _publish(realm, wished)
    realm.state.releases.append(wished)
    return wished


def update_release(realm: Realm, release: Release, wished: Release) -> None:
    """Change a release into what is wished (a copy with changes); publishing makes a missing tag.

    Raises:
        Refusal: as `create_release`; nothing is changed then.
    """
    if release.immutable and (wished.draft or wished.tag_name != release.tag_name):
        raise invalid("Release", "custom", field="tag_name", message="An immutable release keeps its tag")
    check_release(realm, wished)
    is_publishing = release.draft and not wished.draft
    if wished.draft and not release.draft:
        wished.published_at = ""
    if is_publishing:
        _publish(realm, wished)
    place = realm.state.releases.index(release)
    realm.state.releases[place] = wished


def check_release(realm: Realm, wished: Release) -> None:
    """Refuse what GitHub refuses.

    Raises:
        Refusal: 422.
    """
    check_body("Release", wished.body, limit=MAX_BODY)
    if not is_ref_name(f"refs/tags/{wished.tag_name}"):
        raise invalid("Release", "custom", field="tag_name", message="tag_name is not a valid tag")
    if any(r.tag_name == wished.tag_name and not r.draft and r.id != wished.id for r in realm.state.releases):
        raise invalid("Release", "already_exists", field="tag_name")
    is_burnt = wished.tag_name in realm.state.burnt_tags and not wished.immutable
    if is_burnt and not wished.draft:
        raise invalid("Release", "custom", field="tag_name", message="tag_name was used by an immutable release")
    has_tag = realm.git.refs.read(f"refs/tags/{wished.tag_name}") is not None
    if not has_tag and realm.git.resolve_commit(wished.target_commitish) is None:
        raise invalid("Release", "invalid", field="target_commitish")


def latest_release(realm: Realm) -> Release | None:
    """Give the newest published release that is no prerelease; None when there is none."""
    rows = [r for r in realm.state.releases if not r.draft and not r.prerelease and r.make_latest != "false"]
    return max(rows, key=lambda release: (release.created_at, release.id), default=None)


def published_release(realm: Realm, tag_name: str) -> Release | None:
    """Give the published release of a tag; drafts are never found by their tag."""
    return next((r for r in realm.state.releases if r.tag_name == tag_name and not r.draft), None)


def add_asset(
    realm: Realm, release: Release, *, name: str, content: bytes | None, content_type: str, author: str
) -> Asset:
    """Attach a file; None for its content when the upload breaks off, which leaves the name taken.

    Raises:
        Refusal: 422 when the release has a file of that name, broken ones included, or is immutable.
    """
    if release.immutable:
        raise unprocessable("Cannot upload assets to an immutable release.")
    name = _ODD.sub(".", name).strip(".")
    if not name:
        raise invalid("ReleaseAsset", "missing_field", field="name")
    if any(asset.name == name for asset in release.assets):
        raise invalid("ReleaseAsset", "already_exists", field="name")
    asset = Asset(
        id=realm.state.next_id(),
        name=name,
        content_type=content_type,
        content=base64.b64encode(content or b"").decode(),
        label="",
        author=author,
        created_at=realm.now(),
        size=len(content or b""),
        sha256=hashlib.sha256(content).hexdigest() if content is not None else "",
        state="starter" if content is None else "uploaded",
    )
    release.assets.append(asset)
    return asset


def remove_asset(release: Release, asset: Asset) -> None:
    """Remove a file.

    Raises:
        Refusal: 422 when the release is immutable.
    """
    if release.immutable:
        raise invalid("ReleaseAsset", "custom", message="Cannot delete asset from an immutable release")
    release.assets.remove(asset)


def _publish(realm: Realm, release: Release) -> None:
    name = f"refs/tags/{release.tag_name}"
    if realm.git.refs.read(name) is None:
        commit = realm.git.resolve_commit(release.target_commitish)
        if commit is None or not realm.git.refs.write(name, commit.oid):
            raise Refusal(422, "Could not create the tag of the release")
    release.published_at = realm.now()
    if realm.state.settings.immutable_releases:
        release.immutable = True
        realm.state.burnt_tags.append(release.tag_name)
