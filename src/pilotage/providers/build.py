"""Building: pypa/build in a process of its own, without secrets, so that the same commit gives the same bytes.

The sdist is built first and brought into its normal form; the wheel is built from exactly that sdist, which proves that
what is published can be built.
"""

from __future__ import annotations

import collections
import importlib.util
import re
import shutil
import sys
import tarfile
import tempfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from pilotage.errors import CheckError, ConfigError, UsageError
from pilotage.model.dist import Dist, read_release
from pilotage.providers.distfile import read_dists, read_metadata
from pilotage.providers.manifest import MANIFEST
from pilotage.providers.process import CommandError, CommandTimeoutError, redact, stream
from pilotage.providers.sdist import apply_normal_form, unpack

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SHOWN_LINES = 30
_BUILT = (".whl", ".tar.gz", ".cdx.json")
"""How the names of files end that are made for one release only."""

_LAUNCH = "import os, sys; os.umask(0o022); os.dup2(1, 2); os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
"""Sets the umask and one stream for all output, then becomes the build; a `build.py` of the source is not it (-P)."""

_SECRET = re.compile(
    r"^(ACTIONS_|INPUT_|GITHUB_(TOKEN|ENV|PATH|OUTPUT|STATE|STEP_SUMMARY)$|SSH_|PYTHONPATH$|PYTHONHOME$)"
    r"|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|_PAT$|(API|ACCESS|PRIVATE)_?KEY",
    re.IGNORECASE,
)
"""Variables that a build, which runs code of others, does not see: secrets, and files that steer the later steps."""

_STILL = {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


class Builder:
    """Build sdists and wheels of any PEP 517 backend, isolated.

    Args:
        environment: The variables of this process, of which the build sees those that hold no secrets.
        python: The interpreter that has pypa/build.
        limit: Seconds that one build may take; extension modules are compiled in it.
    """

    def __init__(self, *, environment: Mapping[str, str], python: str = sys.executable, limit: float = 1800.0) -> None:
        self._python = python
        self._limit = limit
        self._hidden = {name: None for name in environment if _SECRET.search(name)}
        self._path = environment.get("PATH")

    def build(self, source: Path, out: Path, *, epoch: int) -> tuple[Dist, ...]:
        """Build an sdist and, from it, a wheel.

        Args:
            source: The folder with pyproject.toml.
            out: Where the files go. It is made when it is missing; built files of something else in it are an error.
            epoch: The time in the archives, in Unix seconds: the commit's.

        Returns:
            The files, sorted by name.

        Raises:
            CheckError: The build fails; its last lines are shown. Or it leaves something else than one release.
            UsageError: pypa/build is not installed, or `out` holds other built files.
        """
        with tempfile.TemporaryDirectory(prefix="pilotage-build-") as name:
            work = Path(name)
            made = work / "made"
            self._run("--sdist", source.resolve(), made, epoch=epoch)
            self._run("--wheel", _prepare_wheel(made, work / "unpacked", epoch), made, epoch=epoch)
            dists = check_dists(made)
            deliver(made, out, [dist.name for dist in dists])
        return dists

    def _run(self, kind: str, source: Path, out: Path, *, epoch: int) -> None:
        installer = ["--installer", "uv"] if self._has_uv() else []
        program = [self._python, "-P", "-c", _LAUNCH, "-P", "-m", "build"]
        command = [*program, kind, *installer, "--outdir", str(out), str(source)]
        environment = {**self._hidden, **_STILL, "SOURCE_DATE_EPOCH": str(epoch)}
        tail: collections.deque[str] = collections.deque(maxlen=_SHOWN_LINES)
        try:
            with stream(command, cwd=source, timeout=self._limit, env=environment) as lines:
                tail.extend(line.decode("utf-8", "replace").rstrip() for line in lines)
        except CommandTimeoutError as exc:
            raise CheckError(
                f"python -m build {kind} did not end within {self._limit:g} seconds; its last lines:\n{_show(tail)}",
                hint="Build it by hand and see what it waits for: python -m build",
            ) from exc
        except CommandError as exc:
            if any("No module named build" in line for line in tail):
                raise UsageError(
                    "pypa/build is not installed", hint="Install it with: pip install 'pilotage[build]'"
                ) from exc
            raise CheckError(
                f"python -m build {kind} failed with status {exc.status}; its last lines:\n{_show(tail)}",
                hint="Reproduce it in the same folder: python -m build",
            ) from exc

    def _has_uv(self) -> bool:
        return importlib.util.find_spec("uv") is not None or shutil.which("uv", path=self._path) is not None


def check_dists(folder: Path) -> tuple[Dist, ...]:
    """Read the built files of a folder and check that they are one release: names, metadata, one sdist.

    Raises:
        CheckError: They are not.
    """
    try:
        dists = read_dists(folder)
        read_release(tuple(dist.name for dist in dists))
        for dist in dists:
            read_metadata(folder / dist.name)
    except (ConfigError, UsageError) as exc:
        raise CheckError(f"the build made no release: {exc.message}", hint=exc.hint) from exc
    return dists


def _prepare_wheel(made: Path, folder: Path, epoch: int) -> Path:
    sdists = sorted(made.glob("*.tar.gz"))
    if len(sdists) != 1:
        raise CheckError(f"the build made {len(sdists)} sdists, expected one .tar.gz", hint="Update the build backend.")
    try:
        apply_normal_form(sdists[0], epoch=epoch)
        folder.mkdir()
        return unpack(sdists[0], folder)
    except (OSError, EOFError, KeyError, tarfile.TarError, zlib.error) as exc:
        raise CheckError(f"{sdists[0].name} cannot be unpacked: {exc}", hint="Update the build backend.") from exc


def deliver(made: Path, out: Path, names: Iterable[str]) -> None:
    """Put what was made into a folder, each file in one step; a folder with another release is left alone.

    The manifest comes last: where it is, the set is whole.

    Args:
        made: The folder that holds the files.
        out: Where they go; it is made when it is missing.
        names: The files.

    Raises:
        UsageError: It holds other built files.
    """
    out.mkdir(parents=True, exist_ok=True)
    ours = sorted(names, key=lambda name: (name == MANIFEST, name))
    foreign = sorted(path.name for path in out.iterdir() if path.name.endswith(_BUILT) and path.name not in ours)
    if foreign:
        raise UsageError(
            f"{out} holds other built files: {', '.join(foreign)}",
            hint="Remove them or build into an empty folder: a publish takes everything that is there.",
        )
    for name in ours:
        draft = out / f".{name}.new"
        shutil.copyfile(made / name, draft)
        draft.replace(out / name)
    _drop_gitignore(out / ".gitignore")


def _drop_gitignore(path: Path) -> None:
    # `uv build` leaves one that hides the folder; artifacts would carry it along. A file of somebody's own stays.
    if path.is_file() and path.read_bytes().strip() == b"*":
        path.unlink()


def _show(lines: collections.deque[str]) -> str:
    # Behind a bar no line of a foreign program starts a command of the runner (`::set-output …`).
    return "\n".join(f"  | {''.join(c if c.isprintable() else ' ' for c in redact(line))}" for line in lines)
