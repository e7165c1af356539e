"""Every GraphQL text that Pilotage sends is valid by GitHub's public schema."""

from __future__ import annotations

import functools
import gzip
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate

from pilotage.providers import githubqueries as queries
from pilotage.providers.githubqueries import Wanted

SCHEMA = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "github" / "schema.graphql.gz"

KINDS = ("release_branches", "tags", "commits")


@functools.cache
def read_schema() -> GraphQLSchema:
    """Build it once (two seconds); the official text defines two fields twice, so it cannot be checked itself."""
    if not SCHEMA.is_file():
        pytest.skip("GitHub's official schema is not beside this checkout (../shared/data/github/schema.graphql.gz)")
    with gzip.open(SCHEMA, "rt", encoding="utf-8") as file:
        return build_schema(file.read(), assume_valid=True)


def complaints(text: str) -> list[str]:
    return [error.message for error in validate(read_schema(), parse(text))]


def wanted(*, branches: int = 0, tags: int = 0, commits: int = 0, authors: int = 0) -> Wanted:
    return Wanted(
        release_branches=tuple(f"b{i}" for i in range(branches)),
        tags=tuple(f"v{i}" for i in range(tags)),
        commits=tuple(f"c{i}" for i in range(commits)),
        authors=tuple((f"c{i}", f"{i}@example.org") for i in range(authors)),
    )


@pytest.mark.parametrize("branches", [0, 1, 2])
@pytest.mark.parametrize("tags", [0, 1, 3])
@pytest.mark.parametrize("commits", [0, 1, 50])
def test_the_one_look_is_valid(branches: int, tags: int, commits: int) -> None:
    assert complaints(queries.render_observe(wanted(branches=branches, tags=tags, commits=commits))) == []


@pytest.mark.parametrize("commits", [1, 50])
def test_the_query_for_more_is_valid(commits: int) -> None:
    assert complaints(queries.render_more(wanted(branches=3, tags=3, commits=commits, authors=3))) == []


def test_the_query_for_a_further_page_of_releases_is_valid() -> None:
    assert complaints(queries.RELEASES) == []


def test_what_is_asked_by_name_is_split_at_the_weight_of_one_query_and_nothing_is_lost() -> None:
    whole = wanted(branches=60, tags=200, commits=70)
    parts = whole.split()
    assert Wanted(*(tuple(name for part in parts for name in getattr(part, kind)) for kind in KINDS)) == whole
    weights = [3 * len(p.release_branches) + len(p.tags) + 3 * len(p.commits) for p in parts]
    assert (len(parts), max(weights) <= queries.WEIGHT_PER_QUERY) == (4, True)
    assert wanted().split() == [Wanted()]


def test_the_mutation_of_refs_is_valid() -> None:
    assert complaints(queries.UPDATE_REFS) == []


def test_a_misspelt_field_would_be_found() -> None:
    misspelt = queries.render_observe(wanted(branches=1, tags=1, commits=1)).replace(
        "isCrossRepository", "isCrossRepo", 1
    )
    (complaint,) = complaints(misspelt)
    assert complaint.startswith("Cannot query field 'isCrossRepo' on type 'PullRequest'.")


def test_a_wrong_type_of_a_variable_would_be_found() -> None:
    (complaint,) = complaints(queries.render_more(wanted(commits=1)).replace("$c0: GitObjectID!", "$c0: String!"))
    assert "'$c0' of type 'String!'" in complaint


def test_names_from_outside_travel_as_variables_only() -> None:
    text = queries.render_observe(wanted(branches=1, tags=2, commits=2))
    assert [
        name in text
        for name in (
            "$ref0: String!, $head0: String!",
            "$tag0: String!",
            "$tag1: String!",
            "$c0: GitObjectID!",
            "$c1: GitObjectID!",
        )
    ] == [True] * 5
    assert text.count('"') == queries.render_more(wanted(commits=2)).count('"') == 0


@pytest.mark.parametrize("has_settings", [True, False])
def test_the_look_at_a_pull_request_is_valid(*, has_settings: bool) -> None:
    text = queries.render_pull(has_settings=has_settings)
    assert complaints(text) == []
    assert ("squashMergeCommitTitle" in text) is has_settings
