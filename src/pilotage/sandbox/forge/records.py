"""Issues and deployments: plain records, numbered, that go to JSON and back."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Issue:
    """An issue; `state` is open or closed, `reason` is GitHub's `state_reason`, empty for none."""

    id: int
    number: int
    title: str
    body: str | None
    author: str
    created_at: str
    updated_at: str
    state: str = "open"
    reason: str = ""
    closed_at: str = ""
    labels: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Tell whether it waits for something."""
        return self.state == "open"


@dataclass(slots=True)
class DeploymentStatus:
    """What became of a deployment at a moment; `state` is `success`, `failure`, `in_progress`, `inactive`, …."""

    id: int
    state: str
    author: str
    created_at: str
    description: str = ""


@dataclass(slots=True)
class Deployment:
    """A request to deploy a commit to an environment; the last of `statuses` is how it stands.

    `run` is the run of a workflow whose job deploys, 0 for none.
    """

    id: int
    environment: str
    sha: str
    ref: str
    author: str
    created_at: str
    statuses: list[DeploymentStatus] = field(default_factory=list)
    run: int = 0
