"""Play the train on the embedded forge and index, and draw what came out of it into docs/images.

python tests/pictures/render.py [--check]

The pictures hold the program's own words. `tests/pictures/test_pictures.py` draws them anew and compares, so that they
cannot drift; what differs from one play to the next (commits, digests, ports, days) is taken out.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[0] = str(ROOT / "tests") if __name__ == "__main__" else sys.path[0]

from pictures.play import play  # noqa: E402 - `tests` is on the path only from here on
from pictures.scenes import draw_comment, draw_summary, draw_train  # noqa: E402 - same

FOLDER = ROOT / "docs" / "images"


def draw_all() -> dict[str, str]:
    """Play the train once, and give each picture by its file's name."""
    runs = play()
    return {
        "summary.svg": draw_summary(runs),
        "title-comment.svg": draw_comment(runs),
        "train.svg": draw_train(runs),
    }


def main() -> int:
    """Write the pictures, or tell which of them are not as they would be drawn now."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where a picture is out of date")
    is_check = parser.parse_args().check
    stale = 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in draw_all().items():
        file = FOLDER / name
        if file.exists() and file.read_text(encoding="utf-8") == text:
            continue
        stale += 1
        print(f"{'out of date' if is_check else 'written'}: {file.relative_to(ROOT)}")  # noqa: T201 - its answer
        if not is_check:
            file.write_text(text, encoding="utf-8")
    return 1 if stale and is_check else 0


if __name__ == "__main__":
    sys.exit(main())
