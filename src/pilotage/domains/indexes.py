"""`[tool.pilotage.publish]`: which index a name or a URL means, and which rules cannot be meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pilotage.domains.workflowcalls import check_inputs, check_ref, check_workflow
from pilotage.errors import ConfigError
from pilotage.model.indexaddress import PYPI, TESTPYPI, IndexAddress, find_public, origin, read_url
from pilotage.model.publishrules import WorkflowCall

if TYPE_CHECKING:
    from pilotage.model.config import Config
    from pilotage.model.publishrules import IndexRule, PublishRules

__all__ = ["check_publish_rules", "resolve_index"]

_TABLE = "tool.pilotage.publish"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
_PLACEHOLDERS = ("{version}", "{tag}")
_LONGEST_WAIT = 24 * 60


def resolve_index(text: str, rules: PublishRules, *, path: str) -> IndexAddress:
    """Find the index that a name of `indexes`, `pypi`, `testpypi` or a URL means.

    Args:
        text: The name or the URL.
        rules: The rules with the indexes of one's own.
        path: Where the text stands, for errors.

    Raises:
        ConfigError: There is no such name, or an address cannot be used.
    """
    rule = rules.indexes.get(text)
    if rule is not None:
        return _read_rule(text, rule, f"{path}: [{_TABLE}.indexes.{text[:60]}]")
    known = [PYPI.name, TESTPYPI.name, *sorted(rules.indexes)]
    if text not in known and "://" not in text:
        raise ConfigError(
            f"{path}: there is no index {text[:60]!r}",
            hint=f"Known: {', '.join(known)[:500]}. Write one of them or a URL, or give the index its addresses in "
            f"[{_TABLE}.indexes.NAME].",
        )
    return IndexAddress.parse(text, place=path)


def _read_rule(name: str, rule: IndexRule, place: str) -> IndexAddress:
    address = IndexAddress.parse(rule.upload_url, place=f"{place} upload-url")
    if address.is_public:
        raise ConfigError(
            f"{place} upload-url: {rule.upload_url[:200]!r} is {address.name} itself",
            hint=f'Write index = "{address.name}" and take this table out.',
        )
    if not rule.simple_url:
        return IndexAddress(name, address.simple_url, address.upload_url)
    read_url(rule.simple_url, place=f"{place} simple-url")
    public = find_public(rule.simple_url)
    if public is not None:
        raise ConfigError(
            f"{place} simple-url: {rule.simple_url[:200]!r} is that of {public.name}, which does not tell what this "
            "index has",
            hint="Write the root of the index's own Simple interface, or leave simple-url out.",
        )
    return IndexAddress(name, f"{rule.simple_url.rstrip('/')}/", rule.upload_url)


def check_publish_rules(config: Config, path: str) -> None:
    """Check what the types of `[tool.pilotage.publish]` cannot.

    Args:
        config: The repository's configuration.
        path: The file, for errors.

    Raises:
        ConfigError: An index, a workflow, a wait, an asset or a glob cannot be used, or two of them contradict
            each other.
    """
    rules, place = config.publish, f"{path}: [{_TABLE}]"
    _check_indexes(rules, path)
    if not 1 <= rules.wait_minutes <= _LONGEST_WAIT:
        raise ConfigError(
            f"{place} wait-minutes is {rules.wait_minutes}, expected 1 to {_LONGEST_WAIT}",
            hint="Write how many minutes a release may wait for its workflows.",
        )
    _check_workflows(rules, place)
    assets = rules.assets or ()
    twice = sorted({asset for asset in assets if assets.count(asset) > 1})
    if twice:
        raise ConfigError(f"{place} assets names {', '.join(twice)} more than once", hint="Name each kind once.")
    for index, glob in enumerate(rules.allow_files):
        if not glob.strip():
            raise ConfigError(
                f"{place} allow-files[{index}] is empty",
                hint='Write a glob such as "tests/data/*.pem", or take the item out.',
            )


def _check_indexes(rules: PublishRules, path: str) -> None:
    for name in rules.indexes:
        place = f"{path}: [{_TABLE}.indexes]"
        if not _NAME.fullmatch(name):
            raise ConfigError(
                f"{place} {name[:60]!r} cannot be an index's name",
                hint="Use letters, digits, and - _ . after the first of them.",
            )
        if name.lower() in {PYPI.name, TESTPYPI.name}:
            raise ConfigError(
                f"{place} {name!r} is a name that Pilotage knows already",
                hint=f'Choose another name, or write index = "{name.lower()}" and take this table out.',
            )
    used: dict[tuple[object, ...], str] = {}
    for number, text in enumerate((rules.index,) if isinstance(rules.index, str) else rules.index):
        key = "index" if isinstance(rules.index, str) else f"index[{number}]"
        place = f"{path}: [{_TABLE}] {key}"
        if not text and key != "index":
            raise ConfigError(f"{place} is empty", hint='Take the item out; index = "" alone means no index.')
        if text:
            address = _find_entry(text, rules, path, place)
            identity = (*origin(address.upload_url), urlsplit(address.upload_url).path.rstrip("/"))
            if identity in used:
                raise ConfigError(f"{place}: {text[:200]!r} is {used[identity]} again", hint="Name each index once.")
            used[identity] = key
    _check_variables(rules, path)


def _find_entry(text: str, rules: PublishRules, path: str, place: str) -> IndexAddress:
    return resolve_index(text, rules, path=path if text in rules.indexes else place)


def _check_variables(rules: PublishRules, path: str) -> None:
    """Refuse names that differ and have one variable for their tokens: a token is for one index alone."""
    seen: dict[str, IndexAddress] = {}
    for text in (PYPI.name, TESTPYPI.name, *rules.indexes, *rules.index_names):
        address = resolve_index(text, rules, path=path)
        other = seen.setdefault(address.token_variable, address)
        if other != address:
            raise ConfigError(
                f"{path}: [{_TABLE}] the indexes {other.name} ({other.upload_url}) and {address.name} "
                f"({address.upload_url}) would share the token {address.token_variable}",
                hint=f"Give each a name of its own in [{_TABLE}.indexes.NAME]; letters and digits must differ.",
            )


def _check_workflows(rules: PublishRules, place: str) -> None:
    seen: set[str] = set()
    for key, items in (("before", rules.before), ("after", rules.after)):
        for index, item in enumerate(items):
            call = item if isinstance(item, WorkflowCall) else WorkflowCall(item)
            where = f"{place} {key}[{index}]"
            _check_call(call, where)
            if key == "before" and call.workflow in seen:
                raise ConfigError(f"{where}: {call.workflow!r} is named twice", hint="Name each workflow once.")
            seen.add(call.workflow)


def _check_call(call: WorkflowCall, where: str) -> None:
    check_workflow(call.workflow, where)
    check_ref(call.ref, where, without="the release's own tag")
    check_inputs(call.inputs, where, placeholders=_PLACEHOLDERS)
