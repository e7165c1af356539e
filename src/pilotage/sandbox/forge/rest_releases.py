"""REST: releases and their files.

Source: https://docs.github.com/rest/releases
"""

from __future__ import annotations

import base64
import dataclasses
from typing import TYPE_CHECKING, Final

from pilotage.sandbox.forge.call import Answer, Call
from pilotage.sandbox.forge.generatednotes import generate
from pilotage.sandbox.forge.refusals import Refusal, invalid, not_found
from pilotage.sandbox.forge.releases import (
    add_asset,
    create_release,
    latest_release,
    published_release,
    remove_asset,
    update_release,
)
from pilotage.sandbox.forge.routing import REPOSITORY, Routes
from pilotage.sandbox.forge.shapes_releases import asset_shape, release_shape, storage_signature
from pilotage.sandbox.forge.state import Release

if TYPE_CHECKING:
    from pilotage.sandbox.forge.realm import Realm
    from pilotage.sandbox.forge.state import Asset

routes: Final = Routes()
_ONE: Final = REPOSITORY + "/releases/{release_id}"


@routes.add("GET", REPOSITORY + "/releases")
def list_releases(call: Call) -> Answer:
    """List releases, newest first; drafts are shown to those who may write."""
    found = [r for r in call.listing.view.state.releases if call.viewer.may("contents", "write") or not r.draft]
    found.sort(key=lambda release: (release.created_at, release.id), reverse=True)
    return call.page(found, lambda release: release_shape(release, call.links))


@routes.add("POST", REPOSITORY + "/releases")
def open_release(call: Call) -> Answer:
    """Create a release, a draft or published at once."""
    empty = Release(0, "", call.realm.state.default_branch, None, None, False, False, call.viewer.login, "")  # noqa: FBT003 - neither draft nor prerelease
    release = create_release(call.realm, _wished(call, empty))
    return Answer(release_shape(release, call.links), 201)


@routes.add("POST", REPOSITORY + "/releases/generate-notes")
def generate_notes(call: Call) -> Answer:
    """Generate notes: a line for each merged pull request that the tag contains and the previous one does not."""
    body = call.body
    name, body_text = generate(
        call.realm,
        call.links,
        tag=body.need("tag_name"),
        target=body.text("target_commitish") or call.realm.state.default_branch,
        previous=body.text("previous_tag_name") or "",
    )
    return Answer({"name": name, "body": body_text})


@routes.add("GET", REPOSITORY + "/releases/latest")
def read_latest(call: Call) -> Answer:
    """Get the latest published release."""
    return _answer(call, latest_release(call.realm))


@routes.add("GET", REPOSITORY + "/releases/tags/{tag}")
def read_by_tag(call: Call, tag: str) -> Answer:
    """Get the published release of a tag; never a draft."""
    return _answer(call, published_release(call.realm, tag))


@routes.add("GET", _ONE)
def read_release(call: Call, release_id: int) -> Answer:
    """Get a release by its id."""
    return _answer(call, _need(call, release_id))


@routes.add("PATCH", _ONE)
def change_release(call: Call, release_id: int) -> Answer:
    """Change a release; `draft: false` publishes it."""
    release = _need(call, release_id)
    wished = _wished(call, release)
    update_release(call.realm, release, wished)
    return _answer(call, wished)


@routes.add("DELETE", _ONE)
def delete_release(call: Call, release_id: int) -> Answer:
    """Delete a release; its tag stays."""
    call.realm.state.releases.remove(_need(call, release_id))
    return Answer(status=204)


@routes.add("GET", _ONE + "/assets")
def list_assets(call: Call, release_id: int) -> Answer:
    """List the files of a release."""
    release = _need(call, release_id)
    return call.page(release.assets, lambda asset: asset_shape(asset, release, call.links))


@routes.add("POST", _ONE + "/assets")
def upload_asset(call: Call, release_id: int) -> Answer:
    """Attach a file (at the upload address)."""
    release = _need(call, release_id)
    asset = add_asset(
        call.realm,
        release,
        name=call.query.get("name", ""),
        content=None if call.visit.is_broken else call.visit.content,
        content_type=call.visit.content_type,
        author=call.viewer.login,
    )
    asset.label = call.query.get("label", "")
    return Answer(asset_shape(asset, release, call.links), 201)


@routes.add("GET", REPOSITORY + "/releases/assets/{asset_id}")
def read_asset(call: Call, asset_id: int) -> Answer:
    """Get a file's description, or lead to its content when `application/octet-stream` is accepted.

    The content lies on another host, which wants no token.
    """
    release, asset = _need_asset(call.realm, asset_id)
    if call.visit.accept == "application/octet-stream":
        if asset.state != "uploaded":
            raise not_found()
        host = call.links.server.replace("127.0.0.1", "localhost")
        signed = f"{host}/storage/{asset.id}?signature={storage_signature(asset)}"
        return Answer(status=302, headers={"Location": signed})
    return Answer(asset_shape(asset, release, call.links))


@routes.add("DELETE", REPOSITORY + "/releases/assets/{asset_id}")
def delete_asset(call: Call, asset_id: int) -> Answer:
    """Remove a file."""
    release, asset = _need_asset(call.realm, asset_id)
    remove_asset(release, asset)
    return Answer(status=204)


@routes.add("GET", REPOSITORY + "/immutable-releases")
def read_immutability(call: Call) -> Answer:
    """Tell whether releases are frozen when they are published; 404 when they are not."""
    if not call.realm.state.settings.immutable_releases:
        raise not_found()
    return Answer({"enabled": True, "enforced_by_owner": False})


def open_storage(realm: Realm | None, asset_id: int, *, signature: str) -> Answer:
    """Give a file's content to whoever has its signed address."""
    if realm is None:
        raise not_found()
    _, asset = _need_asset(realm, asset_id)
    if signature != storage_signature(asset):
        raise Refusal(403, "Server failed to authenticate the request.")
    return Answer(raw=base64.b64decode(asset.content), headers={"Content-Type": asset.content_type})


def _wished(call: Call, release: Release) -> Release:
    body = call.body
    latest = body.text("make_latest") or release.make_latest
    if latest not in {"true", "false", "legacy"}:
        raise invalid("Release", "invalid", field="make_latest")
    return dataclasses.replace(
        release,
        tag_name=body.text("tag_name") or release.tag_name,
        target_commitish=body.text("target_commitish") or release.target_commitish,
        name=body.text("name") if body.has("name") else release.name,
        body=body.text("body") if body.has("body") else release.body,
        draft=body.flag("draft", default=release.draft),
        prerelease=body.flag("prerelease", default=release.prerelease),
        make_latest=latest,
    )


def _answer(call: Call, release: Release | None) -> Answer:
    if release is None or (release.draft and not call.viewer.may("contents", "write")):
        raise not_found()
    return Answer(release_shape(release, call.links))


def _need(call: Call, release_id: int) -> Release:
    found = next((release for release in call.realm.state.releases if release.id == release_id), None)
    if found is None:
        raise not_found()
    return found


def _need_asset(realm: Realm, asset_id: int) -> tuple[Release, Asset]:
    rows = ((release, asset) for release in realm.state.releases for asset in release.assets)
    found = next((row for row in rows if row[1].id == asset_id), None)
    if found is None:
        raise not_found()
    return found
