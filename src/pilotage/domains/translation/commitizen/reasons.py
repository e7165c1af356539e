"""Why an option of commitizen has no equivalent; "" for one that decides nothing here."""

from __future__ import annotations

__all__ = ["REASONS"]

_NOTES = "notes are written as `[tool.pilotage.notes]` says: style, or a template of your own"
_HOOKS = "put the step into the workflow"
_SIGN = "tags are made on GitHub together with their release"
_ASK = "messages are written by hand; `pilotage title` checks them"

REASONS: dict[str, str] = {
    "allow_abort": _ASK,
    "allowed_prefixes": "`[tool.pilotage.title]` wip, ignore-labels and ignore-authors say which titles pass",
    "always_signoff": "GitHub signs the release commit",
    "annotated_tag": _SIGN,
    "body_length_limit": "bodies have no limit",
    "breaking_change_exclamation_in_title": '`[tool.pilotage.breaking]` require = "mark" or "both" asks for it',
    "bump_message": "the release commit's title is that of the release pull request",
    "change_type_map": "headings of the notes stand in extend-types, as section",
    "change_type_order": "sections stand in the order of the table of types",
    "changelog_format": "changelogs are Markdown",
    "changelog_incremental": "a new section is put before the newest one; the others stay as they are",
    "changelog_merge_prerelease": "the notes of a final version hold the changes of its pre-releases",
    "changelog_start_rev": "past sections of the changelog are left alone",
    "customize": 'used with name = "cz_customize" only',
    "encoding": "files are UTF-8",
    "extras": _NOTES,
    "gpg_sign": _SIGN,
    "ignored_tag_formats": "tags of another spelling are passed over",
    "legacy_tag_formats": "only tags of one spelling are read: give the last release a tag of the new spelling too",
    "message_length_limit": "`[tool.pilotage.title]` max-length",
    "post_bump_hooks": _HOOKS,
    "pre_bump_hooks": _HOOKS,
    "prerelease_offset": "the first pre-release has the number that the channel gives it",
    "retry_after_failure": _ASK,
    "schema": _ASK,
    "schema_pattern": "`pilotage title` checks Conventional Commits: `[tool.pilotage.title]` has further rules",
    "style": _ASK,
    "template": _NOTES,
    "types_in_changelog": "types are hidden from the notes by their row in extend-types",
    "update_changelog_on_bump": "",
    "use_shortcuts": _ASK,
    "version": "the version is read from the project's own files and tags; with this table the key can go",
    "version_type": "",
}
