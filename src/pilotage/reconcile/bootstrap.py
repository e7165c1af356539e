"""The composition root: the only place where the environment becomes objects."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Self

import msgspec

from pilotage.domains.askedfor import read_asked
from pilotage.domains.channels import find_channel
from pilotage.errors import UsageError
from pilotage.model.patience import Patience
from pilotage.model.secret import Secret
from pilotage.providers.actions import Runner
from pilotage.providers.git import Git
from pilotage.providers.github import GitHub
from pilotage.providers.githubcall import GitHubCall
from pilotage.providers.index import VERIFY_PATIENCE
from pilotage.reconcile.apply import Applier
from pilotage.reconcile.hands import Hands, NoHands
from pilotage.reconcile.lines import ReleasingBranch, Target
from pilotage.reconcile.observe import Observer
from pilotage.reconcile.scribes import choose_scribe
from pilotage.reconcile.tree import read_start
from pilotage.reconcile.weburl import read_web_url

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pilotage.domains.scribe import Scribe
    from pilotage.model.snapshot import Scene

_GITHUB = "https://github.com"
_API = "https://api.github.com"


NO_HANDS = NoHands()


def keep_quiet(_: str) -> None:
    """Say nothing of a request."""


def show_nothing(_name: str, _sent: int, _size: int) -> None:
    """Show nothing of a file that is sent."""


class Surroundings(msgspec.Struct, frozen=True):
    """Where a command stands.

    Args:
        repo: The folder that holds the clone.
        environment: The environment variables.
        config_path: The configuration's path in the repository.
        patience: How long to wait for remotes.
        verify_patience: How long to wait until an index shows what it was sent.
        poll: How long to wait between two looks at a workflow; its attempts say nothing here.
        trace: Hears of each request to GitHub, a line each.
        progress: Hears how much of a file was sent: its name, the bytes so far, its size.
        mask: Hides a secret in the log from now on; None where whoever tells what happens can do it.
        width: How many repositories that use the package are looked at at the same time.
        pace: Seconds between two changes in them, as GitHub asks
            (https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api).
    """

    repo: Path
    environment: Mapping[str, str]
    config_path: str = "pyproject.toml"
    patience: Patience = Patience()
    verify_patience: Patience = VERIFY_PATIENCE
    poll: Patience = Patience(first_wait=3.0, longest_wait=30.0)
    trace: Callable[[str], None] = keep_quiet
    progress: Callable[[str, int, int], None] = show_nothing
    mask: Callable[[str], None] | None = None
    width: int = 6
    pace: float = 1.0

    @property
    def token(self) -> Secret:
        """Give GitHub's token: the input `token`, else `GITHUB_TOKEN`, else `GH_TOKEN`; possibly empty."""
        for name in ("INPUT_TOKEN", "GITHUB_TOKEN", "GH_TOKEN"):
            if self.environment.get(name, "").strip():
                return Secret(self.environment[name].strip())
        return Secret("")

    @property
    def downstream_token(self) -> Secret:
        """Give the token for the repositories that use the package: one for them alone, possibly empty."""
        for name in ("INPUT_DOWNSTREAM-TOKEN", "PILOTAGE_DOWNSTREAM_TOKEN"):
            if self.environment.get(name, "").strip():
                return Secret(self.environment[name].strip())
        return Secret("")

    @property
    def cache(self) -> Path | None:
        """Give the folder for answers that stay true; None where there is no home to keep them in."""
        home = self.environment.get("XDG_CACHE_HOME") or (
            self.environment.get("HOME", "") and (f"{self.environment['HOME']}/.cache")
        )
        return Path(home) / "pilotage" / "api" if home else None

    @property
    def server_url(self) -> str:
        """Give the address of GitHub's pages."""
        return (self.environment.get("GITHUB_SERVER_URL") or _GITHUB).rstrip("/")


def open_mask(surroundings: Surroundings, tell: Callable[[str], None]) -> Callable[[str], None]:
    """Give what hides a secret in the log: by the surroundings' own way, else by a line to whoever is told."""
    return surroundings.mask or Runner(surroundings.environment, write_line=tell).mask


