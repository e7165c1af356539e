"""What holds for every test: the collector and the coverage look only at what they are for, and no law has a clock."""

from __future__ import annotations

import gc
import re
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Generator

settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

TIMED = re.compile(r"megabyte|linear|in_one_go|in_no_time|no_longer_than|well_under_a_second")
"""Names of tests that promise a time for much text."""


def pytest_collection_finish() -> None:
    """Take what lives until the end, modules and thousands of collected tests, out of the collector's sight.

    A full collection walks through everything it knows, and tests that look for leaked connections ask for one: that
    took more time than the tests themselves.
    """
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Run a test that promises a time without the tracing of lines, which takes most of that time.

    What such a test runs is counted for the coverage only where another test, which says what comes out, runs it too.
    """
    tracer = sys.gettrace() if TIMED.search(item.name.partition("[")[0]) else None
    if tracer is None:
        return (yield)
    sys.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(tracer)
