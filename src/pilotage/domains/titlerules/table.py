"""The table of rules: each one's id, name and promise."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pilotage.model.config import Config

RULES: dict[str, tuple[str, str]] = {
    "T001": ("no-type", "it begins with a type and a colon"),
    "T002": ("prefix-space", "no space stands before the colon"),
    "T003": ("colon-lookalike", "the colon is the ASCII one"),
    "T004": ("colon-space", "exactly one space follows the colon"),
    "T005": ("subject-empty", "a description follows"),
    "T006": ("scope-nested", "one pair of parentheses, none inside"),
    "T007": ("scope-unclosed", "a parenthesis is closed"),
    "T008": ("prefix-order", "type, scope, `!`, colon, in this order"),
    "T010": ("scope-empty", "a scope is a word"),
    "T011": ("scope-padded", "no space around a scope (one after a comma is fine)"),
    "T012": ("scope-space", "no space inside a scope"),
    "T013": ("scope-unknown", "the scope is a configured one, when some are configured"),
    "T014": ("scope-required", "a scope is named where `require-scope` or the type's row asks for one"),
    "T015": ("scope-forbidden", "no scope is named where the type's row forbids one"),
    "T016": ("scope-disallowed", "the scope is none of `disallow-scopes`"),
    "T020": ("type-case", "the type is spelled as configured: in lower case"),
    "T021": ("type-unknown", "the type is a configured one"),
    "T030": ("outer-space", "no blank before or after the title"),
    "T031": ("double-space", "blanks are single"),
    "T032": ("invisible", "every character is seen"),
    "T033": ("too-long", "not longer than `max-length`"),
    "T034": ("min-length", "not shorter than `min-length`"),
    "T040": ("git-title", "not git's own title of a revert or merge"),
    "T041": ("unfinished", "not WIP, `fixup!`, `squash!`, `amend!`, unless `wip` says that this is fine"),
    "T042": ("decoration", "nothing stands before the type"),
    "T050": ("subject-pattern", "the subject matches `subject-pattern`"),
    "T051": ("subject-case", "the subject's first word begins as `subject-case` says"),
    "T052": ("full-stop", "no full stop at the end, with `full-stop`"),
    "T060": ("single-commit", "the only commit has a good title too, with `single-commit`"),
    "T061": ("single-commit-match", 'the only commit has the same title, with `single-commit = "match"`'),
}
"""Each rule's id, its slug and what it asks of a title. An id never changes its meaning."""

RULE_IDS: dict[str, str] = {slug: rule for rule, (slug, _) in RULES.items()}
"""The rules' ids by their slugs."""


def find_rule(name: str) -> str:
    """Give the id of a rule by its id or its slug, those about the merge and the API included; empty when none."""
    if name in RULES or name in RULE_IDS:
        return RULE_IDS.get(name, name)
    # Only a configuration that names one of them pays for the import.
    from pilotage.domains.apirules import API_RULES  # noqa: PLC0415 - see above
    from pilotage.domains.mergerules import MERGE_RULES  # noqa: PLC0415 - see above

    further = MERGE_RULES | API_RULES
    return name if name in further else next((rule for rule, (slug, _) in further.items() if slug == name), "")


def read_severities(config: Config) -> dict[str, str]:
    """Give `error`, `warn` or `off` by rule id, for the rules whose severity is configured."""
    return {find_rule(name): severity for name, severity in config.title.severity.items()}
