"""The scripts of rebuild-image.yml with a real engine and a real registry: what others pull is what was built anew."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from container.engine import SetUpError
from container.registry import PASSWORD, USER, open_registry
from workflows.stepruns import Done, run_script
from workflows.workflowfiles import ROOT, Step, read_called

if TYPE_CHECKING:
    from collections.abc import Iterator

    from container.engine import Engine
    from container.registry import Registry

WORKFLOW = read_called(ROOT / ".github" / "workflows" / "rebuild-image.yml")
DOCKERFILE = """\
ARG BASE
FROM $BASE AS first
COPY text /text
ARG DEMO_VERSION=none
LABEL demo=$DEMO_VERSION
CMD ["/text"]
FROM first AS last
LABEL stage=last
"""


def step(job: str, name: str) -> Step:
    (found,) = (one for one in WORKFLOW.jobs[job].steps if one.name == name)
    return found


@dataclass
class Repository:
    """A repository whose image is rebuilt."""

    engine: Engine
    registry: Registry
    folder: Path

    @property
    def name(self) -> str:
        return f"{self.registry.address}/acme/flows"

    def run(self, job: str, name: str, **given: str) -> Done:
        config = self.folder / "temp" / "pilotage-docker"
        environment = {
            "PATH": f"{Path(self.engine.client).parent}:{os.environ['PATH']}",
            "DOCKER_CONFIG": str(config),
            **({"DOCKER_HOST": self.engine.host} if self.engine.host else {}),
        }
        return run_script(step(job, name), self.folder, environment=environment, given=given)

    def sign_in(self, password: str = PASSWORD) -> Done:
        given = {"REGISTRY": self.registry.address, "USERNAME": USER, "PASSWORD": password}
        return self.run("build", "Sign in to the registry", **given)

    def rebuild(self, version: str, *tags: str) -> dict[str, str]:
        """Build and push; give what the job gives."""
        asked = {"REGISTRY": self.registry.address, "PUSH": "true", "TAGS": "\n".join(tags)}
        names = self.run("build", "Read what is asked for", **asked)
        assert names.status == 0, names.log
        given = {"NAME": names.outputs["name"], "TAGS": names.outputs["tags"]}
        more = {"CONTEXT": "app", "FILE": "app/Containerfile", "VERSION": version, "VERSION_ARG": "DEMO_VERSION"}
        more |= {"BUILD_ARGS": f"BASE={self.base}", "BUILD_SECRETS": "token=s3cret"}
        built = self.run("build", "Build without a cache", **given, **more)
        assert built.status == 0, built.log
        pushed = self.run("build", "Push", **given, PAUSE="0")
        assert pushed.status == 0, pushed.log
        return pushed.outputs

    def prune(self, keep: str) -> Done:
        done = self.run("prune", "Remove old images", NAME=self.name, KEEP=keep)
        assert done.status == 0, done.log
        return done

    @property
    def base(self) -> str:
        return f"{self.registry.address}/acme/base:1"

    def make_base(self, text: str) -> str:
        """Push a base image, and forget it here; give its identity."""
        place = self.folder / "base"
        place.mkdir(exist_ok=True)
        (place / "base").write_text(text)
        (place / "Dockerfile").write_text("FROM scratch\nCOPY base /base\n")
        self.engine.need("build", "--quiet", "--tag", self.base, str(place))
        layers = self.inspect(self.base, "{{json .RootFS.Layers}}")
        done = self.engine.call("push", self.base, env={"DOCKER_CONFIG": str(self.folder / "temp" / "pilotage-docker")})
        assert done.returncode == 0, done.stdout
        return layers.strip("[]")

    def inspect(self, reference: str, form: str) -> str:
        return self.engine.need("image", "inspect", "--format", form, reference)

    def identities(self) -> set[str]:
        """List the images with our name, tagged or not."""
        return set(self.engine.need("image", "ls", "--no-trunc", "--quiet", self.name).split())


@pytest.fixture
def repository(engine: Engine, tmp_path: Path) -> Iterator[Repository]:
    for name in ("home", "temp", "work/app"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "work" / "app" / "Containerfile").write_text(DOCKERFILE)
    (tmp_path / "work" / "app" / "text").write_text("ahoy\n")
    with contextlib.ExitStack() as stack:
        try:
            registry = stack.enter_context(open_registry(tmp_path))
        except SetUpError as error:
            pytest.skip(str(error))
        made = Repository(engine, registry, tmp_path)
        yield made
        left = engine.need("image", "ls", "--quiet", made.name).split()
        engine.call("image", "rm", "--force", *left, made.base)


def test_an_image_is_rebuilt_pushed_and_the_old_ones_go(repository: Repository) -> None:
    engine, name = repository.engine, repository.name
    assert repository.sign_in("wrong").status == 1
    assert repository.sign_in().status == 0
    old_base = repository.make_base("one")

    first = repository.rebuild("1.4.0", "first", "latest")
    assert first["image"] == f"{name}@{first['digest']}"
    assert first["digest"] in repository.registry.digests("acme/flows")
    assert repository.inspect(f"{name}:latest", '{{index .RepoDigests 0}} {{index .Config.Labels "demo"}}') == (
        f"{first['image']} 1.4.0"
    )
    oldest = repository.inspect(f"{name}:first", "{{.Id}}")

    # the same once more: nothing comes from a cache, and the base is the registry's newest, whatever is here
    new_base = repository.make_base("two")
    stale = repository.inspect(f"{name}:first", "{{.Id}}")
    second = repository.rebuild("1.5.0", "second", "latest")
    third = repository.rebuild("1.5.0", "latest")
    assert stale == oldest
    assert len({first["digest"], second["digest"], third["digest"]}) == 3
    layers = repository.inspect(f"{name}:latest", "{{json .RootFS.Layers}}")
    assert (new_base in layers, old_base in layers) == (True, False)
    assert len(repository.identities()) == 3

    # `first` is used by a container that does not even run; one more lost its only tag
    container = engine.need("create", f"{name}:first").splitlines()[-1]
    fourth = repository.rebuild("1.6.0", "latest")
    newest = repository.inspect(f"{name}:latest", "{{.Id}}")
    lost = repository.identities() - {oldest, newest, repository.inspect(f"{name}:second", "{{.Id}}")}
    assert len(lost) == 1
    done = repository.prune("1")
    assert repository.identities() == {oldest, newest}
    assert "removed 2, left 1 that are in use, kept the newest 1." in done.summary
    assert "removed 0, left 1" in repository.prune("1").summary

    engine.need("rm", container)
    assert "removed 1, left 0" in repository.prune("1").summary
    assert repository.identities() == {newest}
    assert repository.inspect(repository.base, "{{.Id}}"), "images of others stay"
    assert fourth["digest"] in repository.registry.digests("acme/flows"), "the registry keeps them all"
    assert not list((repository.folder / "temp").glob("pilotage-secrets"))
