"""The versions that locks pin."""

from __future__ import annotations

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from pilotage.domains.lockedversions import find_pin, read_locked
from pilotage.errors import ConfigError

UV = """\
version = 1
[[package]]
name = "Packaging"
version = "24.1"
[[package]]
name = "numpy"
version = "1.0"
[[package]]
name = "numpy"
version = "2.0"
[[package]]
name = "self"
source = { virtual = "." }
[[package]]
name = "odd"
version = "not a version"
"""


def test_a_lock_s_versions_are_read_by_normalised_name() -> None:
    assert read_locked(UV, path="uv.lock") == {
        "packaging": frozenset({Version("24.1")}),
        "numpy": frozenset({Version("1.0"), Version("2.0")}),
    }


def test_the_standard_lock_is_read_too() -> None:
    assert read_locked('[[packages]]\nname = "a"\nversion = "1"\n', path="pylock.toml") == {
        "a": frozenset({Version("1")})
    }


@pytest.mark.parametrize("text", ["package = 3\n", "packages = [1, 2]\n", ""])
def test_a_file_of_another_shape_pins_nothing(text: str) -> None:
    assert read_locked(text, path="uv.lock") == {}


def test_a_lock_that_is_no_toml_is_an_error_that_names_it() -> None:
    with pytest.raises(ConfigError, match=r"sub/uv\.lock: not TOML"):
        read_locked("[[", path="sub/uv.lock")


@pytest.mark.parametrize(
    ("requirement", "pin"),
    [("packaging>=24", "24.1"), ("packaging>=25", None), ("numpy", None), ("numpy<2", "1.0"), ("other", None)],
)
def test_a_requirement_has_a_version_where_exactly_one_fits(requirement: str, pin: str | None) -> None:
    found = find_pin(Requirement(requirement), read_locked(UV, path="uv.lock"))
    assert found == (Version(pin) if pin else None)
