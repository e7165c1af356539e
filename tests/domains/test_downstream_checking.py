from __future__ import annotations

import msgspec
import pytest

from pilotage.domains.downstream.checking import check_downstream_rules
from pilotage.errors import ConfigError
from pilotage.model.config import Config
from pilotage.model.downstreamrules import DownstreamRepository, DownstreamRules

PLACE = "pyproject.toml: [tool.pilotage.downstream]"


def check(rules: DownstreamRules) -> None:
    check_downstream_rules(Config(downstream=rules), "pyproject.toml")


def refusal(rules: DownstreamRules) -> str:
    with pytest.raises(ConfigError) as caught:
        check(rules)
    assert caught.value.hint
    assert caught.value.message.startswith(f"{PLACE} ")
    return caught.value.message.removeprefix(f"{PLACE} ")


@pytest.mark.parametrize(
    "rules",
    [
        DownstreamRules(),
        DownstreamRules(repositories=("acme/flow", "Acme/.github", "a-b/c_d.e", DownstreamRepository("acme/flow-2"))),
        DownstreamRules(topics=("flow", "a1-b"), search=("org:acme flow in:name",), allow=("acme/*", "acme/flow-*")),
        DownstreamRules(allow=("acme/flow",), keep=("acme/legacy-*", "*/old")),
        DownstreamRules(package="acme.Flow_Kit", title="{version} of {package} ({tag})", at_once=50, wait_minutes=0),
        DownstreamRules(wait_minutes=1440, at_once=1, per_job=256, title="{version}"),
        DownstreamRules(update="dispatch", workflow="image.yml", ref="release/1.x", lock_workflow="lock.yaml"),
        DownstreamRules(inputs={"v": "{version}{tag}{package}"}, files=("requirements/**", "docker/*.in")),
        # nobody follows by the general rules, and the one that dispatches names its workflow
        DownstreamRules(
            update="dispatch", repositories=(DownstreamRepository("acme/flow", workflow="image.yml", files=("a",)),)
        ),
        DownstreamRules(repositories=("acme/flow",), update="dispatch", workflow="i.yml"),
        DownstreamRules(
            update="dispatch",
            workflow="image.yml",
            repositories=(DownstreamRepository("acme/flow", update="pull-request", workflow="", lock_workflow=""),),
        ),
    ],
)
def test_rules_that_can_be_meant_are_taken(rules: DownstreamRules) -> None:
    check(rules)


@pytest.mark.parametrize(
    "name",
    [
        *("", "flow", "acme/", "/flow", "acme/flow/x", "acme/fl ow", "acme/flow\n", "acme/..", "acme/.", "../flow"),
        *("acme/é", "acme/flow.git", "https://github.com/acme/flow", "acme/*", "-a/b", f"acme/{'a' * 101}"),
        *("acme/a..b", "a\\b/c"),
    ],
)
def test_what_is_no_repository_s_name_is_refused(name: str) -> None:
    assert refusal(DownstreamRules(repositories=("acme/flow", name))) == (
        f"repositories[1]: {name[:100]!r} is not the name of a repository"
    )


def test_a_repository_is_named_once_in_whatever_case() -> None:
    rules = DownstreamRules(repositories=("acme/flow", "acme/other", DownstreamRepository("Acme/Flow")))
    assert refusal(rules) == "repositories[2]: 'Acme/Flow' is repositories[0] again"


@pytest.mark.parametrize("topic", ["", "Flow", "a b", "-a", "a" * 51, "flow user:evil", "a_b", "é", "a\n"])
def test_what_is_no_topic_is_refused(topic: str) -> None:
    assert refusal(DownstreamRules(topics=(topic,), allow=("acme/*",))) == f"topics[0]: {topic[:100]!r} is not a topic"


@pytest.mark.parametrize("query", ["", " ", "a\nb", " a", "a" * 257, "a\u202eb"])
def test_a_search_is_one_line(query: str) -> None:
    expected = f"search[1]: {query[:100]!r} is not one line of 1 to 256 characters"
    assert expected == refusal(DownstreamRules(search=("a", query), allow=("acme/*",)))


@pytest.mark.parametrize(
    ("rules", "key"), [(DownstreamRules(topics=("a",)), "topics"), (DownstreamRules(search=("a",)), "search")]
)
def test_what_is_searched_for_needs_an_allow_list(rules: DownstreamRules, key: str) -> None:
    assert refusal(rules).startswith(f"{key} is set and allow is not")


@pytest.mark.parametrize(
    "glob", ["", "*", "*/*", "acme*/x", "*acme/x", "acme", "acme/", "acme/a/b", "acme/?", "acme/**/x", "a[b]/c", "a/.."]
)
def test_an_allow_list_names_its_owners_to_the_letter(glob: str) -> None:
    assert refusal(DownstreamRules(allow=("acme/*", glob))) == f"allow[1]: {glob!r} does not name one owner"


