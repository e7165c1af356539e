"""The base image: the one that the Dockerfile pins, or a stand-in of Debian's own Python where no registry answers."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from container.engine import SetUpError, find, install

if TYPE_CHECKING:
    from collections.abc import Mapping

    from container.engine import Engine

STANDIN: Final = "pilotage-base:stand-in"
_RAW: Final = "pilotage-base:raw"
_SUITE: Final = "trixie"
_PINNED: Final = re.compile(r"^ARG BASE_IMAGE=(\S+)$", re.MULTILINE)
_BUNDLE: Final = "/etc/ssl/certs/ca-certificates.crt"
_NETWORK: Final = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "UV_DEFAULT_INDEX")
_UNPACK: Final = ("/usr/share/man/*", "/usr/share/doc/*", "/usr/share/locale/*")


def choose_base(engine: Engine, dockerfile: Path) -> str:
    """Give the image to build on; empty for the one that the Dockerfile names.

    Raises:
        SetUpError: No registry answers, and the stand-in cannot be made.
    """
    found = _PINNED.search(dockerfile.read_text(encoding="utf-8"))
    if found is None:
        raise SetUpError(f"{dockerfile}: no line ARG BASE_IMAGE=…")
    settings = _settings(os.environ)
    is_served = engine.call("pull", "-q", found[1], timeout=300).returncode == 0
    if is_served and not settings:
        return ""
    if not is_served:
        _import_debian(engine)
    _build(engine, found[1] if is_served else _RAW, settings, is_raw=not is_served)
    return STANDIN


def _settings(environment: Mapping[str, str]) -> dict[str, str]:
    """Give how this machine reaches package indexes; a container of its own would not know."""
    found = {name: value for name in _NETWORK if (value := environment.get(name) or environment.get(name.lower()))}
    bundle = environment.get("SSL_CERT_FILE") or environment.get("PIP_CERT")
    if not bundle:
        return found
    return found | dict.fromkeys(("SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE"), _BUNDLE)


def _import_debian(engine: Engine) -> None:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pilotage" / f"{_SUITE}-python.tar"
    if not cache.is_file():
        install("mmdebstrap")
        cache.parent.mkdir(parents=True, exist_ok=True)
        part = cache.with_suffix(f".{os.getpid()}.part")
        options = [f"--dpkgopt=path-exclude={path}" for path in _UNPACK]
        packages = "--include=ca-certificates,python3,python3-venv"
        done = subprocess.run(
            [
                find("mmdebstrap") or "mmdebstrap",
                *("--quiet", "--format=tar", "--variant=minbase", packages, *options),
                *('--aptopt=APT::Install-Recommends "false"', _SUITE, str(part)),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            part.unlink(missing_ok=True)
            raise SetUpError(f"mmdebstrap failed:\n{done.stderr[-4000:]}")
        part.replace(cache)
    engine.need("import", str(cache), _RAW)


def _build(engine: Engine, start: str, settings: Mapping[str, str], *, is_raw: bool) -> None:
    """Add this machine's settings, and pip to Debian's bare Python."""
    made = [
        "ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8",
        "RUN python3 -m venv /usr/local && rm -f /usr/lib/python3.*/EXTERNALLY-MANAGED",
        'CMD ["python3"]',
    ]
    with tempfile.TemporaryDirectory(prefix="pilotage-base-") as name:
        folder = Path(name)
        lines = [f"FROM {start}"]
        if "SSL_CERT_FILE" in settings:
            bundle = os.environ.get("SSL_CERT_FILE") or os.environ["PIP_CERT"]
            shutil.copyfile(bundle, folder / "bundle.crt")
            lines.append(f"COPY bundle.crt {_BUNDLE}")
        lines += [f'ENV {name}="{value}"' for name, value in sorted(settings.items())]
        (folder / "Dockerfile").write_text("\n".join([*lines, *(made if is_raw else ())]) + "\n", encoding="utf-8")
        engine.need("build", "--quiet", "--network", "host", "--tag", STANDIN, str(folder))
