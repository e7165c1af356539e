"""The configuration `[tool.pilotage]`: one frozen record, one table of types for check, bump and notes."""

from __future__ import annotations

from typing import Literal

import msgspec

from pilotage.model.downstreamrules import DownstreamRules
from pilotage.model.publishrules import AnnounceRules, PublishRules
from pilotage.model.version import Bump


class ChangeType(msgspec.Struct, frozen=True, rename="kebab", forbid_unknown_fields=True):
    """What a type means.

    Args:
        bump: How far a change of this type moves the version when it does not break users.
        section: The heading of its changes in the notes.
        hidden: Whether its changes stay out of the notes unless they break users.
        scope: Whether a title of this type must, may or must not name a scope; "" follows `require-scope`.
    """

    bump: Literal["none", "patch", "minor", "major"] = "none"
    section: str = ""
    hidden: bool = False
    scope: Literal["", "required", "optional", "forbidden"] = ""


DEFAULT_TYPES: dict[str, ChangeType] = {
    "feat": ChangeType("minor", "Features"),
    "fix": ChangeType("patch", "Bug Fixes"),
    "perf": ChangeType("patch", "Performance Improvements"),
    "deps": ChangeType("patch", "Dependencies"),
    "revert": ChangeType("patch", "Reverts"),
    "docs": ChangeType("none", "Documentation"),
    "style": ChangeType("none", "Styles", hidden=True),
    "chore": ChangeType("none", "Miscellaneous Chores", hidden=True),
    "refactor": ChangeType("none", "Code Refactoring", hidden=True),
    "test": ChangeType("none", "Tests", hidden=True),
    "build": ChangeType("none", "Build System", hidden=True),
    "ci": ChangeType("none", "Continuous Integration", hidden=True),
}
"""The types that every repository has, in the order of their sections in the notes."""


class Scope(msgspec.Struct, frozen=True, rename="kebab", forbid_unknown_fields=True):
    """A scope that titles may name.

    Args:
        name: The scope as it stands in a title, or a pattern written as `/…/`.
        paths: Globs of the files that belong to it.
    """

    name: str
    paths: tuple[str, ...] = ()


class TitleRules(msgspec.Struct, frozen=True, rename="kebab", forbid_unknown_fields=True):
    """`[tool.pilotage.title]`: what a title must keep beyond the grammar.

    A name in `types` or `disallow-scopes` that is written as `/…/` is a pattern. Patterns match the whole text.

    Args:
        types: The types that a title may have, names or patterns; empty means those of the table of types.
        require_scope: Whether a scope must be named, where the type's row does not say otherwise.
        disallow_scopes: Scopes that no title may name.
        subject_pattern: A pattern that the subject, without a pull request's suffix, must match; "" for none.
        subject_pattern_message: What to say when it does not; `{subject}` and `{title}` stand for the title's own.
        min_length: The shortest title in code points, without a pull request's suffix; 0 means no limit.
        max_length: The longest title in code points, with the suffix ` (#12)` that GitHub appends; 0 means no limit.
        subject_case: Whether the subject's first word begins in lower case, or as a sentence does.
        full_stop: Whether a full stop at the end is refused.
        wip: Whether `WIP`, `fixup!` and the like are refused, fine on a draft, or always fine.
        drafts: Whether the title of a draft is checked.
        bots: Whether the title of a bot's pull request is checked.
        ignore_labels: Labels of pull requests whose titles are not checked.
        ignore_authors: Logins whose pull requests are not checked; `*` stands for any characters.
        single_commit: Whether the only commit of a pull request must have a good title too, or the pull request's.
        severity: How severe a rule is, by its id or its name, where that differs from the rule's own.
    """

    types: tuple[str, ...] = ()
    require_scope: bool = False
    disallow_scopes: tuple[str, ...] = ()
    subject_pattern: str = ""
    subject_pattern_message: str = ""
    min_length: int = 0
    max_length: int = 0
    subject_case: Literal["any", "lower", "sentence"] = "any"
    full_stop: bool = False
    wip: Literal["error", "draft", "allow"] = "draft"
    drafts: Literal["check", "skip"] = "check"
    bots: Literal["check", "skip"] = "check"
    ignore_labels: tuple[str, ...] = ()
    ignore_authors: tuple[str, ...] = ()
    single_commit: Literal["off", "check", "match"] = "off"
    severity: dict[str, Literal["error", "warn", "off"]] = {}


