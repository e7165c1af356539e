"""uv.lock: the project's own entry, and no other.

The lock is never parsed as a whole: it may hold megabytes, and uv writes it in one fixed shape, a key a line.
"""

from __future__ import annotations

import re

from pilotage.domains.versionfiles.place import Place, line_of, normalise_name

PATH = "uv.lock"

_NAME = re.compile(r"^name[ \t]*=[ \t]*\"([^\"\n]*)\"", flags=re.MULTILINE)
_VERSION = re.compile(r"^version[ \t]*=[ \t]*\"([^\"\n]+)\"", flags=re.MULTILINE)
_OWN = re.compile(
    r"^source[ \t]*=[ \t]*\{[ \t]*(?:editable|virtual|directory)[ \t]*=[ \t]*\"\.\"[ \t]*\}", flags=re.MULTILINE
)


def find_own_entries(text: str, name: str) -> tuple[Place, ...]:
    """Find where the lock holds the version of the project itself.

    Its entry is the `[[package]]` whose normalised name (PEP 503) is the project's and whose source is the lock's own
    folder; uv writes no version there when the version is dynamic. A package of the same name from an index is another.
    """
    wanted = normalise_name(name)
    places = []
    end = 0
    for match in _NAME.finditer(text):
        if match.start() < end or normalise_name(match[1]) != wanted:
            continue
        start = text.rfind("\n[", 0, match.start()) + 1
        end = text.find("\n[", match.end()) % (len(text) + 1)  # -1, not found, is the text's end
        block = text[start:end]
        version = _VERSION.search(block)
        if block.startswith("[[package]]") and version and _OWN.search(block):
            at = start + version.start(1)
            places.append(Place(PATH, at, at + len(version[1]), version[1], line_of(text, at), "[[package]]"))
    return tuple(places)
