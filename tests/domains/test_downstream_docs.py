"""docs/downstream.md says what the code does: its tables are those of the program, and its commands can be given."""

from __future__ import annotations

import ast
import re
import shlex
import tomllib
from pathlib import Path
from typing import get_args

import click
import msgspec
import pytest
from ruamel.yaml import YAML

from pilotage.cli import COMMANDS, cli
from pilotage.domains.downstream.deciding import decide
from pilotage.domains.downstream.overview import describe_rows, render_totals
from pilotage.domains.downstream.pulltext import branch_of
from pilotage.domains.downstream.reading import MOST_BYTES, MOST_FILES, read_usage
from pilotage.domains.downstream.selection import is_allowed, search_queries
from pilotage.domains.settings import read_config
from pilotage.model.downstream import Change, Found, How, Reference, Rollout, Row, Sight, Standing, State, Usage, Wanted
from pilotage.model.downstreamrules import DownstreamRepository, DownstreamRules, Update
from pilotage.model.plan import Plan
from pilotage.model.project import FileEdit
from pilotage.model.version import Version
from pilotage.reconcile.downstream.outcome import describe_rolled, render_rolled
from pilotage.reconcile.downstream.session import RolledOut
from recovery.appendix import is_quoted
from recovery.raisesites import GAP, SOURCE

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
NAMES = ("downstream.md", "migrating-a-team-of-images.md")
PAGES = {name: (DOCS / name).read_text(encoding="utf-8") for name in NAMES}
PAGE = PAGES["downstream.md"]
EXAMPLE = ROOT / "examples" / "downstream"
ROLLOUT = Rollout(
    wanted=Wanted("demo", Version("2.0.0"), "v2.0.0", repository="github.com/acme/demo"),
    package="demo",
    repository="acme/demo",
    web_url="https://github.com/acme/demo",
    since="2026-11-22T10:00:00Z",
)
REBUILD = {".github/workflows/rebuild.yml": "on: workflow_dispatch"}
FILES = {
    "acme/billing": {"requirements.txt": "requests\ndemo==1.3.0\n"},
    "acme/forecast": REBUILD | {"pyproject.toml": '[project]\nname = "forecast"\ndependencies = ["demo>=1,<3"]\n'},
    "acme/ledger": REBUILD | {"Dockerfile": "FROM a\nARG DEMO_VERSION=1.3.0\nRUN pip install demo==$DEMO_VERSION\n"},
    "acme/legacy-etl": {"requirements.txt": "demo==1.3.0\n"},
    "acme/portal": {"pyproject.toml": '[project]\nname = "portal"\ndependencies = ["demo>=1.2,<2"]\n'},
    "acme/reports": REBUILD | {"Dockerfile": "FROM a\nRUN pip install demo\n"},
    "acme/site": {"requirements.txt": "requests\n"},
}
"""The repositories of the first example: what stands in them."""

OUTCOMES = {
    ("dispatch", "planned"): "rebuilt",
    ("pull-request", "planned"): "pull request",
    ("pull-request", "failed"): "failed",
    ("respect", "nothing"): "left",
    ("skip", "nothing"): "nothing",
}
FROM_ELSEWHERE = {"Unexpected inputs provided", "HTTP 403: Resource not accessible"}
"""What GitHub itself says."""


def blocks(language: str, page: str = PAGE) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)


def table(head: str) -> list[list[str]]:
    """Read the rows of the table that begins so."""
    lines = PAGE.split(f"\n| {head} |", 1)[1].split("\n\n", 1)[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]


def shown(page: str) -> list[str]:
    lines = [line[2:] for block in blocks("console", page) for line in block.splitlines() if line.startswith("$ ")]
    spans = [
        " ".join(span.split()) for span in re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", page, flags=re.DOTALL))
    ]
    return [line for line in (*lines, *spans) if line.startswith("pilotage ")]


COMMAND_LINES = sorted({line for page in PAGES.values() for line in shown(page)})
TABLES = [(name, text) for name, page in PAGES.items() for text in blocks("toml", page)]


def sight_of(name: str, files: dict[str, str]) -> Sight:
    return Sight(Found(name, id="R", branch="main", head="h" * 40, tree="t" * 40), files=files)


def rules_of_the_example() -> DownstreamRules:
    return read_config(blocks("toml")[0]).downstream


@pytest.mark.parametrize(("name", "text"), TABLES, ids=[f"{name}-{index}" for index, (name, _) in enumerate(TABLES)])
def test_every_table_that_is_shown_is_one_that_the_program_reads(name: str, text: str) -> None:
    assert read_config(text).downstream != DownstreamRules(), name


