"""Another tool's configuration, translated: what decides the same here, and what has no equivalent."""

from __future__ import annotations

from typing import Literal

import msgspec

from pilotage.model.config import Config


class Unmatched(msgspec.Struct, frozen=True):
    """A setting of another tool that has no equivalent.

    Args:
        key: The setting with its place: `release-please-config.json: packages.a.release-as`.
        value: What it is set to, shortened.
        why: What that means here, and what to do instead.
    """

    key: str
    value: str
    why: str


class Quirks(msgspec.Struct, frozen=True):
    """Rules of another tool that decide versions and that `[tool.pilotage]` does not express.

    The defaults are Pilotage's own rules. A replay of past releases follows them; Pilotage's own releases do not.

    Args:
        always_bump: The bump of every release, whatever changed; "" for the one that the changes ask for.
        breaking_bump: How far a breaking change moves a version from 1.0.0 on.
        release_as: The version that the configuration asks for until it is taken out again; "" for none.
        prerelease: The word of the pre-releases that this branch makes, as the tool spells it (`alpha`, `rc.0`); "" for
            final versions.
        leaves_zero: Whether the next release of a 0.x version is 1.0.0 whatever changed.
        any_commit: Whether any commit at all makes a release, a patch at least.
        reads_mark: Whether `!` before the colon announces a breaking change; otherwise such a message is not read.
        only_types: The types whose messages are read at all, breaking or not; empty for any.
        tame_types: The types whose breaking changes move the version only as far as the type's row says.
        exact_case: Whether types count only as they are spelled, `Feat` being another type than `feat`.
        messages: Where in a commit's message changes are read: its first line alone, every line that is a header, or
            the first line and the headers that follow a blank line.
    """

    always_bump: Literal["", "patch", "minor", "major"] = ""
    breaking_bump: Literal["none", "patch", "minor", "major"] = "major"
    release_as: str = ""
    prerelease: str = ""
    leaves_zero: bool = False
    any_commit: bool = False
    reads_mark: bool = True
    only_types: tuple[str, ...] = ()
    tame_types: tuple[str, ...] = ()
    exact_case: bool = False
    messages: Literal["first-line", "every-line", "paragraphs"] = "paragraphs"


class TranslatedComponent(msgspec.Struct, frozen=True):
    """A package of the other tool, with the configuration that holds for it alone.

    Args:
        name: Its name here, the key in `[tool.pilotage.components]`; "" for a repository that is released as one.
        path: Its folder, "." for the root.
        config: The effective configuration: paths seen from the repository's root, `tag_format` filled in.
        paths: Globs of files whose changes count for it, beyond those in its folder; `**` for the root package of
            release-please, which sees every commit.
        exclude_paths: Globs of files that do not count for it, seen from the repository's root.
        version: The version that the tool's own file (release-please's manifest) gives it; "" when there is none.
        quirks: The rules of the tool beyond the configuration.
    """

    name: str
    path: str
    config: Config
    paths: tuple[str, ...] = ()
    exclude_paths: tuple[str, ...] = ()
    version: str = ""
    quirks: Quirks = Quirks()


class Translation(msgspec.Struct, frozen=True):
    """What a configuration means here.

    Args:
        tool: Whose configuration it is.
        source: The file that holds it.
        config: The whole `[tool.pilotage]`.
        components: Its packages; one, with the name "", for a repository that is released as one.
        notes: What has no equivalent.
    """

    tool: str
    source: str
    config: Config
    components: tuple[TranslatedComponent, ...]
    notes: tuple[Unmatched, ...] = ()
