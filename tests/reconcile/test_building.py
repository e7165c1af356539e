"""What `pilotage build` leaves, tells and refuses; the backend stands in the tree, so that no registry is needed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from packaging.version import Version

from commands.cliruns import run
from pilotage.errors import CheckError
from pilotage.model.publishrules import IndexRule, PublishRules
from pilotage.providers.git import Git
from pilotage.reconcile.building import BuildPlace, build_commit, inspect_dists, read_terms, tell_uncommitted
from providers.distfiles import make_sdist, make_wheel
from providers.gitrepos import Repo
from train.rehearsed import BACKEND, BUILD, PROJECT

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLE = '[tool.pilotage.publish]\nassets = ["dists", "sums", "sbom"]\n'
LOCK = '[[package]]\nname = "packaging"\nversion = "24.2"\n'
NEEDY = BACKEND.replace("Version: {version}\\n", "Version: {version}\\nRequires-Dist: packaging>=24\\n")
LEAKY = BACKEND.replace('"backend.py")', '"backend.py", ".env")')


def write_repo(path: Path, *, backend: str = BACKEND, table: str = "", **files: str) -> Repo:
    repo = Repo(path)
    text = PROJECT + BUILD + table
    repo.commit("feat: begin", files={"pyproject.toml": text, "backend.py": backend, ".env": "KEY=1\n", **files})
    return repo


def build(repo: Repo, out: Path, *, rules: PublishRules | None = None, version: str | None = "0.3.0") -> list[str]:
    told: list[str] = []
    git = Git(repo.path)
    place = BuildPlace(git.head(), rules=rules or PublishRules())
    build_commit(git, place, out, environment=os.environ, version=version, tell=told.append)
    return told


def list_names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_build_leaves_the_files_their_manifest_and_their_sums(tmp_path: Path) -> None:
    repo, out = write_repo(tmp_path / "repo"), tmp_path / "dist"
    (told,) = build(repo, out)
    assert list_names(out) == [
        "SHA256SUMS",
        "pilotage-dist.json",
        "tiny_tool-0.3.0-py3-none-any.whl",
        "tiny_tool-0.3.0.tar.gz",
    ]
    assert [line for line in told.splitlines() if line.startswith("warning D106")] == [
        "warning D106 tiny_tool-0.3.0-py3-none-any.whl: there is no description"
    ]
    program = shutil.which("sha256sum")
    if program is not None:
        done = subprocess.run([program, "--check", "--strict", "SHA256SUMS"], cwd=out, check=False, capture_output=True)
        assert done.returncode == 0, done.stderr


def test_a_build_twice_leaves_the_same_bytes_of_everything(tmp_path: Path) -> None:
    repo = write_repo(tmp_path / "repo", table=TABLE)
    rules = PublishRules(assets=("sbom",))
    for name in ("one", "two"):
        build(repo, tmp_path / name, rules=rules)
    assert {path.name: path.read_bytes() for path in (tmp_path / "one").iterdir()} == {
        path.name: path.read_bytes() for path in (tmp_path / "two").iterdir()
    }


@pytest.mark.parametrize("path", [".", "sub"])
def test_the_bill_of_materials_pins_what_the_commit_s_lock_pins(tmp_path: Path, path: str) -> None:
    repo = Repo(tmp_path / "repo")
    prefix = "" if path == "." else "sub/"
    files = {"pyproject.toml": PROJECT + BUILD, "backend.py": NEEDY}
    repo.commit("feat: begin", files={**{f"{prefix}{name}": text for name, text in files.items()}, "uv.lock": LOCK})
    git, out = Git(repo.path), tmp_path / "dist"
    place = BuildPlace(git.head(), path, rules=PublishRules(assets=("sbom",)))
    build_commit(git, place, out, environment=os.environ, version="0.3.0")
    bom = json.loads((out / "tiny-tool-0.3.0.cdx.json").read_text())
    assert [one["purl"] for one in bom["components"]] == ["pkg:pypi/packaging@24.2"]
    assert "tiny-tool-0.3.0.cdx.json" in (out / "SHA256SUMS").read_text()


def test_a_build_that_breaks_a_rule_leaves_nothing_and_tells_everything(tmp_path: Path) -> None:
    repo, out = write_repo(tmp_path / "repo", backend=LEAKY), tmp_path / "dist"
    with pytest.raises(CheckError) as caught:
        build(repo, out, version="9.0")
    lines = caught.value.message.splitlines()
    assert lines[0] == "the built files are not fit to leave:"
    assert [line for line in lines if line.startswith("error")] == [
        "error D004 tiny_tool-0.3.0-py3-none-any.whl: its name says 0.3.0, expected 9.0",
        "error D004 tiny_tool-0.3.0-py3-none-any.whl: the metadata inside say 0.3.0, expected 9.0",
        "error D004 tiny_tool-0.3.0.tar.gz: its name says 0.3.0, expected 9.0",
        "error D004 tiny_tool-0.3.0.tar.gz: the metadata inside say 0.3.0, expected 9.0",
        "error D501 tiny_tool-0.3.0.tar.gz: tiny_tool-0.3.0/.env: files of this name usually hold secrets",
    ]
    assert ("warning D106" in caught.value.message, out.exists()) == (True, False)


def test_what_the_configuration_lets_pass_is_built(tmp_path: Path) -> None:
    repo = write_repo(tmp_path / "repo", backend=LEAKY)
    build(repo, tmp_path / "dist", rules=PublishRules(allow_files=(".env",)))
    assert "pilotage-dist.json" in list_names(tmp_path / "dist")


def run_build(repo: Repo, out: Path, *more: str, env: Mapping[str, str] | None = None) -> tuple[int, str, str]:
    done = run("build", "--repo", repo.path, "--out", out, *more, env=env)
    return done.code, done.out, done.err


def test_the_command_prints_files_and_findings_for_people(tmp_path: Path) -> None:
    code, out, _ = run_build(write_repo(tmp_path / "repo"), tmp_path / "dist")
    assert code == 0
    assert "warning D110 tiny_tool-0.3.0.tar.gz: there is no Requires-Python" in out.splitlines()
    assert out.splitlines()[-2].startswith("  tiny_tool-0.3.0-py3-none-any.whl (")


def test_the_command_prints_nothing_but_the_manifest_as_json(tmp_path: Path) -> None:
    code, out, err = run_build(write_repo(tmp_path / "repo"), tmp_path / "dist", "--json")
    assert json.loads(out) == json.loads((tmp_path / "dist" / "pilotage-dist.json").read_text())
    assert (code, "warning D110" in err) == (0, True)


def test_the_job_summary_shows_the_content_also_when_a_rule_is_broken(tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    env = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
    code, _, _ = run_build(write_repo(tmp_path / "repo", backend=LEAKY), tmp_path / "dist", env=env)
    text = summary.read_text()
    assert code == 1
    assert "They are not fit to leave: 1 error, 3 warnings." in text
    assert "| D501 | error | `tiny_tool-0.3.0.tar.gz: tiny_tool-0.3.0/.env` |" in text
    assert "  backend.py (" in text


def test_uncommitted_changes_are_named_and_the_folder_of_the_files_is_none(tmp_path: Path) -> None:
    repo = write_repo(tmp_path / "repo")
    (repo.path / "backend.py").write_text("changed")
    (repo.path / "new.py").write_text("")
    (repo.path / "dist").mkdir()
    (repo.path / "dist" / "old.whl").write_text("")
    told: list[str] = []
    tell_uncommitted(Git(repo.path), repo.path / "dist", tell=told.append)
    assert told == ["warning: uncommitted changes are not built: backend.py, new.py"]
    for number in range(9):
        (repo.path / f"x{number}").write_text("")
    tell_uncommitted(Git(repo.path), repo.path / "dist", tell=told.append)
    assert told[1] == "warning: uncommitted changes are not built: backend.py, new.py, x0, x1, x2 and 6 more"


def test_a_clean_work_tree_and_a_bare_repository_have_no_uncommitted_changes(tmp_path: Path) -> None:
    repo = write_repo(tmp_path / "repo")
    subprocess.run(["git", "clone", "-q", "--bare", repo.path, tmp_path / "bare.git"], check=True)
    told: list[str] = []
    for path in (repo.path, tmp_path / "bare.git"):
        tell_uncommitted(Git(path), Path("dist"), tell=told.append)
    assert told == []


def test_a_folder_of_any_origin_can_be_looked_into(tmp_path: Path) -> None:
    make_wheel(tmp_path)
    make_sdist(tmp_path)
    assert inspect_dists(tmp_path, tag_version=Version("1.0.0"), allow_files=()).findings == ()
    report = inspect_dists(tmp_path, tag_version=Version("2"), allow_files=())
    assert {one.rule for one in report.findings} == {"D004"}
    make_sdist(tmp_path, version="1.0+local")
    told = inspect_dists(tmp_path, tag_version=None, allow_files=(), is_public=False).findings
    assert [(one.rule, one.severity) for one in told] == [("D002", "error"), ("D003", "error"), ("D007", "warning")]


@pytest.mark.parametrize(
    ("rules", "is_public"),
    [
        (PublishRules(), True),
        (PublishRules(index="testpypi"), True),
        (PublishRules(index=""), False),
        (PublishRules(index=("own", "pypi")), True),
        (PublishRules(index="https://index.example/legacy/"), False),
        (PublishRules(index="https://upload.pypi.org/legacy/"), True),
        (PublishRules(index="own", indexes={"own": IndexRule("https://index.example/legacy/")}), False),
        (PublishRules(index="own", indexes={"own": IndexRule("https://test.pypi.org/legacy/")}), True),
    ],
)
def test_the_limits_of_public_indexes_hold_where_files_go_to_one(rules: PublishRules, *, is_public: bool) -> None:
    assert read_terms(rules, version=None).is_public is is_public
    assert read_terms(rules, version="1.0").tag_version == Version("1.0")
