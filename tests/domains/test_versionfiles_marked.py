"""Marked files: which characters a mark means, and what to add where there is none."""

import time

import pytest

from pilotage.domains.versionfiles.marked import find_marked
from pilotage.errors import ConfigError
from pilotage.model.version import Version

CURRENT = Version("1.2.3")


def with_places_bracketed(text: str, *, current: Version | None = CURRENT, path: str = "f.txt") -> str:
    """Return the text with each place in angle quotes, so that a test shows what is meant."""
    for place in sorted(find_marked(path, text, current=current), key=lambda place: -place.start):
        assert place.text == text[place.start : place.end]
        assert place.line == text[: place.start].count("\n") + 1
        text = f"{text[: place.start]}«{place.text}»{text[place.end :]}"
    return text


@pytest.mark.parametrize(
    "marked",
    [
        '__version__ = "«1.2.3»"  # x-pilotage-version',
        '__version__ = "«1.2.3»"  # x-release-please-version',
        "uses: owner/x@v«1.2.3» # x-pilotage-version\r\n",
        "https://x.org/badge/version-«1.2.3»-blue <!-- x-pilotage-version -->",
        "x-«1.2.3»-py3-none-any.whl x-pilotage-version",
        "x_«1.2.3».tar.gz x-pilotage-version",
        "Python 3.11 and x «1.2.3» x-pilotage-version",
        "numpy 1.26.4 and x «1.2.3» x-pilotage-version",
        "numpy 1.26 and x «1.2.9» x-pilotage-version",
        "version «1.2» x-pilotage-version",
        "version «2024» x-pilotage-version",
        "«1.2.3-rc.1» x-pilotage-version",
        "«1!1.2.3rc1.post2.dev3+local.4», x-pilotage-version",
        "py39 1.0.0 1.2.3 x-pilotage-versions\nx-pilotage-version «1.2.3»",
        "«2024-05-06» x-pilotage-date",
        "1.2.3 of «2024-05-06» and 2020-01-01 <!-- x-release-please-date -->",
        "v«1.2.3» («2024-05-06») # x-pilotage-version-date",
        "«2024-05-06»: v«1.2.3» # x-release-please-version-date",
        "v«1.2.3», 12024-05-06 # x-release-please-version-date",
        "«2024-05-06»: v«1.2» # x-pilotage-version-date",
        "x-pilotage-start-version-date\n## «1.2.3»\nof «2024-05-06»\nx-pilotage-end",
        "x-release-please-start-date\n1.2.3\n«2024-05-06»\nx-pilotage-end",
        "(«1», 2, 3)  # x-pilotage-major",
        "MINOR = «2»  # x-pilotage-minor",
        "PATCH = «3»  # x-release-please-patch",
        "uses: owner/x@v«1» # x-release-please-major",
        "1.2.3\nx-pilotage-start-version\n«1.2.3»\nnone\n3.11\nv«1.2.3»\nx-pilotage-end\n1.2.3",
        "x-release-please-start-version\n«1.2.3» # x-pilotage-major\nx-release-please-end",
        "x-pilotage-start-major\nnone\nv«1» and v2\nx-pilotage-end\nx-pilotage-end",
    ],
)
def test_a_mark_means_one_version_on_each_of_its_lines(marked: str) -> None:
    assert with_places_bracketed(marked.replace("«", "").replace("»", "")) == marked


def test_without_a_current_version_the_first_with_three_numbers_is_meant() -> None:
    text = "Python 3.11, x 2.0.0, y 1.2.3  # x-pilotage-version"

    assert with_places_bracketed(text, current=None) == "Python 3.11, x «2.0.0», y 1.2.3  # x-pilotage-version"


@pytest.mark.parametrize(
    "marked",
    [
        '"""x 1.2.3."""\n\n__version__ = "«1.2.3»"\n',
        "\ufeff__version__: Final[str] ='«1.2.3»'\r\n",
        "if True:\n    __version__ = '9'\n__version__ = \"«1.0rc1»\"  # no mark\n",
        "«1.2.3»",
        "\ufeff «1.2.3rc1»\r\n",
    ],
)
def test_a_sole_assignment_or_version_needs_no_mark(marked: str) -> None:
    assert with_places_bracketed(marked.replace("«", "").replace("»", ""), path="src/x/__about__.py") == marked


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("src/x/__init__.py", 'Mark the line of the version: __version__ = "1.2.3"  # x-pilotage-version'),
        ("README.md", "Mark the line of the version: 1.2.3 <!-- x-pilotage-version -->"),
        ("VERSION", "Mark the line of the version: 1.2.3  # x-pilotage-version"),
    ],
)
@pytest.mark.parametrize("text", ["", "one 1.2.3\n", "__version__ = '1.2.3'\n__version__ = '1.2.3'\n"])
def test_a_file_without_a_mark_is_an_error_with_the_line_to_add(path: str, hint: str, text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        find_marked(path, text, current=CURRENT)

    assert caught.value.message == f"{path} stands in [tool.pilotage] version-files, but no line of it is marked"
    assert caught.value.hint == hint


def test_what_else_is_known_of_a_file_counts_only_without_marks() -> None:
    (place,) = find_marked("f", "1.2.3  # x-pilotage-version", current=CURRENT)

    assert find_marked("f", "a", current=CURRENT, unmarked=lambda: [place]) == (place,)
    assert find_marked("f", "2.0 # x-pilotage-version", current=None, unmarked=lambda: [place])[0].text == "2.0"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\nx-pilotage-version\n", "f.txt line 2: the mark is there, but no version to replace"),
        ("1.2 x-pilotage-date", "f.txt line 1: the mark is there, but no date to replace"),
        ("one x-pilotage-major", "f.txt line 1: the mark is there, but no major to replace"),
        (
            "x-pilotage-start-version\n\n3.11\nx-pilotage-end",
            "f.txt line 1: the mark is there, but no version to replace",
        ),
        ("\nx-pilotage-start-version\n1.2.3\n", "f.txt line 2: the block of the version does not end"),
        ("__version__ = 'unknown'", "f.txt line 1: 'unknown' is not a version"),
    ],
)
def test_a_mark_that_means_nothing_is_an_error(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        find_marked("f.txt", text, current=None)

    assert caught.value.message == message
    assert caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "1." * 100_000 + "x 1.2.3 x-pilotage-version",
        "1" * 1_000_000 + " 1.2.3 x-pilotage-version",
        "1!" * 100_000 + " 1.2.3 x-pilotage-version",
        "1.0+" + "a." * 100_000 + "! 1.2.3 x-pilotage-version",
        "-1" * 100_000 + " 1.2.3 x-pilotage-version",
        "x-pilotage-start-version\n" + "1.2.3\n" * 30_000 + "x-pilotage-end",
        "__version__:" + " " * 1_000_000 + "\n1.2.3 x-pilotage-version",
        "__version__:" + " " * 1_000_000 + "\n__version__ = '1.2.3'",
    ],
)
def test_hundreds_of_kilobytes_of_near_versions_take_linear_time(text: str) -> None:
    started = time.process_time()

    places = find_marked("f.txt", text, current=CURRENT)

    assert places[-1].text == "1.2.3"
    assert time.process_time() - started < 20
