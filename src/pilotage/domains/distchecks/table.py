"""The table of rules about built files: each one's id, name, weight, promise and what to do about it."""

from __future__ import annotations

from typing import Literal

import msgspec

from pilotage.domains.safetext import show
from pilotage.model.distcontents import Finding

Severity = Literal["error", "warning"]

_SHOWN = 300


class Rule(msgspec.Struct, frozen=True):
    """One rule.

    Args:
        slug: Its name.
        severity: Whether a break keeps the files here.
        promise: What it asks of the files.
        hint: What to do about a break.
        private: What a break weighs where the files go to no public index; as `severity` when empty.
    """

    slug: str
    severity: Severity
    promise: str
    hint: str
    private: Literal["", "warning"] = ""

    def weigh(self, *, is_public: bool) -> Severity:
        """Give the weight of a break."""
        return self.severity if is_public else self.private or self.severity


_AGAIN = "Update the build backend, and build again."
_CLEAN = (
    "Remove it from the repository or from what the backend includes; where it must be there, name it in allow-files."
)

RULES: dict[str, Rule] = {
    "D001": Rule(
        "file-name",
        "error",
        "a file's name is that of a wheel or an sdist",
        "Keep only NAME-VERSION.tar.gz and NAME-VERSION-TAGS.whl, as a build names them.",
    ),
    "D002": Rule(
        "one-release",
        "error",
        "all files are of one project and one version",
        "Build into an empty folder, so that it holds the files of one version only.",
    ),
    "D003": Rule("one-sdist", "error", "there is at most one sdist", "Keep the sdist that the wheels were built from."),
    "D004": Rule(
        "tag-version",
        "error",
        "every file carries the version of the tag",
        "Build the release commit itself, and let the backend take the version from the same place.",
    ),
    "D005": Rule(
        "name-metadata",
        "error",
        "the metadata inside name the project and version of the file's name",
        "Do not rename built files; build again.",
    ),
    "D006": Rule(
        "name-spelling",
        "error",
        "a file's name is spelled in the normal form (PEP 625, PEP 427)",
        _AGAIN,
        private="warning",
    ),
    "D007": Rule(
        "local-version",
        "error",
        "the version has no local part (`+…`)",
        "Release a version without it: public indexes refuse local versions.",
        private="warning",
    ),
    "D008": Rule(
        "damaged", "error", "the archive can be read to its end, and says one thing only", "Build again, or fetch it."
    ),
    "D009": Rule(
        "too-much",
        "error",
        "the archive unpacks to a sensible size",
        "Find out what makes it so large; an archive that unpacks to hundreds of times its size is refused.",
    ),
    "D010": Rule(
        "size",
        "error",
        "a file has at most 100 MB, as public indexes take them",
        "Leave data and binaries out. With a raised limit on the index, name the file in allow-files.",
        private="warning",
    ),
    "D101": Rule("no-metadata", "error", "the archive holds its metadata (METADATA, PKG-INFO)", _AGAIN),
    "D102": Rule(
        "metadata-version",
        "error",
        "the version of the metadata is a known one",
        "Update Pilotage, or pin a build backend that writes an older one.",
    ),
    "D103": Rule(
        "metadata-invalid",
        "error",
        "every metadata field is valid, as the index will check it",
        "Correct the field in pyproject.toml, and build again.",
    ),
    "D104": Rule(
        "metadata-unknown", "warning", "every metadata field is a known one", "Remove it, or update the build backend."
    ),
    "D105": Rule(
        "metadata-differs",
        "error",
        "files agree in what they need, unless the sdist calls it dynamic (PEP 643)",
        "Declare the field as dynamic, or build all files from one tree.",
    ),
    "D106": Rule("no-readme", "warning", "there is a description", 'Name one: readme = "README.md" in [project].'),
    "D107": Rule(
        "readme-type",
        "warning",
        "the description has a content type",
        "Name the README's type in pyproject.toml: without one it is taken for reStructuredText.",
    ),
    "D108": Rule(
        "readme-broken",
        "error",
        "the description renders as PyPI shows it",
        "Correct the README: an index refuses it, or shows its source.",
    ),
    "D109": Rule(
        "readme-unchecked",
        "warning",
        "the description's renderer is installed",
        "Install it with: pip install 'pilotage[build]'",
    ),
    "D110": Rule(
        "no-requires-python",
        "warning",
        "the metadata name the Python versions",
        'Add requires-python to [project], such as ">=3.11": installers else take it for all.',
    ),
    "D111": Rule(
        "do-not-upload",
        "error",
        "no classifier `Private :: …` keeps the project from indexes",
        "Remove the classifier, or set index to one of your own.",
        private="warning",
    ),
    "D112": Rule(
        "direct-url",
        "error",
        "no requirement names a URL (`name @ https://…`)",
        "Require a version of it; public indexes refuse URLs.",
        private="warning",
    ),
    "D201": Rule("no-record", "error", "a wheel holds RECORD", _AGAIN),
    "D202": Rule("record-unreadable", "error", "RECORD is a table of path, digest and size", _AGAIN),
    "D203": Rule(
        "record-unlisted", "error", "RECORD lists every file of the wheel", "Add nothing to a wheel after its build."
    ),
    "D204": Rule(
        "record-missing",
        "error",
        "RECORD lists only files of the wheel",
        "Take nothing out of a wheel after its build.",
    ),
    "D205": Rule(
        "record-mismatch",
        "error",
        "RECORD has every file's digest and size",
        "Change nothing in a wheel after its build.",
    ),
    "D206": Rule("record-digest", "error", "RECORD has a digest by SHA-256 or better for every file", _AGAIN),
    "D207": Rule("no-wheel-file", "error", "a wheel holds WHEEL, of a known Wheel-Version", _AGAIN),
    "D208": Rule(
        "wheel-tags",
        "error",
        "the tags in a wheel's name are those in WHEEL",
        "Rename no wheel by hand: `wheel tags` changes both.",
    ),
    "D209": Rule("dist-info", "error", "a wheel has one .dist-info folder, of its own name and version", _AGAIN),
    "D210": Rule(
        "license-missing",
        "error",
        "every License-File is in the archive",
        "Add the file to the repository, or correct license-files in [project].",
    ),
    "D211": Rule(
        "nothing-importable",
        "warning",
        "a wheel holds something that can be imported or run",
        "Tell the backend where the package is (its packages or where setting).",
    ),
    "D212": Rule(
        "top-level",
        "warning",
        "a wheel installs no top-level `tests`, `docs`, `examples` and the like",
        "Exclude it from the wheel: it would land beside everybody's packages.",
    ),
    "D301": Rule("top-folder", "error", "an sdist has one folder at its top, NAME-VERSION", _AGAIN),
    "D302": Rule(
        "no-build-file",
        "error",
        "an sdist holds pyproject.toml or setup.py",
        "Include it: without it nobody can build the sdist.",
    ),
    "D401": Rule("path-leaves", "error", "no member's path leaves the archive's folder", _AGAIN),
    "D402": Rule(
        "path-characters",
        "error",
        "no path holds a backslash or a character that cannot be seen",
        "Rename the file in the repository.",
    ),
    "D403": Rule(
        "link-leaves", "error", "no link points out of the archive", "Replace the link in the repository by the file."
    ),
    "D404": Rule(
        "wheel-link",
        "warning",
        "a wheel holds no links",
        "Replace the link by the file: installers write the link's target as the file's text.",
    ),
    "D405": Rule("special-file", "error", "every member is a file, a folder or a link", _AGAIN),
    "D406": Rule("duplicate", "error", "no two members have one path", _AGAIN),
    "D407": Rule(
        "case-twins",
        "warning",
        "no two paths differ in case only",
        "Rename one of them: on Windows and macOS they are one file.",
    ),
    "D501": Rule("secret-file", "error", "no file that usually holds secrets is there", _CLEAN),
    "D502": Rule(
        "secret-content",
        "error",
        "no file holds a private key or a token",
        "Take it out, and revoke it: it is in the repository. Where it is none, name the file in allow-files.",
    ),
    "D503": Rule("version-control", "error", "no folder of a version control system is there", _CLEAN),
    "D504": Rule("junk", "warning", "no leftovers of editors, systems and tools are there", _CLEAN),
    "D505": Rule("bytecode", "warning", "no compiled Python is there", _CLEAN),
}
"""Each rule's id, and what it asks. An id never changes its meaning."""


def make_finding(rule: str, place: str, message: str, *, severity: Severity | None = None) -> Finding:
    """Make a finding of a rule.

    Args:
        rule: The rule's id.
        place: The file, and the member in it.
        message: What was found; shown on one line.
        severity: Its weight; the rule's own when left out.
    """
    known = RULES[rule]
    weight = severity or known.severity
    return Finding(rule, weight, show(place, limit=_SHOWN), show(message, limit=_SHOWN), known.hint)
