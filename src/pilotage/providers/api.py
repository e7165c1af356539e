"""Compare the public API of two states of a project, without running anything of either."""

from __future__ import annotations

import importlib.util
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pilotage.errors import RemoteError
from pilotage.model.api import ApiChange, ApiCompared, ApiNotCompared, ApiNothingToCompare, ApiReport
from pilotage.providers import apisource
from pilotage.providers.apicache import ApiCache, fingerprint
from pilotage.providers.apipackages import Selection, select_sides
from pilotage.providers.apisource import LIMITS, ApiSourceError, Limits
from pilotage.providers.apiworker import Request
from pilotage.providers.process import CommandError, CommandTimeoutError, run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pilotage.providers.git import Git

__all__ = ["compare_api", "compare_commits"]

_READER = "griffe"
_NO_READER = "griffe is not installed (install `pilotage[api]`)"


def compare_api(base: Path, head: Path, *, packages: Sequence[str] | None, limits: Limits = LIMITS) -> ApiReport:
    """Compare the public API of two folders; only ordinary Python files in them are read.

    Args:
        base: The project before, such as `extract_python` wrote it, or a work tree.
        head: The project after.
        packages: The import names of the packages; None finds them.
        limits: The bounds.

    Returns:
        Breaks and additions, or why there is no answer, or that there is nothing to compare. What is public is
        griffe's rule: `__all__`, and names without `_` that are not imported
        (https://mkdocstrings.github.io/griffe/guide/users/recommendations/public-apis/).
    """
    try:
        old_tree, new_tree = apisource.observe_folder(base), apisource.observe_folder(head)
        old, new = select_sides(old_tree, new_tree, packages)
        if not (old.names or new.names):
            return ApiNothingToCompare("no-package")
        with tempfile.TemporaryDirectory(prefix="pilotage-api-") as work:
            stage = Path(work)
            apisource.copy_files(base, old.files, stage / "base", limits=limits)
            apisource.copy_files(head, new.files, stage / "head", limits=limits)
            return _finish(_run_worker(stage, old, new, limits), old, new)
    except ApiSourceError as exc:
        return ApiNotCompared(exc.message)
    except OSError as exc:
        return ApiNotCompared(f"a file cannot be read ({exc.strerror})")


def compare_commits(
    git: Git,
    base: str,
    head: str,
    *,
    packages: Sequence[str] | None = None,
    cache: Path | None = None,
    limits: Limits = LIMITS,
) -> ApiReport:
    """Compare the public API of two commits; neither is checked out.

    When no source of the packages differs, nothing is read but two listings of git, and griffe is not loaded.

    Args:
        git: The repository.
        base: The full id of a commit that is here; for a pull request, the merge base.
        head: The full id of another one.
        packages: The import names of the packages; None finds them.
        cache: A folder for answers; None keeps none.
        limits: The bounds.

    Raises:
        UsageError: The repository or a commit is not there.
    """
    old_tree, new_tree = apisource.observe_tree(git, base), apisource.observe_tree(git, head)
    old, new = select_sides(old_tree, new_tree, packages)
    if not (old.names or new.names):
        return ApiNothingToCompare("no-package")
    old_blobs = {path: old_tree.paths[source] for path, source in old.files.items()}
    new_blobs = {path: new_tree.paths[source] for path, source in new.files.items()}
    if old.names == new.names and old_blobs == new_blobs:
        return ApiNothingToCompare("same-files")
    known = ApiCache(cache, reader=_reader_version())
    key = (fingerprint(old.names, old_blobs), fingerprint(new.names, new_blobs))
    answer = known.read(*key)
    if answer is not None:
        return _finish(answer, old, new)
    with tempfile.TemporaryDirectory(prefix="pilotage-api-") as work:
        stage = Path(work)
        try:
            apisource.fetch_missing(git, [base, head], {*old_blobs.values(), *new_blobs.values()})
            apisource.write_blobs(git, old_tree, old.files, stage / "base", limits=limits)
            apisource.write_blobs(git, new_tree, new.files, stage / "head", limits=limits)
        except (ApiSourceError, RemoteError) as exc:
            return ApiNotCompared(exc.message)
        report = _run_worker(stage, old, new, limits)
    if isinstance(report, ApiCompared):
        known.write(*key, report)
    return _finish(report, old, new)


def _run_worker(stage: Path, old: Selection, new: Selection, limits: Limits) -> ApiReport:
    """Let a process of its own read the staged sources; files are named from the import root."""
    spec = importlib.util.find_spec(_READER)
    if spec is None or spec.origin is None:
        return ApiNotCompared(_NO_READER)
    names = tuple(sorted({*old.names, *new.names}))
    request = Request(str(stage / "base"), str(stage / "head"), names, limits.memory)
    here = Path(__file__).resolve().parents[2]
    try:
        answer = run(
            # -P: neither the folder it runs in nor any other relative one is a place for modules.
            [sys.executable, "-P", "-m", "pilotage.providers.apiworker"],
            cwd=stage,
            timeout=limits.seconds,
            env=_environment([here, Path(spec.origin).resolve().parents[1]]),
            input=msgspec.json.encode(request),
        )
    except CommandTimeoutError:
        return ApiNotCompared(f"reading the sources took longer than {limits.seconds:g} seconds")
    except CommandError as exc:
        words = exc.tail.splitlines()
        return ApiNotCompared(
            f"reading the sources failed with status {exc.status} ({words[-1] if words else 'silent'})"
        )
    return msgspec.json.decode(answer, type=ApiReport)  # type: ignore[no-any-return] # a union is no `type[...]`


def _environment(folders: Sequence[Path]) -> dict[str, str | None]:
    """Give the process nothing of ours: no token, no setting of Python, no PATH on which griffe would find git."""
    bare: dict[str, str | None] = dict.fromkeys(os.environ)
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    return bare | kept | {"PATH": os.devnull, "PYTHONPATH": os.pathsep.join(map(str, folders))}


def _reader_version() -> str:
    from importlib import metadata  # noqa: PLC0415 -- only a comparison with a cache needs it

    found = next(iter(metadata.distributions(name="griffelib")), None)
    return f"{_READER} {found.version if found else '?'}"


def _finish(report: ApiReport, old: Selection, new: Selection) -> ApiReport:
    """Name files from the root of the repository, and count what was left out."""
    match report:
        case ApiCompared():
            return msgspec.structs.replace(
                report,
                breaks=tuple(_relocate(change, old.files, new.files) for change in report.breaks),
                additions=tuple(_relocate(change, old.files, new.files) for change in report.additions),
                skipped=old.skipped + new.skipped,
            )
        case _:
            return report


def _relocate(change: ApiChange, old: Mapping[str, str], new: Mapping[str, str]) -> ApiChange:
    files = old if change.side == "base" else new
    return msgspec.structs.replace(change, file=files.get(change.file, change.file))
