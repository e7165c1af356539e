"""The publish stage of several packages: the tag of one builds that one, from its own folder, and uploads it only."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from pilotage.errors import ConflictError
from pilotage.sandbox.index import Index, TokenScope
from train.harness import Bench
from train.rehearsed import BACKEND, BUILD
from train.yard import Yard, open_yard

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROOT = '[tool.uv.workspace]\nmembers = ["packages/*"]\n'
TOKEN = "pypi-known"  # noqa: S105 - the embedded index alone knows it


def package(name: str) -> dict[str, str]:
    folder = f"packages/{name}"
    return {
        f"{folder}/pyproject.toml": f'[project]\nname = "{name}"\nversion = "1.0.0"\n{BUILD}',
        f"{folder}/backend.py": BACKEND,
    }


class Shop:
    """A yard with an index beside it."""

    def __init__(self, yard: Yard, index: Index, variables: dict[str, str]) -> None:
        self.yard = yard
        self.index = index
        self.variables = variables

    def release(self, *names: str) -> None:
        """Release packages up to their drafts."""
        for name in names:
            self.yard.touch("feat: more", f"packages/{name}/more.py")
        self.yard.run()
        self.yard.merge()
        self.yard.run()

    def publish(self, tag: str) -> int:
        """Publish a draft as a maintainer does, and run the event of it."""
        (found,) = [one for one in self.yard.forge.realm.state.releases if one.tag_name == tag]
        if found.draft:
            self.yard.forge.publish_release(found.id)
        payload = self.yard.forge.event_release(found.id, "published")
        return self.yard.event("release", payload, extra=self.variables)

    @property
    def files(self) -> list[str]:
        """Name every file on the index."""
        return sorted(str(row["name"]) for rows in self.index.world().values() for row in rows)


@contextmanager
def open_shop(folder: Path, root: str = ROOT) -> Iterator[Shop]:
    bench = Bench(folder)
    files = {"pyproject.toml": root, **package("core"), **package("cli")}
    with open_yard(bench, files, "core-v1.0.0", "cli-v1.0.0") as yard:
        index = Index(folder / "index")
        index.tokens[TOKEN] = TokenScope()
        with index.serve() as at:
            variables = {"INPUT_INDEX": at.upload_url, "INPUT_INDEX-TOKEN": TOKEN}
            yield Shop(yard, index, variables)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with open_shop(tmp_path) as shop:
        yield shop


def test_the_release_of_one_package_builds_and_publishes_that_one_only(shop: Shop) -> None:
    shop.release("core", "cli")
    assert shop.publish("cli-v1.1.0") == 0
    assert shop.files == ["cli-1.1.0-py3-none-any.whl", "cli-1.1.0.tar.gz"]
    text = shop.yard.outputs_path.read_text()
    assert "\ncli-v1.1.0\n" in text
    assert "\n1.1.0\n" in text
    assert shop.publish("core-v1.1.0") == 0
    assert shop.files == [
        "cli-1.1.0-py3-none-any.whl",
        "cli-1.1.0.tar.gz",
        "core-1.1.0-py3-none-any.whl",
        "core-1.1.0.tar.gz",
    ]


def test_publishing_a_package_again_sends_nothing(shop: Shop) -> None:
    shop.release("core")
    shop.publish("core-v1.1.0")
    shop.index.mark()
    assert shop.publish("core-v1.1.0") == 0
    assert [call for call in shop.index.log if call.path == "/legacy/"][2:] == []


def test_the_tag_of_a_package_that_never_sees_an_index_publishes_nothing(tmp_path: Path) -> None:
    with open_shop(tmp_path, ROOT + '\n[tool.pilotage.publish]\nindex = ""\n') as shop:
        shop.release("core")
        shop.variables.pop("INPUT_INDEX")
        assert shop.publish("core-v1.1.0") == 0
        assert shop.files == []


def test_a_tag_of_no_package_publishes_nothing(shop: Shop) -> None:
    shop.yard.forge.create_tag("v9.9.9", "main")
    shop.release("core")
    (found,) = shop.yard.forge.realm.state.releases
    found.tag_name = "v9.9.9"
    assert shop.publish("v9.9.9") == 0
    assert shop.files == []
    assert any("not the tag of a release" in line for line in shop.yard.tells)


def test_a_tag_whose_number_is_not_that_of_the_files_is_refused(shop: Shop) -> None:
    shop.release("core")
    shop.yard.forge.create_tag("cli-v3.0.0", "main")
    (found,) = shop.yard.forge.realm.state.releases
    found.tag_name = "cli-v3.0.0"
    with pytest.raises(ConflictError, match=r"packages/cli/pyproject\.toml"):
        shop.publish("cli-v3.0.0")
    assert shop.files == []


def test_a_dispatch_publishes_all_that_is_released_and_not_yet_on_the_index(shop: Shop) -> None:
    shop.release("core", "cli")
    for release in shop.yard.forge.realm.state.releases:
        shop.yard.forge.publish_release(release.id)
    assert shop.yard.event("workflow_dispatch", shop.yard.forge.event_workflow_dispatch(), extra=shop.variables) == 0
    assert len(shop.files) == 4
