"""A repository as a whole: which files are read, what they ask for, and the edits."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domains.downstream_texts import WANTED, told
from pilotage.domains.downstream.plainfile import read_plain
from pilotage.domains.downstream.reading import MOST_BYTES, MOST_FILES, apply_changes, is_relevant, read_usage, settle
from pilotage.domains.downstream.relevance import reader_of
from pilotage.errors import ConfigError
from pilotage.model.downstream import Change, Reference, Standing, Usage, Wanted
from pilotage.model.project import FileEdit
from pilotage.model.version import Version

_NAMES = [
    *["pyproject.toml", "a/b/pyproject.toml", "setup.cfg", "setup.py", "requirements.txt", "requirements-dev.in"],
    *["dev-requirements.txt", "requirements/ci.txt", "x/requirements/ci.in", "constraints.txt", "constraints-3.in"],
    *[
        "Pipfile",
        "Pipfile.lock",
        "uv.lock",
        "poetry.lock",
        "pdm.lock",
        "pylock.toml",
        "pylock.dev.toml",
        "conda-lock.yml",
    ],
    *["Dockerfile", "docker/Dockerfile.gpu", "gpu.Dockerfile", "x.dockerfile", "Containerfile", "tests/Dockerfile"],
    *["environment.yml", "environment-dev.yaml", "conda.yml", "conda-env.yaml", "envs/environment.yml"],
    *[".github/workflows/ci.yml", ".github/workflows/ci.yaml"],
]


@pytest.mark.parametrize("path", _NAMES)
def test_files_are_known_by_their_names(path: str) -> None:
    assert is_relevant(path, ())
    assert reader_of(path, "") is not read_plain


@pytest.mark.parametrize(
    "path",
    [
        *[
            "README.md",
            "pyproject.toml.bak",
            "Dockerfile/x",
            "x/.github/workflows/ci.yml",
            ".github/workflows/x/ci.yml",
        ],
        *[
            "notes.txt",
            "package.lock",
            "my-environment.yml",
            "Dockerfilex",
            "setup.pyc",
            "src/demo.py",
            "a\nDockerfile\n",
        ],
    ],
)
def test_other_files_are_not_read(path: str) -> None:
    assert not is_relevant(path, ())


@pytest.mark.parametrize(
    "folder", ["node_modules", ".venv", "venv", "site-packages", "vendor", "third_party", ".git", ".tox"]
)
def test_what_others_wrote_is_not_read(folder: str) -> None:
    assert not is_relevant(f"{folder}/pyproject.toml", ("**",))
    assert not is_relevant(f"a/{folder}/b/Dockerfile", ())
    assert is_relevant(f"{folder}-x/Dockerfile", ())


def test_configured_globs_add_files() -> None:
    assert is_relevant("scripts/a/install.sh", ("docs/*.md", "scripts/**"))
    assert not is_relevant("docs/a/b.md", ("docs/*.md", "scripts/**"))
    with pytest.raises(ConfigError, match=r"\[tool\.pilotage\.downstream\] files"):
        is_relevant("x", ("../x",))


def test_the_bounds_are_those_that_are_stated() -> None:
    assert (MOST_FILES, MOST_BYTES) == (60, 1_000_000)


_FILES = {
    "environment.yml": "dependencies:\n- demo=1.2\n",
    "Dockerfile": (
        "FROM x\nARG V=1.2\nRUN pip install demo==$V demo~=$V\nRUN pip install demo~=1.2.0 # pilotage: keep\n"
    ),
    "pyproject.toml": '[project]\nname = "x"\ndependencies = ["demo[x]>=1,<1.2", "other"]\n',
    "requirements.txt": "demo==1.2\nother\n",
    "setup.cfg": "[options]\ninstall_requires =\n  demo~=1.2.0\n",
    "Pipfile": '[packages]\ndemo = "==1.2"\n',
    "uv.lock": '[[package]]\nname = "demo"\nversion = "1.2"\nsource = { registry = "x" }\n',
    ".github/workflows/ci.yml": "run: pip install demo==1.2\n",
    "README.md": "pip install demo==1.2 or git+https://github.com/acme/demo@v1.2\n",
    "notes.txt": "demo==1.3\n",
    "images/flow": "# about\n\nFROM x\nRUN pip install demo==1.2 'demo>=1'\n",
}


def test_all_files_of_a_repository_are_read_and_edited() -> None:
    usage = read_usage(_FILES, WANTED)
    assert [(one.path, *told([one])) for one in usage.references] == [
        (".github/workflows/ci.yml", "1 exact ==1.2"),
        ("Dockerfile", "2 argument ==1.2"),
        ("Dockerfile", "2 admits ~=1.2"),
        ("Dockerfile", "4 kept ~=1.2.0"),
        ("Pipfile", "2 exact ==1.2"),
        ("README.md", "1 exact ==1.2"),
        ("README.md", "1 exact v1.2"),
        ("environment.yml", "2 excludes =1.2"),
        ("images/flow", "4 exact ==1.2"),
        ("images/flow", "4 admits >=1"),
        ("notes.txt", "1 exact ==1.3"),
        ("pyproject.toml", "3 excludes >=1,<1.2"),
        ("requirements.txt", "1 exact ==1.2"),
        ("setup.cfg", "3 excludes ~=1.2.0"),
        ("uv.lock", "3 locked 1.2"),
    ]
    assert usage.unread == ()
    assert {edit.path: edit.text for edit in usage.edits} == {
        "Dockerfile": _FILES["Dockerfile"].replace("V=1.2", "V=1.4.0"),
        "Pipfile": _FILES["Pipfile"].replace("1.2", "1.4.0"),
        "README.md": _FILES["README.md"].replace("1.2", "1.4.0"),
        "environment.yml": "dependencies:\n- demo=1.4\n",
        "images/flow": _FILES["images/flow"].replace("1.2", "1.4.0"),
        "notes.txt": "demo==1.4.0\n",
        "pyproject.toml": _FILES["pyproject.toml"].replace(">=1,<1.2", ">=1.4.0,<1.5"),
        "requirements.txt": "demo==1.4.0\nother\n",
        "setup.cfg": _FILES["setup.cfg"].replace("1.2.0", "1.4.0"),
    }
    assert [edit.path for edit in usage.edits] == sorted(edit.path for edit in usage.edits)


def test_what_was_edited_asks_for_nothing_more() -> None:
    files = _FILES | {edit.path: edit.text for edit in read_usage(_FILES, WANTED).edits}
    assert read_usage(files, WANTED).edits == ()


def test_a_place_that_several_ask_by_is_edited_until_all_are_content() -> None:
    files = {"Dockerfile": "ARG V=1.2\nRUN pip install demo~=$V demo==$V\n"}
    usage = read_usage(files, Wanted("demo", Version("2.0.1"), "v2.0.1"))
    assert usage.edits == (FileEdit("Dockerfile", "ARG V=2.0.1\nRUN pip install demo~=$V demo==$V\n"),)


def test_ways_that_contradict_each_other_are_left_to_people() -> None:
    def read_endlessly(path: str, text: str, wanted: Wanted) -> list[Reference]:
        change = Change(len(text), len(text), str(wanted.version))
        return [Reference(path, 1, Standing.EXACT, changes=(change,))]

    with pytest.raises(ConfigError, match="x asks for the package in ways that contradict each other"):
        settle(read_endlessly, "x", "demo", wanted=WANTED)


def test_a_broken_file_stops_only_itself() -> None:
    files = {
        "a/pyproject.toml": "demo = [",
        "b\u202e/environment.yml": "demo: [",
        "c/pyproject.toml": "demo = " + "[" * 100_000,
        "environment.yml": "demo: " + "[" * 20_000,
        "Pipfile.lock": '{"default": {"demo": ' + "[" * 100_000,
        "requirements.txt": "demo==1.2\n",
    }
    usage = read_usage(files, WANTED)
    assert [edit.path for edit in usage.edits] == ["requirements.txt"]
    assert [one.partition(": ")[0] for one in usage.unread] == [
        "Pipfile.lock",
        "a/pyproject.toml",
        "b⟨U+202E⟩/environment.yml",
        "c/pyproject.toml",
        "environment.yml",
    ]
    assert usage.unread[1].startswith("a/pyproject.toml: is not TOML")


def test_a_file_that_does_not_name_the_package_is_not_read() -> None:
    assert read_usage({"pyproject.toml": "[", "uv.lock": "x" * 2_000_000}, WANTED) == Usage()


def test_the_package_is_known_in_each_spelling_and_by_its_repository() -> None:
    wanted = Wanted("acme-demo", Version("1.4.0"), "v1.4.0", repository="github.com/acme/flow")
    files = {"requirements.txt": "Acme__Demo==1.2\n", "a/requirements.txt": "git+https://github.com/Acme/Flow@v1.2\n"}
    assert len(read_usage(files, wanted).edits) == 2
    assert read_usage({"requirements.txt": "acme/flow\nacme.demo"}, Wanted("acme-demo", Version("1"), "1")).edits == ()


def test_too_much_is_refused() -> None:
    assert read_usage({"requirements.txt": "demo" + " " * 1_000_000}, WANTED).unread == (
        "requirements.txt: has more than 1000000 characters",
    )
    assert read_usage({"uv.lock": "demo\n" * 5001}, WANTED).unread == (
        "uv.lock: names the package more than 5000 times",
    )
    assert read_usage({"uv.lock": "xdemo\n" * 5001}, WANTED).unread == ()
    assert read_usage({"uv.lock": "demos\n" * 5001}, WANTED).unread == ()
    assert read_usage({"environment.yml": "demo: x\n" * 5001}, WANTED).unread == (
        "environment.yml: names the package more than 5000 times",
    )


def test_a_recursion_that_a_parser_lets_out_is_told() -> None:
    usage = read_usage({"Dockerfile": _Endless("demo")}, WANTED)
    assert usage.unread == ("Dockerfile: it is nested too deeply to be read",)


class _Endless(str):
    """A text whose reading does not end."""

    __slots__ = ()

    def removeprefix(self, prefix: str, /) -> str:
        raise RecursionError(prefix)


def test_changes_that_overlap_are_made_once() -> None:
    changes = [Change(2, 4, "x"), Change(0, 1, "y"), Change(2, 4, "x"), Change(3, 5, "z"), Change(5, 5, "!")]
    assert apply_changes("abcdef", changes) == "ybxe!f"
    assert apply_changes("abc", []) == "abc"


_PINS = st.sampled_from(
    [
        "demo==1.2",
        "demo>=1,<1.2",
        "demo~=1.3.0",
        "demo",
        "demo==1.5",
        "demo>=1",
        "demo===1.0",
        "demo!=1.4.0",
        "other==1",
    ]
)
_NOISE = st.text(alphabet="abc #\t\u202e\u00e9", max_size=8)


@given(
    st.lists(st.tuples(_PINS, _NOISE), max_size=5),
    st.sampled_from(["requirements.txt", "Dockerfile", "environment.yml"]),
)
@settings(max_examples=200)
def test_edits_settle_and_touch_nothing_else(pins: list[tuple[str, str]], path: str) -> None:
    line = {
        "requirements.txt": "{} # {}\n",
        "Dockerfile": "RUN pip install '{}' # {}\n",
        "environment.yml": "- {} # {}\n",
    }[path]
    head = "dependencies:\n" if path == "environment.yml" else "# x\n"
    files = {path: head + "".join(line.format(*pin) for pin in pins)}
    usage = read_usage(files, WANTED)
    for edit in usage.edits:
        assert read_usage({path: edit.text}, WANTED).edits == ()
        for before, now in zip(files[path].split("\n"), edit.text.split("\n"), strict=True):
            assert before.partition(" #")[2] == now.partition(" #")[2]
            if "==1.5" in before or "other" in before:
                assert before == now


@given(st.sampled_from([*_NAMES, "README.md", "notes.txt"]), st.text(), st.text())
@settings(max_examples=400)
def test_any_text_under_any_name_is_read(path: str, before: str, after: str) -> None:
    usage = read_usage({path: f"{before}demo==1.2{after}"}, WANTED)
    assert all(one.path == path for one in usage.references)


@given(st.sampled_from(_NAMES), st.binary(max_size=60))
def test_bytes_of_any_kind_are_read(path: str, data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape") + "\x00demo\u202e"
    assert all("\u202e" not in line and "\x00" not in line for line in read_usage({path: text}, WANTED).unread)


@pytest.mark.parametrize(
    "path", ["pyproject.toml", "setup.py", "Pipfile.lock", "requirements.txt", "README.md", "uv.lock"]
)
@pytest.mark.parametrize("unit", ["[", "(", "{", "\n", " ", "#", "=", "demo ", "\x00", "a", "'", "\\\n"])
def test_a_monster_stops_nothing(path: str, unit: str) -> None:
    begin = time.perf_counter()
    usage = read_usage({path: "x = demo" + unit * (200_000 // len(unit))}, WANTED)
    assert usage.edits == ()
    assert time.perf_counter() - begin < 20


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pip install 'demo[x]==1.2'", ["1 exact ==1.2"]),
        ("x-demo==1.2 --demo==1.2 _demo==1.2 demo2==1.2 my.demo==1.2 demo>=1", []),
        ("demo == 1.2; demo===v1.4.0", ["1 exact == 1.2", "1 current ===v1.4.0"]),
        ("see git+https://github.com/acme/other@v1 and GIT+ssh://git@github.com/acme/demo.git@v1.2", ["1 exact v1.2"]),
        ("demo==1.2 # pilotage: keep", ["1 kept ==1.2"]),
    ],
)
def test_a_file_of_no_known_kind_is_searched_for_pins(text: str, expected: list[str]) -> None:
    assert told(read_plain("x.sh", text, WANTED)) == expected


def test_standings_without_edits_are_never_edited() -> None:
    usage = read_usage({"requirements.txt": "demo==1.2 # pilotage: keep\ndemo==1.5\ndemo>=1\ndemo==x\n"}, WANTED)
    assert {one.standing for one in usage.references} == {
        Standing.KEPT,
        Standing.AHEAD,
        Standing.ADMITS,
        Standing.UNCLEAR,
    }
    assert usage.edits == ()
