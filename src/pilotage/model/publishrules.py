"""The configuration of what goes out: `[tool.pilotage.publish]` and `[tool.pilotage.announce]`."""

from __future__ import annotations

from typing import Literal

import msgspec


class WorkflowCall(msgspec.Struct, frozen=True, rename="kebab", forbid_unknown_fields=True):
    """A workflow of the repository that a release waits for, or that it starts.

    Args:
        workflow: Its file's name below `.github/workflows/`, such as `ci.yml`.
        ref: The branch or tag that it is started on; "" means the release's tag.
        inputs: What it is started with; `{version}` and `{tag}` in a value stand for the release's own.
        wait: Whether a workflow that was started after the release is waited for; those before it always are.
    """

    workflow: str
    ref: str = ""
    inputs: dict[str, str] = {}
    wait: bool = False


class IndexRule(msgspec.Struct, frozen=True, rename="kebab", forbid_unknown_fields=True):
    """`[tool.pilotage.publish.indexes.NAME]`: an index of one's own, by its two addresses.

    Args:
        upload_url: The endpoint that takes files.
        simple_url: The root of its Simple interface; "" for the one beside the endpoint, where an index has it.
    """

    upload_url: str
    simple_url: str = ""


class PublishRules(msgspec.Struct, frozen=True, rename="kebab", forbid_unknown_fields=True):
    """`[tool.pilotage.publish]`: where the built files go, and what happens around it.

    Args:
        index: `pypi`, `testpypi`, a name of `indexes`, the URL of an upload endpoint, or several of them in the order
            of their uploads; "" for a package that never sees an index.
        indexes: Indexes of one's own, by name.
        environment: The environment that the publish job must run in, as the trusted publisher names it; "" for any.
        attestations: Whether uploads carry attestations (PEP 740): where it is possible, always, or never.
        before: Workflows that must have succeeded for the release's commit before anything is built.
        after: Workflows that are started once the release is out.
        wait_minutes: How long workflows are waited for.
        assets: What is attached to the GitHub release: the built files, their digests, a bill of materials
            (CycloneDX). Left out, built files and digests, and nothing for a package that never sees an index.
        allow_files: Globs of files inside the archives that the checks of their content let pass.
    """

    index: str | tuple[str, ...] = "pypi"
    indexes: dict[str, IndexRule] = {}
    environment: str = ""
    attestations: Literal["auto", "required", "off"] = "auto"
    before: tuple[str | WorkflowCall, ...] = ()
    after: tuple[str | WorkflowCall, ...] = ()
    wait_minutes: int = 60
    assets: tuple[Literal["dists", "sums", "sbom"], ...] | None = None
    allow_files: tuple[str, ...] = ()

    @property
    def index_names(self) -> tuple[str, ...]:
        """Give the indexes in the order of their uploads; empty for a package that never sees one."""
        names = (self.index,) if isinstance(self.index, str) else self.index
        return tuple(name for name in names if name)

    @property
    def asset_kinds(self) -> tuple[str, ...]:
        """Give what is attached to the GitHub release."""
        if self.assets is None:
            return ("dists", "sums") if self.index_names else ()
        return self.assets


class AnnounceRules(msgspec.Struct, frozen=True, rename="kebab", forbid_unknown_fields=True):
    """`[tool.pilotage.announce]`: what people are told when a release is out. Where to is in the environment.

    Args:
        title: A Jinja template of the message's first line; "" for the built-in one.
        template: The path of a Jinja template of the message, Markdown; "" for the built-in one.
        slack_channel: The channel that a Slack app writes to; a webhook has its own.
        prereleases: Whether pre-releases are announced too.
    """

    title: str = ""
    template: str = ""
    slack_channel: str = ""
    prereleases: bool = True
