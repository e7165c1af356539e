"""`python -m pilotage`: the same as the command `pilotage`."""

from __future__ import annotations

import sys

from pilotage.cli import main

if __name__ == "__main__":
    sys.exit(main())
