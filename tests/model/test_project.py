"""The records of a project and of an edit."""

import msgspec
import pytest

from pilotage.model.project import FileEdit, Project


def test_a_project_without_a_static_version_says_who_makes_it() -> None:
    project = Project("example", None, "pyproject.toml [project] dynamic")

    assert msgspec.to_builtins(project) == {
        "name": "example",
        "version": None,
        "source": "pyproject.toml [project] dynamic",
    }


@pytest.mark.parametrize("record", [Project("example", "1.0", "setup.cfg [metadata]"), FileEdit("setup.cfg", "a\r\n")])
def test_a_record_is_the_same_after_a_journey_through_json(record: Project | FileEdit) -> None:
    assert msgspec.json.decode(msgspec.json.encode(record), type=type(record)) == record


def test_a_project_cannot_be_changed() -> None:
    project = Project("example", "1.0", "setup.cfg [metadata]")

    with pytest.raises(AttributeError):
        project.version = "2.0"  # type: ignore[misc] # the point of the test
