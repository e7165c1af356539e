"""The examples' workflows under `act`: unchanged, on the sandbox's forge, with stand-ins for what is on GitHub alone.

act (https://github.com/nektos/act) reads the workflows and runs their jobs in containers. Where it differs from GitHub,
it sets the addresses of github.com itself, which the stand-in of the action's image replaces; it knows no
`uses: $/`, which becomes the action's own name; and it can fetch no action, so that small ones of ours do their work.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from container.image import IMAGE
from container.webhooks import adapt
from pilotage.sandbox.train.runner import TOKEN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from container.engine import Engine
    from pilotage.sandbox.forge.shapes import JsonObject
    from pilotage.sandbox.train.scene import Scene

ROOT: Final = Path(__file__).resolve().parents[2]
EXAMPLE: Final = ROOT / "examples" / "single-package" / ".github"
_RUNNER: Final = "pilotage:act-runner"
_ACTION: Final = "pilotage:act-action"
_OURS: Final = re.compile(r"uses: (OWNER/pilotage)\S*?@([0-9a-f]{40})")
_OTHERS: Final = re.compile(r"uses: (actions/[a-z-]+)@([0-9a-f]{40})")
_STEPS: Final = {
    "actions/checkout": 'find . -mindepth 1 -delete; git clone -q "{clone}" .; git checkout -q "${{REF:-HEAD}}"',
    "actions/upload-artifact": 'mkdir -p /kept/dist; cp -r "$FILES/." /kept/dist/',
    "actions/download-artifact": 'mkdir -p "$FILES"; cp -r /kept/dist/. "$FILES/"',
    "actions/create-github-app-token": "false",
}
"""What stands in for the actions of others; each is given its inputs `ref` and `path` as REF and FILES."""

_STAND_IN: Final = """\
name: stand-in
inputs: {ref: {}, path: {}}
outputs: {artifact-id: {value: "1"}}
runs:
  using: composite
  steps:
    - shell: bash
      run: STEPS
      env:
        REF: ${{ inputs.ref }}
        FILES: ${{ inputs.path }}
"""
_ENTRY: Final = """\
#!/opt/pilotage/bin/python
import json, os, sys
with open("/act/settings.json") as file:
    os.environ |= json.load(file)
os.execv("/opt/pilotage/bin/pilotage", ["pilotage", *sys.argv[1:]])
"""


@dataclass(frozen=True)
class Workflows:
    """The example's workflows, ready to be run.

    Args:
        scene: The forge and the index.
        engine: What runs containers.
        act: The program.
        folder: Where the stand-ins are.
    """

    scene: Scene
    engine: Engine
    act: str
    folder: Path

    def set_up(self) -> None:
        """Make the stand-ins: of the runner, of our repository, and of others' actions."""
        self._make_image(_RUNNER, {}, 'ENTRYPOINT []\nCMD ["/bin/bash"]\n')
        self.allow({})
        ours = self.folder / "pilotage"
        shutil.copytree(ROOT / ".github", ours / ".github")
        shutil.copyfile(ROOT / "action.yml", ours / "action.yml")
        for path in (ours / "action.yml", *(ours / ".github").rglob("action.yml")):
            path.write_text(re.sub(r"(?m)^  image: .*", f"  image: docker://{_ACTION}", path.read_text()))
        name, sha = _OURS.findall(self._texts(EXAMPLE))[0]
        for path in (ours / ".github" / "workflows").glob("*.yml"):
            path.write_text(re.sub(r"uses: \$/(\S+)", rf"uses: {name}/\1@{sha}", path.read_text()))
        for action, steps in _STEPS.items():
            clone = self.scene.runner._endpoint.clone_url.replace("://", f"://x-access-token:{TOKEN}@")
            place = self.folder / action
            place.mkdir(parents=True)
            text = _STAND_IN.replace("STEPS", json.dumps(steps.format(clone=clone) if "{clone}" in steps else steps))
            (place / "action.yml").write_text(text)
        (self.folder / "kept").mkdir()

    def allow(self, more: Mapping[str, str]) -> None:
        """Give the action variables that GitHub would give to a job, such as the right to prove who it is."""
        endpoint = self.scene.runner._endpoint
        settings = {
            "GITHUB_API_URL": endpoint.api_url,
            "GITHUB_GRAPHQL_URL": endpoint.graphql_url,
            "GITHUB_SERVER_URL": endpoint.server_url,
            **more,
        }
        files = {"entry": _ENTRY, "settings.json": json.dumps(settings)}
        self._make_image(_ACTION, files, 'COPY --chmod=755 entry settings.json /act/\nENTRYPOINT ["/act/entry"]\n')

    def run(self, event: str, payload: JsonObject, *, ref: str, workflow: str) -> tuple[int, str]:
        """Run a workflow of the example for an event; give its status and its log."""
        repository = self.scene.subject.full_name
        tree = self.folder / "tree"
        shutil.rmtree(tree, ignore_errors=True)
        self.scene.runner.check_out(ref, tree)
        shutil.copytree(EXAMPLE, tree / ".github", dirs_exist_ok=True)
        origin = ["git", "remote", "set-url", "origin", f"https://github.com/{repository}.git"]
        subprocess.run(origin, cwd=tree, check=True)
        told = self.folder / "event.json"
        told.write_text(json.dumps(adapt(event, payload, repository=repository)))
        command = [self.act, event, "--eventpath", str(told), "--workflows", str(tree / ".github/workflows" / workflow)]
        command += ["--platform", f"ubuntu-latest={_RUNNER}", "--pull=false", "--container-daemon-socket", "-"]
        command += ["--container-options", f"-v {self.folder / 'kept'}:/kept", "--secret", f"GITHUB_TOKEN={TOKEN}"]
        for name, place in self._places().items():
            command += ["--local-repository", f"{name}={place}"]
        environment = {"DOCKER_HOST": f"unix://{self.engine.socket}", "HOME": str(self.folder), "PATH": "/usr/bin:/bin"}
        done = subprocess.run(
            command,
            cwd=tree,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
            check=False,
        )
        return done.returncode, done.stdout

    def _places(self) -> dict[str, Path]:
        texts = self._texts(EXAMPLE) + self._texts(ROOT / ".github")
        places = {f"{name}@{sha}": self.folder / "pilotage" for name, sha in _OURS.findall(self._texts(EXAMPLE))}
        return places | {f"{name}@{sha}": self.folder / name for name, sha in _OTHERS.findall(texts) if name in _STEPS}

    def _make_image(self, tag: str, files: Mapping[str, str], instructions: str) -> None:
        place = self.folder / "image"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        for name, text in files.items():
            (place / name).write_text(text)
        (place / "Dockerfile").write_text(f"FROM {IMAGE}\n{instructions}")
        self.engine.need("build", "--quiet", "--network", "host", "--tag", tag, str(place))

    @staticmethod
    def _texts(folder: Path) -> str:
        return "".join(path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.yml")))
