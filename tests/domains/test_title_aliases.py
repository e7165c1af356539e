"""The inputs of the action that most repositories use today: their meaning, kept."""

from __future__ import annotations

import pytest

from pilotage.domains.aliases import ALIASES, apply_aliases
from pilotage.domains.title import check_pull, check_title
from pilotage.errors import ConfigError
from pilotage.model.commit import Commit
from pilotage.model.config import Config, TitleRules
from pilotage.model.pullcontext import PullContext

BASE = Config(scopes=("base",), title=TitleRules(types=("feat",), require_scope=True, subject_pattern="x.*"))


def verdicts(titles: list[str], **inputs: str) -> list[bool]:
    config = apply_aliases(Config(), inputs)
    return [check_title(title, config).ok for title in titles]


@pytest.mark.parametrize("inputs", [{}, dict.fromkeys(ALIASES, ""), {"types": " \n "}, {"other": "x"}])
def test_inputs_that_are_not_set_change_nothing(inputs: dict[str, str]) -> None:
    assert apply_aliases(BASE, inputs) is BASE


def test_an_input_that_is_set_leaves_the_rest_of_the_configuration() -> None:
    config = apply_aliases(BASE, {"types": "fix"})
    assert config == Config(
        scopes=("base",), title=TitleRules(types=("fix",), require_scope=True, subject_pattern="x.*")
    )


def test_types_are_patterns_on_lines_of_their_own_and_replace_the_default_ones() -> None:
    titles = ["feat: x", "fix: x", "JIRA-12: x", "JIRA-1٣: x", "xJIRA-1: x", "featx: x", "docs: x"]
    assert verdicts(titles, types="  feat\n\nfix|feet\r\nJIRA-\\d+\n") == [True, True, True, False, False, False, False]


def test_an_alternative_is_not_torn_apart_by_its_anchors() -> None:
    assert verdicts(["featxyz: a", "prefix: a", "fix: a"], types="feat|fix") == [False, False, True]


def test_scopes_are_patterns_and_each_of_several_is_checked() -> None:
    titles = ["feat(core): x", "feat(core,ui-2): x", "feat(core, web): x", "feat(ui-x): x", "feat: x"]
    assert verdicts(titles, scopes="core\nui-\\d") == [True, True, False, False, True]
    assert verdicts(titles, scopes="core\nui-.", requireScope="true") == [True, True, False, True, False]
    assert verdicts(["feat: x"], requireScope="false") == [True]


def test_disallowed_scopes_are_patterns() -> None:
    titles = ["feat(release): x", "feat(API): x", "feat(api): x", "feat(api,release): x"]
    assert verdicts(titles, disallowScopes="release\n[A-Z]+") == [False, False, True, False]


def test_plain_entries_stay_names_so_that_the_nearest_is_suggested() -> None:
    config = apply_aliases(Config(), {"scopes": "core\n@org/pkg", "types": "feat\nfix"})
    assert (config.scopes, config.title.types) == (("core", "@org/pkg"), ("feat", "fix"))
    assert check_title("feat(croe): x", config).suggestion == "feat(core): x"


def test_the_subjects_pattern_has_its_own_words() -> None:
    inputs = {"subjectPattern": "^(?![A-Z]).+$", "subjectPatternError": '\n"{subject}" in "{title}"\n'}
    config = apply_aliases(Config(), inputs)
    assert check_title("feat: add x", config).ok
    (problem,) = check_title("feat: Add x", config).problems
    assert problem.message == '"Add x" in "feat: Add x"'


def test_labels_let_a_pull_request_through() -> None:
    config = apply_aliases(Config(), {"ignoreLabels": "bot\nignore title"})
    assert check_pull(PullContext("x", labels=("ignore title",)), config).report.ok
    assert not check_pull(PullContext("x", labels=("ignore",)), config).report.ok


@pytest.mark.parametrize(("wip", "on_draft", "on_ready"), [("true", True, False), ("false", False, False)])
def test_wip_is_fine_on_a_draft(wip: str, *, on_draft: bool, on_ready: bool) -> None:
    config = apply_aliases(Config(), {"wip": wip})
    title = "[WIP] feat: x"
    found = [check_pull(PullContext(title, is_draft=draft), config).report.ok for draft in (True, False)]
    assert [on_draft, on_ready] == found


@pytest.mark.parametrize(
    ("check", "match", "header", "is_ok"),
    [
        ("true", "", "words", False),
        ("true", "", "fix: y", True),
        ("true", "false", "fix: y", True),
        ("true", "true", "fix: y", False),
        ("true", "true", "feat: x", True),
        ("false", "true", "words", True),
        ("", "true", "words", True),
    ],
)
def test_a_single_commit_is_checked_and_compared(check: str, match: str, header: str, *, is_ok: bool) -> None:
    inputs = {"validateSingleCommit": check, "validateSingleCommitMatchesPrTitle": match}
    config = apply_aliases(Config(), inputs)
    context = PullContext("feat: x", commits=(Commit("a" * 40, header),))
    assert is_ok == check_pull(context, config).report.ok


@pytest.mark.parametrize("url", ["https://api.github.example", "https://api.github.example/"])
def test_the_runners_own_api_may_be_named(url: str) -> None:
    assert apply_aliases(Config(), {"githubBaseUrl": url}, api_url="https://api.github.example") == Config()


@pytest.mark.parametrize(
    ("name", "value", "message", "hint"),
    [
        ("headerPattern", "^(.*)$", "headerPattern cannot be used: ", "Remove it: types with digits or hyphens"),
        ("headerPatternCorrespondence", "type", "headerPatternCorrespondence cannot be used: ", "Remove it: types"),
        ("githubBaseUrl", "https://x", "githubBaseUrl is another API than the runner's", "Remove it: the API is found"),
        ("wip", "True", "wip is 'True', expected true or false", "Write `true` or `false`."),
        ("requireScope", "yes", "requireScope is 'yes', expected true or false", "Write `true` or `false`."),
        ("types", "feat\n(", "[tool.pilotage.title] types[1]: the pattern '(' cannot be used", "Patterns are "),
        ("subjectPattern", "(?<=a)b", "[tool.pilotage.title] subject-pattern: the pattern ", "Patterns are "),
    ],
)
def test_what_has_no_equivalent_is_refused_with_what_to_do(name: str, value: str, message: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        apply_aliases(Config(), {name: value})
    assert caught.value.message.startswith(f"the action's inputs: {message}")
    assert caught.value.hint.startswith(hint)


def test_another_api_is_named_with_the_runners() -> None:
    with pytest.raises(ConfigError, match=r"than the runner's, expected https://api\.github\.example$"):
        apply_aliases(Config(), {"githubBaseUrl": "https://x"}, api_url="https://api.github.example")
