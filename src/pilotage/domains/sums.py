"""`SHA256SUMS`: the digests of built files in the format of GNU coreutils, for `sha256sum --check`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pilotage.model.dist import Dist

SUMS = "SHA256SUMS"
"""The file's name."""


def render_sums(files: Iterable[Dist]) -> str:
    """Render one line a file, sorted by name: the digest, two blanks, the name.

    Names of built files hold no backslash and no line break, so none needs the format's escapes.
    """
    return "".join(f"{file.sha256}  {file.name}\n" for file in sorted(files, key=lambda file: file.name))
