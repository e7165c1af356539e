"""What GitHub takes when a workflow is started: its file's name, a ref, inputs. Whoever configures one is told before.

Source: https://docs.github.com/rest/actions/workflows, "Create a workflow dispatch event".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["PLACEHOLDER", "check_inputs", "check_ref", "check_workflow", "join_words"]

PLACEHOLDER = re.compile(r"\{[A-Za-z_][A-Za-z0-9_.-]{0,99}\}")
"""What looks like a word that stands for something."""

_WORKFLOW = re.compile(r"\w[\w. -]*\.ya?ml")
_NOT_IN_A_REF = re.compile(r"[\x00-\x20\x7f~^:?*\[\\{}]|\.\.|//|^[/.-]|[/.]$")
_INPUT = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*", re.ASCII)
_MOST_INPUTS = 25
_LONGEST_NAME = 100


def check_workflow(name: str, where: str) -> None:
    """Refuse what is not the name of a file below `.github/workflows/`.

    Raises:
        ConfigError: It is none; `where` names the place.
    """
    if not _WORKFLOW.fullmatch(name):
        raise ConfigError(
            f"{where}: {name[:100]!r} is not the name of a workflow's file",
            hint="Write the file's name below .github/workflows/ without its folder, such as ci.yml.",
        )


def check_ref(ref: str, where: str, *, without: str) -> None:
    """Refuse what is neither a branch's nor a tag's name; "" is fine.

    Args:
        ref: The name.
        where: Where it stands, for the error.
        without: What is meant where it is left out, for the hint.

    Raises:
        ConfigError: It cannot be one.
    """
    if _NOT_IN_A_REF.search(ref):
        raise ConfigError(
            f"{where} ref: {ref[:100]!r} is no name of a branch or a tag",
            hint=f"Leave ref out for {without}, or write a branch such as main.",
        )


def check_inputs(inputs: Mapping[str, str], where: str, *, placeholders: Sequence[str]) -> None:
    """Refuse inputs that GitHub would not take, or that would arrive as what nobody meant.

    Args:
        inputs: The inputs.
        where: Where the workflow stands, for the error.
        placeholders: The words, in braces, that stand for something in a value.

    Raises:
        ConfigError: There are too many, one has no name of an input, or a value holds what nobody fills in.
    """
    if len(inputs) > _MOST_INPUTS:
        raise ConfigError(
            f"{where} has {len(inputs)} inputs, and GitHub takes {_MOST_INPUTS}",
            hint="Hand over fewer: one input may hold JSON.",
        )
    for name, value in inputs.items():
        _check_input(name, value, f"{where} inputs", placeholders)


def _check_input(name: str, value: str, where: str, placeholders: Sequence[str]) -> None:
    if not _INPUT.fullmatch(name) or len(name) > _LONGEST_NAME:
        raise ConfigError(
            f"{where}: {name[:60]!r} cannot be an input's name",
            hint="Write it as the workflow's file does: letters, digits, - and _, a letter or _ first.",
        )
    known = join_words(placeholders)
    if "${{" in value:
        raise ConfigError(
            f"{where}.{name}: {value[:100]!r} holds an expression, which nobody evaluates here",
            hint=f"Write the text itself; {known} stand for the release's own.",
        )
    unknown = sorted(set(PLACEHOLDER.findall(value)) - set(placeholders))
    if unknown:
        raise ConfigError(
            f"{where}.{name}: {', '.join(unknown)[:200]} stands for nothing",
            hint=f"Only {known} stand for something.",
        )


def join_words(words: Sequence[str]) -> str:
    """Join at least two words as people do: `a, b and c`."""
    return f"{', '.join(words[:-1])} and {words[-1]}"
