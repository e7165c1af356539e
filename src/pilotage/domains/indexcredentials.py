"""Who we are on an index, read from the environment: a token goes to the index that it is for, and to no other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.errors import UsageError
from pilotage.model.indexaddress import PYPI, TESTPYPI
from pilotage.model.secret import Credentials, Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pilotage.model.indexaddress import IndexAddress

__all__ = ["read_credentials"]

_TOKENS = ("INPUT_INDEX-TOKEN", "INPUT_INDEX_TOKEN", "PILOTAGE_INDEX_TOKEN")
_USER = "PILOTAGE_INDEX_USER"
_TOKEN_USER = "__token__"  # noqa: S105 - the name that stands for no user
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_OWNERS = {"pypi-AgEIcHlwaS5vcmc": PYPI.name, "pypi-AgENdGVzdC5weXBpLm9yZw": TESTPYPI.name}
"""How the tokens of PyPI begin: a macaroon's version, and the host that it is for."""
_FOREIGN = {
    "eyJ": "an identity token (JWT), which must be exchanged first: leave it out, and trusted publishing does that",
    "ghp_": "a token of GitHub",
    "gho_": "a token of GitHub",
    "ghs_": "a token of GitHub",
    "github_pat_": "a token of GitHub",
}


def read_credentials(environment: Mapping[str, str], address: IndexAddress, *, is_only: bool) -> Credentials | None:
    """Read the credentials for one index; None when there are none, then trusted publishing is used.

    The token of the index's own variable (`PILOTAGE_INDEX_TOKEN_<NAME>`) counts first. The general one (the input
    `index-token`, `PILOTAGE_INDEX_TOKEN`) counts only where one index is published on, since it does not say whose
    it is. The user is `PILOTAGE_INDEX_USER_<NAME>` or `PILOTAGE_INDEX_USER`, else `__token__`.

    Args:
        environment: The environment's variables.
        address: The index.
        is_only: Whether it is the only index of this run.

    Raises:
        UsageError: It is not clear which index a token is for, or the index would surely refuse what is there. The
            message names variables and never a value.
    """
    variable = next((name for name in _names(address, is_only=is_only) if environment.get(name, "").strip()), None)
    if variable is None:
        _refuse_ownerless(environment, address, is_only=is_only)
        return None
    user_variable, user = _read_user(environment, address, is_only=is_only)
    password = environment[variable].strip() if user == _TOKEN_USER else environment[variable].strip("\r\n")
    _check_user(user, user_variable, address)
    _check_form(password, variable, is_token=user == _TOKEN_USER)
    _check_owner(password, variable, address)
    return Credentials(user, Secret(password))


def _names(address: IndexAddress, *, is_only: bool) -> tuple[str, ...]:
    return (address.token_variable, *_TOKENS) if is_only else (address.token_variable,)


def _read_user(environment: Mapping[str, str], address: IndexAddress, *, is_only: bool) -> tuple[str, str]:
    """Read the user and the variable that names it."""
    for name in (address.user_variable, _USER) if is_only else (address.user_variable,):
        if user := environment.get(name, "").strip():
            return name, user
    return address.user_variable, _TOKEN_USER


def _refuse_ownerless(environment: Mapping[str, str], address: IndexAddress, *, is_only: bool) -> None:
    general = next((name for name in _TOKENS if environment.get(name, "").strip()), None)
    if general is not None:
        raise UsageError(
            f"{general} does not say which of several indexes it is for, and {address.name} has no token of its own",
            hint=f"Set {address.token_variable} instead; a token is never sent to an index that it may not be for.",
        )
    variable, user = _read_user(environment, address, is_only=is_only)
    _check_user(user, variable, address)
    if user != _TOKEN_USER:
        password = variable.replace("_USER", "_TOKEN")
        raise UsageError(
            f"{variable} names a user of {address.name}, and there is no password: {password} is empty",
            hint="Hand the secret over to this step; in a fork, or under another name, a secret is an empty text.",
        )


def _check_user(user: str, variable: str, address: IndexAddress) -> None:
    if ":" in user or _CONTROL.search(user):
        raise UsageError(
            f"{variable} holds a character that no user's name has (RFC 7617): a colon or a control character",
            hint="Write the user's name alone.",
        )
    if address.is_public and user != _TOKEN_USER:
        raise UsageError(
            f"{variable} names a user, and {address.name} takes no passwords any more",
            hint=f"Take {variable} out and use a token of the project, or trusted publishing without any token.",
        )


def _check_form(password: str, variable: str, *, is_token: bool) -> None:
    if _CONTROL.search(password):
        raise UsageError(
            f"{variable} holds a line end or another control character",
            hint="Save the secret again as one line, without anything before or behind it.",
        )
    if is_token and re.search(r"\s", password):
        raise UsageError(
            f"{variable} holds white space, which no token has",
            hint="Save the token alone as the secret: no `Basic`, no name, no second token.",
        )


def _check_owner(password: str, variable: str, address: IndexAddress) -> None:
    owner = next((name for start, name in _OWNERS.items() if password.startswith(start)), address.name)
    if owner != address.name:
        raise UsageError(
            f"{variable} is a token of {owner}, and this index is {address.name}; it was not sent",
            hint=f"Make a token on {address.name}, or publish on {owner}.",
        )
    if address.is_public and not password.startswith("pypi-"):
        kind = next((kind for start, kind in _FOREIGN.items() if password.startswith(start)), "no token of it")
        raise UsageError(
            f"{variable} does not begin with pypi- as every token of {address.name} does: it is {kind}",
            hint="Save the whole token, from pypi- on, without quotation marks; or take it out and use trusted "
            "publishing.",
        )