def test_the_keys_that_are_explained_are_those_of_the_rules_with_their_defaults() -> None:
    explained = {key.strip("`"): tomllib.loads(f"is = {default.strip('`')}")["is"] for key, default, *_ in table("key")}
    assert explained == msgspec.json.decode(msgspec.json.encode(DownstreamRules()))


def test_what_a_repository_may_have_of_its_own_is_marked() -> None:
    marked = [key.strip("`") for key, _, own, _ in table("key") if own == "yes"]
    fields = [field.encode_name for field in msgspec.structs.fields(DownstreamRepository)]
    assert ["name", *marked] == fields


def test_every_way_to_update_is_named() -> None:
    (said,) = (row[-1] for row in table("key") if row[0] == "`update`")
    assert sorted(re.findall(r"`([a-z-]+)`", said)) == sorted(get_args(Update))


def test_every_standing_has_its_row() -> None:
    named = [row[0].strip("`") for row in table("standing")]
    assert named == [*Standing, "not used"]


STANDINGS = [
    (row[0].strip("`"), update, row[index])
    for row in table("standing")
    for index, update in enumerate(("auto", "dispatch", "pull-request"), start=2)
]


@pytest.mark.parametrize(("standing", "update", "said"), STANDINGS)
def test_a_standing_leads_to_what_the_page_says(standing: str, update: Update, said: str) -> None:
    changes = (Change(0, 1, "==2.0.0"),) if standing in {"exact", "excludes", "argument"} else ()
    places = () if standing == "not used" else (Reference("a.txt", 1, Standing(standing), "1.3.0", changes=changes),)
    usage = Usage(places, (FileEdit("a.txt", "new"),) if changes else ())
    rules = DownstreamRules(update=update, workflow="rebuild.yml")
    row = decide(sight_of("acme/a", REBUILD | {"a.txt": "old"}), usage, None, rules, ROLLOUT).row
    assert OUTCOMES[row.how, row.state] == said


@pytest.mark.parametrize("standing", Standing)
def test_auto_without_the_workflow_is_a_pull_request(standing: Standing) -> None:
    usage = Usage((Reference("a.txt", 1, standing, "1.3.0"),))
    by_hand, unnamed, absent = (
        decide(sight_of("acme/a", {}), usage, None, rules, ROLLOUT)
        for rules in (
            DownstreamRules(update="pull-request", workflow="rebuild.yml"),
            DownstreamRules(),
            DownstreamRules(workflow="rebuild.yml"),
        )
    )
    assert by_hand == unnamed == absent


def test_the_table_that_is_shown_is_what_a_plan_prints() -> None:
    rules = rules_of_the_example()
    rows = [
        decide(sight_of(name, files), read_usage(files, ROLLOUT.wanted), None, rules, ROLLOUT).row
        for name, files in FILES.items()
    ]
    rolled = RolledOut(rollout=ROLLOUT, rows=tuple(rows), plan=Plan("acme/demo", branch="", head=""))
    assert render_rolled(rolled) == blocks("text")[0].rstrip("\n")


def test_the_repositories_of_the_table_are_those_that_the_example_means() -> None:
    rules = rules_of_the_example()
    assert all(is_allowed(name, rules) for name in FILES)
    assert search_queries(rules) == ("topic:uses-demo user:acme",)


def test_the_comment_that_is_shown_keeps_a_pin() -> None:
    (reference,) = read_usage({"requirements.txt": blocks("text")[1]}, ROLLOUT.wanted).references
    assert (reference.standing, reference.why) == (Standing.KEPT, "pilotage: keep (until the flows are rewritten)")


def test_a_place_becomes_what_the_page_says() -> None:
    said = re.findall(r"`([^`]+)`\s+becomes\s+`([^`]+)`", PAGE)
    assert len(said) == 3
    for before, after in said:
        place = "demo{}\n" if not before.startswith("@") else "demo @ git+https://github.com/acme/demo{}\n"
        (edit,) = read_usage({"requirements.txt": place.format(before)}, ROLLOUT.wanted).edits
        assert edit.text == place.format(after)


@pytest.mark.parametrize("address", ["@v1.3.0", "@main"])
def test_an_address_of_git_stands_as_the_page_says(address: str) -> None:
    text = f"demo @ git+https://github.com/acme/demo{address}\n"
    (reference,) = read_usage({"requirements.txt": text}, ROLLOUT.wanted).references
    section = PAGE.split("\n## Packages that never see an index\n")[1].split("\n## ")[0]
    (said,) = re.findall(rf"{re.escape(address)}`\s+is\s+`(\w+)`", section)
    assert reference.standing == said


