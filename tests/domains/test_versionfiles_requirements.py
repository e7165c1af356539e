"""Requirements: which ones a package has, and the edit that makes them accept a release."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotage.domains.versionfiles.requirements import find_requirements, raise_requirement, raise_requirements
from pilotage.errors import ConfigError
from pilotage.model.project import FileEdit
from pilotage.model.version import Version

PYPROJECT = """\
[build-system]
requires = ["hatchling>=1.27", 'My_Core == 1.2.3']

[project]
name = "b"
version = "1.2.3"
dependencies = [
  # "my-core==1.2.3",
  "my-core[fast, x] >=1.2,<2 ; python_version < '3.13'",  # >=1.2,<2
  "other==1.2.3",
  "my.core ( ~=1.2 )",
  "my-core @ git+https://example.org/my-core@v1.2.3",
  "my-core",
]
[project.optional-dependencies]
all = ["my-core==1.2.3"]
[dependency-groups]
dev = [{ include-group = "test" }, "my-core-extra==1.2.3", "MY-CORE!=1.3"]
[tool.uv]
dev-dependencies = ["my-core==1.2.3"]
[tool.uv.sources]
my-core = { workspace = true }
"""
RAISED = (
    PYPROJECT.replace("'My_Core == 1.2.3'", "'My_Core == 2.0.0'")
    .replace("x] >=1.2,<2 ;", "x] >=2.0.0,<3 ;")
    .replace("( ~=1.2 )", "( ~=2.0 )")
    .replace('"my-core==1.2.3"]', '"my-core==2.0.0"]')
)


def read(files: dict[str, str], *, path: str = ".") -> list[tuple[str, str, str]]:
    found = find_requirements(files, path=path)
    for one in found:
        if one.place is not None:
            assert files[one.place.path][one.place.start : one.place.end] == one.specifier
            assert one.place.line == files[one.place.path][: one.place.start].count("\n") + 1
    return [(one.name, one.specifier, one.source) for one in found]


def test_every_table_of_pyproject_is_read() -> None:
    assert read({"packages/b/pyproject.toml": PYPROJECT}, path="packages/b") == [
        (name, specifier, f"packages/b/pyproject.toml {table}")
        for name, specifier, table in [
            ("my-core", ">=1.2,<2", "[project] dependencies"),
            ("other", "==1.2.3", "[project] dependencies"),
            ("my-core", "~=1.2", "[project] dependencies"),
            ("my-core", "", "[project] dependencies"),
            ("my-core", "", "[project] dependencies"),
            ("hatchling", ">=1.27", "[build-system] requires"),
            ("my-core", "== 1.2.3", "[build-system] requires"),
            ("my-core", "==1.2.3", "[tool.uv] dev-dependencies"),
            ("my-core", "==1.2.3", "[project.optional-dependencies] all"),
            ("my-core-extra", "==1.2.3", "[dependency-groups] dev"),
            ("my-core", "!=1.3", "[dependency-groups] dev"),
        ]
    ]


def test_a_release_moves_only_the_versions_of_its_own_requirements() -> None:
    files = {"pyproject.toml": PYPROJECT, "uv.lock": "my-core==1.2.3"}

    assert raise_requirement(files, path=".", name="My.Core", version=Version("2.0.0")) == (
        FileEdit("pyproject.toml", RAISED),
    )
    assert raise_requirement({"pyproject.toml": RAISED}, path=".", name="my-core", version=Version("2.0.0")) == ()


def test_what_accepts_the_version_stays_unless_the_policy_is_always() -> None:
    files = {"pyproject.toml": '[project]\ndependencies = ["a>=1.2", "b>=1", "a[x]~=1.2"]\n'}

    assert raise_requirements(files, {"a": Version("1.3.0")}) == ()
    assert raise_requirements(files, {"a": Version("1.3.0")}, policy="always") == (
        FileEdit("pyproject.toml", '[project]\ndependencies = ["a>=1.3.0", "b>=1", "a[x]~=1.3"]\n'),
    )


POETRY = """\
[tool.poetry.dependencies]
python = "^3.11"
a = "^1.2"  # "^1.2"
b = { version = ">=1.2,<2", extras = ["x"], optional = true }
c = { path = "../c", develop = true }
d = [{ version = "1.2.3", python = "<3.12" }, { version = '~1.2', python = ">=3.12" }, ["?"], 3]
[tool.poetry.dev-dependencies]
a = "*"
[tool.poetry.group.docs.dependencies]
"A" = "1.*"
"""


def test_poetrys_tables_and_groups_are_read() -> None:
    assert read({"pyproject.toml": POETRY}) == [
        (name, specifier, f"pyproject.toml {table}")
        for name, specifier, table in [
            ("a", "^1.2", "[tool.poetry.dependencies]"),
            ("b", ">=1.2,<2", "[tool.poetry.dependencies]"),
            ("c", "", "[tool.poetry.dependencies]"),
            ("d", "1.2.3", "[tool.poetry.dependencies]"),
            ("d", "~1.2", "[tool.poetry.dependencies]"),
            ("a", "*", "[tool.poetry.dev-dependencies]"),
            ("a", "1.*", "[tool.poetry.group.docs.dependencies]"),
        ]
    ]
    versions = dict.fromkeys("abcd", Version("2.0.0")) | {"python": Version("4.0")}
    assert raise_requirements({"pyproject.toml": POETRY}, versions) == (
        FileEdit(
            "pyproject.toml",
            POETRY.replace('a = "^1.2"', 'a = "^2.0.0"')
            .replace('">=1.2,<2", extras', '">=2.0.0,<3", extras')
            .replace('"1.2.3"', '"2.0.0"')
            .replace("'~1.2'", "'~2.0'")
            .replace('"1.*"', '"2.*"'),
        ),
    )


CFG = """\
[options]
install_requires =
    a >= 1.2, <2  # why
    b==1.2.3; python_version < "3.12"

    # a==1.2.3
