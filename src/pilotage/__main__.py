"""`python -m pilotage`, and the command `pilotage`: the way in."""

from __future__ import annotations

import gc
import sys

# Imports make many objects that stay and none that go: collecting them again and again is a tenth of a short command.
gc.set_threshold(50_000, 20, 20)

from pilotage.cli import main  # noqa: E402 - after the line above, on purpose

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
