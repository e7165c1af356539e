from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotage.domains.indexcredentials import read_credentials
from pilotage.errors import UsageError
from pilotage.model.indexaddress import PYPI, TESTPYPI, IndexAddress
from pilotage.model.secret import Credentials, Secret

MINE = IndexAddress("my.corp", "https://read.example/simple/", "https://write.example/")
HOST = IndexAddress.parse("https://index.example:8443/")
OF_PYPI = "pypi-" + "AgEIcHlwaS5vcmcCJDU5"
OF_TESTPYPI = "pypi-" + "AgENdGVzdC5weXBpLm9yZwIk"


def read(environment: dict[str, str], address: IndexAddress = MINE, *, is_only: bool = True) -> tuple[str, str] | None:
    """Read credentials as two texts, so that a failing test shows them."""
    found = read_credentials(environment, address, is_only=is_only)
    return (found.user, found.password.reveal()) if found else None


def refusal(environment: dict[str, str], address: IndexAddress = MINE, *, is_only: bool = True) -> UsageError:
    with pytest.raises(UsageError) as caught:
        read_credentials(environment, address, is_only=is_only)
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize("name", ["INPUT_INDEX-TOKEN", "INPUT_INDEX_TOKEN", "PILOTAGE_INDEX_TOKEN"])
def test_the_only_index_takes_the_general_token(name: str) -> None:
    assert read({name: " tok\n"}) == ("__token__", "tok")


@pytest.mark.parametrize(
    ("address", "name"),
    [
        (MINE, "PILOTAGE_INDEX_TOKEN_MY_CORP"),
        (HOST, "PILOTAGE_INDEX_TOKEN_INDEX_EXAMPLE_8443"),
        (PYPI, "PILOTAGE_INDEX_TOKEN_PYPI"),
        (TESTPYPI, "PILOTAGE_INDEX_TOKEN_TESTPYPI"),
    ],
)
@pytest.mark.parametrize("is_only", [True, False])
def test_an_index_s_own_token_counts_before_the_general_one(address: IndexAddress, name: str, is_only: bool) -> None:
    environment = {name: "pypi-own", "PILOTAGE_INDEX_TOKEN": "pypi-general", "INPUT_INDEX-TOKEN": "pypi-general"}
    assert read(environment, address, is_only=is_only) == ("__token__", "pypi-own")


def test_the_input_counts_before_the_general_variable() -> None:
    assert read({"PILOTAGE_INDEX_TOKEN": "b", "INPUT_INDEX-TOKEN": "a"}) == ("__token__", "a")


@pytest.mark.parametrize(
    ("environment", "is_only", "expected"),
    [
        ({"PILOTAGE_INDEX_USER": "ann", "PILOTAGE_INDEX_TOKEN": "p w "}, True, ("ann", "p w ")),
        (
            {
                "PILOTAGE_INDEX_USER": "ann",
                "PILOTAGE_INDEX_USER_MY_CORP": "bob",
                "PILOTAGE_INDEX_TOKEN_MY_CORP": "x\n",
            },
            True,
            ("bob", "x"),
        ),
        ({"PILOTAGE_INDEX_USER_MY_CORP": "bob", "PILOTAGE_INDEX_TOKEN_MY_CORP": "x"}, False, ("bob", "x")),
        ({"PILOTAGE_INDEX_USER": "ann", "PILOTAGE_INDEX_TOKEN_MY_CORP": "x"}, False, ("__token__", "x")),
        ({"PILOTAGE_INDEX_USER": "", "PILOTAGE_INDEX_TOKEN": "x"}, True, ("__token__", "x")),
    ],
)
def test_a_user_belongs_to_the_index_that_it_is_named_for(
    environment: dict[str, str], is_only: bool, expected: tuple[str, str]
) -> None:
    assert read(environment, is_only=is_only) == expected


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"INPUT_INDEX-TOKEN": "", "PILOTAGE_INDEX_TOKEN": " \n", "PILOTAGE_INDEX_TOKEN_MY_CORP": ""},
        {"PILOTAGE_INDEX_TOKEN_OTHER": "x", "PILOTAGE_INDEX_USER_OTHER": "ann"},
        {"PILOTAGE_INDEX_USER": "__token__"},
    ],
)
@pytest.mark.parametrize("is_only", [True, False])
def test_without_a_token_there_are_no_credentials(environment: dict[str, str], is_only: bool) -> None:
    assert read(environment, is_only=is_only) is None


