"""Configurations of other tools for the tests of translations, and what came of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pilotage.domains.components.effective import effective_config
from pilotage.domains.settings import read_config
from pilotage.domains.translation import render_translation, translate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pilotage.model.translation import Translation, Unmatched


EFFECTIVE = (
    *("changelog_path", "tag_format", "initial_version", "major_on_zero", "patch_on_zero", "version_files"),
    *("versioning", "release", "reverts"),
)
"""What holds for a component whatever the others have."""


def translated(tool: str, files: Mapping[str, str]) -> Translation:
    """Translate, and hold what comes out against what its text reads back to."""
    translation = translate(tool, files)
    assert_reads_back(translation)
    return translation


def assert_reads_back(translation: Translation) -> None:
    """Hold a translation's text against its record, and the record against each component's own configuration."""
    assert read_config(render_translation(translation)) == translation.config
    for one in translation.components:
        config = translation.config
        if one.name:
            config = effective_config(config, config.components[one.name], name=one.name, path=one.path)
        found, expected = ({key: getattr(c, key) for key in EFFECTIVE} for c in (config, one.config))
        if config.release != one.config.release:  # noted: one table says it for all
            found["release"] = expected["release"]
        assert found == expected


def release_please(packages: object = None, /, manifest: object = None, **options: object) -> Translation:
    """Translate a `release-please-config.json` of Python packages; `_` stands for `-` in an option's name."""
    config = {"release-type": "python", **{key.replace("_", "-"): value for key, value in options.items()}}
    files = {
        "release-please-config.json": json.dumps({**config, **({} if packages is None else {"packages": packages})})
    }
    if manifest is not None:
        files[".release-please-manifest.json"] = json.dumps(manifest)
    return translated("release-please", files)


def psr(table: str) -> Translation:
    """Translate a `[tool.semantic_release]`."""
    return translated("python-semantic-release", {"pyproject.toml": f"[tool.semantic_release]\n{table}\n"})


def commitizen(table: str) -> Translation:
    """Translate a `[tool.commitizen]`."""
    return translated("commitizen", {"pyproject.toml": f"[tool.commitizen]\n{table}\n"})


def semantic_release(**options: object) -> Translation:
    """Translate a `.releaserc.json`."""
    return translated("semantic-release", {".releaserc.json": json.dumps(options)})


def workflow(*steps: str) -> str:
    """Write a workflow with some steps."""
    lines = [line for step in steps for line in step.splitlines()]
    return "\n".join(["on: push", "jobs:", "  release:", "    steps:", *(f"      {line}" for line in lines), ""])


def bumps(translation: Translation) -> dict[str, str]:
    """Give the types that move the version, with how far."""
    rows = translation.components[0].config.types
    return {name: row.bump for name, row in rows.items() if row.bump != "none"}


def noted(translation: Translation) -> dict[str, Unmatched]:
    """Give what has no equivalent by the last word of its key."""
    return {note.key.replace(" ", ".").rpartition(".")[2]: note for note in translation.notes}
