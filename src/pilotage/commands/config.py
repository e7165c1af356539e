"""`pilotage config`: the effective configuration, or its JSON Schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pilotage.commands.options import shared_options, tell, write_json
from pilotage.domains.settings import config_schema, read_config, render_config
from pilotage.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


@click.command("config", epilog="Example: pilotage config --schema > pilotage.schema.json")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of [tool.pilotage].")
@shared_options
def command(*, repo: Path, config_path: str, as_json: bool, verbose: int, schema: bool) -> None:
    """Print the effective configuration, with the origin of each value."""
    del verbose  # nothing remote is asked
    if schema:
        write_json(config_schema())
        return
    path = repo / config_path
    try:
        text = path.read_text(encoding="utf-8") if path.is_file() else None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from error
    config = read_config(text, path=config_path)
    if as_json:
        write_json(config)
    else:
        tell(render_config(config, pyproject_text=text, path=config_path))
