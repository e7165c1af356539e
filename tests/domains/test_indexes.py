from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotage.domains.indexes import check_publish_rules, resolve_index
from pilotage.domains.settings import read_config
from pilotage.errors import ConfigError
from pilotage.model.config import Config
from pilotage.model.indexaddress import PYPI, TESTPYPI, IndexAddress
from pilotage.model.publishrules import IndexRule, PublishRules, WorkflowCall

MINE = IndexRule("https://write.example/pypi/upload", "https://read.example/pypi/simple")
RULES = PublishRules(indexes={"mine": MINE, "devpi": IndexRule("https://devpi.example/root/prod/+simple")})


def refusal(rules: PublishRules) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        check_publish_rules(Config(publish=rules), "pyproject.toml")
    assert caught.value.hint
    assert caught.value.message.startswith("pyproject.toml: [tool.pilotage.publish")
    return caught.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pypi", PYPI),
        ("testpypi", TESTPYPI),
        ("https://upload.pypi.org/legacy/", PYPI),
        ("mine", IndexAddress("mine", "https://read.example/pypi/simple/", "https://write.example/pypi/upload")),
        (
            "devpi",
            IndexAddress("devpi", "https://devpi.example/root/prod/+simple/", "https://devpi.example/root/prod/"),
        ),
        ("https://i.example/legacy/", IndexAddress.parse("https://i.example/legacy/")),
        ("http://127.0.0.1:8080", IndexAddress.parse("http://127.0.0.1:8080")),
    ],
)
def test_an_index_is_found_by_its_name_or_its_url(text: str, expected: IndexAddress) -> None:
    assert resolve_index(text, RULES, path="pyproject.toml") == expected


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ConfigError) as caught:
        resolve_index("min", RULES, path="--index")
    assert caught.value.message == "--index: there is no index 'min'"
    assert caught.value.hint.startswith("Known: pypi, testpypi, devpi, mine. ")


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (IndexRule(""), "upload-url: '' is not an address of an index"),
        (IndexRule("mine.example"), "upload-url: 'mine.example' is not an address of an index"),
        (IndexRule("http://mine.example/"), "upload-url: 'http://mine.example/' would send credentials in the clear"),
        (IndexRule("https://me:hunter2@i.example/"), "upload-url: the URL of i.example carries a user or a password"),
        (IndexRule("https://i.example/", "ftp://i.example/"), "simple-url: 'ftp://i.example/' is not an address"),
        (IndexRule("pypi"), "upload-url: 'pypi' is pypi itself"),
        (IndexRule("https://test.pypi.org/legacy/"), "upload-url: 'https://test.pypi.org/legacy/' is testpypi itself"),
        (IndexRule("https://upload.pypi.org/"), "upload-url: 'https://upload.pypi.org/' is on a host of pypi"),
        (
            IndexRule("https://i.example/", "https://pypi.org/simple/"),
            "simple-url: 'https://pypi.org/simple/' is that of pypi, which does not tell what this index has",
        ),
    ],
)
def test_an_index_with_an_address_that_cannot_be_meant_is_refused_at_its_key(rule: IndexRule, message: str) -> None:
    error = refusal(PublishRules(indexes={"mine": rule}))
    assert error.message.startswith(f"pyproject.toml: [tool.pilotage.publish.indexes.mine] {message}")
    assert "hunter2" not in error.message + error.hint


@pytest.mark.parametrize("name", ["", "a b", "-a", "a/b", "é", "a\n"])
def test_an_index_s_name_is_letters_digits_and_three_marks(name: str) -> None:
    assert "cannot be an index's name" in refusal(PublishRules(indexes={name: MINE})).message


@pytest.mark.parametrize("name", ["pypi", "testpypi", "PyPI"])
def test_the_public_indexes_are_not_given_other_addresses(name: str) -> None:
    assert "knows already" in refusal(PublishRules(indexes={name: MINE})).message


