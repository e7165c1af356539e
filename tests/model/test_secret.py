from __future__ import annotations

import copy
import json
import pickle

import msgspec
import pytest

from pilotage.model.secret import Credentials, Secret


def test_a_secret_shows_stars_in_every_form() -> None:
    secret = Secret("hunter2")
    assert [str(secret), repr(secret), f"{secret}", f"{secret!r:>20}".strip(), format(secret, ">9")] == ["***"] * 5


def test_a_secret_inside_a_record_stays_hidden() -> None:
    assert "hunter2" not in repr(Credentials("me", Secret("hunter2")))


def test_a_secret_reveals_its_text_only_when_asked() -> None:
    assert Secret("hunter2").reveal() == "hunter2"


@pytest.mark.parametrize("encode", [msgspec.json.encode, json.dumps, pickle.dumps, copy.deepcopy, vars])
def test_a_secret_cannot_be_encoded_copied_or_opened(encode: object) -> None:
    assert callable(encode)
    with pytest.raises(TypeError):
        encode(Secret("hunter2"))


def test_credentials_cannot_be_encoded() -> None:
    with pytest.raises(TypeError):
        msgspec.json.encode(Credentials("me", Secret("hunter2")))


def test_secrets_are_equal_by_their_text_and_to_nothing_else() -> None:
    assert Secret("ä") == Secret("ä")
    assert Secret("ä") != Secret("a")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2


def test_an_empty_secret_is_false() -> None:
    assert (bool(Secret("")), bool(Secret("x"))) == (False, True)
