"""The bill of materials: CycloneDX 1.6, the same text for the same files."""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from packaging.version import Version

from domains.distworld import METADATA
from pilotage.domains.sbom import BomFacts, name_bom, render_bom
from pilotage.model.dist import Dist, DistManifest

if TYPE_CHECKING:
    from pathlib import Path

WHEEL = Dist("demo-1.0-py3-none-any.whl", "a" * 64, 10)
SDIST = Dist("demo-1.0.tar.gz", "b" * 64, 20)
MANIFEST = DistManifest(1, "demo", "1.0", "c" * 40, (WHEEL, SDIST))
NEEDS = """\
Requires-Dist: packaging>=24
Requires-Dist: Rich>=13; extra == "cli"
Requires-Dist: rich>=12; extra == "all"
Requires-Dist: tomli>=2; python_version < "3.11"
Requires-Dist: gone @ https://ann:hunter2@example.org/gone.whl
Requires-Dist: demo[cli]; extra == "all"
Requires-Dist: >>bad
Project-URL: Homepage, https://example.org
Project-URL: Source, https://example.org/source
Project-URL: Chat, irc://example.org
"""
RICH = METADATA.replace("Requires-Dist: packaging>=24\n", NEEDS)
LOCKED = {
    "packaging": frozenset({Version("24.2")}),
    "rich": frozenset({Version("13.9")}),
    "tomli": frozenset({Version("1.0")}),
}


def render(metadata: str = RICH, *, manifest: DistManifest = MANIFEST, epoch: int = 1_700_000_000) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(render_bom(BomFacts(manifest, metadata.encode(), epoch, LOCKED)))
    return document


def test_the_same_files_give_the_same_text() -> None:
    facts = BomFacts(MANIFEST, RICH.encode(), 1_700_000_000, LOCKED)
    assert render_bom(facts) == render_bom(facts)
    assert name_bom(MANIFEST) == "demo-1.0.cdx.json"


def test_the_head_names_the_format_the_commit_s_time_and_the_wheel_s_digest() -> None:
    found = render()
    assert (found["bomFormat"], found["specVersion"], found["version"]) == ("CycloneDX", "1.6", 1)
    assert found["metadata"]["timestamp"] == "2023-11-14T22:13:20Z"
    assert found["serialNumber"] == uuid.uuid5(uuid.NAMESPACE_URL, WHEEL.sha256).urn


def test_the_package_has_its_address_digests_licence_files_and_references() -> None:
    package = render()["metadata"]["component"]
    assert {key: package[key] for key in ("type", "name", "version", "purl", "bom-ref", "description")} == {
        "type": "library",
        "name": "demo",
        "version": "1.0",
        "purl": "pkg:pypi/demo@1.0",
        "bom-ref": "pkg:pypi/demo@1.0",
        "description": "A demo",
    }
    assert package["hashes"] == [{"alg": "SHA-256", "content": WHEEL.sha256}]
    assert package["licenses"] == [{"expression": "MIT"}]
    assert [(file["name"], file["hashes"][0]["content"]) for file in package["components"]] == [
        (WHEEL.name, WHEEL.sha256),
        (SDIST.name, SDIST.sha256),
    ]
    assert package["externalReferences"] == [
        {"type": "vcs", "url": "https://example.org/source"},
        {"type": "website", "url": "https://example.org"},
    ]


def test_each_declared_need_is_listed_once_pinned_where_the_lock_says_one_that_fits() -> None:
    found = render()
    needs = {one["name"]: (one.get("version"), one["scope"], one["purl"]) for one in found["components"]}
    assert needs == {
        "gone": (None, "required", "pkg:pypi/gone"),
        "packaging": ("24.2", "required", "pkg:pypi/packaging@24.2"),
        "rich": ("13.9", "optional", "pkg:pypi/rich@13.9"),
        "tomli": (None, "required", "pkg:pypi/tomli"),
    }
    assert found["dependencies"][0] == {
        "ref": "pkg:pypi/demo@1.0",
        "dependsOn": [purl for _, _, purl in needs.values()],
    }
    assert "hunter2" not in json.dumps(found)


def test_what_was_required_is_kept_as_it_was_declared() -> None:
    rich = next(one for one in render()["components"] if one["name"] == "rich")
    assert [one["value"] for one in rich["properties"]] == ['Rich>=13; extra == "cli"', 'rich>=12; extra == "all"']


@pytest.mark.parametrize(
    ("field", "licenses"),
    [
        ("License: Apache-2.0", [{"license": {"name": "Apache-2.0"}}]),
        ("Classifier: License :: OSI Approved :: MIT License", [{"license": {"name": "MIT License"}}]),
        (f"License: {'x' * 200}", None),
    ],
)
def test_a_licence_is_found_where_older_metadata_have_it(field: str, licenses: object) -> None:
    assert render(RICH.replace("License-Expression: MIT", field))["metadata"]["component"].get("licenses") == licenses


def test_a_bare_package_has_a_bill_too() -> None:
    manifest = DistManifest(1, "demo", "1.0+x", "c" * 40, (SDIST,))
    found = render("Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n", manifest=manifest)
    assert (found["components"], found["metadata"]["component"]["purl"]) == ([], "pkg:pypi/demo@1.0%2Bx")
    assert found["serialNumber"] == uuid.uuid5(uuid.NAMESPACE_URL, SDIST.sha256).urn


VALIDATE = """\
import json, sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
validator = JsonStrictValidator(SchemaVersion.V1_6)
problems = [validator.validate_str(text) for text in json.load(sys.stdin)]
json.dump([problem and str(problem) for problem in problems], sys.stdout)
"""


@pytest.mark.registry
def test_the_standard_s_own_validator_accepts_it(tmp_path: Path) -> None:
    target = tmp_path / "validator"
    install = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--target", str(target)]
    subprocess.run([*install, "cyclonedx-python-lib[json-validation]"], check=True)
    text = render_bom(BomFacts(MANIFEST, RICH.encode(), 1_700_000_000, LOCKED))
    broken = text.replace('"type": "library"', '"type": "thing"')
    done = subprocess.run(
        [sys.executable, "-c", VALIDATE],
        input=json.dumps([text, broken]),
        env={"PYTHONPATH": str(target)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    ours, theirs = json.loads(done.stdout)
    assert ours is None
    assert "thing" in theirs