setup_requires = a==1.2.3
tests_require =
[options.extras_require]
x = a[y]~=1.2
[other]
install_requires =
    a==1.2.3
"""


def test_setup_cfg_is_read_and_edited() -> None:
    files = {"p/setup.cfg": CFG.replace("\n", "\r\n")}

    assert read(files, path="p") == [
        ("a", ">= 1.2, <2", "p/setup.cfg [options] install_requires"),
        ("b", "==1.2.3", "p/setup.cfg [options] install_requires"),
        ("a", "==1.2.3", "p/setup.cfg [options] setup_requires"),
        ("a", "~=1.2", "p/setup.cfg [options.extras_require] x"),
    ]
    expected = CFG.replace(">= 1.2, <2", ">= 2.0.0, <3").replace("_requires = a==1.2.3", "_requires = a==2.0.0")
    expected = expected.replace("~=1.2", "~=2.0").replace("\n", "\r\n")
    assert raise_requirements(files, {"a": Version("2.0.0")}, path="p") == (FileEdit("p/setup.cfg", expected),)


REQUIREMENTS = """\
# a==1.2.3
-r other.txt
-e ./packages/a
a==1.2.3 ; python_version < "3.12" # a==1.2.3
  A[x] ~= 1.2
b==1.2.3 --hash=sha256:00
a==1.2.3 \\
    --hash=sha256:00
