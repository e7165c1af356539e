"""Where attestations can be made, and which of those that lie about may stay."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pilotage.model.indexaddress import PYPI, IndexAddress
from pilotage.model.patience import Patience
from pilotage.model.secret import Secret
from pilotage.providers.attestation import SUFFIX, Attester, find_attester, read_trust, remove_stale
from pilotage.providers.identity import IdentitySource
from sigstore_standin.server import Sigstore, serve_sigstore
from sigstore_standin.signing import Signing

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def sigstore() -> Iterator[Sigstore]:
    with serve_sigstore() as served:
        yield served


@pytest.fixture
def signing(tmp_path: Path, sigstore: Sigstore) -> Signing:
    return Signing(tmp_path, sigstore)


OWN = IndexAddress.parse("https://index.example/legacy/")
SOURCE = IdentitySource("https://runner.example/token", Secret("request"))


def test_only_stale_attestations_are_removed(signing: Signing) -> None:
    wheel, sdist = signing.dists
    signing.sign()
    kept = signing.attestation_of(wheel).read_text()
    (signing.folder / sdist.name).write_bytes(b"other bytes")
    (signing.folder / f"gone-1.0.tar.gz{SUFFIX}").write_text(kept)
    (signing.folder / f"{wheel.name}.slsa.attestation").write_text("somebody's")
    (signing.folder / f"folder{SUFFIX}").mkdir()
    names = sorted([f"{sdist.name}{SUFFIX}", f"gone-1.0.tar.gz{SUFFIX}"])
    assert (list(remove_stale(signing.folder)), remove_stale(signing.folder)) == (names, ())
    assert signing.attestation_of(wheel).read_text() == kept
    assert (signing.folder / f"{wheel.name}.slsa.attestation").exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "é",
        "[]",
        '{"envelope": {"statement": "%"}}',
        '{"envelope": {"statement": "e30="}}',
        '{"envelope": {"statement": "eyJzdWJqZWN0IjogW119"}}',
    ],
)
def test_an_attestation_that_cannot_be_read_is_stale(signing: Signing, text: str) -> None:
    place = signing.attestation_of(signing.dists[0])
    place.write_bytes(text.encode("latin-1"))
    assert remove_stale(signing.folder) == (place.name,)


def test_an_attestation_beyond_all_size_is_stale(signing: Signing) -> None:
    wheel = signing.dists[0]
    signing.sign(wheel)
    place = signing.attestation_of(wheel)
    place.write_text(place.read_text() + " " * 1024 * 1024)
    assert remove_stale(signing.folder) == (place.name,)


def test_a_folder_without_attestations_stays_as_it_is(tmp_path: Path) -> None:
    assert remove_stale(tmp_path) == ()


def find(address: IndexAddress = PYPI, **changes: object) -> Attester | str:
    given = {"source": SOURCE, "has_token": False, "is_required": False, "trust": None, "patience": Patience()}
    return find_attester(address, **{**given, **changes})  # type: ignore[arg-type]  # the table above is typed loosely


def test_pypi_with_trusted_publishing_gets_attestations() -> None:
    assert isinstance(find(), Attester)


@pytest.mark.parametrize(
    ("address", "changes", "words"),
    [
        (PYPI, {"has_token": True}, "with trusted publishing only"),
        (PYPI, {"source": None}, "id-token: write"),
        (OWN, {}, "only PyPI is known to take attestations, not index.example"),
    ],
)
def test_where_attestations_cannot_be_made_one_sentence_says_why(
    address: IndexAddress, changes: dict[str, object], words: str
) -> None:
    found = find(address, **changes)
    assert isinstance(found, str)
    assert words in found


def test_pypi_trusts_the_public_sigstore_only(tmp_path: Path) -> None:
    found = find(trust=tmp_path / "x.json")
    assert isinstance(found, str)
    assert found.startswith("pypi trusts the public Sigstore only")


def test_an_index_of_one_s_own_gets_them_when_told_so_or_with_a_sigstore_of_one_s_own(tmp_path: Path) -> None:
    assert isinstance(find(OWN, is_required=True), Attester)
    assert isinstance(find(OWN, trust=tmp_path / "x.json"), Attester)


def test_without_the_extra_it_is_named() -> None:
    code = (
        "import sys\n"
        "sys.modules['pypi_attestations'] = None\n"
        "from pilotage.model.indexaddress import PYPI\n"
        "from pilotage.model.patience import Patience\n"
        "from pilotage.model.secret import Secret\n"
        "from pilotage.providers.attestation import find_attester\n"
        "from pilotage.providers.identity import IdentitySource\n"
        "source = IdentitySource('https://runner.example', Secret('x'))\n"
        "more = {'source': source, 'has_token': False, 'is_required': True, 'trust': None, 'patience': Patience()}\n"
        "print(find_attester(PYPI, **more))\n"
        "print('sigstore' in sys.modules)\n"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said == "the extra for it is not installed: pip install 'pilotage[attestations]'\nFalse\n"


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, None),
        ({"PILOTAGE_SIGSTORE_TRUST_CONFIG": " "}, None),
        ({"PILOTAGE_SIGSTORE_TRUST_CONFIG": "trust.json"}, Path("trust.json")),
    ],
)
def test_a_private_sigstore_is_named_by_the_environment(environment: dict[str, str], expected: Path | None) -> None:
    assert read_trust(environment) == expected
