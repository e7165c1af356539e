"""The GraphQL texts that Pilotage sends; each is checked against GitHub's public schema by a contract test."""

from __future__ import annotations

PULLS = "number title body state url isCrossRepository mergeCommit { oid } author { login }"

OBSERVE = """
query Observe($owner: String!, $name: String!, $branch: String!, $release: String!, $releaseName: String!,
              $target: String!%(variables)s) {
  repository(owner: $owner, name: $name) {
    id
    url
    viewerPermission
    branch: ref(qualifiedName: $branch) { target { oid } }
    releaseBranch: ref(qualifiedName: $release) {
      target { oid ... on Commit { message tree { oid } parents(first: 3) { nodes { oid } } } }
    }
    open: pullRequests(states: OPEN, headRefName: $releaseName, baseRefName: $target, first: 5) {
      nodes { %(pulls)s }
    }
    merged: pullRequests(states: MERGED, headRefName: $releaseName, baseRefName: $target, first: 5,
                         orderBy: {field: UPDATED_AT, direction: DESC}) {
      nodes { %(pulls)s }
    }
    releases(first: 30, orderBy: {field: CREATED_AT, direction: DESC}) {
      nodes { databaseId tagName name description isDraft isPrerelease url releaseAssets(first: 1) { totalCount } }
    }
%(selections)s
  }
}
"""
"""One look at everything that the release flows decide on, tags and up to fifty commits included."""

TAG = "tag%d: ref(qualifiedName: $tag%d) { target { oid ... on Tag { target { oid } } } }"

COMMIT = """c%d: object(oid: $c%d) { ... on Commit { author { user { login } } associatedPullRequests(first: 5) {
      nodes { number title body merged mergeCommit { oid } author { login }
        comments(last: 20) { nodes { body viewerDidAuthor } } } } } }"""

COMMITS = """
query Commits($owner: String!, $name: String!%(variables)s) {
  repository(owner: $owner, name: $name) {
%(selections)s
  }
}
"""
"""The pull requests and accounts behind up to fifty commits."""

PULL = """
query Pull($owner: String!, $name: String!, $number: Int!, $config: String!, $release: String!, $target: String!) {
  repository(owner: $owner, name: $name) {
    %(settings)s
    config: object(expression: $config) { ... on Blob { text isTruncated } }
    open: pullRequests(states: OPEN, headRefName: $release, baseRefName: $target, first: 5) {
      nodes { number title body state url isCrossRepository mergeCommit { oid } author { login } }
    }
    pullRequest(number: $number) {
      title body isDraft isCrossRepository headRefName headRefOid baseRefName
      author { __typename login }
      labels(first: 100) { nodes { name } }
      commits(first: 100) {
        totalCount
        nodes { commit { oid message author { name email user { login } } parents(first: 3) { nodes { oid } } } }
      }
      files(first: 100) { totalCount nodes { path } }
      comments(first: 100) { nodes { databaseId body viewerDidAuthor } }
    }
  }
}
"""
"""One look at everything that the check of a pull request decides on; `render_pull` fills it in."""

MERGE_SETTINGS = (
    "mergeCommitAllowed squashMergeAllowed rebaseMergeAllowed squashMergeCommitTitle squashMergeCommitMessage"
)
"""How the repository merges; a token that may only read may not be told."""

UPDATE_REFS = """
mutation UpdateRefs($repository: ID!, $updates: [RefUpdate!]!) {
  updateRefs(input: {repositoryId: $repository, refUpdates: $updates}) { clientMutationId }
}
"""
"""Move refs, each only if it still points where it was seen (compare-and-swap)."""

COMMITS_PER_QUERY = 50


def render_observe(*, tags: int, commits: int) -> str:
    """Render the query of one look for a number of tags and commits, which travel as variables."""
    variables = "".join(f", $tag{i}: String!" for i in range(tags))
    variables += "".join(f", $c{i}: GitObjectID!" for i in range(commits))
    selections = [f"    {TAG % (i, i)}" for i in range(tags)]
    selections += [f"    {COMMIT % (i, i)}" for i in range(commits)]
    return OBSERVE % {"variables": variables, "pulls": PULLS, "selections": "\n".join(selections)}


def render_pull(*, has_settings: bool) -> str:
    """Render the query for a pull request, with or without how the repository merges."""
    return PULL % {"settings": MERGE_SETTINGS if has_settings else "id"}


def render_commits(commits: int) -> str:
    """Render the query for the pull requests of some more commits."""
    variables = "".join(f", $c{i}: GitObjectID!" for i in range(commits))
    selections = "\n".join(f"    {COMMIT % (i, i)}" for i in range(commits))
    return COMMITS % {"variables": variables, "selections": selections}
