"""The rule that every licence file is where the metadata say (PEP 639)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.distchecks.table import make_finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilotage.domains.distchecks.examined import Examined
    from pilotage.model.distcontents import Finding


def check_licenses(dist: Examined) -> Iterator[Finding]:
    """Check License-File: in a wheel below `.dist-info/licenses`, in an sdist below its top folder."""
    if not dist.is_whole or not dist.knows_licenses:
        return
    paths = {member.path.removeprefix("./") for member in dist.files()}
    root = f"{dist.folder}/licenses" if dist.is_wheel else dist.folder
    for file in dist.raw.get("license_files", []):
        if f"{root}/{file}" not in paths:
            yield make_finding("D210", dist.contents.name, f"License-File names {file}; there is no {root}/{file}")
