"""The server goes away at every request of a publish, on three real indexes: the next run completes it, once."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from commands.cliruns import environment
from contract.faultproxy import Call, Death, FaultProxy, serve_proxy
from contract.indexservers import START
from contract.publishes import HASTY, Attempt, digests, make_dist, publish

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contract.indexservers import Server

COUNT = itertools.count()
LEAST = 7
"""Requests that no publish of two files can do without: a look, a look and an upload each, two to verify."""


@dataclass(frozen=True)
class World:
    """A release that is not on the index yet, and the way there."""

    server: Server
    seen: Server
    proxy: FaultProxy
    name: str
    dist: Path

    def publish(self) -> Attempt:
        return publish(self.seen, self.dist, patience=HASTY)

    def assert_whole(self, when: str) -> None:
        """See that the index holds exactly our bytes, and that it was never made to take a file twice."""
        assert self.server.files(self.name) == digests(self.dist), when
        assert sorted(self.proxy.accepted) == sorted(digests(self.dist)), when


def open_world(server: Server, proxy: FaultProxy, folder: Path) -> World:
    name = f"crash{next(COUNT)}"
    proxy.revive()
    proxy.log.clear()
    return World(server, server.behind(proxy.url), proxy, name, make_dist(folder / name, name))


def requests_of_a_clean_run(server: Server, proxy: FaultProxy, folder: Path) -> list[str]:
    """List the methods of a run that nothing disturbs."""
    world = open_world(server, proxy, folder)
    assert world.publish().outcome == "published"
    world.assert_whole("a clean run")
    methods = [call.method for call in proxy.log]
    assert len(methods) >= LEAST
    return methods


@pytest.mark.parametrize("how", list(Death), ids=lambda how: how.value)
def test_a_publish_that_dies_at_any_request_is_completed_by_the_next_run(
    server: Server, tmp_path: Path, how: Death
) -> None:
    with serve_proxy(server.root) as proxy:
        for at, method in enumerate(requests_of_a_clean_run(server, proxy, tmp_path), start=1):
            if how is Death.BODY and method == "GET":
                continue
            when = f"{how.value} at request {at} ({method})"
            world = open_world(server, proxy, tmp_path)
            proxy.die(at, how)
            world.publish()
            assert proxy.is_dead, when
            there = server.files(world.name)
            proxy.revive()
            second = world.publish()
            expected = {0: "published", 1: "resumed", 2: "already-there"}[len(there)]
            assert second.outcome == expected, f"{when}: {second.message}"
            world.assert_whole(when)


@pytest.mark.parametrize("how", [Death.BODY, Death.AFTER], ids=lambda how: how.value)
def test_a_publish_that_loses_any_one_request_comes_to_its_end_by_itself(
    server: Server, tmp_path: Path, how: Death
) -> None:
    with serve_proxy(server.root) as proxy:
        for at, method in enumerate(requests_of_a_clean_run(server, proxy, tmp_path), start=1):
            if how is Death.BODY and method == "GET":
                continue
            when = f"{how.value} at request {at} ({method})"
            world = open_world(server, proxy, tmp_path)
            proxy.die(at, how, stays=False)
            attempt = world.publish()
            assert attempt.report is not None, f"{when}: {attempt.message}"
            assert (attempt.outcome, attempt.report.verified) == ("published", True), when
            world.assert_whole(when)


def test_a_publish_that_dies_again_and_again_is_whole_in_the_end(server: Server, tmp_path: Path) -> None:
    with serve_proxy(server.root) as proxy:
        world = open_world(server, proxy, tmp_path)
        for at, how in itertools.product((3, 4, 5), Death):
            proxy.revive()
            proxy.die(at, how)
            world.publish()
        proxy.revive()
        assert world.publish().report is not None
        world.assert_whole("after many deaths")


def wait_until(is_true: Callable[[], bool]) -> None:
    until = time.monotonic() + START
    while not is_true():
        assert time.monotonic() < until
        time.sleep(0.01)


@pytest.mark.parametrize("upload", [1, 2])
def test_a_publish_that_is_killed_while_it_sends_is_completed_by_the_next_run(
    server: Server, tmp_path: Path, upload: int
) -> None:
    with serve_proxy(server.root) as proxy:
        world = open_world(server, proxy, tmp_path)
        options = ["--dist", str(world.dist), "--index", world.seen.index]
        command = [sys.executable, "-m", "pilotage", "publish", *options]

        def kill(call: Call) -> None:
            if call.method == "POST" and len(proxy.posts) == upload:
                os.kill(process.pid, signal.SIGKILL)
                process.wait()

        proxy.before = kill
        surroundings = environment(server.environment)
        with subprocess.Popen(
            command, env=surroundings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            assert process.wait(timeout=60) == -signal.SIGKILL
        wait_until(lambda: proxy.posts[-1].passed != 0)
        proxy.before = None
        attempt = world.publish()
        assert attempt.outcome == {1: "resumed", 2: "already-there"}[upload], attempt.message
        world.assert_whole(f"killed at upload {upload}")
