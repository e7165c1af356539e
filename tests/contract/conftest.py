"""The index servers that the contract tests share."""

from __future__ import annotations

import contextlib
import itertools
from typing import TYPE_CHECKING

import pytest

from contract.faultproxy import FaultProxy, serve_proxy
from contract.indexservers import KINDS, Server, Yard

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = (f"pkg{number}" for number in itertools.count())


@pytest.fixture(scope="session")
def index_yard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Yard]:
    """The running servers; none runs before it is needed."""
    with contextlib.ExitStack() as stack:
        yield Yard(tmp_path_factory.mktemp("indexes"), stack)


@pytest.fixture(params=KINDS)
def server(request: pytest.FixtureRequest, index_yard: Yard) -> Server:
    """Each of the three servers."""
    return index_yard.open(str(request.param))


@pytest.fixture
def name() -> str:
    """A project's name that no other test uses."""
    return next(NAMES)


@pytest.fixture
def proxy(server: Server) -> Iterator[FaultProxy]:
    """A proxy in front of the server."""
    with serve_proxy(server.root) as served:
        yield served


@pytest.fixture
def seen(server: Server, proxy: FaultProxy) -> Server:
    """The server as it looks through the proxy."""
    return server.behind(proxy.url)
