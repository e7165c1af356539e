"""docs/publishing.md says what holds: its tables are read by the program, and every key of the rules stands in it."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest
from ruamel.yaml import YAML

from pilotage.domains.settings import read_config
from pilotage.model.publishrules import PublishRules

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "publishing.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("text", blocks("toml"), ids=range(len(blocks("toml"))))
def test_every_table_that_is_shown_is_one_that_the_program_reads(text: str) -> None:
    assert read_config(text).publish != PublishRules()


def test_every_key_of_the_rules_is_explained() -> None:
    keys = [field.encode_name for field in msgspec.structs.fields(PublishRules)]
    # the files that checks let pass are explained where the checks are
    assert [key for key in keys if not re.search(rf"\b{key}\b", PAGE) and key != "allow-files"] == []


def test_the_publish_job_stands_inline_and_builds_nothing() -> None:
    (text,) = blocks("yaml")
    jobs = YAML(typ="safe", pure=True).load(text)["jobs"]
    assert sorted(jobs) == ["build", "publish"]
    assert (jobs["build"]["permissions"], "uses" in jobs["publish"]) == ({"contents": "read"}, False)
    assert jobs["publish"]["permissions"] == {"contents": "write", "id-token": "write", "actions": "write"}
    assert jobs["publish"]["steps"][-1]["env"]["INPUT_DIST"] == jobs["publish"]["steps"][0]["with"]["path"]


def test_every_page_that_is_linked_is_there() -> None:
    folder = Path(__file__).resolve().parents[2] / "docs"
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", PAGE)
    assert targets
    assert [target for target in targets if not (folder / target).exists()] == []
