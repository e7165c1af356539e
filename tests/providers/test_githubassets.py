"""Files are attached once, by digest, and fetched whole or not at all."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec
import pytest

from pilotage.errors import ConflictError, RemoteError
from pilotage.model.remote import Asset, spell_asset
from pilotage.providers.githubassets import GitHubAssets, ImmutableReleaseError
from pilotage.providers.githubcall import GitHubRefusalError, UnclearAnswerError
from pilotage.sandbox.forge import FaultKind
from providers.githubdesk import DRAFT, UNCLEAR, Office, open_office
from providers.githubscript import Answer, serve_answers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pilotage.model.remote import Release
    from pilotage.sandbox.forge import Request

NAME = "demo-1.0-py3-none-any.whl"
ZIP = "application/zip"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office(tmp_path / "forge", broken=True) as made:
        yield made


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    path = tmp_path / NAME
    path.write_bytes(b"wheel\0" * 1000)
    return path


def _attach(office: Office, release: Release, path: Path, name: str = NAME) -> Asset:
    return office.client().assets.upload(release, path, name=name, content_type=ZIP)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_file_is_attached_with_its_bytes_and_its_type(office: Office, wheel: Path) -> None:
    release = office.draft()
    made = _attach(office, release, wheel)
    assert made == Asset(made.id, NAME, 6000, _digest(wheel))
    assert office.client().releases.find(release.id) == msgspec.structs.replace(release, files=(made,), assets=1)
    assert office.forge.release(release.id).assets[0].content_type == ZIP


def test_a_file_that_is_there_is_not_sent_again(office: Office, wheel: Path) -> None:
    release = office.draft()
    made = _attach(office, release, wheel)
    assert _attach(office, release, wheel) == made
    assert len(office.asked("POST")) == 2  # the release and the file


@pytest.mark.parametrize("stale", [False, True])
@pytest.mark.parametrize("kind", UNCLEAR)
def test_a_file_is_attached_once_in_spite_of(office: Office, wheel: Path, kind: FaultKind, stale: bool) -> None:
    release = office.draft()
    office.forge.stale_listings = stale
    office.strike(kind, "POST")
    made = _attach(office, release, wheel)
    kept = office.forge.release(release.id).assets
    assert [(asset.id, asset.name, asset.sha256) for asset in kept] == [(made.id, NAME, _digest(wheel))]


@pytest.mark.parametrize("times", [1, 2])
def test_an_upload_that_broke_off_is_removed_and_sent_again(office: Office, wheel: Path, times: int) -> None:
    release = office.draft()
    office.strike(FaultKind.BROKEN_UPLOAD, "POST", times=times)
    made = _attach(office, release, wheel)
    assert [asset.id for asset in office.forge.release(release.id).assets] == [made.id]
    assert len(office.asked("DELETE")) == times


def test_what_an_earlier_run_left_broken_is_removed(office: Office, wheel: Path) -> None:
    release = office.draft()
    office.strike(FaultKind.BROKEN_UPLOAD, "POST", times=3)
    with pytest.raises(UnclearAnswerError, match="502"):
        _attach(office, release, wheel)
    found = office.client().releases.find(release.id)
    assert found is not None
    assert [(file.size, file.sha256, file.is_whole) for file in found.files] == [(0, "", False)]
    assert _attach(office, release, wheel).sha256 == _digest(wheel)


def test_other_bytes_under_the_name_are_a_conflict(office: Office, wheel: Path) -> None:
    release = office.draft()
    made = _attach(office, release, wheel)
    wheel.write_bytes(b"wheel\1" * 1000)
    with pytest.raises(ConflictError, match=made.sha256) as caught:
        _attach(office, release, wheel)
    assert (_digest(wheel) in caught.value.message, len(office.asked("DELETE"))) == (True, 0)


@pytest.mark.parametrize("is_same", [True, False])
def test_a_faster_run_with_the_same_bytes_is_no_conflict_and_one_with_others_is(
    office: Office, wheel: Path, is_same: bool
) -> None:
    release = office.draft()
    their = wheel.with_name("their.whl")
    their.write_bytes(wheel.read_bytes() if is_same else b"other")

    def hurry(request: Request) -> None:
        if request.method == "POST" and not office.forge.release(release.id).assets:
            _attach(office, release, their)

    office.forge.before_request = hurry
    if is_same:
        assert _attach(office, release, wheel).sha256 == _digest(wheel)
    else:
        with pytest.raises(ConflictError):
            _attach(office, release, wheel)
    assert [asset.sha256 for asset in office.forge.release(release.id).assets] == [_digest(their)]


def test_a_release_without_its_upload_address_is_looked_up(office: Office, wheel: Path) -> None:
    release = msgspec.structs.replace(office.draft(), upload_url="")
    assert _attach(office, release, wheel).name == NAME


def test_a_name_that_github_spells_otherwise_is_found_again(office: Office, wheel: Path) -> None:
    release = office.draft()
    name = "demo-1!2.0-py3-none-any.whl"
    made = _attach(office, release, wheel, name)
    assert (made.name, _attach(office, release, wheel, name)) == ("demo-1.2.0-py3-none-any.whl", made)
    assert (spell_asset("a b"), spell_asset("x+local_1.tar.gz"), spell_asset(".env")) == (
        "a.b",
        "x+local_1.tar.gz",
        "env",
    )


@pytest.mark.parametrize("count", [99, 100, 101])
def test_more_than_a_page_of_files_is_seen(wheel: Path, count: int) -> None:
    rows = [{"id": n, "name": f"{n}.whl", "size": 1, "state": "uploaded", "digest": None} for n in range(count)]
    rows[-1] |= {"name": NAME, "size": 6000}
    pages = [Answer(200, rows[:100]), *([Answer(200, rows[100:])] if count >= 100 else [])]
    with serve_answers(*pages) as script:
        assets = GitHubAssets(script.call(), repository="acme/demo")
        assert assets.upload(DRAFT, wheel, name=NAME, content_type=ZIP).id == count - 1
        assert [path.partition("?")[2] for path in script.asked] == ["page=1&per_page=100", "page=2&per_page=100"][
            : len(pages)
        ]


def test_a_release_without_files_has_none(office: Office) -> None:
    assert office.client().assets.list_for(office.draft().id) == ()


def test_an_immutable_release_is_told_apart_from_other_refusals(office: Office, wheel: Path) -> None:
    release = office.draft()
    made = _attach(office, release, wheel)
    office.forge.immutable_releases = True
    published = office.client().releases.edit(release.id, is_draft=False)
    assert (published.is_immutable, published.is_draft) == (True, False)
    with pytest.raises(ImmutableReleaseError, match="Cannot upload assets to an immutable release") as caught:
        _attach(office, published, wheel, "late.whl")
    assert (caught.value.status, "draft" in caught.value.hint) == (422, True)
    with pytest.raises(ImmutableReleaseError, match="Cannot delete asset"):
        office.client().assets.delete(made.id)
    assert _attach(office, published, wheel) == made


def test_a_release_that_is_gone_or_may_not_be_changed_is_a_refusal(office: Office, wheel: Path) -> None:
    release = office.draft()
    office.forge.limits["w"] = {"contents": "read"}
    with pytest.raises(GitHubRefusalError, match="not accessible") as caught:
        _attach(office, release, wheel)
    assert ("`contents: write`" in caught.value.hint, "pull-requests" in caught.value.hint) == (True, False)
    office.forge.limits.clear()
    office.forge.delete_release(release.id)
    with pytest.raises(GitHubRefusalError, match="404") as gone:
        _attach(office, release, wheel)
    assert not isinstance(gone.value, ImmutableReleaseError)


def test_a_digest_that_github_does_not_say_is_judged_by_size(wheel: Path) -> None:
    row = {"id": 7, "name": NAME, "size": 6000, "state": "uploaded", "digest": None}
    for size, digest in ((6000, None), (6000, "sha512:ab"), (5999, None)):
        rows = [row | {"size": size, "digest": digest}]
        with serve_answers(Answer(200, rows), Answer(200, rows)) as script:
            assets = GitHubAssets(script.call(), repository="acme/demo")
            release = msgspec.structs.replace(DRAFT, id=1, upload_url=f"{script.url}/up")
            if size == 6000:
                found = assets.upload(release, wheel, name=NAME, content_type=ZIP)
                assert found == Asset(7, NAME, 6000)
            else:
                with pytest.raises(ConflictError, match="5999 bytes, sha256 unknown"):
                    assets.upload(release, wheel, name=NAME, content_type=ZIP)


@pytest.mark.parametrize("wrong", [{"digest": "sha256:" + "0" * 64}, {"state": "open"}])
def test_an_answer_about_another_file_is_no_success(tmp_path: Path, wrong: dict[str, object]) -> None:
    path = tmp_path / "SHA256SUMS"
    path.write_text("sums\n")
    right = {"id": 7, "name": path.name, "size": 5, "state": "uploaded", "digest": f"sha256:{_digest(path)}"}
    made = Answer(201, right | wrong)
    with serve_answers(Answer(200, []), made, Answer(200, [right])) as script:
        release = msgspec.structs.replace(DRAFT, id=1, upload_url=f"{script.url}/up")
        assets = GitHubAssets(script.call(), repository="acme/demo")
        assert assets.upload(release, path, name=path.name, content_type="text/plain").id == 7
        assert script.asked[1:] == ["POST /up?name=SHA256SUMS", script.asked[0]]
        sent = script.questions[1]
        assert (sent.body, sent.headers["content-type"], sent.headers["content-length"]) == (
            "sums\n",
            "text/plain",
            "5",
        )
        assert "transfer-encoding" not in sent.headers


def test_a_file_comes_back_with_its_bytes(office: Office, wheel: Path, tmp_path: Path) -> None:
    made = _attach(office, office.draft(), wheel)
    into = tmp_path / "back" / "renamed.whl"
    into.parent.mkdir()
    into.write_bytes(b"what stood there before")
    office.client().assets.download(made, into)
    assert (into.read_bytes(), list(into.parent.iterdir())) == (wheel.read_bytes(), [into])


@pytest.mark.parametrize("kind", [*UNCLEAR, FaultKind.RATE_LIMIT])
@pytest.mark.parametrize("where", ["rest", "storage"])
def test_a_file_comes_back_in_spite_of(
    office: Office, wheel: Path, tmp_path: Path, kind: FaultKind, where: str
) -> None:
    made = _attach(office, office.draft(), wheel)
    office.strike(kind, "GET")
    office.forge.faults[0].match = lambda request: request.kind == where and request.method == "GET"
    office.client().assets.download(made, tmp_path / "back.whl")
    assert ((tmp_path / "back.whl").read_bytes(), office.forge.faults) == (wheel.read_bytes(), [])


@pytest.mark.parametrize(
    "wrong", [{"sha256": "0" * 64}, {"size": 5999}, {"size": 6001, "sha256": ""}, {"size": 0}, {"id": 999}]
)
def test_a_file_that_does_not_fit_leaves_nothing_behind(
    office: Office, wheel: Path, tmp_path: Path, wrong: dict[str, object]
) -> None:
    made = msgspec.structs.replace(_attach(office, office.draft(), wheel), **wrong)
    folder = tmp_path / "back"
    folder.mkdir()
    (folder / "a.whl").write_bytes(b"before")
    with pytest.raises(RemoteError):
        office.client().assets.download(made, folder / "a.whl")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {"a.whl": b"before"}


def test_a_file_without_a_known_digest_comes_back_by_its_size(office: Office, wheel: Path, tmp_path: Path) -> None:
    made = msgspec.structs.replace(_attach(office, office.draft(), wheel), sha256="")
    office.client().assets.download(made, tmp_path / "back.whl")
    assert (tmp_path / "back.whl").read_bytes() == wheel.read_bytes()


@pytest.mark.parametrize("kind", UNCLEAR)
def test_a_file_is_removed_in_spite_of(office: Office, wheel: Path, kind: FaultKind) -> None:
    release = office.draft()
    made = _attach(office, release, wheel)
    office.strike(kind, "DELETE")
    office.client().assets.delete(made.id)
    office.client().assets.delete(made.id)
    assert office.forge.release(release.id).assets == []


def test_a_file_that_may_not_be_removed_is_an_error(office: Office, wheel: Path) -> None:
    made = _attach(office, office.draft(), wheel)
    with pytest.raises(GitHubRefusalError, match="403"):
        office.client("r").assets.delete(made.id)


def test_a_file_of_which_nothing_can_be_learnt_is_not_gone(office: Office, wheel: Path) -> None:
    made = _attach(office, office.draft(), wheel)
    office.strike(FaultKind.LOST_BEFORE, "DELETE")
    office.forge.before_request = lambda request: (
        office.forge.limits.update({"w": {"contents": "none"}}) if request.method == "DELETE" else None
    )
    with pytest.raises(GitHubRefusalError, match="403"):
        office.client().assets.delete(made.id)
