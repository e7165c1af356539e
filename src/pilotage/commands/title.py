"""`pilotage title`: one title, or many, by the rules of the repository."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pilotage.commands.options import shared_options, tell, write_json
from pilotage.domains.commitfile import read_commit_file
from pilotage.domains.settings import read_config
from pilotage.domains.title import check_title
from pilotage.domains.titlebody import add_body
from pilotage.domains.titlereport import render_title_report
from pilotage.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pilotage.model.config import Config
    from pilotage.model.title import TitleReport


@click.command("title", epilog="Example: pilotage title 'feat(api)!: drop the old calls'")
@click.argument("title", required=False)
@click.option("--body-file", type=click.Path(dir_okay=False, path_type=Path), help="The body of the pull request.")
@click.option("--batch", metavar="FILE|-", help="Check one title a line; one JSON object a line comes out.")
@click.option(
    "--commit-msg-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Check the message that git gives to a commit-msg hook; merges and fixups pass.",
)
@shared_options
def command(
    *,
    repo: Path,
    config_path: str,
    as_json: bool,
    verbose: int,
    title: str | None,
    body_file: Path | None,
    batch: str | None,
    commit_msg_file: Path | None,
) -> int:
    """Check a pull request's title: all problems at once, and the corrected title."""
    del verbose  # nothing remote is asked
    config = _read_config(repo, config_path)
    if batch is not None:
        return _check_batch(batch, config)
    if commit_msg_file is not None:
        commit = read_commit_file(_read_bytes(commit_msg_file).decode("utf-8", "replace"))
        report = add_body(check_title(commit.header, config), commit.body)
        return 0 if commit.is_local else _show(report, as_json=as_json)
    found = title if title is not None else os.environ.get("INPUT_TITLE", "")
    # Bytes of an argument that are no UTF-8 reach us as halves of pairs, which no JSON can hold.
    found = found.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    if title is None and not found:
        raise UsageError("no title to check", hint="Give it as an argument: pilotage title 'feat: greet people'")
    report = check_title(found, config)
    if body_file is not None:
        report = add_body(report, _read_text(body_file))
    return _show(report, as_json=as_json)


def _show(report: TitleReport, *, as_json: bool) -> int:
    if as_json:
        write_json(report)
    else:
        tell(render_title_report(report).removesuffix("\n"))
    return 0 if report.ok else 1


def _read_config(repo: Path, config_path: str) -> Config:
    path = repo / config_path
    return read_config(_read_text(path) if path.is_file() else None, path=config_path)


def _read_text(path: Path) -> str:
    try:
        return _read_bytes(path).decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: cannot be read: {error}") from error


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error}") from error


def _check_batch(batch: str, config: Config) -> int:
    try:
        with click.open_file(batch, "rb") as lines:
            return _check_lines(lines, config)
    except OSError as error:
        raise UsageError(f"--batch {batch}: cannot be read: {error}") from error


def _check_lines(lines: Iterable[bytes], config: Config) -> int:
    is_all_right = True
    for line in lines:
        report = check_title(line.removesuffix(b"\n").decode("utf-8", "replace"), config)
        write_json(report)
        is_all_right = is_all_right and report.ok
    return 0 if is_all_right else 1
