"""The inputs of amannn/action-semantic-pull-request, with the same meaning, so that a workflow changes one line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.titlesettings import check_title_rules
from pilotage.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pilotage.model.config import Config, TitleRules

_PLACE = "the action's inputs"
_PLAIN = re.compile(r"[\w@/-]+(?: [\w@/-]+)*")
_ASCII_CLASSES = re.compile(r"\\[wWdDbB]")
_NO_HEADER_PATTERN = (
    "Remove it: types with digits or hyphens, several scopes and `!` are read without it. "
    r"For titles such as `PROJ-12: words` put `PROJ-\d+` into `types`."
)
_NO_API_URL = "Remove it: the API is found by itself, by the runner's GITHUB_API_URL."

ALIASES = (
    *("types", "scopes", "requireScope", "disallowScopes", "subjectPattern", "subjectPatternError"),
    *("validateSingleCommit", "validateSingleCommitMatchesPrTitle", "ignoreLabels", "wip"),
    *("headerPattern", "headerPatternCorrespondence", "githubBaseUrl"),
)
"""The inputs by their names, as that action's action.yml spells them."""


def apply_aliases(config: Config, inputs: Mapping[str, str], *, api_url: str = "") -> Config:
    """Give the configuration with the inputs that are set on top of it.

    Entries of lists stand on lines of their own. Those of `types`, `scopes` and `disallowScopes` are regular
    expressions that match as a whole, and so is `subjectPattern`. `wip: true`, which there leaves a commit status
    pending, is `wip = "draft"` here: a title marked as unfinished is fine on a draft and an error on a pull request
    that is ready. A `scopes` input replaces the configured scopes, and `types` what titles may have; what a type
    does to the version stays in the table of types.

    Args:
        config: The configuration of the repository.
        inputs: The action's inputs by the names of `ALIASES`; empty ones and other names are passed over.
        api_url: The address of GitHub's API that the runner gives, so that the same address is accepted as an input.

    Raises:
        ConfigError: A value is no boolean, a pattern cannot be used, or an input has no equivalent.
    """
    given = {name: text for name in ALIASES if (text := inputs.get(name, "").strip())}
    if not given:
        return config
    _refuse_foreign(given, api_url)
    scopes = _read_patterns(given, "scopes")
    changed = msgspec.structs.replace(
        config, scopes=scopes or config.scopes, title=_read_rules(config.title, given, inputs)
    )
    check_title_rules(changed, _PLACE)
    return changed


def _read_rules(rules: TitleRules, given: Mapping[str, str], inputs: Mapping[str, str]) -> TitleRules:
    pattern = _to_pattern(given["subjectPattern"]) if "subjectPattern" in given else rules.subject_pattern
    message = inputs["subjectPatternError"] if "subjectPatternError" in given else rules.subject_pattern_message
    wip = _read_boolean(given, "wip")
    return msgspec.structs.replace(
        rules,
        types=_read_patterns(given, "types") or rules.types,
        require_scope=rules.require_scope if (value := _read_boolean(given, "requireScope")) is None else value,
        disallow_scopes=_read_patterns(given, "disallowScopes") or rules.disallow_scopes,
        subject_pattern=pattern,
        subject_pattern_message=message.strip(),
        ignore_labels=_read_lines(given, "ignoreLabels") or rules.ignore_labels,
        wip=rules.wip if wip is None else "draft" if wip else "error",
        single_commit=_read_single_commit(rules, given),
    )


def _read_single_commit(rules: TitleRules, given: Mapping[str, str]) -> str:
    """Read both inputs as one; the second means nothing without the first."""
    is_checked = _read_boolean(given, "validateSingleCommit")
    is_matched = _read_boolean(given, "validateSingleCommitMatchesPrTitle")
    if is_checked is None:
        return rules.single_commit
    return "off" if not is_checked else "match" if is_matched else "check"


def _refuse_foreign(given: Mapping[str, str], api_url: str) -> None:
    for name in ("headerPattern", "headerPatternCorrespondence"):
        if name in given:
            raise ConfigError(
                f"{_PLACE}: {name} cannot be used: releases read titles by the rules of Conventional Commits",
                hint=_NO_HEADER_PATTERN,
            )
    if "githubBaseUrl" in given and given["githubBaseUrl"].rstrip("/") != api_url.rstrip("/"):
        expected = f", expected {api_url}" if api_url else ""
        raise ConfigError(f"{_PLACE}: githubBaseUrl is another API than the runner's{expected}", hint=_NO_API_URL)


def _read_boolean(given: Mapping[str, str], name: str) -> bool | None:
    """Read `true` or `false`; None when the input is not set."""
    text = given.get(name)
    if text is None:
        return None
    if text not in ("true", "false"):
        raise ConfigError(f"{_PLACE}: {name} is {text[:60]!r}, expected true or false", hint="Write `true` or `false`.")
    return text == "true"


def _read_lines(given: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in given.get(name, "").splitlines() if line.strip())


def _read_patterns(given: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Read entries as names where nothing in them is special, so that a nearest one can be suggested."""
    return tuple(line if _PLAIN.fullmatch(line) else f"/{_to_pattern(line)}/" for line in _read_lines(given, name))


def _to_pattern(text: str) -> str:
    r"""Give JavaScript's pattern as ours: its `\w`, `\d` and `\b` know ASCII only."""
    return f"(?a){text}" if _ASCII_CLASSES.search(text) else text
