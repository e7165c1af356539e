"""The hook for the pre-commit framework, as git runs it: in a real repository, before a commit is made."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from commands.cliruns import environment, run

MANIFEST = Path(__file__).resolve().parents[2] / ".pre-commit-hooks.yaml"


def read_entry() -> str:
    found = re.search(r"^  entry: (.+)$", MANIFEST.read_text(encoding="utf-8"), re.MULTILINE)
    assert found is not None
    return found[1]


def git(repo: Path, *arguments: str, data: str = "") -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    env = environment({"PATH": path, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_EDITOR": "true"})
    identity = ("-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "commit.gpgSign=false")
    return subprocess.run(
        ["git", *identity, *arguments], cwd=repo, env=env, input=data, capture_output=True, text=True, check=False
    )


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q", "-b", "main")
    hook = tmp_path / ".git" / "hooks" / "commit-msg"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f'#!/bin/sh\nexec {read_entry()} "$1"\n', encoding="utf-8")
    hook.chmod(0o755)
    return tmp_path


def commit(repo: Path, message: str, *options: str) -> subprocess.CompletedProcess[str]:
    return git(repo, "commit", "--allow-empty", "-q", *options, "-F", "-", data=message)


def subjects(repo: Path) -> list[str]:
    return git(repo, "log", "--format=%s").stdout.splitlines()


def test_the_manifest_names_a_hook_of_the_commit_msg_stage() -> None:
    text = MANIFEST.read_text(encoding="utf-8")
    assert "- id: pilotage-title\n" in text
    assert "  stages: [commit-msg]\n" in text
    assert "  language: python\n" in text


def test_a_commit_with_a_bad_title_is_not_made_and_a_better_one_is_shown(repo: Path) -> None:
    done = commit(repo, "Feat:x\n\nwords\n")
    assert done.returncode == 1
    assert "Try:   feat: x" in done.stdout + done.stderr
    assert commit(repo, "feat: x\n\nwords\n").returncode == 0
    assert subjects(repo) == ["feat: x"]


def test_merges_and_fixups_are_made(repo: Path) -> None:
    commit(repo, "feat: x")
    git(repo, "switch", "-q", "-c", "other")
    commit(repo, "fix: y")
    commit(repo, "fixup! fix: y")
    git(repo, "switch", "-q", "main")
    commit(repo, "docs: z")
    assert git(repo, "merge", "-q", "--no-ff", "other").returncode == 0
    assert subjects(repo)[0] == "Merge branch 'other'"
    assert "fixup! fix: y" in subjects(repo)


def test_comments_are_no_part_of_the_message(repo: Path) -> None:
    (repo / "message").write_text("# a template\n\nfix: x\n# more\n", encoding="utf-8")
    assert git(repo, "commit", "--allow-empty", "-q", "-F", "message", "--cleanup=strip").returncode == 0
    assert subjects(repo) == ["fix: x"]


def test_the_repositorys_own_rules_decide(repo: Path) -> None:
    (repo / "pyproject.toml").write_text("[tool.pilotage.title]\nrequire-scope = true\n", encoding="utf-8")
    assert commit(repo, "fix: x").returncode == 1
    assert commit(repo, "fix(api): x").returncode == 0


def test_the_body_is_read_with_the_title(tmp_path: Path) -> None:
    message = tmp_path / "message"
    message.write_bytes(b"feat: x\r\n\r\nBREAKING CHANGE: all of it \xff\r\n# no\r\n")
    done = run("title", "--commit-msg-file", message, "--json", "--repo", tmp_path)
    assert isinstance(done.json, dict)
    assert (done.code, done.json["title"], done.json["bump"]) == (0, "feat: x", "major")


def test_a_message_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    done = run("title", "--commit-msg-file", tmp_path / "none", "--repo", tmp_path)
    assert (done.code, done.out) == (2, "")
    assert "none: cannot be read" in done.err