./packages/a
"""


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.in", "requirements/dev.txt", "constraints.txt"])
def test_requirements_files_are_read_but_no_pin_with_hashes(name: str) -> None:
    files = {name: "\ufeff" + REQUIREMENTS, "requirements.md": "a==1.2.3", f"x/{name}": "a==1.2.3\n"}

    assert read(files) == [("a", "==1.2.3", name), ("a", "~= 1.2", name)]
    expected = REQUIREMENTS.replace("a==1.2.3 ;", "a==2.0.0 ;").replace("~= 1.2", "~= 2.0")
    assert raise_requirements(files, {"a": Version("2.0.0")}) == (FileEdit(name, "\ufeff" + expected),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '[project]\ndependencies = ["a!=2.0"]\n',
            "pyproject.toml line 2 ([project] dependencies): a !=2.0 does not accept 2.0, which is being released",
        ),
        (
            '[project]\ndependencies = ["a\\u003d=1.0"]\n',
            "pyproject.toml [project] dependencies: a ==1.0 is written in a way that cannot be edited in place",
        ),
    ],
)
def test_a_requirement_that_cannot_follow_is_an_error_with_its_place(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        raise_requirements({"pyproject.toml": text}, {"a": Version("2.0")})

    assert caught.value.message == message
    assert caught.value.hint


def test_what_is_written_with_escapes_is_no_error_while_nothing_changes() -> None:
    files = {"pyproject.toml": '[project]\ndependencies = ["a\\u003e=1.0"]\n'}

    assert raise_requirements(files, {"a": Version("2.0")}) == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "project = 3\n",
        "[project]\ndependencies = 'a==1'\n",
        "[tool.poetry.dependencies]\na = [1]\n",
        "[project]\ndependencies = [3, '', '!', '-e .']\n[tool.poetry]\ndependencies = 3\n",
    ],
)
def test_what_is_no_requirement_is_passed_over(text: str) -> None:
    assert find_requirements({"pyproject.toml": text}, path=".") == ()


def test_a_text_between_two_strings_is_never_taken_for_a_requirement() -> None:
    text = '[tool.poetry.dependencies]\na = ", b = "\nc = "1", b = "2"\n'.replace(', b = "2"', "\nd = 'x'")
    hostile = "[tool.poetry]\ndependencies = { a = ', b = ', b = '1' }\n"

    assert [one.place for one in find_requirements({"pyproject.toml": hostile}, path=".")] == [None, None]
    assert len(find_requirements({"pyproject.toml": text}, path=".")) == 3


@pytest.mark.parametrize(
    ("text", "specifiers"),
    [
        ("""dependencies = { b = "a; '3.9'", c = "3.9" }""", ["a; '3.9'", "3.9"]),
        ("""x = 3 # ' it's "3.9\ndependencies = { b = '3.9', c = "3.9" }""", ["3.9", "3.9"]),
        ("""dependencies = { b = '3.9"3.9', c = "'3.9", d = "3.9" }""", ['3.9"3.9', "'3.9", "3.9"]),
        ("""dependencies = { b = "x'y", c = 'x', d = "y" }""", ["x'y", "x", "y"]),
        ("""dependencies = { b = '3"9', c = "x", d = "9', c = " }""", ['3"9', "x", "9', c = "]),
    ],
)
def test_quotes_inside_quotes_and_in_comments_hide_nothing(text: str, specifiers: list[str]) -> None:
    text = f"[tool.poetry]\n{text}"

    places = [one.place for one in find_requirements({"pyproject.toml": text}, path=".")]

    assert [text[place.start - 1 : place.end + 1][1:-1] if place else None for place in places] == specifiers
    assert all(place and text[place.start - 1] == text[place.end] for place in places)


names = st.sampled_from(["a", "A", "a-b", "c"])
operators = st.sampled_from(["==", "~=", ">=", "<", "<="])
lines = st.builds(
    lambda name, extra, operator, rest: f"{name}{extra}{operator}1.2{rest}",
    names,
    st.sampled_from(["", "[x]", " [x, y] ", " "]),
    operators,
    st.sampled_from(["", " ", "; python_version < '3.12'", ", !=1.2.3"]),
)


@settings(deadline=None)  # the first example imports, and the machine may be busy
@given(
    listed=st.lists(lines, max_size=6),
    newline=st.sampled_from(["\n", "\r\n"]),
    bom=st.sampled_from(["", "\ufeff"]),
    numbers=st.tuples(st.integers(1, 3), st.integers(0, 9)),
)
def test_only_versions_change_and_only_once(
    listed: list[str], newline: str, bom: str, numbers: tuple[int, int]
) -> None:
    version = Version(f"{numbers[0]}.{numbers[1]}")
    text = "[project]\ndependencies = [\n" + "".join(f'  "{line}", # {line}\n' for line in listed) + "]"
    files = {"pyproject.toml": bom + text.replace("\n", newline)}

    edits = raise_requirements(files, {"a": version})

    before = find_requirements(files, path=".")
    after = files | {edit.path: edit.text for edit in edits}
    kept = find_requirements(after, path=".")
    rest, rest_after = files["pyproject.toml"], after["pyproject.toml"]
    for old, new in reversed(list(zip(before, kept, strict=True))):
        assert old.place is not None
        assert new.place is not None
        assert old.name == "a" or old.specifier == new.specifier
        rest = rest[: old.place.start] + rest[old.place.end :]
        rest_after = rest_after[: new.place.start] + rest_after[new.place.end :]
    assert rest == rest_after
    assert raise_requirements(after, {"a": version}) == ()


@pytest.mark.parametrize(
    "text",
    [
        "[project]\ndependencies = [" + "'a==1.0', " * 20_000 + "]",
        "[project]\ndependencies = ['" + "a-" * 500_000 + "']",
        "[project]\ndependencies = ['a" + " " * 1_000_000 + "']",
        "[project]\ndependencies = ['a==1.0', 'b'] # " + "'\"" * 500_000,
    ],
)
def test_a_megabyte_of_requirements_takes_linear_time(text: str) -> None:
    started = time.process_time()

    raise_requirements({"pyproject.toml": text}, {"a": Version("2.0")})

    assert time.process_time() - started < 20
