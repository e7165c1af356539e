from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domains.downstream_files import WANTED, check_laws, follow, summary
from pilotage.domains.downstream.pipfile import read_pipfile
from pilotage.domains.downstream.pyprojectfile import read_pyproject
from pilotage.domains.downstream.sheet import UNPLACED
from pilotage.errors import ConfigError
from pilotage.model.downstream import Change, Reference, Standing

PATH = "apps/a/pyproject.toml"
GIT = "https://github.com/acme/demo-kit"


def test_every_table_that_tools_read_requirements_from_is_read() -> None:
    text = """\
[build-system]
requires = ["demo-kit==1.2.3", "hatchling"]
[project]
name = "demo-kit-user"
dependencies = ['Demo_Kit[x] (>=1.2, <2) ; python_version > "3"', "demo-kit-extra==1.2.3"]
[project.optional-dependencies]
a = ["demo.kit~=1.2"]
[dependency-groups]
b = ["demo-kit===1.2.3", { include-group = "c" }]
c = []
[tool.uv]
dev-dependencies = ["demo-kit"]
constraint-dependencies = ["demo-kit<2"]
override-dependencies = ["demo-kit>=3"]
[tool.pdm.dev-dependencies]
d = ["-e git+https://github.com/acme/demo-kit.git@v1.2.3#egg=demo-kit"]
[tool.hatch.envs.default]
dependencies = ["demo-kit>=1", 1]
extra-dependencies = ["demo-kit==1.*", "other"]
[tool.hatch.envs.other]
dependencies = "demo-kit"
[tool.poetry.dependencies]
python = "^3.11"
demo-kit = "^1.2"
other = "1"
[tool.poetry.dev-dependencies]
Demo_Kit = "1.2.3"
[tool.poetry.group.e.dependencies]
demo-kit = [{ version = "~1.2", python = "<3.12" }, { version = "*", python = ">=3.12" }, 1]
"""
    references = read_pyproject(PATH, text, WANTED)
    assert [(*line, reference.holder) for line, reference in zip(summary(references), references, strict=True)] == [
        (2, "exact", "==1.2.3", "[build-system] requires"),
        (5, "excludes", ">=1.2, <2", "[project] dependencies"),
        (7, "excludes", "~=1.2", "[project.optional-dependencies] a"),
        (9, "exact", "===1.2.3", "[dependency-groups] b"),
        (12, "unpinned", "", "[tool.uv] dev-dependencies"),
        (13, "excludes", "<2", "[tool.uv] constraint-dependencies"),
        (14, "ahead", ">=3", "[tool.uv] override-dependencies"),
        (16, "exact", "v1.2.3", "[tool.pdm.dev-dependencies] d"),
        (18, "admits", ">=1", "[tool.hatch.envs.default] dependencies"),
        (19, "excludes", "==1.*", "[tool.hatch.envs.default] extra-dependencies"),
        (24, "excludes", "^1.2", "[tool.poetry.dependencies]"),
        (27, "exact", "1.2.3", "[tool.poetry.dev-dependencies]"),
        (29, "excludes", "~1.2", "[tool.poetry.group.e.dependencies]"),
        (29, "unpinned", "*", "[tool.poetry.group.e.dependencies]"),
    ]
    expected = text
    for before, after in (
        ('"demo-kit==1.2.3"', '"demo-kit==2.0.0"'),
        ("(>=1.2, <2)", "(>=2.0.0, <3)"),
        ("~=1.2", "~=2.0"),
        ("===1.2.3", "===2.0.0"),
        ("demo-kit<2", "demo-kit<3"),
        ("git@v1.2.3", "git@v2.0.0"),
        ("==1.*", "==2.*"),
        ("^1.2", "^2.0.0"),
        ('= "1.2.3"', '= "2.0.0"'),
        ("~1.2", "~2.0"),
    ):
        expected = expected.replace(before, after)
    assert check_laws(read_pyproject, PATH, text) == expected


def test_a_place_is_told_with_the_span_that_changes() -> None:
    text = '[project]\ndependencies = ["demo-kit==1.2.3"]\n'
    start = text.index("==")
    assert read_pyproject(PATH, text, WANTED) == [
        Reference(PATH, 2, Standing.EXACT, "==1.2.3", "[project] dependencies", (Change(start, start + 7, "==2.0.0"),))
    ]


