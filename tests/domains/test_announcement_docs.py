"""docs/announcements.md says what the code does."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import msgspec
import pytest

from pilotage.domains.announced import read_announced
from pilotage.domains.announcement import describe_announcement, read_announcement
from pilotage.domains.template import render_template
from pilotage.model.publishrules import AnnounceRules
from pilotage.model.remote import Release
from pilotage.model.template import TemplateRequest
from pilotage.providers.announcetargets import API_URL, TOKEN, URLS, WEBHOOK, read_targets

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "announcements.md").read_text(encoding="utf-8")
BODY = "### ⚠ BREAKING CHANGES\n\n* send is gone\n\n  Use post.\n\n### Features\n\n* post"


def block(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
    assert found, f"there is no example of {language}"
    return found[1]


def described() -> dict[str, object]:
    told = read_announcement(
        Release(1, "v2.0.0", "v2.0.0", BODY, is_draft=False, url="https://github.example/r"),
        project="demo",
        version="2.0.0",
        index_pages=[("PyPI", "https://pypi.org/project/demo/2.0.0/")],
    )
    return describe_announcement(told)


def test_the_configuration_can_be_read() -> None:
    table = tomllib.loads(block("toml"))["tool"]["pilotage"]["announce"]
    assert msgspec.convert(table, AnnounceRules) == AnnounceRules(slack_channel="#releases")


def test_the_title_in_the_configuration_is_a_template() -> None:
    example = re.search(r"first line: (.*)", block("toml"))
    assert example is not None
    assert render_template(TemplateRequest("title", example[1], described())) == "demo 2.0.0 is out"


def test_the_environment_is_named_as_it_is_read() -> None:
    assert set(re.findall(r"PILOTAGE_[A-Z_]+", TEXT)) == {WEBHOOK, TOKEN, URLS, API_URL}
    assert re.findall(r"^  (PILOTAGE_[A-Z_]+):", block("yaml"), re.MULTILINE) == [WEBHOOK, TOKEN, URLS]


def test_every_address_is_one() -> None:
    found = read_targets({URLS: block("text")}, AnnounceRules())
    assert found.mistakes == ()
    assert [target.key for target in found.found] == ["discord", "tgram", "slack", "slack:#releases"]


def test_the_hidden_line_is_read_as_it_is_shown() -> None:
    assert read_announced(f"notes\n\n{block('html')}") == {"discord", "discord:2", "slack", "slack:#releases"}


def test_the_template_renders() -> None:
    assert render_template(TemplateRequest("announce.md", block("jinja"), described())) == (
        "Get it from [PyPI](https://pypi.org/project/demo/2.0.0/).\n\n**Read this first**\n\n* send is gone\n\n"
        "Use post.\n\n**Features**\n\n* post\n\n[Everything](https://github.example/r)"
    )


def test_every_field_is_described_and_no_other() -> None:
    assert re.findall(r"^\| `(\w+)` \|", TEXT, re.MULTILINE) == list(described())


@pytest.mark.parametrize("title", ["Breaking changes", "BREAKING CHANGE", "Breaking"])
def test_the_sections_that_are_named_are_read(title: str) -> None:
    told = read_announcement(
        Release(1, "v1", "v1", f"## {title}\n\n- gone", is_draft=False), project="demo", version="1"
    )
    assert told.breaking == ("gone",)
