"""Answers about repositories that use the package, and what was asked for them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from providers.githubscript import Answer, GitHubScript

if TYPE_CHECKING:
    from collections.abc import Mapping

HEAD, TREE, OURS = "a" * 40, "b" * 40, "c" * 40


def error(field: str, said: str, kind: str = "NOT_FOUND") -> dict[str, object]:
    return {"type": kind, "path": [field], "message": said}


def parts(*errors: Mapping[str, object], **data: object) -> Answer:
    return Answer(content={"data": data, **({"errors": list(errors)} if errors else {})})


def variables(script: GitHubScript, number: int = -1) -> dict[str, object]:
    found: dict[str, object] = json.loads(script.questions[number].body)["variables"]
    return found


def text(script: GitHubScript, number: int = -1) -> str:
    return str(json.loads(script.questions[number].body)["query"])
