"""docs/recovery.md quotes the program: its words and codes are those of the source, and no error is left out."""

from __future__ import annotations

import ast
import importlib
import re

import pytest

from pilotage import errors
from recovery.appendix import PAGE, is_quoted, read_quotes, with_appendix
from recovery.raisesites import SOURCE, Site, derived_codes, read_sites

TEXT = PAGE.read_text(encoding="utf-8")
QUOTES = read_quotes(TEXT)
SITES = read_sites()
PLACES = {
    "LostError": "providers.httpmessage",
    "GitHubRefusalError": "providers.githubcall",
    "ImmutableReleaseError": "providers.githubassets",
    "UnclearAnswerError": "providers.githubcall",
    "RefMissingError": "providers.gitcommand",
    "CommandError": "providers.process",
    "CommandMissingError": "providers.process",
    "CommandTimeoutError": "providers.process",
    "ApiSourceError": "providers.apisource",
}


def all_texts() -> list[str]:
    """Give every text in the source, with a gap where something is put in."""
    texts = []
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                texts.append("".join(str(v.value) if isinstance(v, ast.Constant) else "…" for v in node.values))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.append(node.value)
    return texts


TEXTS = all_texts()


def test_the_page_explains_many_errors() -> None:
    assert len(QUOTES) > 100


@pytest.mark.parametrize(("code", "words"), QUOTES, ids=[words[:40] for _, words in QUOTES])
def test_what_is_quoted_is_what_the_program_says_with_that_code(code: int, words: str) -> None:
    codes = {site.code for site in SITES if is_quoted(words, site.words)}
    if codes and code:
        assert code in codes
    else:
        # said by a message that is put together from parts, or as a warning
        assert any(is_quoted(words, text) for text in TEXTS)


@pytest.mark.parametrize("site", [s for s in SITES if s.code != 2], ids=lambda site: f"{site.place}: {site.words[:40]}")
def test_every_error_that_is_not_about_the_configuration_is_explained(site: Site) -> None:
    codes = {code for code, words in QUOTES if is_quoted(words, site.words)}
    assert codes & {site.code, 0}, f"docs/recovery.md has no entry for: {site.words}"


def test_every_other_error_is_in_the_list() -> None:
    assert with_appendix(TEXT) == TEXT, "run: python tests/recovery/appendix.py"


def test_the_codes_that_are_explained_are_those_of_the_program() -> None:
    listed = {int(code) for code in re.findall(r"^\| (\d+) \| ", TEXT.split("\n## ")[0], re.MULTILINE)}
    tree = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    assert {kind.exit_code for kind in tree if issubclass(kind, errors.PilotageError)} <= listed
    assert {0, 70, 130} <= listed


def test_the_subclasses_have_the_codes_that_are_written_down() -> None:
    found = {name: getattr(importlib.import_module(f"pilotage.{PLACES[name]}"), name) for name in derived_codes()}
    assert {name: kind.exit_code for name, kind in found.items()} == derived_codes()


def test_no_subclass_is_forgotten() -> None:
    known = {name for name, kind in vars(errors).items() if isinstance(kind, type)} | {*derived_codes()}
    trees = [
        ast.parse(path.read_text(encoding="utf-8")) for path in SOURCE.rglob("*.py") if "sandbox" not in path.parts
    ]
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    derived = {c.name for c in classes if any(isinstance(base, ast.Name) and base.id in known for base in c.bases)}
    assert derived <= known


def test_a_quote_is_only_found_where_its_words_stand_in_order() -> None:
    assert is_quoted("… is at …, not", "the tag … is at …, not at …")
    assert not is_quoted("not … is at", "the tag … is at …, not at …")


def test_every_page_that_is_linked_is_there() -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", TEXT)
    assert targets
    assert [target for target in targets if not (PAGE.parent / target).exists()] == []
