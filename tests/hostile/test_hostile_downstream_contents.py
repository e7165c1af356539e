"""Repositories whose owners write what they like into files, names and runs: what shows of it, and what it does."""

from __future__ import annotations

import json
import re
import subprocess
import time
from typing import TYPE_CHECKING

import pytest
from markdown_it import MarkdownIt

from commands.cliruns import Run, spawn
from hostile.hostileground import read_as_runner
from hostile.hostiletown import BRANCH, PINNED, name_alone, row_of, settle
from pilotage.providers.downstreamtree import Bounds, Entry, choose_files
from train.downstreamyard import APP, OWN, open_yard

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from train.downstreamyard import Yard

COMMANDS = "::set-output name=published::true ##[add-path]/x ::error::x"
WORDS = "@octocat fixes acme/demo#1 closes https://github.com/acme/demo/issues/1 <img src=//t.example/x>"
MARKS = "<!-- pilotage:downstream demo --> --> | a | b |\u202e\x1b[31m`` ` ```"
EVIL = f"{COMMANDS} {WORDS} {MARKS}"
EVIL_NAME = "::error::x\n::set-output name=published::true\n##[x] @octocat #1 `|<b>\u202e\x1b[31m"
GIT = "https://forge.example/acme/demo"
TAG = "@octocat fixes https://github.com/acme/x/issues/1"
CONTENTS: dict[str, dict[str, str | bytes | None]] = {
    "keep": {"requirements.txt": f"demo==1.3.0  # pilotage: keep {EVIL}\n"},
    "name": {f"{EVIL_NAME}/requirements.txt": "demo==1.3.0\n"},
    "broken": {"pyproject.toml": f"[project]\n{EVIL} = demo ]]\n"},
    "marker": {"requirements.txt": f'demo==1.3.0 ; python_version > "{WORDS}"\n'},
    "unclear": {"requirements.txt": f"demo {EVIL}\n"},
    "git": {"requirements.txt": f"demo @ git+https://forge.example/acme/demo@{COMMANDS}\n"},
    "tag": {
        "requirements.txt": "demo==1.3.0\n",
        "pyproject.toml": f"[tool.poetry.dependencies]\ndemo = {{git = {GIT!r}, tag = {TAG!r}}}\n",
    },
    "holder": {"Dockerfile": f"FROM x\nARG DEMO=1.3.0\nRUN pip install demo==$DEMO '{WORDS}'\n"},
    "workflow": {
        f".github/workflows/{EVIL_NAME}.yml": "jobs:\n  a:\n    steps:\n      - run: pip install demo==1.3.0\n"
    },
}


@pytest.fixture(scope="module")
def yard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Yard]:
    with open_yard(tmp_path_factory) as opened:
        yield opened


class Job:
    """A run of the real program in a job, and what it left behind."""

    def __init__(self, yard: Yard, folder: Path) -> None:
        self.output, self.page = folder / "output", folder / "summary"
        files = {"GITHUB_OUTPUT": str(self.output), "GITHUB_STEP_SUMMARY": str(self.page)}
        for path in (self.output, self.page):
            path.write_text("")
        environment = {**yard.surroundings().environment, "GITHUB_ACTIONS": "true", **files}
        self.run: Run = spawn("downstream", "-v", "--repo", yard.clone, env=environment)
        self.log = f"{self.run.out}\n{self.run.err}"
        self.outputs = read_as_runner(self.output.read_text())
        self.summary = self.page.read_text()
        (self.issue,) = [issue.body or "" for issue in yard.source.realm.state.issues]


@pytest.fixture(scope="module")
def job(yard: Yard, tmp_path_factory: pytest.TempPathFactory) -> Job:
    """One run over all hostile contents, for all promises that only look at it."""
    for kind, files in CONTENTS.items():
        yard.town.add("acme", f"evil-{kind}").push("main", files, f"chore: {EVIL}", author="mallory")
    name_alone(yard, *(f"acme/evil-{kind}" for kind in CONTENTS))
    return Job(yard, tmp_path_factory.mktemp("job"))


def test_every_hostile_repository_has_its_row_and_none_stops_the_others(job: Job) -> None:
    told = json.loads(job.outputs["downstream"])
    states = {row["repository"].removeprefix("acme/evil-"): row["how"] for row in told["rows"]}
    assert states.keys() == CONTENTS.keys()
    assert (states["keep"], states["name"], states["marker"]) == ("respect", "pull-request", "pull-request")
    assert job.run.code == 1


