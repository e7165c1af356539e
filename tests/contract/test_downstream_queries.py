"""Every GraphQL text about repositories that use the package is valid by GitHub's public schema."""

from __future__ import annotations

import pytest

from contract.test_graphql_queries import complaints
from pilotage.providers import downstreamqueries as queries

TEXTS = {
    "search": queries.SEARCH,
    "runs": queries.RUNS,
    "past": queries.PAST,
    "issues": queries.ISSUES,
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_text_without_parts_is_valid(text: str) -> None:
    assert complaints(text) == []


@pytest.mark.parametrize("refs", [[False], [True], [True, False, True], [False] * 50], ids=len)
def test_the_query_for_repositories_is_valid(refs: list[bool]) -> None:
    assert complaints(queries.render_find(refs)) == []


@pytest.mark.parametrize("count", [1, 60])
@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize("has_branch", [True, False])
def test_the_query_for_texts_is_valid(count: int, *, is_first: bool, has_branch: bool) -> None:
    assert complaints(queries.render_look(count, is_first=is_first, has_branch=has_branch)) == []


def test_a_repository_without_files_is_asked_for_our_branch_alone() -> None:
    assert complaints(queries.render_look(0, is_first=True, has_branch=True)) == []


def test_a_misspelt_field_would_be_found() -> None:
    (complaint,) = complaints(queries.RUNS.replace("checkSuite", "checkSweet"))
    assert complaint.startswith("Cannot query field 'checkSweet' on type 'WorkflowRun'.")


def test_names_from_outside_travel_as_variables_only() -> None:
    texts = [*TEXTS.values(), queries.render_find([True]), queries.render_look(2, is_first=True, has_branch=True)]
    assert [text.count('"') for text in texts] == [0] * len(texts)
