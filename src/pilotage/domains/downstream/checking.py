"""`[tool.pilotage.downstream]`: which rules cannot be meant, and which would reach farther than somebody named."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.domains.components.globs import read_glob
from pilotage.domains.downstream.names import is_glob, is_name, is_owned_glob
from pilotage.domains.downstream.selection import rule_of
from pilotage.domains.markdown import clean_line
from pilotage.domains.workflowcalls import PLACEHOLDER, check_inputs, check_ref, check_workflow, join_words
from pilotage.errors import ConfigError
from pilotage.model.downstreamrules import DownstreamRepository

if TYPE_CHECKING:
    from pilotage.model.config import Config
    from pilotage.model.downstreamrules import DownstreamRules

__all__ = ["PLACEHOLDERS", "check_downstream_rules"]

PLACEHOLDERS = ("{version}", "{tag}", "{package}")
"""What stands for the release's own in a title and in inputs."""

_TABLE = "tool.pilotage.downstream"
_TOPIC = re.compile(r"[a-z0-9][a-z0-9-]{0,49}", re.ASCII)
_PACKAGE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?", re.ASCII)
_NUMBERS = {"at_once": (1, 50), "wait_minutes": (0, 24 * 60), "per_job": (1, 256)}
_LONGEST_TITLE = 200
_LONGEST_SEARCH = 256
"""What GitHub takes (https://docs.github.com/rest/search/search, "Limitations on query length")."""


def check_downstream_rules(config: Config, path: str) -> None:
    """Check what the types of `[tool.pilotage.downstream]` cannot.

    Args:
        config: The repository's configuration.
        path: The file, for errors.

    Raises:
        ConfigError: A name, a pattern, a search, a workflow, a title or a number cannot be used, two of them contradict
            each other, or what is searched for has no bounds.
    """
    rules, place = config.downstream, f"{path}: [{_TABLE}]"
    _check_names(rules, place)
    _check_searches(rules, place)
    _check_globs(rules, place)
    if rules.package and not _PACKAGE.fullmatch(rules.package):
        raise ConfigError(
            f"{place} package: {rules.package[:100]!r} is not the name of a package",
            hint="Write its name on the index, or leave it out for that of the released package.",
        )
    for name, (least, most) in _NUMBERS.items():
        found: int = getattr(rules, name)
        if not least <= found <= most:
            raise ConfigError(
                f"{place} {name.replace('_', '-')} is {found}, expected {least} to {most}",
                hint="Write a number between them, or leave it out.",
            )
    _check_title(rules.title, f"{place} title")
    _check_workflows(rules, place)


def _check_names(rules: DownstreamRules, place: str) -> None:
    seen: dict[str, int] = {}
    for index, one in enumerate(rules.repositories):
        name, where = one if isinstance(one, str) else one.name, f"{place} repositories[{index}]"
        if not is_name(name):
            raise ConfigError(
                f"{where}: {name[:100]!r} is not the name of a repository",
                hint="Write OWNER/NAME as in the address of its page, without .git.",
            )
        first = seen.setdefault(name.casefold(), index)
        if first != index:
            raise ConfigError(f"{where}: {name!r} is repositories[{first}] again", hint="Name each repository once.")


def _check_searches(rules: DownstreamRules, place: str) -> None:
    for index, topic in enumerate(rules.topics):
        if not _TOPIC.fullmatch(topic):
            raise ConfigError(
                f"{place} topics[{index}]: {topic[:100]!r} is not a topic",
                hint="Write it as GitHub does: lower-case letters, digits and hyphens, at most 50.",
            )
    for index, query in enumerate(rules.search):
        if not query or query != clean_line(query) or len(query) > _LONGEST_SEARCH:
            raise ConfigError(
                f"{place} search[{index}]: {query[:100]!r} is not one line of 1 to {_LONGEST_SEARCH} characters",
                hint="Write a search for repositories, such as: org:acme flow in:name",
            )
    if (rules.topics or rules.search) and not rules.allow:
        key = "topics" if rules.topics else "search"
        raise ConfigError(
            f"{place} {key} is set and allow is not: what strangers' repositories say of themselves would choose",
            hint='Say what may be touched at most, such as allow = ["OWNER/*"].',
        )


def _check_globs(rules: DownstreamRules, place: str) -> None:
    for index, glob in enumerate(rules.allow):
        if not is_owned_glob(glob):
            raise ConfigError(
                f"{place} allow[{index}]: {glob[:100]!r} does not name one owner",
                hint="Write the owner to the letter: OWNER/* or OWNER/flow-*, a line for each owner.",
            )
    for index, glob in enumerate(rules.keep):
        if not is_glob(glob):
            raise ConfigError(
                f"{place} keep[{index}]: {glob[:100]!r} is not a pattern of repositories",
                hint="Write OWNER/NAME, with * for any characters of a part.",
            )


def _check_title(title: str, where: str) -> None:
    if title != clean_line(title) or not 0 < len(title) <= _LONGEST_TITLE:
        raise ConfigError(
            f"{where}: {title[:100]!r} is not one line of 1 to {_LONGEST_TITLE} characters",
            hint="Write a title such as: build(deps): update {package} to {version}",
        )
    unknown = sorted(set(PLACEHOLDER.findall(title)) - set(PLACEHOLDERS))
    if unknown:
        raise ConfigError(
            f"{where}: {', '.join(unknown)[:200]} stands for nothing",
            hint=f"Only {join_words(PLACEHOLDERS)} stand for something.",
        )
    if "{version}" not in title:
        raise ConfigError(
            f"{where}: {title!r} does not say which version", hint="Write {version} where the version shall stand."
        )


def _check_workflows(rules: DownstreamRules, place: str) -> None:
    """Check the general rules and those of each repository, which may do without them."""
    own = {index: one for index, one in enumerate(rules.repositories) if isinstance(one, DownstreamRepository)}
    general = DownstreamRepository(
        "", rules.update, rules.workflow, rules.ref, rules.inputs, rules.lock_workflow, rules.files
    )
    is_general_used = bool(rules.topics or rules.search or len(own) < len(rules.repositories) or not own)
    _check_rule(general, place, is_used=is_general_used)
    for index, one in own.items():
        _check_rule(rule_of(one.name, rules), f"{place} repositories[{index}]", is_used=True)


def _check_rule(rule: DownstreamRepository, where: str, *, is_used: bool) -> None:
    if rule.workflow:
        check_workflow(rule.workflow, f"{where} workflow")
    if rule.lock_workflow:
        check_workflow(rule.lock_workflow, f"{where} lock-workflow")
    check_ref(rule.ref or "", where, without="the default branch")
    check_inputs(rule.inputs or {}, where, placeholders=PLACEHOLDERS)
    for index, glob in enumerate(rule.files or ()):
        read_glob(glob, place=f"{where} files[{index}]")
    if is_used and rule.update == "dispatch" and not rule.workflow:
        raise ConfigError(
            f'{where} update is "dispatch" without a workflow: nothing could be started',
            hint="Write workflow with its file's name, such as image.yml, or choose another way to update.",
        )