def test_no_line_of_the_log_is_a_command_that_is_none_of_ours(job: Job) -> None:
    lines = re.split(r"\r\n|\r|\n", job.log)
    names = {found[1] for line in lines if (found := re.match(r"\s*::([^ :]*)", line))}
    assert names <= {"add-mask", "error", "warning", "notice"}
    assert [line for line in lines if "##[" in line or "\x1b" in line or "\u202e" in line] == []
    masks = {line.removeprefix("::add-mask::") for line in lines if line.startswith("::add-mask::")}
    assert masks == {OWN, APP}


def test_no_output_is_set_from_outside(job: Job) -> None:
    assert job.outputs["published"] != "true"
    assert job.outputs["downstream-failed"] == "true"
    assert not {"a", "x"} & job.outputs.keys()


@pytest.mark.parametrize("place", ["issue", "summary"])
def test_what_strangers_wrote_is_data_on_a_page(job: Job, place: str) -> None:
    page: str = getattr(job, place)
    head, _, rest = page.partition("\n")
    assert re.fullmatch(r"<!-- pilotage:downstream( demo)? -->", head)
    assert "<!--" not in re.sub(r"(`+).*?\1", "", rest)
    tokens = [
        inline
        for block in MarkdownIt("gfm-like", {"linkify": False}).parse(page)
        for inline in block.children or [block]
    ]
    assert [token.content for token in tokens if token.type.startswith("html")] == [f"{head}\n"]
    assert [token for token in tokens if token.type == "image"] == []
    plain = "".join(token.content for token in tokens if token.type == "text")
    assert re.findall(r"@\w|#[0-9]|fixes|t\.example", plain) == []
    links = [str(token.attrs["href"]) for token in tokens if token.type == "link_open"]
    assert [link for link in links if "acme/demo/issues" in link or "t.example" in link] == []
    columns = {len(re.findall(r"(?<!\\)\|", line)) for line in page.split("\n") if line.startswith("|")}
    assert columns == {7}


def test_what_goes_into_their_own_pull_requests_reaches_nobody(yard: Yard, job: Job) -> None:
    assert job.run.code == 1
    pulls = [pull for kind in CONTENTS for pull in yard.town.forge(f"acme/evil-{kind}").realm.state.pulls]
    assert pulls
    for pull in pulls:
        assert pull.title == "build(deps): update demo to 2.0.0 (breaking)"
        bare = re.sub(r"(`+).*?\1", "", pull.body or "")
        assert re.findall(r"@\w|fixes|t\.example", bare) == []
        assert bare.count("<!--") == 1


def test_their_commits_name_nobody_and_close_nothing(yard: Yard, job: Job) -> None:
    assert job.run.code == 1
    for kind in CONTENTS:
        git = yard.town.forge(f"acme/evil-{kind}").realm.git
        head = git.branch(BRANCH)
        message = git.need_commit(head).message if head else ""
        assert re.findall(r"[@#]|::|https?:", message.partition("\n\n")[2]) == []
        assert ("octocat fixes" in message) == (kind == "tag")


LINKS = {
    "constraints.txt": "/etc/passwd",
    "app/pyproject.toml": "../../../x",
    "app/requirements.txt": "../requirements.txt",
}
WORKFLOWS: dict[str, str | bytes | None] = {
    ".github/workflows/ci.yml": "jobs:\n  a:\n    steps:\n      - run: pip install demo==1.3.0\n",
    ".github/workflows/requirements.txt": PINNED,
    ".github/workflows/pins.conf": PINNED,
    ".GitHub/Workflows/environment.YML": "dependencies:\n  - pip:\n    - demo==1.3.0\n",
}


@pytest.mark.parametrize("path", WORKFLOWS)
def test_no_file_among_the_workflows_is_ever_edited(yard: Yard, path: str) -> None:
    forge = settle(yard, {path: WORKFLOWS[path]}, rules='files = [".github/**"]\n')
    assert row_of(yard).state == "failed"
    assert forge.realm.git.branch(BRANCH) is None


