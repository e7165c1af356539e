"""Telling people of a release: once each, recorded on the release, and never a reason to fail."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pilotage.sandbox.forge.access import Permission
from train.harness import TOKEN as FORGE_TOKEN
from train.publishear import Ear, listen
from train.publishyard import PUBLISHED, Site, build_files, make_drafted, open_site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pilotage.sandbox.forge.log import Request

MARK = "<!-- pilotage:announced "


@pytest.fixture
def site(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(make_drafted(tmp_path_factory), tmp_path, PUBLISHED) as site:
        site.variables |= {**site.with_token, **site.with_dist}
        yield site


@pytest.fixture
def slack(site: Site) -> Iterator[Ear]:
    with listen() as ear:
        site.variables["PILOTAGE_SLACK_WEBHOOK"] = f"http://{ear.url}/services/T0/B0/verysecret"
        yield ear


@pytest.fixture
def other(site: Site) -> Iterator[Ear]:
    with listen() as ear:
        site.variables["PILOTAGE_ANNOUNCE_URLS"] = f"json://{ear.url}/hooksecret"
        yield ear


def body(site: Site) -> str:
    return site.draft.body or ""


def test_each_target_is_told_once_and_a_second_run_is_silent(site: Site, slack: Ear, other: Ear) -> None:
    site.forge.edit_release(site.draft.id, body="Notes of ours.\n\n* one thing")
    assert site.push() == 0
    assert (len(slack.heard), len(other.heard)) == (1, 1)
    assert json.loads(slack.texts[0])["text"] == "demo 0.2.0"
    assert "one thing" in slack.texts[0]
    assert "one thing" in other.texts[0]
    assert body(site) == f"Notes of ours.\n\n* one thing\n\n{MARK}json slack -->"
    site.watch()
    assert site.push() == 0
    assert site.writes == []
    assert (len(slack.heard), len(other.heard)) == (1, 1)


def test_nobody_is_told_of_a_draft(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    with open_site(make_drafted(tmp_path_factory), tmp_path) as site, listen() as ear:
        site.variables |= {**site.with_token, **site.with_dist, "PILOTAGE_SLACK_WEBHOOK": f"http://{ear.url}/x"}
        site.push()
        assert ear.heard == []
        site.forge.publish_release(site.draft.id)
        site.released()
        assert len(ear.heard) == 1


def test_one_who_is_down_is_a_warning_and_told_by_the_next_run(site: Site, slack: Ear, other: Ear) -> None:
    slack.status = 500
    assert site.push() == 0
    assert site.said("slack was not told")
    assert not any(line.startswith("unchanged") and "slack" in line for line in site.tells)
    assert len(other.heard) == 1
    told = len(slack.heard)
    slack.status = 200
    assert site.push() == 0
    assert len(slack.heard) == told + 1
    assert len(other.heard) == 1
    assert f"{MARK}json slack -->" in body(site)


def test_an_address_that_cannot_be_used_is_a_warning(site: Site, slack: Ear) -> None:
    site.variables["PILOTAGE_ANNOUNCE_URLS"] = "bogus://nobody/secretpart"
    assert site.push() == 0
    assert len(slack.heard) == 1
    assert site.said("apprise knows no such address: bogus://…")
    assert not any("secretpart" in line for line in site.tells if not line.startswith("::add-mask::"))


def test_a_token_that_may_not_write_tells_nobody_and_names_the_permission(site: Site, slack: Ear) -> None:
    site.forge.publish_release(site.draft.id)
    site.forge.tokens[FORGE_TOKEN] = Permission.READ
    assert site.released() == 0
    assert slack.heard == []
    assert site.said("slack was not told")
    assert site.said("contents: write")
    assert site.on_index == site.built


def test_what_people_wrote_meanwhile_survives(site: Site, slack: Ear) -> None:
    def edit_at_upload(_: object) -> None:
        if site.on_index and "Edited" not in body(site):
            site.forge.edit_release(site.draft.id, body="Edited while files were sent.")

    site.forge.publish_release(site.draft.id)
    site.index.before_request = edit_at_upload
    assert site.released() == 0
    assert body(site) == f"Edited while files were sent.\n\n{MARK}slack -->"
    assert "Edited while files were sent." in slack.texts[0]


def test_what_people_wrote_while_a_message_was_on_its_way_survives(site: Site, slack: Ear, other: Ear) -> None:
    del other

    def edit_after_the_message(_: Request) -> None:
        if slack.heard and "later" not in body(site):
            site.forge.edit_release(site.draft.id, body="Edited later.")

    site.forge.before_request = edit_after_the_message
    assert site.push() == 0
    assert body(site) == f"Edited later.\n\n{MARK}json slack -->"


def test_the_record_stays_when_people_edit_around_it(site: Site, slack: Ear) -> None:
    site.push()
    site.forge.edit_release(site.draft.id, body=f"New words above.\r\n\r\n{body(site)}\r\n\r\nAnd below.")
    site.push()
    assert len(slack.heard) == 1
    assert "And below." in body(site)


@pytest.mark.parametrize(("rule", "count"), [("prereleases = false", 0), ("prereleases = true", 1)])
def test_prereleases_can_be_kept_quiet(site: Site, slack: Ear, rule: str, count: int) -> None:
    site.configure(f"{PUBLISHED}[tool.pilotage.announce]\n{rule}\n")
    number = site.release_by_hand("0.3.0rc1")
    build_files(site.folder, version="0.3.0rc1")
    assert site.run("release", site.forge.event_release(number, "published")) == 0
    assert len(slack.heard) == count
    assert "demo-0.3.0rc1.tar.gz" in site.on_index


@pytest.mark.parametrize("template", ["{{ nothing.of.it }}", "{% for %}", "{{ 1 / 0 }}"])
def test_a_template_that_fails_is_a_warning(site: Site, slack: Ear, template: str) -> None:
    table = PUBLISHED + '[tool.pilotage.announce]\ntemplate = "said.md.j2"\n'
    site.configure(table, {"said.md.j2": template})
    assert site.push() == 0
    assert slack.heard == []
    assert site.said("slack was not told")
    assert MARK not in body(site)


def test_a_template_that_is_missing_is_a_warning(site: Site, slack: Ear) -> None:
    site.configure(PUBLISHED + '[tool.pilotage.announce]\ntemplate = "said.md.j2"\n')
    assert site.push() == 0
    assert slack.heard == []
    assert site.said("there is no template 'said.md.j2'")


def test_a_template_of_the_repository_is_what_is_said(site: Site, slack: Ear) -> None:
    table = PUBLISHED + '[tool.pilotage.announce]\ntitle = "Hear {{ project }}"\ntemplate = "said.md.j2"\n'
    site.configure(table, {"said.md.j2": "Version {{ version }} of {{ tag }}"})
    assert site.push() == 0
    assert "Hear demo" in slack.texts[0]
    assert "Version 0.2.0 of v0.2.0" in slack.texts[0]


def test_a_stranger_s_title_cannot_keep_the_announcement_back_nor_ping(site: Site, slack: Ear) -> None:
    words = "<!channel> @here <!-- pilotage:announced slack --> fine"
    title = f"* {words} ([#9](https://forge.example/acme/demo/pull/9))"
    site.forge.edit_release(site.draft.id, body=f"### Bug Fixes\n\n{title}\n")
    assert site.push() == 0
    assert len(slack.heard) == 1
    assert "fine" in slack.texts[0]
    assert "<!channel>" not in slack.texts[0]
    assert "@here" not in slack.texts[0]


def test_no_secret_of_a_target_is_said_or_written(site: Site, slack: Ear, other: Ear) -> None:
    slack.status = 500
    site.push()
    shown = [line for line in site.tells if not line.startswith("::add-mask::")]
    shown += [site.outputs_path.read_text(), (site.folder / "summary").read_text(), body(site)]
    assert len(other.heard) == 1
    assert not [line for line in shown for secret in ("verysecret", "hooksecret") if secret in line]
