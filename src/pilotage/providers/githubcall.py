"""One request to GitHub, politely: PyGithub carries it, the policy of trying again is ours.

PyGithub's own policy sends POST again after a 5xx (which makes duplicates), never repeats PATCH and may wait an hour
for a limit. So it is switched off, and: reads are repeated; a write is repeated only when the answer says that it was
not carried out (a limit), or after a look has shown that its effect is not there. All waiting is bounded.
Source: https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api
"""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, NoReturn, TypeVar

import requests

from pilotage.errors import RemoteError
from pilotage.providers.githuberrors import GitHubRefusalError, LimitedError, UnclearAnswerError
from pilotage.providers.githubgraphql import read_data
from pilotage.providers.githubpermissions import explain_permission
from pilotage.providers.githubrefusal import SAID, read_limit, read_refusal
from pilotage.providers.githubrequester import open_requester
from pilotage.providers.githubtoken import check_token
from pilotage.providers.githubtransfer import GitHubTransfer, Reply
from pilotage.providers.plainfile import unlinked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from github.Requester import Requester

    from pilotage.model.patience import Patience
    from pilotage.model.secret import Secret

__all__ = ["GitHubCall", "GitHubRefusalError", "Json", "UnclearAnswerError"]

T = TypeVar("T")
Json = object

_NOT_DONE = 300
"""From here on the request was not carried out; a redirect that PyGithub did not follow is a refusal too."""

_QUERY = re.compile(r"\?[^\s'\")]+")
"""The query of an address in an error's text: that of a storage is signed and opens the file to anybody."""

_UNAUTHORIZED, _SERVER_ERROR = 401, 500


