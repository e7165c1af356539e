"""Words of strangers on their whole way: from the event through git and the API to the log, the outputs and the pages.

A title, a body, a commit's message, a branch, a file's name: each is data wherever it comes out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hostile.hostileground import BRANCH, Ground, open_ground
from train.harness import PYPROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TITLES = (
    "::set-output name=version::9.9.9",
    "  ::stop-commands::mallory",
    "::add-mask::a",
    "feat: x ##[set-output name=version]9.9.9",
    "feat: x%0A::set-output name=version::9.9.9%0D%0Aversion<<EOF%0A9.9.9%0AEOF",
    "feat: x\r::add-mask::a",
    "feat: x\u2028::add-mask::a\u0085::add-mask::b",
    "feat: version<<EOF",
    "feat: $(touch ran) `touch ran` ; touch ran",
)
BODY = "version<<EOF\n9.9.9\nEOF\n::set-output name=version::9.9.9\r\n##[add-mask]a\n::stop-commands::mallory\n"


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    with open_ground(tmp_path) as open_:
        open_.forge.realm.state.settings.squash_merge_commit_title = "PR_TITLE"
        open_.forge.realm.state.settings.squash_merge_commit_message = "PR_BODY"
        yield open_


@pytest.mark.parametrize("title", TITLES)
def test_a_title_that_is_a_command_to_the_runner_commands_nothing(ground: Ground, title: str) -> None:
    number = ground.forge.open_pull_request("topic", title, BODY, files={"x.txt": "x"})
    ended = ground.checked(number)
    assert ended.code in {0, 1}, ended.log
    assert ended.strange_commands() == []
    assert ended.outputs["version"] == ""
    assert ended.outputs["title-ok"] == ("true" if ended.code == 0 else "false")
    assert not (ground.folder / "ran").exists()


def test_a_commit_message_that_is_a_command_commands_nothing_on_its_way_to_the_release(ground: Ground) -> None:
    for title in TITLES:
        ground.forge.push("main", {"x.txt": title}, f"feat: {title}\n\n{BODY}", author="mallory")
    first = ground.pushed()
    assert (first.code, first.strange_commands()) == (0, []), first.log
    assert list(ground.open_pulls.values()) == ["chore(release): 0.2.0"]
    (number,) = [pull.number for pull in ground.forge.realm.state.pulls if pull.head == BRANCH]
    ground.forge.merge_pull_request(number)
    second = ground.pushed()
    assert (second.code, second.strange_commands()) == (0, []), second.log
    assert (second.outputs["tag"], second.outputs["version"]) == ("v0.2.0", "0.2.0")
    assert [release.tag_name for release in ground.forge.realm.state.releases] == ["v0.2.0"]


BRANCHES = (
    "$(touch${IFS}ran)",
    "`touch${IFS}ran`",
    "x;touch${IFS}ran;&&touch${IFS}ran|cat",
    "--upload-pack=touch${IFS}ran",
    "--output=ran",
    "refs/heads/main",
    "refs/tags/v0.1.0",
    "v0.1.0",
    "HEAD",
    "'\"<img/src=x>%0A%3A%3Aadd-mask%3A%3Aa",
)


@pytest.mark.parametrize("branch", BRANCHES)
def test_a_branch_s_name_is_never_an_option_a_shell_s_word_or_another_ref(ground: Ground, branch: str) -> None:
    before = ground.forge.realm.git.branch("main")
    number = ground.forge.open_pull_request(branch, "feat: greet people", BODY, files={"x.txt": "x"})
    ended = ground.checked(number)
    assert (ended.code, ended.strange_commands()) == (0, []), ended.log
    head = ground.forge.realm.git.branch(branch) or ""
    payload = ground.forge.event_push(head, head, branch)
    pushed = ground.run("push", payload, workspace=ground.check_out())
    assert (pushed.code, pushed.strange_commands()) == (0, []), pushed.log
    assert "nothing to do" in pushed.log
    assert not list(ground.folder.rglob("ran"))
    assert ground.open_pulls == {branch: "feat: greet people"}
    assert ground.forge.realm.git.branch("main") == before


@pytest.mark.parametrize("branch", ["--upload-pack=touch${IFS}ran", "$(touch${IFS}ran)", "refs/heads/main"])
def test_a_base_branch_with_an_odd_name_is_read_as_what_it_is(ground: Ground, branch: str) -> None:
    ground.forge.push(branch, {"pyproject.toml": PYPROJECT}, "chore: elsewhere")
    number = ground.forge.open_pull_request("topic", "feat: greet", files={"x.txt": "x"}, base=branch)
    ended = ground.checked(number)
    assert (ended.code, ended.strange_commands()) == (0, []), ended.log
    assert not list(ground.folder.rglob("ran"))


@pytest.mark.parametrize("tag", ["--help", "v0.2.0;touch${IFS}ran", "--upload-pack=touch${IFS}ran", "refs/heads/main"])
def test_a_tag_named_like_an_option_is_no_release_of_ours(ground: Ground, tag: str) -> None:
    ground.forge.create_tag(tag, "main")
    before = ground.forge.world()
    payload = {
        "action": "published",
        "release": {"tag_name": tag},
        "repository": {"full_name": "acme/demo", "default_branch": "main"},
    }
    ended = ground.run("release", payload, ref=f"refs/tags/{tag}", workspace=ground.check_out())
    assert (ended.code, ended.strange_commands()) == (0, []), ended.log
    assert "is not the tag of a release of this package" in ended.log
    assert ground.forge.world() == before
    assert not list(ground.folder.rglob("ran"))
    ground.forge.push("main", {"x.txt": "x"}, "feat: greet people")
    assert ground.pushed().code == 0
    assert list(ground.open_pulls.values()) == ["chore(release): 0.2.0"]


FILES = (
    "$(touch ran)/x.py",
    "-rf",
    "a\n::add-mask::a",
    "a\tb\\c.py",
    '"quoted".toml',
    "\u202etxt.py",
    "packages/a\n::add-mask::a/pyproject.toml",
    "packages/--help/pyproject.toml",
)


@pytest.mark.parametrize("members", ["", '\n[tool.uv.workspace]\nmembers = ["packages/*"]\n'])
def test_a_file_s_odd_name_is_data_in_a_pull_request_and_in_a_release(ground: Ground, members: str) -> None:
    ground.forge.push("main", {"pyproject.toml": PYPROJECT + members}, "chore: packages")
    files: dict[str, str | bytes | None] = {
        path: f'[project]\nname = "p{number}"\nversion = "0.1.0"\n' for number, path in enumerate(FILES)
    }
    number = ground.forge.open_pull_request("topic", "feat: odd names", files=files)
    checked = ground.checked(number)
    assert (checked.code, checked.strange_commands()) == (0, []), checked.log
    ground.forge.merge_pull_request(number)
    pushed = ground.pushed()
    assert pushed.code in {0, 2, 3}, pushed.log
    assert pushed.strange_commands() == []
    assert not list(ground.folder.rglob("ran"))
