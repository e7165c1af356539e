"""A folder of built files, and who signs them with a stand-in of Sigstore."""

from __future__ import annotations

import base64
import json
import time
from typing import TYPE_CHECKING

import pytest

from pilotage.errors import PilotageError
from pilotage.model.patience import Patience
from pilotage.model.secret import Secret
from pilotage.providers.attestation import SUFFIX, Attester
from pilotage.sandbox.index.trusted import ISSUER, render_jwt
from pilotage.sandbox.index.world import DEFAULT_CLAIMS
from providers.distfiles import make_sdist, make_wheel

if TYPE_CHECKING:
    from pathlib import Path

    from pilotage.model.dist import Dist
    from sigstore_standin.server import Sigstore


class Signing:
    """A folder with a wheel and an sdist, and who signs them."""

    def __init__(self, folder: Path, sigstore: Sigstore) -> None:
        self.folder = folder / "dist"
        self.folder.mkdir()
        self.dists = (make_wheel(self.folder)[1], make_sdist(self.folder)[1])
        self.sigstore = sigstore
        self.trust = folder / "trust.json"
        self.trust.write_text(sigstore.render_trust())
        self.waits: list[float] = []

    def sign(self, *dists: Dist, **claims: str | int) -> dict[str, str]:
        patience = Patience(attempts=3, first_wait=1.0, longest_wait=4.0)
        attester = Attester(self.trust, patience=patience, sleep=self.waits.append)
        return attester.sign(self.folder, dists or self.dists, make_identity(**claims))

    def refusal(self, **claims: str | int) -> PilotageError:
        with pytest.raises(PilotageError) as caught:
            self.sign(**claims)
        return caught.value

    def attestation_of(self, dist: Dist) -> Path:
        return self.folder / f"{dist.name}{SUFFIX}"


def make_identity(**claims: str | int) -> Secret:
    now = int(time.time())
    basic: dict[str, str | int] = {"iss": ISSUER, "aud": "sigstore", "iat": now, "nbf": now - 60, "exp": now + 300}
    return Secret(render_jwt({**basic, **DEFAULT_CLAIMS, **claims}))


def change_entry(answer: dict[str, object], part: str) -> dict[str, object]:
    """Change one part of a log's answer, so that it is well-formed and wrong."""
    text = json.dumps(answer)
    entry = next(iter(json.loads(text).values()))
    proof = entry["verification"]["inclusionProof"]
    match part:
        case "signedEntryTimestamp":
            entry["integratedTime"] += 1
        case "rootHash":
            proof["rootHash"] = "0" * 64
        case "checkpoint":
            proof["checkpoint"] = proof["checkpoint"].replace("stand-in - 1", "stand-in - 2")
        case "hashes":
            proof["hashes"][0] = "0" * 64
        case "body":
            body = json.loads(base64.b64decode(entry["body"]))
            body["spec"]["payloadHash"]["value"] = "0" * 64
            entry["body"] = base64.b64encode(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).decode()
        case "late":
            entry["integratedTime"] += 3600
    return {"entry": entry}
