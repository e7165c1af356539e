"""Rules about files that nobody meant to ship."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.distchecks.table import make_finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilotage.domains.distchecks.allowed import Allowed
    from pilotage.domains.distchecks.examined import Examined
    from pilotage.model.distcontents import Finding

_SECRET_NAMES = frozenset(
    (".netrc", "_netrc", ".pypirc", ".git-credentials", ".htpasswd", ".pgpass", ".my.cnf", ".dockercfg")
)
_SSH_KEYS = ("id_rsa", "id_dsa", "id_ecdsa", "id_ed25519")
_NO_KEYS = (".pub", ".py", ".pyi", ".md", ".rst", ".txt", ".html")
_SECRET_ENDS = (".p12", ".pfx", ".kdbx", ".kdb", ".jks", ".keystore", ".ppk")
_SECRET_PATHS = ("/.aws/credentials", "/.docker/config.json", "/.kube/config", "/.config/gh/hosts.yml")
_ENV_EXAMPLES = frozenset(("example", "sample", "template", "dist", "defaults", "schema", "tpl"))
_VERSION_CONTROL = frozenset((".git", ".hg", ".svn", ".bzr", "_darcs"))
_JUNK_NAMES = frozenset((".ds_store", "thumbs.db", "desktop.ini", ".coverage", ".directory"))
_JUNK_ENDS = (".swp", ".swo", "~", ".orig", ".rej")
_JUNK_FOLDERS = frozenset(
    (
        ".venv", "node_modules", ".tox", ".nox", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis",
        ".idea", ".ipynb_checkpoints", "__macosx", ".eggs", "htmlcov", ".cache",
    )
)  # fmt: skip


def check_stray(dist: Examined, allowed: Allowed) -> Iterator[Finding]:
    """Check each file's name, and what its content looks like; a folder is told once."""
    told: set[str] = set()
    for member in dist.files():
        path = member.path
        sort, folder = _sort(path)
        if (sort or member.sightings) and allowed.is_allowed(dist, path):
            continue
        if sort and folder not in told:
            told.add(folder)
            yield make_finding(sort, dist.place(folder), _WORDS[sort])
        for sighting in member.sightings:
            yield make_finding("D502", dist.place(path), f"line {sighting.line} holds what looks like {sighting.what}")


_WORDS = {
    "D501": "files of this name usually hold secrets",
    "D503": "it is a version control system's own",
    "D504": "it is a leftover of an editor, a system or a tool",
    "D505": "it is compiled Python",
}


def _sort(path: str) -> tuple[str, str]:
    """Tell which rule a path breaks, and the shortest path that does; empty when none."""
    *folders, name = path.lower().split("/")
    if _is_secret(f"/{path.lower()}", name):
        return "D501", path
    rule = ""
    for depth, part in enumerate((*folders, name)):
        if part in _VERSION_CONTROL:
            rule = "D503"
        elif depth < len(folders) and part in _JUNK_FOLDERS:
            rule = "D504"
        elif depth < len(folders) and part == "__pycache__":
            rule = "D505"
        if rule:
            return rule, "/".join(path.split("/")[: depth + 1]) + ("/" if depth < len(folders) else "")
    if name in _JUNK_NAMES or name.endswith(_JUNK_ENDS) or name.startswith(".#"):
        return "D504", path
    return ("D505", path) if name.endswith((".pyc", ".pyo")) else ("", path)


def _is_secret(path: str, name: str) -> bool:
    if name in _SECRET_NAMES or name.endswith(_SECRET_ENDS) or path.endswith(_SECRET_PATHS):
        return True
    if name.startswith(_SSH_KEYS):
        return not name.endswith(_NO_KEYS)
    return name == ".env" or (name.startswith(".env.") and name.rpartition(".")[2] not in _ENV_EXAMPLES)