class BreakingRules(msgspec.Struct, frozen=True, rename="kebab", forbid_unknown_fields=True):
    """`[tool.pilotage.breaking]`: what a breaking change must bring along before it is merged.

    Each rule has its own level: `error` refuses the pull request, `warn` only says so, `off` asks nothing.

    Args:
        require: How a break is announced: `mark` is the `!` before the title's colon, `footer` a `BREAKING CHANGE:`
            footer in the commit that is merged.
        require_level: The level of `require`.
        upgrade_path: Whether the body needs a section `## Upgrade path` with content; `warn` only asks for it.
        release_pending_first: The level of "what is unreleased and breaks nothing is released before the break".
        approval_label: The label that a pull request with a break needs; "" asks for none.
        approval_level: The level of `approval-label`.
        freeze: The level of "nothing that breaks is merged now".
        api: The level of "code that breaks the public API says so in its title"; `off` compares nothing.
    """

    require: Literal["either", "mark", "footer", "both"] = "either"
    require_level: Literal["error", "warn", "off"] = "error"
    upgrade_path: Literal["required", "warn", "optional"] = "optional"
    release_pending_first: Literal["error", "warn", "off"] = "warn"
    approval_label: str = ""
    approval_level: Literal["error", "warn", "off"] = "error"
    freeze: Literal["error", "warn", "off"] = "off"
    api: Literal["error", "warn", "off"] = "warn"


class VersionFile(msgspec.Struct, frozen=True, rename="kebab", forbid_unknown_fields=True):
    """A structured file that holds the version at a key.

    Args:
        path: The path, seen from the package's folder.
        key: Where the version stands in a JSON, TOML or YAML file, in JSONPath's dotted form: `$.info.version`,
            `$.packages[0].version`, `$.package[?(@.name=='demo')].version`; "" for marked lines.
    """

    path: str
    key: str = ""


class NotesRules(msgspec.Struct, frozen=True, rename="kebab", forbid_unknown_fields=True):
    """`[tool.pilotage.notes]`: how notes, the changelog and the release pull request are written.

    Args:
        style: Whose style the changelog's sections follow; `auto` means that of the changelog as it is.
        generator: Who writes the notes: Pilotage from the commits, or GitHub's own generator.
        template: The path of a Jinja template of one version's notes; "" for the built-in ones.
        pull_request_template: The path of a Jinja template of the release pull request's body; "" for the built-in one.
        pull_request_title: A Jinja template of the release pull request's title, one line.
        release_title: A Jinja template of a release's name, one line; "" for the tag.
        fold_dependencies: Whether several updates of one dependency become one line.
        contributors: Whom the notes thank: nobody, those whose first change this is, or everybody.
    """

    style: Literal[
        "auto", "pilotage", "release-please", "keep-a-changelog", "commitizen", "python-semantic-release"
    ] = "auto"
    generator: Literal["pilotage", "github"] = "pilotage"
    template: str = ""
    pull_request_template: str = ""
    pull_request_title: str = ""
    release_title: str = ""
    fold_dependencies: bool = True
    contributors: Literal["off", "new", "all"] = "new"


class ComponentRules(msgspec.Struct, frozen=True, rename="kebab", forbid_unknown_fields=True):
    """`[tool.pilotage.components.NAME]`: a package of a repository with several, released by its own version.

    What is left out is as in `[tool.pilotage]`.

    Args:
        path: The package's folder; "." for the root. A file belongs to the component with the longest path above it.
        paths: Globs of files elsewhere whose changes count for it too.
        exclude_paths: Globs of files in its folder whose changes do not count.
        depends_on: Components whose release asks for a release of this one, beyond those that its requirements name.
        skip: Whether it is never released.
        tag_format: How its tags are spelled; left out, `{name}-v{version}`.
        changelog_path: Its changelog, seen from its folder; "" for none.
        initial_version: The version of its first release.
        version_files: Files beyond the known ones that hold its version, seen from its folder.
        major_on_zero: As in `[tool.pilotage]`.
        patch_on_zero: As in `[tool.pilotage]`.
        versioning: As in `[tool.pilotage]`.
    """

    path: str = ""
    paths: tuple[str, ...] = ()
    exclude_paths: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    skip: bool = False
    tag_format: str = ""
    changelog_path: str | None = None
    initial_version: str | None = None
    version_files: tuple[str | VersionFile, ...] | None = None
    major_on_zero: bool | None = None
    patch_on_zero: bool | None = None
    versioning: str | None = None


