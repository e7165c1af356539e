"""How REST spells releases and their files."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from urllib.parse import quote

from pilotage.sandbox.forge.shapes import node_id, user_shape

if TYPE_CHECKING:
    from pilotage.sandbox.forge.shapes import JsonObject, Links
    from pilotage.sandbox.forge.state import Asset, Release


def release_page(release: Release, links: Links) -> str:
    """Give the address of a release's page; a draft has one without its tag."""
    name = f"untagged-{release.id}" if release.draft else quote(release.tag_name)
    return links.html(f"releases/tag/{name}")


def release_shape(release: Release, links: Links) -> JsonObject:
    """Spell a release."""
    api = links.api(f"releases/{release.id}")
    ball = None if release.draft else quote(f"refs/tags/{release.tag_name}")
    return {
        "url": api,
        "assets_url": f"{api}/assets",
        "upload_url": f"{links.server}/api/uploads/repos/{links.full_name}/releases/{release.id}/assets{{?name,label}}",
        "html_url": release_page(release, links),
        "id": release.id,
        "node_id": node_id("RE", release.id),
        "tag_name": release.tag_name,
        "target_commitish": release.target_commitish,
        "name": release.name,
        "draft": release.draft,
        "prerelease": release.prerelease,
        "immutable": release.immutable,
        "author": user_shape(links, release.author),
        "created_at": release.created_at,
        "updated_at": release.created_at,
        "published_at": release.published_at or None,
        "assets": [asset_shape(asset, release, links) for asset in release.assets],
        "tarball_url": links.api(f"tarball/{ball}") if ball else None,
        "zipball_url": links.api(f"zipball/{ball}") if ball else None,
        "body": release.body,
    }


def storage_signature(asset: Asset) -> str:
    """Give what opens a file's content in the storage to whoever knows it."""
    return hashlib.sha256(f"{asset.id} {asset.created_at}".encode()).hexdigest()


def asset_shape(asset: Asset, release: Release, links: Links) -> JsonObject:
    """Spell a file of a release."""
    place = f"untagged-{release.id}" if release.draft else quote(release.tag_name)
    return {
        "url": links.api(f"releases/assets/{asset.id}"),
        "browser_download_url": links.html(f"releases/download/{place}/{quote(asset.name)}"),
        "id": asset.id,
        "node_id": node_id("RA", asset.id),
        "name": asset.name,
        "label": asset.label,
        "state": asset.state,
        "content_type": asset.content_type,
        "size": asset.size,
        "digest": f"sha256:{asset.sha256}" if asset.sha256 else None,
        "download_count": 0,
        "created_at": asset.created_at,
        "updated_at": asset.created_at,
        "uploader": user_shape(links, asset.author),
    }
