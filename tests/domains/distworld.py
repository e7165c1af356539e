"""Built files as records: a good wheel and a good sdist, and ways to spoil them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.version import Version

from pilotage.domains.distchecks import check_contents
from pilotage.model.distcontents import CheckTerms, DistContents, DistMember, DistReport, RenderedReadme

if TYPE_CHECKING:
    from collections.abc import Iterable

METADATA = """\
Metadata-Version: 2.4
Name: demo
Version: 1.0
Summary: A demo
License-Expression: MIT
License-File: LICENSE
Classifier: Typing :: Typed
Requires-Dist: packaging>=24
Requires-Python: >=3.11
Description-Content-Type: text/markdown

# Demo
"""
WHEEL = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
INFO = "demo-1.0.dist-info"
WHEEL_NAME, SDIST_NAME = "demo-1.0-py3-none-any.whl", "demo-1.0.tar.gz"


def member(path: str, **more: object) -> DistMember:
    """Make a member with a digest that is a function of its path."""
    return DistMember(path, 3, digests={"sha256": f"digest-of-{path}", "sha512": f"long-{path}"}, **more)  # type: ignore[arg-type]  # the caller's fields


def render_record(members: Iterable[DistMember]) -> str:
    """Render the RECORD of members, itself included."""
    lines = [f"{one.path},sha256={one.digests['sha256']},{one.size}" for one in members if one.kind != "dir"]
    return "\n".join([*lines, f"{INFO}/RECORD,,", ""])


def make_wheel(
    *extra: DistMember,
    metadata: str | None = METADATA,
    wheel: str | None = WHEEL,
    record: str | bytes | None = "",
    name: str = WHEEL_NAME,
    without: tuple[str, ...] = (),
    **more: object,
) -> DistContents:
    """Make a good wheel, but for what is said; its RECORD fits its members unless one is given."""
    paths = ("demo/__init__.py", f"{INFO}/METADATA", f"{INFO}/WHEEL", f"{INFO}/licenses/LICENSE")
    members = [*(member(path) for path in paths if path not in without), *extra]
    text = render_record(members) if record == "" else record
    return DistContents(
        name=name,
        size=1000,
        sha256="a" * 64,
        members=(*members, DistMember(f"{INFO}/RECORD", 9)),
        metadata=None if metadata is None else metadata.encode(),
        wheel=None if wheel is None else wheel.encode(),
        record=text.encode() if isinstance(text, str) else text,
        **more,  # type: ignore[arg-type]  # the caller's fields
    )


def make_sdist(
    *extra: DistMember,
    metadata: str | None = METADATA,
    name: str = SDIST_NAME,
    without: tuple[str, ...] = (),
    top: str = "demo-1.0",
    **more: object,
) -> DistContents:
    """Make a good sdist, but for what is said."""
    paths = ("PKG-INFO", "pyproject.toml", "LICENSE", "src/demo/__init__.py")
    return DistContents(
        name=name,
        size=900,
        sha256="b" * 64,
        members=(*(DistMember(f"{top}/{path}", 3) for path in paths if path not in without), *extra),
        metadata=None if metadata is None else metadata.encode(),
        **more,  # type: ignore[arg-type]  # the caller's fields
    )


def render_fine(text: str, kind: str) -> RenderedReadme:
    """Say of a description what its words say: `broken` in it is broken."""
    if "unchecked" in text:
        return RenderedReadme("unchecked", trouble="docutils is not installed")
    if "nothing" in text:
        return RenderedReadme("broken")
    return RenderedReadme("broken", 7, f"bad {kind}") if "broken" in text else RenderedReadme("fine")


def check(
    *contents: DistContents, tag: str | None = "1.0", is_public: bool = True, allow: tuple[str, ...] = ()
) -> DistReport:
    """Hold files against all rules."""
    terms = CheckTerms(Version(tag) if tag else None, is_public=is_public, allow_files=allow)
    return check_contents(contents, terms, render=render_fine)


def tell(report: DistReport) -> list[str]:
    """Give each finding in short: its rule, its weight by its first letter, its place and message."""
    return [f"{one.rule} {one.severity[0]} {one.place}: {one.message}" for one in report.findings]


def rules(report: DistReport) -> set[str]:
    """Give the rules that were broken."""
    return {one.rule for one in report.findings}