class GitHubCall:
    """Sends requests to one GitHub.

    Args:
        api_url: The REST address, as `GITHUB_API_URL` gives it.
        graphql_url: The GraphQL address, as `GITHUB_GRAPHQL_URL` gives it.
        token: The token; it travels in a header only.
        patience: How often and how long to wait.
        sleep: Waits a number of seconds.
        trace: Hears of each request and its answer, one line each, without anything secret.

    Attributes:
        home: The repository that the token is at home in, `OWNER/NAME`, so that a refusal of another one says what to
            grant there; "" when all requests go to one.
    """

    home: str = ""

    def __init__(
        self,
        api_url: str,
        *,
        graphql_url: str,
        token: Secret,
        patience: Patience,
        sleep: Callable[[float], None] = time.sleep,
        trace: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._graphql_url = graphql_url
        self._api_url = api_url.rstrip("/")
        self._token = check_token(token)
        self._patience = patience
        self._sleep = sleep
        self._trace = trace
        self._requester: Requester | None = None
        self._transfer = GitHubTransfer(self._api_url, token=token)

    def close(self) -> None:
        """Give the connections back."""
        if self._requester is not None:
            self._requester.close()
            self._requester = None
        self._transfer.close()

    def read(self, path: str, *, parameters: dict[str, str | int] | None = None) -> Json:
        """Get a resource, again when the answer is unclear.

        Raises:
            GitHubRefusalError: GitHub refused (404 included).
            RemoteError: GitHub stayed out of reach.
        """
        return self._patiently(lambda: self._exchange("GET", path, parameters=parameters)[1])

    def query(self, text: str, variables: Mapping[str, object]) -> dict[str, Json]:
        """Ask GraphQL for data, again when the answer is unclear; errors of single fields are errors.

        Raises:
            GitHubRefusalError: GitHub refused or the answer holds errors.
            RemoteError: GitHub stayed out of reach.
        """
        return self._patiently(lambda: self._graphql(text, dict(variables))[0])

    def query_parts(self, text: str, variables: Mapping[str, object]) -> tuple[dict[str, Json], dict[str, str]]:
        """Ask GraphQL for several things of which some may not be there or be closed to this token.

        Returns:
            The data, where such a thing is null, and GitHub's words about it by the field (or alias) of the query that
            it stands in.

        Raises:
            GitHubRefusalError: GitHub refused, or the answer holds other errors.
            RemoteError: GitHub stayed out of reach.
        """
        return self._patiently(lambda: self._graphql(text, dict(variables), may_part=True))

    def mutate(self, text: str, variables: dict[str, Json]) -> dict[str, Json]:
        """Send a GraphQL mutation once; see `write` for what may follow."""
        return self._graphql(text, variables)[0]

    def send(self, verb: str, path: str, body: Json = None) -> Json:
        """Send a writing REST request once; see `write` for what may follow."""
        return self._exchange(verb, path, body=body)[1]

    def send_file(self, url: str, path: Path, *, content_type: str) -> Json:
        """Send a file's bytes once, in pieces, to an address that GitHub gave; see `write` for what may follow.

        Raises:
            RemoteError: The address is not GitHub's own; the token does not go there. (UsageError: it is a link.)
        """
        return self._carry("POST", url, lambda: self._transfer.send(url, unlinked(path), content_type=content_type))[1]

    def fetch_file(self, path: str, into: Path, *, limit: int) -> Reply:
        """Get a resource's bytes into a file, again from its start when the answer is unclear.

        Args:
            path: The resource.
            into: The file; a failure may leave it half written.
            limit: The most bytes that are taken.

        Raises:
            GitHubRefusalError: GitHub refused (404 included).
            RemoteError: GitHub stayed out of reach, or there are more bytes than that.
        """
        url = f"{self._api_url}{path}"
        return self._patiently(lambda: self._carry("GET", url, lambda: self._transfer.fetch(url, into, limit=limit))[0])

    def watch(self, look: Callable[[], T | None]) -> T | None:
        """Look until there is something to see, within the patience; None when there is not."""
        for wait in self._patience.waits():
            found = look()
            if found is not None:
                return found
            self._sleep(wait)
        return look()

    def write(self, act: Callable[[], T], *, look: Callable[[], T | None]) -> T:
        """Perform a write; after an unclear answer look before it is tried again.

        Args:
            act: Sends the request once.
            look: Gives what the request would have made when it is there, else None.

        Raises:
            GitHubRefusalError: GitHub refused.
            RemoteError: GitHub stayed out of reach.
        """
        was_unclear = False

        def attempt() -> T:
            nonlocal was_unclear
            if was_unclear:
                made = look()
                if made is not None:
                    return made
            try:
                return act()
            except UnclearAnswerError:
                was_unclear = True
                raise

        return self._patiently(attempt)

    def _patiently(self, attempt: Callable[[], T]) -> T:
        for wait in self._patience.waits():
            try:
                return attempt()
            except LimitedError as limited:
                needed = max(wait, limited.seconds)
                if limited.seconds > self._patience.longest_wait:
                    self._give_up_on_limit(limited)
            except UnclearAnswerError:
                needed = wait
            self._sleep(needed)
        try:
            return attempt()
        except LimitedError as limited:
            self._give_up_on_limit(limited)

    def _give_up_on_limit(self, limited: LimitedError) -> NoReturn:
        raise RemoteError(
            f"{self._api_url}: the rate limit asks to wait {limited.seconds:.0f} s: {limited.said}",
            hint="Run again later; Pilotage goes on where it stopped.",
        ) from limited

    def _graphql(
        self, text: str, variables: dict[str, Json], *, may_part: bool = False
    ) -> tuple[dict[str, Json], dict[str, str]]:
        headers, answer = self._exchange("POST", self._graphql_url, body={"query": text, "variables": variables})
        return read_data(self._graphql_url, headers, answer, may_part=may_part)

    def _exchange(
        self, verb: str, path: str, *, parameters: dict[str, str | int] | None = None, body: Json = None
    ) -> tuple[dict[str, str], Json]:
        where = path if path.startswith("http") else f"{self._api_url}{path}"
        try:
            status, found, text = self._connect().requestJson(verb, path, parameters, None, body)
        except (requests.RequestException, OSError) as error:
            raise _lost(verb, where, error) from error
        except (RuntimeError, ValueError) as error:  # PyGithub: a redirect elsewhere, a header that is no number
            raise RemoteError(
                f"{verb} {where}: {error}"[: SAID * 2], hint="Check GITHUB_API_URL and the repository's name."
            ) from error
        headers = {key: str(value) for key, value in found.items()}
        return headers, self._judge(verb, where, status=status, headers=headers, text=text)

    def _carry(self, verb: str, url: str, act: Callable[[], Reply]) -> tuple[Reply, Json]:
        try:
            reply = act()
        except requests.RequestException as error:
            raise _lost(verb, url, error) from error
        return reply, self._judge(verb, url, status=reply.status, headers=reply.headers, text=reply.text)

    def _judge(self, verb: str, where: str, *, status: int, headers: dict[str, str], text: str) -> Json:
        self._trace(f"{verb} {where}: HTTP {status}")
        if status >= _SERVER_ERROR:
            raise UnclearAnswerError(
                f"{verb} {where}: HTTP {status}", hint="Run again later; Pilotage goes on where it stopped."
            )
        decoded = _decode(text, place=f"{verb} {where}", status=status)
        if status >= _NOT_DONE:
            self._refuse(verb, where, status=status, headers=headers, decoded=decoded)
        return decoded

    def _refuse(self, verb: str, where: str, *, status: int, headers: dict[str, str], decoded: Json) -> NoReturn:
        said = read_refusal(decoded)
        wait = read_limit(status, headers, said, now=time.time())
        if wait is not None:
            raise LimitedError(wait, said)
        hint = explain_permission(verb, where, status=status, headers=headers, said=said, home=self.home)
        if status == _UNAUTHORIZED:
            hint = "The token is missing, wrong or expired: pass one as the input `token` or in GITHUB_TOKEN."
        raise GitHubRefusalError(f"{verb} {where}: HTTP {status}: {said}", status=status, said=said, hint=hint)

    def _connect(self) -> Requester:
        if self._requester is None:
            self._requester = open_requester(self._api_url, self._token)
        return self._requester


def _lost(verb: str, where: str, error: Exception) -> UnclearAnswerError:
    said = _QUERY.sub("?...", str(error))
    return UnclearAnswerError(
        f"{verb} {where}: out of reach: {said}"[: SAID * 2],
        hint="Check the network and githubstatus.com, then run again; Pilotage goes on where it stopped.",
    )


def _decode(text: str, *, place: str, status: int) -> Json:
    if not text:
        return None
    try:
        decoded: Json = json.loads(text)
    except (ValueError, RecursionError) as error:
        if status >= _NOT_DONE:
            return None
        raise UnclearAnswerError(f"{place}: HTTP {status}, but the body is no JSON: {text[:80]!r}") from error
    return decoded
