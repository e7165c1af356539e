"""docs/components.md says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from domains.components_release import Package, components_of, files_of, settle
from domains.components_world import component
from pilotage.domains.components.attribution import Attribution
from pilotage.domains.components.checking import check_components
from pilotage.domains.components.following import follow_releases
from pilotage.domains.settings import read_config
from pilotage.model.config import Config
from pilotage.model.version import Version

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "components.md").read_text(encoding="utf-8")


def rows(name: str) -> list[list[str]]:
    table = TEXT.partition(f"<!-- {name}: run by")[2].partition(f"<!-- end of {name} -->")[0]
    lines = [line.strip("|").split(" | ") for line in table.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line] for line in lines[2:]]


@pytest.mark.parametrize(("files", "names"), rows("attribution"))
def test_a_commit_belongs_to_what_the_page_says(files: str, names: str) -> None:
    components = (
        component("root", "."),
        component("a"),
        component("b", paths=("proto/**",)),
        component("x", "packages/a/plugins/x"),
    )
    touched = Attribution(components).touched(re.findall(r"`([^`]+)`", files))
    assert sorted(str(components[index].name) for index in touched) == names.split(", ")


@pytest.mark.parametrize(("before", "after", "released"), rows("requirements"))
def test_a_requirement_follows_as_the_page_says(before: str, after: str, released: str) -> None:
    packages = {"core": Package(change="feat!", version="1.2.3"), "b": Package([before.strip("`")])}
    settled = settle(packages)
    assert str(settled["core"].proposal.version) == "2.0.0"
    assert ("yes" if settled["b"].proposal.version else "no") == released
    files = files_of(packages)
    edits = follow_releases(components_of(packages), files, {"core": Version("2.0.0")}, config=Config())
    files |= {edit.path: edit.text for edit in edits}
    assert (
        files["packages/b/pyproject.toml"] == files_of({"b": Package([after.strip("`")])})["packages/b/pyproject.toml"]
    )


@pytest.mark.parametrize("block", re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL))
def test_the_page_s_configuration_is_one(block: str) -> None:
    check_components(read_config(block), "docs/components.md")
