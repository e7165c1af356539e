"""Call git: the environment it runs in, the token it may use, and what its failures mean."""

from __future__ import annotations

import base64
import contextlib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pilotage.errors import PilotageError, RemoteError, UsageError
from pilotage.providers.process import CommandError, run, stream

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

LOCAL_SECONDS = 120.0
"""The time limit of a call that stays on this machine."""
REMOTE_SECONDS = 600.0
"""The time limit of a call that speaks to a remote."""

_FOREIGN = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_NAMESPACE")
_HTTP_BASE = re.compile(r"(https?://)(?:[^/@\s]*@)?([^/@\s]+)", re.IGNORECASE)


class RefMissingError(UsageError):
    """The remote answered, and has no such branch or tag."""


_CHECK_REMOTE = "Check `git remote -v` and the network, then run again."
# As texts, since only a failure needs them compiled.
_MEANINGS: tuple[tuple[str, type[PilotageError], str, str], ...] = (
    (
        r"not a git repository \(or|not a git repository:|dubious ownership",
        UsageError,
        "this is not a git repository that can be read",
        "Run Pilotage inside a checkout, or name one with --repo.",
    ),
    (
        (
            r"(?i)authentication failed|could not read (?:username|password)|permission denied|access denied"
            r"|error: 40[13]|repository not found|repository '[^'\n]*' not found|not authorized"
            r"|terminal prompts disabled"
        ),
        RemoteError,
        "the remote refused",
        "Give a token that may read this repository's contents (`permissions: contents: read`).",
    ),
    (
        (
            r"(?i)could not resolve host|unable to access|connection (?:refused|reset|timed out)"
            r"|could not read from remote|does not appear to be a git repository|early eof|hung up|promisor remote"
            r"|unable to connect"
        ),
        RemoteError,
        "the remote is out of reach",
        _CHECK_REMOTE,
    ),
    (
        r"couldn't find remote ref|Remote branch [^\n]* not found",
        RefMissingError,
        "the remote has no such branch or tag",
        "Check its spelling, and that it was pushed.",
    ),
    (
        (
            r"(?i)bad revision|unknown revision|needed a single revision|not a valid (?:object|commit) name"
            r"|invalid object name|ambiguous argument"
        ),
        UsageError,
        "git does not know this revision",
        "Fetch it, or check its spelling; a repository without commits has none.",
    ),
    (
        (
            r"(?i)corrupt|bad object|missing object|unable to (?:read|parse)|could not (?:read|parse|get)|is empty"
            r"|packfile|does not point to a valid object|bad tree|failed to traverse"
        ),
        UsageError,
        "the repository is damaged or incomplete",
        "Run `git fsck`, or clone it again.",
    ),
)
"""What git says in the C locale, what kind of failure that is, and what to do about it; the first one that fits."""


class Revealable(Protocol):
    """A secret that gives its text only when asked."""

    def reveal(self) -> str:
        """Give the secret's text."""


