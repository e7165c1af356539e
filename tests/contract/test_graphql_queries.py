"""Every GraphQL text that Pilotage sends is valid by GitHub's public schema."""

from __future__ import annotations

import functools
import gzip
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate

from pilotage.providers import githubqueries as queries

SCHEMA = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "github" / "schema.graphql.gz"


@functools.cache
def read_schema() -> GraphQLSchema:
    """Build it once (two seconds); the official text defines two fields twice, so it cannot be checked itself."""
    if not SCHEMA.is_file():
        pytest.skip("GitHub's official schema is not beside this checkout (../shared/data/github/schema.graphql.gz)")
    with gzip.open(SCHEMA, "rt", encoding="utf-8") as file:
        return build_schema(file.read(), assume_valid=True)


def complaints(text: str) -> list[str]:
    return [error.message for error in validate(read_schema(), parse(text))]


@pytest.mark.parametrize("tags", [0, 1, 3, 50])
@pytest.mark.parametrize("commits", [0, 1, queries.COMMITS_PER_QUERY])
def test_the_one_look_is_valid(tags: int, commits: int) -> None:
    assert complaints(queries.render_observe(tags=tags, commits=commits)) == []


@pytest.mark.parametrize("commits", [1, queries.COMMITS_PER_QUERY])
def test_the_query_for_more_commits_is_valid(commits: int) -> None:
    assert complaints(queries.render_commits(commits)) == []


def test_the_mutation_of_refs_is_valid() -> None:
    assert complaints(queries.UPDATE_REFS) == []


def test_a_misspelt_field_would_be_found() -> None:
    misspelt = queries.render_observe(tags=1, commits=1).replace("isCrossRepository", "isCrossRepo", 1)
    (complaint,) = complaints(misspelt)
    assert complaint.startswith("Cannot query field 'isCrossRepo' on type 'PullRequest'.")


def test_a_wrong_type_of_a_variable_would_be_found() -> None:
    (complaint,) = complaints(queries.render_commits(1).replace("$c0: GitObjectID!", "$c0: String!"))
    assert "'$c0' of type 'String!'" in complaint


def test_names_from_outside_travel_as_variables_only() -> None:
    text = queries.render_observe(tags=2, commits=2)
    assert [
        name in text for name in ("$tag0: String!", "$tag1: String!", "$c0: GitObjectID!", "$c1: GitObjectID!")
    ] == [True] * 4
    assert text.count('"') == queries.render_commits(2).count('"') == 0


@pytest.mark.parametrize("has_settings", [True, False])
def test_the_look_at_a_pull_request_is_valid(*, has_settings: bool) -> None:
    text = queries.render_pull(has_settings=has_settings)
    assert complaints(text) == []
    assert ("squashMergeCommitTitle" in text) is has_settings