def test_the_dockerfile_of_a_package_without_an_index_is_rebuilt_with_the_version() -> None:
    (text,) = blocks("dockerfile", PAGES["migrating-a-team-of-images.md"])
    usage = read_usage({"Dockerfile": f"FROM a\n{text}"}, ROLLOUT.wanted)
    assert {reference.standing for reference in usage.references} == {Standing.ARGUMENT}


@pytest.mark.parametrize("line", COMMAND_LINES)
def test_every_command_that_is_shown_can_be_given(line: str) -> None:
    name, *arguments = shlex.split(line)[1:]
    command = cli.get_command(click.Context(cli), name)
    assert name in COMMANDS
    assert command is not None
    with command.make_context(name, arguments) as context:
        assert context.args == []


def test_the_ways_to_begin_are_shown() -> None:
    assert {"pilotage plan downstream", "pilotage downstream --only acme/reports"} <= set(COMMAND_LINES)


def test_the_states_and_ways_are_named_and_no_others() -> None:
    told = PAGE.split("The state of a row is")[1].split("The output")[0]
    states, _, ways = told.partition("; how is")
    assert sorted(re.findall(r"`([a-z-]+)`", states)) == sorted(get_args(State))
    assert sorted(re.findall(r"`([a-z-]+)`", ways)) == sorted(get_args(How))


def test_the_machine_format_is_the_documented_one() -> None:
    row = Row("acme/a", "", "", "skip", "nothing", "")
    rolled = RolledOut(rollout=ROLLOUT, rows=(row,), plan=Plan("acme/demo", branch="", head=""))
    told = describe_rolled(rolled)
    assert told.keys() - describe_rows(ROLLOUT, [row]).keys() == {"overview", "notice"}
    shape = re.search(r'`(\{"format": 1, [^`]+)`', " ".join(PAGE.split()))
    assert shape is not None
    names = re.findall(r'"([a-z-]+)"', shape[1])
    (first,) = msgspec.convert(told["rows"], list[dict[str, object]])
    inner = {"rows": list(first), "totals": list(msgspec.convert(told["totals"], dict[str, int]))}
    assert names == [word for name in told for word in (name, *inner.get(name, []))]


def test_the_totals_that_are_told_are_spelled_so() -> None:
    rows = [
        *(Row(f"acme/a{n}", "", "", "dispatch", "done", "") for n in range(12)),
        *(Row(f"acme/b{n}", "", "", "pull-request", "open", "") for n in range(5)),
        *(Row(f"acme/c{n}", "", "", "respect", "nothing", "") for n in range(4)),
    ]
    assert f"*{render_totals(rows)}*" in " ".join(PAGE.split())


def test_the_bounds_and_the_branch_are_those_of_the_program() -> None:
    assert f"At most {MOST_FILES} files" in PAGE
    assert MOST_BYTES == 1_000_000
    assert branch_of("NAME").replace("name", "NAME") in PAGE


@pytest.mark.parametrize("name", NAMES)
def test_every_page_and_file_that_is_linked_is_there(name: str) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", PAGES[name])
    assert targets
    assert [target for target in targets if not (DOCS / target).exists()] == []


def test_the_files_to_copy_are_those_of_the_example() -> None:
    names = {path.name for path in (EXAMPLE / ".github" / "workflows").iterdir()}
    step = PAGE.split("**4. Copy two files**")[1].split("\n\n")[0].split("A job of")[0]
    assert names == set(re.findall(r"`([a-z-]+\.yml)`", step))
    assert rules_of_the_example().workflow in names


def test_the_example_s_workflow_takes_the_inputs_that_it_is_started_with() -> None:
    text = (EXAMPLE / ".github" / "workflows" / rules_of_the_example().workflow).read_text(encoding="utf-8")
    asked = YAML(typ="safe", pure=True).load(text)["on"]["workflow_dispatch"]["inputs"]
    assert set(asked) == set(rules_of_the_example().inputs)


QUOTES = sorted({words for row in table("it says") for words in re.findall(r"`([^`]+)`", row[0])})


def source_texts() -> list[str]:
    """Give every text in the source, with a gap where something is put in."""
    texts = []
    for path in (path for path in SOURCE.rglob("*.py") if "sandbox" not in path.parts):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                texts.append("".join(str(v.value) if isinstance(v, ast.Constant) else GAP for v in node.values))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.append(node.value)
    return texts


TEXTS = source_texts()


@pytest.mark.parametrize("words", sorted(set(QUOTES) - FROM_ELSEWHERE))
def test_what_is_quoted_is_what_the_program_says(words: str) -> None:
    assert any(is_quoted(words, text) for text in TEXTS)
