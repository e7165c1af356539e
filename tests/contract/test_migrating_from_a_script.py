"""docs/migrating-from-a-script.md is true: its commands run, its tables are understood, its claims are proven."""

from __future__ import annotations

import re
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest
from ruamel.yaml import YAML

from commands.cliruns import run
from contract.publishes import digests
from pilotage.cli import COMMANDS
from pilotage.domains.settings import read_config
from pilotage.model.publishrules import AnnounceRules, PublishRules, WorkflowCall
from pilotage.sandbox.index import Index, TokenScope
from train.rehearsed import BUILD, git, make_repository

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "migrating-from-a-script.md").read_text(encoding="utf-8")
TOKEN = "pypi-of-the-page"  # noqa: S105 - good on loopback only
POETRY = '[tool.poetry]\nname = "tiny-tool"\nversion = "0.3.0"\n'
PROJECT = '[project]\nname = "tiny-tool"\nversion = "0.3.0"\n'
ELSEWHERE = ("rehearse",)
"""A command with tests of its own, since it is a whole release."""

PROOFS = {
    1: ("train/test_publish_anywhere.py", "test_a_published_release_reaches_the_index_and_a_second_run_sends_nothing"),
    2: ("providers/test_build.py", "test_a_build_gives_an_sdist_and_a_wheel_and_leaves_nothing_else"),
    3: ("contract/test_publish_refused.py", "test_a_folder_of_two_releases_is_refused_before_anything_is_asked"),
    4: ("contract/test_publish_refused.py", "test_an_equal_version_that_is_spelled_otherwise_is_refused_with_words"),
    5: ("contract/test_publish_refused.py", "test_a_server_error_on_the_check_sends_nothing"),
    6: ("contract/test_publish_contract.py", "test_a_half_made_release_gets_what_is_missing_and_no_more"),
    7: ("providers/test_build.py", "test_a_build_twice_gives_the_same_bytes_whatever_the_times_and_the_umask"),
    8: (
        "domains/test_distchecks_names.py",
        "test_every_file_of_another_version_than_the_tag_is_told_with_what_is_expected",
    ),
    9: ("contract/test_publish_secrets.py", "test_a_publish_by_the_command_line_shows_only_masks"),
    10: ("contract/test_publish_contract.py", "test_a_page_that_stays_stale_is_a_warning_and_no_failure"),
    13: ("train/test_publish_anywhere.py", "test_two_publishes_at_once_come_to_the_end_of_one"),
}
"""The test that proves what a row says of Pilotage."""


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


def rows() -> list[list[str]]:
    lines = [line for line in TEXT.splitlines() if re.match(r"\| \d+ \|", line)]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def shown_commands() -> list[list[str]]:
    lines = [line[2:] for block in blocks("console") for line in block.splitlines() if line.startswith("$ ")]
    return [shlex.split(line) for line in lines]


@dataclass(frozen=True)
class Yard:
    """A repository of the reader, and an index."""

    repo: Path
    upload_url: str
    index: Index

    def run(self, arguments: list[str], *, has_token: bool) -> tuple[int, str]:
        """Run a command as it stands in the page; the index of the page is the embedded one."""
        named = [self.upload_url if each in {"testpypi", "pypi"} else each for each in arguments]
        placed = [str(self.repo / each) if each in {"dist", "last"} else each for each in named]
        done = run(*placed, "--repo", self.repo, env={"PILOTAGE_INDEX_TOKEN": TOKEN if has_token else ""})
        return done.code, done.out + done.err

    def commit(self, path: str, change: Callable[[str], str]) -> None:
        """Change a file and commit it."""
        file = self.repo / path
        file.write_text(change(file.read_text()))
        git(self.repo, "commit", "-q", "-a", "-m", "feat: more")


class Step(msgspec.Struct, kw_only=True):
    """A step of a workflow."""

    run: str = ""
    uses: str = ""


class Job(msgspec.Struct, kw_only=True, rename={"condition": "if", "runs_on": "runs-on"}):
    """A job of a workflow."""

    condition: str = ""
    runs_on: str
    environment: str = ""
    permissions: dict[str, str] = {}
    steps: list[Step]


class Dispatch(msgspec.Struct):
    """What people may start a workflow with."""

    inputs: dict[str, dict[str, bool]]


class Workflow(msgspec.Struct):
    """A workflow that can be started."""

    on: dict[str, Dispatch]
    jobs: dict[str, Job]


@pytest.fixture
def yard(tmp_path: Path) -> Iterator[Yard]:
    index = Index(tmp_path / "index")
    index.tokens[TOKEN] = TokenScope()
    with index.serve() as endpoint:
        table = f'\n[tool.pilotage.publish]\nindex = "{endpoint.upload_url}"\n'
        repo = make_repository(tmp_path / "repo", PROJECT + POETRY + BUILD + table)
        yield Yard(repo, endpoint.upload_url, index)


