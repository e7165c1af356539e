"""The part of GitHub's GraphQL schema that the forge answers, in the official names and types.

Source: https://docs.github.com/graphql/overview/public-schema; a contract test compares every line with it.
"""

from __future__ import annotations

from typing import Final

_ORDERS: Final = """
enum OrderDirection { ASC DESC }
enum RefOrderField { ALPHABETICAL TAG_COMMIT_DATE }
enum IssueOrderField { COMMENTS CREATED_AT UPDATED_AT }
enum ReleaseOrderField { CREATED_AT NAME }
enum PullRequestOrderField { CREATED_AT UPDATED_AT }
enum DeploymentOrderField { CREATED_AT }
enum LabelOrderField { CREATED_AT NAME }
enum IssueCommentOrderField { UPDATED_AT }
input RefOrder { direction: OrderDirection! field: RefOrderField! }
input CommitAuthor { emails: [String!] id: ID }
input IssueOrder { direction: OrderDirection! field: IssueOrderField! }
input ReleaseOrder { direction: OrderDirection! field: ReleaseOrderField! }
input PullRequestOrder { direction: OrderDirection! field: PullRequestOrderField! }
input DeploymentOrder { direction: OrderDirection! field: DeploymentOrderField! }
input LabelOrder { direction: OrderDirection! field: LabelOrderField! }
input IssueCommentOrder { direction: OrderDirection! field: IssueCommentOrderField! }
"""

_CONNECTIONS: Final = """
type PageInfo { endCursor: String hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String }
type PullRequestConnection { nodes: [PullRequest] pageInfo: PageInfo! totalCount: Int! }
type RefConnection { nodes: [Ref] pageInfo: PageInfo! totalCount: Int! }
type ReleaseConnection { nodes: [Release] pageInfo: PageInfo! totalCount: Int! }
type ReleaseAssetConnection { nodes: [ReleaseAsset] pageInfo: PageInfo! totalCount: Int! }
type CommitConnection { nodes: [Commit] pageInfo: PageInfo! totalCount: Int! }
type CommitHistoryConnection { nodes: [Commit] pageInfo: PageInfo! totalCount: Int! }
type LabelConnection { nodes: [Label] pageInfo: PageInfo! totalCount: Int! }
type PullRequestCommitConnection { nodes: [PullRequestCommit] pageInfo: PageInfo! totalCount: Int! }
type PullRequestChangedFileConnection { nodes: [PullRequestChangedFile] pageInfo: PageInfo! totalCount: Int! }
type IssueConnection { nodes: [Issue] pageInfo: PageInfo! totalCount: Int! }
type RepositoryTopicConnection { nodes: [RepositoryTopic] pageInfo: PageInfo! totalCount: Int! }
type DeploymentConnection { nodes: [Deployment] pageInfo: PageInfo! totalCount: Int! }
type IssueCommentConnection { nodes: [IssueComment] pageInfo: PageInfo! totalCount: Int! }
"""

_GIT: Final = """
interface GitObject { id: ID! oid: GitObjectID! abbreviatedOid: String! }
type GitActor { name: String email: String date: GitTimestamp user: User }
type Tree implements GitObject & Node { id: ID! oid: GitObjectID! abbreviatedOid: String! }
type Blob implements GitObject & Node {
  id: ID! oid: GitObjectID! abbreviatedOid: String! byteSize: Int! isBinary: Boolean isTruncated: Boolean! text: String
}
type Tag implements GitObject & Node {
  id: ID! oid: GitObjectID! abbreviatedOid: String! name: String! message: String target: GitObject! tagger: GitActor
}
type Commit implements GitObject & Node {
  id: ID! oid: GitObjectID! abbreviatedOid: String! url: URI!
  message: String! messageHeadline: String! messageBody: String!
  committedDate: DateTime! authoredDate: DateTime! author: GitActor committer: GitActor tree: Tree!
  parents(after: String, before: String, first: Int, last: Int): CommitConnection!
  history(
    after: String, author: CommitAuthor, before: String, first: Int, last: Int
  ): CommitHistoryConnection!
  associatedPullRequests(
    after: String, before: String, first: Int, last: Int,
    orderBy: PullRequestOrder = {field: CREATED_AT, direction: ASC}
  ): PullRequestConnection
}
type Ref implements Node { id: ID! name: String! prefix: String! target: GitObject }
"""

