"""Tell the type of a change by the files that it touches, where they leave no doubt."""

from __future__ import annotations

import re

from pilotage.domains.suggestion.words import infer_type, is_taking_away

_DOCS = re.compile(r"(?:docs?|documentation)/.*|(?:.*/)?(?:readme(?:\.\w+)?|mkdocs\.yml|.*\.md)", re.IGNORECASE)
_TESTS = re.compile(r"(?:.*/)?tests?/.*|(?:.*/)?(?:test_[^/]*|[^/]*_test|conftest)\.py")
_CI = re.compile(r"\.github/.*")
_LOCKED = re.compile(
    r"(?:.*/)?(?:(?:uv|poetry|pdm|pylock[^/]*)\.(?:lock|toml)|Pipfile\.lock|[^/]*requirements[^/]*\.(?:txt|in))"
    r"|(?:.*/)?requirements/[^/]*\.(?:txt|in)"
)
_PACKAGING = re.compile(r"(?:.*/)?(?:pyproject\.toml|setup\.(?:cfg|py)|Pipfile)")


def infer_type_of_files(sentence: str, files: tuple[str, ...]) -> str:
    """Give the type that all the files speak for; empty when they do not, or when something is taken away.

    Documentation makes `docs`, tests `test`, `.github/` `ci`; lock and requirements files make `deps`, and the
    packaging files alone `build`, unless the sentence says what was done to them.
    """
    if not files or is_taking_away(sentence):
        return ""
    for pattern, change_type in ((_CI, "ci"), (_TESTS, "test"), (_DOCS, "docs")):
        if all(pattern.fullmatch(file) for file in files):
            return change_type
    if not all(_LOCKED.fullmatch(file) or _PACKAGING.fullmatch(file) for file in files):
        return ""
    return infer_type(sentence) or ("deps" if any(map(_LOCKED.fullmatch, files)) else "build")