@pytest.mark.parametrize("name", ["INPUT_INDEX-TOKEN", "INPUT_INDEX_TOKEN", "PILOTAGE_INDEX_TOKEN"])
@pytest.mark.parametrize("address", [MINE, PYPI])
def test_a_general_token_is_never_sent_to_one_of_several_indexes(name: str, address: IndexAddress) -> None:
    error = refusal({name: OF_PYPI}, address, is_only=False)
    assert error.message == (
        f"{name} does not say which of several indexes it is for, and {address.name} has no token of its own"
    )
    assert error.hint.startswith(f"Set {address.token_variable} instead")


@pytest.mark.parametrize(
    ("address", "token", "said"),
    [
        (PYPI, OF_TESTPYPI, "is a token of testpypi, and this index is pypi; it was not sent"),
        (TESTPYPI, OF_PYPI, "is a token of pypi, and this index is testpypi; it was not sent"),
        (MINE, OF_PYPI, "is a token of pypi, and this index is my.corp; it was not sent"),
        (PYPI, "hunter2", "does not begin with pypi- as every token of pypi does: it is no token of it"),
        (PYPI, f'"{OF_PYPI}"', "does not begin with pypi-"),
        (PYPI, "eyJhbGciOi", "it is an identity token (JWT), which must be exchanged first"),
        (TESTPYPI, "ghp_abc", "as every token of testpypi does: it is a token of GitHub"),
        (PYPI, "github_pat_abc", "it is a token of GitHub"),
        (PYPI, f"__token__ {OF_PYPI}", "holds white space, which no token has"),
        (MINE, "Basic abc", "holds white space, which no token has"),
        (MINE, "abc\ndef", "holds a line end or another control character"),
        (MINE, "abc\0def", "holds a line end or another control character"),
    ],
)
def test_a_token_that_the_index_would_refuse_is_explained_before_it_is_sent(
    address: IndexAddress, token: str, said: str
) -> None:
    error = refusal({"PILOTAGE_INDEX_TOKEN": token}, address)
    assert error.message.startswith("PILOTAGE_INDEX_TOKEN ")
    assert said in error.message
    assert token not in error.message + error.hint


@pytest.mark.parametrize("address", [PYPI, TESTPYPI])
@pytest.mark.parametrize("token", ["", "hunter2"])
def test_pypi_s_passwords_are_things_of_the_past(address: IndexAddress, token: str) -> None:
    error = refusal({"PILOTAGE_INDEX_USER": "ann", "PILOTAGE_INDEX_TOKEN": token}, address)
    assert error.message == f"PILOTAGE_INDEX_USER names a user, and {address.name} takes no passwords any more"


@pytest.mark.parametrize(
    ("environment", "is_only", "said"),
    [
        (
            {"PILOTAGE_INDEX_USER": "ann", "PILOTAGE_INDEX_TOKEN": ""},
            True,
            "PILOTAGE_INDEX_USER names a user of my.corp, and there is no password: PILOTAGE_INDEX_TOKEN is empty",
        ),
        (
            {"PILOTAGE_INDEX_USER_MY_CORP": "ann"},
            False,
            (
                "PILOTAGE_INDEX_USER_MY_CORP names a user of my.corp, and there is no password: "
                "PILOTAGE_INDEX_TOKEN_MY_CORP is empty"
            ),
        ),
    ],
)
def test_a_user_without_a_password_is_a_secret_that_did_not_arrive(
    environment: dict[str, str], is_only: bool, said: str
) -> None:
    assert refusal(environment, is_only=is_only).message == said


@pytest.mark.parametrize("user", ["ann:hunter2", "a\nb"])
def test_a_user_s_name_that_would_change_the_header_is_refused(user: str) -> None:
    error = refusal({"PILOTAGE_INDEX_USER": user, "PILOTAGE_INDEX_TOKEN": "x"})
    assert "holds a character that no user's name has" in error.message
    assert user not in error.message


@given(st.text(min_size=6), st.sampled_from([PYPI, TESTPYPI, MINE]), st.booleans())
def test_a_secret_is_never_shown(text: str, address: IndexAddress, is_only: bool) -> None:
    secret = f"s3cr3t{text}"
    shown = ""
    try:
        found = read_credentials({address.token_variable: secret}, address, is_only=is_only)
    except UsageError as exc:
        shown = f"{exc.message} {exc.hint} {exc!r}"
    else:
        shown = repr(found)
        assert found == Credentials("__token__", Secret(secret.strip()))
    assert "s3cr3t" not in shown
