"""`pilotage publish --tag` and `plan publish --tag`: the machine format, the exit codes, and where they may stand."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, cast

import pytest

from commands.cliruns import Run, run
from pilotage.reconcile.outputs import NAMES
from pilotage.sandbox.train.runner import parse_outputs
from train.publishyard import ASSETS, DISTS, PUBLISHED, TAG, Site, build_files, check_out, make_drafted, open_site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Row = dict[str, object]


@pytest.fixture
def site(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(make_drafted(tmp_path_factory), tmp_path, PUBLISHED) as site:
        yield site


def call(site: Site, *arguments: str | Path, **extra: str) -> Run:
    """Run a command as a person does, away from any runner."""
    kept = {name: value for name, value in site.surroundings().environment.items() if name.startswith("GITHUB_")}
    for name in ("GITHUB_ACTIONS", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
        kept.pop(name)
    return run(*arguments, env={**kept, **site.with_token, **extra})


def publish(site: Site, *more: str | Path, repo: Path | None = None, **extra: str) -> Run:
    place = repo or check_out(site, site.folder / "checkout")
    index = ("--index", site.at.upload_url)
    return call(site, "publish", "--tag", TAG, "--dist", site.dist, *index, "--repo", place, *more, **extra)


def test_the_machine_format_tells_the_index_the_release_and_each_step(site: Site) -> None:
    done = publish(site, "--json")
    assert done.code == 0, done.err
    told = cast("Row", done.json)
    assert set(told) == {
        "format",
        "project",
        "version",
        "index",
        "outcome",
        "files",
        "verified",
        "warnings",
        "tag",
        "commit",
        "release",
        "steps",
    }
    assert (told["tag"], told["commit"], told["outcome"]) == (TAG, site.head, "published")
    assert told["release"] == {
        "id": site.draft.id,
        "url": cast("Row", told["release"])["url"],
        "draft": False,
    }
    steps = cast("list[Row]", told["steps"])
    assert [step["step"] for step in steps] == ["attach-file"] * 4 + ["upload-file"] * 2 + ["publish-release"]
    assert {step["result"] for step in steps} == {"done"}
    assert site.on_index == site.built


def test_in_a_job_it_leaves_outputs_and_a_summary_behind(site: Site) -> None:
    output, summary = site.folder / "output.txt", site.folder / "summary.md"
    for path in (output, summary):
        path.touch()
    done = publish(site, GITHUB_ACTIONS="true", GITHUB_OUTPUT=str(output), GITHUB_STEP_SUMMARY=str(summary))
    assert done.code == 0, done.err
    outputs = parse_outputs(output.read_text())
    assert (set(outputs), outputs["published"], outputs["tag"]) == (set(NAMES), "true", TAG)
    assert f"release {TAG}: published" in summary.read_text()


def test_in_a_job_that_fails_every_output_is_set_all_the_same(site: Site) -> None:
    output = site.folder / "output.txt"
    output.touch()
    site.index.tokens.clear()
    done = publish(site, GITHUB_ACTIONS="true", GITHUB_OUTPUT=str(output))
    assert done.code == 5
    outputs = parse_outputs(output.read_text())
    assert (set(outputs), outputs["published"]) == (set(NAMES), "false")


def test_a_second_call_says_that_all_is_there(site: Site) -> None:
    checkout = check_out(site, site.folder / "checkout")
    publish(site, repo=checkout)
    done = publish(site, "--json", repo=checkout)
    told = cast("Row", done.json)
    assert (done.code, told["outcome"], told["steps"]) == (0, "already-there", [])
    assert "was there already" in publish(site, repo=checkout).out


def test_a_tag_that_does_not_exist_is_wrong_use(site: Site) -> None:
    checkout = check_out(site, site.folder / "checkout")
    done = call(site, "publish", "--tag", "v9.9.9", "--repo", checkout)
    assert (done.code, "v9.9.9" in done.err) == (2, True)
    done = call(site, "plan", "publish", "--tag", "v9.9.9", "--repo", checkout)
    assert (done.code, "v9.9.9" in done.err) == (2, True)


def test_a_tag_that_is_no_release_of_this_repository_is_wrong_use(site: Site) -> None:
    site.forge.create_tag("nightly", "main")
    checkout = check_out(site, site.folder / "checkout")
    for command in (["publish"], ["plan", "publish"]):
        done = call(site, *command, "--tag", "nightly", "--repo", checkout)
        assert done.code == 2
        assert "tag-format" in done.err


def test_files_of_another_build_are_a_conflict(site: Site) -> None:
    checkout = check_out(site, site.folder / "checkout")
    publish(site, repo=checkout)
    build_files(site.folder, text="print('other')\n")
    assert publish(site, repo=checkout).code == 3


def test_the_requests_are_shown_to_who_asks_and_no_secret_with_them(site: Site) -> None:
    done = publish(site, "-v")
    assert "/git/ref/tags/v0.2.0: HTTP 200" in done.err
    assert "/legacy/: HTTP 200" in done.err
    assert "/assets" in done.err
    for secret in (*site.index.tokens, "ghs_writes"):
        assert secret not in done.err
        assert secret not in done.out


def test_it_works_on_the_checkout_of_a_tag_and_in_a_folder_that_is_no_repository(site: Site) -> None:
    checkout = check_out(site, site.folder / "checkout")
    head = subprocess.run(["git", "branch", "--show-current"], cwd=checkout, capture_output=True, check=True)
    assert head.stdout == b""
    assert call(site, "plan", "publish", "--tag", TAG, "--repo", checkout).code == 0
    empty = site.folder / "empty"
    empty.mkdir()
    done = publish(site, repo=empty, GITHUB_SERVER_URL=site.endpoint.server_url)
    assert done.code == 0, done.err
    assert site.on_index == site.built
    assert list(empty.iterdir()) == []


def test_a_checkout_of_another_branch_publishes_the_tag_s_commit(site: Site) -> None:
    site.forge.push("main", {"pyproject.toml": "broken ["}, "chore: break everything")
    git_dir = str(site.forge.realm.git.git_dir)
    subprocess.run(["git", "clone", "-q", git_dir, str(site.folder / "ahead")], check=True, capture_output=True)
    done = publish(site, repo=site.folder / "ahead")
    assert done.code == 0, done.err


def test_a_plan_for_people_names_every_step(site: Site) -> None:
    done = call(
        site,
        *("plan", "publish", "--tag", TAG, "--dist", site.dist, "--index", site.at.upload_url),
        *("--repo", check_out(site, site.folder / "checkout"), "--out", site.folder / "plan.json"),
    )
    assert done.code == 0, done.err
    assert all(name in done.out for name in DISTS)
    assert "digest " in done.out
    assert site.assets == {}
    applied = call(
        site,
        *("apply", site.folder / "plan.json", "--dist", site.dist, "--repo", site.folder / "checkout", "--json"),
    )
    assert applied.code == 0, applied.err
    assert site.on_index == site.built


def test_outside_a_repository_a_folder_needs_an_index(site: Site) -> None:
    empty = site.folder / "empty"
    empty.mkdir()
    done = call(site, "publish", "--dist", site.dist, "--repo", empty)
    assert done.code == 2
    done = call(site, "publish", "--dist", site.dist, "--repo", empty, "--index", site.at.upload_url, "--json")
    assert done.code == 0, done.err
    assert cast("Row", done.json)["outcome"] == "published"
    assert site.assets.keys().isdisjoint(ASSETS)
