"""Why nobody could decide a release from its history: a closed list of ids."""

from __future__ import annotations

SKIPS = {
    "component-not-configured": "the rules in force know no component with these tags",
    "configuration-unreadable": "the configuration at that commit cannot be read",
    "first-release": "there is no release before it",
    "no-commit-touches-component": "no commit since the release before touches the component",
    "no-commits": "there is no commit since the release before, but the release's own",
    "no-conventional-commit": "no commit since the release before says anything in the form of Conventional Commits",
    "not-a-single-step": "no bump leads from the release before to this number",
    "prerelease": "a pre-release: its channel is not in the commits",
    "tool-unknown": "nothing says that a release tool was in use yet",
    "version-not-above-previous": "the number is not above that of the release before",
}
"""Every reason by its id, with its meaning."""
