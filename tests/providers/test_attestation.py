"""Attestations, signed by the real libraries against a stand-in of Sigstore on loopback."""

from __future__ import annotations

import base64
import json
import traceback
from typing import TYPE_CHECKING

import pytest

from pilotage.errors import ConfigError, ConflictError, RemoteError
from pilotage.model.patience import Patience
from pilotage.providers.attestation import SUFFIX, Attester
from pilotage.providers.http import open_session
from pilotage.providers.identity import read_claims
from pilotage.providers.sigstoresigner import open_signer
from sigstore_standin.server import CERTIFICATES, ENTRIES, Sigstore, serve_sigstore
from sigstore_standin.signing import Signing, change_entry, make_identity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def sigstore() -> Iterator[Sigstore]:
    with serve_sigstore() as served:
        yield served


@pytest.fixture
def signing(tmp_path: Path, sigstore: Sigstore) -> Signing:
    return Signing(tmp_path, sigstore)


def read_statement(text: str) -> dict[str, object]:
    (attestation,) = json.loads(text)
    statement: dict[str, object] = json.loads(base64.b64decode(attestation["envelope"]["statement"]))
    return statement


def test_each_file_gets_a_statement_about_its_name_and_bytes(signing: Signing) -> None:
    texts = signing.sign()
    assert sorted(texts) == sorted(dist.name for dist in signing.dists)
    for dist in signing.dists:
        assert read_statement(texts[dist.name]) == {
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [{"name": dist.name, "digest": {"sha256": dist.sha256}}],
            "predicateType": "https://docs.pypi.org/attestations/publish/v1",
            "predicate": None,
        }


def test_one_certificate_signs_all_files_and_each_is_logged_once(signing: Signing) -> None:
    signing.sign()
    assert signing.sigstore.asked == [CERTIFICATES, ENTRIES, ENTRIES]


def test_the_attestation_lies_beside_its_file_as_other_tools_expect_it(signing: Signing) -> None:
    texts = signing.sign()
    found = {dist.name: f"[{signing.attestation_of(dist).read_text()}]" for dist in signing.dists}
    assert found == texts
    assert len(list(signing.folder.iterdir())) == 4


def test_only_what_will_be_sent_is_signed(signing: Signing) -> None:
    wheel = signing.dists[0]
    assert list(signing.sign(wheel)) == [wheel.name]
    assert not signing.attestation_of(signing.dists[1]).exists()


def test_nothing_to_send_asks_nobody(signing: Signing) -> None:
    attester = Attester(signing.trust, patience=Patience())
    assert (attester.sign(signing.folder, (), make_identity()), signing.sigstore.asked) == ({}, [])


def test_a_second_index_gets_the_same_attestation_without_a_second_log_entry(signing: Signing) -> None:
    first = signing.sign()
    asked = list(signing.sigstore.asked)
    assert (signing.sign(), signing.sigstore.asked) == (first, asked)


@pytest.mark.parametrize(
    "claims",
    [
        {"repository": "octo/fork"},
        {"workflow_ref": "octo/demo/.github/workflows/other.yml@refs/heads/main"},
        {"workflow_ref": "octo/demo/.github/workflows/release.yml@refs/heads/feature"},
        {"job_workflow_ref": "octo/flows/.github/workflows/release.yml@refs/heads/main"},
        {"iss": "https://ghe.example"},
    ],
)
def test_an_attestation_of_another_identity_is_made_again(signing: Signing, claims: dict[str, str | int]) -> None:
    foreign = signing.sign(**claims)
    assert signing.sign() != foreign
    assert signing.sigstore.asked.count(ENTRIES) == 4


def test_an_attestation_of_other_bytes_is_removed_and_made_again(signing: Signing) -> None:
    wheel, sdist = signing.dists
    signing.sign()
    old = signing.attestation_of(wheel).read_text()
    signing.attestation_of(sdist).write_text(old)
    again = signing.sign()
    assert (f"[{old}]" == again[wheel.name], signing.sigstore.asked.count(ENTRIES)) == (True, 3)


def test_a_file_that_changed_since_it_was_planned_is_never_signed(signing: Signing) -> None:
    (signing.folder / signing.dists[1].name).write_bytes(b"other")
    error = signing.refusal()
    assert (type(error), signing.sigstore.asked) == (ConflictError, [])


def test_a_folder_that_cannot_be_written_to_is_no_hindrance(signing: Signing) -> None:
    wheel = signing.dists[0]
    signing.folder.joinpath(f".{wheel.name}{SUFFIX}.new").mkdir()
    assert list(signing.sign(wheel)) == [wheel.name]
    assert not signing.attestation_of(wheel).exists()


@pytest.mark.parametrize(("place", "fault"), [(CERTIFICATES, 503), (CERTIFICATES, 0), (ENTRIES, 502), (ENTRIES, 429)])
def test_a_service_in_trouble_is_asked_again(signing: Signing, place: str, fault: int) -> None:
    signing.sigstore.faults[place] = [fault, fault]
    assert len(signing.sign()) == 2
    assert signing.waits == [1.0, 2.0]


@pytest.mark.parametrize(("place", "fault", "words"), [(CERTIFICATES, 503, "503"), (ENTRIES, 500, "500")])
def test_a_lasting_outage_ends_with_the_patience(signing: Signing, place: str, fault: int, words: str) -> None:
    signing.sigstore.faults[place] = [fault] * 9
    error = signing.refusal()
    assert type(error) is RemoteError
    assert (f"answered {words} a fault was asked for" in error.message, 'attestations = "off"' in error.hint) == (
        True,
        True,
    )
    assert signing.sigstore.asked.count(place) == 3


