"""Operations that GitHub describes and the slice beside the checkout lacks: issues and deployments.

Sources: https://docs.github.com/rest/issues/issues, https://docs.github.com/rest/deployments. What the slice itself
describes goes before these.
"""

from __future__ import annotations

from typing import Final

_TEXT: Final = {"type": "string"}
_FLAG: Final = {"type": "boolean"}
_NUMBER: Final = {"type": "integer"}
_MAYBE: Final = {"type": "string", "nullable": True}
_LIST: Final = {"type": "array"}
_USER: Final = {"$ref": "urn:github#/components/schemas/nullable-simple-user"}
_REASONS: Final = ["completed", "reopened", "not_planned", "duplicate"]

_ISSUE: Final = {
    **dict.fromkeys(("url", "node_id", "repository_url", "labels_url", "comments_url", "events_url"), _TEXT),
    **dict.fromkeys(("html_url", "state", "title", "created_at", "updated_at"), _TEXT),
    **dict.fromkeys(("id", "number", "comments"), _NUMBER),
    **dict.fromkeys(("assignee", "user"), _USER),
    "labels": _LIST,
    "milestone": {"$ref": "urn:github#/components/schemas/nullable-milestone"},
    "locked": _FLAG,
    "closed_at": _MAYBE,
}
_ISSUE_TOO: Final = {
    "state_reason": {"type": "string", "nullable": True, "enum": [*_REASONS, None]},
    "body": _MAYBE,
    "assignees": _LIST,
    "active_lock_reason": _MAYBE,
    "pull_request": {"type": "object"},
    "draft": _FLAG,
    "closed_by": _USER,
    "performed_via_github_app": {"$ref": "urn:github#/components/schemas/nullable-integration"},
    "author_association": {"$ref": "urn:github#/components/schemas/author-association"},
}
_DEPLOYMENT: Final = {
    **dict.fromkeys(("url", "node_id", "sha", "ref", "task", "environment", "statuses_url", "repository_url"), _TEXT),
    **dict.fromkeys(("created_at", "updated_at"), _TEXT),
    "id": _NUMBER,
    "payload": {"type": "object"},
    "description": _MAYBE,
    "creator": _USER,
}
_DEPLOYMENT_TOO: Final = {
    "original_environment": _TEXT,
    "transient_environment": _FLAG,
    "production_environment": _FLAG,
}
_STATES: Final = ["error", "failure", "inactive", "pending", "success", "queued", "in_progress"]
_STATUS: Final = {
    **dict.fromkeys(("url", "node_id", "description", "deployment_url", "target_url", "repository_url"), _TEXT),
    **dict.fromkeys(("created_at", "updated_at"), _TEXT),
    "id": _NUMBER,
    "state": {"type": "string", "enum": _STATES},
    "creator": _USER,
}
_STATUS_TOO: Final = dict.fromkeys(("environment", "environment_url", "log_url"), _TEXT)

EXTRA_SCHEMAS: Final[dict[str, object]] = {
    name: {
        "type": "object",
        "required": sorted(needed),
        "properties": {**needed, **more},
        "additionalProperties": False,
    }
    for name, needed, more in (
        ("issue", _ISSUE, _ISSUE_TOO),
        ("deployment", _DEPLOYMENT, _DEPLOYMENT_TOO),
        ("deployment-status", _STATUS, _STATUS_TOO),
    )
}
_TITLE: Final = {"oneOf": [_TEXT, _NUMBER]}
_NEW: Final = {
    "title": _TITLE,
    "body": _TEXT,
    **dict.fromkeys(("assignee", "type"), _MAYBE),
    **dict.fromkeys(("labels", "assignees"), _LIST),
    "milestone": {"oneOf": [_TEXT, _NUMBER], "nullable": True},
}
_CHANGED: Final = _NEW | {
    "title": {**_TITLE, "nullable": True},
    "body": _MAYBE,
    "state": {"type": "string", "enum": ["open", "closed"]},
    "state_reason": {"type": "string", "nullable": True, "enum": [*_REASONS, None]},
}


def _operation(
    status: int, name: str, *, query: str = "", body: dict[str, object] | None = None, is_list: bool = False
) -> dict[str, object]:
    one = {"$ref": f"urn:github#/components/schemas/{name}"}
    answer = {"type": "array", "items": one} if is_list else one
    made: dict[str, object] = {
        "parameters": [{"name": parameter, "in": "query"} for parameter in query.split()],
        "responses": {str(status): {"content": {"application/json": {"schema": answer}}}},
    }
    if body is not None:
        needed = [key for key in ("title",) if status == 201]
        schema = {"type": "object", "properties": body, "required": needed}
        made["requestBody"] = {"content": {"application/json": {"schema": schema}}}
    return made


_LISTED: Final = "milestone state assignee type creator mentioned labels sort direction since per_page page"
EXTRA_PATHS: Final[dict[str, object]] = {
    "/repos/{owner}/{repo}/issues": {
        "get": _operation(200, "issue", query=_LISTED, is_list=True),
        "post": _operation(201, "issue", body=_NEW),
    },
    "/repos/{owner}/{repo}/issues/{issue_number}": {
        "get": _operation(200, "issue"),
        "patch": _operation(200, "issue", body=_CHANGED),
    },
    "/repos/{owner}/{repo}/deployments": {
        "get": _operation(200, "deployment", query="sha ref task environment per_page page", is_list=True)
    },
    "/repos/{owner}/{repo}/deployments/{deployment_id}/statuses": {
        "get": _operation(200, "deployment-status", query="per_page page", is_list=True)
    },
}
