"""Signing in on an index: with a token that a person made, else with one minted for this job and burnt at its end."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.identity import (
    Expected,
    diagnose_identity,
    diagnose_missing,
    refuse_identity,
    render_publisher,
)
from pilotage.errors import ConfigError, RemoteError, UsageError
from pilotage.model.secret import Secret
from pilotage.providers.attestation import AUDIENCE, Attester, find_attester, read_trust
from pilotage.providers.identity import IdentitySource, ask_identity
from pilotage.providers.oidc import MintedToken, TrustedPublishing
from pilotage.reconcile.bootstrap import open_mask

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from pilotage.domains.publish import PublishPlan
    from pilotage.model.claims import Claims
    from pilotage.model.indexaddress import IndexAddress
    from pilotage.model.publishrules import PublishRules
    from pilotage.providers.index import Index
    from pilotage.reconcile.bootstrap import Surroundings


class Passage(msgspec.Struct):
    """A door that stands open for the uploads of one run.

    Args:
        attestations: What the form says of each file beside the file itself, by name.
        renew: Makes sure, before a file is sent, that the token holds long enough.
    """

    attestations: Mapping[str, str]
    renew: Callable[[], None]


class SigningIn:
    """Signs in on one index, and out again.

    Args:
        surroundings: Where the command stands.
        address: The index.
        rules: What the configuration says of publishing.
        project: The project that is published.
        tell: Hears what happens.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        address: IndexAddress,
        *,
        rules: PublishRules,
        project: str,
        tell: Callable[[str], None],
    ) -> None:
        self._surroundings = surroundings
        self._address = address
        self._rules = rules
        self._project = project
        self._tell = tell
        self._source = read_identity(surroundings.environment)

    @contextmanager
    def open(self, index: Index, plan: PublishPlan, folder: Path) -> Iterator[Passage]:
        """Give the index what uploads are signed with, and take it back.

        The order is: a token is minted, the files that will be sent are attested, then they are sent. So nothing is
        written to a public log for an upload that the index would not have taken.

        Args:
            index: The index; its credentials are set while the block runs.
            plan: What will be sent.
            folder: Where the files are.

        Raises:
            ConfigError: The job's identity cannot be right, or attestations are required and cannot be made.
            RemoteError: The index gave no token.
            UsageError: There are no credentials.
        """
        if index.credentials is not None:
            self._mask(index.credentials.password)
            yield Passage(self._attest(index, plan, folder, has_token=True), _hold)
            return
        exchange = TrustedPublishing(self._address, wire=index.wire, mask=self._mask)
        minted = self._mint(exchange, index, plan)

        def renew() -> None:
            nonlocal minted
            if minted.is_stale(time.time()):
                self._burn(exchange, minted)
                minted = self._mint(exchange, index, plan)

        try:
            yield Passage(self._attest(index, plan, folder, has_token=False), renew)
        finally:
            index.credentials = None
            self._burn(exchange, minted)

    def expect_identity(self) -> IdentitySource:
        """Give where this job asks for its identity.

        Raises:
            UsageError: It has none.
        """
        if self._source is None:
            environment = self._surroundings.environment
            event, is_actions = environment.get("GITHUB_EVENT_NAME", ""), environment.get("GITHUB_ACTIONS") == "true"
            missing = diagnose_missing(self._address.name, is_actions=is_actions, event_name=event)
            raise UsageError(missing.message, hint=missing.hint)
        return self._source

    def _mint(self, exchange: TrustedPublishing, index: Index, plan: PublishPlan) -> MintedToken:
        minted = exchange.mint(self.expect_identity(), examine=lambda claims: self._examine(claims, plan))
        index.credentials = minted.credentials
        return minted

    def _examine(self, claims: Claims, plan: PublishPlan) -> str:
        expected = Expected(
            index=self._address.name,
            is_public=self._address.is_public,
            environment=self._rules.environment,
            repository=self._surroundings.environment.get("GITHUB_REPOSITORY", ""),
            project=self._project,
            is_new_project=plan.is_new_project,
        )
        warnings = refuse_identity(diagnose_identity(claims, expected))
        for warning in warnings:
            self._tell(f"warning: {warning.message}. {warning.hint}")
        return render_publisher(claims, self._project)

    def _attest(self, index: Index, plan: PublishPlan, folder: Path, *, has_token: bool) -> Mapping[str, str]:
        """Attest the files that will be sent; without the means for it a clear word, or the end if it is required."""
        wish = self._rules.attestations
        if wish == "off":
            return {}
        attester = find_attester(
            self._address,
            source=self._source,
            has_token=has_token,
            is_required=wish == "required",
            trust=read_trust(self._surroundings.environment),
            patience=self._surroundings.patience,
        )
        if not isinstance(attester, Attester) or self._source is None:
            if wish == "required":
                raise ConfigError(
                    f"attestations are required and cannot be made: {attester}",
                    hint='Mend that, or set [tool.pilotage.publish] attestations = "auto".',
                )
            if self._address.is_public:
                self._tell(f"without attestations: {attester}")
            return {}
        try:
            identity, _ = ask_identity(self._source, AUDIENCE, wire=index.wire, mask=self._mask)
            return attester.sign(folder, plan.uploads, identity)
        except RemoteError as error:
            if wish == "required":
                raise
            self._tell(f"warning: without attestations: {error.message} {error.hint}")
            return {}

    def _mask(self, secret: Secret) -> None:
        open_mask(self._surroundings, self._tell)(secret.reveal())

    def _burn(self, exchange: TrustedPublishing, minted: MintedToken) -> None:
        if not exchange.burn(minted):
            self._tell(f"warning: {self._address.name} did not take its token back; it ends by itself in minutes")


def _hold() -> None:
    """Renew nothing: a person's token has its own end."""


def read_identity(environment: Mapping[str, str]) -> IdentitySource | None:
    """Read where this job asks for its identity; None when it has none."""
    url = environment.get("ACTIONS_ID_TOKEN_REQUEST_URL", "")
    token = environment.get("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "")
    return IdentitySource(url, Secret(token)) if url and token else None


def can_sign_in(environment: Mapping[str, str]) -> bool:
    """Tell whether this job has anything that an index would let it in with."""
    tokens = ("INPUT_INDEX-TOKEN", "INPUT_INDEX_TOKEN", "PILOTAGE_INDEX_TOKEN")
    return read_identity(environment) is not None or any(
        value.strip() for name, value in environment.items() if name.startswith(tokens)
    )