@pytest.mark.parametrize(
    "rules",
    [
        PublishRules(),
        PublishRules(index=""),
        PublishRules(index=()),
        PublishRules(index="testpypi"),
        PublishRules(index=("testpypi", "pypi", "https://i.example/")),
        PublishRules(index=("mine", "pypi"), indexes=RULES.indexes),
        PublishRules(wait_minutes=1),
        PublishRules(wait_minutes=1440),
        PublishRules(assets=()),
        PublishRules(assets=("dists", "sums", "sbom")),
        PublishRules(allow_files=("tests/data/*.pem",)),
    ],
)
def test_rules_that_can_be_meant_pass(rules: PublishRules) -> None:
    check_publish_rules(Config(publish=rules), "pyproject.toml")


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        (PublishRules(index="pypl"), "index: there is no index 'pypl'"),
        (PublishRules(index=("pypi", "http://i.example/")), "index[1]: 'http://i.example/' would send credentials"),
        (PublishRules(index=("pypi", "")), "index[1] is empty"),
        (PublishRules(index=("pypi", "pypi")), "index[1]: 'pypi' is index[0] again"),
        (PublishRules(index=("pypi", "https://pypi.org/simple")), "index[1]: 'https://pypi.org/simple' is index[0]"),
        (PublishRules(index=("https://i.example/a", "https://I.example:443/a/")), "is index[0] again"),
        (
            PublishRules(index=("mine", "https://write.example/pypi/upload"), indexes={"mine": MINE}),
            "is index[0] again",
        ),
        (PublishRules(wait_minutes=0), "wait-minutes is 0, expected 1 to 1440"),
        (PublishRules(wait_minutes=1441), "wait-minutes is 1441, expected 1 to 1440"),
        (PublishRules(assets=("dists", "sums", "dists")), "assets names dists more than once"),
        (PublishRules(allow_files=("a", " ")), "allow-files[1] is empty"),
    ],
)
def test_rules_that_cannot_be_meant_are_refused_at_their_key(rules: PublishRules, message: str) -> None:
    assert message in refusal(rules).message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'index = ["mine", "pypl"]\nindexes.mine.upload-url = "https://i.example/"',
            "index[1]: there is no index 'pypl'",
        ),
        ("wait-minutes = 0", "wait-minutes is 0"),
        (
            'after = [{ workflow = "docs.yml", inputs = { v = "{sha}" } }]',
            "after[0] inputs.v: {sha} stands for nothing",
        ),
    ],
)
def test_the_file_s_own_text_is_held_to_the_rules(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_config(f"[tool.pilotage.publish]\n{text}\n", path="conf.toml")
    assert caught.value.message.startswith(f"conf.toml: [tool.pilotage.publish] {message}")


def test_a_named_index_with_a_bad_address_is_refused_at_its_table_and_not_at_its_use() -> None:
    error = refusal(PublishRules(index="mine", indexes={"mine": IndexRule("http://i.example/")}))
    assert error.message.startswith("pyproject.toml: [tool.pilotage.publish.indexes.mine] upload-url")


@pytest.mark.parametrize(
    "rules",
    [
        PublishRules(indexes={"my.corp": MINE, "my-corp": IndexRule("https://other.example/")}),
        PublishRules(indexes={"corp": MINE, "Corp": IndexRule("https://other.example/")}),
        PublishRules(index=("https://i.example/prod/", "https://i.example/dev/")),
        PublishRules(index="https://i.example/", indexes={"i-example": MINE}),
    ],
)
def test_two_indexes_never_share_the_variable_of_a_token(rules: PublishRules) -> None:
    assert "would share the token PILOTAGE_INDEX_TOKEN_" in refusal(rules).message


@pytest.mark.parametrize(
    "item",
    [
        "ci.yml",
        "Build and test.yaml",
        "_ci.yml",
        WorkflowCall("ci.yml", "main"),
        WorkflowCall("ci.yml", "release/1.x"),
        WorkflowCall("ci.yml", inputs={"version": "v{version}+{tag}", "_x-1": '{"a": {"b": 1}} { version }'}),
        WorkflowCall("ci.yml", inputs={f"i{number}": "" for number in range(25)}),
    ],
)
def test_a_workflow_is_a_file_s_name_with_a_ref_and_inputs(item: str | WorkflowCall) -> None:
    check_publish_rules(Config(publish=PublishRules(before=(item,), after=(item, item))), "pyproject.toml")


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ("", "after[0]: '' is not the name of a workflow's file"),
        ("CI", "after[0]: 'CI' is not the name of a workflow's file"),
        (".github/workflows/ci.yml", "after[0]: '.github/workflows/ci.yml' is not"),
        ("../ci.yml", "is not the name"),
        ("a\\b.yml", "is not the name"),
        ("ci.yml\n", "is not the name"),
        (".yml", "is not the name"),
        ("ci.yml?x=.yml", "is not the name"),
        (WorkflowCall("ci.yml", "a b"), "after[0] ref: 'a b' is no name of a branch or a tag"),
        (WorkflowCall("ci.yml", "{tag}"), "after[0] ref: '{tag}'"),
        (WorkflowCall("ci.yml", "a..b"), "after[0] ref"),
        (WorkflowCall("ci.yml", "/main"), "after[0] ref"),
        (WorkflowCall("ci.yml", "main/"), "after[0] ref"),
        (
            WorkflowCall("ci.yml", inputs={f"i{number}": "" for number in range(26)}),
            "after[0] has 26 inputs, and GitHub takes 25",
        ),
        (WorkflowCall("ci.yml", inputs={"a b": ""}), "after[0] inputs: 'a b' cannot be an input's name"),
        (WorkflowCall("ci.yml", inputs={"a" * 101: ""}), "cannot be an input's name"),
        (WorkflowCall("ci.yml", inputs={"a": "${{ github.sha }}"}), "after[0] inputs.a: '${{ github.sha }}' holds"),
        (
            WorkflowCall("ci.yml", inputs={"a": "{version} {sha} {name}"}),
            "after[0] inputs.a: {name}, {sha} stands for nothing",
        ),
    ],
)
def test_a_workflow_that_cannot_be_started_is_refused_before_any_release(
    item: str | WorkflowCall, message: str
) -> None:
    assert message in refusal(PublishRules(after=(item,))).message


def test_a_workflow_that_must_succeed_first_is_named_once() -> None:
    error = refusal(PublishRules(before=("a.yml", "b.yml", WorkflowCall("a.yml")), after=("a.yml",)))
    assert error.message == "pyproject.toml: [tool.pilotage.publish] before[2]: 'a.yml' is named twice"


def said_of(text: str) -> str:
    """Say what is said of a text that is no index; "" when it is one."""
    try:
        assert isinstance(resolve_index(text, RULES, path="here"), IndexAddress)
    except ConfigError as exc:
        return f"{exc.message} {exc.hint}"
    return ""


@given(st.text() | st.text().map("https://".__add__))
def test_any_text_is_an_index_or_refused_on_one_clean_line(text: str) -> None:
    said = said_of(text)
    assert not said or (said.startswith("here: ") and said.isprintable())


@given(st.text(alphabet=st.characters(exclude_characters="hunter2")))
def test_a_password_in_a_url_is_refused_and_never_shown(text: str) -> None:
    said = said_of(f"https://me:hunter2@{text}")
    assert (bool(said), "hunter2" in said) == (True, False)
