from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domains.downstream_files import MEGABYTE, WANTED, check_laws, follow, summary
from pilotage.domains.downstream.setupfile import read_setup
from pilotage.domains.downstream.sheet import UNPLACED
from pilotage.errors import ConfigError
from pilotage.model.downstream import Change, Reference, Standing

CFG, PY = "a/setup.cfg", "a/setup.py"
GIT = "git+https://github.com/acme/demo-kit"


def test_all_requirements_of_a_setup_cfg_are_read() -> None:
    text = f"""\
[metadata]
name = demo-kit-user
description = demo-kit==1.2.3
[options]
install_requires =
    Demo_Kit[x] >=1.2, <2 ; python_version > "3"  # why
    demo-kit-extra==1.2.3
    demo-kit @ {GIT}@v1.2.3#egg=demo-kit
# demo-kit==1.2.3
setup_requires = demo-kit==1.2.3
tests_require : demo-kit
    demo-kit>=1
[options.extras_require]
a =
    demo-kit>=3
b = demo-kit~=1.2; x
"""
    references = read_setup(CFG, text, WANTED)
    assert [(*line, reference.holder) for line, reference in zip(summary(references), references, strict=True)] == [
        (6, "excludes", ">=1.2, <2", "[options] install_requires"),
        (8, "exact", "v1.2.3", "[options] install_requires"),
        (10, "exact", "==1.2.3", "[options] setup_requires"),
        (11, "unpinned", "", "[options] tests_require"),
        (12, "admits", ">=1", "[options] tests_require"),
        (15, "ahead", ">=3", "[options.extras_require] a"),
        (16, "excludes", "~=1.2", "[options.extras_require] b"),
    ]
    expected = (
        text.replace(">=1.2, <2", ">=2.0.0, <3")
        .replace("@v1.2.3", "@v2.0.0")
        .replace("setup_requires = demo-kit==1.2.3", "setup_requires = demo-kit==2.0.0")
        .replace("~=1.2", "~=2.0")
    )
    assert check_laws(read_setup, CFG, text) == expected


def test_an_address_that_a_setup_cfg_holds_twice_is_judged_and_left_alone() -> None:
    line = f"demo-kit @ {GIT}@v1.2.3#egg=demo-kit"
    references = read_setup(CFG, f"[options]\ninstall_requires =\n  {line}\nsetup_requires =\n  {line}\n", WANTED)
    assert [(one.line, one.standing, one.changes, one.why) for one in references] == [
        (3, Standing.EXACT, (), UNPLACED),
        (3, Standing.EXACT, (), UNPLACED),
    ]


