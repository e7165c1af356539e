"""The backtest on real repositories: what is in force when, and what cannot be decided."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from pilotage.commands.progress import Silence
from pilotage.errors import UsageError
from pilotage.reconcile.backtest import Backtest, backtest
from pilotage.reconcile.backtestview import render_backtest
from providers.gitrepos import Repo

if TYPE_CHECKING:
    from pathlib import Path

OWN = '[project]\nname = "demo"\nversion = "{version}"\n[tool.pilotage]\n{more}\n'
CZ = '[project]\nname = "demo"\n[tool.commitizen]\n'


def run(repo: Repo, *, since: str = "", limit: int | None = None, config_path: str = "pyproject.toml") -> Backtest:
    return backtest(repo.path, since=since, limit=limit, config_path=config_path, listener=Silence())


def told(found: Backtest) -> dict[str, str]:
    """Tell what was decided by tag: the version with a mark, or the id of the skip."""
    return {
        row.tag: f"[{row.skipped}]" if row.skipped else f"{row.decided}{'' if row.agrees else ' !'}"
        for row in found.report.rows
    }


def own(version: str, more: str = "") -> dict[str, str]:
    return {"pyproject.toml": OWN.format(version=version, more=more)}


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "repo")


def test_a_configuration_holds_from_its_commit_on(repo: Repo) -> None:
    repo.commit("chore: release 0.1.0", files=own("0.1.0"), tag="v0.1.0")
    repo.commit("feat: a")
    repo.commit("chore: release 0.2.0", files=own("0.2.0"), tag="v0.2.0")
    repo.commit("feat: b", files=own("0.2.0", "patch-on-zero = true"))
    repo.commit("chore: release 0.2.1", files=own("0.2.1", "patch-on-zero = true"), tag="v0.2.1")
    # what the release commit itself changes holds only after it
    repo.commit("feat: c")
    repo.commit("chore: release 0.2.2", files=own("0.2.2"), tag="v0.2.2")

    found = run(repo)

    assert told(found) == {"v0.2.2": "0.2.2", "v0.2.1": "0.2.1", "v0.2.0": "0.2.0", "v0.1.0": "[first-release]"}
    assert (found.report.releases, found.report.decided, found.report.agreed) == (4, 3, 3)


def test_one_tool_may_follow_another(repo: Repo) -> None:
    repo.commit("first", tag="v1.0.0")
    repo.commit("fix: by hand", tag="v1.0.1")
    repo.commit("refactor: x", files={"pyproject.toml": CZ})
    repo.commit("bump: version 1.0.1 → 1.0.2", tag="v1.0.2")
    repo.commit("docs: y", files={"release-please-config.json": '{"release-type": "python"}', "pyproject.toml": ""})
    repo.commit("chore(main): release 1.0.3", tag="v1.0.3")
    repo.commit("docs: z", files=own("1.0.3"))
    repo.commit("chore(release): 1.0.4", tag="v1.0.4")

    found = run(repo)

    assert told(found) == {
        "v1.0.4": "None !",
        "v1.0.3": "1.0.3",
        "v1.0.2": "1.0.2",
        "v1.0.1": "[tool-unknown]",
        "v1.0.0": "[first-release]",
    }
    assert [one.tool for one in found.replayed] == ["pilotage", "release-please", "commitizen", "", ""]


def test_a_repository_without_any_tool_is_decided_by_our_defaults(repo: Repo) -> None:
    repo.commit("first", tag="1.0.0")
    repo.commit("feat: a", tag="1.1.0")
    repo.commit("docs: b", tag="1.1.1")

    found = run(repo)

    assert told(found) == {"1.1.1": "1.1.1", "1.1.0": "1.1.0", "1.0.0": "[first-release]"}
    assert found.replayed[0].tool == "by hand"


def test_a_title_like_a_tools_makes_no_tool(repo: Repo) -> None:
    repo.commit("first", tag="1.0.0")
    repo.commit("docs: a", tag="1.0.1")
    repo.commit("docs: b")
    repo.commit("chore: release 1.0.2", tag="1.0.2")
    repo.commit("docs: c", tag="1.0.3")

    found = run(repo)

    assert told(found) == {"1.0.3": "1.0.3", "1.0.2": "1.0.2", "1.0.1": "1.0.1", "1.0.0": "[first-release]"}
    assert {one.tool for one in found.replayed} == {"by hand", ""}


def test_a_broken_configuration_is_told_and_passed_over(repo: Repo) -> None:
    repo.commit("first", tag="v1.0.0")
    repo.commit("feat: a", files={"pyproject.toml": "[tool.pilotage]\nmajor-on-zer = true\n"}, tag="v1.1.0")
    repo.commit("feat: b", files=own("1.1.0"), tag="v1.2.0")

    found = run(repo)

    assert told(found) == {"v1.2.0": "1.2.0", "v1.1.0": "[configuration-unreadable]", "v1.0.0": "[first-release]"}
    assert "major-on-zer is unknown" in (found.report.rows[1].why or "")
    assert "  pyproject.toml: [tool.pilotage] major-on-zer is unknown (v1.1.0)" in render_backtest(found).splitlines()


def test_one_mistake_is_told_once(repo: Repo) -> None:
    repo.commit("first", files={"pyproject.toml": "[tool.pilotage]\nnope = 1\n"}, tag="v1.0.0")
    for number in (1, 2, 3):
        repo.commit("fix: a", tag=f"v1.0.{number}")

    text = render_backtest(run(repo))

    assert text.count("nope is unknown") == 1
    assert "(v1.0.3 and 2 more)" in text


@pytest.mark.parametrize("text", ["\x00", "[", '{"a": ' * 10_000, "a: &a [*a]"])
def test_no_configuration_of_a_stranger_stops_the_report(repo: Repo, text: str) -> None:
    repo.commit("first", tag="v1.0.0")
    files = dict.fromkeys(
        ("pyproject.toml", "release-please-config.json", ".github/release-please.yml", ".releaserc", "setup.cfg"), text
    )
    repo.commit("feat: a", files=files, tag="v1.1.0")
    repo.commit("feat: b", files={**dict.fromkeys(files, ""), **own("1.1.0")}, tag="v1.2.0")

    assert told(run(repo)) == {
        "v1.2.0": "1.2.0",
        "v1.1.0": "[configuration-unreadable]",
        "v1.0.0": "[first-release]",
    }


def test_a_configuration_that_is_no_text_or_no_file_is_none(repo: Repo) -> None:
    repo.commit("first", tag="v1.0.0")
    (repo.path / "pyproject.toml").write_bytes(b"[tool.pilotage]\n# \xff\n")
    (repo.path / "setup.cfg").symlink_to("pyproject.toml")
    repo.git("add", ".")
    repo.commit("feat: a", tag="v1.1.0")
    repo.git("rm", "--quiet", "pyproject.toml")
    repo.commit("feat: b", tag="v1.2.0")

    assert told(run(repo)) == {"v1.2.0": "1.2.0", "v1.1.0": "1.1.0", "v1.0.0": "[first-release]"}


def test_each_package_of_a_workspace_is_a_series_of_its_own(repo: Repo) -> None:
    files = {"pyproject.toml": '[tool.uv.workspace]\nmembers = ["packages/*"]\n[tool.pilotage]\n'}
    files |= {f"packages/{name}/pyproject.toml": f'[project]\nname = "{name}"\n' for name in ("a", "b")}
    repo.commit("chore: start", files=files, tag="a-v1.0.0")
    repo.git("tag", "b-v1.0.0")
    repo.commit("feat: x", files={"packages/a/x.py": "1"})
    repo.commit("fix: y", files={"packages/b/y.py": "1"})
    repo.commit("chore(release): a 1.1.0", files={"packages/a/v": "1"}, tag="a-v1.1.0")
    repo.commit("chore(release): b 1.0.1", files={"packages/b/v": "1"}, tag="b-v1.0.1")
    repo.commit("docs: z", files={"README.md": "z"}, tag="b-v1.0.2")
    repo.commit("fix: c", tag="c-v1.0.0")
    repo.commit("fix: d", tag="c-v1.0.1")

    found = run(repo)

    assert told(found) == {
        "c-v1.0.1": "[component-not-configured]",
        "c-v1.0.0": "[first-release]",
        "b-v1.0.2": "[no-commit-touches-component]",
        "b-v1.0.1": "1.0.1",
        "a-v1.1.0": "1.1.0",
        "a-v1.0.0": "[first-release]",
        "b-v1.0.0": "[first-release]",
    }
    assert [row.component for row in found.report.rows[:3]] == ["c", "c", "b"]


def test_release_please_names_its_files_in_a_workflow(repo: Repo) -> None:
    workflow = (
        "jobs:\n  r:\n    steps:\n      - uses: googleapis/release-please-action@v4\n        with:\n"
        "          config-file: conf/rp.json\n          manifest-file: conf/versions.json\n"
    )
    config = '{"packages": {".": {"changelog-sections": [{"type": "docs", "section": "Docs"}]}}}'
    files = {".github/workflows/release.yml": workflow, "conf/rp.json": config, "conf/versions.json": '{".": "1.0.0"}'}
    repo.commit("chore: start", files=files, tag="v1.0.0")
    repo.commit("docs: x")
    repo.commit("chore(main): release 1.0.1", files={"conf/versions.json": '{".": "1.0.1"}'}, tag="v1.0.1")

    assert told(run(repo)) == {"v1.0.1": "1.0.1", "v1.0.0": "[first-release]"}


def test_files_that_are_named_and_not_there_are_passed_over(repo: Repo) -> None:
    workflow = (
        "jobs:\n  r:\n    steps:\n      - uses: googleapis/release-please-action@v4\n        with:\n"
        "          config-file: conf/absent.json\n"
    )
    files = {".github/workflows/release.yml": workflow, ".release-please-manifest.json": '{".": "1.0.0"}'}
    repo.commit("chore: start", files=files, tag="v1.0.0")
    for number in (1, 2):
        repo.commit("fix: x")
        manifest = {".release-please-manifest.json": f'{{".": "1.0.{number}"}}'}
        repo.commit(f"chore(main): release 1.0.{number}", files=manifest, tag=f"v1.0.{number}")

    found = run(repo)

    assert told(found) == {"v1.0.2": "1.0.2", "v1.0.1": "1.0.1", "v1.0.0": "[first-release]"}
    assert found.replayed[0].rules is found.replayed[1].rules


def test_a_configuration_that_was_taken_away_holds_no_longer(repo: Repo) -> None:
    config = {"release-please-config.json": '{"release-type": "python"}'}
    repo.commit("chore: start", files=config, tag="v1.0.0")
    repo.commit("docs: x", tag="v1.0.1")
    repo.git("rm", "--quiet", "release-please-config.json")
    repo.commit("docs: y", tag="v1.0.2")

    assert told(run(repo)) == {"v1.0.2": "[tool-unknown]", "v1.0.1": "1.0.1", "v1.0.0": "[first-release]"}


def test_merged_work_belongs_to_the_release_that_contains_it(repo: Repo) -> None:
    repo.commit("chore: start", files=own("1.0.0"), tag="v1.0.0")
    repo.git("checkout", "--quiet", "-b", "topic")
    repo.commit("feat: long work", files={"a": "1"})
    repo.git("checkout", "--quiet", "main")
    repo.commit("fix: quick", files={"b": "1"}, tag="v1.0.1")
    repo.merge("topic")
    repo.commit("chore: release 1.1.0", tag="v1.1.0")

    assert told(run(repo)) == {"v1.1.0": "1.1.0", "v1.0.1": "1.0.1", "v1.0.0": "[first-release]"}


def test_a_maintenance_branch_goes_on_by_itself(repo: Repo) -> None:
    repo.commit("chore: start", files=own("1.0.0"), tag="v1.0.0")
    repo.git("branch", "1.x")
    repo.commit("feat!: new", tag="v2.0.0")
    repo.git("checkout", "--quiet", "1.x")
    repo.commit("fix: old", tag="v1.0.1")
    repo.git("checkout", "--quiet", "main")
    repo.commit("fix: new", tag="v2.0.1")

    assert told(run(repo)) == {
        "v2.0.1": "2.0.1",
        "v1.0.1": "1.0.1",
        "v2.0.0": "2.0.0",
        "v1.0.0": "[first-release]",
    }


def test_pre_releases_are_passed_over_and_concluded(repo: Repo) -> None:
    repo.commit("chore: start", files=own("1.0.0"), tag="v1.0.0")
    repo.commit("feat!: a", tag="v2.0.0rc1")
    repo.commit("docs: b", tag="v2.0.0rc2")
    repo.git("tag", "v2.0.0")
    repo.commit("fix: c", tag="v2.1.0-next.1")

    assert told(run(repo)) == {
        "v2.1.0-next.1": "[prerelease]",
        "v2.0.0": "2.0.0",
        "v2.0.0rc2": "[prerelease]",
        "v2.0.0rc1": "[prerelease]",
        "v1.0.0": "[first-release]",
    }


def test_annotated_tags_count_and_tags_of_other_things_do_not(repo: Repo) -> None:
    repo.commit("chore: start", files=own("1.0.0"))
    repo.git("tag", "-a", "-m", "x", "v1.0.0")
    repo.commit("feat: a", files={"x": "1"})
    repo.git("tag", "-a", "-m", "x", "v1.1.0")
    repo.git("tag", "v9.0.0", repo.git("rev-parse", "HEAD:x"))
    repo.git("tag", "v9.0.1", "HEAD^{tree}")

    assert told(run(repo)) == {"v1.1.0": "1.1.0", "v1.0.0": "[first-release]"}


def test_hostile_names_and_messages_are_data(repo: Repo) -> None:
    repo.commit("chore: start", files=own("1.0.0"), tag="v1.0.0")
    name = "a\tb ü$(x)::error.md"
    message = "feat: $(touch pwned) ::error::x\n\n:100644 100644 a b M\n\x1b[31mred\r\n" + "x" * 100_000
    repo.commit(message, files={name: "1"})
    repo.raw_commit(b"caf\xe9 \xff: x\n\nfix: y")
    repo.raw_commit(b"")
    repo.git("tag", "v1.0.1")
    repo.git("tag", "v1.0.1;rm-rf")

    found = run(repo)
    text = render_backtest(found)

    assert told(found)["v1.0.1"] == "1.1.0 !"
    assert "\x1b" not in text
    assert "::error::x" not in [line.strip() for line in text.splitlines()]
    assert found.replayed[0].commits[-1].files == (name,)


def test_the_real_notes_are_evidence(repo: Repo) -> None:
    notes = "# Changelog\n\n## 1.0.2\n\n### Features\n\n* wave\n\n## 1.0.1\n\n### Features\n\n* greet people\n"
    repo.commit("chore: start", files=own("1.0.0"), tag="v1.0.0")
    repo.commit("feat: greet people")
    repo.commit("chore: release 1.0.1", files={"CHANGELOG.md": notes}, tag="v1.0.1")
    repo.commit("docs: x", tag="v1.0.2")
    repo.commit("docs: y", tag="v1.0.3")

    why = {row.tag: (row.why or "").partition(",")[0] for row in run(repo).report.rows}

    assert why["v1.0.1"].startswith("number-by-hand: ")
    assert why["v1.0.2"] == "override: the notes have 'Features'"
    assert why["v1.0.3"] == "forced-release: none of 1 commit releases anything (docs 1)"


def test_a_component_has_its_notes_in_its_folder(repo: Repo) -> None:
    config = '{"packages": {"packages/a": {"component": "a"}, "packages/b": {"component": "b"}}}'
    repo.commit("chore: start", files={"release-please-config.json": config}, tag="a-v1.0.0")
    repo.commit("docs: greet", files={"packages/a/x": "1"})
    notes = {"packages/a/CHANGELOG.md": "# Changelog\n\n## 1.1.0 (2026-01-01)\n\n### Features\n\n* y\n"}
    repo.commit("chore: release a 1.1.0", files=notes, tag="a-v1.1.0")

    assert (run(repo).report.rows[0].why or "").startswith("override: the notes have 'Features'")


def test_only_what_was_made_since_a_tag(repo: Repo) -> None:
    repo.commit("chore: start", files=own("1.0.0"), tag="v1.0.0")
    repo.commit("feat: a", tag="v1.1.0")
    repo.commit("feat: b", tag="v1.2.0")
    repo.commit("feat: c", tag="v1.3.0")

    assert told(run(repo, since="v1.1.0")) == {"v1.3.0": "1.3.0", "v1.2.0": "1.2.0"}
    assert told(run(repo, since="v1.1.0", limit=1)) == {"v1.3.0": "1.3.0"}
    assert told(run(repo, limit=2)) == {"v1.3.0": "1.3.0", "v1.2.0": "1.2.0"}


def test_a_tag_that_is_not_there_is_an_error_of_usage(repo: Repo) -> None:
    repo.commit("chore: start", tag="v1.0.0")
    with pytest.raises(UsageError, match="--since 'v9': no such tag"):
        run(repo, since="v9")


def test_a_tag_of_no_commit_is_no_place_to_begin(repo: Repo) -> None:
    repo.commit("chore: start", files={"x": "1"}, tag="v1.0.0")
    repo.git("tag", "blob", repo.git("rev-parse", "HEAD:x"))
    with pytest.raises(UsageError, match="--since 'blob': does not point at a commit"):
        run(repo, since="blob")


def test_without_release_tags_there_is_nothing_to_replay(repo: Repo) -> None:
    with pytest.raises(UsageError, match="no tag of this clone names a version"):
        run(repo)
    repo.commit("chore: start", tag="latest")
    with pytest.raises(UsageError, match="no tag of this clone names a version"):
        run(repo)


def test_a_folder_without_a_repository_is_an_error_of_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not a git repository"):
        backtest(tmp_path, since="", limit=None, config_path="pyproject.toml", listener=Silence())


def test_a_shallow_clone_is_refused(repo: Repo, tmp_path: Path) -> None:
    repo.commit("chore: start", tag="v1.0.0")
    repo.commit("feat: a", tag="v1.1.0")
    subprocess.run(["git", "clone", "--quiet", "--depth=1", repo.path.as_uri(), str(tmp_path / "shallow")], check=True)
    with pytest.raises(UsageError, match="shallow"):
        backtest(tmp_path / "shallow", since="", limit=None, config_path="pyproject.toml", listener=Silence())


def test_the_persons_settings_of_git_change_nothing(repo: Repo) -> None:
    repo.commit("chore: start", files=own("1.0.0"), tag="v1.0.0")
    repo.git("checkout", "--quiet", "-b", "topic")
    repo.commit("feat: a", files={"src/a.py": "1"})
    repo.git("checkout", "--quiet", "main")
    repo.commit("fix: b", files={"b.py": "1"})
    repo.merge("topic")
    repo.git("tag", "v1.1.0")
    before = run(repo)
    settings = ("log.showRoot=false", "log.diffMerges=off", "diff.renames=copies", "diff.noprefix=true")
    for setting in (
        *settings,
        "diff.relative=true",
        "log.showSignature=true",
        "core.quotePath=true",
        "color.ui=always",
    ):
        repo.git("config", *setting.split("="))

    found = backtest(repo.path / "src", since="", limit=None, config_path="pyproject.toml", listener=Silence())

    assert found.report == before.report
    assert [one.commits for one in found.replayed] == [one.commits for one in before.replayed]


def test_people_read_a_table_the_differences_and_the_counts(repo: Repo) -> None:
    repo.commit("chore: start", files=own("1.0.0"), tag="v1.0.0")
    repo.commit("feat: greet people", tag="v1.1.0")
    repo.commit("feat: wave", tag="v1.1.1")

    assert render_backtest(run(repo)).splitlines() == [
        "component  rules of  releases  decided  agreed     %",
        "-          pilotage         2        2       1  50.0",
        "all                         3        2       1  50.0",
        "",
        "Decided otherwise, newest first:",
        "",
        "  v1.1.1: 1.1.0 → 1.1.1, decided 1.2.0",
        f"    number-by-hand: {repo.sha()[:7]} feat: wave asks for a minor, the number is a patch",
        f"    commits: {repo.sha()[:7]} feat: wave",
        "",
        "Causes:",
        "      1  number-by-hand  the commits (and the notes) say one step, the number is another",
        "",
        "Not decided:",
        "      1  first-release  there is no release before it",
        "",
        "The ids are explained in docs/backtest.md.",
    ]


def test_full_agreement_is_one_row(repo: Repo) -> None:
    repo.commit("chore: start", files=own("1.0.0"), tag="v1.0.0")
    repo.commit("feat: greet people", tag="v1.1.0")
    repo.commit("fix: wave", tag="v1.1.1")

    assert render_backtest(run(repo, limit=2)).splitlines()[:3] == [
        "component  rules of  releases  decided  agreed      %",
        "-          pilotage         2        2       2  100.0",
        "",
    ]
