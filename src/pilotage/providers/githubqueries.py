"""The GraphQL texts that Pilotage sends; each is checked against GitHub's public schema by a contract test."""

from __future__ import annotations

import msgspec

PULLS = "number title body state url isCrossRepository headRefOid mergeCommit { oid } author { login }"

OBSERVE = """
query Observe($owner: String!, $name: String!, $branch: String!, $releases: Int!%(variables)s) {
  repository(owner: $owner, name: $name) {
    id
    url
    viewerPermission
    branch: ref(qualifiedName: $branch) { target { oid } }
    releases(first: $releases, orderBy: {field: CREATED_AT, direction: DESC}) {
      nodes { %(release)s } pageInfo { hasNextPage endCursor }
    }
%(selections)s
  }
}
"""
"""One look at everything that the release flows decide on: what all runs ask, and some things by name."""

MORE = """
query More($owner: String!, $name: String!%(variables)s) {
  repository(owner: $owner, name: $name) {
%(selections)s
  }
}
"""
"""Further things by name that one look had no room for."""

RELEASE = "databaseId tagName name description isDraft isPrerelease url releaseAssets(first: 1) { totalCount }"

RELEASES = f"""
query Releases($owner: String!, $name: String!, $after: String!) {{
  repository(owner: $owner, name: $name) {{
    releases(first: 100, after: $after, orderBy: {{field: CREATED_AT, direction: DESC}}) {{
      nodes {{ {RELEASE} }} pageInfo {{ hasNextPage endCursor }}
    }}
  }}
}}
"""
"""A further page of releases."""

TAG = "tag%(i)d: ref(qualifiedName: $tag%(i)d) { target { oid ... on Tag { target { oid } } } }"

PAST_AUTHOR = """n%(i)d: object(oid: $nb%(i)d) { ... on Commit {
      history(first: 1, author: {emails: [$ne%(i)d]}) { nodes { oid } } } }"""

COMMIT = """c%(i)d: object(oid: $c%(i)d) { ... on Commit { author { user { login } }
      associatedPullRequests(first: 5) {
        nodes { number title body merged mergeCommit { oid } author { login }
          comments(last: 20) { nodes { body viewerDidAuthor } } } } } }"""

RELEASE_BRANCH = f"""ref%(i)d: ref(qualifiedName: $ref%(i)d) {{
      target {{ oid ... on Commit {{ message tree {{ oid }} parents(first: 3) {{ nodes {{ oid }} }} }} }}
    }}
    open%(i)d: pullRequests(states: OPEN, headRefName: $head%(i)d, baseRefName: $target, first: 5) {{
      nodes {{ {PULLS} }}
    }}
    merged%(i)d: pullRequests(states: MERGED, headRefName: $head%(i)d, baseRefName: $target, first: 5,
                         orderBy: {{field: UPDATED_AT, direction: DESC}}) {{
      nodes {{ {PULLS} }}
    }}"""

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

WEIGHT_PER_QUERY = 165
"""How much one query asks for by name: a tag weighs 1, a commit, an author or a release branch 3."""


class Wanted(msgspec.Struct, frozen=True):
    """What one query asks for by name.

    Args:
        release_branches: Release branches, each with its pull requests.
        tags: Tags, each with the commit that it points at.
        commits: Commits, each with its pull requests.
        authors: A commit and an address each: whether somebody of this address wrote a commit that it contains.
    """

    release_branches: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    commits: tuple[str, ...] = ()
    authors: tuple[tuple[str, str], ...] = ()

    def split(self) -> list[Wanted]:
        """Split it into parts of which each has room in one query; at least one."""
        rows: list[tuple[str, str | tuple[str, str], int]]
        rows = [("release_branches", name, _HEAVY) for name in self.release_branches]
        rows += [("tags", name, 1) for name in self.tags]
        rows += [("commits", name, _HEAVY) for name in self.commits]
        rows += [("authors", pair, _HEAVY) for pair in self.authors]
        parts: list[dict[str, list[str | tuple[str, str]]]] = [{}]
        weight = 0
        for kind, name, heavy in rows:
            weight += heavy
            if weight > WEIGHT_PER_QUERY:
                parts.append({})
                weight = heavy
            parts[-1].setdefault(kind, []).append(name)
        return [msgspec.convert(part, Wanted) for part in parts]

    def variables(self, target: str) -> dict[str, str]:
        """Give the variables by which the names travel; none of them is ever a part of the query's text."""
        found = {"target": target} if self.release_branches else {}
        for i, name in enumerate(self.release_branches):
            found |= {f"ref{i}": f"refs/heads/{name}", f"head{i}": name}
        found |= {f"tag{i}": f"refs/tags/{tag}" for i, tag in enumerate(self.tags)}
        for i, (commit, address) in enumerate(self.authors):
            found |= {f"nb{i}": commit, f"ne{i}": address}
        return found | {f"c{i}": sha for i, sha in enumerate(self.commits)}

    def render(self) -> dict[str, str]:
        """Give the parts of the query's text: the variables' declarations and the selections."""
        variables = ", $target: String!" if self.release_branches else ""
        variables += "".join(f", $ref{i}: String!, $head{i}: String!" for i in range(len(self.release_branches)))
        variables += "".join(f", $tag{i}: String!" for i in range(len(self.tags)))
        variables += "".join(f", $c{i}: GitObjectID!" for i in range(len(self.commits)))
        variables += "".join(f", $nb{i}: GitObjectID!, $ne{i}: String!" for i in range(len(self.authors)))
        counts = (
            (RELEASE_BRANCH, len(self.release_branches)),
            (TAG, len(self.tags)),
            (COMMIT, len(self.commits)),
            (PAST_AUTHOR, len(self.authors)),
        )
        selections = [f"    {text % {'i': i}}" for text, count in counts for i in range(count)]
        return {"variables": variables, "selections": "\n".join(selections)}


_HEAVY = 3


def render_observe(wanted: Wanted) -> str:
    """Render the query of one look."""
    return OBSERVE % (wanted.render() | {"release": RELEASE})


def render_more(wanted: Wanted) -> str:
    """Render the query for what the first one had no room for."""
    return MORE % wanted.render()


def render_pull(*, has_settings: bool) -> str:
    """Render the query for a pull request, with or without how the repository merges."""
    return PULL % {"settings": MERGE_SETTINGS if has_settings else "id"}
