"""The GraphQL texts about repositories that use the package; a contract test holds each against GitHub's schema.

Names and paths from outside travel as variables only, never as a part of a text.
"""

from __future__ import annotations

from pilotage.providers.githubqueries import PULLS, RELEASE

_COMMIT = "target { oid ... on Commit { tree { oid } } }"
_BLOB = "{ ... on Blob { text isBinary isTruncated } }"

_FOUND = f"""r%(i)d: repository(owner: $o%(i)d, name: $n%(i)d) {{
    id nameWithOwner isArchived isDisabled isLocked
    branch: %(ref)s {{ name {_COMMIT} }}
  }}"""

SEARCH = """
query Search($query: String!, $after: String) {
  search(type: REPOSITORY, query: $query, first: 100, after: $after) {
    repositoryCount
    nodes { ... on Repository { nameWithOwner } }
    pageInfo { hasNextPage endCursor }
  }
}
"""
"""One page of the repositories that a search finds."""

MOST_PULLS = 10
"""How many pull requests of a branch's name are asked for, those of forks included."""

_SIGHT = f"""branch: ref(qualifiedName: $branch) {{
      target {{ oid ... on Commit {{ message tree {{ oid }} parents(first: 3) {{ nodes {{ oid }} }} }} }}
    }}
    open: pullRequests(states: OPEN, headRefName: $head, baseRefName: $base, first: {MOST_PULLS},
                       orderBy: {{field: CREATED_AT, direction: DESC}}) {{ nodes {{ {PULLS} }} }}
    closed: pullRequests(states: CLOSED, headRefName: $head, baseRefName: $base, first: {MOST_PULLS},
                         orderBy: {{field: CREATED_AT, direction: DESC}}) {{
      nodes {{ {PULLS} commits(last: 10) {{ nodes {{ commit {{ message }} }} }} }}
    }}
    merged: pullRequests(states: MERGED, headRefName: $head, baseRefName: $base, first: {MOST_PULLS},
                         orderBy: {{field: CREATED_AT, direction: DESC}}) {{ nodes {{ headRefOid }} }}"""

RUNS = """
query Runs($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on WorkflowRun {
      databaseId event url createdAt
      checkSuite { status conclusion }
    }
  }
}
"""
"""How far runs of workflows are, in whatever repositories."""

PAST = f"""
query Past($owner: String!, $name: String!, $count: Int!) {{
  repository(owner: $owner, name: $name) {{
    releases(first: $count, orderBy: {{field: CREATED_AT, direction: DESC}}) {{
      nodes {{ {RELEASE} publishedAt }}
    }}
  }}
}}
"""
"""The newest releases with their notes."""

ISSUES = """
query Issues($owner: String!, $name: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    issues(first: 100, after: $after, orderBy: {field: UPDATED_AT, direction: DESC}) {
      nodes { number title body state url viewerDidAuthor }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""
"""One page of the issues, the last updated first."""


def render_find(refs: list[bool]) -> str:
    """Render the query for several repositories at once: `r0` and so on.

    Args:
        refs: For each repository, whether a branch is named (`$b0`), or its default branch is meant.
    """
    variables = ", ".join(f"$o{i}: String!, $n{i}: String!" + f", $b{i}: String!" * ref for i, ref in enumerate(refs))
    rows = [
        _FOUND % {"i": i, "ref": f"ref(qualifiedName: $b{i})" if ref else "defaultBranchRef"}
        for i, ref in enumerate(refs)
    ]
    return f"query Find({variables}) {{\n  " + "\n  ".join(rows) + "\n}\n"


def render_look(count: int, *, is_first: bool, has_branch: bool) -> str:
    """Render the query for the texts of a repository.

    Args:
        count: How many files: `b0`, … are their blobs (`$b0`).
        is_first: Whether our branch and its pull requests are asked for too.
        has_branch: Whether the same files of our branch are asked for too: `u0`, … (`$u0`).
    """
    variables = "$owner: String!, $name: String!" + ", $branch: String!, $head: String!, $base: String!" * is_first
    rows = [_SIGHT] * is_first
    for i in range(count):
        variables += f", $b{i}: GitObjectID!" + f", $u{i}: String!" * has_branch
        rows.append(f"b{i}: object(oid: $b{i}) {_BLOB}")
        rows += [f"u{i}: object(expression: $u{i}) {_BLOB}"] * has_branch
    return (
        f"query Look({variables}) {{\n  repository(owner: $owner, name: $name) {{\n    "
        + "\n    ".join(rows)
        + "\n  }\n}\n"
    )
