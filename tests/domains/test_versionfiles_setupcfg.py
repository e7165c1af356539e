"""setup.cfg: where its version stands, and what is wrong when it cannot be read."""

import pytest

from pilotage.domains.versionfiles.setupcfg import read_setup_cfg
from pilotage.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("[metadata]\nname=x\nversion=1.0\n", "[metadata]\nname=x\nversion="),
        ("[metadata]\nname = x\nVersion : 1.0", "[metadata]\nname = x\nVersion : "),
        ("[metadata]\n  name = x\n  version = 1.0\n", "[metadata]\n  name = x\n  version = "),
        ("[metadata]\nname = x\nversion =\n    1.0\n", "[metadata]\nname = x\nversion =\n    "),
        ("\ufeff[metadata]\r\nname=x\r\nversion = 1.0  # y\r\n", "\ufeff[metadata]\r\nname=x\r\nversion = "),
        ("[a]\nversion = 1.0\npython_version = 1.0\n[metadata]\nname=x\nversion = 1.0", None),
    ],
)
def test_the_place_is_the_value_however_it_is_written(text: str, before: str | None) -> None:
    declared = read_setup_cfg(text)

    (place,) = declared.places
    assert (declared.name, place.text, place.source) == ("x", "1.0", "setup.cfg [metadata]")
    assert text[: place.start] == (before or text.removesuffix("1.0"))


@pytest.mark.parametrize("value", ["attr: example.__version__", "file: VERSION"])
def test_a_version_from_elsewhere_is_dynamic(value: str) -> None:
    declared = read_setup_cfg(f"[metadata]\nname = x\nversion = {value}\n")

    assert (declared.name, declared.places) == ("x", ())
    assert declared.dynamic == f"setup.cfg [metadata] version = {value}"


def test_a_file_without_metadata_says_nothing() -> None:
    declared = read_setup_cfg("[mypy]\npython_version = 3.11\n")

    assert (declared.name, declared.places, declared.dynamic) == ("", (), "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "name = x\n[metadata]\n",
            "setup.cfg is not an INI file: line 1, column 1: a key stands before the first [section]",
        ),
        (
            "[metadata]\nname = x\nnonsense\n",
            "setup.cfg is not an INI file: line 3, column 1: expected key = value, found 'nonsense\\n'",
        ),
        ("[metadata]\nversion = one\n", "setup.cfg: [metadata] version: 'one' is not a version"),
        ("[metadata]\nversion =\n", "setup.cfg: [metadata] version: '' is not a version"),
        (
            "[metadata]\nversion =\n# which?\n  1.0\n",
            "setup.cfg: [metadata] version is '1.0', written in a way that cannot be edited in place",
        ),
    ],
)
def test_a_file_that_cannot_be_read_says_where_and_what_to_do(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_setup_cfg(text)

    assert caught.value.message == message
    assert caught.value.hint


@pytest.mark.parametrize("text", ["[metadata]\nname = x\nname = y\n", "[metadata]\n\n[metadata]\n"])
def test_what_stands_twice_is_an_error_with_its_line(text: str) -> None:
    with pytest.raises(ConfigError, match=r"setup.cfg is not an INI file: line 3, column 1: .* already exists"):
        read_setup_cfg(text)
