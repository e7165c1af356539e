"""A publish signs in once, attests only what it sends, and leaves no token behind."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from pilotage.errors import ConfigError, RemoteError, UsageError
from pilotage.model.patience import Patience
from pilotage.model.publishrules import PublishRules
from pilotage.providers.attestation import SUFFIX
from pilotage.reconcile.bootstrap import Surroundings
from pilotage.reconcile.publishing import Publisher
from pilotage.reconcile.signing import can_sign_in
from pilotage.sandbox.index import Fault, FaultKind, Index, TokenScope
from providers.distfiles import make_sdist, make_wheel
from sigstore_standin.server import serve_sigstore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pilotage.reconcile.publishreport import PublishReport
    from pilotage.sandbox.index import IndexEndpoint

HASTY = Patience(attempts=3, first_wait=0.0, longest_wait=5.0)


class Job:
    """A publish job with an identity, in front of the embedded index."""

    def __init__(self, folder: Path, index: Index, endpoint: IndexEndpoint) -> None:
        self.index = index
        self.told: list[str] = []
        self.folder = folder / "dist"
        self.folder.mkdir()
        for make in (make_wheel, make_sdist):
            make(self.folder, name="my_pkg")
        self.url = endpoint.upload_url
        self.environment = {
            "ACTIONS_ID_TOKEN_REQUEST_URL": endpoint.identity_url,
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": index.request_token,
            "GITHUB_ACTIONS": "true",
        }

    def publish(self, rules: PublishRules | None = None, **environment: str) -> PublishReport:
        here = Surroundings(self.folder, self.environment | environment, patience=HASTY, verify_patience=HASTY)
        publisher = Publisher(here, index=self.url, tell=self.told.append, rules=rules or PublishRules())
        return publisher.publish(self.folder)

    def count(self, path: str) -> int:
        return sum(1 for call in self.index.log if call.path == path)

    @property
    def live_tokens(self) -> list[str]:
        return [token for token, scope in self.index.tokens.items() if scope.publisher is not None]


@pytest.fixture
def job(tmp_path: Path) -> Iterator[Job]:
    index = Index(tmp_path / "index")
    index.add_pending_publisher("my-pkg", "octo/demo", workflow="release.yml", environment="pypi")
    with index.serve() as endpoint:
        yield Job(tmp_path, index, endpoint)


@pytest.fixture
def trust(tmp_path: Path) -> Iterator[str]:
    with serve_sigstore() as sigstore:
        path = tmp_path / "trust.json"
        path.write_text(sigstore.render_trust())
        yield str(path)


def test_all_files_go_with_one_token_that_is_burnt_afterwards(job: Job) -> None:
    assert job.publish().outcome == "published"
    assert (job.count("/_/oidc/mint-token"), job.count("/_/oidc/burn-token"), job.live_tokens) == (1, 1, [])


def test_a_token_near_its_end_is_burnt_and_renewed_before_the_next_file(job: Job) -> None:
    job.index.clock = lambda: time.time() - 700
    assert job.publish().outcome == "published"
    minted, burnt = job.count("/_/oidc/mint-token"), job.count("/_/oidc/burn-token")
    assert (minted > 1, minted == burnt, job.live_tokens) == (True, True, [])


def test_a_token_is_burnt_after_a_failure_too(job: Job) -> None:
    job.index.max_size = 10
    with pytest.raises(RemoteError):
        job.publish()
    assert (job.count("/_/oidc/burn-token"), job.live_tokens) == (1, [])


def test_a_token_that_is_not_taken_back_is_a_warning(job: Job) -> None:
    job.index.faults.append(Fault(FaultKind.SERVER_ERROR, match="burn-token", times=9))
    assert job.publish().outcome == "published"
    assert any("did not take its token back" in line for line in job.told)


def test_what_is_sent_is_attested_and_the_index_takes_it(job: Job, trust: str) -> None:
    job.publish(PILOTAGE_SIGSTORE_TRUST_CONFIG=trust)
    files = job.index.projects["my-pkg"].files
    assert [file.provenance is not None for file in files] == [True, True]
    assert len(list(job.folder.glob(f"*{SUFFIX}"))) == 2


def test_only_absent_files_are_attested(job: Job, trust: str) -> None:
    wheel = next(job.folder.glob("*.whl"))
    away = wheel.rename(job.folder.parent / wheel.name)
    job.publish(PublishRules(attestations="off"))
    away.rename(wheel)
    assert job.publish(PILOTAGE_SIGSTORE_TRUST_CONFIG=trust).outcome == "resumed"
    assert [path.name for path in job.folder.glob(f"*{SUFFIX}")] == [f"{wheel.name}{SUFFIX}"]


def test_sigstore_out_of_reach_costs_the_attestations_and_not_the_release(job: Job, tmp_path: Path) -> None:
    with serve_sigstore() as sigstore:
        path = tmp_path / "gone.json"
        path.write_text(sigstore.render_trust())
    assert job.publish(PILOTAGE_SIGSTORE_TRUST_CONFIG=str(path)).outcome == "published"
    assert any(line.startswith("warning: without attestations: ") for line in job.told)


def test_required_attestations_that_cannot_be_made_end_the_run_before_anything_is_sent(
    job: Job, tmp_path: Path
) -> None:
    with serve_sigstore() as sigstore:
        path = tmp_path / "gone.json"
        path.write_text(sigstore.render_trust())
    required = PublishRules(attestations="required")
    with pytest.raises(RemoteError):
        job.publish(required, PILOTAGE_SIGSTORE_TRUST_CONFIG=str(path))
    job.index.tokens["pypi-known"] = TokenScope()
    with pytest.raises(ConfigError, match="attestations are required"):
        job.publish(required, PILOTAGE_INDEX_TOKEN="pypi-known")  # noqa: S106 - the embedded index alone knows it
    assert (job.count("/legacy/"), job.live_tokens) == (0, [])


def test_attestations_that_are_switched_off_are_not_asked_for(job: Job, trust: str) -> None:
    job.publish(PublishRules(attestations="off"), PILOTAGE_SIGSTORE_TRUST_CONFIG=trust)
    assert list(job.folder.glob(f"*{SUFFIX}")) == []
    assert not any("attestation" in line for line in job.told)


def test_another_environment_than_the_configured_one_is_told_before_a_token_is_asked_for(job: Job) -> None:
    with pytest.raises(ConfigError, match="environment"):
        job.publish(PublishRules(environment="production"))
    assert (job.count("/_/oidc/mint-token"), job.count("/legacy/")) == (0, 0)


def test_a_refused_job_is_shown_what_to_type_into_the_form(job: Job) -> None:
    job.index.pending.clear()
    with pytest.raises(ConfigError) as caught:
        job.publish()
    text = f"{caught.value.message} {caught.value.hint}"
    assert [word for word in ("octo", "demo", "release.yml", "pypi", "my-pkg") if word not in text] == []
    assert any(line.startswith("warning: ") and "pending" in line for line in job.told)


def test_a_job_without_an_identity_or_a_token_is_told_of_the_permission(job: Job) -> None:
    with pytest.raises(UsageError) as caught:
        job.publish(ACTIONS_ID_TOKEN_REQUEST_URL="")
    assert "id-token: write" in caught.value.hint


def test_a_mistake_in_the_credentials_counts_once_something_is_to_be_sent(job: Job) -> None:
    job.publish()
    assert job.publish(PILOTAGE_INDEX_USER="me").outcome == "already-there"
    next(job.folder.glob("*.whl")).unlink()
    make_wheel(job.folder, name="my_pkg", version="2.0")
    next(job.folder.glob("*.tar.gz")).unlink()
    with pytest.raises(UsageError, match="PILOTAGE_INDEX_USER"):
        job.publish(PILOTAGE_INDEX_USER="me")


@pytest.mark.parametrize(
    ("environment", "answer"),
    [
        ({}, False),
        ({"PILOTAGE_INDEX_TOKEN": " "}, False),
        ({"PILOTAGE_INDEX_TOKEN": "x"}, True),
        ({"PILOTAGE_INDEX_TOKEN_INTERNAL": "x"}, True),
        ({"INPUT_INDEX-TOKEN": "x"}, True),
        ({"ACTIONS_ID_TOKEN_REQUEST_URL": "https://x", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "x"}, True),
        ({"ACTIONS_ID_TOKEN_REQUEST_URL": "https://x"}, False),
    ],
)
def test_a_job_can_sign_in_with_a_token_or_an_identity(environment: dict[str, str], *, answer: bool) -> None:
    assert can_sign_in(environment) is answer
