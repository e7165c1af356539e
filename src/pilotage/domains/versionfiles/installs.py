"""Install lines: where a text tells people to install the very version of this package, and never another package's.

pip install example==1.4.0            uvx example@1.4.0
uses: owner/example@v1.4.0            pip install git+https://github.com/owner/example@v1.4.0
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.domains.versionfiles.place import Lines, Place
from pilotage.domains.versionfiles.token import VERSION, is_same

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotage.model.version import Version

KEEP = "x-pilotage-keep"
"""The mark of a line that stays as it is."""

_OWNER = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}"
_END = rf"v?{VERSION}(?![\w*]|[.+-][\w*])"


def find_installs(
    path: str, text: str, *, name: str, current: Version, repositories: Sequence[str] = ()
) -> tuple[Place, ...]:
    """Find the current version of a package behind the package's own name.

    Found are `name==V`, `name[extra]==V`, `name@V`, and `owner/name@vV` as `uses:` and `git+https:` spell it. Another
    version stays, as does a shorter one (`@v1`, which may mean all of 1.x), a range, and a line that says
    `x-pilotage-keep`.

    Args:
        path: The file's path in the repository.
        text: Its text.
        name: The distribution's name; "" finds nothing but the repositories.
        current: The version as it stands now.
        repositories: The repositories that are this one, as `owner/name`; without any, each owner's `name` is.
    """
    pattern = _compile(name, tuple(repositories))
    if pattern is None or str(current.release[0]) not in text:
        return ()
    lines = Lines(text)
    kept = {lines.number(match.start()) for match in re.finditer(KEEP, text)}
    places = []
    for match in pattern.finditer(text):
        start, end = match.span("version")
        line = lines.number(start)
        if line not in kept and is_same(match["version"], current):
            places.append(Place(path, start, end, match["version"], line))
    return tuple(places)


def _compile(name: str, repositories: tuple[str, ...]) -> re.Pattern[str] | None:
    spelled = "[-_.]".join(map(re.escape, re.split(r"[-_.]+", name)))
    known = "|".join(re.escape(one) for one in repositories)
    before = rf"(?:{known})" if known else rf"{_OWNER}/{spelled}"
    forms = [rf"(?<![\w.@-]){before}(?:\.git)?(?:/[\w./-]{{1,200}})?@"] if known or name else []
    if name:
        forms.append(rf"(?<![\w./@-]){spelled}(?:\[[^\[\]\n]{{0,200}}\])?(?:[ \t]*={{2,3}}[ \t]*|@)")
    return re.compile(rf"(?:{'|'.join(forms)}){_END}", flags=re.IGNORECASE | re.ASCII) if forms else None