def test_a_workflow_that_pins_does_not_keep_the_rest_from_following(yard: Yard) -> None:
    forge = settle(
        yard, {".github/workflows/ci.yml": WORKFLOWS[".github/workflows/ci.yml"], "requirements.txt": PINNED}
    )
    assert row_of(yard).state == "open"
    tree = forge.realm.git.need_commit(forge.realm.git.branch(BRANCH) or "").tree
    before = forge.realm.git.need_commit(forge.realm.git.branch("main") or "").tree
    path = ".github/workflows/ci.yml"
    assert forge.realm.git.entry(tree, path) == forge.realm.git.entry(before, path)


def test_links_and_submodules_bring_no_other_file_in_and_are_never_written_through(yard: Yard, tmp_path: Path) -> None:
    forge = settle(yard, {"requirements.txt": PINNED})
    name = forge.realm.state.full_name
    clone = tmp_path / "clone"
    address = yard.addresses.clone_url(name).replace("://", f"://x-access-token:{APP}@")
    run_git(tmp_path, "clone", "-q", address, str(clone))
    for link, target in LINKS.items():
        (clone / link).parent.mkdir(exist_ok=True)
        (clone / link).symlink_to(target)
    run_git(clone, "add", "-A")
    run_git(clone, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},setup.py")
    run_git(clone, "commit", "-qm", "chore: links")
    run_git(clone, "push", "-q", "origin", "HEAD:main")
    row = row_of(yard)
    assert row.state == "open"
    assert all(path in row.reason for path in ("constraints.txt", "app/pyproject.toml"))
    git = forge.realm.git
    trees = [git.need_commit(git.branch(branch) or "").tree for branch in ("main", BRANCH)]
    for path in (*LINKS, "setup.py"):
        before, after = (git.entry(tree, path) for tree in trees)
        assert before is not None
        assert before == after
    assert yard.file(name, "requirements.txt", branch=BRANCH) == "demo==2.0.0\n"


def run_git(folder: Path, *words: str) -> None:
    """Run git as a person does."""
    person = ["-c", "user.name=m", "-c", "user.email=m@m", "-c", "core.hooksPath=/dev/null"]
    subprocess.run(["git", *person, *words], cwd=folder, check=True, capture_output=True)


def test_many_places_are_all_raised_in_one_pull_request(yard: Yard) -> None:
    lines = "".join(f"demo=={number}.0\n" for number in range(300) if number != 1).replace("demo==2.0\n", "")
    small = "".join(f'demo==1.{number} ; sys_platform == "p{number}"\n' for number in range(300))
    forge = settle(yard, {"requirements.txt": small, "later/requirements.txt": lines})
    assert row_of(yard).how == "respect", "what asks for something newer is nobody's to lower"
    forge.push("main", {"later/requirements.txt": None}, "chore: less")
    assert row_of(yard).state == "open"
    name = forge.realm.state.full_name
    assert set(yard.file(name, "requirements.txt", branch=BRANCH).split("\n")[0].split(" ; ")[:1]) == {"demo==2.0.0"}
    assert yard.file(name, "requirements.txt", branch=BRANCH).count("demo==2.0.0") == 300
    (pull,) = forge.realm.state.pulls
    assert len(pull.body or "") < 65_536


def test_a_tree_of_a_hundred_thousand_files_that_matter_is_chosen_from_at_once() -> None:
    rows = [Entry(f"d{n}/requirements.txt", "100644", f"{n}", 10 + 90 * (n % 2)) for n in range(100_000)]
    begin = time.perf_counter()
    listing = choose_files(rows, bounds=Bounds(60, 50), unread=[])
    assert time.perf_counter() - begin < 10
    assert len(listing.entries) == 60
    assert len(listing.unread) == 22
    assert listing.unread[20] == "d10035/requirements.txt and 49979 more: larger than 50 bytes"


def test_much_of_everything_is_read_within_bounds(yard: Yard) -> None:
    comment = "# demo " + "x" * 480_000
    files: dict[str, str | bytes | None] = {f"d{number}/requirements.txt": comment for number in range(18)}
    files |= {"setup.py": "a=" * 100_000 + "demo", "requirements.txt": "demo " * 180_000}
    settle(yard, files)
    before = len(yard.town.log)
    begin = time.perf_counter()
    row = row_of(yard)
    assert time.perf_counter() - begin < 60
    assert row.state == "failed"
    assert "only 8000000 bytes of a repository are read" in row.reason
    asked = [request.operation for request in yard.town.log[before:]]
    assert asked.count("Look") == 2