class Config(msgspec.Struct, frozen=True, rename="kebab", forbid_unknown_fields=True):
    """`[tool.pilotage]` in pyproject.toml; every key may be left out. CONTRACT.md section 2 describes them.

    Args:
        changelog_path: The changelog's path in the repository; "" for none.
        tag_format: How a tag is spelled; `{version}` stands for the version, `{name}` for the project. Left out, it is
            `v{version}`, or `{version}` where the repository spells its tags so.
        initial_version: The version of a first release.
        major_on_zero: Whether a breaking change of a 0.x version makes 1.0.0.
        patch_on_zero: Whether a feature of a 0.x version moves only the patch number.
        versioning: The scheme of versions: `semver`, or `calver:` with a format such as `YYYY.MM.MICRO`.
        release: What a merged release pull request makes.
        release_on: What starts a release.
        version_files: Files beyond the known ones that hold the version: on marked lines, or at a key.
        extend_types: Types added to, or changed in, the default table.
        scopes: The scopes that titles may name: names, patterns written as `/…/`, or tables; empty means any.
        title: Rules for titles.
        breaking: Rules for breaking changes.
        publish: Where the built files go, and what happens around it.
        announce: What people are told when a release is out.
        downstream: The repositories that use the package, and how each follows a release.
        reverts: Whether a revert and what it reverts, both unreleased, cancel each other or both count.
        exclude_paths: Globs of files whose changes do not count; a commit that touches nothing else is passed over.
        channels: Branches that are not the default branch and release: the name or a pattern with `*`, and `a`, `b`,
            `rc` or `dev` for pre-releases, `post` for post-releases, `maintenance` for a line of older versions.
        workspace: Whether the members of a uv or poetry workspace are components.
        components: The packages of a repository with several, by name.
        separate_pull_requests: Whether each component has a release pull request of its own.
        linked_versions: Groups of components that always have the same version.
        dependent_bump: How far a release moves a component whose requirements it changes.
        dependent_requirements: Which requirements on a released component follow it: all, also lower bounds that admit
            it already; those of what is released anyway; or only those that do not admit it.
        notes: How notes, the changelog and the release pull request are written.
    """

    changelog_path: str = "CHANGELOG.md"
    tag_format: str = ""
    initial_version: str = "0.1.0"
    major_on_zero: bool = False
    patch_on_zero: bool = False
    versioning: str = "semver"
    release: Literal["draft", "published"] = "draft"
    release_on: Literal["pull-request", "version"] = "pull-request"
    version_files: tuple[str | VersionFile, ...] = ()
    extend_types: dict[str, ChangeType] = {}
    scopes: tuple[str | Scope, ...] = ()
    title: TitleRules = TitleRules()
    breaking: BreakingRules = BreakingRules()
    publish: PublishRules = PublishRules()
    announce: AnnounceRules = AnnounceRules()
    downstream: DownstreamRules = DownstreamRules()
    reverts: Literal["cancel", "count"] = "cancel"
    exclude_paths: tuple[str, ...] = ()
    channels: dict[str, Literal["a", "b", "rc", "dev", "post", "maintenance"]] = {}
    workspace: Literal["auto", "off"] = "auto"
    components: dict[str, ComponentRules] = {}
    separate_pull_requests: bool = False
    linked_versions: tuple[tuple[str, ...], ...] = ()
    dependent_bump: Literal["none", "patch", "minor"] = "patch"
    dependent_requirements: Literal["always", "released", "needed"] = "always"
    notes: NotesRules = NotesRules()

    @property
    def types(self) -> dict[str, ChangeType]:
        """Give the one table of types, in the order of the notes' sections."""
        return DEFAULT_TYPES | self.extend_types

    def bump_of(self, change_type: str) -> Bump:
        """Give the bump of an unbreaking change of a type; none for a type that is not in the table."""
        known = self.types.get(change_type)
        return Bump(known.bump) if known else Bump.NONE