def test_the_sources_of_uv_and_poetry_follow_by_their_tags() -> None:
    text = f"""\
[project]
dependencies = ["demo-kit>=1"]
[tool.uv.sources]
demo_kit = [
  {{ git = "{GIT}", tag = "v1.2.3", marker = "x" }},
  {{ git = "ssh://git@github.com/acme/demo-kit.git", rev = "1.2.3" }},
  {{ git = "{GIT}", branch = "next" }},
  {{ git = "{GIT}" }},
  {{ git = "https://github.com/fork/demo-kit", tag = "v1.2.3" }},
  {{ index = "own" }},
  {{ url = "{GIT}/archive/refs/tags/v1.2.3.zip" }},
  {{ url = "https://example.org/demo_kit-1.2.3.whl" }},
  "text",
]
other = {{ git = "{GIT}", tag = "v1.2.3" }}
[tool.poetry.dependencies]
demo-kit = {{ git = "git@github.com:acme/demo-kit.git", tag = "v1.2.3" }}
[tool.poetry.group.dev.dependencies]
demo-kit = {{ path = "../demo-kit" }}
"""
    references = read_pyproject(PATH, text, WANTED)
    assert summary(references) == [
        (2, "admits", ">=1"),
        (5, "exact", "v1.2.3"),
        (6, "exact", "1.2.3"),
        (7, "unpinned", "next"),
        (8, "unpinned", ""),
        (9, "unclear", ""),
        (11, "exact", "v1.2.3"),
        (12, "unclear", ""),
        (17, "exact", "v1.2.3"),
        (19, "unclear", ""),
    ]
    assert {reference.holder for reference in references[1:8]} == {"[tool.uv.sources]"}
    expected = text
    for before, after in (
        ('"v1.2.3", marker', '"v2.0.0", marker'),
        ('rev = "1.2.3"', 'rev = "v2.0.0"'),
        ("tags/v1.2.3", "tags/v2.0.0"),
        ('demo-kit.git", tag = "v1.2.3"', 'demo-kit.git", tag = "v2.0.0"'),
    ):
        expected = expected.replace(before, after)
    assert check_laws(read_pyproject, PATH, text) == expected


def test_a_source_of_the_workspace_stands_where_its_table_names_the_package() -> None:
    text = '[project]\ndependencies = ["demo-kit"]\n[tool.uv.sources]\nother = 1\n demo_kit.workspace = true\n'
    (_, source) = read_pyproject(PATH, text, WANTED)
    why = "it comes from the workspace: nothing to do"
    assert source == Reference(PATH, 5, Standing.UNCLEAR, "", "[tool.uv.sources]", why=why)


def test_what_is_written_with_escapes_or_over_lines_is_judged_and_left_alone() -> None:
    text = (
        '[build-system]\nrequires = ["demo\\u002dkit==1.2.3"]\n'
        '[project]\ndependencies = [\n"""\\\ndemo-kit==1.2.3""", "demo-kit==2.0.\\u0030"]\n'
    )
    references = read_pyproject(PATH, text, WANTED)
    assert [(one.line, one.standing.value, one.changes, one.why) for one in references] == [
        (6, "exact", (), UNPLACED),
        (6, "current", (), ""),
        (6, "exact", (), UNPLACED),
    ]


def test_what_nobody_can_find_by_name_stands_at_its_table() -> None:
    text = '\n[build-system]\nrequires = ["demo\\u002dkit==1.2.3"]\n'
    (reference,) = read_pyproject(PATH, text, WANTED)
    assert (reference.line, reference.changes, reference.why) == (2, (), UNPLACED)


def test_what_is_pinned_on_purpose_is_kept() -> None:
    text = (
        '[project]\ndependencies = [\n  "demo-kit==1.2.3",  # pilotage: keep (no time)\n  "demo-kit<2",\n]\n'
        f'[tool.uv.sources]\n# Pilotage: KEEP\ndemo-kit = {{ git = "{GIT}", tag = "v1" }}\n'
    )
    first, second, third = read_pyproject(PATH, text, WANTED)
    assert first == Reference(
        PATH, 3, Standing.KEPT, "==1.2.3", "[project] dependencies", why="pilotage: keep (no time)"
    )
    assert second.standing == Standing.EXCLUDES
    assert (third.standing, third.changes, third.why) == (Standing.KEPT, (), "pilotage: keep")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[project", "at line 1, column 9"),
        ("a = 1\na = 2\n", "line 2"),
        ("a = \x00\n", "line 1, column 5"),
        ("a = 1\r", "line 1"),
        ("a = " + "[" * 100_000, "nested too deeply"),
        ("a = " + "1" * 5000, "is not TOML: Exceeds the limit"),
        (".".join("a" * 500_000) + " = 1\n", "nested too deeply to be read: line 1"),
        ("\n" + "x = { " + " . ".join("a" * 300) + " = 1 }\n", "nested too deeply to be read: line 2"),
    ],
)
def test_a_broken_file_is_told_with_its_place(text: str, message: str) -> None:
    for read in (read_pyproject, read_pipfile):
        with pytest.raises(ConfigError) as caught:
            read(PATH, text, WANTED)
        assert caught.value.message.startswith(f"{PATH} is ")
        assert message in caught.value.message


