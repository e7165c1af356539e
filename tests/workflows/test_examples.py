"""The folders that users copy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from pilotage.domains.settings import read_config
from workflows.houserules import PLACEHOLDER
from workflows.workflowfiles import EXAMPLES, ROOT, Job, read_called, show

if TYPE_CHECKING:
    from pathlib import Path

FOLDERS = sorted(path.parent for path in (ROOT / "examples").glob("*/README.md"))
ALL = (ROOT / "examples" / "README.md").read_text(encoding="utf-8")
RELEASES = [path for path in EXAMPLES if path.name == "release.yml"]
TRAINS = [folder for folder in FOLDERS if folder.name != "downstream"]


def readme(folder: Path) -> str:
    return (folder / "README.md").read_text(encoding="utf-8")


def test_every_way_has_a_folder() -> None:
    names = {"single-package", "workspace", "token-only", "app-token", "private-index", "git-only", "downstream"}
    assert {folder.name for folder in FOLDERS} == names
    assert set(re.findall(r"^\| \[([a-z-]+)\]\(\1\)", ALL, re.MULTILINE)) == names


@pytest.mark.parametrize("folder", FOLDERS, ids=show)
def test_a_folder_holds_two_files_to_copy_and_says_when(folder: Path) -> None:
    files = [path.name for path in sorted((folder / ".github" / "workflows").iterdir())]
    assert files == (["pull-requests.yml", "release.yml"] if folder in TRAINS else ["rebuild.yml", "roll-out.yml"])
    assert "\nTake this when" in readme(folder) or "\nTake this where" in readme(folder)
    assert f"OWNER/pilotage@{PLACEHOLDER} # v1` is a placeholder" in readme(folder)


@pytest.mark.parametrize("folder", TRAINS, ids=show)
def test_the_configuration_that_a_folder_asks_for_is_accepted(folder: Path) -> None:
    config = read_config("\n".join(re.findall(r"```toml\n(.*?)```", readme(folder), re.DOTALL)))
    triggers = read_called(folder / ".github" / "workflows" / "release.yml").on
    assert (config.release == "draft") == ("release" in triggers), "who publishes, a person or the run?"
    assert bool(config.publish.index_names) == (folder.name != "git-only")


@pytest.mark.parametrize("folder", FOLDERS, ids=show)
def test_every_name_of_a_secret_or_variable_is_explained(folder: Path) -> None:
    files = sorted((folder / ".github" / "workflows").iterdir())
    text = "".join(path.read_text(encoding="utf-8") for path in files if path.name != "pull-requests.yml")
    names = set(re.findall(r"(?:secrets|vars)\.([A-Z_]+)", text))
    explained = readme(folder) + (text.split("env:\n")[-1] if "env:\n" in text else "")
    assert {name for name in names if name not in explained} == set()


@pytest.mark.parametrize("folder", FOLDERS, ids=show)
def test_every_page_that_is_linked_is_there(folder: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", readme(folder)):
        assert (folder / target).exists(), target


def jobs(path: Path) -> dict[str, Job]:
    return read_called(path).jobs


@pytest.mark.parametrize("path", RELEASES, ids=show)
def test_an_identity_is_given_to_inline_publish_jobs_alone(path: Path) -> None:
    for name, job in jobs(path).items():
        if "id-token" in (job.permissions or {}):
            assert name == "publish"
            assert job.environment
            assert not job.uses


@pytest.mark.parametrize("path", RELEASES, ids=show)
def test_a_build_may_read_and_nothing_else(path: Path) -> None:
    builds = [job for name, job in jobs(path).items() if name == "build"]
    assert [job.permissions for job in builds] == [{"contents": "read"}] * len(builds)
    assert not any(job.environment or job.secrets for job in builds)


@pytest.mark.parametrize("path", RELEASES, ids=show)
def test_the_files_that_are_published_are_those_of_the_build_job(path: Path) -> None:
    found = jobs(path)
    if "build" not in found:
        return
    assert "build" in found["publish"].needed
    artifact = str(found["build"].given.get("artifact", "dist"))
    for name in {"attach", "publish"} & set(found):
        download = next(step for step in found[name].steps if "download-artifact" in step.uses)
        publish = next(step for step in found[name].steps if step.uses.startswith("OWNER/pilotage"))
        assert download.given == {"name": artifact, "path": "dist"}
        assert publish.given["dist"] in ("dist", "${{ needs.build.outputs.artifact }}")


def test_all_of_them_check_titles_alike_where_workflows_can_be_called() -> None:
    texts = {path.read_text(encoding="utf-8") for path in EXAMPLES if path.name == "pull-requests.yml"}
    assert len(texts) == 2