def test_the_commands_run_in_the_order_of_the_page(yard: Yard) -> None:
    """The reader's last release is on the index, and the next one is not."""
    assert yard.run(["build", "--out", "last"], has_token=False)[0] == 0
    assert yard.run(["publish", "--dist", "last"], has_token=True)[0] == 0
    released = digests(yard.repo / "last")

    yard.commit("backend.py", lambda text: text + "# later\n")
    assert yard.run(["build", "--out", "dist"], has_token=False)[0] == 0
    code, text = yard.run(["plan", "publish", "--dist", "dist"], has_token=False)
    assert code == 3, f"a commit after a release, as the page says: {text}"
    shutil.rmtree(yard.repo / "dist")

    yard.commit("pyproject.toml", lambda text: text.replace("0.3.0", "0.4.0"))
    said: dict[str, list[str]] = {}
    for program, *arguments in shown_commands():
        assert program == "pilotage"
        if arguments[0] not in ELSEWHERE:
            code, text = yard.run(arguments, has_token="testpypi" in arguments)
            assert code == 0, f"{arguments}: {text}"
            said.setdefault(" ".join(arguments), []).append(text)
    assert "was there already; nothing was sent" in said["publish --dist last"][0]
    (plan,) = said["plan publish --dist dist"]
    assert all(name in plan for name in ("tiny_tool-0.4.0-py3-none-any.whl", "tiny_tool-0.4.0.tar.gz"))
    first, second = said["publish --dist dist --index testpypi"]
    assert ("is published" in first, "was there already; nothing was sent" in second) == (True, True)
    files = {str(row["name"]): row["sha256"] for row in yard.index.world()["tiny-tool"]}
    assert files == {**released, **digests(yard.repo / "dist")}


def test_config_tells_where_the_tables_of_the_page_come_from(tmp_path: Path) -> None:
    (table,) = blocks("toml")
    repo = make_repository(tmp_path / "repo", POETRY + BUILD + table)
    done = run("config", "--repo", repo)
    assert done.code == 0, done.err
    assert "image.yml" in done.out
    assert "#releases" in done.out


def test_the_tables_of_the_page_say_what_the_page_says() -> None:
    (table,) = blocks("toml")
    config = read_config(table)
    assert config.publish.index_names == ("pypi",)
    assert config.publish.environment == "pypi"
    assert config.publish.after == (WorkflowCall("image.yml", inputs={"version": "{version}"}),)
    assert config.announce.slack_channel == "#releases"


def test_the_job_of_the_page_is_that_of_the_readme_with_what_the_tables_need() -> None:
    (readme,) = re.findall(r"```yaml\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    ours = msgspec.convert(read_yaml(blocks("yaml")[0]), dict[str, Job])["publish"]
    theirs = msgspec.convert(read_yaml(readme)["jobs"], dict[str, Job])["publish"]
    assert ours == msgspec.structs.replace(theirs, permissions=ours.permissions)
    assert ours.permissions == {"contents": "write", "actions": "write", "id-token": "write"}
    assert theirs.permissions.keys() <= ours.permissions.keys()
    secrets = re.findall(r"secrets\.([A-Z_]+)", blocks("yaml")[0])
    assert secrets == ["SLACK_TOKEN"], "no token of an index is needed"


def test_the_workflow_that_is_started_takes_the_inputs_that_it_is_started_with() -> None:
    (call,) = read_config(blocks("toml")[0]).publish.after
    workflow = msgspec.convert(read_yaml(blocks("yaml")[1]), Workflow)
    assert isinstance(call, WorkflowCall)
    assert f".github/workflows/{call.workflow}" in TEXT
    assert set(workflow.on["workflow_dispatch"].inputs) == set(call.inputs)
    for step in workflow.jobs["rebuild"].steps:
        assert "${{" not in step.run, "no text of others in a shell"
        assert not step.uses or re.search(r"@[0-9a-f]{40}$", step.uses)


def read_yaml(text: str) -> dict[str, object]:
    read: dict[str, object] = YAML(typ="safe", pure=True).load(text)
    return read


def test_each_step_has_its_answer() -> None:
    assert [row[0] for row in rows()] == [str(number) for number in range(1, len(rows()) + 1)]
    assert {len(row) for row in rows()} == {4}
    assert all(cell for row in rows() for cell in row)


@pytest.mark.parametrize(("number", "proof"), PROOFS.items(), ids=lambda value: value if isinstance(value, int) else "")
def test_what_a_row_says_is_proven(number: int, proof: tuple[str, str]) -> None:
    path, name = proof
    assert number <= len(rows())
    assert f"def {name}(" in (ROOT / "tests" / path).read_text(encoding="utf-8")


def test_what_the_page_names_exists() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src" / "pilotage").rglob("*.py"))
    prose = re.sub(r"```.*?```", "", TEXT, flags=re.DOTALL)
    code = re.findall(r"`([^`]+)`", prose)
    assert {each.split()[1] for each in code if each.startswith("pilotage ")} <= set(COMMANDS)
    keys = {field.encode_name for record in (PublishRules, AnnounceRules) for field in msgspec.structs.fields(record)}
    assert {each.split(".")[1] for each in code if each.startswith("publish.")} <= keys
    assert "slack-channel" in keys
    variables = set(re.findall(r"PILOTAGE_[A-Z_]+", TEXT))
    assert variables
    assert [each for each in sorted(variables) if each not in source] == []


def test_every_page_that_is_linked_is_there() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", TEXT):
        assert (ROOT / "docs" / target).exists(), target