def test_dots_in_texts_and_comments_are_no_keys() -> None:
    dots = "." * 999
    text = f'a = "{dots}" # {dots}\nb = \'{dots}\'\n[project]\ndependencies = ["demo-kit==1"]\n'
    assert follow(text, read_pyproject(PATH, text, WANTED)) == text.replace("==1", "==2.0.0")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "project = 1\ntool = 2\n",
        "[tool]\nhatch = 1\nuv = []\npoetry = 'x'\n",
        "[tool.hatch]\nenvs = [1]\n",
        "[tool.uv.sources]\ndemo-kit = 1\n",
        "[tool.poetry]\ngroup = { a = 1, b = { dependencies = 2 } }\n",
        "[tool.poetry.dependencies]\ndemo-kit = [[1]]\n",
    ],
)
def test_tables_of_another_shape_say_nothing(text: str) -> None:
    assert read_pyproject(PATH, text, WANTED) == []


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_a_mark_and_foreign_line_ends_stay(start: str, end: str) -> None:
    text = f'{start}[project]{end}\tdependencies = [{end}\t"demo-kit>=1,<2", # ä{end}]{end}'
    assert check_laws(read_pyproject, PATH, text) == text.replace(">=1,<2", ">=2.0.0,<3")


@pytest.mark.parametrize(
    ("listed", "count"),
    [("'demo-kit==1',\n" * 20_000, 20_000), ('"other",' * 100_000, 0), ("'demo\\u002dkit==1'," * 10_000, 0)],
)
def test_long_lists_are_read_in_linear_time(listed: str, count: int) -> None:
    text = f"[project]\ndependencies = [{listed}]\n"
    references = read_pyproject(PATH, text, WANTED)
    assert len(references) == count
    assert follow(text, references).count("==2.0.0") == count


def test_a_name_is_searched_as_it_is() -> None:
    plain = msgspec.structs.replace(WANTED, package="demo")
    text = '[project]\ndependencies = ["dem\\u006f==1"]\n'
    assert [reference.line for reference in read_pyproject(PATH, text, plain)] == [1]


def test_all_categories_of_a_pipfile_are_read() -> None:
    text = f"""\
[[source]]
url = "https://example.org"
demo-kit = "1"
[packages]
Demo_Kit = "==1.2.3"
other = "*"
[dev-packages]
demo-kit = {{ version = "~=1.2", extras = ["x"] }}
[docs]
demo-kit = {{ git = "{GIT}.git", ref = "v1.2.3", editable = true }}
[a]
demo-kit = {{ path = ".", editable = true }}
[b]
demo-kit = {{ file = "{GIT}/archive/v1.2.3.zip" }}
[c]
demo-kit = {{ extras = ["x"] }}
[d]
demo-kit = 1
[requires]
demo-kit = "1"
[pipenv]
demo-kit = "1"
[scripts]
demo-kit = "1"
"""
    references = read_pipfile("Pipfile", text, WANTED)
    assert [(*line, reference.holder) for line, reference in zip(summary(references), references, strict=True)] == [
        (5, "exact", "==1.2.3", "[packages]"),
        (8, "excludes", "~=1.2", "[dev-packages]"),
        (10, "exact", "v1.2.3", "[docs]"),
        (12, "unclear", "", "[a]"),
        (14, "exact", "v1.2.3", "[b]"),
        (16, "unpinned", "", "[c]"),
        (18, "unpinned", "", "[d]"),
    ]
    expected = text.replace("==1.2.3", "==2.0.0").replace("~=1.2", "~=2.0").replace("v1.2.3", "v2.0.0")
    assert check_laws(read_pipfile, "Pipfile", text) == expected


def test_a_pipfile_of_a_megabyte_is_read_in_linear_time() -> None:
    tables = "".join(f"[a{number}]\ndemo-kit = '==1'\n" for number in range(10_000))
    references = read_pipfile("Pipfile", f"x = 1\n{tables}", WANTED)
    assert len(references) == 10_000


SPECIFIERS = st.sampled_from(
    [
        "",
        "==1.2.3",
        ">=1,<2",
        "~=1.2",
        "==1.*",
        "<2",
        ">=3",
        "==3",
        "!=2.0.0",
        ">1,!=1.5,<2",
        "===1",
        "===x",
        "^1 || ^3",
    ]
)
ENTRIES = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["demo-kit", "Demo_Kit[x]", "ü"]),
    st.just(" "),
    SPECIFIERS,
    st.sampled_from(["", " ; x", "  "]),
)


@given(
    entries=st.lists(
        ENTRIES | st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='"\\'), max_size=9)
    ),
    constraints=st.lists(SPECIFIERS | st.sampled_from(["1.2.3", "^1", "~1.2", "=1", "*"]), max_size=4),
    tag=st.sampled_from(["v1", "1.2", "v2.0.0", "v3", "main"]),
    kept=st.booleans(),
)
def test_what_was_followed_needs_nothing_more(entries: list[str], constraints: list[str], tag: str, kept: bool) -> None:
    lines = "".join(f'  "{entry}",{" # pilotage: keep" * kept}\n' for entry in entries)
    tables = ", ".join(f'{{ version = "{constraint}" }}' for constraint in constraints)
    text = (
        f"[project]\ndependencies = [\n{lines}]\n[tool.poetry.dependencies]\ndemo-kit = [{tables}]\n"
        f'[tool.uv.sources]\ndemo-kit = {{ git = "{GIT}", tag = "{tag}" }}\n'
    )
    check_laws(read_pyproject, PATH, text)
    check_laws(read_pipfile, "Pipfile", f'[packages]\ndemo-kit = "{(constraints or [""])[0]}"\n')