@pytest.mark.parametrize("glob", ["", "*", "acme", "acme/a/b", "acme/[a]"])
def test_what_is_kept_is_a_pattern_of_names(glob: str) -> None:
    assert refusal(DownstreamRules(keep=(glob,))) == f"keep[0]: {glob!r} is not a pattern of repositories"


@pytest.mark.parametrize("package", [" ", "a b", "-a", "a-", "a/b", "a" * 101, "é", "a\n"])
def test_what_is_no_package_s_name_is_refused(package: str) -> None:
    assert refusal(DownstreamRules(package=package)) == f"package: {package[:100]!r} is not the name of a package"


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        (DownstreamRules(at_once=0), "at-once is 0, expected 1 to 50"),
        (DownstreamRules(at_once=51), "at-once is 51, expected 1 to 50"),
        (DownstreamRules(wait_minutes=-1), "wait-minutes is -1, expected 0 to 1440"),
        (DownstreamRules(wait_minutes=1441), "wait-minutes is 1441, expected 0 to 1440"),
        (DownstreamRules(per_job=0), "per-job is 0, expected 1 to 256"),
        (DownstreamRules(per_job=257), "per-job is 257, expected 1 to 256"),
        (DownstreamRules(title=""), "title: '' is not one line of 1 to 200 characters"),
        (DownstreamRules(title="{version}\n"), "title: '{version}\\n' is not one line of 1 to 200 characters"),
        (DownstreamRules(title="{version} {name} {x}"), "title: {name}, {x} stands for nothing"),
        (DownstreamRules(title="update {package}"), "title: 'update {package}' does not say which version"),
    ],
)
def test_numbers_and_titles_have_bounds(rules: DownstreamRules, message: str) -> None:
    assert message == refusal(rules)


def test_a_title_may_have_two_hundred_characters_and_no_more() -> None:
    check(DownstreamRules(title="{version}".ljust(200, "x")))
    assert refusal(DownstreamRules(title="{version}".ljust(201, "x"))).startswith("title: ")


@pytest.mark.parametrize(
    ("own", "message"),
    [
        (DownstreamRepository("a/b", workflow="x/ci.yml"), "workflow: 'x/ci.yml' is not the name of a workflow's file"),
        (DownstreamRepository("a/b", lock_workflow="lock"), "lock-workflow: 'lock' is not the name of a workflow's"),
        (DownstreamRepository("a/b", ref="a..b"), "ref: 'a..b' is no name of a branch or a tag"),
        (DownstreamRepository("a/b", inputs={"v": "{sha}"}), "inputs.v: {sha} stands for nothing"),
        (DownstreamRepository("a/b", inputs={"v": "${{ x }}"}), "inputs.v: '${{ x }}' holds an expression"),
        (DownstreamRepository("a/b", inputs={"a b": ""}), "inputs: 'a b' cannot be an input's name"),
        (DownstreamRepository("a/b", inputs={f"i{i}": "" for i in range(26)}), "has 26 inputs, and GitHub takes 25"),
        (DownstreamRepository("a/b", files=("a", "../b")), "files[1]: '../b' "),
        (DownstreamRepository("a/b", update="dispatch"), 'update is "dispatch" without a workflow'),
    ],
)
def test_the_rules_of_one_repository_are_checked_as_the_general_ones_are(
    own: DownstreamRepository, message: str
) -> None:
    assert refusal(DownstreamRules(repositories=("a/a", own))).startswith(f"repositories[1] {message}")
    general = DownstreamRules(
        update=own.update or "auto",
        workflow=own.workflow or "",
        ref=own.ref or "",
        inputs=own.inputs or {},
        lock_workflow=own.lock_workflow or "",
        files=own.files or (),
    )
    assert refusal(general).startswith(message)


@pytest.mark.parametrize(
    "rules",
    [
        DownstreamRules(repositories=("acme/flow", DownstreamRepository("acme/x", workflow="i.yml"))),
        DownstreamRules(
            repositories=(DownstreamRepository("acme/x", workflow="i.yml"),), topics=("a",), allow=("a/*",)
        ),
        DownstreamRules(
            repositories=(DownstreamRepository("acme/x", workflow="i.yml"),), search=("a",), allow=("a/*",)
        ),
    ],
)
def test_a_general_rule_without_a_workflow_starts_nothing_where_it_is_needed(rules: DownstreamRules) -> None:
    dispatched = msgspec.structs.replace(rules, update="dispatch")
    assert refusal(dispatched).startswith('update is "dispatch" without a workflow')


def test_hints_name_the_words_that_stand_for_something() -> None:
    with pytest.raises(ConfigError) as caught:
        check(DownstreamRules(inputs={"v": "{sha}"}))
    assert caught.value.hint == "Only {version}, {tag} and {package} stand for something."
