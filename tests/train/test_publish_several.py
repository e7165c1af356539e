"""Several indexes in one run: all are looked at first, each gets its own credentials, and each is completed alone."""

from __future__ import annotations

import base64
import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import pytest

from pilotage.errors import ConflictError, UsageError
from pilotage.reconcile.applyplan import apply_reviewed
from pilotage.reconcile.bootstrap import Connection
from pilotage.reconcile.publishoutcome import describe_published
from pilotage.reconcile.publishrun import PublishOptions
from pilotage.reconcile.releasing import plan_folder, publish_folder, publish_tag
from pilotage.sandbox.index import Index, TokenScope
from train.publishyard import (
    ASSETS,
    DISTS,
    PUBLISHED,
    TAG,
    Site,
    build_files,
    check_out,
    listed,
    make_drafted,
    open_site,
    trust,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pilotage.sandbox.index.faults import Fault
    from pilotage.sandbox.index.wire import Answer, Request

FIRST, SECOND = "pypi-for-the-first", "pypi-for-the-second"


class Hearing(Index):
    """An index that keeps all that was said to it."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.heard: list[str] = []

    def _play(self, request: Request, played: Fault | None) -> Answer:
        said = [request.target, *request.headers.values(), request.body.decode("latin-1")]
        scheme, _, login = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic":
            said.append(base64.b64decode(login).decode())
        self.heard.append("\n".join(said))
        return super()._play(request, played)

    def was_told(self, secret: str) -> bool:
        return any(secret in text for text in self.heard)


@dataclass
class Pair:
    """A site with two indexes of its own."""

    site: Site
    first: Hearing
    second: Hearing

    @property
    def both(self) -> tuple[dict[str, str], dict[str, str]]:
        return listed(self.first), listed(self.second)


@pytest.fixture
def pair(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with contextlib.ExitStack() as stack:
        site = stack.enter_context(open_site(make_drafted(tmp_path_factory), tmp_path, PUBLISHED))
        first, second = Hearing(tmp_path / "first"), Hearing(tmp_path / "second")
        first.tokens[FIRST] = second.tokens[SECOND] = TokenScope()
        table = '[tool.pilotage.publish]\nindex = ["first", "second"]\nattestations = "off"\n'
        for name, index in (("first", first), ("second", second)):
            url = stack.enter_context(index.serve()).upload_url
            table += f'[tool.pilotage.publish.indexes.{name}]\nupload-url = "{url}"\n'
        site.configure(PUBLISHED + table)
        site.variables |= {
            **site.with_dist,
            "INPUT_INDEX": "",
            "PILOTAGE_INDEX_TOKEN_FIRST": FIRST,
            "PILOTAGE_INDEX_TOKEN_SECOND": SECOND,
        }
        yield Pair(site, first, second)


def test_every_index_gets_the_files_and_no_token_but_its_own(pair: Pair) -> None:
    order: list[str] = []
    pair.first.before_request = lambda call: order.append(f"first {call.method}")
    pair.second.before_request = lambda call: order.append(f"second {call.method}")
    assert pair.site.push() == 0
    assert pair.both == (pair.site.built, pair.site.built)
    assert [line for line in order if line.endswith("POST")] == [
        "first POST",
        "first POST",
        "second POST",
        "second POST",
    ]
    assert order.index("second GET") < order.index("first POST")
    assert pair.first.was_told(FIRST)
    assert pair.second.was_told(SECOND)
    assert not pair.first.was_told(SECOND)
    assert not pair.second.was_told(FIRST)
    assert pair.site.outputs["published"] == "true"


def test_an_index_that_holds_other_bytes_keeps_the_files_from_all(pair: Pair) -> None:
    pair.site.push()
    held = listed(pair.second)
    pair.first.projects.clear()
    pair.site.draft.assets.clear()
    build_files(pair.site.folder, text="print('other')\n")
    error = pair.site.try_push()
    assert isinstance(error, ConflictError)
    assert pair.both == ({}, held)
    assert pair.site.assets == {}


def test_an_index_without_credentials_keeps_the_files_from_all(pair: Pair) -> None:
    del pair.site.variables["PILOTAGE_INDEX_TOKEN_SECOND"]
    error = pair.site.try_push()
    assert isinstance(error, UsageError)
    assert "second" in error.message
    assert pair.both == ({}, {})
    assert pair.site.assets == {}


def test_the_second_index_dies_and_the_next_run_completes_it_alone(pair: Pair) -> None:
    pair.second.read_only = True
    assert pair.site.try_push() is not None
    assert pair.both == (pair.site.built, {})
    assert pair.site.draft.draft
    assert pair.site.outputs["published"] == "false"
    pair.second.read_only = False
    pair.first.mark()
    del pair.site.variables["INPUT_DIST"]
    assert pair.site.push() == 0
    assert [call.method for call in pair.first.calls()] == ["GET"]
    assert pair.both == (pair.site.built, pair.site.built)
    assert not pair.site.draft.draft


def test_one_of_them_is_signed_in_on_by_trusted_publishing(pair: Pair) -> None:
    trust(pair.second)
    del pair.site.variables["PILOTAGE_INDEX_TOKEN_SECOND"]
    pair.site.variables |= {
        "ACTIONS_ID_TOKEN_REQUEST_URL": pair.site.at.identity_url,
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": pair.site.index.request_token,
    }
    assert pair.site.push() == 0
    assert pair.both == (pair.site.built, pair.site.built)
    assert not pair.second.was_told(FIRST)
    assert len(pair.second.tokens) == 1  # the minted one was given back


def test_the_report_on_several_indexes_holds_the_earlier_ones(pair: Pair) -> None:
    here = pair.site.surroundings()
    with Connection(here, branch=TAG) as connection:
        published = publish_tag(
            connection, TAG, options=PublishOptions(dist=pair.site.dist), tell=pair.site.tells.append
        )
    assert published is not None
    told = describe_published(published)
    assert (told["format"], told["project"], told["version"], told["index"]) == (1, "demo", "0.2.0", "second")
    assert (told["tag"], told["commit"], told["outcome"], told["verified"]) == (TAG, pair.site.head, "published", True)
    (earlier,) = cast("list[dict[str, object]]", told["earlier"])
    assert (earlier["index"], earlier["outcome"]) == ("first", "published")
    files = cast("list[dict[str, object]]", told["files"])
    assert [(file["name"], file["state"]) for file in files] == [(name, "uploaded") for name in DISTS]
    steps = [step["step"] for step in cast("list[dict[str, object]]", told["steps"])]
    assert steps == ["attach-file"] * len(ASSETS) + ["upload-file"] * 4 + ["publish-release"]
    release = cast("dict[str, object]", told["release"])
    assert (release["id"], release["draft"]) == (pair.site.draft.id, False)


def test_a_folder_goes_to_several_indexes_with_their_own_tokens(pair: Pair) -> None:
    here = pair.site.surroundings(repo=check_out(pair.site, pair.site.folder / "checkout"))
    options = PublishOptions(dist=pair.site.dist)
    reports = publish_folder(here, options, tell=pair.site.tells.append)
    assert [report.outcome for report in reports] == ["published", "published"]
    assert pair.both == (pair.site.built, pair.site.built)
    again = publish_folder(here, options, tell=pair.site.tells.append)
    assert [report.outcome for report in again] == ["already-there", "already-there"]


def test_a_folder_goes_to_no_index_when_one_lets_nobody_in(pair: Pair) -> None:
    del pair.site.variables["PILOTAGE_INDEX_TOKEN_SECOND"]
    here = pair.site.surroundings(repo=check_out(pair.site, pair.site.folder / "checkout"))
    with pytest.raises(UsageError, match="second"):
        publish_folder(here, PublishOptions(dist=pair.site.dist), tell=pair.site.tells.append)
    assert pair.both == ({}, {})


def test_a_plan_over_several_indexes_never_sends_the_general_token(pair: Pair) -> None:
    checkout = check_out(pair.site, pair.site.folder / "checkout")
    plan = plan_folder(pair.site.surroundings(repo=checkout), PublishOptions(dist=pair.site.dist))
    assert len(plan.steps) == 4
    pair.site.variables["PILOTAGE_INDEX_TOKEN"] = FIRST
    del pair.site.variables["PILOTAGE_INDEX_TOKEN_SECOND"]
    here = pair.site.surroundings(repo=checkout)
    with pytest.raises(UsageError, match="which of several indexes"):
        apply_reviewed(here, plan, digest=None, tell=lambda *_: None, dist=pair.site.dist)
    assert not pair.second.was_told(FIRST)
