"""What holds for every test: the garbage collector looks only at what tests leave behind."""

from __future__ import annotations

import gc


def pytest_collection_finish() -> None:
    """Take what lives until the end, modules and thousands of collected tests, out of the collector's sight.

    A full collection walks through everything it knows, and tests that look for leaked connections ask for one: that
    took more time than the tests themselves.
    """
    gc.collect()
    gc.freeze()
