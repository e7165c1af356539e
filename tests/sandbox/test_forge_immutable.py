"""Immutable releases, uploads that break off, and downloads from the storage."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest
import requests

from pilotage.sandbox.forge import Fault, FaultKind, Refusal
from sandbox.forgeclient import Client, new_forge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pilotage.sandbox.forge import Forge

UPLOAD_REFUSED = (422, "Cannot upload assets to an immutable release.")
RULES = "Repository rule violations found\n\nCannot {} this protected ref.\n\n"
BURNT = "tag_name was used by an immutable release"


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    made = new_forge(tmp_path / "forge")
    made.logins["writer"] = "octocat"
    return made


@pytest.fixture
def client(forge: Forge) -> Iterator[Client]:
    with forge.serve() as endpoint:
        yield Client(endpoint)


def _draft(client: Client, tag: str = "v1") -> int:
    number: int = client.send("POST", "/releases", {"tag_name": tag, "draft": True}).json()["id"]
    return number


def _upload(client: Client, release: int, name: str = "a.whl", data: bytes = b"wheel") -> requests.Response:
    url = f"{client.endpoint.server_url}/api/uploads/repos/acme/demo/releases/{release}/assets"
    headers = {"Authorization": f"token {client.token}", "Content-Type": "application/zip"}
    return requests.post(url, params={"name": name}, data=data, headers=headers, timeout=9)


def _freeze(forge: Forge, client: Client, tag: str = "v1") -> tuple[int, int]:
    """Publish a release with one file where releases are immutable, and give both numbers."""
    forge.immutable_releases = True
    release = _draft(client, tag)
    asset: int = _upload(client, release).json()["id"]
    assert client.send("PATCH", f"/releases/{release}", {"draft": False}).json()["immutable"]
    return release, asset


def test_the_setting_is_shown_to_people_and_to_no_app(forge: Forge, client: Client) -> None:
    assert client.refusal("GET", "/immutable-releases") == (404, "Not Found")
    forge.immutable_releases = True
    assert client.get("/immutable-releases") == {"enabled": True, "enforced_by_owner": False}
    forge.logins.clear()
    assert client.refusal("GET", "/immutable-releases") == (403, "Resource not accessible by integration")


def test_a_draft_stays_open_and_a_published_release_is_frozen(forge: Forge, client: Client) -> None:
    release, asset = _freeze(forge, client)
    refused = _upload(client, release, "b.whl")
    assert (refused.status_code, refused.json()["message"]) == UPLOAD_REFUSED
    words = "Validation Failed | Cannot delete asset from an immutable release"
    assert client.refusal("DELETE", f"/releases/assets/{asset}") == (422, words)
    edited = client.send("PATCH", f"/releases/{release}", {"body": "new", "name": "n", "prerelease": True}).json()
    assert (edited["body"], edited["name"], edited["prerelease"], edited["immutable"]) == ("new", "n", True, True)
    for change in ({"draft": True}, {"tag_name": "v2"}):
        assert client.refusal("PATCH", f"/releases/{release}", change)[0] == 422


def test_what_was_published_before_the_setting_stays_open(forge: Forge, client: Client) -> None:
    release = _draft(client)
    forge.publish_release(release)
    forge.immutable_releases = True
    assert _upload(client, release).status_code == 201
    assert client.send("PATCH", f"/releases/{release}", {"body": "x"}).json()["immutable"] is False


def test_the_tag_of_an_immutable_release_neither_moves_nor_goes(forge: Forge, client: Client) -> None:
    _freeze(forge, client)
    at = forge.realm.git.refs.read("refs/tags/v1")
    later = forge.push("main", {"a": "1"}, "feat: later")
    body = {"sha": later, "force": True}
    assert client.refusal("PATCH", "/git/refs/tags/v1", body) == (422, RULES.format("update"))
    assert client.refusal("DELETE", "/git/refs/tags/v1") == (422, RULES.format("delete"))
    mutation = """mutation($r: ID!, $a: GitObjectID!) {
      updateRefs(input: {repositoryId: $r, refUpdates: [{name: "refs/tags/v1", afterOid: $a, force: true}]})
      { clientMutationId } }"""
    repository = client.query('query { repository(owner: "acme", name: "demo") { id } }')["data"]
    assert isinstance(repository, dict)
    assert "protected ref" in str(client.query(mutation, r=repository["repository"]["id"], a=later)["errors"])
    for act in (lambda: forge.create_tag("v1"), lambda: forge.delete_tag("v1")):
        with pytest.raises(Refusal, match="protected ref"):
            act()
    forge.create_tag("v9")
    forge.delete_tag("v9")
    assert forge.realm.git.refs.read("refs/tags/v1") == at


def test_the_name_of_a_frozen_tag_is_used_up_for_ever(forge: Forge, client: Client) -> None:
    release, _ = _freeze(forge, client)
    assert client.send("DELETE", f"/releases/{release}").status_code == 204
    assert client.send("DELETE", "/git/refs/tags/v1").status_code == 204
    sha = forge.realm.git.branch("main")
    code, words = client.refusal("POST", "/git/refs", {"ref": "refs/tags/v1", "sha": sha})
    assert (code, "creations being restricted" in words) == (422, True)
    assert client.refusal("POST", "/releases", {"tag_name": "v1"}) == (422, f"Validation Failed | {BURNT}")
    again = _draft(client)
    assert client.refusal("PATCH", f"/releases/{again}", {"draft": False}) == (422, f"Validation Failed | {BURNT}")
    with pytest.raises(Refusal, match="creations being restricted"):
        forge.create_tag("v1")


def _git(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    plain = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}
    return subprocess.run(["git", *arguments], cwd=cwd, env=kept | plain, capture_output=True, text=True, check=False)


def test_a_push_moves_no_frozen_tag_and_revives_no_used_name(forge: Forge, client: Client, tmp_path: Path) -> None:
    _freeze(forge, client)
    release, _ = _freeze(forge, client, "v0")
    forge.delete_release(release)
    forge.delete_tag("v0")
    at = forge.realm.git.refs.read("refs/tags/v1")
    url = client.endpoint.clone_url.replace("http://", "http://x:writer@")
    assert _git("clone", "-q", url, "work", cwd=tmp_path).returncode == 0
    work = tmp_path / "work"
    assert _git("push", "-q", "origin", "v1", cwd=work).returncode == 0  # nothing changes
    forge.push("main", {"a": "1"}, "feat: later")
    _git("fetch", "-q", cwd=work)
    for refspec in ("+origin/main:refs/tags/v1", ":refs/tags/v1", "origin/main:refs/tags/v0"):
        assert _git("push", "-q", "origin", refspec, cwd=work).returncode == 1
    assert _git("push", "-q", "origin", "origin/main:refs/tags/v2", cwd=work).returncode == 0
    refs = forge.realm.git.refs
    assert (refs.read("refs/tags/v1"), refs.read("refs/tags/v0")) == (at, None)


def test_an_upload_that_breaks_off_holds_the_name_until_it_is_removed(forge: Forge, client: Client) -> None:
    release = _draft(client)
    forge.faults = [Fault(FaultKind.BROKEN_UPLOAD)]
    assert _upload(client, release).status_code == 502
    assert _upload(client, release).json()["errors"][0]["code"] == "already_exists"
    found = client.get(f"/releases/{release}/assets")
    assert isinstance(found, list)
    assert [(row["name"], row["state"], row["size"], row["digest"]) for row in found] == [("a.whl", "starter", 0, None)]
    accept = {"Authorization": "token writer", "Accept": "application/octet-stream"}
    assert requests.get(found[0]["url"], headers=accept, timeout=9).status_code == 404
    assert client.send("DELETE", f"/releases/assets/{found[0]['id']}").status_code == 204
    whole = _upload(client, release).json()
    assert (whole["state"], whole["digest"][:7]) == ("uploaded", "sha256:")


def test_a_file_is_called_as_github_calls_it(client: Client) -> None:
    release = _draft(client)
    names = [_upload(client, release, name).json()["name"] for name in ("a b~1!2.whl", ".x+y_z-1.tar.gz")]
    assert names == ["a.b.1.2.whl", "x+y_z-1.tar.gz"]


def test_content_comes_from_another_host_that_wants_a_signature_and_no_token(forge: Forge, client: Client) -> None:
    made = _upload(client, _draft(client)).json()
    accept = {"Authorization": "token writer", "Accept": "application/octet-stream"}
    answer = requests.get(made["url"], headers=accept, timeout=9, allow_redirects=False)
    place = answer.headers["Location"]
    assert (answer.status_code, place.partition(":")[2].split(":")[0]) == (302, "//localhost")
    assert requests.get(place, timeout=9).content == b"wheel"
    assert requests.get(place, headers=accept, timeout=9).status_code == 400
    bare = place.partition("?")[0]
    assert requests.get(bare, timeout=9).status_code == 403
    assert requests.get(bare.rpartition("/")[0] + "/other", timeout=9).status_code == 404
    assert {request.kind for request in forge.log if request.path.startswith("/storage/")} == {"storage"}


def test_the_storage_fails_and_is_counted_like_the_api(forge: Forge, client: Client) -> None:
    made = _upload(client, _draft(client)).json()
    accept = {"Authorization": "token writer", "Accept": "application/octet-stream"}
    forge.mark()
    forge.faults = [Fault(FaultKind.SERVER_ERROR, match=lambda request: request.kind == "storage")]
    codes = [requests.get(made["url"], headers=accept, timeout=9).status_code for _ in range(2)]
    assert (codes, forge.api_calls()) == ([502, 200], 4)
