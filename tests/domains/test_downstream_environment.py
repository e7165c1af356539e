"""conda's environment files: its own specifications, and what pip installs there."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domains.downstream_texts import WANTED, edited, told
from pilotage.domains.downstream.condaspec import read_conda_spec
from pilotage.domains.downstream.environmentfile import read_environment
from pilotage.errors import ConfigError
from pilotage.model.downstream import Reference, Standing, Wanted
from pilotage.model.version import Version


def read(text: str) -> list[Reference]:
    return read_environment("environment.yml", text, WANTED)


@pytest.mark.parametrize(
    ("spec", "expected", "changed"),
    [
        ("demo", "unpinned", "demo"),
        ("demo=1.2", "excludes =1.2", "demo=1.4"),
        ("demo=1", "admits =1", "demo=1"),
        ("demo=1.4", "admits =1.4", "demo=1.4"),
        ("demo=1.4.0", "admits =1.4.0", "demo=1.4.0"),
        ("demo=1.2.3", "excludes =1.2.3", "demo=1.4.0"),
        ("demo=1.2.3.4", "excludes =1.2.3.4", "demo=1.4.0"),
        ("demo=1.2rc1", "exact =1.2rc1", "demo=1.4.0"),
        ("demo=1.2.*", "excludes =1.2.*", "demo=1.4.*"),
        ("demo=1.2*", "excludes =1.2*", "demo=1.4*"),
        ("demo=1.5", "ahead =1.5", "demo=1.5"),
        ("demo = 1.2", "excludes = 1.2", "demo = 1.4"),
        ("demo==1.2.3", "exact ==1.2.3", "demo==1.4.0"),
        ("demo==1.4", "current ==1.4", "demo==1.4"),
        ("demo 1.2", "exact 1.2", "demo 1.4.0"),
        ("demo 1.2*", "excludes 1.2*", "demo 1.4.*"),
        ("demo 1.2.*", "excludes 1.2.*", "demo 1.4.*"),
        ("demo >=1.2,<1.3", "excludes >=1.2,<1.3", "demo >=1.4.0,<1.5"),
        ("conda-forge::demo>=1.2", "admits >=1.2", "conda-forge::demo>=1.2"),
        ("conda-forge/noarch::Demo~=1.2.0", "excludes ~=1.2.0", "conda-forge/noarch::Demo~=1.4.0"),
        ("demo=1.2.3=py310_0", "exact =1.2.3=py310_0", "demo=1.2.3=py310_0"),
        ("demo 1.2.3 py310_0", "exact 1.2.3 py310_0", "demo 1.2.3 py310_0"),
        ("demo=1.4.0=py310_0", "current =1.4.0=py310_0", "demo=1.4.0=py310_0"),
        ("demo 1.2|1.3", "unclear 1.2|1.3", "demo 1.2|1.3"),
        ("demo=1..2", "unclear =1..2", "demo=1..2"),
        ("demo[version='>=1.2']", "unclear [version='>=1.2']", "demo[version='>=1.2']"),
        ("demo!=1.4.0", "excludes !=1.4.0", "demo!=1.4.0"),
    ],
)
def test_each_specification_is_read_as_conda_reads_it(spec: str, expected: str, changed: str) -> None:
    text = f'name: demo\ndependencies:\n  - python\n  - "{spec}"\n'
    assert told(read(text)) == [f"4 {expected}"]
    assert edited(read_environment, text) == text.replace(f'"{spec}"', f'"{changed}"')


@pytest.mark.parametrize("spec", ["demo-extra=1.2", "other::x", "-demo", "::", "", "python=3.12", "a b demo"])
def test_other_packages_are_none_of_it(spec: str) -> None:
    assert read_conda_spec(spec, WANTED) is None


def test_a_build_cannot_be_edited() -> None:
    (found,) = read("dependencies: [demo=1.2=py310_0]")
    assert found.changes == ()
    assert "build" in found.why


@pytest.mark.parametrize(
    ("version", "spec", "raised"),
    [
        ("2.0.0rc1", "=1.2", "=2.0"),
        ("2.0.0rc1", "=1.2.3", "=2.0.0rc1"),
        ("2", "=1.2", "=2"),
        ("1!2.0.1", "=1.2", "=1!2.0"),
        ("2.0.1+local", "=1.2.3", "=2.0.1+local"),
        ("2.0.1.post1", "=2.0.1rc1", "=2.0.1.post1"),
    ],
)
def test_a_prefix_is_raised_in_its_own_precision(version: str, spec: str, raised: str) -> None:
    wanted = Wanted("demo", Version(version), "")
    found = read_conda_spec(f"demo{spec}", wanted)
    assert found is not None
    (change,) = found.changes
    assert f"demo{spec}"[: change.start] + change.text == f"demo{raised}"
    again = read_conda_spec(f"demo{raised}", wanted)
    assert again is not None
    assert again.changes == ()


def test_what_pip_installs_is_read_as_pip_does() -> None:
    text = (
        "dependencies:\n- pip\n- pip:\n  - demo[x]==1.2 ; python_version > '3'\n  - -r requirements.txt\n"
        "  - demo @ git+https://github.com/acme/demo@v1.2\n  - 3\n  - demo=1.2\n- conda: [demo]\n- 7\n- [demo]\n"
    )
    assert told(read(text)) == ["4 exact ==1.2", "6 exact v1.2", "8 exact =1.2"]
    assert [one.holder for one in read(text)] == ["dependencies: pip"] * 3
    assert edited(read_environment, text) == text.replace("==1.2", "==1.4.0").replace("@v1.2", "@v1.4.0").replace(
        "=1.2\n-", "=1.4.0\n-"
    )


def test_comments_and_line_ends_stay() -> None:
    text = "\ufeff# demo=1.2\r\ndependencies: # demo\r\n  -   demo=1.2   # why\r\n"
    assert told(read(text)) == ["3 excludes =1.2"]
    assert edited(read_environment, text) == text.replace("demo=1.2   #", "demo=1.4   #")


def test_what_is_pinned_on_purpose_stays() -> None:
    text = "dependencies:\n# pilotage: keep\n- demo=1.2\n- demo=1.3 # pilotage: keep\n"
    assert [one.standing for one in read(text)] == [Standing.KEPT] * 2


def test_an_aliased_list_is_read_once() -> None:
    text = "a: &a\n- demo=1.2\ndependencies: *a\nb: *a\n"
    assert told(read(text)) == ["2 excludes =1.2"]
    text = "dependencies:\n- pip: &a\n  - demo==1.2\n- pip: *a\n- &d demo=1.2\n- *d\n"
    assert told(read(text)) == ["3 exact ==1.2", "5 excludes =1.2"]
    assert read("dependencies: &a\n- *a\n- pip: *a\n- demo\n")[0].standing == Standing.UNPINNED


def test_a_list_of_many_aliases_is_read_in_time() -> None:
    begin = time.perf_counter()
    assert len(read("dependencies:\n- pip: &a\n" + "  - demo\n" * 600 + "- pip: *a\n" * 2000)) == 600
    assert time.perf_counter() - begin < 20


def test_a_folded_text_has_no_place() -> None:
    (found,) = read('dependencies:\n- "demo=\\\n  1.2"\n')
    assert (found.line, found.changes, found.standing) == (2, (), Standing.EXCLUDES)


@pytest.mark.parametrize(
    "text", ["dependencies: demo=1.2", "dependencies:\n  demo: 1.2\n", "dependencies: {3: x, Demo: }"]
)
def test_another_shape_is_unclear(text: str) -> None:
    assert [one.standing for one in read(text)] == [Standing.UNCLEAR]


@pytest.mark.parametrize(
    "text",
    ["", "demo", "- demo", "dependencies:", "dependencies: x", "dependencies: {a: b}", "dependencies: 3\n---\n[]"],
)
def test_a_file_without_the_package_has_none(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "dependencies: [",
        "a: b: c",
        "- demo\n-\tx: {",
        "[" * 5000,
        "{a: " * 5000,
        "- " * 5000,
        "- x\n" * 20_000,
        "\x00",
        "&",
    ],
)
def test_a_broken_file_is_an_error_with_its_name(text: str) -> None:
    begin = time.perf_counter()
    with pytest.raises(ConfigError, match=r"^environment\.yml"):
        read(text)
    assert time.perf_counter() - begin < 20


_PARTS = st.sampled_from(
    [
        "dependencies:",
        "\n",
        "- ",
        "  ",
        "demo",
        "=",
        "1.2",
        "pip:",
        "[",
        "]",
        "{",
        "}",
        "&a ",
        "*a",
        '"',
        "'",
        "|\n",
        ">\n",
        ":",
    ]
)


@given(st.one_of(st.text(), st.lists(_PARTS, max_size=25).map(lambda parts: "dependencies:\n- " + "".join(parts))))
@settings(max_examples=300)
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = read(text)
    except ConfigError:
        return
    assert all(0 <= change.start <= change.end <= len(text) for one in found for change in one.changes)


def test_an_anchor_that_is_used_again_warns_nobody() -> None:
    text = "a: &x 1\nb: &x 2\ndependencies:\n  - demo=1.2.3\n"
    assert [reference.line for reference in read_environment("environment.yml", text, WANTED)] == [4]
