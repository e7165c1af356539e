from __future__ import annotations

import pytest

from pilotage import errors
from pilotage.errors import (
    CheckError,
    ConfigError,
    ConflictError,
    DriftError,
    PilotageError,
    RemoteError,
    UsageError,
)

CODES = {
    PilotageError: 70,
    CheckError: 1,
    UsageError: 2,
    ConfigError: 2,
    ConflictError: 3,
    DriftError: 4,
    RemoteError: 5,
}


@pytest.mark.parametrize(("kind", "code"), CODES.items())
def test_the_exit_code_of_each_error_is_the_contract(kind: type[PilotageError], code: int) -> None:
    assert code == kind.exit_code
    assert issubclass(kind, PilotageError)


def test_every_error_of_the_module_has_its_code_here() -> None:
    found = {one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, Exception)}
    assert found == set(CODES)


def test_an_error_says_what_is_wrong_and_what_to_do() -> None:
    error = ConfigError("a is wrong", hint="Write b.")
    assert (str(error), error.message, error.hint) == ("a is wrong", "a is wrong", "Write b.")
    assert PilotageError("x").hint == ""
