"""How the repository merges, given by inputs where GitHub does not tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pilotage.errors import ConfigError
from pilotage.model.pullcontext import MergeSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

INPUTS = {"squash-title": "squash_title", "squash-message": "squash_message"}
"""The inputs, each with what it sets; their values are those of GitHub's own settings."""


def apply_merge_inputs(settings: MergeSettings, inputs: Mapping[str, str]) -> MergeSettings:
    """Give the settings with the inputs that are set on top of them.

    Raises:
        ConfigError: A value is none that GitHub's settings have.
    """
    given = {field: text.upper() for name, field in INPUTS.items() if (text := inputs.get(name, "").strip())}
    try:
        return msgspec.convert(msgspec.structs.asdict(settings) | given, MergeSettings)
    except msgspec.ValidationError as error:
        raise ConfigError(
            f"the inputs {' and '.join(INPUTS)}: {error}",
            hint="squash-title is PR_TITLE or COMMIT_OR_PR_TITLE; squash-message is PR_BODY, COMMIT_MESSAGES or BLANK.",
        ) from error