_PULLS: Final = """
enum PullRequestState { CLOSED MERGED OPEN }
enum PullRequestUpdateState { CLOSED OPEN }
enum PatchStatus { ADDED CHANGED COPIED DELETED MODIFIED RENAMED }
interface Actor { login: String! url: URI! }
interface RepositoryOwner { id: ID! login: String! url: URI! }
type User implements Actor & Node & RepositoryOwner { id: ID! login: String! name: String url: URI! }
type Bot implements Actor & Node { id: ID! login: String! url: URI! }
type Label implements Node { id: ID! name: String! color: String! }
type PullRequestCommit implements Node { id: ID! commit: Commit! url: URI! }
type PullRequestChangedFile { path: String! changeType: PatchStatus! additions: Int! deletions: Int! }
type IssueComment implements Node {
  id: ID! databaseId: Int body: String! url: URI! author: Actor viewerDidAuthor: Boolean! isMinimized: Boolean!
  createdAt: DateTime! updatedAt: DateTime!
}
type PullRequest implements Node {
  id: ID! databaseId: Int number: Int! title: String! body: String! url: URI! state: PullRequestState!
  merged: Boolean! mergedAt: DateTime closed: Boolean! isDraft: Boolean! mergeCommit: Commit
  headRefName: String! headRefOid: GitObjectID! baseRefName: String! baseRefOid: GitObjectID!
  isCrossRepository: Boolean! maintainerCanModify: Boolean!
  headRepository: Repository headRepositoryOwner: RepositoryOwner
  author: Actor createdAt: DateTime! updatedAt: DateTime!
  commits(after: String, before: String, first: Int, last: Int): PullRequestCommitConnection!
  files(after: String, before: String, first: Int, last: Int): PullRequestChangedFileConnection
  comments(
    after: String, before: String, first: Int, last: Int, orderBy: IssueCommentOrder
  ): IssueCommentConnection!
  labels(
    after: String, before: String, first: Int, last: Int,
    orderBy: LabelOrder = {field: CREATED_AT, direction: ASC}
  ): LabelConnection
}
"""

_ISSUES: Final = """
enum IssueState { CLOSED OPEN }
enum IssueStateReason { COMPLETED DUPLICATE NOT_PLANNED REOPENED }
input IssueFilters { createdBy: String states: [IssueState!] }
type Issue implements Node {
  id: ID! databaseId: Int number: Int! title: String! body: String! state: IssueState!
  stateReason(enableDuplicate: Boolean = false): IssueStateReason
  closed: Boolean! closedAt: DateTime url: URI! author: Actor viewerDidAuthor: Boolean!
  createdAt: DateTime! updatedAt: DateTime!
  comments(
    after: String, before: String, first: Int, last: Int, orderBy: IssueCommentOrder
  ): IssueCommentConnection!
}
"""

_ACTIONS: Final = """
enum CheckStatusState { COMPLETED IN_PROGRESS PENDING QUEUED REQUESTED WAITING }
enum CheckConclusionState {
  ACTION_REQUIRED CANCELLED FAILURE NEUTRAL SKIPPED STALE STARTUP_FAILURE SUCCESS TIMED_OUT
}
type CheckSuite implements Node {
  id: ID! databaseId: Int status: CheckStatusState! conclusion: CheckConclusionState
  createdAt: DateTime! updatedAt: DateTime!
}
type WorkflowRun implements Node {
  id: ID! databaseId: Int url: URI! createdAt: DateTime! updatedAt: DateTime! runNumber: Int! event: String!
  checkSuite: CheckSuite!
}
enum DeploymentState {
  ABANDONED ACTIVE DESTROYED ERROR FAILURE INACTIVE IN_PROGRESS PENDING QUEUED SUCCESS WAITING
}
enum DeploymentStatusState { ERROR FAILURE INACTIVE IN_PROGRESS PENDING QUEUED SUCCESS WAITING }
type DeploymentStatus implements Node {
  id: ID! state: DeploymentStatusState! description: String logUrl: URI createdAt: DateTime!
}
type Deployment implements Node {
  id: ID! databaseId: Int commitOid: String! environment: String creator: Actor! state: DeploymentState
  latestStatus: DeploymentStatus createdAt: DateTime! updatedAt: DateTime!
}
type Environment implements Node { id: ID! name: String! }
"""

