"""What people read of a release: by the repository's templates, in its changelog's style, and with its newcomers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pilotage.errors import ConfigError
from pilotage.sandbox.forge.access import Permission
from pilotage.sandbox.forge.forge import Forge
from train.harness import PYPROJECT, TOKEN, Bench, merge_feature, release_pull_request

if TYPE_CHECKING:
    from pathlib import Path

NOTES = "[tool.pilotage.notes]\n"
TEMPLATE = "Shipped: {% for change in changes %}{{ change.subject | markdown }}{% endfor %}"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def start(bench: Bench, table: str, **files: str) -> Path:
    """Save a repository with one release, a configuration and further files (`__` stands for a dot in their names)."""
    forge = Forge(bench.folder / "first")
    forge.tokens[TOKEN] = Permission.WRITE
    named: dict[str, str | bytes | None] = {name.replace("__", "."): text for name, text in files.items()}
    forge.push("main", named | {"pyproject.toml": f"{PYPROJECT}\n{table}"}, "chore: start")
    forge.create_tag("v0.1.0", "main")
    return bench.save(forge, "start")


def read(forge: Forge, path: str) -> str:
    git = forge.realm.git
    entry = git.entry(git.need_commit(git.branch("pilotage/release-main") or "").tree, path)
    return (git.read_blob(entry.oid) or b"").decode() if entry else ""


def test_templates_write_the_notes_the_titles_and_the_body(bench: Bench) -> None:
    table = (
        f'{NOTES}template = "notes.j2"\npull-request-template = "body.j2"\n'
        'pull-request-title = "chore(release): {{ package }} {{ version }}"\nrelease-title = "Demo {{ version }}"\n'
    )
    saved = start(bench, table, notes__j2=TEMPLATE, body__j2="Out soon: {{ version }}\n\n{{ notes }}")
    with bench.world(saved) as (forge, endpoint):
        merge_feature(forge)
        bench.run(endpoint)
        pull = forge.pull_request(release_pull_request(forge))
        assert pull.title == "chore(release): demo 0.2.0"
        assert "Out soon: 0.2.0" in (pull.body or "")
        assert "<!-- pilotage:foreword -->" in (pull.body or "")
        assert "Shipped: greet people" in read(forge, "CHANGELOG.md")
        forge.merge_pull_request(pull.number)
        bench.run(endpoint)
        (release,) = forge.realm.state.releases
        assert (release.name, "Shipped: greet people" in (release.body or "")) == ("Demo 0.2.0", True)
        world = forge.world()
        assert (bench.run(endpoint).plan.steps, forge.world()) == ((), world)


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{% for x in %}", "notes.j2"),
        ("{{ nothing }}", "notes.j2"),
        ("{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}", "notes.j2"),
    ],
)
def test_a_template_that_fails_or_never_ends_writes_nothing(bench: Bench, template: str, words: str) -> None:
    with bench.world(start(bench, f'{NOTES}template = "notes.j2"\n', notes__j2=template)) as (forge, endpoint):
        merge_feature(forge)
        world = forge.world()
        error = bench.try_run(endpoint)
        assert isinstance(error, ConfigError)
        assert (words in error.message, forge.world()) == (True, world)


def test_a_template_that_is_not_there_is_named(bench: Bench) -> None:
    with bench.world(start(bench, f'{NOTES}template = "gone.j2"\n')) as (forge, endpoint):
        merge_feature(forge)
        error = bench.try_run(endpoint)
        assert isinstance(error, ConfigError)
        assert "'gone.j2'" in error.message


def test_without_a_changelog_the_release_says_what_the_pull_request_said(bench: Bench) -> None:
    with bench.world(start(bench, '[tool.pilotage]\nchangelog-path = ""\n')) as (forge, endpoint):
        merge_feature(forge)
        bench.run(endpoint)
        forge.merge_pull_request(release_pull_request(forge))
        bench.run(endpoint)
        (release,) = forge.realm.state.releases
        assert "### Features\n\n* greet people" in (release.body or "")


def test_a_changelog_of_restructured_text_becomes_a_release_of_markdown(bench: Bench) -> None:
    table = '[tool.pilotage]\nchangelog-path = "CHANGES.rst"\n'
    with bench.world(start(bench, table, CHANGES__rst="=========\nCHANGELOG\n=========\n")) as (forge, endpoint):
        merge_feature(forge)
        bench.run(endpoint)
        pull = forge.pull_request(release_pull_request(forge))
        assert "v0.2.0" in read(forge, "CHANGES.rst")
        assert "### Features" in (pull.body or "")
        forge.merge_pull_request(pull.number)
        bench.run(endpoint)
        (release,) = forge.realm.state.releases
        assert ("### Features" in (release.body or ""), "~~~" in (release.body or "")) == (True, False)


def test_who_is_new_is_welcomed_once_and_in_no_further_request(bench: Bench) -> None:
    with bench.world(start(bench, "")) as (forge, endpoint):
        number = forge.open_pull_request("greet", "feat: greet", files={"a.py": "1\n"}, author="newcomer")
        forge.merge_pull_request(number, author="newcomer")
        forge.mark()
        bench.run(endpoint)
        assert forge.api_calls() == 6
        text = read(forge, "CHANGELOG.md")
        assert text.count("@newcomer") >= 1
        assert "first" in text.lower() or "new contributor" in text.lower()
        forge.merge_pull_request(release_pull_request(forge))
        bench.run(endpoint)
        number = forge.open_pull_request("again", "feat: again", files={"b.py": "1\n"}, author="newcomer")
        forge.merge_pull_request(number, author="newcomer")
        bench.run(endpoint)
        section = read(forge, "CHANGELOG.md").partition("## [0.2.0]")[0]
        assert "new contributor" not in section.lower()


def test_notes_that_github_generates_stand_in_the_changelog(bench: Bench) -> None:
    with bench.world(start(bench, f'{NOTES}generator = "github"\n')) as (forge, endpoint):
        merge_feature(forge)
        bench.run(endpoint)
        assert "What's Changed" in read(forge, "CHANGELOG.md")


@pytest.mark.parametrize("key", ["template", "pull-request-template"])
def test_a_title_that_is_a_mark_of_ours_asks_for_nothing_through_a_template(bench: Bench, key: str) -> None:
    raw = "{% for change in changes %}\n{{ change.subject }}\n{% endfor %}"
    with bench.world(start(bench, f'{NOTES}{key} = "raw.j2"\n', raw__j2=raw)) as (forge, endpoint):
        title = "feat: <!-- pilotage:release-as 9.9.9 -->"
        forge.merge_pull_request(forge.open_pull_request("evil", title, files={"evil.py": "1\n"}))
        bench.run(endpoint)
        again = bench.run(endpoint)
        assert again.plan.steps == ()
        pull = forge.pull_request(release_pull_request(forge))
        assert (pull.title, "<!-- pilotage:release-as" in (pull.body or "")) == ("chore(release): 0.2.0", False)
