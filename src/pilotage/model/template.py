"""A template to render, and what came of it."""

from __future__ import annotations

import msgspec


class ReleaseNames(msgspec.Struct, frozen=True):
    """Who is released, for a template to name.

    Args:
        package: The package's name.
        component: The component's name; empty for a repository that is released as one.
        branch: The branch that is released.
    """

    package: str = ""
    component: str = ""
    branch: str = ""


class TemplateRequest(msgspec.Struct, frozen=True):
    """One Jinja template with all that it may see.

    Args:
        place: Where it stands, for errors: a path, or the configuration's key.
        text: The template.
        data: What it is rendered with: JSON values only.
        files: The other templates that it may include, path to text.
        memory: The most bytes of address space while it is rendered; 0 for no limit.
        seconds: The most seconds of the processor while it is rendered; 0 for no limit.
    """

    place: str
    text: str
    data: dict[str, object]
    files: dict[str, str] = {}
    memory: int = 0
    seconds: int = 0


class TemplateAnswer(msgspec.Struct, frozen=True):
    """What came of a template.

    Args:
        text: The rendered text.
        problem: What is wrong with the template, with its place; empty when nothing is.
        hint: What to do about it.
    """

    text: str = ""
    problem: str = ""
    hint: str = ""
