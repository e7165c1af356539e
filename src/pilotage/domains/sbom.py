"""The bill of materials of a release: CycloneDX 1.6, JSON, the same text for the same files.

Source: https://cyclonedx.org/docs/1.6/json/ and, for package URLs, https://github.com/package-url/purl-spec
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec
from packaging.metadata import RawMetadata, parse_email
from packaging.utils import canonicalize_name

from pilotage.domains.distchecks.needs import read_need
from pilotage.domains.lockedversions import find_pin

if TYPE_CHECKING:
    from collections.abc import Mapping

    from packaging.requirements import Requirement
    from packaging.version import Version

    from pilotage.model.dist import Dist, DistManifest

_URL_NAMESPACE = bytes.fromhex("6ba7b8119dad11d180b400c04fd430c8")
"""The namespace of names that are URLs (RFC 9562, section 6.6)."""

_REFERENCES = {
    "homepage": "website",
    "home": "website",
    "repository": "vcs",
    "source": "vcs",
    "source code": "vcs",
    "github": "vcs",
    "issues": "issue-tracker",
    "bug tracker": "issue-tracker",
    "tracker": "issue-tracker",
    "documentation": "documentation",
    "docs": "documentation",
    "changelog": "release-notes",
    "release notes": "release-notes",
}
_MOST_LICENSE = 100

Json = dict[str, object]


class BomFacts(msgspec.Struct, frozen=True):
    """What a bill of materials is made from.

    Args:
        manifest: The built files.
        metadata: The bytes of METADATA or PKG-INFO.
        epoch: The commit's time, in Unix seconds.
        locked: Each package's locked versions, by its normalised name.
    """

    manifest: DistManifest
    metadata: bytes
    epoch: int
    locked: dict[str, frozenset[Version]]


def name_bom(manifest: DistManifest) -> str:
    """Give the file's name."""
    return f"{manifest.project}-{manifest.version}.cdx.json"


def render_bom(facts: BomFacts) -> str:
    """Render the bill of materials: the package, its files, and the packages that it declares to need.

    A dependency has a version where the commit's lock pins one that its requirement takes.
    """
    raw, _ = parse_email(facts.metadata)
    own = _spell_purl(facts.manifest.project, facts.manifest.version)
    needs = _list_needs(raw, facts.locked)
    # A package may require itself with an extra of its own.
    needs.pop(canonicalize_name(facts.manifest.project), None)
    components = [needs[name] for name in sorted(needs)]
    refs = [str(component["bom-ref"]) for component in components]
    document: Json = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{_make_uuid(_choose_file(facts.manifest.files).sha256)}",
        "version": 1,
        "metadata": {
            "timestamp": dt.datetime.fromtimestamp(facts.epoch, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "lifecycles": [{"phase": "build"}],
            "component": _describe_package(facts.manifest, raw, own),
        },
        "components": components,
        "dependencies": [{"ref": own, "dependsOn": refs}, *({"ref": ref} for ref in refs)],
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def _describe_package(manifest: DistManifest, raw: RawMetadata, own: str) -> Json:
    component: Json = {
        "type": "library",
        "bom-ref": own,
        "name": raw.get("name", manifest.project),
        "version": manifest.version,
        "purl": own,
        "hashes": _spell_hashes(_choose_file(manifest.files)),
    }
    if summary := raw.get("summary"):
        component["description"] = summary
    if licenses := _list_licenses(raw):
        component["licenses"] = licenses
    if references := _list_references(raw.get("project_urls", {})):
        component["externalReferences"] = references
    component["properties"] = [{"name": "pilotage:commit", "value": manifest.commit}]
    component["components"] = [
        {"type": "file", "bom-ref": f"file:{file.name}", "name": file.name, "hashes": _spell_hashes(file)}
        for file in manifest.files
    ]
    return component


def _choose_file(files: tuple[Dist, ...]) -> Dist:
    """Give the file whose digest stands for the release: the first wheel, else the sdist."""
    return next((file for file in files if file.name.endswith(".whl")), files[0])


def _spell_hashes(file: Dist) -> list[Json]:
    return [{"alg": "SHA-256", "content": file.sha256}]


def _list_licenses(raw: RawMetadata) -> list[Json]:
    if expression := raw.get("license_expression"):
        return [{"expression": expression}]
    text = raw.get("license", "").strip()
    if text and "\n" not in text and len(text) <= _MOST_LICENSE:
        return [{"license": {"name": text}}]
    heads = [one.split(" :: ") for one in raw.get("classifiers", []) if one.startswith("License :: ")]
    return [{"license": {"name": parts[-1]}} for parts in heads]


def _list_references(urls: Mapping[str, str]) -> list[Json]:
    found = {(_REFERENCES.get(label.strip().lower(), "other"), url) for label, url in urls.items()}
    return [{"type": kind, "url": url} for kind, url in sorted(found) if url.startswith(("https://", "http://"))]


def _list_needs(raw: RawMetadata, locked: dict[str, frozenset[Version]]) -> dict[str, Json]:
    requirements: dict[str, list[Requirement]] = {}
    for text in raw.get("requires_dist", []):
        requirement = read_need(text)
        if requirement is None:
            continue  # a rule of the checks speaks of it
        requirements.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return {name: _describe_need(name, lines, locked) for name, lines in requirements.items()}


def _describe_need(name: str, lines: list[Requirement], locked: dict[str, frozenset[Version]]) -> Json:
    pins = {find_pin(line, locked) for line in lines}
    pin = next(iter(pins)) if len(pins) == 1 else None
    purl = _spell_purl(name, str(pin) if pin else "")
    component: Json = {"type": "library", "bom-ref": purl, "name": name}
    if pin:
        component["version"] = str(pin)
    is_optional = all("extra" in str(line.marker or "") for line in lines)
    component["scope"] = "optional" if is_optional else "required"
    component["purl"] = purl
    spelled = sorted({_spell_requirement(line) for line in lines})
    component["properties"] = [{"name": "pilotage:requires-dist", "value": text} for text in spelled]
    return component


def _spell_requirement(requirement: Requirement) -> str:
    # A URL may carry a password; that there is one is told by a rule of the checks.
    return requirement.name if requirement.url else str(requirement)


def _spell_purl(name: str, version: str) -> str:
    return f"pkg:pypi/{name}@{quote(version, safe='')}" if version else f"pkg:pypi/{name}"


def _make_uuid(text: str) -> str:
    """Make a UUID of version 5, a function of its text (RFC 9562, section 5.5)."""
    digest = bytearray(hashlib.sha1(_URL_NAMESPACE + text.encode(), usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    spelled = digest.hex()
    return "-".join((spelled[:8], spelled[8:12], spelled[12:16], spelled[16:20], spelled[20:]))
