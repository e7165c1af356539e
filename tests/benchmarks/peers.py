"""Other tools with the same job, each in a virtual environment of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_PSR = '[tool.semantic_release]\ntag_format = "v{version}"\nallow_zero_version = true\nmajor_on_zero = false\n'
_PSR_BRANCHES = '[tool.semantic_release.branches.all]\nmatch = ".*"\n'
_CZ = '[tool.commitizen]\nversion_provider = "scm"\nversion_scheme = "pep440"\ntag_format = "v$version"\n'
_CZ_ZERO = "major_version_zero = true\n"
_CLIFF = '[git]\nconventional_commits = true\ntag_pattern = "v[0-9]*"\n'


@dataclass(frozen=True)
class Peer:
    """A tool that can say the next version.

    Args:
        name: Its name, and its package's.
        program: Its command.
        arguments: What makes it print the next version; `CONFIG` stands for the file with the settings.
        settings: Its settings.
        notes: What makes it print the notes since a release, for which `TAG` stands; none where it cannot.
        all_notes: What makes it print the notes of the whole history; none where it cannot.
    """

    name: str
    program: str
    arguments: tuple[str, ...]
    settings: str
    notes: tuple[str, ...] = ()
    all_notes: tuple[str, ...] = ()

    def install(self, folder: Path) -> str:
        """Install it, unless it is there; give why that failed, or nothing."""
        home = folder / f"peer-{self.name}"
        if (home / "bin" / self.program).exists():
            return ""
        uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
        python = home / "bin" / "python"
        for command in (
            [uv, "venv", "--quiet", "--python", sys.executable, "--clear", str(home)],
            [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", str(python), self.name],
        ):
            try:
                done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
            except (OSError, subprocess.TimeoutExpired) as error:
                return f"not installed: {error}"[:80]
            if done.returncode:
                return f"not installed: {(done.stderr.strip().splitlines() or ['?'])[-1]}"[:80]
        return ""

    def version_command(self, folder: Path) -> list[str]:
        """Give the command that prints the next version."""
        return self.command(folder, self.arguments)

    def command(self, folder: Path, arguments: tuple[str, ...], *, tag: str = "") -> list[str]:
        """Give a command with its settings."""
        config = folder / f"peer-{self.name}.toml"
        config.write_text(self.settings, encoding="utf-8")
        arguments = tuple(argument.replace("CONFIG", str(config)).replace("TAG", tag) for argument in arguments)
        return [str(folder / f"peer-{self.name}" / "bin" / self.program), *arguments]


PEERS = (
    Peer(
        "python-semantic-release",
        "semantic-release",
        ("-c", "CONFIG", "--noop", "version", "--print"),
        _PSR + _PSR_BRANCHES,
        all_notes=("-c", "CONFIG", "--noop", "changelog"),
    ),
    Peer(
        "commitizen",
        "cz",
        ("--config", "CONFIG", "bump", "--get-next", "--yes"),
        _CZ + _CZ_ZERO,
        notes=("--config", "CONFIG", "changelog", "--dry-run", "--start-rev", "TAG"),
        all_notes=("--config", "CONFIG", "changelog", "--dry-run"),
    ),
    Peer(
        "git-cliff",
        "git-cliff",
        ("--config", "CONFIG", "--bumped-version"),
        _CLIFF,
        notes=("--config", "CONFIG", "--unreleased"),
        all_notes=("--config", "CONFIG"),
    ),
)
