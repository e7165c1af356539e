"""What an index's answer to an upload means.

Indexes agree on no status for "this name is taken" (200, 400, 403 and 409 are in use), so a conflict is only ever a
reason to look again, by digest.
"""

from __future__ import annotations

import enum
import re
from typing import TYPE_CHECKING

import msgspec

from pilotage.providers.httpmessage import read_retry_after

if TYPE_CHECKING:
    from pilotage.model.secret import Secret
    from pilotage.providers.httpmessage import Answer

_TAKEN = re.compile(
    r"already exist|already been used|already been taken|previously used|only one sdist|overwrit|not allow updat",
    re.IGNORECASE,
)
"""How PyPI, GitLab, Artifactory and Nexus say that a name is taken."""
_PAUSED = re.compile(r"read-only|temporarily disabled", re.IGNORECASE)
_SUCCESS = range(200, 300)
_UNAUTHORIZED, _FORBIDDEN, _CONFLICT, _TOO_LARGE = 401, 403, 409, 413
_DOUBTFUL = (400, 403, 422)
_LATER = (408, 425, 429)
_SERVER_ERROR = 500

_RUN_AGAIN = "Run again: files that are there stay, and only the absent ones are sent"
_FIRST_RELEASE = "A first release needs a pending publisher, or a token for the whole account."
_OTHER_TOKEN = (
    "Check that the whole token was saved and is not revoked, and that it is of this index: PyPI and TestPyPI have "
    f"tokens of their own. {_FIRST_RELEASE}"
)
_LIMIT = (
    "Make the file smaller, or ask those who run the index for a higher limit; a proxy before the index may have a "
    "limit of its own."
)
_HINTS = (
    ("token is expired", f"{_RUN_AGAIN}, with a new token."),
    (
        "no longer supported",
        "Use a token of the project (input index-token, PILOTAGE_INDEX_TOKEN), or trusted publishing without any.",
    ),
    ("invalid or non-existent authentication", _OTHER_TOKEN),
    (
        "non-user identities cannot create",
        "The pending publisher is for a project of another name: register it under the name in the metadata.",
    ),
    ("verified primary email", "Verify the e-mail address of the account that made the token, then run again."),
    ("two-factor", "Switch two-factor authentication on for the account that made the token, then run again."),
    ("is archived", "Unarchive the project on its settings page, then run again."),
    ("to releases older than", "The index closes a release to new files after some days: raise the version."),
    ("local version", "Release a version without the part behind the +, or publish on an index of your own."),
    ("too large", _LIMIT),
    ("digest supplied does not match", f"The file changed on its way. {_RUN_AGAIN}."),
    (
        "invalid attestations",
        f'{_RUN_AGAIN} and signed again; or publish without: attestations = "off" in [tool.pilotage.publish].',
    ),
    (
        "metadata version",
        "The index does not know this version of the metadata: build with an older release of the build backend.",
    ),
    ("too similar", "Choose another name for the project: the index guards this one against confusion."),
    ("filename", "Build with a newer release of the build backend, so that the file is named as PEP 625 and 427 ask."),
    ("classifier", "Correct the classifiers in the project's metadata and release that."),
)
"""What PyPI says (its server's `forklift/legacy.py`), in lower case, and the next action; the first one counts."""


class Verdict(enum.StrEnum):
    """What an index's answer to an upload means."""

    ACCEPTED = "accepted"
    CONFLICT = "conflict"
    LATER = "later"
    REFUSED = "refused"


class UploadAnswer(msgspec.Struct, frozen=True):
    """An index's answer to an upload.

    Args:
        verdict: What it means.
        text: What it said, on one safe line.
        hint: The next action when it is refused.
        is_page: Whether it is an HTML page, which may also be a proxy's that has passed nothing on.
        is_doubtful: Whether a refusal has a status that other indexes use for a name that is taken.
        wait: The seconds that the index asks to wait before the next try.
    """

    verdict: Verdict
    text: str
    hint: str = ""
    is_page: bool = False
    is_doubtful: bool = False
    wait: float = 0.0


def read_upload_answer(answer: Answer, *secrets: Secret) -> UploadAnswer:
    """Read what an answer to an upload means."""
    said = f"{answer.reason} {answer.body[:4096].decode('utf-8', 'replace')}"
    text = answer.render(*secrets)
    if answer.status in _SUCCESS:
        is_page = answer.size > 0 and "html" in answer.headers.get("content-type", "")  # pypiserver's is empty
        return UploadAnswer(Verdict.ACCEPTED, text, is_page=is_page)
    is_paused = answer.status == _FORBIDDEN and _PAUSED.search(said)
    if is_paused or answer.status >= _SERVER_ERROR or answer.status in _LATER:
        return UploadAnswer(Verdict.LATER, text, wait=read_retry_after(answer.headers))
    is_doubtful = answer.status in _DOUBTFUL
    if answer.status == _CONFLICT or (is_doubtful and _TAKEN.search(said)):
        return UploadAnswer(Verdict.CONFLICT, text)
    return UploadAnswer(Verdict.REFUSED, text, _explain(answer.status, said.lower()), is_doubtful=is_doubtful)


def _explain(status: int, said: str) -> str:
    known = next((hint for words, hint in _HINTS if words in said), "") if status in (*_DOUBTFUL, _UNAUTHORIZED) else ""
    if known:
        return known
    if status in {_UNAUTHORIZED, _FORBIDDEN}:
        return f"Check that the token or the trusted publisher is for this project on this index. {_FIRST_RELEASE}"
    if status == _TOO_LARGE:
        return _LIMIT
    if status in {404, 405}:
        return "Check the upload address: there is nothing that takes files."
    if status in range(300, 400):
        return "Give the upload address that the redirect names; an upload is never sent on to another address."
    return "Read the index's own words: it found fault with the file or its metadata."
