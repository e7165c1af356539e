"""Rules about the metadata's fields, as packaging and the index check them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.metadata import InvalidMetadata, Metadata

from pilotage.domains.distchecks.examined import LONGEST_VALUE
from pilotage.domains.distchecks.needs import read_need
from pilotage.domains.distchecks.table import RULES, make_finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilotage.domains.distchecks.examined import Examined
    from pilotage.model.distcontents import CheckTerms, Finding


def check_fields(dist: Examined) -> Iterator[Finding]:
    """Check that the metadata are there, and each field is valid.

    Source: https://packaging.python.org/en/latest/specifications/core-metadata/
    """
    content = dist.contents.metadata
    if content is None:
        if dist.is_whole and (dist.is_wheel or dist.is_sdist):
            wanted = "METADATA in a .dist-info folder" if dist.is_wheel else "PKG-INFO in its top folder"
            yield make_finding("D101", dist.contents.name, f"there is no {wanted}")
        return
    for field in dist.overlong:
        yield make_finding("D103", dist.contents.name, f"{field} has a value of more than {LONGEST_VALUE} characters")
    if dist.overlong:
        return
    try:
        Metadata.from_email(content, validate=True)
    except (ValueError, RecursionError) as error:  # numbers of thousands of digits, and nested parentheses
        yield make_finding("D103", dist.contents.name, f"a field cannot be read: {error}")
    except ExceptionGroup as group:
        problems = {(each.field, str(each)) for each in group.exceptions if isinstance(each, InvalidMetadata)}
        for field, problem in sorted(problems):
            if field != "license-file" or dist.knows_licenses:  # before 2.4 it stays out of the upload form
                yield make_finding(_choose_rule(field, problem), dist.contents.name, problem)


def _choose_rule(field: str, problem: str) -> str:
    if field == "metadata-version":
        return "D102"
    return "D104" if problem.startswith("unrecognized field") else "D103"


def check_requires_python(dist: Examined) -> Iterator[Finding]:
    """Check that the Python versions are named."""
    if dist.contents.metadata is not None and not dist.raw.get("requires_python"):
        yield make_finding("D110", dist.contents.name, "there is no Requires-Python")


def check_private(dist: Examined, terms: CheckTerms) -> Iterator[Finding]:
    """Check that no classifier forbids the upload (https://pypi.org/classifiers/)."""
    weight = RULES["D111"].weigh(is_public=terms.is_public)
    for classifier in dist.raw.get("classifiers", []):
        if classifier.lower().startswith("private ::"):
            yield make_finding("D111", dist.contents.name, f"the classifier is {classifier}", severity=weight)


def check_direct_urls(dist: Examined, terms: CheckTerms) -> Iterator[Finding]:
    """Check that requirements name versions and no URLs."""
    weight = RULES["D112"].weigh(is_public=terms.is_public)
    for text in dist.raw.get("requires_dist", []):
        requirement = read_need(text)
        if requirement is not None and requirement.url:
            # The URL itself may carry a password.
            yield make_finding(
                "D112", dist.contents.name, f"the requirement {requirement.name} names a URL", severity=weight
            )
