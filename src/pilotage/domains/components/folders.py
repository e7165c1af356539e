"""Folders of a repository as text: `/` between names, none at the end, "." for the root."""

from __future__ import annotations


def normal_folder(text: str) -> str:
    """Give a folder in its one spelling: `./packages//a/` is `packages/a`, `packages/b/../a` too.

    Returns:
        The folder; "." for the root; a text that begins with `..` when it lies outside of the repository, or with `/`
        when it is absolute.
    """
    names: list[str] = []
    for name in text.split("/"):
        if name == ".." and names and names[-1] != "..":
            names.pop()
        elif name not in {"", "."}:
            names.append(name)
    return ("/" if text.startswith("/") else "") + "/".join(names) or "."


def is_outside(folder: str) -> bool:
    """Tell whether a folder as `normal_folder` gives it is not one of the repository."""
    return folder == ".." or folder.startswith(("/", "../"))
