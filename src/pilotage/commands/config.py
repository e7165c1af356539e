"""`pilotage config`: the effective configuration, its JSON Schema, or another tool's configuration translated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pilotage.commands.options import shared_options, tell, write_json
from pilotage.domains.settings import read_config
from pilotage.domains.settingstext import config_schema, render_config
from pilotage.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

_PATTERNS = (".github/workflows/*", "*/*.toml", "*/*/*.toml", "*/*/*/*.toml")
"""Where a configuration may stand under a name, or in a folder, that is not known beforehand."""

_TOOLS = ("release-please", "python-semantic-release", "commitizen", "semantic-release")


@click.command("config", epilog="Example: pilotage config --from release-please >> pyproject.toml")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of [tool.pilotage].")
@click.option(
    "--from",
    "tool",
    type=click.Choice(_TOOLS),
    metavar="TOOL",
    help=f"Translate the configuration of {', '.join(_TOOLS)}.",
)
@shared_options
def command(*, repo: Path, config_path: str, as_json: bool, verbose: int, schema: bool, tool: str | None) -> None:
    """Print the effective configuration, with the origin of each value."""
    del verbose  # nothing remote is asked
    if schema and tool:
        raise UsageError("--schema and --from do not go together", hint="Take one of them.")
    if schema:
        write_json(config_schema())
    elif tool:
        _translate(repo, tool, as_json=as_json)
    else:
        text = _read(repo / config_path)
        config = read_config(text, path=config_path)
        if as_json:
            write_json(config)
        else:
            tell(render_config(config, pyproject_text=text, path=config_path))


def _translate(repo: Path, tool: str, *, as_json: bool) -> None:
    """Print another tool's configuration as ours, and on stderr what has no equivalent."""
    # Half of what `pilotage config` would import, and only a translation needs it.
    from pilotage.domains.translation import render_translation, render_unmatched, translate  # noqa: PLC0415 - see above

    translation = translate(tool, _read_candidates(repo))
    toml = render_translation(translation)
    if as_json:
        write_json(
            {
                "format": 1,
                "tool": tool,
                "source": translation.source,
                "toml": toml,
                "config": translation.config,
                "unmatched": translation.notes,
            }
        )
    else:
        tell(toml.rstrip("\n"))
    for note in translation.notes:
        click.echo(f"no equivalent: {render_unmatched(note)}", err=True)


def _read_candidates(repo: Path) -> dict[str, str]:
    """Read the files of a folder that may hold a tool's configuration, and those that they name."""
    from pilotage.domains.translation import CANDIDATE_PATHS, LOCK_PATHS, find_named_paths, is_candidate  # noqa: PLC0415 - as above

    found = (path for pattern in _PATTERNS for path in sorted(repo.glob(pattern)))
    others = filter(is_candidate, (path.relative_to(repo).as_posix() for path in found))
    paths = [*CANDIDATE_PATHS, *LOCK_PATHS, *others]
    files = {path: text for path in paths if (text := _read(repo / path)) is not None}
    try:
        named = find_named_paths(files)
    except ConfigError:
        return files  # the translation meets the same error where it matters, and tells it
    return files | {path: text for path in named if (text := _read(repo / path)) is not None}


def _read(path: Path) -> str | None:
    """Read a file; None when there is none."""
    try:
        return path.read_text(encoding="utf-8") if path.is_file() else None
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from error
