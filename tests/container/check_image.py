"""What is in the image, and what is not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from container.image import IMAGE, PUBLISH_IMAGE

if TYPE_CHECKING:
    from container.engine import Engine


def inside(engine: Engine, program: str, *arguments: str, image: str = IMAGE) -> str:
    """Run another program in an image and give what it wrote."""
    return engine.need("run", "--rm", "--network", "host", "--entrypoint", program, image, *arguments)


def config(engine: Engine, image: str = IMAGE) -> dict[str, object]:
    found: dict[str, object] = json.loads(engine.need("image", "inspect", "--format", "{{json .Config}}", image))
    return found


def test_the_image_runs_as_root_without_a_shell_between(engine: Engine) -> None:
    found = config(engine)
    assert found["Entrypoint"] == ["/opt/pilotage/bin/pilotage"]
    assert (found.get("User") or "", found.get("WorkingDir") or "") == ("", "")


def test_the_image_says_what_it_is(engine: Engine) -> None:
    labels = config(engine)["Labels"]
    assert isinstance(labels, dict)
    assert labels["org.opencontainers.image.title"] == "Pilotage"
    assert labels["org.opencontainers.image.licenses"] == "MIT"


def test_git_trusts_the_workspace_by_environment_alone(engine: Engine) -> None:
    script = (
        "mkdir -p /github/workspace/inner && git init -q /github/workspace && git init -q /github/workspace/inner"
        " && git init -q /elsewhere && chown -R 1001 /github /elsewhere"
        " && git -C /github/workspace status -s >/dev/null && git -C /github/workspace/inner status -s >/dev/null"
        " && ! git -C /elsewhere status -s 2>/dev/null"
        " && test ! -e /etc/gitconfig && test ! -e ~/.gitconfig && echo trusted"
    )
    assert inside(engine, "sh", "-c", script) == "trusted"


def test_nothing_is_left_that_only_the_build_needed(engine: Engine) -> None:
    folders = ("/build", "/opt/tools", "~/.cache", "/var/lib/apt/lists/partial")
    left = inside(engine, "sh", "-c", f"ls -d {' '.join(folders)} 2>/dev/null; command -v gcc cc make; true")
    assert left == ""
    assert "No module named pip" in inside(engine, "sh", "-c", "/opt/pilotage/bin/python -m pip 2>&1; true")


def test_every_module_that_is_imported_has_its_byte_code(engine: Engine) -> None:
    code = (
        "import sys, os, pilotage.commands.run, pilotage.commands.title, pilotage.commands.build, github, requests\n"
        "files = {m.__file__: m.__cached__ for m in list(sys.modules.values()) if getattr(m, '__cached__', None)}\n"
        "ours = {file: made for file, made in files.items() if file.startswith(sys.prefix) and file.endswith('.py')}\n"
        "print(sorted(file for file, made in ours.items() if not os.path.exists(made)))"
    )
    assert inside(engine, "python", "-c", code) == "[]"


def test_the_action_can_build_render_and_compare(engine: Engine) -> None:
    assert (
        inside(engine, "python", "-c", "import build, griffe, nh3, readme_renderer.markdown, readme_renderer.rst, uv")
        == ""
    )


def test_the_publish_image_can_also_attest_and_announce(engine: Engine) -> None:
    code = "import apprise, cryptography, pypi_attestations, sigstore"
    assert inside(engine, "python", "-c", code, image=PUBLISH_IMAGE) == ""
    assert config(engine, PUBLISH_IMAGE)["Entrypoint"] == config(engine)["Entrypoint"]
