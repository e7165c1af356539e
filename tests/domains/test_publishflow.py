"""What is missing of a release, in the order of its effect: files, indexes, publication, people, workflows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from pilotage.domains.publishflow import find_started, is_whole, plan_files, plan_publish, read_calls, starts_as_draft
from pilotage.model.config import Config
from pilotage.model.dist import Dist
from pilotage.model.publishrules import PublishRules, WorkflowCall
from pilotage.model.publishscene import Follower, IndexUploads, PublishScene
from pilotage.model.remote import Asset, Release, WorkflowRun
from pilotage.model.step import Announce, AttachFile, Notice, PublishRelease, StartWorkflow, UploadFile

if TYPE_CHECKING:
    from pilotage.model.step import Step

WHEEL = Dist("demo-1.0-py3-none-any.whl", "a" * 64, 10)
SDIST = Dist("demo-1.0.tar.gz", "b" * 64, 20)
MANIFEST = Dist("pilotage-dist.json", "c" * 64, 30)
FILES = (WHEEL, SDIST, MANIFEST)
DRAFT = Release(7, "v1.0", "v1.0", "notes", is_draft=True, url="https://forge.example/r/7")
OUT = msgspec.structs.replace(DRAFT, is_draft=False, published_at="2026-01-02T00:00:00Z")


def asset(file: Dist, *, number: int = 1, is_whole: bool = True, sha256: str | None = None) -> Asset:
    return Asset(number, file.name, file.size, file.sha256 if sha256 is None else sha256, is_whole)


def attached(release: Release, *assets: Asset) -> Release:
    return msgspec.structs.replace(release, files=assets, assets=len(assets))


WHOLE = tuple(asset(file, number=number) for number, file in enumerate(FILES, start=1))


def scene(release: Release | None, *, mode: str = "published", **changes: object) -> PublishScene:
    base = PublishScene(tag="v1.0", version="1.0", mode="published", release=release)
    return msgspec.structs.replace(base, mode=mode, **changes)


def steps(scene: PublishScene) -> list[Step]:
    return [item for item in plan_publish(scene) if not isinstance(item, Notice)]


def notices(scene: PublishScene) -> list[Notice]:
    return [item for item in plan_publish(scene) if isinstance(item, Notice)]


def run(number: int = 1, **changes: object) -> WorkflowRun:
    base = WorkflowRun(number, "workflow_dispatch", "v1.0", "c" * 40, is_done=True, conclusion="success")
    return msgspec.structs.replace(base, **changes)


def test_everything_goes_out_in_the_order_of_its_effect() -> None:
    plan = steps(
        scene(
            DRAFT,
            files=FILES,
            indexes=(IndexUploads("testpypi", (WHEEL,)), IndexUploads("pypi", (WHEEL, SDIST))),
            targets=("slack",),
            followers=(Follower(WorkflowCall("docs.yml", inputs={"version": "{version}", "tag": "at {tag}"})),),
        )
    )
    assert plan == [
        *(AttachFile(7, "v1.0", file.name, file.sha256, file.size) for file in FILES),
        UploadFile("testpypi", WHEEL.name, WHEEL.sha256, WHEEL.size),
        UploadFile("pypi", WHEEL.name, WHEEL.sha256, WHEEL.size),
        UploadFile("pypi", SDIST.name, SDIST.sha256, SDIST.size),
        PublishRelease(7, "v1.0"),
        Announce(7, "v1.0", "slack"),
        StartWorkflow("v1.0", "docs.yml", "v1.0", {"version": "1.0", "tag": "at v1.0"}, wait=False),
    ]


def test_a_finished_release_yields_nothing() -> None:
    done = scene(
        attached(OUT, *WHOLE),
        files=FILES,
        indexes=(IndexUploads("pypi"),),
        targets=("slack",),
        told=frozenset({"slack"}),
        followers=(Follower(WorkflowCall("docs.yml"), (run(),)),),
    )
    assert list(plan_publish(done)) == []


def test_a_draft_that_people_publish_gets_its_files_and_goes_nowhere() -> None:
    waiting = scene(DRAFT, mode="draft", files=FILES, indexes=(IndexUploads("pypi", (WHEEL,)),), targets=("slack",))
    assert [type(step) for step in steps(waiting)] == [AttachFile] * 3
    assert [(n.level, DRAFT.url in n.hint) for n in notices(waiting)] == [("info", True)]


def test_a_set_of_files_that_broke_off_is_completed_and_what_differs_gives_way() -> None:
    broken = attached(DRAFT, asset(WHEEL, number=4), asset(SDIST, number=5, is_whole=False))
    assert list(plan_files(broken, FILES)) == [
        AttachFile(7, "v1.0", SDIST.name, SDIST.sha256, SDIST.size, replaces=5),
        AttachFile(7, "v1.0", MANIFEST.name, MANIFEST.sha256, MANIFEST.size),
    ]
    other = attached(DRAFT, asset(WHEEL, number=4, sha256="d" * 64))
    assert next(iter(plan_files(other, FILES))) == AttachFile(
        7, "v1.0", WHEEL.name, WHEEL.sha256, WHEEL.size, replaces=4
    )


@pytest.mark.parametrize(
    "changed",
    [
        (asset(WHEEL, sha256="d" * 64), *WHOLE[1:]),
        (*WHOLE[:1], *WHOLE[2:]),
        (msgspec.structs.replace(WHOLE[0], size=11, sha256=""), *WHOLE[1:]),
    ],
)
def test_a_whole_set_of_files_never_gives_way_to_another_build(changed: tuple[Asset, ...]) -> None:
    found = list(plan_files(attached(DRAFT, *changed), FILES))
    assert [item.level for item in found if isinstance(item, Notice)] == ["conflict"]
    assert len(found) == 1


def test_a_file_without_a_digest_is_told_by_its_size() -> None:
    assert list(plan_files(attached(DRAFT, *(asset(file, sha256="") for file in FILES)), FILES)) == []


def test_an_immutable_release_takes_no_files_and_this_is_said() -> None:
    frozen = msgspec.structs.replace(attached(OUT, WHOLE[0]), is_immutable=True)
    (notice,) = plan_files(frozen, FILES)
    assert isinstance(notice, Notice)
    assert (notice.level, SDIST.name in notice.text, WHEEL.name in notice.text) == ("warning", True, False)
    assert list(plan_files(msgspec.structs.replace(frozen, files=WHOLE), FILES)) == []


def test_a_set_is_whole_once_its_last_file_is_there_whole() -> None:
    assert is_whole(attached(DRAFT, *WHOLE), MANIFEST.name)
    assert not is_whole(attached(DRAFT, asset(MANIFEST, is_whole=False)), MANIFEST.name)
    assert not is_whole(DRAFT, MANIFEST.name)


def test_without_a_release_the_files_go_out_and_people_hear_why_nobody_is_told() -> None:
    bare = scene(None, files=FILES, indexes=(IndexUploads("pypi", (WHEEL,)),), targets=("slack",))
    assert [type(step) for step in steps(bare)] == [UploadFile]
    assert [notice.level for notice in notices(bare)] == ["warning", "warning"]
    assert notices(scene(None)) == []


def test_only_those_are_told_who_were_not() -> None:
    half = scene(OUT, targets=("mail", "slack"), told=frozenset({"mail"}))
    assert steps(half) == [Announce(7, "v1.0", "slack")]


def test_a_workflow_on_another_branch_counts_since_the_publication_only() -> None:
    call = WorkflowCall("docs.yml", ref="main")
    before, after = run(1, created_at="2026-01-01T00:00:00Z"), run(2, created_at="2026-01-02T00:00:00Z")
    assert find_started(Follower(call, (before,)), OUT) is None
    assert find_started(Follower(call, (after, before)), OUT) == after
    assert find_started(Follower(call, (after,)), DRAFT) is None
    assert steps(scene(OUT, followers=(Follower(call, (before,)),))) == [
        StartWorkflow("v1.0", "docs.yml", "main", {}, wait=False)
    ]


def test_a_workflow_on_another_branch_is_not_started_where_its_start_could_not_be_seen_again() -> None:
    lost = scene(None, followers=(Follower(WorkflowCall("docs.yml", ref="main")),))
    assert steps(lost) == []
    assert [notice.level for notice in notices(lost)] == ["warning"]


def test_a_workflow_that_runs_is_waited_for_again_and_one_that_failed_is_told() -> None:
    call = WorkflowCall("docs.yml", wait=True)
    running = scene(OUT, followers=(Follower(call, (run(is_done=False, conclusion=""),)),))
    assert [type(step) for step in steps(running)] == [StartWorkflow]
    failed = scene(OUT, followers=(Follower(call, (run(conclusion="failure", url="https://forge.example/9"),)),))
    assert steps(failed) == []
    assert [(n.level, n.hint.endswith("https://forge.example/9")) for n in notices(failed)] == [("warning", True)]
    unwatched = Follower(WorkflowCall("docs.yml"), (run(conclusion="failure"),))
    assert list(plan_publish(scene(OUT, followers=(unwatched,)))) == []


def test_a_workflow_is_named_short_or_as_a_table() -> None:
    table = WorkflowCall("b.yml", wait=True)
    assert read_calls(("a.yml", table)) == (WorkflowCall("a.yml"), table)


@pytest.mark.parametrize(
    ("release", "rules", "is_draft"),
    [
        ("draft", PublishRules(index=""), True),
        ("published", PublishRules(), True),
        ("published", PublishRules(index="", assets=("dists",)), True),
        ("published", PublishRules(index=""), False),
        ("published", PublishRules(index=()), False),
    ],
)
def test_a_release_is_published_at_once_only_where_nothing_must_go_out_before(
    release: str, rules: PublishRules, *, is_draft: bool
) -> None:
    config = msgspec.convert({"release": release}, Config)
    assert starts_as_draft(msgspec.structs.replace(config, publish=rules)) is is_draft


def test_files_without_a_release_that_the_token_sees_are_a_warning_and_go_to_the_index() -> None:
    unseen = scene(None, files=FILES, indexes=(IndexUploads("pypi", (WHEEL,)),))
    (notice,) = notices(unseen)
    assert notice.level == "warning"
    assert "contents: write" in notice.hint
    assert [type(step) for step in steps(unseen)] == [UploadFile]
    assert notices(scene(None)) == []


def test_a_version_with_an_epoch_is_found_under_the_name_that_github_gives_its_files() -> None:
    epoch = Dist("demo-1!2.0.tar.gz", "e" * 64, 5)
    kept = attached(DRAFT, Asset(1, "demo-1.2.0.tar.gz", 5, "e" * 64), asset(MANIFEST))
    assert list(plan_files(kept, (epoch, MANIFEST))) == []


def test_where_people_publish_nothing_goes_out_for_a_release_that_nobody_sees() -> None:
    hidden = scene(None, mode="draft", files=FILES, indexes=(IndexUploads("pypi", (WHEEL,)),), targets=("slack",))
    assert steps(hidden) == []
    assert [(n.level, "contents: write" in n.hint) for n in notices(hidden)] == [("conflict", True)]