@pytest.mark.parametrize("path", [CFG, PY])
def test_what_is_pinned_on_purpose_is_kept(path: str) -> None:
    text = (
        "[options]\n# pilotage: keep (slow)\ninstall_requires = demo-kit==1\n"
        if path == CFG
        else "from setuptools import setup\n# pilotage: keep (slow)\nsetup(install_requires=['demo-kit==1'])\n"
    )
    (reference,) = read_setup(path, text, WANTED)
    assert (reference.line, reference.standing, reference.changes) == (3, Standing.KEPT, ())
    assert reference.why == "pilotage: keep (slow)"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("demo-kit==1\n", "is not an INI file: line 1, column 1"),
        ("[a]\nb\nc = 1\nb\n", "is not an INI file: line 2"),
        ("[a]\n[a]\n", "is not an INI file: line 2"),
        ("[a]\nb =\n x" + " " * 300 + "y\n", "line 3: hundreds of blanks in one line"),
    ],
)
def test_a_broken_setup_cfg_is_told_with_its_place(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_setup(CFG, text, WANTED)
    assert caught.value.message.startswith(f"{CFG} ")
    assert message in caught.value.message


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_marks_and_foreign_line_ends_of_a_setup_cfg_stay(end: str) -> None:
    text = f"\ufeff[options]{end}install_requires ={end}\tdemo-kit==1.2.3{end}\tä{end}"
    assert check_laws(read_setup, CFG, text) == text.replace("1.2.3", "2.0.0")


def test_the_literals_that_setup_is_given_are_read() -> None:
    text = f"""\
\"\"\"demo-kit==1.2.3 is what we need.\"\"\"
import setuptools
ü = ["é ü 😀", "demo-kit==1.2.3"]; tests: list = ('demo-kit', r"demo-kit>=1,<2")
MORE = ["demo-kit<2"]
MORE += {{"demo-kit @ {GIT}@v1.2.3"}}
setuptools.setup(
    name="demo-kit",
    packages=["demo-kit"],
    description="demo-kit==1.2.3",
    install_requires=ü + MORE + ["demo-kit>=3", *MORE, 1],
    tests_require=tests,
    setup_requires="demo-kit~=1.2",
    extras_require={{"demo-kit==1.2.3": ["Demo_Kit[x] ==1.2 ; x"], **{{}}}},
)
"""
    references = read_setup(PY, text, WANTED)
    assert [(*line, reference.holder) for line, reference in zip(summary(references), references, strict=True)] == [
        (3, "exact", "==1.2.3", "setup() install_requires"),
        (3, "unpinned", "", "setup() tests_require"),
        (3, "excludes", ">=1,<2", "setup() tests_require"),
        (4, "excludes", "<2", "setup() install_requires"),
        (5, "exact", "v1.2.3", "setup() install_requires"),
        (10, "ahead", ">=3", "setup() install_requires"),
        (12, "excludes", "~=1.2", "setup() setup_requires"),
        (13, "exact", "==1.2", "setup() extras_require"),
    ]
    expected = (
        text.replace('😀", "demo-kit==1.2.3"', '😀", "demo-kit==2.0.0"')
        .replace(">=1,<2", ">=2.0.0,<3")
        .replace("demo-kit<2", "demo-kit<3")
        .replace("@v1.2.3", "@v2.0.0")
        .replace("~=1.2", "~=2.0")
        .replace("==1.2 ;", "==2.0.0 ;")
    )
    assert check_laws(read_setup, PY, text) == expected


def test_the_arguments_of_setup_may_stand_in_a_table() -> None:
    text = "from setuptools import setup\nsetup(**{'install_requires': ['demo-kit==1'], 'name': 'demo-kit'})\n"
    (reference,) = read_setup(PY, text, WANTED)
    start = text.index("==1")
    assert reference == Reference(
        PY, 2, Standing.EXACT, "==1", "setup() install_requires", (Change(start, start + 3, "==2.0.0"),)
    )


@pytest.mark.parametrize(
    "literal",
    [
        '"demo-kit" "==1"',
        '"demo\\x2dkit==1"',
        '"""\n  demo-kit==1\nother\n"""',
        '"demo-kit==\\\n1"',
        '"\\n demo-kit==1"',
    ],
)
def test_a_text_in_pieces_is_judged_and_left_alone(literal: str) -> None:
    text = f"from setuptools import setup\nsetup(install_requires={literal})\n"
    (reference,) = read_setup(PY, text, WANTED)
    assert (reference.standing, reference.before, reference.changes) == (Standing.EXACT, "==1", ())
    assert reference.why == UNPLACED


def test_what_is_computed_is_unclear_where_it_names_the_package() -> None:
    text = """\
from setuptools import setup
def read():
    return ["demo-kit"]
def other():
    return ["demo-kit==1.2.3", "demo-kits", "something"]
setup(name="demo-kit", install_requires=read(), url="demo-kit==1")
"""
    references = read_setup(PY, text, WANTED)
    assert summary(references) == [(3, "unclear", ""), (5, "unclear", "==1.2.3")]
    why = "it stands in code that computes what is required: nothing to do but by hand"
    assert {(one.holder, one.why, one.changes) for one in references} == {("setup()", why, ())}


def test_a_requirement_outside_of_the_lists_is_unclear_though_a_name_alone_is_none() -> None:
    text = (
        '"""demo-kit is used here."""\n'
        "from setuptools import setup\nrequires = ['other']\nrequires.append('demo-kit==1')\n"
        "x = 'demo-kit'\nsetup(install_requires=requires)\nprint(setup)\n(lambda: 0)()\n"
    )
    assert summary(read_setup(PY, text, WANTED)) == [(4, "unclear", "==1")]


@pytest.mark.parametrize(
    "text", ["", "x = 1\n", "setup = 1\n", "a = b = 1\n(a, c.d) = 1, 2\nx: int\nsetup(install_requires=a)\n"]
)
def test_a_setup_py_that_requires_nothing_says_nothing(text: str) -> None:
    assert read_setup(PY, text, WANTED) == []


def test_names_that_go_round_in_circles_end() -> None:
    text = "a = b\nb = a + ['demo-kit==1']\nsetup(install_requires=a)\n"
    assert summary(read_setup(PY, text, WANTED)) == [(2, "exact", "==1")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\nprint 'x'\n", "is no Python 3: line 2: "),
        ("x = '\ud800'", "is no Python 3 that can be read"),
        ("(" * 100_000, "is no Python 3"),
        ("x = " + "-" * 100_000 + "1", "is no Python 3"),
        ("x = " + "1+" * 100_000 + "1", "is no Python 3"),
        ("x = \x00", "is no Python 3"),
    ],
)
def test_a_broken_setup_py_is_told(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_setup(PY, text, WANTED)
    assert caught.value.message.startswith(f"{PY} {message}")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_marks_and_foreign_line_ends_of_a_setup_py_stay(end: str) -> None:
    text = f"\ufeff# ä{end}\x0cé = '\\d'{end}setup({end}\tinstall_requires=['ü', 'demo-kit==1.2.3']){end}"
    references = read_setup(PY, text, WANTED)
    assert follow(text, references) == text.replace("1.2.3", "2.0.0")
    assert len(references[0].changes) == 1


def test_a_mark_before_the_first_line_moves_no_place_in_it() -> None:
    text = "\ufeffx = 'ü'; setup(install_requires=['demo-kit==1.2.3'])\n"
    assert check_laws(read_setup, PY, text) == text.replace("1.2.3", "2.0.0")


@pytest.mark.parametrize(
    ("path", "text", "count"),
    [
        (CFG, "[options]\ninstall_requires =\n" + "  demo-kit==1\n" * 20_000, 20_000),
        (CFG, "[options]\ninstall_requires =\n" + " #x demo-kit==1" * 20_000, 0),
        (CFG, "[a]\nb" + "=" * MEGABYTE, 0),
        (CFG, "[" * MEGABYTE, None),
        (PY, "setup(install_requires=[" + "'demo-kit==1'," * 20_000 + "])", 20_000),
        (PY, "setup(install_requires=['é'," + "'demo-kit==1'," * 20_000 + "])", 20_000),
        (PY, "x = []\n" + "x += ['demo-kit==1']\n" * 10_000 + "setup(install_requires=x)\n", 10_000),
        (PY, "'" + "a" * MEGABYTE + "'", 0),
    ],
)
def test_a_megabyte_is_read_in_linear_time(path: str, text: str, count: int | None) -> None:
    if count is None:
        with pytest.raises(ConfigError):
            read_setup(path, text, WANTED)
        return
    references = read_setup(path, text, WANTED)
    assert len(references) == count
    assert follow(text, references).count("==2.0.0") == count


ENTRIES = st.sampled_from(
    [
        "demo-kit==1.2.3",
        "demo-kit>=1,<2 ; x",
        "demo-kit",
        "demo-kit>=3",
        f"demo-kit @ {GIT}@v1#egg=demo-kit",
        "ü==1",
        "x",
    ]
)


@given(entries=st.lists(ENTRIES, max_size=6), others=st.lists(ENTRIES, max_size=3), is_computed=st.booleans())
def test_what_was_followed_needs_nothing_more(entries: list[str], others: list[str], is_computed: bool) -> None:
    lines = "".join(f"    {entry}\n" for entry in entries)
    check_laws(read_setup, CFG, f"[options]\ninstall_requires =\n{lines}")
    computed = " + read()" * is_computed
    check_laws(read_setup, PY, f"ü = {entries!r}; y = {others!r}\nsetup(install_requires=['é', *ü]{computed})\n")


@given(text=st.text() | st.text("setup(install_requires=['demo-kit==1'])\n[options] \\#"))
def test_no_text_is_a_surprise(text: str) -> None:
    for path in (CFG, PY):
        with contextlib.suppress(ConfigError):
            follow(text, read_setup(path, text, WANTED))
