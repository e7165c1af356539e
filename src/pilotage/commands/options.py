"""The options that every command has, and how a command speaks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click
import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")


def shared_options(function: Callable[P, R]) -> Callable[P, R]:
    """Add `--repo`, `--config`, `--json` and `-v` to a command."""
    for option in (
        click.option("-v", "--verbose", count=True, help="Say more: each request to a remote."),
        click.option("--json", "as_json", is_flag=True, help="Write the machine format to stdout, and nothing else."),
        click.option(
            "--config",
            "config_path",
            metavar="PATH",
            default="pyproject.toml",
            show_default=True,
            help="The configuration, relative to the repository.",
        ),
        click.option(
            "--repo",
            type=click.Path(file_okay=False, path_type=Path),
            default=Path(),
            metavar="PATH",
            help="The repository; the current folder when left out.",
        ),
    ):
        function = option(function)
    return function


def write_json(value: object) -> None:
    """Write a record to stdout in the machine format: one line, in UTF-8 whatever the terminal's encoding."""
    click.echo(msgspec.json.encode(value))


def tell(text: str, *, as_json: bool = False) -> None:
    """Write a text for people: to stdout, or to stderr when stdout belongs to the machine format."""
    click.echo(text, err=as_json)


def tracer(verbose: int) -> Callable[[str], None]:
    """Give what hears of each request: a line on stderr with `-v`, nothing without."""
    return (lambda line: click.echo(line, err=True)) if verbose else (lambda _: None)
