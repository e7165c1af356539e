from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotage.model.event import Event, ReconcileEvent, TitleEvent
from pilotage.model.remote import PullRequest, Release, ReleaseBranch
from pilotage.model.step import Result, Step

BRANCHES = st.builds(ReleaseBranch, files=st.dictionaries(st.text(), st.text(), max_size=2))


@given(st.from_type(PullRequest) | st.from_type(Release) | BRANCHES | st.from_type(ReconcileEvent))
def test_a_record_is_read_back_as_it_was_written(record: object) -> None:
    assert msgspec.json.decode(msgspec.json.encode(record), type=type(record)) == record


@pytest.mark.parametrize(
    "record", [PullRequest(1, "t", "b", "open"), TitleEvent(1, "t"), ReleaseBranch("b", "h", "t", (), "")]
)
def test_a_record_cannot_be_changed(record: object) -> None:
    with pytest.raises(AttributeError):
        setattr(record, "body", "other")  # noqa: B010 - what a type checker forbids is tried


def test_two_branches_do_not_share_their_files() -> None:
    assert ReleaseBranch("a", "h", "t", (), "").files is not ReleaseBranch("b", "h", "t", (), "").files


def test_a_state_that_github_does_not_have_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"number":1,"title":"","body":"","state":"draft"}', type=PullRequest)


def test_every_step_has_a_name_of_its_own() -> None:
    kinds = Step.__args__
    assert len({kind.__struct_config__.tag for kind in kinds}) == len(kinds)


def test_a_result_is_a_word() -> None:
    assert [result.value for result in Result] == ["done", "unchanged"]


def test_an_event_is_one_of_six() -> None:
    assert len(Event.__args__) == 6
