"""Templates: what they see, how they fail, and that text of others stays text."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import msgspec
import pytest

from pilotage.domains.template import LONGEST, check_templates, render_template, template_paths
from pilotage.domains.templatedata import describe_notes, describe_title
from pilotage.domains.templatetitle import read_pull_request_title, read_title
from pilotage.errors import ConfigError
from pilotage.model.change import Change
from pilotage.model.commit import Author
from pilotage.model.config import Config, NotesRules, TitleRules
from pilotage.model.notes import NotesData, NotesStyle
from pilotage.model.template import ReleaseNames, TemplateRequest

URL = "https://github.example/o/r"
PLACE = "docs/notes.md.j2"
CHANGES = (
    Change(
        "a" * 40,
        "feat",
        "add {{ 7 * 7 }} <b>\u202e",
        scope=("api",),
        pull_request=12,
        references=(9,),
        author=Author("Ann", "ann"),
    ),
    Change("b" * 40, "fix", "x", breaking=True, breaking_notes=("gone",), upgrade_path="# Do\n\nthis"),
    Change("c" * 40, "chore", "sweep", author=Author("dependabot[bot]", "dependabot[bot]")),
)
DATA = NotesData("1.3.0", "v1.3.0", "2026-11-20", "v1.2.0", URL, CHANGES, new_contributors=(Author("Ann", "ann"),))


def render(text: str, **files: str) -> str:
    data = describe_notes(DATA, names=ReleaseNames("demo", "core", "main"))
    return render_template(TemplateRequest(PLACE, text, data, files))


def test_a_template_renders_what_the_version_ships() -> None:
    text = (
        "# {{ package }} {{ version }} ({{ date }})\n"
        "{% for section in sections %}\n## {{ section.title }}\n"
        "{% for change in section.changes %}\n- {{ change.markdown }}\n{% endfor %}\n{% endfor %}\n"
    )
    assert render(text) == (
        "# demo 1.3.0 (2026-11-20)\n## Features\n"
        f"- **api:** add {{{{ 7 \\* 7 }}}} &lt;b&gt; ([#12]({URL}/pull/12)) ([aaaaaaa]({URL}/commit/{'a' * 40})), "
        f"refs [#9]({URL}/issues/9) by [@ann](https://github.example/ann)\n"
        f"## Bug Fixes\n- x ([bbbbbbb]({URL}/commit/{'b' * 40}))\n"
    )


def test_text_of_others_is_data_and_the_filters_take_its_power() -> None:
    assert render("{{ changes[0].subject }}") == "add {{ 7 * 7 }} <b>"
    assert render("{{ changes[0].subject|markdown }}") == "add {{ 7 \\* 7 }} &lt;b&gt;"
    assert render("{{ '#7 <b>'|markdown(repository_url) }}") == f"[#7]({URL}/issues/7) &lt;b&gt;"
    assert render("{{ '# a\n<b>'|markdown_block }}") == "#### a\n&lt;b>"
    assert render("{{ breaking[0].upgrade_path }}") == "#### Do\n\nthis"


def test_a_template_may_include_the_files_that_it_was_given() -> None:
    assert render("a{% include 'part' %}c", part="b{{ version }}") == "ab1.3.0c"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("one\n{{ nothing }}", f"{PLACE}:2: 'nothing' is undefined"),
        ("{{ version.x.y }}", f"{PLACE}:1: 'str object' has no attribute 'x'"),
        ("a\nb\n{% if %}", f"{PLACE}:3: not a Jinja template: Expected an expression"),
        ("{% include 'part' %}", "part:2: 'nothing' is undefined"),
        ("{% include 'wrong' %}", "wrong:1: not a Jinja template"),
        ("\n{% include '/etc/passwd' %}", f"{PLACE}:2: there is no template '/etc/passwd' here"),
        ("{{ ''.__class__.__mro__ }}", f"{PLACE}:1: access to attribute '__class__' of 'str' object is unsafe"),
        ("{{ changes.append(1) }}", f"{PLACE}:1: access to attribute 'append' of 'list' object is unsafe"),
        ("{% for i in range(10**9) %}{% endfor %}", f"{PLACE}:1: Range too big"),
        ("{% macro m() %}{{ m() }}{% endmacro %}\n{{ m() }}", "it nests too deeply"),
        ("{{ 1 / 0 }}", f"{PLACE}:1: division by zero"),
        ("{{ [1]|random }}", "No filter named 'random'"),
        ("{{ lipsum() }}", f"{PLACE}:1: 'lipsum' is undefined"),
        (f"{{% for i in range(99) %}}{{{{ 'x' * {LONGEST // 50} }}}}{{% endfor %}}", "it writes more than 1,000,000"),
    ],
)
def test_a_template_that_fails_names_its_line_and_the_next_action(text: str, words: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(words)) as caught:
        render(text, part="a\n{{ nothing }}", wrong="{% endif %}")
    assert caught.value.hint


def test_a_template_out_of_memory_is_left_to_whoever_set_the_bound() -> None:
    with pytest.raises(MemoryError):
        render(f"{{{{ 'x' * {sys.maxsize // 2} }}}}")


def test_the_templates_that_a_configuration_names_are_listed_once() -> None:
    config = Config(notes=NotesRules(template="a.j2", pull_request_template="b.j2"))
    assert template_paths(config) == ("a.j2", "b.j2")
    assert template_paths(Config(notes=NotesRules(template="a.j2", pull_request_template="a.j2"))) == ("a.j2",)
    assert template_paths(Config()) == ()


def test_templates_are_checked_before_anything_is_done() -> None:
    rules = NotesRules(template="a.j2", pull_request_title="chore: {{ version }}", release_title="{{ tag }}")
    check_templates(Config(notes=rules), {"a.j2": "{{ nothing }}"})
    check_templates(Config(), {})


@pytest.mark.parametrize(
    ("rules", "files", "words"),
    [
        (NotesRules(template="a.j2"), {}, "[tool.pilotage.notes] template: there is no file 'a.j2'"),
        (NotesRules(pull_request_template="b.j2"), {"b.j2": "\n{% x %}"}, "b.j2:2: not a Jinja template"),
        (NotesRules(release_title="{{"), {}, "[tool.pilotage.notes] release-title:1: not a Jinja template"),
        (NotesRules(pull_request_title="{{ " + "(" * 9999), {}, "pull-request-title: not a Jinja template"),
        (NotesRules(pull_request_title="{{ " + "1" * 9999), {}, "pull-request-title: not a Jinja template"),
    ],
)
def test_a_template_that_cannot_be_meant_is_an_error(rules: NotesRules, files: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(words)):
        check_templates(Config(notes=rules), files)


def test_a_title_is_one_line() -> None:
    assert read_title(" release 1.0 \n", place="p") == "release 1.0"
    for text in ("", " \n", "a\nb", "a\u202eb", "x" * 251):
        with pytest.raises(ConfigError, match="p: the template writes"):
            read_title(text, place="p")


def test_the_pull_request_s_title_passes_the_repository_s_own_gate() -> None:
    assert read_pull_request_title("chore: release 1.0", Config()) == "chore: release 1.0"
    with pytest.raises(ConfigError, match=r"'Release 1\.0' is refused by this repository's own rules: "):
        read_pull_request_title("Release 1.0", Config())
    with pytest.raises(ConfigError, match="refused"):
        read_pull_request_title("chore: release 1.0", Config(title=TitleRules(min_length=99)))


def test_the_data_are_described_field_by_field() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "notes.md").read_text(encoding="utf-8")
    described = describe_notes(DATA, style=NotesStyle.COMMITIZEN)
    names = {*described, *describe_title(DATA)}
    for part in ("changes", "new_contributors", "sections"):
        rows = msgspec.convert(described[part], list[dict[str, object]])
        names |= set(rows[0])
    names |= {"author", "login", "name", "url"}
    assert not [name for name in sorted(names) if f"`{name}`" not in page]
    assert described["notes"] != describe_notes(DATA)["notes"]
    assert msgspec.json.decode(msgspec.json.encode(described)) == described


def test_the_data_name_no_address_that_is_unknown() -> None:
    bare = describe_notes(NotesData("1.0", "v1.0", "2026-11-20", "v0.9", changes=CHANGES[:1]))
    change = msgspec.convert(bare["changes"], list[dict[str, object]])[0]
    assert (bare["compare_url"], change["commit_url"], change["pull_request_url"]) == ("", "", "")
    assert change["author"] == {"name": "Ann", "login": "ann", "url": ""}
    first = describe_notes(NotesData("1.0", "v1.0", "2026-11-20", "", URL, CHANGES[2:]))
    bot = msgspec.convert(first["changes"], list[dict[str, object]])[0]["author"]
    assert (first["compare_url"], bot) == ("", {"name": "dependabot[bot]", "login": "dependabot[bot]", "url": ""})