class Connection:
    """A clone and its repository on GitHub; a context manager that gives everything back.

    Args:
        surroundings: Where the command stands.
        branch: The release branch; found from the clone when empty.
        default_branch: The repository's default branch; empty when unknown.
    """

    def __init__(self, surroundings: Surroundings, *, branch: str = "", default_branch: str = "") -> None:
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self.surroundings = surroundings
        self.git, self.remote = self._open_clone(branch)
        self.repository = surroundings.environment.get("GITHUB_REPOSITORY", "") or self._repository_of_remote()
        self.branch = branch or self._checked_out_branch()
        self.default_branch = default_branch
        self._channels: dict[str, ReleasingBranch] | None = None
        self.github = open_github(surroundings, repository=self.repository)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.github.close()
        if self._folder is not None:
            self._folder.cleanup()

    def is_channel(self) -> bool:
        """Tell whether the branch stands in `[tool.pilotage.channels]` of the default branch.

        Its own table does not count: whoever may push some branch shall not release from it by that alone.
        """
        head = self.git.fetch_branch(self.default_branch or self.branch, remote=self.remote)
        config = read_start(self.git, head, config_path=self.surroundings.config_path).config
        self._channels = config.channels
        return bool(find_channel(self.branch, config, default_branch=self.default_branch))

    def observer(self) -> Observer:
        """Give the observer of the release branch."""
        return Observer(
            self.git,
            self.github,
            target=self.target,
            remote=self.remote,
            config_path=self.surroundings.config_path,
            asked=read_asked(self.surroundings.environment.get("INPUT_RELEASE-AS", "")),
        )

    @property
    def target(self) -> Target:
        """Give the release branch with what tells its place among others."""
        today = dt.datetime.now(dt.UTC).date().isoformat()
        return Target(self.branch, self.default_branch, today, self._channels)

    def scribe(self, scene: Scene) -> Scribe:
        """Give who writes the texts that the repository wants otherwise."""
        return choose_scribe(scene, self.github)

    def applier(self, repository_id: str, *, hands: Hands = NO_HANDS) -> Applier:
        """Give what applies steps to the repository.

        Args:
            repository_id: The repository's node id; only steps that move branches need it.
            hands: What the run has at hand beside the repository.
        """
        return Applier(self.github, self.git, repository_id=repository_id, hands=hands)

    def _open_clone(self, branch: str) -> tuple[Git, str]:
        surroundings = self.surroundings
        git = Git(surroundings.repo, token=surroundings.token)
        url = self._clone_url()
        if is_repository(git) and (not (url and branch) or is_writable(git)):
            return git, "origin" if git.remote_url("origin") else url
        if not url or not branch:
            raise UsageError(
                f"{surroundings.repo}: not a git repository",
                hint="Run this in a clone, or name one with --repo.",
            )
        folder = tempfile.TemporaryDirectory(prefix="pilotage-", ignore_cleanup_errors=True)
        try:
            git = Git.clone_missing(url, Path(folder.name) / "clone.git", branch, token=surroundings.token)
        except BaseException:
            folder.cleanup()
            raise
        self._folder = folder
        return git, "origin"

    def _clone_url(self) -> str:
        repository = self.surroundings.environment.get("GITHUB_REPOSITORY", "")
        return f"{self.surroundings.server_url}/{repository}.git" if repository else ""

    def _repository_of_remote(self) -> str:
        _, repository = read_web_url(self.git.remote_url() or "")
        if not repository:
            raise UsageError(
                f"{self.surroundings.repo}: which repository on GitHub this is cannot be told from its remote",
                hint="Set GITHUB_REPOSITORY=owner/name, or add the remote origin.",
            )
        return repository

    def _checked_out_branch(self) -> str:
        branch = self.git.current_branch()
        if branch is None:
            raise UsageError(
                f"{self.surroundings.repo}: no branch is checked out",
                hint="Check out the release branch, or give the event with --event and --event-path.",
            )
        return branch


def open_github(surroundings: Surroundings, *, repository: str = "") -> GitHub:
    """Open the repository on GitHub: the named one, else that of `GITHUB_REPOSITORY`.

    Raises:
        UsageError: No repository is named.
    """
    environment = surroundings.environment
    name = repository or environment.get("GITHUB_REPOSITORY", "")
    if not name:
        raise UsageError("which repository is this? GITHUB_REPOSITORY is empty", hint="Set it to owner/name.")
    return GitHub(open_call(surroundings, surroundings.token), repository=name, web_url=surroundings.server_url)


def open_call(surroundings: Surroundings, token: Secret) -> GitHubCall:
    """Open a connection to GitHub with a token."""
    environment = surroundings.environment
    api_url = environment.get("GITHUB_API_URL") or _API
    return GitHubCall(
        api_url,
        graphql_url=environment.get("GITHUB_GRAPHQL_URL") or graphql_url_of(api_url),
        token=token,
        patience=surroundings.patience,
        trace=surroundings.trace,
    )


def is_repository(git: Git) -> bool:
    """Tell whether there is a clone at a place."""
    return git.path.is_dir() and git.ask("rev-parse", "--git-dir", no=(128,)) is not None


def is_writable(git: Git) -> bool:
    """Tell whether a clone can take what is fetched; a checkout that is mounted read-only cannot."""
    return os.access(git.path / git.text("rev-parse", "--git-dir"), os.W_OK)


def graphql_url_of(api_url: str) -> str:
    """Give the GraphQL address beside a REST address (on GitHub Enterprise `/api/graphql` beside `/api/v3`)."""
    base = api_url.rstrip("/")
    return f"{base.removesuffix('/v3')}/graphql"
