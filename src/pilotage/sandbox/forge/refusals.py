"""What the forge refuses: one exception that carries GitHub's status and wording."""

from __future__ import annotations

from typing import Final

DOCUMENTATION: Final = "https://docs.github.com/rest"


class Refusal(Exception):  # noqa: N818 - a refusal is an answer of the forge, not a fault in it
    """An answer of 4xx, raised by the rules and by the routes alike.

    Args:
        status: The HTTP status.
        message: GitHub's `message`.
        errors: GitHub's `errors`, objects with `resource`, `field`, `code`, `message`; empty for none.
    """

    def __init__(self, status: int, message: str, *, errors: tuple[dict[str, object], ...] = ()) -> None:
        super().__init__(message if not errors else f"{message}: {errors}")
        self.status = status
        self.message = message
        self.errors = errors

    def body(self) -> dict[str, object]:
        """Spell the refusal as GitHub's JSON error object."""
        answer: dict[str, object] = {"message": self.message}
        if self.errors:
            answer["errors"] = list(self.errors)
        return answer | {"documentation_url": DOCUMENTATION, "status": str(self.status)}


def not_found() -> Refusal:
    """Answer 404 as GitHub does for everything that is absent or hidden."""
    return Refusal(404, "Not Found")


def unprocessable(message: str) -> Refusal:
    """Answer 422 with a message alone (the git data routes speak so)."""
    return Refusal(422, message)


def invalid(resource: str, code: str, *, field: str = "", message: str = "") -> Refusal:
    """Answer 422 "Validation Failed" with one error object.

    Args:
        resource: Such as `PullRequest` or `Release`.
        code: `custom`, `invalid`, `already_exists`, `missing_field` or `missing`.
        field: The field at fault; left out when empty.
        message: The error's own words; left out when empty.
    """
    error: dict[str, object] = {"resource": resource, "code": code}
    if field:
        error["field"] = field
    if message:
        error["message"] = message
    return Refusal(422, "Validation Failed", errors=(error,))