def test_a_service_that_nobody_answers_for_is_named(signing: Signing) -> None:
    signing.sigstore.faults[CERTIFICATES] = [0] * 9
    assert "gave no answer: ConnectionError" in signing.refusal().message


@pytest.mark.parametrize("place", [CERTIFICATES, ENTRIES])
def test_a_refusal_is_told_and_not_asked_again(signing: Signing, place: str) -> None:
    signing.sigstore.faults[place] = [400]
    error = signing.refusal()
    assert ("answered 400 a fault was asked for" in error.message, signing.waits) == (True, [])


def test_a_failure_after_the_first_file_gives_no_attestation_at_all(signing: Signing) -> None:
    signing.sigstore.tamper = TamperSecond()
    assert isinstance(signing.refusal(), RemoteError)


class TamperSecond:
    """Lets the first entry pass, and breaks the promise of the others."""

    def __init__(self) -> None:
        self.seen = 0

    def __call__(self, answer: dict[str, object]) -> dict[str, object]:
        self.seen += 1
        return answer if self.seen == 1 else change_entry(answer, "signedEntryTimestamp")


@pytest.mark.parametrize("claims", [{"aud": "pypi"}, {"exp": 1}])
def test_an_identity_for_somebody_else_or_of_the_past_is_refused_before_anybody_is_asked(
    signing: Signing, claims: dict[str, str | int]
) -> None:
    error = signing.refusal(**claims)
    assert ("Identity token" in error.message, signing.sigstore.asked) == (True, [])


def test_no_secret_is_in_an_error_or_in_its_traceback(signing: Signing) -> None:
    told = []
    for place, fault in ((CERTIFICATES, 400), (CERTIFICATES, 0), (ENTRIES, 500)):
        signing.sigstore.faults[place] = [fault] * 9
        error = signing.refusal()
        told += [error.message, error.hint, *traceback.format_exception(error)]
        signing.sigstore.faults.clear()
    error = signing.refusal(aud="pypi")
    told += [error.message, error.hint, *traceback.format_exception(error)]
    signature = make_identity().reveal().rpartition(".")[2]
    assert [line for line in told if f".{signature}" in line] == []


@pytest.mark.parametrize("text", ["", "{}", "[]", "no json", '{"mediaType": "x"}'])
def test_a_trust_configuration_that_is_none_is_a_configuration_error(signing: Signing, text: str) -> None:
    signing.trust.write_text(text)
    error = signing.refusal()
    assert (type(error), "PILOTAGE_SIGSTORE_TRUST_CONFIG" in error.hint) == (ConfigError, True)


def test_a_trust_configuration_without_an_authority_is_a_configuration_error(signing: Signing) -> None:
    trust = json.loads(signing.trust.read_text())
    trust["signingConfig"]["caUrls"] = []
    signing.trust.write_text(json.dumps(trust))
    assert type(signing.refusal()) is ConfigError


def test_an_identity_is_never_sent_without_tls(signing: Signing) -> None:
    trust = json.loads(signing.trust.read_text())
    trust["signingConfig"]["caUrls"][0]["url"] = "http://fulcio.example"
    signing.trust.write_text(json.dumps(trust))
    error = signing.refusal()
    assert (type(error), "http://fulcio.example would get the job's identity in the clear" in error.message) == (
        ConfigError,
        True,
    )


def test_a_trust_configuration_that_is_missing_is_a_configuration_error(signing: Signing) -> None:
    signing.trust.unlink()
    assert type(signing.refusal()) is ConfigError


def test_a_public_sigstore_whose_configuration_cannot_be_had_is_a_remote_error(
    signing: Signing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(signing.trust))  # a file, where the configuration's cache must be a folder
    with pytest.raises(RemoteError, match="the public Sigstore's configuration cannot be had"):
        Attester(None, patience=Patience(1)).sign(signing.folder, signing.dists, make_identity())


def test_a_service_that_repeats_the_identity_is_quoted_without_it(signing: Signing) -> None:
    identity = make_identity()
    signing.sigstore.words = f"no: {identity.reveal()}"
    signing.sigstore.faults[ENTRIES] = [400]
    attester = Attester(signing.trust, patience=Patience(1))
    with pytest.raises(RemoteError, match=r"answered 400 no: \*\*\*$"):
        attester.sign(signing.folder, signing.dists, identity)


def test_stale_attestations_of_files_that_are_not_sent_go_too(signing: Signing) -> None:
    wheel, sdist = signing.dists
    signing.attestation_of(sdist).write_text("stale")
    signing.sign(wheel)
    assert not signing.attestation_of(sdist).exists()


def test_a_netrc_file_s_credentials_do_not_replace_the_identity(
    signing: Signing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password something\n")
    monkeypatch.setenv("NETRC", str(netrc))
    assert len(signing.sign()) == 2


def test_every_request_has_a_time_out(signing: Signing) -> None:
    identity = make_identity()
    claims = read_claims(identity)
    with open_signer(
        signing.trust, identity, claims=claims, patience=Patience(1), sleep=signing.waits.append
    ) as signer:
        signer.sign(signing.dists[0])
        used = {type(adapter) for session in signer._sessions for adapter in session.adapters.values()}
    assert used == {type(adapter) for adapter in open_session().adapters.values()}


def test_the_log_s_first_version_is_used_where_a_second_is_offered(signing: Signing) -> None:
    trust = json.loads(signing.trust.read_text())
    (service,) = trust["signingConfig"]["rekorTlogUrls"]
    trust["signingConfig"]["rekorTlogUrls"].append({**service, "majorApiVersion": 2})
    signing.trust.write_text(json.dumps(trust))
    assert len(signing.sign()) == 2
