"""Why an option of release-please has no equivalent; "" for one that decides nothing here."""

from __future__ import annotations

__all__ = ["PLUGINS", "REASONS"]

_HISTORY = "the history is read back to the last tag, however far it is: nothing to set"
_LABELS = "labels carry no state here: what is released is read from tags, releases and the index"
_TEMPLATE = "write it as a Jinja template: `[tool.pilotage.notes]` pull-request-template"

REASONS: dict[str, str] = {
    "$schema": "",
    "always-link-local": "",
    "always-update": "the release pull request is rewritten when its contents change",
    "bootstrap-sha": _HISTORY,
    "changelog-host": "the repository's own address is used",
    "changelog-type": 'for GitHub\'s own notes: `[tool.pilotage.notes]` generator = "github"',
    "command": "",
    "commit-batch-size": _HISTORY,
    "commit-search-depth": _HISTORY,
    "component-no-space": "write the title as a template: `[tool.pilotage.notes]` pull-request-title",
    "config-file": "",
    "date-format": "dates are written as 2026-01-31",
    "draft-pull-request": "the release pull request is never a draft",
    "extra-label": _LABELS,
    "force-tag-creation": "the tag is always made with its release, a draft's too: nothing to set",
    "fork": "the release branch is in the repository itself",
    "github-api-url": "taken from the environment of the workflow",
    "github-graphql-url": "taken from the environment of the workflow",
    "group-pull-request-title-pattern": "write the title as a template: `[tool.pilotage.notes]` pull-request-title",
    "handle-gh-release": "",
    "handle-ghrelease": "",
    "include-commit-authors": "contributors are thanked as `[tool.pilotage.notes]` contributors says",
    "initial-version": "",
    "label": _LABELS,
    "last-release-sha": _HISTORY,
    "manifest": "",
    "monorepo-tags": "",
    "manifest-file": "the version is read from the project's own files and tags; the manifest can be deleted",
    "on-demand": "",
    "plugins": "",
    "prerelease": "a release is marked as a pre-release when its version is one",
    "prerelease-type": "pre-releases are made on branches: `[tool.pilotage.channels]`",
    "proxy-server": "taken from the environment of the workflow",
    "pull-request-footer": _TEMPLATE,
    "pull-request-header": _TEMPLATE,
    "pull-request-title-pattern": "write the title as a template: `[tool.pilotage.notes]` pull-request-title",
    "release-label": _LABELS,
    "release-search-depth": _HISTORY,
    "repo-url": "",
    "reviewers": "ask for reviews with a CODEOWNERS file",
    "assignees": "assign in a workflow",
    "sequential-calls": "calls are made one after the other",
    "signoff": "GitHub signs the release commit itself",
    "skip-github-pull-request": "",
    "skip-github-release": 'a merged release pull request is always tagged; `release = "draft"` holds it back',
    "skip-labeling": _LABELS,
    "snapshot-label": _LABELS,
    "target-branch": "the workflow runs on the branch that releases",
    "token": "",
    "separate-pull-requests": "",
    "version-file": "name it in version-files and mark its line with x-pilotage-version",
    "disable-failure-checks": "",
    "branches": "other branches that release stand in `[tool.pilotage.channels]`, as maintenance",
}

PLUGINS = {
    "cargo-workspace": "only Python packages are kept in step",
    "group-priority": "release pull requests have no order",
    "maven-workspace": "only Python packages are kept in step",
    "node-workspace": "only Python packages are kept in step",
    "sentence-case": "subjects are shown as they are written; `[tool.pilotage.title]` subject-case asks for one case",
}
