"""Why an option of python-semantic-release has no equivalent; "" for one that decides nothing here."""

from __future__ import annotations

__all__ = ["REASONS"]

_BUILD = "built by `pilotage build`, as [build-system] says; other commands stand in the workflow"
_ACCESS = "the action's input token"
_NOTES = "notes are written as `[tool.pilotage.notes]` says: style, or a template of your own"
_EMOJI = "commits are read as Conventional Commits"
_UPLOAD = "`pilotage publish` puts the files on the index; `[tool.pilotage.publish]` index says which"
_TAG = "a tag stands for a version; where it is made is no setting"

REASONS: dict[str, str] = {
    "add_partial_tags": "make moving tags such as v1 in a workflow that runs when a release is published",
    "allow_zero_version": "",
    "assets": "files with the version stand in version-files; lock files are kept in step by themselves",
    "branch": "the workflow runs on the branch that releases",
    "build_command": _BUILD,
    "build_command_env": _BUILD,
    "changelog_components": _NOTES,
    "changelog_placeholder": _NOTES,
    "changelog_scope": _NOTES,
    "changelog_sections": _NOTES,
    "changelog_capitalize": _NOTES,
    "check_build_status": "`[tool.pilotage.publish]` before names the workflows that must succeed first",
    "commit_author": "GitHub signs the release commit as the token's account",
    "commit_message": "the release commit's title is that of the release pull request",
    "commit_subject": "the release commit's title is that of the release pull request",
    "commit_version_number": "the version is always written to the files",
    "default_templates": "",
    "dist_path": _BUILD,
    "environment": _NOTES,
    "exclude_commit_patterns": "notes leave out whole types: those that a pattern matches are hidden in extend-types",
    "fix_tag": _EMOJI,
    "gitea_token_var": _ACCESS,
    "github_token_var": _ACCESS,
    "gitlab_token_var": _ACCESS,
    "hvcs": "releases are made on GitHub",
    "hvcs_domain": "releases are made on GitHub",
    "ignore_token_for_push": _ACCESS,
    "include_additional_files": "files with the version stand in version-files",
    "insertion_flag": "a new section is put before the newest one",
    "logging_use_named_masks": "",
    "major_emoji": _EMOJI,
    "major_tag": _EMOJI,
    "minor_emoji": _EMOJI,
    "minor_tag": _EMOJI,
    "mode": "a new section is put before the newest one; the others stay as they are",
    "no_git_verify": "",
    "patch_emoji": _EMOJI,
    "patch_without_tag": "a commit that is no Conventional Commit releases nothing here",
    "pre_commit_command": _BUILD,
    "prerelease_tag": "pre-releases are made on branches: `[tool.pilotage.channels]`",
    "publish": _UPLOAD,
    "pypi_pass_var": _UPLOAD,
    "pypi_token_var": _UPLOAD,
    "pypi_user_var": _UPLOAD,
    "remote": "releases are made on GitHub, in the repository of the workflow",
    "remove_dist": _BUILD,
    "repo_dir": "",
    "repository": _UPLOAD,
    "repository_pass_var": _UPLOAD,
    "repository_url": _UPLOAD,
    "repository_url_var": _UPLOAD,
    "repository_user_var": _UPLOAD,
    "signoff_commit": "GitHub signs the release commit",
    "tag_commit": _TAG,
    "template_dir": "Jinja templates have other data here: `[tool.pilotage.notes]` template",
    "upload_to_pypi": _UPLOAD,
    "upload_to_pypi_glob_patterns": _UPLOAD,
    "upload_to_release": "the built files are put on the release by the workflow",
    "upload_to_repository": _UPLOAD,
    "upload_to_vcs": "the built files are put on the release by the workflow",
    "upload_to_vcs_release": "the built files are put on the release by the workflow",
    "use_only_cwd_commits": "name the package's folder: `[tool.pilotage.components.NAME]` path",
    "use_textual_changelog_sections": _NOTES,
    "version_source": "the version is read from the project's own files and tags",
}
