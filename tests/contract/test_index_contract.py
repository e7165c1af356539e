"""One client, three real servers: the embedded index (PyPI's behaviour), pypiserver (HTML) and devpi (JSON)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from packaging.version import Version

from pilotage.domains.publish import plan_uploads
from pilotage.errors import ConflictError
from pilotage.model.dist import IndexProject, PublishSnapshot
from pilotage.model.indexaddress import IndexAddress
from pilotage.model.patience import Patience
from pilotage.model.secret import Credentials, Secret
from pilotage.model.step import Result
from pilotage.providers.distfile import read_metadata
from pilotage.providers.http import open_session
from pilotage.providers.index import Index
from pilotage.providers.upload import Verdict, apply_upload
from providers.distfiles import make_sdist, make_wheel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from contract.indexservers import Server

QUICK = Patience(attempts=3, first_wait=0.05, longest_wait=2.0)


@pytest.fixture
def index(server: Server) -> Iterator[Index]:
    credentials = Credentials(server.user, Secret(server.token))
    with open_session() as session:
        yield Index(IndexAddress.parse(server.index), credentials=credentials, session=session, patience=QUICK)


class TestIndex:
    def test_an_unknown_project_is_absent(self, index: Index) -> None:
        assert index.observe_project("No.Such_Thing") == IndexProject("no-such-thing", exists=False)

    def test_what_was_uploaded_is_seen_with_our_digest(self, index: Index, name: str, tmp_path: Path) -> None:
        made = [make_wheel(tmp_path, name=name, filler=b"x" * 1_000_000), make_sdist(tmp_path, name=name)]
        answers = [index.upload(path, dist, read_metadata(path)) for path, dist in made]
        project = index.observe_project(name)
        assert [answer.verdict for answer in answers] == [Verdict.ACCEPTED] * 2
        assert {(file.name, file.sha256) for file in project.files} == {(dist.name, dist.sha256) for _, dist in made}
        hashed = [index.hash_remote(file, 2_000_000) for file in project.files]
        assert {(file.name, file.sha256, file.size) for file in hashed} == {
            (dist.name, dist.sha256, dist.size) for _, dist in made
        }

    def test_a_project_is_found_under_any_spelling(self, index: Index, name: str, tmp_path: Path) -> None:
        path, dist = make_wheel(tmp_path, name=f"my_{name}")
        assert apply_upload(index, path, dist) is Result.DONE
        assert [file.name for file in index.observe_project(f"My.{name}").files] == [dist.name]

    def test_an_upload_is_done_once_and_unchanged_afterwards(self, index: Index, name: str, tmp_path: Path) -> None:
        path, dist = make_wheel(tmp_path, name=name)
        assert [apply_upload(index, path, dist) for _ in range(3)] == [
            Result.DONE,
            Result.UNCHANGED,
            Result.UNCHANGED,
        ]
        assert len(index.observe_project(name).files) == 1

    def test_other_bytes_under_a_name_are_a_conflict_and_change_nothing(
        self, index: Index, name: str, tmp_path: Path
    ) -> None:
        path, first = make_wheel(tmp_path, name=name)
        apply_upload(index, path, first)
        path, other = make_wheel(tmp_path, name=name, filler=b"other")
        with pytest.raises(ConflictError) as caught:
            apply_upload(index, path, other)
        blind = index.upload(path, other, read_metadata(path))
        assert (first.sha256 in caught.value.message, other.sha256 in caught.value.message) == (True, True)
        assert blind.verdict is Verdict.CONFLICT
        assert [file.sha256 for file in index.observe_project(name).files] == [first.sha256]

    def test_the_same_bytes_sent_twice_change_nothing(self, index: Index, name: str, tmp_path: Path) -> None:
        path, dist = make_wheel(tmp_path, name=name)
        verdicts = [index.upload(path, dist, read_metadata(path)).verdict for _ in range(2)]
        assert verdicts[0] is Verdict.ACCEPTED
        assert verdicts[1] in {Verdict.ACCEPTED, Verdict.CONFLICT}
        assert [file.sha256 for file in index.observe_project(name).files] == [dist.sha256]

    def test_a_release_is_verified_only_when_it_is_whole(self, index: Index, name: str, tmp_path: Path) -> None:
        path, wheel = make_wheel(tmp_path, name=name)
        _, sdist = make_sdist(tmp_path, name=name)
        apply_upload(index, path, wheel)
        assert index.verify(name, [wheel], patience=QUICK)
        assert not index.verify(name, [wheel, sdist], patience=QUICK)

    def test_a_half_made_release_is_completed(self, index: Index, name: str, tmp_path: Path) -> None:
        made = dict((make_wheel(tmp_path, name=name), make_sdist(tmp_path, name=name)))
        dists = tuple(made.values())
        paths = {dist.name: path for path, dist in made.items()}
        apply_upload(index, paths[dists[0].name], dists[0])
        outcomes = []
        for _ in range(2):
            remote = index.observe_files(name, dists)
            plan = plan_uploads(PublishSnapshot(name, Version("1.0"), dists, remote, index.address))
            outcomes.append((plan.outcome.value, plan.warnings))
            for dist in plan.uploads:
                assert apply_upload(index, paths[dist.name], dist) is Result.DONE
        assert outcomes == [("resumed", ()), ("already-there", ())]
        assert index.verify(name, dists, patience=QUICK)