class GitCommand:
    """Git in one repository.

    Nothing is written to any configuration: what git must know travels in the environment of the one call
    (`GIT_CONFIG_COUNT`, https://git-scm.com/docs/git-config#ENVIRONMENT).

    Args:
        path: The work tree, a folder in it, or a bare repository.
        token: What the remote of an `http(s)` URL asks for.
    """

    def __init__(self, path: Path, *, token: Revealable | None = None) -> None:
        self.path = Path(path)
        self.token = token
        # In a container the checkout belongs to another user; git then wants to hear that exactly this one is meant.
        self.root = _repository_root(self.path)
        self.lazy_url = ""
        """The remote from which git itself fetches what a partial clone lacks, once it is known."""

    def run(self, *args: str, input: bytes | None = None, url: str = "") -> bytes:  # noqa: A002 -- as in subprocess
        """Run one git command and give its output.

        Args:
            args: The command and its arguments.
            input: What it reads on stdin.
            url: The remote that it speaks to: the token is then sent there, and only there.

        Raises:
            UsageError: There is no repository, git is missing, a revision is unknown, the repository is damaged.
            RemoteError: The remote refused or is out of reach.
        """
        try:
            return run(
                ["git", *args],
                cwd=self.path,
                timeout=REMOTE_SECONDS if url else LOCAL_SECONDS,
                env=self._environment(url),
                input=input,
                secrets=self._secrets(),
            )
        except CommandError as exc:
            raise self._translate(exc, is_remote=bool(url)) from exc

    def ask(self, *args: str, no: Sequence[int] = (1,)) -> bytes | None:
        """Run one git command whose exit status may say no; None when it does.

        Raises:
            UsageError: As in `run`, for any other status.
        """
        try:
            return self.run(*args)
        except PilotageError as exc:
            if isinstance(exc.__cause__, CommandError) and exc.__cause__.status in no:
                return None
            raise

    @contextlib.contextmanager
    def stream(self, *args: str) -> Iterator[Iterator[bytes]]:
        """Run one git command and read its lines; leaving the block stops it. Errors are those of `run`."""
        try:
            with stream(
                ["git", *args],
                cwd=self.path,
                timeout=LOCAL_SECONDS,
                env=self._environment(""),
                secrets=self._secrets(),
            ) as lines:
                yield lines
        except CommandError as exc:
            raise self._translate(exc, is_remote=False) from exc

    def text(self, *args: str, url: str = "") -> str:
        """Run one git command and give its output as text without the line end."""
        return self.run(*args, url=url).decode("utf-8", "surrogateescape").rstrip("\n")

    def _environment(self, url: str) -> Mapping[str, str | None]:
        settings = [("safe.directory", str(self.root)), *self._credentials(url or self.lazy_url)]
        known = os.environ.get("GIT_CONFIG_COUNT", "")
        first = int(known) if known.isdecimal() else 0
        # A repository that is named by the environment (inside a hook) would win over the folder that we were given.
        env: dict[str, str | None] = dict.fromkeys(_FOREIGN)
        env |= {"GIT_NO_REPLACE_OBJECTS": "1", "GIT_CONFIG_COUNT": str(first + len(settings))}
        for number, (key, value) in enumerate(settings, start=first):
            env[f"GIT_CONFIG_KEY_{number}"] = key
            env[f"GIT_CONFIG_VALUE_{number}"] = value
        return env

    def _credentials(self, url: str) -> list[tuple[str, str]]:
        base = _HTTP_BASE.match(url)
        if base is None or self.token is None:
            return []
        key = f"http.{base[1]}{base[2]}/.extraheader"
        # An empty value forgets the header that actions/checkout left behind: two of them are refused by GitHub.
        return [(key, ""), (key, f"Authorization: Basic {_basic(self.token)}")]

    def _secrets(self) -> list[str]:
        return [] if self.token is None else [self.token.reveal(), _basic(self.token)]

    def _translate(self, exc: CommandError, *, is_remote: bool) -> PilotageError:
        return read_failure(exc, place=self.path, is_remote=is_remote)


def read_failure(exc: CommandError, *, place: Path, is_remote: bool) -> PilotageError:
    """Read what a failed git call means, from its words in the C locale."""
    for pattern, kind, meaning, hint in _MEANINGS:
        if re.search(pattern, exc.tail):
            return kind(f"{place}: {meaning}: {exc.tail}", hint=hint)
    if is_remote:
        return RemoteError(f"{place}: the remote gave no answer: {exc.message}", hint=_CHECK_REMOTE)
    return exc


def _basic(token: Revealable) -> str:
    return base64.b64encode(f"x-access-token:{token.reveal()}".encode()).decode()


def _repository_root(path: Path) -> Path:
    """Find the folder whose owner git checks: the nearest one with a `.git`, or the bare repository itself."""
    real = path.resolve()
    return next((folder for folder in (real, *real.parents) if (folder / ".git").exists()), real)