_REPOSITORY: Final = """
type Topic implements Node { id: ID! name: String! }
type RepositoryTopic implements Node { id: ID! topic: Topic! }
enum RepositoryPermission { ADMIN MAINTAIN READ TRIAGE WRITE }
enum SquashMergeCommitTitle { COMMIT_OR_PR_TITLE PR_TITLE }
enum SquashMergeCommitMessage { BLANK COMMIT_MESSAGES PR_BODY }
type ReleaseAsset implements Node { id: ID! name: String! size: Int! }
type Release implements Node {
  id: ID! databaseId: Int tagName: String! tagCommit: Commit tag: Ref isDraft: Boolean! isPrerelease: Boolean!
  isLatest: Boolean! name: String description: String url: URI! createdAt: DateTime! publishedAt: DateTime
  releaseAssets(after: String, before: String, first: Int, last: Int, name: String): ReleaseAssetConnection!
  updatedAt: DateTime! author: User
}
type Repository implements Node {
  id: ID! databaseId: Int name: String! nameWithOwner: String! owner: RepositoryOwner! url: URI!
  isFork: Boolean! isPrivate: Boolean! description: String
  isArchived: Boolean! isDisabled: Boolean! isLocked: Boolean! hasIssuesEnabled: Boolean!
  repositoryTopics(after: String, before: String, first: Int, last: Int): RepositoryTopicConnection!
  issues(
    after: String, before: String, filterBy: IssueFilters, first: Int, last: Int, orderBy: IssueOrder,
    states: [IssueState!]
  ): IssueConnection!
  viewerPermission: RepositoryPermission deleteBranchOnMerge: Boolean!
  squashMergeCommitTitle: SquashMergeCommitTitle! squashMergeCommitMessage: SquashMergeCommitMessage!
  mergeCommitAllowed: Boolean! squashMergeAllowed: Boolean! rebaseMergeAllowed: Boolean!
  defaultBranchRef: Ref
  ref(qualifiedName: String!): Ref
  refs(
    after: String, before: String, direction: OrderDirection, first: Int, last: Int, orderBy: RefOrder,
    query: String, refPrefix: String!
  ): RefConnection
  object(expression: String, oid: GitObjectID): GitObject
  pullRequest(number: Int!): PullRequest
  pullRequests(
    after: String, baseRefName: String, before: String, first: Int, headRefName: String, labels: [String!],
    last: Int, orderBy: IssueOrder, states: [PullRequestState!]
  ): PullRequestConnection!
  release(tagName: String!): Release
  releases(after: String, before: String, first: Int, last: Int, orderBy: ReleaseOrder): ReleaseConnection!
  latestRelease: Release
  deployments(
    after: String, before: String, environments: [String!], first: Int, last: Int,
    orderBy: DeploymentOrder = {field: CREATED_AT, direction: ASC}
  ): DeploymentConnection!
  environment(name: String!): Environment
}
"""

_MUTATIONS: Final = """
input RefUpdate { afterOid: GitObjectID! beforeOid: GitObjectID force: Boolean = false name: GitRefname! }
input UpdateRefsInput { clientMutationId: String refUpdates: [RefUpdate!]! repositoryId: ID! }
type UpdateRefsPayload { clientMutationId: String }
input UpdatePullRequestInput {
  clientMutationId: String pullRequestId: ID! title: String body: String baseRefName: String
  state: PullRequestUpdateState
}
type UpdatePullRequestPayload { clientMutationId: String pullRequest: PullRequest }
input CreatePullRequestInput {
  clientMutationId: String repositoryId: ID! baseRefName: String! headRefName: String! title: String! body: String
  draft: Boolean = false
}
type CreatePullRequestPayload { clientMutationId: String pullRequest: PullRequest }
type Mutation {
  updateRefs(input: UpdateRefsInput!): UpdateRefsPayload
  updatePullRequest(input: UpdatePullRequestInput!): UpdatePullRequestPayload
  createPullRequest(input: CreatePullRequestInput!): CreatePullRequestPayload
}
"""

SDL: Final = (
    """
scalar URI
scalar DateTime
scalar GitObjectID
scalar GitRefname
scalar GitTimestamp
interface Node { id: ID! }
type Query {
  repository(followRenames: Boolean = true, name: String!, owner: String!): Repository
  search(
    after: String, before: String, first: Int, last: Int, query: String!, type: SearchType!
  ): SearchResultItemConnection!
  node(id: ID!): Node
  nodes(ids: [ID!]!): [Node]!
  viewer: User!
}
enum SearchType { DISCUSSION ISSUE REPOSITORY USER }
union SearchResultItem = Issue | PullRequest | Repository | User
type SearchResultItemConnection { nodes: [SearchResultItem] pageInfo: PageInfo! repositoryCount: Int! }
"""
    + _ORDERS
    + _CONNECTIONS
    + _GIT
    + _PULLS
    + _ISSUES
    + _ACTIONS
    + _REPOSITORY
    + _MUTATIONS
)
