"""One package of release-please as a component with its effective configuration."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from pilotage.domains.translation.releaseplease.extrafiles import read_version_files
from pilotage.domains.translation.releaseplease.sections import read_types
from pilotage.domains.translation.sources import join_path
from pilotage.domains.translation.table import shown
from pilotage.errors import ConfigError
from pilotage.model.config import Config, NotesRules
from pilotage.model.translation import Quirks, TranslatedComponent
from pilotage.model.version import TagFormat, read_version

if TYPE_CHECKING:
    from pilotage.domains.translation.notes import Notes
    from pilotage.domains.translation.releaseplease.setup import Package, Setup
    from pilotage.domains.translation.table import Table

__all__ = ["Options", "read_package"]

_STRATEGIES = (
    "default",
    "always-bump-patch",
    "always-bump-minor",
    "always-bump-major",
    "prerelease",
    "service-pack",
    "dependency-manifest",
)


_SPECIAL = re.compile(r"[*?\[]")


class Options:
    """The options of a package: its own before those that hold for all."""

    def __init__(self, tables: tuple[Table, ...]) -> None:
        self._tables = tables

    def of(self, key: str) -> Table:
        """Give the table that says what a key is; every table counts as read."""
        for table in self._tables:
            table.raw(key)  # what one table says for another is read too
        return next((table for table in self._tables if key in table), self._tables[-1])


def read_package(package: Package, key: str, *, setup: Setup, notes: Notes) -> TranslatedComponent:
    """Translate one package.

    Args:
        package: The package.
        key: Its name here; "" for a repository that is released as one.
        setup: The whole configuration.
        notes: Where to say what has no equivalent.

    Raises:
        ConfigError: A value cannot be used.
    """
    options = Options(package.options)
    release_type = options.of("release-type").text("release-type", "node")
    strategy = options.of("versioning").choice("versioning", _STRATEGIES, "default")
    always = strategy.removeprefix("always-bump-") if strategy.startswith("always-bump-") else ""
    table = options.of("changelog-sections")
    sections = table.tables("changelog-sections") if "changelog-sections" in table else None
    table = options.of("changelog-path")
    changelog = join_path(
        package.path, table.text("changelog-path") or "CHANGELOG.md", place=table.name_of("changelog-path")
    )
    if options.of("skip-changelog").flag("skip-changelog"):
        changelog = ""
    config = Config(
        changelog_path=changelog,
        tag_format=_read_tag_format(package, options, setup),
        initial_version=_read_initial(options, release_type),
        major_on_zero=not options.of("bump-minor-pre-major").flag("bump-minor-pre-major"),
        patch_on_zero=options.of("bump-patch-for-minor-pre-major").flag("bump-patch-for-minor-pre-major"),
        release="draft" if options.of("draft").flag("draft") else "published",
        version_files=read_version_files(options.of("extra-files"), package.path, notes),
        extend_types=read_types(sections, notes, release_type=release_type, always=always),
        exclude_paths=(excluded := _read_excluded(options)),
        reverts="count",
        # It lists every change, thanks nobody, and writes in one style: a new changelog shall have it too.
        notes=NotesRules(
            style="auto" if changelog.lower().endswith(".rst") else "release-please",
            fold_dependencies=False,
            contributors="off",
        ),
    )
    return TranslatedComponent(
        name=key,
        path=package.path,
        config=config,
        paths=("**",) if package.path == "." else (),
        exclude_paths=excluded,
        version=package.version,
        quirks=_read_quirks(options, strategy, always, notes),
    )


def _read_excluded(options: Options) -> tuple[str, ...]:
    """Read the folders whose files do not count, as globs that mean them to the letter."""
    table = options.of("exclude-paths")
    place = table.name_of("exclude-paths")
    paths = [join_path(".", path, place=place) for path in table.texts("exclude-paths")]
    return tuple("**" if path == "." else _SPECIAL.sub(r"[\g<0>]", path) + "/**" for path in paths)


def _read_tag_format(package: Package, options: Options, setup: Setup) -> str:
    component = package.component
    if not options.of("include-component-in-tag").flag("include-component-in-tag", default=setup.tags_by_component):
        component = ""
    separator = options.of("tag-separator").text("tag-separator", "-")
    v = "v" if options.of("include-v-in-tag").flag("include-v-in-tag", default=True) else ""
    tag_format = f"{component}{separator}{v}{{version}}" if component else f"{v}{{version}}"
    try:
        TagFormat.parse(tag_format if "{name}" not in tag_format else "")
    except ConfigError as exc:
        raise ConfigError(
            f"{package.options[0].place} component {shown(component)} with tag-separator {shown(separator)} does not "
            "make a git tag",
            hint="Use only characters that git allows in a ref.",
        ) from exc
    return tag_format


def _read_initial(options: Options, release_type: str) -> str:
    table = options.of("initial-version")
    text = table.text("initial-version") or ("0.1.0" if release_type.startswith("python") else "1.0.0")
    return str(read_version(text, place=table.name_of("initial-version")))


def _read_quirks(options: Options, strategy: str, always: str, notes: Notes) -> Quirks:
    release_as = options.of("release-as").text("release-as")
    is_prerelease = options.of("prerelease").flag("prerelease")
    word = options.of("prerelease-type").text("prerelease-type")
    place = options.of("versioning")
    if release_as:
        table = options.of("release-as")
        notes.add(
            table.name_of("release-as"),
            release_as,
            f"write `Release-As: {release_as}` as the last paragraph of one commit's message instead: it holds for one "
            "release and cannot be forgotten",
        )
    if always:
        notes.add(
            place.name_of("versioning"),
            strategy,
            f"the types release a {always} here; a breaking change still moves the version as far as it breaks",
        )
    elif strategy == "prerelease":
        notes.add(
            place.name_of("versioning"),
            strategy,
            "pre-releases are made on branches: `[tool.pilotage.channels]` with the branch and a, b, rc or dev; "
            "a final version is decided the same",
        )
    elif strategy != "default":
        notes.add(place.name_of("versioning"), strategy, "no equivalent: versions follow PEP 440")
    return Quirks(
        always_bump=_as_bump(always),
        release_as=release_as,
        prerelease=word if strategy == "prerelease" and is_prerelease else "",
    )


def _as_bump(name: str) -> Literal["", "patch", "minor", "major"]:
    return "major" if name == "major" else "minor" if name == "minor" else "patch" if name == "patch" else ""
